//! How policies give parameters to operators.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Operator, Region};
use crate::keys::Rings;

/// One operator: a row of [`OPERATORS`](super::OPERATORS).
#[derive(Debug)]
pub struct OperatorRow {
    /// The name in policies.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// The parameters it takes.
    pub parameters: &'static [ParameterRow],
    /// Builds it; every key is derived here, none on the way of a record.
    #[expect(clippy::type_complexity, reason = "said here alone")]
    pub build: fn(&Parameters, &BuildContext<'_>) -> Result<Box<dyn Operator>, BuildError>,
}

/// Shows the operator as a section of Markdown, which is how `docs/operators.md` has it.
impl std::fmt::Display for OperatorRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "### `{}`\n\n{}.\n", self.name, self.summary)?;
        if self.parameters.is_empty() {
            return writeln!(f, "No parameters.");
        }
        writeln!(f, "| parameter | takes | meaning |\n|---|---|---|")?;
        for row in self.parameters {
            let required = match row.required {
                Required::Yes => " (required)",
                Required::No => "",
            };
            writeln!(f, "| `{}`{required} | {} | {} |", row.name, row.form, row.summary)?;
        }
        Ok(())
    }
}

impl OperatorRow {
    /// Gives the row of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&'static ParameterRow> {
        self.parameters.iter().find(|row| row.name == name)
    }
}

/// One parameter of an operator.
#[derive(Debug)]
pub struct ParameterRow {
    /// The name in policies.
    pub name: &'static str,
    /// What it looks like.
    pub form: Form,
    /// Whether it can be left out.
    pub required: Required,
    /// One line for people.
    pub summary: &'static str,
}

/// What a parameter's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text: any scalar as it is spelled, so that `epoch: 12345678` and `epoch: 1e234567` stay texts.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Bool,
    /// One of these words, as spelled.
    OneOf(&'static [&'static str]),
    /// Any JSON value, written as YAML.
    Json,
    /// A list of texts or whole numbers.
    List,
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Integer => f.write_str("whole number"),
            Self::Bool => f.write_str("`true` or `false`"),
            Self::OneOf(words) => {
                for (place, word) in words.iter().enumerate() {
                    write!(f, "{}`{word}`", if place > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
            Self::Json => f.write_str("any JSON value"),
            Self::List => f.write_str("list of texts or whole numbers"),
        }
    }
}

/// Whether a parameter can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// It cannot.
    Yes,
    /// It can.
    No,
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterValue {
    /// A text, or a word.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A boolean.
    Bool(bool),
    /// A list, which holds no lists.
    List(Vec<ParameterValue>),
    /// A fraction, null, an object or an array, as JSON writes it.
    Json(String),
}

/// The parameters that a policy gives one operator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(pub BTreeMap<String, ParameterValue>);

impl Parameters {
    /// Gives a text.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, BuildError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(ParameterValue::Text(text)) => Ok(Some(text)),
            Some(_) => Err(BuildError::of(name, format!("`{name}` must be a text"))),
        }
    }

    /// Gives a text that must be there.
    ///
    /// # Errors
    /// Where it is missing, or something else stands there.
    pub fn required(&self, name: &'static str) -> Result<&str, BuildError> {
        self.text(name)?.ok_or_else(|| BuildError::of(name, format!("`{name}` is missing")))
    }

    /// Gives a whole number from `least` to `most`.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn count(&self, name: &'static str, least: usize, most: usize) -> Result<Option<usize>, BuildError> {
        let bound = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let number = self.integer(name, bound(least), bound(most))?;
        Ok(number.and_then(|number| usize::try_from(number).ok()))
    }

    /// Gives a whole number from `least` to `most`, which may be negative.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn integer(&self, name: &'static str, least: i64, most: i64) -> Result<Option<i64>, BuildError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(ParameterValue::Integer(number)) if (least..=most).contains(number) => Ok(Some(*number)),
            Some(ParameterValue::Integer(number)) => {
                let nearest = if *number < least { least } else { most };
                Err(BuildError::of(name, format!("`{name}` must be a whole number from {least} to {most}"))
                    .with_help(format!("`{name}: {nearest}` is the nearest")))
            }
            Some(_) => Err(BuildError::of(name, format!("`{name}` must be a whole number from {least} to {most}"))
                .with_help(format!("such as `{name}: {least}`"))),
        }
    }

    /// Gives a boolean.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn truth(&self, name: &'static str) -> Result<Option<bool>, BuildError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(ParameterValue::Bool(truth)) => Ok(Some(*truth)),
            Some(_) => Err(BuildError::of(name, format!("`{name}` must be `true` or `false`"))),
        }
    }

    /// Gives a list.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn list(&self, name: &'static str) -> Result<Option<&[ParameterValue]>, BuildError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(ParameterValue::List(all)) => Ok(Some(all)),
            Some(_) => Err(BuildError::of(name, format!("`{name}` must be a list"))),
        }
    }

    /// Gives what one of several words stands for.
    ///
    /// # Errors
    /// Where another word, or something else, stands there.
    pub fn choice<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Result<Option<T>, BuildError> {
        let Some(word) = self.text(name)? else { return Ok(None) };
        match words.iter().find(|(known, _)| *known == word) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
                let nearest = known.first().copied().unwrap_or_default();
                Err(BuildError::of(name, format!("`{name}` is one of {}", known.join(", ")))
                    .with_help(format!("such as `{name}: {nearest}`")))
            }
        }
    }
}

/// What an operator is built for.
#[derive(Debug, Clone, Copy)]
pub struct BuildContext<'a> {
    /// The rings at hand.
    pub rings: &'a Rings,
    /// The tenant, a setting of the process; empty by default.
    pub tenant: &'a str,
    /// The data product's id.
    pub product: &'a str,
    /// The region whose telephone numbers are meant where none is told, if the policy names just one.
    pub region: Option<Region>,
    /// The last name of the field it is for, where it is for one.
    pub field: Option<&'a str>,
    /// Every value kind it may meet, so that keys are derived before the first record.
    pub kinds: &'a [&'a str],
}

/// Why an operator cannot be built as the policy says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BuildError {
    /// The parameter at fault, if one is.
    pub parameter: Option<&'static str>,
    /// What is wrong.
    pub message: Cow<'static, str>,
    /// What would be right.
    pub help: Option<Cow<'static, str>>,
}

impl BuildError {
    /// Blames a parameter.
    pub fn of(parameter: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { parameter: Some(parameter), message: message.into(), help: None }
    }

    /// Adds what would be right.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }
}
