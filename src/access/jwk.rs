//! The keys that may sign tokens: a JSON Web Key Set (RFC 7517).

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::Deserialize;

/// How large a set of keys may be, in bytes.
const JWKS_MAX: usize = 1 << 20;

/// A signature algorithm (RFC 7518, section 3.1; RFC 8037). HMAC is not among them: who can check could sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    const ALL: [(&'static str, Self); 4] =
        [("RS256", Self::Rs256), ("PS256", Self::Ps256), ("ES256", Self::Es256), ("EdDSA", Self::EdDsa)];

    /// Finds one by its name, case and all.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, algorithm)| algorithm)
    }
}

/// Public keys that check signatures; each has one algorithm and is used for no other.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    public: Public,
}

#[derive(Debug, Clone)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Point(Vec<u8>),
}

/// A set of keys that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// It is no JSON Web Key Set.
    #[error("this is no JSON Web Key Set (RFC 7517)")]
    Malformed,
    /// It is larger than 1 MiB.
    #[error("the set of keys is larger than 1 MiB")]
    TooLarge,
    /// It has no key that may sign.
    #[error(
        "the set has no key for RS256, PS256, ES256 or EdDSA: HMAC keys, keys for encryption and short ones are not used"
    )]
    NoKey,
    /// Two keys for one algorithm have one id.
    #[error("two keys of the set have one id")]
    Twice,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Keys {
    /// Reads a set; keys for other uses and other algorithms are left out.
    ///
    /// # Errors
    /// Where it is no set, or no key is left.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeysError> {
        if bytes.len() > JWKS_MAX {
            return Err(KeysError::TooLarge);
        }
        let set: Set = serde_json::from_slice(bytes).map_err(|_| KeysError::Malformed)?;
        let keys: Vec<Key> = set.keys.into_iter().filter_map(Jwk::key).collect();
        for (place, key) in keys.iter().enumerate() {
            let same = |other: &Key| other.id == key.id && other.algorithm == key.algorithm;
            if keys.iter().take(place).any(same) {
                return Err(KeysError::Twice);
            }
        }
        if keys.is_empty() { Err(KeysError::NoKey) } else { Ok(Self(keys)) }
    }

    /// Tells how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether a key has this id.
    pub fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }

    /// Checks a signature by the key of this id and algorithm; a token without a key id is checked only where the set
    /// has one key. None where there is no such key.
    pub fn check(&self, id: Option<&str>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<bool> {
        let key = match (id, self.0.as_slice()) {
            (Some(id), keys) => keys.iter().find(|key| key.id.as_deref() == Some(id) && key.algorithm == algorithm)?,
            (None, [only]) if only.algorithm == algorithm => only,
            (None, _) => return None,
        };
        Some(key.check(message, signature))
    }
}

impl Jwk {
    /// Gives the key if it may check signatures by an algorithm of ours.
    fn key(self) -> Option<Key> {
        if self.r#use.as_deref().is_some_and(|what| what != "sig") {
            return None;
        }
        if self.key_ops.as_ref().is_some_and(|all| !all.iter().any(|one| one == "verify")) {
            return None;
        }
        let bytes = |text: &Option<String>| BASE64URL_NOPAD.decode(text.as_deref()?.as_bytes()).ok();
        let (algorithm, public) = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (bytes(&self.n)?, bytes(&self.e)?);
                // Where the key does not say it, the algorithm that every issuer uses; never two for one key.
                let algorithm = match self.alg.as_deref() {
                    None => Algorithm::Rs256,
                    Some(name) => Algorithm::named(name)?,
                };
                let fits = matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256);
                // RFC 7518, sections 3.3 and 3.5: 2048 bits or more.
                (fits && (256..=1024).contains(&n.len())).then_some((algorithm, Public::Rsa { n, e }))?
            }
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                (x.len() == 32 && y.len() == 32).then_some((Algorithm::Es256, Public::Point(point)))?
            }
            ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, Public::Point(bytes(&self.x)?)),
            _ => return None,
        };
        let said = self.alg.as_deref().map(Algorithm::named);
        if said.is_some_and(|said| said != Some(algorithm)) {
            return None;
        }
        Some(Key { id: self.kid, algorithm, public })
    }
}

impl Key {
    fn check(&self, message: &[u8], signature: &[u8]) -> bool {
        match (&self.public, self.algorithm) {
            (Public::Rsa { n, e }, Algorithm::Rs256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            (Public::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
            }
            (Public::Point(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            (Public::Point(point), Algorithm::EdDsa) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature).is_ok()
            }
            (Public::Rsa { .. }, Algorithm::Es256 | Algorithm::EdDsa)
            | (Public::Point(_), Algorithm::Rs256 | Algorithm::Ps256) => false,
        }
    }
}
