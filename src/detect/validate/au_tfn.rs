//! Australian Tax File Numbers: the weighted sum is a multiple of 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Old numbers have eight digits, and weights of their own.
    let sum = match digits.len() {
        9 => super::weighted(&digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]),
        8 => super::weighted(&digits, &[10, 7, 8, 4, 6, 3, 5, 1]),
        _ => return false,
    };
    sum != 0 && sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    /// The example that the Australian Taxation Office gives to software developers: 123 456 782.
    #[test]
    fn worked_example() {
        for text in ["123 456 782", "876543210", "38593474"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["123 456 783", "213 456 782", "1234567", "000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
