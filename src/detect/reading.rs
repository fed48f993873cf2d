//! One pass over the words of a text: what they are heard as, and where something may begin.
//!
//! Words that came before are known by their letters ([`Lexicon`]); most bring nothing, and nothing more is asked of
//! them. What is left is listed, so that the text need not be read again once it is known what its words call for.

use super::bits::Block;
use super::engine::Signs;
use super::lexicon::{Lexicon, Word};
use super::matcher::{Beside, Bits, Matcher, Meets, Sight, Token};
use super::set::RecognizerSet;
use super::vocabulary::Heard;
use crate::model::Span;

/// The longest text whose words are listed, in bytes: the list is a few times as long. Longer ones are read twice.
pub(super) const TEXT_MAX: usize = 64 << 10;
/// Bytes from which a text of lines is read piece by piece: a word near its beginning calls for nothing at its end.
pub(super) const PIECES_FROM: usize = 2048;
/// Bytes from which a piece ends with its line. What stands further away than a piece is no context: 256 bytes, to the end
/// of a character.
const PIECE_MIN: usize = 320;

/// Gives the piece of a text that begins at `start`: whole lines.
pub(super) fn piece(text: &str, start: usize) -> Option<Span> {
    let rest = text.as_bytes().get(start..).filter(|rest| !rest.is_empty())?;
    let end = rest.get(PIECE_MIN..).and_then(|rest| memchr::memchr(b'\n', rest));
    Some(Span::new(start, end.map_or(text.len(), |by| start + PIECE_MIN + by + 1)))
}

/// Tells whether a text falls into pieces, none of them too long.
pub(super) fn has_pieces(text: &str) -> bool {
    let mut pieces = std::iter::successors(piece(text, 0), |before| piece(text, before.end));
    pieces.all(|piece| piece.len() <= TEXT_MAX && piece.len() < text.len())
}

/// A text that is being read.
struct Reading<'a> {
    set: &'a RecognizerSet,
    matcher: &'a Matcher,
    /// From the piece's first byte on, to the end of the text: the last word of a piece may be a phrase's first.
    text: &'a [u8],
    /// Where the piece stands in the text.
    base: usize,
    lexicon: &'a mut Lexicon,
    heard: &'a mut Heard,
    sights: &'a mut Vec<Sight>,
    signs: Signs,
    /// Not zero where the text has characters beyond ASCII.
    others: u64,
    /// The end of the last word that nothing begins in.
    quiet: usize,
}

impl RecognizerSet {
    /// Reads a piece of a text: hears its words, lists where something may begin, and tells what engines go by.
    pub(super) fn read_words(
        &self,
        matcher: &Matcher,
        (text, piece): (&str, Span),
        lexicon: &mut Lexicon,
        heard: &mut Heard,
        sights: &mut Vec<Sight>,
    ) -> Signs {
        self.vocabulary.begin(heard);
        sights.clear();
        let (here, base, signs) = (piece.of(text), piece.start, Signs::default());
        let text = text.as_bytes().get(base..).unwrap_or_default();
        let mut reading =
            Reading { set: self, matcher, text, base, lexicon, heard, sights, signs, others: 0, quiet: 0 };
        matcher.read(here.as_bytes(), &mut reading);
        let Reading { signs, others, .. } = reading;
        if others != 0 {
            self.vocabulary.hear_foreign(here, heard);
        }
        signs
    }
}

impl Meets for Reading<'_> {
    fn block(&mut self, block: &Block) {
        self.signs.add_marks(block);
        self.others |= block.others;
    }

    fn token(&mut self, token: Token, bits: Bits) {
        // A date begins with a digit that nothing of a word stands before.
        self.signs.add_number(bits.digits & 1 == 1);
        if bits.beside == Beside::Other {
            return self.set.vocabulary.hear_word(self.text, token.start, bits, self.heard);
        }
        let word = Word::read(self.text, token);
        match word.and_then(|word| self.lexicon.get(word)) {
            Some(brings) => {
                if brings.depends() {
                    self.set.vocabulary.hear_word(self.text, token.start, bits, self.heard);
                } else {
                    self.lexicon.hear(brings, self.heard);
                }
                if !brings.begins() {
                    self.quiet = token.start + token.len;
                    return;
                }
            }
            None => {
                self.set.vocabulary.hear_word(self.text, token.start, bits, self.heard);
                if let Some(word) = word {
                    self.lexicon.note(word, (self.text, token, bits), (self.matcher, &self.set.vocabulary));
                }
            }
        }
        self.sights.push(Sight::Word(Token { start: self.base + token.start, ..token }));
    }

    fn inner_digit(&mut self, at: usize, len: usize) {
        if at >= self.quiet {
            self.sights.push(Sight::Digits { at: self.base + at, len });
        }
    }

    fn mark(&mut self, at: usize) {
        self.sights.push(Sight::Mark(self.base + at));
    }

    fn byte(&mut self, at: usize) {
        if self.matcher.may_begin_at_byte(self.text, at) {
            self.sights.push(Sight::Byte(self.base + at));
        }
    }
}
