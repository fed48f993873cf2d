//! The poll thread: takes records in, in chunks, and hands them to the lanes.

use super::assignment::{Assign, Assignment, Flow};
use super::config::Mode;
use super::faults;
use super::lanes::{Broken, Treatment, Worker};
use super::ledger::{Event, Finish, Partition, StopReason};
use super::memory::Memory;
use super::record::{Chunk, Flight};
use crate::pool::Pool;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What the poll thread owns.
pub(super) struct Intake {
    pub(super) consumer: Arc<BaseConsumer<Assignment>>,
    pub(super) lanes: Arc<Pool<Worker>>,
    pub(super) treatment: Arc<Treatment>,
    pub(super) memory: Arc<Memory>,
    pub(super) mode: Mode,
    pub(super) partitions: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Full,
    /// Paused until half of the memory is free.
    Held,
    /// Intake has ended.
    Over,
}

/// Waits under a second block the poll thread, longer ones pause.
const BLOCK: Duration = Duration::from_millis(900);
/// How long a poll waits for a record; a command waits as long.
const IDLE: Duration = Duration::from_millis(10);
const POLLS: usize = 1_000;

impl Intake {
    /// Polls until the clients are closed.
    pub(super) fn run(self) {
        let context = Arc::clone(self.consumer.context());
        if self.mode == Mode::DryRun {
            let mut all = TopicPartitionList::new();
            for partition in 0..self.partitions {
                all.add_partition(&context.topic, partition);
            }
            context.assigned(&self.consumer, &all, Assign::Alone);
        } else if let Err(error) = self.consumer.subscribe(&[&context.topic]) {
            tracing::error!(%error, "subscription refused");
            context.tell(Event::Halt(StopReason::Engine("subscription_refused")));
        }
        let mut pace = Pace::Full;
        while !context.closing.load(Ordering::SeqCst) {
            context.obey(&self.consumer);
            if pace != Pace::Over && context.drain.is_on() {
                self.end_intake(&context);
                pace = Pace::Over;
            }
            pace = self.pace(&context, pace);
            self.poll(&context);
        }
    }

    /// Holds back what there is no memory for.
    fn pace(&self, context: &Assignment, pace: Pace) -> Pace {
        match pace {
            Pace::Over => Pace::Over,
            Pace::Full if self.memory.wait(BLOCK) => Pace::Full,
            Pace::Full => {
                context.held.store(true, Ordering::SeqCst);
                self.consumer.pause(&flowing(context)).ok();
                context.stays().keys().for_each(|&p| context.metrics.paused(&context.topic, p));
                Pace::Held
            }
            Pace::Held if self.memory.is_relaxed() => {
                context.held.store(false, Ordering::SeqCst);
                self.consumer.resume(&flowing(context)).ok();
                context.stays().keys().for_each(|&p| context.metrics.resumed(&context.topic, p));
                Pace::Full
            }
            Pace::Held => Pace::Held,
        }
    }

    fn poll(&self, context: &Assignment) {
        let mut wait = if context.stays().values().any(|stay| stay.open.is_some()) { Duration::ZERO } else { IDLE };
        for _ in 0..POLLS {
            match self.consumer.poll(wait) {
                None => {
                    self.dispatch_open(context);
                    return;
                }
                Some(Ok(message)) => self.take(context, &message),
                Some(Err(KafkaError::PartitionEOF(partition))) => self.at_end(context, partition),
                Some(Err(error)) => self.failed(context, &error),
            }
            wait = Duration::ZERO;
        }
        self.dispatch_open(context);
    }

    fn take(&self, context: &Assignment, message: &BorrowedMessage<'_>) {
        let number = message.partition();
        let mut stays = context.stays();
        let Some(stay) = stays.get_mut(&number).filter(|stay| stay.flow == Flow::Flows) else { return };
        if stay.end.is_some_and(|end| message.offset() >= end) {
            drop(stays);
            return self.at_end(context, number);
        }
        let (epoch, sequence) = (stay.epoch, stay.sequence());
        let chunk = stay.open.get_or_insert_with(|| Chunk::new(Partition(number), epoch, sequence));
        chunk.push(message);
        stay.taken = message.offset() + 1;
        if chunk.is_full()
            && let Some(chunk) = stay.close()
        {
            drop(stays);
            self.dispatch(context, chunk);
        }
    }

    fn dispatch_open(&self, context: &Assignment) {
        let open: Vec<Chunk> = {
            let mut stays = context.stays();
            stays.values_mut().filter_map(super::assignment::Stay::close).collect()
        };
        for chunk in open {
            self.dispatch(context, chunk);
        }
    }

    fn dispatch(&self, context: &Assignment, chunk: Chunk) {
        let held = (self.memory.take(chunk.weight()), Flight::new(chunk.records.len(), &context.metrics));
        let (partition, epoch, sequence) = (chunk.partition, chunk.epoch, chunk.sequence);
        let events = context.events.clone();
        let treatment = Arc::clone(&self.treatment);
        let metrics = context.metrics.clone();
        // Here, in the order of the records, not in the lanes.
        let terms = treatment.current.get();
        self.lanes.submit(move |worker| {
            let begun = std::time::Instant::now();
            let event = match treatment.treat(terms, chunk, held, worker) {
                Ok(run) => Event::Finished { partition, epoch, sequence, run },
                Err(Broken::StoreAway) => Event::StoreAway,
                Err(Broken::Refused) => Event::Halt(StopReason::Engine("a store that the policy needs refuses")),
            };
            metrics.batch_took(begun.elapsed());
            events.send(event).ok();
        });
    }

    /// The end of a partition is reached: nothing waits for more, and where the product ends there, it has ended.
    fn at_end(&self, context: &Assignment, number: i32) {
        let (chunk, ended) = {
            let mut stays = context.stays();
            let Some(stay) = stays.get_mut(&number) else { return };
            let chunk = stay.close();
            let ends = stay.end.is_some() && stay.flow == Flow::Flows;
            if ends {
                stay.flow = Flow::Ended;
            }
            (chunk, ends.then(|| (stay.epoch, stay.sequence())))
        };
        if let Some(chunk) = chunk {
            self.dispatch(context, chunk);
        }
        if let Some((epoch, sequence)) = ended {
            let mut list = TopicPartitionList::new();
            list.add_partition(&context.topic, number);
            self.consumer.pause(&list).ok();
            context.tell(Event::Ended { partition: Partition(number), epoch, sequence });
        }
    }

    fn end_intake(&self, context: &Assignment) {
        self.consumer.pause(&flowing(context)).ok();
        self.dispatch_open(context);
        let mut stays = context.stays();
        for (&number, stay) in stays.iter_mut() {
            stay.flow = Flow::Ended;
            let (partition, epoch, sequence) = (Partition(number), stay.epoch, stay.sequence());
            context.tell(Event::Ended { partition, epoch, sequence });
        }
        context.tell(Event::Finish(Finish::Drain));
    }

    fn failed(&self, context: &Assignment, error: &KafkaError) {
        match faults::consumer(error) {
            None => context.warn(error),
            Some(answer) => {
                tracing::error!(target: "privet::kafka", %error, "the consumer cannot go on");
                context.tell(Event::ClientFailed(answer));
            }
        }
    }
}

fn flowing(context: &Assignment) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for (&partition, _) in context.stays().iter().filter(|(_, stay)| stay.flow == Flow::Flows) {
        list.add_partition(&context.topic, partition);
    }
    list
}
