//! Thai national identity numbers: weights 13 to 2, modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    // Department of Provincial Administration: the first digit, 1 to 8, is the kind of registration.
    digits.len() == 13 && matches!(digits.first(), Some(1..=8)) && digits.last() == Some(&((11 - sum % 11) % 10))
}

#[cfg(test)]
mod tests {
    /// Department of Provincial Administration: 1 2345 67890 12 has check digit 1, the usual specimen.
    #[test]
    fn worked_example() {
        for text in ["1-2345-67890-12-1", "3100600445635"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1-2345-67890-12-2", "3106000445635", "9100600445631", "310060044563"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
