//! One key for each purpose, never the ring key itself.

use ring::hkdf;

use super::{KeyError, RingKey};
use crate::model::Sensitive;

/// What a derived key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// HMAC-SHA-256 of `hash`.
    Hash,
    /// AES-256-SIV of deterministic `tokenize`.
    Siv,
    /// FF1 of `fpe`.
    Fpe,
    /// The key that message keys of `encrypt` are derived from.
    Encrypt,
    /// HMAC-SHA-256 that chooses stand-ins of `fake`.
    Fake,
    /// HMAC-SHA-256 that chooses distances of `date_shift`.
    DateShift,
    /// HMAC-SHA-256 by which a vault finds what it has, and that marks its tokens.
    Index,
    /// The key that message keys of values in a vault are derived from.
    Vault,
    /// The key that message keys of dead letters are derived from.
    DeadLetter,
    /// HMAC-SHA-256 that names subjects.
    Subject,
    /// AES-256-SIV that wraps subjects' own keys.
    Wrap,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 11] = [
        Self::Hash,
        Self::Siv,
        Self::Fpe,
        Self::Encrypt,
        Self::Fake,
        Self::DateShift,
        Self::Index,
        Self::Vault,
        Self::DeadLetter,
        Self::Subject,
        Self::Wrap,
    ];

    /// The word that enters the derivation; fixed for ever.
    const fn word(self) -> &'static str {
        match self {
            Self::Hash => "hash",
            Self::Siv => "siv",
            Self::Fpe => "fpe",
            Self::Encrypt => "encrypt",
            Self::Fake => "fake",
            Self::DateShift => "date-shift",
            Self::Index => "index",
            Self::Vault => "vault",
            Self::DeadLetter => "dead-letter",
            Self::Subject => "subject",
            Self::Wrap => "wrap",
        }
    }

    /// How many bytes the purpose takes: AES-256-SIV holds two AES-256 keys.
    const fn len(self) -> usize {
        match self {
            Self::Siv | Self::Wrap => 64,
            Self::Hash
            | Self::Fpe
            | Self::Encrypt
            | Self::Fake
            | Self::DateShift
            | Self::Index
            | Self::Vault
            | Self::DeadLetter
            | Self::Subject => 32,
        }
    }
}

/// What keeps derived keys apart, besides the ring key, its ring and the purpose.
#[derive(Debug, Clone, Copy)]
pub struct Derivation<'a> {
    /// The tenant, a setting of the process; empty by default.
    pub tenant: &'a str,
    /// Empty where all of the ring share, else the product's id.
    pub scope: &'a str,
    /// The value kind.
    pub kind: &'a str,
    /// Version of the canonical form.
    pub canonical: u8,
}

/// A key made for one purpose.
#[derive(Debug, Clone)]
pub struct DerivedKey(Sensitive<Vec<u8>>);

impl DerivedKey {
    #[cfg(test)]
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sensitive::new(bytes.to_vec()))
    }

    /// Gives the bytes to who computes with them.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// The first part of every derivation; it names this scheme.
const SCHEME: &[u8] = b"privet/1";

/// Derives a key: HKDF-SHA-256 (RFC 5869) with an empty salt.
///
/// `info` is these parts, each behind its length in two bytes, big-endian: `privet/1`, purpose, tenant, ring, scope,
/// value kind, canonical-form version.
///
/// # Errors
/// Where a part is longer than 65,535 bytes.
pub fn derive(key: &RingKey, purpose: Purpose, derivation: &Derivation<'_>) -> Result<DerivedKey, KeyError> {
    let info = parts(&[
        SCHEME,
        purpose.word().as_bytes(),
        derivation.tenant.as_bytes(),
        key.ring().as_bytes(),
        derivation.scope.as_bytes(),
        derivation.kind.as_bytes(),
        &[derivation.canonical],
    ])?;
    expand(key.material(), &info, purpose.len())
}

/// Derives the key of one run of messages from a key of [`Purpose::Encrypt`], [`Purpose::Vault`]
/// or [`Purpose::DeadLetter`] and bits that the run drew at random.
///
/// `info` is `privet/1`, `message` and these bits, each behind its length in two bytes, big-endian.
///
/// # Errors
/// Only where the library refuses.
pub fn derive_message(key: &DerivedKey, run: &[u8; 16]) -> Result<DerivedKey, KeyError> {
    expand(key.expose(), &parts(&[SCHEME, b"message", run])?, 32)
}

/// Mixes a key of [`Purpose::Encrypt`] or [`Purpose::Vault`] with a subject's own key: who opens what is sealed under
/// the result needs both.
///
/// HKDF-SHA-256 of the first with the second as its salt; `info` is `privet/1` and `subject-key`, each behind its length
/// in two bytes, big-endian.
///
/// # Errors
/// Only where the library refuses.
pub fn derive_subject(key: &DerivedKey, own: &[u8; 32]) -> Result<DerivedKey, KeyError> {
    expand_salted(own, key.expose(), &parts(&[SCHEME, b"subject-key"])?, 32)
}

/// Derives a key that guards a ring from the ring's root; `word` is `ring-seal` or `ring-mac`.
pub(super) fn derive_guard(root: &[u8; 32], word: &str, ring: &str, len: usize) -> Result<DerivedKey, KeyError> {
    expand(root, &parts(&[SCHEME, word.as_bytes(), ring.as_bytes()])?, len)
}

/// Joins parts so that no two lists of parts give the same bytes: each behind its length in two bytes, big-endian.
///
/// # Errors
/// Where a part is longer than 65,535 bytes.
pub fn parts(parts: &[&[u8]]) -> Result<Vec<u8>, KeyError> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 2).sum());
    for part in parts {
        let len = u16::try_from(part.len()).map_err(|_| KeyError::PartTooLong)?;
        joined.extend_from_slice(&len.to_be_bytes());
        joined.extend_from_slice(part);
    }
    Ok(joined)
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(secret: &[u8], info: &[u8], len: usize) -> Result<DerivedKey, KeyError> {
    expand_salted(&[], secret, info, len)
}

fn expand_salted(salt: &[u8], secret: &[u8], info: &[u8], len: usize) -> Result<DerivedKey, KeyError> {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    let mut bytes = vec![0; len];
    let info = [info];
    let filled = extracted.expand(&info, Length(len)).and_then(|okm| okm.fill(&mut bytes));
    let derived = DerivedKey(Sensitive::new(bytes));
    filled.map(|()| derived).map_err(|_| KeyError::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    /// RFC 5869, appendix A.1 to A.3.
    #[test]
    fn hkdf_gives_the_published_vectors() {
        let sequence = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
        let cases = [
            (
                vec![0x0b; 22],
                sequence(0x00, 0x0c),
                sequence(0xf0, 0xf9),
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            ),
            (
                sequence(0x00, 0x4f),
                sequence(0x60, 0xaf),
                sequence(0xb0, 0xff),
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09\
                 da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
            ),
            (
                vec![0x0b; 22],
                vec![],
                vec![],
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
            ),
        ];
        for (secret, salt, info, expected) in cases {
            let expected = hex(expected);
            let key = expand_salted(&salt, &secret, &info, expected.len()).unwrap();
            assert_eq!(key.expose(), expected);
        }
    }

    #[derive(serde::Deserialize)]
    struct Golden {
        key: String,
        purpose: String,
        tenant: String,
        scope: String,
        kind: String,
        derived: String,
    }

    /// Computed by an independent implementation, `tests/golden/vectors.py`.
    #[test]
    fn derivations_are_the_golden_ones() {
        let ring = include_bytes!("../../tests/golden/customer.keyring.json");
        let ring = crate::keys::open(ring, include_bytes!("../../tests/golden/customer.root.json")).unwrap();
        let all: Vec<Golden> = serde_json::from_str(include_str!("../../tests/golden/derivations.json")).unwrap();
        assert_eq!(all.len(), 110);
        for golden in all {
            let key = ring.key(golden.key.parse().unwrap()).unwrap();
            let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.word() == golden.purpose);
            let Golden { tenant, scope, kind, .. } = &golden;
            let derivation = Derivation { tenant, scope, kind, canonical: 1 };
            let derived = derive(key, purpose.unwrap(), &derivation).unwrap();
            assert_eq!(derived.expose(), hex(&golden.derived), "{tenant} {scope} {kind}");
        }
    }

    #[test]
    fn parts_cannot_be_confused() {
        assert_eq!(parts(&[b"ab", b"", b"c"]).unwrap(), b"\x00\x02ab\x00\x00\x00\x01c");
        assert_ne!(parts(&[b"ab", b"c"]).unwrap(), parts(&[b"a", b"bc"]).unwrap());
        assert!(matches!(parts(&[&[0; 65_536]]), Err(KeyError::PartTooLong)));
    }

    #[test]
    fn debug_shows_no_key() {
        let key = expand(&[7; 32], b"x", 32).unwrap();
        assert_eq!(format!("{key:?}"), "DerivedKey(Sensitive(..))");
    }
}
