//! Writes a row with edits: cells quoted where they must be, removed with one delimiter.

use super::Delimiter;
use crate::format::splice::{Splicer, of_one_leaf};
use crate::format::text::plain;
use crate::format::{Edit, Fault, FormatError, NewValue};
use crate::model::Span;

/// Writes `row` with `edits`; see [`Format::splice`](crate::format::Format::splice).
pub(super) fn splice(
    row: &[u8],
    edits: &[Edit<'_>],
    delimiter: Delimiter,
    out: &mut Vec<u8>,
) -> Result<(), FormatError> {
    let start = out.len();
    let mut splicer = Splicer::new(row, out);
    let mut rest = edits;
    let mut left = Left::Cells;
    while let Some((edit, after)) = rest.split_first() {
        rest = match *edit {
            Edit::Text { leaf, .. } => {
                let (texts, others) = of_one_leaf(rest, leaf);
                edit_text(row, leaf, texts, delimiter, &mut splicer)?;
                others
            }
            Edit::Value { at, value } => {
                splicer.skip(at)?;
                let quoted = row.get(at.start) == Some(&b'"') && value != NewValue::Null;
                put_cell(plain(value).as_bytes(), quoted, delimiter, splicer.out());
                after
            }
            Edit::Remove { member } => {
                let (run, others) = adjacent(row, member, delimiter, after);
                remove(row, run, delimiter, &mut splicer)?;
                if run == Span::new(0, row.len()) {
                    left = Left::Nothing;
                }
                others
            }
        };
    }
    splicer.finish()?;
    if !edits.is_empty() && left == Left::Cells {
        keep_a_row(start, delimiter, out);
    }
    Ok(())
}

/// Quotes the first cell of the row that begins at `start` where it would be lost bare: an empty line is no row, and
/// a byte-order mark at the front of a row is no text.
fn keep_a_row(start: usize, delimiter: Delimiter, out: &mut Vec<u8>) {
    let row = out.get(start..).unwrap_or_default();
    if row.is_empty() || row.starts_with(b"\xef\xbb\xbf") {
        let row = out.split_off(start);
        let end = row.iter().position(|&byte| byte == delimiter.byte()).unwrap_or(row.len());
        let (first, rest) = row.split_at_checked(end).unwrap_or((&row, &[]));
        put_cell(first, true, delimiter, out);
        out.extend_from_slice(rest);
    }
}

/// What of the row is left.
#[derive(PartialEq, Eq)]
enum Left {
    Cells,
    Nothing,
}

/// Writes a cell with new text in it.
fn edit_text(
    row: &[u8],
    leaf: Span,
    texts: &[Edit<'_>],
    delimiter: Delimiter,
    splicer: &mut Splicer<'_>,
) -> Result<(), FormatError> {
    let quoted = row.get(leaf.start) == Some(&b'"');
    let inside = if quoted { Span::new(leaf.start + 1, leaf.end.saturating_sub(1)) } else { leaf };
    splicer.copy_to(leaf.start)?;
    let start = splicer.out().len();
    let mut needs_quotes = false;
    for edit in texts {
        let Edit::Text { at, text, .. } = *edit else { continue };
        if !inside.contains(at) {
            return Err(FormatError::new(Fault::InvalidEdit, at.start));
        }
        splicer.skip(at)?;
        if quoted {
            put_doubled(text.as_bytes(), splicer.out());
        } else {
            needs_quotes |= is_special(text.as_bytes(), delimiter);
            splicer.put(text.as_bytes());
        }
    }
    splicer.copy_to(leaf.end)?;
    let out = splicer.out();
    // A quote inside a bare cell is a letter like any other, but the first byte must not become one.
    if !quoted && (needs_quotes || out.get(start) == Some(&b'"')) {
        let bare = out.split_off(start);
        put_cell(&bare, true, delimiter, out);
    }
    Ok(())
}

/// Writes a whole cell, in quotes where it wants or needs them.
fn put_cell(text: &[u8], quoted: bool, delimiter: Delimiter, out: &mut Vec<u8>) {
    if !quoted && !is_special(text, delimiter) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    put_doubled(text, out);
    out.push(b'"');
}

/// Writes what stands inside quotes.
fn put_doubled(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
}

/// Tells whether a cell with this text needs quotes (RFC 4180, section 2).
fn is_special(text: &[u8], delimiter: Delimiter) -> bool {
    text.iter().any(|&byte| matches!(byte, b'"' | b'\r' | b'\n') || byte == delimiter.byte())
}

/// Joins the removals that follow `first` with nothing but a delimiter between them.
fn adjacent<'e, 't>(
    row: &[u8],
    first: Span,
    delimiter: Delimiter,
    mut after: &'e [Edit<'t>],
) -> (Span, &'e [Edit<'t>]) {
    let mut run = first;
    while let Some((Edit::Remove { member }, others)) = after.split_first() {
        if row.get(run.end) != Some(&delimiter.byte()) || member.start != run.end + 1 {
            break;
        }
        run.end = member.end;
        after = others;
    }
    (run, after)
}

/// Leaves out a run of cells: with the delimiter behind it, else with the one before it, else alone.
fn remove(row: &[u8], run: Span, delimiter: Delimiter, splicer: &mut Splicer<'_>) -> Result<(), FormatError> {
    let delimiter = Some(&delimiter.byte());
    if row.get(run.end) == delimiter {
        return splicer.skip(Span::new(run.start, run.end + 1));
    }
    match run.start.checked_sub(1) {
        None if run.end == row.len() => splicer.skip(run),
        Some(before) if run.end == row.len() && row.get(before) == delimiter => {
            splicer.skip(Span::new(before, run.end))
        }
        _ => Err(FormatError::new(Fault::InvalidEdit, run.start)),
    }
}
