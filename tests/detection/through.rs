//! Records through the engine.

use privet::engine::{Disposition, Outcomes, Record, Scratch, Settings, process};
use privet::format::Format;
use privet::model::{Origin, RecordTime};
use privet::policy::Plan;

/// What the engine makes of each record: new bytes, or the reason why it is refused.
pub fn through(
    plan: &Plan,
    format: &dyn Format,
    records: &[impl AsRef<[u8]>],
    scratch: &mut Scratch,
) -> Vec<Result<Vec<u8>, String>> {
    let origin = Origin::Request { request: 1, index: 0 };
    let record =
        |value| Record { origin: &origin, time: RecordTime(None), format, value: Some(value), key: None, headers: &[] };
    let batch: Vec<Record<'_>> = records.iter().map(|value| record(value.as_ref())).collect();
    let mut out = Outcomes::default();
    process(plan, &batch, &Settings::default(), scratch, &mut out).unwrap();
    batch
        .iter()
        .zip(out.outcomes())
        .map(|(record, outcome)| match &outcome.disposition {
            Disposition::Forward => Ok(out.piece(outcome.value, record.value).unwrap().to_vec()),
            Disposition::Drop => Err("dropped".to_owned()),
            Disposition::DeadLetter(error) => Err(error.to_string()),
        })
        .collect()
}
