//! What can be wrong with one record, and what stops the engine.

use crate::format::FormatError;
use crate::transform::{OperatorError, StoreError};
use std::fmt;

/// Why a record is refused; a closed list, and never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The format cannot read it.
    Format(FormatError),
    /// The value is in Confluent's wire format, under this schema id, and the policy says another format.
    WireFormat {
        /// The schema id of the four bytes after the magic byte.
        schema_id: u32,
    },
    /// The value is longer than the limit for records.
    RecordTooLarge {
        /// The limit in bytes.
        record_max: usize,
    },
    /// An operator cannot treat this value.
    Operator(OperatorError),
    /// A field that no entry names, under `unknown_fields: quarantine`.
    UnknownField,
    /// The policy quarantines the record.
    Quarantined,
    /// The record key is not UTF-8 text and no entry says what becomes of it.
    KeyNotText,
    /// Personal data in the record key, and no operator that keeps different keys different.
    KeyFinding,
    /// Two names of one object have become equal.
    KeyCollision,
    /// The keys of rings allow more record keys than a tombstone is written for.
    TooManyKeys {
        /// How many it is written for at most.
        keys_max: usize,
    },
    /// Each reading of the record for the persons in it made others known.
    PersonsUnsettled {
        /// How often it was read.
        reads_max: usize,
    },
    /// A header's value is not UTF-8 text and no entry says what becomes of it.
    HeaderNotText,
    /// Headers have to change and the name of one is not UTF-8.
    HeaderName,
    /// Personal data in the name of a header.
    HeaderFinding,
    /// What operators wrote does not fit what the policy's schema says of a field.
    Misfit {
        /// The word of the schema.
        keyword: &'static str,
    },
    /// The policy removes the whole value.
    ValueRemoved,
    /// A flaw of ours: the record is held back.
    Internal,
}

impl Reason {
    /// Names the reason in metrics, headers and listings.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Format(error) => error.code(),
            Self::WireFormat { .. } => "confluent_wire_format",
            Self::RecordTooLarge { .. } => "record_too_large",
            Self::Operator(error) => error.code(),
            Self::UnknownField => "unknown_field",
            Self::Quarantined => "quarantined",
            Self::KeyNotText => "key_not_text",
            Self::KeyFinding => "key_finding",
            Self::KeyCollision => "key_collision",
            Self::TooManyKeys { .. } => "too_many_keys",
            Self::PersonsUnsettled { .. } => "persons_unsettled",
            Self::HeaderNotText => "header_not_text",
            Self::HeaderName => "header_name",
            Self::HeaderFinding => "header_finding",
            Self::Misfit { .. } => "schema_misfit",
            Self::ValueRemoved => "value_removed",
            Self::Internal => "internal_error",
        }
    }
}

/// One record is bad: it goes to the dead letters, and the others go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// What is wrong.
    pub reason: Reason,
    /// Where in the record, safe to show: a field path with foreign names as `?`, or empty.
    pub place: String,
}

impl RecordError {
    /// Makes an error without a place inside the record.
    pub const fn new(reason: Reason) -> Self {
        Self { reason, place: String::new() }
    }

    /// Names the reason in metrics, headers and listings.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Tells what is wrong, without the code.
    pub const fn detail(&self) -> Detail<'_> {
        Detail(self)
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.detail())
    }
}

/// A record error's sentence for people, without its code.
#[derive(Debug)]
pub struct Detail<'a>(&'a RecordError);

impl fmt::Display for Detail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Reason::Format(error) => write!(f, "{error}")?,
            Reason::WireFormat { schema_id } => write!(
                f,
                "the value is in Confluent's wire format, schema id {schema_id}; the policy's input format says otherwise"
            )?,
            Reason::RecordTooLarge { record_max } => write!(f, "longer than {record_max} bytes")?,
            Reason::Operator(error) => write!(f, "{error}")?,
            Reason::UnknownField => f.write_str("no field entry names this field, and unknown_fields is quarantine")?,
            Reason::Quarantined => f.write_str("the policy quarantines this record")?,
            Reason::KeyNotText => {
                f.write_str("the record key is not UTF-8; a field entry `$key: keep` passes it on unread")?;
            }
            Reason::KeyFinding => f.write_str(
                "personal data in the record key; a field entry `$key` with hash, tokenize or keep says what becomes of it",
            )?,
            Reason::KeyCollision => f.write_str("two names of one object have become equal")?,
            Reason::TooManyKeys { keys_max } => write!(
                f,
                "what this tombstone deletes may have more than {keys_max} record keys; disable ring keys that are no longer used"
            )?,
            Reason::PersonsUnsettled { reads_max } => write!(
                f,
                "its names lead to further names, still after {reads_max} readings; a `keep` or an operator for the fields \
                 of names says what becomes of them"
            )?,
            Reason::HeaderNotText => {
                f.write_str("a header's value is not UTF-8; a field entry `$headers.NAME: keep` passes it on unread")?;
            }
            Reason::HeaderFinding => f.write_str(
                "personal data in the name of a header; a field entry `$headers.NAME` says that the name may leave",
            )?,
            Reason::HeaderName => f.write_str("headers have to change and the name of one is not UTF-8")?,
            Reason::Misfit { keyword } => write!(
                f,
                "what would stand there does not fit the `{keyword}` that the policy's schema says of the field"
            )?,
            Reason::ValueRemoved => f.write_str("the policy removes the whole value; use drop_record to drop the record")?,
            Reason::Internal => f.write_str("a flaw in privet; the record is held back")?,
        }
        if self.0.place.is_empty() { Ok(()) } else { write!(f, " at {}", self.0.place) }
    }
}

impl From<Reason> for RecordError {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

impl From<FormatError> for RecordError {
    fn from(error: FormatError) -> Self {
        Self::new(Reason::Format(error))
    }
}

/// The engine cannot go on with this batch: retry, pause or stop.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A store that the plan needs does not answer, or not so.
    #[error("the store {does}: {0}", does = if .0.may_pass() { "does not answer" } else { "cannot be used" })]
    Store(#[from] StoreError),
    /// A store answered another number of requests than it was asked.
    #[error("the store answered {answers} of {requests} requests")]
    Answers {
        /// How many answers came.
        answers: usize,
        /// How many were asked for.
        requests: usize,
    },
    /// Who sent the records had stand-ins made for as many values as they may.
    #[error("as many values as are allowed got stand-ins under a key")]
    Metered,
}

impl EngineError {
    /// Tells whether the same batch may go through later, with nobody's help.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Store(error) => error.may_pass(),
            Self::Answers { .. } | Self::Metered => false,
        }
    }
}
