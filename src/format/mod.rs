//! Reads leaves out of a record and splices edits back; has never heard of personal data.
//!
//! A [`Format`] walks one record, without building a tree of it, and offers every member, element and scalar to a
//! [`Visitor`]. What the visitor's owner wants changed comes back as [`Edit`]s; every byte outside them is copied.
//! A [`Framer`] cuts a stream of bytes into records first.
//!
//! What stands inside a text, [`nested`] opens.
//!
//! The laws, held by tests for every row of [`KINDS`]: without an edit a record comes out byte for byte; with edits
//! it can be read again, and leaves without an edit keep their bytes; the frames of an input, put one after the
//! other, are that input, however it was cut into buffers.

mod alike;
mod csv;
mod edit;
mod error;
mod framing;
mod json;
mod kind;
#[cfg(test)]
mod laws;
mod leaf;
pub mod nested;
#[cfg(test)]
mod recorder;
mod splice;
mod text;
mod types;
mod within;

pub use csv::{Csv, CsvHeader, Delimiter};
pub use edit::{Edit, NewValue};
pub use error::{Fault, FormatError};
pub use framing::{FrameKind, Framed, Framer};
pub use json::Json;
pub use kind::{KINDS, Kind, KindRow};
pub use leaf::{Again, Descend, Leaf, LeafKind, Node, NodeKind, ReadScratch, Visitor};
pub use text::Text;
pub use types::{FieldType, Listed, Misfit, Presence, TypeFit, TypeName};

/// One way of writing records: how to walk one, and how to write it again with edits.
pub trait Format: Send + Sync + std::fmt::Debug {
    /// Gives the name that settings, help and reports use.
    fn name(&self) -> &'static str;

    /// Walks one record, offering every member, element and scalar to `visitor`, and validates all of it.
    ///
    /// Nothing is allocated once `scratch` has grown to the size of the records.
    ///
    /// # Errors
    /// Where the record is not of this format or over a limit. The visitor may have been called by then; what it
    /// learned of this record is worthless.
    fn read(
        &self,
        record: &[u8],
        limits: &Limits,
        scratch: &mut ReadScratch,
        visitor: &mut dyn Visitor,
    ) -> Result<(), FormatError>;

    /// Gives the format of JSON, where this is it: a visitor whose type is known walks that without a table of calls.
    fn as_json(&self) -> Option<&Json> {
        None
    }

    /// Tells whether a record of it names the fields of others and holds no values, as a header row does.
    fn names_alone(&self) -> bool {
        false
    }

    /// Gives its idea of types: what a value spells is not the same to all formats.
    fn fit(&self) -> &dyn TypeFit;

    /// Appends the record to `out` with `edits` made, all other bytes copied.
    ///
    /// The edits are those of a record that [`Format::read`] accepted: sorted by their start, disjoint, with spans
    /// that the visitor was given.
    ///
    /// # Errors
    /// [`Fault::InvalidEdit`] where they are not; `out` then holds a part of the record.
    fn splice(&self, record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError>;
}

/// What a record may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many containers may stand inside each other.
    pub nesting_max: usize,
    /// How many bytes a record may have.
    pub record_max: usize,
}

impl Limits {
    /// Deep enough for any domain event seen, and the depth at which other JSON readers give up as well.
    pub const NESTING_MAX: usize = 128;
    /// Sixteen times the largest message a Kafka broker takes by default.
    pub const RECORD_MAX: usize = 16 * 1024 * 1024;

    /// Refuses a record that is too large.
    fn admit(&self, record: &[u8]) -> Result<(), FormatError> {
        if record.len() > self.record_max {
            return Err(FormatError::new(Fault::RecordTooLarge, self.record_max));
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { nesting_max: Self::NESTING_MAX, record_max: Self::RECORD_MAX }
    }
}
