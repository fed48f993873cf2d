//! The end of a process that was told to stop.

use super::native;
use super::watchdog::START_AGAIN;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Tells every product to stop intake, finish and commit; cheap to clone, every clone the same.
#[derive(Debug, Clone, Default)]
pub struct Drain(Arc<OnceLock<Instant>>);

impl Drain {
    /// Makes one that is not on.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the drain; told so a second time, ends the process at once with exit code 75.
    pub fn begin(&self) {
        if self.0.set(Instant::now()).is_err() {
            native::exit_now(START_AGAIN);
        }
    }

    /// Tells whether it has begun.
    pub fn is_on(&self) -> bool {
        self.0.get().is_some()
    }

    /// Tells whether it has taken longer than it may.
    pub(super) fn is_over(&self, longest: Duration) -> bool {
        self.0.get().is_some_and(|begun| begun.elapsed() > longest)
    }
}
