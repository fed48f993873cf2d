//! The words of a text, looked up once each: whose context they may be, and which engines they may begin something for.
//!
//! It may say yes where the answer is no, never the other way around: phrases and engines read the text themselves.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::engine::EngineRecognizer;
use super::matcher::{has_bit, set_bit};
use super::names::singular;
use super::set::Detail;
use crate::model::RecognizerIndex;

/// The longest word that is looked up, in bytes; longer ones of a recognizer file are heard in every text.
const WORD_MAX: usize = 40;
/// Hashes of the first two letters.
const PREFIXES: usize = 1024;
/// Engines that are told apart; further ones hear something in every text.
const ENGINES_MAX: usize = 64;

/// The words that recognizers listen to.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// ASCII words in lower case, and the places of their rows.
    words: FxHashMap<Box<[u8]>, usize>,
    /// By a hash of their first two letters, their lengths as bits: most words of a text are told apart by these.
    lengths: Box<[u64; PREFIXES]>,
    rows: Vec<Heard>,
    /// What is heard in every text.
    always: Heard,
    /// The first words of all phrases and who listens, for texts that are not ASCII.
    search: AhoCorasick,
    listeners: Vec<RecognizerIndex>,
}

/// What was heard in a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// Bits by recognizer: a word may be context for it.
    recognizers: Vec<u64>,
    /// Bits by place of the engine.
    engines: u64,
}

impl Heard {
    /// Tells whether a word may be context for a recognizer.
    pub(super) fn calls(&self, recognizer: RecognizerIndex) -> bool {
        has_bit(&self.recognizers, usize::from(recognizer.0))
    }

    /// Gives the bits by recognizer.
    pub(super) fn recognizers(&self) -> &[u64] {
        &self.recognizers
    }

    /// Tells whether the engine at this place may find something that begins with a word.
    pub(super) const fn engine(&self, place: usize) -> bool {
        place >= ENGINES_MAX || self.engines >> place & 1 == 1
    }

    /// Begins with nothing heard, for a set of so many recognizers.
    pub(super) fn restart(&mut self, recognizers: usize) {
        self.recognizers.clear();
        self.recognizers.resize(recognizers.div_ceil(64), 0);
        self.engines = 0;
    }

    fn add(&mut self, other: &Self) {
        for (to, from) in self.recognizers.iter_mut().zip(&other.recognizers) {
            *to |= from;
        }
        self.engines |= other.engines;
    }
}

impl Vocabulary {
    /// Gathers the first words of all context phrases and of what engines look for.
    ///
    /// # Errors
    /// Too many words.
    pub(super) fn new(details: &[Detail], engines: &[EngineRecognizer]) -> Result<Self, String> {
        let mut gathered = Gathered { recognizers: details.len(), ..Gathered::default() };
        gathered.always.restart(details.len());
        let (mut first, mut listeners) = (Vec::new(), Vec::new());
        for (index, detail) in (0_u16..).map(RecognizerIndex).zip(details) {
            for phrase in &detail.phrases {
                let Some(word) = phrase.first() else { continue };
                // A phrase may also be written as one word.
                for word in [word.clone(), phrase.concat()] {
                    gathered.add(&word, |heard| set_bit(&mut heard.recognizers, usize::from(index.0)));
                }
                for spelling in spellings(word) {
                    first.push(spelling);
                    listeners.push(index);
                }
            }
        }
        for (place, engine) in engines.iter().enumerate().take(ENGINES_MAX) {
            for word in engine.first_words() {
                gathered.add(&word, |heard| heard.engines |= 1 << place);
            }
        }
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(&first);
        let search = search.map_err(|_| "too many context words".to_owned())?;
        let mut vocabulary = Self {
            words: FxHashMap::default(),
            lengths: Box::new([0; PREFIXES]),
            rows: Vec::new(),
            always: gathered.always,
            search,
            listeners,
        };
        for (word, heard) in gathered.words {
            if let Some(lengths) = vocabulary.lengths.get_mut(prefix(word.as_bytes())) {
                *lengths |= 1 << word.len();
            }
            vocabulary.words.insert(word.into_bytes().into(), vocabulary.rows.len());
            vocabulary.rows.push(heard);
        }
        Ok(vocabulary)
    }

    /// Hears the words of a text, and the letters of words that have digits, too. Linear: each is looked up at most twice.
    pub(super) fn hear(&self, text: &str, heard: &mut Heard) {
        heard.recognizers.clone_from(&self.always.recognizers);
        heard.engines = self.always.engines;
        if !text.is_ascii() {
            heard.engines = u64::MAX;
            for word in self.search.find_overlapping_iter(text) {
                if let Some(recognizer) = self.listeners.get(word.pattern().as_usize()) {
                    set_bit(&mut heard.recognizers, usize::from(recognizer.0));
                }
            }
            return;
        }
        let mut word = [0; WORD_MAX];
        let mut len = 0;
        for byte in text.bytes().chain([b' ']) {
            if byte.is_ascii_alphanumeric() {
                if let Some(slot) = word.get_mut(len) {
                    *slot = byte.to_ascii_lowercase();
                }
                len += 1;
            } else if len > 0 {
                if let Some(word) = word.get(..len) {
                    self.look_up(word, heard);
                    if !word.iter().all(u8::is_ascii_alphabetic) {
                        // `9mar2024`
                        let parts = word.split(|byte| !byte.is_ascii_alphabetic());
                        parts.filter(|part| !part.is_empty()).for_each(|part| self.look_up(part, heard));
                    }
                }
                len = 0;
            }
        }
    }

    fn look_up(&self, word: &[u8], heard: &mut Heard) {
        let mut add = |word: &[u8]| {
            let lengths = self.lengths.get(prefix(word)).copied().unwrap_or_default();
            if lengths >> word.len() & 1 == 0 {
                return;
            }
            if let Some(row) = self.words.get(word).and_then(|place| self.rows.get(*place)) {
                heard.add(row);
            }
        };
        add(word);
        if word.ends_with(b"s") {
            let whole = std::str::from_utf8(word).unwrap_or_default();
            let single = singular(whole);
            if single.len() < whole.len() {
                add(single.as_bytes());
            }
        }
    }
}

/// Hashes the first two letters of a word.
fn prefix(word: &[u8]) -> usize {
    let byte = |at: usize| word.get(at).map_or(0, |byte| usize::from(*byte));
    ((byte(0) * 32) ^ byte(1)) % PREFIXES
}

/// Words on their way into a vocabulary.
#[derive(Default)]
struct Gathered {
    words: BTreeMap<String, Heard>,
    always: Heard,
    recognizers: usize,
}

impl Gathered {
    /// Notes who listens to the first word of a text. A text of another script stands in no ASCII text.
    fn add(&mut self, text: &str, note: impl Fn(&mut Heard)) {
        if !text.is_ascii() {
            return;
        }
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        match words.next().filter(|word| word.len() <= WORD_MAX) {
            Some(word) => note(self.words.entry(word.to_ascii_lowercase()).or_insert_with(|| {
                let mut heard = Heard::default();
                heard.restart(self.recognizers);
                heard
            })),
            None => note(&mut self.always),
        }
    }
}

/// How a word in lower case may be written, as far as a search that folds ASCII letters does not know.
fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if !word.is_ascii() {
        all.push(word.to_uppercase());
    }
    let mut letters = word.chars();
    if let Some(first) = letters.next().filter(|first| !first.is_ascii()) {
        all.push(first.to_uppercase().chain(letters).collect());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::RecognizerSet;
    use super::super::date::{self, Names};
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    /// Every phrase of every recognizer is heard, alone and in a text, in any case, as a plural, and as one word.
    #[test]
    fn every_phrase_is_heard() {
        let set = RecognizerSet::builtin();
        let mut heard = Heard::default();
        for (index, detail) in (0_u16..).map(RecognizerIndex).zip(&set.details) {
            for phrase in &detail.phrases {
                let (spaced, joined) = (phrase.join(" "), phrase.concat());
                let plural = Some(format!("{joined}s")).filter(|plural| singular(plural) == joined);
                for text in [
                    spaced.clone(),
                    format!("x {}: 1", phrase.join("-").to_ascii_uppercase()),
                    format!("(1){}", plural.unwrap_or(joined)),
                    format!("é {spaced}"),
                ] {
                    set.vocabulary.hear(&text, &mut heard);
                    assert!(heard.calls(index), "{text}");
                }
            }
        }
        set.vocabulary.hear("qqq zzz 17", &mut heard);
        assert!(heard.recognizers().iter().all(|bits| *bits == 0) && heard.engines == 0);
    }

    #[test]
    fn what_engines_look_for_is_heard() {
        let set = RecognizerSet::builtin();
        let mut heard = Heard::default();
        for (text, entity) in [("a French man", "NRP"), ("next MONDAY", "DATE_TIME"), ("München", "NRP")] {
            set.vocabulary.hear(text, &mut heard);
            let mut engines = set.engines.iter().enumerate();
            let is_heard = engines.any(|(place, engine)| {
                heard.engine(place)
                    && set.entity(set.recognizers()[usize::from(engine.recognizer.0)].entity).entity.as_str() == entity
            });
            assert!(is_heard, "{text}");
        }
    }

    /// Where no name of a month or a day is heard, none is read: a date is the same without looking for them.
    #[test]
    fn dates_lose_nothing() {
        let set = RecognizerSet::builtin();
        let dates: Vec<usize> = (0..set.engines.len())
            .filter(|place| set.engines[*place].first_words().iter().any(|word| word == "montag"))
            .collect();
        assert!(!dates.is_empty());
        let text = "([0-9]{1,4}|mar|Mar|MAY|sept|juin|th|[a-z]{1,4}|[-/.: ,&]){1,12}";
        let mut runner =
            TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) });
        let result = runner.run(&text, |text| {
            let mut heard = Heard::default();
            set.vocabulary.hear(&text, &mut heard);
            if !dates.iter().any(|place| heard.engine(*place)) {
                let [mut with, mut without] = [Vec::new(), Vec::new()];
                date::search(&text, Names::Possible, |span, form| with.push((span, form)));
                date::search(&text, Names::None, |span, form| without.push((span, form)));
                prop_assert_eq!(with, without, "{:?}", text);
            }
            Ok(())
        });
        result.unwrap();
    }
}
