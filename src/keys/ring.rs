//! Rings and their keys.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{KeyError, LeastBy};
use crate::model::Sensitive;

/// A key's name, written beside what the key produced: 4 random bytes, shown as 8 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not 8 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key id is 8 lower-case hex digits")]
pub struct InvalidKeyId;

impl FromStr for KeyId {
    type Err = InvalidKeyId;

    fn from_str(text: &str) -> Result<Self, InvalidKeyId> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| InvalidKeyId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidKeyId)
    }
}

/// An enabled key of a ring; only [`derive`](super::derive()) reads it.
#[derive(Debug)]
pub struct RingKey {
    id: KeyId,
    ring: Arc<str>,
    material: Sensitive<[u8; 32]>,
}

impl RingKey {
    /// Gives the key's id.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Gives the name of the ring the key belongs to: its key domain.
    pub fn ring(&self) -> &str {
        &self.ring
    }

    /// Gives the root secret to who derives from it.
    pub(super) const fn material(&self) -> &[u8; 32] {
        self.material.expose()
    }
}

/// What a ring holds under one key id; a key that may not be used is not in memory.
#[derive(Debug)]
pub(super) enum Slot {
    Enabled(RingKey),
    Disabled,
    Destroyed,
}

impl Slot {
    /// Makes a slot that can be used.
    pub(super) fn enabled(ring: &Arc<str>, id: KeyId, material: Sensitive<[u8; 32]>) -> Self {
        Self::Enabled(RingKey { id, ring: Arc::clone(ring), material })
    }
}

/// An opened ring: immutable, shared, swapped whole on reload.
#[derive(Debug)]
pub struct KeyRing {
    name: Arc<str>,
    version: u64,
    primary: KeyId,
    slots: BTreeMap<KeyId, Slot>,
    /// The enabled keys, the one that was made first at the beginning.
    ages: Vec<KeyId>,
    /// SHA-256 of the document, which tells two rings of one version apart.
    content: [u8; 32],
    /// What a person should know of where its root is.
    caution: Option<&'static str>,
    /// Whether something remembers its version when the process ends.
    is_remembered: bool,
}

impl KeyRing {
    /// Makes a ring whose primary key is enabled.
    pub(super) fn new(
        name: Arc<str>,
        version: u64,
        primary: KeyId,
        slots: BTreeMap<KeyId, Slot>,
    ) -> Result<Self, KeyError> {
        let ages = vec![primary];
        let ring = Self { name, version, primary, slots, ages, content: [0; 32], caution: None, is_remembered: false };
        ring.key(primary)?;
        Ok(ring)
    }

    /// Notes SHA-256 of the document that the ring was read from.
    pub(super) fn of_content(mut self, content: [u8; 32]) -> Self {
        self.content = content;
        self
    }

    /// Notes what a person should know of where the ring's root is.
    pub(super) fn of_caution(mut self, caution: Option<&'static str>) -> Self {
        self.caution = caution;
        self
    }

    /// Says what a person should know of where the ring's root is.
    pub const fn caution(&self) -> Option<&'static str> {
        self.caution
    }

    /// Notes that something remembers its version when the process ends.
    #[must_use]
    pub fn remembered(mut self) -> Self {
        self.is_remembered = true;
        self
    }

    /// Tells whether something remembers its version when the process ends.
    pub const fn is_remembered(&self) -> bool {
        self.is_remembered
    }

    /// Gives SHA-256 of the document that the ring was read from.
    pub(super) const fn content(&self) -> &[u8; 32] {
        &self.content
    }

    /// Makes a ring for checking a policy where its keys are not at hand: it has these key ids and one of its own.
    ///
    /// Its keys are known to everybody. Nothing but a check may build operators with it.
    ///
    /// # Errors
    /// Never in practice: the primary key is enabled.
    pub fn stand_in(name: &str, ids: &[KeyId]) -> Result<Self, KeyError> {
        let name: Arc<str> = name.into();
        let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
        let mut primary = KeyId([0; 4]);
        for (to, from) in primary.0.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        let slot = |id: &KeyId| (*id, Slot::enabled(&name, *id, Sensitive::new([0; 32])));
        let slots = ids.iter().chain([&primary]).map(slot).collect();
        Self::new(Arc::clone(&name), 1, primary, slots)
    }

    /// Gives the ring's name, its key domain.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the ring's version, which rises with each change.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Gives the id of the key that new values are written with.
    pub const fn primary(&self) -> KeyId {
        self.primary
    }

    /// Notes in which order the enabled keys were made.
    pub(super) fn of_ages(mut self, ages: Vec<KeyId>) -> Self {
        self.ages = ages;
        self
    }

    /// Gives the ids of the enabled keys, the one that was made first at the beginning.
    pub fn ages(&self) -> &[KeyId] {
        &self.ages
    }

    /// Gives the id of every key that it ever had.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.slots.keys().copied()
    }

    /// Gives the id of the enabled key that was made first, which rotation does not move: vaults are indexed by it.
    pub fn eldest(&self) -> KeyId {
        self.ages.first().copied().unwrap_or(self.primary)
    }

    /// Gives an enabled key.
    ///
    /// # Errors
    /// Where the ring has no such key, or it is disabled or destroyed.
    pub fn key(&self, id: KeyId) -> Result<&RingKey, KeyError> {
        match self.slots.get(&id) {
            Some(Slot::Enabled(key)) => Ok(key),
            Some(Slot::Disabled) => Err(KeyError::DisabledKey(id)),
            Some(Slot::Destroyed) => Err(KeyError::DestroyedKey(id)),
            None => Err(KeyError::UnknownKey(id)),
        }
    }

    /// Gives the ids of disabled keys, which may be enabled again.
    pub fn disabled(&self) -> impl Iterator<Item = KeyId> {
        self.slots.iter().filter(|(_, slot)| matches!(slot, Slot::Disabled)).map(|(id, _)| *id)
    }

    /// Gives every enabled key, in the order of their ids.
    pub fn enabled(&self) -> impl Iterator<Item = &RingKey> {
        self.slots.values().filter_map(|slot| match slot {
            Slot::Enabled(key) => Some(key),
            Slot::Disabled | Slot::Destroyed => None,
        })
    }

    /// Checks that the ring was not rolled back below `least`.
    ///
    /// # Errors
    /// Where its version is lower.
    pub const fn at_least(&self, least: u64) -> Result<(), KeyError> {
        if self.version < least {
            Err(KeyError::RolledBack { found: self.version, least, by: LeastBy::Setting })
        } else {
            Ok(())
        }
    }
}

/// The rings that policies may name.
#[derive(Debug, Clone, Default)]
pub struct Rings {
    rings: BTreeMap<Arc<str>, Arc<KeyRing>>,
}

impl Rings {
    /// Takes opened rings together.
    ///
    /// # Errors
    /// Where two carry one name, or one key id in any state.
    pub fn new(rings: impl IntoIterator<Item = Arc<KeyRing>>) -> Result<Self, KeyError> {
        let mut all = Self::default();
        let mut ids = BTreeSet::new();
        for ring in rings {
            for &id in ring.slots.keys() {
                if !ids.insert(id) {
                    return Err(KeyError::SharedKeyId(id));
                }
            }
            if let Some(ring) = all.rings.insert(Arc::clone(&ring.name), ring) {
                return Err(KeyError::SharedName(ring.name.to_string()));
            }
        }
        Ok(all)
    }

    /// Gives the ring of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<KeyRing>> {
        self.rings.get(name)
    }

    /// Gives every ring, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<KeyRing>> {
        self.rings.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(name: &str, ids: &[(u8, bool)]) -> Arc<KeyRing> {
        let name: Arc<str> = name.into();
        let slots = ids
            .iter()
            .map(|&(id, enabled)| {
                let id = KeyId([id; 4]);
                (id, if enabled { Slot::enabled(&name, id, Sensitive::new([7; 32])) } else { Slot::Disabled })
            })
            .collect();
        Arc::new(KeyRing::new(name, 3, KeyId([ids[0].0; 4]), slots).unwrap())
    }

    #[test]
    fn a_key_id_is_eight_hex_digits() {
        assert_eq!("9f3a01c2".parse(), Ok(KeyId([0x9f, 0x3a, 0x01, 0xc2])));
        assert_eq!(KeyId([0x9f, 0x3a, 0x01, 0xc2]).to_string(), "9f3a01c2");
        for text in ["", "9f3a01", "9f3a01c2aa", "9F3A01C2", "primary", "9f3a01cg"] {
            assert_eq!(text.parse::<KeyId>(), Err(InvalidKeyId), "{text}");
        }
    }

    #[test]
    fn only_enabled_keys_are_given() {
        let ring = ring("customer", &[(1, true), (2, false), (3, true)]);
        assert_eq!(ring.key(KeyId([1; 4])).unwrap().ring(), "customer");
        assert!(matches!(ring.key(KeyId([2; 4])), Err(KeyError::DisabledKey(_))));
        assert!(matches!(ring.key(KeyId([9; 4])), Err(KeyError::UnknownKey(_))));
        assert_eq!(ring.enabled().map(RingKey::id).collect::<Vec<_>>(), [KeyId([1; 4]), KeyId([3; 4])]);
    }

    #[test]
    fn a_lower_version_is_refused() {
        let ring = ring("customer", &[(1, true)]);
        assert!(ring.at_least(3).is_ok());
        assert!(matches!(ring.at_least(4), Err(KeyError::RolledBack { found: 3, least: 4, .. })));
    }

    #[test]
    fn two_rings_share_neither_name_nor_key_id() {
        let first = ring("customer", &[(1, true), (2, false)]);
        assert!(Rings::new([Arc::clone(&first), ring("supplier", &[(3, true)])]).is_ok());
        assert!(matches!(
            Rings::new([Arc::clone(&first), ring("supplier", &[(3, true), (2, true)])]),
            Err(KeyError::SharedKeyId(KeyId([2, 2, 2, 2])))
        ));
        assert!(matches!(Rings::new([first, ring("customer", &[(4, true)])]), Err(KeyError::SharedName(_))));
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", ring("customer", &[(1, true)]));
        assert!(shown.contains("Sensitive(..)"), "{shown}");
        assert!(!shown.contains("7, 7"), "{shown}");
    }
}
