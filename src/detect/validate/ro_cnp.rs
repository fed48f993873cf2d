//! Romanian CNP: sex and century, a birth date, a county, a serial number, a weighted check digit.

use super::date;

const WEIGHTS: [u32; 12] = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [kind, y1, y2, m1, m2, d1, d2, c1, c2, _, _, _, check] = *digits.as_slice() else { return false };
    let (year, month, day, county) = (y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2, c1 * 10 + c2);
    let born = match kind {
        1 | 2 => date::exists(1900 + year, month, day),
        3 | 4 => date::exists(1800 + year, month, day),
        5 | 6 => date::exists(2000 + year, month, day),
        // Residents without Romanian citizenship: the century is not told.
        7..=9 => date::exists_in_some_century(year, month, day),
        _ => false,
    };
    // 41 to 48 are sectors of Bucharest, 70 is the same number everywhere, 80 to 83 are abroad.
    let rest = super::weighted(&digits, &WEIGHTS) % 11;
    born && matches!(county, 1..=48 | 51 | 52 | 70 | 80..=83) && if rest == 10 { 1 } else { rest } == check
}

#[cfg(test)]
mod tests {
    /// Direcția pentru Evidența Persoanelor, structure of the CNP; the specimen 1630615123457 (Cluj).
    #[test]
    fn worked_example() {
        assert!(super::accepts("1630615123457"));
        for text in ["1630615123458", "0630615123457", "1632215123457", "1630615993454", "163061512345"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
