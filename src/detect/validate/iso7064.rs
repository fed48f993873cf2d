//! Check characters of ISO/IEC 7064:2003: two pure systems (MOD 97-10, MOD 11-2) and two hybrid ones (MOD 11,10 and
//! MOD 37,36). Each takes the characters with their check characters at the end.

/// MOD 97-10 over upper-case letters and digits; a letter counts as two digits, `A` as 10 to `Z` as 35.
pub(super) fn mod_97_10(characters: impl IntoIterator<Item = u8>) -> bool {
    characters.into_iter().fold(0, |rest, byte| {
        let value = super::value(byte);
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    }) == 1
}

/// MOD 11-2 over digits; the last character may be `X`, which counts 10.
pub(super) fn mod_11_2(characters: &[u8]) -> bool {
    let Some((last, body)) = characters.split_last() else { return false };
    let check = if *last == b'X' { 10 } else { super::value(*last) };
    let rest = body.iter().fold(0, |rest, byte| (rest + super::value(*byte)) * 2 % 11);
    body.iter().all(u8::is_ascii_digit) && check <= 10 && (rest + check) % 11 == 1
}

/// MOD 11,10 over digits.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    hybrid(digits.iter().copied(), 10)
}

/// MOD 37,36 over upper-case letters and digits.
pub(super) fn mod_37_36(characters: &[u8]) -> bool {
    hybrid(characters.iter().map(|byte| super::value(*byte)), 36)
}

/// A hybrid system of moduli `base` + 1 and `base`.
fn hybrid(values: impl Iterator<Item = u32>, base: u32) -> bool {
    // The sum of the last round before it is doubled: 1 where the check character is right.
    let mut product = base;
    let mut sum = None;
    for value in values {
        let found = (product + value) % base;
        sum = Some(found);
        product = if found == 0 { base } else { found } * 2 % (base + 1);
    }
    sum == Some(1)
}

pub(super) fn accepts_mod_97_10(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    characters.len() > 2 && mod_97_10(characters)
}

pub(super) fn accepts_mod_11_2(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    characters.len() > 1 && mod_11_2(&characters)
}

pub(super) fn accepts_mod_11_10(text: &str) -> bool {
    let digits = super::digits(text);
    digits.len() > 1 && mod_11_10(&digits)
}

pub(super) fn accepts_mod_37_36(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    characters.len() > 1 && mod_37_36(&characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accepts: fn(&str) -> bool, body: &str, expected: &str, alphabet: &str) {
        for tried in alphabet.chars() {
            let text = format!("{body}{tried}");
            assert_eq!(accepts(&text), text.ends_with(expected), "{text}");
        }
    }

    /// The standard's own example is the string 0794, with the check characters 44 (97-10), 0 (11-2) and 5 (11,10).
    #[test]
    fn worked_examples() {
        check(accepts_mod_97_10, "07944", "4", "0123456789");
        check(accepts_mod_11_2, "0794", "0", "0123456789X");
        check(accepts_mod_11_10, "0794", "5", "0123456789");
        assert!(accepts_mod_97_10("0794 44"));
    }

    /// The example of the Global Release Identifier standard (IFPI), whose last character follows MOD 37,36; an ISNI and
    /// an ORCID iD follow MOD 11-2.
    #[test]
    fn published_identifiers() {
        check(accepts_mod_37_36, "A12425GABC1234002", "M", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        check(accepts_mod_11_2, "000000021694233", "X", "0123456789X");
        assert!(accepts_mod_11_2("0000-0002-1825-0097"));
        assert!(!accepts_mod_11_2("A000-0002-1825-0097"));
    }
}
