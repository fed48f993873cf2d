//! What one record is to the producer: an output record, or a dead letter in the same transaction.

use super::ledger::{Fault, Partition, Refusal};
use super::letters::Letters;
use super::record::{Arenas, Bytes, Fate, Ready};
use super::sink::Sink;
use super::topics::TopicFacts;
use crate::policy::Plan;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::BaseRecord;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Writes records and dead letters.
pub(super) struct Writer {
    pub(super) input: Arc<str>,
    pub(super) output: Arc<str>,
    pub(super) dead_letter: Arc<str>,
    pub(super) output_facts: TopicFacts,
    pub(super) dead_letter_facts: TopicFacts,
    pub(super) age_max: Duration,
    pub(super) letters: Letters,
}

/// The header that says under which policy a record was written.
const POLICY: &str = "privet-policy";

/// Names a policy in its header: its hash, and the version that it claims.
pub(super) fn policy_header(plan: &Plan) -> String {
    match plan.version() {
        Some(version) => format!("sha256:{}; version={version}", plan.hash()),
        None => format!("sha256:{}", plan.hash()),
    }
}

/// Where a record comes from, and what it was treated under.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) partition: Partition,
    pub(super) arenas: &'a Arenas,
    /// The value of the `privet-policy` header.
    pub(super) policy: &'a str,
}

impl Writer {
    /// Writes one record; gives the refusal that made a dead letter of it, where there was one.
    pub(super) fn write(
        &mut self,
        sink: &Sink,
        of: Of<'_>,
        record: Ready,
        condemned: Option<Refusal>,
        mark: usize,
        until: Instant,
    ) -> Result<Option<Refusal>, (Fault, &'static str)> {
        let Of { partition, arenas, policy } = of;
        match &record.fate {
            Fate::Drop => Ok(None),
            Fate::Dead(code, detail) => {
                self.dead_letter(sink, of, record.offset, (*code, detail), mark, until).map(|()| None)
            }
            Fate::Forward => {
                // All of them or none: a tombstone that is written under some of its keys has not deleted what it says.
                let refusal = condemned.or_else(|| {
                    record.keys().find_map(|key| {
                        let bytes = record.bytes_under(key) + POLICY.len() + policy.len();
                        self.output_facts.refuses(arenas.bytes(key), bytes, record.time, now())
                    })
                });
                if let Some(refusal) = refusal {
                    let reason = (refusal.code(), "the output topic does not take this record");
                    self.dead_letter(sink, of, record.offset, reason, mark, until)?;
                    return Ok(Some(refusal));
                }
                let Ready { headers, value, time, .. } = record;
                let headers = headers.map_or_else(|| OwnedHeaders::new_with_capacity(1), |headers| headers.list);
                let headers = headers.insert(Header { key: POLICY, value: Some(policy) });
                let send = |key: Bytes, headers: OwnedHeaders| {
                    let mut out = BaseRecord::with_opaque_to(&self.output, mark).partition(partition.0);
                    (out.key, out.payload, out.timestamp) = (arenas.bytes(key), arenas.bytes(value), time);
                    sink.send(out.headers(headers), until)
                };
                for key in record.other_keys {
                    send(key, headers.clone())?;
                }
                send(record.key, headers).map(|()| None)
            }
        }
    }

    /// Payload, key and headers of the record are left out.
    fn dead_letter(
        &mut self,
        sink: &Sink,
        Of { partition, policy, .. }: Of<'_>,
        offset: i64,
        (code, detail): (&'static str, &str),
        mark: usize,
        until: Instant,
    ) -> Result<(), (Fault, &'static str)> {
        let (number, place) = (partition.0.to_string(), offset.to_string());
        let mut headers = OwnedHeaders::new_with_capacity(6);
        for (key, value) in [
            ("privet-reason", code),
            ("privet-detail", detail),
            ("privet-topic", &*self.input),
            ("privet-partition", &number),
            ("privet-offset", &place),
            (POLICY, policy),
        ] {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        // Fewer dead-letter partitions than input partitions are allowed.
        let to = partition.0.checked_rem(self.dead_letter_facts.partitions).unwrap_or(0);
        let key = format!("{}/{number}/{place}", self.input);
        let mut out = BaseRecord::with_opaque_to(&self.dead_letter, mark).partition(to).headers(headers);
        out.key = (self.dead_letter_facts.compacted != Some(false)).then_some(key.as_bytes());
        // Empty, not null: on a compacted topic null would delete it.
        out.payload = Some(&[][..]);
        self.letters.note(partition, offset, (code, detail));
        sink.send(out, until)
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
