//! Key rings: who holds the keys that operators use, and how purposes are kept apart.
//!
//! A [`KeyRing`] is a named, versioned set of 256-bit ring keys. No ring key is ever used directly: [`derive()`] makes
//! one key for each purpose, tenant, ring, scope, value kind and canonical form. A ring is opened by a [`KeySource`];
//! its file carries sealed keys and a MAC, and its root lives elsewhere, so that who can write the ring cannot forge
//! it. Keys stay in [`Sensitive`](crate::model::Sensitive) buffers; what `ring` and CMAC hold inside is not zeroed.

mod change;
mod derive;
mod document;
mod error;
pub mod file;
mod place;
mod provider;
mod reroot;
mod ring;
mod root;
mod seen;
mod siv;

pub use change::{Change, KeyEntry, Ledger};
pub use derive::{Derivation, DerivedKey, Purpose, derive, derive_message, derive_subject, parts};
pub use document::{Status, is_ring_name, open};
pub use error::{KeyError, LeastBy};
pub use place::{PLACES, Place, told};
pub use provider::{
    KeyEnd, KeyIdentity, PROVIDERS, PendingDays, Provider, ProviderFault, ProviderRow, WrappedRoot, Wrapper,
    is_provider, with_paths, wrapper,
};
pub use reroot::Reroot;
pub use ring::{KeyId, KeyRing, RingKey, Rings};
pub use root::{Root, wrapped_by};
pub use seen::{Seen, Sighting};
pub use siv::Siv;

/// Where a ring comes from.
pub trait KeySource: std::fmt::Debug + Send + Sync {
    /// Opens the ring: reads it, checks it against its root and unseals its enabled keys.
    ///
    /// # Errors
    /// Where it cannot be read, others may read it, or it does not fit its root.
    fn open(&self) -> Result<KeyRing, KeyError>;
}

/// Makes the source that `from` names; `root` names the root, or who unwraps it, where it does not stand in its default
/// place.
///
/// # Errors
/// Where a reference names nobody, or a provider lacks what it needs.
pub fn source(from: &str, root: Option<&str>) -> Result<Box<dyn KeySource>, KeyError> {
    match Place::parse(from).ok_or(KeyError::UnknownProvider)? {
        Place::File(ring) => Ok(Box::new(file::FileSource::parse(ring, root)?)),
        ring @ (Place::Descriptor(_) | Place::Environment(_)) => {
            Ok(Box::new(PlaceSource { ring, root: Root::parse(root, None)? }))
        }
    }
}

/// A ring that is read from where only one process can: from a descriptor, or the environment.
#[derive(Debug)]
struct PlaceSource {
    ring: Place,
    root: Root,
}

impl KeySource for PlaceSource {
    fn open(&self) -> Result<KeyRing, KeyError> {
        let ring = document::opened(&self.ring.read()?, &self.root)?;
        Ok(ring.of_caution(self.root.caution()))
    }
}
