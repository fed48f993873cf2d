//! Which starts of a long text led to nothing, so that none is walked from again behind the same bytes.
//!
//! A text can be made so that a short walk begins every few bytes, ends in many places and is judged there in vain
//! (`AA00 AA00 AA00 …`). What a start leads to depends on the bytes around it alone: where they are those of an earlier
//! start that led to nothing, this one leads to nothing either. Ordinary texts do not repeat themselves: they pay one look
//! at a table for each walk, short ones nothing.

use super::automaton::StartId;
use crate::detect::steps;

/// Bytes from which a text is long enough to be made of what repeats itself.
pub(super) const TEXT_MIN: usize = 2048;
/// Bytes before a start that have a say in what it leads to: of look-around's window, or of what may not stand there.
const BEFORE: usize = 68;
/// Bytes from a start on that have a say: of look-around's window, and of what stands behind a match.
const BEHIND: usize = 320;
/// Bytes that a walk may take for its start to be remembered.
pub(super) const WALK_MAX: usize = 192;
/// Starts that are remembered, in places by their first 16 bytes.
const STARTS: usize = 256;
/// Bytes that a pattern may name to stand beside none of its matches; where one names more, no start is remembered.
pub(super) const NEIGHBOUR_MAX: usize = 64;
/// Bytes that are compared at once.
const LANES: usize = 32;

/// Bytes of a text, from one place to another, that are those so many bytes before.
#[derive(Debug, Default)]
struct Same {
    by: usize,
    from: usize,
    until: usize,
}

/// The starts of one text that led to nothing, with what is active at hand.
#[derive(Debug)]
pub(super) struct Again {
    /// Only those of this round count; none is of round 0.
    round: u32,
    starts: Vec<(u32, StartId, usize)>,
    /// What was compared last: starts that repeat themselves are all as far from the ones before.
    same: Same,
}

impl Default for Again {
    fn default() -> Self {
        Self { round: 1, starts: Vec::new(), same: Same::default() }
    }
}

impl Again {
    /// Forgets all: another text is read, or others are active.
    pub(super) fn restart(&mut self) {
        self.same = Same::default();
        self.round = self.round.checked_add(1).unwrap_or_else(|| {
            self.starts.clear();
            1
        });
    }

    /// Tells whether a start has the same bytes around it as one that led to nothing.
    pub(super) fn is_vain(&mut self, start: StartId, (text, at): (&[u8], usize)) -> bool {
        let Some(known) = place(start, text, at).and_then(|place| self.starts.get_mut(place)) else { return false };
        let (round, kind, before) = *known;
        if round != self.round || kind != start || before >= at || !self.same.reaches(text, at, at - before) {
            return false;
        }
        known.2 = at;
        true
    }

    /// Notes a start that led to nothing, whatever was found before it.
    pub(super) fn note(&mut self, start: StartId, (text, at): (&[u8], usize)) {
        let (Some(place), Some(_)) = (place(start, text, at), around(text, at)) else { return };
        self.starts.resize(STARTS, (0, StartId(0), 0));
        if let Some(slot) = self.starts.get_mut(place) {
            *slot = (self.round, start, at);
        }
    }
}

impl Same {
    /// Tells whether all that has a say in what a start leads to is the same so many bytes before.
    fn reaches(&mut self, text: &[u8], at: usize, by: usize) -> bool {
        let (Some(from), to) = (at.checked_sub(BEFORE), at + BEHIND) else { return false };
        if self.by != by || !(self.from..=self.until).contains(&from) {
            *self = Self { by, from, until: from };
        }
        if self.until < to {
            let before = self.until.checked_sub(by).and_then(|until| text.get(until..to - by));
            let here = text.get(self.until..to);
            steps::add((to - self.until) / LANES + 1);
            if here.is_none() || here != before {
                return false;
            }
            self.until = to;
        }
        true
    }
}

/// Gives all that has a say in what a start leads to, where the text has as much on both sides.
fn around(text: &[u8], at: usize) -> Option<&[u8]> {
    text.get(at.checked_sub(BEFORE)?..at.checked_add(BEHIND)?)
}

/// Gives the place of a start.
fn place(StartId(start): StartId, text: &[u8], at: usize) -> Option<usize> {
    let (low, rest) = text.get(at..)?.split_first_chunk()?;
    let key = u64::from_le_bytes(*low) ^ u64::from_le_bytes(*rest.first_chunk()?).rotate_left(29) ^ start as u64;
    let [.., place] = key.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
    Some(usize::from(place))
}
