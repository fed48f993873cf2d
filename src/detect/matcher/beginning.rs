//! Words of small letters, perhaps with one capital: with which three of them a pattern can begin.
//!
//! Most words of free text are such words, and hardly any pattern begins with one. Here the
//! three letters are asked together, so that `cus` is the beginning of nothing though `com` and `sus` may be.

use std::ops::Range;
use std::sync::Arc;

use super::pattern::Pattern;
use super::program::{End, Program};

/// Letters that are asked.
const DEPTH: usize = 3;
/// Small letters.
const LETTERS: usize = 26;
/// Beginnings of one case.
const COUNT: usize = LETTERS * LETTERS * LETTERS;

/// One bit for each beginning.
#[derive(Debug)]
pub(super) struct Beginnings {
    /// Three small letters.
    small: Vec<u64>,
    /// A capital and two small letters.
    capital: Vec<u64>,
}

impl Beginnings {
    /// Reads which of them some patterns can begin with.
    pub(super) fn new(program: &Program, patterns: &[Arc<Pattern>], of: &[usize]) -> Self {
        let starts: Vec<u32> = of.iter().flat_map(|at| program.start(*at)).copied().collect();
        let bits = || vec![0; COUNT.div_ceil(64)];
        let mut beginnings = Self { small: bits(), capital: bits() };
        for (first, bits) in [(b'a', &mut beginnings.small), (b'A', &mut beginnings.capital)] {
            let shortest = |place: &u32| {
                let place = program.place(*place)?;
                patterns.get(place.pattern as usize).map(|pattern| pattern.max_length())
            };
            // A match that is cut so early ends anywhere.
            if starts.iter().filter_map(shortest).any(|length| length <= 2 * DEPTH) {
                bits.fill(u64::MAX);
            } else {
                read(program, &starts, &[first, b'a', b'a'], &[0], bits);
            }
        }
        beginnings
    }

    /// Tells whether one of the patterns can begin with these bytes, of which the first is that of a word.
    #[inline]
    pub(super) fn may_be(&self, bytes: &[u8]) -> bool {
        let Some([first, second, third]) = bytes.first_chunk() else { return true };
        let letter = |byte: &u8| usize::from(byte.wrapping_sub(b'a'));
        let (bits, first) = if first.is_ascii_uppercase() {
            (&self.capital, usize::from(first - b'A'))
        } else {
            (&self.small, letter(first))
        };
        let (second, third) = (letter(second), letter(third));
        if first >= LETTERS || second >= LETTERS || third >= LETTERS {
            return true;
        }
        super::has_bit(bits, (first * LETTERS + second) * LETTERS + third)
    }
}

/// Sets the bits of all beginnings that lead on from these places, which each of `so_far` led to; it numbers its letters.
fn read(program: &Program, places: &[u32], firsts: &[u8], so_far: &[usize], bits: &mut [u64]) {
    let Some((first, more)) = firsts.split_first() else {
        return so_far.iter().for_each(|at| super::set_bit(bits, *at));
    };
    // Behind its end, anything may stand.
    if places.iter().any(|place| program.place(*place).is_some_and(|place| place.end == End::Match)) {
        let count = firsts.iter().fold(1, |count, _| count * LETTERS);
        let all = so_far.iter().flat_map(|so_far| so_far * count..(so_far + 1) * count);
        return all.for_each(|at| super::set_bit(bits, at));
    }
    for alike in alike(program, places, *first) {
        let Some(letter) = alike.clone().next().and_then(|place| u8::try_from(place).ok()) else { continue };
        let mut next = Vec::new();
        places.iter().for_each(|place| program.follow(*place, first + letter, |place| next.push(place)));
        if !next.is_empty() {
            next.sort_unstable();
            next.dedup();
            let so_far: Vec<usize> =
                so_far.iter().flat_map(|so_far| alike.clone().map(move |place| so_far * LETTERS + place)).collect();
            read(program, &next, more, &so_far, bits);
        }
    }
}

/// Cuts the letters from `first` on into runs of which each leads to the same places.
fn alike(program: &Program, places: &[u32], first: u8) -> Vec<Range<usize>> {
    let mut cuts = [false; LETTERS + 1];
    let mut cut = |byte: u8| {
        if let Some(cut) = byte.checked_sub(first).and_then(|place| cuts.get_mut(usize::from(place))) {
            *cut = true;
        }
    };
    cut(first);
    for place in places {
        program.bytes(*place, |low, high| {
            cut(low);
            cut(high.saturating_add(1));
        });
    }
    let starts: Vec<usize> = (0..LETTERS).filter(|place| cuts.get(*place) == Some(&true)).collect();
    let ends = starts.iter().skip(1).copied().chain([LETTERS]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}
