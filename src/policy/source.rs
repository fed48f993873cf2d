//! A file of settings as text, and places in it.

use std::fmt;
use std::sync::Arc;

/// A YAML file's name and text; its `Debug` shows the name alone, since settings may hold secrets.
#[derive(Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
}

/// Where something stands in a [`Source`]: one line, and a run of characters on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters it takes on that line, at least.
    pub len: usize,
}

impl Place {
    /// The first character of the file.
    pub const START: Self = Self { line: 1, column: 1, len: 1 };
}

/// Where a setting stands: the file, the line and the column, for messages. All are equal: a setting whose line moved says what
/// it did.
#[derive(Debug, Clone, Default)]
pub struct Standing(Option<(Source, Place)>);

impl Standing {
    /// A place in a file.
    pub fn new(source: &Source, place: Place) -> Self {
        Self(Some((source.clone(), place)))
    }
}

impl PartialEq for Standing {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Standing {}

/// `privet.yaml:12:7: `, or nothing.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => Ok(()),
            Some((source, Place { line, column, .. })) => write!(f, "{}:{line}:{column}: ", source.name()),
        }
    }
}

impl Source {
    /// Takes a file's name, as its reader knows it, and its text; a byte order mark in front is dropped.
    pub fn new(name: &str, text: &str) -> Self {
        Self { name: name.into(), text: text.strip_prefix('\u{feff}').unwrap_or(text).into() }
    }

    /// Gives the file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}
