//! The oracle: numbered records flow while instances are killed, join and leave; each number is seen once, in order.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::kafka::flow::{Flow, PARTITIONS, POLICY};
use crate::kafka::sidecar::{PATIENCE, Plan, Sidecar};
use crate::support::eventually;
use crate::support::kafka::Kafka;
use crate::support::process::{Privet, Signal};

/// A partition of an instance that has left waits so long for its next owner.
const SESSION: &[(&str, &str)] = &[("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "1000")];
const KILLS: usize = 5;

#[test]
fn killed_in_open_transactions_and_rebalanced_every_record_comes_through_once() {
    let kafka = Kafka::shared();
    let plan = Plan { partitions: PARTITIONS, policy: POLICY, consumer: SESSION, ..Plan::default() };
    let sidecar = Sidecar::new(kafka, "kills", plan);
    let flow = Flow { records: 20_000, time: Duration::from_secs(150) };
    let feeder = flow.start(kafka, &sidecar.input);

    let watch = Watch::new(&sidecar);
    let mut first = sidecar.start(0);
    let mut second: Option<Privet> = None;
    let (mut hits, mut joined) = (0, 0);
    while hits < KILLS && !feeder.is_finished() {
        let before = sidecar.committed(PARTITIONS);
        eventually("records flow", PATIENCE, || (sidecar.committed(PARTITIONS) > before).then_some(()));
        eventually("a transaction is open", PATIENCE, || watch.sees_open_transaction().then_some(()));
        first.kill();
        if sidecar.open_records() > 0 {
            hits += 1;
            match second.take() {
                Some(instance) => leave(instance),
                None if joined < 2 => {
                    joined += 1;
                    second = Some(sidecar.start(1));
                }
                None => {}
            }
        }
        first = sidecar.start(0);
    }
    assert_eq!(hits, KILLS, "too few kills hit an open transaction");
    if let Some(instance) = second {
        leave(instance);
    }
    assert_eq!(joined, 2);
    let paced = feeder.join().expect("the feeder does not panic");
    assert!(paced >= Duration::from_secs(30), "the records were not paced: {paced:?}");
    sidecar.wait_for(PARTITIONS, flow.records);
    first.signal(Signal::Terminate);
    assert_eq!(first.wait(PATIENCE).code(), Some(0), "{}", first.stderr());
    flow.check(&sidecar);
}

/// Looks for an open transaction in the output: records beyond the last stable offset. Only chooses the moment of a kill;
/// that it hit is proved afterwards by the independent reader.
struct Watch {
    output: String,
    stable: BaseConsumer,
    all: BaseConsumer,
}

impl Watch {
    fn new(sidecar: &Sidecar<'_>) -> Self {
        let reader = |isolation: &str| {
            sidecar.kafka.config().set("isolation.level", isolation).create().expect("a consumer for watermarks")
        };
        Self { output: sidecar.output.clone(), stable: reader("read_committed"), all: reader("read_uncommitted") }
    }

    fn sees_open_transaction(&self) -> bool {
        let end = |reader: &BaseConsumer, partition: i32| {
            reader.fetch_watermarks(&self.output, partition, PATIENCE).expect("the broker tells where it ends").1
        };
        (0..PARTITIONS).any(|partition| {
            let stable = end(&self.stable, partition);
            end(&self.all, partition) > stable
        })
    }
}

/// Lets a second instance go, which must have had its part of the work.
fn leave(mut instance: Privet) {
    eventually("the second instance has joined and works", PATIENCE, || {
        instance.stderr().contains("partitions taken").then_some(())
    });
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
}
