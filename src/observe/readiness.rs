//! Whether the process can do its work, part by part.

use super::Metrics;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The parts that must be ready and how they stand; cheap to clone, every clone the same.
///
/// Names are our own or from configuration (a product's name), so they may be shown to whoever asks.
#[derive(Debug, Clone)]
pub struct Readiness {
    parts: Arc<Mutex<State>>,
    metrics: Metrics,
}

#[derive(Debug, Default)]
struct State {
    ready: BTreeMap<String, bool>,
    started: bool,
    draining: bool,
}

/// One part that must be ready before the process is; ends as not ready when dropped.
#[derive(Debug)]
pub struct Part {
    name: String,
    readiness: Readiness,
}

impl Readiness {
    /// Begins with no part at all, and thus not ready until [`Self::started`].
    pub fn new(metrics: &Metrics) -> Self {
        Self { parts: Arc::default(), metrics: metrics.clone() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a part that must be ready, and is not yet.
    pub fn part(&self, name: impl Into<String>) -> Part {
        let part = Part { name: name.into(), readiness: self.clone() };
        part.set(false);
        part
    }

    /// Says that every part has been added, so that none is forgotten by whoever asks too early.
    pub fn started(&self) {
        self.state().started = true;
    }

    /// Says that the process ends and takes nothing new.
    pub fn drain(&self) {
        self.state().draining = true;
    }

    /// Tells whether the process has come up: [`Self::started`] was said. Waiting for a broker is not part of it.
    pub fn is_started(&self) -> bool {
        self.state().started
    }

    /// Gives the names of what is missing; ready is when there are none.
    pub fn missing(&self) -> Vec<String> {
        let state = self.state();
        let mut missing: Vec<String> =
            state.ready.iter().filter(|(_, ready)| !**ready).map(|(name, _)| name.clone()).collect();
        if !state.started {
            missing.push("start".to_owned());
        }
        if state.draining {
            missing.push("draining".to_owned());
        }
        missing
    }
}

impl Part {
    fn set(&self, ready: bool) {
        self.readiness.state().ready.insert(self.name.clone(), ready);
        self.readiness.metrics.ready(&self.name, ready);
    }

    /// Says that this part is ready.
    pub fn ready(&self) {
        self.set(true);
    }

    /// Says that this part is not ready, or no longer.
    pub fn not_ready(&self) {
        self.set(false);
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_missing_until_nothing_is() {
        let metrics = Metrics::new();
        let readiness = Readiness::new(&metrics);
        assert_eq!(readiness.missing(), ["start"]);
        let policy = readiness.part("policy orders");
        let assignment = readiness.part("assignment orders");
        readiness.started();
        policy.ready();
        assert_eq!(readiness.missing(), ["assignment orders"]);
        assert!(metrics.encode().contains("privet_ready{part=\"assignment orders\"} 0\n"));
        assignment.ready();
        assert!(readiness.missing().is_empty());
        assert!(metrics.encode().contains("privet_ready{part=\"assignment orders\"} 1\n"));
        drop(assignment);
        assert_eq!(readiness.missing(), ["assignment orders"]);
        readiness.drain();
        assert_eq!(readiness.missing(), ["assignment orders", "draining"]);
    }
}
