//! E-mail addresses, searched outwards from each `@`, so that none begins or ends inside a word.
//!
//! RFC 5321, section 4.1.2 and RFC 6531 (local parts and domains in any script), without what in running text is
//! rather a separator (`/ = ? & | { }` and the back quote).

use memchr::memchr_iter;

use super::boundary::{floor_boundary, is_spaceless, is_word};
use super::steps;
use crate::model::Span;

/// Calls `found` for each address, from left to right. Linear: no side reaches over another `@`.
pub(super) fn search(text: &str, mut found: impl FnMut(Span)) {
    for at in memchr_iter(b'@', text.as_bytes()) {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let Some(start) = quoted_local_part(before).or_else(|| local_part(before)) else { continue };
        let Some(len) = domain(after) else { continue };
        steps::add(at - start + len);
        found(Span::new(start, at + 1 + len));
    }
}

/// Finds where the local part begins that ends the text.
fn local_part(before: &str) -> Option<usize> {
    let mut start = None;
    for (at, byte) in before.bytes().enumerate().rev() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => start = Some(at),
            b'.' | b'-' | b'+' | b'%' | b'\'' | b'!' | b'#' | b'$' | b'*' | b'^' | b'~' => {}
            0x80.. => return local_part_beyond_ascii(before),
            _ => break,
        }
    }
    start
}

/// The same, in any script.
#[cold]
fn local_part_beyond_ascii(before: &str) -> Option<usize> {
    let mut start = None;
    let mut spaced = false;
    for (at, c) in before.char_indices().rev() {
        let inside = is_word(c) || matches!(c, '.' | '_' | '-' | '+' | '%' | '\'' | '!' | '#' | '$' | '*' | '^' | '~');
        // A script without spaces runs into an address that is written in another one.
        if !inside || (is_spaceless(c) && spaced) {
            break;
        }
        spaced |= is_word(c) && !is_spaceless(c);
        if is_word(c) || c == '_' {
            start = Some(at);
        }
    }
    start
}

/// Finds where a local part in double quotes begins that ends the text.
fn quoted_local_part(before: &str) -> Option<usize> {
    /// Bytes of a quoted local part, RFC 5321, section 4.5.3.1.1, and its quotes.
    const QUOTED_MAX: usize = 66;
    let inner = before.strip_suffix('"')?;
    let near = inner.get(floor_boundary(inner, inner.len().saturating_sub(QUOTED_MAX))..)?;
    let opening = near.rfind('"').filter(|at| at + 1 < near.len() && !near.contains('\n'))?;
    // `"a","b"@x.org` closes a quote before the last one opens a local part: an opening quote follows no word.
    let at = inner.len() - near.len() + opening;
    (!before.get(..at)?.ends_with(is_word)).then_some(at)
}

/// Finds the length of the domain that begins the text: labels, of which the last can be a top-level domain.
fn domain(after: &str) -> Option<usize> {
    let mut previous: Option<char> = None;
    let mut end = after.len();
    for (at, c) in after.char_indices() {
        let runs_on = is_spaceless(c) && previous.is_some_and(|p| is_word(p) && !is_spaceless(p));
        if !(is_word(c) || c == '-' || c == '.') || runs_on {
            end = at;
            break;
        }
        previous = Some(c);
    }
    let mut best = None;
    let mut start = 0;
    for (place, label) in after.get(..end)?.split('.').enumerate() {
        let trimmed = label.trim_end_matches('-');
        if trimmed.is_empty() || label.starts_with('-') {
            break;
        }
        if place > 0 && is_top_level(trimmed) {
            best = Some(start + trimmed.len());
        }
        if trimmed.len() < label.len() {
            break;
        }
        start += label.len() + 1;
    }
    best.filter(|end| !is_scale(after.get(..*end).unwrap_or_default()))
}

/// Tells whether a label can be a top-level domain: two letters or more, or an encoded one (RFC 5890, section 2.3.2.1).
fn is_top_level(label: &str) -> bool {
    label.starts_with("xn--")
        || (label.chars().nth(1).is_some() && label.chars().all(|c| is_word(c) && !c.is_numeric()))
}

/// Tells whether a domain is a picture's scale and file type (`icon@2x.png`).
fn is_scale(domain: &str) -> bool {
    matches!(domain.as_bytes(), [b'1'..=b'9', b'x' | b'X', b'.', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        search(text, |span| found.push(span.of(text)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_are_found_whole() {
        check("mail bob@corp.com.", &["bob@corp.com"]);
        check("jürgen.müller@example.de", &["jürgen.müller@example.de"]);
        check("ju\u{308}rgen@example.de", &["ju\u{308}rgen@example.de"]);
        check("иван.петров@пример.рф", &["иван.петров@пример.рф"]);
        check("用户@例子.广告", &["用户@例子.广告"]);
        check("请联系bob@example.com谢谢", &["bob@example.com"]);
        check("mailto:bob+tag@sub.corp.co.uk?subject=x", &["bob+tag@sub.corp.co.uk"]);
        check("?to=bob@corp.com&cc=eve@corp.com", &["bob@corp.com", "eve@corp.com"]);
        check("<bob@corp.com>,'eve@corp.com'", &["bob@corp.com", "eve@corp.com"]);
        check("o'brien@corp.ie _x_@corp.ie", &["o'brien@corp.ie", "_x_@corp.ie"]);
        check("\"john doe\"@corp.com", &["\"john doe\"@corp.com"]);
        check("bob@xn--bcher-kva.xn--p1ai", &["bob@xn--bcher-kva.xn--p1ai"]);
        check("bob@corp.com.1x", &["bob@corp.com"]);
        check("**bob@corp.com**", &["bob@corp.com"]);
        check("bob@corp.com-", &["bob@corp.com"]);
        check("a@b@c.de", &["b@c.de"]);
    }

    #[test]
    fn what_is_no_address() {
        for text in
            ["bob@localhost", "@bob", "bob@", "@", "icon@2x.png", "pkg@1.2.3", "a @ b.de", "bob@-x.de", "bob@.de"]
        {
            check(text, &[]);
        }
    }

    #[test]
    fn long_sides_are_found_whole() {
        let text = format!("{}@{}.de", "a".repeat(500), "b".repeat(300));
        check(&text, &[&text]);
    }
}
