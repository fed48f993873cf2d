//! Partitions that come and go: what the consumer calls on the thread that polls it.

use super::config::Product;
use super::drain::Drain;
use super::faults;
use super::ledger::{Answer, Blame, Epoch, Event, Handover, Partition, Seek, Sequence, StopReason};
use super::position::{Counted, Known, OnGap, Position, Start, position};
use super::record::{Chunk, Treated};
use super::repeats::Repeats;
use super::spell::Spell;
use crate::observe::{Part, ProductMetrics};
use crossbeam_channel::{Receiver, Sender};
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A partition while it is ours.
pub(super) struct Stay {
    pub(super) epoch: Epoch,
    pub(super) next: u64,
    /// The next offset that is not committed.
    pub(super) done: i64,
    /// One past the last record that was taken in.
    pub(super) taken: i64,
    pub(super) open: Option<Chunk>,
    pub(super) flow: Flow,
    /// Where the topic ended when the product started, where it shall end there.
    pub(super) end: Option<i64>,
}

/// Whether records of a partition are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Flows,
    /// Its end is reached, or intake has ended; the ledger was told.
    Ended,
    /// Records are lost, and a person is needed.
    Stopped,
}

impl Stay {
    const fn new(epoch: Epoch, offset: i64, flow: Flow, end: Option<i64>) -> Self {
        Self { epoch, next: 0, done: offset, taken: offset, open: None, flow, end }
    }

    /// Goes back to where records come again.
    fn restart(&mut self, epoch: Epoch) {
        (self.epoch, self.next, self.open, self.taken) = (epoch, 0, None, self.done);
    }

    /// How much is left up to the last stable offset, where the client has given what is before another offset.
    ///
    /// What lies between the last record and that offset is given to nobody: the ends of transactions, and what was
    /// aborted. Where all that was given is committed, nothing of it is left.
    fn lag(&self, stable: i64, given: i64) -> i64 {
        let settled = if self.done >= self.taken { self.done.max(given) } else { self.done };
        stable.saturating_sub(settled).max(0)
    }

    /// The place of the next chunk.
    pub(super) const fn sequence(&self) -> Sequence {
        Sequence(self.next)
    }

    /// Takes the open chunk out, to be dispatched.
    pub(super) fn close(&mut self) -> Option<Chunk> {
        let chunk = self.open.take()?;
        self.next += 1;
        Some(chunk)
    }
}

/// What the poll thread and the consumer's callbacks share.
pub(super) struct Assignment {
    pub(super) topic: Arc<str>,
    pub(super) product: Product,
    pub(super) events: Sender<Event<Treated>>,
    pub(super) commands: Receiver<Vec<Seek>>,
    pub(super) released: Receiver<Vec<Partition>>,
    pub(super) metrics: ProductMetrics,
    pub(super) part: Arc<Part>,
    pub(super) stays: Mutex<BTreeMap<i32, Stay>>,
    pub(super) epochs: AtomicU64,
    pub(super) drain: Drain,
    /// Raised before a loss is given up, so that a transaction begun before it is known by it.
    pub(super) losses: AtomicU64,
    /// Set while there is no memory for more: what is assigned meanwhile waits too.
    pub(super) held: AtomicBool,
    /// The output topic, and how many partitions it had at the start.
    pub(super) output: (Arc<str>, i32),
    /// No more questions to the ledger: the clients are being closed.
    pub(super) closing: AtomicBool,
    /// Whether the group has given partitions at all, be it that they cannot be taken yet.
    pub(super) given: AtomicBool,
    pub(super) assigned: AtomicBool,
    /// Records of partitions that flow and are not yet committed, as far as the client last told of their ends.
    pub(super) lag: AtomicI64,
    /// Where the partitions ended at the first assignment; none where the product does not end by itself.
    pub(super) ends: Option<Arc<Mutex<BTreeMap<i32, i64>>>>,
    /// What was counted as lost, in all sessions of the product.
    pub(super) counted: Arc<Counted>,
    /// The client's errors that were said: it meets some of them again every few seconds.
    pub(super) said: Repeats,
}

/// How long one question about committed offsets or watermarks may take.
const QUESTION: Duration = Duration::from_secs(5);
/// Longer than an open transaction of an instance that was killed holds its offsets back (`transaction.timeout.ms`).
const QUESTIONS: Duration = Duration::from_secs(150);
const SEEK: Duration = Duration::from_secs(5);
const SEEK_TRIES: u32 = 5;

impl Assignment {
    /// Tells of an error that the client mends by itself, or that waits for a person; not again and again.
    pub(super) fn warn(&self, error: &KafkaError) {
        if let Some(held_back) = self.said.admit(&error.to_string(), Instant::now()) {
            tracing::warn!(target: "privet::kafka", %error, held_back, "consumer");
        }
    }

    pub(super) fn stays(&self) -> MutexGuard<'_, BTreeMap<i32, Stay>> {
        self.stays.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_epoch(&self) -> Epoch {
        Epoch(self.epochs.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Tells the ledger; while the clients are closed nobody listens any more.
    pub(super) fn tell(&self, event: Event<Treated>) {
        self.events.send(event).ok();
    }

    /// Takes partitions with explicit offsets.
    pub(super) fn assigned(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList, how: Assign) {
        let partitions: Vec<i32> = list.elements().iter().map(|e| e.partition()).collect();
        self.given.fetch_or(!partitions.is_empty(), Ordering::Relaxed);
        let Some(found) = self.look(consumer, &partitions) else {
            // The consumer wants an answer; what it fetches of these is not taken in.
            if how == Assign::Joined {
                consumer.incremental_assign(list).ok();
            }
            return;
        };
        let mut with_offsets = TopicPartitionList::new();
        let mut still = TopicPartitionList::new();
        let mut new = Vec::with_capacity(found.len());
        for (partition, known) in found {
            let (offset, mut flow) = self.begin(partition, known);
            let end = self.end_of(partition, known.high);
            if flow == Flow::Flows && (self.drain.is_on() || end.is_some_and(|end| offset >= end)) {
                flow = Flow::Ended;
            }
            if flow != Flow::Flows || self.held.load(Ordering::SeqCst) {
                still.add_partition(&self.topic, partition);
            }
            if with_offsets.add_partition_offset(&self.topic, partition, Offset::Offset(offset)).is_err() {
                return self.tell(Event::ClientFailed(Answer::Fatal("offset")));
            }
            new.push((partition, Stay::new(self.next_epoch(), offset, flow, end)));
        }
        let taken = match (how, consumer.rebalance_protocol()) {
            (Assign::Joined, RebalanceProtocol::Cooperative) => consumer.incremental_assign(&with_offsets),
            (Assign::Joined | Assign::Alone, _) => consumer.assign(&with_offsets),
        };
        if let Err(error) = taken.and_then(|()| if still.count() > 0 { consumer.pause(&still) } else { Ok(()) }) {
            tracing::error!(%error, "partitions were not assigned");
            return self.tell(Event::ClientFailed(Answer::Fatal("assignment")));
        }
        self.welcome(new);
    }

    fn welcome(&self, new: Vec<(i32, Stay)>) {
        let any = !new.is_empty();
        if any {
            tracing::info!(topic = %self.topic, partitions = new.len(), "partitions taken");
        }
        for (number, stay) in new {
            let (partition, epoch) = (Partition(number), stay.epoch);
            self.tell(Event::Assigned { partition, epoch });
            if stay.flow != Flow::Flows {
                self.tell(Event::Ended { partition, epoch, sequence: Sequence(0) });
            }
            self.stays().insert(number, stay);
        }
        if any && self.ends.is_some() && !self.assigned.load(Ordering::Relaxed) {
            self.tell(Event::Finish(super::ledger::Finish::AtEnds));
        }
        self.assigned.fetch_or(any, Ordering::Relaxed);
        self.tell_readiness();
    }

    /// Ready is who lets no partition stand still.
    fn tell_readiness(&self) {
        if self.is_stopped() {
            self.part.not_ready();
        } else {
            self.part.ready();
        }
    }

    /// Tells whether it shall end at ends and has not been given a partition so far; others of the group may hold all.
    pub(super) fn waits_in_vain(&self) -> bool {
        self.ends.is_some() && !self.given.load(Ordering::Relaxed) && !self.drain.is_on()
    }

    /// Tells whether a partition stands still because records are gone.
    fn is_stopped(&self) -> bool {
        self.stays().values().any(|stay| stay.flow == Flow::Stopped)
    }

    fn begin(&self, partition: i32, known: Known) -> (i64, Flow) {
        match position(known, self.product.start) {
            Position::At(offset) => (offset, Flow::Flows),
            Position::Gap { lost, next } => {
                self.metrics.lost(self.counted.add(partition, known.committed, lost));
                match self.product.on_gap {
                    OnGap::Continue => {
                        tracing::warn!(topic = %self.topic, partition, lost, next, "records are gone; going on after them");
                        (next, Flow::Flows)
                    }
                    OnGap::Stop => {
                        tracing::error!(
                            topic = %self.topic, partition, lost, next,
                            "records are gone from the topic before they were read; this partition stops \
                             (`on_gap: continue` counts them and goes on)"
                        );
                        (next, Flow::Stopped)
                    }
                }
            }
        }
    }

    fn end_of(&self, partition: i32, high: i64) -> Option<i64> {
        let ends = self.ends.as_ref()?;
        Some(*ends.lock().unwrap_or_else(PoisonError::into_inner).entry(partition).or_insert(high))
    }

    /// Finds where partitions stand; tells the ledger what keeps them from being taken.
    fn look(&self, consumer: &BaseConsumer<Self>, partitions: &[i32]) -> Option<Vec<(i32, Known)>> {
        let (output, at_start) = &self.output;
        if partitions.iter().any(|partition| partition >= at_start) {
            // The input has grown since the start; the output may have grown too.
            let metadata = consumer.fetch_metadata(Some(output), QUESTION).ok();
            let found = metadata.and_then(|m| m.topics().first().map(|topic| topic.partitions().len()));
            let now = found.and_then(|count| i32::try_from(count).ok()).unwrap_or(*at_start);
            if partitions.iter().any(|partition| *partition >= now) {
                self.tell(Event::Halt(StopReason::Partitions));
                return None;
            }
        }
        self.positions(consumer, partitions).map_err(|answer| self.tell(Event::ClientFailed(answer))).ok()
    }

    /// Tells whether a partition stands still because records are gone, where that ends the product.
    pub(super) fn gap(&self) -> Gap {
        if self.is_stopped() && self.ends.is_some() && !self.drain.is_on() { Gap::AtEnds } else { Gap::None }
    }

    /// Asks for committed offsets and watermarks until they are there: an open transaction of an instance that was
    /// killed holds its offsets back until the broker aborts it.
    fn positions(&self, consumer: &BaseConsumer<Self>, partitions: &[i32]) -> Result<Vec<(i32, Known)>, Answer> {
        let deadline = Instant::now() + QUESTIONS;
        let mut spell = Spell::default();
        loop {
            let error = match self.ask(consumer, partitions) {
                Ok(found) => {
                    spell.over("committed_offsets");
                    return Ok(found);
                }
                Err(error) => error,
            };
            let code = error.rdkafka_error_code().map_or("kafka_error", faults::name);
            if let Some(answer @ Answer::NeedsAbort(_, Blame::Denied)) = faults::consumer(&error) {
                return Err(answer);
            }
            if Instant::now() >= deadline || self.closing.load(Ordering::Relaxed) {
                return Err(Answer::Fatal(code));
            }
            std::thread::sleep(spell.again("committed_offsets", Answer::Again(code)));
        }
    }

    fn ask(&self, consumer: &BaseConsumer<Self>, partitions: &[i32]) -> KafkaResult<Vec<(i32, Known)>> {
        let mut list = TopicPartitionList::new();
        for &partition in partitions {
            list.add_partition(&self.topic, partition);
        }
        let committed = consumer.committed_offsets(list, QUESTION)?;
        let mut known = Vec::with_capacity(partitions.len());
        for element in committed.elements() {
            element.error()?;
            let partition = element.partition();
            let (low, high) = consumer.fetch_watermarks(&self.topic, partition, QUESTION)?;
            let committed = match element.offset() {
                Offset::Offset(offset) => Some(offset),
                _ => None,
            };
            let at_time = match (committed, self.product.start) {
                (None, Start::Time(time)) => self.at_time(consumer, partition, time)?,
                _ => None,
            };
            known.push((partition, Known { committed, low, high, at_time }));
        }
        Ok(known)
    }

    fn at_time(&self, consumer: &BaseConsumer<Self>, partition: i32, time: i64) -> KafkaResult<Option<i64>> {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.topic, partition, Offset::Offset(time))?;
        let found = consumer.offsets_for_times(list, QUESTION)?;
        Ok(found.elements().first().and_then(|e| match e.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        }))
    }

    /// Gives partitions up, after the transaction that holds them has ended.
    fn revoked(&self, consumer: &BaseConsumer<Self>, list: &TopicPartitionList) {
        self.obey(consumer);
        let partitions: Vec<_> = list.elements().iter().map(|e| Partition(e.partition())).collect();
        let handover = if consumer.assignment_lost() { Handover::Lost } else { Handover::Orderly };
        self.give_up(partitions, handover);
        self.obey(consumer);
        let given = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
            RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.unassign(),
        };
        if let Err(error) = given {
            tracing::error!(%error, "partitions were not given up");
            self.tell(Event::ClientFailed(Answer::Fatal("unassignment")));
        }
    }

    /// Forgets partitions, and waits until the ledger lets go of them.
    fn give_up(&self, partitions: Vec<Partition>, handover: Handover) {
        // The ledger hears of no loss of nothing, and would not count it as well.
        if partitions.is_empty() {
            return;
        }
        if handover == Handover::Lost {
            tracing::warn!(topic = %self.topic, partitions = partitions.len(), "partitions are lost");
            self.losses.fetch_add(1, Ordering::SeqCst);
        }
        for partition in &partitions {
            // What was taken in and not dispatched is read again by the next owner.
            self.stays().remove(&partition.0);
            self.metrics.forget_partition(&self.topic, partition.0);
        }
        if self.closing.load(Ordering::SeqCst) {
            return;
        }
        self.tell_readiness();
        self.tell(Event::Revoked(partitions, handover));
        // The other end is dropped where the product ends instead of answering.
        self.released.recv().ok();
    }

    /// Notes what is committed.
    pub(super) fn committed(&self, offsets: &[(Partition, i64)]) {
        let mut stays = self.stays();
        for (partition, next) in offsets {
            if let Some(stay) = stays.get_mut(&partition.0) {
                stay.done = *next;
            }
        }
    }

    /// Makes the seeks that were asked for since the last poll.
    pub(super) fn obey(&self, consumer: &BaseConsumer<Self>) {
        while let Ok(seeks) = self.commands.try_recv() {
            self.seek(consumer, &seeks);
        }
    }

    fn seek(&self, consumer: &BaseConsumer<Self>, seeks: &[Seek]) {
        let mut list = TopicPartitionList::new();
        let current: Vec<_> = {
            let stays = self.stays();
            seeks.iter().filter(|s| stays.get(&s.partition.0).is_some_and(|stay| stay.epoch == s.epoch)).collect()
        };
        for seek in &current {
            let offset = Offset::Offset(seek.position);
            if list.add_partition_offset(&self.topic, seek.partition.0, offset).is_err() {
                return self.tell(Event::ClientFailed(Answer::Fatal("offset")));
            }
        }
        if current.is_empty() {
            return;
        }
        if !sought(consumer, &list) {
            return self.tell(Event::ClientFailed(Answer::Fatal("seek")));
        }
        let mut again = TopicPartitionList::new();
        for seek in current {
            let (partition, epoch) = (seek.partition, self.next_epoch());
            let mut stays = self.stays();
            let Some(stay) = stays.get_mut(&partition.0) else { continue };
            stay.restart(epoch);
            self.tell(Event::Sought { partition, epoch });
            if self.drain.is_on() {
                self.tell(Event::Ended { partition, epoch, sequence: Sequence(0) });
            } else if stay.flow == Flow::Ended {
                stay.flow = Flow::Flows;
                again.add_partition(&self.topic, partition.0);
            }
        }
        if again.count() > 0 && !self.held.load(Ordering::SeqCst) && consumer.resume(&again).is_err() {
            self.tell(Event::ClientFailed(Answer::Fatal("resume")));
        }
    }
}

/// Whether a product that ends by itself leaves a partition behind, because records are gone there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    AtEnds,
}

/// Seeks, and looks at the result of each partition; one that was only just assigned needs another try.
fn sought(consumer: &BaseConsumer<Assignment>, list: &TopicPartitionList) -> bool {
    for attempt in 0..SEEK_TRIES {
        if attempt > 0 {
            std::thread::sleep(Duration::from_millis(50 << attempt));
        }
        match consumer.seek_partitions(list.clone(), SEEK) {
            Ok(done) if done.elements().iter().all(|e| e.error().is_ok()) => return true,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "seek refused"),
        }
    }
    false
}

/// How partitions come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assign {
    /// By the group.
    Joined,
    /// By ourselves, without a group: a dry run.
    Alone,
}

impl ClientContext for Assignment {
    fn log(&self, level: rdkafka::config::RDKafkaLogLevel, facility: &str, message: &str) {
        super::sink::log(level, facility, message);
    }

    fn error(&self, error: KafkaError, _reason: &str) {
        // The end of a partition is no fault; the poll thread hears of it as well.
        if matches!(error, KafkaError::Global(RDKafkaErrorCode::PartitionEOF)) {
            return;
        }
        self.warn(&error);
    }

    fn stats(&self, statistics: Statistics) {
        let Some(topic) = statistics.topics.get(&*self.topic) else { return };
        let mut all = 0;
        for (&number, stay) in self.stays().iter() {
            // The client's own figure is of offsets that it commits itself; a negative offset is not known yet.
            let known = topic.partitions.get(&number).map(|partition| (partition.ls_offset, partition.app_offset));
            let lag = known.map_or(0, |(stable, given)| stay.lag(stable, given));
            self.metrics.lag(&self.topic, number, lag.unsigned_abs());
            all += if stay.flow == Flow::Flows { lag } else { 0 };
        }
        self.lag.store(all, Ordering::Relaxed);
    }
}

impl ConsumerContext for Assignment {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, code: RDKafkaRespErr, list: &mut TopicPartitionList) {
        match code {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                self.obey(consumer);
                self.assigned(consumer, list, Assign::Joined);
            }
            _ => self.revoked(consumer, list),
        }
    }
}

#[cfg(test)]
mod tests;
