//! Names of what is spotted.

use std::fmt;
use std::sync::Arc;

/// A name that is not upper-case ASCII letters, digits and underscores beginning with a letter, 64 bytes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name is upper-case letters, digits and underscores, beginning with a letter, 64 at most")]
pub struct InvalidName;

fn checked(name: &str) -> Result<Arc<str>, InvalidName> {
    let fits = name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if fits { Ok(name.into()) } else { Err(InvalidName) }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// Reads a name.
            ///
            /// # Errors
            /// Where it is not upper-case ASCII letters, digits and underscores, or too long.
            pub fn new(name: &str) -> Result<Self, InvalidName> {
                checked(name).map(Self)
            }

            /// Gives the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// What was spotted, such as `US_SSN` or `EMAIL_ADDRESS`: an open set, owned by the recognizer files.
    EntityType
}
name! {
    /// The group an entity type belongs to, such as `NATIONAL_ID`; tokens and hashes are derived from it.
    Family
}
