//! Where a pattern can begin: by the byte before and the byte at hand, and by the word that begins there.

use std::sync::Arc;

use super::automaton::{Automaton, StartId};
use super::needle::Needles;
use super::pattern::Pattern;
use super::program::{End, Program};
use super::{Side, has_bit, set_bytes};
use crate::detect::bits::Marks;

/// What the byte before a start, or behind an ending, tells of the side.
#[derive(Debug, Clone, Copy)]
pub(super) enum Near {
    Open,
    Digit,
    Letter,
    /// A full stop: open, or a joint.
    Stop,
    /// A part of a character that is not ASCII: open, or a letter.
    Other,
}

pub(super) const NEARS: usize = 5;

impl Near {
    pub(super) const ALL: [Self; NEARS] = [Self::Open, Self::Digit, Self::Letter, Self::Stop, Self::Other];
    #[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a constant with 256 entries")]
    const OF: [Self; 256] = {
        let mut of = [Self::Open; 256];
        let mut byte = 0;
        while byte < of.len() {
            of[byte] = match byte as u8 {
                b'0'..=b'9' => Self::Digit,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => Self::Letter,
                b'.' => Self::Stop,
                0x80.. => Self::Other,
                _ => Self::Open,
            };
            byte += 1;
        }
        of
    };

    pub(super) fn of(byte: u8) -> Self {
        Self::OF.get(usize::from(byte)).copied().unwrap_or(Self::Other)
    }

    pub(super) const fn sides(self) -> &'static [Side] {
        match self {
            Self::Open => &[Side::Open],
            Self::Digit => &[Side::Digit],
            Self::Letter => &[Side::Letter],
            Self::Stop => &[Side::Open, Side::Joint],
            Self::Other => &[Side::Open, Side::Letter],
        }
    }
}

/// Which patterns are walked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Every one.
    All,
    /// Those that count without context.
    Strong,
}

/// The patterns of each start, by group and [`Side`]; behind them the same of strong ones.
pub(super) fn patterns_of_starts(patterns: &[Arc<Pattern>], groups: &[Vec<usize>], strong: &[u64]) -> Vec<Vec<usize>> {
    let by_side = groups.iter().flat_map(|group| Side::ALL.map(|side| allowed(patterns, group, side)));
    let mut starts: Vec<Vec<usize>> = by_side.collect();
    let strong = |at: &&usize| has_bit(strong, **at);
    let of_strong: Vec<Vec<usize>> =
        starts.iter().map(|start| start.iter().filter(strong).copied().collect()).collect();
    starts.extend(of_strong);
    starts
}

/// Of these patterns, those that may stand beside a side.
pub(super) fn allowed(patterns: &[Arc<Pattern>], of: &[usize], side: Side) -> Vec<usize> {
    let allows = |at: &&usize| patterns.get(**at).is_some_and(|pattern| pattern.boundary().allows(side));
    of.iter().filter(allows).copied().collect()
}

/// The start of a group's patterns beside a side.
pub(super) const fn by_side(group: usize, side: Side) -> StartId {
    StartId(group * Side::ALL.len() + side as usize)
}

/// By the byte before and the byte at hand, whether a pattern of one group may begin.
#[derive(Debug)]
pub(super) struct Begins([[bool; 256]; NEARS]);

impl Begins {
    pub(super) fn new(automaton: &Automaton, group: usize) -> Self {
        Self(Near::ALL.map(|near| {
            let mut bits = [0; 4];
            near.sides().iter().for_each(|side| automaton.begins(by_side(group, *side), &mut bits));
            std::array::from_fn(|byte| has_bit(&bits, byte))
        }))
    }

    pub(super) fn at(&self, before: Near, byte: u8) -> bool {
        self.0.get(before as usize).and_then(|row| row.get(usize::from(byte))) == Some(&true)
    }
}

/// The bytes outside words at which something has to be looked at.
#[derive(Debug)]
pub(super) struct Outside {
    /// Ranges that cover them.
    pub(super) marks: Marks,
    by_byte: Box<[Mark; 256]>,
    /// By level and first byte, the second bytes of what begins, as bits.
    pairs: [Vec<[u64; 4]>; 2],
}

/// What a byte outside words can be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    /// A pattern of group 0 begins with it.
    pub(super) begins: bool,
    /// A needle is found by it.
    pub(super) finds: bool,
}

impl Outside {
    /// Reads which bytes they are; none where a pattern of group 0 begins inside words: then texts are read byte by byte.
    pub(super) fn new(
        begins: &Begins,
        needles: &Needles,
        program: &Program,
        (group, strong): (&[usize], &[u64]),
    ) -> Option<Self> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if (0..=0x7f).any(|byte| is_word(byte) && !byte.is_ascii_digit() && begins.at(Near::Letter, byte)) {
            return None;
        }
        let mut by_byte = Box::new([Mark::default(); 256]);
        for (mark, byte) in by_byte.iter_mut().zip(0..=0x7f).filter(|(_, byte)| !is_word(*byte)) {
            mark.finds = needles.have_trigger(byte);
            mark.begins = Near::ALL.iter().any(|near| begins.at(*near, byte));
        }
        let bytes = (0..=0x7f_u8).zip(by_byte.iter()).filter(|(_, mark)| mark.finds || mark.begins);
        let marks = cover(&bytes.map(|(byte, _)| byte).collect::<Vec<_>>());
        let counting: Vec<usize> = group.iter().copied().filter(|at| has_bit(strong, *at)).collect();
        let pairs = [group, &counting].map(|of| {
            (0..=0x7f_u8).map(|byte| if is_word(byte) { [u64::MAX; 4] } else { second(program, of, byte) }).collect()
        });
        Some(Self { marks, by_byte, pairs })
    }

    /// Tells whether a pattern of a level can begin with these bytes, of which the first is a mark.
    #[inline]
    pub(super) fn may_begin(&self, level: Level, bytes: &[u8]) -> bool {
        let [all, strong] = &self.pairs;
        let pairs = if level == Level::All { all } else { strong };
        match bytes {
            [first, next, ..] => {
                pairs.get(usize::from(*first)).is_none_or(|next_bytes| has_bit(next_bytes, usize::from(*next)))
            }
            _ => true,
        }
    }

    pub(super) fn mark(&self, byte: u8) -> Mark {
        self.by_byte.get(usize::from(byte)).copied().unwrap_or_default()
    }
}

/// Reads the second bytes of matches of some patterns that begin with a byte; any where one ends behind the first, or
/// may be cut there.
fn second(program: &Program, of: &[usize], byte: u8) -> [u64; 4] {
    let mut next = Vec::new();
    let starts = of.iter().flat_map(|at| program.start(*at));
    starts.for_each(|place| program.follow(*place, byte, |place| next.push(place)));
    let mut bytes = [0; 4];
    for place in next {
        if program.place(place).is_some_and(|place| place.end == End::Match) {
            return [u64::MAX; 4];
        }
        program.bytes(place, |low, high| set_bytes(&mut bytes, low, high));
    }
    bytes
}

/// Covers rising bytes with three ranges, apart at the two widest gaps.
fn cover(bytes: &[u8]) -> Marks {
    let (first, last) = (bytes.first().copied().unwrap_or_default(), bytes.last().copied().unwrap_or_default());
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let mut gaps: Vec<(u8, u8, u8)> = pairs.map(|(end, start)| (start - end, *end, *start)).collect();
    gaps.sort_unstable_by(|one, two| two.cmp(one));
    gaps.truncate(2);
    gaps.sort_unstable_by_key(|(_, end, _)| *end);
    let mut marks = [(first, 0); 3];
    let mut low = first;
    for (at, mark) in marks.iter_mut().enumerate() {
        match gaps.get(at) {
            Some((_, end, start)) => {
                *mark = (low, end - low);
                low = *start;
            }
            None => {
                *mark = (low, last - low);
                break;
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ranges_cover_all_marks() {
        assert_eq!(cover(b"(+-.:@"), [(b'(', 6), (b':', 0), (b'@', 0)]);
        assert_eq!(cover(b"+"), [(b'+', 0); 3]);
        assert_eq!(cover(b"+@"), [(b'+', 0), (b'@', 0), (b'+', 0)]);
    }
}
