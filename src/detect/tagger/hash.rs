//! Hashes of words and of how they are written, which the compiler can make, too.

/// Gives the shape of kinds of characters that follow each other: `X` upper, `x` lower, `d` digit.
pub(super) const fn shape(kinds: &[u8]) -> u32 {
    let mut shape = 0;
    let mut rest = kinds;
    while let [kind, after @ ..] = rest {
        shape = add_kind(shape, *kind);
        rest = after;
    }
    shape
}

/// Adds a kind of characters to a shape.
pub(super) const fn add_kind(shape: u32, kind: u8) -> u32 {
    shape.wrapping_mul(31).wrapping_add(kind as u32)
}

/// Where the hash of a word begins.
pub(super) const FNV_START: u64 = 0xCBF2_9CE4_8422_2325;

/// Adds a folded byte to the hash of a word.
pub(super) const fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01B3)
}

/// Spreads a hash over all bits.
pub(super) const fn spread(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ hash >> 32
}
