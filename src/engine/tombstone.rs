//! A tombstone deletes what was written under its key: while several keys of a ring are enabled, that may be a token of any
//! of them.

use super::record::{Piece, Record};
use super::scratch::{Part, Scratch, Target};
use super::write::{Raw, Told, operate, plain_piece};
use super::{Reason, RecordError, nest};
use crate::keys::KeyId;
use crate::model::Span;
use crate::policy::{OperatorId, Plan};
use crate::transform::OperatorError;

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
    targets: &[Target],
    out: &mut Vec<u8>,
) -> Result<Vec<Span>, RecordError> {
    let targets: Vec<Target> = targets.iter().filter(|target| target.seat.part == Part::Key).copied().collect();
    let came_in = record.key.unwrap_or_default();
    let mut others: Vec<Span> = Vec::new();
    for under in choices(plan, &targets)? {
        let told = Told { origin: record.origin, time: record.time, under: &under };
        let done = match operate(plan, &scratch.paths, &mut scratch.work, &targets, &[], told) {
            Ok((_, done)) => done,
            // Under this key it was never written.
            Err(RecordError { reason: Reason::Operator(OperatorError::Echo), .. }) => continue,
            Err(error) => return Err(error),
        };
        let raws: Result<Vec<Raw>, RecordError> = done.iter().map(|done| Raw::of(done, &mut scratch.work)).collect();
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
fn choices(plan: &Plan, targets: &[Target]) -> Result<Vec<Vec<(OperatorId, KeyId)>>, RecordError> {
    let mut operators: Vec<OperatorId> = targets.iter().map(|target| target.operator).collect();
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
