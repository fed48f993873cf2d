//! What is said of dead letters: some by name, the rest by number.

use super::ledger::Partition;
use std::time::{Duration, Instant};

/// Whether what is decided is done too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    Yes,
    /// In a dry run.
    No,
}

/// Where a record came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) topic: &'a str,
    pub(super) partition: Partition,
    pub(super) offset: i64,
}

/// Logs the first dead letters of each period, and how many more there were when the next begins.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// When the period ends.
    ends: Option<Instant>,
    said: u32,
    unsaid: u64,
}

/// Enough to see what is wrong, few enough for a log.
const SAID_MAX: u32 = 10;
const PERIOD: Duration = Duration::from_secs(60);

impl Letters {
    /// Says that a record becomes a dead letter, or counts it.
    pub(super) fn tell(&mut self, now: Instant, writes: Writes, place: Place<'_>, (reason, detail): (&str, &str)) {
        if self.ends.is_none_or(|ends| now >= ends) {
            self.close(writes);
            self.ends = Some(now + PERIOD);
        }
        if self.said >= SAID_MAX {
            self.unsaid += 1;
            return;
        }
        self.said += 1;
        let Place { topic, partition: Partition(partition), offset } = place;
        match writes {
            Writes::Yes => tracing::warn!(topic, partition, offset, reason, detail, "record sent to dead letter"),
            Writes::No => tracing::warn!(topic, partition, offset, reason, detail, "record would go to dead letter"),
        }
    }

    /// Says how many were only counted.
    pub(super) fn close(&mut self, writes: Writes) {
        let (records, said) = (std::mem::take(&mut self.unsaid), std::mem::take(&mut self.said));
        match (records, writes) {
            (0, _) => {}
            (_, Writes::Yes) => tracing::warn!(records, said, "more records sent to dead letter than were named"),
            (_, Writes::No) => tracing::warn!(records, said, "more records would go to dead letter than were named"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_period_are_named_and_the_rest_is_counted() {
        let place = Place { topic: "in", partition: Partition(0), offset: 1 };
        let (mut letters, now) = (Letters::default(), Instant::now());
        for _ in 0..1_000 {
            letters.tell(now, Writes::Yes, place, ("invalid_json", "detail"));
        }
        assert_eq!((letters.said, letters.unsaid), (10, 990));
        letters.tell(now + PERIOD, Writes::Yes, place, ("invalid_json", "detail"));
        assert_eq!((letters.said, letters.unsaid), (1, 0));
        letters.close(Writes::Yes);
        assert_eq!((letters.said, letters.unsaid), (0, 0));
    }
}
