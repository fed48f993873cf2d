//! Dutch citizen service numbers: the weighted sum of nine digits is divisible by 11 (elfproef).

pub(super) fn accepts(text: &str) -> bool {
    let mut digits = super::digits(text);
    // Older numbers have eight digits, and count as if a 0 stood before them.
    if digits.len() == 8 {
        digits.insert(0, 0);
    }
    passes(&digits)
}

/// The test of nine digits; the last one counts negatively.
pub(super) fn passes(digits: &[u32]) -> bool {
    let (Some((last, body)), 9) = (digits.split_last(), digits.len()) else { return false };
    let sum = super::weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == *last
}

#[cfg(test)]
mod tests {
    /// Rijksdienst voor Identiteitsgegevens, Logisch Ontwerp BSN: 111222333 is a test number that passes.
    #[test]
    fn worked_example() {
        for text in ["111222333", "1112.22.333", "123456782", "10000008"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["111222334", "000000000", "11122233", "1112223330"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
