//! Text into words, and words into the pieces of a vocabulary, as BERT has them: the longest that is known, from the left.

use crate::model::Span;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of the longest word that is cut into pieces.
const LETTERS_MAX: usize = 100;

/// A vocabulary of pieces.
#[derive(Debug)]
pub(super) struct Pieces {
    ids: HashMap<String, i64>,
    lower: bool,
    unknown: i64,
    /// What stands before and after a text, and where nothing stands.
    pub(super) begin: i64,
    pub(super) end: i64,
    pub(super) pad: i64,
}

/// A run of letters and digits, or one mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) span: Span,
}

impl Pieces {
    /// Reads a vocabulary, a piece a line; none where one of the four that every vocabulary has is missing.
    pub(super) fn read(text: &str, lower: bool) -> Option<Self> {
        let ids: HashMap<String, i64> = text.lines().map(str::to_owned).zip(0..).collect();
        let id = |name: &str| ids.get(name).copied();
        let (unknown, begin, end, pad) = (id("[UNK]")?, id("[CLS]")?, id("[SEP]")?, id("[PAD]")?);
        Some(Self { unknown, begin, end, pad, ids, lower })
    }

    /// Gives the words of a text.
    pub(super) fn words<'a>(&self, text: &'a str) -> impl Iterator<Item = Word> + 'a {
        let mut chars = text.char_indices().peekable();
        std::iter::from_fn(move || {
            let (start, first) = chars.find(|(_, c)| !c.is_whitespace() && !c.is_control())?;
            let mut end = start + first.len_utf8();
            while is_letter(first)
                && let Some((at, c)) = chars.next_if(|(_, c)| is_letter(*c))
            {
                end = at + c.len_utf8();
            }
            Some(Word { span: Span::new(start, end) })
        })
    }

    /// Appends the pieces of a word, `most` at most.
    pub(super) fn cut(&self, word: &str, most: usize, ids: &mut Vec<i64>) {
        let letters: Vec<char> = if self.lower {
            word.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)).collect()
        } else {
            word.nfc().collect()
        };
        let begun = ids.len();
        let mut at = 0;
        while at < letters.len() && letters.len() <= LETTERS_MAX {
            let lead = if at > 0 { "##" } else { "" };
            let known = (at + 1..=letters.len()).rev().find_map(|end| {
                let piece: String = lead.chars().chain(letters.get(at..end)?.iter().copied()).collect();
                Some((end, self.ids.get(&piece).copied()?))
            });
            let Some((end, id)) = known else { break };
            ids.push(id);
            at = end;
        }
        // A word of which a part is unknown is unknown as a whole.
        if at < letters.len() || ids.len() == begun {
            ids.truncate(begun);
            ids.push(self.unknown);
        }
        ids.truncate(begun + most);
    }
}

/// Tells whether a character goes on a word: marks, and the letters of scripts without spaces, stand alone.
fn is_letter(c: char) -> bool {
    let ideograph = matches!(u32::from(c), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x2_FA1F);
    !ideograph && (c.is_alphanumeric() || is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(lower: bool, word: &str) -> Vec<i64> {
        let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nlove\n##lace\nZoë\nzoe\n##l";
        let mut ids = Vec::new();
        Pieces::read(vocabulary, lower).unwrap().cut(word, 100, &mut ids);
        ids
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces_known() {
        assert_eq!(pieces(true, "Lovelace"), [4, 5]);
        assert_eq!(pieces(false, "Lovelace"), [1]);
        assert_eq!(pieces(false, "lovel"), [4, 8]);
        assert_eq!(pieces(false, "lovely"), [1]);
        assert_eq!((pieces(true, "Zoë"), pieces(false, "Zoë")), (vec![7], vec![6]));
        assert_eq!(pieces(true, &"love".repeat(50)), [1]);
    }

    #[test]
    fn words_are_runs_of_letters_or_single_marks() {
        let text = "Ada's  12-b, 東京!\n";
        let vocabulary = Pieces::read("[PAD]\n[UNK]\n[CLS]\n[SEP]", false).unwrap();
        let words: Vec<&str> = vocabulary.words(text).map(|word| word.span.of(text)).collect();
        assert_eq!(words, ["Ada", "'", "s", "12", "-", "b", ",", "東", "京", "!"]);
        assert!(Pieces::read("[PAD]\n[UNK]", false).is_none());
    }
}
