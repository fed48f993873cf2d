//! Recognizers that code finds for, where a pattern would not do.

use std::collections::BTreeMap;

use aho_corasick::Input;

use super::bits::Block;
use super::boundary::{Boundary, Side};
use super::label::Labels;
use super::late::LateSearch;
use super::validate::Validator;
use super::{date, email, host, label};
use crate::model::{RecognizerIndex, Score, Span};

/// The engines that a recognizer file may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Dates and times in the words of seven languages.
    Date,
    /// E-mail addresses, searched outwards from each `@`.
    Email,
    /// Web addresses without a scheme, searched outwards from each full stop.
    Host,
    /// Values behind the labels of lists in the file.
    Label,
    /// The words of lists in the file.
    Words,
}

impl Kind {
    /// Every engine, by its name in a file.
    pub(super) const ALL: [(&str, Self); 5] = [
        ("date", Self::Date),
        ("email", Self::Email),
        ("host", Self::Host),
        ("label", Self::Label),
        ("words", Self::Words),
    ];

    /// Tells whether the file lists words for it.
    pub(super) const fn has_lists(self) -> bool {
        matches!(self, Self::Label | Self::Words)
    }

    /// The forms that an engine tells apart, in the order it knows them; the lists of the file have their own names.
    pub(super) fn forms(self) -> Vec<&'static str> {
        match self {
            Self::Date => date::FORMS.iter().map(|(name, _)| *name).collect(),
            Self::Email => vec!["address"],
            Self::Host => host::FORMS.to_vec(),
            Self::Label | Self::Words => Vec::new(),
        }
    }
}

/// One form that an engine tells apart, as a file declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormDeclaration {
    pub(super) name: String,
    pub(super) score: Score,
}

/// An engine as a file declares it.
#[derive(Debug)]
pub(super) struct EngineDeclaration {
    pub(super) kind: Kind,
    /// In the order of the file; what is not listed is not found.
    pub(super) forms: Vec<FormDeclaration>,
    /// The words of each form, for the engines that have lists.
    pub(super) words: Vec<Vec<String>>,
}

/// A recognizer whose work an engine does.
#[derive(Debug)]
pub(super) struct EngineRecognizer {
    pub(super) recognizer: RecognizerIndex,
    /// The score of each form, in the order of the file.
    pub(super) scores: Vec<Score>,
    pub(super) validators: Vec<&'static Validator>,
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    /// By the engine's own number of a form: its place in the file.
    Date(Vec<Option<u16>>),
    Email,
    Host(Vec<Option<u16>>),
    Label(Labels),
    Words(Words),
}

impl EngineRecognizer {
    /// Makes the recognizer.
    ///
    /// # Errors
    /// Too many words.
    pub(super) fn new(
        declared: &EngineDeclaration,
        recognizer: RecognizerIndex,
        validators: &[&'static Validator],
    ) -> Result<Self, String> {
        let place = |form: &str| declared.forms.iter().position(|one| one.name == form);
        let forms = declared.kind.forms().into_iter();
        let places = || forms.clone().map(|form| place(form).and_then(|place| u16::try_from(place).ok())).collect();
        let engine = match declared.kind {
            Kind::Date => Engine::Date(places()),
            Kind::Email => Engine::Email,
            Kind::Host => Engine::Host(places()),
            Kind::Label => Engine::Label(Labels::new(&declared.words)),
            Kind::Words => Engine::Words(Words::new(&declared.words)?),
        };
        let scores = declared.forms.iter().map(|form| form.score).collect();
        Ok(Self { recognizer, scores, validators: validators.to_vec(), engine })
    }

    /// Tells of an engine that searches for words whether it did by now.
    #[cfg(test)]
    pub(super) fn search_is_made(&self) -> Option<bool> {
        if let Engine::Words(words) = &self.engine { Some(words.search.is_made()) } else { None }
    }

    /// The best score that a finding has before context.
    pub(super) fn best(&self) -> Score {
        self.scores.iter().copied().max().unwrap_or(Score::ZERO)
    }

    /// Gives words, at least those of ASCII, with which something begins that none of [`Self::signs`] tells of.
    pub(super) fn first_words(&self) -> Vec<String> {
        match &self.engine {
            Engine::Date(_) => date::names().map(str::to_owned).collect(),
            Engine::Email | Engine::Host(_) | Engine::Label(_) => Vec::new(),
            Engine::Words(words) => words.lists.clone(),
        }
    }

    /// The signs in a text without which there is nothing to find, other than a first word.
    pub(super) const fn signs(&self) -> Signs {
        match &self.engine {
            // All but days of the week have a digit.
            Engine::Date(_) => Signs::DIGIT,
            Engine::Email => Signs::AT,
            Engine::Host(_) => Signs::DOT,
            Engine::Label(_) => Signs::EQUAL,
            Engine::Words(_) => Signs::NONE,
        }
    }

    /// Gives what a text is that holds nothing else: the place of its form in the file and the form's score.
    pub(super) fn sole(&self, text: &str) -> Option<(u16, Score)> {
        let Engine::Date(places) = &self.engine else { return None };
        let place = places.get(date::Form::Moment as usize).copied().flatten()?;
        let score = self.scores.get(usize::from(place)).copied()?;
        let accepted = || self.validators.iter().all(|validator| (validator.accepts)(text));
        (date::is_timestamp(text.as_bytes()) && accepted()).then_some((place, score))
    }

    /// Calls `found` with each span, the place of its form in the file and the form's score. Linear in the text; `heard`
    /// tells whether it has one of the first words.
    pub(super) fn search(&self, text: &str, heard: bool, mut found: impl FnMut(Span, u16, Score)) {
        let mut at_place = |span: Span, place: Option<u16>| {
            if let Some(place) = place
                && let Some(score) = self.scores.get(usize::from(place))
                && self.validators.iter().all(|validator| (validator.accepts)(span.of(text)))
            {
                found(span, place, *score);
            }
        };
        let in_file = |places: &[Option<u16>], own: usize| places.get(own).copied().flatten();
        match &self.engine {
            Engine::Date(places) => {
                let names = if heard { date::Names::Possible } else { date::Names::None };
                date::search(text, names, |span, form| at_place(span, in_file(places, form as usize)));
            }
            Engine::Email => email::search(text, |span| at_place(span, Some(0))),
            Engine::Host(places) => {
                host::search(text, |span, own| at_place(span, in_file(places, usize::from(own))));
            }
            Engine::Label(labels) => labels.search(text, |span, place| at_place(span, Some(place))),
            Engine::Words(words) => words.search(text, |span, place| at_place(span, Some(place))),
        }
    }
}

/// What engines go by: whether a text has digits, at signs, full stops, and colons or equal signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signs(u8);

impl Signs {
    const NONE: Self = Self(0);
    const DIGIT: Self = Self(1);
    const AT: Self = Self(2);
    const DOT: Self = Self(4);
    const EQUAL: Self = Self(8);
    /// Each one.
    pub(super) const ALL: [Self; 4] = [Self::DIGIT, Self::AT, Self::DOT, Self::EQUAL];

    /// Reads a shape: the signs by which an engine may find something in a text of it.
    pub(super) fn of_shape(shape: &[u8]) -> Self {
        let sign = |Self(sign): Self, has: bool| if has { sign } else { 0 };
        Self(
            sign(Self::DIGIT, date::may_hold_number(shape))
                | sign(Self::AT, shape.contains(&b'@'))
                | sign(Self::DOT, host::may_stand_in(shape))
                | sign(Self::EQUAL, label::may_stand_in(shape)),
        )
    }

    /// Adds those of 64 bytes.
    #[inline]
    pub(super) fn add(&mut self, block: &Block) {
        let bit = |place: u8, bits: u64| u8::from(bits != 0) << place;
        self.0 |= bit(0, block.digits) | bit(1, block.ats) | bit(2, block.dots) | bit(3, block.equals);
    }

    /// Adds those of 64 bytes but for digits.
    #[inline]
    pub(super) fn add_marks(&mut self, block: &Block) {
        self.add(&Block { digits: 0, ..*block });
    }

    /// Adds a digit, if there is one.
    #[inline]
    pub(super) const fn add_number(&mut self, is: bool) {
        self.0 |= if is { Self::DIGIT.0 } else { 0 };
    }

    /// Adds others.
    pub(super) const fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Tells whether any of these is among them.
    pub(super) const fn have(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Lists of words, all searched at once.
#[derive(Debug)]
struct Words {
    search: LateSearch,
    /// By pattern of the search: the place of the list.
    places: Vec<u16>,
    /// All words, as the file lists them.
    lists: Vec<String>,
}

impl Words {
    fn new(lists: &[Vec<String>]) -> Result<Self, String> {
        let mut spelled: BTreeMap<String, u16> = BTreeMap::new();
        for (place, list) in (0_u16..).zip(lists) {
            for word in list {
                for spelling in spellings(word) {
                    spelled.entry(spelling).or_insert(place);
                }
            }
        }
        let places = spelled.values().copied().collect();
        let search = LateSearch::new(spelled.into_keys().collect()).ok_or("too many words")?;
        Ok(Self { search, places, lists: lists.concat() })
    }

    /// Finds the words that stand alone, from left to right, the longest first where several begin.
    fn search(&self, text: &str, mut found: impl FnMut(Span, u16)) {
        let mut all: Vec<(Span, u16)> = Vec::new();
        for word in self.search.get().find_overlapping_iter(Input::new(text)) {
            let allowed = Boundary::Word.allows(Side::before(text, word.start()))
                && Boundary::Word.allows(Side::after(text, word.end()));
            if let Some(place) = self.places.get(word.pattern().as_usize()).filter(|_| allowed) {
                all.push((Span::new(word.start(), word.end()), *place));
            }
        }
        all.sort_unstable_by_key(|(span, place)| (span.start, std::cmp::Reverse(span.end), *place));
        let mut resume = 0;
        for (span, place) in all {
            if span.start >= resume {
                resume = span.end;
                found(span, place);
            }
        }
    }
}

/// How a word of a list may be written: as it is there, with a capital, all in capitals.
fn spellings(word: &str) -> [String; 3] {
    let mut letters = word.chars();
    let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect());
    [word.to_owned(), capital.unwrap_or_default(), word.to_uppercase()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_forms_are_those_of_the_engine() {
        for (place, (_, form)) in date::FORMS.iter().enumerate() {
            assert_eq!(*form as usize, place);
        }
    }

    #[test]
    fn words_stand_alone_in_three_spellings() {
        let lists =
            [vec!["French".to_owned(), "South African".to_owned()], vec!["français".to_owned(), "south".to_owned()]];
        let words = Words::new(&lists).unwrap();
        let check = |text: &str, expected: &[(&str, u16)]| {
            let mut found = Vec::new();
            words.search(text, |span, place| found.push((span.of(text), place)));
            assert_eq!(found, expected, "{text}");
        };
        check("a French and a FRENCH man", &[("French", 0), ("FRENCH", 0)]);
        check("Frenchman french", &[]);
        check("FRANÇAIS, Français, français", &[("FRANÇAIS", 1), ("Français", 1), ("français", 1)]);
        check("a South African in the south", &[("South African", 0), ("south", 1)]);
        check("South Africans", &[("South", 1)]);
    }
}
