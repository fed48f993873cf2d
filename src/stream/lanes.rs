//! What a lane does with a chunk: the engine over its records, a panic turned into a record error.

use super::ledger::Partition;
use super::memory::Room;
use super::native;
use super::record::{Arenas, Bytes, CameIn, Chunk, Decoding, Fate, Flight, Headers, Ready, Taken, Treated};
use super::terms::{Current, Terms};
use crate::engine::{
    Disposition, Header, Outcome, Outcomes, Piece, Reason, Record, Report, Scratch, Settings, process,
};
use crate::format::Format;
use crate::model::{Origin, RecordTime, Span};
use rdkafka::message::{Header as KafkaHeader, Headers as _, OwnedHeaders};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A lane's own memory.
#[derive(Debug, Default)]
pub struct Worker {
    scratch: Scratch,
    outcomes: Outcomes,
}

/// What all chunks of a product share.
pub(super) struct Treatment {
    pub(super) topic: Arc<str>,
    pub(super) format: Box<dyn Format>,
    pub(super) current: Current,
    pub(super) settings: Settings,
}

/// The engine could not treat a chunk at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// A store that the policy needs cannot be reached, and may come back by itself.
    StoreAway,
    /// A person is needed.
    Refused,
}

impl Treatment {
    /// Treats a chunk under terms that were current when it was dispatched. A record whose treatment panics goes to the
    /// dead-letter topic, the others go on.
    pub(super) fn treat(
        &self,
        terms: Arc<Terms>,
        chunk: Chunk,
        held: (Room, Flight),
        worker: &mut Worker,
    ) -> Result<Treated, Broken> {
        treat_by(terms, chunk, held, worker, |terms, part, worker, output| self.step(terms, part, worker, output))
    }

    fn step(
        &self,
        terms: &Terms,
        part: Part<'_>,
        worker: &mut Worker,
        output: &mut Vec<u8>,
    ) -> Result<Vec<Ready>, Broken> {
        self.process(terms, part, worker)?;
        Ok(gather(part.taken, &worker.outcomes, output))
    }

    fn process(&self, terms: &Terms, part: Part<'_>, worker: &mut Worker) -> Result<(), Broken> {
        let Part { arena, partition, taken } = part;
        let origins: Vec<_> = taken.iter().map(|t| self.origin(partition, t)).collect();
        let mut headers = Vec::new();
        let mut extents = Vec::with_capacity(taken.len());
        for t in taken {
            let start = headers.len();
            if let Some(given) = &t.headers {
                headers.extend(native::headers(&given.list).map(|(name, value)| Header { name, value }));
            }
            extents.push(start..headers.len());
        }
        let records: Vec<_> = (taken.iter().zip(&origins).zip(extents))
            .map(|((t, origin), extent)| Record {
                origin,
                time: RecordTime(t.time),
                format: &*self.format,
                value: t.value.map(|span| span.of_bytes(arena)),
                key: t.key.map(|span| span.of_bytes(arena)),
                headers: headers.get(extent).unwrap_or_default(),
            })
            .collect();
        let Worker { scratch, outcomes } = worker;
        process(&terms.plan, &records, &self.settings, scratch, outcomes).map_err(|error| {
            if error.may_pass() {
                return Broken::StoreAway;
            }
            tracing::error!(%error, "the engine cannot go on");
            Broken::Refused
        })
    }

    fn origin(&self, partition: Partition, taken: &Taken) -> Origin {
        Origin::Kafka { topic: Arc::clone(&self.topic), partition: partition.0, offset: taken.offset }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    Through,
    Panicked,
}

/// Some records of a chunk.
#[derive(Clone, Copy)]
struct Part<'a> {
    arena: &'a [u8],
    partition: Partition,
    taken: &'a [Taken],
}

/// Takes a step over a whole chunk, and where that panics over each of its records.
fn treat_by(
    terms: Arc<Terms>,
    mut chunk: Chunk,
    (room, flight): (Room, Flight),
    worker: &mut Worker,
    step: impl Fn(&Terms, Part<'_>, &mut Worker, &mut Vec<u8>) -> Result<Vec<Ready>, Broken>,
) -> Result<Treated, Broken> {
    let step = |part: Part<'_>, worker: &mut Worker, output: &mut Vec<u8>| step(&terms, part, worker, output);
    let mut made = Made { records: Vec::with_capacity(chunk.records.len()), ..Made::default() };
    let whole = 0..chunk.records.len();
    if run(&mut chunk, whole.clone(), worker, &mut made, &step)? == Ran::Panicked {
        for index in whole {
            if run(&mut chunk, index..index + 1, worker, &mut made, &step)? == Ran::Panicked {
                made.report.records += 1;
                *made.report.dead_letters.entry(Reason::Internal.code()).or_default() += 1;
                made.records.extend(chunk.records.get_mut(index).map(panicked));
            }
        }
    }
    let Made { output, records, report } = made;
    let arenas = Arc::new(Arenas::new(chunk.arena, output, &records, room));
    Ok(Treated { partition: chunk.partition, terms, arenas, records, report, flight: Arc::new(flight) })
}

/// Takes a step. A panic leaves the chunk and what was made of others as they are.
fn run(
    chunk: &mut Chunk,
    range: Range<usize>,
    worker: &mut Worker,
    made: &mut Made,
    step: &impl Fn(Part<'_>, &mut Worker, &mut Vec<u8>) -> Result<Vec<Ready>, Broken>,
) -> Result<Ran, Broken> {
    let before = made.output.len();
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let taken = chunk.records.get(range.clone()).unwrap_or_default();
        step(Part { arena: &chunk.arena, partition: chunk.partition, taken }, worker, &mut made.output)
    }));
    let Ok(records) = ran else {
        *worker = Worker::default();
        made.output.truncate(before);
        return Ok(Ran::Panicked);
    };
    let mut records = records?;
    for (record, taken) in records.iter_mut().zip(chunk.records.get_mut(range).unwrap_or_default()) {
        // Those that do not change stay the native copy that they are; those that do are kept for a dead letter.
        let came = taken.headers.take();
        match &record.headers {
            None => record.headers = came,
            Some(_) => record.came.headers = came,
        }
    }
    made.records.append(&mut records);
    made.report.merge(worker.outcomes.report());
    Ok(Ran::Through)
}

/// What was made of a chunk so far.
#[derive(Default)]
struct Made {
    output: Vec<u8>,
    records: Vec<Ready>,
    report: Report,
}

/// Turns outcomes into records that are ready, their new bytes behind those that are there; headers only where they
/// change.
fn gather(taken: &[Taken], outcomes: &Outcomes, output: &mut Vec<u8>) -> Vec<Ready> {
    debug_assert_eq!(taken.len(), outcomes.outcomes().len());
    let ready = |(taken, outcome): (&Taken, &Outcome)| {
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
        let other_keys = outcome.other_keys.iter().map(|span| keep(Piece::New(*span), None)).collect();
        let value = keep(outcome.value, taken.value);
        let (fate, decoding) = fate(&outcome.disposition);
        let headers = taken.headers.as_ref().and_then(|headers| edited(headers, outcome, outcomes));
        let changed = outcome.is_changed();
        let came = CameIn { key: taken.key, value: taken.value, headers: None };
        let (offset, time) = (taken.offset, taken.time);
        Ready { offset, time, key, other_keys, value, headers, fate, changed, decoding, came }
    };
    taken.iter().zip(outcomes.outcomes()).map(ready).collect()
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

/// Writes the headers anew where one changes.
fn edited(headers: &Headers, outcome: &Outcome, outcomes: &Outcomes) -> Option<Headers> {
    if outcome.headers.is_empty() {
        return None;
    }
    let mut new = OwnedHeaders::new_with_capacity(headers.list.count() + 1);
    for (place, (name, value)) in native::headers(&headers.list).enumerate() {
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
    Some(Headers::new(new))
}

fn panicked(taken: &mut Taken) -> Ready {
    let code = Reason::Internal.code();
    Ready {
        offset: taken.offset,
        time: taken.time,
        key: Bytes::Null,
        other_keys: Vec::new(),
        value: Bytes::Null,
        headers: taken.headers.take(),
        fate: Fate::Dead(code, "a flaw in privet; the record is held back".into()),
        changed: false,
        decoding: Decoding::Read,
        came: CameIn { key: taken.key, value: taken.value, headers: None },
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{Epoch, Run as _, Sequence};
    use super::super::memory::Memory;
    use super::*;
    use crate::format::Json;
    use crate::observe::{Face, Metrics};

    #[test]
    fn a_record_whose_treatment_panics_is_refused_and_its_neighbours_keep_all_they_have() {
        let policy = "privet: v1\nproduct: test\nfields: {a: redact, b: keep, $headers.user: redact}\n";
        let metrics = Metrics::new().product(Face::Stream, "test", std::iter::empty::<String>());
        let treatment = Treatment {
            topic: Arc::from("in"),
            format: Box::new(Json),
            current: Current::new(&Arc::new(crate::policy::plan_of(policy)).into(), &metrics),
            settings: Settings::default(),
        };
        let mut chunk = Chunk::new(Partition(0), Epoch(1), Sequence(0));
        for (offset, b) in (0..).zip(["one", "two", "three"]) {
            let value = format!(r#"{{"a":"secret","b":"{b}"}}"#);
            let mut headers = OwnedHeaders::new().insert(KafkaHeader { key: "trace", value: Some(b) });
            if b == "three" {
                headers = headers.insert(KafkaHeader { key: "user", value: Some("secret") });
            }
            chunk.add((offset, None), None, Some(value.as_bytes()), Some(headers));
        }
        let held = (Memory::new(0).take(0), Flight::new(3, &metrics));
        let terms = treatment.current.get();
        let treated = treat_by(terms, chunk, held, &mut Worker::default(), |terms, part, worker, output| {
            let ready = treatment.step(terms, part, worker, output);
            if part.taken.iter().any(|taken| taken.offset == 1) {
                std::panic::resume_unwind(Box::new("no message on the test's output"));
            }
            ready
        });
        let treated = treated.unwrap();

        let fates: Vec<_> = treated.records.iter().map(|record| record.fate.clone()).collect();
        assert!(matches!(fates[..], [Fate::Forward, Fate::Dead("internal_error", _), Fate::Forward]), "{fates:?}");
        let text = |record: &Ready| treated.arenas.bytes(record.value).map(|b| String::from_utf8_lossy(b).into_owned());
        assert_eq!(text(&treated.records[0]).as_deref(), Some(r#"{"a":"","b":"one"}"#));
        assert_eq!(text(&treated.records[2]).as_deref(), Some(r#"{"a":"","b":"three"}"#));
        let headers = |record: &Ready| -> Vec<_> {
            let list = &record.headers.as_ref().unwrap().list;
            native::headers(list).map(|(_, value)| String::from_utf8_lossy(value.unwrap()).into_owned()).collect()
        };
        assert_eq!(headers(&treated.records[0]), ["one"]);
        assert_eq!(headers(&treated.records[2]), ["three", ""]);
        assert_eq!(
            treated.arenas.output.len(),
            2 * r#"{"a":"","b":"one"}"#.len() + 2,
            "nothing is left of what panicked"
        );
        let letter = treated.records[1].whole(&treated.arenas);
        assert_eq!(letter.value, Some(&br#"{"a":"secret","b":"two"}"#[..]), "a dead letter is made of what came in");
        assert_eq!(letter.headers, [(&b"trace"[..], Some(&b"two"[..]))]);
        let changed = treated.records[2].whole(&treated.arenas);
        assert_eq!(changed.headers[1], (&b"user"[..], Some(&b"secret"[..])), "also where headers changed");
        let report = &treated.report;
        assert_eq!((report.records, report.forwarded, report.refused(), treated.records()), (3, 2, 1, 3));
    }
}
