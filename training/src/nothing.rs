//! Texts in which nobody is named, and the copies of them that are learnt from: as they are, with a name put in, and in letters
//! of a language that nobody speaks.

use crate::change;
use crate::fill::Filler;
use crate::insert;
use crate::locale::{Locale, files};
use crate::random::Random;
use crate::text::Labelled;
use anyhow::Result;
use std::path::Path;

/// A text and the language that its file is called after.
pub struct Nothing {
    pub language: String,
    pub text: String,
}

/// Why there is a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// The text itself.
    Plain,
    /// With a name in it.
    Inserted,
    /// In other letters, some with a name.
    Strange,
}

/// How many copies there are of each.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    pub plain: usize,
    pub inserted: usize,
    /// How many in a hundred of those with a name are in lower case.
    pub inserted_lower: u64,
    pub strange: usize,
    /// How many in a hundred of those in other letters have a name.
    pub strange_named: u64,
}

/// Reads the texts of a folder, one a line.
///
/// # Errors
/// Where a file cannot be read.
pub fn read(folder: &Path) -> Result<Vec<Nothing>> {
    let mut texts = Vec::new();
    for (file, text) in files(folder)? {
        let language = file.trim_end_matches(".txt");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        texts.extend(lines.map(|line| Nothing { language: language.to_owned(), text: line.to_owned() }));
    }
    Ok(texts)
}

impl Nothing {
    /// Gives the copies of a text.
    pub fn copies(
        &self,
        counts: Counts,
        locales: &[Locale],
        filler: &Filler<'_>,
        random: &mut Random,
        mut take: impl FnMut(Copy, &Labelled),
    ) {
        let plain = |text: String| Labelled { text, ..Labelled::default() };
        let near = insert::locales(locales, &self.language);
        for _ in 0..counts.plain {
            take(Copy::Plain, &plain(self.text.clone()));
        }
        for _ in 0..counts.inserted {
            let named = change::made(insert::name(&self.text, &near, filler, random), random);
            let lower = random.percent(counts.inserted_lower);
            take(Copy::Inserted, &if lower { change::lower(&named) } else { named });
        }
        for _ in 0..counts.strange {
            let text = in_other_letters(&self.text, random);
            let named = random.percent(counts.strange_named);
            let text = if named { insert::name(&text, &near, filler, random) } else { plain(text) };
            take(Copy::Strange, &change::made(text, random));
        }
    }
}

const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];
const CONSONANTS: [char; 20] =
    ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'z'];

/// Gives a text other letters of a to z, vowels for vowels and consonants for consonants, each the same one throughout: no word is
/// known, and the lengths and marks are those of a language.
fn in_other_letters(text: &str, random: &mut Random) -> String {
    let (mut vowels, mut consonants) = (VOWELS, CONSONANTS);
    random.shuffle(&mut vowels);
    random.shuffle(&mut consonants);
    let other = |c: char| {
        let small = c.to_ascii_lowercase();
        let of = |from: &[char], to: &[char]| from.iter().position(|one| *one == small).and_then(|at| to.get(at).copied());
        let other = of(&VOWELS, &vowels).or_else(|| of(&CONSONANTS, &consonants)).unwrap_or(small);
        if c.is_ascii_uppercase() { other.to_ascii_uppercase() } else { other }
    };
    text.chars().map(other).collect()
}
