//! How one text stands inside another.

use std::fmt;

/// How one text stands inside another: what has to be undone to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// The text is a JSON object or array.
    Json,
    /// Characters of the text are percent-encoded (RFC 3986, section 2.1).
    Url,
    /// Characters of the text are written as HTML character references.
    Html,
    /// The whole text is Base64 of a text (RFC 4648).
    Base64,
}

impl Coding {
    /// Every coding.
    pub const ALL: [Self; 4] = [Self::Json, Self::Url, Self::Html, Self::Base64];

    /// Gives the name that stands behind `~` in a field path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Url => "url",
            Self::Html => "html",
            Self::Base64 => "base64",
        }
    }

    /// Finds a coding by its name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|coding| coding.name() == name)
    }
}

/// As it stands in a field path: `~json`.
impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}", self.name())
    }
}
