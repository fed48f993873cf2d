//! Danish CPR numbers: a birth date whose century the seventh digit tells. The check digit modulo 11 is no longer kept:
//! since 2007 numbers are given that do not pass it.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [d1, d2, m1, m2, y1, y2, seventh, _, _, _] = *digits.as_slice() else { return false };
    let (day, month, year) = (d1 * 10 + d2, m1 * 10 + m2, y1 * 10 + y2);
    let century = match seventh {
        0..=3 => 1900,
        4 | 9 if year > 36 => 1900,
        5..=8 if year > 57 => 1800,
        _ => 2000,
    };
    date::exists(century + year, month, day) && century + year <= date::BIRTH_YEAR_MAX
}

#[cfg(test)]
mod tests {
    /// CPR-kontoret, "Personnummeret i CPR": 070761-4285.
    #[test]
    fn worked_example() {
        for text in ["070761-4285", "211062-5629", "0707614285", "290200-4001"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["320761-4285", "071361-4285", "290200-0001", "070745-5285", "070761-428"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
