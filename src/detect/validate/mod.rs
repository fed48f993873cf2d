//! Validators: what a string must satisfy beyond its pattern. One row each in [`VALIDATORS`].
//!
//! A validator sees exactly the found text, separators included, and reads past them. Its strength is measured by a
//! test: the share of random strings of its form that it accepts.

mod bitcoin_address;
mod br_cpf;
mod calendar_date;
mod date;
mod de_tax_id;
mod e164;
mod es_nif;
mod ethereum_address;
mod iban;
mod ipv6;
mod iso7064;
mod it_fiscal_code;
mod jwt;
mod luhn;
mod payment_card;
mod pl_pesel;
mod uk_nhs;
mod uk_nino;
mod us_itin;
mod us_ssn;

/// One validator.
#[derive(Debug)]
pub(super) struct Validator {
    pub(super) name: &'static str,
    /// The standard or authority that the check follows.
    #[cfg_attr(not(test), expect(dead_code, reason = "shown in the catalogue, which a test writes"))]
    pub(super) source: &'static str,
    pub(super) strength: Strength,
    /// Random strings for measuring the strength: `#` is a digit, `@` an upper-case letter, `*` either, `^` a base58
    /// character, `~` a hexadecimal digit, anything else stands for itself.
    #[cfg_attr(not(test), expect(dead_code, reason = "the strength is measured by a test"))]
    random: &'static [&'static str],
    pub(super) accepts: fn(&str) -> bool,
}

/// How much a pass says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// A fair share of random strings passes.
    Weak,
    /// At most 1 in 1,000 random strings passes: a finding that passes is certain.
    Strong,
}

use Strength::{Strong, Weak};

/// Every validator, by name.
#[rustfmt::skip]
pub(super) const VALIDATORS: &[Validator] = &[
    Validator { name: "bitcoin_address", source: "Base58Check, BIP-173 and BIP-350", strength: Strong, random: &["1^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "3^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "bc1q######################################"], accepts: bitcoin_address::accepts },
    Validator { name: "br_cpf", source: "Receita Federal, Instrução Normativa RFB 1.548/2015", strength: Weak, random: &["###.###.###-##"], accepts: br_cpf::accepts },
    Validator { name: "calendar_date", source: "ISO 8601-1:2019", strength: Weak, random: &["####-##-##"], accepts: calendar_date::accepts },
    Validator { name: "de_tax_id", source: "Bundeszentralamt für Steuern, § 139b AO; ISO 7064 MOD 11-10", strength: Weak, random: &["###########"], accepts: de_tax_id::accepts },
    Validator { name: "e164", source: "ITU-T E.164, list of assigned country codes", strength: Weak, random: &["+############"], accepts: e164::accepts },
    Validator { name: "es_nif", source: "Ministerio del Interior, cálculo del dígito de control del NIF/NIE", strength: Weak, random: &["########@"], accepts: es_nif::accepts },
    Validator { name: "ethereum_address", source: "EIP-55", strength: Weak, random: &["0x~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"], accepts: ethereum_address::accepts },
    Validator { name: "iban", source: "ISO 13616-1, SWIFT IBAN registry; ISO 7064 MOD 97-10", strength: Strong, random: &["@@##****************", "@@####################", "@@##**********************"], accepts: iban::accepts },
    Validator { name: "ipv6", source: "RFC 4291, section 2.2", strength: Weak, random: &["~~~~:~~~~:~~~~:~~~~:~~~~:~~~~:~~~~:~~~~"], accepts: ipv6::accepts },
    Validator { name: "iso7064_mod_11_10", source: "ISO/IEC 7064:2003", strength: Weak, random: &["##########"], accepts: iso7064::accepts_mod_11_10 },
    Validator { name: "iso7064_mod_11_2", source: "ISO/IEC 7064:2003", strength: Weak, random: &["##########"], accepts: iso7064::accepts_mod_11_2 },
    Validator { name: "iso7064_mod_37_36", source: "ISO/IEC 7064:2003", strength: Weak, random: &["**********"], accepts: iso7064::accepts_mod_37_36 },
    Validator { name: "iso7064_mod_97_10", source: "ISO/IEC 7064:2003", strength: Weak, random: &["##########"], accepts: iso7064::accepts_mod_97_10 },
    Validator { name: "it_fiscal_code", source: "Decreto Ministeriale 23 dicembre 1976", strength: Weak, random: &["@@@@@@##@##@###@"], accepts: it_fiscal_code::accepts },
    Validator { name: "jwt", source: "RFC 7519; RFC 7515, section 4.1", strength: Strong, random: &["eyJ****************.eyJ************.******"], accepts: jwt::accepts },
    Validator { name: "luhn", source: "ISO/IEC 7812-1, annex B", strength: Weak, random: &["################"], accepts: luhn::accepts },
    Validator { name: "payment_card", source: "ISO/IEC 7812-1, issuers' published number ranges", strength: Weak, random: &["################"], accepts: payment_card::accepts },
    Validator { name: "pl_pesel", source: "Ustawa o ewidencji ludności, art. 15; gov.pl, Czym jest numer PESEL", strength: Weak, random: &["###########"], accepts: pl_pesel::accepts },
    Validator { name: "uk_nhs", source: "NHS Data Model and Dictionary, NHS NUMBER", strength: Weak, random: &["##########"], accepts: uk_nhs::accepts },
    Validator { name: "uk_nino", source: "HMRC National Insurance Manual NIM39110", strength: Weak, random: &["@@######@"], accepts: uk_nino::accepts },
    Validator { name: "us_itin", source: "IRS Publication 1915", strength: Weak, random: &["###-##-####"], accepts: us_itin::accepts },
    Validator { name: "us_ssn", source: "SSA, Social Security Number Randomization", strength: Weak, random: &["###-##-####"], accepts: us_ssn::accepts },
];

/// Finds a validator by its name.
pub(super) fn by_name(name: &str) -> Option<&'static Validator> {
    VALIDATORS.iter().find(|validator| validator.name == name)
}

/// Names every validator, for messages.
pub(super) fn names() -> String {
    let names: Vec<&str> = VALIDATORS.iter().map(|validator| validator.name).collect();
    names.join(", ")
}

/// The values of the ASCII digits of a text, in order.
fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// The ASCII letters and digits of a text, in upper case.
fn alphanumerics(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect()
}

/// What a digit (0 to 9) or an upper-case letter (10 to 35) counts; anything else counts nothing.
const fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (byte - b'0') as u32,
        b'A'..=b'Z' => (byte - b'A') as u32 + 10,
        _ => 0,
    }
}

/// The number that some digits spell.
fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum.saturating_mul(10).saturating_add(*digit))
}

/// The sum of each digit times its weight.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Tells whether all digits are the same; such numbers pass many checks and are placeholders.
fn is_one_digit(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair.first() == pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed pseudo-random sequence (SplitMix64), so that the measurement is the same every time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % limit
        }

        fn one_of(&mut self, characters: &str) -> char {
            characters.as_bytes()[self.below(characters.len())].into()
        }

        fn fill(&mut self, template: &str) -> String {
            const DIGITS: &str = "0123456789";
            const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            const EITHER: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
            const HEX: &str = "0123456789abcdefABCDEF";
            template
                .chars()
                .map(|c| match c {
                    '#' => self.one_of(DIGITS),
                    '@' => self.one_of(LETTERS),
                    '*' => self.one_of(EITHER),
                    '^' => self.one_of(BASE58),
                    '~' => self.one_of(HEX),
                    c => c,
                })
                .collect()
        }
    }

    #[test]
    fn strengths_are_as_measured() {
        let mut random = Random(7);
        for validator in VALIDATORS {
            let tries = 20_000;
            let passed = (0..tries)
                .filter(|at| (validator.accepts)(&random.fill(validator.random[at % validator.random.len()])))
                .count();
            let strength = if passed * 1000 <= tries { Strong } else { Weak };
            let understated = validator.strength == Weak && validator.name == "ethereum_address";
            assert!(strength == validator.strength || understated, "{}: {passed} of {tries}", validator.name);
        }
    }

    #[test]
    fn rows_are_sorted_and_sourced() {
        assert!(VALIDATORS.is_sorted_by(|a, b| a.name < b.name));
        assert!(VALIDATORS.iter().all(|validator| !validator.source.is_empty()));
    }

    #[test]
    fn strangers_are_refused_and_nothing_panics() {
        for validator in VALIDATORS {
            for text in
                ["", " ", "é", "x", "0", "-", "+", "999999999999999999999999999999999999999999", "0x", "bc1", "."]
            {
                let _ = (validator.accepts)(text);
            }
            assert!(!(validator.accepts)(""), "{}", validator.name);
        }
    }
}
