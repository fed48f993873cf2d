//! Whether a value is free text: what people write to people, not an id, a code or a name of a thing.

use super::lexicon::{Lexicon, flag};
use super::token::{Class, Token, Tokenizer};

/// Words that free text has at least.
const WORDS_MIN: usize = 4;

/// Tells whether a text has at least four words of which one is an everyday word in lower case.
///
/// Where nothing is in lower case, an everyday word in upper case does. What is part of a code, a path or an escape is
/// no word; what begins as programs name themselves (`curl/8.5.0`, RFC 9110 section 10.1.5) is no free text.
pub(crate) fn is_free_text(text: &str, lexicon: Lexicon<'_>) -> bool {
    let gaps = text.bytes().filter(|byte| matches!(byte, b' ' | b'\n' | b'\t')).take(WORDS_MIN - 1).count();
    if gaps < WORDS_MIN - 1 || names_a_program(text) {
        return false;
    }
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut words, mut everyday, mut lower, mut shouted) = (0_usize, false, false, false);
    while let Some(token) = tokenizer.next() {
        let stands = if token.class.is_word() { stands(text, &token) } else { Stands::Inside };
        if stands == Stands::Inside {
            continue;
        }
        words += 1;
        let common = stands == Stands::Alone && token.entry.has(flag::COMMON | flag::FUNCTION);
        lower |= token.class != Class::Upper && token.class != Class::Initial;
        everyday |= common && token.class == Class::Lower;
        shouted |= common && token.class == Class::Upper;
        if words >= WORDS_MIN && everyday {
            return true;
        }
    }
    words >= WORDS_MIN && shouted && !lower
}

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Between spaces and the marks of sentences.
    Alone,
    /// Beside a hyphen.
    Joined,
    /// In something that is no word: a code, a path, an escape.
    Inside,
}

fn stands(text: &str, token: &Token) -> Stands {
    let bytes = text.as_bytes();
    let before = token.start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let after = bytes.get(token.end).copied().unwrap_or(b' ');
    let begins = matches!(before, b' ' | b'\n' | b'\r' | b'\t' | b'(' | b'"' | b'\'' | 0x80..);
    let ends =
        matches!(after, b' ' | b'\n' | b'\r' | b'\t' | b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b'\'' | 0x80..);
    match (begins || before == b'-', ends || matches!(after, b'-' | b'"')) {
        (true, true) if begins && ends => Stands::Alone,
        (true, true) => Stands::Joined,
        _ => Stands::Inside,
    }
}

/// Tells whether a text begins with a program and its version.
fn names_a_program(text: &str) -> bool {
    let first = text.split([' ', '\n', '\t']).next().unwrap_or_default();
    first.split_once('/').is_some_and(|(name, version)| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
            && version.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_free_text(text, crate::detect::tagger::builtin().lexicon()), expected, "{text}");
    }

    #[test]
    fn what_people_write_is_free_text() {
        check("Please call Katherine Johnson", true);
        check("call Anna-Lena Weiss-Müller please", true);
        check("\"we'll see\", she said, and left", true);
        check("PLEASE CALL ME BACK TODAY", true);
        check("er wohnt in Hamburg", true);
    }

    #[test]
    fn what_machines_write_is_none() {
        check("Please call back", false);
        check("Harley Davidson Road King", false);
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15", false);
        check("é%20%20{\\\"a\\\": [1.0]}&#233;%zz and", false);
        check("a-b-c-d e-f-g-h i/the/j in=1", false);
    }
}
