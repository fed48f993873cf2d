//! Which patterns can match in any text of one shape: what is known of a shape holds for every text that has it.
//!
//! It may say yes where the answer is no, never the other way around: in place of a digit, a capital or a small letter
//! a pattern may take any of its kind, and neighbours are asked as far as one byte tells. Where words begin and what they
//! are made of is the same in all texts of a shape.

use super::automaton::StartId;
use super::prefix::{KINDS, kind_of, may_follow};
use super::program::End;
use super::starts::by_side;
use super::tokens::{self, Meets, Token};
use super::{Matcher, Outside, Side, set_bit, side_before};
use crate::detect::bits::Block;

/// Where in texts of a shape something may begin: places among their first 32 bytes, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::detect) struct Starts {
    /// Where matches of patterns without a needle may begin.
    pub(super) matches: u32,
    /// Where the triggers of needles may stand.
    pub(super) triggers: u32,
}

/// The bit of a place; none beyond those that there is one for.
fn bit(at: usize) -> u32 {
    u32::try_from(at).ok().and_then(|at| 1_u32.checked_shl(at)).unwrap_or_default()
}

impl Matcher {
    /// Writes a row of the patterns that can find something in a text of this shape, and gives where they
    /// begin and the steps it took; none where texts are read byte by byte, so that nothing is known of shapes.
    pub(in crate::detect) fn possible(&self, shape: &str, row: &mut Vec<u64>) -> Option<(Starts, usize)> {
        let outside = self.outside.as_ref()?;
        row.clear();
        row.resize(self.automaton.words(), 0);
        let mut reading = Reading {
            matcher: self,
            outside,
            shape,
            row,
            left: vec![0; self.automaton.words()],
            places: [Vec::new(), Vec::new()],
            starts: Starts::default(),
            steps: 0,
        };
        let first = Block::read(shape.as_bytes(), 0, outside.marks);
        tokens::read((shape.as_bytes(), &first), outside.marks, &mut reading);
        Some((reading.starts, reading.steps))
    }
}

/// A shape that is read as a search reads a text.
struct Reading<'a> {
    matcher: &'a Matcher,
    outside: &'a Outside,
    shape: &'a str,
    row: &'a mut [u64],
    /// What may begin at the start at hand.
    left: Vec<u64>,
    /// Where a match may stand, and where it may a byte later.
    places: [Vec<u32>; 2],
    starts: Starts,
    steps: usize,
}

impl Reading<'_> {
    fn begin(&mut self, start: StartId, word: Option<Token>, at: usize) {
        let bytes = self.shape.as_bytes().get(at..).unwrap_or_default();
        self.matcher.prefixes.may_begin_in(start, word, bytes, &mut self.left);
        self.steps += self.left.len();
        for place in 0..self.left.len() {
            let mut bits = self.left.get(place).copied().unwrap_or_default();
            while bits != 0 {
                let pattern = place * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if self.can_match(pattern, bytes) {
                    set_bit(self.row, pattern);
                    self.starts.matches |= bit(at);
                }
            }
        }
    }

    /// Tells whether a match of a pattern can begin the text; one that is cut at its longest ends anywhere.
    fn can_match(&mut self, at: usize, bytes: &[u8]) -> bool {
        let Some(pattern) = self.matcher.patterns.get(at) else { return true };
        let program = &self.matcher.automaton.program;
        let ends = |places: &[u32]| {
            places.iter().any(|place| program.place(*place).is_some_and(|place| place.end == End::Match))
        };
        let [places, next] = &mut self.places;
        places.clear();
        places.extend_from_slice(program.start(at));
        for (len, byte) in bytes.iter().enumerate() {
            if len + 3 >= pattern.max_length() || (ends(places) && may_follow(pattern.boundary(), *byte)) {
                return true;
            }
            let (first, last) = kind_of(*byte).and_then(|kind| KINDS.get(kind)).copied().unwrap_or((*byte, *byte));
            next.clear();
            for place in places.iter() {
                program.follow_where(*place, |low, high| low <= last && first <= high, |place| next.push(place));
            }
            self.steps += places.len() + next.len();
            next.sort_unstable();
            next.dedup();
            std::mem::swap(places, next);
            if places.is_empty() {
                return false;
            }
        }
        ends(places) || bytes.len() + 3 >= pattern.max_length()
    }
}

impl Meets for Reading<'_> {
    fn token(&mut self, token: Token) {
        let side = side_before(self.shape.as_bytes(), token.start);
        self.begin(by_side(0, side), Some(token), token.start);
    }

    fn inner_digit(&mut self, at: usize, _len: usize) {
        self.begin(by_side(0, Side::Letter), None, at);
    }

    fn mark(&mut self, at: usize) {
        let Some(&byte) = self.shape.as_bytes().get(at) else { return };
        let mark = self.outside.mark(byte);
        if mark.finds {
            for needle in self.matcher.needles.around_in(self.shape.as_bytes(), at) {
                let group = self.matcher.groups.get(needle + 1);
                group.into_iter().flatten().for_each(|pattern| set_bit(self.row, *pattern));
                self.starts.triggers |= bit(at);
            }
        }
        if mark.begins {
            self.begin(by_side(0, Side::before(self.shape, at)), None, at);
        }
    }
}
