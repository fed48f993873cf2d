//! Percent-encoding, RFC 3986, section 2.1.

use super::Inner;
use std::fmt::Write as _;

/// Writes `text` with its percent-encoded characters undone to `inner`; `false` where there are none.
///
/// What is not UTF-8, or a control character other than white space, stays as it is written.
pub(super) fn undo(text: &str, inner: &mut Inner) -> bool {
    memchr::memchr(b'%', text.as_bytes()).is_some() && undo_with(text, &[], inner)
}

/// Does the same, and writes a space for each byte at `spaces`, which are in order; `false` where nothing was encoded.
pub(super) fn undo_with(text: &str, spaces: &[usize], inner: &mut Inner) -> bool {
    let mut spaces = spaces.iter().copied().peekable();
    let mut undone = false;
    let mut done = 0;
    let mut percent = find_percent(text, 0);
    while let Some(at) = spaces.peek().copied().into_iter().chain(percent).min() {
        copy(text, done, at, inner);
        if spaces.next_if_eq(&at).is_some() {
            inner.text.push(' ');
            inner.map.unit(1, 1);
            done = at + 1;
            continue;
        }
        match character(text.as_bytes(), at) {
            Some((c, len)) => {
                inner.text.push(c);
                inner.map.unit(c.len_utf8(), len);
                undone = true;
                done = at + len;
            }
            None => {
                copy(text, at, at + 1, inner);
                done = at + 1;
            }
        }
        percent = find_percent(text, done);
    }
    copy(text, done, text.len(), inner);
    undone
}

fn find_percent(text: &str, from: usize) -> Option<usize> {
    memchr::memchr(b'%', text.as_bytes().get(from..)?).map(|by| from + by)
}

fn copy(text: &str, from: usize, to: usize, inner: &mut Inner) {
    inner.text.push_str(text.get(from..to).unwrap_or_default());
    inner.map.copied(to - from);
}

/// Reads the character whose encoding begins at `at`, and how many bytes spell it.
fn character(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let first = encoded(bytes, at)?;
    let len = match first {
        b'\t' | b'\n' | b'\r' | 0x20..0x7F => return Some((char::from(first), 3)),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut utf8 = [first; 4];
    for (place, byte) in utf8.iter_mut().enumerate().take(len).skip(1) {
        *byte = encoded(bytes, at + place * 3)?;
    }
    let character = std::str::from_utf8(utf8.get(..len)?).ok()?.chars().next()?;
    Some((character, len * 3)).filter(|(c, _)| !c.is_control())
}

/// Reads `%` and two hexadecimal digits.
fn encoded(bytes: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = *bytes.get(at..at + 3)? else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// Appends `text` with everything encoded but unreserved characters (RFC 3986, section 2.3).
pub(super) fn write(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}
