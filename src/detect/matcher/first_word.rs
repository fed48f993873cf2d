//! What the first word of a pattern's matches can be: most words of a text can be the beginning of nothing.

use super::pattern::Pattern;
use super::program::{End, Program};
use super::tokens::{LONG, Made};
use crate::detect::boundary::Boundary;

/// What stands behind a word: none where the text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    End,
    Space,
    Stop,
    Colon,
    Dash,
    Other,
}

impl Behind {
    pub(super) const ALL: [Self; 6] = [Self::End, Self::Space, Self::Stop, Self::Colon, Self::Dash, Self::Other];

    pub(super) const fn of(byte: Option<&u8>) -> Self {
        match byte {
            None => Self::End,
            Some(b' ') => Self::Space,
            Some(b'.') => Self::Stop,
            Some(b':') => Self::Colon,
            Some(b'-') => Self::Dash,
            Some(_) => Self::Other,
        }
    }

    /// The ASCII bytes, from the first to the last.
    const fn bytes(self) -> &'static [(u8, u8)] {
        match self {
            Self::End => &[],
            Self::Space => &[(b' ', b' ')],
            Self::Stop => &[(b'.', b'.')],
            Self::Colon => &[(b':', b':')],
            Self::Dash => &[(b'-', b'-')],
            Self::Other => {
                &[(0, 0x1f), (b'!', b','), (b'/', b'/'), (b';', b'@'), (b'[', b'^'), (b'`', b'`'), (b'{', 0x7f)]
            }
        }
    }
}

/// By what a word is made of and what stands behind it, its possible lengths as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FirstWord([[u64; Behind::ALL.len()]; Made::ALL.len()]);

impl FirstWord {
    /// Tells whether a match can begin with a whole word like this.
    pub(super) fn can_be(&self, made: Made, len: usize, behind: Behind) -> bool {
        let lengths = self.0.get(made as usize).and_then(|row| row.get(behind as usize));
        lengths.is_some_and(|lengths| lengths >> len & 1 == 1)
    }

    /// Reads what the first words of a pattern's matches can be.
    ///
    /// A word ends where the match has another byte, or with the match, whose right neighbour is then none of a word:
    /// but that of a pattern which only refuses digits can be a letter.
    pub(super) fn of(program: &Program, at: usize, pattern: &Pattern) -> Self {
        // Matches that are cut at their longest end anywhere; only patterns of long matches are cut behind long words.
        if pattern.max_length() <= LONG {
            return Self([[u64::MAX; 6]; 3]);
        }
        Self(Made::ALL.map(|made| lengths(program, program.start(at), made, pattern)))
    }
}

fn lengths(program: &Program, start: &[u32], made: Made, pattern: &Pattern) -> [u64; Behind::ALL.len()] {
    let takes = |low: u8, high: u8| match made {
        Made::Digits => overlaps(low, high, DIGITS),
        Made::Letters => overlaps(low, high, LETTERS),
        Made::Both => overlaps(low, high, DIGITS) || overlaps(low, high, LETTERS),
    };
    let mut places = start.to_vec();
    let mut lengths = [0; Behind::ALL.len()];
    // A pattern that refuses only digits may end inside a word, before a letter.
    let mut ended = false;
    for len in 1..=LONG {
        let mut next = Vec::new();
        for &place in &places {
            program.follow_where(place, takes, |place| next.push(place));
        }
        next.sort_unstable();
        next.dedup();
        places = next;
        let ends = places.iter().any(|place| program.place(*place).is_some_and(|place| place.end == End::Match));
        ended |= ends && made != Made::Digits && pattern.boundary() == Boundary::Digit;
        let anyway = ends || ended || (len == LONG && !places.is_empty());
        for (lengths, behind) in lengths.iter_mut().zip(Behind::ALL) {
            let goes_on = places.iter().any(|place| {
                let mut other = false;
                program.bytes(*place, |low, high| other |= overlaps(low, high, behind.bytes()));
                other
            });
            if anyway || goes_on {
                *lengths |= 1 << len;
            }
        }
    }
    lengths
}

const DIGITS: &[(u8, u8)] = &[(b'0', b'9')];
const LETTERS: &[(u8, u8)] = &[(b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];
fn overlaps(low: u8, high: u8, ranges: &[(u8, u8)]) -> bool {
    ranges.iter().any(|(first, last)| low <= *last && *first <= high)
}
