//! CSV as RFC 4180 has it, with the delimiters that people use.
//!
//! A record is a row without its line end. Extents are of raw bytes: quotes, doubled quotes and delimiters are
//! copied. A row must have as many cells as the header: with one more or less nobody can say which cell belongs to
//! which column, and what a policy keeps in one column could be another column's secret.

mod cells;
mod delimiter;
mod splice;

pub(super) use cells::RowReader;
pub use delimiter::Delimiter;

use super::{
    Descend, Edit, Fault, Format, FormatError, Leaf, LeafKind, Limits, Node, NodeKind, ReadScratch, Text, TypeFit,
    Visitor,
};
use crate::model::{Span, Step};

/// The rows of one CSV file: each cell is a text leaf, entered by its column's name.
///
/// Equal names are allowed and are the same path. A new text that the cell cannot hold bare gets the cell quoted; a
/// row that would come out empty although a cell is left is written `""`, because an empty line is no row.
#[derive(Debug, Clone)]
pub struct Csv {
    columns: Vec<String>,
    delimiter: Delimiter,
}

impl Csv {
    /// Takes the columns from a header row, which comes without its line end.
    ///
    /// # Errors
    /// Where the header is not a row of CSV.
    pub fn new(header: &[u8], delimiter: Delimiter) -> Result<Self, FormatError> {
        let mut columns = Vec::new();
        cells::walk(header, delimiter, &mut ReadScratch::default(), &mut |_, name, _| {
            columns.push(name.to_owned());
            Ok(())
        })?;
        Ok(Self { columns, delimiter })
    }

    /// Gives the names of the columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn read(
        &self,
        record: &[u8],
        limits: &Limits,
        scratch: &mut ReadScratch,
        visitor: &mut dyn Visitor,
    ) -> Result<(), FormatError> {
        limits.admit(record)?;
        let mut columns = self.columns.iter();
        cells::walk(record, self.delimiter, scratch, &mut |raw, text, map| {
            let column = columns.next().ok_or(FormatError::new(Fault::TooManyCells, raw.start))?;
            // A cell is a leaf however it is wanted: it holds nothing else.
            visitor.enter(Step::Key(column), None);
            visitor.leaf(Leaf { kind: LeafKind::Text, text, raw, map }, cell(raw));
            visitor.leave();
            Ok(())
        })?;
        if columns.next().is_some() {
            return Err(FormatError::new(Fault::TooFewCells, record.len()));
        }
        Ok(())
    }

    fn fit(&self) -> &dyn TypeFit {
        self
    }

    fn splice(&self, record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError> {
        splice::splice(record, edits, self.delimiter, out)
    }
}

/// The header row of a CSV file: each name is a key leaf, entered by itself, without a value.
#[derive(Debug, Clone, Copy)]
pub struct CsvHeader {
    delimiter: Delimiter,
}

impl CsvHeader {
    /// Makes the format of a header with this delimiter.
    pub const fn new(delimiter: Delimiter) -> Self {
        Self { delimiter }
    }
}

impl Format for CsvHeader {
    fn name(&self) -> &'static str {
        "csv_header"
    }

    fn read(
        &self,
        record: &[u8],
        limits: &Limits,
        scratch: &mut ReadScratch,
        visitor: &mut dyn Visitor,
    ) -> Result<(), FormatError> {
        limits.admit(record)?;
        cells::walk(record, self.delimiter, scratch, &mut |raw, text, map| {
            let key = Leaf { kind: LeafKind::Key, text, raw, map };
            if visitor.enter(Step::Key(text), Some(key)) == Descend::Whole {
                visitor.whole(cell(raw));
            }
            visitor.leave();
            Ok(())
        })
    }

    fn names_alone(&self) -> bool {
        true
    }

    /// Names are not what fields hold.
    fn fit(&self) -> &dyn TypeFit {
        &Text
    }

    fn splice(&self, record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError> {
        splice::splice(record, edits, self.delimiter, out)
    }
}

const fn cell(raw: Span) -> Node {
    Node { kind: NodeKind::Text, member: raw, value: raw }
}

#[cfg(test)]
mod tests;
