//! NIT of Colombia: prime weights, modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let Some((last, body)) = digits.split_last() else { return false };
    // DIAN: primes from the right; 0 and 1 stand for themselves.
    let primes = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
    let sum: u32 = body.iter().rev().zip(primes).map(|(digit, weight)| digit * weight).sum();
    let check = match sum % 11 {
        rest @ (0 | 1) => rest,
        rest => 11 - rest,
    };
    (8..=16).contains(&digits.len()) && sum != 0 && *last == check
}

#[cfg(test)]
mod tests {
    /// DIAN's own NIT, 800.197.268-4.
    #[test]
    fn worked_example() {
        for text in ["800.197.268-4", "213.123.432-1", "8001972684"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["800.197.268-5", "800.179.268-4", "1972684"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
