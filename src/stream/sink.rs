//! Where records go: a producer with transactions, one without, or nowhere.

use super::assignment::Assignment;
use super::faults;
use super::ledger::{Answer, Blame, Call, Fault, Partition, Report};
use super::letters::Writes;
use super::native;
use super::repeats::Repeats;
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use rdkafka::{Offset, TopicPartitionList};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Collects failed deliveries of the transaction that is open.
#[derive(Debug, Default)]
pub(super) struct Reports {
    transaction: AtomicU64,
    failed: Mutex<Vec<Report>>,
    /// The client's errors that were said.
    said: Repeats,
}

/// A record's place in its transaction takes so many bits of what travels with it, the transaction's number the rest.
const PLACE_BITS: u32 = 24;

impl ClientContext for Reports {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: KafkaError, _reason: &str) {
        if let Some(held_back) = self.said.admit(&error.to_string(), Instant::now()) {
            tracing::warn!(target: "privet::kafka", %error, held_back, "producer");
        }
    }
}

impl ProducerContext for Reports {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, mark: usize) {
        let Err((error, _)) = result else { return };
        // Reports of purged records of an aborted transaction are not counted against the next one.
        if u64::try_from(mark >> PLACE_BITS).ok() != Some(self.transaction.load(Ordering::Relaxed) & MARK_MAX) {
            return;
        }
        let (fault, code) = faults::delivery(error);
        let index = mark & ((1 << PLACE_BITS) - 1);
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).push(Report { index, fault, code });
    }
}

/// The part of a transaction's number that travels with a record.
const MARK_MAX: u64 = (1 << (usize::BITS - PLACE_BITS)) - 1;

impl Reports {
    fn begin(&self, transaction: u64) {
        self.transaction.store(transaction, Ordering::Relaxed);
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self) -> Vec<Report> {
        std::mem::take(&mut *self.failed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn any(&self) -> bool {
        !self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// The client's own messages: brokers and settings, never records.
pub(super) fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => {
            tracing::warn!(target: "privet::kafka", facility, "{message}");
        }
        RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice => {
            tracing::info!(target: "privet::kafka", facility, "{message}");
        }
        RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
            tracing::debug!(target: "privet::kafka", facility, "{message}");
        }
    }
}

/// Where records go.
pub(super) enum Sink {
    /// Records and offsets in one transaction.
    Transactions(BaseProducer<Reports>),
    /// Offsets are committed when every report is in.
    Plain(BaseProducer<Reports>, Vec<(Partition, i64)>),
    /// Nothing is written.
    Nowhere,
}

/// How long one attempt of a call may take; in doubt it is called again until the watchdog ends the process.
const ATTEMPT: Duration = Duration::from_secs(10);
/// An abort returns only when the reports of what it purged are polled in between.
const ABORT_ATTEMPT: Duration = Duration::from_millis(500);
/// How long it may take to ask for a topic's partitions.
const METADATA: Duration = Duration::from_secs(5);
/// How long neighbours' reports are waited for once one has failed.
const SETTLE: Duration = Duration::from_millis(100);

impl Sink {
    pub(super) fn transactions(config: &ClientConfig) -> KafkaResult<Self> {
        Ok(Self::Transactions(config.create_with_context(Reports::default())?))
    }

    pub(super) fn plain(config: &ClientConfig) -> KafkaResult<Self> {
        Ok(Self::Plain(config.create_with_context(Reports::default())?, Vec::new()))
    }

    fn producer(&self) -> Option<&BaseProducer<Reports>> {
        match self {
            Self::Transactions(producer) | Self::Plain(producer, _) => Some(producer),
            Self::Nowhere => None,
        }
    }

    /// Whether anything is written at all.
    pub(super) const fn writes(&self) -> Writes {
        match self {
            Self::Transactions(_) | Self::Plain(..) => Writes::Yes,
            Self::Nowhere => Writes::No,
        }
    }

    /// Takes the transactional id over; an instance that had it is fenced and its open transaction aborted.
    pub(super) fn init(&self) -> Answer {
        match self {
            Self::Transactions(producer) => faults::first_answer(producer.init_transactions(ATTEMPT)),
            Self::Plain(..) | Self::Nowhere => Answer::Done,
        }
    }

    pub(super) fn begin(&self, transaction: u64) -> Answer {
        if let Some(producer) = self.producer() {
            producer.context().begin(transaction);
        }
        match self {
            Self::Transactions(producer) => faults::answer(producer.begin_transaction()),
            Self::Plain(..) | Self::Nowhere => Answer::Done,
        }
    }

    /// What travels with a record, to know it again in its report.
    pub(super) fn mark(transaction: u64, index: usize) -> usize {
        let number = usize::try_from(transaction & MARK_MAX).unwrap_or(0);
        (number << PLACE_BITS) | (index & ((1 << PLACE_BITS) - 1))
    }

    /// Hands a record to the client, waiting while its queue is full.
    pub(super) fn send(
        &self,
        mut record: BaseRecord<'_, [u8], [u8], usize>,
        until: Instant,
    ) -> Result<(), (Fault, &'static str)> {
        let Some(producer) = self.producer() else { return Ok(()) };
        let mut view = View::Old;
        loop {
            let (error, again) = match producer.send(record) {
                Ok(()) => return Ok(()),
                Err(refused) => refused,
            };
            if view == View::Old && is_unknown(&error) {
                // A partition that was added: the client would ask again in five minutes.
                producer.client().fetch_metadata(Some(again.topic), METADATA).ok();
                (view, record) = (View::New, again);
                continue;
            }
            if !matches!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull)) {
                return Err(faults::delivery(&error));
            }
            if Instant::now() >= until {
                return Err((Fault::Other(Blame::Surroundings), "queue_full"));
            }
            tracing::debug!("the producer's queue is full");
            producer.poll(Duration::from_millis(5));
            record = again;
        }
    }

    /// Why the client is of no more use, where it is not: then every record is refused, and none is to blame.
    pub(super) fn failed(&self) -> Option<Answer> {
        let (code, _) = self.producer()?.client().fatal_error()?;
        Some(faults::fatal(code))
    }

    /// Waits, and takes delivery reports meanwhile.
    pub(super) fn wait(&self, pause: Duration) {
        match self.producer() {
            Some(producer) => producer.poll(pause),
            None => std::thread::sleep(pause),
        }
    }

    pub(super) fn poll(&self) {
        if let Some(producer) = self.producer() {
            producer.poll(Duration::ZERO);
        }
    }

    /// Waits until every report is in; none where it took too long.
    pub(super) fn flush(&self, until: Instant) -> Option<Vec<Report>> {
        let Some(producer) = self.producer() else { return Some(Vec::new()) };
        let mut settle = None;
        while producer.flush(Duration::ZERO).is_err() && producer.in_flight_count() > 0 {
            let now = Instant::now();
            if settle.is_none() && producer.context().any() {
                settle = Some(now + SETTLE);
            }
            if settle.is_some_and(|at| now >= at) {
                break;
            }
            if now >= until {
                return None;
            }
            producer.poll(Duration::from_millis(1));
        }
        Some(producer.context().take())
    }

    pub(super) fn send_offsets(
        &mut self,
        consumer: &BaseConsumer<Assignment>,
        offsets: Vec<(Partition, i64)>,
        losses: u64,
    ) -> Answer {
        match self {
            Self::Nowhere => Answer::Done,
            Self::Plain(_, kept) => {
                *kept = offsets;
                Answer::Done
            }
            Self::Transactions(_) if offsets.is_empty() => Answer::Done,
            Self::Transactions(producer) => {
                let generation = || native::generation(consumer.client().native_ptr());
                let before = generation();
                let Some(metadata) = consumer.group_metadata() else {
                    return Answer::NeedsAbort("no_group", Blame::Surroundings);
                };
                // The broker takes offsets without a generation as they are, and does not ask who owns a partition.
                if before.is_none() || before != generation() {
                    return Answer::NeedsAbort("no_generation", Blame::Surroundings);
                }
                if consumer.context().losses.load(Ordering::SeqCst) != losses {
                    return Answer::NeedsAbort("assignment_lost", Blame::Surroundings);
                }
                let Some(list) = list(&consumer.context().topic, &offsets) else { return Answer::Fatal("offset") };
                faults::answer(producer.send_offsets_to_transaction(&list, &metadata, ATTEMPT))
            }
        }
    }

    pub(super) fn commit(&self, consumer: &BaseConsumer<Assignment>) -> Answer {
        match self {
            Self::Nowhere => Answer::Done,
            Self::Transactions(producer) => faults::answer(producer.commit_transaction(ATTEMPT)),
            Self::Plain(_, offsets) if offsets.is_empty() => Answer::Done,
            Self::Plain(_, offsets) => {
                let Some(list) = list(&consumer.context().topic, offsets) else { return Answer::Fatal("offset") };
                faults::answer(consumer.commit(&list, CommitMode::Sync))
            }
        }
    }

    pub(super) fn abort(&self) -> Answer {
        let Self::Transactions(producer) = self else { return Answer::Done };
        let deadline = Instant::now() + ATTEMPT;
        loop {
            let answer = faults::answer(producer.abort_transaction(ABORT_ATTEMPT));
            if !matches!(answer, Answer::Again(_)) || Instant::now() >= deadline {
                return answer;
            }
            producer.poll(Duration::from_millis(50));
        }
    }
}

/// What the client knows of the output's partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Old,
    New,
}

fn is_unknown(error: &KafkaError) -> bool {
    matches!(error, KafkaError::MessageProduction(RDKafkaErrorCode::UnknownPartition))
}

fn list(topic: &Arc<str>, offsets: &[(Partition, i64)]) -> Option<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    for &(partition, offset) in offsets {
        list.add_partition_offset(topic, partition.0, Offset::Offset(offset)).ok()?;
    }
    Some(list)
}

/// Names a call for the watchdog.
pub(super) const fn name(call: Call) -> &'static str {
    match call {
        Call::Begin => "begin_transaction",
        Call::SendOffsets => "send_offsets_to_transaction",
        Call::Commit => "commit_transaction",
        Call::Abort => "abort_transaction",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_is_of_no_more_use_says_so_and_no_record_is_blamed() {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", "127.0.0.1:1").set("enable.idempotence", "true");
        let sink = Sink::plain(&config).unwrap();
        assert_eq!(sink.failed(), None);
        let producer = sink.producer().unwrap();
        native::fail(producer.client().native_ptr(), RDKafkaErrorCode::OutOfOrderSequenceNumber);
        let record = BaseRecord::with_opaque_to("topic", 1).partition(0).key(&b"key"[..]).payload(&b"value"[..]);
        assert!(sink.send(record, Instant::now()).is_err());
        assert_eq!(sink.failed(), Some(Answer::Fatal("out_of_order_sequence")));
    }
}
