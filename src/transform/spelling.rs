//! How the bytes that stand for a value are spelled.

use data_encoding::{BASE64URL_NOPAD, Encoding as Alphabet, HEXLOWER, Specification};

use super::keyed::HEADER;
use super::{BuildError, Parameters};
use crate::model::{Shape, Spelled};

/// Characters that are counted where a pattern is held against them.
const COUNTED_MAX: usize = 2048;

/// A prefix, and how the bytes behind it are spelled.
pub(super) struct Spelling {
    pub(super) prefix: String,
    pub(super) encoding: Encoding,
    alphabet: Alphabet,
}

impl Spelling {
    /// Reads `prefix` and `encoding`; the first of `encodings` is the default.
    pub(super) fn read(parameters: &Parameters, prefix: &str, encodings: &[Encoding]) -> Result<Self, BuildError> {
        let prefix = parameters.text("prefix")?.map_or_else(|| Ok(prefix.to_owned()), checked)?;
        let named: Vec<(&str, Encoding)> = encodings.iter().map(|encoding| (encoding.name(), *encoding)).collect();
        let default = encodings.first().copied().unwrap_or(Encoding::Hex);
        let encoding = parameters.choice("encoding", &named)?.unwrap_or(default);
        Ok(Self { prefix, encoding, alphabet: encoding.alphabet()? })
    }

    /// Appends prefix and bytes.
    pub(super) fn append(&self, bytes: &[u8], out: &mut String) {
        out.push_str(&self.prefix);
        self.alphabet.encode_append(bytes, out);
    }

    /// Gives the shape of texts that are all so many bytes.
    pub(super) fn shape(&self, bytes: usize) -> Shape {
        let len = self.prefix.len() + self.encoding.len(bytes);
        Shape::Text { len_min: len, len_max: Some(len), spelled: self.spelled(len, len) }
    }

    /// Tells how texts of so many characters are spelled, the prefix among them.
    pub(super) fn spelled(&self, len_min: usize, len_max: usize) -> Spelled {
        let class = match self.encoding {
            Encoding::Hex => "[0-9a-f]",
            Encoding::Base32 => "[a-z2-7]",
            Encoding::Base64Url => "[0-9A-Za-z_-]",
        };
        let [least, most] = [len_min, len_max].map(|len| len.saturating_sub(self.prefix.len()));
        // A prefix is letters and digits, and no pattern bounds what is longer.
        let most = if most <= COUNTED_MAX { most.to_string() } else { String::new() };
        let least = least.min(COUNTED_MAX);
        Spelled::As(format!("{}{class}{{{least},{most}}}", self.prefix))
    }

    /// Gives the first bytes of what is spelled without its prefix, whatever comes behind them.
    pub(super) fn header(&self, body: &str) -> Option<[u8; HEADER]> {
        let bytes = self.alphabet.decode(body.as_bytes().get(..self.encoding.header_len())?).ok()?;
        bytes.first_chunk().copied()
    }

    /// Gives the bytes of a text in this very spelling.
    pub(super) fn bytes(&self, text: &str) -> Option<Vec<u8>> {
        self.alphabet.decode(text.strip_prefix(&self.prefix)?.as_bytes()).ok()
    }
}

impl std::fmt::Debug for Spelling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spelling").field("prefix", &self.prefix).field("encoding", &self.encoding).finish()
    }
}

/// Checks a prefix: `[a-z][a-z0-9]*_`.
fn checked(text: &str) -> Result<String, BuildError> {
    let fits = text.len() <= 32
        && text.strip_suffix('_').is_some_and(|word| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
    if fits {
        Ok(text.to_owned())
    } else {
        Err(BuildError::of("prefix", "a prefix is lower-case letters and digits with one `_` at the end, 32 at most")
            .with_help("such as `cus_`"))
    }
}

/// How bytes are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Lower-case hex digits.
    Hex,
    /// Lower-case base32 of RFC 4648 without padding: survives collations that fold case.
    Base32,
    /// The URL-safe base64 of RFC 4648 without padding: shorter.
    Base64Url,
}

impl Encoding {
    /// Gives the name in policies.
    const fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Base32 => "base32",
            Self::Base64Url => "base64url",
        }
    }

    /// Gives the alphabet, which refuses every spelling but its own.
    fn alphabet(self) -> Result<Alphabet, BuildError> {
        match self {
            Self::Hex => Ok(HEXLOWER),
            Self::Base64Url => Ok(BASE64URL_NOPAD),
            Self::Base32 => {
                let mut specification = Specification::new();
                specification.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
                specification.encoding().map_err(|error| BuildError::of("encoding", error.to_string()))
            }
        }
    }

    /// Tells whether the spelling uses this byte.
    pub(super) const fn has(self, byte: u8) -> bool {
        match self {
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::Base32 => matches!(byte, b'a'..=b'z' | b'2'..=b'7'),
            Self::Base64Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
        }
    }

    /// Tells how many characters hold a header and are whole bytes.
    const fn header_len(self) -> usize {
        match self {
            Self::Hex => 2 * HEADER,
            // Sixteen characters are ten bytes.
            Self::Base32 => (HEADER + 1) * 8 / 5,
            Self::Base64Url => HEADER * 4 / 3,
        }
    }

    /// Tells how many bytes fit into so many characters.
    pub(super) const fn bytes_max(self, len: usize) -> usize {
        match self {
            Self::Hex => len / 2,
            Self::Base32 => len * 5 / 8,
            Self::Base64Url => len * 6 / 8,
        }
    }

    /// Tells how long so many bytes become.
    pub const fn len(self, bytes: usize) -> usize {
        match self {
            Self::Hex => bytes * 2,
            Self::Base32 => (bytes * 8).div_ceil(5),
            Self::Base64Url => (bytes * 8).div_ceil(6),
        }
    }
}
