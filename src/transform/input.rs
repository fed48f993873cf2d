//! What an operator is given, and what it says it did.

use super::SubjectAnswer;
use crate::keys::KeyId;
use crate::model::{Origin, RecordTime};

/// One value to transform.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The decoded text, or a number's or boolean's literal text; empty for an object or array.
    pub text: &'a str,
    /// The entity type found; `VALUE` for a field entry.
    pub entity: &'a str,
    /// The value kind: the entity's family, what `as:` names, else `VALUE`.
    pub kind: &'a str,
    /// What the leaf is.
    pub value: ValueKind,
    /// The whole leaf, or a part of it.
    pub part: Part,
    /// Whose value it is: the text of the operator's subject field; none where the record does not tell.
    pub subject: Option<&'a str>,
    /// The text of the operator's context field; none where the record does not tell.
    pub context: Option<&'a str>,
    /// The key to write under, where it is another than the operator's own: what was written before a rotation.
    pub under: Option<KeyId>,
    /// What the store says of that subject, where the operator asked.
    pub person: Option<&'a SubjectAnswer>,
    /// Where in its record the value stands, for operators that [need it](super::Operator::needs_place) when they ask.
    pub place: Option<&'a str>,
    /// Where the record came from.
    pub origin: &'a Origin,
    /// The record's own time.
    pub time: RecordTime,
}

/// Says nothing of the text.
impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("entity", &self.entity)
            .field("kind", &self.kind)
            .field("value", &self.value)
            .field("part", &self.part)
            .finish_non_exhaustive()
    }
}

impl Input<'_> {
    /// Tells whether this is `null` or `""`, which every operator but the dropping ones leaves.
    pub fn is_nothing(&self) -> bool {
        match self.value {
            ValueKind::Null => true,
            ValueKind::Text | ValueKind::Key => self.text.is_empty(),
            ValueKind::Number | ValueKind::Bool | ValueKind::Object | ValueKind::Array => false,
        }
    }

    /// Tells whether only text can stand here: inside a text, or as a member's name.
    pub fn is_text_only(&self) -> bool {
        self.part == Part::Span || self.value == ValueKind::Key
    }
}

/// What the value is that stands in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A string, a cell or a line.
    Text,
    /// A number, read by its literal text.
    Number,
    /// A boolean.
    Bool,
    /// Null.
    Null,
    /// An object.
    Object,
    /// An array.
    Array,
    /// The name of a member or column.
    Key,
}

/// The values that an operator will be given, as far as their field's declared type tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldShape<'a> {
    /// What they are.
    pub value: ValueKind,
    /// How many characters the shortest has at least.
    pub len_min: usize,
    /// How many characters the longest may have, where that is known.
    pub len_max: Option<usize>,
    /// The entity type of the field; `VALUE` for a field entry.
    pub entity: &'a str,
}

impl OldShape<'_> {
    /// Tells how many bytes the longest canonical form has for a value kind; what is longer is refused.
    pub(super) fn bytes_max(&self, kind: Option<&str>) -> usize {
        let known = LONGEST.iter().find(|(known, _)| Some(*known) == kind).map(|(_, len)| *len);
        let declared = self.len_max.map(|len| len.saturating_mul(4));
        known.into_iter().chain(declared).min().unwrap_or(super::KEYED_VALUE_MAX).min(super::KEYED_VALUE_MAX)
    }
}

/// Bytes of the longest canonical form of kinds that have one: RFC 5321, section 4.5.3.1.3; ISO/IEC 7812-1; ITU-T E.164
/// with its `+`; ISO 13616-1; nine digits with two hyphens.
const LONGEST: &[(&str, usize)] =
    &[("EMAIL_ADDRESS", 254), ("CREDIT_CARD", 19), ("PHONE_NUMBER", 16), ("IBAN_CODE", 34), ("US_SSN", 11)];

/// How much of the leaf the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The whole leaf.
    Whole,
    /// A span inside a text.
    Span,
}

/// What a field entry on an object or array means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The object or array is replaced as one.
    Whole,
    /// Every scalar below is replaced.
    Leaves,
}

/// Whether different values stay different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Distinct {
    /// They do (values with one canonical form count as one), so record keys may be changed by it.
    Kept,
    /// They do for as long as a store is not lost, which is not for ever.
    Stored,
    /// They may become one.
    Lost,
    /// One value becomes another each time, so that equal ones do not stay equal.
    Anew,
    /// The whole record leaves: nothing is left to be told apart.
    Gone,
}

/// Which key an operator writes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Epoch {
    /// None.
    Keyless,
    /// The ring's primary key: rotation moves it.
    Primary(KeyId),
    /// The key that the policy names, whatever the ring's primary is.
    Pinned(KeyId),
}

/// What an operator did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// The value stays as it is; nothing was appended.
    Unchanged,
    /// Text was appended.
    Text,
    /// A number or boolean was appended, spelled as JSON.
    Literal,
    /// A JSON document was appended: an object or array.
    Json,
    /// The value becomes null.
    Null,
    /// The value becomes an object without members.
    EmptyObject,
    /// The value becomes an array without elements.
    EmptyArray,
    /// The field that holds the value leaves the record.
    DropField,
    /// The record leaves the output.
    DropRecord,
    /// The record is refused.
    Quarantine,
}

/// Why a value could not be replaced; its record is refused. Never holds the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// Longer than [`KEYED_VALUE_MAX`](super::KEYED_VALUE_MAX).
    #[error("the value is longer than 64 KiB")]
    ValueTooLong,
    /// More characters than the operator can turn: 256, or `width` digits of a number.
    #[error(
        "the value has more characters than `fpe` takes: 256 of its alphabet, and of a number as many digits as `width` says"
    )]
    TooManyCharacters,
    /// The operator cannot read the value: the type is right, and the text is none of the forms that it takes.
    #[error("the value is in none of the forms that the operator reads")]
    UnreadableValue,
    /// The operator does not take such a value: a boolean under a key or mask, an object or array by its leaves.
    #[error("the operator does not take a value of this type")]
    UnsupportedValue,
    /// The operator was not built for this value kind, so it has no key for it.
    #[error("the operator has no key for this value kind")]
    UnknownKind,
    /// Every replacement that the operator can write would contain the text it replaces.
    #[error("the replacement would repeat the value")]
    Echo,
    /// A character is neither of the operator's alphabet nor one of its separators.
    #[error("the value has a character outside the alphabet")]
    OutsideAlphabet,
    /// Too few values of this length are possible for one to be secret.
    #[error("the value is too short to be secret")]
    SmallDomain,
    /// The check digit is wrong.
    #[error("the check digit is wrong")]
    BadChecksum,
    /// The record does not tell whose value it is, or tells it twice.
    #[error("the record does not tell whose value it is")]
    NoSubject,
    /// The record does not tell the context, or tells it twice, or it is empty or longer than 1 KiB.
    #[error("the record does not tell the value's context, or not in 1 to 1024 bytes")]
    NoContext,
    /// The date that it becomes has no year of four digits.
    #[error("the date would leave the years 1 to 9999")]
    BeyondYears,
    /// The date that it becomes begins with a zero, and stands for a number.
    #[error("the date would begin with a zero, which no number does")]
    LeadingZero,
    /// The text is no date in any of the operator's formats.
    #[error("the value is no date that the operator reads")]
    NoDate,
    /// The store's answer is missing, or is not one to this operator's request.
    #[error("the store did not answer what was asked")]
    NoAnswer,
    /// The cryptographic library refused.
    #[error("the cryptographic library refused")]
    Refused,
}

impl OperatorError {
    /// Gives the reason code of dead letters and metrics.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ValueTooLong | Self::TooManyCharacters => "value_too_long",
            Self::UnsupportedValue | Self::UnreadableValue => "unsupported_value",
            Self::UnknownKind => "unknown_kind",
            Self::Echo => "replacement_repeats_value",
            Self::OutsideAlphabet => "outside_alphabet",
            Self::SmallDomain => "small_domain",
            Self::BadChecksum => "bad_checksum",
            Self::NoSubject => "no_subject",
            Self::NoContext => "no_context",
            Self::NoDate | Self::BeyondYears | Self::LeadingZero => "no_date",
            Self::NoAnswer => "store_did_not_answer",
            Self::Refused => "crypto_refused",
        }
    }
}
