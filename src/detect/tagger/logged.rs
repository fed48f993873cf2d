//! Whether a text carries names as values, as logs, exports and markup write them: `user="Karen Bright"`, `Customer(name=Peter
//! Hansen)`, `firstName=Laura&lastName=Schmidt`, `Hi <b>Laura</b>`.

use super::hash::Growing;
use super::lexicon::{Lexicon, flag};

/// Marks that a value stands behind.
const MARKS: [u8; 3] = [b'=', b'>', b'"'];
/// Values that are looked at.
const VALUES_MAX: usize = 256;

/// Tells whether a value begins with a word in a capital that is known as a name and as nothing else, and ends with it or goes on
/// with a capital.
pub(crate) fn shows(text: &str, lexicon: Lexicon<'_>) -> bool {
    let [equals, bracket, quote] = MARKS;
    memchr::memchr3_iter(equals, bracket, quote, text.as_bytes())
        .filter_map(|at| text.get(at + 1..))
        .map(|rest| rest.trim_start_matches(['\'', '"', '{', '[']))
        .filter(|rest| rest.starts_with(char::is_uppercase))
        .take(VALUES_MAX)
        .any(|value| is_name(value, lexicon))
}

fn is_name(value: &str, lexicon: Lexicon<'_>) -> bool {
    /// Letters of the longest name that is known.
    const LETTERS_MAX: usize = 24;
    /// What is no person's name, or something else as well.
    const OTHER: u16 = flag::COMMON
        | flag::FUNCTION
        | flag::THING
        | flag::COMPANY
        | flag::ORGANISATION
        | flag::STREET
        | flag::NATION
        | flag::TITLE
        | flag::REGION;
    let (mut word, mut len) = (Growing::new(), 0);
    for letter in value.chars().take(LETTERS_MAX).take_while(|letter| letter.is_alphabetic()) {
        word.push(letter);
        len += letter.len_utf8();
    }
    // `OK` is no name.
    if len < 3 {
        return false;
    }
    let entry = lexicon.get(word.word());
    let rest = value.get(len..).unwrap_or_default();
    let mut behind = rest.chars();
    let ends = match behind.next() {
        Some(' ') => behind.next().is_some_and(char::is_uppercase),
        Some(next) => matches!(next, '"' | '\'' | '<' | ',' | ';' | '&' | ')' | '}' | ']' | '-' | '\n'),
        None => true,
    };
    ends && entry.has(flag::FIRST | flag::LAST)
        && (!entry.has(OTHER) || (entry.has(flag::RATHER_NAME) && !entry.has(OTHER & !flag::COMMON)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;

    fn check(text: &str, expected: bool) {
        assert_eq!(shows(text, builtin().lexicon()), expected, "{text}");
    }

    #[test]
    fn values_of_logs_and_markup_show_names() {
        for text in [
            "level=info user=\"Karen Bright\" action=delete object=invoice-221",
            "patient_name=John Carter ward=4B status=discharged",
            "Customer(name=Peter Hansen, city=Odense, id=12)",
            "payload={\"name\":\"Laura Schmidt\",\"city\":\"Hamburg\"}",
            "before={Laura Schmidt} after={Laura Weber}",
            "firstName=Laura&lastName=Schmidt&city=Hamburg",
            "Customer{firstName='Laura', lastName='Schmidt', age=41}",
            "row 14: \"Schmidt\",\"Laura\",\"Hamburg\",41",
            "CN=Ruth Becker,OU=Sales",
            "Hi <b>Laura</b>",
            "<p>Hello <b>Laura</b>,</p><p>your order ships to <i>Hamburg</i>.</p>",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn values_that_name_nobody_show_nothing() {
        for text in [
            "",
            "=",
            "level=info status=OK",
            "https://example.org/?ref=status&s=5bc8fbbc",
            "<b>Warning</b>: Disk Full",
            "name=Walking Boot, size=42",
            "color=\"Red\"",
            "state=Texas",
            "a > B",
            "class=\"Btn\"",
            "E = Mc2",
        ] {
            check(text, false);
        }
    }
}
