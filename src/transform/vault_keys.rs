//! The keys of one value kind in a vault: by which its rows are found, its tokens known and its values sealed.

use ring::hmac;

use super::BuildError;
use super::keyed::{HEADER, Keyed, RING, header};
use super::seal::{SealKey, Sealer};
use super::subject::SubjectSealKey;
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
    pub(super) openers: Vec<SealKey>,
    pub(super) subject_sealer: SubjectSealKey,
    pub(super) subject_openers: Vec<SubjectSealKey>,
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
            sealer: Sealer::new(seal(writer)?).map_err(wrong)?,
            openers: keyed.readers_in().map(seal).collect::<Result<_, _>>()?,
        })
    }

    /// Gives what new rows are found by besides, each with its key's id.
    pub(super) fn other_indexes(
        &self,
        index: impl Fn(&IndexKey) -> Option<[u8; 32]>,
    ) -> Option<Vec<(KeyId, [u8; 32])>> {
        self.others.iter().map(|key| Some((key.id, index(key)?))).collect()
    }

    /// Tells whether a token has the form of one that was made under a key that is none of these: a process that knows the
    /// ring's next version already may have made it.
    pub(super) fn is_newer(&self, token: &[u8], known: &[KeyId]) -> bool {
        let Some((header, _)) = token.split_first_chunk::<HEADER>().filter(|_| token.len() == TOKEN) else {
            return false;
        };
        let ([version, id @ .., _, _, _, _], [own, _, _, _, _, tag @ ..]) = (header, &self.index.header);
        version == own && header.ends_with(tag) && !known.iter().any(|known| known.0 == *id)
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
}
