//! How the sidecar begins and ends: what it refuses, what it only counts, and what makes it stop.

use std::time::Duration;

use crate::kafka::flow::{Flow, PARTITIONS, POLICY};
use crate::kafka::sidecar::{PATIENCE, Plan, Sidecar};
use crate::support::kafka::{Input, Isolation, Kafka, unique};
use crate::support::process::{Privet, Signal};

fn json(n: usize) -> Input {
    Input { partition: Some(0), value: Some(format!(r#"{{"n":{n}}}"#).into()), ..Input::default() }
}

#[test]
fn what_cannot_work_is_told_before_the_first_record_with_what_mends_it() {
    let kafka = Kafka::shared();
    let sidecar = Sidecar::new(kafka, "mend", Plan::default());
    let wide = kafka.new_topic("mend-wide", 2);
    let trial = |from: &str, to: &str, more: &[&str]| {
        let policy = sidecar.policy();
        let mut arguments = vec!["run", "--brokers", kafka.servers(), "--from", from, "--to", to, "--policy", &policy];
        arguments.extend(more);
        let ended = Privet::run(Privet::command(arguments), b"", PATIENCE);
        assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
        ended.stderr
    };
    let absent = unique("mend-absent");
    let said = trial(&sidecar.input, &absent, &[]);
    assert!(said.contains(&format!("output topic {absent} does not exist")) && said.contains("--create"), "{said}");
    let said = trial(&wide, &sidecar.output, &[]);
    assert!(said.contains("has 1 partitions, fewer than the 2") && said.contains("--alter"), "{said}");
    let said = trial(&sidecar.input, &sidecar.input, &[]);
    assert!(said.contains("is an input of this process"), "{said}");
    let said = trial(&sidecar.input, &sidecar.output, &["-X", "sasl.password=hunter2"]);
    assert!(said.contains("${env:NAME}") && !said.contains("hunter2"), "{said}");
    assert_eq!(kafka.count(&sidecar.output, Isolation::Uncommitted), 0);
}

#[test]
fn a_dry_run_counts_and_leaves_no_trace() {
    let kafka = Kafka::shared();
    let sidecar = Sidecar::new(kafka, "dry", Plan { partitions: PARTITIONS, policy: POLICY, ..Plan::default() });
    let flow = Flow { records: 3_000, time: Duration::from_millis(100) };
    flow.start(kafka, &sidecar.input).join().expect("the feeder does not panic");
    let ended = sidecar.run(&["--dry-run", "--until-end"]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let counted = "3000 records in, 2997 forwarded, 2997 changed, 0 dropped, 3 dead letters";
    assert!(ended.stderr.contains(counted), "{}", ended.stderr);
    assert_eq!(kafka.count(&sidecar.output, Isolation::Uncommitted), 0);
    assert_eq!(kafka.count(&sidecar.dead_letter, Isolation::Uncommitted), 0);
    assert_eq!(sidecar.committed(PARTITIONS), 0);
    // The same again for real, at least once, and nothing is left for a second run.
    let ended = sidecar.run_to_end();
    assert!(ended.stderr.contains(counted), "{}", ended.stderr);
    flow.check(&sidecar);
    assert!(sidecar.run_to_end().stderr.contains(" 0 records in"));
}

#[test]
fn without_transactions_every_record_comes_through_at_least_once() {
    let kafka = Kafka::shared();
    let plan =
        Plan { partitions: PARTITIONS, policy: POLICY, product: &["delivery: at_least_once"], ..Plan::default() };
    let sidecar = Sidecar::new(kafka, "least", plan);
    let flow = Flow { records: 2_000, time: Duration::from_millis(100) };
    flow.start(kafka, &sidecar.input).join().expect("the feeder does not panic");
    let ended = sidecar.run_to_end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(sidecar.committed(PARTITIONS), 2_000);
    // Nothing failed, so at least once is once here.
    flow.check(&sidecar);
}

#[test]
fn where_nothing_can_be_decoded_it_stops_and_commits_nothing_of_it() {
    let kafka = Kafka::shared();
    let sidecar = Sidecar::new(kafka, "stop", Plan { stop_at: "0.5", ..Plan::default() });
    let records: Vec<_> =
        (0..150).map(|_| Input { partition: Some(0), value: Some(b"<xml/>".to_vec()), ..Input::default() }).collect();
    kafka.produce(&sidecar.input, &records);
    let ended = sidecar.run(&[]);
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("none of the first 100 records could be decoded"), "{}", ended.stderr);
    assert_eq!(kafka.count(&sidecar.dead_letter, Isolation::Committed), 0);
    assert_eq!(sidecar.committed(1), 0);
}

#[test]
fn told_to_end_it_commits_what_it_has_and_a_second_start_goes_on() {
    let kafka = Kafka::shared();
    let sidecar = Sidecar::new(kafka, "drain", Plan { partitions: PARTITIONS, policy: POLICY, ..Plan::default() });
    let flow = Flow { records: 4_000, time: Duration::from_secs(4) };
    let feeder = flow.start(kafka, &sidecar.input);
    let mut instance = sidecar.start(0);
    sidecar.wait_for(PARTITIONS, 1_000);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    assert_eq!(sidecar.open_records(), 0, "nothing is left open");
    feeder.join().expect("the feeder does not panic");
    assert_eq!(sidecar.run_to_end().status.code(), Some(0));
    flow.check(&sidecar);
}

#[test]
fn records_that_are_gone_stop_their_partition_unless_told_to_go_on() {
    let kafka = Kafka::shared();
    let sidecar = Sidecar::new(kafka, "gap", Plan::default());
    kafka.produce(&sidecar.input, &(0..10).map(json).collect::<Vec<_>>());
    assert_eq!(sidecar.run_to_end().status.code(), Some(0));
    kafka.produce(&sidecar.input, &(10..30).map(json).collect::<Vec<_>>());
    kafka.delete_before(&sidecar.input, 0, 20);
    let ended = sidecar.run_to_end();
    assert!(ended.stderr.contains("records are gone") && ended.stderr.contains("lost=10"), "{}", ended.stderr);
    assert_eq!((sidecar.committed(1), kafka.count(&sidecar.output, Isolation::Committed)), (10, 10));
    let sidecar = sidecar.with_product("on_gap: continue");
    let ended = sidecar.run_to_end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!((sidecar.committed(1), kafka.count(&sidecar.output, Isolation::Committed)), (30, 20));
}
