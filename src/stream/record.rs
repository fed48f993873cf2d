//! Records in chunks: taken in by the poll thread, treated by a lane, handed to the producer.

use super::ledger::{Epoch, Partition, Run, Sequence};
use super::memory::Room;
use super::native;
use super::terms::Terms;
use crate::engine::Report;
use crate::model::{Span, WholeRecord};
use crate::observe::ProductMetrics;
use rdkafka::message::{BorrowedHeaders, Headers as _, Message, OwnedHeaders};
use std::fmt;
use std::sync::Arc;

/// A run of records of one partition in one arena, with the place it has in the partition's epoch.
pub(super) struct Chunk {
    pub(super) partition: Partition,
    pub(super) epoch: Epoch,
    pub(super) sequence: Sequence,
    pub(super) arena: Vec<u8>,
    /// The bytes of all headers; they lie where the client keeps them.
    pub(super) header_bytes: usize,
    pub(super) records: Vec<Taken>,
}

/// One record as it came in.
pub(super) struct Taken {
    pub(super) offset: i64,
    pub(super) time: Option<i64>,
    pub(super) key: Option<Span>,
    pub(super) value: Option<Span>,
    pub(super) headers: Option<Headers>,
}

/// The headers of a record, at least one, and their size.
pub(super) struct Headers {
    pub(super) list: OwnedHeaders,
    pub(super) bytes: usize,
}

impl Headers {
    pub(super) fn new(list: OwnedHeaders) -> Self {
        Self { bytes: native::size(&list), list }
    }
}

impl Chunk {
    pub(super) const fn new(partition: Partition, epoch: Epoch, sequence: Sequence) -> Self {
        Self { partition, epoch, sequence, arena: Vec::new(), header_bytes: 0, records: Vec::new() }
    }

    /// Copies a record into the arena.
    pub(super) fn push(&mut self, message: &impl Message<Headers = BorrowedHeaders>) {
        let headers = message.headers().filter(|h| h.count() > 0).map(BorrowedHeaders::detach);
        let place = (message.offset(), message.timestamp().to_millis());
        self.add(place, message.key(), message.payload(), headers);
    }

    pub(super) fn add(
        &mut self,
        (offset, time): (i64, Option<i64>),
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: Option<OwnedHeaders>,
    ) {
        let (key, value) = (key.map(|bytes| self.keep(bytes)), value.map(|bytes| self.keep(bytes)));
        let headers = headers.map(Headers::new);
        self.header_bytes += headers.as_ref().map_or(0, |headers| headers.bytes);
        self.records.push(Taken { offset, time, key, value, headers });
    }

    fn keep(&mut self, bytes: &[u8]) -> Span {
        let start = self.arena.len();
        self.arena.extend_from_slice(bytes);
        Span::new(start, self.arena.len())
    }

    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= RECORDS_MAX || self.arena.len() + self.header_bytes >= BYTES_MAX
    }

    /// The bytes it holds, about, with what a lane will make of it.
    pub(super) fn weight(&self) -> usize {
        2 * (self.arena.len() + self.header_bytes) + self.records.len() * RECORD_WEIGHT
    }
}

/// Where bytes of a treated record are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytes {
    Null,
    Same(Span),
    New(Span),
}

impl Bytes {
    const fn len(self) -> usize {
        match self {
            Self::Null => 0,
            Self::Same(span) | Self::New(span) => span.len(),
        }
    }
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
    /// What else the key of a tombstone is: it is written once more for each.
    pub(super) other_keys: Vec<Bytes>,
    pub(super) value: Bytes,
    pub(super) headers: Option<Headers>,
    pub(super) fate: Fate,
    /// True where value, key or headers are not as they came in.
    pub(super) changed: bool,
    /// Whether the value could be read: what `dead_letter.stop_at` counts.
    pub(super) decoding: Decoding,
    pub(super) came: CameIn,
}

/// What a record was when it came in, for its dead letter.
#[derive(Default)]
pub(super) struct CameIn {
    pub(super) key: Option<Span>,
    pub(super) value: Option<Span>,
    /// Only where they are not the record's own any more.
    pub(super) headers: Option<Headers>,
}

impl Ready {
    /// The bytes of keys, value and headers, as often as they are written.
    pub(super) fn bytes(&self) -> usize {
        self.keys().map(|key| self.bytes_under(key)).sum()
    }

    /// Every key that it is written under.
    pub(super) fn keys(&self) -> impl Iterator<Item = Bytes> {
        std::iter::once(self.key).chain(self.other_keys.iter().copied())
    }

    /// The bytes of one of its keys, of value and headers.
    pub(super) fn bytes_under(&self, key: Bytes) -> usize {
        key.len() + self.value.len() + self.headers.as_ref().map_or(0, |headers| headers.bytes)
    }

    /// Gives the record as it came in.
    pub(super) fn whole<'a>(&'a self, arenas: &'a Arenas) -> WholeRecord<'a> {
        let headers = self.came.headers.as_ref().or(self.headers.as_ref());
        WholeRecord {
            time: self.time,
            key: self.came.key.map(|span| span.of_bytes(&arenas.input)),
            value: self.came.value.map(|span| span.of_bytes(&arenas.input)),
            headers: headers.map(|headers| native::headers(&headers.list).collect()).unwrap_or_default(),
        }
    }
}

/// Whether a record's value could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoding {
    Read,
    /// By the reason's code.
    Unreadable(&'static str),
}

/// What a lane made of a chunk, or a part of it.
pub(super) struct Treated {
    pub(super) partition: Partition,
    /// What they were treated under.
    pub(super) terms: Arc<Terms>,
    pub(super) arenas: Arc<Arenas>,
    pub(super) records: Vec<Ready>,
    /// What the engine counted. Where a run is split, findings, operators and bytes stay with the first part.
    pub(super) report: Report,
    pub(super) flight: Arc<Flight>,
}

/// Records that are neither committed nor thrown away; counted while it lives.
pub(super) struct Flight {
    records: u64,
    metrics: ProductMetrics,
}

impl Flight {
    pub(super) fn new(records: usize, metrics: &ProductMetrics) -> Self {
        let records = u64::try_from(records).unwrap_or(u64::MAX);
        metrics.taken(records);
        Self { records, metrics: metrics.clone() }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.metrics.settled(self.records);
    }
}

/// The bytes of a chunk, before and after.
pub(super) struct Arenas {
    pub(super) input: Vec<u8>,
    pub(super) output: Vec<u8>,
    /// Given back with the last record.
    pub(super) _room: Room,
}

impl Arenas {
    /// Takes the bytes of a treated chunk over, and counts them as they are now.
    pub(super) fn new(input: Vec<u8>, output: Vec<u8>, records: &[Ready], mut room: Room) -> Self {
        let both = records.iter().flat_map(|record| [&record.headers, &record.came.headers]);
        let headers: usize = both.flatten().map(|headers| headers.bytes).sum();
        room.resize(input.len() + output.len() + headers + records.len() * RECORD_WEIGHT);
        Self { input, output, _room: room }
    }

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

    fn generation(&self) -> u64 {
        self.terms.generation
    }

    fn bytes(&self) -> usize {
        self.records.iter().map(Ready::bytes).sum()
    }

    fn split_off(&mut self, index: usize) -> Self {
        let records = self.records.split_off(index.min(self.records.len()));
        let mut report = Report::default();
        for record in &records {
            report.records += 1;
            self.report.records = self.report.records.saturating_sub(1);
            let (here, there) = match &record.fate {
                Fate::Forward => (&mut self.report.forwarded, &mut report.forwarded),
                Fate::Drop => (&mut self.report.dropped, &mut report.dropped),
                Fate::Dead(code, _) => {
                    (self.report.dead_letters.entry(code).or_default(), report.dead_letters.entry(code).or_default())
                }
            };
            *here = here.saturating_sub(1);
            *there += 1;
            report.changed += u64::from(record.changed);
        }
        self.report.changed = self.report.changed.saturating_sub(report.changed);
        let (arenas, flight, terms) = (Arc::clone(&self.arenas), Arc::clone(&self.flight), Arc::clone(&self.terms));
        Self { partition: self.partition, terms, arenas, records, report, flight }
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

#[cfg(test)]
mod tests {
    use super::super::memory::Memory;
    use super::*;
    use crate::observe::{Face, Metrics};
    use rdkafka::message::Header;

    fn ready(offset: i64, fate: &Fate) -> Ready {
        Ready {
            offset,
            time: None,
            key: Bytes::Null,
            other_keys: Vec::new(),
            value: Bytes::Null,
            headers: None,
            fate: fate.clone(),
            changed: offset % 3 == 0,
            decoding: Decoding::Read,
            came: CameIn::default(),
        }
    }

    fn treated(fates: &[Fate]) -> Treated {
        let metrics = Metrics::new().product(Face::Stream, "test", std::iter::empty::<String>());
        let records: Vec<Ready> = (0..).zip(fates).map(|(offset, fate)| ready(offset, fate)).collect();
        let changed = records.iter().filter(|record| record.changed).count() as u64;
        let mut report = Report { records: records.len() as u64, changed, ..Report::default() };
        for fate in fates {
            match fate {
                Fate::Forward => report.forwarded += 1,
                Fate::Drop => report.dropped += 1,
                Fate::Dead(code, _) => *report.dead_letters.entry(code).or_default() += 1,
            }
        }
        let room = Memory::new(0).take(0);
        let arenas = Arc::new(Arenas::new(Vec::new(), Vec::new(), &records, room));
        let flight = Arc::new(Flight::new(records.len(), &metrics));
        let plan = Arc::new(crate::policy::plan_of("privet: v1\nproduct: test\nfields: {email: redact}\n"));
        let terms = Arc::new(Terms::new(0, plan, &metrics));
        Treated { partition: Partition(0), terms, arenas, records, report, flight }
    }

    #[test]
    fn the_parts_of_a_run_count_each_record_once() {
        let dead = |code| Fate::Dead(code, String::new());
        let fates = [Fate::Forward, Fate::Drop, dead("a"), Fate::Forward, dead("a"), dead("b"), Fate::Forward];
        for index in 0..=fates.len() {
            let whole = treated(&fates).report;
            let mut first = treated(&fates);
            let rest = first.split_off(index);
            assert_eq!((first.report.records, rest.report.records), (index as u64, (fates.len() - index) as u64));
            let mut both = first.report.clone();
            both.merge(&rest.report);
            both.dead_letters.retain(|_, count| *count > 0);
            assert_eq!(both, whole);
        }
    }

    #[test]
    fn headers_weigh_as_much_as_values() {
        let chunk = |value: &[u8], header: &[u8]| {
            let headers = OwnedHeaders::new().insert(Header { key: "h", value: Some(header) });
            let mut chunk = Chunk::new(Partition(0), Epoch(1), Sequence(0));
            chunk.add((0, None), None, Some(value), Some(headers));
            chunk
        };
        let (in_value, mut in_header) = (chunk(&[7; BYTES_MAX], b""), chunk(b"", &[7; BYTES_MAX]));
        assert!(in_value.is_full() && in_header.is_full());
        assert_eq!(in_value.weight(), in_header.weight());
        let headers = in_header.records.remove(0).headers;
        let ready = Ready { headers, ..ready(0, &Fate::Forward) };
        assert!(ready.bytes() > BYTES_MAX);
        let memory = Memory::new(0);
        let arenas = Arenas::new(Vec::new(), vec![7; 1_000], &[ready], memory.take(1));
        assert!(memory.used() > BYTES_MAX + 1_000, "what was made weighs too");
        drop(arenas);
        assert_eq!(memory.used(), 0);
    }
}
