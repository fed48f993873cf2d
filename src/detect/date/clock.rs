//! Times of day, and the time behind a date.

use super::{Best, Form, has, number, skip, words};

/// Offers every time of day that begins at `at`.
pub(super) fn read(best: &mut Best<'_>, at: usize) {
    for end in ends(best.text, at) {
        best.offer(end, Form::Time);
    }
}

/// Offers the date that ends at `end` together with the time behind it.
pub(super) fn behind(best: &mut Best<'_>, end: usize) {
    let text = best.text;
    let is_compact = has(text, end, "T") || has(text, end, "t");
    let mut starts = Vec::with_capacity(2);
    if is_compact || has(text, end, ":") || has(text, end, "_") {
        starts.push(end + 1);
    }
    let comma = skip(text, end, 1, &[',', ';']);
    let spaced = skip(text, comma, 2, &[' ']);
    if spaced > comma {
        starts.push(spaced);
        let dash = skip(text, spaced, 1, &['-', '–', '@', '|']);
        if let Some(at) = words::one_of(text, spaced, &words::AT).or((dash > spaced).then_some(dash)) {
            starts.push(skip(text, at, 1, &[' ']));
        }
    }
    for start in starts {
        for end in ends(text, start) {
            best.offer(end, Form::Moment);
        }
        if is_compact {
            compact(best, start);
        }
    }
}

/// `T101112Z` of ISO 8601's basic format.
fn compact(best: &mut Best<'_>, at: usize) {
    let Some((value, end)) = number(best.text, at) else { return };
    let (hour, minute, second) = match end - at {
        4 => (value / 100, value % 100, 0),
        6 => (value / 10_000, value / 100 % 100, value % 100),
        _ => return,
    };
    if hour < 24 && minute < 60 && second < 61 {
        best.offer(end, Form::Moment);
        let end = fraction(best.text, end);
        best.offer(end, Form::Moment);
        for end in zones(best.text, end) {
            best.offer(end, Form::Moment);
        }
    }
}

/// Every place where a time of day that begins at `at` may end.
fn ends(text: &str, at: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    let Some((hour, end)) = number(text, at).filter(|(hour, end)| *hour < 25 && end - at < 3) else { return ends };
    if let Some(end) = part(text, end, ":") {
        ends.push(end);
        let end = part(text, end, ":").map_or(end, |end| fraction(text, end));
        ends.push(end);
        let end = half(text, end).inspect(|end| ends.push(*end)).unwrap_or(end);
        ends.extend(zones(text, end));
        return ends;
    }
    // `10 am`, `10.30 Uhr`, `10h30`, `10 o'clock`.
    let minutes = part(text, end, ".").unwrap_or(end);
    let spaced = skip(text, minutes, 1, &[' ']);
    if !begins_word(text, spaced) && !begins_word(text, end) {
        return ends;
    }
    ends.extend(half(text, minutes).filter(|_| hour < 13));
    ends.extend(words::one_of(text, spaced, &["Uhr", "o'clock", "o’clock", "hrs", "uur", "horas", "heures"]));
    if let Some(end) = ["h", "H"].iter().any(|h| has(text, end, h)).then_some(end + 1) {
        ends.extend(number(text, end).filter(|(minute, to)| *minute < 60 && to - end == 2).map(|(_, end)| end));
        ends.push(end);
    }
    ends
}

/// Tells whether a letter stands there, or what may be one.
fn begins_word(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
}

/// Reads a separator and two digits below 60.
fn part(text: &str, at: usize, separator: &str) -> Option<usize> {
    let at = at + separator.len();
    let (value, end) = number(text, at).filter(|_| has(text, at - separator.len(), separator))?;
    (value < 61 && end - at == 2).then_some(end)
}

/// Reads a fraction of a second.
fn fraction(text: &str, at: usize) -> usize {
    let is_begun = has(text, at, ".") || has(text, at, ",");
    number(text, at + 1).filter(|_| is_begun).map_or(at, |(_, end)| end)
}

/// Reads the half of the day: `am`, `p.m.`.
fn half(text: &str, at: usize) -> Option<usize> {
    let at = skip(text, at, 1, &[' ']);
    ["a.m.", "p.m.", "a. m.", "p. m.", "am", "pm"].iter().find_map(|half| words::one_of(text, at, &[half]))
}

/// Every place where a time zone at `at` may end; at `at` itself where there is none.
fn zones(text: &str, at: usize) -> Vec<usize> {
    let mut ends = vec![at];
    let spaced = skip(text, at, 1, &[' ']);
    let named = words::one_of(text, spaced, &["Z"]).or_else(|| words::one_of(text, spaced, &words::ZONES));
    if let Some(end) = words::one_of(text, spaced, &["Uhr", "uur", "h", "hrs"]) {
        ends.push(end);
    }
    ends.extend(named);
    let offset = named.unwrap_or(spaced);
    if has(text, offset, "+") || has(text, offset, "-") || has(text, offset, "±") {
        let hours = offset + 1;
        if let Some((_, end)) = number(text, hours).filter(|(_, end)| matches!(end - hours, 1 | 2 | 4)) {
            ends.push(end);
            ends.extend(part(text, end, ":"));
        }
    }
    // `[Europe/Berlin]` of RFC 9557, `(CET)` of RFC 5322.
    let last = ends.last().copied().unwrap_or(at);
    let opened = skip(text, last, 1, &[' ']);
    for (open, close) in [("[", ']'), ("(", ')')] {
        let inner = text.get(opened..).and_then(|rest| rest.strip_prefix(open)).unwrap_or_default();
        let is_name = |c: &char| c.is_ascii_alphabetic() || matches!(c, '/' | '_' | ' ');
        let len: usize = inner.chars().take(40).take_while(is_name).count();
        if len > 2 && inner.get(len..).is_some_and(|rest| rest.starts_with(close)) {
            ends.push(opened + len + 2);
        }
    }
    ends
}
