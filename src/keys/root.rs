//! Where a ring's root comes from: it lies somewhere as it is, or lies in the ring's own document, wrapped by a provider.

use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::document::{self, RingDocument, RootReference};
use super::provider::{self, Provider, Wrapper};
use super::{KeyError, Place};
use crate::model::Sensitive;

/// Who gives a ring's root.
#[derive(Debug, Clone)]
pub enum Root {
    /// It lies there as it is.
    At(Place),
    /// The ring's document has it, and this provider unwraps it.
    Wrapped(Arc<dyn Wrapper>),
    /// The ring is not in a file, so there is no place beside it, and nobody said another.
    Unsaid,
}

impl Root {
    /// Reads a root's reference; none given means the file beside the ring's, if that is in a file.
    ///
    /// # Errors
    /// Where the reference names nobody, or a provider without what it needs.
    pub fn parse(reference: Option<&str>, beside: Option<PathBuf>) -> Result<Self, KeyError> {
        let Some(reference) = reference else {
            return Ok(beside.map_or(Self::Unsaid, |path| Self::At(Place::File(path))));
        };
        if let Some(place) = Place::parse(reference) {
            return Ok(Self::At(place));
        }
        let (name, options) = reference.split_once(':').ok_or(KeyError::UnknownRoot)?;
        Ok(Self::Wrapped(provider::wrapper(name, options)?.into()))
    }

    /// Gives the root of a ring; the one of before, too, while there are two.
    pub(super) fn of(&self, ring: &RingDocument) -> Result<Vec<Sensitive<[u8; 32]>>, KeyError> {
        let RootReference { provider, key, ciphertext } = &ring.root;
        match self {
            Self::Wrapped(wrapper) => {
                let (Some(key), Some(ciphertext)) = (key, ciphertext) else {
                    return Err(KeyError::OtherProvider { found: provider.name(), named: wrapper.provider().name() });
                };
                if *provider != wrapper.provider() {
                    return Err(KeyError::OtherProvider { found: provider.name(), named: wrapper.provider().name() });
                }
                wrapper.unwrap_root(key, &ring.ring, ciphertext).map(|root| vec![root])
            }
            Self::At(_) | Self::Unsaid if *provider != Provider::File => {
                Err(KeyError::WrappedRoot { provider: provider.name() })
            }
            Self::At(place) => document::read_root(&place.read()?, &ring.ring).map_err(|error| error.in_root(place)),
            Self::Unsaid => Err(KeyError::NoRoot),
        }
    }

    /// Says what a person should know of where the root is.
    pub fn caution(&self) -> Option<&'static str> {
        match self {
            Self::At(Place::Environment(_)) => Some(CAUTION),
            Self::At(Place::File(_) | Place::Descriptor(_)) | Self::Wrapped(_) | Self::Unsaid => None,
        }
    }
}

/// Tells by a ring's text who wraps its root, and under which key; none where nobody does. The ring is not opened, and nothing
/// in it is proven.
///
/// # Errors
/// Where the text is no ring's.
pub fn wrapped_by(ring: &[u8]) -> Result<Option<(Provider, String)>, KeyError> {
    let RootReference { provider, key, .. } = document::parse(ring)?.root;
    Ok(key.map(|key| (provider, key)))
}

/// Writes the text of a root's file; with the one of before while the ring is changed to the new one.
pub(super) fn root_text(
    name: &str,
    root: &Sensitive<[u8; 32]>,
    former: Option<&Sensitive<[u8; 32]>>,
) -> Zeroizing<String> {
    let hex = |root: &Sensitive<[u8; 32]>| Zeroizing::new(HEXLOWER.encode(root.expose()));
    // Large enough from the start: growing would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(512));
    text.push_str(&format!("{{\"version\": 1, \"ring\": \"{name}\", \"root\": \""));
    text.push_str(&hex(root));
    if let Some(former) = former {
        text.push_str("\", \"former\": \"");
        text.push_str(&hex(former));
    }
    text.push_str("\"}\n");
    text
}

/// What is said of a root in the environment.
pub(super) const CAUTION: &str = "its root stands in the environment, which every process of this user can read, and \
                                  crash reports carry off: for development only";
