//! Korean registration numbers as issued since October 2020: a date of birth and the sex; the rest is random.

use super::kr_rrn;

pub(super) fn accepts(text: &str) -> bool {
    kr_rrn::is_dated(&super::digits(text))
}

#[cfg(test)]
mod tests {
    /// Ministry of the Interior and Safety, press release of 2020: the last six digits mean nothing any more.
    #[test]
    fn dates() {
        for text in ["201012-3123456", "000229-4123456"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["201312-3123456", "210229-4123456", "201012-312345"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
