//! Why a ring cannot be used.

use std::fmt;
use std::path::{Path, PathBuf};

use super::provider::{PROVIDERS, ProviderFault};
use super::{KeyId, Place, Status};
use crate::model::{TOO_OPEN, Told, ToldPath};

/// Why a ring, or one of its keys, cannot be used; never holds key material or a file's content.
///
/// A key may have been pasted where a file or a name belongs, so of what is not there plain names alone are told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The reference names no provider.
    #[error("a ring comes from `file:PATH`, `fd:N` or `env:NAME`")]
    UnknownProvider,
    /// The reference of a root names nobody.
    #[error("a root comes from `file:PATH`, `fd:N` or `env:NAME`, or is wrapped by {}", wrappers())]
    UnknownRoot,
    /// The provider is not in this privet.
    #[error("this privet was built without the feature `{0}`")]
    NoFeature(&'static str),
    /// An option of a provider is unknown, or says nothing.
    #[error("`{provider}:` takes NAME=VALUE, several with commas, of {known}")]
    UnknownOption {
        /// Which provider.
        provider: &'static str,
        /// What it takes.
        known: String,
    },
    /// The provider did not do what it was asked.
    #[error("{provider} {what}")]
    Provider {
        /// Which provider.
        provider: &'static str,
        /// What it did instead.
        what: ProviderFault,
    },
    /// The ring's root cannot be replaced in that way.
    #[error("the ring's root is neither in a file nor wrapped as it should be, so no other can take its place")]
    OtherRoot,
    /// The ring is under another root, and the file of that has the one of before, too.
    #[error(
        "the ring is under its new root, and {} has the former one beside it, which could not be taken out: {}",
        ToldPath(path),
        said(*kind)
    )]
    FormerRoot {
        /// The root's file.
        path: PathBuf,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// The ring's root is wrapped, and nobody said by whom.
    #[error("the ring's root is wrapped by {provider}: say how it is reached, as in `root: \"{provider}:…\"`")]
    WrappedRoot {
        /// Who wraps it.
        provider: &'static str,
    },
    /// The ring's root is another's than said.
    #[error("the ring's document says that its root is held by `{found}`, and `root` says `{named}`")]
    OtherProvider {
        /// What the document says.
        found: &'static str,
        /// What was said.
        named: &'static str,
    },
    /// The ring is in no file, so there is no file beside it.
    #[error("the ring is in no file, so say where its root is: `root: \"file:PATH\"`, or `fd:N`, or `env:NAME`")]
    NoRoot,
    /// The environment has no such variable.
    #[error("the environment variable {} is not set, or is not text", Told(.0))]
    NotSet(String),
    /// A descriptor has nothing more.
    #[error("descriptor {0} gives nothing: a pipe is read once, and a reload needs a file")]
    Drained(u32),
    /// A file with a token holds something else.
    #[error("{path} holds no token: one line of visible ASCII characters")]
    NotAToken {
        /// Which file.
        path: PathBuf,
    },
    /// A file with certificates holds none.
    #[error("{path} holds no certificates in PEM")]
    NotCertificates {
        /// Which file.
        path: PathBuf,
    },
    /// A ring's name is not lower-case letters, digits, `-` and `_`.
    #[error("a ring's name is lower-case letters, digits, `-` and `_`, beginning with a letter, 64 at most")]
    InvalidName,
    /// A new ring's name could be a key.
    #[error(
        "a new ring's name is words, and has at most four digits, at their ends: any other text could be a key, and is never told"
    )]
    UnclearName,
    /// The file cannot be read.
    #[error("cannot read {}: {}", ToldPath(path), said(*kind))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {}", ToldPath(path), said(*kind))]
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
    #[error("{path} has mode {mode:04o}: {TOO_OPEN}")]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The ring's document does not have the shape of one.
    #[error(
        "the ring is malformed at line {line}, column {column}: it is a JSON object with `version`, `ring`, `primary`, `root`, \
`keys` and `mac`, whole and as `privet keys new` wrote it"
    )]
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
    #[error(
        "the root is malformed: it is a JSON object with the ring's name as `ring` and 64 lower-case hex digits as `root`"
    )]
    MalformedRoot,
    /// The same, of a document in a file.
    #[error("{path}: {}", Self::MalformedRoot)]
    MalformedRootFile {
        /// Which file.
        path: PathBuf,
    },
    /// The ring's document in a file does not have the shape of one.
    #[error("{path}: {}", Self::MalformedRing { line: *line, column: *column })]
    MalformedRingFile {
        /// Which file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The bytes of a root stand where its file should be named.
    #[error(
        "this looks like a root itself, where its file should be named; whoever lists processes has read it: make a new ring, \
         and name the file"
    )]
    RootItself,
    /// The ring and the root carry different names.
    #[error("the root belongs to another ring")]
    ForeignRoot,
    /// The ring carries another name than the one it was asked for by.
    #[error("it is the ring `{}`", Told(found))]
    ForeignRing {
        /// Its own name.
        found: String,
    },
    /// The MAC does not fit: another root, or an altered ring.
    #[error("the ring does not fit its root: it was altered, or the root is another's")]
    BadMac,
    /// A key is not as long as one is.
    #[error("key {id} of the ring has {len} bytes, and 32 are a key")]
    KeyLength {
        /// Which key.
        id: KeyId,
        /// Its bytes.
        len: usize,
    },
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
    /// Policy and configuration say two places, each as [`told`](super::told) tells it.
    #[error(
        "the policy says {policy}, another place than `rings` of the configuration, which says {settings}: leave it out of the \
         policy, or the ring out of the configuration, or say the same in both"
    )]
    TwoPlaces {
        /// What the policy says.
        policy: String,
        /// What the configuration says.
        settings: String,
    },
    /// A process cannot tell two rings of one name apart.
    #[error(
        "another policy uses another ring of this name, or another version of it: products of one process share the rings that \
         they name alike, so give one of the two another name, or bring both to the newest version"
    )]
    OtherRing,
    /// Two rings carry one name.
    #[error("two rings share the name `{}`", Told(.0))]
    SharedName(String),
    /// An older version of the ring than the one asked for.
    #[error("the ring has version {found}, and at least {least} is asked for{by}")]
    RolledBack {
        /// The version of the ring at hand.
        found: u64,
        /// The least version allowed.
        least: u64,
        /// By whom.
        by: LeastBy,
    },
    /// What should keep the versions seen is no directory.
    #[error(
        "{} is no directory, and none is made: the versions of key rings that were seen are kept there",
        ToldPath(path)
    )]
    NoStateDirectory {
        /// The directory.
        path: PathBuf,
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
    /// The eldest enabled key names the subjects of vaults.
    #[error(
        "key {0} is the eldest that is enabled, and by it vaults name those whom `subject_field` tells of: without it \
         everybody has another name, `privet forget` does not find what was kept before, and who was forgotten before the \
         next key was made comes back with a replay; where no policy has a `subject_field`, or that is meant, add --eldest"
    )]
    EldestKey(KeyId),
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

/// Who asks for the least version of a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeastBy {
    /// A policy, or an argument.
    Setting,
    /// A directory where that version was noted.
    Seen(PathBuf),
    /// A vault where that version was noted.
    Vault,
    /// What ran before.
    Running,
}

impl fmt::Display for LeastBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting => Ok(()),
            Self::Seen(directory) => write!(f, ": {} says that it was seen", ToldPath(directory)),
            Self::Vault => {
                f.write_str(": the vault says that it was seen; bring the newest ring, or rotate this one past it")
            }
            Self::Running => f.write_str(": it was in use"),
        }
    }
}

impl KeyError {
    /// Tells whether it is about a ring's root that is named so, and not about the ring.
    pub fn is_of_root(&self, root: &str) -> bool {
        let names = |path: &Path| match Place::parse(root) {
            Some(Place::File(named)) => path.ends_with(named),
            Some(Place::Descriptor(_) | Place::Environment(_)) | None => false,
        };
        match self {
            Self::UnknownRoot
            | Self::RootItself
            | Self::ForeignRoot
            | Self::NoRoot
            | Self::MalformedRoot
            | Self::MalformedRootFile { .. }
            | Self::WrappedRoot { .. }
            | Self::OtherRoot
            | Self::OtherProvider { .. }
            | Self::UnknownOption { .. }
            | Self::Provider { .. } => true,
            Self::Unreadable { path, .. } | Self::NotAFile { path } | Self::TooOpen { path, .. } => names(path),
            _ => false,
        }
    }

    /// Says in which file a ring's document stands that does not have the shape of one.
    pub(super) fn in_ring(self, path: &Path) -> Self {
        match self {
            Self::MalformedRing { line, column } => Self::MalformedRingFile { path: path.to_owned(), line, column },
            other => other,
        }
    }

    /// Says in which file a root's document stands that does not have the shape of one.
    pub(super) fn in_root(self, place: &Place) -> Self {
        match (self, place) {
            (Self::MalformedRoot, Place::File(path)) => Self::MalformedRootFile { path: path.clone() },
            (other, _) => other,
        }
    }
}

/// Lists who wraps roots.
fn wrappers() -> String {
    PROVIDERS.iter().map(|row| format!("`{}:`", row.name)).collect::<Vec<_>>().join(", ")
}

/// Tells what the system says in words that people know from it.
fn said(kind: std::io::ErrorKind) -> String {
    match kind {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        kind => kind.to_string(),
    }
}
