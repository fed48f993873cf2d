//! What every match of a pattern must have: how it can begin, and how many bytes of each kind it needs.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Counts of eight kinds of bytes, one in each byte of the word, at most 127: ASCII digits, ASCII letters, `:`, `.`,
/// `-`, `/`, `+` or `_`, and all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts([u8; LANES]);

const LANES: usize = 8;
const MOST: u8 = 127;
/// The lane that counts every byte.
const ALL: u8 = 7;

/// The lane of a byte, besides [`ALL`].
const fn lane(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' | b'A'..=b'Z' => 1,
        b':' => 2,
        b'.' => 3,
        b'-' => 4,
        b'/' => 5,
        b'+' | b'_' => 6,
        _ => ALL,
    }
}

impl Counts {
    /// Counts a text.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut sums = [0_u32; LANES];
        for &byte in text {
            if let Some(sum) = sums.get_mut(usize::from(lane(byte))) {
                *sum = sum.saturating_add(1);
            }
        }
        let mut counts = sums.map(|sum| u8::try_from(sum).unwrap_or(MOST).min(MOST));
        if let Some(all) = counts.last_mut() {
            *all = u8::try_from(text.len()).unwrap_or(MOST).min(MOST);
        }
        Self(counts)
    }

    /// Tells whether no count is below what is needed.
    pub(super) const fn covers(self, needed: Self) -> bool {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let (have, need) = (u64::from_le_bytes(self.0) | HIGH, u64::from_le_bytes(needed.0));
        // No lane borrows from its neighbour: each has its high bit set and loses at most 127.
        (have - need) & HIGH == HIGH
    }

    fn zip(self, other: Self, with: impl Fn(u8, u8) -> u8) -> Self {
        let mut counts = self.0;
        for (one, two) in counts.iter_mut().zip(other.0) {
            *one = with(*one, two).min(MOST);
        }
        Self(counts)
    }

    fn times(self, factor: u32) -> Self {
        let factor = u8::try_from(factor).unwrap_or(MOST);
        self.zip(self, |one, _| one.saturating_mul(factor))
    }
}

/// Counts what every match has at least.
pub(super) fn needed(hir: &Hir) -> Counts {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Counts::default(),
        HirKind::Literal(literal) => Counts::of(&literal.0),
        HirKind::Class(class) => of_class(class),
        HirKind::Repetition(repetition) => needed(&repetition.sub).times(repetition.min),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Concat(subs) => {
            subs.iter().map(needed).fold(Counts::default(), |sum, next| sum.zip(next, u8::saturating_add))
        }
        HirKind::Alternation(subs) => {
            subs.iter().map(needed).reduce(|least, next| least.zip(next, u8::min)).unwrap_or_default()
        }
    }
}

fn of_class(class: &Class) -> Counts {
    let mut common: Option<u8> = None;
    let mut one_lane = true;
    for_each_first_byte(class, |byte| {
        let found = if byte.is_ascii() { lane(byte) } else { ALL };
        one_lane &= *common.get_or_insert(found) == found;
    });
    let mut counts = Counts::default();
    if let Some(all) = counts.0.last_mut() {
        *all = 1;
    }
    if let Some(found) = common.filter(|found| one_lane && *found != ALL)
        && let Some(count) = counts.0.get_mut(usize::from(found))
    {
        *count = 1;
    }
    counts
}

/// The bytes a match can begin with, and whether a match can be empty.
pub(super) fn first_bytes(hir: &Hir, first: &mut [bool; 256]) -> Emptiness {
    let mut add = |byte: u8| {
        if let Some(flag) = first.get_mut(usize::from(byte)) {
            *flag = true;
        }
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Emptiness::Possible,
        HirKind::Literal(literal) => {
            literal.0.first().copied().into_iter().for_each(add);
            Emptiness::Impossible
        }
        HirKind::Class(class) => {
            for_each_first_byte(class, &mut add);
            Emptiness::Impossible
        }
        HirKind::Repetition(repetition) => {
            let inner = first_bytes(&repetition.sub, first);
            if repetition.min == 0 { Emptiness::Possible } else { inner }
        }
        HirKind::Capture(capture) => first_bytes(&capture.sub, first),
        HirKind::Concat(subs) => {
            for sub in subs {
                if first_bytes(sub, first) == Emptiness::Impossible {
                    return Emptiness::Impossible;
                }
            }
            Emptiness::Possible
        }
        HirKind::Alternation(subs) => {
            let mut emptiness = Emptiness::Impossible;
            for sub in subs {
                if first_bytes(sub, first) == Emptiness::Possible {
                    emptiness = Emptiness::Possible;
                }
            }
            emptiness
        }
    }
}

/// Whether something can match nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emptiness {
    Possible,
    Impossible,
}

fn for_each_first_byte(class: &Class, mut each: impl FnMut(u8)) {
    match class {
        Class::Bytes(class) => class.iter().for_each(|range| (range.start()..=range.end()).for_each(&mut each)),
        Class::Unicode(class) => {
            for range in class.iter() {
                // First bytes of UTF-8 rise with the character.
                let first = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes().first().copied().unwrap_or_default();
                (first(range.start())..=first(range.end())).for_each(&mut each);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regex: &str, enough: &str, too_little: &str, first: &str) {
        let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(regex).unwrap();
        let needed = needed(&hir);
        assert!(Counts::of(enough.as_bytes()).covers(needed), "{regex} {enough}");
        assert!(!Counts::of(too_little.as_bytes()).covers(needed), "{regex} {too_little}");
        let mut bytes = [false; 256];
        first_bytes(&hir, &mut bytes);
        let found: String = (0..=127_u8).filter(|byte| bytes[usize::from(*byte)]).map(char::from).collect();
        assert_eq!(found, first, "{regex}");
    }

    #[test]
    fn needs_and_beginnings_are_read_from_the_pattern() {
        check(r"\d{3}-\d{2}", "12345-", "1234-x", "0123456789");
        check(r"(?:a|bc)\d*", "a", "7", "ab");
        check(r"(?i)x?[yz]{2}:", "yz:", "y::", "XYZxyz");
        check(r"\+(?:[ .]?\d){7}", "+1234567", "+123456 .", "+");
    }
}
