//! What detection reports.

use super::{Score, Span};

/// An entity type's place in the table of the recognizer set that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityIndex(pub u16);

/// A recognizer's place in the table of its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecognizerIndex(pub u16);

/// What the recognizer's validators said of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Validation {
    /// The recognizer has no validator, or the field's type stood in for it.
    None,
    /// A validator passed, but lets too many random strings through to be certain.
    Weak,
    /// A validator passed that lets at most 1 in 1,000 random strings through.
    Strong,
}

/// A span of one leaf's decoded text, with what was spotted there and how sure the recognizer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Where, in the decoded text of the leaf.
    pub span: Span,
    /// What was spotted.
    pub entity: EntityIndex,
    /// Who spotted it.
    pub recognizer: RecognizerIndex,
    /// Which of the recognizer's patterns; its place in the file.
    pub pattern: u16,
    /// The score after validation, context and field name.
    pub score: Score,
    /// The score that the pattern's file gives it.
    pub base: Score,
    /// What the validators said.
    pub validation: Validation,
}
