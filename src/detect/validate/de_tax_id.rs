//! German tax identification numbers: one repeated digit, and a check digit per ISO 7064 MOD 11,10.

use super::iso7064;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(body), 11) = (digits.get(..10), digits.len()) else { return false };
    if body.first() == Some(&0) {
        return false;
    }
    // BZSt: of the first ten digits exactly one stands two or three times, every other at most once.
    let counts = (0..10).map(|digit| body.iter().filter(|other| **other == digit).count());
    let repeated: Vec<usize> = counts.filter(|count| *count > 1).collect();
    if !matches!(repeated.as_slice(), [2 | 3]) {
        return false;
    }
    iso7064::mod_11_10(&digits)
}

#[cfg(test)]
mod tests {
    /// Numbers that the BZSt publishes for tests of the method (two and three of the same digit).
    #[test]
    fn worked_example() {
        for text in ["86095742719", "47036892816", "65929970489", "86 095 742 719"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["86095742718", "06095742719", "12345678903", "8609574271"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
