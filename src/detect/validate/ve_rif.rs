//! Venezuelan RIF: the letter counts four times its place among V, E, J, P, G; modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // SENIAT: persons, foreigners, companies, passports, government.
    let letter = match text.chars().next().map(|c| c.to_ascii_uppercase()) {
        Some('V') => 4,
        Some('E') => 8,
        Some('J') => 12,
        Some('P') => 16,
        Some('G') => 20,
        _ => return false,
    };
    let check = match 11 - (letter + super::weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2])) % 11 {
        10 | 11 => 0,
        check => check,
    };
    digits.len() == 9 && digits.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    /// SENIAT's own RIF, G-20000303-0, and a person's.
    #[test]
    fn worked_example() {
        for text in ["G-20000303-0", "V-11470283-4", "v114702834"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["V-11470283-3", "V-14170283-4", "X-11470283-4", "V-1147028-4"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
