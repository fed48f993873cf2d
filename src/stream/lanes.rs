//! What a lane does with a chunk: the engine over its records, a panic turned into a record error.

use super::memory::Room;
use super::native;
use super::record::{Arenas, Bytes, Chunk, Decoding, Fate, Flight, Ready, Taken, Treated};
use crate::engine::{
    Disposition, Header, NoStore, Outcome, Outcomes, Piece, Reason, Record, Report, Scratch, Settings, process,
};
use crate::format::Format;
use crate::model::{Origin, RecordTime, Span};
use crate::policy::Plan;
use rdkafka::message::{Header as KafkaHeader, OwnedHeaders};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A lane's own memory.
#[derive(Debug, Default)]
pub struct Worker {
    scratch: Scratch,
    outcomes: Outcomes,
}

/// What all chunks of a product share: taken once when a chunk is opened.
pub(super) struct Treatment {
    pub(super) topic: Arc<str>,
    pub(super) format: Box<dyn Format>,
    pub(super) plan: Arc<Plan>,
    pub(super) settings: Settings,
}

/// The engine could not treat a chunk at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

impl Treatment {
    /// Treats a chunk. A record whose treatment panics goes to the dead-letter topic, the others go on.
    pub(super) fn treat(
        &self,
        mut chunk: Chunk,
        (room, flight): (Room, Flight),
        worker: &mut Worker,
    ) -> Result<Treated, Broken> {
        let mut output = Vec::new();
        let mut records = Vec::with_capacity(chunk.records.len());
        let mut report = Report::default();
        let whole = 0..chunk.records.len();
        if self.run(&chunk, whole.clone(), worker)? == Ran::Through {
            gather(&mut chunk, whole, &worker.outcomes, &mut output, &mut records);
            report = worker.outcomes.report().clone();
        } else {
            for index in whole {
                let one = index..index + 1;
                if self.run(&chunk, one.clone(), worker)? == Ran::Through {
                    gather(&mut chunk, one, &worker.outcomes, &mut output, &mut records);
                    report.merge(worker.outcomes.report());
                } else {
                    report.records += 1;
                    *report.dead_letters.entry(Reason::Internal.code()).or_default() += 1;
                    records.extend(chunk.records.get(index).map(panicked));
                }
            }
        }
        let arenas = Arc::new(Arenas { input: chunk.arena, output, _room: room });
        Ok(Treated { partition: chunk.partition, arenas, records, report, flight: Arc::new(flight) })
    }

    fn run(&self, chunk: &Chunk, range: Range<usize>, worker: &mut Worker) -> Result<Ran, Broken> {
        match catch_unwind(AssertUnwindSafe(|| self.process(chunk, range, worker))) {
            Ok(done) => done.map(|()| Ran::Through),
            Err(_) => {
                *worker = Worker::default();
                Ok(Ran::Panicked)
            }
        }
    }

    fn process(&self, chunk: &Chunk, range: Range<usize>, worker: &mut Worker) -> Result<(), Broken> {
        let taken = chunk.records.get(range).unwrap_or_default();
        let origins: Vec<_> = taken.iter().map(|t| self.origin(chunk, t)).collect();
        let mut headers = Vec::new();
        let mut extents = Vec::with_capacity(taken.len());
        for t in taken {
            let start = headers.len();
            if let Some(list) = &t.headers {
                headers.extend(native::headers(list).map(|(name, value)| Header { name, value }));
            }
            extents.push(start..headers.len());
        }
        let records: Vec<_> = (taken.iter().zip(&origins).zip(extents))
            .map(|((t, origin), extent)| Record {
                origin,
                time: RecordTime(t.time),
                format: &*self.format,
                value: t.value.map(|span| span.of_bytes(&chunk.arena)),
                key: t.key.map(|span| span.of_bytes(&chunk.arena)),
                headers: headers.get(extent).unwrap_or_default(),
            })
            .collect();
        let Worker { scratch, outcomes } = worker;
        process(&self.plan, &records, &NoStore, &self.settings, scratch, outcomes).map_err(|error| {
            tracing::error!(%error, "the engine cannot go on");
            Broken
        })
    }

    fn origin(&self, chunk: &Chunk, taken: &Taken) -> Origin {
        Origin::Kafka { topic: Arc::clone(&self.topic), partition: chunk.partition.0, offset: taken.offset }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    Through,
    Panicked,
}

/// Turns outcomes into records that are ready, their new bytes behind those that are there.
fn gather(chunk: &mut Chunk, range: Range<usize>, outcomes: &Outcomes, output: &mut Vec<u8>, all: &mut Vec<Ready>) {
    let taken = chunk.records.get_mut(range).unwrap_or_default();
    debug_assert_eq!(taken.len(), outcomes.outcomes().len());
    for (taken, outcome) in taken.iter_mut().zip(outcomes.outcomes()) {
        let mut keep = |piece: Piece, came_in: Option<Span>| match (piece, came_in) {
            (Piece::Same, Some(span)) => Bytes::Same(span),
            (Piece::New(span), _) => {
                let start = output.len();
                output.extend_from_slice(outcomes.bytes(span));
                Bytes::New(Span::new(start, output.len()))
            }
            (Piece::Same, None) | (Piece::Null | Piece::Removed, _) => Bytes::Null,
        };
        let key = keep(outcome.key, taken.key);
        let value = keep(outcome.value, taken.value);
        let (fate, decoding) = fate(&outcome.disposition);
        let headers = taken.headers.take().map(|headers| edited(headers, outcome, outcomes));
        let changed = outcome.is_changed();
        all.push(Ready { offset: taken.offset, time: taken.time, key, value, headers, fate, changed, decoding });
    }
}

fn fate(disposition: &Disposition) -> (Fate, Decoding) {
    match disposition {
        Disposition::Forward => (Fate::Forward, Decoding::Read),
        Disposition::Drop => (Fate::Drop, Decoding::Read),
        Disposition::DeadLetter(error) => {
            let unreadable = matches!(error.reason, Reason::Format(_) | Reason::WireFormat { .. });
            let decoding = if unreadable { Decoding::Unreadable(error.code()) } else { Decoding::Read };
            (Fate::Dead(error.code(), error.to_string()), decoding)
        }
    }
}

/// Writes the headers anew where one changes; otherwise they stay the native copy that they are.
fn edited(headers: OwnedHeaders, outcome: &Outcome, outcomes: &Outcomes) -> OwnedHeaders {
    if outcome.headers.is_empty() {
        return headers;
    }
    let mut new = OwnedHeaders::new_with_capacity(native::headers(&headers).count() + 1);
    for (place, (name, value)) in native::headers(&headers).enumerate() {
        // The engine refuses a record whose headers change and have another name than UTF-8.
        let Ok(key) = std::str::from_utf8(name) else { continue };
        let value = match outcome.headers.iter().find(|(p, _)| *p == place) {
            None | Some((_, Piece::Same)) => value,
            Some((_, Piece::New(span))) => Some(outcomes.bytes(*span)),
            Some((_, Piece::Null)) => None,
            Some((_, Piece::Removed)) => continue,
        };
        new = new.insert(KafkaHeader { key, value });
    }
    new
}

fn panicked(taken: &Taken) -> Ready {
    let code = Reason::Internal.code();
    Ready {
        offset: taken.offset,
        time: taken.time,
        key: Bytes::Null,
        value: Bytes::Null,
        headers: None,
        fate: Fate::Dead(code, "a flaw in privet; the record is held back".into()),
        changed: false,
        decoding: Decoding::Read,
    }
}
