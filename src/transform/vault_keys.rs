//! The keys of one value kind in a vault: by which its rows are found, its tokens known and its values sealed.

use std::borrow::Cow;

use ring::hmac;

use super::canonical::Versions;
use super::keyed::{HEADER, Keyed, RING, header};
use super::seal::{SealKey, Sealer};
use super::subject::SubjectSealKey;
use super::vault_row::{FoundBy, Row};
use super::{BuildError, NewRow, SealedUnder, StoredRow, SubjectKey};
use crate::keys::{KeyId, Purpose, RingKey, parts};

/// First byte of a token: its format in the upper half, the canonical form in the lower.
const TOKEN_FORMAT: u8 = 3 << 4;
/// First byte of a sealed value.
const SEALED_FORMAT: u8 = 4 << 4;
/// First byte of a value that is sealed under its subject's key, too.
const SUBJECT_FORMAT: u8 = 6 << 4;
/// Random bytes of a token.
pub(super) const RANDOM: usize = 16;
/// Bytes by which a token is known without asking the store.
pub(super) const CHECK: usize = 4;
/// Bytes of the kind's tag, at a header's end.
const TAG: usize = 4;
/// Bytes of a token.
pub(super) const TOKEN: usize = HEADER + RANDOM + CHECK;

/// The keys of one value kind.
pub(super) struct KindKeys {
    /// The eldest enabled key's: by it the store finds what it has, so that a rotation moves nothing.
    pub(super) index: IndexKey,
    /// The one that new values are written with, which marks new tokens.
    pub(super) mark: IndexKey,
    /// Those made after the eldest, up to that one: by them new rows are found, too, so that their tokens are still given
    /// when the eldest is disabled, and the next in age takes its place.
    others: Vec<IndexKey>,
    /// Every enabled key's, by which tokens are known.
    marks: Vec<IndexKey>,
    pub(super) sealer: Sealer,
    /// How what the sealer seals begins.
    own_header: [u8; HEADER],
    pub(super) openers: Vec<SealKey>,
    pub(super) subject_sealer: SubjectSealKey,
    pub(super) subject_openers: Vec<SubjectSealKey>,
}

/// Gives how values are sealed in a store whose rows a key of a ring opens.
pub fn sealed_under(key: KeyId) -> Vec<SealedUnder> {
    let [a, b, c, d] = key.0;
    let formats = [SEALED_FORMAT, SUBJECT_FORMAT];
    let of = |format| Versions::NOW.readable().map(move |version| SealedUnder([format | version, a, b, c, d]));
    formats.into_iter().flat_map(of).collect()
}

/// Whether a row goes with somebody who is forgotten. The two kinds never share one: what is sealed under the ring's key
/// alone opens from a backup, whoever was forgotten since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Nobodys,
    Somebodys,
}

/// The index key of one value kind under one ring key.
pub(super) struct IndexKey {
    id: KeyId,
    header: [u8; HEADER],
    key: hmac::Key,
}

impl IndexKey {
    fn new(keyed: &Keyed<'_>, key: &RingKey, kind: &str) -> Result<Self, BuildError> {
        Self::of(keyed, (keyed.versions.own, key), kind)
    }

    fn of(keyed: &Keyed<'_>, (version, key): (u8, &RingKey), kind: &str) -> Result<Self, BuildError> {
        let header = header(TOKEN_FORMAT | version, key.id(), kind);
        let derived = keyed.derive_in(version, key, Purpose::Index, kind)?;
        let hmac = hmac::Key::new(hmac::HMAC_SHA256, derived.expose());
        Ok(Self { id: key.id(), header, key: hmac })
    }

    /// Gives what the store finds a form by, with its context and place.
    fn found_index(&self, whose: Whose, found_by: &FoundBy, form: &str) -> Option<[u8; 32]> {
        let context = std::str::from_utf8(&found_by.context).ok()?;
        match &found_by.place {
            None => self.index(whose, context, form),
            Some(place) => self.place_index(whose, context, place, form),
        }
    }

    /// Gives what the store finds a canonical form by: the parts `index` and the context, then the form.
    pub(super) fn index(&self, whose: Whose, context: &str, form: &str) -> Option<[u8; 32]> {
        self.digest_of(whose, &[b"index", context.as_bytes()], form)
    }

    /// Gives what the store finds one place's form by: the parts `place`, the context and the place, then the form.
    pub(super) fn place_index(&self, whose: Whose, context: &str, place: &[u8], form: &str) -> Option<[u8; 32]> {
        self.digest_of(whose, &[b"place", context.as_bytes(), place], form)
    }

    /// Gives the bytes in a token of one place's form that are drawn elsewhere: the parts `token`, the way, the context
    /// and the place, then the form.
    pub(super) fn place_bytes(
        &self,
        whose: Whose,
        way: u8,
        context: &str,
        place: &[u8],
        form: &str,
    ) -> Option<[u8; RANDOM]> {
        self.digest_of(whose, &[b"token", &[way], context.as_bytes(), place], form)
    }

    /// Puts the part `somebody` in front of what is somebody's.
    fn digest_of<const LEN: usize>(&self, whose: Whose, begin: &[&[u8]], form: &str) -> Option<[u8; LEN]> {
        match whose {
            Whose::Nobodys => self.digest(begin, form.as_bytes()),
            Whose::Somebodys => self.digest(&[&[b"somebody".as_slice()], begin].concat(), form.as_bytes()),
        }
    }

    /// Gives the check of a token's random bytes: the parts `check`, the header and the context, if there is one, then
    /// those bytes.
    fn check(&self, context: &str, random: &[u8; RANDOM]) -> Option<[u8; CHECK]> {
        let all: [&[u8]; 3] = [b"check", &self.header, context.as_bytes()];
        let count = if context.is_empty() { 2 } else { 3 };
        self.digest(all.get(..count)?, random)
    }

    /// Gives as much of HMAC-SHA-256 as is asked for.
    fn digest<const LEN: usize>(&self, begin: &[&[u8]], rest: &[u8]) -> Option<[u8; LEN]> {
        let mut hmac = hmac::Context::with_key(&self.key);
        hmac.update(&parts(begin).ok()?);
        hmac.update(rest);
        hmac.sign().as_ref().first_chunk().copied()
    }

    pub(super) fn token(&self, context: &str, random: &[u8; RANDOM]) -> Option<Vec<u8>> {
        Some([&self.header[..], random, &self.check(context, random)?].concat())
    }

    /// Tells whether a token was marked by this key in that context.
    fn marked(&self, context: &str, token: &[u8]) -> bool {
        let Some((random, check)) = token.strip_prefix(&self.header).and_then(<[u8]>::split_first_chunk::<RANDOM>)
        else {
            return false;
        };
        let own = self.check(context, random);
        own.is_some_and(|own| check.len() == CHECK && subtle::ConstantTimeEq::ct_eq(&own[..], check).into())
    }
}

impl KindKeys {
    pub(super) fn new(keyed: &Keyed<'_>, kind: &str) -> Result<Self, BuildError> {
        let wrong = |error: crate::keys::KeyError| BuildError::of(RING.name, error.to_string());
        let seal = |(version, key): (u8, &RingKey)| {
            let header = header(SEALED_FORMAT | version, key.id(), kind);
            let associated = parts(&[&header, key.ring().as_bytes(), kind.as_bytes()]).map_err(wrong)?;
            Ok::<_, BuildError>(SealKey {
                header,
                associated,
                key: keyed.derive_in(version, key, Purpose::Vault, kind)?,
            })
        };
        let subject_seal = |(version, key): (u8, &RingKey)| {
            let header = header(SUBJECT_FORMAT | version, key.id(), kind);
            let derived = keyed.derive_in(version, key, Purpose::Vault, kind)?;
            Ok::<_, BuildError>(SubjectSealKey {
                header,
                domain: key.ring().into(),
                kind: kind.to_owned(),
                key: derived,
            })
        };
        let others = keyed.up_to_writer()?.into_iter().skip(1);
        let writer = (keyed.versions.own, keyed.writer()?);
        Ok(Self {
            subject_sealer: subject_seal(writer)?,
            subject_openers: keyed.readers_in().map(subject_seal).collect::<Result<_, _>>()?,
            index: IndexKey::new(keyed, keyed.eldest()?, kind)?,
            mark: IndexKey::new(keyed, keyed.writer()?, kind)?,
            others: others.map(|key| IndexKey::new(keyed, key, kind)).collect::<Result<_, _>>()?,
            marks: keyed.readers_in().map(|reader| IndexKey::of(keyed, reader, kind)).collect::<Result<_, _>>()?,
            own_header: header(SEALED_FORMAT | writer.0, writer.1.id(), kind),
            sealer: Sealer::new(seal(writer)?).map_err(wrong)?,
            openers: keyed.readers_in().map(seal).collect::<Result<_, _>>()?,
        })
    }

    /// Gives the id of the key that marked a token of this kind, where that is none of the enabled ones, whose marks can be
    /// checked: a process that knows the ring's next version already may have made it, or it outlives a key that was disabled.
    pub(super) fn marked_elsewhere(&self, token: &[u8]) -> Option<KeyId> {
        let (header, _) = token.split_first_chunk::<HEADER>().filter(|_| token.len() == TOKEN)?;
        let [version, id @ .., _, _, _, _] = *header;
        let tag = &header[HEADER - TAG..];
        let form = |mark: &IndexKey| mark.header.starts_with(&[version]) && mark.header.ends_with(tag);
        let is_own = self.marks.iter().any(form) && !self.marks.iter().any(|mark| mark.id.0 == id);
        is_own.then_some(KeyId(id))
    }

    /// Gives by what a form is found: its index under the eldest key, and under each one after it, with the key's id.
    pub(super) fn indexes(&self, whose: Whose, found_by: &FoundBy, form: &str) -> Option<Vec<(KeyId, [u8; 32])>> {
        let of = |key: &IndexKey| Some((key.id, key.found_index(whose, found_by, form)?));
        std::iter::once(&self.index).chain(&self.others).map(of).collect()
    }

    /// Gives how rows are sealed that are to be written anew: under a key that is not the writer's, or in a former form.
    pub(super) fn stale(&self) -> impl Iterator<Item = SealedUnder> {
        let headers =
            self.openers.iter().map(|key| &key.header).chain(self.subject_openers.iter().map(|key| &key.header));
        let begins = |header: &[u8; HEADER]| header.first_chunk().copied().map(SealedUnder);
        let own = [begins(&self.own_header), begins(&self.subject_sealer.header)];
        headers.filter_map(begins).filter(move |one| !own.contains(&Some(*one)))
    }

    /// Writes a row of this kind anew, with the same token. A form of a former version is brought to this one's by `canonical`.
    pub(super) fn renewed<'f>(
        &self,
        row: &StoredRow,
        person: Option<&SubjectKey>,
        canonical: impl FnOnce(&str) -> Cow<'f, str>,
    ) -> Option<NewRow> {
        let (whose, plain) = match person {
            None => (Whose::Nobodys, self.openers.iter().find_map(|key| key.open(&row.sealed, &row.token))?),
            Some(person) => {
                let mut openers = self.subject_openers.iter();
                (Whose::Somebodys, openers.find_map(|key| key.open(person, &row.sealed, &row.token))?)
            }
        };
        let Row { found_by, form } = Row::read(plain)?;
        let form = std::str::from_utf8(&form).ok()?;
        // A row from before that was kept is known to have neither context nor place by its index.
        let found_by = match found_by {
            Some(found_by) => found_by,
            None => {
                let alone = FoundBy::new("", None);
                let own = |key: &&IndexKey| key.id == row.index_key;
                let is_alone = |key: &IndexKey| key.found_index(whose, &alone, form) == Some(row.index);
                self.marks.iter().filter(own).any(is_alone).then_some(alone)?
            }
        };
        let form = if row.sealed.first().map(|version| version & 0xf) == Some(self.own_header[0] & 0xf) {
            Cow::Borrowed(form)
        } else {
            Cow::Owned(canonical(form).into_owned())
        };
        let plain = found_by.with(form.as_bytes())?;
        let sealed = match person {
            None => self.sealer.seal(&plain, &row.token),
            Some(person) => self.subject_sealer.seal(person, &plain, &row.token),
        };
        Some(NewRow { sealed: sealed.ok()?, indexes: self.indexes(whose, &found_by, &form)? })
    }

    pub(super) fn marked(&self, context: &str, token: &[u8]) -> bool {
        self.marks.iter().any(|key| key.marked(context, token))
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical::Versions;
    use super::super::tests::{RING_NAME, parameters, rings, with_context};
    use super::super::{OperatorError, ParameterValue};
    use super::*;

    /// The keys of a kind, in these versions of the canonical form.
    fn keys(versions: Versions) -> KindKeys {
        let ring = parameters(&[("ring", ParameterValue::Text(RING_NAME.into()))]);
        with_context(&rings(), |context| {
            let keyed = Keyed::read(&ring, context)?.with_versions(versions);
            KindKeys::new(&keyed, "VALUE")
        })
        .unwrap()
    }

    #[test]
    fn what_was_made_in_a_former_canonical_form_is_known_and_opens() -> Result<(), OperatorError> {
        let (before, now) = (keys(Versions { own: 1, former: &[] }), keys(Versions { own: 2, former: &[1] }));
        let token = before.mark.token("", &[7; RANDOM]).unwrap();
        let sealed = before.sealer.seal(b"Ada", &token).map_err(|_| OperatorError::Refused)?;
        assert!(now.marked("", &token) && !keys(Versions { own: 2, former: &[] }).marked("", &token));
        let opens = |keys: &KindKeys| keys.openers.iter().any(|opener| opener.open(&sealed, &token).is_some());
        assert!(opens(&now) && !opens(&keys(Versions { own: 2, former: &[] })));
        assert_ne!(now.mark.token("", &[7; RANDOM]), Some(token), "what is new is in the new form");
        Ok(())
    }

    /// A row of a former canonical form is found again once it was written anew, in this one.
    #[test]
    fn a_row_in_a_former_canonical_form_is_written_anew_in_this_one() -> Result<(), OperatorError> {
        let (before, now) = (keys(Versions { own: 1, former: &[] }), keys(Versions { own: 2, former: &[1] }));
        let token = before.mark.token("", &[7; RANDOM]).unwrap();
        let alone = FoundBy::new("", None);
        for plain in [b"Ada".to_vec(), alone.with(b"Ada").unwrap().to_vec()] {
            let sealed = before.sealer.seal(&plain, &token).map_err(|_| OperatorError::Refused)?;
            let index = before.index.index(Whose::Nobodys, "", "Ada").unwrap();
            let row = StoredRow { token: token.clone(), sealed, index, index_key: before.index.id };
            assert!(now.stale().any(|how| how.sealed(&row.sealed)));
            assert!(!before.stale().any(|how| how.sealed(&row.sealed)));
            // In the new form, this value is another.
            let new = now.renewed(&row, None, |form| form.to_lowercase().into()).unwrap();
            assert_eq!(Some(new.indexes.clone()), now.indexes(Whose::Nobodys, &alone, "ada"));
            assert_ne!(new.indexes[0].1, index);
            assert!(!now.stale().any(|how| how.sealed(&new.sealed)));
            let plain = now.openers.iter().find_map(|opener| opener.open(&new.sealed, &token)).unwrap();
            assert_eq!(Row::read(plain).unwrap().form.as_slice(), b"ada");
            assert!(now.marked("", &token), "its token stays");
        }
        Ok(())
    }
}
