//! The thread that owns the producer: executes what the ledger decides.

use super::assignment::{Assignment, Gap};
use super::drain::Drain;
use super::judge::Judge;
use super::ledger::{Action, Answer, Call, Event, Handover, Ledger, Partition, Seek, StopReason};
use super::memory::Memory;
use super::record::{Flight, Treated};
use super::sink::{Sink, name};
use super::spell::Spell;
use super::terms::Terms;
use super::watchdog::Watch;
use super::writer::{Of, Writer};
use crate::engine::Report;
use crate::observe::{ProductMetrics, TransactionEnd};
use crate::policy::PlanNames;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How one session with both clients ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionEnd {
    /// Nothing is on its way any more; what an abort threw away stays for the next start.
    Drained,
    /// The drain took too long, or ends were not reached here; what was open is aborted.
    Unfinished,
    /// Both clients anew, after a pause.
    Restart(Duration),
    /// A person is needed.
    Stopped(StopReason),
}

/// What the thread works with.
pub(super) struct Driver<'a> {
    pub(super) ledger: &'a mut Ledger<Treated>,
    pub(super) judge: &'a mut Judge,
    pub(super) totals: &'a mut Totals,
    pub(super) clock: Instant,
    pub(super) sink: Sink,
    pub(super) writer: Writer,
    pub(super) consumer: Arc<BaseConsumer<Assignment>>,
    pub(super) events: Receiver<Event<Treated>>,
    pub(super) seeks: Sender<Vec<Seek>>,
    pub(super) released: Sender<Vec<Partition>>,
    pub(super) metrics: ProductMetrics,
    pub(super) memory: Arc<Memory>,
    pub(super) watch: Arc<Watch>,
    pub(super) call_max: Duration,
    pub(super) drain: Drain,
    pub(super) drain_max: Duration,
    pub(super) join_max: Duration,
    pub(super) open: Open,
    pub(super) spell: Spell,
}

/// What was committed in all sessions of a product.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// By the plan, in the order in which they came into force. Of a plan only names stay: it holds keys.
    pub(super) reports: Vec<(PlanNames, Report)>,
    /// Which plan the last of them is of.
    generation: u64,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Totals {
    fn add(&mut self, terms: &Terms, report: &Report) {
        match self.reports.last_mut() {
            Some((_, total)) if self.generation == terms.generation => total.merge(report),
            Some(_) | None => self.reports.push((PlanNames::from(&*terms.plan), report.clone())),
        }
        self.generation = terms.generation;
    }

    fn records(&self) -> u64 {
        self.reports.iter().map(|(_, report)| report.records).sum()
    }

    /// The time from the first transaction's beginning to the last commit.
    pub(super) fn took(&self) -> Duration {
        self.first.zip(self.last).map_or(Duration::ZERO, |(first, last)| last.saturating_duration_since(first))
    }
}

/// What is counted with the transaction that is open.
#[derive(Default)]
pub(super) struct Open {
    report: Report,
    /// What all its records were treated under.
    terms: Option<Arc<Terms>>,
    flights: Vec<Arc<Flight>>,
    offsets: Vec<(Partition, i64)>,
    losses: u64,
    commit: Option<Instant>,
    deadline: Option<Instant>,
}

/// How long nothing may move while there is work.
const PROGRESS_MAX: Duration = Duration::from_secs(300);
const TICK: Duration = Duration::from_millis(50);
const EVENTS: usize = 64;

impl Driver<'_> {
    /// Runs until the session ends.
    pub(super) fn run(&mut self) -> SessionEnd {
        let begun = Instant::now();
        let mut moved = begun;
        loop {
            let wait = self.ledger.deadline().map_or(TICK, |at| at.saturating_sub(self.clock.elapsed()).min(TICK));
            let first = match self.events.recv_timeout(wait) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => Event::Tick,
                Err(RecvTimeoutError::Disconnected) => return SessionEnd::Restart(TICK),
            };
            let before = self.totals.records();
            if let Some(end) = self.handle(first) {
                return end;
            }
            for _ in 0..EVENTS {
                let Ok(event) = self.events.try_recv() else { break };
                if let Some(end) = self.handle(event) {
                    return end;
                }
            }
            self.sink.poll();
            self.writer.letters.tick(Instant::now(), self.sink.writes());
            if begun.elapsed() > self.join_max && self.consumer.context().waits_in_vain() {
                tracing::error!(
                    waited = ?self.join_max,
                    "the group gave this instance no partition to reach the end of: other instances hold them all"
                );
                return SessionEnd::Unfinished;
            }
            if self.drain.is_over(self.drain_max) {
                return self.give_up();
            }
            let idle = self.memory.used() == 0 && self.consumer.context().lag.load(Ordering::Relaxed) == 0;
            if idle || self.totals.records() != before {
                moved = Instant::now();
            } else if moved.elapsed() > PROGRESS_MAX {
                self.watch.expect("progress", Duration::ZERO);
            }
        }
    }

    fn give_up(&self) -> SessionEnd {
        tracing::error!(drain_max = ?self.drain_max, "the drain took too long: what is open is aborted");
        self.sink.abort();
        SessionEnd::Unfinished
    }

    fn handle(&mut self, event: Event<Treated>) -> Option<SessionEnd> {
        let mut queue = VecDeque::new();
        self.decide(event, &mut queue);
        while let Some(action) = queue.pop_front() {
            match self.execute(action) {
                Done::Nothing => {}
                Done::Event(event) => {
                    if matches!(event, Event::SendFailed { .. } | Event::ClientFailed(_) | Event::Halt(_)) {
                        queue.retain(|a| !matches!(a, Action::Produce { .. } | Action::Flush { .. }));
                    }
                    self.decide(event, &mut queue);
                }
                Done::End(end) => return Some(end),
            }
        }
        None
    }

    fn decide(&mut self, event: Event<Treated>, queue: &mut VecDeque<Action<Treated>>) {
        if let Event::Revoked(_, Handover::Lost) = event {
            self.open.losses += 1;
        }
        if matches!(event, Event::StoreAway) && !self.open.flights.is_empty() {
            // Who reads committed records would wait behind it for as long as the store stays away.
            self.watch.expect(name(Call::Abort), self.call_max);
            self.sink.abort();
            self.watch.clear();
            self.aborted();
        }
        let mut actions = Vec::new();
        self.ledger.on(self.clock.elapsed(), event, &mut actions);
        queue.extend(actions);
    }

    fn execute(&mut self, action: Action<Treated>) -> Done {
        match action {
            Action::Begin => {
                let now = Instant::now();
                self.totals.first.get_or_insert(now);
                self.judge.begin();
                self.open.deadline = Some(now + self.writer.age_max);
                let number = self.ledger.transaction() + 1;
                self.call(Call::Begin, |d| d.sink.begin(number))
            }
            Action::Produce { run, base, condemned } => self.produce(run, base, &condemned),
            Action::Flush { until } => {
                self.open.commit.get_or_insert_with(Instant::now);
                let left = until.saturating_sub(self.clock.elapsed());
                let reports = self.sink.flush(Instant::now() + left);
                Done::Event(match (self.sink.failed(), reports) {
                    (Some(answer), _) => Event::ClientFailed(answer),
                    (None, Some(reports)) => Event::Delivered(reports),
                    (None, None) => Event::FlushTimedOut,
                })
            }
            Action::SendOffsets(offsets) => {
                self.open.offsets.clone_from(&offsets);
                self.call(Call::SendOffsets, |d| d.sink.send_offsets(&d.consumer, offsets, d.open.losses))
            }
            Action::Commit => self.call(Call::Commit, |d| d.sink.commit(&d.consumer)),
            Action::Abort => self.call(Call::Abort, |d| d.sink.abort()),
            Action::Seek(seeks) => {
                self.seeks.send(seeks).ok();
                Done::Nothing
            }
            Action::Released(partitions) => {
                self.released.send(partitions).ok();
                Done::Nothing
            }
            Action::Restart { pause } => Done::End(SessionEnd::Restart(pause)),
            Action::Stop(reason) => Done::End(SessionEnd::Stopped(reason)),
            Action::Drained => Done::End(match self.consumer.context().gap() {
                Gap::None => SessionEnd::Drained,
                Gap::AtEnds => SessionEnd::Stopped(StopReason::Gone),
            }),
            Action::Bereft => {
                tracing::error!("partitions were given up or lost before all their ends were reached here");
                Done::End(SessionEnd::Unfinished)
            }
        }
    }

    /// Makes a call under the watchdog; the time runs on while the same call is made again.
    fn call(&mut self, call: Call, make: impl FnOnce(&mut Self) -> Answer) -> Done {
        self.watch.expect(name(call), self.call_max);
        let answer = make(self);
        if matches!(answer, Answer::Again(_)) {
            let pause = self.spell.again(name(call), answer);
            self.sink.wait(pause);
            return Done::Event(Event::Answered(call, answer));
        }
        self.watch.clear();
        self.spell.over(name(call));
        if answer != Answer::Done {
            tracing::warn!(call = name(call), ?answer, "transaction call");
        }
        match (call, answer) {
            (Call::Commit, Answer::Done) => self.committed(),
            (Call::Abort, Answer::Done) => self.aborted(),
            _ => {}
        }
        Done::Event(Event::Answered(call, answer))
    }

    fn committed(&mut self) {
        if let Some(begun) = self.open.commit.take() {
            self.metrics.commit_took(begun.elapsed());
        }
        self.metrics.transaction(TransactionEnd::Committed);
        self.judge.committed();
        self.writer.letters.committed(Instant::now(), self.sink.writes(), &self.writer.input);
        let report = std::mem::take(&mut self.open.report);
        self.open.flights.clear();
        self.consumer.context().committed(&self.open.offsets);
        if let Some(terms) = self.open.terms.take() {
            terms.metrics.record(&report);
            self.totals.add(&terms, &report);
        }
        self.totals.last = Some(Instant::now());
    }

    fn aborted(&mut self) {
        self.open.commit = None;
        self.open.report = Report::default();
        self.open.terms = None;
        self.open.flights.clear();
        self.judge.aborted();
        self.writer.letters.aborted();
        self.metrics.transaction(TransactionEnd::Aborted);
    }

    fn produce(&mut self, mut run: Treated, base: usize, condemned: &[(usize, super::ledger::Refusal)]) -> Done {
        self.open.report.merge(&run.report);
        let terms = Arc::clone(&run.terms);
        self.open.terms = Some(Arc::clone(&terms));
        self.open.flights.push(Arc::clone(&run.flight));
        let transaction = self.ledger.transaction();
        let until = self.open.deadline.unwrap_or_else(Instant::now);
        let records = std::mem::take(&mut run.records);
        for (index, record) in records.into_iter().enumerate() {
            let changed = record.changed;
            if let Some(reason) = self.judge.see(record.decoding) {
                self.writer.letters.stopped(&self.writer.input);
                return Done::Event(Event::Halt(reason));
            }
            let condemned = condemned.iter().find(|(i, _)| *i == index).map(|&(_, refusal)| refusal);
            let place = base + index;
            let mark = Sink::mark(transaction, place);
            let of = Of { partition: run.partition, arenas: &run.arenas, terms: &terms };
            match self.writer.write(&self.sink, of, record, condemned, mark, until) {
                Ok(None) => {}
                Ok(Some(refusal)) => self.open.report.refuse(refusal.code(), changed),
                Err((fault, code)) => {
                    let event = || Event::SendFailed { index: place, fault, code };
                    return Done::Event(self.sink.failed().map_or_else(event, Event::ClientFailed));
                }
            }
        }
        self.sink.poll();
        Done::Nothing
    }
}

enum Done {
    Nothing,
    Event(Event<Treated>),
    End(SessionEnd),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{Face, Metrics};

    #[test]
    fn totals_go_by_plan_and_keep_none() {
        let metrics = Metrics::new().product(Face::Stream, "test", []);
        let terms = |generation, operator: &str| {
            let text = format!("privet: v1\nproduct: test\nfields: {{email: {operator}}}\n");
            Terms::new(generation, Arc::new(crate::policy::plan_of(&text)), &metrics)
        };
        let (first, second) = (terms(0, "redact"), terms(1, "drop_field"));
        let kept = [Arc::downgrade(&first.plan), Arc::downgrade(&second.plan)];
        let report = Report { records: 2, ..Report::default() };
        let mut totals = Totals::default();
        for terms in [&first, &first, &second] {
            totals.add(terms, &report);
        }
        let hashes = [*first.plan.hash(), *second.plan.hash()];
        drop((first, second));
        let told: Vec<_> = totals.reports.iter().map(|(names, report)| (*names.hash(), report.records)).collect();
        assert_eq!(told, [(hashes[0], 4), (hashes[1], 2)]);
        assert!(kept.iter().all(|plan| plan.upgrade().is_none()), "what was exchanged is gone, its keys too");
    }
}
