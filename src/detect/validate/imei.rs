//! Identities of mobile devices: IMEI of 15 digits with a Luhn digit; without it 14; with a software version 16 (IMEISV).

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    match digits.len() {
        15 => luhn::passes(&digits) && !super::is_one_digit(&digits),
        14 | 16 => !super::is_one_digit(&digits),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    /// The worked example of 3GPP TS 23.003's check digit that is printed most: 49015420323751 has check digit 8.
    #[test]
    fn worked_example() {
        for text in ["490154203237518", "49-015420-323751-8", "49015420323751", "4901542032375101"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["490154203237517", "000000000000000", "4901542032375"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
