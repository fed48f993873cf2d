//! Swedish personal identity and coordination numbers: a birth date (its day raised by 60 in a coordination number) and
//! the check digit of ISO/IEC 7812-1, annex B (Luhn).

use super::{date, luhn};

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (year, short) = match digits.len() {
        10 => (None, digits.as_slice()),
        12 => (digits.get(..4).map(super::number), digits.get(2..).unwrap_or_default()),
        _ => return false,
    };
    let [y1, y2, m1, m2, d1, d2, ..] = *short else { return false };
    let (month, day) = (m1 * 10 + m2, d1 * 10 + d2);
    let day = if day > 60 { day - 60 } else { day };
    let born = match year {
        Some(year) => (1840..=date::BIRTH_YEAR_MAX).contains(&year) && date::exists(year, month, day),
        None => date::exists_in_some_century(y1 * 10 + y2, month, day),
    };
    born && luhn::passes(short)
}

#[cfg(test)]
mod tests {
    /// Skatteverket, SKV 704 and "Personnummer": 640823-323 has check digit 4, 811228-987 has 4; the coordination number
    /// of somebody born on 3 October 1970 begins 701063.
    #[test]
    fn worked_example() {
        for text in ["640823-3234", "811228-9874", "19811228-9874", "8112289874", "701063-2391"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["640823-3235", "641323-3234", "640800-3233", "17811228-9874", "640823-323"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
