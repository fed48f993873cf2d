//! Web addresses without a scheme (`example.org/a`), searched outwards from each full stop.
//!
//! Host names of RFC 1123, section 2.1 and RFC 5890 that end in a top-level domain of IANA's list.

use std::sync::LazyLock;

use memchr::memchr_iter;
use rustc_hash::FxHashSet;

use super::bits::hash_word;
use super::boundary::{is_spaceless, is_word};
use super::steps;
use crate::model::Span;

/// Every form, in the order of the places that [`search`] gives.
pub(super) const FORMS: [&str; 3] = ["host", "host with a path", "host that may be a file or a member"];

/// IANA, Root Zone Database, version 2024052400: ASCII and, decoded, Unicode.
static TOP_LEVEL: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| include_str!("top_level_domains.txt").lines().collect());

/// Top-level domains that also end the names of files, members of objects, or a sentence whose space is missing.
const AMBIGUOUS: &str = "able am app as at bar be bot bz by call case cat cc click codes company dev do email events fit \
     foo global group health help here host how id in info is it like link map markets md me media ml mm mov my name \
     network new news next no now one open page pictures pl plus pm post properties ps pub py read report review rs run \
     save search security select services sh show site so space st store systems tel tf to tools top total us vi wiki \
     works you zip zone";

static AMBIGUOUS_ENDS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| AMBIGUOUS.split(' ').collect());

/// Gives these domains for a second implementation.
#[cfg(test)]
pub(super) fn ambiguous() -> impl Iterator<Item = &'static str> {
    AMBIGUOUS.split(' ')
}

/// The longest path that is read.
const PATH_MAX: usize = 2048;

/// Calls `found` with each host and the place of its form, from left to right. Linear: each run of a host's characters
/// is read once.
pub(super) fn search(text: &str, mut found: impl FnMut(Span, u16)) {
    let mut resume = 0;
    for dot in memchr_iter(b'.', text.as_bytes()) {
        if dot < resume || !may_be_top_level(text.as_bytes(), dot + 1) {
            continue;
        }
        let left = text.get(resume..dot).unwrap_or_default();
        let begin =
            left.char_indices().rev().take_while(|(_, c)| is_inside(*c)).last().map_or(dot, |(at, _)| resume + at);
        let right = text.get(dot..).unwrap_or_default();
        let end = right.char_indices().find(|(_, c)| !is_inside(*c)).map_or(text.len(), |(len, _)| dot + len);
        resume = end;
        steps::add(end - begin);
        if let Some((span, place)) = host(text, Span::new(begin, end)) {
            resume = resume.max(span.end);
            found(span, place);
        }
    }
}

/// Tells whether a host may stand in an ASCII text of this shape: a top-level domain has two letters or more.
pub(super) fn may_stand_in(shape: &[u8]) -> bool {
    shape.windows(3).any(|three| matches!(three, [b'.', a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()))
}

/// The longest top-level domain of ASCII letters.
const TOP_LEVEL_MAX: usize = 24;

/// Hashes of the top-level domains of ASCII letters, as bits.
static TOP_LEVEL_HASHES: LazyLock<Box<[u64; 1 << 10]>> = LazyLock::new(|| {
    let mut bits = Box::new([0; 1 << 10]);
    for top in TOP_LEVEL.iter().filter(|top| top.is_ascii()).chain([&"xn"]) {
        let hash = usize::try_from(hash_word(top.as_bytes(), 0, top.len()) >> 48).unwrap_or_default();
        bits.get_mut(hash / 64).into_iter().for_each(|word| *word |= 1 << (hash % 64));
    }
    bits
});

/// Tells at a glance whether the letters at `at` may be a top-level domain, or the beginning of an encoded one.
fn may_be_top_level(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let len = rest.iter().take(TOP_LEVEL_MAX + 1).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if rest.get(len).is_some_and(|byte| !byte.is_ascii()) {
        return true;
    }
    let hash = usize::try_from(hash_word(rest, 0, len) >> 48).unwrap_or_default();
    (1..=TOP_LEVEL_MAX).contains(&len)
        && TOP_LEVEL_HASHES.get(hash / 64).is_some_and(|word| word >> (hash % 64) & 1 == 1)
}

fn is_inside(c: char) -> bool {
    c == '.' || c == '-' || (is_word(c) && !is_spaceless(c))
}

/// Judges one run of a host's characters.
fn host(text: &str, run: Span) -> Option<(Span, u16)> {
    let before = text.get(..run.start)?.chars().next_back();
    let begin = run.start + run.of(text).find(|c: char| c != '.' && c != '-')?;
    // A part of an e-mail address, a path, a longer name.
    if matches!(before, Some('@' | '/' | '\\' | '_' | '$')) {
        return None;
    }
    let (end, top, labels) = name(text, begin, run.end)?;
    let after = text.get(end..)?;
    if after.starts_with(['@', '_', '(', '\\']) {
        return None;
    }
    let port = after.strip_prefix(':').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let host_end = if (2..=5).contains(&port) { end + 1 + port } else { end };
    let with_path = path(text, host_end);
    if with_path > host_end {
        return Some((Span::new(begin, with_path), 1));
    }
    let is_web = text.get(begin..).is_some_and(|rest| rest.starts_with("www."));
    let is_ambiguous = labels < 3 && !is_web && AMBIGUOUS_ENDS.contains(top.as_str());
    Some((Span::new(begin, host_end), if is_ambiguous { 2 } else { 0 }))
}

/// Finds where the host name that begins at `begin` ends, its top-level domain in lower case, and how many labels it has.
fn name(text: &str, begin: usize, end: usize) -> Option<(usize, String, usize)> {
    let mut name = text.get(begin..end)?;
    // A sentence that goes on without a space: `example.org.Next`.
    for _ in 0..3 {
        name = name.trim_end_matches(['.', '-']);
        let (rest, top) = name.rsplit_once('.')?;
        let labels = || rest.split('.');
        let are_labels =
            labels().all(|label| (1..64).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-'));
        let lower = top.to_lowercase();
        let is_one_case = lower == top || name.to_uppercase() == name;
        let has_letter = rest.chars().any(char::is_alphabetic) || matches!(lower.as_str(), "com" | "org" | "net");
        if are_labels && is_one_case && has_letter && TOP_LEVEL.contains(lower.as_str()) {
            return Some((begin + name.len(), lower, labels().count() + 1));
        }
        name = rest;
    }
    None
}

/// Finds where the path, query or fragment at `at` ends; `at` where there is none.
fn path(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if !rest.starts_with(['/', '?', '#']) {
        return at;
    }
    let inside =
        |c: char| !(c <= ' ' || c == '\u{7f}' || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'));
    let ends = |(count, (_, c)): &(usize, (usize, char))| *count == PATH_MAX || !inside(*c);
    let len = rest.char_indices().enumerate().find(ends).map_or(rest.len(), |(_, (len, _))| len);
    let shown = rest.get(..len).unwrap_or_default();
    steps::add(len);
    at + shown.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, u16)]) {
        let mut found = Vec::new();
        search(text, |span, place| found.push((span.of(text), place)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn hosts_are_found() {
        check("see example.org.", &[("example.org", 0)]);
        check("example.org/a?b=c#d, then", &[("example.org/a?b=c#d", 1)]);
        check("(shop.example.co.uk:8080/x)", &[("shop.example.co.uk:8080/x", 1)]);
        check("пример.рф bücher.de", &[("пример.рф", 0), ("bücher.de", 0)]);
        check("EXAMPLE.COM", &[("EXAMPLE.COM", 0)]);
        check("xn--bcher-kva.xn--p1ai", &[("xn--bcher-kva.xn--p1ai", 0)]);
        check("163.com", &[("163.com", 0)]);
        check("on example.org.Next we", &[("example.org", 0)]);
        check("site=example.net&x", &[("example.net", 0)]);
        check("customer.name main.rs", &[("customer.name", 2), ("main.rs", 2)]);
    }

    #[test]
    fn what_is_no_host() {
        for text in [
            "bob@example.org",
            "kim.lee@corp.com",
            "end.In the",
            "Node.js",
            "e.g. this",
            "1.2.3",
            "3.am",
            "a..com",
            ".com",
            "-.de",
            "src/main.rs",
            "x.foo_bar",
            "list.map(x)",
            "report.pdf",
            "...",
            "$user.name",
            "C:\\x.com\\",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_long_run_is_read_once() {
        let text = "a.".repeat(50_000);
        check(&text, &[]);
        let text = format!("example.org/{}", "a".repeat(5000));
        check(&text, &[(text.get(..11 + PATH_MAX).unwrap(), 1)]);
    }

    #[test]
    fn no_top_level_domain_is_overlooked() {
        for top in TOP_LEVEL.iter() {
            for text in
                [format!("a.{top}"), format!("a.{}-", top.to_uppercase()), format!("b.{top}.c"), format!("b.{top}/")]
            {
                assert!(may_be_top_level(text.as_bytes(), 2), "{text}");
            }
        }
        assert!(!may_be_top_level(b"a.1", 2) && !may_be_top_level(b"a.", 2) && !may_be_top_level(b"e.process(", 2));
    }

    #[test]
    fn every_ambiguous_domain_is_one() {
        assert!(AMBIGUOUS.split(' ').all(|top| TOP_LEVEL.contains(top)));
    }
}
