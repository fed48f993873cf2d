//! Walks of single patterns over bytes that are only known to be within ranges.

use super::Matcher;
use super::prefix::{KINDS, kind_of, may_follow};
use super::program::{End, Program};

/// Memory of such walks, and what they cost.
#[derive(Debug, Default)]
pub(super) struct Coarse {
    /// Where a match may stand, and where it may a byte later.
    places: [Vec<u32>; 2],
    /// Places that were stood on, ever.
    pub(super) steps: usize,
}

/// What became of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walked {
    /// A match may have ended on the way.
    Matched,
    /// No match is possible, whatever follows.
    Dead,
    /// What follows decides.
    Open,
}

/// The bytes that one of a shape stands for: the first and the last.
pub(super) fn range_of(byte: u8) -> (u8, u8) {
    kind_of(byte).and_then(|kind| KINDS.get(kind)).copied().unwrap_or((byte, byte))
}

impl Coarse {
    /// Walks with one pattern over bytes within ranges. A match that is cut at its longest, or at the character before,
    /// ends anywhere.
    pub(super) fn walk(&mut self, matcher: &Matcher, at: usize, ranges: impl Iterator<Item = (u8, u8)>) -> Walked {
        let Some(pattern) = matcher.patterns.get(at) else { return Walked::Matched };
        let program = &matcher.automaton.program;
        let [places, next] = &mut self.places;
        places.clear();
        places.extend_from_slice(program.start(at));
        for (len, (first, last)) in ranges.enumerate() {
            let ended = || ends(program, places) && may_follow(pattern.boundary(), first);
            if len + CUT >= pattern.max_length() || ended() {
                return Walked::Matched;
            }
            next.clear();
            for place in places.iter() {
                program.follow_where(*place, |low, high| low <= last && first <= high, |place| next.push(place));
            }
            self.steps += places.len() + next.len();
            next.sort_unstable();
            next.dedup();
            std::mem::swap(places, next);
            if places.is_empty() {
                return Walked::Dead;
            }
        }
        Walked::Open
    }

    /// Tells whether a match of a pattern can begin a text of bytes within ranges, which holds nothing more.
    pub(super) fn can_match(
        &mut self,
        matcher: &Matcher,
        at: usize,
        ranges: impl ExactSizeIterator<Item = (u8, u8)>,
    ) -> bool {
        let len = ranges.len();
        match self.walk(matcher, at, ranges) {
            Walked::Matched => true,
            Walked::Dead => false,
            Walked::Open => {
                let [places, _] = &self.places;
                ends(&matcher.automaton.program, places)
                    || matcher.patterns.get(at).is_none_or(|pattern| len + CUT >= pattern.max_length())
            }
        }
    }
}

/// Bytes before its longest from which a match may be cut: a cut falls at a character boundary.
const CUT: usize = 3;

fn ends(program: &Program, places: &[u32]) -> bool {
    places.iter().any(|place| program.place(*place).is_some_and(|place| place.end == End::Match))
}
