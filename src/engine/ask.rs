//! What operators of a batch ask before any of them writes: the meter, and the store, once for everything.

use super::decide::steps_to;
use super::scratch::{FoundLeaf, Part, Place, Scratch, StepEntry, Target, Work};
use super::write::{Holds, Told, input};
use super::{EngineError, Meter, Reason, Record};
use crate::policy::{Paths, Plan};
use crate::transform::{Answer, Input, Need, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Asks the meter about every value that gets a stand-in under a key.
pub(super) fn metered(plan: &Plan, meter: &dyn Meter, work: &Work) -> Result<(), EngineError> {
    for target in &work.targets {
        let Some(ring) = plan.operator(target.operator).guessable() else { continue };
        let kind = plan.kind_of(target.operator, target.entity);
        if !meter.admit(ring, kind, target.text.of(&work.texts)) {
            return Err(EngineError::Metered);
        }
    }
    Ok(())
}

/// Asks the store once for everything that the operators of the batch need.
pub(super) fn ask(
    plan: &Plan,
    batch: &[Record<'_>],
    store: &dyn Store,
    scratch: &mut Scratch,
) -> Result<Vec<Answer>, EngineError> {
    let Scratch { work, paths, .. } = scratch;
    if !plan.needs_store() {
        return Ok(Vec::new());
    }
    ask_for_subjects(plan, batch, store, work)?;
    for (record, state) in batch.iter().zip(&mut work.records) {
        let before = work.requests.len();
        let asked = catch_unwind(AssertUnwindSafe(|| {
            for target in work.targets.get_mut(state.targets.clone()).unwrap_or_default() {
                // What stands in no leaf is refused where it is written.
                let Some(leaf) = work.kept.get(target.leaf) else { continue };
                let told =
                    Told { origin: record.origin, time: record.time, under: &[], holds: Holds::of(record.format) };
                let told = input(plan, (&work.texts, &work.tellings, &work.people), (target, leaf), told);
                let operator = plan.operator(target.operator);
                let place = operator.needs_place().then(|| place(paths, &work.steps, leaf, target));
                if let Some(request) = operator.needs(&Input { place: place.as_deref(), ..told }) {
                    target.request = Place::new(work.requests.len());
                    work.requests.push(request);
                }
            }
        }));
        if asked.is_err() {
            // The record asks nothing and is refused; the others go on.
            work.requests.truncate(before);
            state.error = Some(Reason::Internal.into());
        }
    }
    if work.requests.is_empty() {
        return Ok(Vec::new());
    }
    let answers = store.resolve(&work.requests)?;
    if answers.len() != work.requests.len() {
        return Err(EngineError::Answers { answers: answers.len(), requests: work.requests.len() });
    }
    Ok(answers)
}

/// Asks the store once for the keys of all whose values the batch holds, where operators seal under them.
fn ask_for_subjects(plan: &Plan, batch: &[Record<'_>], store: &dyn Store, work: &mut Work) -> Result<(), EngineError> {
    if plan.need() != Some(Need::Subjects) {
        return Ok(());
    }
    let mut requests = Vec::new();
    for (record, state) in batch.iter().zip(&mut work.records) {
        let before = requests.len();
        let asked = catch_unwind(AssertUnwindSafe(|| {
            for target in work.targets.get_mut(state.targets.clone()).unwrap_or_default() {
                let Some(leaf) = work.kept.get(target.leaf) else { continue };
                let told =
                    Told { origin: record.origin, time: record.time, under: &[], holds: Holds::of(record.format) };
                let told = input(plan, (&work.texts, &work.tellings, &[]), (target, leaf), told);
                if let Some(request) = plan.operator(target.operator).needs_subject(&told) {
                    target.person = Place::new(requests.len());
                    requests.push(request);
                }
            }
        }));
        if asked.is_err() {
            requests.truncate(before);
            state.error = Some(Reason::Internal.into());
        }
    }
    work.people = store.subjects(&requests)?;
    if work.people.len() != requests.len() {
        return Err(EngineError::Answers { answers: work.people.len(), requests: requests.len() });
    }
    Ok(())
}

/// Says where in its record a value stands: the part, the path, and the bytes of what holds it.
fn place(paths: &Paths, steps: &[StepEntry], leaf: &FoundLeaf, target: &Target) -> String {
    let part = match leaf.seat.part {
        Part::Value => "value".to_owned(),
        Part::Key => "key".to_owned(),
        Part::Header(place) => format!("header {place}"),
    };
    let path = steps_to(paths, steps, leaf.seat.step);
    format!("{part} {} {} {path}", target.at.start, target.at.end)
}
