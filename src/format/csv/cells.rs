//! The cells of one row, each with its raw extent.

use super::Delimiter;
use crate::format::leaf::{Decoded, Spelling};
use crate::format::{Fault, FormatError, ReadScratch};
use crate::model::{Span, SpanMap};
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// The reader of rows that a scratch holds, for one delimiter at a time.
///
/// A [`Reader`] has to be built: a clone of one has lost its tables (csv-core 0.1.13).
#[derive(Default)]
pub(in crate::format) struct RowReader {
    built: Option<(Delimiter, Reader)>,
    /// Where csv-core decodes into.
    buffer: Vec<u8>,
}

impl RowReader {
    /// Gives a reader at the start of a row, and a buffer that any cell of it fits.
    fn at_row(&mut self, delimiter: Delimiter, row_len: usize) -> (&mut Reader, &mut [u8]) {
        if self.buffer.len() <= row_len {
            self.buffer.resize(row_len + 1, 0);
        }
        if self.built.as_ref().is_none_or(|(of, _)| *of != delimiter) {
            self.built = None;
        }
        let build = || (delimiter, ReaderBuilder::new().delimiter(delimiter.byte()).build());
        let (_, reader) = self.built.get_or_insert_with(build);
        reader.reset();
        (reader, &mut self.buffer)
    }
}

/// What is called for each cell: its raw extent, its text, and where the text stands in the row.
pub(super) type Each<'a> = dyn FnMut(Span, &str, &SpanMap) -> Result<(), FormatError> + 'a;

/// Calls `each` for every cell of a row, which is validated.
pub(super) fn walk(
    row: &[u8],
    delimiter: Delimiter,
    scratch: &mut ReadScratch,
    each: &mut Each<'_>,
) -> Result<(), FormatError> {
    let text = std::str::from_utf8(row).map_err(|error| FormatError::new(Fault::InvalidUtf8, error.valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        return Err(FormatError::new(Fault::ByteOrderMark, 0));
    }
    if text.starts_with(['\r', '\n']) {
        return Err(FormatError::new(Fault::TrailingGarbage, 0));
    }
    let ReadScratch { decoded, rows, .. } = scratch;
    let (reader, buffer) = rows.at_row(delimiter, row.len());
    let mut start = 0;
    loop {
        let (result, read, _) = reader.read_field(row.get(start..).unwrap_or_default(), buffer);
        let stop = start + read;
        let (raw, last) = match result {
            ReadFieldResult::Field { record_end: false } => (Span::new(start, stop.saturating_sub(1)), false),
            // The end of the row, or an empty cell there.
            ReadFieldResult::InputEmpty => (Span::new(start, row.len()), true),
            ReadFieldResult::Field { record_end: true } | ReadFieldResult::End if start == row.len() => {
                (Span::new(start, start), true)
            }
            ReadFieldResult::Field { record_end: true } | ReadFieldResult::End | ReadFieldResult::OutputFull => {
                return Err(FormatError::new(Fault::TrailingGarbage, stop));
            }
        };
        let spelling = decode(text, raw, decoded)?;
        decoded.read(text, spelling, |text, map| each(raw, text, map))?;
        if last {
            return Ok(());
        }
        start = stop;
    }
}

/// Reads the text of the cell at `raw`.
fn decode(row: &str, raw: Span, decoded: &mut Decoded) -> Result<Spelling, FormatError> {
    let Some(inner) = raw.of(row).strip_prefix('"') else { return Ok(Spelling::AsIs(raw)) };
    let start = raw.start + 1;
    let bytes = inner.as_bytes();
    let mut done = 0;
    loop {
        let Some(quote) = memchr::memchr(b'"', bytes.get(done..).unwrap_or_default()).map(|at| done + at) else {
            return Err(FormatError::new(Fault::UnclosedQuote, raw.start));
        };
        let doubled = bytes.get(quote + 1) == Some(&b'"');
        if !doubled && quote + 1 < bytes.len() {
            return Err(FormatError::new(Fault::TextAfterQuote, start + quote + 1));
        }
        if !doubled && done == 0 {
            return Ok(Spelling::AsIs(Span::new(start, start + quote)));
        }
        if done == 0 {
            decoded.text.clear();
            decoded.map.restart(start);
        }
        decoded.text.push_str(inner.get(done..quote).unwrap_or_default());
        decoded.map.copied(quote - done);
        if !doubled {
            return Ok(Spelling::Decoded);
        }
        decoded.text.push('"');
        decoded.map.unit(1, 2);
        done = quote + 2;
    }
}
