//! Bulgarian ЕГН: a birth date and a weighted check digit.

use super::date;

const WEIGHTS: [u32; 9] = [2, 4, 8, 5, 10, 9, 7, 3, 6];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [y1, y2, m1, m2, d1, d2, _, _, _, check] = *digits.as_slice() else { return false };
    let (year, month, day) = (y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    // The century is added to the month: 20 for the 1800s, 40 for the 2000s.
    let (century, month) = match month {
        0..=20 => (1900, month),
        21..=40 => (1800, month - 20),
        _ => (2000, month - 40),
    };
    date::exists(century + year, month, day) && super::weighted(&digits, &WEIGHTS) % 11 % 10 == check
}

#[cfg(test)]
mod tests {
    /// ГРАО, the structure of the number: 752316926 has check digit 3 (a man born on 16 March 1875).
    #[test]
    fn worked_example() {
        assert!(super::accepts("7523169263"));
        assert!(super::accepts("8032056031"));
        for text in ["7523169264", "7513169263", "8019010008", "752316926"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
