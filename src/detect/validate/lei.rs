//! Legal entity identifiers: ISO 17442-1, check digits per ISO 7064 MOD 97-10.

pub(super) fn accepts(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    compact.len() == 20
        && compact.bytes().skip(18).all(|byte| byte.is_ascii_digit())
        && compact
            .chars()
            .filter_map(|c| c.to_digit(36))
            .fold(0, |rest, value| (rest * if value > 9 { 100 } else { 10 } + value) % 97)
            == 1
}

#[cfg(test)]
mod tests {
    /// GLEIF's own identifier, and that of ISO 17442's worked example.
    #[test]
    fn published_identifiers() {
        for text in ["506700GE1G29325QX363", "54930084UKLVMY22DS16", "213800KUD8LAJWSQ9D15"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["506700GE1G29325QX364", "213800KUD8LXJWSQ9D15", "213800KUD8LAJWSQ9D1"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
