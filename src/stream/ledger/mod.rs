//! What the loop decides: a plain type, events in, actions out, the time passed in.
//!
//! The ledger knows for each partition which finished records come next, what the open transaction holds, and what is
//! still to be done after an error. It owns no clock, socket or thread. Whoever drives it executes the actions in their
//! order and reports each answer as an event. The laws it keeps, whatever is aborted, revoked, lost or in doubt:
//! no record is lost, none is committed twice, the order in a partition stays, and no record makes it repeat for ever.
//!
//! A product reads one topic, so a partition's number names it; the ledger's key is the partition with its epoch.

mod batch;
mod event;
mod hunt;
#[cfg(test)]
mod model;
mod rebalance;
mod track;
mod trouble;

pub use batch::Batch;
pub use event::{Action, Answer, Blame, Call, Event, Fault, Finish, Handover, Refusal, Report, Seek, StopReason};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use track::Track;
use trouble::{Cause, Trouble, Verdict};

/// A partition of the product's input topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(pub i32);

/// One stay of a partition with us between an assign, a revoke, a loss or a seek and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Epoch(pub u64);

/// A run's place in its partition's epoch, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Sequence(pub u64);

/// Finished records of one partition in the order of their offsets; never empty.
pub trait Run: Sized {
    /// How many records there are, at least one.
    fn records(&self) -> usize;
    /// The offset of a record; one past the last record's where the index is too large.
    fn offset(&self, index: usize) -> i64;
    /// What was done to the records is of this generation: runs of two never share a transaction.
    fn generation(&self) -> u64;
    /// The bytes that are produced from it, about.
    fn bytes(&self) -> usize;
    /// Keeps the records before the index and gives the rest.
    fn split_off(&mut self, index: usize) -> Self;
}

/// When a transaction is full, and how long it may stay open.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time after which an open transaction is committed.
    pub interval: Duration,
    /// The records after which it is committed; the run that reaches them is taken whole.
    pub records_max: usize,
    /// The bytes after which it is committed; likewise.
    pub bytes_max: usize,
    /// The age at which a transaction is aborted: a third of `transaction.timeout.ms`.
    pub age_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(100),
            records_max: 10_000,
            bytes_max: 16 << 20,
            age_max: Duration::from_secs(20),
        }
    }
}

#[derive(Debug)]
enum Phase {
    Idle,
    Beginning,
    Open(Batch),
    Flushing(Batch),
    Offsets(Batch),
    Committing(Batch),
    Aborting(Batch, Cause, u32),
    Ended,
}

/// The loop's decisions for one product.
#[derive(Debug)]
pub struct Ledger<R> {
    limits: Limits,
    tracks: BTreeMap<Partition, Track<R>>,
    phase: Phase,
    trouble: Trouble,
    transaction: u64,
    /// Partitions whose hand-over waits for the transaction that holds them.
    handing_over: Vec<Partition>,
    finish: Option<Finish>,
    /// Why the product stops as soon as no transaction is open.
    halt: Option<StopReason>,
    /// Partitions that were lost before their ends and have not come back.
    lost: BTreeSet<Partition>,
    /// The partition that is served first next time, so that none starves.
    turn: Partition,
    not_before: Duration,
}

impl<R: Run> Ledger<R> {
    /// Makes a ledger without partitions.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            tracks: BTreeMap::new(),
            phase: Phase::Idle,
            trouble: Trouble::default(),
            transaction: 0,
            handing_over: Vec::new(),
            finish: None,
            halt: None,
            lost: BTreeSet::new(),
            turn: Partition(0),
            not_before: Duration::ZERO,
        }
    }

    /// Forgets every partition and transaction, after a restart of both clients; what is known of bad records stays.
    pub fn reset(&mut self) {
        self.tracks.clear();
        self.handing_over.clear();
        self.phase = Phase::Idle;
        self.finish = None;
        self.lost.clear();
        self.not_before = Duration::ZERO;
    }

    /// Takes an event in and appends what is to be done, in order.
    pub fn on(&mut self, now: Duration, event: Event<R>, out: &mut Vec<Action<R>>) {
        if matches!(self.phase, Phase::Ended) {
            if let Event::Revoked(partitions, _) = event {
                out.push(Action::Released(partitions));
            }
            return;
        }
        match event {
            Event::Assigned { partition, epoch } => {
                self.lost.remove(&partition);
                self.tracks.insert(partition, Track::new(epoch));
            }
            Event::Sought { partition, epoch } => self.sought(partition, epoch),
            Event::StoreAway => self.begin_anew(Verdict::TryAgain { pause: STORE_PAUSE }, out),
            Event::ClientFailed(Answer::Fenced) => self.fenced(now, out),
            Event::ClientFailed(Answer::NeedsAbort(code, Blame::Denied)) => self.stop(StopReason::Denied(code)),
            Event::ClientFailed(answer) => self.fatal(now, answer.code(), out),
            Event::Revoked(partitions, handover) => self.revoked(&partitions, handover, out),
            Event::Finished { partition, epoch, sequence, run } => {
                if let Some(track) = self.tracks.get_mut(&partition) {
                    track.finished(epoch, sequence, run);
                }
            }
            Event::Ended { partition, epoch, sequence } => {
                if let Some(track) = self.tracks.get_mut(&partition) {
                    track.ended(epoch, sequence);
                }
            }
            Event::Finish(finish) => self.finish = Some(finish),
            Event::Halt(reason) => self.stop(reason),
            Event::Tick => {}
            Event::SendFailed { index, fault, code } => self.failed(&[Report { index, fault, code }], out),
            Event::Delivered(reports) => self.delivered(now, &reports, out),
            Event::FlushTimedOut => self.abort(Cause::Surroundings("flush_timed_out"), out),
            Event::Answered(call, answer) => self.answered(now, call, answer, out),
        }
        self.advance(now, out);
    }

    /// The first reason counts; [`Ledger::advance`] acts on it.
    fn stop(&mut self, reason: StopReason) {
        self.halt.get_or_insert(reason);
    }

    /// The time at which a tick is due, if any.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Open(batch) => Some(batch.opened + self.limits.interval),
            Phase::Idle if self.has_ready() => Some(self.not_before),
            _ => None,
        }
    }

    /// The number of the open transaction, or of the last one.
    pub const fn transaction(&self) -> u64 {
        self.transaction
    }

    /// The partitions held.
    pub fn partitions(&self) -> usize {
        self.tracks.len()
    }

    fn has_ready(&self) -> bool {
        self.tracks.values().any(Track::has_ready)
    }

    /// Goes on as far as possible without an answer.
    fn advance(&mut self, now: Duration, out: &mut Vec<Action<R>>) {
        if self.halt.is_some() {
            self.abort(Cause::Stale, out);
        }
        if matches!(self.phase, Phase::Idle) {
            self.release(out);
            if let Some(reason) = self.halt {
                self.end(Action::Stop(reason), out);
            } else if self.has_ready() && now >= self.not_before {
                self.phase = Phase::Beginning;
                out.push(Action::Begin);
            } else if let Some(action) = self.complete() {
                self.end(action, out);
            }
        }
        let mut batch = match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Open(batch) => batch,
            other => return self.phase = other,
        };
        self.take(&mut batch, out);
        let due = now >= batch.opened + self.limits.interval;
        if due
            || batch.is_full(&self.limits)
            || batch.closed
            || batch.trial
            || self.holds_handover(&batch)
            || self.finishing()
        {
            out.push(Action::Flush { until: batch.opened + self.limits.age_max });
            self.phase = Phase::Flushing(batch);
        } else {
            self.phase = Phase::Open(batch);
        }
    }

    /// True where nothing more can come, so that waiting for a fuller transaction is idle.
    fn finishing(&self) -> bool {
        self.finish.is_some() && self.tracks.values().all(Track::is_exhausted)
    }

    /// How the product ends, where nothing of it is left to be done.
    fn complete(&self) -> Option<Action<R>> {
        let drained = |track: &Track<R>| track.is_exhausted() || track.is_rewinding();
        match self.finish? {
            Finish::Drain if self.tracks.values().all(drained) => Some(Action::Drained),
            Finish::AtEnds if !self.tracks.values().all(Track::is_exhausted) => None,
            // Nobody here knows of an end that was not reached here.
            Finish::AtEnds if self.tracks.is_empty() || !self.lost.is_empty() => Some(Action::Bereft),
            Finish::AtEnds => Some(Action::Drained),
            Finish::Drain => None,
        }
    }

    fn end(&mut self, action: Action<R>, out: &mut Vec<Action<R>>) {
        self.phase = Phase::Ended;
        self.release(out);
        out.push(action);
    }

    fn sought(&mut self, partition: Partition, epoch: Epoch) {
        if let Some(track) = self.tracks.get_mut(&partition) {
            track.restart(epoch);
        }
    }

    fn answered(&mut self, now: Duration, call: Call, answer: Answer, out: &mut Vec<Action<R>>) {
        match answer {
            Answer::Fenced => return self.fenced(now, out),
            Answer::Fatal(code) => return self.fatal(now, code, out),
            Answer::Done | Answer::Again(_) | Answer::NeedsAbort(..) => {}
        }
        let phase = std::mem::replace(&mut self.phase, Phase::Idle);
        match (call, phase, answer) {
            (Call::Begin, Phase::Beginning, Answer::Done) => {
                self.transaction += 1;
                self.phase = Phase::Open(Batch::new(now));
            }
            (Call::SendOffsets, Phase::Offsets(batch), Answer::Done) if self.is_current(&batch) => {
                out.push(Action::Commit);
                self.phase = Phase::Committing(batch);
            }
            (Call::SendOffsets, Phase::Offsets(batch), Answer::Again(_))
                if self.is_current(&batch) && now < batch.opened + self.limits.age_max =>
            {
                out.push(Action::SendOffsets(batch.offsets()));
                self.phase = Phase::Offsets(batch);
            }
            (Call::SendOffsets, Phase::Offsets(batch), answer) => {
                self.phase = Phase::Offsets(batch);
                self.abort(Cause::of(answer), out);
            }
            (Call::Commit, Phase::Committing(batch), Answer::Done) => self.committed(&batch),
            // In doubt: nothing but the same call until it answers. Whoever drives us ends the process at its deadline.
            (Call::Commit, Phase::Committing(batch), Answer::Again(_)) => {
                out.push(Action::Commit);
                self.phase = Phase::Committing(batch);
            }
            (Call::Commit, Phase::Committing(batch), answer @ Answer::NeedsAbort(..)) => {
                self.phase = Phase::Flushing(batch);
                self.abort(Cause::of(answer), out);
            }
            (Call::Abort, Phase::Aborting(batch, cause, _), Answer::Done) => self.aborted(now, &batch, cause, out),
            (Call::Abort, Phase::Aborting(batch, cause, tries), Answer::Again(_)) if tries < ABORT_TRIES_MAX => {
                out.push(Action::Abort);
                self.phase = Phase::Aborting(batch, cause, tries + 1);
            }
            (_, _, Answer::Done) => self.fatal(now, "answer_out_of_order", out),
            (_, _, Answer::Again(code) | Answer::NeedsAbort(code, _) | Answer::Fatal(code)) => {
                self.fatal(now, code, out)
            }
            (_, _, Answer::Fenced) => self.fenced(now, out),
        }
    }

    fn delivered(&mut self, now: Duration, reports: &[Report], out: &mut Vec<Action<R>>) {
        if !reports.is_empty() {
            return self.failed(reports, out);
        }
        let Phase::Flushing(batch) = std::mem::replace(&mut self.phase, Phase::Idle) else {
            return self.fatal(now, "report_out_of_order", out);
        };
        if self.is_current(&batch) {
            out.push(Action::SendOffsets(batch.offsets()));
            self.phase = Phase::Offsets(batch);
        } else {
            self.phase = Phase::Flushing(batch);
            self.abort(Cause::Stale, out);
        }
    }

    fn failed(&mut self, reports: &[Report], out: &mut Vec<Action<R>>) {
        let (Phase::Open(batch) | Phase::Flushing(batch)) = &self.phase else { return };
        let cause = Cause::of_reports(batch, reports);
        self.abort(cause, out);
    }

    fn abort(&mut self, cause: Cause, out: &mut Vec<Action<R>>) {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Open(batch) | Phase::Flushing(batch) | Phase::Offsets(batch) => {
                out.push(Action::Abort);
                self.phase = Phase::Aborting(batch, cause, 1);
            }
            other => self.phase = other,
        }
    }

    fn committed(&mut self, batch: &Batch) {
        self.trouble.committed(batch);
        self.not_before = Duration::ZERO;
    }

    fn aborted(&mut self, now: Duration, batch: &Batch, cause: Cause, out: &mut Vec<Action<R>>) {
        let mut seeks = Vec::new();
        for (&partition, part) in batch.parts() {
            if let Some(track) = self.tracks.get_mut(&partition)
                && track.rewind(part.epoch)
            {
                seeks.push(Seek { partition, epoch: part.epoch, position: part.first });
            }
        }
        match self.trouble.aborted(batch, cause) {
            Verdict::TryAgain { pause } => {
                self.not_before = now + pause;
                if !seeks.is_empty() {
                    out.push(Action::Seek(seeks));
                }
            }
            Verdict::Stop(reason) => self.end(Action::Stop(reason), out),
        }
    }

    fn fenced(&mut self, now: Duration, out: &mut Vec<Action<R>>) {
        let verdict = self.trouble.fenced(now);
        self.begin_anew(verdict, out);
    }

    fn fatal(&mut self, now: Duration, code: &'static str, out: &mut Vec<Action<R>>) {
        let verdict = self.trouble.fatal(now, code);
        self.begin_anew(verdict, out);
    }

    fn begin_anew(&mut self, verdict: Verdict, out: &mut Vec<Action<R>>) {
        let action = match (self.halt, verdict) {
            (Some(reason), _) | (None, Verdict::Stop(reason)) => Action::Stop(reason),
            (None, Verdict::TryAgain { pause }) => Action::Restart { pause },
        };
        self.end(action, out);
    }
}

/// How long nothing is begun after a store did not answer; the unit then waits until it says that it would.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// How often an abort that times out is called again before both clients are closed.
const ABORT_TRIES_MAX: u32 = 5;
