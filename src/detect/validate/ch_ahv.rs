//! Swiss AHV numbers (AVS, AVS/AI): the country's 756, nine digits, the check digit of an EAN-13.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    digits.len() == 13
        && digits.starts_with(&[7, 5, 6])
        && super::weighted(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// Zentrale Ausgleichsstelle, specimen of the insurance card: 756.9217.0769.85.
    #[test]
    fn worked_example() {
        for text in ["756.9217.0769.85", "7569217076985", "756.1234.5678.97"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["756.9217.0769.84", "757.9217.0769.82", "756.9217.0769.8"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
