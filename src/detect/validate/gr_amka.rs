//! Greek AMKA: a birth date, a serial number and the check digit of ISO/IEC 7812-1, annex B (Luhn).

use super::{date, luhn};

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [d1, d2, m1, m2, y1, y2, ..] = *digits.as_slice() else { return false };
    digits.len() == 11
        && date::exists_in_some_century(y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2)
        && luhn::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// ΗΔΙΚΑ: day, month and year of birth, four digits, and the check digit: 0101309999 has 7.
    #[test]
    fn worked_example() {
        assert!(super::accepts("01013099997"));
        for text in ["01013099996", "01133099994", "0101309999"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
