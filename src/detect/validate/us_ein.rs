//! United States Employer Identification Numbers: the prefixes that the IRS assigns.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let prefix = super::number(digits.get(..2).unwrap_or_default());
    // IRS, "How EINs are assigned and valid EIN prefixes".
    digits.len() == 9
        && matches!(prefix,
            1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99)
}

#[cfg(test)]
mod tests {
    /// IRS, "How EINs are assigned and valid EIN prefixes".
    #[test]
    fn prefixes() {
        for text in ["12-3456789", "911144442", "04-2103594", "98-7654321"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["00-1234567", "07-1144442", "49-1234567", "89-1234567", "97-1234567", "12-345678"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
