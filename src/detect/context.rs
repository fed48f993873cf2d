//! Words near a finding that say what it is.

use super::boundary::{floor_boundary, is_spaceless, is_word};
use super::names::singular;
use crate::model::Span;

/// Words before a finding that are read.
const BEFORE_MAX: usize = 5;
/// Words after a finding that are read.
const AFTER_MAX: usize = 3;
/// Bytes on either side that are read; longer words than this bring no context.
const REACH_MAX: usize = 256;

/// The words of a text near one span, in lower case.
#[derive(Debug, Default)]
pub(super) struct Near {
    before: Vec<(Span, String)>,
    after: Vec<(Span, String)>,
}

impl Near {
    /// Reads the words near a span: up to 5 before, on its line or the one before, and up to 3 after, on its line.
    pub(super) fn read(text: &str, span: Span) -> Self {
        let mut near = Self::default();
        let start = floor_boundary(text, span.start.saturating_sub(REACH_MAX));
        let left = text.get(start..span.start).unwrap_or_default();
        let line = left.rfind('\n').and_then(|last| left.get(..last)?.rfind('\n')).map_or(0, |break_at| break_at + 1);
        let shown = left.get(line..).unwrap_or_default();
        words(shown, |word| near.before.push((word.shifted(start + line), word.of(shown).to_lowercase())));
        near.before.drain(..near.before.len().saturating_sub(BEFORE_MAX));
        let end = floor_boundary(text, span.end.saturating_add(REACH_MAX));
        let right = text.get(span.end..end).unwrap_or_default();
        let shown = right.lines().next().unwrap_or_default();
        words(shown, |word| {
            if near.after.len() < AFTER_MAX {
                near.after.push((word.shifted(span.end), word.of(shown).to_lowercase()));
            }
        });
        near
    }

    /// Finds every place of a phrase among the words.
    pub(super) fn places<'a>(&'a self, phrase: &'a [String]) -> impl Iterator<Item = Span> + 'a {
        [&self.before, &self.after].into_iter().flat_map(move |words| {
            let joined = words
                .iter()
                .filter(move |(_, word)| phrase.len() > 1 && is_joined(word, phrase))
                .map(|(span, _)| *span);
            let spelled = words
                .windows(phrase.len().max(1))
                .filter(move |run| run.iter().zip(phrase).all(|((_, word), wanted)| is_word_of(word, wanted)));
            joined.chain(spelled.filter_map(|run| Some(Span::new(run.first()?.0.start, run.last()?.0.end))))
        })
    }
}

/// Tells whether a word is what a phrase wants: itself, in the singular, or part of it in a script without spaces.
fn is_word_of(word: &str, wanted: &str) -> bool {
    word == wanted
        || singular(word) == wanted
        || (wanted.chars().all(is_spaceless) && !wanted.is_empty() && word.contains(wanted))
}

/// Tells whether a word is the phrase's words without spaces (`cardnumber`).
fn is_joined(word: &str, phrase: &[String]) -> bool {
    let mut rest = word;
    for part in phrase {
        match rest.strip_prefix(part.as_str()) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

/// Calls `each` with every run of letters, digits and combining marks.
pub(super) fn words(text: &str, mut each: impl FnMut(Span)) {
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (is_word(c), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                each(Span::new(begin, at));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    if let Some(begin) = start {
        each(Span::new(begin, text.len()));
    }
}

/// Splits a context phrase of a recognizer file into its words.
pub(super) fn phrase(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    words(text, |word| found.push(word.of(text).to_lowercase()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str, expected: bool) {
        let start = text.find('#').unwrap();
        let near = Near::read(text, Span::new(start, start + 1));
        assert_eq!(near.places(&phrase(wanted)).next().is_some(), expected, "{text:?} {wanted:?}");
    }

    #[test]
    fn five_words_before_and_three_after() {
        check("ssn one two three four #", "ssn", true);
        check("ssn one two three four five #", "ssn", false);
        check("# one two ssn", "ssn", true);
        check("# one two three ssn", "ssn", false);
    }

    #[test]
    fn whole_words_in_order_and_any_case() {
        check("duplicate #", "lic", false);
        check("Social-Security NUMBER: #", "social security number", true);
        check("security social number #", "social security number", false);
        check("social number security #", "social security", false);
        check("SocialSecurity #", "social security", true);
        check("Phones: #", "phone", true);
        check("GEBÜHR #", "gebühr", true);
        check("我的身份证号码#", "身份证", true);
        check("電話番号：#", "電話", true);
        check("電話 #", "番号", false);
    }

    #[test]
    fn the_same_or_the_previous_line() {
        check("ssn\n#", "ssn", true);
        check("ssn\n\n#", "ssn", false);
        check("#\nssn", "ssn", false);
    }
}
