//! Polish PESEL: a birth date and a weighted check digit.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let month = super::number(digits.get(2..4).unwrap_or_default());
    let day = super::number(digits.get(4..6).unwrap_or_default());
    // The century is added to the month: 80 (1800s), 0 (1900s), 20 (2000s), 40 and 60 (to come).
    digits.len() == 11
        && (1..=12).contains(&(month % 20))
        && (1..=31).contains(&day)
        && super::weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// The worked example of gov.pl, "Czym jest numer PESEL": 0207080362 has check digit 8.
    #[test]
    fn worked_example() {
        assert!(super::accepts("02070803628"));
        assert!(super::accepts("44051401359"));
        for text in ["02070803627", "02000803628", "0207080362", "44053201359"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
