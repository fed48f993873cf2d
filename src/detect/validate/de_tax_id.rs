//! German tax identification numbers: one repeated digit, and a check digit per ISO 7064 MOD 11-10.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(body), Some(check), 11) = (digits.get(..10), digits.last(), digits.len()) else { return false };
    if body.first() == Some(&0) {
        return false;
    }
    // BZSt: of the first ten digits exactly one stands two or three times, every other at most once.
    let counts = (0..10).map(|digit| body.iter().filter(|other| **other == digit).count());
    let repeated: Vec<usize> = counts.filter(|count| *count > 1).collect();
    if !matches!(repeated.as_slice(), [2 | 3]) {
        return false;
    }
    let product = body.iter().fold(10, |product, digit| {
        let sum = match (product + digit) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    *check == (11 - product) % 10
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
