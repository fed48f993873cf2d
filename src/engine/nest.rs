//! Texts inside texts: from what was written into the innermost to edits of the record.

use super::scratch::{MapRef, Place, Seat, Work};
use super::write::{Own, Raw};
use super::{Reason, RecordError, collision};
use crate::format::nested::{self, Base64, Escapes, Patch};
use crate::format::{Json, Limits, ReadScratch};
use crate::model::Span;
use std::collections::BTreeMap;

/// How often escapes may be undone of one leaf; no more than texts may stand inside each other.
const LINKS_MAX: usize = 4;

/// What was undone of a leaf's text to get another: its links, if there are any, in [`Work::chains`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chain(Option<Place>);

/// What was undone of a leaf's text, outermost first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links([Option<Link>; LINKS_MAX]);

#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    escapes: Escapes,
    /// From the text behind the link to the one before it.
    map: MapRef,
}

impl Work {
    /// Gives a chain with escapes more that were undone. There are never more links than texts may stand inside each
    /// other.
    pub(super) fn chained(&mut self, chain: Chain, escapes: Escapes, map: MapRef) -> Chain {
        let mut links = *chain.links(self);
        let free = links.iter_mut().find(|link| link.is_none());
        debug_assert!(free.is_some(), "more links than layers");
        if let Some(free) = free {
            *free = Some(Link { escapes, map });
        }
        self.chains.push(Links(links));
        Chain(Place::new(self.chains.len() - 1))
    }
}

impl Chain {
    fn links(self, work: &Work) -> &[Option<Link>; LINKS_MAX] {
        self.0.and_then(|place| work.chains.get(place.get())).map_or(&[None; LINKS_MAX], |links| &links.0)
    }

    /// Maps a span of the innermost text to the leaf's own.
    pub(super) fn to_outer(self, work: &Work, span: Span) -> Span {
        self.links(work).iter().rev().flatten().fold(span, |span, link| work.to_outer(link.map, span))
    }

    /// Writes a text of the innermost kind as it stands in the leaf's own.
    pub(super) fn escape(self, work: &Work, text: &str) -> String {
        self.links(work).iter().rev().flatten().fold(text.to_owned(), |text, link| {
            let mut out = String::with_capacity(text.len());
            nested::escape(link.escapes, &text, &mut out);
            out
        })
    }

    /// Undoes in a part of the leaf's own text what the chain undid in all of it.
    pub(super) fn unescape(self, work: &Work, text: &str) -> String {
        self.links(work).iter().flatten().fold(text.to_owned(), |text, link| nested::unescape_part(link.escapes, &text))
    }

    /// Tells whether nothing was undone.
    pub(super) const fn is_empty(self) -> bool {
        self.0.is_none()
    }
}

/// The place of a text in [`Work::holders`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HolderId(u32);

impl HolderId {
    /// Names the text at a place. What there are too many of is found nowhere, so that its record is refused.
    pub(super) fn new(place: usize) -> Self {
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// Gives its place.
    pub(super) fn place(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// A text that holds leaves of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holder {
    /// Where the leaf sits that the text is taken from.
    pub(super) seat: Seat,
    /// The text, in [`Work::texts`].
    pub(super) text: Span,
    /// From that leaf's text to what holds it.
    pub(super) map: MapRef,
    /// What was undone of that leaf's text before it could be read.
    pub(super) chain: Chain,
    /// That leaf's own text, in [`Work::texts`]; only where somebody has to know what becomes of it.
    pub(super) own: Span,
    pub(super) kind: Kind,
}

/// What kind of text holds others.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Json,
    /// With the length of what is Base64.
    Base64(Base64, usize),
}

/// Turns every edit of a text inside a text into edits of the record, innermost texts first.
///
/// # Errors
/// Where two names of one object have become equal.
pub(super) fn lift(raws: &mut Vec<Raw>, work: &mut Work, scratch: &mut ReadScratch) -> Result<(), RecordError> {
    if raws.iter().all(|raw| raw.holder.is_none()) {
        return Ok(());
    }
    let mut inside: BTreeMap<HolderId, Vec<Raw>> = BTreeMap::new();
    raws.retain(|raw| match raw.holder {
        Some(id) => {
            inside.entry(id).or_default().push(*raw);
            false
        }
        None => true,
    });
    // What stands inside another was opened after it, so the last one holds no edit but its own.
    while let Some((id, own)) = inside.pop_last() {
        let Some(holder) = work.holders.get(id.place()).copied() else { return Err(Reason::Internal.into()) };
        for Patch { span, text } in patches(&holder, &own, work, scratch)? {
            let at = work.to_outer(holder.map, holder.chain.to_outer(work, span));
            let text = work.write(&holder.chain.escape(work, &text));
            let raw = Raw::text(&holder.seat, at, text, Own { text: holder.own, map: holder.map });
            match holder.seat.holder {
                Some(outer) => inside.entry(outer).or_default().push(raw),
                None => raws.push(raw),
            }
        }
    }
    Ok(())
}

/// Makes the changes of one text that the edits of the leaves in it come to.
fn patches(holder: &Holder, own: &[Raw], work: &Work, scratch: &mut ReadScratch) -> Result<Vec<Patch>, RecordError> {
    let text = holder.text.of(&work.texts);
    let edits = super::write::edits(own, &work.replacements);
    match holder.kind {
        Kind::Base64(base64, len) => {
            Ok(vec![Patch { span: Span::new(0, len), text: nested::rewrite_base64(base64, text, &edits)? }])
        }
        Kind::Json => {
            let patches = nested::patch_document(text, &edits)?;
            if own.iter().any(Raw::renames) {
                let mut after = text.to_owned();
                for patch in patches.iter().rev() {
                    after.replace_range(patch.span.start..patch.span.end, &patch.text);
                }
                let limits = Limits { record_max: usize::MAX, ..Limits::default() };
                if collision::collides(&Json, text.as_bytes(), after.as_bytes(), &limits, scratch)? {
                    return Err(Reason::KeyCollision.into());
                }
            }
            Ok(patches)
        }
    }
}
