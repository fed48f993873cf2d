//! Whose value it is: subjects by name, and values sealed under a key of their subject's own.

use std::sync::Arc;

use ring::hmac;
use zeroize::Zeroizing;

use super::canonical::{Versions, canonical_in};
use super::keyed::{HEADER, Keyed, RING, bounded};
use super::seal::{SealKey, Sealer, sealed_len};
use super::{
    BuildError, Form, Input, OperatorError, ParameterRow, Parameters, Region, Required, SubjectKey, SubjectRequest,
    ValueKind, Written,
};
use crate::keys::{Derivation, DerivedKey, KeyError, KeyRing, Purpose, derive, derive_subject, parts};
use crate::model::{Family, Shape};

pub(super) const SUBJECT_FIELD: ParameterRow = ParameterRow {
    name: "subject_field",
    form: Form::Text,
    required: Required::No,
    summary: "the field that tells whose value it is, such as `customer.id`: the value is sealed under a key of that \
              subject's own, which `privet forget` takes away; without it the record is refused",
};

pub(super) const SUBJECT_AS: ParameterRow = ParameterRow {
    name: "subject_as",
    form: Form::Text,
    required: Required::No,
    summary: "the kind of the subject, such as CUSTOMER_ID; default VALUE",
};

/// The kind of a subject that is not told.
const KIND: &str = "VALUE";
/// Bytes of a data key's name.
const ID: usize = 16;

/// Tells how many bytes a text of so many becomes under a subject's key.
pub(super) const fn subject_sealed_len(text: usize) -> usize {
    sealed_len(text) + ID
}

/// Names subjects of one key domain and kind.
pub struct SubjectNames {
    domain: Arc<str>,
    kind: String,
    /// Where telephone numbers are dialled.
    region: Option<Region>,
    key: hmac::Key,
    /// The other enabled keys', in their order: by the first of them subjects are named when the eldest is disabled.
    others: Vec<hmac::Key>,
}

impl std::fmt::Debug for SubjectNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubjectNames").field("domain", &self.domain).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl SubjectNames {
    /// Takes the ring of the key domain, the tenant, the subjects' kind, `VALUE` where none is given, and the region whose
    /// telephone numbers are meant where none is told.
    ///
    /// # Errors
    /// Where the ring has no enabled key, or a part is too long.
    pub fn new(ring: &KeyRing, tenant: &str, kind: Option<&str>, region: Option<Region>) -> Result<Self, KeyError> {
        Self::in_versions((ring, tenant), kind, region, Versions::NOW)
    }

    /// As [`SubjectNames::new`], in these versions of the canonical form: names of the former ones are known as well.
    fn in_versions(
        (ring, tenant): (&KeyRing, &str),
        kind: Option<&str>,
        region: Option<Region>,
        versions: Versions,
    ) -> Result<Self, KeyError> {
        let kind = kind.unwrap_or(KIND).to_owned();
        let named_by = |id, canonical| {
            let derivation = Derivation { tenant, scope: "", kind: &kind, canonical };
            let key = derive(ring.key(id)?, Purpose::Subject, &derivation)?;
            Ok::<_, KeyError>(hmac::Key::new(hmac::HMAC_SHA256, key.expose()))
        };
        // The eldest key names, so that rotation gives nobody another name.
        let first = (ring.eldest(), versions.own);
        let key = named_by(first.0, first.1)?;
        let all = versions.readable().flat_map(|version| ring.ages().iter().map(move |id| (*id, version)));
        let others = all.filter(|one| *one != first).map(|(id, version)| named_by(id, version));
        let others = others.collect::<Result<_, _>>()?;
        Ok(Self { domain: ring.name().into(), kind, region, key, others })
    }

    /// Gives a subject's name, from its canonical id.
    ///
    /// # Errors
    /// Where nothing is left of it in its canonical form, or it is too long.
    pub fn index(&self, subject: &str) -> Result<[u8; 32], OperatorError> {
        let form = canonical_in(subject, &self.kind, self.region);
        if form.is_empty() {
            return Err(OperatorError::NoSubject);
        }
        bounded(&form)?;
        Ok(digest(&self.key, &form))
    }

    /// Gives a subject's names under the ring's other enabled keys: what it is called once the eldest of them is disabled,
    /// or was while that was; and in former versions of the canonical form, should there be any.
    ///
    /// # Errors
    /// As [`SubjectNames::index`].
    pub fn others(&self, subject: &str) -> Result<Vec<[u8; 32]>, OperatorError> {
        self.index(subject)?;
        let form = canonical_in(subject, &self.kind, self.region);
        Ok(self.others.iter().map(|key| digest(key, &form)).collect())
    }

    /// The kind of the subjects.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The key domain.
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

fn digest(key: &hmac::Key, form: &str) -> [u8; 32] {
    let mut index = [0; 32];
    index.iter_mut().zip(hmac::sign(key, form.as_bytes()).as_ref()).for_each(|(to, from)| *to = *from);
    index
}

/// How an operator knows whose value it is.
#[derive(Debug)]
pub(super) struct Subjects {
    pub(super) field: String,
    names: SubjectNames,
}

impl Subjects {
    /// Reads the parameters; none where values are nobody's.
    pub(super) fn read(parameters: &Parameters, keyed: &Keyed<'_>) -> Result<Option<Self>, BuildError> {
        let kind = parameters.text(SUBJECT_AS.name)?;
        let Some(field) = parameters.text(SUBJECT_FIELD.name)? else {
            return match kind {
                Some(_) => Err(BuildError::of(SUBJECT_AS.name, "`subject_as` is for a `subject_field`")),
                None => Ok(None),
            };
        };
        if let Some(kind) = kind {
            Family::new(kind).map_err(|error| BuildError::of(SUBJECT_AS.name, error.to_string()))?;
        }
        let names = SubjectNames::new(keyed.key_ring(), keyed.tenant(), kind, keyed.region());
        let names = names.map_err(|error| BuildError::of(RING.name, error.to_string()))?;
        Ok(Some(Self { field: field.to_owned(), names }))
    }

    /// Gives how they are named.
    pub(super) const fn names(&self) -> &SubjectNames {
        &self.names
    }

    /// Asks for the key of a value's subject.
    pub(super) fn request(&self, input: &Input<'_>) -> Result<SubjectRequest, OperatorError> {
        let index = self.names.index(input.subject.ok_or(OperatorError::NoSubject)?)?;
        Ok(SubjectRequest { domain: Arc::clone(&self.names.domain), index, time: input.time })
    }
}

/// What is written for somebody who is forgotten: nothing, and nothing of what was there.
pub(super) const fn forgotten(input: &Input<'_>) -> Written {
    match input.value {
        ValueKind::Text | ValueKind::Key => Written::Text,
        ValueKind::Number | ValueKind::Bool | ValueKind::Null | ValueKind::Object | ValueKind::Array => Written::Null,
    }
}

/// What that is in the place of such a value.
pub(super) const fn forgotten_shape(value: ValueKind) -> Shape {
    match value {
        ValueKind::Text | ValueKind::Key => Shape::Exactly(String::new()),
        ValueKind::Number | ValueKind::Bool | ValueKind::Null | ValueKind::Object | ValueKind::Array => Shape::Null,
    }
}

/// One key of an operator, under which subjects' own keys are made: to open what is sealed one needs both.
pub(super) struct SubjectSealKey {
    pub(super) header: [u8; HEADER],
    pub(super) domain: Arc<str>,
    pub(super) kind: String,
    pub(super) key: DerivedKey,
}

impl SubjectSealKey {
    fn of(&self, person: &SubjectKey) -> Result<SealKey, KeyError> {
        let associated = parts(&[&self.header, self.domain.as_bytes(), self.kind.as_bytes(), &person.id])?;
        Ok(SealKey { header: self.header, associated, key: derive_subject(&self.key, person.key.expose())? })
    }

    /// Gives the bytes of a sealed text: header, name of the subject's key, and the rest as any other.
    pub(super) fn seal(&self, person: &SubjectKey, text: &[u8], more: &[u8]) -> Result<Vec<u8>, KeyError> {
        let sealed = Sealer::new(self.of(person)?)?.seal(text, more)?;
        let rest = sealed.get(HEADER..).unwrap_or_default();
        Ok([&self.header[..], &person.id, rest].concat())
    }

    /// Gives the text that was sealed under this key and the subject's.
    pub(super) fn open(&self, person: &SubjectKey, body: &[u8], more: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let rest = body.strip_prefix(&self.header)?.strip_prefix(&person.id)?;
        self.of(person).ok()?.open(&[&self.header[..], rest].concat(), more)
    }

    /// Gives the name of the subject's key that something was sealed under.
    pub(super) fn id(&self, body: &[u8]) -> Option<[u8; ID]> {
        body.strip_prefix(&self.header)?.split_first_chunk::<ID>().map(|(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical::CANONICAL_VERSION;
    use super::super::keyed::header;
    use super::super::tests::rings;
    use super::*;
    use crate::model::Sensitive;

    /// A number has one canonical form where its region is known, and one who is named by it is one person.
    #[test]
    fn a_telephone_number_names_one_person_however_it_is_dialled() {
        let rings = rings();
        let names = |region| {
            let names = SubjectNames::new(rings.get("customer").unwrap(), "", Some("PHONE_NUMBER"), Region::of(region))
                .unwrap();
            move |text: &str| names.index(text).unwrap()
        };
        let (here, nowhere) = (names("DE"), names(""));
        for text in ["030 901820", "+49 30 901820", "+4930901820", "0049 30 901820"] {
            assert_eq!(here(text), nowhere("+4930901820"), "{text}");
        }
        assert_ne!(nowhere("030 901820"), nowhere("+4930901820"));
    }

    #[derive(serde::Deserialize)]
    struct Golden {
        kind: String,
        text: String,
        form: String,
        name: String,
        key_id: String,
        key: String,
        row: String,
        ciphertext: String,
    }

    /// Whoever is forgotten after a rotation is so under the next key, too, which names once the eldest is disabled.
    #[test]
    fn the_name_after_the_eldest_key_is_known_before() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, root) = (folder.path().join("c.json"), folder.path().join("c.root.json"));
        let now = jiff::Timestamp::UNIX_EPOCH;
        let eldest = crate::keys::file::create("customer", &ring, &root, now).unwrap();
        let files = crate::keys::file::FileSource::parse(ring, None).unwrap();
        let names = || SubjectNames::new(&crate::keys::KeySource::open(&files).unwrap(), "", None, None).unwrap();
        let before = names();
        assert_eq!(before.others("Ada").unwrap(), [[0; 32]; 0]);
        files.change(crate::keys::Change::Rotate, now).unwrap();
        let both = names();
        assert_eq!(both.index("Ada").unwrap(), before.index("Ada").unwrap(), "rotation gives nobody another name");
        files.change(crate::keys::Change::Disable(eldest), now).unwrap();
        let after = names();
        assert_eq!(both.others("Ada").unwrap(), [after.index("Ada").unwrap()]);
        assert_ne!(after.index("Ada").unwrap(), before.index("Ada").unwrap());
        assert!(matches!(both.others(""), Err(OperatorError::NoSubject)));
    }

    /// Whoever is forgotten is so under the name of a former version, too.
    #[test]
    fn names_of_a_former_canonical_form_are_known() {
        let rings = rings();
        let ring = (&**rings.get("customer").unwrap(), "");
        let names = |own, former| SubjectNames::in_versions(ring, None, None, Versions { own, former }).unwrap();
        let (before, now) = (names(1, &[]), names(2, &[1]));
        let old = before.index("c-1").unwrap();
        assert_ne!(now.index("c-1").unwrap(), old);
        let others = now.others("c-1").unwrap();
        assert!(others.contains(&old) && before.others("c-1").unwrap().iter().all(|name| others.contains(name)));
        assert_eq!(others.len(), 3, "two enabled keys in two versions, but for the first");
    }

    /// Computed by an independent implementation, `tests/golden/vectors.py`, with run and nonce counted.
    #[test]
    fn names_and_what_is_sealed_are_the_golden_ones() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let all: Vec<Golden> = serde_json::from_str(include_str!("../../tests/golden/subjects.json")).unwrap();
        assert_eq!(all.len(), 14);
        let rings = rings();
        let ring = rings.get("customer").unwrap();
        let primary = ring.key(ring.primary()).unwrap();
        for golden in all {
            let names = SubjectNames::new(ring, "", Some(&golden.kind), None).unwrap();
            let name = names.index(&golden.text).map(|name| name.to_vec());
            // Nobody is named by nothing, though something can be sealed that has no canonical form.
            let named = if golden.form.is_empty() { Err(OperatorError::NoSubject) } else { Ok(hex(&golden.name)) };
            assert_eq!(name, named, "{}", golden.text);
            let key = Arc::new(Sensitive::new(hex(&golden.key).try_into().unwrap()));
            let person = SubjectKey { id: hex(&golden.key_id).try_into().unwrap(), key };
            let seal = |version, purpose| {
                let derivation = Derivation { tenant: "", scope: "", kind: &golden.kind, canonical: CANONICAL_VERSION };
                SubjectSealKey {
                    header: header(version, primary.id(), &golden.kind),
                    domain: "customer".into(),
                    kind: golden.kind.clone(),
                    key: derive(primary, purpose, &derivation).unwrap(),
                }
            };
            let row = seal(6 << 4 | CANONICAL_VERSION, Purpose::Vault);
            assert_eq!(row.id(&hex(&golden.row)), Some(person.id));
            assert_eq!(row.open(&person, &hex(&golden.row), b"token").unwrap().as_slice(), golden.form.as_bytes());
            let ciphertext = hex(&golden.ciphertext);
            let (body, _) = ciphertext.split_at(ciphertext.len() - 8);
            let own = seal(7 << 4, Purpose::Encrypt);
            assert_eq!(own.open(&person, body, b"").unwrap().as_slice(), golden.text.as_bytes());
        }
    }
}
