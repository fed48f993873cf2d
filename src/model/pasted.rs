//! What may be a key that was pasted where a name, a path or another argument belongs.
//!
//! One rule for all of them: what is told of a command line or a configuration goes through [`without_keys`], and nothing is made
//! that is called as [`names_key`] tells.

use super::told::{HIDDEN, is_name};
use std::borrow::Cow;
use std::path::{Component, Path};

/// The fewest characters that may be a key: half its digits, the others lost where it was pasted.
const KEY_CHARACTERS: usize = 32;
/// How many characters a key has in Base64, without padding and with it.
const BASE64_CHARACTERS: [usize; 2] = [43, 44];
/// How many digits a key has.
const HEX_DIGITS: usize = 64;
/// Characters of an ending of a file's name.
const ENDING_MAX: usize = 12;
/// So often letters and digits of a key change their kind at least: some 25 times of 43. Words of a path do twice each.
const TURNS_MIN: usize = 13;
/// Stands before a digest.
const DIGEST: &str = "sha256:";
/// Characters of a part between dashes from which it is no word or id: a UUID has twelve at most.
const PART_MIN: usize = 20;
/// Characters of a Vault token behind its kind, at least.
const TOKEN_MIN: usize = 20;
/// Hex digits, letters among them, of a part of a message from which it is hidden: a key of 96 bits has as many.
const HEX_MIN: usize = 24;
/// Digits of one part of a name: a date and a time.
const DIGITS_MAX: usize = 14;

/// Tells whether a text that should be a name or a path may be a key: it is long enough, has only the characters of one, and is
/// neither names nor a UUID. Its ending, as of a file, does not count.
///
/// Folders may be called by whatever tells tenants apart, so of a path the last part counts, a folder where it is a whole key, or
/// all of it where it is Base64 of a key's length, in which a slash may stand. So does a document that holds a whole key.
pub fn is_key(text: &str) -> bool {
    if holds_key(text) {
        return true;
    }
    let text = bare(text);
    match text.rsplit_once('/') {
        None => text.len() >= KEY_CHARACTERS && is_spelled_as_key(text),
        Some((folders, last)) => {
            last.len() >= KEY_CHARACTERS && is_spelled_as_key(last)
                || folders.split('/').any(is_whole_key)
                || within_slashes(text).next().is_some()
        }
    }
}

/// Tells whether a text that should be a name may be a whole key, in hex or Base64; a shorter one may be an id.
pub fn is_whole_key(text: &str) -> bool {
    let in_groups = text.bytes().filter(|byte| !matches!(byte, b':' | b' ')).count();
    let is_long = in_groups == HEX_DIGITS || BASE64_CHARACTERS.contains(&in_groups);
    is_long && (is_spelled_as_key(text) || is_base64_key(text))
}

/// Tells whether a text is a document, as the file of a root is, that holds a whole key.
fn holds_key(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '{' | '}' | '[' | ']' | '"' | '\'' | '\\' | ',' | '=') || c.is_whitespace();
    text.contains(['{', '"', '=', '\n']) && text.split(is_mark).any(is_whole_key)
}

/// Tells whether a file or folder that is to be made would be called by what may be a key. Folders that are there already are
/// called so by others.
pub fn names_key(path: &Path) -> bool {
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    path.to_str().is_some_and(is_key)
        || parts.filter_map(|part| part.as_os_str().to_str()).any(|part| is_whole_key(bare(part)))
}

/// As [`names_key`], of a path of folders that are all to be made: each of them counts.
pub fn names_key_anew(to_make: &Path) -> bool {
    names_key(to_make) || to_make.iter().filter_map(|part| part.to_str()).any(is_key)
}

/// Takes what may be a key out of a message about what somebody wrote. Digests that are called so (`sha256:…`) stay, as those of
/// policies are told.
pub fn without_keys(message: &str) -> Cow<'_, str> {
    let mut searched = message.to_owned();
    for digest in message.match_indices(DIGEST).filter_map(|(at, _)| digest(message, at)) {
        searched = searched.replace(digest, " ");
    }
    let mut hidden: Vec<&str> = Vec::new();
    for run in searched.split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | ',' | ';')) {
        hidden.extend(within_slashes(run));
        let pieces = run.split(['/', '.', '{', '}', '[', ']', '<', '>', '|', '@', '?', '&', '!', '#', '%']);
        hidden.extend(pieces.filter(|piece| may_be_key(piece)));
        // Behind a scheme, or before the number of a line.
        let between = run.split(['/', '.', ':']);
        hidden.extend(between.filter(|piece| may_be_key(piece)));
    }
    hidden.extend(hex_groups(&searched));
    hidden.extend(vault_tokens(&searched));
    // The longest first, for a shorter one may stand in it.
    hidden.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    hidden.into_iter().fold(Cow::Borrowed(message), |told, piece| match told.contains(piece) {
        true => Cow::Owned(told.replace(piece, HIDDEN)),
        false => told,
    })
}

/// Gives the digest whose prefix stands at a place.
fn digest(message: &str, at: usize) -> Option<&str> {
    let digest = message.get(at..at + DIGEST.len() + HEX_DIGITS)?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    let ends = message.as_bytes().get(at + digest.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
    (ends && digest.bytes().skip(DIGEST.len()).all(is_digit)).then_some(digest)
}

/// Tells whether a part of a message may be a key. Topics, groups and products are called by short words and ids in one case.
fn may_be_key(piece: &str) -> bool {
    let piece = piece.trim_matches([':', '-']);
    let has = |of: fn(&u8) -> bool| piece.bytes().any(|byte| of(&byte));
    let is_long = |part: &str| part.len() >= PART_MIN && !is_plain(part);
    let is_hex = piece.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'_' | b':' | b' '));
    let is_random = is_hex
        || has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)
        || piece.split(['-', '_', ':', ' ']).any(is_long);
    let is_short_key = piece.len() >= HEX_MIN
        && piece.bytes().all(|byte| byte.is_ascii_hexdigit())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic);
    is_short_key || piece.len() >= KEY_CHARACTERS && is_random && is_spelled_as_key(piece)
}

/// Takes a file's ending away, or two.
fn bare(text: &str) -> &str {
    let without = |text: &str| {
        let (stem, ending) = text.rsplit_once('.')?;
        let is_ending =
            (1..=ENDING_MAX).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_ending.then_some(stem.len())
    };
    let once = without(text).and_then(|len| text.get(..len)).unwrap_or(text);
    without(once).and_then(|len| once.get(..len)).unwrap_or(once)
}

/// Tells whether a text has only characters in which keys are spelled, hex or Base64 without slashes, in groups or not, and is
/// neither names, nor dates and counts beside them, nor a UUID.
fn is_spelled_as_key(text: &str) -> bool {
    let is_of_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'=' | b'-' | b'_' | b':' | b' ');
    let is_uuid = text.len() == 36
        && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_uuid || !text.bytes().all(is_of_key) {
        return false;
    }
    let mut bytes = text.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b':' | b' '));
    if bytes.clone().all(|byte| byte.is_ascii_hexdigit()) {
        return bytes.by_ref().count() >= KEY_CHARACTERS;
    }
    !text.split(['-', '_', ':', ' ']).all(is_plain)
}

/// Tells whether a part is a name, a date, a count, or words that are run together, as the names of errors are.
fn is_plain(part: &str) -> bool {
    let capitals = part.bytes().filter(u8::is_ascii_uppercase).count();
    let are_words = part.bytes().all(|byte| byte.is_ascii_alphabetic()) && capitals > 0 && capitals * 4 <= part.len();
    let is_number = part.len() <= DIGITS_MAX && part.bytes().all(|byte| byte.is_ascii_digit());
    part.is_empty() || are_words || is_number || is_name(part)
}

/// Tells whether a text with slashes is Base64 of a key's length and no path: in some forty letters both cases occur.
fn is_base64_key(text: &str) -> bool {
    let is_of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let has = |of: fn(&u8) -> bool| text.bytes().any(|byte| of(&byte));
    BASE64_CHARACTERS.contains(&text.len())
        && text.bytes().all(is_of_base64)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && turns(text) >= TURNS_MIN
}

/// Tells how often small letters, capitals and digits follow each other within the parts of a path.
fn turns(text: &str) -> usize {
    let class = |byte: u8| (byte.is_ascii_lowercase(), byte.is_ascii_uppercase(), byte.is_ascii_digit());
    let within = |(one, next): &(u8, u8)| *one != b'/' && *next != b'/' && class(*one) != class(*next);
    text.bytes().zip(text.bytes().skip(1)).filter(within).count()
}

/// Gives the parts of a path that are together Base64 of a key's length, with slashes in it.
fn within_slashes(text: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(text.match_indices(['/', ':', '=']).flat_map(|(at, _)| [at, at + 1]));
    starts.filter_map(|start| {
        let rest = text.get(start..)?;
        // The longer first: what is padded is a key without its padding, too.
        BASE64_CHARACTERS.iter().rev().find_map(|len| {
            let piece = rest.get(..*len)?;
            let ends = rest.get(*len..).is_some_and(|next| next.is_empty() || next.starts_with(['/', '.', ':']));
            (ends && piece.contains('/') && is_base64_key(piece)).then_some(piece)
        })
    })
}

/// Gives tokens of HashiCorp Vault and OpenBao, whole: `hvs.…` of services, `hvb.…` of batches, `hvr.…` of recovery, and `s.…`,
/// `b.…` and `r.…` of before.
fn vault_tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.split(move |c: char| !is_of_token(c)).flat_map(|run| {
        let starts = std::iter::once(0).chain(run.match_indices('.').map(|(at, _)| at + 1));
        starts.filter_map(|start| run.get(start..)).filter(|token| begins_vault_token(token))
    })
}

/// Tells whether a dotted text begins with the kind of such a token, and with a token behind it.
fn begins_vault_token(text: &str) -> bool {
    let Some((kind, rest)) = text.split_once('.') else { return false };
    let secret = rest.split('.').next().unwrap_or_default();
    let is_short = matches!(kind, "s" | "b" | "r") && secret.len() >= TOKEN_MIN && !is_plain(secret);
    matches!(kind, "hvs" | "hvb" | "hvr") && rest.len() >= TOKEN_MIN || is_short
}

/// Gives the longest runs of hex digits in groups, with a colon, a full stop or a blank between two, that have enough digits for a
/// key.
fn hex_groups(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut start = 0;
    while start < bytes.len() {
        if !is_digit(start) {
            start += 1;
            continue;
        }
        let mut end = start;
        while is_digit(end) || matches!(bytes.get(end), Some(b':' | b'.' | b' ')) && is_digit(end + 1) {
            end += 1;
        }
        let run = text.get(start..end).unwrap_or_default();
        // Of words of a sentence the first and the last may begin or end with such letters.
        let groups: Vec<&str> = run.split([':', '.', ' ']).collect();
        let even = |group: &&str| !group.is_empty() && group.len().is_multiple_of(2);
        let first = groups.iter().position(even).unwrap_or_default();
        let digits: usize = groups.iter().filter(|group| even(group)).map(|group| group.len()).sum();
        if digits >= KEY_CHARACTERS && run.bytes().any(|byte| byte.is_ascii_digit()) {
            let skipped: usize = groups.iter().take(first).map(|group| group.len() + 1).sum();
            found.extend(run.get(skipped..));
        }
        start = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Vec<u8> {
        (0..32_u8).map(|at| at.wrapping_mul(89).wrapping_add(171)).collect()
    }

    #[test]
    fn a_pasted_key_is_known_and_an_id_in_a_path_or_of_a_tenant_is_none() {
        let key = key();
        let hex = data_encoding::HEXLOWER.encode(&key);
        let base64 = data_encoding::BASE64.encode(&key);
        let slashes = data_encoding::BASE64.encode(&key.iter().map(|byte| byte | 0xF0).collect::<Vec<_>>());
        assert!(slashes.contains('/'), "{slashes}");
        let colons: Vec<&str> = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap()).collect();
        let (half, id) = (hex.get(..32).unwrap(), "9b2f4c1de8a74f60b1c35d7e90ab12cd");
        let document = format!("{{\"version\": 1, \"ring\": \"customer\", \"root\": \"{hex}\"}}\n");
        for (text, path, name) in [
            (&*hex, true, true),
            (&*hex.to_uppercase(), true, true),
            (&*colons.join(":"), true, true),
            (&*colons.join(" "), true, true),
            (&*base64, true, true),
            (base64.trim_end_matches('='), true, true),
            (&*format!("/{}", base64.get(1..).unwrap()), true, true),
            (&*format!("{}/{}", base64.get(..20).unwrap(), base64.get(21..).unwrap()), true, true),
            (&*data_encoding::BASE64URL_NOPAD.encode(&key), true, true),
            (&*slashes, true, true),
            (&*format!("keys/{slashes}"), true, false),
            (&*format!("keys/{hex}"), true, false),
            (&*format!("/etc/privet/{half}"), true, false),
            // With an ending, or as a folder.
            (&*format!("{hex}.json"), true, false),
            (&*format!("{base64}.keyring.json"), true, false),
            (&*format!("keys/{slashes}.pem"), true, false),
            (&*format!("/etc/privet/{half}.root"), true, false),
            (&*format!("{hex}/y"), true, false),
            (&*format!("/srv/{hex}/root"), true, false),
            (&*format!("/srv/{slashes}/root"), true, false),
            // A part of one, which may be a tenant's id.
            (half, true, false),
            (id, true, false),
            // The file of a root.
            (&*document, true, false),
            (&*format!("/srv/{document}.root.json"), true, false),
            (&*format!("file:{}", document.replace('"', "\\\"")), true, false),
            (&*format!("key={base64}"), true, false),
            (hex.get(..40).unwrap(), true, false),
            // What is spared.
            (&*format!("/srv/{id}/root"), false, false),
            (&*format!("/srv/tenants/{id}/customer.json"), false, false),
            (&*format!("tenants/{id}/root"), false, false),
            ("9b2f4c1d-e8a7-4f60-b1c3-5d7e90ab12cd", false, false),
            ("{\"version\": 1, \"ring\": \"customer\"}", false, false),
            ("region=eu-central-1/day=2026-11-27/part-0001.ndjson", false, false),
            ("/srv/9b2f4c1d-e8a7-4f60-b1c3-5d7e90ab12cd.json", false, false),
            ("acme-europe-production-customers-and-suppliers", false, false),
            ("orders-2026-11-27-export-batch-000123-of-000200.ndjson", false, false),
            ("/Users/Anna/Data/20261127/Customers/Exports", false, false),
            ("t-1", false, false),
            ("", false, false),
            ("/", false, false),
        ] {
            assert_eq!((is_key(text), is_whole_key(text)), (path, name), "{text}");
        }
        for (path, expected) in [
            (format!("{hex}.json"), true),
            (format!("{hex}.d/customer.json"), true),
            (format!("{base64}/y"), true),
            (document.clone(), true),
            (format!("/srv/{document}.root.json"), true),
            (format!("/srv/{id}/y"), false),
            ("customer.keyring.json".to_owned(), false),
        ] {
            assert_eq!(names_key(Path::new(&path)), expected, "{path}");
        }
    }

    #[test]
    fn keys_are_taken_out_of_messages_and_all_else_stays() {
        let key = key();
        let hex = data_encoding::HEXLOWER.encode(&key);
        let groups = |by: &str, size: usize| {
            hex.as_bytes().chunks(size).map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>().join(by)
        };
        let slashes = data_encoding::BASE64.encode(&key.iter().map(|byte| byte | 0xF0).collect::<Vec<_>>());
        for spelled in [
            hex.clone(),
            hex.to_uppercase(),
            groups(":", 2),
            groups(" ", 2),
            groups(" ", 4),
            groups("-", 8),
            hex.get(..40).unwrap().to_owned(),
            hex.get(..24).unwrap().to_owned(),
            groups(".", 2),
            groups(".", 8),
            format!("hvs.{}", data_encoding::BASE64URL_NOPAD.encode(&key[..18])),
            format!("s.{}", data_encoding::BASE32_NOPAD.encode(&key[..15])),
            format!("x.hvs.{}", data_encoding::BASE64URL_NOPAD.encode(&key[..18])),
            format!("p.hvb.{}", data_encoding::BASE64URL_NOPAD.encode(&key)),
            format!("x.s.{}", data_encoding::BASE32_NOPAD.encode(&key[..15])),
            format!("x.b.{}.AbCdE", data_encoding::BASE32_NOPAD.encode(&key[..15])),
            data_encoding::BASE64.encode(&key),
            data_encoding::BASE64URL_NOPAD.encode(&key),
            data_encoding::BASE32_NOPAD.encode(&key),
            slashes.clone(),
            slashes.trim_end_matches('=').to_owned(),
        ] {
            for message in [
                format!("{spelled} is neither an entity type nor a family"),
                format!("`{spelled}.x` is odd"),
                format!("/srv/{spelled}/x: Not a directory (os error 20)"),
                format!("file:{spelled}:3: this is no receipt"),
                format!("a bad face ({spelled}, \"{spelled}\")"),
            ] {
                let said = without_keys(&message);
                let all: Vec<char> = spelled.chars().collect();
                for part in all.windows(8).map(|part| part.iter().collect::<String>()) {
                    assert!(!said.contains(&part), "{part} of {message}: {said}");
                }
                assert!(said.contains("(not shown)"), "{said}");
            }
        }
        for same in [
            "cannot write /srv/9b2f4c1d-e8a7-4f60-b1c3-5d7e90ab12cd/x: there is no such file",
            "/srv/orders/2026-11-27/part-00000000000000000001.ndjson: line 3",
            "arn:aws:kms:eu-central-1:123456789012:key/9b2f4c1d-e8a7-4f60-b1c3-5d7e90ab12cd does not answer",
            "the broker says TransactionalIdAuthorizationFailed",
            "shop/orders: group shop-orders-6b0a3790-3c1e-4f60-b1c3-5d7e90ab12cd-0, policy \
             sha256:a126b886046e39da2cff8afab222263cc07f8d120d50a339647fe2cc19f619c9: 3 records",
            "key 9f3a01c2 is disabled; 2026-11-27T23:30:47.123456789Z",
            "a bad face: add dead beef, and feed a cafe",
            "https://kms.eu-central-1.amazonaws.com:443/ refused",
            "b.s.customer-orders.internal.example.com and db.r.customers-and-suppliers.example.com do not answer",
        ] {
            assert_eq!(without_keys(same), same);
        }
    }
}
