//! `application/x-www-form-urlencoded` (WHATWG URL Standard, section 5) and the queries of URLs: percent-encoding in
//! which a plus sign is a space.

use super::{Inner, url};

/// Writes `text` with its percent-encoding undone, and with spaces for the plus signs of its forms, to `inner`; `false`
/// where no plus sign is one.
///
/// A form or query may stand in any text, between white space, quotes and angle brackets.
pub(super) fn undo(text: &str, inner: &mut Inner) -> bool {
    let spaces = spaces(text);
    if spaces.is_empty() {
        return false;
    }
    url::undo_with(text, &spaces, inner);
    true
}

/// Tells at a glance whether a text may be or hold a form with a plus sign in it.
pub(super) fn promises(text: &str) -> bool {
    let bytes = text.as_bytes();
    let value = memchr::memchr(b'=', bytes).and_then(|equals| bytes.get(equals..));
    value.is_some_and(|value| memchr::memchr(b'+', value).is_some())
}

/// Undoes it in a part of a form.
pub(super) fn undo_part(text: &str, inner: &mut Inner) -> bool {
    let spaces: Vec<usize> = memchr::memchr_iter(b'+', text.as_bytes()).collect();
    url::undo_with(text, &spaces, inner) || !spaces.is_empty()
}

/// Finds the plus signs that are spaces, in order.
fn spaces(text: &str) -> Vec<usize> {
    let mut spaces = Vec::new();
    if !promises(text) {
        return spaces;
    }
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`');
    // What has no plus sign is no form: only around each plus sign is looked for edges.
    let mut at = 0;
    for plus in memchr::memchr_iter(b'+', text.as_bytes()) {
        let (Some(before), Some(after)) = (text.get(at..plus), text.get(plus..)) else { continue };
        let edge = before.char_indices().rev().find(|(_, c)| is_edge(*c));
        let start = at + edge.map_or(0, |(edge, c)| edge + c.len_utf8());
        let end = plus + after.find(is_edge).unwrap_or(after.len());
        let run = text.get(start..end).unwrap_or_default();
        at = end;
        // A plus sign in front of a query is one.
        let equals = run.find('=').unwrap_or(0);
        let query = run.get(..equals).and_then(|before| before.rfind('?')).map_or(0, |mark| mark + 1);
        if let Some(form) = run.get(query..).filter(|form| is_form(form)) {
            read(form, start + query, &mut spaces);
        }
    }
    spaces
}

/// Tells whether a text has the form of a name with a value that holds a plus sign: arithmetic (`1+2=3`) has not.
fn is_form(text: &str) -> bool {
    text.split('&').filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
        let named = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.*]".contains(byte) || !byte.is_ascii();
        name.as_bytes().last().is_some_and(named) && value.contains('+')
    })
}

/// Finds the plus signs of a form that are spaces.
///
/// Many a writer leaves a plus sign as it is where it has to be encoded: those stay that begin a number (`tel=+49…`) or
/// stand in the local part of an e-mail address (`bob+news@…`).
fn read(form: &str, base: usize, spaces: &mut Vec<usize>) {
    let bytes = form.as_bytes();
    let first = spaces.len();
    let mut local = Local::Outside;
    for (at, byte) in bytes.iter().enumerate().rev() {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        match byte {
            b'@' => local = Local::Inside,
            b'%' if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"%40")) => local = Local::Inside,
            b'+' => {
                let begins = before.is_none_or(|before| matches!(before, b'=' | b'&'));
                let number = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                if local == Local::Outside && !(begins && number) {
                    spaces.push(base + at);
                }
                local = Local::Outside;
            }
            b'.' | b'-' | b'_' => {}
            _ if byte.is_ascii_alphanumeric() => {}
            _ => local = Local::Outside,
        }
    }
    if let Some(own) = spaces.get_mut(first..) {
        own.reverse();
    }
}

/// Whether what follows a byte goes on to an `@` of an e-mail address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Local {
    Inside,
    Outside,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let mut inner = Inner::default();
        let undone = undo(text, &mut inner);
        assert_eq!(undone.then_some(inner.text.as_str()), expected, "{text}");
    }

    #[test]
    fn a_plus_sign_of_a_form_is_a_space() {
        check("a=1&tel=%2B49+30+1234567&card=4111+1111", Some("a=1&tel=+49 30 1234567&card=4111 1111"));
        check("name=Bob&ssn=536+90+4399", Some("name=Bob&ssn=536 90 4399"));
        check("first+name=Bob+M%C3%BCller", Some("first name=Bob Müller"));
        check("https://x.de/a+b?q=c+d&e+f=1", Some("https://x.de/a+b?q=c d&e f=1"));
        check("GET /s?q=c+d HTTP/1.1 1+2", Some("GET /s?q=c d HTTP/1.1 1+2"));
        check("{\"q\": \"é=c+d\"}", Some("{\"q\": \"é=c d\"}"));
        check("a[]=c+d&b", Some("a[]=c d&b"));
    }

    #[test]
    fn any_other_is_none() {
        for text in ["", "1+2", "1+2=3", "x = 1+2", "+49 30 1234567", "a=1&b=2", "c++ && d=1", "=+", "a+b?c=d", "x==1"]
        {
            check(text, None);
        }
        check("tel=+49+30+1234567", Some("tel=+49 30 1234567"));
        check("to=bob+news@x.de&q=a+b", Some("to=bob+news@x.de&q=a b"));
        check("to=Bob+Ray+bob+news%40x.de", Some("to=Bob Ray bob+news@x.de"));
        check("to=bob+news@x.de", None);
    }

    #[test]
    fn spans_come_back_to_the_bytes_of_the_form() {
        let mut inner = Inner::default();
        let text = "é tel=%2B49+30";
        assert!(undo(text, &mut inner));
        let at = inner.text.find("+49 30").unwrap();
        assert_eq!(inner.map.to_outer(crate::model::Span::new(at, at + 6)).of(text), "%2B49+30");
    }
}
