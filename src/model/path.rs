//! Where a leaf sits in a record.

use super::Coding;
use std::fmt;

/// One step from a container to what it holds, borrowed while a record is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step<'a> {
    /// A member of an object, a column, or a map entry: its decoded name.
    Key(&'a str),
    /// An element of an array, from 0.
    Index(usize),
    /// The text that stands inside a text.
    Inside(Coding),
}

/// One step that owns its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OwnedStep {
    /// A member of an object, a column, or a map entry: its decoded name.
    Key(String),
    /// An element of an array, from 0.
    Index(usize),
    /// The text that stands inside a text.
    Inside(Coding),
}

impl From<Step<'_>> for OwnedStep {
    fn from(step: Step<'_>) -> Self {
        match step {
            Step::Key(name) => Self::Key(name.to_owned()),
            Step::Index(index) => Self::Index(index),
            Step::Inside(coding) => Self::Inside(coding),
        }
    }
}

/// A path from the root of a record, written `a.b[2].c`, `a["x.y"]` or `a~json.b`; built only for reports.
///
/// Names taken from data can be personal data themselves: whoever shows a path shows only names that the
/// policy names or that detection finds clean, others as `?`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FieldPath(pub Vec<OwnedStep>);

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                OwnedStep::Index(index) => write!(f, "[{index}]")?,
                OwnedStep::Inside(coding) => write!(f, "{coding}")?,
                OwnedStep::Key(name) if is_plain(name) => {
                    if place > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(name)?;
                }
                OwnedStep::Key(name) => write!(f, "[{name:?}]")?,
            }
        }
        Ok(())
    }
}

/// Tells whether a name can stand in a path without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['.', '[', ']', '"', '*', '~', ' ']) && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_the_one_way() {
        let key = |name: &str| OwnedStep::Key(name.to_owned());
        let path = FieldPath(vec![key("a"), key("b"), OwnedStep::Index(2), key("c"), key("x.y")]);
        assert_eq!(path.to_string(), r#"a.b[2].c["x.y"]"#);
        let path = FieldPath(vec![key("a"), OwnedStep::Inside(Coding::Json), key("b"), key("~json")]);
        assert_eq!(path.to_string(), r#"a~json.b["~json"]"#);
    }
}
