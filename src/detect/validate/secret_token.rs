//! Keys and tokens: long enough, of the characters of one, and neither a word nor a path.

/// The shortest that is taken for a secret: 64 bits in hexadecimal.
const LENGTH_MIN: usize = 16;

pub(super) fn accepts(text: &str) -> bool {
    let is_inside = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'~' | b'%')
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let mut seen: Vec<u8> = text.bytes().collect();
    seen.sort_unstable();
    seen.dedup();
    text.len() >= LENGTH_MIN && text.bytes().all(is_inside) && digits > 0 && letters > 0 && seen.len() > 6
}

#[cfg(test)]
mod tests {
    /// NIST SP 800-63B, section 5.1.1.2: secrets of machines have at least 64 bits.
    #[test]
    fn tokens_and_what_is_none() {
        for text in ["0123456789abcdef0123", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a1b2c3d4e5f6a7b8"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in [
            "short1",
            "authentication",
            "aaaaaaaaaaaaaaaa1",
            "1234567890123456",
            "${API_KEY_OF_1_APP}",
            "a b c d e f g h i 1",
        ] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
