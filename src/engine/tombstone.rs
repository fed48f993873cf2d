//! A tombstone deletes what was written under its key: while several keys of a ring are enabled, that may be a token of any
//! of them.

use super::record::{Piece, Record};
use super::scratch::{Part, Scratch};
use super::write::{Holds, Raw, Told, operate, plain_piece};
use super::{Reason, RecordError, nest};
use crate::keys::KeyId;
use crate::model::Span;
use crate::policy::{OperatorId, Plan};
use crate::transform::OperatorError;
use std::ops::Range;

/// How many record keys a tombstone is written for: three ring keys under each of three operators are 27.
const KEYS_MAX: usize = 64;

/// Gives what the key of a tombstone was before rotations, besides `key`, what it is now: every choice of an enabled ring
/// key for each operator, each result once.
///
/// # Errors
/// Where there are more than [`KEYS_MAX`] choices: the record is refused, because a row might stay that it deletes.
pub(super) fn other_keys(
    plan: &Plan,
    record: &Record<'_>,
    key: Piece,
    scratch: &mut Scratch,
    targets: Range<usize>,
    out: &mut Vec<u8>,
) -> Result<Vec<Span>, RecordError> {
    let work = &scratch.work;
    let of_key = |at: &usize| {
        let leaf = work.targets.get(*at).and_then(|target| work.leaf(target));
        leaf.is_some_and(|leaf| leaf.seat.part == Part::Key)
    };
    let targets: Vec<usize> = targets.filter(of_key).collect();
    let operators = targets.iter().filter_map(|at| work.targets.get(*at)).map(|target| target.operator).collect();
    let came_in = record.key.unwrap_or_default();
    let mut others: Vec<Span> = Vec::new();
    for under in choices(plan, operators)? {
        let told = Told { origin: record.origin, time: record.time, under: &under, holds: Holds::of(record.format) };
        let (mut done, targets) = (Vec::new(), targets.iter().copied());
        match operate(plan, &scratch.paths, &mut scratch.work, targets, &[], told, &mut done) {
            Ok(_) => {}
            // Under this key it was never written.
            Err(RecordError { reason: Reason::Operator(OperatorError::Echo), .. }) => continue,
            Err(error) => return Err(error),
        }
        let raws: Result<Vec<Raw>, RecordError> =
            done.iter().map(|done| Raw::escaped(done, &mut scratch.work)).collect();
        let mut raws = raws?;
        nest::lift(&mut raws, &mut scratch.work, &mut scratch.read)?;
        let start = out.len();
        let Piece::New(span) = plain_piece(&raws, came_in, &scratch.work.replacements, out)? else { continue };
        let now = match key {
            Piece::New(now) => now.of_bytes(out),
            Piece::Same | Piece::Null | Piece::Removed => came_in,
        };
        let bytes = span.of_bytes(out);
        if bytes == now || others.iter().any(|other| other.of_bytes(out) == bytes) {
            out.truncate(start);
        } else {
            others.push(span);
        }
    }
    Ok(others)
}

/// Gives every way to choose a ring key for each operator of a record key, but the one that chooses its own for all.
fn choices(plan: &Plan, mut operators: Vec<OperatorId>) -> Result<Vec<Vec<(OperatorId, KeyId)>>, RecordError> {
    operators.sort_unstable();
    operators.dedup();
    let mut choices = vec![Vec::new()];
    for operator in operators {
        let keys = plan.operator(operator).other_keys();
        let more: Vec<Vec<(OperatorId, KeyId)>> = choices
            .iter()
            .flat_map(|choice| keys.iter().map(|key| choice.iter().copied().chain([(operator, *key)]).collect()))
            .collect();
        choices.extend(more);
        if choices.len() > KEYS_MAX {
            return Err(Reason::TooManyKeys { keys_max: KEYS_MAX }.into());
        }
    }
    choices.remove(0);
    Ok(choices)
}
