//! The words that come again, and what each can bring: nearly all words of a text begin no match and are context for
//! nothing, and that is known of a word by its letters.
//!
//! What is kept depends on the word, the byte behind it and the kind of the byte behind that alone, for all patterns and
//! recognizers of one set: not on a mask, a field or another text. So a text finds the same whether its words are known
//! or not.
//!
//! Bounded: a table of fixed size, in which a word takes the place of an older one. What a word can bring is worked out
//! when it is seen a second time, for no more steps than [`CREDIT`] for each byte that was read.

use rustc_hash::FxHashMap;

use super::bits::load;
use super::matcher::{Beginning, Bits, Made, Matcher, Next, Token, Walks};
use super::vocabulary::{Alone, Heard, Vocabulary};

/// Words that are known: 128 kB for each worker.
const WORDS: usize = 8192;
/// Words that were seen once: 16 kB.
const SEEN: usize = 8192;
/// The longest word that is kept, in bytes.
pub(super) const WORD_MAX: usize = 12;
/// The longest number that is kept, in digits: years, counts, parts of dates.
const NUMBER_MAX: usize = 4;
/// What words can be heard as; a further one is not kept.
const HEARD_MAX: usize = 4096;
/// Steps that may be taken for each byte of words that are not known.
const CREDIT: i64 = 4;
/// Steps that may be taken at the beginning, and saved up.
const CREDIT_MAX: i64 = 4 << 20;
/// Bits of a word and of what stands behind it; above them stands what it brings.
const KEY_BITS: u32 = 112;
/// Stands for a word that is heard as nothing.
const NOTHING: u16 = 1;
/// Stands for a word of which it depends on what follows.
const DEPENDS: u16 = 2;
/// Stands for the first of what words are heard as.
const FIRST_HEARD: u16 = 3;
/// Flag of a word in which something may begin.
const BEGINS: u16 = 0x8000;
/// Stands behind the last byte of a text: no byte that stands behind a word.
const END: u8 = 0x80;

/// The words that one worker knows, of one set.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// A word with what stands behind it, and what it brings above that; zero where there is none.
    words: Vec<u128>,
    /// A part of the hash of the last word at each place.
    seen: Vec<u16>,
    heard: Vec<Heard>,
    places: FxHashMap<Heard, u16>,
    /// What the word at hand is heard as, and memory of the walks from it.
    own: Heard,
    walks: Walks,
    /// Steps that may be taken; below zero where too many were.
    credit: i64,
}

/// A word that may be known, with what stands behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    key: u128,
    hash: u64,
}

/// What a known word brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Brings(u16);

impl Brings {
    /// Tells whether what it is heard as depends on what follows.
    pub(super) const fn depends(self) -> bool {
        self.0 & !BEGINS == DEPENDS
    }

    /// Tells whether a match may begin in it.
    pub(super) const fn begins(self) -> bool {
        self.0 & BEGINS != 0
    }
}

impl Default for Lexicon {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            seen: Vec::new(),
            heard: Vec::new(),
            places: FxHashMap::default(),
            own: Heard::default(),
            walks: Walks::default(),
            credit: CREDIT_MAX,
        }
    }
}

impl Word {
    /// Reads a word that has nothing beyond ASCII beside it; none where it is too long, or of letters and digits as
    /// identifiers are, which hardly come again.
    #[inline]
    pub(super) fn read(text: &[u8], Token { start, len, made }: Token) -> Option<Self> {
        /// The golden ratio's bits, and others: a multiplication carries each bit upwards.
        const SPREAD: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9];
        let longest = match made {
            Made::Letters => WORD_MAX,
            Made::Digits => NUMBER_MAX,
            Made::Both => 0,
        };
        if len > longest {
            return None;
        }
        let rest = text.get(start..).unwrap_or_default();
        let bytes = rest
            .first_chunk::<16>()
            .map_or_else(|| load(rest.get(..rest.len().min(16)).unwrap_or_default()), |it| u128::from_le_bytes(*it));
        let shift = 8 * len;
        let known = bytes & (u128::MAX >> (120 - shift));
        let behind = if rest.len() > len { kind(rest.get(len + 1)) } else { END };
        let (at, byte) = if rest.len() > len { (shift + 8, behind) } else { (shift, END) };
        let key = known | u128::from(byte) << at;
        #[expect(clippy::cast_possible_truncation, reason = "its lower half, mixed with the upper one")]
        let low = key as u64;
        let high = u64::try_from(key >> 64).unwrap_or_default();
        let [one, two] = SPREAD;
        let hash = (low.wrapping_mul(one) ^ high.wrapping_mul(two)).rotate_left(29).wrapping_mul(one);
        Some(Self { key, hash })
    }
}

/// The kind of the byte behind the byte behind a word.
#[inline]
fn kind(byte: Option<&u8>) -> u8 {
    match byte {
        None => END,
        Some(b'0'..=b'9') => b'0',
        Some(b'A'..=b'Z') => b'A',
        Some(b'a'..=b'z') => b'a',
        Some(_) => b' ',
    }
}

/// The bytes that are of a kind.
const fn next(kind: u8) -> Next {
    match kind {
        END => Next::End,
        b'0' => Next::Within(b'0', b'9'),
        b'A' => Next::Within(b'A', b'Z'),
        b'a' => Next::Within(b'a', b'z'),
        _ => Next::Within(0, u8::MAX),
    }
}

impl Lexicon {
    /// Gives what a word brings, if it is known.
    #[inline]
    pub(super) fn get(&self, word: Word) -> Option<Brings> {
        let kept = self.words.get(place(word.hash, WORDS)).copied().unwrap_or_default();
        let brings = (kept ^ word.key) >> KEY_BITS;
        let is_it = (kept ^ word.key) << (128 - KEY_BITS) == 0;
        u16::try_from(brings).ok().filter(|brings| is_it && *brings != 0).map(Brings)
    }

    /// Adds what a known word is heard as.
    #[inline]
    pub(super) fn hear(&self, Brings(brings): Brings, heard: &mut Heard) {
        if let Some(row) =
            usize::from(brings & !BEGINS).checked_sub(usize::from(FIRST_HEARD)).and_then(|at| self.heard.get(at))
        {
            heard.add(row);
        }
    }

    /// Notes a word that is not known; where it was seen before, works out what it brings.
    pub(super) fn note(
        &mut self,
        word: Word,
        (text, token, bits): (&[u8], Token, Bits),
        (matcher, vocabulary): (&Matcher, &Vocabulary),
    ) {
        self.credit = (self.credit + CREDIT * i64::try_from(token.len).unwrap_or_default()).min(CREDIT_MAX);
        if self.words.is_empty() {
            self.words.resize(WORDS, 0);
            self.seen.resize(SEEN, 0);
        }
        let tag = u16::try_from(word.hash & 0xffff).unwrap_or_default() | 1;
        let Some(seen) = self.seen.get_mut(place(word.hash, SEEN)) else { return };
        if std::mem::replace(seen, tag) != tag || self.credit < 0 {
            return;
        }
        let end = token.start + token.len;
        let bytes = text.get(token.start..text.len().min(end + 1)).unwrap_or_default();
        let behind = if end < text.len() { kind(text.get(end + 1)) } else { END };
        let (is_quiet, steps) = matcher.is_quiet(Beginning { bytes, next: next(behind) }, &mut self.walks);
        super::steps::add(steps);
        self.credit -= i64::try_from(steps).unwrap_or(i64::MAX / 2);
        let mut heard = std::mem::take(&mut self.own);
        let place_of_heard = match vocabulary.hear_alone(text, token, bits, &mut heard) {
            Alone::Nothing => Some(NOTHING),
            Alone::Depends => Some(DEPENDS),
            Alone::Heard => self.place_of(&heard),
        };
        self.own = heard;
        let Some(brings) = place_of_heard.map(|heard| if is_quiet { heard } else { heard | BEGINS }) else { return };
        if let Some(kept) = self.words.get_mut(place(word.hash, WORDS)) {
            *kept = word.key | u128::from(brings) << KEY_BITS;
        }
    }

    /// Gives the number of what a word is heard as.
    fn place_of(&mut self, heard: &Heard) -> Option<u16> {
        if let Some(known) = self.places.get(heard) {
            return Some(*known);
        }
        let place =
            u16::try_from(self.heard.len() + usize::from(FIRST_HEARD)).ok().filter(|_| self.heard.len() < HEARD_MAX)?;
        self.places.insert(heard.clone(), place);
        self.heard.push(heard.clone());
        Some(place)
    }
}

/// A hash's place in a table of so many.
#[inline]
fn place(hash: u64, slots: usize) -> usize {
    usize::try_from(hash >> 40).unwrap_or_default() % slots
}

#[cfg(test)]
mod tests {
    use super::super::bits::Block;
    use super::super::matcher::{Beside, Meets};
    use super::super::{DetectScratch, EntityMask, RecognizerSet, TaggerUse, TextKind};
    use super::*;
    use crate::model::Finding;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    /// Finds all in a text, with what earlier texts have left.
    fn scan(set: &RecognizerSet, text: &str, scratch: &mut DetectScratch) -> Vec<Finding> {
        let mask = EntityMask::all(set).with_tagger(TaggerUse::Off);
        let mut found = Vec::new();
        set.scan(text, TextKind::Text, &set.hint(&[""]), &mask, scratch, &mut found);
        found
    }

    /// What is found does not depend on words that came before, beside which they stood, or whether they are known; for
    /// the examples of all recognizers, and texts made of their words.
    #[test]
    fn known_words_change_nothing() {
        let set = RecognizerSet::builtin();
        let examples: Vec<String> = set
            .recognizers()
            .iter()
            .flat_map(|info| {
                info.finds.iter().map(|(text, ..)| text).chain(info.finds_nothing.iter().map(|(text, _)| text))
            })
            .filter(|text| text.is_ascii())
            .cloned()
            .collect();
        let words: Vec<String> = examples
            .iter()
            .flat_map(|text| text.split_inclusive(|c: char| !c.is_alphanumeric()))
            .map(str::to_owned)
            .collect();
        let padded = |text: &str| format!("Then, as we know, it goes on with words: {text}");
        let mut learned = DetectScratch::default();
        for text in examples.iter().chain(&examples).chain(&examples) {
            assert_eq!(scan(&set, text, &mut learned), scan(&set, text, &mut DetectScratch::default()), "{text}");
            scan(&set, &padded(text), &mut learned);
        }
        let kept = |scratch: &DetectScratch| {
            scratch.bound.as_ref().map_or(0, |bound| bound.lexicon.words.iter().filter(|word| **word != 0).count())
        };
        assert!(kept(&learned) > 500, "{}", kept(&learned));
        let learned = std::cell::RefCell::new(learned);
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) };
        let any = prop::collection::vec(prop::sample::select(words), 1..12);
        TestRunner::new(config)
            .run(&any, |words| {
                let text = padded(&words.concat());
                let found = scan(&set, &text, &mut learned.borrow_mut());
                prop_assert_eq!(found, scan(&set, &text, &mut DetectScratch::default()));
                Ok(())
            })
            .unwrap();
    }

    /// Reads the first word of a text, and what it brings.
    struct First<'a> {
        set: &'a RecognizerSet,
        text: &'a [u8],
        lexicon: Lexicon,
        brings: Option<Brings>,
    }

    impl Meets for First<'_> {
        fn token(&mut self, token: Token, bits: Bits) {
            if token.start == 0 {
                let word = Word::read(self.text, token).unwrap();
                for _ in 0..2 {
                    self.lexicon.note(word, (self.text, token, bits), (&self.set.matcher, &self.set.vocabulary));
                }
                self.brings = self.lexicon.get(word);
            }
        }
        fn inner_digit(&mut self, _: usize, _: usize) {}
        fn mark(&mut self, _: usize) {}
        fn byte(&mut self, _: usize) {}
    }

    fn first(text: &str) -> (std::sync::Arc<RecognizerSet>, Lexicon, Brings) {
        let set = RecognizerSet::builtin();
        let mut first = First { set: &set, text: text.as_bytes(), lexicon: Lexicon::default(), brings: None };
        set.matcher.read(text.as_bytes(), &mut first);
        let (lexicon, brings) = (first.lexicon, first.brings.unwrap());
        (set, lexicon, brings)
    }

    /// What the word brings that begins a text, once it was seen twice: whether something may begin, and what is heard.
    fn brings(text: &str) -> (bool, Option<Heard>) {
        let (set, lexicon, brings) = first(text);
        let mut heard = Heard::default();
        heard.restart(set.details.len());
        lexicon.hear(brings, &mut heard);
        (brings.begins(), Some(heard).filter(|heard| !heard.is_silent() || heard.engines() != 0))
    }

    #[test]
    fn a_word_brings_what_can_follow_it() {
        let nothing = (false, None);
        assert_eq!(brings("opening cart"), nothing);
        assert_eq!(brings("opening"), nothing);
        assert_eq!(brings("Missing, and"), nothing);
        // A number of three digits and a dash may begin one of social security; before letters it does not.
        assert!(brings("441-77").0 && !brings("441 boxes").0);
        assert!(brings("GB 82").0);
        // A letter of a sentence is known by what follows.
        assert!(brings("wallet").1.is_some());
        // What the first word of a phrase is heard as depends on its second.
        assert!(first("social security").2.depends() && first("social").2.depends() && !first("wallet").2.depends());
        // A month is heard by the engine of dates.
        assert!(brings("March 4").1.is_some_and(|heard| heard.engines() != 0));
    }

    #[test]
    fn a_word_is_kept_when_it_comes_again_within_the_credit() {
        let set = RecognizerSet::builtin();
        let mut lexicon = Lexicon::default();
        let note = |text: &str, lexicon: &mut Lexicon| {
            let block = Block::read(text.as_bytes(), 0, super::super::bits::Marks::default());
            let word = (1 << text.len()) - 1;
            let bits = Bits { letters: block.letters & word, digits: block.digits & word, word, beside: Beside::Plain };
            let token = Token { start: 0, len: text.len(), made: Made::Letters };
            let word = Word::read(text.as_bytes(), token).unwrap();
            lexicon.note(word, (text.as_bytes(), token, bits), (&set.matcher, &set.vocabulary));
            lexicon.get(word)
        };
        assert_eq!(note("again", &mut lexicon), None);
        assert!(note("again", &mut lexicon).is_some_and(|brings| brings == Brings(1)));
        let before = lexicon.credit;
        let letters = |count: u32| {
            (0..8).map(|at| char::from(b'a' + u8::try_from(count >> (2 * at) & 3).unwrap())).collect::<String>()
        };
        for count in 0..20_000 {
            note(&letters(count), &mut lexicon);
            note(&letters(count), &mut lexicon);
        }
        assert!(
            lexicon.credit > -100_000 && before > 0 && lexicon.words.len() == WORDS && lexicon.heard.len() < HEARD_MAX
        );
    }
}
