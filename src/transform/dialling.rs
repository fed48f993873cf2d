//! Telephone numbers as a region dials them, in the form of ITU-T E.164.

use crate::model::numbering_plan as plan;

use super::canonical::is_separator;

/// How numbers are dialled in a region: a line of the table of `scripts/numbering_plan.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The country calling code.
    code: &'static str,
    /// What is dialled before a national number, and is no part of it, the longest first and with commas between; empty
    /// where nothing is.
    trunk: &'static str,
    /// What is dialled before numbers of other countries, with commas between.
    abroad: &'static str,
}

impl Region {
    /// Gives the region of a country's two letters, such as `DE`.
    pub fn of(country: &str) -> Option<Self> {
        let mut lines = include_str!("dialling.txt").lines();
        lines.find_map(|line| {
            let mut fields = line.split('\t');
            let mut next = || fields.next();
            let (name, code, trunk, abroad) = (next()?, next()?, next()?, next()?);
            (name == country).then_some(Self { code, trunk, abroad })
        })
    }

    /// Gives a number with its `+` and calling code; none where it is no number that the region's plan, or the plan of
    /// the country that it names, has.
    pub(super) fn e164(self, text: &str) -> Option<String> {
        let bare = text.trim_start_matches(is_separator);
        if let Some(international) = bare.strip_prefix('+') {
            // `(0)` is dialled at home alone.
            let without_trunk = digits(&international.replace("(0)", "")).and_then(|digits| whole(&digits));
            return without_trunk.or_else(|| whole(&digits(international)?));
        }
        let dialled = digits(bare)?;
        let prefixes = |all: &'static str| all.split(',').filter(|prefix| !prefix.is_empty());
        let rest = |prefix: &str| dialled.strip_prefix(prefix);
        if let Some(number) = prefixes(self.abroad).find_map(|prefix| whole(rest(prefix)?)) {
            return Some(number);
        }
        let mut national = prefixes(self.trunk).filter_map(rest).chain([dialled.as_str()]);
        let national = national.find(|national| plan::has(self.code, national))?;
        Some(format!("+{}{national}", self.code))
    }
}

/// Gives the digits of a text that holds nothing but digits and separators.
fn digits(text: &str) -> Option<String> {
    let all = text.chars().all(|c| c.is_ascii_digit() || is_separator(c));
    all.then(|| text.chars().filter(char::is_ascii_digit).collect())
}

/// Gives an international number whose country has such numbers.
fn whole(digits: &str) -> Option<String> {
    let (code, national) = plan::split(digits)?;
    let national = match national.strip_prefix('0') {
        Some(without_trunk) if !plan::has(code, national) => without_trunk,
        _ => national,
    };
    plan::has(code, national).then(|| format!("+{code}{national}"))
}

#[cfg(test)]
mod tests {
    use super::super::canonical::canonical_in;
    use super::*;

    fn form(region: &str, text: &str) -> String {
        canonical_in(text, "PHONE_NUMBER", Region::of(region)).into_owned()
    }

    #[test]
    fn a_number_has_one_form_however_it_is_dialled() {
        for (region, text) in [
            ("DE", "030 901820"),
            ("DE", "(030) 90 18 20"),
            ("DE", "+49 (0)30 901820"),
            ("DE", "+49 30 901820"),
            ("DE", "0049 30/901820"),
            ("FR", "00 49 30 901820"),
            ("US", "011 49 30 901820"),
            ("GB", "\u{ff0b}49\u{a0}30\u{2011}901820"),
        ] {
            assert_eq!(form(region, text), "+4930901820", "{text} in {region}");
        }
        assert_eq!(form("US", "(212) 555-0187"), "+12125550187");
        assert_eq!(form("US", "1 212 555 0187"), "+12125550187");
        // No trunk prefix: the nought is part of the number.
        assert_eq!(form("IT", "06 698 12345"), "+390669812345");
    }

    #[test]
    fn what_is_no_number_there_is_its_digits() {
        for (region, text, expected) in [
            ("DE", "110", "110"),
            ("DE", "+49 1", "+491"),
            ("DE", "+999 123 456", "+999123456"),
            ("US", "030 901820", "030901820"),
            ("DE", "30 ext. 5", "30 ext. 5"),
            ("DE", "unknown", "unknown"),
            ("DE", "", ""),
        ] {
            assert_eq!(form(region, text), expected, "{text} in {region}");
        }
        assert_eq!(Region::of("XX"), None);
        assert_eq!(canonical_in("030 901820", "VALUE", Region::of("DE")), "030 901820", "telephone numbers alone");
    }

    /// Computed by another implementation, `tests/golden/vectors.py`, with the library that the tables are made from.
    /// When an update of them moves one, `CANONICAL_VERSION` rises.
    #[test]
    fn forms_are_the_golden_ones() {
        let golden = include_str!("../../tests/golden/canonical-phone-number-of-region.json");
        let golden: Vec<(String, String, String)> = serde_json::from_str(golden).unwrap();
        assert_eq!(golden.len(), 2000);
        for (region, text, expected) in golden {
            assert_eq!(form(&region, &text), expected, "{text:?} in {region}");
        }
    }

    proptest::proptest! {
        #[test]
        fn forms_stay(text in "[+0-9 ()./-]{0,18}", region in "DE|US|IT|GB|RU|AR|SG") {
            let once = form(&region, &text);
            proptest::prop_assert_eq!(form(&region, &once), once);
        }
    }
}
