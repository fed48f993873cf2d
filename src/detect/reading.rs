//! One pass over the words of a text: what they are heard as, and where something may begin.
//!
//! Words that came before are known by their letters ([`Lexicon`]); most bring nothing, and nothing more is asked of
//! them. What is left is listed, so that the text need not be read again once it is known what its words call for.

use super::bits::Block;
use super::engine::Signs;
use super::lexicon::{Lexicon, Word};
use super::matcher::{Beside, Bits, Meets, Sight, Token};
use super::set::RecognizerSet;
use super::vocabulary::Heard;

/// The longest text whose words are listed, in bytes: the list is a few times as long. Longer ones are read twice.
pub(super) const TEXT_MAX: usize = 64 << 10;

/// A text that is being read.
struct Reading<'a> {
    set: &'a RecognizerSet,
    text: &'a [u8],
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
    /// Reads a text: hears its words, lists where something may begin, and tells what engines go by.
    pub(super) fn read_words(
        &self,
        text: &str,
        lexicon: &mut Lexicon,
        heard: &mut Heard,
        sights: &mut Vec<Sight>,
    ) -> Signs {
        self.vocabulary.begin(heard);
        sights.clear();
        let bytes = text.as_bytes();
        let mut reading =
            Reading { set: self, text: bytes, lexicon, heard, sights, signs: Signs::default(), others: 0, quiet: 0 };
        self.matcher.read(bytes, &mut reading);
        let Reading { signs, others, .. } = reading;
        if others != 0 {
            self.vocabulary.hear_foreign(text, heard);
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
                    let RecognizerSet { matcher, vocabulary, .. } = self.set;
                    self.lexicon.note(word, (self.text, token, bits), (matcher, vocabulary));
                }
            }
        }
        self.sights.push(Sight::Word(token));
    }

    fn inner_digit(&mut self, at: usize, len: usize) {
        if at >= self.quiet {
            self.sights.push(Sight::Digits { at, len });
        }
    }

    fn mark(&mut self, at: usize) {
        self.sights.push(Sight::Mark(at));
    }

    fn byte(&mut self, at: usize) {
        if self.set.matcher.may_begin_at_byte(self.text, at) {
            self.sights.push(Sight::Byte(at));
        }
    }
}
