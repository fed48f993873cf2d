//! German pension insurance numbers: an area, a birth date, the first letter of the name at birth, a serial number, a
//! check digit.

use super::date;

const WEIGHTS: [u32; 12] = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let ([number @ .., letter, s1, s2, check], 12) = (characters.as_slice(), characters.len()) else { return false };
    if !letter.is_ascii_uppercase() || ![number, &[*s1, *s2, *check]].concat().iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut digits: Vec<u32> = number.iter().map(|byte| super::value(*byte)).collect();
    let [a1, a2, d1, d2, m1, m2, y1, y2] = *digits.as_slice() else { return false };
    let (area, day, month, year) = (a1 * 10 + a2, d1 * 10 + d2, m1 * 10 + m2, y1 * 10 + y2);
    let place = u32::from(letter - b'A') + 1;
    digits.extend([place / 10, place % 10, super::value(*s1), super::value(*s2)]);
    // VKVV § 4: products count by their digits.
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    (2..=89).contains(&area) && may_be_born(year, month, day) && sum % 10 == super::value(*check)
}

/// Tells whether day and month are ones that are given: 0 where they are not known, and 32 or 64 (or 50) added to the
/// day where the serial numbers of a day are used up.
fn may_be_born(year: u32, month: u32, day: u32) -> bool {
    let day_exists = |day| day == 0 || date::exists_in_some_century(year, month, day);
    day <= 95 && (month == 0 || day_exists(day % 32) || (day > 50 && day_exists(day - 50)))
}

#[cfg(test)]
mod tests {
    /// Deutsche Rentenversicherung: 15 070649 C 10 has check digit 3, and 65 170839 J 00 has 3 too.
    #[test]
    fn worked_example() {
        for text in ["15 070649 C 103", "15070649C103", "65 170839 J 003"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["15 070649 C 104", "15 970649 C 108", "15 071349 C 103", "00 070649 C 103", "15070649103"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
