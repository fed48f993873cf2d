//! Words near a finding that say what it is.

use super::boundary::{floor_boundary, is_spaceless, is_word, is_word_by_tables};
use super::matcher::{has_bit, set_bit};
use super::names::singular;
use super::steps;
use crate::model::Span;

/// Words before a finding that are read.
const BEFORE_MAX: usize = 5;
/// Words after a finding that are read.
const AFTER_MAX: usize = 3;
/// Lines before a finding that are read, its own among them.
const LINES_MAX: usize = 2;
/// Bytes on either side that are read; longer words than this bring no context.
const REACH_MAX: usize = 256;

/// The words of a text near one span, in lower case.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// The span that they are near; none where nothing was read yet.
    of: Option<Span>,
    /// All words, one behind the other.
    lower: String,
    before: Vec<Word>,
    after: Vec<Word>,
    /// The [`Head`]s of the words, as bits.
    heads: [u64; 4],
}

/// What a phrase begins with: its first word's first bytes as a number, which words share that begin so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    Is(u8),
    /// It is of a script without spaces, and may stand inside a word.
    Anywhere,
}

impl Head {
    /// Bytes that it is made of. A word that is one of a phrase's, or the plural of one, or joins all of them, begins with
    /// the whole first word.
    const LEN: usize = 3;

    /// Gives the head of a phrase.
    pub(super) fn of(phrase: &[String]) -> Self {
        match phrase.first() {
            Some(word) if !word.chars().all(is_spaceless) => {
                let bytes = word.as_bytes();
                Self::Is(Self::number(bytes.get(..Self::LEN).unwrap_or(bytes)))
            }
            Some(_) | None => Self::Anywhere,
        }
    }

    fn number(bytes: &[u8]) -> u8 {
        /// The golden ratio's bits: a multiplication carries each bit upwards.
        const SPREAD: u32 = 0x9e37_79b9;
        let all = bytes.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        all.wrapping_mul(SPREAD).to_le_bytes()[3]
    }
}

/// One word.
#[derive(Debug, Clone, Copy)]
struct Word {
    /// Where it stands in the text.
    at: Span,
    /// Where it stands in [`Near::lower`].
    lower: Span,
}

impl Near {
    /// Forgets what was read: another text follows.
    pub(super) fn restart(&mut self) {
        self.of = None;
    }

    /// Reads the words near a span: up to 5 before, on its line or the one before, and up to 3 after, on its line.
    pub(super) fn read(&mut self, text: &str, span: Span) {
        if self.of == Some(span) {
            return;
        }
        self.of = Some(span);
        let Self { lower, before, after, .. } = self;
        lower.clear();
        before.clear();
        after.clear();
        let start = floor_boundary(text, span.start.saturating_sub(REACH_MAX));
        let end = floor_boundary(text, span.end.saturating_add(REACH_MAX));
        let read = |word: Span, by: usize| Word { at: word.shifted(by), lower: Span::default() };
        last_words(text.get(start..span.start).unwrap_or_default(), |word| before.push(read(word, start)));
        before.reverse();
        first_words(text.get(span.end..end).unwrap_or_default(), |word| after.push(read(word, span.end)));
        self.heads = [0; 4];
        for word in before.iter_mut().chain(after) {
            word.lower = append_lower(lower, word.at.of(text));
            let bytes = word.lower.of_bytes(lower.as_bytes());
            for head in (1..=Head::LEN).filter_map(|len| bytes.get(..len)) {
                set_bit(&mut self.heads, usize::from(Head::number(head)));
            }
        }
    }

    /// Finds every place of a phrase among the words.
    pub(super) fn places<'a>(&'a self, phrase: &'a [String]) -> impl Iterator<Item = Span> + 'a {
        [self.before.as_slice(), &self.after].into_iter().flat_map(move |words| {
            let text = move |word: &Word| word.lower.of(&self.lower);
            let joined =
                words.iter().filter(move |word| phrase.len() > 1 && is_joined(text(word), phrase)).map(|word| word.at);
            let spelled = words
                .windows(phrase.len().max(1))
                .filter(move |run| run.iter().zip(phrase).all(|(word, wanted)| is_word_of(text(word), wanted)));
            joined.chain(spelled.filter_map(|run| Some(Span::new(run.first()?.at.start, run.last()?.at.end))))
        })
    }

    /// Tells whether no word is near.
    pub(super) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// Tells at a glance that no word begins as a phrase does.
    #[inline]
    pub(super) fn may_hold(&self, head: Head) -> bool {
        match head {
            Head::Is(number) => has_bit(&self.heads, usize::from(number)),
            Head::Anywhere => !self.lower.is_ascii(),
        }
    }
}

/// Appends a word in lower case.
fn append_lower(all: &mut String, word: &str) -> Span {
    let start = all.len();
    if word.is_ascii() {
        all.push_str(word);
        all.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
    } else {
        all.push_str(&word.to_lowercase());
    }
    Span::new(start, all.len())
}

/// Calls `each` with the last words of a text, in its last two lines, from the last on; reads no further back than it
/// has to.
fn last_words(text: &str, mut each: impl FnMut(Span)) {
    let mut word: Option<Span> = None;
    let (mut count, mut lines) = (0, 0);
    for (at, c) in text.char_indices().rev() {
        steps::add(1);
        if is_word(c) {
            word = Some(Span::new(at, word.map_or(at + c.len_utf8(), |word| word.end)));
            continue;
        }
        if let Some(word) = word.take() {
            each(word);
            count += 1;
        }
        lines += usize::from(c == '\n');
        if count == BEFORE_MAX || lines == LINES_MAX {
            return;
        }
    }
    if let Some(word) = word {
        each(word);
    }
}

/// Calls `each` with the first words of a text's first line.
fn first_words(text: &str, mut each: impl FnMut(Span)) {
    let mut word: Option<Span> = None;
    let mut count = 0;
    for (at, c) in text.char_indices() {
        steps::add(1);
        if is_word(c) {
            word = Some(Span::new(word.map_or(at, |word| word.start), at + c.len_utf8()));
            continue;
        }
        if let Some(word) = word.take() {
            each(word);
            count += 1;
        }
        if count == AFTER_MAX || c == '\n' {
            return;
        }
    }
    if let Some(word) = word {
        each(word);
    }
}

/// Tells whether a word is what a phrase wants: itself, in the singular, or part of it in a script without spaces.
fn is_word_of(word: &str, wanted: &str) -> bool {
    // Only in a script without spaces does a word that is wanted stand behind another's beginning.
    if let Some(first) = wanted.as_bytes().first().filter(|first| first.is_ascii())
        && word.as_bytes().first() != Some(first)
    {
        return false;
    }
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

/// Splits a context phrase of a recognizer file into its words. Reads the tables: making the bits of all characters for
/// a few words takes longer.
pub(super) fn phrase(text: &str) -> Vec<String> {
    let words = text.split(|c| !is_word_by_tables(c)).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str, expected: bool) {
        let start = text.find('#').unwrap();
        let mut near = Near::default();
        near.read(text, Span::new(start, start + 1));
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
