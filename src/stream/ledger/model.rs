//! The ledger against a model broker: whatever fails, none lost, none twice, order kept, no endless repeat.

use super::*;
use proptest::prelude::*;
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
struct Records(Vec<i64>);

impl Run for Records {
    fn records(&self) -> usize {
        self.0.len()
    }
    fn offset(&self, index: usize) -> i64 {
        self.0.get(index).copied().unwrap_or_else(|| self.0[self.0.len() - 1] + 1)
    }
    fn bytes(&self) -> usize {
        self.0.len() * 100
    }
    fn split_off(&mut self, index: usize) -> Self {
        Self(self.0.split_off(index))
    }
}

#[derive(Debug, Default)]
struct Transaction {
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
    /// Taken away at the broker, the ledger not yet told.
    lost: BTreeSet<Partition>,
    lanes: Vec<(Partition, Epoch, Sequence, Records)>,
    // What fails.
    dice: Vec<u8>,
    thrown: usize,
    faults: bool,
    odd: bool,
    transactions: usize,
}

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
            lost: BTreeSet::new(),
            lanes: Vec::new(),
            dice,
            thrown: 0,
            faults: true,
            odd: false,
            transactions: 0,
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
                self.now += pause.max(Duration::from_secs(200));
                self.open = None;
                self.stays.clear();
                self.lost.clear();
                self.seeks.clear();
                self.ledger.reset();
                None
            }
            Action::Stop(reason) => panic!("stopped: {reason}"),
            Action::Drained => None,
        }
    }

    fn produce(&mut self, run: &Records, base: usize, condemned: &[(usize, Refusal)]) -> Option<Event<Records>> {
        let partition = self.partition_of(run);
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
        if self.throw() > 240 {
            return Event::FlushTimedOut;
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
        if offsets.iter().any(|(p, _)| self.lost.contains(p)) {
            return Answer::NeedsAbort("illegal_generation", Blame::Surroundings);
        }
        for (partition, _) in &offsets {
            assert!(self.stays.contains_key(partition), "offsets of a partition that is not ours");
        }
        match self.throw() {
            230..=239 => Answer::Again("timed_out"),
            240..=247 => Answer::NeedsAbort("rebalance", Blame::Surroundings),
            248..=250 => Answer::Fatal("fatal"),
            251.. => Answer::Fenced,
            _ => {
                self.open.as_mut().expect("offsets outside of a transaction").offsets = offsets;
                Answer::Done
            }
        }
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
            230..=245 => return Answer::Again("timed_out"),
            246..=248 => return Answer::Fatal("fatal"),
            _ => self.open = None,
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
        }
    }

    fn assign(&mut self, partition: Partition) {
        if self.stays.contains_key(&partition) {
            return;
        }
        self.epochs += 1;
        let next = self.committed[usize::try_from(partition.0).expect("small")];
        let at = self.log(partition).partition_point(|(offset, _)| *offset < next);
        self.stays.insert(partition, Stay { epoch: Epoch(self.epochs), at, sequence: 0 });
        self.tell(Event::Assigned { partition, epoch: Epoch(self.epochs) });
    }

    fn consume(&mut self, partition: Partition, most: usize) {
        let log = self.log(partition).to_vec();
        let Some(stay) = self.stays.get_mut(&partition).filter(|s| s.at < log.len()) else { return };
        let end = (stay.at + most).min(log.len());
        let run = Records(log[stay.at..end].iter().map(|(offset, _)| *offset).collect());
        self.lanes.push((partition, stay.epoch, Sequence(stay.sequence), run));
        (stay.at, stay.sequence) = (end, stay.sequence + 1);
    }

    fn finish_lane(&mut self, pick: usize) {
        if !self.lanes.is_empty() {
            let (partition, epoch, sequence, run) = self.lanes.remove(pick % self.lanes.len());
            self.tell(Event::Finished { partition, epoch, sequence, run });
        }
    }

    /// Another instance has the partition for a while.
    fn elsewhere(&mut self, partition: Partition, most: usize) {
        if self.stays.contains_key(&partition) && !self.lost.contains(&partition) {
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
            185..=209 => self.seek(),
            210..=219 => self.assign(partition),
            220..=229 if self.stays.contains_key(&partition) && !self.lost.contains(&partition) => {
                self.tell(Event::Revoked(vec![partition], Handover::Orderly));
            }
            230..=234 if self.stays.contains_key(&partition) => {
                self.lost.insert(partition);
            }
            235..=244 => {
                let lost: Vec<_> = self.lost.iter().copied().collect();
                if !lost.is_empty() {
                    self.tell(Event::Revoked(lost, Handover::Lost));
                }
            }
            _ => self.elsewhere(partition, most),
        }
    }

    fn settle(&mut self) {
        self.faults = false;
        for round in 0..20_000_usize {
            if (0..self.logs.len()).all(|p| self.logs[p].last().is_none_or(|(o, _)| self.committed[p] > *o)) {
                return;
            }
            let lost: Vec<_> = self.lost.iter().copied().collect();
            if !lost.is_empty() {
                self.tell(Event::Revoked(lost, Handover::Lost));
            }
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
}

fn logs() -> impl Strategy<Value = Vec<Vec<(i64, Kind)>>> {
    let kind = prop_oneof![
        40 => Just(Kind::Good),
        1 => Just(Kind::TooLarge),
        1 => Just(Kind::Named),
        1 => Just(Kind::Blamed),
        1 => Just(Kind::Silent),
    ];
    let log = prop::collection::vec((1_i64..4, kind), 0..60);
    prop::collection::vec(log, 1..4).prop_map(|logs| {
        let place = |(p, log): (usize, Vec<(i64, Kind)>)| {
            let mut offset = 1000 * i64::try_from(p).expect("few");
            let next = |(gap, kind)| {
                offset += gap;
                (offset, kind)
            };
            log.into_iter().map(next).collect()
        };
        logs.into_iter().enumerate().map(place).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn none_lost_none_twice_order_kept(
        logs in logs(),
        steps in prop::collection::vec((any::<u8>(), any::<u8>(), 1_usize..9), 0..400),
        dice in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mut world = World::new(logs, dice);
        for partition in world.all() {
            world.assign(partition);
        }
        for (what, which, most) in steps {
            world.step(what, which, most);
        }
        world.settle();
        world.check();
    }
}

#[test]
fn one_silent_record_costs_few_transactions() {
    let log = (0..1000).map(|o| (o, if o == 700 { Kind::Silent } else { Kind::Good })).collect();
    let mut world = World::new(vec![log], vec![0]);
    world.settle();
    world.check();
    assert!(world.transactions < 200, "{} transactions", world.transactions);
}
