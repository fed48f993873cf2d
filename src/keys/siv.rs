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

    /// RFC 5297, appendix A.2: three headers, the last of them a nonce.
    #[test]
    fn the_library_gives_the_published_vector_of_several_headers() {
        let key = hex("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f");
        let headers = [
            hex("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100"),
            hex("102030405060708090a0"),
            hex("09f911029d74e35bd84156c5635688c0"),
        ];
        let plain =
            hex("7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553");
        let sealed = hex(
            "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a\
             272e9c485b62a3fd5c0d",
        );
        let mut cipher = Aes128Siv::new_from_slice(&key).unwrap();
        assert_eq!(cipher.encrypt(&headers, &plain).unwrap(), sealed);
        assert_eq!(cipher.decrypt(&headers, &sealed).unwrap(), plain);
    }

    /// Computed with OpenSSL 3: the key of 512 bits is 00 to 3f.
    #[test]
    fn a_key_of_512_bits_gives_what_another_library_gives() {
        let siv = siv_of(&(0..64).collect::<Vec<u8>>()).unwrap();
        let header = hex("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100");
        let plain =
            hex("7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553");
        let sealed = hex(
            "334f811d23a6a155068c66fbe13962b6bc357df8fc72839bffeddeaac8ee8fd47635dd42ead0686becee27eba0c6e1ca70e58939a3\
             f3cba67976fb7261e567",
        );
        let mut buffer = plain.clone();
        siv.seal(&header, &mut buffer).unwrap();
        assert_eq!(buffer, sealed);
        assert_eq!(siv.open(&header, &sealed).as_deref(), Some(&plain));
        for at in [0, 15, 16, sealed.len() - 1] {
            let mut forged = sealed.clone();
            forged[at] ^= 1;
            assert_eq!(siv.open(&header, &forged), None);
        }
        assert_eq!(siv.open(&header, &sealed[..15]), None);
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for len in [0, 16, 32, 63, 65] {
            assert!(siv_of(&vec![7; len]).is_err(), "{len}");
        }
    }

    fn siv_of(bytes: &[u8]) -> Result<Siv, KeyError> {
        Siv::new(DerivedKey::of_bytes(bytes))
    }
}
