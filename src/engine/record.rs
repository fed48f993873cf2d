//! What goes into the engine and what comes out.

use super::{FoundText, RecordError, Report};
use crate::format::Format;
use crate::model::{EntityIndex, FieldPath, Origin, RecordTime, Span};

/// One record on its way through: where it came from, and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Where it came from.
    pub origin: &'a Origin,
    /// Its own time.
    pub time: RecordTime,
    /// How its value is read.
    pub format: &'a dyn Format,
    /// The value; none is a tombstone.
    pub value: Option<&'a [u8]>,
    /// The record key, where the source has keys; read as text.
    pub key: Option<&'a [u8]>,
    /// The headers, in order; each value is read as text.
    pub headers: &'a [Header<'a>],
}

/// One header of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// The name's bytes; not always UTF-8.
    pub name: &'a [u8],
    /// The value's bytes, or null.
    pub value: Option<&'a [u8]>,
}

impl std::fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Header(..)")
    }
}

/// What becomes of one part of a record: its value, its key, a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Piece {
    /// The bytes that came in, or null where null came in.
    #[default]
    Same,
    /// New bytes: this range of [`Outcomes::bytes`].
    New(Span),
    /// Null.
    Null,
    /// Nothing: a header that is dropped.
    Removed,
}

/// Where a record goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Disposition {
    /// On to the output, as its pieces say.
    #[default]
    Forward,
    /// Nowhere: the policy drops it.
    Drop,
    /// To the dead-letter topic, or the face's list of what was refused.
    DeadLetter(RecordError),
}

/// One field before and after, collected only on request and only for a person's eyes.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// Where the field sits; its names are the record's own.
    pub path: FieldPath,
    /// The decoded text that came in.
    pub before: String,
    /// What stands there now; none where the field was removed.
    pub after: Option<String>,
    /// What was found there; empty where a field entry decided.
    pub entities: Vec<EntityIndex>,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Change(..)")
    }
}

/// What the engine made of one record.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Where the record goes.
    pub disposition: Disposition,
    /// What becomes of the value.
    pub value: Piece,
    /// What becomes of the record key.
    pub key: Piece,
    /// What else the key of a tombstone is, in [`Outcomes::bytes`]: what it was under the other enabled keys of the rings.
    /// The tombstone goes out once more for each, together with the first, so that what was written before a rotation
    /// is deleted, too.
    pub other_keys: Vec<Span>,
    /// What becomes of the headers that change, by their place.
    pub headers: Vec<(usize, Piece)>,
    /// The changed fields, where [`super::Trace::Changes`] asked for them.
    pub changes: Vec<Change>,
    /// What was found, where [`super::Trace::Findings`] asked for it.
    pub found: Vec<FoundText>,
}

impl Outcome {
    /// Tells whether value, key or headers are not as they came in.
    pub fn is_changed(&self) -> bool {
        self.value != Piece::Same || self.key != Piece::Same || !self.headers.is_empty()
    }
}

/// What the engine made of one batch; reusable from batch to batch.
#[derive(Debug, Default)]
pub struct Outcomes {
    pub(super) bytes: Vec<u8>,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) report: Report,
}

impl Outcomes {
    /// Gives one outcome for each record of the batch, in its order.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Gives new bytes that a [`Piece::New`] names.
    pub fn bytes(&self, span: Span) -> &[u8] {
        span.of_bytes(&self.bytes)
    }

    /// Gives what a part of the record is now: `came_in` where nothing changed, none for null or removed.
    pub fn piece<'a>(&'a self, piece: Piece, came_in: Option<&'a [u8]>) -> Option<&'a [u8]> {
        match piece {
            Piece::Same => came_in,
            Piece::New(span) => Some(self.bytes(span)),
            Piece::Null | Piece::Removed => None,
        }
    }

    /// Gives the counts of this batch.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Empties everything and keeps the memory.
    pub(super) fn restart(&mut self, records: usize) {
        self.bytes.clear();
        self.outcomes.clear();
        self.outcomes.resize_with(records, Outcome::default);
        self.report = Report::default();
    }
}
