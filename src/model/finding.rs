//! What detection reports.

use super::{Score, Span};

/// An entity type's place in the table of the recognizer set that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityIndex(pub u16);

/// A recognizer's place in the table of its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecognizerIndex(pub u16);

impl RecognizerIndex {
    /// Stands for the policy, whose own list found something; no recognizer has this place.
    pub const POLICY: Self = Self(u16::MAX);
}

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

/// What beside a match itself has a say in its score.
///
/// Only one does: what speaks for a finding before what speaks against it, the field's name before words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Nothing.
    None,
    /// The name of its field speaks for it.
    FieldName,
    /// It goes on a list with a finding that words speak for.
    Listed,
    /// A word or phrase near it speaks for it: its place in the recognizer's file, and for what it speaks.
    Word(u16, Says),
    /// It belongs to the only country that is asked about.
    Region,
    /// The name of its field speaks against it.
    NotFieldName,
    /// A word or phrase near it speaks against it: its place in the recognizer's file.
    NotWord(u16),
}

/// What a context word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// Which family it is: other types of it know the word, too.
    Family,
    /// Which entity type it is.
    Type,
}

impl Context {
    /// Tells whether a word or the field's name speaks for the finding.
    pub const fn is_for(self) -> bool {
        match self {
            Self::FieldName | Self::Listed | Self::Word(..) => true,
            Self::None | Self::Region | Self::NotFieldName | Self::NotWord(_) => false,
        }
    }

    /// How much it tells the types of a family apart.
    const fn weight(self) -> u8 {
        match self {
            Self::None | Self::NotFieldName | Self::NotWord(_) => 0,
            Self::Region => 1,
            Self::FieldName | Self::Listed | Self::Word(_, Says::Family) => 2,
            Self::Word(_, Says::Type) => 3,
        }
    }
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
    /// What raised or lowered the score.
    pub context: Context,
}

impl Finding {
    /// The place of the pattern in a finding that stands on the field's name alone, not on a pattern.
    pub const BY_FIELD_NAME: u16 = u16::MAX;
    /// The place of the pattern in a finding of the tagger's model; its score is its probability.
    pub const BY_TAGGER: u16 = u16::MAX - 1;
    /// The place of the pattern in a finding of the tagger's rules of form; its score is how sure they are, no probability.
    pub const BY_FORM: u16 = u16::MAX - 3;
    /// The place of the pattern in a finding of a word of a person who was found elsewhere in the record.
    pub const BY_KNOWN_PERSON: u16 = u16::MAX - 2;

    /// Makes what a policy's own list finds: it is certain.
    pub const fn by_policy(entity: EntityIndex, span: Span) -> Self {
        Self {
            span,
            entity,
            recognizer: RecognizerIndex::POLICY,
            pattern: 0,
            score: Score::ONE,
            base: Score::ONE,
            validation: Validation::None,
            context: Context::None,
        }
    }

    /// Tells whether a policy's own list found it.
    pub fn is_by_policy(&self) -> bool {
        self.recognizer == RecognizerIndex::POLICY
    }

    /// What speaks for this entity type rather than for another of its family; the greater one decides.
    ///
    /// In this order: the policy's own list, the field's name, a strong validator, context, a weak validator, the score.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            by_policy: self.is_by_policy(),
            by_field_name: self.pattern == Self::BY_FIELD_NAME,
            strong: self.validation == Validation::Strong,
            context: self.context.weight(),
            weak: self.validation == Validation::Weak,
            score: self.score,
        }
    }
}

/// What speaks for one type of a family; see [`Finding::evidence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    by_policy: bool,
    by_field_name: bool,
    strong: bool,
    context: u8,
    weak: bool,
    score: Score,
}
