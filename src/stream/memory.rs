//! The bound on what is inside the process.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Counts the bytes of records taken in and not yet handed to the producer.
#[derive(Debug)]
pub(super) struct Memory {
    used: Mutex<usize>,
    freed: Condvar,
    max: usize,
}

/// Bytes taken; given back when dropped.
#[derive(Debug)]
pub(super) struct Room {
    memory: Arc<Memory>,
    bytes: usize,
}

impl Memory {
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { used: Mutex::new(0), freed: Condvar::new(), max })
    }

    /// Takes bytes, whether there is room or not: who takes asks first, and one chunk too many is bounded too.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Room {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) += bytes;
        Room { memory: Arc::clone(self), bytes }
    }

    pub(super) fn used(&self) -> usize {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until less than the whole is used; false where it is still full after the time.
    pub(super) fn wait(&self, longest: Duration) -> bool {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_timeout_while(used, longest, |used| *used >= self.max);
        let (used, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *used < self.max
    }

    /// True where half of it is free, so that it is worth fetching again.
    pub(super) fn is_relaxed(&self) -> bool {
        self.used() <= self.max / 2
    }
}

impl Room {
    /// Says how much it is now.
    pub(super) fn resize(&mut self, bytes: usize) {
        let mut used = self.memory.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used = *used - self.bytes + bytes;
        self.bytes = bytes;
        drop(used);
        self.memory.freed.notify_all();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        *self.memory.used.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.memory.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_comes_back_and_is_waited_for() {
        let memory = Memory::new(10);
        let mut first = memory.take(6);
        first.resize(12);
        assert_eq!(memory.used(), 12);
        first.resize(4);
        assert!(memory.wait(Duration::ZERO) && memory.is_relaxed());
        let second = memory.take(9);
        assert!(!memory.wait(Duration::from_millis(1)));
        let waiting = std::thread::spawn({
            let memory = Arc::clone(&memory);
            move || memory.wait(Duration::from_secs(10))
        });
        drop(second);
        assert!(waiting.join().unwrap());
        drop(first);
        assert_eq!(memory.used(), 0);
    }
}
