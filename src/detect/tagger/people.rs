//! Words of a person who was found, elsewhere in the record.

use super::lexicon::{Entry, Lexicon, flag};
use super::token::{Class, Place, Token, Tokenizer};
use crate::model::Span;

/// Words of persons that are remembered of one record.
const WORDS_MAX: usize = 4096;
/// Words of one name that are remembered as such.
const TOGETHER_MAX: usize = 8;
/// Characters that a word needs to count by itself.
const LETTERS_MIN: usize = 3;

/// Words of persons who were found in a record.
#[derive(Default)]
pub(crate) struct Words {
    /// Sorted.
    words: Vec<u64>,
    /// Two words of one name, sorted; see [`together`].
    pairs: Vec<u64>,
}

/// Hashes of names can be guessed, so they are not shown.
impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({})", self.words.len())
    }
}

impl Words {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.pairs.clear();
    }

    /// Tells whether no word is known.
    pub(crate) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Remembers the words of a person's name that can stand for the person: no titles, particles and initials, and of
    /// everyday words only those that are names, too.
    pub(crate) fn add(&mut self, name: &str, lexicon: Lexicon<'_>) {
        let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
        let (mut own, mut count) = ([0; TOGETHER_MAX], 0);
        while let Some(token) = tokenizer.next() {
            if !can_stand_alone(name, &token) {
                continue;
            }
            insert(&mut self.words, token.word);
            for other in own.iter().take(count) {
                insert(&mut self.pairs, together(*other, token.word));
            }
            if let Some(slot) = own.get_mut(count) {
                *slot = token.word;
                count += 1;
            }
        }
    }

    /// Finds the remembered words in a text: whole words, everyday words only where they are written as names.
    ///
    /// Words that stand together are one span; over a comma (`Lovelace, Ada`) only those of one name.
    pub(crate) fn find(&self, text: &str, lexicon: Lexicon<'_>, mut found: impl FnMut(Span)) {
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        // Asked once: a text may be mostly blanks, and each of its known words asks.
        let written = text.trim().len();
        let mut open: Option<Open> = None;
        while let Some(token) = tokenizer.next() {
            let known = token.class.is_word() && self.words.binary_search(&token.word).is_ok();
            open = match (open, known) {
                (Some(open), true) if self.joins(text, &open, &token) => Some(open.with(written, &token)),
                (Some(open), false) if token.is(b'-') || token.is(b',') => Some(open),
                (before, known) => {
                    before.and_then(Open::finished).into_iter().for_each(&mut found);
                    known.then(|| Open::new(written, &token))
                }
            };
        }
        open.and_then(Open::finished).into_iter().for_each(&mut found);
    }

    /// Tells whether a known word goes on with the one before: a space, a hyphen or, in one name, a comma stands between.
    fn joins(&self, text: &str, open: &Open, token: &Token) -> bool {
        let between = text.get(open.span.end..token.start).unwrap_or_default();
        match between {
            " " | "-" | "\u{2010}" | "\u{2011}" | "\u{a0}" => true,
            ", " => self.pairs.binary_search(&together(open.last, token.word)).is_ok(),
            _ => false,
        }
    }
}

fn insert(sorted: &mut Vec<u64>, one: u64) {
    if sorted.len() < WORDS_MAX
        && let Err(place) = sorted.binary_search(&one)
    {
        sorted.insert(place, one);
    }
}

/// Gives one number for two words, whichever comes first.
const fn together(a: u64, b: u64) -> u64 {
    a.wrapping_add(b).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (a ^ b)
}

/// A row of known words.
#[derive(Debug, Clone, Copy)]
struct Open {
    span: Span,
    /// One of the words is enough by itself.
    sure: bool,
    words: usize,
    /// The last word.
    last: u64,
}

impl Open {
    fn new(written: usize, token: &Token) -> Self {
        Self { span: Span::new(token.start, token.end), sure: is_sure(written, token), words: 1, last: token.word }
    }

    fn with(self, written: usize, token: &Token) -> Self {
        let sure = self.sure || is_sure(written, token);
        Self { span: Span::new(self.span.start, token.end), sure, words: self.words + 1, last: token.word }
    }

    /// Gives the span where it counts: two known words side by side vouch for each other.
    fn finished(self) -> Option<Span> {
        (self.sure || self.words > 1).then_some(self.span)
    }
}

fn can_stand_alone(text: &str, token: &Token) -> bool {
    let entry = token.entry;
    let word = text.get(token.start..token.end).unwrap_or_default();
    token.class.is_word()
        && token.class != Class::Initial
        && word.chars().count() >= LETTERS_MIN
        && !entry.has(flag::TITLE | flag::PARTICLE | flag::COMPANY)
        && (!is_everyday(entry) || entry.has(flag::FIRST | flag::LAST))
}

const fn is_everyday(entry: Entry) -> bool {
    entry.has(flag::COMMON | flag::FUNCTION)
}

/// Tells whether a known word counts by itself where it stands, in a text of so many `written` bytes between blanks.
fn is_sure(written: usize, token: &Token) -> bool {
    if !is_everyday(token.entry) {
        return true;
    }
    let begins = matches!(token.place, Place::Line | Place::Sentence);
    let is_all = written == token.end - token.start;
    // All in capitals says something only where nothing else is written.
    let capital = matches!(token.class, Class::Capital | Class::Mixed)
        || (token.class == Class::Upper && is_all && token.entry.has(flag::FIRST | flag::LAST));
    capital && !(begins && token.entry.has(flag::FUNCTION))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;

    fn check(names: &[&str], text: &str, expected: &[&str]) {
        let lexicon = builtin().lexicon();
        let mut words = Words::default();
        names.iter().for_each(|name| words.add(name, lexicon));
        let mut found = Vec::new();
        words.find(text, lexicon, |span| found.push(span.of(text)));
        assert_eq!(found, expected, "{names:?} in {text:?}");
    }

    /// Asked of each word anew, as it was, this took a second for each 20,000.
    #[test]
    fn blanks_around_a_text_are_counted_once() {
        let words = "mark; ".repeat(200_000);
        let text = format!("{}{words}", " ".repeat(2_000_000));
        check(&["Mark"], &text, &[]);
        check(&["Mark"], "  MARK ", &["MARK"]);
    }

    #[test]
    fn words_of_a_person_are_found_in_any_case() {
        check(
            &["Ada Lovelace"],
            "I told lovelace; Ada's note, ADA LOVELACE; Lovelace, Ada",
            &["lovelace", "Ada", "ADA LOVELACE", "Lovelace, Ada"],
        );
        check(&["Ada Lovelace", "Tom Bell"], "Ada, Tom; Bell, Ada", &["Ada", "Tom", "Bell", "Ada"]);
        check(&["Katherine"], "spoke to Katherine today", &["Katherine"]);
        check(&["Anne-Sophie Müller"], "anne-sophie and Mr. Muller", &["anne-sophie", "Muller"]);
    }

    #[test]
    fn everyday_words_count_as_names_only_where_they_are_written_so() {
        check(&["Mark Rose"], "please mark the rose; Mark said. Rose?", &["Mark", "Rose"]);
        check(&["Will Hope"], "Will you hope? I saw Will.", &["Will"]);
        check(&["Mark Rose"], "PLEASE MARK THE ROSE. MARK ROSE", &["MARK ROSE"]);
        check(&["Mark Rose"], "MARK", &["MARK"]);
    }

    #[test]
    fn particles_titles_initials_and_short_words_do_not_count() {
        check(&["Dr. J. van de Velde"], "the dr and j and van de, Velde", &["Velde"]);
        check(&["Li Na"], "li na", &[]);
        check(&["Support Team"], "the Support Team and Team B", &[]);
    }

    #[test]
    fn parts_of_words_are_no_words() {
        check(&["Ann Bell"], "annual Bellini", &[]);
    }
}
