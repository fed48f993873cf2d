//! Copies a record up to an edit and goes on behind it.

use super::nested::Patch;
use super::{Edit, Fault, FormatError};
use crate::model::Span;

/// A record on its way into `out`.
pub(super) struct Splicer<'a> {
    record: &'a [u8],
    /// How much of the record is copied or left out.
    done: usize,
    out: &'a mut Vec<u8>,
    /// What was copied, and where it stands in `out`, if somebody wants to know.
    copies: Option<&'a mut Vec<(Span, usize)>>,
}

impl<'a> Splicer<'a> {
    pub(super) const fn new(record: &'a [u8], out: &'a mut Vec<u8>) -> Self {
        Self { record, done: 0, out, copies: None }
    }

    /// Writes down in `copies` what is copied, too.
    pub(super) const fn noting(record: &'a [u8], out: &'a mut Vec<u8>, copies: &'a mut Vec<(Span, usize)>) -> Self {
        Self { record, done: 0, out, copies: Some(copies) }
    }

    /// Copies what stands before `span` and leaves `span` out.
    pub(super) fn skip(&mut self, span: Span) -> Result<(), FormatError> {
        self.copy_to(span.start)?;
        if span.end < self.done || span.end > self.record.len() {
            return Err(FormatError::new(Fault::InvalidEdit, span.start));
        }
        self.done = span.end;
        Ok(())
    }

    /// Copies up to `end`.
    pub(super) fn copy_to(&mut self, end: usize) -> Result<(), FormatError> {
        let between = self.record.get(self.done..end).ok_or(FormatError::new(Fault::InvalidEdit, end))?;
        if let Some(copies) = self.copies.as_mut().filter(|_| !between.is_empty()) {
            copies.push((Span::new(self.done, end), self.out.len()));
        }
        self.out.extend_from_slice(between);
        self.done = end;
        Ok(())
    }

    /// Writes what the record does not have.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Gives the end of the output to append to.
    pub(super) const fn out(&mut self) -> &mut Vec<u8> {
        self.out
    }

    /// Copies the rest.
    pub(super) fn finish(mut self) -> Result<(), FormatError> {
        self.copy_to(self.record.len())
    }
}

/// Makes the changes of a record that lead to `out`, given what of it is copied.
pub(super) fn patches(record: &[u8], out: &[u8], copies: &[(Span, usize)]) -> Result<Vec<Patch>, FormatError> {
    let mut patches = Vec::new();
    let (mut from, mut written) = (0, 0);
    for &(copied, at) in copies.iter().chain([&(Span::new(record.len(), record.len()), out.len())]) {
        let (span, text) = (Span::new(from, copied.start), Span::new(written, at));
        if !span.is_empty() || !text.is_empty() {
            let text = String::from_utf8(text.of_bytes(out).to_vec());
            let text = text.map_err(|_| FormatError::new(Fault::InvalidEdit, span.start))?;
            patches.push(Patch { span, text });
        }
        (from, written) = (copied.end, at + copied.len());
    }
    Ok(patches)
}

/// Splits off the text edits at the front that are of the same leaf.
pub(super) fn of_one_leaf<'e, 't>(edits: &'e [Edit<'t>], wanted: Span) -> (&'e [Edit<'t>], &'e [Edit<'t>]) {
    let count = edits
        .iter()
        .position(|edit| !matches!(edit, Edit::Text { leaf, .. } if *leaf == wanted))
        .unwrap_or(edits.len());
    edits.split_at_checked(count).unwrap_or((edits, &[]))
}
