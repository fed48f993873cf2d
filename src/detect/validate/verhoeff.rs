//! The check digit of J. Verhoeff, "Error Detecting Decimal Codes", Mathematical Centre Tract 29 (1969).

/// Tells whether the last digit is the check digit of those before it.
///
/// Digits act on the symmetries of a pentagon: 0 to 4 are rotations, 5 to 9 reflections.
pub(super) fn passes(digits: &[u32]) -> bool {
    let mut permuted = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    let mut all = 0;
    for digit in digits.iter().rev() {
        let Some(image) = usize::try_from(*digit).ok().and_then(|at| permuted.get(at)) else { return false };
        all = product(all, *image);
        permuted = permuted.map(permute);
    }
    all == 0
}

/// The product of two symmetries of the pentagon.
const fn product(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// Verhoeff's permutation (1 5 8 9 4 2 7 0)(3 6), applied once more for each place.
const fn permute(digit: u32) -> u32 {
    match digit {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::digits;

    /// The worked example that is printed everywhere: 236 has check digit 3, 12345 has 1.
    #[test]
    fn worked_example() {
        for text in ["2363", "123451", "1428570", "84736430954837284567892"] {
            assert!(super::passes(&digits(text)), "{text}");
        }
        for text in ["2364", "123415", "2636", "1428571"] {
            assert!(!super::passes(&digits(text)), "{text}");
        }
    }
}
