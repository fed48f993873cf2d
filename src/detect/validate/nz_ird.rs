//! IRD numbers of New Zealand: modulus 11 with a second set of weights.

pub(super) fn accepts(text: &str) -> bool {
    let mut digits = super::digits(text);
    if digits.len() == 8 {
        digits.insert(0, 0);
    }
    let check = |weights| (11 - super::weighted(&digits, weights) % 11) % 11;
    // Inland Revenue, "RWT and NRWT certificate filing specification": numbers lie between 10,000,000 and 150,000,000;
    // the second weights are used where the first give 10.
    let expected = match check(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        10 => check(&[7, 4, 3, 2, 5, 2, 7, 6]),
        digit => digit,
    };
    digits.len() == 9 && (10_000_001..150_000_000).contains(&super::number(&digits)) && digits.last() == Some(&expected)
}

#[cfg(test)]
mod tests {
    /// Inland Revenue's specification works through 49091850, 35901981, 49098576 and 136410132.
    #[test]
    fn worked_example() {
        for text in ["49-091-850", "49091850", "35901981", "49098576", "136-410-132"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["136410133", "9125568", "49091805", "999999999"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
