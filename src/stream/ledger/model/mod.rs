//! A model broker with a poll thread and lanes, for the ledger to be tried against.

mod laws;

use super::*;
use std::collections::{BTreeSet, VecDeque};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    /// Refused by the client when it is sent.
    TooLarge,
    /// Refused by the broker, which names it.
    Named,
    /// Refused by the broker, which blames the whole request.
    Blamed,
    /// Makes the commit fail, and nobody says why.
    Silent,
}

#[derive(Debug)]
struct Records(Vec<i64>, u64);

impl Run for Records {
    fn records(&self) -> usize {
        self.0.len()
    }
    fn offset(&self, index: usize) -> i64 {
        self.0.get(index).copied().unwrap_or_else(|| self.0[self.0.len() - 1] + 1)
    }
    fn generation(&self) -> u64 {
        self.1
    }
    fn bytes(&self) -> usize {
        self.0.len() * 100
    }
    fn split_off(&mut self, index: usize) -> Self {
        Self(self.0.split_off(index), self.1)
    }
}

#[derive(Debug, Default)]
struct Transaction {
    /// That of all its records.
    generation: Option<u64>,
    records: Vec<(Partition, i64, bool)>,
    offsets: Vec<(Partition, i64)>,
    applied: bool,
}

struct Stay {
    epoch: Epoch,
    /// The next record to consume, as an index into the log.
    at: usize,
    sequence: u64,
}

struct World {
    ledger: Ledger<Records>,
    now: Duration,
    logs: Vec<Vec<(i64, Kind)>>,
    // The broker.
    committed: Vec<i64>,
    output: Vec<Vec<(i64, bool)>>,
    open: Option<Transaction>,
    // The poll thread.
    stays: BTreeMap<Partition, Stay>,
    epochs: u64,
    seeks: Vec<Seek>,
    /// Taken away at the broker, the ledger not yet told; and whether all of it was done by then.
    lost: BTreeMap<Partition, bool>,
    lanes: Vec<(Partition, Epoch, Sequence, Records)>,
    // What fails.
    dice: Vec<u8>,
    thrown: usize,
    faults: bool,
    odd: bool,
    transactions: usize,
    /// Under how many plans records were treated before the one of now.
    generation: u64,
    // How it ends.
    finish: Option<Finish>,
    /// Whether the finish was told since both clients began.
    told: bool,
    /// At which throw of the dice somebody asks for a stop while a transaction ends.
    halt_at: Option<usize>,
    halted: bool,
    ended: Option<Ended>,
    /// Taken away before their ends, and not given back.
    bereft_of: BTreeSet<Partition>,
    /// A client has failed for good.
    broken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Drained,
    Bereft,
    /// A drain met a client that failed: what it threw away stays for the next start.
    Cut,
    Stopped,
}

/// What is asked for where the model asks for a stop.
const HALT: StopReason = StopReason::Engine("the model says so");

impl World {
    fn new(logs: Vec<Vec<(i64, Kind)>>, dice: Vec<u8>) -> Self {
        let limits =
            Limits { interval: Duration::from_millis(100), records_max: 12, bytes_max: 1000, ..Limits::default() };
        Self {
            ledger: Ledger::new(limits),
            now: Duration::ZERO,
            committed: vec![0; logs.len()],
            output: vec![Vec::new(); logs.len()],
            logs,
            open: None,
            stays: BTreeMap::new(),
            epochs: 0,
            seeks: Vec::new(),
            lost: BTreeMap::new(),
            lanes: Vec::new(),
            dice,
            thrown: 0,
            faults: true,
            odd: false,
            transactions: 0,
            generation: 0,
            finish: None,
            told: false,
            halt_at: None,
            halted: false,
            ended: None,
            bereft_of: BTreeSet::new(),
            broken: false,
        }
    }

    fn throw(&mut self) -> u8 {
        self.thrown += 1;
        // Waiting takes time, and the dice of one case may be the same for ever.
        self.now += Duration::from_millis(5);
        if self.faults { self.dice[self.thrown % self.dice.len()] } else { 0 }
    }

    fn kind(&self, partition: Partition, offset: i64) -> Kind {
        self.log(partition).iter().find(|(o, _)| *o == offset).expect("only offsets of the log are produced").1
    }

    fn log(&self, partition: Partition) -> &[(i64, Kind)] {
        &self.logs[usize::try_from(partition.0).expect("partitions are counted from 0")]
    }

    fn all(&self) -> Vec<Partition> {
        (0..self.logs.len()).map(|p| Partition(i32::try_from(p).expect("few partitions"))).collect()
    }

    fn tell(&mut self, event: Event<Records>) {
        let mut actions = Vec::new();
        self.ledger.on(self.now, event, &mut actions);
        let mut queue: VecDeque<_> = actions.into();
        while let Some(action) = queue.pop_front() {
            if matches!(action, Action::Commit | Action::Abort) && self.halt_at.is_some_and(|at| self.thrown >= at) {
                (self.halt_at, self.halted) = (None, true);
                let mut more = Vec::new();
                self.ledger.on(self.now, Event::Halt(HALT), &mut more);
                queue.extend(more);
            }
            if let Some(event) = self.execute(action) {
                if matches!(event, Event::SendFailed { .. }) {
                    queue.retain(|a| !matches!(a, Action::Produce { .. } | Action::Flush { .. }));
                }
                let mut more = Vec::new();
                self.ledger.on(self.now, event, &mut more);
                queue.extend(more);
            }
        }
    }

    fn execute(&mut self, action: Action<Records>) -> Option<Event<Records>> {
        match action {
            Action::Begin => {
                assert!(self.open.is_none(), "a transaction began in a transaction");
                self.transactions += 1;
                self.open = Some(Transaction::default());
                Some(Event::Answered(Call::Begin, Answer::Done))
            }
            Action::Produce { run, base, condemned } => self.produce(&run, base, &condemned),
            Action::Flush { .. } => Some(self.flush()),
            Action::SendOffsets(offsets) => Some(Event::Answered(Call::SendOffsets, self.send_offsets(offsets))),
            Action::Commit => Some(Event::Answered(Call::Commit, self.commit())),
            Action::Abort => Some(Event::Answered(Call::Abort, self.abort())),
            Action::Seek(seeks) => {
                self.seeks.extend(seeks);
                None
            }
            Action::Released(partitions) => {
                self.seek();
                for partition in partitions {
                    self.stays.remove(&partition);
                    self.lost.remove(&partition);
                }
                None
            }
            Action::Restart { pause } => {
                assert!(!self.halted, "began anew instead of stopping");
                self.now += pause.max(Duration::from_secs(200));
                (self.open, self.told, self.broken) = (None, false, false);
                self.stays.clear();
                self.lost.clear();
                self.seeks.clear();
                self.bereft_of.clear();
                self.ledger.reset();
                // Whoever is told to drain does not begin anew.
                self.ended = (self.finish == Some(Finish::Drain)).then_some(Ended::Cut);
                None
            }
            Action::Stop(reason) => {
                assert!(self.halted && reason == HALT, "stopped: {reason}");
                self.end(Ended::Stopped)
            }
            Action::Drained => self.end(Ended::Drained),
            Action::Bereft => self.end(Ended::Bereft),
        }
    }

    fn end(&mut self, how: Ended) -> Option<Event<Records>> {
        assert!(self.open.is_none() || self.broken, "ended with a transaction open");
        self.ended = Some(how);
        None
    }

    fn is_done(&self, partition: Partition) -> bool {
        let committed = self.committed[usize::try_from(partition.0).expect("small")];
        self.log(partition).last().is_none_or(|(offset, _)| committed > *offset)
    }

    /// Tells that no more comes of a partition, where no more comes.
    fn tell_end(&mut self, partition: Partition) {
        let Some(stay) = self.stays.get(&partition) else { return };
        let at_end = self.finish == Some(Finish::AtEnds) && stay.at == self.log(partition).len();
        if at_end || self.finish == Some(Finish::Drain) {
            let (epoch, sequence) = (stay.epoch, Sequence(stay.sequence));
            self.tell(Event::Ended { partition, epoch, sequence });
        }
    }

    fn drain(&mut self) {
        self.finish = Some(Finish::Drain);
        for partition in self.all() {
            self.tell_end(partition);
        }
        self.tell(Event::Finish(Finish::Drain));
    }

    fn lose(&mut self) {
        let lost: Vec<_> = self.lost.keys().copied().collect();
        if !lost.is_empty() {
            // What another did since is not known here.
            self.bereft_of.extend(self.lost.iter().filter(|(_, done)| !**done).map(|(partition, _)| *partition));
            self.tell(Event::Revoked(lost, Handover::Lost));
        }
    }

    fn produce(&mut self, run: &Records, base: usize, condemned: &[(usize, Refusal)]) -> Option<Event<Records>> {
        let partition = self.partition_of(run);
        let transaction = self.open.as_mut().expect("produced outside of a transaction");
        let generation = *transaction.generation.get_or_insert(run.generation());
        assert_eq!(generation, run.generation(), "two generations in a transaction");
        for (index, &offset) in run.0.iter().enumerate() {
            let dead = condemned.iter().any(|(i, _)| *i == index);
            if self.kind(partition, offset) == Kind::TooLarge && !dead {
                let fault = Fault::Record(Refusal::TooLarge);
                return Some(Event::SendFailed { index: base + index, fault, code: "too_large" });
            }
            let transaction = self.open.as_mut().expect("produced outside of a transaction");
            assert_eq!(transaction.records.len(), base + index, "places are counted without gaps");
            transaction.records.push((partition, offset, dead));
        }
        None
    }

    /// Offsets are unique over all partitions in this model.
    fn partition_of(&self, run: &Records) -> Partition {
        let of = |p: &Partition| self.log(*p).iter().any(|(o, _)| *o == run.0[0]);
        self.all().into_iter().find(of).expect("only offsets of the logs are produced")
    }

    fn flush(&mut self) -> Event<Records> {
        match self.throw() {
            241..=250 => return Event::FlushTimedOut,
            251.. => return Event::ClientFailed(self.fail(Answer::Fatal("fatal"))),
            _ => {}
        }
        let records = &self.open.as_ref().expect("flushed outside of a transaction").records;
        let has = |wanted: Kind, partition: Partition| {
            records.iter().any(|&(p, offset, dead)| p == partition && !dead && self.kind(p, offset) == wanted)
        };
        let mut reports = Vec::new();
        for (index, &(partition, offset, dead)) in records.iter().enumerate() {
            let code = "invalid_record";
            let own = !dead && self.kind(partition, offset) == Kind::Named;
            if has(Kind::Named, partition) {
                let fault = if own { Fault::Record(Refusal::Refused) } else { Fault::Neighbour };
                reports.push(Report { index, fault, code });
            } else if has(Kind::Blamed, partition) {
                reports.push(Report { index, fault: Fault::Record(Refusal::Timestamp), code });
            }
        }
        if reports.is_empty() && !records.is_empty() && self.throw() > 245 {
            let fault = Fault::Other(Blame::Surroundings);
            reports.push(Report { index: 0, fault, code: "message_timed_out" });
        }
        Event::Delivered(reports)
    }

    fn send_offsets(&mut self, offsets: Vec<(Partition, i64)>) -> Answer {
        if offsets.iter().any(|(p, _)| self.lost.contains_key(p)) {
            return Answer::NeedsAbort("illegal_generation", Blame::Surroundings);
        }
        for (partition, _) in &offsets {
            assert!(self.stays.contains_key(partition), "offsets of a partition that is not ours");
        }
        match self.throw() {
            230..=239 => Answer::Again("timed_out"),
            240..=247 => Answer::NeedsAbort("rebalance", Blame::Surroundings),
            248..=250 => self.fail(Answer::Fatal("fatal")),
            251.. => self.fail(Answer::Fenced),
            _ => {
                self.open.as_mut().expect("offsets outside of a transaction").offsets = offsets;
                Answer::Done
            }
        }
    }

    fn fail(&mut self, answer: Answer) -> Answer {
        self.broken = true;
        answer
    }

    fn commit(&mut self) -> Answer {
        let dice = self.throw();
        let transaction = self.open.take().expect("committed outside of a transaction");
        let silent = |&(p, offset, dead): &(Partition, i64, bool)| !dead && self.kind(p, offset) == Kind::Silent;
        if !transaction.applied && transaction.records.iter().any(silent) {
            self.open = Some(transaction);
            return Answer::NeedsAbort("odd", Blame::Unknown);
        }
        match dice {
            200..=214 if !self.thrown.is_multiple_of(5) => self.open = Some(transaction),
            215..=229 if !self.thrown.is_multiple_of(5) => {
                let applied = self.apply(transaction);
                self.open = Some(applied);
            }
            230..=237 if !transaction.applied => {
                self.open = Some(transaction);
                let odd = std::mem::replace(&mut self.odd, true);
                let blame = if odd { Blame::Surroundings } else { Blame::Unknown };
                return Answer::NeedsAbort("refused", blame);
            }
            238..=240 => {
                self.apply(transaction);
                return Answer::Fatal("fatal");
            }
            241..=243 => return Answer::Fatal("fatal"),
            244..=246 => return Answer::Fenced,
            _ => {
                self.apply(transaction);
                self.odd = false;
                return Answer::Done;
            }
        }
        Answer::Again("timed_out")
    }

    fn apply(&mut self, mut transaction: Transaction) -> Transaction {
        if !std::mem::replace(&mut transaction.applied, true) {
            for &(Partition(p), offset, dead) in &transaction.records {
                self.output[usize::try_from(p).expect("small")].push((offset, dead));
            }
            for &(Partition(p), next) in &transaction.offsets {
                self.committed[usize::try_from(p).expect("small")] = next;
            }
        }
        transaction
    }

    fn abort(&mut self) -> Answer {
        let transaction = self.open.as_ref().expect("aborted outside of a transaction");
        assert!(!transaction.applied, "aborted what was committed");
        match self.throw() {
            // Too often, and it counts as a client that has failed.
            230..=245 => return self.fail(Answer::Again("timed_out")),
            246..=248 => return self.fail(Answer::Fatal("fatal")),
            _ => (self.open, self.broken) = (None, false),
        }
        Answer::Done
    }

    fn seek(&mut self) {
        for seek in std::mem::take(&mut self.seeks) {
            let at = self.log(seek.partition).partition_point(|(offset, _)| *offset < seek.position);
            let Some(stay) = self.stays.get_mut(&seek.partition).filter(|s| s.epoch == seek.epoch) else { continue };
            self.epochs += 1;
            *stay = Stay { epoch: Epoch(self.epochs), at, sequence: 0 };
            self.tell(Event::Sought { partition: seek.partition, epoch: Epoch(self.epochs) });
            self.tell_end(seek.partition);
        }
    }

    fn assign(&mut self, partition: Partition) {
        if self.stays.contains_key(&partition) || self.ended.is_some() {
            return;
        }
        self.epochs += 1;
        let next = self.committed[usize::try_from(partition.0).expect("small")];
        let at = self.log(partition).partition_point(|(offset, _)| *offset < next);
        self.stays.insert(partition, Stay { epoch: Epoch(self.epochs), at, sequence: 0 });
        self.bereft_of.remove(&partition);
        self.tell(Event::Assigned { partition, epoch: Epoch(self.epochs) });
        self.tell_end(partition);
        if self.finish == Some(Finish::AtEnds) && !std::mem::replace(&mut self.told, true) {
            self.tell(Event::Finish(Finish::AtEnds));
        }
    }

    fn consume(&mut self, partition: Partition, most: usize) {
        if self.finish == Some(Finish::Drain) {
            return;
        }
        let log = self.log(partition).to_vec();
        let Some(stay) = self.stays.get_mut(&partition).filter(|s| s.at < log.len()) else { return };
        let end = (stay.at + most).min(log.len());
        let run = Records(log[stay.at..end].iter().map(|(offset, _)| *offset).collect(), self.generation);
        self.lanes.push((partition, stay.epoch, Sequence(stay.sequence), run));
        (stay.at, stay.sequence) = (end, stay.sequence + 1);
        self.tell_end(partition);
    }

    fn finish_lane(&mut self, pick: usize) {
        if !self.lanes.is_empty() {
            let (partition, epoch, sequence, run) = self.lanes.remove(pick % self.lanes.len());
            self.tell(Event::Finished { partition, epoch, sequence, run });
        }
    }

    /// Another instance has the partition for a while.
    fn elsewhere(&mut self, partition: Partition, most: usize) {
        if self.stays.contains_key(&partition) && !self.lost.contains_key(&partition) {
            return;
        }
        if self.open.as_ref().is_some_and(|t| t.offsets.iter().any(|(p, _)| *p == partition)) {
            return; // A pending offset holds the other instance up until the transaction has ended.
        }
        let index = usize::try_from(partition.0).expect("small");
        let from = self.log(partition).partition_point(|(offset, _)| *offset < self.committed[index]);
        let taken: Vec<_> = self.log(partition).iter().skip(from).take(most).copied().collect();
        for (offset, kind) in taken {
            self.output[index].push((offset, kind != Kind::Good));
            self.committed[index] = offset + 1;
        }
    }

    fn step(&mut self, what: u8, which: u8, most: usize) {
        let partition = Partition(i32::from(which) % i32::try_from(self.logs.len()).expect("few"));
        match what {
            0..=79 => self.consume(partition, most),
            80..=159 => self.finish_lane(usize::from(which)),
            160..=184 => {
                self.now += Duration::from_millis(60);
                self.tell(Event::Tick);
            }
            185..=204 => self.seek(),
            205..=209 => self.generation += 1,
            210..=219 => self.assign(partition),
            220..=229 if self.stays.contains_key(&partition) && !self.lost.contains_key(&partition) => {
                self.tell(Event::Revoked(vec![partition], Handover::Orderly));
            }
            230..=234 if self.stays.contains_key(&partition) => {
                let done = self.is_done(partition);
                self.lost.entry(partition).or_insert(done);
            }
            235..=244 => self.lose(),
            _ => self.elsewhere(partition, most),
        }
    }

    fn settle(&mut self) {
        self.faults = false;
        for round in 0..20_000_usize {
            let all_done = self.finish.is_none() && self.all().into_iter().all(|p| self.is_done(p));
            if all_done || self.ended.is_some() {
                return;
            }
            self.lose();
            self.seek();
            for partition in self.all() {
                self.assign(partition);
                self.consume(partition, 5);
            }
            self.finish_lane(round);
            self.finish_lane(round / 2);
            self.now += Duration::from_millis(60);
            self.tell(Event::Tick);
        }
        panic!("the loop repeats without end: {:?}", self.ledger);
    }

    fn check(&self) {
        for (log, output) in self.logs.iter().zip(&self.output) {
            let wanted: Vec<_> = log.iter().map(|&(offset, kind)| (offset, kind != Kind::Good)).collect();
            assert_eq!(&wanted, output);
        }
    }

    /// The same of all that is committed, where it ended before all was.
    fn check_so_far(&self) {
        for ((log, output), committed) in self.logs.iter().zip(&self.output).zip(&self.committed) {
            let so_far = log.iter().filter(|(offset, _)| offset < committed);
            let wanted: Vec<_> = so_far.map(|&(offset, kind)| (offset, kind != Kind::Good)).collect();
            assert_eq!(&wanted, output);
        }
    }
}
