//! Which patterns can match in any text of one shape: what is known of a shape holds for every text that has it.
//!
//! It may say yes where the answer is no, never the other way around: in place of a digit, a capital or a small letter
//! a pattern may take any of its kind, and neighbours are asked as far as one byte tells. Where words begin and what they
//! are made of is the same in all texts of a shape.

use super::automaton::StartId;
use super::coarse::{Coarse, range_of};
use super::starts::by_side;
use super::tokens::{Bits, Meets, Token};
use super::{Matcher, Outside, Side, set_bit, side_before};

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
            coarse: Coarse::default(),
            starts: Starts::default(),
        };
        self.read(shape.as_bytes(), &mut reading);
        Some((reading.starts, reading.coarse.steps))
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
    coarse: Coarse,
    starts: Starts,
}

impl Reading<'_> {
    fn begin(&mut self, start: StartId, word: Option<Token>, at: usize) {
        let bytes = self.shape.as_bytes().get(at..).unwrap_or_default();
        self.matcher.prefixes.may_begin_in(start, word, bytes, &mut self.left);
        self.coarse.steps += self.left.len();
        for place in 0..self.left.len() {
            let mut bits = self.left.get(place).copied().unwrap_or_default();
            while bits != 0 {
                let pattern = place * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let ranges = bytes.iter().map(|byte| range_of(*byte));
                if self.coarse.can_match(self.matcher, pattern, ranges) {
                    set_bit(self.row, pattern);
                    self.starts.matches |= bit(at);
                }
            }
        }
    }

    /// Notes the patterns of a needle, its trigger at `at`, that can match; tells whether any can.
    fn around(&mut self, needle: usize, at: usize) -> bool {
        let last = self.shape.len().saturating_sub(1);
        let starts = self.matcher.needles.starts(needle, at).unwrap_or(0..=last);
        let group = self.matcher.groups.get(needle + 1);
        let mut any = false;
        for pattern in group.into_iter().flatten() {
            let mut rests = starts.clone().filter_map(|start| self.shape.as_bytes().get(start..));
            if rests.any(|rest| self.coarse.can_match(self.matcher, *pattern, rest.iter().map(|byte| range_of(*byte))))
            {
                set_bit(self.row, *pattern);
                any = true;
            }
        }
        any
    }
}

impl Meets for Reading<'_> {
    fn token(&mut self, token: Token, _: Bits) {
        let side = side_before(self.shape, token.start);
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
                if self.around(needle, at) {
                    self.starts.triggers |= bit(at);
                }
            }
        }
        if mark.begins {
            self.begin(by_side(0, Side::before(self.shape, at)), None, at);
        }
    }

    /// Shapes are ASCII.
    fn byte(&mut self, _at: usize) {}
}
