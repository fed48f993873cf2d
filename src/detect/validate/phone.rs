//! Telephone numbers: an assigned country calling code and a possible national number.

use crate::model::numbering_plan as plan;

/// Tells whether the text is an international number, with `+` or the digits that are dialled for it abroad.
///
/// Behind a plus only the length is checked, behind dialled digits the beginning of the national number as well.
pub(super) fn international(text: &str) -> bool {
    let number = without_extension(text);
    if let Some(rest) = number.trim_start_matches(['(', ' ']).strip_prefix('+') {
        return Number::read(rest).is_some_and(|number| is_possible(number.code(), number.national()));
    }
    // ITU-T E.164 recommends 00; 011 is dialled in North America, 0011 in Australia, 010 in Japan.
    let dialled = |prefix: &str| {
        let rest = number.strip_prefix(prefix)?.trim_start_matches([' ', '-', '.']);
        let number = Number::read(rest)?;
        let (code, national) = (number.code(), number.national());
        // The first group is the code where a separator follows it at all.
        let group = rest.trim_start_matches('(').split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let is_apart = group.len() > 3 || group == code;
        Some(is_apart && is_possible(code, national) && plan::has(code, national))
    };
    ["00", "011", "0011", "010"].iter().any(|prefix| dialled(prefix) == Some(true))
}

/// What follows the prefix of an international number, digits alone.
struct Number {
    digits: String,
    /// Digits of the calling code.
    code: usize,
    /// The first digit of the national number.
    national: usize,
}

impl Number {
    fn read(rest: &str) -> Option<Self> {
        // `(0)` is the trunk prefix that is not dialled from abroad; it is no part of the number.
        let mut digits = String::with_capacity(rest.len());
        rest.split("(0)").for_each(|part| digits.extend(part.chars().filter(char::is_ascii_digit)));
        let (code, national) = plan::split(&digits)?;
        let has_trunk = national.starts_with('0') && !plan::has(code, national);
        let code = code.len();
        Some(Self { code, national: code + usize::from(has_trunk), digits })
    }

    fn code(&self) -> &str {
        self.digits.get(..self.code).unwrap_or_default()
    }

    fn national(&self) -> &str {
        self.digits.get(self.national..).unwrap_or_default()
    }
}

fn is_possible(code: &str, national: &str) -> bool {
    // The shortest numbers in use have 7 digits with the country code; E.164 allows 15.
    if !(7..=15).contains(&(code.len() + national.len())) {
        return false;
    }
    // North American Numbering Plan: area and exchange begin with 2 to 9.
    let begins = |at: usize| national.as_bytes().get(at).is_some_and(|digit| *digit > b'1');
    if code == "1" { national.len() == 10 && begins(0) && begins(3) } else { plan::has_length(code, national) }
}

/// Tells whether the text is a number of that country as it is dialled inside: with the trunk prefix, where it has one.
pub(super) fn national(text: &str, country: &str, trunk: &str) -> bool {
    let number = without_extension(text);
    let mut digits = String::with_capacity(number.len());
    digits.extend(number.chars().filter(char::is_ascii_digit));
    match digits.strip_prefix(trunk).filter(|_| !trunk.is_empty()) {
        Some(without_trunk) => plan::has(country, without_trunk),
        None => plan::has(country, &digits),
    }
}

/// Tells whether the text is a number of Brazil as it is dialled inside. A mobile number is dialled without its area, too:
/// nine digits, the first a 9 (Anatel, Resolução 553/2010).
pub(super) fn brazilian(text: &str) -> bool {
    let is_mobile = |digits: &[u32]| matches!(digits, [9, 6..=9, ..]) && digits.len() == 9;
    national(text, "BR", "0") || is_mobile(&super::digits(without_extension(text)))
}

/// Tells whether grouped digits can be a telephone number and are not rather a date, an IPv4 address, a price or a
/// decimal fraction.
pub(super) fn local(text: &str) -> bool {
    let number = without_extension(text);
    let digits = super::digits(number);
    let opened = number.matches('(').count();
    (7..=15).contains(&digits.len())
        && !super::is_one_digit(&digits)
        && opened == number.matches(')').count()
        && !is_date(number)
        && !is_dotted(number)
}

fn is_date(number: &str) -> bool {
    let mut groups = number.split(['-', '/', '.', ' ']).map(str::len);
    let first = [groups.next(), groups.next(), groups.next()].map(Option::unwrap_or_default);
    let end = first.iter().map(|len| len + 1).sum::<usize>() - 1;
    matches!(first, [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
        && number.get(..end).is_some_and(super::calendar_date::accepts)
}

/// Tells whether the digits are an IPv4 address, a fraction (`1234567.89`) or grouped thousands (`1.234.567`).
fn is_dotted(number: &str) -> bool {
    if number.contains(|c: char| !c.is_ascii_digit() && c != '.') {
        return false;
    }
    let groups: Vec<&str> = number.split('.').collect();
    match groups.as_slice() {
        [_, fraction] => fraction.len() < 3,
        [_, _, _, _] if number.parse::<std::net::Ipv4Addr>().is_ok() => true,
        [first, rest @ ..] => {
            !rest.is_empty() && !first.starts_with('0') && first.len() < 3 && rest.iter().all(|group| group.len() == 3)
        }
        [] => false,
    }
}

/// The number without ` ext. 12` and the like.
fn without_extension(text: &str) -> &str {
    let end = text.find(|c: char| c.is_alphabetic() || matches!(c, '#' | ',' | ';')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of ITU-T E.123, section 2, and numbers that regulators keep for fiction.
    #[test]
    fn international_numbers() {
        for text in [
            "+31 42 123 4567",
            "+44 (0)20 7946 0958",
            "(+44) 20 7946 0958",
            "+44 0 20 7946 0958",
            "0049 30 23125 000",
            "00493023125000",
            "001-212-555-0187x123",
            "011 44 20 7946 0958",
            "+1 212 555 0187",
            "+1 212 555 0187 ext. 12",
            "+354 555 1234",
            "+86 138 0013 8000",
            "+379 06 69812345",
        ] {
            assert!(international(text), "{text}");
        }
        for text in [
            "+1 212 555 018",
            "+1 112 555 0187",
            "+999 123 456 789",
            "+210 1234567",
            "+49 1234",
            "+",
            "+40.6894-074.0447",
            "0022-3514.92.6.1087",
            "00",
            "2125550187",
        ] {
            assert!(!international(text), "{text}");
        }
    }

    #[test]
    fn numbers_inside_a_country() {
        for (country, trunk, text) in [
            ("US", "1", "(212) 555-0187"),
            ("US", "1", "1-212-555-0187 x12"),
            ("CA", "1", "416-555-0199"),
            ("GB", "0", "020 7946 0958"),
            ("DE", "0", "030 / 23125-000"),
            ("IT", "", "06 698 12345"),
            ("BR", "0", "(11) 98765-4321"),
        ] {
            assert!(national(text, country, trunk), "{country} {text}");
        }
        assert!(!national("670-555-0187", "US", "1"));
        assert!(brazilian("98765-4321") && brazilian("(11)987654321"));
        assert!(!brazilian("88765-4321") && !brazilian("91765-4321"));
        assert!(!national("212-555-0187", "CA", "1"));
    }

    #[test]
    fn what_is_rather_something_else() {
        for text in ["670-555-0187", "01.23.45.67.89", "030 / 23125-000", "1 (11) 500 555-0147", "2125550187"] {
            assert!(local(text), "{text}");
        }
        for text in [
            "2024-01-15",
            "15.01.2024",
            "2024-01-15 10",
            "192.168.100.100",
            "1234567.89",
            "1.234.567",
            "12.345.678",
            "0000000",
            "(212 5550187",
            "123456",
        ] {
            assert!(!local(text), "{text}");
        }
    }
}
