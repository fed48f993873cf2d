//! What the first word of a pattern's matches can be: most words of a text can be the beginning of nothing.

use super::pattern::Pattern;
use super::program::{End, Program};
use super::set_bytes;
use super::tokens::{LONG, Made};
use crate::detect::boundary::Boundary;

/// Letters from which a word is no usual one: keys and other secrets may be words of any letters, but are longer.
pub(super) const FEW: usize = 14;
/// Letters up to which a word may be the beginning of many things.
pub(super) const SHORT: usize = 4;

/// What stands behind a word, and behind that where it tells much: numbers have letters before them more often than
/// words have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    End,
    /// A space, and no digit behind it.
    Space,
    SpaceAndDigit,
    Stop,
    Colon,
    /// A dash, and no digit behind it.
    Dash,
    DashAndDigit,
    /// A letter or an underscore: behind a number inside a word.
    Letter,
    Other,
}

impl Behind {
    pub(super) const ALL: [Self; 9] = [
        Self::End,
        Self::Space,
        Self::SpaceAndDigit,
        Self::Stop,
        Self::Colon,
        Self::Dash,
        Self::DashAndDigit,
        Self::Letter,
        Self::Other,
    ];

    /// Reads what stands behind a word of so many bytes.
    #[inline]
    pub(super) fn of(bytes: &[u8], len: usize) -> Self {
        match (bytes.get(len), bytes.get(len + 1)) {
            (None, _) => Self::End,
            (Some(b' '), Some(b'0'..=b'9')) => Self::SpaceAndDigit,
            (Some(b' '), _) => Self::Space,
            (Some(b'.'), _) => Self::Stop,
            (Some(b':'), _) => Self::Colon,
            (Some(b'-'), Some(b'0'..=b'9')) => Self::DashAndDigit,
            (Some(b'-'), _) => Self::Dash,
            (Some(b'A'..=b'Z' | b'a'..=b'z' | b'_'), _) => Self::Letter,
            (Some(_), _) => Self::Other,
        }
    }

    /// Tells whether a word that stands before it is likely to be one of a sentence.
    pub(super) const fn is_usual(self) -> bool {
        match self {
            Self::End | Self::Space | Self::Stop | Self::Colon | Self::Other => true,
            Self::SpaceAndDigit | Self::Dash | Self::DashAndDigit | Self::Letter => false,
        }
    }

    /// The bytes.
    const fn bytes(self) -> [u128; 2] {
        match self {
            Self::End => [0; 2],
            Self::Space | Self::SpaceAndDigit => const { bits(&[(b' ', b' ')]) },
            Self::Stop => const { bits(&[(b'.', b'.')]) },
            Self::Colon => const { bits(&[(b':', b':')]) },
            Self::Dash | Self::DashAndDigit => const { bits(&[(b'-', b'-')]) },
            Self::Letter => const { bits(LETTERS) },
            Self::Other => {
                const {
                    bits(&[
                        (0, 0x1f),
                        (b'!', b','),
                        (b'/', b'/'),
                        (b';', b'@'),
                        (b'[', b'^'),
                        (b'`', b'`'),
                        (b'{', 0x7f),
                    ])
                }
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

    /// Gives what any of these can be.
    pub(super) fn together<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut together = Self([[0; Behind::ALL.len()]; Made::ALL.len()]);
        for Self(one) in all {
            together.0.iter_mut().flatten().zip(one.iter().flatten()).for_each(|(sum, lengths)| *sum |= lengths);
        }
        together
    }

    /// Tells whether a match can begin with a whole word of letters as sentences have them, from [`SHORT`] on and fewer
    /// than [`FEW`].
    pub(super) fn may_be_usual(&self) -> bool {
        let usual = (1_u64 << FEW) - (1 << SHORT);
        let lengths = self.lengths(Made::Letters);
        lengths.iter().zip(Behind::ALL).any(|(lengths, behind)| behind.is_usual() && lengths & usual != 0)
    }

    /// By what stands behind a word that is made so: its possible lengths as bits.
    pub(super) fn lengths(&self, made: Made) -> [u64; Behind::ALL.len()] {
        self.0.get(made as usize).copied().unwrap_or([u64::MAX; Behind::ALL.len()])
    }

    /// Reads what the first words of a pattern's matches can be.
    ///
    /// A word ends where the match has another byte, or with the match, whose right neighbour is then none of a word:
    /// but that of a pattern which only refuses digits can be a letter.
    pub(super) fn of(program: &Program, at: usize, pattern: &Pattern) -> Self {
        // Matches that are cut at their longest end anywhere; only patterns of long matches are cut behind long words.
        if pattern.max_length() <= LONG {
            return Self([[u64::MAX; Behind::ALL.len()]; Made::ALL.len()]);
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
        let next = Next::of(program, &places);
        for (lengths, behind) in lengths.iter_mut().zip(Behind::ALL) {
            if anyway || next.has(behind) {
                *lengths |= 1 << len;
            }
        }
    }
    lengths
}

/// What may stand behind a word, as bits by byte; and what behind that where it is a space, or a dash.
struct Next {
    bytes: [u64; 4],
    behind_space: [u64; 4],
    behind_dash: [u64; 4],
}

impl Next {
    fn of(program: &Program, places: &[u32]) -> Self {
        let mut next = Self { bytes: [0; 4], behind_space: [0; 4], behind_dash: [0; 4] };
        let add = |place: u32, bits: &mut [u64; 4]| program.bytes(place, |low, high| set_bytes(bits, low, high));
        for place in places {
            add(*place, &mut next.bytes);
            for (byte, bits) in [(b' ', &mut next.behind_space), (b'-', &mut next.behind_dash)] {
                program.follow(*place, byte, |place| {
                    // Behind its end, anything may stand.
                    if program.place(place).is_some_and(|place| place.end == End::Match) {
                        *bits = [u64::MAX; 4];
                    }
                    add(place, bits);
                });
            }
        }
        next
    }

    fn has(&self, behind: Behind) -> bool {
        let digits = |bytes: &[u64; 4]| any(bytes, const { bits(DIGITS) });
        let others = |bytes: &[u64; 4]| any(bytes, OTHERS);
        match behind {
            Behind::SpaceAndDigit => digits(&self.behind_space),
            Behind::Space => others(&self.behind_space),
            Behind::DashAndDigit => digits(&self.behind_dash),
            Behind::Dash => others(&self.behind_dash),
            Behind::End | Behind::Stop | Behind::Colon | Behind::Letter | Behind::Other => {
                any(&self.bytes, behind.bytes())
            }
        }
    }
}

/// Tells whether any of these bytes is among the bits.
fn any(bits: &[u64; 4], [low, high]: [u128; 2]) -> bool {
    let [a, b, c, d] = bits.map(u128::from);
    (a | b << 64) & low != 0 || (c | d << 64) & high != 0
}

/// Gives the bits of ranges of bytes, made by the compiler: they are asked for millions of times.
const fn bits(mut ranges: &[(u8, u8)]) -> [u128; 2] {
    let (mut low, mut high) = (0, 0);
    while let [(first, last), rest @ ..] = ranges {
        let mut byte = *first;
        loop {
            if byte < 128 {
                low |= 1 << byte;
            } else {
                high |= 1 << (byte - 128);
            }
            if byte == *last {
                break;
            }
            byte += 1;
        }
        ranges = rest;
    }
    [low, high]
}

/// All bytes but digits.
const OTHERS: [u128; 2] = bits(&[(0, b'/'), (b':', 0xff)]);
const DIGITS: &[(u8, u8)] = &[(b'0', b'9')];
const LETTERS: &[(u8, u8)] = &[(b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];
fn overlaps(low: u8, high: u8, ranges: &[(u8, u8)]) -> bool {
    ranges.iter().any(|(first, last)| low <= *last && *first <= high)
}
