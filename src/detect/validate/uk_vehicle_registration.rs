//! Registration marks of Great Britain: the age identifier of the style in use since 2001.

pub(super) fn accepts(text: &str) -> bool {
    let compact = super::alphanumerics(text);
    let [first, second, age @ .., _, _, _] = compact.as_slice() else { return false };
    let current = first.is_ascii_alphabetic() && second.is_ascii_alphabetic() && age.iter().all(u8::is_ascii_digit);
    if compact.len() != 7 || !current {
        // The older styles carry no number that is checked.
        return (4..=7).contains(&compact.len());
    }
    // DVLA, INF104: the year's last two digits from March, 50 more from September; the first was 51.
    let age = age.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit.saturating_sub(b'0')));
    matches!(age, 2..=49 | 51..=99)
}

#[cfg(test)]
mod tests {
    /// DVLA, INF104: "AB51 ABC" is the pattern shown there.
    #[test]
    fn worked_example() {
        for text in ["AB51 ABC", "AB02ABC", "ab74 xyz", "A123 BCD", "ABC 123D"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["AB00 ABC", "AB01 ABC", "AB50 ABC", "AB5"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
