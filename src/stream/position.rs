//! Where a partition that was assigned begins.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Where a partition without a committed offset begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// With the oldest record there is.
    #[default]
    Earliest,
    /// After the newest record there is.
    Latest,
    /// With the first record of this time or later, in milliseconds since 1970-01-01 UTC.
    Time(i64),
}

/// What happens where records are gone that were not yet read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnGap {
    /// The partition stops, and says how many.
    #[default]
    Stop,
    /// They are counted, and the partition goes on with the next record there is.
    Continue,
}

/// What the broker knows of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) committed: Option<i64>,
    pub(super) low: i64,
    pub(super) high: i64,
    /// The offset that the start time leads to, where that was asked.
    pub(super) at_time: Option<i64>,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    At(i64),
    /// So many records are gone; the offset is where it could go on.
    Gap {
        lost: u64,
        next: i64,
    },
}

/// Decides where a partition begins.
pub(super) fn position(known: Known, start: Start) -> Position {
    let gap = |lost: i64, next| Position::Gap { lost: lost.unsigned_abs(), next };
    match known.committed {
        Some(committed) if committed < known.low => gap(known.low - committed, known.low),
        // The topic was made anew or cut: what lay between is not the records that were counted.
        Some(committed) if committed > known.high => gap(committed - known.high, known.low),
        Some(committed) => Position::At(committed),
        None => Position::At(match start {
            Start::Earliest => known.low,
            Start::Latest => known.high,
            Start::Time(_) => known.at_time.unwrap_or(known.high),
        }),
    }
}

/// The losses that were counted, so that a partition that comes back is not counted again.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<BTreeMap<i32, (Option<i64>, u64)>>);

impl Counted {
    /// Notes so many lost records behind a committed offset; gives how many of them are news.
    pub(super) fn add(&self, partition: i32, committed: Option<i64>, lost: u64) -> u64 {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counted.insert(partition, (committed, lost)) {
            Some((before, known)) if before == committed => lost.saturating_sub(known),
            _ => lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_offsets_count_first_and_gaps_are_told() {
        let check = |committed, start, expected| {
            let known = Known { committed, low: 10, high: 20, at_time: Some(13) };
            assert_eq!(position(known, start), expected, "{committed:?} {start:?}");
        };
        check(Some(15), Start::Latest, Position::At(15));
        check(Some(10), Start::Earliest, Position::At(10));
        check(Some(20), Start::Earliest, Position::At(20));
        check(None, Start::Earliest, Position::At(10));
        check(None, Start::Latest, Position::At(20));
        check(None, Start::Time(1), Position::At(13));
        check(Some(4), Start::Earliest, Position::Gap { lost: 6, next: 10 });
        check(Some(25), Start::Earliest, Position::Gap { lost: 5, next: 10 });
    }
}
