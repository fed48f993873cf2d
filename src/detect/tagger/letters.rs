//! What stands for a name beside its words: its first letters.

use super::hash::Growing;
use super::lexicon::flag;
use super::token::{Class, Token};

/// The first letters of a name's words, by which somebody is meant as well: `K.A.` for K. Adeyemi, `J.K.` for J.K. Rowling.
#[derive(Debug, Default)]
pub(super) struct Letters {
    of_all: Option<Growing>,
    of_given: Option<Growing>,
    words: usize,
    /// Initials that the name begins with.
    given: usize,
}

impl Letters {
    /// Words of a name whose letters stand for it.
    const WORDS_MAX: usize = 4;

    /// Takes a token of the name.
    pub(super) fn take(&mut self, name: &str, token: &Token) {
        let entry = token.entry;
        let initial = token.class == Class::Initial;
        let cased = token.class.is_word() && token.class != Class::Caseless;
        if !cased || (!initial && entry.has(flag::TITLE | flag::PARTICLE | flag::COMPANY | flag::ORGANISATION)) {
            return;
        }
        let word = name.get(token.start..token.end).unwrap_or_default();
        let is_given = initial && self.given == self.words;
        // `J.K.` is two.
        let taken = if initial { word.len() } else { 1 };
        for letter in word.chars().filter(|letter| letter.is_alphabetic()).take(taken) {
            let push = |letters: &mut Growing| {
                letters.push(letter);
                letters.push('.');
            };
            push(self.of_all.get_or_insert_with(Growing::new));
            if is_given {
                push(self.of_given.get_or_insert_with(Growing::new));
                self.given += 1;
            }
            self.words += 1;
        }
    }

    /// Gives the hashes of what may stand for the name.
    pub(super) fn all(&self) -> [Option<u64>; 2] {
        let whole = self.of_all.filter(|_| (2..=Self::WORDS_MAX).contains(&self.words) && self.given < self.words);
        let given = self.of_given.filter(|_| (2..=Self::WORDS_MAX).contains(&self.given));
        [whole.map(Growing::word), given.map(Growing::word)]
    }
}
