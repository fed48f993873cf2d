//! What one transaction holds.

use super::{Epoch, Limits, Partition};
use std::collections::BTreeMap;
use std::time::Duration;

/// The finished prefix of one partition in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) epoch: Epoch,
    pub(super) first: i64,
    pub(super) next: i64,
}

/// The records of one transaction.
#[derive(Debug)]
pub struct Batch {
    pub(super) opened: Duration,
    /// True where it holds only suspects, to find the one that is refused.
    pub(super) trial: bool,
    /// True where what is ready next is of another generation.
    pub(super) closed: bool,
    generation: Option<u64>,
    parts: BTreeMap<Partition, Part>,
    records: Vec<(Partition, i64)>,
    bytes: usize,
}

impl Batch {
    pub(super) const fn new(opened: Duration) -> Self {
        Self {
            opened,
            trial: false,
            closed: false,
            generation: None,
            parts: BTreeMap::new(),
            records: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) const fn is_full(&self, limits: &Limits) -> bool {
        self.records.len() >= limits.records_max || self.bytes >= limits.bytes_max
    }

    /// Tells whether a run of a generation may come in; the first decides, and one that may not closes the transaction.
    pub(super) fn admits(&mut self, generation: u64) -> bool {
        let admits = *self.generation.get_or_insert(generation) == generation;
        self.closed |= !admits;
        admits
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn add(&mut self, partition: Partition, epoch: Epoch, offsets: impl Iterator<Item = i64>, bytes: usize) {
        for offset in offsets {
            self.records.push((partition, offset));
            let part = self.parts.entry(partition).or_insert(Part { epoch, first: offset, next: offset });
            part.next = offset + 1;
        }
        self.bytes += bytes;
    }

    pub(super) const fn parts(&self) -> &BTreeMap<Partition, Part> {
        &self.parts
    }

    pub(super) fn holds(&self, partition: Partition) -> bool {
        self.parts.contains_key(&partition)
    }

    pub(super) fn offsets(&self) -> Vec<(Partition, i64)> {
        self.parts.iter().map(|(&partition, part)| (partition, part.next)).collect()
    }

    pub(super) fn record(&self, index: usize) -> Option<(Partition, i64)> {
        self.records.get(index).copied()
    }

    pub(super) fn of_partition(&self, partition: Partition) -> Vec<i64> {
        self.records.iter().filter(|(p, _)| *p == partition).map(|&(_, offset)| offset).collect()
    }
}
