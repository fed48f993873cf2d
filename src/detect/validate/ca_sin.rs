//! Canadian Social Insurance Numbers: Luhn; the first digit is neither 0 nor 8.

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Service Canada: 1 to 7 name the province of registration, 9 a temporary resident; 0 and 8 are not used.
    digits.len() == 9 && !matches!(digits.first(), Some(0 | 8)) && luhn::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// Employment and Social Development Canada, "SIN Code of Practice": the fictitious number of its examples is
    /// 123 456 782.
    #[test]
    fn worked_example() {
        for text in ["123 456 782", "130-692-544", "900000001"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["123 456 789", "046 454 286", "800000002", "12345678"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
