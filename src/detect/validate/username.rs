//! What stands behind the label of an account's name and is one: no number, no state, no word of a program.

pub(super) fn accepts(text: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@' | '\\' | '+');
    (2..=64).contains(&text.len())
        && text.chars().all(is_inside)
        && text.chars().any(char::is_alphabetic)
        && !WORDS.split(' ').any(|word| text.eq_ignore_ascii_case(word))
}

/// States, values and accounts that are nobody's.
const WORDS: &str = "failed failure success successful succeeded ok error denied required optional invalid valid null none nil \
     undefined unknown anonymous guest root admin administrator system service daemon nobody true false yes no string str int \
     text name user username login page form button new old active inactive the is was not and or for with";

#[cfg(test)]
mod tests {
    /// RFC 8265, section 3: user names are of letters and digits, without spaces.
    #[test]
    fn names_and_what_is_none() {
        for text in ["kim77", "kim.lee", "j_doe-2", "CORP\\kim", "kim@corp", "ким"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["4711", "failed", "Admin", "x", "a b", "${USER}", "user=1"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
