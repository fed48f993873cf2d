//! Hashes of words and of how they are written, which the compiler can make, too.

use super::fold::{fold, is_mark};

/// Gives the shape of kinds of characters that follow each other: `X` upper, `x` lower, `d` digit.
pub(super) const fn shape(kinds: &[u8]) -> u32 {
    let mut shape = 0;
    let mut rest = kinds;
    while let [kind, after @ ..] = rest {
        shape = add_kind(shape, *kind);
        rest = after;
    }
    shape
}

/// Adds a kind of characters to a shape.
pub(super) const fn add_kind(shape: u32, kind: u8) -> u32 {
    shape.wrapping_mul(31).wrapping_add(kind as u32)
}

/// Where the hash of a word begins.
pub(super) const FNV_START: u64 = 0xCBF2_9CE4_8422_2325;

/// Adds a folded byte to the hash of a word.
pub(super) const fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01B3)
}

/// Spreads a hash over all bits.
pub(super) const fn spread(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ hash >> 32
}

/// The hash of a word that is read letter by letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growing(u64);

impl Growing {
    pub(super) const fn new() -> Self {
        Self(FNV_START)
    }

    /// Takes a letter as tokens take it.
    pub(super) fn push(&mut self, letter: char) {
        if !is_mark(letter) {
            fold(letter, |byte| self.0 = fnv(self.0, byte));
        }
    }

    /// Gives the hash of the letters so far.
    pub(super) const fn word(self) -> u64 {
        spread(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;
    use crate::detect::tagger::token::Tokenizer;
    use crate::detect::tagger::words::first_word;

    #[test]
    fn a_word_has_one_hash_however_it_is_read() {
        let lexicon = builtin().lexicon();
        for (text, plain) in [("transform", "transform"), ("Transform", "transform"), ("ÉTÉ", "ete"), ("Weiß", "weiss")]
        {
            let token = Tokenizer::new(text, lexicon, &[]).next().unwrap();
            let mut growing = Growing::new();
            text.chars().for_each(|letter| growing.push(letter));
            assert_eq!([token.word, growing.word()], [first_word(plain.as_bytes()).0; 2], "{text}");
        }
    }
}
