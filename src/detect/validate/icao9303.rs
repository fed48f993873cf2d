//! The check digit of machine readable travel documents: ICAO Doc 9303, part 3, section 4.9.

/// Tells whether the last character is the check digit of those before it: weights 7, 3, 1, letters 10 to 35.
pub(super) fn passes(characters: &[u8]) -> bool {
    let Some((check, body)) = characters.split_last() else { return false };
    let sum: u32 =
        body.iter().zip([7, 3, 1].into_iter().cycle()).map(|(byte, weight)| super::value(*byte) * weight).sum();
    !body.is_empty() && check.is_ascii_digit() && sum % 10 == super::value(*check)
}

pub(super) fn accepts(text: &str) -> bool {
    passes(&super::alphanumerics(text))
}

#[cfg(test)]
mod tests {
    /// ICAO Doc 9303, part 4, appendix B: the document number L898902C3 has 6, the birth date 740812 has 2.
    #[test]
    fn worked_example() {
        for text in ["L898902C36", "7408122"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["L898902C35", "L898902", "6"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
