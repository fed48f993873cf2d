//! Where words begin in a text, how long they are and what they are made of, 64 bytes at a time.

use crate::detect::bits::{Block, Marks, window};

/// What the bytes of a word are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
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
pub(super) struct Token {
    pub(super) start: usize,
    /// Bytes, at most [`LONG`].
    pub(super) len: usize,
    pub(super) made: Made,
}

/// What the reading of a text meets, from left to right.
pub(super) trait Meets {
    fn token(&mut self, token: Token);

    /// A digit behind a letter, the first of so many, at most [`LONG`].
    fn inner_digit(&mut self, at: usize, len: usize);

    /// One of the marks, or a byte like them.
    fn mark(&mut self, at: usize);
}

/// Reads an ASCII text, whose first block is read.
pub(super) fn read((text, first): (&[u8], &Block), marks: Marks, meets: &mut impl Meets) {
    let mut next = *first;
    let (mut base, mut word_before, mut digit_before) = (0, 0, 0);
    while base < text.len() {
        let here = next;
        next = Block::read(text, base + 64, marks);
        let behind_word = here.words() << 1 | word_before;
        let words = here.words() & !behind_word;
        let inner = here.digits & behind_word & !(here.digits << 1 | digit_before);
        let mut all = words | inner | here.marks;
        while all != 0 {
            let at = all.trailing_zeros() as usize;
            all &= all - 1;
            if words >> at & 1 == 1 {
                meets.token(token(&here, &next, base, at));
            } else if inner >> at & 1 == 1 {
                meets.inner_digit(
                    base + at,
                    (window([here.digits, next.digits], at).trailing_ones() as usize).min(LONG),
                );
            } else {
                meets.mark(base + at);
            }
        }
        (word_before, digit_before) = (here.words() >> 63, here.digits >> 63);
        base += 64;
    }
}

fn token(here: &Block, next: &Block, base: usize, at: usize) -> Token {
    let len = (window([here.words(), next.words()], at).trailing_ones() as usize).min(LONG);
    let all = (1_u64 << len) - 1;
    let made = match window([here.digits, next.digits], at) & all {
        _ if len == LONG => Made::Both,
        0 => Made::Letters,
        digits if digits == all => Made::Digits,
        _ => Made::Both,
    };
    Token { start: base + at, len, made }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Debug, PartialEq, Eq)]
    struct Seen {
        tokens: Vec<(usize, usize, &'static str)>,
        digits: Vec<(usize, usize)>,
        marks: Vec<usize>,
    }

    impl Meets for Seen {
        fn token(&mut self, token: Token) {
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
