//! The characters that format-preserving encryption replaces, and the ones it steps over.

use std::collections::BTreeMap;

use super::super::BuildError;

/// Alphabets that policies name.
const NAMED: [(&str, &str); 6] = [
    ("digits", "0123456789"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("hex", "0123456789abcdef"),
    ("alphanumeric", "0123456789abcdefghijklmnopqrstuvwxyz"),
    ("upper_alphanumeric", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
];
/// What separates groups of identifiers and telephone numbers.
const SEPARATORS: &str = " -./()+";
/// Characters that an alphabet may have.
const CHARACTERS_MAX: usize = 1000;

/// Characters and their places.
#[derive(Debug)]
pub(super) struct Alphabet {
    characters: Vec<char>,
    places: BTreeMap<char, u16>,
    ignored: Vec<char>,
}

/// What one character of a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is replaced: its place in the alphabet.
    Numeral(u16),
    /// It stays where it is.
    Separator,
    /// It belongs to neither, so nothing may be said of the value.
    Stranger,
}

impl Alphabet {
    /// Tells whether a character is one of it.
    pub(super) fn has(&self, c: char) -> bool {
        self.places.contains_key(&c)
    }

    /// Reads an alphabet by its name, else by its characters; `ignore` replaces the usual separators.
    pub(super) fn new(text: &str, ignore: Option<&str>) -> Result<Self, BuildError> {
        let text = NAMED.iter().find(|(name, _)| *name == text).map_or(text, |(_, characters)| characters);
        let characters: Vec<char> = text.chars().collect();
        let places: BTreeMap<char, u16> = characters.iter().copied().zip(0..).collect();
        let wrong = || {
            let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
            BuildError::of("alphabet", format!("`alphabet` is 2 to {CHARACTERS_MAX} different characters, or a name"))
                .with_help(format!("the names are {}", names.join(", ")))
        };
        if places.len() != characters.len() || !(2..=CHARACTERS_MAX).contains(&characters.len()) {
            return Err(wrong());
        }
        let ignored: Vec<char> = match ignore {
            Some(ignore) => ignore.chars().collect(),
            None => SEPARATORS.chars().filter(|c| !places.contains_key(c)).collect(),
        };
        if ignored.iter().any(|c| places.contains_key(c) || c.is_alphanumeric()) {
            return Err(BuildError::of(
                "ignore",
                "`ignore` holds separators, none of which is a letter, digit or of the alphabet",
            )
            .with_help(
                "leave those characters out, or put them into `alphabet`; the separators by default are ` -./()+`",
            ));
        }
        Ok(Self { characters, places, ignored })
    }

    pub(super) fn characters(&self) -> impl Iterator<Item = char> {
        self.characters.iter().copied()
    }

    /// Gives the characters that stay where they are.
    pub(super) fn separators(&self) -> impl Iterator<Item = char> {
        self.ignored.iter().copied()
    }

    pub(super) fn radix(&self) -> u32 {
        u32::try_from(self.characters.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_digits(&self) -> bool {
        self.characters.iter().copied().eq('0'..='9')
    }

    pub(super) fn role(&self, c: char) -> Role {
        match self.places.get(&c) {
            Some(place) => Role::Numeral(*place),
            None if self.ignored.contains(&c) => Role::Separator,
            None => Role::Stranger,
        }
    }

    pub(super) fn character(&self, place: u16) -> char {
        self.characters.get(usize::from(place)).copied().unwrap_or('\u{fffd}')
    }
}
