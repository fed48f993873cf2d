//! Equality of short texts, without a call: most names and values have fewer than 33 bytes.

/// Tells whether two texts are the same. As `==`, in a few comparisons of whole words where they are short.
#[inline]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        0 => true,
        1 => one.first() == other.first(),
        2..4 => both::<2>(one, other),
        4..8 => both::<4>(one, other),
        8..16 => both::<8>(one, other),
        16..33 => both::<16>(one, other),
        _ => one == other,
    }
}

/// Tells whether the first and the last `N` bytes are the same, which may share some.
#[inline]
fn both<const N: usize>(one: &[u8], other: &[u8]) -> bool {
    one.first_chunk::<N>() == other.first_chunk::<N>() && one.last_chunk::<N>() == other.last_chunk::<N>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        for len in 0..80 {
            let one: Vec<u8> = (0..len).collect();
            assert!(same(&one, &one.clone()));
            assert!(!same(&one, &[one.as_slice(), &[7]].concat()));
            for at in 0..one.len() {
                let mut other = one.clone();
                other[at] ^= 0x40;
                assert!(!same(&one, &other), "{len} {at}");
            }
        }
    }
}
