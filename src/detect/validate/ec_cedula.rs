//! Ecuadorian cédulas: province, kind of person, and Luhn.

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Registro Civil: provinces 01 to 24, 30 and 50 for abroad; the third digit is at most 6.
    digits.len() == 10
        && matches!(super::number(digits.get(..2).unwrap_or_default()), 1..=24 | 30 | 50)
        && digits.get(2).is_some_and(|kind| *kind <= 6)
        && luhn::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// Registro Civil, "algoritmo módulo 10": 171430710 has check digit 3.
    #[test]
    fn worked_example() {
        for text in ["171430710-3", "1714307103"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1714307104", "2514307103", "1774307103", "171430710"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
