//! Australian Business Numbers: 1 is taken from the first digit, the weighted sum is a multiple of 89.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    digits.len() == 11 && digits.first() != Some(&0) && sum % 89 == 10
}

#[cfg(test)]
mod tests {
    /// Australian Business Register, "Format of the ABN": 51 824 753 556 is worked through there.
    #[test]
    fn worked_example() {
        assert!(super::accepts("51 824 753 556"));
        assert!(super::accepts("83914571673"));
        for text in ["51 824 753 557", "15824753556", "5182475355", "00000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
