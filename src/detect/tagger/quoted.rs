//! Quoted lines of mail (`> 27 Willow Crescent`): rules of form read what was quoted, without the marks before it.

use super::decode::Named;
use super::token::{Class, Place, Token};

/// The tokens of a segment without the marks of quotations; memory that is kept.
#[derive(Debug, Default)]
pub(crate) struct Quoted {
    tokens: Vec<Token>,
}

impl Quoted {
    /// Gives the tokens as rules of form read them, and moves what was found to where it stands there. Where no line is
    /// quoted, that is the segment's own tokens.
    pub(crate) fn read<'a>(&'a mut self, tokens: &'a [Token], named: &mut Vec<Named>) -> &'a [Token] {
        if !tokens.iter().any(|token| token.is(b'>') && token.place == Place::Line) {
            return tokens;
        }
        self.tokens.clear();
        let mut lines = Lines::default();
        self.tokens.extend(tokens.iter().copied().filter_map(|token| lines.read(token)));
        let own = &self.tokens;
        let bytes = |one: &Named| Some((tokens.get(one.first)?.start, tokens.get(one.end.checked_sub(1)?)?.end));
        named.retain_mut(|one| {
            let Some((start, end)) = bytes(one) else { return false };
            one.first = own.partition_point(|token| token.end <= start);
            one.end = own.partition_point(|token| token.start < end);
            one.first < one.end
        });
        own
    }

    /// Elements of memory that are held.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.tokens.capacity()
    }
}

/// Reads the tokens of a text one after another, and leaves the marks at the beginnings of its lines out.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Nothing but such marks stands before in the line.
    begins: bool,
    /// One was left out in this line.
    quoted: bool,
    /// The token before was left out, or is the first one of a quoted line.
    first: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self { begins: true, quoted: false, first: false }
    }
}

impl Lines {
    /// Gives a token as the line has it that was quoted; none for a mark of the quotation.
    pub(crate) fn read(&mut self, token: Token) -> Option<Token> {
        if self.begins && token.is(b'>') {
            self.quoted = true;
            return None;
        }
        let Self { begins, quoted, first } = *self;
        let ends = token.class == Class::Newline;
        *self = Self { begins: ends, quoted: quoted && !ends, first: begins && quoted };
        Some(match (quoted, begins) {
            // A line of marks alone is a blank one.
            (true, true) if ends => Token { head: token.head.max(2), ..token },
            (true, true) => Token { place: Place::Line, ..token },
            (true, false) if first && token.place == Place::Inside => Token { place: Place::Second, ..token },
            _ => token,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::By;
    use super::super::label::Type;
    use super::*;
    use crate::detect::tagger::builtin;
    use crate::detect::tagger::token::Tokenizer;

    fn tokens(text: &str) -> Vec<Token> {
        let mut tokenizer = Tokenizer::new(text, builtin().lexicon(), &[]);
        std::iter::from_fn(|| tokenizer.next()).collect()
    }

    /// The words of a text as they are read, those that begin a line in brackets.
    fn check(text: &str, expected: &str) {
        let own = tokens(text);
        let mut quoted = Quoted::default();
        let read: Vec<String> = quoted
            .read(&own, &mut Vec::new())
            .iter()
            .map(|token| {
                let word = text.get(token.start..token.end).unwrap();
                match (token.class, token.place) {
                    (Class::Newline, _) if token.is_blank_line() => "||".to_owned(),
                    (Class::Newline, _) => "|".to_owned(),
                    (_, Place::Line) => format!("[{word}]"),
                    _ => word.to_owned(),
                }
            })
            .collect();
        assert_eq!(read.join(" "), expected, "{text:?}");
    }

    #[test]
    fn marks_of_quotations_are_left_out() {
        check("> 27 Mill Lane\n> Leeds", "[27] Mill Lane | [Leeds]");
        check("> > Ada\n>> Tom said\nno", "[Ada] | [Tom] said | [no]");
        check("Ada wrote:\n> hi\n>\n> Tom", "[Ada] wrote : | [hi] | || [Tom]");
        check("a > b\n1 > 0", "[a] > b | [1] > 0");
    }

    #[test]
    fn what_was_found_stands_where_it_stood() {
        let text = "> ask Ada\n> Lovelace now";
        let own = tokens(text);
        let named = |first, end| Named { first, end, of: Type::Person, probability: 900, by: By::Model };
        let mut found = vec![named(0, 1), named(2, 3), named(5, 6)];
        let mut quoted = Quoted::default();
        let read = quoted.read(&own, &mut found);
        let words: Vec<_> = found.iter().map(|one| text.get(read[one.first].start..read[one.end - 1].end)).collect();
        assert_eq!(words, [Some("Ada"), Some("Lovelace")]);
    }
}
