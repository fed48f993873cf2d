//! What the bytes of a text are, 64 at a time, as bits: letters, digits, and those that something may be found by.
//!
//! One comparison answers for 16 bytes, with what every x86-64 and every 64-bit ARM has.

use wide::u8x16;

/// What is looked for besides words: three ranges of bytes, each its first byte and how many follow it.
pub(super) type Marks = [(u8, u8); 3];

/// One bit for each of 64 bytes; none behind the end of the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// ASCII letters.
    pub(super) letters: u64,
    /// ASCII digits.
    pub(super) digits: u64,
    pub(super) underscores: u64,
    /// Bytes of the ranges that were asked for.
    pub(super) marks: u64,
    pub(super) dots: u64,
    pub(super) ats: u64,
    /// Colons and equal signs.
    pub(super) equals: u64,
    /// Bytes of characters beyond ASCII.
    pub(super) others: u64,
}

impl Block {
    /// Reads the 64 bytes from `at` on, or what is left of the text.
    #[inline]
    pub(super) fn read(text: &[u8], at: usize, marks: Marks) -> Self {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(block) = rest.first_chunk::<64>() {
            let mut found = Self::default();
            for (place, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
                found.add(16 * place, *sixteen, marks);
            }
            return found;
        }
        let mut found = Self::default();
        let (whole, tail) = rest.as_chunks::<16>();
        for (place, sixteen) in whole.iter().enumerate() {
            found.add(16 * place, *sixteen, marks);
        }
        if !tail.is_empty() {
            found.add(16 * whole.len(), load(tail).to_le_bytes(), marks);
        }
        found
    }

    /// Adds the bits of 16 bytes, from this place on.
    #[inline]
    fn add(&mut self, place: usize, sixteen: [u8; 16], marks: Marks) {
        let within = |bytes: u8x16, low: u8, more: u8| {
            let above = bytes - u8x16::splat(low);
            above.min(u8x16::splat(more)).simd_eq(above)
        };
        let is = |bytes: u8x16, byte: u8| bytes.simd_eq(u8x16::splat(byte));
        let [(low1, more1), (low2, more2), (low3, more3)] = marks;
        let bytes = u8x16::new(sixteen);
        let bits = |lanes: u8x16| u64::from(lanes.to_bitmask()) << place;
        let marked = within(bytes, low1, more1) | within(bytes, low2, more2) | within(bytes, low3, more3);
        self.letters |= bits(within(bytes | u8x16::splat(0x20), b'a', 25));
        self.digits |= bits(within(bytes, b'0', 9));
        self.underscores |= bits(is(bytes, b'_'));
        self.marks |= bits(marked);
        self.dots |= bits(is(bytes, b'.'));
        self.ats |= bits(is(bytes, b'@'));
        self.equals |= bits(is(bytes, b':') | is(bytes, b'='));
        self.others |= bits(bytes.max(u8x16::splat(0x80)).simd_eq(bytes));
    }

    /// Letters and digits.
    pub(super) const fn alphanumeric(&self) -> u64 {
        self.letters | self.digits
    }

    /// Letters, digits and underscores.
    pub(super) const fn words(&self) -> u64 {
        self.letters | self.digits | self.underscores
    }
}

/// Bytes of the longest text whose shape is read.
pub(super) const SHAPE_MAX: usize = 32;

/// What a short ASCII text looks like: each digit is `0` in it, each capital `A`, each small letter `a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    /// What stands behind its end is zero.
    words: [u64; SHAPE_MAX / 8],
    len: u8,
}

/// A short ASCII text at a glance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glance {
    pub(super) shape: Shape,
    /// Its letters, as bits.
    pub(super) letters: u64,
    /// Its digits, as bits.
    pub(super) digits: u64,
}

impl Glance {
    /// Looks at a text; none where it is too long, or not ASCII.
    #[inline]
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let len = u8::try_from(text.len()).ok().filter(|len| usize::from(*len) <= SHAPE_MAX)?;
        let (low, high) = match text.split_first_chunk::<16>() {
            Some((low, rest)) => (u128::from_le_bytes(*low), load(rest)),
            None => (load(text), 0),
        };
        if (low | high) & (u128::MAX / 0xff * 0x80) != 0 {
            return None;
        }
        let mut glance = Self { shape: Shape { words: [0; SHAPE_MAX / 8], len }, letters: 0, digits: 0 };
        glance.add(0, low);
        if high != 0 {
            glance.add(16, high);
        }
        Some(glance)
    }

    #[inline]
    fn add(&mut self, place: usize, sixteen: u128) {
        let within = |bytes: u8x16, low: u8, more: u8| {
            let above = bytes - u8x16::splat(low);
            above.min(u8x16::splat(more)).simd_eq(above)
        };
        let bytes = u8x16::new(sixteen.to_le_bytes());
        let letters = within(bytes | u8x16::splat(0x20), b'a', 25);
        let digits = within(bytes, b'0', 9);
        let letter = (bytes & u8x16::splat(0x20)) | u8x16::splat(b'A');
        let plain = bytes ^ (bytes & (letters | digits));
        let shape = (letters & letter) | (digits & u8x16::splat(b'0')) | plain;
        self.letters |= u64::from(letters.to_bitmask()) << place;
        self.digits |= u64::from(digits.to_bitmask()) << place;
        for (word, eight) in self.shape.words.iter_mut().skip(place / 8).zip(shape.to_array().as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*eight);
        }
    }
}

impl Shape {
    /// Bytes of the texts.
    pub(super) const fn len(&self) -> u8 {
        self.len
    }

    /// Gives one text of this shape; zeros stand behind its end.
    pub(super) fn bytes(&self) -> [u8; SHAPE_MAX] {
        let mut bytes = [0; SHAPE_MAX];
        for (eight, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.words) {
            *eight = word.to_le_bytes();
        }
        bytes
    }

    /// Gives a number for it: nearly always another one for another shape.
    #[inline]
    pub(super) fn hash(&self) -> u64 {
        /// Odd numbers of random bits: a multiplication carries each bit upwards.
        const SPREAD: [u64; 4] =
            [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xd6e8_feb8_6659_fd93];
        let mix = |sum: u64, (word, by): (&u64, u64)| sum ^ word.wrapping_mul(by).rotate_left(29);
        let sum = self.words.iter().zip(SPREAD).fold(u64::from(self.len), mix);
        (sum ^ sum >> 31).wrapping_mul(0x9fb2_1c65_1e98_df25)
    }
}

/// Finds the next ASCII digit at or behind `at`.
#[inline]
pub(super) fn digit_from(text: &[u8], at: usize) -> Option<usize> {
    let digits = |sixteen: [u8; 16]| {
        let above = u8x16::new(sixteen) - u8x16::splat(b'0');
        above.min(u8x16::splat(9)).simd_eq(above).to_bitmask()
    };
    let (whole, tail) = text.get(at..)?.as_chunks::<16>();
    for (place, sixteen) in whole.iter().enumerate() {
        let bits = digits(*sixteen);
        if bits != 0 {
            return Some(at + 16 * place + bits.trailing_zeros() as usize);
        }
    }
    let bits = digits(load(tail).to_le_bytes());
    (bits != 0).then(|| at + 16 * whole.len() + bits.trailing_zeros() as usize)
}

/// Finds the first byte at or behind `at` that is not ASCII.
pub(super) fn other_from(text: &[u8], at: usize) -> Option<usize> {
    /// The bit of each byte that ASCII has not.
    const OTHER: u128 = u128::from_le_bytes([0x80; 16]);
    let rest = text.get(at..)?;
    let (whole, tail) = rest.as_chunks::<16>();
    for (place, sixteen) in whole.iter().enumerate() {
        let others = u128::from_le_bytes(*sixteen) & OTHER;
        if others != 0 {
            return Some(at + 16 * place + others.trailing_zeros() as usize / 8);
        }
    }
    let from = at + rest.len() - tail.len();
    tail.iter().position(|byte| !byte.is_ascii()).map(|by| from + by)
}

/// Hashes the first eight letters of a word, in any case, and its length.
#[inline]
pub(super) fn hash_word(text: &[u8], at: usize, len: usize) -> u64 {
    /// The golden ratio's bits: a multiplication carries each bit upwards.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    /// The bit that tells the case of a letter.
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let letters = if len < 8 { (1_u64 << (8 * len)) - 1 } else { u64::MAX };
    let word = (load_eight(text.get(at..).unwrap_or_default()) | LOWER) & letters;
    (word ^ (len as u64) << 56).wrapping_mul(SPREAD)
}

/// Loads at most 16 bytes, the rest zero: from both ends, since bytes that are written one by one and read together
/// have to wait for each other.
#[inline]
pub(super) fn load(bytes: &[u8]) -> u128 {
    let shift = |from: usize| 8 * (bytes.len() - from);
    if let (Some(low), Some(high)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return u128::from(u64::from_le_bytes(*low)) | u128::from(u64::from_le_bytes(*high)) << shift(8);
    }
    u128::from(load_eight(bytes))
}

/// The 64 bits from one of the first 64 on.
#[inline]
pub(super) const fn window([here, next]: [u64; 2], at: usize) -> u64 {
    here >> at | (next << 1) << (63 - at)
}

/// Loads the first 8 bytes, or what there is, the rest zero.
#[inline]
pub(super) fn load_eight(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let high = u64::from(u32::from_le_bytes(*high)) << (8 * (bytes.len() - 4));
        return u64::from(u32::from_le_bytes(*low)) | high;
    }
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, byte by byte.
    fn plain(block: &[u8; 64], marks: Marks) -> Block {
        let mut found = Block::default();
        for (place, byte) in block.iter().enumerate() {
            let bit = |is: bool| u64::from(is) << place;
            found.letters |= bit(byte.is_ascii_alphabetic());
            found.digits |= bit(byte.is_ascii_digit());
            found.underscores |= bit(*byte == b'_');
            found.marks |= bit(marks.iter().any(|(low, more)| byte.wrapping_sub(*low) <= *more));
            found.dots |= bit(*byte == b'.');
            found.ats |= bit(*byte == b'@');
            found.equals |= bit(matches!(byte, b':' | b'='));
            found.others |= bit(!byte.is_ascii());
        }
        found
    }

    #[test]
    fn shapes_keep_what_is_no_letter_and_no_digit() {
        let shape = |text: &str| Glance::of(text.as_bytes()).map(|it| it.shape.bytes()[..text.len()].to_vec());
        assert_eq!(shape("Ab9_-@[`{/:\0z").unwrap(), b"Aa0_-@[`{/:\0a");
        assert_eq!(shape("ORD-2026-4662451").unwrap(), b"AAA-0000-0000000");
        assert_eq!(shape(&"x7".repeat(16)).unwrap(), "a0".repeat(16).as_bytes());
        assert_eq!(shape(&"x".repeat(33)), None);
        assert_eq!(shape("caf\u{e9}"), None);
        let one = |text: &str| Glance::of(text.as_bytes()).unwrap().shape;
        assert!(one("a1") == one("z9") && one("a") != one("a\0") && one("a") != one("A"));
    }

    proptest! {
        #[test]
        fn lanes_say_what_bytes_say(bytes in proptest::collection::vec(any::<u8>(), 0..130), at in 0..130_usize) {
            let marks = [(b'(', 3), (b'-', 0), (b':', 0)];
            let mut block = [0; 64];
            for (to, from) in block.iter_mut().zip(bytes.iter().skip(at)) {
                *to = *from;
            }
            prop_assert_eq!(Block::read(&bytes, at, marks), plain(&block, marks));
        }
    }
}
