//! Goods and Services Tax Identification Numbers of India: state, PAN, entity, Z, and a Luhn digit in base 36.

use super::{in_pan, luhn};

pub(super) fn accepts(text: &str) -> bool {
    let compact = super::alphanumerics(text);
    let values: Vec<u32> = compact.iter().map(|byte| super::value(*byte)).collect();
    let (Some([tens, units]), Some(pan), Some([entity, letter, _])) =
        (values.get(..2), compact.get(2..12), compact.get(12..))
    else {
        return false;
    };
    // GST Network: state codes 01 to 37 (and 38 for Ladakh, 97 and 99 for what lies in no state).
    *tens < 10
        && *units < 10
        && matches!(tens * 10 + units, 1..=38 | 97 | 99)
        && in_pan::is_pan(pan)
        && *entity != b'0'
        && *letter == b'Z'
        && luhn::passes_in(&values, 36)
}

#[cfg(test)]
mod tests {
    /// Central Board of Indirect Taxes and Customs, "GST in India": 27AAPFU0939F1ZV of its examples.
    #[test]
    fn worked_example() {
        for text in ["27AAPFU0939F1ZV", "27 AAPFU 0939 F1ZV", "27aapfu0939f1zv"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["27AAPFU0939F1ZO", "39AAPFU0939F1ZV", "27AAPFU0939F1AV", "27AAPFU0939F1Z"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
