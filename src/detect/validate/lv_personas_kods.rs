//! Latvian personal codes: a birth date and a century, or 32 and no date; a weighted check digit.

use super::date;

const WEIGHTS: [u32; 10] = [1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [d1, d2, m1, m2, y1, y2, century, _, _, _, check] = *digits.as_slice() else { return false };
    // Since July 2017 codes begin with 32 and hold no date.
    let dated = century <= 2 && date::exists(1800 + century * 100 + y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    ((d1, d2) == (3, 2) || dated) && (1101 - super::weighted(&digits, &WEIGHTS)) % 11 % 10 == check
}

#[cfg(test)]
mod tests {
    /// Fizisko personu reģistra likums; the specimens 161175-19997 and, without a date, 328673-00679.
    #[test]
    fn worked_example() {
        for text in ["161175-19997", "16117519997", "328673-00679"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["161175-19998", "161375-19997", "161175-39997", "328673-00677", "161175-1999"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
