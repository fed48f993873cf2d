//! Payment card numbers: a known issuer's range, a length that issuer uses, and the Luhn digit.

use super::luhn;

/// Ranges of leading digits (both ends of the same length), and the lengths in use.
///
/// ISO/IEC 7812-1, and the ranges that the networks publish.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    // Visa, and with it Dankort, Elo, Mada.
    (4, 4, &[13, 16, 19]),
    // Mastercard; the 2-series since 2017.
    (51, 55, &[16]),
    (2221, 2720, &[16]),
    // American Express.
    (34, 34, &[15]),
    (37, 37, &[15]),
    // Discover, and with it RuPay, Troy, Elo, Verve.
    (6011, 6011, &[16, 17, 18, 19]),
    (644, 649, &[16, 17, 18, 19]),
    (65, 65, &[16, 17, 18, 19]),
    // Diners Club.
    (300, 305, &[14, 15, 16, 17, 18, 19]),
    (3095, 3095, &[14, 15, 16, 17, 18, 19]),
    (36, 36, &[14, 15, 16, 17, 18, 19]),
    (38, 39, &[14, 15, 16, 17, 18, 19]),
    // JCB, the shorter ones of old.
    (3528, 3589, &[16, 17, 18, 19]),
    (2131, 2131, &[15]),
    (1800, 1800, &[15]),
    // UATP, of airlines.
    (1, 1, &[15]),
    // UnionPay; T-Union.
    (62, 62, &[16, 17, 18, 19]),
    (31, 31, &[19]),
    // Mir; BORICA and PayPak.
    (2200, 2204, &[16, 17, 18, 19]),
    (2205, 2205, &[16]),
    // RuPay, UkrCard, Hipercard.
    (60, 60, &[13, 16, 19]),
    (353, 353, &[16]),
    (356, 356, &[16]),
    (81, 82, &[16, 17, 18, 19]),
    // Troy, Humo, Napas, Uzcard, BelKart, GPN.
    (9792, 9792, &[16]),
    (9860, 9860, &[16]),
    (9704, 9704, &[16, 19]),
    (8600, 8600, &[16]),
    (9112, 9112, &[16]),
    (1946, 1946, &[16]),
    // Maestro and the national debit cards of its ranges: Bancontact, Verve, Elo, Meeza, InterPayment, Solo.
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
        let width = first.ilog10() + 1;
        let prefix = super::number(digits.get(..width as usize).unwrap_or_default());
        (*first..=*last).contains(&prefix) && lengths.contains(&digits.len())
    })
}

#[cfg(test)]
mod tests {
    /// Test numbers that the networks' processors publish, one at least for each network and length they publish.
    #[test]
    fn published_test_numbers() {
        for text in [
            "4111 1111 1111 1111",
            "4222222222222",
            "4000000000000002",
            "5555-5555-5555-4444",
            "2223003122003222",
            "378282246310005",
            "6011111111111117",
            "30569309025904",
            "36227206271667",
            "3530111333300000",
            "6200000000000005",
            "6205500000000000004",
            "6759649826438453",
            "6799990100000000019",
            "6304000000000000",
            "50339619890917",
            "6062828888666688",
            "6362970000457013",
            "6370950000000005",
            "2200000000000053",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["4111111111111112", "1234567812345670", "41111111111111", "0000000000000000", "1732406400123"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
