//! Words of names and of text.

/// Splits a field's name into lower-case words: at case changes, digits, and all that is neither letter nor digit.
///
/// Common abbreviations are written out and a plural `s` is dropped, so that `custPhoneNos` gives `customer phone number`.
pub(super) fn split(name: &str, words: &mut Vec<String>) {
    let mut word = String::new();
    let mut before = Kind::Other;
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        let kind = Kind::of(c);
        let next_is_lower = characters.peek().is_some_and(|next| Kind::of(*next) == Kind::Lower);
        let breaks = match (before, kind) {
            (Kind::Lower, Kind::Upper) => true,
            (Kind::Upper, Kind::Upper) => next_is_lower,
            (Kind::Digit, Kind::Digit) => false,
            (Kind::Digit, _) | (_, Kind::Digit | Kind::Other) => true,
            (Kind::Lower | Kind::Upper | Kind::Other, Kind::Lower | Kind::Upper) => false,
        };
        if breaks {
            finish(&mut word, words);
        }
        if kind != Kind::Other {
            word.extend(c.to_lowercase());
        }
        before = kind;
    }
    finish(&mut word, words);
}

fn finish(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(written_out(word));
        word.clear();
    }
}

/// Writes an abbreviation out, or drops the `s` of a plural.
fn written_out(word: &str) -> String {
    match word {
        "no" | "nr" | "num" | "nbr" | "nos" => "number",
        "addr" => "address",
        "acct" | "acc" => "account",
        "cust" => "customer",
        "mob" => "mobile",
        "bday" => "birthday",
        "pwd" | "passwd" => "password",
        _ => singular(word),
    }
    .to_owned()
}

/// Drops the `s` (or `es` after an `s`) of a plural; short words and those in `ss` stay.
pub(super) fn singular(word: &str) -> &str {
    if let Some(stem) = word.strip_suffix("sses") {
        return word.get(..stem.len() + 2).unwrap_or(word);
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && !stem.ends_with(['s', 'u', 'i']) => stem,
        _ => word,
    }
}

/// What a character is to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Kind {
    fn of(c: char) -> Self {
        if c.is_uppercase() {
            Self::Upper
        } else if c.is_numeric() {
            Self::Digit
        } else if c.is_alphabetic() {
            Self::Lower
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        let mut words = Vec::new();
        split(name, &mut words);
        assert_eq!(words.join(" "), expected, "{name}");
    }

    #[test]
    fn names_are_split_into_words() {
        check("cardNumber", "card number");
        check("card_number", "card number");
        check("CARD-NUMBER", "card number");
        check("SSNNumber", "ssn number");
        check("customerSSN", "customer ssn");
        check("custPhoneNos", "customer phone number");
        check("phone2", "phone 2");
        check("emailAddresses", "email address");
        check("address", "address");
        check("status", "status");
        check("PostleitzahlÄnderung", "postleitzahl änderung");
        check("", "");
    }
}
