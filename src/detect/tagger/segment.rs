//! A text in pieces of bounded size: cut at blank lines but those inside of an address, and where a piece grows long at the
//! end of a sentence, else where no name or address is likely to be torn apart.

use super::gate::casing;
use super::grammar::{self, LINE_MAX};
use super::lexicon::{Entry, flag};
use super::token::{Class, Line, Place, Token, Tokenizer, Tongue};

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
        let mut from = 0;
        self.len = loop {
            match self.blank_line(tokenizer, from) {
                Some(at) if self.goes_on(tokenizer, at) => from = at + 1,
                Some(at) => break at + 1,
                None if self.tokens.len() < TOKENS_MAX => break self.tokens.len(),
                None => break self.best_cut(),
            }
        };
        self.mark_lines();
        self.len > 0
    }

    /// Reads up to the next blank line behind a place, and tells where it is.
    fn blank_line(&mut self, tokenizer: &mut Tokenizer<'_>, from: usize) -> Option<usize> {
        let read = self.tokens.get(from..).unwrap_or_default();
        if let Some(at) = read.iter().position(Token::is_blank_line) {
            return Some(from + at);
        }
        while self.tokens.len() < TOKENS_MAX {
            let token = tokenizer.next()?;
            self.tokens.push(token);
            if token.is_blank_line() {
                return Some(self.tokens.len() - 1);
            }
        }
        None
    }

    /// Makes the end of a line of a blank one where an address goes on behind it; tells whether one does.
    fn goes_on(&mut self, tokenizer: &mut Tokenizer<'_>, blank: usize) -> bool {
        let below = blank + 1;
        let last = blank.checked_sub(1).and_then(|at| self.tokens.get(at));
        if last.is_none_or(|last| last.class == Class::Lower && is_everyday(last)) {
            return false;
        }
        let ends = |tokens: &[Token]| tokens.iter().skip(below).position(|one| one.class == Class::Newline);
        let end = TOKENS_MAX.min(below + LINE_MAX + 1);
        while self.tokens.len() < end && ends(&self.tokens).is_none() {
            let Some(token) = tokenizer.next() else { break };
            self.tokens.push(token);
        }
        let len = ends(&self.tokens).unwrap_or(self.tokens.len() - below);
        let (Some(above), Some(next)) = (self.tokens.get(..blank), self.tokens.get(below..below + len)) else {
            return false;
        };
        let goes_on = grammar::goes_on(above, next);
        if let Some(blank) = self.tokens.get_mut(blank).filter(|_| goes_on) {
            blank.head = 1;
        }
        goes_on
    }

    /// Finds the place in the segment's second half at which least is torn apart, the last of the best.
    fn best_cut(&self) -> usize {
        let (mut best, mut place) = (Cut::Anywhere, TOKENS_MAX);
        for at in (SENTENCE_FROM..self.tokens.len()).rev() {
            let cut = self.cut_at(at);
            if cut > best {
                (best, place) = (cut, at);
            }
            if best == Cut::Sentence {
                break;
            }
        }
        place
    }

    /// Tells what a cut before a token would tear apart.
    fn cut_at(&self, at: usize) -> Cut {
        let token = |back: usize| at.checked_sub(back).and_then(|at| self.tokens.get(at)).unwrap_or(&Token::BEYOND);
        let (here, before, second) = (token(0), token(1), token(2));
        let stop = |token: &Token| token.is(b'.') || token.is(b'!') || token.is(b'?');
        // `12 High St. Leeds`: behind a number or a word with a capital a stop may end no sentence.
        let plain = |token: &Token| token.class == Class::Lower && !token.entry.has(flag::STREET | flag::ABBREVIATION);
        match here.place {
            Place::Sentence if stop(before) && plain(second) => Cut::Sentence,
            Place::Line if stop(second) && plain(token(3)) => Cut::Sentence,
            Place::Line if ends_address(second) => Cut::Address,
            Place::Line => Cut::Line,
            Place::Sentence => Cut::Stop,
            Place::Second | Place::Inside if is_everyday(before) && is_everyday(here) => Cut::Words,
            Place::Second | Place::Inside => Cut::Anywhere,
        }
    }

    /// Writes into every token what its line says.
    fn mark_lines(&mut self) {
        let mut rest = self.tokens.get_mut(..self.len).unwrap_or_default();
        let mut above = 0;
        while !rest.is_empty() {
            let (line, len) = read_line(rest);
            let (tokens, left) = rest.split_at_mut(len);
            let line = Line { above, ..line };
            tokens.iter_mut().for_each(|token| token.line = line);
            above = first_word(tokens);
            rest = left;
        }
    }
}

/// What a cut tears apart, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    /// Perhaps a name.
    Anywhere,
    /// Perhaps an address of several lines.
    Line,
    /// Perhaps what an abbreviation stands in.
    Stop,
    /// A phrase, but no name: everyday words stand on both sides.
    Words,
    /// A list, behind a line that an address would end with.
    Address,
    /// Nothing.
    Sentence,
}

/// A country, a postal code, or what a pattern found at a line's end.
fn ends_address(token: &Token) -> bool {
    let code = matches!(token.class, Class::Digits | Class::Alphanumeric) && token.end - token.start >= 3;
    code || token.class == Class::Found || token.entry.has(flag::REGION)
}

/// A word in lower case that is no part of a name.
fn is_everyday(token: &Token) -> bool {
    let entry = token.entry;
    let common = entry.has(flag::COMMON) && !entry.has(flag::NAMING);
    token.class == Class::Lower && (entry.has(flag::FUNCTION) || common) && !entry.has(flag::PARTICLE | flag::TITLE)
}

fn first_word(line: &[Token]) -> u32 {
    line.first().map_or(0, |token| brief(token.word))
}

fn brief(word: u64) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Reads the first line of tokens, and tells how many tokens it has with its end.
fn read_line(tokens: &[Token]) -> (Line, usize) {
    /// Tokens before the colon of a label.
    const LABEL_MAX: usize = 5;
    /// Unknown words in lower case that a line of an unknown language has at least, in all and for each everyday word.
    const UNKNOWN_MIN: usize = 4;
    const UNKNOWN_FOR_EACH: usize = 2;
    /// There are fewer classes.
    const CLASSES: usize = 16;
    let (mut counts, mut len) = ([0_u32; CLASSES], 0);
    let (mut everyday, mut unknown) = (0_usize, 0_usize);
    for token in tokens {
        len += 1;
        if let Some(count) = counts.get_mut(token.class as usize % CLASSES) {
            *count += 1;
        }
        everyday += usize::from(token.entry.has(flag::COMMON | flag::FUNCTION));
        unknown += usize::from(token.class == Class::Lower && token.entry == Entry::NONE);
        if token.class == Class::Newline {
            break;
        }
    }
    let count = |class: Class| counts.get(class as usize % CLASSES).copied().unwrap_or_default();
    let (lower, capital) = (count(Class::Lower), count(Class::Capital) + count(Class::Mixed));
    let upper = count(Class::Upper) + count(Class::Initial);
    let words = counts.iter().sum::<u32>() - count(Class::Newline) - count(Class::Punctuation);
    let tokens = tokens.get(..len).unwrap_or_default();
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
    let strange = unknown >= UNKNOWN_MIN && unknown > everyday * UNKNOWN_FOR_EACH;
    let tongue = if strange { Tongue::Strange } else { Tongue::Familiar };
    (Line { label, above: 0, casing: casing(lower, capital, upper), length, tongue }, len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;

    /// The tokens of each segment, as texts.
    fn segments(text: &str) -> Vec<Vec<&str>> {
        let mut tokenizer = Tokenizer::new(text, builtin().lexicon(), &[]);
        let mut segment = Segment::default();
        let mut all = Vec::new();
        while segment.advance(&mut tokenizer) {
            all.push(segment.tokens().iter().map(|one| text.get(one.start..one.end).unwrap()).collect());
        }
        all
    }

    #[test]
    fn a_blank_line_inside_of_an_address_cuts_nothing() {
        let count = |text: &str| segments(text).len();
        assert_eq!(count("Ada Byron\n\n12 High Street\n\nLeeds LS1 4DY\n\nThanks"), 3);
        assert_eq!(count("Hauptstraße 5\n\n10115 Berlin"), 1);
        assert_eq!(count("Flat 3\n\n12 High Street\n\nLeeds\n\nLS1 4DY\n\nUK"), 1);
        assert_eq!(count("12 High Street\n\nLeeds is far"), 2);
        assert_eq!(count("12 High Street, Leeds LS1 4DY\n\n14 Mill Lane, York YO1 6JG"), 2);
        assert_eq!(count("Leeds\n\n2019"), 2);
        // As long as it may go on, a segment has its bound.
        assert!(segments(&"12 High Street\n\nLeeds\n\n".repeat(200)).iter().all(|one| one.len() <= TOKENS_MAX));
    }

    #[test]
    fn a_long_text_is_cut_where_nothing_is_torn_apart() {
        let address = ["12", "High", "Street", ",", "Leeds", "LS1", "4DY", ",", "UK"];
        let whole = |text: &str| {
            let all = segments(text);
            assert!(all.iter().all(|one| one.len() <= TOKENS_MAX) && all.len() > 1);
            assert!(all.iter().any(|one| one.windows(address.len()).any(|row| row == address)), "{text}");
        };
        for words in (SENTENCE_FROM..TOKENS_MAX + 4).step_by(3) {
            let (before, after) = ("and then ".repeat(words / 2), " then and".repeat(TOKENS_MAX));
            whole(&format!("{before}to 12 High Street, Leeds LS1 4DY, UK{after}"));
            whole(&format!("{before}now. Go to 12 High Street, Leeds LS1 4DY, UK{after}"));
        }
        // Lines without an end of a sentence.
        let lines = "12 High Street\nLeeds LS1 4DY\n".repeat(100);
        assert!(segments(&lines).iter().all(|one| one.first() == Some(&"12")));
    }
}
