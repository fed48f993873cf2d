//! Ukrainian taxpayer card numbers (РНОКПП): days since 1900, a serial number, and a check digit modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // State Tax Service: weights -1, 5, 7, 9, 4, 6, 10, 5, 7; -1 is 10 modulo 11.
    let sum = super::weighted(&digits, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
    digits.len() == 10 && sum != 0 && digits.last() == Some(&(sum % 11 % 10))
}

#[cfg(test)]
mod tests {
    /// State Tax Service: 175901377 has check digit 6.
    #[test]
    fn worked_example() {
        for text in ["1759013776", "2530414071"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1759013770", "7159013776", "175901377", "0000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
