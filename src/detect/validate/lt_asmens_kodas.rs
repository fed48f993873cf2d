//! Lithuanian personal codes: century and sex, a birth date, and the check digit of the Estonian code.

use super::{date, ee_isikukood};

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [century, y1, y2, m1, m2, d1, d2, ..] = *digits.as_slice() else { return false };
    // 9 stands before codes that hold no birth date.
    let dated = (1..=6).contains(&century)
        && date::exists(1700 + century.div_ceil(2) * 100 + y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    digits.len() == 11 && (dated || century == 9) && ee_isikukood::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// Gyventojų registro įstatymas; the specimen 33309240064.
    #[test]
    fn worked_example() {
        assert!(super::accepts("33309240064"));
        for text in ["33309240164", "73309240064", "33313240064", "3330924006"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
