//! Norwegian birth numbers and D-numbers: a birth date, an individual number, two check digits modulo 11.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [d1, d2, m1, m2, y1, y2, i1, i2, i3, k1, k2] = *digits.as_slice() else { return false };
    let (day, month, year) = (d1 * 10 + d2, m1 * 10 + m2, y1 * 10 + y2);
    // Forskrift til folkeregisterloven § 2-2-1: the individual number tells the century.
    let year = match (i1 * 100 + i2 * 10 + i3, year) {
        (0..=499, _) | (900..=999, 40..) => 1900 + year,
        (500..=749, 54..) => 1800 + year,
        (500..=999, 0..=39) => 2000 + year,
        _ => return false,
    };
    // D-numbers: 40 is added to the day.
    let day = if day > 40 { day - 40 } else { day };
    let rest = |weights: &[u32]| (11 - super::weighted(&digits, weights) % 11) % 11;
    date::exists(year, month, day)
        && year <= date::BIRTH_YEAR_MAX
        && rest(&[3, 7, 6, 1, 8, 9, 4, 5, 2]) == k1
        && rest(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == k2
}

#[cfg(test)]
mod tests {
    /// Skatteetaten, structure of the number; the specimens 151086 95088 and 010107 50160 (born in 2007).
    #[test]
    fn worked_example() {
        for text in ["151086 95088", "15108695088", "01010750160"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["15108695077", "15138695088", "32108695088", "1510869508"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
