//! Whether a value is free text: what people write to people, not an id, a code or a name of a thing.

use super::lexicon::{Lexicon, flag};
use super::token::{Class, Tokenizer};

/// Words that free text has at least.
const WORDS_MIN: usize = 4;

/// Tells whether a text has at least four words of which one is an everyday word in lower case.
///
/// Where nothing is in lower case, an everyday word in upper case does.
pub(crate) fn is_free_text(text: &str, lexicon: Lexicon<'_>) -> bool {
    let gaps = text.bytes().filter(|byte| matches!(byte, b' ' | b'\n' | b'\t')).take(WORDS_MIN - 1).count();
    if gaps < WORDS_MIN - 1 {
        return false;
    }
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut words, mut everyday, mut lower, mut shouted) = (0_usize, false, false, false);
    while let Some(token) = tokenizer.next() {
        if !token.class.is_word() {
            continue;
        }
        words += 1;
        let common = token.entry.has(flag::COMMON | flag::FUNCTION);
        lower |= token.class != Class::Upper && token.class != Class::Initial;
        everyday |= common && token.class == Class::Lower;
        shouted |= common && token.class == Class::Upper;
        if words >= WORDS_MIN && everyday {
            return true;
        }
    }
    words >= WORDS_MIN && shouted && !lower
}
