//! The ring's document and its root's: shapes, seals, MAC.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::{BASE64, HEXLOWER};
use ring::digest::{SHA256, digest};
use ring::hmac;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::derive::{derive_guard, parts};
use super::provider::{Provider, ProviderFault, WrappedRoot, Wrapper};
use super::ring::Slot;
use super::root::root_text;
use super::{KeyError, KeyId, KeyRing, Root, Siv};
use crate::model::{Sensitive, is_name};

/// The greatest integer that RFC 8785 can write exactly.
pub(super) const VERSION_MAX: u64 = (1 << 53) - 1;

/// The most keys a ring holds, in any state: centuries of monthly rotation.
pub(super) const KEYS_MAX: usize = 4096;

/// A ring as it stands in its file; holds no key that is not sealed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RingDocument {
    pub(super) version: u64,
    pub(super) ring: String,
    pub(super) primary: String,
    pub(super) root: RootReference,
    pub(super) keys: Vec<KeyDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mac: Option<String>,
}

/// Where the root is: somewhere as it is, or wrapped by a provider, here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RootReference {
    pub(super) provider: Provider,
    /// Which key of the provider wraps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The root, wrapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ciphertext: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyDocument {
    pub(super) id: String,
    pub(super) status: Status,
    pub(super) created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<String>,
}

/// What may be done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It reads, and writes where it is primary or an operator pins it.
    Enabled,
    /// It does neither; its material is still there.
    Disabled,
    /// Its material is gone from the ring; its id stays for ever.
    Destroyed,
}

/// Written as in the ring's file.
impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Destroyed => "destroyed",
        })
    }
}

/// A root as it stands in its file. Borrows from the file's bytes, so that there is no copy to zero.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RootDocument<'a> {
    version: u8,
    ring: &'a str,
    root: &'a str,
    /// The one of before, while the ring is changed to the new one: a crash must leave one that opens it.
    former: Option<&'a str>,
}

/// The keys that guard a ring: one seals its keys, one authenticates its document.
pub(super) struct Guard {
    ring: String,
    seal: Siv,
    mac: hmac::Key,
}

impl Guard {
    fn new(root: &[u8; 32], ring: &str) -> Result<Self, KeyError> {
        let seal = Siv::new(derive_guard(root, "ring-seal", ring, 64)?)?;
        let mac = hmac::Key::new(hmac::HMAC_SHA256, derive_guard(root, "ring-mac", ring, 32)?.expose());
        Ok(Self { ring: ring.to_owned(), seal, mac })
    }

    /// The associated data of a sealed key: its ring and its id.
    fn header(&self, id: KeyId) -> Result<Vec<u8>, KeyError> {
        parts(&[self.ring.as_bytes(), &id.0])
    }

    pub(super) fn seal(&self, id: KeyId, key: &[u8; 32]) -> Result<String, KeyError> {
        let mut buffer = Vec::with_capacity(key.len() + Siv::OVERHEAD);
        buffer.extend_from_slice(key);
        self.seal.seal(&self.header(id)?, &mut buffer)?;
        Ok(BASE64.encode(&buffer))
    }

    pub(super) fn unseal(&self, id: KeyId, sealed: &str) -> Result<Sensitive<[u8; 32]>, KeyError> {
        let sealed = BASE64.decode(sealed.as_bytes()).map_err(|_| KeyError::BadSeal(id))?;
        let opened = self.seal.open(&self.header(id)?, &sealed).ok_or(KeyError::BadSeal(id))?;
        let wrong = |_| KeyError::KeyLength { id, len: opened.len() };
        let key: [u8; 32] = opened.as_slice().try_into().map_err(wrong)?;
        Ok(Sensitive::new(key))
    }

    /// Tells whether it comes from that root: then its seal opens.
    pub(super) fn is_of(&self, root: &Sensitive<[u8; 32]>) -> bool {
        let known = KeyId([0; 4]);
        let opened = |other: &Self| other.unseal(known, &self.seal(known, &[0; 32])?);
        Self::new(root.expose(), &self.ring).is_ok_and(|other| opened(&other).is_ok())
    }

    fn tag(&self, document: &RingDocument) -> Result<hmac::Tag, KeyError> {
        Ok(hmac::sign(&self.mac, canonical(document)?.as_bytes()))
    }

    /// Compares in constant time.
    fn verify(&self, document: &RingDocument, mac: &str) -> Result<(), KeyError> {
        let mac = BASE64.decode(mac.as_bytes()).map_err(|_| KeyError::BadMac)?;
        hmac::verify(&self.mac, canonical(document)?.as_bytes(), &mac).map_err(|_| KeyError::BadMac)
    }
}

/// A new ring with one key, and its root, as the texts of their files; the root's is none where it is wrapped.
pub(super) struct NewRing {
    pub(super) ring: String,
    pub(super) root: Option<Zeroizing<String>>,
}

/// The secrets of a new ring, drawn at random; only golden tests choose them.
pub(super) struct Secrets {
    pub(super) root: Sensitive<[u8; 32]>,
    pub(super) id: KeyId,
    pub(super) key: Sensitive<[u8; 32]>,
}

/// Writes a ring of one enabled key, version 1; its root in a text of its own, or wrapped under a provider's key.
pub(super) fn write(
    name: &str,
    created: &str,
    secrets: &Secrets,
    wrapper: Option<(&dyn Wrapper, &str)>,
) -> Result<NewRing, KeyError> {
    if !is_ring_name(name) {
        return Err(KeyError::InvalidName);
    }
    if !is_name(name) {
        return Err(KeyError::UnclearName);
    }
    let root = RootReference::to(name, &secrets.root, wrapper)?;
    let guard = Guard::new(secrets.root.expose(), name)?;
    let mut document = RingDocument {
        version: 1,
        ring: name.to_owned(),
        primary: secrets.id.to_string(),
        root,
        keys: vec![KeyDocument {
            id: secrets.id.to_string(),
            status: Status::Enabled,
            created: created.to_owned(),
            sealed: Some(guard.seal(secrets.id, secrets.key.expose())?),
        }],
        mac: None,
    };
    let ring = signed(&mut document, &guard)?;
    if wrapper.is_some() {
        return Ok(NewRing { ring, root: None });
    }
    Ok(NewRing { ring, root: Some(root_text(name, &secrets.root, None)) })
}

impl RootReference {
    /// Says of a ring where its root is: in a file, or here, wrapped under a provider's key.
    pub(super) fn to(
        ring: &str,
        root: &Sensitive<[u8; 32]>,
        wrapper: Option<(&dyn Wrapper, &str)>,
    ) -> Result<Self, KeyError> {
        let Some((wrapper, key)) = wrapper else {
            return Ok(Self { provider: Provider::File, key: None, ciphertext: None });
        };
        let WrappedRoot { key, ciphertext } = wrapper.wrap_root(key, ring, root.expose())?;
        // What does not come back would be lost with this process.
        if wrapper.unwrap_root(&key, ring, &ciphertext)? != *root {
            return Err(KeyError::Provider { provider: wrapper.provider().name(), what: ProviderFault::Malformed });
        }
        Ok(Self { provider: wrapper.provider(), key: Some(key), ciphertext: Some(ciphertext) })
    }
}

/// Seals all that a ring holds under another root, which the reference says; gives what guards it from now on.
pub(super) fn reroot(
    document: &mut RingDocument,
    guard: &Guard,
    (root, reference): (&Sensitive<[u8; 32]>, RootReference),
) -> Result<Guard, KeyError> {
    let new = Guard::new(root.expose(), &document.ring)?;
    for key in &mut document.keys {
        if let Some(sealed) = &key.sealed {
            let id = key.id.parse().map_err(|_| KeyError::Refused)?;
            key.sealed = Some(new.seal(id, guard.unseal(id, sealed)?.expose())?);
        }
    }
    document.root = reference;
    Ok(new)
}

/// Signs a document, and gives its text.
pub(super) fn signed(document: &mut RingDocument, guard: &Guard) -> Result<String, KeyError> {
    document.mac = None;
    document.mac = Some(BASE64.encode(guard.tag(document)?.as_ref()));
    let mut text = serde_json::to_string_pretty(document).map_err(|_| KeyError::Refused)?;
    text.push('\n');
    Ok(text)
}

/// Opens a ring from the bytes of its document and of its root's.
///
/// Nothing is believed before it is checked: the MAC first, then each seal.
///
/// # Errors
/// Where a document is malformed, the two do not fit each other, or the ring contradicts itself.
pub fn open(ring: &[u8], root: &[u8]) -> Result<KeyRing, KeyError> {
    let document = parse(ring)?;
    let roots = read_root(root, &document.ring)?;
    let (document, guard) = proven(document, &roots)?;
    unseal(&document, &guard)
}

/// Opens a ring from the bytes of its document and from who gives its root.
pub(super) fn opened(ring: &[u8], root: &Root) -> Result<KeyRing, KeyError> {
    let (document, guard) = authenticated(ring, root)?;
    unseal(&document, &guard)
}

/// Reads a ring's document, and believes it once its MAC fits its root; the document then has none.
pub(super) fn authenticated(ring: &[u8], root: &Root) -> Result<(RingDocument, Guard), KeyError> {
    let document = parse(ring)?;
    let roots = root.of(&document)?;
    proven(document, &roots)
}

/// Reads a ring's document, of which nothing is believed yet.
pub(super) fn parse(ring: &[u8]) -> Result<RingDocument, KeyError> {
    let document: RingDocument = serde_json::from_slice(ring)
        .map_err(|error| KeyError::MalformedRing { line: error.line(), column: error.column() })?;
    if !is_ring_name(&document.ring) {
        return Err(KeyError::InvalidName);
    }
    let RootReference { provider, key, ciphertext } = &document.root;
    let wrapped = *provider != Provider::File;
    if key.is_some() != wrapped || ciphertext.is_some() != wrapped {
        return Err(KeyError::InconsistentRing {
            what: "a root is wrapped by its provider, and only then in the ring",
        });
    }
    Ok(document)
}

/// Believes a document whose MAC fits one of these roots.
fn proven(mut document: RingDocument, roots: &[Sensitive<[u8; 32]>]) -> Result<(RingDocument, Guard), KeyError> {
    let mac = document.mac.take().ok_or(KeyError::BadMac)?;
    for root in roots {
        let guard = Guard::new(root.expose(), &document.ring)?;
        if guard.verify(&document, &mac).is_ok() {
            return Ok((document, guard));
        }
    }
    Err(KeyError::BadMac)
}

/// Reads the document of a root that lies somewhere as it is; gives the one of before, too, while there are two.
pub(super) fn read_root(root: &[u8], ring: &str) -> Result<Vec<Sensitive<[u8; 32]>>, KeyError> {
    let root: RootDocument<'_> = serde_json::from_slice(root).map_err(|_| KeyError::MalformedRoot)?;
    if root.version != 1 {
        return Err(KeyError::MalformedRoot);
    }
    if root.ring != ring {
        return Err(KeyError::ForeignRoot);
    }
    let read = |hex: &str| {
        let bytes = Zeroizing::new(HEXLOWER.decode(hex.as_bytes()).map_err(|_| KeyError::MalformedRoot)?);
        bytes.as_slice().try_into().map(Sensitive::new).map_err(|_| KeyError::MalformedRoot)
    };
    [Some(root.root), root.former].into_iter().flatten().map(read).collect()
}

/// Opens every enabled key, and checks that the ring does not contradict itself.
pub(super) fn unseal(document: &RingDocument, guard: &Guard) -> Result<KeyRing, KeyError> {
    let wrong = |what| KeyError::InconsistentRing { what };
    if document.version == 0 || document.version > VERSION_MAX {
        return Err(wrong("the version is not from 1 to 2^53 - 1"));
    }
    if document.keys.len() > KEYS_MAX {
        return Err(wrong("more than 4,096 keys"));
    }
    let name: Arc<str> = document.ring.as_str().into();
    let mut slots = BTreeMap::new();
    let mut ages = Vec::new();
    for key in &document.keys {
        let id: KeyId = key.id.parse().map_err(|_| wrong("a key id is not 8 lower-case hex digits"))?;
        let slot = match (key.status, &key.sealed) {
            (Status::Enabled, Some(sealed)) => Slot::enabled(&name, id, guard.unseal(id, sealed)?),
            (Status::Disabled, Some(_)) => Slot::Disabled,
            (Status::Destroyed, None) => Slot::Destroyed,
            (Status::Enabled | Status::Disabled, None) => return Err(wrong("a key has no material")),
            (Status::Destroyed, Some(_)) => return Err(wrong("a destroyed key still has material")),
        };
        if matches!(slot, Slot::Enabled(_)) {
            ages.push(id);
        }
        if slots.insert(id, slot).is_some() {
            return Err(wrong("two keys share an id"));
        }
    }
    let primary = document.primary.parse().map_err(|_| wrong("the primary key's id is not 8 lower-case hex digits"))?;
    let content = digest(&SHA256, canonical(document)?.as_bytes());
    let content: [u8; 32] = content.as_ref().try_into().map_err(|_| KeyError::Refused)?;
    let ring = KeyRing::new(name, document.version, primary, slots)?.of_content(content);
    // A new key comes last, and the MAC covers the order; what a clock said when a key was made does not count, since one
    // that was slow would make the newest key the eldest.
    Ok(ring.of_ages(ages))
}

/// Tells whether a ring may be called so.
pub fn is_ring_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_')
}

/// Writes the document without its MAC as RFC 8785 says.
///
/// Member names here are ASCII, so the order of their bytes is the order of their UTF-16 units; numbers are integers
/// up to 2^53 - 1; `serde_json` escapes what RFC 8785, section 3.2.2.2, says and nothing else.
fn canonical(document: &RingDocument) -> Result<String, KeyError> {
    debug_assert!(document.mac.is_none(), "the MAC does not cover itself");
    // The map of a `Value` is sorted.
    let value = serde_json::to_value(document).map_err(|_| KeyError::Refused)?;
    Ok(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "customer";

    fn counted(from: u8) -> [u8; 32] {
        std::array::from_fn(|place| from + u8::try_from(place).unwrap())
    }

    fn secrets() -> Secrets {
        Secrets { root: Sensitive::new([1; 32]), id: KeyId([0x9f, 0x3a, 0x01, 0xc2]), key: Sensitive::new([2; 32]) }
    }

    fn files() -> (String, String) {
        let new = write(NAME, "2026-11-01T00:00:00Z", &secrets(), None).unwrap();
        (new.ring, new.root.unwrap().to_string())
    }

    fn refused(ring: &str, root: &str) -> String {
        open(ring.as_bytes(), root.as_bytes()).unwrap_err().to_string()
    }

    /// Signs a document again, as its owner could, after `change`.
    fn resigned(change: impl FnOnce(&mut RingDocument)) -> String {
        let mut document: RingDocument = serde_json::from_str(&files().0).unwrap();
        document.mac = None;
        change(&mut document);
        let guard = Guard::new(&[1; 32], &document.ring).unwrap();
        document.mac = Some(BASE64.encode(guard.tag(&document).unwrap().as_ref()));
        serde_json::to_string(&document).unwrap()
    }

    #[test]
    fn what_is_written_opens() {
        let (ring, root) = files();
        let ring = open(ring.as_bytes(), root.as_bytes()).unwrap();
        assert_eq!((ring.name(), ring.version(), ring.primary()), (NAME, 1, secrets().id));
        assert_eq!(ring.key(secrets().id).unwrap().material(), &[2; 32]);
    }

    /// The golden ring was written by an independent implementation, `tests/golden/vectors.py`.
    #[test]
    fn a_new_ring_is_the_golden_one() {
        let golden: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/golden/new.keyring.json")).unwrap();
        let secrets =
            Secrets { root: Sensitive::new(counted(0xe0)), id: KeyId([0x0a; 4]), key: Sensitive::new(counted(10)) };
        let new = write(NAME, "2026-11-01T00:00:00Z", &secrets, None).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&new.ring).unwrap(), golden);
        assert_eq!(new.root.unwrap().as_str(), include_str!("../../tests/golden/customer.root.json"));
    }

    #[test]
    fn the_golden_ring_opens() {
        let ring = include_bytes!("../../tests/golden/customer.keyring.json");
        let ring = open(ring, include_bytes!("../../tests/golden/customer.root.json")).unwrap();
        assert_eq!((ring.version(), ring.primary().to_string().as_str()), (7, "0a0a0a0a"));
        let key = ring.key(KeyId([0x0b; 4])).unwrap();
        assert_eq!(key.material(), &counted(50));
        assert!(matches!(ring.key(KeyId([0x0d; 4])), Err(KeyError::DisabledKey(_))));
        assert!(matches!(ring.key(KeyId([0x0e; 4])), Err(KeyError::DestroyedKey(_))));
    }

    #[test]
    fn neither_file_shows_a_ring_key() {
        let (ring, root) = files();
        for shown in [ring, root] {
            assert!(!shown.contains(&HEXLOWER.encode(&[2; 32])) && !shown.contains(&BASE64.encode(&[2; 32])));
        }
    }

    #[test]
    fn the_spelling_of_the_document_is_free_and_its_content_is_not() {
        let (ring, root) = files();
        let value: serde_json::Value = serde_json::from_str(&ring).unwrap();
        assert!(open(value.to_string().as_bytes(), root.as_bytes()).is_ok(), "order and white space are free");
        for (from, to) in [
            ("\"version\": 1", "\"version\": 2"),
            ("2026-11-01", "2026-11-02"),
            ("\"enabled\"", "\"disabled\""),
            ("\"id\": \"9f3a01c2\"", "\"id\": \"9f3a01c3\""),
        ] {
            assert!(ring.contains(from), "{from}");
            assert_eq!(
                refused(&ring.replace(from, to), &root),
                "the ring does not fit its root: it was altered, or the root is another's"
            );
        }
    }

    #[test]
    fn a_foreign_root_is_refused() {
        let (ring, root) = files();
        assert_eq!(refused(&ring, &root.replace(NAME, "supplier")), "the root belongs to another ring");
        let other = root.replace(&"01".repeat(32), &"03".repeat(32));
        assert!(matches!(open(ring.as_bytes(), other.as_bytes()), Err(KeyError::BadMac)));
        for malformed in [
            "",
            "{}",
            &root.replace("01", "1"),
            &root.replace("\"version\": 1", "\"version\": 2"),
            &root.replace(&"01".repeat(32), "zz"),
        ] {
            assert!(refused(&ring, malformed).starts_with("the root is malformed: "));
        }
    }

    #[test]
    fn a_malformed_ring_is_refused_by_place_alone() {
        let (ring, root) = files();
        for (from, to) in [
            ("\"ring\": \"customer\"", "\"ring\": \"customer\", \"ring\": \"customer\""),
            ("\"version\": 1", "\"version\": \"planted\""),
            ("\"version\": 1", "\"version\": 1, \"planted\": 1"),
            ("\"enabled\"", "\"planted\""),
            ("\"file\"", "\"planted\""),
        ] {
            assert!(ring.contains(from), "{from}");
            let message = refused(&ring.replacen(from, to, 1), &root);
            assert!(message.starts_with("the ring is malformed at line "), "{message}");
            assert!(!message.contains("planted"), "{message}");
        }
    }

    /// A copy that broke off, wherever it did.
    #[test]
    fn a_truncated_ring_is_refused_wherever_it_ends() {
        let (ring, root) = files();
        let whole = ring.trim_end().len();
        for end in 0..whole {
            let message = refused(ring.get(..end).unwrap(), &root);
            assert!(message.starts_with("the ring is malformed at line "), "{end}: {message}");
        }
        for end in 0..root.trim_end().len() {
            assert!(refused(&ring, root.get(..end).unwrap()).starts_with("the root is malformed: "), "{end}");
        }
        // A part of it that is whole by itself, signed again.
        let sealed = |cut: usize| {
            resigned(|ring| {
                let sealed = BASE64.decode(ring.keys[0].sealed.as_ref().unwrap().as_bytes()).unwrap();
                ring.keys[0].sealed = Some(BASE64.encode(&sealed[..sealed.len() - cut]));
            })
        };
        for cut in [1, 16, 48] {
            assert_eq!(refused(&sealed(cut), &root), "key 9f3a01c2 of the ring does not open with its root", "{cut}");
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let guard = Guard::new(&[1; 32], NAME).unwrap();
        let id = secrets().id;
        for len in [0, 16, 31, 33, 64] {
            let mut sealed = vec![2; len];
            guard.seal.seal(&guard.header(id).unwrap(), &mut sealed).unwrap();
            let ring = resigned(|ring| ring.keys[0].sealed = Some(BASE64.encode(&sealed)));
            let message = refused(&ring, &files().1);
            assert_eq!(message, format!("key {id} of the ring has {len} bytes, and 32 are a key"));
        }
        let (ring, root) = files();
        let short = root.replace(&"01".repeat(32), &"01".repeat(31));
        assert!(refused(&ring, &short).starts_with("the root is malformed: "));
    }

    #[test]
    fn a_ring_that_contradicts_itself_is_refused_even_when_signed() {
        let (_, root) = files();
        let again = |key: &KeyDocument| KeyDocument {
            id: key.id.clone(),
            status: key.status,
            created: key.created.clone(),
            sealed: key.sealed.clone(),
        };
        let cases: [(&str, String); 9] = [
            ("version", resigned(|ring| ring.version = 0)),
            ("version", resigned(|ring| ring.version = VERSION_MAX + 1)),
            ("share an id", resigned(|ring| ring.keys.push(again(&ring.keys[0])))),
            ("no material", resigned(|ring| ring.keys[0].sealed = None)),
            ("still has material", resigned(|ring| ring.keys[0].status = Status::Destroyed)),
            ("is disabled", resigned(|ring| ring.keys[0].status = Status::Disabled)),
            ("has no key 00000000", resigned(|ring| ring.primary = "00000000".into())),
            ("does not open", resigned(|ring| ring.keys[0].id = "00000000".into())),
            ("key id is not", resigned(|ring| ring.keys[0].id = "planted".into())),
        ];
        for (expected, ring) in cases {
            let message = refused(&ring, &root);
            assert!(message.contains(expected), "{message}");
            assert!(!message.contains("planted"), "{message}");
        }
        let destroyed = resigned(|ring| {
            ring.version = 2;
            let id = "00000001".into();
            ring.keys.push(KeyDocument { id, status: Status::Destroyed, created: "x".into(), sealed: None });
        });
        let ring = open(destroyed.as_bytes(), root.as_bytes()).unwrap();
        assert!(matches!(ring.key(KeyId([0, 0, 0, 1])), Err(KeyError::DestroyedKey(_))));
    }

    #[test]
    fn a_ring_name_is_plain() {
        for name in ["customer", "a", "a-b_9"] {
            assert!(write(name, "", &secrets(), None).is_ok(), "{name}");
        }
        for name in ["", "9a", "A", "a b", "a\"b", "é", &"a".repeat(65)] {
            assert!(matches!(write(name, "", &secrets(), None), Err(KeyError::InvalidName)), "{name}");
        }
    }

    #[test]
    fn the_mac_covers_the_rfc_8785_form() {
        let mut document: RingDocument = serde_json::from_str(&files().0).unwrap();
        document.mac = None;
        document.keys[0].sealed = Some("s".into());
        document.keys[0].created = "\u{8}\t\n\u{c}\r\"\\/\u{1f}\u{7f}é€".into();
        assert_eq!(
            canonical(&document).unwrap(),
            "{\"keys\":[{\"created\":\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\u{7f}é€\",\"id\":\"9f3a01c2\",\"sealed\":\"s\",\
             \"status\":\"enabled\"}],\"primary\":\"9f3a01c2\",\"ring\":\"customer\",\"root\":{\"provider\":\"file\"},\
             \"version\":1}"
        );
    }
}
