//! Korean resident registration numbers: date of birth, century and sex, place, and a check digit modulus 11.

use super::date;

/// Weights of the first twelve digits; numbers of foreigners have the same.
const WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];

pub(super) fn accepts(text: &str) -> bool {
    checks(&super::digits(text), 11)
}

/// Tells whether the last digit is what `base` less the remainder gives, and the others can be.
pub(super) fn checks(digits: &[u32], base: u32) -> bool {
    let rest = super::weighted(digits, &WEIGHTS) % 11;
    // Enforcement rules of the Resident Registration Act: places of birth are numbered 00 to 96.
    is_dated(digits)
        && super::number(digits.get(7..9).unwrap_or_default()) <= 96
        && digits.last() == Some(&((base - rest) % 10))
}

/// Tells whether thirteen digits begin with a day of the century that the seventh names.
pub(super) fn is_dated(digits: &[u32]) -> bool {
    let century = match digits.get(6) {
        Some(1 | 2 | 5 | 6) => 1900,
        Some(3 | 4 | 7 | 8) => 2000,
        Some(_) => 1800,
        None => return false,
    };
    digits.len() == 13 && date::begins(digits, century)
}

#[cfg(test)]
mod tests {
    /// Resident Registration Act: 971013-901990 has check digit 2.
    #[test]
    fn worked_example() {
        for text in ["971013-9019902", "9710139019902"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["971013-9019903", "971313-9019902", "970229-1019902", "971013-9979902", "971013-901990"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
