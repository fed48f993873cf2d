//! Polish PESEL: a birth date and a weighted check digit.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [y1, y2, m1, m2, d1, d2, ..] = *digits.as_slice() else { return false };
    let (month, day) = (m1 * 10 + m2, d1 * 10 + d2);
    // The century is added to the month: 80 (1800s), 0 (1900s), 20 (2000s), 40 and 60 (to come).
    let century = match month / 20 {
        4 => 1800,
        centuries => 1900 + centuries * 100,
    };
    digits.len() == 11
        && date::exists(century + y1 * 10 + y2, month % 20, day)
        && super::weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// The worked example of gov.pl, "Czym jest numer PESEL": 0207080362 has check digit 8.
    #[test]
    fn worked_example() {
        assert!(super::accepts("02070803628"));
        assert!(super::accepts("44051401359"));
        for text in ["02070803627", "02000803628", "0207080362", "44053201359", "02023003624"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
