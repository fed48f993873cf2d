//! Values sealed with AES-256-GCM under keys of their own for each run of messages: what `encrypt` writes, a vault
//! keeps and a dead letter holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arc_swap::ArcSwap;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::keyed::HEADER;
use super::padding::{pad, padded_len, text_len};
use crate::keys::{DerivedKey, KeyError, derive_message};

/// Bits that a process draws for each run of messages, in bytes.
const RUN: usize = 16;
/// Messages under one key. Random 96-bit nonces stay apart, but for one chance in 2^37, up to here.
const MESSAGES_MAX: u32 = 1 << 30;
/// Bytes of the tag.
const TAG: usize = 16;

/// Tells how many bytes a text of so many becomes.
pub(super) const fn sealed_len(text: usize) -> usize {
    HEADER + RUN + NONCE_LEN + padded_len(text) + TAG
}

/// One key, and how what it sealed begins.
pub(super) struct SealKey {
    pub(super) header: [u8; HEADER],
    /// What the tag covers beside the text.
    pub(super) associated: Vec<u8>,
    pub(super) key: DerivedKey,
}

impl SealKey {
    /// Gives the text that this key sealed; `more` is what the tag covered besides.
    pub(super) fn open(&self, body: &[u8], more: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (bits, rest) = body.strip_prefix(&self.header)?.split_first_chunk::<RUN>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = message_key(self, bits).ok()?;
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = key.open_in_place(nonce, Aad::from(self.covered(more)), &mut buffer).ok()?;
        let end = text_len(plain)?;
        buffer.truncate(end);
        Some(buffer)
    }

    /// The first part has one length for all that is sealed under this key, so no two are alike.
    fn covered(&self, more: &[u8]) -> Vec<u8> {
        [&self.associated, more].concat()
    }
}

/// The key that new values are sealed with.
pub(super) struct Sealer {
    key: SealKey,
    run: ArcSwap<Run>,
    random: SystemRandom,
}

impl Sealer {
    pub(super) fn new(key: SealKey) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let run = ArcSwap::from_pointee(Run::begin(&key, &random)?);
        Ok(Self { key, run, random })
    }

    /// Gives the bytes of a sealed text; the tag covers `more`, too.
    pub(super) fn seal(&self, text: &[u8], more: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut run = self.run.load_full();
        if run.messages.fetch_add(1, Ordering::Relaxed) >= MESSAGES_MAX {
            run = Arc::new(Run::begin(&self.key, &self.random)?);
            self.run.store(Arc::clone(&run));
        }
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| KeyError::Refused)?;
        let mut buffer = Vec::with_capacity(padded_len(text.len()) + TAG);
        pad(text, 0, &mut buffer);
        run.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(self.key.covered(more)),
                &mut buffer,
            )
            .map_err(|_| KeyError::Refused)?;
        Ok([&self.key.header[..], &run.bits, &nonce, &buffer].concat())
    }
}

/// A run of messages under one key of its own: instances that know nothing of each other cannot count together.
struct Run {
    bits: [u8; RUN],
    key: LessSafeKey,
    messages: AtomicU32,
}

impl Run {
    fn begin(key: &SealKey, random: &SystemRandom) -> Result<Self, KeyError> {
        let mut bits = [0; RUN];
        random.fill(&mut bits).map_err(|_| KeyError::Refused)?;
        Ok(Self { bits, key: message_key(key, &bits)?, messages: AtomicU32::new(0) })
    }
}

fn message_key(key: &SealKey, bits: &[u8; RUN]) -> Result<LessSafeKey, KeyError> {
    let derived = derive_message(&key.key, bits)?;
    UnboundKey::new(&AES_256_GCM, derived.expose()).map(LessSafeKey::new).map_err(|_| KeyError::Refused)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rings;
    use super::*;
    use crate::keys::{Derivation, Purpose, derive};

    fn key() -> SealKey {
        let rings = rings();
        let ring = rings.get("customer").unwrap();
        let derivation = Derivation { tenant: "", scope: "", kind: "VALUE", canonical: 1 };
        let key = derive(ring.key(ring.primary()).unwrap(), Purpose::Encrypt, &derivation).unwrap();
        SealKey { header: [7; HEADER], associated: b"all".to_vec(), key }
    }

    #[test]
    fn a_run_ends_before_its_nonces_meet() {
        let sealer = Sealer::new(key()).unwrap();
        let first = sealer.run.load_full();
        first.messages.store(MESSAGES_MAX, Ordering::Relaxed);
        let sealed = sealer.seal(b"Ada", b"").unwrap();
        assert_ne!(sealer.run.load_full().bits, first.bits, "a new run");
        assert_eq!(key().open(&sealed, b"").unwrap().as_slice(), b"Ada");
    }

    #[test]
    fn what_is_covered_besides_must_be_the_same() {
        let sealed = Sealer::new(key()).unwrap().seal(b"Ada", b"token 1").unwrap();
        assert_eq!(sealed.len(), sealed_len(3));
        assert!(key().open(&sealed, b"token 1").is_some());
        for other in [&b""[..], b"token 2", b"token 1 "] {
            assert!(key().open(&sealed, other).is_none());
        }
    }
}
