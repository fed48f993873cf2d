//! Records in chunks: taken in by the poll thread, treated by a lane, handed to the producer.

use super::ledger::{Epoch, Partition, Run, Sequence};
use super::memory::Room;
use crate::engine::Report;
use crate::model::Span;
use rdkafka::message::{Headers as _, Message, OwnedHeaders};
use std::fmt;
use std::sync::Arc;

/// A run of records of one partition in one arena, with the place it has in the partition's epoch.
pub(super) struct Chunk {
    pub(super) partition: Partition,
    pub(super) epoch: Epoch,
    pub(super) sequence: Sequence,
    pub(super) arena: Vec<u8>,
    pub(super) records: Vec<Taken>,
}

/// One record as it came in.
pub(super) struct Taken {
    pub(super) offset: i64,
    pub(super) time: Option<i64>,
    pub(super) key: Option<Span>,
    pub(super) value: Option<Span>,
    pub(super) headers: Option<OwnedHeaders>,
}

impl Chunk {
    pub(super) const fn new(partition: Partition, epoch: Epoch, sequence: Sequence) -> Self {
        Self { partition, epoch, sequence, arena: Vec::new(), records: Vec::new() }
    }

    /// Copies a record into the arena.
    pub(super) fn push(&mut self, message: &impl Message<Headers = rdkafka::message::BorrowedHeaders>) {
        let key = message.key().map(|bytes| self.keep(bytes));
        let value = message.payload().map(|bytes| self.keep(bytes));
        self.records.push(Taken {
            offset: message.offset(),
            time: message.timestamp().to_millis(),
            key,
            value,
            headers: message.headers().filter(|h| h.count() > 0).map(rdkafka::message::BorrowedHeaders::detach),
        });
    }

    fn keep(&mut self, bytes: &[u8]) -> Span {
        let start = self.arena.len();
        self.arena.extend_from_slice(bytes);
        Span::new(start, self.arena.len())
    }

    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= RECORDS_MAX || self.arena.len() >= BYTES_MAX
    }

    /// The bytes it holds, about, with what a lane will make of it.
    pub(super) fn weight(&self) -> usize {
        2 * self.arena.len() + self.records.len() * RECORD_WEIGHT
    }
}

/// Where bytes of a treated record are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytes {
    Null,
    Same(Span),
    New(Span),
}

/// What becomes of a treated record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Forward,
    Drop,
    /// To the dead-letter topic: the reason's code, and what it says without any value.
    Dead(&'static str, String),
}

/// One record as it leaves a lane.
pub(super) struct Ready {
    pub(super) offset: i64,
    pub(super) time: Option<i64>,
    pub(super) key: Bytes,
    pub(super) value: Bytes,
    pub(super) headers: Option<OwnedHeaders>,
    pub(super) fate: Fate,
    /// Whether the value could be read: what `dead_letter.stop_at` counts.
    pub(super) decoding: Decoding,
}

/// Whether a record's value could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoding {
    Read,
    Unreadable,
}

/// What a lane made of a chunk, or a part of it.
pub(super) struct Treated {
    pub(super) partition: Partition,
    pub(super) arenas: Arc<Arenas>,
    pub(super) records: Vec<Ready>,
    /// The counts of the whole chunk, on its first part.
    pub(super) report: Option<Report>,
}

/// The bytes of a chunk, before and after.
pub(super) struct Arenas {
    pub(super) input: Vec<u8>,
    pub(super) output: Vec<u8>,
    /// Given back with the last record.
    pub(super) _room: Room,
}

impl Arenas {
    pub(super) fn bytes(&self, bytes: Bytes) -> Option<&[u8]> {
        match bytes {
            Bytes::Null => None,
            Bytes::Same(span) => Some(span.of_bytes(&self.input)),
            Bytes::New(span) => Some(span.of_bytes(&self.output)),
        }
    }
}

impl Run for Treated {
    fn records(&self) -> usize {
        self.records.len()
    }

    fn offset(&self, index: usize) -> i64 {
        let last = || self.records.last().map_or(0, |r| r.offset + 1);
        self.records.get(index).map_or_else(last, |r| r.offset)
    }

    fn bytes(&self) -> usize {
        let size = |bytes: Bytes| match bytes {
            Bytes::Null => 0,
            Bytes::Same(span) | Bytes::New(span) => span.len(),
        };
        self.records.iter().map(|r| size(r.key) + size(r.value)).sum()
    }

    fn split_off(&mut self, index: usize) -> Self {
        Self {
            partition: self.partition,
            arenas: Arc::clone(&self.arenas),
            records: self.records.split_off(index.min(self.records.len())),
            report: None,
        }
    }
}

impl fmt::Debug for Treated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Treated({} records)", self.records.len())
    }
}

/// A lane's share of work: large enough that handing it over costs nothing, small enough that two lanes share a burst.
const RECORDS_MAX: usize = 500;
const BYTES_MAX: usize = 256 << 10;
/// What a record weighs beside its bytes.
const RECORD_WEIGHT: usize = 200;
