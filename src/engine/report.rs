//! Counts of what happened; never values.

use crate::model::EntityIndex;
use std::collections::BTreeMap;

/// What was found of one entity type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntityCount {
    /// Findings that an operator changed.
    pub changed: u64,
    /// Findings at or above the threshold that the policy, or the default, left as they are.
    pub left: u64,
}

/// Counts of one batch, or of many merged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Records that came in.
    pub records: u64,
    /// Records that go on.
    pub forwarded: u64,
    /// Records among those that go on in which something changed.
    pub changed: u64,
    /// Records that the policy drops.
    pub dropped: u64,
    /// Records refused, by the code of the reason.
    pub dead_letters: BTreeMap<&'static str, u64>,
    /// Findings by entity type, in records that go on.
    pub entities: BTreeMap<EntityIndex, EntityCount>,
    /// Values changed, by operator, in records that go on.
    pub operators: BTreeMap<&'static str, u64>,
    /// Bytes of values that came in.
    pub bytes_in: u64,
    /// Bytes of values that go on.
    pub bytes_out: u64,
}

impl Report {
    /// Adds the counts of another report to these.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.forwarded += other.forwarded;
        self.changed += other.changed;
        self.dropped += other.dropped;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        for (code, count) in &other.dead_letters {
            *self.dead_letters.entry(code).or_default() += count;
        }
        for (entity, count) in &other.entities {
            let mine = self.entities.entry(*entity).or_default();
            mine.changed += count.changed;
            mine.left += count.left;
        }
        for (operator, count) in &other.operators {
            *self.operators.entry(operator).or_default() += count;
        }
    }

    /// Counts a record that was to go on as refused, for a reason that shows only where it goes; `changed` tells whether
    /// it was counted as such. Findings and operators stay counted.
    pub fn refuse(&mut self, code: &'static str, changed: bool) {
        self.forwarded = self.forwarded.saturating_sub(1);
        self.changed = self.changed.saturating_sub(u64::from(changed));
        *self.dead_letters.entry(code).or_default() += 1;
    }

    /// Tells how many records were refused, for whatever reason.
    pub fn refused(&self) -> u64 {
        self.dead_letters.values().sum()
    }
}
