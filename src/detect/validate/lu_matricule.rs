//! Luxembourg national identification numbers: a birth date, a serial number, a check digit by ISO/IEC 7812-1, annex B
//! (Luhn), and one by Verhoeff, both over the first eleven digits.

use super::{date, luhn, verhoeff};

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(year), Some(by_luhn), [body @ .., _, last]) = (digits.get(..4), digits.get(..12), digits.as_slice())
    else {
        return false;
    };
    let [_, _, _, _, m1, m2, d1, d2, ..] = *digits.as_slice() else { return false };
    let year = super::number(year);
    digits.len() == 13
        && (1850..=date::BIRTH_YEAR_MAX).contains(&year)
        && date::exists(year, m1 * 10 + m2, d1 * 10 + d2)
        && luhn::passes(by_luhn)
        && verhoeff::passes(&[body, &[*last]].concat())
}

#[cfg(test)]
mod tests {
    /// European Commission, TIN country sheet of Luxembourg: 1893 12 01 057 has 3 and 2.
    #[test]
    fn worked_example() {
        for text in ["1893120105732", "1893 1201 05732"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1893120105733", "1893120105742", "1893130105732", "189312010573"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
