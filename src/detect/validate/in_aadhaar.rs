//! Aadhaar numbers of India: a Verhoeff check digit; begin with neither 0 nor 1.

use super::verhoeff;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // UIDAI: the same forwards and backwards is never issued.
    digits.len() == 12
        && matches!(digits.first(), Some(2..=9))
        && !digits.iter().eq(digits.iter().rev())
        && verhoeff::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// The number of UIDAI's own test data: 9999 4105 7058.
    #[test]
    fn worked_example() {
        for text in ["9999 4105 7058", "234123412346", "2341-2341-2346"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["9999 4105 7059", "9999 4150 7058", "123412341234", "222222222222", "23412341234"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
