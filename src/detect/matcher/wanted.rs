//! Which patterns are wanted, and which of them count in one text.

use super::starts::Level;
use super::{prefix, set_bit};

/// Rows of the patterns that are wanted.
#[derive(Debug, Default)]
pub(in crate::detect) struct Wanted {
    /// They count alone.
    strong: Vec<u64>,
    /// They count only where context calls for them.
    weak: Vec<u64>,
    /// How many there are, wanted or not.
    patterns: usize,
}

impl Wanted {
    /// Begins with none of `patterns` patterns.
    pub(in crate::detect) fn restart(&mut self, patterns: usize) {
        self.patterns = patterns;
        for row in [&mut self.strong, &mut self.weak] {
            row.clear();
            row.resize(prefix::words(patterns), 0);
        }
    }

    pub(in crate::detect) fn add_strong(&mut self, place: usize) {
        set_bit(&mut self.strong, place);
    }

    pub(in crate::detect) fn add_weak(&mut self, place: usize) {
        set_bit(&mut self.weak, place);
    }

    /// Tells whether none is wanted.
    pub(in crate::detect) fn is_empty(&self) -> bool {
        [&self.strong, &self.weak].into_iter().flatten().all(|word| *word == 0)
    }

    /// Tells whether they are at most half of all: then it pays to put them together.
    pub(in crate::detect) fn is_few(&self) -> bool {
        let count = |row: &[u64]| row.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        let (strong, weak) = (count(&self.strong), count(&self.weak));
        2 * (strong + weak) <= self.patterns
    }

    /// Gives the places of those that count alone, and of those that need context.
    pub(super) fn places(&self) -> [Vec<usize>; 2] {
        [&self.strong, &self.weak].map(|row| super::bits_of(row).collect())
    }

    /// Writes the row of what counts where these patterns are called for.
    pub(super) fn rows(&self, called: &[u64], row: &mut Vec<u64>) {
        row.clear();
        row.extend_from_slice(&self.strong);
        for ((row, weak), called) in row.iter_mut().zip(&self.weak).zip(called) {
            *row |= weak & called;
        }
    }
}

/// The patterns that count in one text.
#[derive(Debug)]
pub(in crate::detect) struct Active {
    pub(super) row: Vec<u64>,
    pub(super) level: Level,
}

impl Active {
    /// Makes it those of `other` that are in a row, too; tells whether any is.
    pub(in crate::detect) fn narrow(&mut self, other: &Self, row: &[u64]) -> bool {
        self.row.clear();
        self.row.extend(other.row.iter().zip(row).map(|(one, other)| one & other));
        self.level = other.level;
        self.row.iter().any(|word| *word != 0)
    }
}

impl Default for Active {
    fn default() -> Self {
        Self { row: Vec::new(), level: Level::All }
    }
}
