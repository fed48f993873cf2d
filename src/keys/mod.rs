//! Key rings: who holds the keys that operators use, and how purposes are kept apart.
//!
//! A [`KeyRing`] is a named, versioned set of 256-bit ring keys. No ring key is ever used directly: [`derive()`] makes
//! one key for each purpose, tenant, ring, scope, value kind and canonical form. A ring is opened by a [`KeySource`];
//! its file carries sealed keys and a MAC, and its root lives elsewhere, so that who can write the ring cannot forge
//! it. Keys stay in [`Sensitive`](crate::model::Sensitive) buffers; what `ring` and CMAC hold inside is not zeroed.

mod change;
mod derive;
mod document;
pub mod file;
mod ring;
mod seen;
mod siv;

pub use change::{Change, KeyEntry, Ledger};
pub use derive::{Derivation, DerivedKey, Purpose, derive, derive_message, parts};
pub use document::{Status, open};
pub use ring::{KeyId, KeyRing, RingKey, Rings};
pub use seen::{Seen, Sighting};
pub use siv::Siv;

use std::path::PathBuf;

/// Where a ring comes from.
pub trait KeySource: std::fmt::Debug + Send + Sync {
    /// Opens the ring: reads it, checks it against its root and unseals its enabled keys.
    ///
    /// # Errors
    /// Where it cannot be read, others may read it, or it does not fit its root.
    fn open(&self) -> Result<KeyRing, KeyError>;
}

/// One provider of rings: a row of [`PROVIDERS`].
#[derive(Debug)]
pub struct ProviderRow {
    /// What stands before the colon in `from: "file:/run/secrets/customer.keyring.json"`.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Makes the source from what follows the colon, and from the root's own reference if one is given.
    #[expect(clippy::type_complexity, reason = "said here alone")]
    pub source: fn(&str, Option<&str>) -> Result<Box<dyn KeySource>, KeyError>,
}

/// Every provider of rings.
pub const PROVIDERS: &[ProviderRow] = &[ProviderRow {
    name: "file",
    summary: "a ring file, with its root in a second file",
    source: file::FileSource::parse,
}];

/// Makes the source that `from` names; `root` names the root where it does not stand in its default place.
///
/// # Errors
/// Where `from` names no provider, or the provider cannot read what follows.
pub fn source(from: &str, root: Option<&str>) -> Result<Box<dyn KeySource>, KeyError> {
    let (name, rest) = from.split_once(':').ok_or(KeyError::UnknownProvider)?;
    let row = PROVIDERS.iter().find(|row| row.name == name).ok_or(KeyError::UnknownProvider)?;
    (row.source)(rest, root)
}

/// Why a ring, or one of its keys, cannot be used; never holds key material or a file's content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The reference names no provider.
    #[error("a ring comes from `file:PATH`")]
    UnknownProvider,
    /// A ring's name is not lower-case letters, digits, `-` and `_`.
    #[error("a ring's name is lower-case letters, digits, `-` and `_`, beginning with a letter, 64 at most")]
    InvalidName,
    /// The file cannot be read.
    #[error("cannot read {path}: {}", said(*kind))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// The file cannot be written.
    #[error("cannot write {path}: {}", said(*kind))]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// A file already stands where a new one should go.
    #[error("{path} exists already, and a key file is never written over")]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// Ring and root would be the same file.
    #[error("the ring and its root must be two files")]
    SameFile,
    /// The path leads to something that is not a plain file, or to more than a ring can be.
    #[error("{path} is not a plain file of at most 1 MiB")]
    NotAFile {
        /// Which file.
        path: PathBuf,
    },
    /// Others may reach the file, or the group may write it.
    #[error("{path} has mode {mode:04o}: others may reach it or the group may write it; use 0400, 0440, 0600 or 0640")]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The ring's document does not have the shape of one.
    #[error("the ring is malformed at line {line}, column {column}")]
    MalformedRing {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The ring's document has the shape of one but contradicts itself.
    #[error("the ring contradicts itself: {what}")]
    InconsistentRing {
        /// In what.
        what: &'static str,
    },
    /// The root's document does not have the shape of one.
    #[error("the root is malformed")]
    MalformedRoot,
    /// The ring and the root carry different names.
    #[error("the root belongs to another ring")]
    ForeignRoot,
    /// The ring carries another name than the one it was asked for by.
    #[error("it is the ring `{found}`")]
    ForeignRing {
        /// Its own name.
        found: String,
    },
    /// The MAC does not fit: another root, or an altered ring.
    #[error("the ring does not fit its root: it was altered, or the root is another's")]
    BadMac,
    /// A sealed key does not open.
    #[error("key {0} of the ring does not open with its root")]
    BadSeal(KeyId),
    /// The ring has no such key.
    #[error("the ring has no key {0}")]
    UnknownKey(KeyId),
    /// The key is disabled.
    #[error("key {0} is disabled")]
    DisabledKey(KeyId),
    /// The key is destroyed.
    #[error("key {0} is destroyed")]
    DestroyedKey(KeyId),
    /// Two rings carry one key id, so that a token would not say whose it is.
    #[error("two rings share the key id {0}")]
    SharedKeyId(KeyId),
    /// Two rings carry one name.
    #[error("two rings share the name `{0}`")]
    SharedName(String),
    /// An older version of the ring than the one asked for.
    #[error("the ring has version {found}, and at least {least} is asked for")]
    RolledBack {
        /// The version of the ring at hand.
        found: u64,
        /// The least version allowed.
        least: u64,
    },
    /// The ring has the version that was seen before, and another content.
    #[error("the ring has version {version} as before, and another content: two changes were made from one version")]
    Forked {
        /// The version of both.
        version: u64,
    },
    /// What was seen of a ring cannot be read.
    #[error(
        "{path} does not say which version of the ring was seen; remove it only if the ring is known to be the newest"
    )]
    MalformedSeen {
        /// Which file.
        path: PathBuf,
    },
    /// The primary key cannot be taken away.
    #[error("key {0} is primary, and something must write: `privet keys rotate` first")]
    PrimaryKey(KeyId),
    /// Only a disabled key can be destroyed.
    #[error("key {0} is enabled: disable it first, and see that nothing misses it; destroying cannot be undone")]
    StillEnabled(KeyId),
    /// The key is in that state already.
    #[error("key {id} is {status} already")]
    Already {
        /// Which key.
        id: KeyId,
        /// Its state.
        status: Status,
    },
    /// The ring can take no more keys, or no more versions.
    #[error("the ring is full: it has 4,096 keys or 2^53 - 1 versions; make a new one")]
    Full,
    /// Somebody else changes the ring, or changed it meanwhile.
    #[error(
        "{path} is being changed by somebody else, or was meanwhile; nothing was written, look at it and try again"
    )]
    Changed {
        /// Which file.
        path: PathBuf,
    },
    /// A part of a derivation is longer than its length prefix can say.
    #[error("a name that enters a derivation is longer than 65,535 bytes")]
    PartTooLong,
    /// The library that computes refused; cannot happen with the lengths used here.
    #[error("the cryptographic library refused")]
    Refused,
}

/// Tells what the system says in words that people know from it.
fn said(kind: std::io::ErrorKind) -> String {
    match kind {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        kind => kind.to_string(),
    }
}
