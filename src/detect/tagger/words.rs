//! Words that rules of form ask for, hashed by the compiler as tokens are when a text is read.

use super::hash::{FNV_START, fnv, spread};
use super::token::Token;

/// A set of words, folded: in lower case, Latin letters without their marks.
#[derive(Debug)]
pub(crate) struct WordSet<const N: usize>([u64; N]);

impl<const N: usize> WordSet<N> {
    /// Hashes and sorts words that spaces part.
    ///
    /// # Panics
    /// While privet is compiled, where there are not as many words.
    #[expect(clippy::indexing_slicing, reason = "the compiler runs it, and every place is below N")]
    pub(crate) const fn new(words: &str) -> Self {
        let mut hashes = [0; N];
        let mut count = 0;
        let mut rest = words.as_bytes();
        while let [_, ..] = rest {
            let (own, after) = first_word(rest);
            rest = after;
            let mut at = count;
            while at > 0 && hashes[at - 1] > own {
                hashes[at] = hashes[at - 1];
                at -= 1;
            }
            hashes[at] = own;
            count += 1;
        }
        assert!(count == N, "the words of a set are counted");
        Self(hashes)
    }

    /// Gives the hashes of the words.
    #[cfg(test)]
    pub(crate) const fn words(&self) -> &[u64] {
        &self.0
    }

    /// Tells whether a hash is that of one of the words.
    pub(crate) fn has_word(&self, word: u64) -> bool {
        self.0.binary_search(&word).is_ok()
    }

    /// Tells whether a token is one of the words.
    pub(crate) fn has(&self, token: &Token) -> bool {
        token.class.is_word() && self.has_word(token.word)
    }
}

/// Bits for words, folded: one look at a table, whatever the number of lists.
#[derive(Debug)]
pub(crate) struct WordMap<const SIZE: usize>([(u64, u64); SIZE]);

impl<const SIZE: usize> WordMap<SIZE> {
    /// Puts the words of each list, which spaces part, into the table with the list's bits.
    ///
    /// # Panics
    /// While privet is compiled, where the table is not at least half empty or its size no power of two.
    #[expect(clippy::indexing_slicing, reason = "the compiler runs it, and every place is below SIZE")]
    pub(crate) const fn new(lists: &[(&str, u64)]) -> Self {
        let mut table = [(0, 0); SIZE];
        let mut count = 0;
        let mut lists = lists;
        while let [(words, bits), after @ ..] = lists {
            lists = after;
            let mut rest = words.as_bytes();
            while let [_, ..] = rest {
                let (word, after) = first_word(rest);
                rest = after;
                let mut at = place(word, SIZE);
                while table[at].0 != 0 && table[at].0 != word {
                    at = (at + 1) % SIZE;
                }
                table[at] = (word, table[at].1 | *bits);
                count += 1;
            }
        }
        assert!(SIZE.is_power_of_two() && count * 2 <= SIZE, "a table is at least half empty");
        Self(table)
    }

    /// Gives the bits of a word's hash; none where it is in no list.
    pub(crate) fn get(&self, word: u64) -> u64 {
        let mut at = place(word, SIZE);
        // Half of the table is empty: the walk ends soon.
        while let Some((own, bits)) = self.0.get(at).filter(|slot| slot.0 != 0) {
            if *own == word {
                return *bits;
            }
            at = (at + 1) % SIZE;
        }
        0
    }
}

/// The place of a word in a table whose size is a power of two.
#[expect(clippy::cast_possible_truncation, reason = "the lowest bits alone count")]
const fn place(word: u64, size: usize) -> usize {
    word as usize & (size - 1)
}

/// Hashes the first word, and gives what stands behind its space.
pub(crate) const fn first_word(words: &[u8]) -> (u64, &[u8]) {
    let mut hash = FNV_START;
    let mut rest = words;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b' ' {
            break;
        }
        hash = fnv(hash, *byte);
    }
    (spread(hash), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;
    use crate::detect::tagger::token::Tokenizer;

    #[test]
    fn words_have_the_bits_of_all_their_lists() {
        static MAP: WordMap<16> = WordMap::new(&[("a b c", 1), ("b d", 2), ("e", 4)]);
        let bits = |word: &str| MAP.get(first_word(word.as_bytes()).0);
        assert_eq!(["a", "b", "c", "d", "e", "f"].map(bits), [1, 3, 1, 2, 4, 0]);
    }

    #[test]
    fn words_are_known_in_any_case_and_with_their_marks() {
        static SET: WordSet<4> = WordSet::new("strasse citta zip p.o.");
        let check = |text: &str, expected: bool| {
            let token = Tokenizer::new(text, builtin().lexicon(), &[]).next().unwrap();
            assert_eq!(SET.has(&token), expected, "{text}");
        };
        check("Straße", true);
        check("ZIP", true);
        check("Città", true);
        check("P.O. Box", true);
        check("zips", false);
        check("12", false);
    }
}
