//! Korean driver's licence numbers: the first two digits name the police agency that issued it.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Korean National Police Agency: 11 Seoul to 26 Ulsan, 28 Gyeonggi-bukbu.
    digits.len() == 12 && matches!(super::number(digits.get(..2).unwrap_or_default()), 11..=26 | 28)
}

#[cfg(test)]
mod tests {
    /// Korea Road Traffic Authority: the specimen licence.
    #[test]
    fn regions() {
        assert!(super::accepts("11-19-174133-01"));
        for text in ["10-19-174133-01", "27-19-174133-01", "11-19-174133-0"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
