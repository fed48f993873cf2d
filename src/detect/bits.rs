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

/// Loads fewer than 16 bytes, the rest zero: from both ends, since bytes that are written one by one and read together
/// have to wait for each other.
#[inline]
fn load(bytes: &[u8]) -> u128 {
    let shift = |from: usize| 8 * (bytes.len() - from);
    if let (Some(low), Some(high)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return u128::from(u64::from_le_bytes(*low)) | u128::from(u64::from_le_bytes(*high)) << shift(8);
    }
    u128::from(load_eight(bytes))
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
        }
        found
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
