//! Estonian personal identification codes, and the check digit that Lithuania shares.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [century, y1, y2, m1, m2, d1, d2, ..] = *digits.as_slice() else { return false };
    // 1 and 2 are men and women born in the 1800s, 3 and 4 in the 1900s, and so on.
    digits.len() == 11
        && (1..=8).contains(&century)
        && date::exists(1700 + century.div_ceil(2) * 100 + y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2)
        && passes(&digits)
}

/// Tells whether the eleventh digit is the check digit of the ten before it: modulo 11 in two rounds.
pub(super) fn passes(digits: &[u32]) -> bool {
    let first = super::weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = super::weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    digits.last() == Some(if first < 10 { &first } else { &second })
}

#[cfg(test)]
mod tests {
    /// The specimen of the Estonian identity card: 38001085718.
    #[test]
    fn worked_example() {
        for text in ["38001085718", "36805280109", "37605030299"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["38001085717", "98001085718", "38013085718", "3800108571"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
