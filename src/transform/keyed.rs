//! What operators with a key have in common: ring, scope, value kind, epoch, spelling.

use std::sync::Arc;

use data_encoding::{BASE64URL_NOPAD, Encoding as Alphabet, HEXLOWER, Specification};

use super::canonical::CANONICAL_VERSION;
use super::{
    BuildContext, BuildError, Epoch, Form, Input, KEYED_VALUE_MAX, OperatorError, ParameterRow, Parameters, Required,
    ValueKind,
};
use crate::keys::{Derivation, DerivedKey, KeyId, KeyRing, Purpose, RingKey, derive};
use crate::model::Family;

pub(super) const RING: ParameterRow =
    ParameterRow { name: "ring", form: Form::Text, required: Required::Yes, summary: "the key ring" };

pub(super) const SCOPE: ParameterRow = ParameterRow {
    name: "scope",
    form: Form::OneOf(&["shared", "product"]),
    required: Required::No,
    summary: "`shared` (default): all who use the ring get the same; `product`: this data product has its own",
};

pub(super) const AS: ParameterRow = ParameterRow {
    name: "as",
    form: Form::Text,
    required: Required::No,
    summary: "the value kind, such as EMAIL_ADDRESS; default: the entity's family, and VALUE for a field entry",
};

pub(super) const EPOCH: ParameterRow = ParameterRow {
    name: "epoch",
    form: Form::Text,
    required: Required::No,
    summary: "`primary` (default) follows rotation, a key id stays; a record key must stay",
};

/// The ring, scope and kind that a policy gives an operator.
pub(super) struct Keyed<'a> {
    ring: Arc<KeyRing>,
    tenant: &'a str,
    scope: &'a str,
    kinds: Vec<&'a str>,
    pub(super) kind: Option<String>,
    pub(super) epoch: Epoch,
}

impl<'a> Keyed<'a> {
    pub(super) fn read(parameters: &'a Parameters, context: &BuildContext<'a>) -> Result<Self, BuildError> {
        let name = parameters.required(RING.name)?;
        let ring = context.rings.get(name).ok_or_else(|| unknown_ring(name, context))?;
        let scope = match parameters.choice(SCOPE.name, &[("shared", ""), ("product", context.product)])? {
            Some("") if parameters.text(SCOPE.name)? == Some("product") => {
                return Err(BuildError::of(SCOPE.name, "`scope: product` needs a policy that names its product"));
            }
            scope => scope.unwrap_or_default(),
        };
        let kind = parameters.text(AS.name)?;
        if let Some(kind) = kind {
            Family::new(kind).map_err(|error| BuildError::of(AS.name, error.to_string()))?;
        }
        let mut kinds = kind.map_or_else(|| context.kinds.to_vec(), |kind| vec![kind]);
        kinds.sort_unstable();
        kinds.dedup();
        let epoch = epoch(parameters, ring)?;
        let ring = Arc::clone(ring);
        Ok(Self { ring, tenant: context.tenant, scope, kinds, kind: kind.map(str::to_owned), epoch })
    }

    /// Gives the value kinds to derive keys for.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.kinds.iter().copied()
    }

    /// Gives the key that new values are written with.
    pub(super) fn writer(&self) -> Result<&RingKey, BuildError> {
        let id = match self.epoch {
            Epoch::Primary(id) | Epoch::Pinned(id) => id,
            Epoch::Keyless => self.ring.primary(),
        };
        self.ring.key(id).map_err(|error| BuildError::of(EPOCH.name, error.to_string()))
    }

    /// Gives every key that may be read with.
    pub(super) fn readers(&self) -> impl Iterator<Item = &RingKey> {
        self.ring.enabled()
    }

    pub(super) fn derive(&self, key: &RingKey, purpose: Purpose, kind: &str) -> Result<DerivedKey, BuildError> {
        let derivation = Derivation { tenant: self.tenant, scope: self.scope, kind, canonical: CANONICAL_VERSION };
        derive(key, purpose, &derivation).map_err(|error| BuildError::of(RING.name, error.to_string()))
    }
}

fn unknown_ring(name: &str, context: &BuildContext<'_>) -> BuildError {
    let known: Vec<&str> = context.rings.iter().map(|ring| ring.name()).collect();
    let error = BuildError::of(RING.name, format!("unknown ring `{name}`"));
    if known.is_empty() {
        error.with_help("no ring is configured; `privet keys new` makes one, and `rings:` names it")
    } else {
        error.with_help(format!("one of {}", known.join(", ")))
    }
}

fn epoch(parameters: &Parameters, ring: &KeyRing) -> Result<Epoch, BuildError> {
    match parameters.text(EPOCH.name)? {
        None | Some("primary") => Ok(Epoch::Primary(ring.primary())),
        Some(id) => {
            let id = id.parse().map_err(|_| {
                BuildError::of(EPOCH.name, "`epoch` is `primary` or a key id of 8 lower-case hex digits")
                    .with_help(format!("the ring's primary key is {}", ring.primary()))
            })?;
            ring.key(id).map_err(|error| BuildError::of(EPOCH.name, error.to_string()))?;
            Ok(Epoch::Pinned(id))
        }
    }
}

/// Checks what every operator with a key asks of a value.
pub(super) fn takes(input: &Input<'_>) -> Result<(), OperatorError> {
    match input.value {
        ValueKind::Bool | ValueKind::Object | ValueKind::Array => Err(OperatorError::UnsupportedValue),
        ValueKind::Text | ValueKind::Number | ValueKind::Null | ValueKind::Key => bounded(input.text),
    }
}

/// Checks a text, or its canonical form, against the limit.
pub(super) fn bounded(text: &str) -> Result<(), OperatorError> {
    if text.len() > KEYED_VALUE_MAX { Err(OperatorError::ValueTooLong) } else { Ok(()) }
}

/// Checks a prefix: `[a-z][a-z0-9]*_`.
pub(super) fn prefix(text: &str) -> Result<String, BuildError> {
    let fits = text.len() <= 32
        && text.strip_suffix('_').is_some_and(|word| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
    if fits {
        Ok(text.to_owned())
    } else {
        Err(BuildError::of("prefix", "a prefix is lower-case letters and digits with one `_` at the end, 32 at most")
            .with_help("such as `cus_`"))
    }
}

/// Bytes of a header: version, key id, kind tag.
pub(super) const HEADER: usize = 1 + 4 + 4;

/// Makes what a stand-in begins with, so that who reads it finds the key: its version, the key's id, and the first
/// four bytes of SHA-256 of the value kind.
pub(super) fn header(version: u8, id: KeyId, kind: &str) -> [u8; HEADER] {
    let digest = ring::digest::digest(&ring::digest::SHA256, kind.as_bytes());
    let mut header = [0; HEADER];
    let bytes = [version].into_iter().chain(id.0).chain(digest.as_ref().iter().copied());
    for (place, byte) in header.iter_mut().zip(bytes) {
        *place = byte;
    }
    header
}

/// How bytes are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Lower-case hex digits.
    Hex,
    /// Lower-case base32 of RFC 4648 without padding: survives collations that fold case.
    Base32,
    /// The URL-safe base64 of RFC 4648 without padding: shorter.
    Base64Url,
}

impl Encoding {
    /// Gives the alphabet, which refuses every spelling but its own.
    pub(super) fn alphabet(self) -> Result<Alphabet, BuildError> {
        match self {
            Self::Hex => Ok(HEXLOWER),
            Self::Base64Url => Ok(BASE64URL_NOPAD),
            Self::Base32 => {
                let mut specification = Specification::new();
                specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
                specification.encoding().map_err(|error| BuildError::of("encoding", error.to_string()))
            }
        }
    }

    /// Tells whether the spelling uses this byte.
    pub(super) const fn has(self, byte: u8) -> bool {
        match self {
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::Base32 => matches!(byte, b'a'..=b'z' | b'2'..=b'7'),
            Self::Base64Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
        }
    }

    /// Tells how long so many bytes become.
    pub const fn len(self, bytes: usize) -> usize {
        match self {
            Self::Hex => bytes * 2,
            Self::Base32 => (bytes * 8).div_ceil(5),
            Self::Base64Url => (bytes * 8).div_ceil(6),
        }
    }
}
