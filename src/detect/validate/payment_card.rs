//! Payment card numbers: a known issuer's range, a length that issuer uses, and the Luhn digit.

use super::luhn;

/// Ranges of leading digits (both ends of the same length), and the lengths in use.
///
/// ISO/IEC 7812-1; the networks' published ranges: Visa, Mastercard (2-series since 2017), American Express, Discover,
/// Diners Club, JCB, UnionPay, Mir, RuPay, Troy, Maestro.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (4, 4, &[13, 16, 19]),
    (51, 55, &[16]),
    (2221, 2720, &[16]),
    (34, 34, &[15]),
    (37, 37, &[15]),
    (6011, 6011, &[16, 17, 18, 19]),
    (644, 649, &[16, 17, 18, 19]),
    (65, 65, &[16, 17, 18, 19]),
    (300, 305, &[14, 15, 16, 17, 18, 19]),
    (3095, 3095, &[14, 15, 16, 17, 18, 19]),
    (36, 36, &[14, 15, 16, 17, 18, 19]),
    (38, 39, &[14, 15, 16, 17, 18, 19]),
    (3528, 3589, &[16, 17, 18, 19]),
    (62, 62, &[16, 17, 18, 19]),
    (2200, 2204, &[16, 17, 18, 19]),
    (60, 60, &[16]),
    (81, 82, &[16]),
    (9792, 9792, &[16]),
    (50, 50, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (56, 58, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (61, 61, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (63, 63, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (66, 69, &[12, 13, 14, 15, 16, 17, 18, 19]),
];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    (12..=19).contains(&digits.len()) && has_issuer(&digits) && luhn::passes(&digits)
}

fn has_issuer(digits: &[u32]) -> bool {
    ISSUERS.iter().any(|(first, last, lengths)| {
        let width = first.to_string().len();
        let prefix = super::number(digits.get(..width).unwrap_or_default());
        (*first..=*last).contains(&prefix) && lengths.contains(&digits.len())
    })
}

#[cfg(test)]
mod tests {
    /// Test numbers that the networks' processors publish.
    #[test]
    fn published_test_numbers() {
        for text in [
            "4111 1111 1111 1111",
            "4222222222222",
            "5555-5555-5555-4444",
            "2223003122003222",
            "378282246310005",
            "6011111111111117",
            "30569309025904",
            "3530111333300000",
            "6200000000000005",
            "6759649826438453",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["4111111111111112", "1234567812345670", "41111111111111", "0000000000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
