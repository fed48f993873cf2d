//! The tokens of JSON: where a string stops, what an escape stands for, how far a number reaches.

use crate::format::{Fault, FormatError};
use wide::u8x16;

/// Finds the next byte at or after `from` that ends the plain part of a string: a quote, a backslash or a control
/// character; the length of `bytes` where there is none.
pub(super) fn plain_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let (blocks, rest) = rest.as_chunks::<16>();
    let mut at = from;
    for block in blocks {
        let block = u8x16::new(*block);
        let is = |byte| block.simd_eq(u8x16::splat(byte));
        let control = block.min(u8x16::splat(0x1f)).simd_eq(block);
        let hits = (is(b'"') | is(b'\\') | control).to_bitmask();
        if hits != 0 {
            return at + hits.trailing_zeros() as usize;
        }
        at += 16;
    }
    let (words, tail) = rest.as_chunks::<8>();
    for word in words {
        let hits = stops(u64::from_le_bytes(*word));
        if hits != 0 {
            return at + (hits.trailing_zeros() >> 3) as usize;
        }
        at += 8;
    }
    at + tail.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20).unwrap_or(tail.len())
}

/// Sets the high bit of each byte of `word` that is a quote, a backslash or a control character.
///
/// Bits above the lowest set one can be wrong (a borrow runs upwards only); the lowest is right.
const fn stops(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES << 7;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let backslashes = backslash.wrapping_sub(ONES) & !backslash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & HIGH
}

/// Reads the escape whose backslash stands at `at`: the character, and how many bytes spell it.
pub(super) fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), FormatError> {
    let Some(&letter) = bytes.get(at + 1) else {
        return Err(FormatError::new(Fault::UnexpectedEnd, bytes.len()));
    };
    let character = match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(bytes, at),
        _ => return Err(FormatError::new(Fault::InvalidEscape, at)),
    };
    Ok((character, 2))
}

/// Reads `\uXXXX`, or two of them that are a surrogate pair.
fn unicode(bytes: &[u8], at: usize) -> Result<(char, usize), FormatError> {
    let first = hex(bytes, at + 2).ok_or(FormatError::new(Fault::InvalidEscape, at))?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    let lone = FormatError::new(Fault::LoneSurrogate, at);
    let follows = bytes.get(at + 6..at + 8) == Some(br"\u");
    match hex(bytes, at + 8) {
        Some(second @ 0xdc00..=0xdfff) if follows && first < 0xdc00 => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            char::from_u32(code).map(|character| (character, 12)).ok_or(lone)
        }
        _ => Err(lone),
    }
}

/// Reads four hexadecimal digits.
fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |sum, &digit| Some(sum << 4 | char::from(digit).to_digit(16)?))
}

/// Finds the end of the number that begins at `at` with a digit or a sign (RFC 8259, section 6).
pub(super) fn number_end(bytes: &[u8], at: usize) -> Result<usize, FormatError> {
    let is = |at: usize, wanted: u8| bytes.get(at) == Some(&wanted);
    let whole = if is(at, b'-') { at + 1 } else { at };
    let mut end = digits(bytes, whole)?;
    if is(whole, b'0') && end > whole + 1 {
        return Err(FormatError::new(Fault::InvalidNumber, whole));
    }
    if is(end, b'.') {
        end = digits(bytes, end + 1)?;
    }
    if is(end, b'e') || is(end, b'E') {
        let signed = is(end + 1, b'+') || is(end + 1, b'-');
        end = digits(bytes, if signed { end + 2 } else { end + 1 })?;
    }
    Ok(end)
}

/// Finds the end of at least one digit.
fn digits(bytes: &[u8], at: usize) -> Result<usize, FormatError> {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| !byte.is_ascii_digit()) {
        Some(0) => Err(FormatError::new(Fault::InvalidNumber, at)),
        None if rest.is_empty() => Err(FormatError::new(Fault::UnexpectedEnd, bytes.len())),
        count => Ok(at + count.unwrap_or(rest.len())),
    }
}

/// Finds the first byte at or after `at` that is not white space.
pub(super) fn white_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Finds the start of the white space that ends at `at`.
pub(super) fn white_start(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = at.checked_sub(1).and_then(|before| bytes.get(before)) {
        at -= 1;
    }
    at
}
