//! Italian partita IVA: a number, the office that gave it, and the check digit of ISO/IEC 7812-1, annex B (Luhn).

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(number), Some(office), 11) = (digits.get(..7), digits.get(7..10), digits.len()) else { return false };
    number.iter().any(|digit| *digit > 0)
        && matches!(super::number(office), 1..=100 | 120 | 121 | 888 | 999)
        && luhn::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// Agenzia delle Entrate, D.P.R. 784/1976; the number of Poste Italiane: 01114601006 (office 100, Roma).
    #[test]
    fn worked_example() {
        for text in ["01114601006", "00743110157"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["01114601007", "00000000000", "0111460100", "01114602004"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
