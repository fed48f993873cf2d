//! Austrian social insurance numbers: a serial number, a weighted check digit in the fourth place, a birth date.

/// What each digit counts; the check digit itself counts nothing.
const WEIGHTS: [u32; 10] = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [serial, _, _, check, d1, d2, m1, m2, _, _] = *digits.as_slice() else { return false };
    let (day, month) = (d1 * 10 + d2, m1 * 10 + m2);
    // Months from 13 on are given where the serial numbers of a day are used up or the date is not known.
    serial > 0
        && (1..=31).contains(&day)
        && (1..=15).contains(&month)
        && super::weighted(&digits, &WEIGHTS) % 11 == check
}

#[cfg(test)]
mod tests {
    /// Dachverband der Sozialversicherungsträger: 123 with the birth date 1 January 1980 has check digit 7.
    #[test]
    fn worked_example() {
        for text in ["1237 010180", "1237010180"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1238 010180", "0237 010180", "1237 320180", "1237 01018"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
