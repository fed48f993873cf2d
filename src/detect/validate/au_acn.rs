//! Australian Company Numbers: weights 8 to 1, the digit completes the sum to a multiple of 10.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    digits.len() == 9 && sum != 0 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// ASIC, "Australian Company Number (ACN) digit check": 004 085 616 is worked through there.
    #[test]
    fn worked_example() {
        for text in ["004 085 616", "000000019", "010499966"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["004 085 617", "040 085 616", "00408561", "000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
