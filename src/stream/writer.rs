//! What one record is to the producer: an output record, or a dead letter in the same transaction.

use super::ledger::{Fault, Partition, Refusal};
use super::letters::Letters;
use super::record::{Arenas, Bytes, Fate, Ready};
use super::sink::Sink;
use super::terms::Terms;
use super::topics::{ENVELOPE, TopicFacts};
use crate::model::TopicPlace;
use crate::policy::{LetterValue, Plan};
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
    /// What a dead letter may weigh with all that it has.
    pub(super) letter_bytes_max: usize,
    pub(super) age_max: Duration,
    pub(super) letters: Letters,
}

/// The header that says under which policy a record was written.
const POLICY: &str = "privet-policy";
/// The header that says what became of a dead letter's record, where the policy wants it sealed.
const PAYLOAD: &str = "privet-payload";

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
    pub(super) terms: &'a Terms,
}

/// Why a record becomes a dead letter, and whether its first dead letter was refused too, or may have been.
struct Why<'a> {
    code: &'static str,
    detail: &'a str,
    condemned: Option<Refusal>,
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
        let Of { partition, arenas, terms } = of;
        match &record.fate {
            Fate::Drop => Ok(None),
            Fate::Dead(code, detail) => {
                let why = Why { code, detail, condemned };
                self.dead_letter(sink, of, &record, &why, mark, until).map(|()| None)
            }
            Fate::Forward => {
                let policy = terms.policy.as_str();
                // All of them or none: a tombstone that is written under some of its keys has not deleted what it says.
                let refusal = condemned.or_else(|| {
                    record.keys().find_map(|key| {
                        let bytes = record.bytes_under(key) + POLICY.len() + policy.len();
                        self.output_facts.refuses(arenas.bytes(key), bytes, record.time, now())
                    })
                });
                if let Some(refusal) = refusal {
                    let detail = "the output topic does not take this record";
                    let why = Why { code: refusal.code(), detail, condemned };
                    self.dead_letter(sink, of, &record, &why, mark, until)?;
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

    /// Writes a dead letter: the record sealed, where the policy wants that, else nothing of it.
    fn dead_letter(
        &mut self,
        sink: &Sink,
        of: Of<'_>,
        record: &Ready,
        why: &Why<'_>,
        mark: usize,
        until: Instant,
    ) -> Result<(), (Fault, &'static str)> {
        let (Of { partition, terms, .. }, offset) = (of, record.offset);
        let (number, place) = (partition.0.to_string(), offset.to_string());
        let key = format!("{}/{number}/{place}", self.input);
        let mut all = vec![
            ("privet-reason", why.code),
            ("privet-detail", why.detail),
            ("privet-topic", &*self.input),
            ("privet-partition", &number),
            ("privet-offset", &place),
            (POLICY, &terms.policy),
        ];
        let weight: usize = all.iter().map(|(name, value)| name.len() + value.len() + HEADER).sum();
        let max = self.letter_bytes_max.saturating_sub(weight + PAYLOAD.len() + HEADER + key.len() + ENVELOPE);
        let (payload, became) = self.payload(of, record, why, max);
        all.extend(became.map(|became| (PAYLOAD, became)));
        let mut headers = OwnedHeaders::new_with_capacity(all.len());
        for (key, value) in all {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        // Fewer dead-letter partitions than input partitions are allowed.
        let to = partition.0.checked_rem(self.dead_letter_facts.partitions).unwrap_or(0);
        let mut out = BaseRecord::with_opaque_to(&self.dead_letter, mark).partition(to).headers(headers);
        out.key = (self.dead_letter_facts.compacted != Some(false)).then_some(key.as_bytes());
        // Empty, not null: on a compacted topic null would delete it.
        out.payload = Some(payload.as_slice());
        self.letters.note(partition, offset, (why.code, why.detail));
        sink.send(out, until)
    }

    /// Gives the value of a dead letter, and what its header says of it.
    fn payload(&self, of: Of<'_>, record: &Ready, why: &Why<'_>, max: usize) -> (Vec<u8>, Option<&'static str>) {
        let plan = &of.terms.plan;
        if !plan.seals_letters() {
            return (Vec::new(), None);
        }
        // What was refused once may be so for what it holds; a dead letter that is refused again would stop the product.
        if why.condemned.is_some() {
            return (Vec::new(), Some("refused"));
        }
        let place = TopicPlace { topic: &self.input, partition: of.partition.0, offset: record.offset };
        match plan.letter(place, &record.whole(of.arenas), max) {
            Some(Ok(LetterValue::Sealed(value))) => (value, Some("encrypted")),
            Some(Ok(LetterValue::TooLarge)) => (Vec::new(), Some("too_large")),
            // It cannot be sealed, so it is left out.
            Some(Err(_)) | None => (Vec::new(), Some("not_encrypted")),
        }
    }
}

/// What a header's two lengths weigh: room for "too_large" and its kin, too.
const HEADER: usize = 16;

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
