//! Routing numbers of United States banks: weights 3, 7, 1, the sum a multiple of 10.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]);
    digits.len() == 9 && sum != 0 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// Routing numbers that the Federal Reserve Banks publish for themselves: Boston, Philadelphia, Dallas.
    #[test]
    fn published_numbers() {
        for text in ["011000015", "031000040", "111000038", "1110-0003-8"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["011000016", "101000015", "11100003", "000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
