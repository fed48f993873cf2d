//! Australian Medicare card numbers: begin with 2 to 6; the ninth digit checks the first eight.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Weights 1, 3, 7, 9 twice, modulus 10; the tenth digit is the card's issue, an eleventh the person on it.
    matches!(digits.len(), 10 | 11)
        && matches!(digits.first(), Some(2..=6))
        && digits.get(9).is_some_and(|issue| *issue != 0)
        && digits.get(8) == Some(&(super::weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10))
}

#[cfg(test)]
mod tests {
    /// The specimen card of Services Australia: 2 + 3 + 14 + 27 + 4 + 15 + 42 + 63 = 170 gives 0.
    #[test]
    fn worked_example() {
        for text in ["2123 45670 1", "2123456701", "2123 45670 1 1"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["2123 45671 1", "1123 45670 1", "2123 45670 0", "212345670"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
