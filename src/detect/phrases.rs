//! Texts that are looked for word by word, as a list gives them.

use aho_corasick::AhoCorasick;

use super::boundary::{Boundary, Side, is_word};
use super::{DetectScratch, normal};
use crate::model::{Span, SpanMap};

/// Words and phrases, all searched at once: whole words, whatever their case and however much space is between them.
///
/// Other digits, full-width letters and invisible characters are read as recognizers read them.
#[derive(Debug, Clone)]
pub struct Phrases {
    search: AhoCorasick,
}

/// A list of phrases that is too large to be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the phrases are too many to be searched together")]
pub struct TooManyPhrases;

impl Phrases {
    /// Bytes that one phrase may have.
    pub const LEN_MAX: usize = 256;

    /// Makes the search; a phrase without a letter or digit is never found.
    ///
    /// # Errors
    /// Where the search would grow too large.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Result<Self, TooManyPhrases> {
        let (mut scratch, mut map) = (DetectScratch::default(), SpanMap::default());
        let mut read = |phrase: &str| {
            let mut plain = String::new();
            let folded = normal::fold(phrase, &mut scratch.normal, &mut scratch.map);
            lower(if folded { &scratch.normal } else { phrase }, &mut plain, &mut map);
            plain.trim().to_owned()
        };
        let phrases: Vec<String> = phrases.into_iter().map(&mut read).collect();
        Ok(Self { search: AhoCorasick::new(&phrases).map_err(|_| TooManyPhrases)? })
    }

    /// Calls `found` with the place of each phrase that stands in the text, and where; overlapping ones too.
    ///
    /// Linear in the text, but for phrases of which one ends as another does.
    pub fn search(&self, text: &str, scratch: &mut DetectScratch, mut found: impl FnMut(usize, Span)) {
        let DetectScratch { normal, map, lower: plain, lower_map, .. } = scratch;
        let folded = normal::fold(text, normal, map);
        lower(if folded { normal } else { text }, plain, lower_map);
        for hit in self.search.find_overlapping_iter(plain.as_str()) {
            let span = Span::new(hit.start(), hit.end());
            if stands_alone(plain, span) {
                let span = if folded { lower_map.to_outer_through(span, map) } else { lower_map.to_outer(span) };
                found(hit.pattern().as_usize(), span);
            }
        }
    }
}

/// Tells whether a phrase is no part of longer words.
fn stands_alone(text: &str, span: Span) -> bool {
    let phrase = span.of(text);
    let begins = phrase.chars().next().is_some_and(is_word);
    let ends = phrase.chars().next_back().is_some_and(is_word);
    phrase.chars().any(is_word)
        && (!begins || Boundary::Word.allows(Side::before(text, span.start)))
        && (!ends || Boundary::Word.allows(Side::after(text, span.end)))
}

/// Writes the text in lower case, with one space for all white space that stands together.
fn lower(text: &str, plain: &mut String, map: &mut SpanMap) {
    plain.clear();
    map.restart(0);
    let mut blank = None;
    for c in text.chars() {
        if c.is_whitespace() {
            *blank.get_or_insert(0) += c.len_utf8();
            continue;
        }
        space(blank.take(), plain, map);
        let before = plain.len();
        if c.is_ascii() {
            plain.push(c.to_ascii_lowercase());
            map.copied(1);
        } else {
            // A dot above is no letter: İ is i.
            plain.extend(c.to_lowercase().filter(|c| *c != '\u{307}'));
            map.unit(plain.len() - before, c.len_utf8());
        }
    }
    space(blank, plain, map);
}

fn space(bytes: Option<usize>, plain: &mut String, map: &mut SpanMap) {
    match bytes {
        None => return,
        Some(1) => map.copied(1),
        Some(bytes) => map.unit(1, bytes),
    }
    plain.push(' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrases: &[&str], text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        let phrases = Phrases::new(phrases.iter().copied()).unwrap();
        phrases.search(text, &mut DetectScratch::default(), |_, span| found.push(span.of(text)));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn phrases_are_found_as_whole_words() {
        check(&["Project Aurora"], "see PROJECT aurora, projects aurora and project auroral", &["PROJECT aurora"]);
        check(&["kim"], "kim kimono _kim akim Kim's", &["kim", "Kim"]);
        check(&["AC/DC-4711"], "ac/dc-4711. ac/dc-47112", &["ac/dc-4711"]);
        check(&["#4711"], "a#4711 ##4711 4711", &["#4711", "#4711"]);
        check(&["東京 支社"], "私は東京 支社にいる", &["東京 支社"]);
        check(&["--"], "a -- b", &[]);
    }

    #[test]
    fn space_case_and_disguises_do_not_hide_them() {
        check(&["Kim Larsen"], "by Kim \n  Larsen", &["Kim \n  Larsen"]);
        check(&[" Kim  Larsen "], "by kim larsen.", &["kim larsen"]);
        check(&["MÜLLER"], "Herr müller und Müller", &["müller", "Müller"]);
        check(&["kim 7"], "ｋi\u{200b}m ７!", &["ｋi\u{200b}m ７"]);
        check(&["İzmir"], "in İZMİR İzmir izmir", &["İZMİR", "İzmir", "izmir"]);
    }

    #[test]
    fn all_that_overlap_are_told() {
        check(&["kim", "kim larsen", "larsen"], "kim larsen", &["kim", "kim larsen", "larsen"]);
    }
}
