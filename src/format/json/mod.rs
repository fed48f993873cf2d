//! JSON as RFC 8259 has it, read and written without a tree.

mod read;
mod splice;
mod token;

pub(super) use read::Open;
pub(super) use splice::patches;

use super::{Edit, Format, FormatError, Limits, ReadScratch, TypeFit, Visitor};

/// One JSON value a record, white space around it allowed.
///
/// Strict: what RFC 8259 does not allow is an error, and so are lone surrogates and a byte-order mark. Numbers keep
/// their spelling, however long; of equal keys each is offered. The removal of a whole record leaves `null`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl Json {
    /// Walks one record, as [`Format::read`] does.
    ///
    /// # Errors
    /// Those of [`Format::read`].
    pub fn walk<V: Visitor + ?Sized>(
        self,
        record: &[u8],
        limits: &Limits,
        scratch: &mut ReadScratch,
        visitor: &mut V,
    ) -> Result<(), FormatError> {
        limits.admit(record)?;
        read::walk(record, limits.nesting_max, scratch, visitor)
    }
}

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn read(
        &self,
        record: &[u8],
        limits: &Limits,
        scratch: &mut ReadScratch,
        visitor: &mut dyn Visitor,
    ) -> Result<(), FormatError> {
        self.walk(record, limits, scratch, visitor)
    }

    fn as_json(&self) -> Option<&Json> {
        Some(self)
    }

    fn fit(&self) -> &dyn TypeFit {
        self
    }

    fn splice(&self, record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError> {
        splice::splice(record, edits, out)
    }
}

#[cfg(test)]
mod tests;
