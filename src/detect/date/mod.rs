//! Dates and times in running text, in the orders and words of seven languages.
//!
//! ISO 8601-1, RFC 3339, RFC 5322, RFC 9110 and what people write. Each word and each number that begins one is tried
//! once, reads a bounded number of bytes, and the longest that its neighbours allow is found; the search goes on
//! behind it. What cannot be (a thirteenth month, a 30th of February) is no date.

mod clock;
mod day;
mod words;

use super::bits::{Block, Marks, digit_from};
use super::boundary::{Side, is_spaceless, is_word};
use crate::model::Span;

/// What was found; the place in [`FORMS`] is the place of the form's score in a recognizer file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Moment,
    Date,
    ShortDate,
    CompactDate,
    MonthAndYear,
    NumericMonth,
    DayAndMonth,
    Time,
    Year,
    Weekday,
}

/// Every form, and its name in a recognizer file.
pub(super) const FORMS: [(&str, Form); 10] = [
    ("date and time", Form::Moment),
    ("date", Form::Date),
    ("date with a short year", Form::ShortDate),
    ("date without separators", Form::CompactDate),
    ("month and year", Form::MonthAndYear),
    ("month and year in digits", Form::NumericMonth),
    ("day and month", Form::DayAndMonth),
    ("time", Form::Time),
    ("year", Form::Year),
    ("day of the week", Form::Weekday),
];

/// Whether a text may hold names of months and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Possible,
    None,
}

/// Calls `found` for each date or time, from left to right; none overlaps another. Linear.
pub(super) fn search(text: &str, names: Names, mut found: impl FnMut(Span, Form)) {
    let mut way = Way { at: 0, previous: 0 };
    let mut line = 0;
    // A date stands in one line: in a text of lines names are read in those alone that hold one.
    while names == Names::Possible
        && let Some(len) = text.as_bytes().get(line..).and_then(|rest| memchr::memchr(b'\n', rest))
    {
        let end = line + len + 1;
        search_line(text, (names_in(text, Span::new(line, end)), end), &mut way, &mut found);
        line = end;
    }
    search_line(text, (names, text.len()), &mut way, &mut found);
}

/// How far a text was searched.
struct Way {
    at: usize,
    /// The end of the last finding.
    previous: usize,
}

/// Goes on in a text up to `end`, the end of a line or of the text.
fn search_line(text: &str, (names, end): (Names, usize), way: &mut Way, found: &mut impl FnMut(Span, Form)) {
    let line = text.get(..end).unwrap_or(text);
    while let Some(start) = next_start(line, names, way.at) {
        let mut best = Best { text, names, found: None };
        if text.as_bytes().get(start).is_some_and(u8::is_ascii_digit) {
            let goes_on = if names == Names::None { number_goes_on(text, start) } else { goes_on(text, start) };
            if goes_on && may_begin(text, start, way.previous) {
                clock::read(&mut best, start);
                day::numeric(&mut best, start);
            }
        } else {
            day::named(&mut best, start);
        }
        match best.found {
            Some((end, form)) => {
                found(Span::new(start, end), form);
                (way.at, way.previous) = (end, end);
            }
            None => way.at = word_end(text, start),
        }
    }
    way.at = way.at.max(end);
}

/// Tells whether the name of a month or a day may stand in a line: behind anything that is no letter.
fn names_in(text: &str, line: Span) -> Names {
    /// Nothing but letters is asked for.
    const MARKS: Marks = [(0, 0); 3];
    let bytes = line.of(text).as_bytes();
    let mut inside = 0;
    for from in (0..bytes.len()).step_by(64) {
        let letters = Block::read(bytes, from, MARKS).letters;
        let mut begins = letters & !(letters << 1 | inside);
        inside = letters >> 63;
        while begins != 0 {
            let at = line.start + from + begins.trailing_zeros() as usize;
            begins &= begins - 1;
            if words::may_begin(text.as_bytes().get(at..).unwrap_or_default()) && words::read(text, at).is_some() {
                return Names::Possible;
            }
        }
    }
    Names::None
}

/// Tells whether a text is nothing but a moment of our days in UTC, as nearly all events tell their time
/// (`2026-11-26T17:20:03.123Z`, RFC 3339); [`search`] finds it whole.
pub(super) fn is_timestamp(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, rest @ .., b'Z'] = text
    else {
        return false;
    };
    let is_fraction = |rest: &[u8]| match rest {
        [] => true,
        [b'.', digits @ ..] => (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let (century, year) = (two_digits(*y1, *y2), two_digits(*y3, *y4));
    let (month, day) = (two_digits(*m1, *m2), two_digits(*d1, *d2));
    matches!(century, 19..=20)
        && year < 100
        && day::is_day(century * 100 + year, month, day)
        && two_digits(*h1, *h2) < 24
        && two_digits(*n1, *n2) < 60
        && two_digits(*s1, *s2) < 60
        && is_fraction(rest)
}

/// Reads a number of two digits; a large one where they are none.
#[inline]
fn two_digits(tens: u8, ones: u8) -> u32 {
    let [tens, ones] = [tens, ones].map(|digit| u32::from(digit.wrapping_sub(b'0')));
    if tens > 9 || ones > 9 { u32::MAX } else { tens * 10 + ones }
}

/// Bytes of the shortest text that [`is_timestamp`] may hold for.
pub(super) const TIMESTAMP_MIN: usize = 20;

/// Tells whether [`search`] may find something that begins with a number in an ASCII text of this shape, where no name
/// of a month or a day stands.
pub(super) fn may_hold_number(shape: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(shape) else { return true };
    let is_joint = |at: usize| {
        let before = at.checked_sub(2).and_then(|from| shape.get(from..at));
        matches!(before, Some([digit, b'-' | b'/' | b'.' | b',' | b':']) if digit.is_ascii_digit())
    };
    let mut at = 0;
    while let Some(start) = next_start(text, Names::None, at) {
        // What stands before a joint may have been found.
        if number_goes_on(text, start) && (is_joint(start) || may_begin(text, start, 0)) {
            return true;
        }
        at = word_end(text, start);
    }
    false
}

/// The longest that was found so far at one start.
struct Best<'t> {
    text: &'t str,
    names: Names,
    found: Option<(usize, Form)>,
}

impl Best<'_> {
    /// Takes what ends at `end`, where it is the longest so far and may end there.
    fn offer(&mut self, end: usize, form: Form) {
        let is_longer = self.found.is_none_or(|(longest, _)| end > longest);
        if is_longer && may_end(self.text, end) {
            self.found = Some((end, form));
        }
    }
}

/// Gives the names of months and days, in lower case.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    words::names()
}

/// Gives the table of names for a second implementation; the words between them are in [`words`], too.
#[cfg(test)]
pub(super) use words::{ZONES, table};

/// Finds the next number at or behind `at`, or, where names are possible, the next word that may be one: with nothing of a
/// word before it.
fn next_start(text: &str, names: Names, at: usize) -> Option<usize> {
    if names == Names::None {
        return next_number(text, at);
    }
    let mut inside = text.get(..at)?.chars().next_back().is_some_and(joins);
    let mut place = at;
    while let Some(&byte) = text.as_bytes().get(place) {
        if byte.is_ascii() {
            let begins = || {
                byte.is_ascii_digit()
                    || (byte.is_ascii_alphabetic()
                        && words::may_begin(text.as_bytes().get(place..).unwrap_or_default()))
            };
            if !inside && begins() {
                return Some(place);
            }
            inside = byte == b'_' || byte.is_ascii_alphanumeric();
            place += 1;
        } else {
            // No name begins with any other letter.
            let c = text.get(place..)?.chars().next()?;
            inside = joins(c);
            place += c.len_utf8();
        }
    }
    None
}

/// Finds the next number at or behind `at` that has nothing of a word before it.
fn next_number(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let start = digit_from(text.as_bytes(), at)?;
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let inside = match before {
            Some(byte) if byte.is_ascii() => *byte == b'_' || byte.is_ascii_alphanumeric(),
            Some(_) => text.get(..start)?.chars().next_back().is_some_and(joins),
            None => false,
        };
        if !inside {
            return Some(start);
        }
        at = start + text.as_bytes().iter().skip(start).take_while(|byte| byte.is_ascii_digit()).count();
    }
}

fn word_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let ascii = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if ascii > 0 && rest.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return start + ascii;
    }
    let first = rest.chars().next().map_or(1, char::len_utf8);
    rest.char_indices().find(|(_, c)| !joins(*c)).map_or(text.len(), |(len, _)| start + len.max(first))
}

/// Tells whether a word goes on with this character.
fn joins(c: char) -> bool {
    c == '_' || (is_word(c) && !is_spaceless(c))
}

/// Tells at a glance whether the number at `start` has a length and a neighbour that it has in a date or a time.
fn goes_on(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let len = bytes.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let behind = |at: usize| {
        bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || b"/.-:,&".contains(byte) || !byte.is_ascii())
    };
    match len {
        1 | 2 => {
            behind(len)
                || (bytes.get(len) == Some(&b' ') && bytes.get(len + 1).is_some_and(|byte| !byte.is_ascii_digit()))
        }
        4 | 8 => true,
        _ => false,
    }
}

/// Tells at a glance the same where no names of months and days are read, from digits, their neighbours and what kinds of
/// bytes follow: in place of a digit a `0` may stand, in place of a letter an `a` or `A`.
fn number_goes_on(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let digits = |from: usize| {
        bytes.get(from..).unwrap_or_default().iter().take(9).take_while(|byte| byte.is_ascii_digit()).count()
    };
    let byte = |at: usize| bytes.get(at).copied();
    let is_other = |at: usize| byte(at).is_some_and(|byte| !byte.is_ascii());
    // `am`, `pm`, `h`, `Uhr`, `o'clock`: what may stand behind an hour.
    let is_half =
        |at: usize| is_other(at) || byte(at).is_some_and(|byte| b"ahopu".contains(&byte.to_ascii_lowercase()));
    let len = digits(0);
    let is_year = matches!(byte(0), Some(b'0'..=b'2'));
    match (len, byte(len)) {
        (1 | 2, Some(b'/' | b'-' | b':')) => digits(len + 1) > 0,
        (1 | 2, Some(b'.')) => digits(len + 1) > 0 || (byte(len + 1) == Some(b' ') && digits(len + 2) > 0),
        (1 | 2, Some(b' ')) => is_half(len + 1),
        (1 | 2, _) => is_half(len),
        (4, Some(b'-' | b'/')) => is_year && matches!(digits(len + 1), 0..=2 | 4),
        (4, Some(b'.')) => is_year && digits(len + 1) < 3,
        (4, Some(b':')) => is_year && digits(len + 1) == 0,
        (4, Some(b'_')) => false,
        (4, Some(b's' | b'a')) => is_year,
        (4, Some(byte)) if byte.is_ascii_alphabetic() => false,
        (4 | 8, _) => is_year,
        _ => false,
    }
}

/// Tells whether a number may begin a date: it is no fraction, no part of a longer number, no price. Behind a finding
/// one joint is allowed (`2024-03-09/2024-03-12`).
fn may_begin(text: &str, start: usize, previous: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().chars().rev();
    match (before.next(), before.next()) {
        (Some('$' | '€' | '£' | '#' | '+'), _) => false,
        (Some('-' | '/' | '.' | ',' | ':'), Some(c)) if c.is_ascii_digit() => previous > 0 && previous + 1 == start,
        _ => true,
    }
}

/// Tells whether a date may end at `end`: no word, number or fraction goes on.
fn may_end(text: &str, end: usize) -> bool {
    let mut after = text.get(end..).unwrap_or_default().chars();
    match (Side::after(text, end), after.next(), after.next()) {
        (Side::Digit | Side::Letter, _, _) => false,
        // The second date of a range has a year of four digits.
        (_, Some('/' | '-'), Some(c)) if c.is_ascii_digit() => {
            let bytes = text.as_bytes().get(end + 1..).unwrap_or_default();
            bytes.iter().take(4).filter(|byte| byte.is_ascii_digit()).count() == 4
                && bytes.get(4).is_none_or(|byte| !byte.is_ascii_digit())
        }
        (_, Some('.' | ':'), Some(c)) => !c.is_ascii_digit(),
        _ => true,
    }
}

/// Reads up to nine ASCII digits: their value, and where they end; none where there are none or more.
fn number(text: &str, at: usize) -> Option<(u32, usize)> {
    let bytes = text.as_bytes().get(at..)?;
    let len = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let value = text.get(at..at + len).filter(|_| (1..=9).contains(&len))?.parse().ok()?;
    Some((value, at + len))
}

/// Skips up to `most` of these characters.
fn skip(text: &str, at: usize, most: usize, characters: &[char]) -> usize {
    let rest = text.get(at..).unwrap_or_default().chars().take(most);
    at + rest.take_while(|c| characters.contains(c)).map(char::len_utf8).sum::<usize>()
}

/// Tells whether the text goes on so.
fn has(text: &str, at: usize, wanted: &str) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(wanted))
}

#[cfg(test)]
mod tests;
