//! Puts values where their stand-ins were, in texts inside texts, too: the innermost first.

use super::collision::collides;
use super::{Reason, RecordError};
use crate::format::nested::{self, Base64, Patch};
use crate::format::{Edit, Format, Json, Limits, NewValue, ReadScratch};
use crate::model::{Span, SpanMap};
use crate::transform::ValueKind;
use zeroize::Zeroizing;

/// Where a stand-in stands in the text that holds it.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Part of a leaf's text.
    Part { leaf: Span, at: Span, within: Within, is_name: bool },
    /// A whole value.
    Value(Span),
}

/// What the leaf's text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    Text,
    /// A JSON document, whose own escapes what stands in it needs.
    Document,
}

/// A text inside a text.
pub(super) struct Holder {
    /// The one that it stands in itself; none where that is the record.
    pub(super) outer: Option<usize>,
    /// The leaf that it is taken from, and how its text maps to the bytes of what holds it.
    pub(super) leaf: Span,
    pub(super) map: SpanMap,
    pub(super) text: String,
    pub(super) kind: HolderKind,
}

/// What kind of text holds others.
#[derive(Clone, Copy)]
pub(super) enum HolderKind {
    Json,
    /// With the length of what is Base64.
    Base64(Base64, usize),
}

/// One value, and where it goes.
pub(super) struct Change {
    place: Place,
    holder: Option<usize>,
    value: ValueKind,
    text: Zeroizing<String>,
}

impl Change {
    pub(super) fn new(place: Place, holder: Option<usize>, value: ValueKind, text: &str) -> Self {
        let text = match place {
            Place::Part { within: Within::Document, .. } => escaped(text),
            Place::Part { within: Within::Text, .. } | Place::Value(_) => text.to_owned(),
        };
        Self { place, holder, value, text: Zeroizing::new(text) }
    }

    fn edit(&self) -> Edit<'_> {
        match (self.place, self.value) {
            (Place::Part { leaf, at, .. }, _) => Edit::Text { leaf, at, text: &self.text },
            (Place::Value(at), ValueKind::Number) => Edit::Value { at, value: NewValue::Literal(&self.text) },
            (Place::Value(at), _) => Edit::Value { at, value: NewValue::Text(&self.text) },
        }
    }

    const fn renames(&self) -> bool {
        matches!(self.place, Place::Part { is_name: true, .. })
    }
}

/// Makes the edits of one text, sorted.
fn edits(changes: &[Change]) -> Vec<Edit<'_>> {
    let mut edits: Vec<Edit<'_>> = changes.iter().map(Change::edit).collect();
    edits.sort_by_key(Edit::start);
    edits
}

/// Makes a record with all changes in it; as it came where there are none.
///
/// # Errors
/// Where two names of one object have become equal.
pub(super) fn put_back(
    format: &dyn Format,
    record: &[u8],
    mut changes: Vec<Change>,
    holders: &[Holder],
    limits: &Limits,
    read: &mut ReadScratch,
) -> Result<Vec<u8>, RecordError> {
    // Each stands behind what it stands in, so the last one holds no change but its own.
    for (place, holder) in holders.iter().enumerate().rev() {
        let (own, others): (Vec<Change>, Vec<Change>) =
            changes.into_iter().partition(|change| change.holder == Some(place));
        changes = others;
        if own.is_empty() {
            continue;
        }
        for Patch { span, text } in patches(holder, &own, read)? {
            let at = holder.map.to_outer(span);
            let place = Place::Part { leaf: holder.leaf, at, within: Within::Text, is_name: false };
            changes.push(Change { place, holder: holder.outer, value: ValueKind::Text, text: Zeroizing::new(text) });
        }
    }
    if changes.is_empty() {
        return Ok(record.to_vec());
    }
    let mut bytes = Vec::with_capacity(record.len());
    format.splice(record, &edits(&changes), &mut bytes)?;
    if changes.iter().any(Change::renames) && collides(format, record, &bytes, limits, read)? {
        return Err(Reason::KeyCollision.into());
    }
    Ok(bytes)
}

/// Makes the changes of one text that those of the leaves in it come to.
fn patches(holder: &Holder, own: &[Change], read: &mut ReadScratch) -> Result<Vec<Patch>, RecordError> {
    let text = &holder.text;
    match holder.kind {
        HolderKind::Base64(base64, len) => {
            Ok(vec![Patch { span: Span::new(0, len), text: nested::rewrite_base64(base64, text, &edits(own))? }])
        }
        HolderKind::Json => {
            let patches = nested::patch_document(text, &edits(own))?;
            if own.iter().any(Change::renames) {
                let mut after = Vec::with_capacity(text.len());
                Json.splice(text.as_bytes(), &edits(own), &mut after)?;
                let limits = Limits { record_max: usize::MAX, ..Limits::default() };
                if collides(&Json, text.as_bytes(), &after, &limits, read)? {
                    return Err(Reason::KeyCollision.into());
                }
            }
            Ok(patches)
        }
    }
}

/// Spells a text as it stands inside the quotes of a JSON document.
fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}
