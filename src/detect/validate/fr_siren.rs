//! French company numbers (SIREN): nine digits by ISO/IEC 7812-1, annex B (Luhn).

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    passes(&super::digits(text))
}

pub(super) fn passes(digits: &[u32]) -> bool {
    digits.len() == 9 && digits.iter().any(|digit| *digit > 0) && luhn::passes(digits)
}

#[cfg(test)]
mod tests {
    /// INSEE, definition of the SIREN; its own number: 120 027 016.
    #[test]
    fn worked_example() {
        for text in ["120 027 016", "732829320", "404833048"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["120 027 017", "12002701", "000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
