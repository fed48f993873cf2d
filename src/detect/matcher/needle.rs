//! The literal that every match of a pattern contains.

use regex_syntax::hir::{Class, Hir, HirKind};

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
