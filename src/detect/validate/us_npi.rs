//! National Provider Identifiers: Luhn over 80840 (the card issuer prefix of health in the United States) and the number.

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let whole: Vec<u32> = [8, 0, 8, 4, 0].into_iter().chain(digits.iter().copied()).collect();
    // 45 CFR 162.406: the first digit is 1 or 2.
    digits.len() == 10 && matches!(digits.first(), Some(1 | 2)) && luhn::passes(&whole)
}

#[cfg(test)]
mod tests {
    /// CMS, "NPI: requirements for the check digit": 123456789 has check digit 3.
    #[test]
    fn worked_example() {
        assert!(super::accepts("1234567893"));
        assert!(super::accepts("1234-567-893"));
        for text in ["1234567894", "1234567839", "123456789", "3234567891"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
