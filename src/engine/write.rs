//! Lets operators write, and splices what they wrote.

use super::record::{Change, Piece};
use super::scratch::{Extent, Part, StepId, Target, Work};
use super::{Reason, RecordError};
use crate::format::{Edit, NewValue};
use crate::model::{Origin, RecordTime, Span};
use crate::policy::{Paths, Plan};
use crate::transform::{Answer, Input, ValueKind, Written};

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

/// Makes what an operator is told of a target.
pub(super) fn input<'a>(
    plan: &'a Plan,
    texts: &'a str,
    target: &Target,
    origin: &'a Origin,
    time: RecordTime,
) -> Input<'a> {
    Input {
        text: target.text.of(texts),
        entity: target.entity.map_or("VALUE", |index| plan.set().entity(index).entity.as_str()),
        kind: plan.kind_of(target.operator, target.entity),
        value: target.seat.value,
        part: match target.extent {
            Extent::Whole => crate::transform::Part::Whole,
            Extent::Span => crate::transform::Part::Span,
        },
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
    (origin, time): (&Origin, RecordTime),
) -> Result<(Verdict, Vec<Done>), RecordError> {
    let mut done = Vec::with_capacity(targets.len());
    let mut verdict = Verdict::Forward;
    for target in targets {
        let start = work.replacements.len();
        let told = input(plan, &work.texts, target, origin, time);
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

/// Makes the edits of one value from what its operators wrote, sorted and disjoint.
pub(super) fn edits<'a>(done: &[Done], replacements: &'a str) -> Result<Vec<Edit<'a>>, RecordError> {
    let mut edits = Vec::with_capacity(done.len());
    for done in done {
        let target = &done.target;
        let text = done.text.of(replacements);
        edits.push(match (done.written, target.extent) {
            (Written::DropField, _) if target.seat.step == StepId::ROOT => return Err(Reason::ValueRemoved.into()),
            (Written::DropField, _) => Edit::Remove { member: target.seat.node.member },
            (Written::Text | Written::Literal, Extent::Span) => {
                Edit::Text { leaf: target.seat.leaf, at: target.at, text }
            }
            // Inside a text every empty value is the empty text.
            (_, Extent::Span) => Edit::Text { leaf: target.seat.leaf, at: target.at, text: "" },
            (Written::Text, Extent::Whole) => Edit::Value { at: target.at, value: NewValue::Text(text) },
            (Written::Literal, Extent::Whole) => Edit::Value { at: target.at, value: NewValue::Literal(text) },
            (Written::EmptyObject, Extent::Whole) => Edit::Value { at: target.at, value: NewValue::EmptyObject },
            (Written::EmptyArray, Extent::Whole) => Edit::Value { at: target.at, value: NewValue::EmptyArray },
            (_, Extent::Whole) => Edit::Value { at: target.at, value: NewValue::Null },
        });
    }
    edits.sort_by_key(|edit| (edit_span(edit).start, std::cmp::Reverse(edit_span(edit).end)));
    let mut reach = 0;
    edits.retain(|edit| {
        let span = edit_span(edit);
        let stands = span.start >= reach;
        reach = reach.max(span.end);
        stands
    });
    Ok(edits)
}

fn edit_span(edit: &Edit<'_>) -> Span {
    match edit {
        Edit::Text { at, .. } | Edit::Value { at, .. } => *at,
        Edit::Remove { member } => *member,
    }
}

/// Writes a record key or header value: one text without a format around it.
pub(super) fn plain_piece(done: &[Done], came_in: &[u8], work: &Work, out: &mut Vec<u8>) -> Result<Piece, RecordError> {
    let Some(first) = done.first() else { return Ok(Piece::Same) };
    if done.iter().any(|done| done.written == Written::DropField) {
        return match first.target.seat.part {
            Part::Header(_) => Ok(Piece::Removed),
            Part::Key | Part::Value => Err(Reason::ValueRemoved.into()),
        };
    }
    if first.target.extent == Extent::Whole && !matches!(first.written, Written::Text | Written::Literal) {
        return Ok(Piece::Null);
    }
    let start = out.len();
    let mut copied = 0;
    for done in done {
        out.extend_from_slice(Span::new(copied, done.target.at.start).of_bytes(came_in));
        out.extend_from_slice(done.text.of(&work.replacements).as_bytes());
        copied = done.target.at.end;
    }
    out.extend_from_slice(Span::new(copied, came_in.len()).of_bytes(came_in));
    Ok(Piece::New(Span::new(start, out.len())))
}

/// Tells whether a target is a member's name.
pub(super) fn is_name(done: &Done) -> bool {
    done.target.seat.value == ValueKind::Key
}

/// Lists the changed leaves, before and after.
pub(super) fn changes(work: &Work, done: &[Done]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut at = 0;
    while let Some(first) = done.get(at) {
        let same = |other: &&Done| {
            other.target.seat.part == first.target.seat.part
                && other.target.seat.leaf == first.target.seat.leaf
                && other.target.seat.value == first.target.seat.value
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
        after.push_str(Span::new(copied, done.target.text.start).of(&work.texts));
        after.push_str(done.text.of(&work.replacements));
        copied = done.target.text.end;
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
