//! A text in pieces of bounded size: cut at blank lines, at sentence ends where a piece grows long, and at its bound.

use super::gate::casing;
use super::token::{Class, Line, Place, Token, Tokenizer};

/// Tokens of a segment.
pub(crate) const TOKENS_MAX: usize = 512;
/// From this token on, a long segment is cut at a sentence's end.
const SENTENCE_FROM: usize = 256;

/// The tokens of one segment; the next one begins with what was read too far.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    tokens: Vec<Token>,
    /// How many of the tokens are the segment's.
    len: usize,
}

impl Segment {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.tokens.clear();
        self.len = 0;
    }

    /// Elements of memory that are held.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.tokens.capacity()
    }

    /// Gives the segment's tokens.
    pub(crate) fn tokens(&self) -> &[Token] {
        self.tokens.get(..self.len).unwrap_or_default()
    }

    /// Reads the next segment; `false` at the end of the text.
    pub(crate) fn advance(&mut self, tokenizer: &mut Tokenizer<'_>) -> bool {
        self.tokens.drain(..self.len);
        let mut blank = self.tokens.iter().position(Token::is_blank_line);
        while blank.is_none() && self.tokens.len() < TOKENS_MAX {
            let Some(token) = tokenizer.next() else { break };
            if token.is_blank_line() {
                blank = Some(self.tokens.len());
            }
            self.tokens.push(token);
        }
        self.len = match blank {
            Some(at) => at + 1,
            None if self.tokens.len() < TOKENS_MAX => self.tokens.len(),
            None => self.sentence_end().unwrap_or(TOKENS_MAX),
        };
        self.mark_lines();
        self.len > 0
    }

    /// Finds the last place in the segment's second half at which a sentence or line begins.
    fn sentence_end(&self) -> Option<usize> {
        let late = self.tokens.get(SENTENCE_FROM..)?;
        let found = late.iter().rposition(|token| matches!(token.place, Place::Line | Place::Sentence))?;
        Some(SENTENCE_FROM + found)
    }

    /// Writes into every token what its line says.
    fn mark_lines(&mut self) {
        let mut rest = self.tokens.get_mut(..self.len).unwrap_or_default();
        let mut above = 0;
        while !rest.is_empty() {
            let end = rest.iter().position(|token| token.class == Class::Newline).map_or(rest.len(), |at| at + 1);
            let (tokens, left) = rest.split_at_mut(end);
            let line = Line { above, ..read_line(tokens) };
            tokens.iter_mut().for_each(|token| token.line = line);
            above = first_word(tokens);
            rest = left;
        }
    }
}

fn first_word(line: &[Token]) -> u32 {
    line.first().map_or(0, |token| brief(token.word))
}

fn brief(word: u64) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

fn read_line(tokens: &[Token]) -> Line {
    /// Tokens before the colon of a label.
    const LABEL_MAX: usize = 5;
    let (mut lower, mut capital, mut upper, mut words) = (0, 0, 0, 0_u8);
    for token in tokens {
        match token.class {
            Class::Lower => lower += 1,
            Class::Capital | Class::Mixed => capital += 1,
            Class::Upper | Class::Initial => upper += 1,
            _ => {}
        }
        if token.class != Class::Newline && token.class != Class::Punctuation {
            words = words.saturating_add(1);
        }
    }
    let start = tokens.get(..LABEL_MAX.min(tokens.len())).unwrap_or_default();
    let colon = start.iter().skip(1).position(|token| token.is(b':') || token.is(b'='));
    let label = colon.and_then(|before| start.get(before)).map_or(0, |token| brief(token.word));
    let length = match words {
        0..=1 => 0,
        2..=3 => 1,
        4..=6 => 2,
        7..=12 => 3,
        _ => 4,
    };
    Line { label, above: 0, casing: casing(lower, capital, upper), length }
}
