//! Faults other than a kill: frozen, in doubt, without a coordinator, refused by the broker alone, squeezed.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::mocking::{MockCluster, MockCoordinator};

use crate::kafka::flow::{Flow, PARTITIONS, POLICY};
use crate::kafka::proxy::Proxy;
use crate::kafka::sidecar::{PATIENCE, Plan, Sidecar};
use crate::support::eventually;
use crate::support::kafka::{Input, Isolation, Kafka, block_on};
use crate::support::process::Signal;

#[test]
fn an_instance_frozen_past_its_session_commits_nothing_late() {
    let kafka = Kafka::shared();
    let plan = Plan {
        partitions: PARTITIONS,
        policy: POLICY,
        consumer: &[("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "1000")],
        producer: &[("transaction.timeout.ms", "10000")],
        ..Plan::default()
    };
    let sidecar = Sidecar::new(kafka, "frozen", plan);
    let flow = Flow { records: 6_000, time: Duration::from_secs(25) };
    let feeder = flow.start(kafka, &sidecar.input);
    let mut frozen = sidecar.start(0);
    sidecar.wait_for(PARTITIONS, 100);
    let open = (0..10).any(|_| {
        frozen.signal(Signal::Stop);
        let open = sidecar.open_records() > 0;
        if !open {
            frozen.signal(Signal::Continue);
            std::thread::sleep(Duration::from_millis(130));
        }
        open
    });
    assert!(open, "no freeze hit an open transaction");
    let before = sidecar.committed(PARTITIONS);
    let mut other = sidecar.start(1);
    // The other instance has the partitions only once the frozen one's session is over.
    sidecar.wait_for(PARTITIONS, before + 1_000);
    frozen.signal(Signal::Continue);
    feeder.join().expect("the feeder does not panic");
    sidecar.wait_for(PARTITIONS, flow.records);
    for instance in [&mut frozen, &mut other] {
        instance.signal(Signal::Terminate);
        assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    }
    flow.check(&sidecar);
}

#[test]
fn a_commit_in_doubt_is_committed_once() {
    let kafka = Kafka::shared();
    let proxy = Proxy::start(kafka.servers());
    let brokers = proxy.address();
    let plan = Plan { partitions: PARTITIONS, policy: POLICY, brokers: Some(&brokers), ..Plan::default() };
    let sidecar = Sidecar::new(kafka, "doubt", plan);
    let flow = Flow { records: 2_000, time: Duration::from_secs(5) };
    let feeder = flow.start(kafka, &sidecar.input);
    let mut instance = sidecar.start(0);
    sidecar.wait_for(PARTITIONS, 100);
    proxy.swallow_next_commit();
    eventually("the answer of a commit is swallowed", PATIENCE, || proxy.swallowed().then_some(()));
    feeder.join().expect("the feeder does not panic");
    sidecar.wait_for(PARTITIONS, flow.records);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    let said = instance.stderr();
    let doubt = said.lines().any(|line| line.contains("commit_transaction") && line.contains("Again"));
    assert!(doubt, "the commit was in doubt:\n{said}");
    flow.check(&sidecar);
}

/// The client's call can block for ever whatever time-out it was given. A mock cluster will do: nothing is asked of it
/// but not to answer.
#[test]
fn without_the_groups_coordinator_the_watchdog_ends_the_process() {
    let mock = MockCluster::new(2).expect("a mock cluster");
    let kafka = Kafka::at(&mock.bootstrap_servers());
    let real = Kafka::shared();
    let plan = Plan { settings: "  call_max: 5s\n", brokers: Some(kafka.servers()), policy: "", ..Plan::default() };
    let sidecar = Sidecar::new(real, "coordinator", plan);
    for topic in [&sidecar.input, &sidecar.output, &sidecar.dead_letter] {
        mock.create_topic(topic, 1, 2).expect("a topic");
        mock.partition_leader(topic, 0, Some(1)).expect("a leader");
    }
    mock.coordinator(MockCoordinator::Group(sidecar.group.clone()), 2).expect("a coordinator");
    mock.coordinator(MockCoordinator::Transaction(format!("{}-0", sidecar.group)), 1).expect("a coordinator");
    let mut instance = sidecar.start(0);
    let record =
        |n: u32| Input { partition: Some(0), value: Some(format!(r#"{{"n":{n}}}"#).into()), ..Input::default() };
    let mut next = 0;
    eventually("records come through", PATIENCE, || {
        kafka.produce(&sidecar.input, &[record(next)]);
        next += 1;
        let (_, end) = ends(&kafka, &sidecar.output);
        (end > 0).then_some(())
    });
    mock.broker_down(2).expect("the broker goes down");
    for n in 0..50 {
        kafka.produce(&sidecar.input, &[record(n)]);
    }
    let status = instance.wait(PATIENCE);
    assert_eq!(status.code(), Some(75), "{}", instance.stderr());
    assert!(instance.stderr().contains("past its deadline"), "{}", instance.stderr());
}

fn ends(kafka: &Kafka, topic: &str) -> (i64, i64) {
    use rdkafka::consumer::{BaseConsumer, Consumer as _};
    let consumer: BaseConsumer = kafka.config().create().expect("a consumer");
    consumer.fetch_watermarks(topic, 0, PATIENCE).expect("the broker answers")
}

/// Nobody knew when the process started: the delivery reports name them, or they are found by halves.
#[test]
fn what_only_the_broker_refuses_is_held_back_alone() {
    let kafka = Kafka::shared();
    let lenient = [("message.timestamp.after.max.ms", "9223372036854775807")];
    let plan = Plan { policy: "fields:\n  n: keep\n", output: &lenient, ..Plan::default() };
    let sidecar = Sidecar::new(kafka, "refused", plan);
    let mut instance = sidecar.start(0);
    let time = i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis(),
    )
    .expect("a time");
    let record = |n: i64| Input {
        partition: Some(0),
        key: (n != 30).then(|| b"k".to_vec()),
        value: Some(format!(r#"{{"n":{n}}}"#).into()),
        timestamp: Some(if n == 20 { time + 7_200_000 } else { time }),
        ..Input::default()
    };
    kafka.produce(&sidecar.input, &(0..10).map(record).collect::<Vec<_>>());
    sidecar.wait_for(1, 10);
    let admin: AdminClient<DefaultClientContext> = kafka.config().create().expect("an admin client");
    let strict = AlterConfig::new(ResourceSpecifier::Topic(&sidecar.output))
        .set("message.timestamp.after.max.ms", "3600000")
        .set("cleanup.policy", "compact");
    block_on(admin.alter_configs(&[strict], &AdminOptions::new())).expect("the broker answers");
    let patient = [("message.timestamp.after.max.ms", "9223372036854775807")];
    let input = AlterConfig::new(ResourceSpecifier::Topic(&sidecar.input)).set(patient[0].0, patient[0].1);
    block_on(admin.alter_configs(&[input], &AdminOptions::new())).expect("the broker answers");
    kafka.produce(&sidecar.input, &(10..200).map(record).collect::<Vec<_>>());
    sidecar.wait_for(1, 200);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    let out: Vec<_> = kafka.read(&sidecar.output, Isolation::Committed).iter().map(|r| r.text().to_owned()).collect();
    let wanted: Vec<_> = (0..200).filter(|n| ![20, 30].contains(n)).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    assert_eq!(out, wanted, "{}", instance.stderr());
    let dead = kafka.read(&sidecar.dead_letter, Isolation::Committed);
    let mut offsets: Vec<_> = dead.iter().map(|d| d.header("privet-offset").expect("an offset").to_owned()).collect();
    offsets.sort();
    assert_eq!(offsets, ["20", "30"]);
}

#[test]
fn a_full_queue_of_the_producer_drops_nothing() {
    let kafka = Kafka::shared();
    let plan = Plan {
        partitions: PARTITIONS,
        policy: POLICY,
        producer: &[("queue.buffering.max.messages", "10")],
        ..Plan::default()
    };
    let sidecar = Sidecar::new(kafka, "full", plan);
    let flow = Flow { records: 3_000, time: Duration::from_millis(100) };
    flow.start(kafka, &sidecar.input).join().expect("the feeder does not panic");
    let ended = sidecar.run_to_end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    flow.check(&sidecar);
}
