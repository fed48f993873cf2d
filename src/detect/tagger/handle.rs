//! What people are called in one word beside their own: `amyjohnson`, `ajohnson`, `johnsona`, and with an ending that has no
//! apostrophe: `Katherines`, `Smiths`.

use super::hash::Growing;
use super::lexicon::{Entry, Lexicon, flag};
use super::sure::is_everyday;

/// The words of a name that handles are made of.
#[derive(Debug, Default)]
pub(super) struct Handles<'a> {
    first: Option<&'a str>,
    last: Option<&'a str>,
}

impl<'a> Handles<'a> {
    /// Letters of the shortest handle, and of the shortest word with an ending.
    const HANDLE_MIN: usize = 6;
    const OWNER_MIN: usize = 5;

    /// Takes a word of the name, which can stand for the person.
    pub(super) fn take(&mut self, word: &'a str) {
        if self.first.is_none() {
            self.first = Some(word);
        } else {
            self.last = Some(word);
        }
    }

    /// Gives the hashes of a name's first and last word in one, or of one and the other's first letter; of what is a word of its
    /// own, none.
    pub(super) fn all(&self, lexicon: Lexicon<'_>) -> impl Iterator<Item = u64> {
        let both = self.first.zip(self.last);
        let orders = both.into_iter().flat_map(|(first, last)| [(first, last), (last, first)]);
        let handles = orders.flat_map(|(one, other)| [(one, other), (initial(one), other), (one, initial(other))]);
        let words = handles.filter_map(move |(one, other)| joined(one, other, Self::HANDLE_MIN, lexicon));
        words.filter(|(_, entry)| *entry == Entry::NONE).map(|(hash, _)| hash)
    }

    /// Gives the hash of a word with an ending, be it an everyday word where the word itself is none: `Smiths`.
    pub(super) fn owner(word: &str, own: Entry, lexicon: Lexicon<'_>) -> Option<u64> {
        let ends = word.ends_with(['s', 'S', 'x', 'z', '\u{df}']);
        let (hash, entry) = joined(word, "s", Self::OWNER_MIN, lexicon).filter(|_| !ends)?;
        let said = entry.flags == flag::COMMON && !is_everyday(own);
        (entry == Entry::NONE || said).then_some(hash)
    }
}

/// The first letter of a word.
fn initial(word: &str) -> &str {
    let end = word.chars().next().map_or(0, char::len_utf8);
    word.get(..end).unwrap_or_default()
}

/// Gives the hash of two parts in one word that is long enough, and what is known of it.
fn joined(one: &str, other: &str, least: usize, lexicon: Lexicon<'_>) -> Option<(u64, Entry)> {
    let (mut growing, mut count) = (Growing::new(), 0);
    for letter in one.chars().chain(other.chars()).filter(|letter| letter.is_alphabetic()) {
        growing.push(letter);
        count += 1;
    }
    let word = growing.word();
    (count >= least).then(|| (word, lexicon.get(word)))
}
