//! Which field entry covers a node.

use super::super::plan::{Fields, Treatment};
use super::RecordPart;

/// Decides which entry covers a node that `inherited` covers from above and `here` names.
///
/// The one further down decides, unless the one above is the more precise: then the one that protects more does.
pub(super) fn covering(fields: &Fields, inherited: Option<u16>, here: u16) -> Option<u16> {
    let entry = |at: u16| fields.entries.get(usize::from(at));
    let Some((above, below)) = inherited.and_then(entry).zip(entry(here)) else { return Some(here) };
    if below.precision >= above.precision || protection(below.treatment) > protection(above.treatment) {
        Some(here)
    } else {
        inherited
    }
}

pub(super) fn treatment(fields: &Fields, cover: Option<u16>, part: RecordPart) -> Treatment {
    let entry = cover.and_then(|at| fields.entries.get(usize::from(at)));
    entry.map_or_else(|| fields.unknown(part), |entry| entry.treatment)
}

/// How much a treatment protects.
pub(super) const fn protection(treatment: Treatment) -> u8 {
    match treatment {
        Treatment::Keep => 0,
        Treatment::Scan | Treatment::Text => 1,
        Treatment::Apply(_) => 2,
        Treatment::Refuse => 3,
    }
}
