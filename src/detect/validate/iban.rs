//! International bank account numbers: ISO 13616-1, check digits per ISO 7064 MOD 97-10.

use super::iso7064;

/// Lengths by country, from the SWIFT IBAN registry.
#[rustfmt::skip]
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22),
    ("BI", 27), ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27),
    ("DK", 18), ("DO", 28), ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27),
    ("GB", 22), ("GE", 22), ("GI", 23), ("GL", 18), ("GR", 27), ("GT", 28), ("HN", 28), ("HR", 21), ("HU", 28),
    ("IE", 22), ("IL", 23), ("IQ", 23), ("IS", 26), ("IT", 27), ("JO", 30), ("KW", 30), ("KZ", 20), ("LB", 28),
    ("LC", 32), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("LY", 25), ("MC", 27), ("MD", 24), ("ME", 22),
    ("MK", 19), ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28), ("NL", 18), ("NO", 15), ("OM", 23),
    ("PK", 24), ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22), ("RU", 33), ("SA", 24),
    ("SC", 31), ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25), ("SV", 28),
    ("TL", 23), ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

pub(super) fn accepts(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let (Some(country), Some(check), Some(account)) = (compact.get(..2), compact.get(2..4), compact.get(4..)) else {
        return false;
    };
    let known = LENGTHS.iter().any(|(code, length)| *code == country && *length == compact.len());
    // 00, 01 and 99 are congruent to valid check digits and are never issued.
    known
        && check.bytes().all(|byte| byte.is_ascii_digit())
        && !["00", "01", "99"].contains(&check)
        && iso7064::mod_97_10([account, country, check].into_iter().flat_map(str::bytes))
}

#[cfg(test)]
mod tests {
    /// Examples of the SWIFT IBAN registry.
    #[test]
    fn registry_examples() {
        for text in [
            "GB29 NWBK 6016 1331 9268 19",
            "DE89370400440532013000",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
            "fr14 2004 1010 0505 0001 3m02 606",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in
            ["GB29NWBK60161331926818", "DE8937040044053201300", "XX89370400440532013000", "DE00370400440532013000"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
