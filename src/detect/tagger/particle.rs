//! Families with their particles, which are told by both: `van der Meer`, `de la Cruz`, `al-Rashid`.

use super::lexicon::flag;
use super::people::in_order;
use super::token::Token;

/// Particles that stand in a row, and where each begins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Particles {
    /// The longest row first.
    rows: [Option<Row>; Self::MAX],
    end: usize,
}

/// Particles from one on: where they begin, and one number for them.
#[derive(Debug, Clone, Copy)]
struct Row {
    start: usize,
    words: u64,
}

impl Particles {
    /// Particles of the longest row; of a longer one the last count.
    const MAX: usize = 4;
    /// Bytes of the shortest family with a particle: `van As`, not the `Do An` of two small words.
    const FAMILY_MIN: usize = 6;

    /// Takes the next token of the text.
    pub(super) fn take(&mut self, text: &str, token: &Token) {
        if is_inside(token) {
            return;
        }
        if !is_particle(token) || !is_gap(text, self.end, token.start) {
            self.rows = [None; Self::MAX];
        }
        if !is_particle(token) {
            return;
        }
        for row in self.rows.iter_mut().flatten() {
            row.words = in_order(row.words, token.word);
        }
        if self.rows.iter().all(Option::is_some) {
            self.rows.rotate_left(1);
            self.rows[Self::MAX - 1] = None;
        }
        // `Ortega y Gasset`: what is a letter begins no family.
        if token.len() > 1
            && let Some(free) = self.rows.iter_mut().find(|row| row.is_none())
        {
            *free = Some(Row { start: token.start, words: token.word });
        }
        self.end = token.end;
    }

    /// Gives where a family of this token may begin, and one number for its particles and it: the longest first.
    pub(super) fn families(&self, text: &str, token: &Token) -> impl Iterator<Item = (usize, u64)> {
        let joined = token.class.is_word() && is_gap(text, self.end, token.start);
        let (word, end) = (token.word, token.end);
        let long = move |row: &Row| joined && end - row.start >= Self::FAMILY_MIN;
        self.rows.into_iter().flatten().filter(long).map(move |row| (row.start, in_order(row.words, word)))
    }
}

/// Tells whether a word is a particle of names.
pub(super) fn is_particle(token: &Token) -> bool {
    token.class.is_word() && token.entry.has(flag::PARTICLE)
}

/// What a row goes over: `al-Rashid`, `St. John`.
pub(super) fn is_inside(token: &Token) -> bool {
    token.is(b'-') || token.is(b'.') || token.is(b'\'')
}

/// Tells whether nothing but what joins words of one name stands between two of them.
pub(super) fn is_gap(text: &str, from: usize, to: usize) -> bool {
    let between = text.get(from..to).unwrap_or_default();
    matches!(between, " " | "\u{a0}" | "-" | "\u{2010}" | "\u{2011}" | "_" | "." | ". " | "+" | "'" | "\u{2019}")
}
