//! The check digit of ISO/IEC 7812-1, annex B (Luhn).

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    digits.len() > 1 && digits.iter().any(|digit| *digit != 0) && passes(&digits)
}

/// Tells whether the last digit is the check digit of those before it.
pub(super) fn passes(digits: &[u32]) -> bool {
    passes_in(digits, 10)
}

/// The same for digits of another base (modulus N).
pub(super) fn passes_in(digits: &[u32], base: u32) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled >= base => doubled + 1 - base,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(base)
}

#[cfg(test)]
mod tests {
    /// The worked example of annex B's method that is printed everywhere: 7992739871 has check digit 3.
    #[test]
    fn worked_example() {
        assert!(super::accepts("79927398713"));
        for digit in [0, 1, 2, 4, 5, 6, 7, 8, 9] {
            assert!(!super::accepts(&format!("7992739871{digit}")));
        }
    }
}
