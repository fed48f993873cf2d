//! Malaysian identity card numbers: date of birth and place of birth.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let place = super::number(digits.get(6..8).unwrap_or_default());
    // Jabatan Pendaftaran Negara, codes of states and countries: 00, 17 to 20, 69, 70, 73, 80, 81, 94 to 97 are not used.
    digits.len() == 12
        && date::begins(&digits, 2000)
        && matches!(place, 1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99)
}

#[cfg(test)]
mod tests {
    /// Jabatan Pendaftaran Negara: 7 March 1977 in Kedah.
    #[test]
    fn dates_and_places() {
        for text in ["770305-02-1234", "000229011234"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["771305-02-1234", "770305-17-1234", "770305-00-1234", "770305-02-123"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
