//! Literals that every match of a pattern contains.

use std::ops::RangeInclusive;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Needles that a text is searched for; further patterns do without.
const NEEDLES_MAX: usize = 64;
/// Bytes from which a literal is rare enough to look for.
const NEEDLE_MIN: usize = 3;

/// The needles of a set of patterns, each to be looked for in any case.
#[derive(Debug)]
pub(super) struct Needles {
    all: Vec<Needle>,
    /// By byte: the needles that are found by it, as bits.
    by_trigger: [u64; 256],
}

impl Default for Needles {
    fn default() -> Self {
        Self { all: Vec::new(), by_trigger: [0; 256] }
    }
}

#[derive(Debug)]
struct Needle {
    /// In lower case.
    literal: Vec<u8>,
    /// The place of the byte that it is found by, one outside words.
    trigger: usize,
    /// The byte behind that one, or before it where it is the last.
    beside: (Beside, u8),
    /// Bytes that a match may have before it; none where there is no limit.
    reach: Option<usize>,
}

/// A literal that stands in every match of a pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Literal {
    /// In lower case.
    pub(super) bytes: Vec<u8>,
    /// Bytes that a match may have before it; none where there is no limit.
    pub(super) reach: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Beside {
    Before,
    Behind,
}

impl Needles {
    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    /// Finds a literal's place among the needles, or adds it; none where it is too short or common to be one.
    pub(super) fn place(&mut self, Literal { bytes, reach }: &Literal) -> Option<usize> {
        if let Some(known) = self.all.iter().position(|needle| needle.literal == *bytes) {
            if let Some(needle) = self.all.get_mut(known) {
                needle.reach = needle.reach.zip(*reach).map(|(one, other)| one.max(other));
            }
            return Some(known);
        }
        if bytes.len() < NEEDLE_MIN || self.all.len() == NEEDLES_MAX {
            return None;
        }
        let trigger = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
        let behind = bytes.get(trigger + 1).map(|byte| (Beside::Behind, *byte));
        let before = || trigger.checked_sub(1).and_then(|at| bytes.get(at)).map(|byte| (Beside::Before, *byte));
        let beside = behind.or_else(before)?;
        if let Some(found) = bytes.get(trigger).and_then(|byte| self.by_trigger.get_mut(usize::from(*byte))) {
            *found |= 1 << self.all.len();
        }
        self.all.push(Needle { literal: bytes.clone(), trigger, beside, reach: *reach });
        Some(self.all.len() - 1)
    }

    /// Tells whether a needle is found by this byte.
    pub(super) fn have_trigger(&self, byte: u8) -> bool {
        self.by_trigger.get(usize::from(byte)).is_some_and(|found| *found != 0)
    }

    /// Gives where matches may begin whose needle has its trigger at `at`; none where anywhere before.
    pub(super) fn starts(&self, place: usize, at: usize) -> Option<RangeInclusive<usize>> {
        let needle = self.all.get(place)?;
        let start = at.saturating_sub(needle.trigger);
        Some(start.saturating_sub(needle.reach?)..=start)
    }

    /// Gives the needles that stand around a trigger, as bits.
    pub(super) fn around(&self, text: &[u8], at: usize) -> u64 {
        let trigger = text.get(at).map_or(0, |byte| usize::from(*byte));
        let mut found = self.by_trigger.get(trigger).copied().unwrap_or_default();
        let mut met = 0;
        while found != 0 {
            let place = found.trailing_zeros() as usize;
            found &= found - 1;
            let Some(needle) = self.all.get(place) else { continue };
            let (beside, byte) = match needle.beside {
                (Beside::Behind, byte) => (text.get(at + 1), byte),
                (Beside::Before, byte) => (at.checked_sub(1).and_then(|at| text.get(at)), byte),
            };
            if beside.is_some_and(|it| it.eq_ignore_ascii_case(&byte)) && needle.stands(text, at) {
                met |= 1 << place;
            }
        }
        met
    }
}

impl Needles {
    /// Gives the places of needles that may stand around a trigger in a text of this shape.
    pub(super) fn around_in(&self, shape: &[u8], at: usize) -> impl Iterator<Item = usize> {
        let stands = move |needle: &Needle| {
            let start = at.checked_sub(needle.trigger);
            let here = start.and_then(|start| shape.get(start..start + needle.literal.len()));
            // In any case, a letter stands for a letter and a digit for a digit.
            let kind = |byte: u8| match byte {
                b'0'..=b'9' => b'0',
                b'a'..=b'z' | b'A'..=b'Z' => b'a',
                other => other,
            };
            here.is_some_and(|here| here.iter().zip(&needle.literal).all(|(here, own)| kind(*here) == kind(*own)))
        };
        self.all.iter().enumerate().filter(move |(_, needle)| stands(needle)).map(|(place, _)| place)
    }
}

impl Needle {
    fn stands(&self, text: &[u8], at: usize) -> bool {
        let start = at.checked_sub(self.trigger);
        let here = start.and_then(|start| text.get(start..start + self.literal.len()));
        here.is_some_and(|here| here.eq_ignore_ascii_case(&self.literal))
    }
}

/// Finds the longest literal that stands in every match, letters in lower case and to be looked for in any case.
pub(super) fn needle(hir: &Hir) -> Literal {
    let mut reader = Reader { before: Some(0), run: Literal::default(), longest: Literal::default() };
    reader.read(hir);
    reader.end();
    reader.longest
}

struct Reader {
    /// Bytes that a match may have before what is read next.
    before: Option<usize>,
    run: Literal,
    longest: Literal,
}

impl Reader {
    /// Lengthens the run by what `hir` spells out; what it leaves open ends the run.
    fn read(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => literal.0.iter().for_each(|byte| self.push(byte.to_ascii_lowercase())),
            HirKind::Class(class) => match letter(class) {
                Some(letter) => self.push(letter),
                None => self.skip(hir),
            },
            HirKind::Capture(capture) => self.read(&capture.sub),
            HirKind::Concat(subs) => subs.iter().for_each(|sub| self.read(sub)),
            HirKind::Look(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => self.skip(hir),
        }
    }

    fn push(&mut self, byte: u8) {
        if self.run.bytes.is_empty() {
            self.run.reach = self.before;
        }
        self.run.bytes.push(byte);
        self.before = self.before.map(|before| before + 1);
    }

    fn skip(&mut self, hir: &Hir) {
        self.end();
        self.before = self.before.zip(hir.properties().maximum_len()).map(|(before, more)| before + more);
    }

    fn end(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.bytes.len() > self.longest.bytes.len() {
            self.longest = run;
        }
    }
}

/// The letter of a class that is one in both cases.
fn letter(class: &Class) -> Option<u8> {
    let mut bytes = Vec::new();
    match class {
        Class::Bytes(class) => {
            class.iter().for_each(|range| bytes.extend([range.start(), range.end()]));
        }
        Class::Unicode(class) => {
            for range in class.iter() {
                bytes.extend([u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?]);
            }
        }
    }
    bytes.dedup();
    match bytes.as_slice() {
        [upper, lower] if upper.is_ascii_alphabetic() && upper.to_ascii_lowercase() == *lower => Some(*lower),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regex: &str, expected: (&str, Option<usize>)) {
        let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(regex).unwrap();
        let Literal { bytes, reach } = needle(&hir);
        assert_eq!((std::str::from_utf8(&bytes).unwrap(), reach), expected, "{regex}");
    }

    #[test]
    fn needles_are_found_by_their_triggers() {
        let mut needles = Needles::default();
        let places = ["://", "www.", "a.", "abc", "://", "-----begin "]
            .map(|it| needles.place(&Literal { bytes: it.as_bytes().to_vec(), reach: Some(4) }));
        assert_eq!(places, [Some(0), Some(1), None, None, Some(0), Some(2)]);
        let text = b"x WWW.a http://y -----BEGIN K a.b -";
        let met: Vec<(usize, u64)> =
            (0..text.len()).map(|at| (at, needles.around(text, at))).filter(|(_, met)| *met != 0).collect();
        assert_eq!(met, [(5, 2), (12, 1), (17, 4)]);
        assert!(needles.have_trigger(b':') && needles.have_trigger(b'.') && !needles.have_trigger(b'/'));
    }

    #[test]
    fn every_match_has_it() {
        check(r"(?i)(?:https?|ftp)://[^ ]+", ("://", Some(5)));
        check(r"(?i)www\.[a-z]+", ("www.", Some(0)));
        check(r"-----BEGIN (?:RSA )?PRIVATE KEY-----", ("private key-----", Some(15)));
        check(r"\d+|x", ("", None));
        check(r"\d+ab", ("ab", None));
        check(r"a{3}bc", ("bc", Some(3)));
        check(r"(?<value>ab)(cd)[ef]?gh", ("abcd", Some(0)));
        check(r"[a-b]c", ("c", Some(1)));
    }
}
