//! Plain words that came before, and what is known of them: most words of a text come again, and one look at a small table
//! spares hashing their letters and three reads of the lexicon.
//!
//! A word's letters are compared whole, so what is told of it never depends on the texts before. The memory is one table
//! of fixed size, in which a word takes the place of another.

use super::hash::{FNV_START, fnv, spread};
use super::lexicon::{Entry, Lexicon};
use std::fmt;

/// Letters of the longest word that is kept.
const LETTERS_MAX: usize = 15;
/// Words that are kept: 96 kB for each worker.
const WORDS: usize = 2048;

/// The words that came before, of one lexicon.
#[derive(Default)]
pub(crate) struct Memo(Vec<Word>);

/// Shows no word: they are a record's own.
impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

/// What a plain word's token says of it.
#[derive(Clone, Copy)]
pub(super) struct Word {
    /// The letters in lower case, the first one lowest; zero for no word.
    letters: u128,
    pub(super) hash: u64,
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) entry: Entry,
}

impl Word {
    const NONE: Self = Self { letters: 0, hash: 0, head: 0, tail: 0, entry: Entry::NONE };

    /// Reads a word's letters, in lower case, as tokens are read.
    pub(super) fn read(letters: impl Iterator<Item = u8>, lexicon: Lexicon<'_>) -> Self {
        let (mut hash, mut head, mut tail) = (FNV_START, 0, 0);
        for (at, letter) in letters.enumerate() {
            hash = fnv(hash, letter);
            head = if at < 3 { head << 8 | u32::from(letter) } else { head };
            tail = tail << 8 | u32::from(letter);
        }
        let hash = spread(hash);
        Self { letters: 0, hash, head, tail, entry: lexicon.get(hash) }
    }
}

impl Memo {
    /// Elements of memory that are held.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.0.capacity()
    }

    /// Gives what is known of a word.
    #[inline]
    pub(super) fn get(&mut self, letters: Letters, lexicon: Lexicon<'_>) -> Word {
        if self.0.is_empty() {
            self.0.resize(WORDS, Word::NONE);
        }
        let Some(slot) = self.0.get_mut(letters.place()) else { return letters.word(lexicon) };
        if slot.letters != letters.0 {
            *slot = Word { letters: letters.0, ..letters.word(lexicon) };
        }
        *slot
    }
}

/// A letter of ASCII and those in lower case that follow, as one number; in lower case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Letters(u128);

impl Letters {
    /// Reads the letters at the beginning of bytes of which the first is a letter of ASCII, and tells how many they are; none
    /// where there may be more than are kept.
    #[inline]
    pub(super) fn begin(bytes: &[u8]) -> Option<(Self, usize)> {
        let chunk = u128::from_le_bytes(*bytes.first_chunk()?) | u128::from(b' ');
        let len = usize::try_from((!lower(chunk) & HIGH).trailing_zeros()).ok()? / 8;
        (len <= LETTERS_MAX).then(|| (Self(chunk & ((1 << (8 * len)) - 1)), len))
    }

    fn place(self) -> usize {
        let [low, high] =
            [self.0, self.0 >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default());
        let mix = (low ^ high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(mix >> 40).unwrap_or_default() % WORDS
    }

    /// Reads the word that the letters are.
    fn word(self, lexicon: Lexicon<'_>) -> Word {
        Word::read(self.0.to_le_bytes().into_iter().take_while(|letter| *letter != 0), lexicon)
    }
}

/// The highest bit of each byte.
const HIGH: u128 = repeat(0x80);

const fn repeat(byte: u8) -> u128 {
    u128::from_le_bytes([byte; 16])
}

/// Sets the highest bit of each byte that is a letter of ASCII in lower case; the other bits say nothing.
const fn lower(bytes: u128) -> u128 {
    /// Added to a byte of seven bits, each of these carries into the eighth from `a` on, and from what follows `z` on.
    const FROM_A: u128 = repeat(0x80 - b'a');
    const BEHIND_Z: u128 = repeat(0x80 - b'z' - 1);
    let low = bytes & repeat(0x7F);
    (low + FROM_A) & !(low + BEHIND_Z) & !bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letters_are_those_in_lower_case(first in "[a-zA-Z]", rest in proptest::collection::vec(any::<u8>(), 15..40), len in 0..20_usize) {
            let mut bytes = first.clone().into_bytes();
            bytes.extend(rest.iter().enumerate().map(|(at, byte)| if at < len { b'a' + byte % 26 } else { *byte }));
            let expected = 1 + bytes[1..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
            match Letters::begin(&bytes) {
                Some((letters, count)) => {
                    prop_assert_eq!(count, expected);
                    let mut word = [0; 16];
                    word[..count].copy_from_slice(&bytes[..count]);
                    word[0] = word[0].to_ascii_lowercase();
                    prop_assert_eq!(letters.0.to_le_bytes(), word);
                }
                None => prop_assert!(expected > LETTERS_MAX),
            }
        }
    }

    #[test]
    fn what_came_before_changes_nothing() {
        let lexicon = builtin().lexicon();
        let mut memo = Memo::default();
        let mut words = 0;
        // More words than are kept, and each again.
        for number in (0..3_u32 * 4096).chain(0..4096) {
            let text: String =
                (0..3).map(|at| char::from(b'a' + u8::try_from(number >> (4 * at) & 15).unwrap())).collect();
            let padded = format!("{text}{}", " ".repeat(16));
            let (letters, len) = Letters::begin(padded.as_bytes()).unwrap();
            let (kept, read) = (memo.get(letters, lexicon), Word::read(text.bytes(), lexicon));
            assert_eq!((len, kept.hash, kept.head, kept.tail), (3, read.hash, read.head, read.tail));
            assert_eq!(kept.entry, read.entry);
            words += 1;
        }
        assert!(words > 4 * WORDS && memo.held() == WORDS);
        assert!(Letters::begin(b"short").is_none());
    }
}
