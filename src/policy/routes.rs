//! From where to where a data product's records go.

use crate::model::{Score, is_whole_key};
use std::fmt;
use std::sync::Arc;

/// A data product's name, such as `sales/orders-shared`; it enters keys derived with `scope: product`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId(Arc<str>);

/// Why a text is no product's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProductId {
    /// It is not lower-case letters, digits, `-`, `_`, `.` and `/`, beginning with a letter, 200 at most.
    #[error(
        "a product's name is lower-case letters, digits, `-`, `_`, `.` and `/`, beginning with a letter, 200 at most"
    )]
    Spelling,
    /// A part of it may be a key that was pasted there.
    #[error(
        "a part of this looks like a key, and a product's name is no secret: it travels with records, and stands in reports"
    )]
    Key,
}

impl ProductId {
    /// Reads a product's name.
    ///
    /// # Errors
    /// Where it has other characters, is too long, or may be a key.
    pub fn new(name: &str) -> Result<Self, InvalidProductId> {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b'/');
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins || name.len() > 200 || !name.bytes().all(known) {
            return Err(InvalidProductId::Spelling);
        }
        if name.split(['/', '.']).chain(name.split(['/', '.', '-', '_'])).any(is_whole_key) {
            return Err(InvalidProductId::Key);
        }
        Ok(Self(name.into()))
    }

    /// Gives the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The topics of a data product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    /// The topic that is read.
    pub input: Arc<str>,
    /// How the records' values (and keys, where they are named by `$key.…`) are written.
    pub format: PayloadFormat,
    /// The topic that is written.
    pub output: Arc<str>,
    /// The topic that takes what cannot be decoded, transformed or produced.
    pub dead_letter: Arc<str>,
    /// When so much goes there that the program stops.
    pub stop_at: StopAt,
}

/// How a record's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PayloadFormat {
    /// One JSON value.
    #[default]
    Json,
    /// Text, as one leaf.
    Text,
}

/// When so many records go to the dead-letter topic that something else must be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopAt {
    /// Never: every record may go there.
    Never,
    /// Where more than this share of the last 1,000 records, or each of the first 100, could not be decoded.
    Share(Score),
}

impl Default for StopAt {
    /// Half: below that a topic may have a bad day, above it the format is wrong.
    fn default() -> Self {
        Self::Share(Score::from_thousandths(500))
    }
}

/// The names of payload formats in policies.
pub(super) const FORMATS: [(&str, PayloadFormat); 2] = [("json", PayloadFormat::Json), ("text", PayloadFormat::Text)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_has_a_plain_name() {
        for name in ["sales/orders-shared", "a", "x1.y_z"] {
            assert_eq!(ProductId::new(name).unwrap().as_str(), name);
        }
        for name in ["", "Sales", "1a", "a b", "a\n", "ü", &"a".repeat(201)] {
            assert_eq!(ProductId::new(name), Err(InvalidProductId::Spelling), "{name}");
        }
        let key = "9f3a01c2".repeat(8);
        for name in [format!("sales/{key}"), format!("a.{key}"), format!("{}.orders", key.replace('9', "a"))] {
            assert_eq!(ProductId::new(&name), Err(InvalidProductId::Key));
        }
        // An id, as of a tenant, is shorter.
        assert!(ProductId::new("sales/9b2f4c1de8a74f60b1c35d7e90ab12cd").is_ok());
    }
}
