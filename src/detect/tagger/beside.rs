//! The other half of a known person's name, which the record tells nowhere else: `Invoice Katherine Johnson` where a note speaks of
//! Katherine.

use super::lexicon::{Lexicon, flag};
use super::sure::is_everyday;
use super::token::{Class, Token, Tokenizer};
use crate::model::Span;

/// What a word is that is no half of a name, whatever else it may be.
const OTHER: u16 =
    flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET | flag::NATION | flag::TITLE | flag::FUNCTION;

/// Takes a family's name behind a known word in, and a given name before it, where both are written with a capital and a space
/// alone parts them.
pub(crate) fn widened(text: &str, span: Span, lexicon: Lexicon<'_>) -> Span {
    /// Bytes of the longest word that is looked at.
    const WORD_MAX: usize = 64;
    let known = span.of(text);
    if !known.starts_with(char::is_uppercase) || known.contains(',') {
        return span;
    }
    let is_single = !known.contains(' ');
    let behind = text.get(span.end..).and_then(|rest| rest.strip_prefix(' ')).unwrap_or_default();
    let word = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    // `Smith-Jones`, `O'Brien`
    let joined = |c: char| !(c.is_alphabetic() || matches!(c, '-' | '\'' | '\u{2019}'));
    let whole = behind.split(joined).next().unwrap_or_default().trim_end_matches(['-', '\'', '\u{2019}']);
    let half = |word: &str| word.len() <= WORD_MAX && is_half(known, word, flag::LAST, lexicon);
    let family = is_single && (half(word) || (whole.len() > word.len() && half(whole)));
    let end = span.end + if family { 1 + whole.len() } else { 0 };
    let before = text.get(..span.start).and_then(|rest| rest.strip_suffix(' ')).unwrap_or_default();
    let len =
        before.bytes().rev().take(WORD_MAX).take_while(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80).count();
    let word = before.get(before.len() - len..).unwrap_or_default();
    let given = is_single && !family && is_half(known, word, flag::FIRST, lexicon);
    let start = span.start - if given { 1 + word.len() } else { 0 };
    Span::new(start, end)
}

/// Tells whether a word is a name of this kind and nothing else, written as the known one is.
fn is_half(known: &str, word: &str, of: u16, lexicon: Lexicon<'_>) -> bool {
    let Some(half) = alone(word, lexicon) else { return false };
    let same = match half.class {
        Class::Capital | Class::Mixed => known.chars().any(char::is_lowercase),
        Class::Upper => !known.chars().any(char::is_lowercase),
        _ => false,
    };
    same && half.entry.has(of) && !half.entry.has(OTHER) && !is_everyday(half.entry)
}

/// The token of a word, where it is one.
fn alone(word: &str, lexicon: Lexicon<'_>) -> Option<Token> {
    Tokenizer::new(word, lexicon, &[]).next().filter(|token| token.end == word.len() && token.class.is_word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;

    fn check(text: &str, known: &str, expected: &str) {
        let start = text.find(known).unwrap();
        let span = widened(text, Span::new(start, start + known.len()), builtin().lexicon());
        assert_eq!(span.of(text), expected, "{text}");
    }

    #[test]
    fn the_other_half_of_a_name_is_taken_in() {
        check("Invoice Katherine Johnson", "Katherine", "Katherine Johnson");
        check("Invoice Katherine Smith-Jones", "Katherine", "Katherine Smith-Jones");
        check("Invoice Katherine O'Brien, paid", "Katherine", "Katherine O'Brien");
        check("INVOICE KATHERINE JOHNSON", "KATHERINE", "KATHERINE JOHNSON");
        check("Rechnung Annika Meyer 12", "Annika", "Annika Meyer");
        check("Dossier Anna Okonjo", "Okonjo", "Anna Okonjo");
        check("Factura Priyanka Lopez (pagada)", "Priyanka", "Priyanka Lopez");
    }

    #[test]
    fn what_is_no_name_stays_beside_it() {
        check("Invoice Okonjo", "Okonjo", "Okonjo");
        check("Katherine Street", "Katherine", "Katherine");
        check("Katherine Premium", "Katherine", "Katherine");
        check("Katherine, Johnson", "Katherine", "Katherine");
        check("Katherine johnson", "Katherine", "Katherine");
        check("told katherine Johnson", "katherine", "katherine");
        check("Katherine JOHNSON", "Katherine", "Katherine");
        check("Okonjo", "Okonjo", "Okonjo");
    }
}
