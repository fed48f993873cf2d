//! What happens to instances, networks and brokers, and what may not come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::numbered::{Load, Numbered, POLICY, number};
use crate::support::eventually;
use crate::support::kafka::{Isolation, Kafka};
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};
use crate::support::proxy::{Fault, Proxy, Request};

/// The broker's own least; after it a silent member is put out of its group.
const SESSION_TIMEOUT: Duration = Duration::from_secs(6);

/// What an instance has to end, if nothing else is said, and a moment for the process itself.
const DRAIN_MAX: Duration = Duration::from_secs(23);

/// A product with numbered records that flow into it.
struct Flow {
    product: Product<'static>,
    numbered: Numbered,
    load: Load,
}

impl Flow {
    fn start(name: &str, total: u32, partitions: u32, rate: u32) -> Self {
        let topics = Topics { partitions: partitions.try_into().unwrap(), ..Topics::default() };
        let product = Product::new(Kafka::shared(), name, topics, POLICY);
        let numbered = Numbered::new(total, partitions);
        let load = Load::start(Kafka::shared(), &product.input, numbered, rate);
        Self { product, numbered, load }
    }

    /// Waits until an instance has committed something more.
    fn work(&self, instances: &mut [&mut Privet]) {
        let before = self.product.passed();
        self.product.wait_until_passed(before + 1, PATIENCE, instances);
    }

    /// Waits until all of these and no others have partitions, and more is committed.
    fn wait_for_members(&self, instances: &mut [Privet]) {
        let mut instances: Vec<_> = instances.iter_mut().collect();
        self.product.wait_for_members(instances.len(), &mut instances);
        self.work(&mut instances);
    }

    /// Sends the rest, waits until all is through and ended well, and looks at every record.
    fn finish(self, mut instances: Vec<Privet>) -> Product<'static> {
        self.load.finish();
        let total = i64::from(self.numbered.total) + i64::from((self.numbered.total + 499) / 1000);
        self.product.wait_until_passed(total, PATIENCE, &mut instances.iter_mut().collect::<Vec<_>>());
        for instance in &mut instances {
            end(instance);
        }
        self.product.wait_until_closed();
        self.numbered.assert_each_once(&self.product.forwarded());
        self.product
    }
}

/// Drains an instance.
fn end(instance: &mut Privet) {
    instance.signal(Signal::Terminate);
    let status = instance.wait(PATIENCE);
    assert_eq!(status.code(), Some(0), "{}", instance.stderr());
}

#[test]
fn the_late_commit_of_an_instance_that_was_frozen_is_refused() {
    let kafka = Kafka::shared();
    let flow = Flow::start("frozen", 5_000, 2, 250);
    let mut frozen = flow.product.start(Instance::default());
    // It must stand still with a transaction open that has sent no offsets yet: those would be pending, and nobody else would
    // be told where the partitions stand before the broker gives the transaction up, which is to be open to the end here.
    let (open, begun) = eventually("a transaction is open in the frozen instance", PATIENCE, || {
        flow.work(&mut [&mut frozen]);
        flow.product.wait_until_open();
        let begun = Instant::now();
        frozen.signal(Signal::Stop);
        let open = kafka.count_open(&flow.product.output);
        let stands = open > 0 && flow.product.offsets_are_stable();
        if !stands {
            frozen.signal(Signal::Continue);
        }
        stands.then_some((open, begun))
    });
    let mut other = flow.product.start(Instance { ordinal: Some(1), ..Instance::default() });
    let before = flow.product.passed();
    // The other one gets the partitions, and their records are done by it.
    flow.product.wait_until_passed(before + i64::try_from(open).unwrap(), PATIENCE, &mut [&mut other]);
    assert!(begun.elapsed() + Duration::from_secs(1) >= SESSION_TIMEOUT, "the group gave it up early");
    assert!(kafka.count_open(&flow.product.output) >= open, "the transaction of the frozen instance is still open");
    frozen.signal(Signal::Continue);
    // It comes back as a member, its late transaction gone.
    let mut both = vec![frozen, other];
    flow.wait_for_members(&mut both);
    let product = flow.finish(both);

    // Its records were written twice, and showed once.
    let committed: BTreeSet<_> = product.forwarded().iter().map(number).collect();
    let uncommitted = kafka.read(&product.output, Isolation::Uncommitted);
    let late = uncommitted.len() - committed.len();
    assert!(late as u64 >= open, "{late} records aborted, {open} were open");
}

#[test]
fn a_drain_under_load_ends_well_and_leaves_nothing_open() {
    let kafka = Kafka::shared();
    let flow = Flow::start("drain", 4_000, 3, 400);
    for _ in 0..3 {
        let mut instance = flow.product.start(Instance::default());
        // What the one before committed may show late: this one must be at work itself.
        instance.wait_for_stderr("partitions taken", PATIENCE);
        flow.work(&mut [&mut instance]);
        let told = Instant::now();
        end(&mut instance);
        assert!(told.elapsed() < DRAIN_MAX, "drained in {:?}", told.elapsed());
        // The broker marks offsets and records as committed a moment after it has said that they are.
        eventually("nothing is open, and what is committed shows", Duration::from_secs(10), || {
            let shown = flow.product.forwarded().len() + flow.product.dead_letters().len();
            let all = flow.product.passed() == i64::try_from(shown).unwrap();
            (all && kafka.count_open(&flow.product.output) == 0).then_some(())
        });
    }
    let last = flow.product.start(Instance::default());
    flow.finish(vec![last]);
}

#[test]
fn who_is_told_to_end_while_it_still_checks_has_begun_nothing() {
    // Takes connections and answers nothing: the check waits.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let product = Product::new(Kafka::shared(), "told-early", Topics::default(), POLICY);
    let mut instance = product.start(Instance { brokers: Some(&address), ..Instance::default() });
    // Bit 14 of what a process catches is SIGTERM (proc(5)).
    let status = format!("/proc/{}/status", instance.id());
    eventually("it listens to signals", PATIENCE, || {
        let text = std::fs::read_to_string(&status).ok()?;
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:"))?;
        let caught = u64::from_str_radix(caught.trim(), 16).ok()?;
        (caught & (1 << 14) != 0).then_some(())
    });
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
}

#[test]
fn a_drain_without_a_broker_ends_in_time_to_be_started_again() {
    let kafka = Kafka::shared();
    let proxy = Proxy::before(kafka.servers());
    let address = proxy.address();
    let flow = Flow::start("drain-frozen", 1_000, 2, 200);
    let mut cut_off = flow.product.start(Instance { brokers: Some(&address), drain_max: "3s", ..Instance::default() });
    flow.work(&mut [&mut cut_off]);
    proxy.strike(Request::TransactionOffsets, Fault::Frozen, PATIENCE);
    let told = Instant::now();
    cut_off.signal(Signal::Terminate);
    let status = cut_off.wait(PATIENCE);
    assert_eq!(status.code(), Some(75), "{}", cut_off.stderr());
    assert!(told.elapsed() < Duration::from_secs(15), "ended after {:?}", told.elapsed());

    let next = flow.product.start(Instance::default());
    flow.finish(vec![next]);
}

#[test]
fn a_commit_in_doubt_is_committed_once() {
    let kafka = Kafka::shared();
    let proxy = Proxy::before(kafka.servers());
    let address = proxy.address();
    let flow = Flow::start("in-doubt", 3_000, 2, 150);
    // Nothing but the answers is to fail, however slow the machine is.
    let patient = Instance { brokers: Some(&address), session: "60000", call_max: "200s", ..Instance::default() };
    let mut instance = flow.product.start(patient);
    flow.work(&mut [&mut instance]);
    for _ in 0..3 {
        proxy.strike(Request::Commit, Fault::AnswerLost, PATIENCE);
        flow.work(&mut [&mut instance]);
    }
    let before = instance.stderr().len();
    proxy.strike(Request::Commit, Fault::AnswerHeld, PATIENCE);
    eventually("the broker has committed", PATIENCE, || (kafka.count_open(&flow.product.output) == 0).then_some(()));
    let committed = flow.product.forwarded();
    let written = kafka.count(&flow.product.output, Isolation::Uncommitted);
    // An attempt to commit has timed out, and the same commit is called again.
    eventually("the instance is in doubt", PATIENCE, || {
        let said = instance.stderr();
        let since = said.get(before..).unwrap_or_default();
        since.contains("call=\"commit_transaction\" answer=Again").then_some(())
    });
    assert_eq!(kafka.count(&flow.product.output, Isolation::Uncommitted), written, "nothing is written in doubt");
    proxy.release();
    flow.work(&mut [&mut instance]);
    let product = flow.finish(vec![instance]);
    // What was in doubt was not even tried again.
    let done: BTreeSet<_> = committed.iter().map(number).collect();
    let ends: BTreeMap<_, _> = committed.iter().map(|record| (record.partition, record.offset)).collect();
    let later = kafka.read(&product.output, Isolation::Uncommitted);
    let again = later.iter().filter(|record| record.offset > ends[&record.partition] && done.contains(&number(record)));
    assert_eq!(again.count(), 0, "records of a commit in doubt were written again");
}

#[test]
fn a_group_coordinator_that_is_gone_ends_the_process_to_be_started_again() {
    let kafka = Kafka::shared();
    let proxy = Proxy::before(kafka.servers());
    let address = proxy.address();
    let flow = Flow::start("coordinator", 2_000, 2, 200);
    let mut cut_off = flow.product.start(Instance { brokers: Some(&address), call_max: "8s", ..Instance::default() });
    flow.work(&mut [&mut cut_off]);
    proxy.strike(Request::TransactionOffsets, Fault::Frozen, PATIENCE);
    let struck = Instant::now();
    assert!(kafka.count_open(&flow.product.output) > 0, "its transaction is open");
    let status = cut_off.wait(PATIENCE);
    assert_eq!(status.code(), Some(75), "{}", cut_off.stderr());
    assert!(struck.elapsed() < Duration::from_secs(20), "ended after {:?}", struck.elapsed());
    assert!(cut_off.stderr().contains("send_offsets_to_transaction"), "{}", cut_off.stderr());

    let next = flow.product.start(Instance::default());
    flow.finish(vec![next]);
}

#[test]
fn instances_come_and_go_under_load() {
    let flow = Flow::start("come-and-go", 6_000, 4, 300);
    // Without ordinals: who ends leaves its group at once.
    let start = || flow.product.start(Instance { ordinal: None, ..Instance::default() });
    let mut all = vec![start()];
    flow.wait_for_members(&mut all);
    all.extend([start(), start(), start()]);
    flow.wait_for_members(&mut all);
    while all.len() > 1 {
        end(&mut all.remove(0));
        flow.wait_for_members(&mut all);
    }
    flow.finish(all);
}

#[test]
fn a_full_producer_queue_holds_back_and_drops_nothing() {
    let topics = Topics { partitions: 3, ..Topics::default() };
    let product = Product::new(Kafka::shared(), "queue-full", topics, POLICY);
    let numbered = Numbered::new(3_000, 3);
    product.produce(&(0..numbered.total).map(|n| numbered.record(n)).collect::<Vec<_>>());
    let ended = product.run_to_end(
        Instance { producer: "queue.buffering.max.messages: 10", log: "privet=debug", ..Instance::default() },
        &[],
    );
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("the producer's queue is full"), "it was never full");
    numbered.assert_each_once(&product.forwarded());
}
