//! Registration numbers of foreigners in Korea: as a resident's, with 2 added to the check digit.

use super::kr_rrn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    matches!(digits.get(6), Some(5..=8)) && kr_rrn::checks(&digits, 13)
}

#[cfg(test)]
mod tests {
    /// Immigration Act: weights 2 to 9 and 2 to 5; 13 less the remainder, its last digit.
    #[test]
    fn worked_example() {
        assert!(super::accepts("900101-5123452"));
        for text in ["900101-5123450", "900101-1123452", "901301-5123452", "900101-512345"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
