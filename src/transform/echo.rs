//! No replacement contains the text it replaces.
//!
//! By chance it would: `anna` stands in one of 20,000 tokens, `1987` in one of 2,000 hashes. So `hash` and `tokenize`
//! have several ways to write one value, and take the first that repeats nothing of its canonical form. That keeps
//! one value one stand-in, because the choice depends on the canonical form alone.

use super::ECHO_MIN;

/// Ways to write one value that are tried; by chance all fail for fewer than one value in 10^16.
pub(super) const WAYS: u8 = 5;

/// Tells whether `replacement` contains `text`, where that has [`ECHO_MIN`] characters or more.
pub(super) fn repeats(replacement: &str, text: &str) -> bool {
    text.chars().nth(ECHO_MIN - 1).is_some() && replacement.contains(text)
}

/// Tells whether `replacement` repeats some text with this canonical form, by letters and digits alone in lower case.
///
/// A text that stands in an ASCII replacement is ASCII, so NFKC leaves it; what normalisers do besides is to lower
/// letters and to drop separators, neither of which is seen here.
pub(super) fn repeats_form(replacement: &str, canonical: &str) -> bool {
    // A character that the replacement lacks settles most values without any copy.
    if !canonical.is_ascii() || letters(canonical) & !letters(replacement) != 0 {
        return false;
    }
    let form = squashed(canonical);
    (ECHO_MIN..=replacement.len()).contains(&form.len()) && squashed(replacement).contains(&form)
}

/// Gives the letters and digits of a text, one bit each.
fn letters(text: &str) -> u128 {
    let bytes = text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    bytes.fold(0, |all, byte| all | 1 << (byte & 0x7f))
}

fn squashed(text: &str) -> String {
    let mut squashed = String::with_capacity(text.len());
    squashed.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    squashed
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
    }
}
