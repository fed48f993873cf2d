//! What fields said before they were written over, as far as a record that is turned back still tells.
//!
//! A date that was moved by its subject comes back by that subject alone: by the stand-in of the subject it would become some
//! other date, and nothing would show it. So a field counts as it stands only where nothing changed it; what was changed
//! counts as what it was turned back into, for this caller and in this record; else it tells nothing, and what needs it stays.

use crate::model::Span;
use crate::policy::{Plan, WatchId};
use crate::transform::{OWN_FORMS, Reopened};

/// How a watched field tells what it said.
pub(super) enum Source {
    /// As it stands.
    Kept,
    /// By the candidates in it, each with its place in the text; all of it, and the rest as it stands.
    Opened(Vec<(usize, Span)>),
    /// Not at all.
    Lost,
}

impl Source {
    /// Tells how a scanned text says what it said: by the stand-ins in it, where they are all that was written into it.
    pub(super) fn of_scanned(plan: &Plan, text: &str, watched: &Watched, parts: Vec<(usize, Span)>) -> Self {
        let mut made = Vec::new();
        for (operator, context) in plan.contexts() {
            operator.made(text, context.and_then(|watch| watched.told(watch)), &mut made);
        }
        let (mut rest, mut from) = (String::new(), 0);
        for (_, span) in &parts {
            rest.push_str(text.get(from..span.start).unwrap_or_default());
            rest.push(' ');
            from = span.end;
        }
        rest.push_str(text.get(from..).unwrap_or_default());
        let closed = made.iter().any(|made| !parts.iter().any(|(_, span)| span == made));
        // The work of others is not known again: all that may be some of it counts.
        let is_written = plan.writers_in_texts().any(|operator| operator.may_be_in(&rest));
        if closed || is_written { Self::Lost } else { Self::Opened(parts) }
    }
}

/// One watched field of a record.
pub(super) struct Seen {
    pub(super) watch: WatchId,
    /// What it says now.
    pub(super) text: String,
    pub(super) source: Source,
}

/// What watched fields of a record say.
#[derive(Default)]
pub(super) struct Watched(pub(super) Vec<Seen>);

/// What is known of what a field said.
pub(super) enum Told {
    Known(String),
    /// Not yet: a candidate that tells it is not turned back yet.
    Waits,
    Nothing,
}

impl Watched {
    /// Gives what a field says now; one that stands there twice tells nothing.
    pub(super) fn told(&self, watch: WatchId) -> Option<&str> {
        self.only(watch).map(|seen| &*seen.text)
    }

    fn only(&self, watch: WatchId) -> Option<&Seen> {
        let mut all = self.0.iter().filter(|seen| seen.watch == watch);
        match (all.next(), all.next()) {
            (Some(seen), None) => Some(seen),
            _ => None,
        }
    }

    /// Gives what a field said, for who takes it in the form of a value kind; `opened` are the candidates so far.
    pub(super) fn said(&self, watch: WatchId, kind: &str, opened: &[Opened]) -> Told {
        let Some(Seen { text, source, .. }) = self.only(watch) else { return Told::Nothing };
        let parts = match source {
            Source::Kept => return Told::Known(text.clone()),
            Source::Lost => return Told::Nothing,
            Source::Opened(parts) => parts,
        };
        let (mut said, mut from) = (String::new(), 0);
        for (candidate, span) in parts {
            match opened.get(*candidate) {
                Some(Opened::Yes(reopened)) if is_known_as(reopened, kind) => {
                    said.push_str(text.get(from..span.start).unwrap_or_default());
                    said.push_str(reopened.value.expose());
                    from = span.end;
                }
                Some(Opened::NotYet) => return Told::Waits,
                Some(Opened::Yes(_) | Opened::No) | None => return Told::Nothing,
            }
        }
        said.push_str(text.get(from..).unwrap_or_default());
        Told::Known(said)
    }
}

/// What became of a candidate.
pub(super) enum Opened {
    NotYet,
    No,
    Yes(Reopened),
}

/// Tells whether what came back leads to the form that the value itself leads to: a canonical form of a kind that has one
/// of its own does so for that kind alone.
fn is_known_as(reopened: &Reopened, kind: &str) -> bool {
    reopened.kind == kind || !OWN_FORMS.contains(&reopened.kind.as_str())
}
