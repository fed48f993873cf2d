//! Changes of a ring: each makes a new version with a new MAC, and none takes the primary key away.

use super::document::{self, Guard, KEYS_MAX, KeyDocument, RingDocument, RootReference, Status, VERSION_MAX};
use super::{KeyError, KeyId, KeyRing, Root};
use crate::model::Sensitive;

/// What is to become of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A new key becomes primary; the one before still reads.
    Rotate,
    /// A disabled key reads again.
    Enable(KeyId),
    /// A key reads no more; its material stays.
    Disable(KeyId),
    /// A disabled key's material goes.
    Destroy(KeyId),
}

/// A ring as those see it who look after its keys: checked as when it is opened, with the keys that are not enabled.
pub struct Ledger {
    document: RingDocument,
    guard: Guard,
    primary: KeyId,
}

/// One key as a ring lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEntry<'a> {
    /// Its id, which nobody else has.
    pub id: KeyId,
    /// What may be done with it.
    pub status: Status,
    /// When it was made, as RFC 3339 writes it.
    pub created: &'a str,
}

impl Ledger {
    /// Opens a ring from the bytes of its document and from who gives its root.
    ///
    /// # Errors
    /// Where its source would refuse it.
    pub fn open(ring: &[u8], root: &Root) -> Result<Self, KeyError> {
        let (document, guard) = document::authenticated(ring, root)?;
        let primary = document::unseal(&document, &guard)?.primary();
        Ok(Self { document, guard, primary })
    }

    /// Opens the enabled keys.
    ///
    /// # Errors
    /// Where the ring contradicts itself.
    pub fn ring(&self) -> Result<KeyRing, KeyError> {
        document::unseal(&self.document, &self.guard)
    }

    /// Gives the ring's name.
    pub fn name(&self) -> &str {
        &self.document.ring
    }

    /// Gives the ring's version.
    pub const fn version(&self) -> u64 {
        self.document.version
    }

    /// Gives the id of the key that new values are written with.
    pub const fn primary(&self) -> KeyId {
        self.primary
    }

    /// Gives all keys, in the order of the file: the oldest first.
    pub fn keys(&self) -> impl Iterator<Item = KeyEntry<'_>> {
        self.document
            .keys
            .iter()
            .filter_map(|key| Some(KeyEntry { id: key.id.parse().ok()?, status: key.status, created: &key.created }))
    }

    /// Gives what may be done with a key; nothing where there is none of that id.
    pub fn status(&self, id: KeyId) -> Option<Status> {
        self.keys().find(|key| key.id == id).map(|key| key.status)
    }

    /// Puts a new key in, makes it primary, and gives the text of the next version.
    pub(super) fn rotate(&mut self, id: KeyId, key: &Sensitive<[u8; 32]>, now: &str) -> Result<String, KeyError> {
        if self.document.keys.len() >= KEYS_MAX {
            return Err(KeyError::Full);
        }
        if self.keys().any(|known| known.id == id) {
            return Err(KeyError::SharedKeyId(id));
        }
        let sealed = Some(self.guard.seal(id, key.expose())?);
        let (spelled, created) = (id.to_string(), now.to_owned());
        self.document.keys.push(KeyDocument { id: spelled.clone(), status: Status::Enabled, created, sealed });
        self.document.primary = spelled;
        self.primary = id;
        self.next()
    }

    /// Lets a disabled key read again.
    pub(super) fn enable(&mut self, id: KeyId) -> Result<String, KeyError> {
        let key = self.key(id)?;
        match key.status {
            Status::Enabled => return Err(KeyError::Already { id, status: Status::Enabled }),
            Status::Disabled => key.status = Status::Enabled,
            Status::Destroyed => return Err(KeyError::DestroyedKey(id)),
        }
        self.next()
    }

    /// Keeps a key from reading and writing.
    pub(super) fn disable(&mut self, id: KeyId) -> Result<String, KeyError> {
        self.spare_primary(id)?;
        let key = self.key(id)?;
        match key.status {
            Status::Enabled => key.status = Status::Disabled,
            Status::Disabled => return Err(KeyError::Already { id, status: Status::Disabled }),
            Status::Destroyed => return Err(KeyError::DestroyedKey(id)),
        }
        self.next()
    }

    /// Takes the material of a disabled key out of the ring; its id stays.
    pub(super) fn destroy(&mut self, id: KeyId) -> Result<String, KeyError> {
        self.spare_primary(id)?;
        let key = self.key(id)?;
        match key.status {
            Status::Enabled => return Err(KeyError::StillEnabled(id)),
            Status::Disabled => {
                key.status = Status::Destroyed;
                key.sealed = None;
            }
            Status::Destroyed => return Err(KeyError::Already { id, status: Status::Destroyed }),
        }
        self.next()
    }

    /// Seals all keys under another root, and gives the text of the next version.
    pub(super) fn reroot(&mut self, root: &Sensitive<[u8; 32]>, reference: RootReference) -> Result<String, KeyError> {
        self.guard = document::reroot(&mut self.document, &self.guard, (root, reference))?;
        self.next()
    }

    /// Tells whether this root guards it.
    pub(super) fn is_under(&self, root: &Sensitive<[u8; 32]>) -> bool {
        self.guard.is_of(root)
    }

    /// Gives the provider's key that wraps the root, where one does.
    pub fn root_key(&self) -> Option<&str> {
        self.document.root.key.as_deref()
    }

    fn spare_primary(&self, id: KeyId) -> Result<(), KeyError> {
        if id == self.primary { Err(KeyError::PrimaryKey(id)) } else { Ok(()) }
    }

    fn key(&mut self, id: KeyId) -> Result<&mut KeyDocument, KeyError> {
        let spelled = id.to_string();
        self.document.keys.iter_mut().find(|key| key.id == spelled).ok_or(KeyError::UnknownKey(id))
    }

    /// Gives the text of the next version, once it is certain that it opens.
    fn next(&mut self) -> Result<String, KeyError> {
        let version = self.document.version.checked_add(1).filter(|version| *version <= VERSION_MAX);
        self.document.version = version.ok_or(KeyError::Full)?;
        let text = document::signed(&mut self.document, &self.guard)?;
        self.document.mac = None;
        document::unseal(&self.document, &self.guard)?;
        Ok(text)
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("ring", &self.name()).field("version", &self.version()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RING: &[u8] = include_bytes!("../../tests/golden/customer.keyring.json");
    const ROOT: &[u8] = include_bytes!("../../tests/golden/customer.root.json");

    /// The golden ring, version 7: 0a0a0a0a primary, 0b0b0b0b enabled, 0d0d0d0d disabled, 0e0e0e0e destroyed.
    fn golden() -> Ledger {
        Ledger::open(RING, &root()).unwrap()
    }

    /// The golden root, in a file without a name that stays open to the end of the tests.
    fn root() -> Root {
        use std::os::fd::AsRawFd;
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, ROOT).unwrap();
        let number = u32::try_from(file.as_raw_fd()).unwrap();
        std::mem::forget(file);
        Root::At(crate::keys::Place::Descriptor(number))
    }

    fn id(byte: u8) -> KeyId {
        KeyId([byte; 4])
    }

    fn said<T>(result: Result<T, KeyError>) -> String {
        result.err().unwrap().to_string()
    }

    #[test]
    fn a_ledger_lists_every_key() {
        let ledger = golden();
        let all: Vec<(KeyId, Status)> = ledger.keys().map(|key| (key.id, key.status)).collect();
        assert_eq!(
            all,
            [
                (id(0x0e), Status::Destroyed),
                (id(0x0d), Status::Disabled),
                (id(0x0b), Status::Enabled),
                (id(0x0a), Status::Enabled)
            ]
        );
        assert_eq!((ledger.name(), ledger.version(), ledger.primary()), ("customer", 7, id(0x0a)));
        assert!(!format!("{ledger:?}").contains("sealed"));
    }

    #[test]
    fn every_change_is_a_version_that_opens() {
        let mut ledger = golden();
        let steps: [(&str, String); 5] = [
            ("rotate", ledger.rotate(id(0x11), &Sensitive::new([9; 32]), "2026-12-01T00:00:00Z").unwrap()),
            ("disable", ledger.disable(id(0x0a)).unwrap()),
            ("enable", ledger.enable(id(0x0d)).unwrap()),
            ("destroy", ledger.destroy(id(0x0a)).unwrap()),
            ("disable", ledger.disable(id(0x0b)).unwrap()),
        ];
        for (version, (what, text)) in (8..).zip(&steps) {
            let ring = super::super::open(text.as_bytes(), ROOT).unwrap();
            assert_eq!((ring.version(), ring.primary()), (version, id(0x11)), "{what}");
        }
        let last = Ledger::open(steps[4].1.as_bytes(), &root()).unwrap();
        let ring = last.ring().unwrap();
        assert_eq!(ring.key(id(0x11)).unwrap().material(), &[9; 32]);
        assert!(ring.key(id(0x0d)).is_ok(), "what was enabled again reads with its own material");
        assert!(matches!(ring.key(id(0x0a)), Err(KeyError::DestroyedKey(_))));
        assert!(matches!(ring.key(id(0x0b)), Err(KeyError::DisabledKey(_))));
    }

    #[test]
    fn a_destroyed_key_is_gone_from_the_file_and_its_id_is_not() {
        let mut ledger = golden();
        let sealed = ledger.document.keys[1].sealed.clone().unwrap();
        assert!(std::str::from_utf8(RING).unwrap().contains(&sealed));
        let text = ledger.destroy(id(0x0d)).unwrap();
        assert!(!text.contains(&sealed) && text.contains("0d0d0d0d"));
        let again = ledger.rotate(id(0x0d), &Sensitive::new([9; 32]), "");
        assert!(matches!(again, Err(KeyError::SharedKeyId(_))), "an id is never used twice");
    }

    #[test]
    fn what_a_ring_does_not_allow_leaves_it_as_it_was() {
        let mut ledger = golden();
        for (refused, expected) in [
            (said(ledger.disable(id(0x0a))), "is primary"),
            (said(ledger.destroy(id(0x0a))), "is primary"),
            (said(ledger.destroy(id(0x0b))), "disable it first"),
            (said(ledger.disable(id(0x0d))), "is disabled already"),
            (said(ledger.enable(id(0x0b))), "is enabled already"),
            (said(ledger.enable(id(0x0e))), "is destroyed"),
            (said(ledger.disable(id(0x0e))), "is destroyed"),
            (said(ledger.destroy(id(0x0e))), "is destroyed already"),
            (said(ledger.disable(id(0x77))), "has no key 77777777"),
        ] {
            assert!(refused.contains(expected), "{refused}");
        }
        assert_eq!(ledger.version(), 7);
        assert_eq!(ledger.ring().unwrap().content(), golden().ring().unwrap().content());
    }

    #[test]
    fn a_swapped_primary_or_status_is_refused() {
        let text = std::str::from_utf8(RING).unwrap();
        for (from, to) in [
            ("\"primary\": \"0a0a0a0a\"", "\"primary\": \"0b0b0b0b\""),
            ("\"disabled\"", "\"enabled\""),
            ("\"version\": 7", "\"version\": 8"),
        ] {
            assert!(text.contains(from), "{from}");
            let refused = Ledger::open(text.replacen(from, to, 1).as_bytes(), &root());
            assert!(matches!(refused, Err(KeyError::BadMac)), "{to}");
        }
    }
}
