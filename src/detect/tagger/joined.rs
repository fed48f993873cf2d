//! Parts of a name in one word: `devries`, `obrien`, `jeanluc`.

use super::hash::Growing;
use super::particle::is_particle;
use super::token::Token;

/// The parts of a name that stand together: a family with its particles, what hyphens and apostrophes join.
#[derive(Debug, Default)]
pub(super) struct Joined {
    letters: Option<Growing>,
    count: usize,
    parts: usize,
    /// Whether the next word goes on with it.
    open: bool,
}

impl Joined {
    /// Letters of the shortest such word.
    const LETTERS_MIN: usize = 5;

    /// Takes a token of the name; gives the parts so far in one word, where there are several.
    pub(super) fn take(&mut self, name: &str, token: &Token) -> Option<u64> {
        if !token.class.is_word() {
            self.open = self.parts > 0 && (token.is(b'-') || token.is(b'\''));
            return None;
        }
        if !self.open {
            *self = Self::default();
        }
        let word = name.get(token.start..token.end).unwrap_or_default();
        let letters = self.letters.get_or_insert_with(Growing::new);
        for letter in word.chars().filter(|letter| letter.is_alphabetic()) {
            letters.push(letter);
            self.count += 1;
        }
        self.parts += word.split(['\'', '\u{2019}']).count();
        self.open = is_particle(token);
        (!self.open && self.parts > 1 && self.count >= Self::LETTERS_MIN).then(|| letters.word())
    }
}
