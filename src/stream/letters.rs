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

/// A record that becomes a dead letter, and why.
#[derive(Debug)]
struct Letter {
    partition: Partition,
    offset: i64,
    reason: &'static str,
    detail: String,
}

/// Logs the first dead letters of each period, and at its end how many more there were; only what is committed counts.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// When the period ends; none where nothing was said since the last.
    ends: Option<Instant>,
    said: usize,
    unsaid: u64,
    /// Those of the open transaction: as many as may be named, and the number of the rest.
    open: Vec<Letter>,
    more: u64,
}

/// Enough to see what is wrong, few enough for a log.
const SAID_MAX: usize = 10;
const PERIOD: Duration = Duration::from_secs(60);

impl Letters {
    /// Notes that a record of the open transaction becomes a dead letter.
    pub(super) fn note(&mut self, partition: Partition, offset: i64, (reason, detail): (&'static str, &str)) {
        if self.open.len() < SAID_MAX {
            self.open.push(Letter { partition, offset, reason, detail: detail.to_owned() });
        } else {
            self.more += 1;
        }
    }

    /// Forgets what was noted: the transaction is aborted, and its records come again.
    pub(super) fn aborted(&mut self) {
        self.open.clear();
        self.more = 0;
    }

    /// Says what was noted, or counts it: the transaction is committed.
    pub(super) fn committed(&mut self, now: Instant, writes: Writes, topic: &str) {
        let (open, more) = (std::mem::take(&mut self.open), std::mem::take(&mut self.more));
        if open.is_empty() {
            return;
        }
        self.tick(now, writes);
        self.ends.get_or_insert(now + PERIOD);
        let named = open.len().min(SAID_MAX.saturating_sub(self.said));
        open.iter().take(named).for_each(|letter| letter.say(writes, topic));
        self.said += named;
        self.unsaid += more + u64::try_from(open.len() - named).unwrap_or(u64::MAX);
    }

    /// Says what was noted, though nothing of it is sent: the product stops, and a person wants to see why.
    pub(super) fn stopped(&mut self, topic: &str) {
        self.open.iter().for_each(|letter| letter.say(Writes::No, topic));
        self.aborted();
    }

    /// Ends the period where it is over.
    pub(super) fn tick(&mut self, now: Instant, writes: Writes) {
        if self.ends.is_some_and(|ends| now >= ends) {
            self.ends = None;
            self.close(writes);
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

impl Letter {
    fn say(&self, writes: Writes, topic: &str) {
        let Self { partition: Partition(partition), offset, reason, detail } = self;
        match writes {
            Writes::Yes => tracing::warn!(topic, partition, offset, reason, detail, "record sent to dead letter"),
            Writes::No => tracing::warn!(topic, partition, offset, reason, detail, "record would go to dead letter"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(letters: &mut Letters, count: i64) {
        (0..count).for_each(|offset| letters.note(Partition(0), offset, ("invalid_json", "detail")));
    }

    #[test]
    fn the_first_of_a_period_are_named_and_the_rest_is_counted() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        note(&mut letters, 4);
        letters.committed(now, Writes::Yes, "in");
        assert_eq!((letters.said, letters.unsaid), (4, 0));
        note(&mut letters, 996);
        letters.committed(now, Writes::Yes, "in");
        assert_eq!((letters.said, letters.unsaid), (10, 990));
        note(&mut letters, 1);
        letters.committed(now + PERIOD, Writes::Yes, "in");
        assert_eq!((letters.said, letters.unsaid), (1, 0));
        letters.close(Writes::Yes);
        assert_eq!((letters.said, letters.unsaid), (0, 0));
    }

    #[test]
    fn what_is_aborted_counts_for_nothing() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        for _ in 0..3 {
            note(&mut letters, 12);
            letters.aborted();
        }
        assert_eq!((letters.said, letters.unsaid, letters.ends), (0, 0, None));
        note(&mut letters, 12);
        letters.committed(now, Writes::Yes, "in");
        assert_eq!((letters.said, letters.unsaid), (10, 2));
    }

    #[test]
    fn a_period_ends_without_another_dead_letter() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        note(&mut letters, 12);
        letters.committed(now, Writes::Yes, "in");
        letters.tick(now + PERIOD / 2, Writes::Yes);
        assert_eq!((letters.said, letters.unsaid), (10, 2));
        letters.tick(now + PERIOD, Writes::Yes);
        assert_eq!((letters.said, letters.unsaid, letters.ends), (0, 0, None));
    }
}
