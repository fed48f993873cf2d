//! What may stand beside a finding.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

/// What may not stand beside a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boundary {
    /// A letter, digit or underscore.
    Word,
    /// A digit.
    Digit,
    /// A letter, digit or underscore, also beyond a full stop (`1.2.3.4` in `1.2.3.4.5`).
    Token,
}

/// What stands beside a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Nothing that could belong to it.
    Open,
    /// A digit.
    Digit,
    /// A letter of an alphabetic script, or an underscore.
    Letter,
    /// A full stop with a letter or digit on its other side.
    Joint,
}

impl Side {
    pub(super) const ALL: [Self; 4] = [Self::Open, Self::Digit, Self::Letter, Self::Joint];

    /// Reads what stands before `at`.
    pub(super) fn before(text: &str, at: usize) -> Self {
        let mut characters = text.get(..at).unwrap_or_default().chars().rev();
        Self::of(characters.next(), characters.next())
    }

    /// Reads what stands at `at` and after.
    pub(super) fn after(text: &str, at: usize) -> Self {
        let mut characters = text.get(at..).unwrap_or_default().chars();
        Self::of(characters.next(), characters.next())
    }

    fn of(near: Option<char>, far: Option<char>) -> Self {
        match near {
            Some('.') if far.is_some_and(|c| Self::single(c) != Self::Open) => Self::Joint,
            Some(c) => Self::single(c),
            None => Self::Open,
        }
    }

    fn single(c: char) -> Self {
        if c.is_ascii_digit() {
            Self::Digit
        } else if c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && is_word(c) && !is_spaceless(c)) {
            Self::Letter
        } else {
            Self::Open
        }
    }
}

impl Boundary {
    /// Tells whether a match may have this beside it.
    pub(super) const fn allows(self, side: Side) -> bool {
        match (self, side) {
            (_, Side::Open) | (Self::Digit, Side::Letter) | (Self::Word | Self::Digit, Side::Joint) => true,
            (_, Side::Digit) | (Self::Word | Self::Token, Side::Letter) | (Self::Token, Side::Joint) => false,
        }
    }
}

/// Tells whether a character can stand in a word of any script.
pub(super) fn is_word(c: char) -> bool {
    static WORDS: LazyLock<PlaneBits> = LazyLock::new(|| PlaneBits::of(is_word_by_tables));
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { WORDS.get(c).unwrap_or_else(|| is_word_by_tables(c)) }
}

/// Tells the same without the bits, which take a while to make.
pub(super) fn is_word_by_tables(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// One bit for each character of the first plane: what is asked of each character of a text, and costs a search.
#[derive(Debug)]
pub(super) struct PlaneBits(Box<[u64; 1 << 10]>);

impl PlaneBits {
    pub(super) fn of(holds: impl Fn(char) -> bool) -> Self {
        let mut bits = Box::new([0; 1 << 10]);
        for (word, codes) in bits.iter_mut().zip((0..1_u32 << 16).step_by(64)) {
            let is = |code: u32| char::from_u32(code).is_some_and(&holds);
            *word = (0..64).fold(0, |word, at| word | u64::from(is(codes + at)) << at);
        }
        Self(bits)
    }

    /// Gives the bit of a character; none beyond the first plane.
    #[inline]
    pub(super) fn get(&self, c: char) -> Option<bool> {
        let code = c as usize;
        self.0.get(code / 64).map(|word| word >> (code % 64) & 1 == 1)
    }
}

/// The last character boundary at or before `at`.
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// Tells whether a character is of a script that sets no spaces between words (Han, Kana, Hangul, Thai and kin), so
/// that one beside a match says nothing.
pub(super) const fn is_spaceless(c: char) -> bool {
    matches!(c as u32,
        0x0E00..=0x0EFF      // Thai, Lao
        | 0x1000..=0x109F    // Myanmar
        | 0x1100..=0x11FF    // Hangul Jamo
        | 0x1780..=0x17FF    // Khmer
        | 0x2E80..=0x9FFF    // CJK radicals, Kana, Bopomofo, Hangul compatibility, Han
        | 0xA960..=0xA97F    // Hangul Jamo extended
        | 0xAC00..=0xD7FF    // Hangul
        | 0xF900..=0xFAFF    // Han compatibility
        | 0xFF66..=0xFFDC    // half-width Kana and Hangul
        | 0x20000..=0x3FFFF) // Han extensions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_characters() {
        for (text, side) in [
            ("", Side::Open),
            (" ", Side::Open),
            ("5", Side::Digit),
            ("x", Side::Letter),
            ("_", Side::Letter),
            ("é", Side::Letter),
            ("ж", Side::Letter),
            ("\u{308}", Side::Letter),
            ("漢", Side::Open),
            ("カ", Side::Open),
            ("한", Side::Open),
            ("ท", Side::Open),
            (".", Side::Open),
            (". x", Side::Open),
            (".5", Side::Joint),
        ] {
            assert_eq!(Side::after(text, 0), side, "{text}");
        }
        assert_eq!(Side::before("1.", 2), Side::Joint);
        assert_eq!(Side::before("é", 2), Side::Letter);
    }
}
