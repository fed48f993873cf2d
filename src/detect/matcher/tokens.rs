//! Where words begin in a text, how long they are and what they are made of, 64 bytes at a time.

use crate::detect::bits::{Block, Marks, window};

/// What the bytes of a word are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Made {
    Digits,
    /// Letters and underscores.
    Letters,
    Both,
}

impl Made {
    pub(super) const ALL: [Self; 3] = [Self::Digits, Self::Letters, Self::Both];
}

/// The length from which words are not told apart.
pub(super) const LONG: usize = 33;

/// A word: a longest run of letters, digits and underscores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) struct Token {
    pub(in crate::detect) start: usize,
    /// Bytes, at most [`LONG`].
    pub(in crate::detect) len: usize,
    pub(in crate::detect) made: Made,
}

/// What the 64 bytes from a word's first on are.
#[derive(Debug, Clone, Copy)]
pub(in crate::detect) struct Bits {
    pub(in crate::detect) letters: u64,
    pub(in crate::detect) digits: u64,
    /// The word itself: one bit for each of its bytes, at most 64.
    pub(in crate::detect) word: u64,
    pub(in crate::detect) beside: Beside,
}

/// What stands beside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Beside {
    /// Nothing, or what is ASCII.
    Plain,
    /// A character beyond ASCII, perhaps a letter of the same word.
    Other,
}

/// What the reading of a text meets, from left to right.
pub(in crate::detect) trait Meets {
    /// 64 bytes, before what stands in them.
    fn block(&mut self, _block: &Block) {}

    /// A word; of one that has a character beyond ASCII beside it, each byte is met, too.
    fn token(&mut self, token: Token, bits: Bits);

    /// A digit behind a letter, the first of so many, at most [`LONG`].
    fn inner_digit(&mut self, at: usize, len: usize);

    /// One of the marks, or a byte like them.
    fn mark(&mut self, at: usize);

    /// The first byte of a character beyond ASCII, or a byte of a word beside one.
    fn byte(&mut self, at: usize);
}

/// One thing that was met where something may begin.
#[derive(Debug, Clone, Copy)]
pub(in crate::detect) enum Sight {
    Word(Token),
    /// The first digit behind a letter, and how many there are, at most [`LONG`].
    Digits {
        at: usize,
        len: usize,
    },
    Mark(usize),
    Byte(usize),
}

/// Reads a text, whose first block is read.
pub(super) fn read((text, first): (&[u8], &Block), marks: Marks, meets: &mut impl Meets) {
    let mut next = *first;
    let (mut base, mut word_before, mut digit_before, mut other_before) = (0, 0, 0, 0);
    // The end of the last word whose bytes were met one by one.
    let mut met = 0;
    while base < text.len() {
        let here = next;
        next = Block::read(text, base + 64, marks);
        meets.block(&here);
        let behind_word = here.words() << 1 | word_before;
        let behind_other = here.others << 1 | other_before;
        let words = here.words() & !behind_word;
        let inner = here.digits & behind_word & !(here.digits << 1 | digit_before);
        let mut all = words | inner | here.marks | here.others;
        while all != 0 {
            let at = all.trailing_zeros() as usize;
            all &= all - 1;
            let is = |bits: u64| bits >> at & 1 == 1;
            let place = base + at;
            if is(words) {
                let (token, bits) = token(&here, &next, base, at, is(behind_other));
                meets.token(token, bits);
                if bits.beside == Beside::Other {
                    met = place + word_len(text, place);
                    (place..met).for_each(|place| meets.byte(place));
                }
            } else if is(inner) {
                if place >= met {
                    meets.inner_digit(
                        place,
                        (window([here.digits, next.digits], at).trailing_ones() as usize).min(LONG),
                    );
                }
            } else if is(here.others) {
                if text.get(place).is_some_and(|byte| *byte >= FIRST) {
                    meets.byte(place);
                }
            } else {
                meets.mark(place);
            }
        }
        (word_before, digit_before, other_before) = (here.words() >> 63, here.digits >> 63, here.others >> 63);
        base += 64;
    }
}

/// From here on, bytes are the first of a character of several.
const FIRST: u8 = 0xc0;

/// The bytes of the word that begins here.
fn word_len(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn token(here: &Block, next: &Block, base: usize, at: usize, behind_other: bool) -> (Token, Bits) {
    let whole = window([here.words(), next.words()], at).trailing_ones();
    let word = if whole == 64 { u64::MAX } else { (1_u64 << whole) - 1 };
    // What stands behind a long word tells nothing of what begins in it.
    let others = window([here.others, next.others], at);
    let before_other = others.checked_shr(whole).is_some_and(|others| others & 1 == 1);
    let bits = Bits {
        letters: window([here.letters, next.letters], at) & word,
        digits: window([here.digits, next.digits], at) & word,
        word,
        beside: if behind_other || before_other { Beside::Other } else { Beside::Plain },
    };
    let len = (whole as usize).min(LONG);
    let made = match bits.digits & ((1 << len) - 1) {
        _ if len == LONG => Made::Both,
        0 => Made::Letters,
        digits if digits == word => Made::Digits,
        _ => Made::Both,
    };
    (Token { start: base + at, len, made }, bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Debug, PartialEq, Eq)]
    struct Seen {
        tokens: Vec<(usize, usize, &'static str)>,
        digits: Vec<(usize, usize)>,
        marks: Vec<usize>,
        bytes: Vec<usize>,
    }

    impl Meets for Seen {
        fn token(&mut self, token: Token, _: Bits) {
            let made = match token.made {
                Made::Digits => "digits",
                Made::Letters => "letters",
                Made::Both => "both",
            };
            self.tokens.push((token.start, token.len, made));
        }
        fn inner_digit(&mut self, at: usize, len: usize) {
            self.digits.push((at, len));
        }
        fn mark(&mut self, at: usize) {
            self.marks.push(at);
        }
        fn byte(&mut self, at: usize) {
            self.bytes.push(at);
        }
    }

    /// The same, byte by byte.
    fn naive(text: &[u8], marks: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let is_word = |at: usize| text[at].is_ascii_alphanumeric() || text[at] == b'_';
        for at in 0..text.len() {
            let before = at.checked_sub(1);
            if is_word(at) && before.is_none_or(|before| !is_word(before)) {
                let len = (at..text.len()).take_while(|at| is_word(*at)).count();
                let digits = text[at..at + len].iter().filter(|byte| byte.is_ascii_digit()).count();
                let made = match digits {
                    _ if len >= LONG => "both",
                    0 => "letters",
                    _ if digits == len => "digits",
                    _ => "both",
                };
                seen.tokens.push((at, len.min(LONG), made));
            }
            if text[at].is_ascii_digit()
                && before.is_some_and(|before| is_word(before) && !text[before].is_ascii_digit())
            {
                let len = text[at..].iter().take(LONG).take_while(|byte| byte.is_ascii_digit()).count();
                seen.digits.push((at, len));
            }
            if marks.contains(&text[at]) {
                seen.marks.push(at);
            }
        }
        seen
    }

    #[test]
    fn words_are_cut_across_blocks() {
        let (marks, ranges) = (b"+*()-:", [(b'(', 3), (b'-', 0), (b':', 0)]);
        let pieces = ["a", "Zz", "7", "42", " ", "_", "+", "::", "(", "-", "\0", "x9", "0123456789abcdef"];
        let mut random = 1_u64;
        for round in 0..2000 {
            let mut text = String::new();
            while text.len() < round % 300 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[usize::try_from(random >> 33).unwrap() % pieces.len()]);
            }
            let mut seen = Seen::default();
            read((text.as_bytes(), &Block::read(text.as_bytes(), 0, ranges)), ranges, &mut seen);
            assert_eq!(seen, naive(text.as_bytes(), marks), "{text:?}");
        }
    }
}
