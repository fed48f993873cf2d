//! Who wraps the roots of rings: a key-management service that holds a key of its own and never gives it away.
//!
//! A ring's document has the wrapped root and the name of the key that wraps it. Where the service is and how one is known
//! to it is never taken from the document, which others may write: that is said by who runs privet. One call at load.

#[cfg(feature = "aws-kms")]
mod aws_credentials;
#[cfg(feature = "aws-kms")]
mod aws_kms;
#[cfg(feature = "azure-key-vault")]
mod azure_key_vault;
#[cfg(any(feature = "azure-key-vault", feature = "google-kms"))]
mod bearer;
#[cfg(feature = "google-kms")]
mod google_kms;
mod http;
mod options;
#[cfg(feature = "aws-kms")]
mod sigv4;
mod transit;

use data_encoding::Encoding;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::KeyError;
use crate::model::Sensitive;
use options::Options;

/// Who holds a root, as a ring's document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Nobody: it lies somewhere as it is.
    File,
    /// HashiCorp Vault or OpenBao, secrets engine transit.
    VaultTransit,
    /// AWS KMS.
    AwsKms,
    /// Azure Key Vault.
    AzureKeyVault,
    /// Google Cloud KMS.
    GoogleKms,
}

impl Provider {
    /// Gives its name in documents and references.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::VaultTransit => "vault-transit",
            Self::AwsKms => "aws-kms",
            Self::AzureKeyVault => "azure-key-vault",
            Self::GoogleKms => "google-kms",
        }
    }
}

/// A root that was wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedRoot {
    /// The key that wrapped it, as the provider names it.
    pub key: String,
    /// What the provider gave for it.
    pub ciphertext: String,
}

/// Which of a provider's keys one is, however its name is spelled; to be compared with others of that provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyIdentity(pub String);

/// A provider at hand; blocks while it asks.
pub trait Wrapper: std::fmt::Debug + Send + Sync {
    /// Says which it is.
    fn provider(&self) -> Provider;

    /// Wraps the root of a ring under a key.
    ///
    /// # Errors
    /// Where the provider refuses or cannot be reached.
    fn wrap_root(&self, key: &str, ring: &str, root: &[u8; 32]) -> Result<WrappedRoot, KeyError>;

    /// Unwraps the root of a ring.
    ///
    /// # Errors
    /// Where the provider refuses or cannot be reached.
    fn unwrap_root(&self, key: &str, ring: &str, ciphertext: &str) -> Result<Sensitive<[u8; 32]>, KeyError>;

    /// Tells which key a name leads to: names of one key give one identity, however they are spelled. Two keys may give one, too,
    /// where a name does not tell them apart; never does one key give two.
    ///
    /// # Errors
    /// Where that cannot be told, be it that the provider cannot be reached.
    fn identify(&self, _key: &str) -> Result<KeyIdentity, KeyError> {
        Err(fault(self.provider(), ProviderFault::Unidentified))
    }

    /// Destroys a key for good, with all that it wrapped; where the provider waits before it does so, for that many days.
    /// Who calls this has compared its identity with those of all keys that are needed.
    ///
    /// # Errors
    /// Where the provider refuses or cannot be reached.
    fn destroy_key(&self, _key: &str, _days: PendingDays) -> Result<KeyEnd, KeyError> {
        Ok(KeyEnd::ByHand)
    }
}

/// For how many days a provider keeps a key whose deletion is scheduled: 7 to 30, as AWS KMS takes it (its API reference,
/// `ScheduleKeyDeletion`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingDays(u8);

impl PendingDays {
    /// What AWS KMS takes where nobody says it.
    pub const DEFAULT: Self = Self(30);

    /// Takes a number of days; none where it is not from 7 to 30.
    pub fn new(days: u8) -> Option<Self> {
        (7..=30).contains(&days).then_some(Self(days))
    }

    /// Gives the number.
    pub const fn days(self) -> u8 {
        self.0
    }
}

/// What became of a provider's key that was to be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyEnd {
    /// It is gone.
    Destroyed,
    /// It is gone at that time, and can be brought back until then.
    Pending(jiff::Timestamp),
    /// A person must do it: this provider is not asked to.
    ByHand,
}

/// One provider: a row of [`PROVIDERS`].
#[derive(Debug)]
pub struct ProviderRow {
    /// What stands before the colon in `root: "vault-transit:address=https://vault:8200"`.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// The options that it takes; those that end in `_file` are paths.
    pub options: &'static [&'static str],
    make: fn(&Options) -> Result<Box<dyn Wrapper>, KeyError>,
}

/// Every provider that this privet was built with.
pub const PROVIDERS: &[ProviderRow] = &[
    transit::ROW,
    #[cfg(feature = "aws-kms")]
    aws_kms::ROW,
    #[cfg(feature = "azure-key-vault")]
    azure_key_vault::ROW,
    #[cfg(feature = "google-kms")]
    google_kms::ROW,
];

/// Providers that privet is built with on request.
const ON_REQUEST: [&str; 3] = ["aws-kms", "azure-key-vault", "google-kms"];

/// Makes a provider of what a reference says: its name, and `NAME=VALUE,…`.
///
/// # Errors
/// Where there is no such provider, or an option is wrong.
pub fn wrapper(name: &str, options: &str) -> Result<Box<dyn Wrapper>, KeyError> {
    match PROVIDERS.iter().find(|row| row.name == name) {
        Some(row) => (row.make)(&Options::parse(row.name, options, row.options)?),
        None => Err(match ON_REQUEST.into_iter().find(|known| *known == name) {
            Some(feature) => KeyError::NoFeature(feature),
            None => KeyError::UnknownRoot,
        }),
    }
}

/// Tells whether a provider is called so, whether this privet was built with it or not.
pub fn is_provider(name: &str) -> bool {
    ON_REQUEST.contains(&name) || PROVIDERS.iter().any(|row| row.name == name)
}

/// Gives a provider's reference with its paths made by `path`; every other text is given as it is.
pub fn with_paths(reference: &str, path: impl Fn(&str) -> String) -> String {
    let Some((name, options)) = reference.split_once(':') else { return reference.to_owned() };
    if options.is_empty() || !PROVIDERS.iter().any(|row| row.name == name) {
        return reference.to_owned();
    }
    let rebased = options.split(',').map(|option| match option.split_once('=') {
        Some((name, value)) if name.ends_with("_file") => format!("{name}={}", path(value)),
        Some(_) | None => option.to_owned(),
    });
    format!("{name}:{}", rebased.collect::<Vec<_>>().join(","))
}

/// What a provider did not do; never what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It does not answer.
    #[error("does not answer")]
    Silent,
    /// It is not whom its certificate should name, or has none that is trusted.
    #[error("has no certificate that is trusted here")]
    Untrusted,
    /// It refuses.
    #[error("answers with status {}{}", .0, hint(*.0))]
    Status(u16),
    /// It answers something else.
    #[error("answers what was not asked")]
    Malformed,
    /// Its address is plain HTTP, and not on this host.
    #[error("would be reached in the clear: its address is https://…, or http:// on this host alone")]
    InTheClear,
    /// Its address is none.
    #[error("has no address that can be used: give `address=https://HOST:PORT`, or what its documentation names")]
    NoAddress,
    /// There is nothing to be known by.
    #[error("needs credentials, and none are found: {0}")]
    NoCredentials(&'static str),
    /// It does not tell which key a name leads to.
    #[error("does not tell which key that name leads to")]
    Unidentified,
    /// The key's name has characters that no key has.
    #[error("has no key of such a name: letters, digits and `-_./:` make it")]
    KeyName,
}

const fn hint(status: u16) -> &'static str {
    match status {
        400 => ": the key did not wrap this, or may not",
        401 | 403 => ": these credentials may not use the key",
        404 => ": there is no such key, or place",
        _ => "",
    }
}

/// Checks that a key's name can stand in a path.
fn check_key_name(provider: Provider, key: &str) -> Result<(), KeyError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    let plain = !key.is_empty() && key.len() <= 2048 && key.bytes().all(known);
    if plain && !key.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Ok(());
    }
    Err(fault(provider, ProviderFault::KeyName))
}

const fn fault(provider: Provider, what: ProviderFault) -> KeyError {
    KeyError::Provider { provider: provider.name(), what }
}

/// Reads a root that an answer holds.
fn root_of(provider: Provider, text: &str, encoding: &Encoding) -> Result<Sensitive<[u8; 32]>, KeyError> {
    let wrong = || fault(provider, ProviderFault::Malformed);
    let bytes = Zeroizing::new(encoding.decode(text.as_bytes()).map_err(|_| wrong())?);
    bytes.as_slice().try_into().map(Sensitive::new).map_err(|_| wrong())
}
