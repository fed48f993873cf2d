//! What a record gets changed.

use crate::model::Span;
use std::fmt;

/// One change of a record; spans are of its raw bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Edit<'a> {
    /// Replaces a part of one leaf's text.
    Text {
        /// The whole leaf, quotes included; its `raw`.
        leaf: Span,
        /// What is replaced, as the leaf's map gives it.
        at: Span,
        /// The new text, which the format escapes and quotes as the leaf needs.
        text: &'a str,
    },
    /// Replaces a whole value.
    Value {
        /// The value of its node, quotes included.
        at: Span,
        /// What stands there instead.
        value: NewValue<'a>,
    },
    /// Removes a member, an element or a cell together with one separator.
    Remove {
        /// The member of its node.
        member: Span,
    },
}

impl Edit<'_> {
    /// Gives the first byte that the edit changes; edits are sorted by it.
    pub const fn start(&self) -> usize {
        match self {
            Self::Text { at, .. } | Self::Value { at, .. } => at.start,
            Self::Remove { member } => member.start,
        }
    }
}

impl fmt::Debug for Edit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { leaf, at, text: _ } => {
                f.debug_struct("Text").field("leaf", leaf).field("at", at).finish_non_exhaustive()
            }
            Self::Value { at, value } => f.debug_struct("Value").field("at", at).field("value", value).finish(),
            Self::Remove { member } => f.debug_struct("Remove").field("member", member).finish(),
        }
    }
}

/// What stands in the place of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NewValue<'a> {
    /// `null`; an empty cell.
    Null,
    /// A string, which the format escapes and quotes.
    Text(&'a str),
    /// A number or boolean as JSON writes it.
    Literal(&'a str),
    /// A JSON document; JSON takes it as it is, others as a text.
    Json(&'a str),
    /// `{}`.
    EmptyObject,
    /// `[]`.
    EmptyArray,
}

impl fmt::Debug for NewValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Text(_) => "Text(..)",
            Self::Literal(_) => "Literal(..)",
            Self::Json(_) => "Json(..)",
            Self::EmptyObject => "EmptyObject",
            Self::EmptyArray => "EmptyArray",
        })
    }
}
