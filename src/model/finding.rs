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
    /// The recognizer has no validator, or the finding is of a family.
    None,
    /// No pattern whose validators pass takes the value; its field's name is the proof.
    Failed,
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

impl Finding {
    /// The place of the pattern in a finding that stands on the field's name alone, not on a pattern.
    pub const BY_FIELD_NAME: u16 = u16::MAX;

    /// What speaks for this entity type rather than for another of its family; the greater one decides.
    ///
    /// In this order: the field's name, a strong validator, context, a weak validator, the score.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            by_field_name: self.pattern == Self::BY_FIELD_NAME,
            strong: self.validation == Validation::Strong,
            context: self.score > self.base && self.validation != Validation::Strong,
            weak: self.validation == Validation::Weak,
            score: self.score,
        }
    }
}

/// What speaks for one type of a family; see [`Finding::evidence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    by_field_name: bool,
    strong: bool,
    context: bool,
    weak: bool,
    score: Score,
}
