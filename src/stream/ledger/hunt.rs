//! The search for the one record that is refused when nobody names it.

use super::{Batch, Partition};
use std::collections::VecDeque;

/// Records of which at least one may be refused; they are tried apart from all others.
#[derive(Debug)]
struct Suspects {
    partition: Partition,
    /// Ascending, never empty.
    offsets: Vec<i64>,
}

/// All suspects, those of one partition in the order of their offsets.
#[derive(Debug, Default)]
pub(super) struct Hunt(VecDeque<Suspects>);

impl Hunt {
    pub(super) fn is_on(&self) -> bool {
        !self.0.is_empty()
    }

    pub(super) fn suspects(&self, partition: Partition) -> bool {
        self.0.iter().any(|s| s.partition == partition)
    }

    /// The partition to try next and the last offset of the trial, where the partition has such records ready.
    pub(super) fn next(&mut self, head: impl Fn(Partition) -> Option<i64>) -> Option<(Partition, i64)> {
        // Suspects that are behind the next record no longer exist.
        self.0.retain(|s| match (head(s.partition), s.offsets.last()) {
            (Some(head), Some(&last)) => head <= last,
            (None, Some(_)) => true,
            (_, None) => false,
        });
        self.0.iter().find_map(|s| {
            head(s.partition)?;
            // The first suspects of a partition come first.
            self.0.iter().find(|f| f.partition == s.partition).and_then(|f| Some((f.partition, *f.offsets.last()?)))
        })
    }

    /// Halves a refused batch, or splits it by partition where it holds several.
    pub(super) fn split(&mut self, batch: &Batch) {
        let several = batch.parts().len() > 1;
        for &partition in batch.parts().keys().rev() {
            let offsets = batch.of_partition(partition);
            let Some(&last) = offsets.last() else { continue };
            let mut rest = Vec::new();
            self.0.retain_mut(|s| {
                if s.partition == partition {
                    rest.extend(s.offsets.drain(..).filter(|&o| o > last));
                }
                s.partition != partition
            });
            if !rest.is_empty() {
                self.0.push_front(Suspects { partition, offsets: rest });
            }
            let middle = if several { offsets.len() } else { offsets.len() / 2 };
            let (before, after) = offsets.split_at(middle);
            for half in [after, before] {
                if !half.is_empty() {
                    self.0.push_front(Suspects { partition, offsets: half.to_vec() });
                }
            }
        }
    }

    pub(super) fn passed(&mut self, partition: Partition, next: i64) {
        self.keep(|p, offset| p != partition || offset >= next);
    }

    pub(super) fn drop_record(&mut self, partition: Partition, offset: i64) {
        self.keep(|p, o| (p, o) != (partition, offset));
    }

    pub(super) fn forget(&mut self, partition: Partition) {
        self.0.retain(|s| s.partition != partition);
    }

    fn keep(&mut self, wanted: impl Fn(Partition, i64) -> bool) {
        self.0.retain_mut(|s| {
            let partition = s.partition;
            s.offsets.retain(|&offset| wanted(partition, offset));
            !s.offsets.is_empty()
        });
    }
}
