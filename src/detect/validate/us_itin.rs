//! United States Individual Taxpayer Identification Numbers: begin with 9, middle digits in the issued ranges.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let group = super::number(digits.get(3..5).unwrap_or_default());
    // IRS Publication 1915: fourth and fifth digits 50 to 65, 70 to 88, 90 to 92, 94 to 99.
    digits.len() == 9 && digits.first() == Some(&9) && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

#[cfg(test)]
mod tests {
    /// IRS Publication 1915, "What is an ITIN?".
    #[test]
    fn ranges() {
        for text in ["900-70-0000", "999-88-9999", "911-50-1234"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["900-93-0000", "900-69-0000", "900-89-0000", "800-70-0000", "900-70-000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
