//! The words of a text, looked up once each: whose context they may be, and which engines they may begin something for.
//!
//! It may say yes where the answer is no, never the other way around: phrases and engines read the text themselves.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::bits::{Block, Glance, Marks, hash_word, other_from, window};
use super::boundary::{is_spaceless, is_word};
use super::engine::{EngineRecognizer, Signs};
use super::matcher::{Bits, Token, has_bit, set_bit};
use super::names::singular;
use super::set::Detail;
use crate::model::RecognizerIndex;

/// The longest word that is looked up, in bytes; longer ones of a recognizer file are heard in every text.
const WORD_MAX: usize = 40;
/// Hashes of the beginnings of words: 16 kB, of which the built-in words set one bit in twenty.
const BEGINNINGS: usize = 1 << 17;
/// Letters and digits, and none, as the first and the second of a short word.
const SHORT_WORDS: usize = 37 * 37;
/// Stands for a short word that nobody hears.
const NOBODY: u32 = u32::MAX;
/// Engines that are told apart; further ones hear something in every text.
pub(super) const ENGINES_MAX: usize = 64;

/// The words that recognizers listen to.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// ASCII words and their plurals by their hashes, and the places of their rows. Another word of the same hash is heard,
    /// too.
    words: FxHashMap<u64, usize>,
    /// Hashes of the beginnings of these and of their plurals, as bits: most words of a text are told apart by these.
    beginnings: Box<[u64; BEGINNINGS / 64]>,
    rows: Vec<Listeners>,
    /// The places of the rows of words of at most two letters and digits, by [`short`]: runs of identifiers are as short.
    short: Box<[u32; SHORT_WORDS]>,
    /// Who hears words with letters outside ASCII: by the first of these and the letters before it.
    foreign: FxHashMap<Foreign, Heard>,
    /// What is heard in every text.
    always: Heard,
}

/// Who hears a word.
#[derive(Debug, Clone)]
struct Listeners {
    heard: Heard,
    /// Who hears it where such a word follows: phrases of several words, by their second.
    before: Vec<(Box<str>, Heard)>,
}

impl Listeners {
    fn add(&mut self, other: &Self) {
        self.heard.add(&other.heard);
        for (word, heard) in &other.before {
            match self.before.iter_mut().find(|(known, _)| known == word) {
                Some((_, known)) => known.add(heard),
                None => self.before.push((word.clone(), heard.clone())),
            }
        }
    }
}

/// The first letter of a word that is not ASCII, in lower case, and a hash of the ASCII letters before it.
type Foreign = (char, u64);

/// What was heard in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Heard {
    /// Bits by recognizer: a word may be context for it.
    recognizers: Vec<u64>,
    /// Bits by place of the engine.
    engines: u64,
    any: Any,
}

/// What a word is heard as, whatever stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alone {
    Nothing,
    Heard,
    /// What follows has a say.
    Depends,
}

/// Whether a word was heard that is context for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
enum Any {
    #[default]
    None,
    Some,
}

impl Heard {
    /// Tells whether a word may be context for a recognizer.
    pub(super) fn calls(&self, recognizer: RecognizerIndex) -> bool {
        has_bit(&self.recognizers, usize::from(recognizer.0))
    }

    /// Tells whether no word may be context for anything.
    pub(super) fn is_silent(&self) -> bool {
        self.any == Any::None
    }

    /// Tells whether nothing was heard at all.
    fn is_nothing(&self) -> bool {
        self.any == Any::None && self.engines == 0
    }

    /// Gives the bits by place of the engine.
    pub(super) const fn engines(&self) -> u64 {
        self.engines
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
        self.any = Any::None;
    }

    /// Hears everything.
    fn hear_all(&mut self) {
        self.recognizers.fill(u64::MAX);
        self.engines = u64::MAX;
        self.any = Any::Some;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (to, from) in self.recognizers.iter_mut().zip(&other.recognizers) {
            *to |= from;
        }
        self.engines |= other.engines;
        self.any = if other.any == Any::Some { Any::Some } else { self.any };
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
        for (index, detail) in (0_u16..).map(RecognizerIndex).zip(details) {
            for phrase in &detail.phrases {
                let note = |heard: &mut Heard| {
                    set_bit(&mut heard.recognizers, usize::from(index.0));
                    heard.any = Any::Some;
                };
                let Some(word) = phrase.first() else { continue };
                gathered.add(word, phrase.get(1), note);
                // A phrase may also be written as one word.
                gathered.add(&phrase.concat(), None, note);
            }
        }
        for (place, engine) in engines.iter().enumerate().take(ENGINES_MAX) {
            for word in engine.first_words() {
                // `weiß` is `WEISS` in capitals.
                for word in [word.to_uppercase(), word] {
                    gathered.add(&word, None, |heard| heard.engines |= 1 << place);
                }
            }
        }
        let mut vocabulary = Self {
            words: FxHashMap::default(),
            beginnings: Box::new([0; BEGINNINGS / 64]),
            rows: Vec::new(),
            short: Box::new([NOBODY; SHORT_WORDS]),
            foreign: gathered.foreign,
            always: gathered.always,
        };
        for (word, listeners) in gathered.words {
            for spelled in [word.clone(), format!("{word}s"), format!("{word}es")] {
                if singular(&spelled) == word || spelled == word {
                    vocabulary.add(spelled.as_bytes(), &listeners);
                }
            }
        }
        Ok(vocabulary)
    }

    /// Adds what a word is heard as.
    fn add(&mut self, word: &[u8], listeners: &Listeners) {
        set_bit(self.beginnings.as_mut_slice(), beginning(word, 0, word.len()));
        let place = *self.words.entry(whole(word)).or_insert(self.rows.len());
        match self.rows.get_mut(place) {
            Some(row) => row.add(listeners),
            None => self.rows.push(listeners.clone()),
        }
        if let (Some(short), Ok(place)) = (short(word).and_then(|at| self.short.get_mut(at)), u32::try_from(place)) {
            *short = place;
        }
    }

    /// Begins with what is heard in every text.
    pub(super) fn begin(&self, heard: &mut Heard) {
        heard.recognizers.clone_from(&self.always.recognizers);
        heard.engines = self.always.engines;
        heard.any = self.always.any;
    }

    /// Hears a word of ASCII, which may have underscores: its runs of letters and digits.
    #[inline]
    pub(super) fn hear_word(
        &self,
        text: &[u8],
        start: usize,
        Bits { letters, digits, word, .. }: Bits,
        heard: &mut Heard,
    ) {
        if word == u64::MAX {
            self.hear_long(text, start, heard);
        } else {
            runs(0, [letters | digits, 0], |at, len| {
                self.hear_run(text, (start + at, len), [letters >> at, digits >> at], heard);
            });
        }
    }

    /// The same of a word of at least 64 bytes.
    #[cold]
    fn hear_long(&self, text: &[u8], start: usize, heard: &mut Heard) {
        let rest = text.get(start..).unwrap_or_default();
        let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        self.hear_blocks((rest, len), heard, |_| {});
    }

    /// Hears a word alone, without what is heard in every text; tells what it is heard as.
    pub(super) fn hear_alone(&self, text: &[u8], token: Token, bits: Bits, heard: &mut Heard) -> Alone {
        heard.recognizers.clear();
        heard.recognizers.resize(self.always.recognizers.len(), 0);
        (heard.engines, heard.any) = (0, Any::None);
        self.hear_word(text, token.start, bits, heard);
        let mut depends = false;
        runs(0, [bits.letters | bits.digits, 0], |at, len| {
            let run = text.get(token.start + at..token.start + at + len).unwrap_or_default();
            let listeners = self.words.get(&whole(run)).and_then(|place| self.rows.get(*place));
            depends |= listeners.is_some_and(|listeners| !listeners.before.is_empty());
            // Of a word with digits, its letters are heard, too.
            depends |= run.iter().any(u8::is_ascii_digit) && run.iter().any(u8::is_ascii_alphabetic);
        });
        match heard.any {
            _ if depends => Alone::Depends,
            Any::None if heard.engines == 0 => Alone::Nothing,
            Any::None | Any::Some => Alone::Heard,
        }
    }

    /// Hears the words of a text, and the letters of words that have digits, too. Linear: each is looked up at most twice.
    /// Tells of the text what engines go by.
    pub(super) fn hear(&self, text: &str, heard: &mut Heard) -> Signs {
        self.begin(heard);
        let (mut signs, mut others) = (Signs::default(), 0);
        self.hear_blocks((text.as_bytes(), text.len()), heard, |block| {
            signs.add(block);
            others |= block.others;
        });
        if others != 0 {
            self.hear_foreign(text, heard);
        }
        signs
    }

    /// Hears the words that begin in the first `end` bytes, 64 bytes at a time.
    fn hear_blocks(&self, (bytes, end): (&[u8], usize), heard: &mut Heard, mut each: impl FnMut(&Block)) {
        let mut next = Block::read(bytes, 0, Marks::default());
        let mut before = Block::default();
        let mut base = 0;
        while base < end {
            let here = next;
            next = Block::read(bytes, base + 64, Marks::default());
            each(&here);
            runs(before.alphanumeric(), [here.alphanumeric(), next.alphanumeric()], |at, len| {
                let [letters, digits] = [[here.letters, next.letters], [here.digits, next.digits]];
                if base + at < end {
                    self.hear_run(bytes, (base + at, len), [window(letters, at), window(digits, at)], heard);
                }
            });
            before = here;
            base += 64;
        }
    }

    /// The same of a short ASCII text, but for the signs.
    #[inline]
    pub(super) fn hear_short(&self, text: &[u8], Glance { letters, digits, .. }: &Glance, heard: &mut Heard) {
        self.begin(heard);
        runs(0, [letters | digits, 0], |at, len| {
            self.hear_run(text, (at, len), [letters >> at, digits >> at], heard);
        });
    }

    /// Hears the words of a text that have letters beyond ASCII, by the first of these.
    pub(super) fn hear_foreign(&self, text: &str, heard: &mut Heard) {
        // The end of the last character that goes on with a word.
        let mut joined = None;
        let mut next = 0;
        while let Some(at) = other_from(text.as_bytes(), next) {
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
            next = at + c.len_utf8();
            let was_joined = joined == Some(at);
            joined = Some(next).filter(|_| is_word(c) && !is_spaceless(c));
            // The first one of a word was heard already.
            if was_joined && joined.is_some() {
                continue;
            }
            let Some(key) = foreign(text.as_bytes(), at, c) else {
                heard.hear_all();
                continue;
            };
            // In a script without spaces a word may begin behind letters.
            let alone = Some((key.0, hash_word(&[], 0, 0))).filter(|alone| is_spaceless(c) && *alone != key);
            std::iter::once(key).chain(alone).filter_map(|key| self.foreign.get(&key)).for_each(|row| heard.add(row));
        }
    }

    /// Hears a run of letters and digits, both given as bits from its first byte on.
    #[inline]
    fn hear_run(&self, text: &[u8], (at, len): (usize, usize), [letters, digits]: [u64; 2], heard: &mut Heard) {
        self.look_up(text, at, len, heard);
        if digits << (64 - len) != 0 {
            // `9mar2024`, and what stands right before a match inside a word.
            let letters = letters & (u64::MAX >> (64 - len));
            runs(0, [letters, 0], |part, len| self.look_up(text, at + part, len, heard));
        }
    }

    /// Hears one word. Its first bytes and its length tell most words apart from all that are known.
    #[inline]
    fn look_up(&self, text: &[u8], at: usize, len: usize, heard: &mut Heard) {
        if len <= 2 {
            let place = text.get(at..at + len).and_then(short).and_then(|short| self.short.get(short));
            let row =
                place.filter(|place| **place != NOBODY).and_then(|place| self.rows.get(usize::try_from(*place).ok()?));
            if let Some(row) = row {
                hear_row(row, text.get(at + len..).unwrap_or_default(), heard);
            }
        } else if len <= WORD_MAX && has_bit(self.beginnings.as_slice(), beginning(text, at, len)) {
            self.look_up_whole(text, at..at + len, heard);
        }
    }

    #[cold]
    fn look_up_whole(&self, text: &[u8], word: Range<usize>, heard: &mut Heard) {
        let key = whole(text.get(word.clone()).unwrap_or_default());
        let Some(listeners) = self.words.get(&key).and_then(|place| self.rows.get(*place)) else { return };
        hear_row(listeners, text.get(word.end..).unwrap_or_default(), heard);
    }
}

/// Hears a word that has listeners, and what follows it.
fn hear_row(Listeners { heard: own, before }: &Listeners, rest: &[u8], heard: &mut Heard) {
    if !own.is_nothing() {
        heard.add(own);
    }
    let follows = |(second, _): &&(Box<str>, Heard)| may_follow(rest, second);
    before.iter().filter(follows).for_each(|(_, one)| heard.add(one));
}

/// The place of a word of one or two letters and digits, in any case; none of a longer one.
#[inline]
fn short(word: &[u8]) -> Option<usize> {
    let letter = |byte: u8| match byte {
        b'0'..=b'9' => Some(usize::from(byte - b'0')),
        b'A'..=b'Z' | b'a'..=b'z' => Some(usize::from((byte | 0x20) - b'a') + 10),
        _ => None,
    };
    match word {
        [one] => Some(letter(*one)? * 37 + 36),
        [one, two] => Some(letter(*one)? * 37 + letter(*two)?),
        _ => None,
    }
}

/// Calls `each` with every run of bits that begins among the first 64, its first bit and its length; one of 64 bits may
/// be longer. `before` is what stands before them.
#[inline]
fn runs(before: u64, here: [u64; 2], mut each: impl FnMut(usize, usize)) {
    let [first, _] = here;
    let mut starts = first & !(first << 1 | before >> 63);
    while starts != 0 {
        let at = starts.trailing_zeros() as usize;
        starts &= starts - 1;
        each(at, window(here, at).trailing_ones() as usize);
    }
}

/// Hashes the first eight letters of a word, in any case, and its length.
#[inline]
fn beginning(text: &[u8], at: usize, len: usize) -> usize {
    let hash = hash_word(text, at, len);
    usize::try_from(hash >> 47).unwrap_or_default() % BEGINNINGS
}

/// Tells whether the next word of a text may be, or begin with, this one, of ASCII in lower case.
fn may_follow(rest: &[u8], word: &str) -> bool {
    /// Bytes between two words of a phrase; where there are more, it may follow.
    const GAP_MAX: usize = 16;
    let gap = rest.iter().take(GAP_MAX + 1).take_while(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()).count();
    let next = rest.get(gap..).unwrap_or_default();
    // Beyond ASCII, a letter may be another one in lower case.
    let mut pairs = next.iter().zip(word.as_bytes());
    let differs = pairs.find(|(byte, letter)| !byte.eq_ignore_ascii_case(letter));
    gap > GAP_MAX || differs.map_or(next.len() >= word.len(), |(byte, _)| !byte.is_ascii())
}

/// Hashes a word, in any case: its first and last eight letters and its length.
fn whole(word: &[u8]) -> u64 {
    let last = hash_word(word, word.len().saturating_sub(8), word.len().min(8));
    hash_word(word, 0, word.len()) ^ last.rotate_left(32)
}

/// Reads what a letter at `at` that is not ASCII is known by; none where it is ASCII in lower case.
fn foreign(text: &[u8], at: usize, c: char) -> Option<Foreign> {
    let lower = c.to_lowercase().next().filter(|c| !c.is_ascii())?;
    let before = text.get(..at).unwrap_or_default();
    let len = before.iter().rev().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
    Some((lower, hash_word(before, at - len, len)))
}

/// Words on their way into a vocabulary.
#[derive(Default)]
struct Gathered {
    words: BTreeMap<String, Listeners>,
    foreign: FxHashMap<Foreign, Heard>,
    always: Heard,
    recognizers: usize,
}

impl Gathered {
    /// Notes who listens to the first word of a text, where `next` is given only before that word.
    fn add(&mut self, text: &str, next: Option<&String>, note: impl Fn(&mut Heard)) {
        let silent = || {
            let mut heard = Heard::default();
            heard.restart(self.recognizers);
            heard
        };
        if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii()) {
            match foreign(text.as_bytes(), at, c) {
                Some(key) => note(self.foreign.entry(key).or_insert_with(silent)),
                None => note(&mut self.always),
            }
            return;
        }
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        match words.next().filter(|word| word.len() <= WORD_MAX) {
            Some(word) => {
                let new = || Listeners { heard: silent(), before: Vec::new() };
                let listeners = self.words.entry(word.to_ascii_lowercase()).or_insert_with(new);
                let mut heard = silent();
                note(&mut heard);
                // What stands behind the first word of the text is its own.
                match next.filter(|_| word.len() == text.len()) {
                    Some(next) => {
                        let before = vec![(next.to_ascii_lowercase().into(), heard)];
                        listeners.add(&Listeners { heard: silent(), before });
                    }
                    None => listeners.heard.add(&heard),
                }
            }
            None => note(&mut self.always),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RecognizerSet;
    use super::super::date::{self, Names};
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    fn hear(set: &RecognizerSet, text: &str, heard: &mut Heard) {
        set.vocabulary.hear(text, heard);
    }

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
                    hear(&set, &text, &mut heard);
                    assert!(heard.calls(index), "{text}");
                }
            }
        }
        hear(&set, "qqq zzz 17", &mut heard);
        assert!(heard.recognizers().iter().all(|bits| *bits == 0) && heard.engines == 0);
    }

    /// A phrase's first word is heard before its second alone, whatever stands between the two.
    #[test]
    fn a_first_word_waits_for_its_second() {
        let set = RecognizerSet::builtin();
        let mut heard = Heard::default();
        let one = set.recognizers().iter().position(|info| info.id == "us_ssn").unwrap();
        let calls = |text: &str, heard: &mut Heard| {
            hear(&set, text, heard);
            heard.calls(RecognizerIndex(u16::try_from(one).unwrap()))
        };
        let long = format!("social{}security", " ".repeat(40));
        for text in ["social security", "a SOCIAL-\nSecurity", "social_securitys", "social \u{130}x", &long] {
            assert!(calls(text, &mut heard), "{text:?}");
        }
        for text in ["social", "social sec", "social worker", "social x security", "security social"] {
            assert!(!calls(text, &mut heard), "{text:?}");
        }
        // A word of 64 bytes or more is heard by its parts, and what follows it counts.
        let parts = format!("{}_social security", "x".repeat(70));
        assert!(calls(&parts, &mut heard) && !calls(&parts.replace("sec", "sek"), &mut heard));
    }

    #[test]
    fn what_engines_look_for_is_heard() {
        let set = RecognizerSet::builtin();
        let mut heard = Heard::default();
        let mut foreign = 0;
        for (place, engine) in set.engines.iter().enumerate() {
            for word in engine.first_words() {
                foreign += usize::from(!word.is_ascii());
                for text in [word.clone(), word.to_uppercase(), format!("é {word}."), format!("9{word}")] {
                    hear(&set, &text, &mut heard);
                    assert!(heard.engine(place), "{text}");
                }
            }
        }
        assert!(foreign > 20, "{foreign}");
        hear(&set, "bitte prüfen", &mut heard);
        assert_eq!(heard.engines, 0);
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
            hear(&set, &text, &mut heard);
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
