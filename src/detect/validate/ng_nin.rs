//! National Identification Numbers of Nigeria: a Verhoeff check digit.

use super::verhoeff;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    digits.len() == 11 && !super::is_one_digit(&digits) && verhoeff::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// Verhoeff's method over ten digits: 1234567890 has check digit 2.
    #[test]
    fn worked_example() {
        assert!(super::accepts("12345678902"));
        for text in ["12345678903", "12345687902", "1234567890", "00000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
