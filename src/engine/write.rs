//! Lets operators write, and splices what they wrote.

use super::nest::HolderId;
use super::record::{Change, Piece};
use super::scratch::{Extent, FoundLeaf, MapRef, Part, Place, Seat, StepId, Target, Work};
use super::{Reason, RecordError};
use crate::format::{Edit, Format, NewValue, Text};
use crate::keys::KeyId;
use crate::model::{Origin, RecordTime, Span};
use crate::policy::{NodeId, OperatorId, Paths, Plan};
use crate::transform::{Answer, Input, SubjectAnswer, ValueKind, Written};

/// What became of one target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    /// In [`Work::targets`].
    pub(super) target: usize,
    pub(super) written: Written,
    /// What the operator wrote, in [`Work::replacements`].
    pub(super) text: Span,
}

/// What the operators of a record say of the record as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Forward,
    Drop,
}

/// What every operator of a record is told besides its own value.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) origin: &'a Origin,
    pub(super) time: RecordTime,
    /// The key that each operator writes under, where it is another than its own.
    pub(super) under: &'a [(OperatorId, KeyId)],
    /// What the record is.
    pub(super) holds: Holds,
}

/// What a record is, to an operator that takes it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// It has values.
    Values,
    /// It names the columns of others: what an entry says of a column it says of their records, not of this one.
    Names,
}

impl Holds {
    pub(super) fn of(format: &dyn Format) -> Self {
        if format.names_alone() { Self::Names } else { Self::Values }
    }
}

/// Makes what an operator is told of a target.
pub(super) fn input<'a>(
    plan: &'a Plan,
    (texts, tellings, people): (&'a str, &[Span], &'a [SubjectAnswer]),
    (target, leaf): (&Target, &FoundLeaf),
    told: Told<'a>,
) -> Input<'a> {
    let Told { origin, time, under, holds: _ } = told;
    let telling = |place: Option<Place>| place.and_then(|place| tellings.get(place.get())).map(|span| span.of(texts));
    Input {
        text: target.text.of(texts),
        entity: target.entity.map_or("VALUE", |index| plan.set().entity(index).entity.as_str()),
        kind: plan.kind_of(target.operator, target.entity),
        value: leaf.seat.value,
        part: match target.extent {
            Extent::Whole => crate::transform::Part::Whole,
            Extent::Span => crate::transform::Part::Span,
        },
        subject: telling(target.subject),
        context: telling(target.context),
        under: under.iter().find(|(operator, _)| *operator == target.operator).map(|(_, key)| *key),
        person: target.person.and_then(|at| people.get(at.get())),
        place: None,
        origin,
        time,
    }
}

/// Runs the operators of one record.
pub(super) fn operate(
    plan: &Plan,
    paths: &Paths,
    work: &mut Work,
    targets: impl Iterator<Item = usize>,
    answers: &[Answer],
    told: Told<'_>,
    done: &mut Vec<Done>,
) -> Result<Verdict, RecordError> {
    let mut verdict = Verdict::Forward;
    for at in targets {
        let Work { texts, tellings, people, kept, targets, replacements, .. } = &mut *work;
        let found = targets.get(at).and_then(|target| Some((target, kept.get(target.leaf)?)));
        let Some((target, leaf)) = found else { return Err(Reason::Internal.into()) };
        let (seat, entity, start) = (leaf.seat, target.entity, replacements.len());
        let is_of_others = told.holds == Holds::Names && entity.is_none();
        let told = input(plan, (texts, tellings, people), (target, leaf), told);
        let answer = target.request.and_then(|at| answers.get(at.get()));
        let written = plan.operator(target.operator).write(&told, answer, replacements);
        let written = written.map_err(|error| {
            let place = super::decide::safe_place(plan, paths, work, seat.step);
            RecordError { reason: Reason::Operator(error), place }
        })?;
        match written {
            Written::DropRecord | Written::Quarantine if is_of_others => {}
            Written::DropRecord => verdict = Verdict::Drop,
            Written::Quarantine => {
                let in_key = seat.part == Part::Key && entity.is_some();
                return Err(if in_key { Reason::KeyFinding } else { Reason::Quarantined }.into());
            }
            Written::Unchanged => work.replacements.truncate(start),
            Written::Text
            | Written::Literal
            | Written::Json
            | Written::Null
            | Written::EmptyObject
            | Written::EmptyArray
            | Written::DropField => {
                done.push(Done { target: at, written, text: Span::new(start, work.replacements.len()) });
            }
        }
    }
    Ok(verdict)
}

/// One edit of a part of the record, or of a text inside one, with its texts in [`Work::replacements`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    pub(super) part: Part,
    /// The text whose bytes the spans are of; none where they are the record's own.
    pub(super) holder: Option<HolderId>,
    pub(super) value: ValueKind,
    pub(super) path: NodeId,
    pub(super) step: StepId,
    pub(super) what: What,
}

/// The text of the leaf that an edit changes a part of, and how it maps to the bytes of its part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    /// In [`Work::texts`].
    pub(super) text: Span,
    pub(super) map: MapRef,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Text { leaf: Span, at: Span, text: Span, own: Own },
    Value { at: Span, value: RawValue },
    Remove { member: Span },
}

#[derive(Debug, Clone, Copy)]
pub(super) enum RawValue {
    Null,
    Text(Span),
    Literal(Span),
    Json(Span),
    EmptyObject,
    EmptyArray,
}

impl Raw {
    /// Makes the edit of a part of a leaf's text.
    pub(super) const fn text(seat: &Seat, at: Span, text: Span, own: Own) -> Self {
        Self::new(seat, What::Text { leaf: seat.leaf, at, text, own })
    }

    const fn new(seat: &Seat, what: What) -> Self {
        Self { part: seat.part, holder: seat.holder, value: seat.value, path: seat.path, step: seat.step, what }
    }

    /// Makes the edit that an operator's work comes to, with the escapes that its leaf needs.
    pub(super) fn escaped(done: &Done, work: &mut Work) -> Result<Self, RecordError> {
        let chain = work.targets.get(done.target).and_then(|target| work.leaf(target)).map(|leaf| leaf.chain);
        let text = match (done.written, chain.filter(|chain| !chain.is_empty())) {
            (Written::Text | Written::Literal | Written::Json, Some(chain)) => {
                let escaped = chain.escape(work, done.text.of(&work.replacements));
                work.write(&escaped)
            }
            (_, _) => done.text,
        };
        Self::of(&Done { text, ..*done }, work)
    }

    /// Makes the edit that an operator's work comes to, written as it stands.
    pub(super) fn of(done: &Done, work: &Work) -> Result<Self, RecordError> {
        let found = work.targets.get(done.target).and_then(|target| Some((target, work.leaf(target)?)));
        let Some((target, leaf)) = found else { return Err(Reason::Internal.into()) };
        let (seat, written) = (&leaf.seat, done.text);
        let standing = match target.extent {
            Extent::Span => work.standing(target).ok_or(Reason::Internal)?,
            Extent::Whole => leaf,
        };
        let own = Own { text: standing.text, map: standing.map };
        let text = |text| What::Text { leaf: seat.leaf, at: target.at, text, own };
        let value = |value| What::Value { at: target.at, value };
        let what = match (done.written, target.extent) {
            (Written::DropField, _) if seat.step == StepId::ROOT && seat.part == Part::Value => {
                return Err(Reason::ValueRemoved.into());
            }
            (Written::DropField, _) => What::Remove { member: seat.member },
            (Written::Text | Written::Literal | Written::Json, Extent::Span) => text(written),
            // Inside a text every empty value is the empty text.
            (_, Extent::Span) => text(Span::default()),
            (Written::Text, Extent::Whole) => value(RawValue::Text(written)),
            (Written::Literal, Extent::Whole) => value(RawValue::Literal(written)),
            (Written::Json, Extent::Whole) => value(RawValue::Json(written)),
            (Written::EmptyObject, Extent::Whole) => value(RawValue::EmptyObject),
            (Written::EmptyArray, Extent::Whole) => value(RawValue::EmptyArray),
            (_, Extent::Whole) => value(RawValue::Null),
        };
        Ok(Self::new(seat, what))
    }

    /// Gives the bytes that it changes, of what it stands in.
    pub(super) const fn span(&self) -> Span {
        match self.what {
            What::Text { at, .. } | What::Value { at, .. } => at,
            What::Remove { member } => member,
        }
    }

    /// Tells whether it gives a member another name.
    pub(super) fn renames(&self) -> bool {
        self.value == ValueKind::Key && !matches!(self.what, What::Remove { .. })
    }

    fn edit<'a>(&self, replacements: &'a str) -> Edit<'a> {
        match self.what {
            What::Text { leaf, at, text, .. } => Edit::Text { leaf, at, text: text.of(replacements) },
            What::Value { at, value } => Edit::Value {
                at,
                value: match value {
                    RawValue::Null => NewValue::Null,
                    RawValue::Text(text) => NewValue::Text(text.of(replacements)),
                    RawValue::Literal(text) => NewValue::Literal(text.of(replacements)),
                    RawValue::Json(text) => NewValue::Json(text.of(replacements)),
                    RawValue::EmptyObject => NewValue::EmptyObject,
                    RawValue::EmptyArray => NewValue::EmptyArray,
                },
            },
            What::Remove { member } => Edit::Remove { member },
        }
    }
}

/// Tells whether everything that was done is done to the value's own leaves, so that it needs no detour.
pub(super) fn is_plain(work: &Work, done: &[Done]) -> bool {
    done.iter().all(|done| {
        let leaf = work.targets.get(done.target).and_then(|target| work.leaf(target));
        leaf.is_some_and(|leaf| leaf.seat.part == Part::Value && leaf.seat.holder.is_none() && leaf.chain.is_empty())
    })
}

/// Makes the edits of a value from what was done to its own leaves, sorted and disjoint, and tells whether any of them
/// gives a member another name.
pub(super) fn plain_edits<'a>(work: &'a Work, done: &[Done]) -> Result<(Vec<Edit<'a>>, bool), RecordError> {
    let mut edits = Vec::with_capacity(done.len());
    let mut renames = false;
    for done in done {
        let raw = Raw::of(done, work)?;
        renames |= raw.renames();
        edits.push(raw.edit(&work.replacements));
    }
    Ok((apart(edits), renames))
}

/// Makes the edits of one text, sorted and disjoint.
pub(super) fn edits<'a>(raws: &[Raw], replacements: &'a str) -> Vec<Edit<'a>> {
    apart(raws.iter().map(|raw| raw.edit(replacements)).collect())
}

/// Sorts edits and leaves out those that lie in another: the one that reaches further decides.
fn apart(mut edits: Vec<Edit<'_>>) -> Vec<Edit<'_>> {
    edits.sort_by_key(|edit| (edit_span(edit).start, std::cmp::Reverse(edit_span(edit).end)));
    let mut reach = 0;
    edits.retain(|edit| {
        let span = edit_span(edit);
        let stands = span.start >= reach;
        reach = reach.max(span.end);
        stands
    });
    edits
}

fn edit_span(edit: &Edit<'_>) -> Span {
    match edit {
        Edit::Text { at, .. } | Edit::Value { at, .. } => *at,
        Edit::Remove { member } => *member,
    }
}

/// Writes a record key or header value: one text without a format around it.
pub(super) fn plain_piece(
    raws: &[Raw],
    came_in: &[u8],
    replacements: &str,
    out: &mut Vec<u8>,
) -> Result<Piece, RecordError> {
    let Some(first) = raws.first() else { return Ok(Piece::Same) };
    if raws.iter().any(|raw| matches!(raw.what, What::Remove { .. })) {
        return match first.part {
            Part::Header(_) => Ok(Piece::Removed),
            Part::Key | Part::Value => Err(Reason::ValueRemoved.into()),
        };
    }
    let empty = |value| matches!(value, RawValue::Null | RawValue::EmptyObject | RawValue::EmptyArray);
    if raws.iter().any(|raw| matches!(raw.what, What::Value { value, .. } if empty(value))) {
        return Ok(Piece::Null);
    }
    let start = out.len();
    Text.splice(came_in, &edits(raws, replacements), out)?;
    Ok(Piece::New(Span::new(start, out.len())))
}

/// Lists the changed leaves, before and after.
pub(super) fn changes(paths: &Paths, work: &Work, done: &[Done]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut at = 0;
    while let Some(first) = done.get(at) {
        let place = |done: &Done| work.targets.get(done.target).map(|target| target.leaf);
        let same = |other: &&Done| place(other) == place(first);
        let of_leaf: Vec<&Done> = done.get(at..).unwrap_or_default().iter().take_while(same).collect();
        let leaf = place(first).and_then(|place| work.kept.get(place));
        changes.extend(leaf.map(|leaf| change(paths, work, leaf, &of_leaf)));
        at += of_leaf.len().max(1);
    }
    changes
}

fn change(paths: &Paths, work: &Work, leaf: &FoundLeaf, all: &[&Done]) -> Change {
    let target = |done: &Done| work.targets.get(done.target);
    let whole = leaf.text;
    let mut after = String::new();
    let mut copied = whole.start;
    for done in all {
        // What is left of a finding beside another can be text of its own.
        let text = target(done).map(|target| target.text).unwrap_or_default();
        if whole.contains(text) {
            after.push_str(Span::new(copied, text.start).of(&work.texts));
            copied = text.end;
        }
        after.push_str(done.text.of(&work.replacements));
    }
    after.push_str(Span::new(copied, whole.end).of(&work.texts));
    let removed = all.iter().any(|done| done.written == Written::DropField);
    let mut path = super::decide::full_path(paths, work, leaf.seat.step);
    match leaf.seat.part {
        Part::Value => {}
        Part::Key => path.0.insert(0, crate::model::OwnedStep::Key("$key".to_owned())),
        Part::Header(_) => path.0.insert(0, crate::model::OwnedStep::Key("$headers".to_owned())),
    }
    Change {
        path,
        before: whole.of(&work.texts).to_owned(),
        after: (!removed).then_some(after),
        entities: all.iter().filter_map(|done| target(done)?.entity).collect(),
    }
}
