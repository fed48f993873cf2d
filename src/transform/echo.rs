//! No replacement contains the text it replaces.
//!
//! By chance it would: `anna` stands in one of 20,000 tokens, `1987` in one of 2,000 hashes. So `hash` and `tokenize`
//! have several ways to write one value, and take the first that repeats nothing of its canonical form. That keeps
//! one value one stand-in, because the choice depends on the canonical form alone.

use memchr::{memchr, memchr2};

use super::ECHO_MIN;

/// Ways to write one value that are tried; by chance all fail for fewer than one value in 10^16.
pub(super) const WAYS: u8 = 5;

/// Tells whether `replacement` contains `text`, where that has [`ECHO_MIN`] characters or more.
pub(super) fn repeats(replacement: &str, text: &str) -> bool {
    // A byte that the replacement lacks settles most values without a search.
    text.len() <= replacement.len()
        && text.bytes().all(|byte| memchr(byte, replacement.as_bytes()).is_some())
        && text.chars().nth(ECHO_MIN - 1).is_some()
        && replacement.contains(text)
}

/// Tells whether `replacement` repeats some text with this canonical form, by letters and digits alone in lower case.
///
/// A text that stands in an ASCII replacement is ASCII, so NFKC leaves it; what normalisers do besides is to lower
/// letters and to drop separators, neither of which is seen here.
pub(super) fn repeats_form(replacement: &str, canonical: &str) -> bool {
    if !canonical.is_ascii() {
        return false;
    }
    // A character that the replacement lacks settles most values, and nothing is copied for the others. Of a longer
    // form no more is looked at than could stand there.
    let form = || squashed(canonical).take(replacement.len() + 1);
    let there = |byte: u8| memchr2(byte, byte.to_ascii_uppercase(), replacement.as_bytes()).is_some();
    if !form().all(there) {
        return false;
    }
    let form = form().count();
    if !(ECHO_MIN..=replacement.len()).contains(&form) {
        return false;
    }
    let mut rest = squashed(replacement);
    let mut left = rest.clone().count();
    while left >= form {
        if squashed(canonical).eq(rest.clone().take(form)) {
            return true;
        }
        rest.next();
        left -= 1;
    }
    false
}

/// Gives the letters and digits of a text, in lower case.
fn squashed(text: &str) -> impl Iterator<Item = u8> + Clone {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_may_stand_anywhere() {
        assert!(repeats("abcdef", "bcde"));
        assert!(!repeats("abcdef", "bcd"));
        assert!(!repeats("äöü", "äöü"), "characters count, not bytes");
    }

    #[test]
    fn forms_are_compared_without_spelling() {
        assert!(repeats_form("xx12-34", "1234"));
        assert!(repeats_form("xxAnNa", "anna"));
        assert!(!repeats_form("xxann", "ann"));
        assert!(!repeats_form("anna", "annä"));
        assert!(repeats_form("tok_a-a-n-n-a", "A.N.N.A") && !repeats_form("tok_anan", "anna"));
        assert!(!repeats_form("ann", "anna") && !repeats_form("", "anna"));
    }

    proptest::proptest! {
        /// By the simplest way to say it.
        #[test]
        fn forms_are_found_wherever_they_stand(replacement in "[abAB12_é-]{0,14}", form in "[abAB12_é-]{0,6}") {
            let plain = |text: &str| -> String {
                text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
            };
            let expected = form.is_ascii() && plain(&form).len() >= ECHO_MIN && plain(&replacement).contains(&plain(&form));
            proptest::prop_assert_eq!(repeats_form(&replacement, &form), expected);
            let expected = form.chars().count() >= ECHO_MIN && replacement.contains(&form);
            proptest::prop_assert_eq!(repeats(&replacement, &form), expected);
        }
    }
}
