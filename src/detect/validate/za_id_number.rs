//! South African identity numbers: date of birth, citizenship, and Luhn.

use super::{date, luhn};

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Department of Home Affairs: 0 for a citizen, 1 for a permanent resident, 2 for a refugee.
    date::begins(&digits, 2000) && digits.len() == 13 && matches!(digits.get(10), Some(0..=2)) && luhn::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// Department of Home Affairs: the specimen smart card's 800101 5009 087.
    #[test]
    fn worked_example() {
        for text in ["8001015009087", "750330 5044 08 9", "9202204720083"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["8001015009088", "8013015009084", "8001015009387", "800101500908"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
