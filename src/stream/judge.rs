//! Whether so many records cannot be decoded that something else must be wrong.

use super::ledger::StopReason;
use super::record::Decoding;
use crate::policy::StopAt;

/// Counts what could be read and what not; an aborted transaction is not counted.
#[derive(Debug)]
pub(super) struct Judge {
    stop_at: StopAt,
    now: Counts,
    /// As it was before the open transaction.
    before: Option<Counts>,
}

#[derive(Debug, Clone)]
struct Counts {
    seen: u64,
    read: u64,
    /// The last records, one bit each, set where a record could not be read.
    last: [u64; WORDS],
    unreadable: u32,
    why: &'static str,
}

const FIRST: u32 = 100;
const LAST: u32 = 1_000;
const WORDS: usize = 16;

impl Judge {
    pub(super) const fn new(stop_at: StopAt) -> Self {
        let now = Counts { seen: 0, read: 0, last: [0; WORDS], unreadable: 0, why: "" };
        Self { stop_at, now, before: None }
    }

    /// A transaction begins.
    pub(super) fn begin(&mut self) {
        self.before = Some(self.now.clone());
    }

    /// What the transaction holds counts.
    pub(super) fn committed(&mut self) {
        self.before = None;
    }

    /// What the transaction held, if one was open, does not count: it comes again.
    pub(super) fn aborted(&mut self) {
        if let Some(before) = self.before.take() {
            self.now = before;
        }
    }

    /// Counts one record, and says why to stop.
    pub(super) fn see(&mut self, decoding: Decoding) -> Option<StopReason> {
        let StopAt::Share(share) = self.stop_at else { return None };
        let most = u32::from(share.thousandths()) * LAST / 1_000;
        self.now.see(decoding, most)
    }
}

impl Counts {
    fn see(&mut self, decoding: Decoding, most: u32) -> Option<StopReason> {
        let place = self.seen % u64::from(LAST);
        let (word, bit) = (usize::try_from(place / 64).unwrap_or(0), 1_u64 << (place % 64));
        let word = self.last.get_mut(word)?;
        if self.seen >= u64::from(LAST) && *word & bit != 0 {
            self.unreadable -= 1;
        }
        *word &= !bit;
        match decoding {
            Decoding::Read => self.read += 1,
            Decoding::Unreadable(why) => {
                *word |= bit;
                self.unreadable += 1;
                self.why = why;
            }
        }
        self.seen += 1;
        if self.seen == u64::from(FIRST) && self.read == 0 {
            return Some(StopReason::NoneDecoded(FIRST, self.why));
        }
        let few = self.seen >= u64::from(LAST) && self.unreadable > most;
        few.then_some(StopReason::FewDecoded(LAST, self.unreadable, self.why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops(records: impl IntoIterator<Item = Decoding>) -> Option<(usize, StopReason)> {
        let mut judge = Judge::new(StopAt::default());
        records.into_iter().enumerate().find_map(|(i, r)| Some((i + 1, judge.see(r)?)))
    }

    #[test]
    fn the_first_hundred_and_half_of_a_thousand_decide() {
        use Decoding::{Read, Unreadable};
        let bad = Unreadable("why");
        assert_eq!(stops([bad; 200]), Some((100, StopReason::NoneDecoded(100, "why"))));
        let one = std::iter::once(Read).chain([bad; 2000]);
        assert_eq!(stops(one), Some((1000, StopReason::FewDecoded(1000, 999, "why"))));
        let half = std::iter::repeat_n([Read, bad], 3000).flatten();
        assert_eq!(stops(half), None);
        let late = [Read; 5000].into_iter().chain([bad; 600]);
        assert_eq!(stops(late), Some((5501, StopReason::FewDecoded(1000, 501, "why"))));
        assert_eq!(Judge::new(StopAt::Never).see(bad), None);
    }

    #[test]
    fn records_that_come_again_count_once() {
        let mut judge = Judge::new(StopAt::default());
        let bad = Decoding::Unreadable("why");
        for _ in 0..10 {
            judge.begin();
            assert!((0..60).all(|_| judge.see(bad).is_none()), "sixty records are no hundred, however often they come");
            judge.aborted();
        }
        judge.begin();
        assert!((0..60).all(|_| judge.see(bad).is_none()));
        judge.committed();
        // Both clients begin anew: what is committed stays counted.
        judge.aborted();
        assert_eq!((0..100).find_map(|n| judge.see(bad).map(|_| n)), Some(39));
    }
}
