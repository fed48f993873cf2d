//! German VAT numbers: DE, nine digits of which the last is a check digit per ISO 7064 MOD 11,10.

use super::iso7064;

pub(super) fn accepts(text: &str) -> bool {
    passes(&super::digits(text))
}

pub(super) fn passes(digits: &[u32]) -> bool {
    digits.len() == 9 && !digits.starts_with(&[0]) && iso7064::mod_11_10(digits)
}

#[cfg(test)]
mod tests {
    /// Bundeszentralamt für Steuern, § 27a UStG; the number of the Bundeszentralamt's own example: DE 136 695 976.
    #[test]
    fn worked_example() {
        for text in ["DE136695976", "DE 136 695 976", "DE129273398"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["DE136695978", "DE13669597", "DE036695976"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
