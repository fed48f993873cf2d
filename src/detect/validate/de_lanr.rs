//! German physicians' numbers (LANR): six digits, a weighted check digit, the group of the speciality.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[4, 9, 4, 9, 4, 9]);
    digits.len() == 9 && sum > 0 && digits.get(6) == Some(&((10 - sum % 10) % 10))
}

#[cfg(test)]
mod tests {
    /// KBV, Richtlinie nach § 75 Absatz 7 SGB V: 123456 has check digit 6 (4 + 18 + 12 + 36 + 20 + 54 = 144).
    #[test]
    fn worked_example() {
        for text in ["123456601", "123456699"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["123456501", "12345660", "000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
