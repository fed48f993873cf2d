//! Writes a JSON record with edits: strings escaped, members removed with one comma.

use super::token::{number_end, plain_end, white_end, white_start};
use crate::format::nested::Patch;
use crate::format::splice::{self, Splicer, of_one_leaf};
use crate::format::{Edit, Fault, FormatError, NewValue};
use crate::model::Span;

/// Writes `record` with `edits`; see [`Format::splice`](crate::format::Format::splice).
pub(super) fn splice(record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError> {
    edit(record, edits, Splicer::new(record, out))
}

/// Makes the changes of `record` that `edits` come to.
pub(in crate::format) fn patches(record: &[u8], edits: &[Edit<'_>]) -> Result<Vec<Patch>, FormatError> {
    let (mut out, mut copies) = (Vec::new(), Vec::new());
    edit(record, edits, Splicer::noting(record, &mut out, &mut copies))?;
    splice::patches(record, &out, &copies)
}

fn edit(record: &[u8], edits: &[Edit<'_>], mut splicer: Splicer<'_>) -> Result<(), FormatError> {
    let mut rest = edits;
    while let Some((edit, after)) = rest.split_first() {
        rest = match *edit {
            Edit::Text { leaf, .. } => {
                let (texts, others) = of_one_leaf(rest, leaf);
                edit_text(record, leaf, texts, &mut splicer)?;
                others
            }
            Edit::Value { at, value } => {
                splicer.skip(at)?;
                put_value(value, at, &mut splicer)?;
                after
            }
            Edit::Remove { member } => {
                let (run, others) = adjacent(record, member, after);
                remove(record, run, &mut splicer)?;
                others
            }
        };
    }
    splicer.finish()
}

/// Writes a leaf with new text in it; a leaf that is no string becomes one.
fn edit_text(record: &[u8], leaf: Span, texts: &[Edit<'_>], splicer: &mut Splicer<'_>) -> Result<(), FormatError> {
    let bare = record.get(leaf.start) != Some(&b'"');
    splicer.copy_to(leaf.start)?;
    if bare {
        splicer.put(b"\"");
    }
    for edit in texts {
        let Edit::Text { at, text, .. } = *edit else { continue };
        let inside = if bare { leaf } else { Span::new(leaf.start + 1, leaf.end.saturating_sub(1)) };
        if !inside.contains(at) {
            return Err(FormatError::new(Fault::InvalidEdit, at.start));
        }
        splicer.skip(at)?;
        put_escaped(text, splicer.out());
    }
    splicer.copy_to(leaf.end)?;
    if bare {
        splicer.put(b"\"");
    }
    Ok(())
}

fn put_value(value: NewValue<'_>, at: Span, splicer: &mut Splicer<'_>) -> Result<(), FormatError> {
    match value {
        NewValue::Null => splicer.put(b"null"),
        NewValue::EmptyObject => splicer.put(b"{}"),
        NewValue::EmptyArray => splicer.put(b"[]"),
        NewValue::Text(text) => {
            splicer.put(b"\"");
            put_escaped(text, splicer.out());
            splicer.put(b"\"");
        }
        NewValue::Json(document) => {
            if serde_json::from_str::<serde::de::IgnoredAny>(document).is_err() {
                return Err(FormatError::new(Fault::InvalidEdit, at.start));
            }
            splicer.put(document.as_bytes());
        }
        NewValue::Literal(literal) => {
            let number = number_end(literal.as_bytes(), 0) == Ok(literal.len());
            if !number && literal != "true" && literal != "false" {
                return Err(FormatError::new(Fault::InvalidEdit, at.start));
            }
            splicer.put(literal.as_bytes());
        }
    }
    Ok(())
}

/// Appends `text` with the escapes that a string needs, and no others (RFC 8259, section 7).
fn put_escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let stop = plain_end(bytes, from);
        out.extend_from_slice(bytes.get(from..stop).unwrap_or_default());
        let Some(&byte) = bytes.get(stop) else { return };
        put_escape(byte, out);
        from = stop + 1;
    }
}

/// Appends the escape of a quote, a backslash or a control character.
fn put_escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x8 => b'b',
        0xc => b'f',
        0..0x20 => {
            out.extend_from_slice(if byte < 0x10 { br"\u000" } else { br"\u001" });
            out.extend(HEX.get(usize::from(byte & 0xf)));
            return;
        }
        _ => byte,
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Joins the removals that follow `first` with nothing but a comma between them.
fn adjacent<'e, 't>(record: &[u8], first: Span, mut after: &'e [Edit<'t>]) -> (Span, &'e [Edit<'t>]) {
    let mut run = first;
    while let Some((Edit::Remove { member }, others)) = after.split_first() {
        let comma = white_end(record, run.end);
        if record.get(comma) != Some(&b',') || white_end(record, comma + 1) != member.start {
            break;
        }
        run.end = member.end;
        after = others;
    }
    (run, after)
}

/// Leaves out a run of siblings: with the comma behind it, else with the comma before it, else alone.
fn remove(record: &[u8], run: Span, splicer: &mut Splicer<'_>) -> Result<(), FormatError> {
    let next = white_end(record, run.end);
    if record.get(next) == Some(&b',') {
        return splicer.skip(Span::new(run.start, white_end(record, next + 1)));
    }
    let before = white_start(record, run.start);
    match before.checked_sub(1).and_then(|last| record.get(last)) {
        Some(b',') => splicer.skip(Span::new(before - 1, run.end)),
        Some(b'{' | b'[') => splicer.skip(Span::new(before, run.end)),
        Some(_) => Err(FormatError::new(Fault::InvalidEdit, run.start)),
        None => {
            splicer.skip(run)?;
            splicer.put(b"null");
            Ok(())
        }
    }
}
