//! Registration numbers of the United States Drug Enforcement Administration.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text.get(2..).unwrap_or_default());
    // DEA Diversion Control Division: digits 1, 3, 5 once and 2, 4, 6 twice; the sum's last digit is the seventh.
    digits.len() == 7
        && digits.iter().any(|digit| *digit != 0)
        && digits.last() == Some(&(super::weighted(&digits, &[1, 2, 1, 2, 1, 2]) % 10))
}

#[cfg(test)]
mod tests {
    /// The example of the published method: 1 + 3 + 5 + 2 (2 + 4 + 6) = 33.
    #[test]
    fn worked_example() {
        for text in ["AB1234563", "F91234563", "bb1388568"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["AB1234564", "AB1234653", "AB123456", "AB0000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
