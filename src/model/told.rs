//! What a message may repeat of what somebody wrote: names that are words, and nothing that could be a key or a secret.
//!
//! It is not asked what a key looks like, for a key can be spelled in many ways: what is not plainly a name is not told.

use std::borrow::Cow;
use std::fmt;
use std::path::{Component, Path};

/// Letters of one word of a name; names of fields run a few words together.
const LETTERS_MAX: usize = 24;
/// Digits of a whole name, which stand at the ends of its words: `line2`, `orders-2026`.
const DIGITS_MAX: usize = 4;
/// Characters of a whole name.
const NAME_MAX: usize = 120;
/// Letters of a file's extension.
const EXTENSION_MAX: usize = 10;
/// The bytes that a folder's name has fewer than: a key, or a part of one that nobody would try, has as many.
const FOLDER_MAX: usize = 24;
/// A shorter run of characters is no key, and too common to be hidden.
const RUN_MIN: usize = 6;
/// What stands for a text that is not told.
pub(super) const HIDDEN: &str = "(not shown)";

/// A text that somebody wrote, as a message shows it: where it is plainly a name.
#[derive(Clone, Copy)]
pub struct Told<'a>(pub &'a str);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if is_name(self.0) { self.0 } else { HIDDEN })
    }
}

/// The path of what is not there, or of what cannot be opened, as a message shows it: where all of it is plain names, or it is
/// plainly a path ([`is_path`]). Else a key in Base64 may have been taken for one; then the first name is told, where it is short,
/// and the last, where it has a full stop, which no key has.
#[derive(Clone, Copy)]
pub struct ToldPath<'a>(pub &'a Path);

impl fmt::Display for ToldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<Option<&str>> = (self.0.components())
            .filter(|part| *part != Component::RootDir)
            .map(|part| part.as_os_str().to_str().filter(|name| matches!(*name, "." | "..") || is_file_name(name)))
            .collect();
        if self.0.to_str().is_some_and(is_path) {
            return write!(f, "{}", self.0.display());
        }
        f.write_str(if self.0.is_absolute() { "/" } else { "" })?;
        if parts.iter().all(Option::is_some) {
            let names: Vec<&str> = parts.into_iter().flatten().collect();
            return f.write_str(&names.join("/"));
        }
        let first = parts.first().copied().flatten().filter(|name| name.len() < RUN_MIN);
        first.map_or(Ok(()), |name| write!(f, "{name}/"))?;
        f.write_str("?")?;
        let last = parts.last().copied().flatten().filter(|name| name.contains('.'));
        last.map_or(Ok(()), |name| write!(f, "/{name}"))
    }
}

/// Tells whether a text is plainly a path: folders, of which none is as long as a key, and a file with an extension of letters,
/// which no spelling of a key ends with.
fn is_path(text: &str) -> bool {
    let Some((folders, file)) = text.rsplit_once('/') else { return false };
    let extension = file.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension);
    let is_letters =
        |text: &str| (2..=EXTENSION_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
    let is_short = |part: &str| part.len() < FOLDER_MAX && !part.chars().any(|c| c.is_control() || c.is_whitespace());
    extension.is_some_and(is_letters)
        && folders.split('/').chain([file]).all(is_short)
        && text.bytes().all(|byte| !matches!(byte, b'+' | b'=' | b':' | b'@' | b'?' | b'&'))
}

fn is_file_name(name: &str) -> bool {
    is_name(name.strip_prefix('.').unwrap_or(name))
}

/// Tells whether a text is plainly a name: words of letters, in one case or few, a few digits at their ends, and between them
/// `_`, `-`, `.`, or what paths of fields have.
pub fn is_name(text: &str) -> bool {
    let marks = |c: char| matches!(c, '_' | '-' | '.' | '[' | ']' | '*' | '$' | '"' | '~');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    !text.is_empty() && text.len() <= NAME_MAX && digits <= DIGITS_MAX && text.split(marks).all(is_word)
}

/// Tells whether a text is letters with digits behind them; the empty text is, for marks may stand side by side.
fn is_word(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let rises =
        letters.chars().zip(letters.chars().skip(1)).filter(|(one, next)| one.is_lowercase() && next.is_uppercase());
    let count = letters.chars().count();
    count <= LETTERS_MAX && letters.chars().all(char::is_alphabetic) && rises.count() <= (count / 8).max(1)
}

/// Takes out of a message what also stands in the text that it is about and is not plainly a name, a path of names, or a
/// reference to one.
pub fn without_text<'m>(message: &'m str, about: &str) -> Cow<'m, str> {
    let stands = |part: &str| part.chars().count() >= RUN_MIN && about.contains(part);
    let mut out = String::with_capacity(message.len());
    // What stands in quotes is taken whole first, for it may have blanks inside.
    for quoted in message.split_inclusive(['`', '"']) {
        let whole = quoted.trim_end_matches(['`', '"']);
        if !are_tellable(whole) && stands(whole) {
            out.push_str(HIDDEN);
            out.push_str(quoted.strip_prefix(whole).unwrap_or_default());
            continue;
        }
        for run in quoted.split_inclusive(char::is_whitespace) {
            let bare = run.trim_matches(|c: char| !c.is_alphanumeric());
            let is_told = is_tellable(bare) || is_path(bare) || (is_key_id(bare) && out.ends_with("key "));
            // A path may have been put before what stood there, or a mark.
            let hidden = |piece: &str| !is_tellable(piece) && stands(piece);
            let hides = || bare.split('/').any(hidden) || bare.split(|c: char| !is_of_key(c)).any(hidden);
            if is_told {
                out.push_str(run);
            } else if stands(bare) || hides() {
                out.push_str(&run.replace(bare, HIDDEN));
            } else {
                out.push_str(run);
            }
        }
    }
    if out == message { Cow::Borrowed(message) } else { Cow::Owned(out) }
}

/// Tells whether a character may stand within a piece of a key.
fn is_of_key(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.')
}

/// Tells whether a text is spelled as the id of a key of a ring, which is no secret.
fn is_key_id(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// Tells whether a text is words that may be told, as `unknown_fields: redact` is, with few digits among them.
fn are_tellable(text: &str) -> bool {
    let mut words = text.split_whitespace().map(|word| word.trim_matches(|c: char| matches!(c, ',' | ':' | '{' | '}')));
    text.bytes().filter(u8::is_ascii_digit).count() <= DIGITS_MAX && words.all(is_tellable)
}

/// Tells whether a text is a name, or a path or reference that consists of them.
fn is_tellable(text: &str) -> bool {
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let path = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).map_or(text, |(_, path)| path);
    path.split('/').all(|part| part.is_empty() || is_name(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_told() {
        for name in [
            "customer",
            "customer_2026",
            "orders-v2",
            "customer.email",
            "customerEmail",
            "patientID",
            "US_SSN",
            "$headers.NAME",
            "**.phones[2].number",
            "a[\"x.y\"]",
            "payload~json.customer.mail",
            "privet.yaml",
            "Straße",
            "line2",
            "sasl.mechanisms",
        ] {
            assert_eq!(Told(name).to_string(), name);
        }
        for path in
            ["/run/secrets/customer.keyring.json", "../customer.root.json", "customer.json", ".", "a/.vault-token"]
        {
            assert_eq!(ToldPath(Path::new(path)).to_string(), path);
        }
        for (path, told) in [
            ("/tmp/.tmpdA3f7F92k/privet.yaml", "/tmp/.tmpdA3f7F92k/privet.yaml"),
            ("/srv/2026-11-27/orders-v20261127.yaml", "/srv/2026-11-27/orders-v20261127.yaml"),
            ("c165201ac165201ac165201ac165201a/privet.yaml", "?/privet.yaml"),
            ("orders-v20261127.yaml", "?"),
            ("/run/c165201ac165201ac165201ac165201a.key", "/run/?"),
            ("AH+/ADAAAAA/AAAA9999AAAA", "?"),
            ("/srv/ADAAAAA/AAAA99999", "/srv/?"),
            ("hunter2hunter2", "?"),
        ] {
            assert_eq!(ToldPath(Path::new(path)).to_string(), told);
        }
    }

    /// A key in the spellings in which one may be pasted.
    fn spelled(key: &[u8]) -> Vec<String> {
        let hex = data_encoding::HEXLOWER.encode(key);
        let grouped = |by: &str, size: usize| {
            hex.as_bytes().chunks(size).map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>().join(by)
        };
        vec![
            grouped(":", 2),
            grouped(" ", 4),
            grouped("-", 8),
            grouped(" ", 2),
            data_encoding::BASE64.encode(key),
            format!("/{}", data_encoding::BASE64URL_NOPAD.encode(key)),
            data_encoding::BASE32_NOPAD.encode(key),
            data_encoding::BASE32_NOPAD.encode(key).to_lowercase(),
            format!("{key:?}"),
            hex.get(1..40).unwrap().to_owned(),
            hex.to_uppercase(),
            hex,
        ]
    }

    /// Tells whether eight characters of a text stand in another.
    fn tells(said: &str, text: &str) -> bool {
        let all: Vec<char> = text.chars().collect();
        all.windows(8).any(|part| said.contains(&part.iter().collect::<String>()))
    }

    proptest! {
        #[test]
        fn no_spelling_of_a_key_is_told(key in any::<[u8; 32]>()) {
            for text in spelled(&key) {
                for said in [Told(&text).to_string(), ToldPath(Path::new(&text)).to_string()] {
                    prop_assert!(!tells(&said, &text), "{text}: {said}");
                }
                let about = format!("rings:\n  r: {{root: \"file:{text}\"}}\n");
                // What has blanks inside is known in quotes alone.
                let bare = if text.contains(' ') { "nothing" } else { &text };
                for message in [
                    format!("the ring `{text}` is unknown"),
                    format!("cannot read {bare}: there is no such file"),
                    format!("cannot read /etc/privet/{bare}: there is no such file"),
                    format!("unknown word \"{text}\", as in `rings: {{{bare}: …}}`"),
                ] {
                    let said = without_text(&message, &about);
                    prop_assert!(!tells(&said, &text), "{text}: {said}");
                }
            }
        }
    }

    #[test]
    fn what_a_message_says_itself_stays() {
        let about = "rings: {customer: {from: 'file:/run/secrets/customer.keyring.json', root: 'hunter2hunter2'}}";
        for same in [
            "the key ring `customer` cannot be used: cannot read /run/secrets/customer.keyring.json: there is no such file",
            "a ring comes from `file:PATH`, `fd:N` or `env:NAME`",
        ] {
            assert_eq!(without_text(same, about), same);
        }
        for mark in ["=", "'", "<", "!", "|", "=\"", "%"] {
            let said = without_text(&format!("password{mark}hunter2hunter2{mark} is odd"), about).into_owned();
            assert!(!said.contains("hunter2"), "{mark}: {said}");
        }
        let about = "fields: {a: {hash: {ring: customer, epoch: 9f3a01c2}}}";
        assert_eq!(without_text("the ring has no key 9f3a01c2", about), "the ring has no key 9f3a01c2");
        assert_eq!(without_text("what is 9f3a01c2", about), "what is (not shown)");
        let about = "rings: {customer: {from: 'file:/run/secrets/customer.keyring.json', root: 'hunter2hunter2'}}";
        assert_eq!(
            without_text("`hunter2hunter2` is odd, (hunter2hunter2)", about),
            "`(not shown)` is odd, ((not shown))"
        );
    }
}
