//! Where words begin in a text, how long they are and what they are made of, 64 bytes at a time.

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

/// The bytes that are looked for together with the words, and a few more: three ranges, each its first byte and how many
/// follow it.
pub(super) type Marks = [(u8, u8); 3];

/// A word: a longest run of letters, digits and underscores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    /// Bytes, at most [`LONG`].
    pub(super) len: usize,
    pub(super) made: Made,
}

/// One bit for each of 64 bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    words: u64,
    digits: u64,
    marks: u64,
}

/// What the reading of a text meets, from left to right.
pub(super) trait Meets {
    fn token(&mut self, token: Token);

    /// A digit behind a letter.
    fn inner_digit(&mut self, at: usize);

    /// One of the marks, or a byte like them.
    fn mark(&mut self, at: usize);
}

/// The first 64 bytes of a text, read: enough for most.
#[derive(Debug, Clone, Copy)]
pub(super) struct First(Block);

impl First {
    pub(super) fn read(text: &[u8], marks: Marks) -> Self {
        Self(take(&mut &*text, marks))
    }
}

/// Reads an ASCII text.
pub(super) fn read(text: &[u8], First(first): First, marks: Marks, meets: &mut impl Meets) {
    let mut rest = text.get(64..).unwrap_or_default();
    let mut next = first;
    let (mut base, mut word_before, mut digit_before) = (0, 0, 0);
    while base < text.len() {
        let here = next;
        next = take(&mut rest, marks);
        let behind_word = here.words << 1 | word_before;
        let words = here.words & !behind_word;
        let inner = here.digits & behind_word & !(here.digits << 1 | digit_before);
        let mut all = words | inner | here.marks;
        while all != 0 {
            let at = all.trailing_zeros() as usize;
            all &= all - 1;
            if words >> at & 1 == 1 {
                meets.token(token(here, next, base, at));
            } else if inner >> at & 1 == 1 {
                meets.inner_digit(base + at);
            } else {
                meets.mark(base + at);
            }
        }
        (word_before, digit_before) = (here.words >> 63, here.digits >> 63);
        base += 64;
    }
}

fn token(here: Block, next: Block, base: usize, at: usize) -> Token {
    // The 64 bytes from the word's first on.
    let window = |here: u64, next: u64| here >> at | (next << 1) << (63 - at);
    let len = (window(here.words, next.words).trailing_ones() as usize).min(LONG);
    let all = (1_u64 << len) - 1;
    let made = match window(here.digits, next.digits) & all {
        _ if len == LONG => Made::Both,
        0 => Made::Letters,
        digits if digits == all => Made::Digits,
        _ => Made::Both,
    };
    Token { start: base + at, len, made }
}

/// Takes the next 64 bytes, or what is left.
#[inline]
fn take(rest: &mut &[u8], marks: Marks) -> Block {
    if let Some((block, after)) = rest.split_first_chunk::<64>() {
        *rest = after;
        return block_of(block, marks);
    }
    if rest.is_empty() {
        return Block::default();
    }
    let mut block = [0; 64];
    if let Some(to) = block.get_mut(..rest.len()) {
        to.copy_from_slice(rest);
    }
    *rest = &[];
    block_of(&block, marks)
}

/// Written so that the compiler makes vectors of it; the flags of a byte are gathered by a multiplication.
#[inline]
fn block_of(block: &[u8; 64], marks: Marks) -> Block {
    let (mut words, mut digits, mut met) = ([0; 64], [0; 64], [0; 64]);
    let [(low1, more1), (low2, more2), (low3, more3)] = marks;
    for (((word, digit), met), &byte) in words.iter_mut().zip(&mut digits).zip(&mut met).zip(block) {
        let is_digit = byte.wrapping_sub(b'0') < 10;
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let is_mark = (byte.wrapping_sub(low1) <= more1)
            | (byte.wrapping_sub(low2) <= more2)
            | (byte.wrapping_sub(low3) <= more3);
        *digit = if is_digit { FLAG } else { 0 };
        *word = if is_digit | is_letter | (byte == b'_') { FLAG } else { 0 };
        *met = if is_mark { FLAG } else { 0 };
    }
    Block { words: gather(&words), digits: gather(&digits), marks: gather(&met) }
}

const FLAG: u8 = 0x80;

fn gather(flags: &[u8; 64]) -> u64 {
    let bytes = flags.as_chunks::<8>().0.iter().map(|flags| {
        // Each flag is moved to a bit of its own in the uppermost byte.
        u64::from_le_bytes(*flags).wrapping_mul(0x0002_0408_1020_4081) >> 56
    });
    bytes.zip((0..).step_by(8)).fold(0, |mask, (byte, at)| mask | byte << at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Debug, PartialEq, Eq)]
    struct Seen {
        tokens: Vec<(usize, usize, &'static str)>,
        digits: Vec<usize>,
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
        fn inner_digit(&mut self, at: usize) {
            self.digits.push(at);
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
                seen.digits.push(at);
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
            read(text.as_bytes(), First::read(text.as_bytes(), ranges), ranges, &mut seen);
            assert_eq!(seen, naive(text.as_bytes(), marks), "{text:?}");
        }
    }
}
