//! Base64, RFC 4648, sections 4 and 5: only whole texts, and only where they hold text.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding};

/// Bytes of the shortest Base64 that is opened: what is shorter reads as a word too often.
const ENCODED_MIN: usize = 16;

/// An alphabet with or without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base64 {
    alphabet: Alphabet,
    padding: Padding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Standard,
    Url,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Padding {
    Padded,
    Bare,
}

impl Base64 {
    /// Opens a text that is Base64 of a text: valid UTF-8 without control characters, which written again is the same.
    pub fn open(text: &str) -> Option<(Self, String)> {
        if !promises(text) {
            return None;
        }
        let base64 = Self::of(text.as_bytes())?;
        let inner = String::from_utf8(base64.encoding().decode(text.as_bytes()).ok()?).ok()?;
        let readable = !inner.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
        (readable && base64.encode(inner.as_bytes()) == text).then_some((base64, inner))
    }

    /// Finds the alphabet and the padding of a text. A text that fits both alphabets is of the standard one; one that
    /// needs no padding has it in the standard alphabet and has none in the other.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut alphabet = None;
        let digits = bytes.iter().rposition(|byte| *byte != b'=')? + 1;
        for byte in bytes.iter().take(digits) {
            let own = match byte {
                b'+' | b'/' => Alphabet::Standard,
                b'-' | b'_' => Alphabet::Url,
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => continue,
                _ => return None,
            };
            if *alphabet.get_or_insert(own) != own {
                return None;
            }
        }
        let alphabet = alphabet.unwrap_or(Alphabet::Standard);
        let whole = bytes.len().is_multiple_of(4);
        let padded = digits < bytes.len() || (whole && alphabet == Alphabet::Standard);
        (whole || digits == bytes.len())
            .then_some(Self { alphabet, padding: if padded { Padding::Padded } else { Padding::Bare } })
    }

    const fn encoding(self) -> Encoding {
        match (self.alphabet, self.padding) {
            (Alphabet::Standard, Padding::Padded) => BASE64,
            (Alphabet::Standard, Padding::Bare) => BASE64_NOPAD,
            (Alphabet::Url, Padding::Padded) => BASE64URL,
            (Alphabet::Url, Padding::Bare) => BASE64URL_NOPAD,
        }
    }

    /// Writes bytes in this alphabet and padding.
    pub fn encode(self, bytes: &[u8]) -> String {
        self.encoding().encode(bytes)
    }
}

/// Stands for a byte that is no character of either alphabet.
const NONE: u8 = 0xff;

/// What the characters of both alphabets stand for: six bits each.
#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a constant with 256 entries")]
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut byte = 0;
    while byte < values.len() {
        values[byte] = match byte as u8 {
            upper @ b'A'..=b'Z' => upper - b'A',
            lower @ b'a'..=b'z' => lower - b'a' + 26,
            digit @ b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => NONE,
        };
        byte += 1;
    }
    values
};

/// Tells by the first four characters whether a text may be Base64 of a text.
#[inline]
pub(super) fn promises(text: &str) -> bool {
    let Some(first) = text.as_bytes().first_chunk::<4>().filter(|_| text.len() >= ENCODED_MIN) else { return false };
    let [a, b, c, d] = first.map(|byte| VALUES.get(usize::from(byte)).copied().unwrap_or(NONE));
    if a | b | c | d == NONE {
        return false;
    }
    let [one, two, three] = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    let is_control = |byte: u8| matches!(byte, 0..=0x1f | 0x7f) && !matches!(byte, b'\t' | b'\n' | b'\r');
    if is_control(one) || is_control(two) || is_control(three) {
        return false;
    }
    if (one | two | three).is_ascii() {
        return true;
    }
    match std::str::from_utf8(&[one, two, three]) {
        Ok(_) => true,
        // Cut in the middle of a character.
        Err(error) => error.error_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<&str>) {
        let opened = Base64::open(text);
        assert_eq!(opened.as_ref().map(|(_, inner)| inner.as_str()), expected, "{text}");
        if let Some((base64, inner)) = opened {
            assert_eq!(base64.encode(inner.as_bytes()), text);
        }
    }

    #[test]
    fn base64_of_a_text_is_opened() {
        check("Ym9iQGNvcnAuY29tIQ==", Some("bob@corp.com!"));
        check("Ym9iQGNvcnAuY29tIQ", Some("bob@corp.com!"));
        check("eyJlbWFpbCI6ImJvYkBjb3JwLmNvbSJ9", Some("{\"email\":\"bob@corp.com\"}"));
        check("bcO8bGxlckBjb3JwLmRlPz8_", Some("müller@corp.de???"));
        check("bcO8bGxlckBjb3JwLmRlPz8/", Some("müller@corp.de???"));
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "Ym9i",
            "d41d8cd98f00b204e9800998ecf8427e",
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "plain words that go on",
            "orderconfirmation",
            "Ym9iQGNvcnAuY29tIQ=",
            "Ym9iQGNvcnAuY29tIR==",
            "Ym9iQGNvcnAuY29tIQ==\n",
            "Ym9iQGNvcnAuY29tIQ==Ym9i",
            "Ym9i-GNvcnAuY29t/Q==",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        ] {
            check(text, None);
        }
    }

    proptest! {
        #[test]
        fn what_is_opened_is_written_the_same(text in "\\PC{12,40}", which in 0usize..4) {
            let encoding = [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD][which].clone();
            let encoded = encoding.encode(text.as_bytes());
            let opened = Base64::open(&encoded);
            if let Some((base64, inner)) = opened {
                prop_assert_eq!(&inner, &text);
                prop_assert_eq!(base64.encode(inner.as_bytes()), encoded);
            } else {
                prop_assert!(encoded.len() < ENCODED_MIN || text.chars().any(char::is_control));
            }
        }
    }
}
