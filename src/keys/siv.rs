//! AES-256-SIV with one header.

use aes_siv::KeyInit;
use aes_siv::siv::Aes256Siv;
use zeroize::Zeroizing;

use super::{DerivedKey, KeyError};

/// Deterministic authenticated encryption: AES-256-SIV (RFC 5297) with one header, never a nonce.
#[derive(Debug, Clone)]
pub struct Siv(DerivedKey);

impl Siv {
    /// Bytes that sealing adds in front.
    pub const OVERHEAD: usize = aes_siv::siv::IV_SIZE;

    /// Takes a key of 64 bytes.
    ///
    /// # Errors
    /// Where the key has another length.
    pub fn new(key: DerivedKey) -> Result<Self, KeyError> {
        if key.expose().len() == 64 { Ok(Self(key)) } else { Err(KeyError::Refused) }
    }

    /// Replaces the plain text in `buffer` by synthetic IV and ciphertext; the same input gives the same output.
    ///
    /// # Errors
    /// Only where the library refuses.
    pub fn seal(&self, header: &[u8], buffer: &mut Vec<u8>) -> Result<(), KeyError> {
        buffer.reserve_exact(Self::OVERHEAD);
        self.cipher()?.encrypt_in_place([header], buffer).map_err(|_| KeyError::Refused)
    }

    /// Gives the plain text, or nothing where this key did not seal it under this header; compares in constant time.
    pub fn open(&self, header: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(sealed.to_vec());
        self.cipher().ok()?.decrypt_in_place([header], &mut *buffer).ok()?;
        Some(buffer)
    }

    /// The cipher keeps running state, so each use has its own.
    fn cipher(&self) -> Result<Aes256Siv, KeyError> {
        Aes256Siv::new_from_slice(self.0.expose()).map_err(|_| KeyError::Refused)
    }
}

#[cfg(test)]
mod tests {
    use aes_siv::siv::Aes128Siv;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    /// RFC 5297, appendix A.1: deterministic authenticated encryption with one header.
    #[test]
    fn the_library_gives_the_published_vector() {
        let key = hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        let header = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
        let plain = hex("112233445566778899aabbccddee");
        let sealed = hex("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
        let mut cipher = Aes128Siv::new_from_slice(&key).unwrap();
        assert_eq!(cipher.encrypt([&header], &plain).unwrap(), sealed);
        assert_eq!(cipher.decrypt([&header], &sealed).unwrap(), plain);
    }
}
