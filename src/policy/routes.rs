//! From where to where a data product's records go.

use crate::model::Score;
use std::fmt;
use std::sync::Arc;

/// A data product's name, such as `sales/orders-shared`; it enters keys derived with `scope: product`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId(Arc<str>);

/// A name that is not lower-case letters, digits, `-`, `_`, `.` and `/`, beginning with a letter, 200 at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a product's name is lower-case letters, digits, `-`, `_`, `.` and `/`, beginning with a letter, 200 at most")]
pub struct InvalidProductId;

impl ProductId {
    /// Reads a product's name.
    ///
    /// # Errors
    /// Where it has other characters, or is too long.
    pub fn new(name: &str) -> Result<Self, InvalidProductId> {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b'/');
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && name.len() <= 200 && name.bytes().all(known) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidProductId)
        }
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
            assert_eq!(ProductId::new(name), Err(InvalidProductId), "{name}");
        }
    }
}
