//! A file of settings as text, and places in it.

use std::fmt;
use std::sync::Arc;

/// A YAML file's name and text; its `Debug` shows the name alone, since settings may hold secrets.
#[derive(Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
}

/// Where something stands in a [`Source`]: one line, and a run of characters on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters; what reaches beyond the line's end is not shown.
    pub len: usize,
}

impl Place {
    /// The first character of the file.
    pub const START: Self = Self { line: 1, column: 1, len: 1 };
}

/// What a line may contain only if it, or what stands below it, is a secret.
const SECRET_WORDS: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "credential",
    "jaas",
    "private",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    ".pem",
    "token:",
];

impl Source {
    /// Takes a file's name, as its reader knows it, and its text; a byte order mark in front is dropped.
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.into(), text: text.strip_prefix('\u{feff}').unwrap_or(text).into() }
    }

    /// Gives the file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives one line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> &str {
        line.checked_sub(1).and_then(|at| self.text.lines().nth(at)).unwrap_or_default()
    }

    /// Tells for each line whether it may hold a secret: it names one, or belongs to a value that one names.
    pub(crate) fn secret_lines(&self) -> Vec<bool> {
        let mut under: Option<usize> = None;
        let mut secret = Vec::new();
        for line in self.text.lines() {
            let bare = line.trim_start();
            let indent = line.len().saturating_sub(bare.len());
            let names_one = names_a_secret(line);
            // What follows belongs to the secret while it is deeper, or is no entry of its own (a value put on the
            // wrong line is still a value).
            let belongs = under.is_some_and(|key| bare.is_empty() || indent > key || !looks_like_entry(bare));
            if names_one {
                under = Some(under.filter(|_| belongs).unwrap_or(indent));
            } else if !belongs {
                under = None;
            }
            secret.push(names_one || belongs);
        }
        secret
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Tells whether a line names a secret, or holds an address with a password in it.
fn names_a_secret(line: &str) -> bool {
    let lower = line.to_lowercase();
    SECRET_WORDS.iter().any(|word| lower.contains(word))
        || lower.contains("token\"") // a quoted key
        || lower.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
        || holds_a_key(line)
        || ["root:", "from:"].iter().filter_map(|name| line.split_once(name)).any(|(_, value)| may_be_key(value.trim()))
}

/// The fewest characters that may be a key, half of one among them.
const KEY_CHARACTERS: usize = 24;

/// Tells whether what stands where a ring or a root is named may be a key itself: of no known scheme, no path, and long.
fn may_be_key(value: &str) -> bool {
    let end = value.find([',', '}', '#']).unwrap_or(value.len());
    let value = value.get(..end).unwrap_or_default().trim().trim_matches(['"', '\'']);
    let is_known = value.split_once(':').is_some_and(|(scheme, _)| crate::keys::is_place(scheme));
    !is_known && value.len() >= KEY_CHARACTERS && crate::keys::looks_like_key(value)
}

/// Hex digits of half a key of 256 bits, such as the root of a ring: some may be lost where it was pasted.
const KEY_DIGITS: usize = 32;

/// Tells whether so many hex digits stand side by side that they may be a key that belongs into a file.
fn holds_a_key(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= KEY_DIGITS)
}

/// Tells whether a line, without its indentation, looks like an entry of a map.
fn looks_like_entry(bare: &str) -> bool {
    bare.contains(": ") || bare.trim_end().ends_with(':') || bare.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<usize> {
        let secret = Source::new("x", text).secret_lines();
        (1..).zip(secret).filter(|(_, secret)| !secret).map(|(line, _)| line).collect()
    }

    #[test]
    fn lines_of_a_secret_are_known() {
        assert_eq!(shown("a: 1\nsasl.password: hunter2\nb: 2"), [1, 3]);
        assert_eq!(shown("secret:\n  - x\n\n  - y: z\nb: 2"), [5]);
        assert_eq!(shown("secret:\n- x\n- y\nb: 2"), [4]);
        assert_eq!(shown("password:\nhunter2\nb: 2"), [3]);
        assert_eq!(shown("o: {p: 1, ssl.key.password: x}\nb: 2"), [2]);
        assert_eq!(shown("ssl.key.pem: |\n  ---\n  abc: d\nb: 2"), [4]);
        assert_eq!(shown("a:\n  token: abc\n  b: 2"), [1, 3]);
        assert_eq!(shown("a: {tokenize: {ring: r}}\nb: 2"), [1, 2]);
        assert_eq!(shown("proxy: http://user:pw@host\nb: 2"), [2]);
        let key = "0123456789abcdef".repeat(4);
        assert_eq!(
            shown(&format!(
                "r: {{root: \"{key}\"}}\nb: \"env:{key}\"\nc: {}\nd: {}",
                key.split_at(1).1,
                key.split_at(33).1
            )),
            [4]
        );
        let base64 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
        let colons = "ab:cd:01:23:45:67:89:ab:cd:ef:00:11:22:33";
        let places = "root: \"vault-transit:key=privet\"\nfrom: file:/run/rings/customer.keyring.json\nfrom: nowhere";
        assert_eq!(
            shown(&format!(
                "r: {{root: \"{base64}\"}}\nfrom: {colons}\nroot: '{}'\n{places}",
                colons.replace(':', " ")
            )),
            [4, 5, 6]
        );
    }
}
