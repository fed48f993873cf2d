//! Lets operators write, and splices what they wrote.

use super::nest::HolderId;
use super::record::{Change, Piece};
use super::scratch::{Extent, Part, Seat, StepId, Target, Work};
use super::{Reason, RecordError};
use crate::format::{Edit, Format, NewValue, Text};
use crate::keys::KeyId;
use crate::model::{Origin, RecordTime, Span};
use crate::policy::{OperatorId, Paths, Plan};
use crate::transform::{Answer, Input, SubjectAnswer, ValueKind, Written};

/// What became of one target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    pub(super) target: Target,
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
}

/// Makes what an operator is told of a target.
pub(super) fn input<'a>(
    plan: &'a Plan,
    (texts, people): (&'a str, &'a [SubjectAnswer]),
    target: &Target,
    told: Told<'a>,
) -> Input<'a> {
    let Told { origin, time, under } = told;
    Input {
        text: target.text.of(texts),
        entity: target.entity.map_or("VALUE", |index| plan.set().entity(index).entity.as_str()),
        kind: plan.kind_of(target.operator, target.entity),
        value: target.seat.value,
        part: match target.extent {
            Extent::Whole => crate::transform::Part::Whole,
            Extent::Span => crate::transform::Part::Span,
        },
        subject: target.subject.map(|subject| subject.of(texts)),
        context: target.context.map(|context| context.of(texts)),
        under: under.iter().find(|(operator, _)| *operator == target.operator).map(|(_, key)| *key),
        person: target.person.and_then(|at| people.get(at)),
        origin,
        time,
    }
}

/// Runs the operators of one record.
pub(super) fn operate(
    plan: &Plan,
    paths: &Paths,
    work: &mut Work,
    targets: &[Target],
    answers: &[Answer],
    told: Told<'_>,
) -> Result<(Verdict, Vec<Done>), RecordError> {
    let mut done = Vec::with_capacity(targets.len());
    let mut verdict = Verdict::Forward;
    for target in targets {
        let start = work.replacements.len();
        let told = input(plan, (&work.texts, &work.people), target, told);
        let answer = target.request.and_then(|at| answers.get(at));
        let written = plan.operator(target.operator).write(&told, answer, &mut work.replacements).map_err(|error| {
            let place = super::decide::safe_place(plan, paths, work, target.seat.step);
            RecordError { reason: Reason::Operator(error), place }
        })?;
        match written {
            Written::DropRecord => verdict = Verdict::Drop,
            Written::Quarantine => {
                let in_key = target.seat.part == Part::Key && target.entity.is_some();
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
                done.push(Done { target: *target, written, text: Span::new(start, work.replacements.len()) });
            }
        }
    }
    Ok((verdict, done))
}

/// One edit of a part of the record, or of a text inside one, with its texts in [`Work::replacements`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    pub(super) part: Part,
    /// The text whose bytes the spans are of; none where they are the record's own.
    pub(super) holder: Option<HolderId>,
    value: ValueKind,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Text { leaf: Span, at: Span, text: Span },
    Value { at: Span, value: RawValue },
    Remove { member: Span },
}

#[derive(Debug, Clone, Copy)]
enum RawValue {
    Null,
    Text(Span),
    Literal(Span),
    Json(Span),
    EmptyObject,
    EmptyArray,
}

impl Raw {
    /// Makes the edit of a part of a leaf's text.
    pub(super) const fn text(seat: &Seat, at: Span, text: Span) -> Self {
        Self { part: seat.part, holder: seat.holder, value: seat.value, what: What::Text { leaf: seat.leaf, at, text } }
    }

    /// Makes the edit that an operator's work comes to.
    pub(super) fn of(done: &Done, work: &mut Work) -> Result<Self, RecordError> {
        let target = &done.target;
        let seat = &target.seat;
        let written = match (done.written, target.chain.is_empty()) {
            (Written::Text | Written::Literal | Written::Json, false) => {
                let escaped = target.chain.escape(done.text.of(&work.replacements));
                work.write(&escaped)
            }
            (_, _) => done.text,
        };
        let text = |text| What::Text { leaf: seat.leaf, at: target.at, text };
        let value = |value| What::Value { at: target.at, value };
        let what = match (done.written, target.extent) {
            (Written::DropField, _) if seat.step == StepId::ROOT && seat.part == Part::Value => {
                return Err(Reason::ValueRemoved.into());
            }
            (Written::DropField, _) => What::Remove { member: seat.node.member },
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
        Ok(Self { part: seat.part, holder: seat.holder, value: seat.value, what })
    }

    /// Tells whether it gives a member another name.
    pub(super) fn renames(&self) -> bool {
        self.value == ValueKind::Key && !matches!(self.what, What::Remove { .. })
    }

    fn edit<'a>(&self, replacements: &'a str) -> Edit<'a> {
        match self.what {
            What::Text { leaf, at, text } => Edit::Text { leaf, at, text: text.of(replacements) },
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

/// Makes the edits of one text, sorted and disjoint: the one that reaches further decides.
pub(super) fn edits<'a>(raws: &[Raw], replacements: &'a str) -> Vec<Edit<'a>> {
    let mut edits: Vec<Edit<'a>> = raws.iter().map(|raw| raw.edit(replacements)).collect();
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
pub(super) fn changes(work: &Work, done: &[Done]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut at = 0;
    while let Some(first) = done.get(at) {
        let same = |other: &&Done| {
            other.target.seat.part == first.target.seat.part
                && other.target.seat.holder == first.target.seat.holder
                && other.target.seat.leaf == first.target.seat.leaf
                && other.target.seat.value == first.target.seat.value
                && other.target.whole == first.target.whole
        };
        let leaf: Vec<&Done> = done.get(at..).unwrap_or_default().iter().take_while(same).collect();
        changes.push(change(work, &leaf, first));
        at += leaf.len().max(1);
    }
    changes
}

fn change(work: &Work, leaf: &[&Done], first: &Done) -> Change {
    let whole = first.target.whole;
    let mut after = String::new();
    let mut copied = whole.start;
    for done in leaf {
        // What is left of a finding beside another can be text of its own.
        let text = done.target.text;
        if whole.contains(text) {
            after.push_str(Span::new(copied, text.start).of(&work.texts));
            copied = text.end;
        }
        after.push_str(done.text.of(&work.replacements));
    }
    after.push_str(Span::new(copied, whole.end).of(&work.texts));
    let removed = leaf.iter().any(|done| done.written == Written::DropField);
    let mut path = super::decide::full_path(work, first.target.seat.step);
    match first.target.seat.part {
        Part::Value => {}
        Part::Key => path.0.insert(0, crate::model::OwnedStep::Key("$key".to_owned())),
        Part::Header(_) => path.0.insert(0, crate::model::OwnedStep::Key("$headers".to_owned())),
    }
    Change {
        path,
        before: whole.of(&work.texts).to_owned(),
        after: (!removed).then_some(after),
        entities: leaf.iter().filter_map(|done| done.target.entity).collect(),
    }
}
