//! Whether anything can begin in a word, whatever follows what is known of it.

use super::automaton::StartId;
use super::coarse::{Coarse, Walked};
use super::starts::by_side;
use super::{Matcher, Side, prefix};

/// A word and what stands behind it, as far as is known.
#[derive(Debug, Clone, Copy)]
pub(in crate::detect) struct Beginning<'a> {
    /// The word, and the byte behind it where there is one.
    pub(in crate::detect) bytes: &'a [u8],
    pub(in crate::detect) next: Next,
}

/// What stands behind a word and the byte behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Next {
    /// Nothing: the text ends, perhaps with the word.
    End,
    /// A byte within this range.
    Within(u8, u8),
}

/// Memory of the walks from a word.
#[derive(Debug, Default)]
pub(in crate::detect) struct Walks {
    coarse: Coarse,
    /// What may begin at the start at hand.
    left: Vec<u64>,
}

impl Matcher {
    /// Tells whether no match of any pattern without a needle begins in a word that has no word before it, and gives the
    /// steps it took to say so.
    pub(in crate::detect) fn is_quiet(&self, word: Beginning<'_>, walks: &mut Walks) -> (bool, usize) {
        walks.coarse.steps = 0;
        // What may stand behind a joint may stand behind nothing.
        let mut is_quiet = !self.may_begin_at(by_side(0, Side::Open), word, walks);
        let mut before = None;
        for (at, byte) in word.bytes.iter().enumerate() {
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            if byte.is_ascii_digit() && before.is_some_and(|before: u8| is_word(before) && !before.is_ascii_digit()) {
                let rest = Beginning { bytes: word.bytes.get(at..).unwrap_or_default(), ..word };
                is_quiet = is_quiet && !self.may_begin_at(by_side(0, Side::Letter), rest, walks);
            }
            before = Some(*byte);
        }
        (is_quiet, walks.coarse.steps)
    }

    fn may_begin_at(&self, start: StartId, Beginning { bytes, next }: Beginning<'_>, walks: &mut Walks) -> bool {
        let Walks { coarse, left } = walks;
        left.clear();
        left.resize(prefix::words(self.patterns.len()), 0);
        self.prefixes.may_begin_with_bytes(start, bytes, next == Next::End, left);
        coarse.steps += left.len();
        let exactly = bytes.iter().map(|byte| (*byte, *byte));
        super::bits_of(left).any(|pattern| match next {
            Next::End => coarse.can_match(self, pattern, exactly.clone()),
            Next::Within(low, high) => coarse.walk(self, pattern, exactly.clone().chain([(low, high)])) != Walked::Dead,
        })
    }
}
