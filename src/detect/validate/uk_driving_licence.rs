//! Driver numbers of Great Britain: five characters of the surname, then the date of birth about the sex.

pub(super) fn accepts(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some(surname) = compact.get(..5) else { return false };
    let digits = super::digits(compact.get(5..11).unwrap_or_default());
    let [decade, .., year] = digits.as_slice() else { return false };
    let month = super::number(digits.get(1..3).unwrap_or_default());
    let day = super::number(digits.get(3..5).unwrap_or_default());
    // DVLA: a short surname is filled up with 9; 5 is added to the month's first digit for a woman.
    let letters = surname.trim_end_matches('9');
    digits.len() == 6
        && !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && super::date::exists(2000 + decade * 10 + year, month % 50, day)
}

#[cfg(test)]
mod tests {
    /// DVLA, INF4: the number on the specimen licence of Sarah Morgan, born 11 March 1976.
    #[test]
    fn worked_example() {
        for text in ["MORGA753116SM9IJ", "morga 753116 sm9ij", "FOX99703116JA9AB"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["MORGA713116SM9IJ", "MORGA753416SM9IJ", "99999753116SM9IJ", "MO9GA753116SM9IJ", "MORGA75"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
