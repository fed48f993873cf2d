//! What operators with a key have in common: ring, scope, epoch, the keys of each value kind, and how they write.

use std::borrow::Cow;
use std::sync::Arc;

use ring::hmac;
use zeroize::Zeroizing;

use super::canonical::{Versions, canonical, canonical_in};
use super::echo::repeats;
use super::{
    BuildContext, BuildError, Epoch, Form, Input, KEYED_VALUE_MAX, OldShape, OperatorError, ParameterRow, Parameters,
    Permits, Region, Reopened, Required, ValueKind, Written,
};
use crate::keys::{Derivation, DerivedKey, KeyId, KeyRing, Purpose, RingKey, derive};
use crate::model::{Family, Sensitive, Shape};

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

pub(super) const CONTEXT: ParameterRow = ParameterRow {
    name: "context_field",
    form: Form::Text,
    required: Required::No,
    summary: "a field, such as `tenant.id`: in another context the value has another stand-in, and who turns it back \
              must give the context; without it the record is refused",
};

/// Bytes of the longest context: it names a thing, and is no text.
const CONTEXT_MAX: usize = 1024;

/// The field in whose context an operator writes, if its policy names one.
#[derive(Debug)]
pub(super) struct ContextField(Option<String>);

impl ContextField {
    pub(super) fn read(parameters: &Parameters) -> Result<Self, BuildError> {
        Ok(Self(parameters.text(CONTEXT.name)?.map(str::to_owned)))
    }

    /// Gives the field's path.
    pub(super) fn path(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Gives the canonical form of the field's text; empty, which no context is, where the policy names no field.
    pub(super) fn of<'t>(&self, text: Option<&'t str>) -> Result<Cow<'t, str>, OperatorError> {
        if self.0.is_none() {
            return Ok(Cow::Borrowed(""));
        }
        let text = text.filter(|text| text.len() <= CONTEXT_MAX).ok_or(OperatorError::NoContext)?;
        let form = canonical(text, "VALUE");
        if (1..=CONTEXT_MAX).contains(&form.len()) { Ok(form) } else { Err(OperatorError::NoContext) }
    }
}

/// The ring, scope and kind that a policy gives an operator.
pub(super) struct Keyed<'a> {
    ring: Arc<KeyRing>,
    tenant: &'a str,
    scope: &'a str,
    region: Option<Region>,
    kinds: Vec<&'a str>,
    pub(super) kind: Option<String>,
    pub(super) epoch: Epoch,
    /// In which the canonical form is written and read.
    pub(super) versions: Versions,
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
        let (tenant, region, kind) = (context.tenant, context.region, kind.map(str::to_owned));
        Ok(Self { ring, tenant, scope, region, kinds, kind, epoch, versions: Versions::NOW })
    }

    /// Takes other versions of the canonical form than those of this privet.
    pub(super) fn with_versions(self, versions: Versions) -> Self {
        Self { versions, ..self }
    }

    /// Gives the ring itself.
    pub(super) fn key_ring(&self) -> &KeyRing {
        &self.ring
    }

    /// Gives the region whose telephone numbers are meant where none is told.
    pub(super) const fn region(&self) -> Option<Region> {
        self.region
    }

    /// Gives the tenant.
    pub(super) const fn tenant(&self) -> &str {
        self.tenant
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

    /// Gives the ring's name.
    pub(super) fn ring(&self) -> &str {
        self.ring.name()
    }

    /// Gives the enabled key that was made first.
    pub(super) fn eldest(&self) -> Result<&RingKey, BuildError> {
        self.ring.key(self.ring.eldest()).map_err(|error| BuildError::of(RING.name, error.to_string()))
    }

    /// Gives the enabled keys that are no younger than the one that new values are written with, the eldest first.
    pub(super) fn up_to_writer(&self) -> Result<Vec<&RingKey>, BuildError> {
        let writer = self.writer()?.id();
        let last = self.ring.ages().iter().position(|id| *id == writer).unwrap_or_default();
        let ids = self.ring.ages().iter().take(last + 1);
        let key = |id: &KeyId| self.ring.key(*id).map_err(|error| BuildError::of(RING.name, error.to_string()));
        ids.map(key).collect()
    }

    /// Gives every key that may be read with.
    pub(super) fn readers(&self) -> impl Iterator<Item = &RingKey> {
        self.ring.enabled()
    }

    pub(super) fn derive(&self, key: &RingKey, purpose: Purpose, kind: &str) -> Result<DerivedKey, BuildError> {
        self.derive_in(self.versions.own, key, purpose, kind)
    }

    /// Gives every enabled key with every version of the canonical form that can be read, those that are written now first.
    pub(super) fn readers_in(&self) -> impl Iterator<Item = (u8, &RingKey)> {
        self.versions.readable().flat_map(|version| self.readers().map(move |key| (version, key)))
    }

    /// Derives a key for a version of the canonical form.
    pub(super) fn derive_in(
        &self,
        version: u8,
        key: &RingKey,
        purpose: Purpose,
        kind: &str,
    ) -> Result<DerivedKey, BuildError> {
        let derivation = Derivation { tenant: self.tenant, scope: self.scope, kind, canonical: version };
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

/// The keys of an operator: one entry for each value kind that it may meet. Its `Debug` shows none of them.
pub(super) struct Kinds<K> {
    ring: Arc<str>,
    /// The kind that `as:` names, whatever was found.
    kind: Option<String>,
    region: Option<Region>,
    epoch: Epoch,
    /// Enabled keys of the ring but the one it writes with.
    others: Vec<KeyId>,
    keys: Vec<(String, K)>,
}

impl<K> Kinds<K> {
    pub(super) fn build(keyed: &Keyed<'_>, make: impl Fn(&str) -> Result<K, BuildError>) -> Result<Self, BuildError> {
        let keys = keyed.kinds().map(|kind| Ok((kind.to_owned(), make(kind)?))).collect::<Result<_, BuildError>>()?;
        let writer = keyed.writer()?.id();
        let others = keyed.readers().map(RingKey::id).filter(|id| *id != writer).collect();
        let (ring, kind, region, epoch) = (keyed.ring().into(), keyed.kind.clone(), keyed.region, keyed.epoch);
        Ok(Self { ring, kind, region, epoch, others, keys })
    }

    /// Gives the kind of every value, where it is one and the same.
    pub(super) fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// Gives the enabled keys of the ring but the one it writes with.
    pub(super) fn others(&self) -> &[KeyId] {
        &self.others
    }

    /// Gives the ring's name.
    pub(super) fn ring(&self) -> &str {
        &self.ring
    }

    /// Gives every kind.
    pub(super) fn names(&self) -> Vec<&str> {
        self.keys.iter().map(|(kind, _)| kind.as_str()).collect()
    }

    /// Gives kinds and keys of those that are permitted.
    pub(super) fn permitted(&self, permits: &Permits<'_>) -> impl Iterator<Item = (&str, &K)> {
        self.keys.iter().filter(|(kind, _)| permits(kind)).map(|(kind, keys)| (kind.as_str(), keys))
    }

    /// Turns back what one of the permitted kinds' keys opens; see [`Reversal::open`](super::Reversal::open).
    pub(super) fn reopened(
        &self,
        permits: &Permits<'_>,
        open: impl Fn(&K) -> Option<Zeroizing<Vec<u8>>>,
    ) -> Option<Reopened> {
        self.permitted(permits).find_map(|(kind, keys)| {
            let plain = open(keys)?;
            let value = Sensitive::new(std::str::from_utf8(&plain).ok()?.to_owned());
            Some(Reopened { kind: kind.to_owned(), value })
        })
    }

    pub(super) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Gives every kind's.
    pub(super) fn iter(&self) -> impl Iterator<Item = &K> {
        self.keys.iter().map(|(_, keys)| keys)
    }

    /// Gives the kind and the keys of a value that was found as `kind`.
    pub(super) fn of(&self, kind: &str) -> Result<(&str, &K), OperatorError> {
        let kind = self.kind.as_deref().unwrap_or(kind);
        let entry = self.keys.iter().find(|(known, _)| known == kind);
        entry.map(|(kind, keys)| (kind.as_str(), keys)).ok_or(OperatorError::UnknownKind)
    }

    /// Gives the canonical form of a value of that kind.
    pub(super) fn form<'t>(&self, text: &'t str, kind: &str) -> Cow<'t, str> {
        canonical_in(text, kind, self.region)
    }

    /// Writes what stands for a value: `stand_in` appends it, given the kind, its keys and the canonical form.
    ///
    /// What repeats the value is refused. On errors `out` is as it was.
    pub(super) fn write(
        &self,
        input: &Input<'_>,
        out: &mut String,
        stand_in: impl FnOnce(&str, &K, &str, &mut String) -> Result<(), OperatorError>,
    ) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        takes(input)?;
        let (kind, keys) = self.of(input.kind)?;
        let form = self.form(input.text, kind);
        bounded(&form)?;
        let start = out.len();
        let appended = stand_in(kind, keys, &form, out).and_then(|()| {
            let echo = repeats(out.get(start..).unwrap_or_default(), input.text);
            if echo { Err(OperatorError::Echo) } else { Ok(Written::Text) }
        });
        if appended.is_err() {
            out.truncate(start);
        }
        appended
    }
}

impl Kinds<hmac::Key> {
    /// Derives a key of HMAC-SHA-256 for each kind.
    pub(super) fn hmac(keyed: &Keyed<'_>, purpose: Purpose) -> Result<Self, BuildError> {
        let writer = keyed.writer()?;
        Self::build(keyed, |kind| Ok(hmac::Key::new(hmac::HMAC_SHA256, keyed.derive(writer, purpose, kind)?.expose())))
    }
}

/// What an operator has under each enabled key of a ring, for one value kind.
pub(super) struct Enabled<T> {
    writer: T,
    others: Vec<(KeyId, T)>,
}

impl<T> Enabled<T> {
    pub(super) fn build(
        keyed: &Keyed<'_>,
        make: impl Fn(&RingKey) -> Result<T, BuildError>,
    ) -> Result<Self, BuildError> {
        let writer = keyed.writer()?;
        let others = keyed.readers().filter(|key| key.id() != writer.id());
        Ok(Self {
            writer: make(writer)?,
            others: others.map(|key| Ok((key.id(), make(key)?))).collect::<Result<_, BuildError>>()?,
        })
    }

    /// Gives what new values are written with, or what others were written with under that key.
    pub(super) fn of(&self, under: Option<KeyId>) -> &T {
        let other = under.and_then(|id| self.others.iter().find(|(other, _)| *other == id));
        other.map_or(&self.writer, |(_, other)| other)
    }

    /// Gives all, the one that new values are written with first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.writer).chain(self.others.iter().map(|(_, other)| other))
    }
}

impl<K> std::fmt::Debug for Kinds<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kinds").field("kinds", &self.names()).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// Checks what every operator with a key asks of a value.
pub(super) fn takes(input: &Input<'_>) -> Result<(), OperatorError> {
    match input.value {
        ValueKind::Bool | ValueKind::Object | ValueKind::Array => Err(OperatorError::UnsupportedValue),
        ValueKind::Text | ValueKind::Number | ValueKind::Null | ValueKind::Key => bounded(input.text),
    }
}

/// Tells of values that no operator with a key takes.
pub(super) const fn refuses(value: &OldShape<'_>) -> Option<Shape> {
    match value.value {
        ValueKind::Bool | ValueKind::Object | ValueKind::Array => Some(Shape::Refused),
        ValueKind::Text | ValueKind::Number | ValueKind::Null | ValueKind::Key => None,
    }
}

/// Checks a text, or its canonical form, against the limit.
pub(super) fn bounded(text: &str) -> Result<(), OperatorError> {
    if text.len() > KEYED_VALUE_MAX { Err(OperatorError::ValueTooLong) } else { Ok(()) }
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
