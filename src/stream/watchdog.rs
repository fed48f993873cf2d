//! Ends the process when a call to Kafka does not return, nothing moves although there is work, or a drain has no end.

use super::drain::Drain;
use super::native;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// The exit code that says: start me again.
pub const START_AGAIN: i32 = 75;

/// One thing that must be done by a time; cleared when dropped.
#[derive(Debug)]
pub(super) struct Watch {
    product: Arc<str>,
    due: Mutex<Option<(Instant, &'static str)>>,
}

/// Looks at every watch a few times a second.
#[derive(Debug, Clone, Default)]
pub(super) struct Watchdog(Arc<Mutex<Vec<Weak<Watch>>>>);

impl Watchdog {
    /// Starts the thread that looks. A drain may take `drain_max`, and a moment more to abort what is open.
    pub(super) fn start(drain: Drain, drain_max: Duration) -> std::io::Result<Self> {
        let dog = Self::default();
        let watches = Arc::clone(&dog.0);
        std::thread::Builder::new().name("watchdog".into()).spawn(move || {
            loop {
                std::thread::sleep(LOOK);
                if look(&watches) == Alive::Some && drain.is_over(drain_max + ABORT) {
                    tracing::error!(?drain_max, "the drain has no end: this process ends, start it again");
                    native::exit_now(START_AGAIN);
                }
            }
        })?;
        Ok(dog)
    }

    pub(super) fn watch(&self, product: &Arc<str>) -> Arc<Watch> {
        let watch = Arc::new(Watch { product: Arc::clone(product), due: Mutex::new(None) });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&watch));
        watch
    }
}

impl Watch {
    /// From now on `what` must be over within the time; called again for the same, the first time counts.
    pub(super) fn expect(&self, what: &'static str, within: Duration) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if due.is_none_or(|(_, before)| before != what) {
            *due = Some((Instant::now() + within, what));
        }
    }

    /// It is over.
    pub(super) fn clear(&self) {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Does a thread's work; a panic in it ends the process, because nobody else would do that work, or close its clients.
pub(super) fn or_start_again<T>(work: impl FnOnce() -> T) -> T {
    work_or(work, || native::exit_now(START_AGAIN))
}

fn work_or<T>(work: impl FnOnce() -> T, end: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!(thread = std::thread::current().name(), "a flaw in privet: this process ends, start it again");
        end()
    })
}

/// Whether a product is still at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alive {
    Some,
    None,
}

fn look(watches: &Mutex<Vec<Weak<Watch>>>) -> Alive {
    let mut watches = watches.lock().unwrap_or_else(PoisonError::into_inner);
    watches.retain(|weak| weak.strong_count() > 0);
    for watch in watches.iter().filter_map(Weak::upgrade) {
        let due = *watch.due.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, what)) = due
            && Instant::now() >= at
        {
            tracing::error!(product = %watch.product, what, "past its deadline: this process ends, start it again");
            native::exit_now(START_AGAIN);
        }
    }
    if watches.is_empty() { Alive::None } else { Alive::Some }
}

/// How long an abort may take that itself finds no broker.
const ABORT: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_has_an_end() {
        assert_eq!(work_or(|| "done", || "ended"), "done");
        let panics = || -> &str { std::panic::resume_unwind(Box::new("no message on the test's output")) };
        assert_eq!(work_or(panics, || "ended"), "ended");
    }
}
