//! One data product: a consumer and a producer of its own, begun anew after what they cannot survive.

use super::assignment::Assignment;
use super::check::{Checked, client_problem};
use super::clients::{self, ProducerLimits};
use super::config::{Config, Delivery, Mode, Until};
use super::drain::Drain;
use super::driver::{Driver, Open, SessionEnd, Totals};
use super::intake::Intake;
use super::judge::Judge;
use super::lanes::{Treatment, Worker};
use super::ledger::{Action, Answer, Blame, Event, Ledger, Limits, Partition, Seek, StopReason};
use super::letters::Letters;
use super::memory::Memory;
use super::position::Counted;
use super::record::Treated;
use super::repeats::Repeats;
use super::sink::Sink;
use super::spell::Spell;
use super::terms::Current;
use super::watchdog::{Watch, Watchdog, or_start_again};
use super::writer::Writer;
use crate::format;
use crate::observe::{Face, Metrics, Part, ProductMetrics, Readiness};
use crate::policy::PayloadFormat;
use crate::pool::Pool;
use crossbeam_channel::{Receiver, Sender};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long before a store that did not answer is asked again.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// One data product at work.
pub(super) struct Unit {
    config: Arc<Config>,
    checked: Checked,
    lanes: Arc<Pool<Worker>>,
    treatment: Arc<Treatment>,
    memory: Arc<Memory>,
    metrics: ProductMetrics,
    part: Arc<Part>,
    watch: Arc<Watch>,
    drain: Drain,
    age_max: Duration,
    join_max: Duration,
    ends: Option<Arc<Mutex<BTreeMap<i32, i64>>>>,
    counted: Arc<Counted>,
}

/// What a unit shares with the others of its process.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) config: Arc<Config>,
    pub(super) lanes: Arc<Pool<Worker>>,
    pub(super) metrics: Metrics,
    pub(super) readiness: Readiness,
    pub(super) watchdog: Watchdog,
    pub(super) drain: Drain,
}

/// How a product ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Told to end, or at the ends; what could not be committed before it was told to end stays for the next start.
    Done,
    /// The drain took too long, or ends were not reached here: start it again.
    Unfinished,
    /// A person is needed.
    Stopped(StopReason),
}

impl Unit {
    pub(super) fn new(shared: &Shared, checked: Checked) -> Self {
        let config = &shared.config;
        let name = checked.name();
        let metrics = shared.metrics.product(Face::Stream, name, []);
        let treatment = Arc::new(Treatment {
            topic: Arc::clone(&checked.routes.input),
            format: match checked.routes.format {
                PayloadFormat::Json => Box::new(format::Json),
                PayloadFormat::Text => Box::new(format::Text),
            },
            current: Current::new(&checked.product.plan, &metrics),
            settings: config.engine.clone(),
        });
        let ends = match config.until {
            Until::Told => None,
            Until::End => Some(Arc::default()),
        };
        let share = usize::try_from(clients::share(config)).unwrap_or(usize::MAX);
        Self {
            lanes: Arc::clone(&shared.lanes),
            treatment,
            memory: Memory::new(share.saturating_mul(2)),
            metrics,
            part: Arc::new(shared.readiness.part(name)),
            watch: shared.watchdog.watch(&Arc::from(name)),
            drain: shared.drain.clone(),
            age_max: clients::age_max(config),
            join_max: clients::join_max(config),
            ends,
            counted: Arc::default(),
            config: Arc::clone(config),
            checked,
        }
    }

    /// Runs until drained, stopped, or at the ends.
    pub(super) fn run(self) -> (End, Totals) {
        // Of the highest level, so that no filter that lets a line through hides whose it is.
        let span = tracing::error_span!("stream", product = %self.checked.name());
        let _entered = span.enter();
        let mut ledger = Ledger::new(Limits { age_max: self.age_max, ..Limits::default() });
        let mut judge = Judge::new(self.checked.routes.stop_at);
        let mut totals = Totals::default();
        let clock = Instant::now();
        let end = loop {
            if !self.wait_for_store() {
                break End::Done;
            }
            let end = self.session(&mut ledger, &mut judge, &mut totals, clock);
            self.part.not_ready();
            ledger.reset();
            judge.aborted();
            match end {
                SessionEnd::Drained => break End::Done,
                SessionEnd::Unfinished => break End::Unfinished,
                SessionEnd::Stopped(reason) => {
                    tracing::error!(%reason, "stopped");
                    break End::Stopped(reason);
                }
                SessionEnd::Restart(pause) => {
                    let pause = some_of(pause);
                    tracing::warn!(?pause, "both clients begin anew from the committed offsets");
                    self.rest(pause);
                    if self.drain.is_on() {
                        break End::Done;
                    }
                }
            }
        };
        self.watch.clear();
        (end, totals)
    }

    /// Waits until the store that the plan needs would answer; not ready meanwhile. False where it was told to end.
    fn wait_for_store(&self) -> bool {
        let mut waited = false;
        // A reload may change what is needed meanwhile.
        let need = || self.treatment.current.get().plan.need();
        while let Some(Err(error)) = need().map(|need| self.treatment.settings.store.ready(need)) {
            if !waited {
                tracing::error!(%error, "nothing is read until the store answers that the policy needs");
                waited = true;
            }
            self.rest(STORE_PAUSE);
            if self.drain.is_on() {
                return false;
            }
        }
        if waited {
            tracing::info!("the store answers again");
        }
        true
    }

    fn rest(&self, pause: Duration) {
        let until = Instant::now() + pause;
        while Instant::now() < until && !self.drain.is_on() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn session(
        &self,
        ledger: &mut Ledger<Treated>,
        judge: &mut Judge,
        totals: &mut Totals,
        clock: Instant,
    ) -> SessionEnd {
        let sink = match self.sink() {
            Ok(sink) => sink,
            Err(end) => return end,
        };
        // Only now may a consumer ask for offsets: an open transaction of the instance before us is aborted.
        match self.init(&sink) {
            Init::Done => {}
            Init::Drained => return SessionEnd::Drained,
            Init::Failed(answer) => return anew(ledger, clock.elapsed(), answer),
        }
        let (events_in, events) = crossbeam_channel::unbounded();
        let (seeks, seeks_out) = crossbeam_channel::unbounded();
        let (released, released_out) = crossbeam_channel::unbounded();
        let context = self.assignment(events_in, seeks_out, released_out);
        let settings = clients::consumer(&self.config, &self.checked.identity);
        let consumer: Arc<BaseConsumer<Assignment>> = match settings.create_with_context(context) {
            Ok(consumer) => Arc::new(consumer),
            Err(error) => return self.no_client(&error),
        };
        let intake = Intake {
            consumer: Arc::clone(&consumer),
            lanes: Arc::clone(&self.lanes),
            treatment: Arc::clone(&self.treatment),
            memory: Arc::clone(&self.memory),
            mode: self.config.mode,
            partitions: self.checked.input.partitions,
        };
        let span = tracing::Span::current();
        let poll = move || span.in_scope(|| or_start_again(|| intake.run()));
        let Ok(poller) = std::thread::Builder::new().name("poll".into()).spawn(poll) else {
            return SessionEnd::Stopped(StopReason::Engine("the system gives no thread"));
        };
        let mut driver = Driver {
            ledger,
            judge,
            totals,
            clock,
            sink,
            writer: self.writer(),
            consumer: Arc::clone(&consumer),
            events,
            seeks,
            released,
            metrics: self.metrics.clone(),
            memory: Arc::clone(&self.memory),
            watch: Arc::clone(&self.watch),
            call_max: self.config.call_max,
            drain: self.drain.clone(),
            drain_max: self.config.drain_max,
            join_max: self.join_max,
            open: Open::default(),
            spell: Spell::default(),
        };
        let end = driver.run();
        // Intake, then the consumer, then the producer; closing a consumer polls without a deadline of its own.
        self.watch.expect("close", self.config.call_max);
        consumer.context().closing.store(true, Ordering::SeqCst);
        let Driver { sink, consumer: other, released, mut writer, .. } = driver;
        writer.letters.close(sink.writes());
        drop((released, other));
        poller.join().ok();
        drop(consumer);
        drop(sink);
        self.watch.clear();
        end
    }

    fn assignment(
        &self,
        events: Sender<Event<Treated>>,
        commands: Receiver<Vec<Seek>>,
        released: Receiver<Vec<Partition>>,
    ) -> Assignment {
        Assignment {
            topic: Arc::clone(&self.checked.routes.input),
            product: self.checked.product.clone(),
            events,
            commands,
            released,
            metrics: self.metrics.clone(),
            part: Arc::clone(&self.part),
            stays: Mutex::default(),
            epochs: AtomicU64::new(0),
            drain: self.drain.clone(),
            losses: AtomicU64::new(0),
            held: AtomicBool::new(false),
            output: (Arc::clone(&self.checked.routes.output), self.checked.output.partitions),
            closing: AtomicBool::new(false),
            given: AtomicBool::new(false),
            assigned: AtomicBool::new(false),
            lag: AtomicI64::new(0),
            ends: self.ends.clone(),
            counted: Arc::clone(&self.counted),
            said: Repeats::default(),
        }
    }

    fn sink(&self) -> Result<Sink, SessionEnd> {
        let (output, letters) = self.message_bytes_max();
        // A batch of several is no larger than the one that takes less; what is larger alone is looked at alone.
        let batch_bytes_max = letters.map(|letters| output.map_or(letters, |output| output.min(letters)));
        let message_bytes_max = output.map(|output| letters.map_or(output, |letters| letters.max(output)));
        let limits = ProducerLimits { message_bytes_max, batch_bytes_max, age_max: self.age_max };
        let settings = |id: Option<&str>| -> ClientConfig { clients::producer(&self.config, id, limits) };
        let made = match (self.config.mode, self.checked.product.delivery) {
            (Mode::DryRun, _) => Ok(Sink::Nowhere),
            (Mode::Write, Delivery::ExactlyOnce) => {
                Sink::transactions(&settings(Some(&self.checked.identity.transactional_id)))
            }
            (Mode::Write, Delivery::AtLeastOnce) => Sink::plain(&settings(None)),
        };
        made.map_err(|error| self.no_client(&error))
    }

    fn no_client(&self, error: &rdkafka::error::KafkaError) -> SessionEnd {
        tracing::error!(problem = client_problem(error, &self.config.kafka), "no client");
        SessionEnd::Stopped(StopReason::Engine("the Kafka client cannot be made with these properties"))
    }

    fn init(&self, sink: &Sink) -> Init {
        let call = "init_transactions";
        self.watch.expect(call, self.config.call_max);
        let mut spell = Spell::default();
        let init = loop {
            let answer = sink.init();
            if !matches!(answer, Answer::Again(_)) {
                spell.over(call);
            }
            match answer {
                Answer::Done => break Init::Done,
                Answer::Again(_) => sink.wait(spell.again(call, answer)),
                Answer::NeedsAbort(code, Blame::Denied) => {
                    let id = &self.checked.identity.transactional_id;
                    tracing::error!(transactional_id = %id, code, "no right to use transactions");
                    break Init::Failed(answer);
                }
                Answer::Fenced | Answer::NeedsAbort(..) | Answer::Fatal(_) => {
                    tracing::error!(?answer, call, "transactions cannot be used");
                    break Init::Failed(answer);
                }
            }
            if self.drain.is_on() {
                break Init::Drained;
            }
        };
        self.watch.clear();
        init
    }

    /// What the output topic takes, and what that of the dead letters does where these hold their records, as far as it is
    /// known. A dead letter that holds nothing is small.
    fn message_bytes_max(&self) -> (Option<usize>, Option<usize>) {
        let letters = self.checked.dead_letter.message_bytes_max;
        let sealed = self.treatment.current.get().plan.seals_letters();
        (self.checked.output.message_bytes_max, letters.filter(|_| sealed))
    }

    fn writer(&self) -> Writer {
        let routes = &self.checked.routes;
        let (output, letters) = self.message_bytes_max();
        let client = output.map_or(clients::MESSAGE_BYTES_MAX, |output| letters.map_or(output, |max| max.max(output)));
        Writer {
            letter_bytes_max: letters.unwrap_or(client).min(client),
            input: Arc::clone(&routes.input),
            output: Arc::clone(&routes.output),
            dead_letter: Arc::clone(&routes.dead_letter),
            output_facts: self.checked.output,
            dead_letter_facts: self.checked.dead_letter,
            age_max: self.age_max,
            letters: Letters::default(),
        }
    }
}

/// What the first call of a producer came to.
enum Init {
    Done,
    /// Told to end before anything was taken in.
    Drained,
    Failed(Answer),
}

/// Asks the ledger, which counts such failures, whether to begin anew or to stop.
fn anew(ledger: &mut Ledger<Treated>, now: Duration, answer: Answer) -> SessionEnd {
    let mut actions = Vec::new();
    ledger.on(now, Event::ClientFailed(answer), &mut actions);
    for action in actions {
        if let Action::Restart { pause } = action {
            return SessionEnd::Restart(pause);
        }
        if let Action::Stop(reason) = action {
            return SessionEnd::Stopped(reason);
        }
    }
    SessionEnd::Stopped(StopReason::Fatal(answer.code()))
}

/// A random part of a pause, at least half of it.
fn some_of(pause: Duration) -> Duration {
    let dice = u32::try_from(RandomState::new().build_hasher().finish() % 1_000).unwrap_or(0);
    pause / 2 + pause * dice / 2_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_call_that_fails_is_tried_again_with_new_clients_before_a_person_is_asked() {
        let ends = |answer: Answer| {
            let mut ledger = Ledger::new(Limits::default());
            let mut ends = Vec::new();
            loop {
                let now = Duration::from_secs(10 * ends.len() as u64);
                let end = anew(&mut ledger, now, answer);
                ledger.reset();
                match end {
                    SessionEnd::Restart(pause) => ends.push(pause),
                    other => return (ends.len(), ends.is_sorted(), other),
                }
            }
        };
        let fatal = Answer::Fatal("invalid_transaction_timeout");
        let stopped = SessionEnd::Stopped;
        assert_eq!(ends(Answer::Fenced), (2, true, stopped(StopReason::Fenced)));
        assert_eq!(ends(fatal), (4, true, stopped(StopReason::Fatal(fatal.code()))));
        let denied = Answer::NeedsAbort("transactional_id_authorization_failed", Blame::Denied);
        assert_eq!(ends(denied), (0, true, stopped(StopReason::Denied(denied.code()))));
    }
}
