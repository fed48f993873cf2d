//! Literals that every match of a pattern contains.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Needles that a text is searched for; further patterns do without.
const NEEDLES_MAX: usize = 64;
/// Bytes from which a literal is rare enough to look for.
const NEEDLE_MIN: usize = 3;

/// The needles of a set of patterns, each to be looked for in any case.
#[derive(Debug, Default)]
pub(super) struct Needles(Vec<Needle>);

#[derive(Debug)]
struct Needle {
    /// In lower case.
    literal: Vec<u8>,
    /// The place of the byte that it is found by, one outside words.
    trigger: usize,
    /// The byte behind that one, or before it where it is the last.
    beside: (Beside, u8),
}

#[derive(Debug, Clone, Copy)]
enum Beside {
    Before,
    Behind,
}

impl Needles {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Finds a literal's place among the needles, or adds it; none where it is too short or common to be one.
    pub(super) fn place(&mut self, literal: &[u8]) -> Option<usize> {
        if let Some(known) = self.0.iter().position(|needle| needle.literal == literal) {
            return Some(known);
        }
        if literal.len() < NEEDLE_MIN || self.0.len() == NEEDLES_MAX {
            return None;
        }
        let trigger = literal.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
        let behind = literal.get(trigger + 1).map(|byte| (Beside::Behind, *byte));
        let before = || trigger.checked_sub(1).and_then(|at| literal.get(at)).map(|byte| (Beside::Before, *byte));
        let beside = behind.or_else(before)?;
        self.0.push(Needle { literal: literal.to_vec(), trigger, beside });
        Some(self.0.len() - 1)
    }

    /// Tells whether a needle is found by this byte.
    pub(super) fn have_trigger(&self, byte: u8) -> bool {
        self.0.iter().any(|needle| needle.literal.get(needle.trigger) == Some(&byte))
    }

    /// Gives the needles that stand around a trigger, as bits.
    pub(super) fn around(&self, text: &[u8], at: usize) -> u64 {
        let mut met = 0;
        for (place, needle) in self.0.iter().enumerate() {
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

impl Needle {
    fn stands(&self, text: &[u8], at: usize) -> bool {
        let start = at.checked_sub(self.trigger);
        let here = start.and_then(|start| text.get(start..start + self.literal.len()));
        here.is_some_and(|here| here.eq_ignore_ascii_case(&self.literal))
    }
}

/// Finds the longest literal that stands in every match, letters in lower case and to be looked for in any case.
pub(super) fn needle(hir: &Hir) -> Vec<u8> {
    let mut longest = Vec::new();
    let mut run = Vec::new();
    read(hir, &mut run, &mut longest);
    end(&mut run, &mut longest);
    longest
}

/// Lengthens `run` by what `hir` spells out; what it leaves open ends the run.
fn read(hir: &Hir, run: &mut Vec<u8>, longest: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => run.extend(literal.0.iter().map(u8::to_ascii_lowercase)),
        HirKind::Class(class) => match letter(class) {
            Some(letter) => run.push(letter),
            None => end(run, longest),
        },
        HirKind::Capture(capture) => read(&capture.sub, run, longest),
        HirKind::Concat(subs) => subs.iter().for_each(|sub| read(sub, run, longest)),
        HirKind::Look(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => end(run, longest),
    }
}

fn end(run: &mut Vec<u8>, longest: &mut Vec<u8>) {
    if run.len() > longest.len() {
        longest.clone_from(run);
    }
    run.clear();
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

    fn check(regex: &str, expected: &str) {
        let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(regex).unwrap();
        assert_eq!(String::from_utf8(needle(&hir)).unwrap(), expected, "{regex}");
    }

    #[test]
    fn needles_are_found_by_their_triggers() {
        let mut needles = Needles::default();
        let places = ["://", "www.", "a.", "abc", "://", "-----begin "].map(|it| needles.place(it.as_bytes()));
        assert_eq!(places, [Some(0), Some(1), None, None, Some(0), Some(2)]);
        let text = b"x WWW.a http://y -----BEGIN K a.b -";
        let met: Vec<(usize, u64)> =
            (0..text.len()).map(|at| (at, needles.around(text, at))).filter(|(_, met)| *met != 0).collect();
        assert_eq!(met, [(5, 2), (12, 1), (17, 4)]);
        assert!(needles.have_trigger(b':') && needles.have_trigger(b'.') && !needles.have_trigger(b'/'));
    }

    #[test]
    fn every_match_has_it() {
        check(r"(?i)(?:https?|ftp)://[^ ]+", "://");
        check(r"(?i)www\.[a-z]+", "www.");
        check(r"-----BEGIN (?:RSA )?PRIVATE KEY-----", "private key-----");
        check(r"\d+|x", "");
        check(r"a{3}bc", "bc");
        check(r"(?<value>ab)(cd)[ef]?gh", "abcd");
        check(r"[a-b]c", "c");
    }
}
