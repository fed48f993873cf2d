//! Ethereum addresses: the letter case is a checksum (EIP-55); one case throughout has none.

use sha3::{Digest, Keccak256};

pub(super) fn accepts(text: &str) -> bool {
    let Some(address) = text.strip_prefix("0x").filter(|address| address.len() == 40) else { return false };
    let letters = || address.bytes().filter(u8::is_ascii_alphabetic);
    if !address.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    if letters().all(|byte| byte.is_ascii_lowercase()) || letters().all(|byte| byte.is_ascii_uppercase()) {
        return true;
    }
    let hash = Keccak256::digest(address.to_ascii_lowercase().as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    address
        .bytes()
        .zip(nibbles)
        .all(|(byte, nibble)| byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble > 7))
}

#[cfg(test)]
mod tests {
    /// The test cases of EIP-55.
    #[test]
    fn examples_of_the_standard() {
        for text in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "5a"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
