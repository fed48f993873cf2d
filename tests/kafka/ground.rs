//! The ground the other tests stand on: what the broker keeps, hides and survives, and that the reader sees it.

use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::producer::Producer;

use crate::support::kafka::{Input, Isolation, Kafka, flush, send, unique};

const PATIENCE: Duration = Duration::from_secs(60);

fn record(value: &str) -> Input {
    Input { partition: Some(0), value: Some(value.into()), ..Input::default() }
}

#[test]
fn every_part_of_a_record_is_read_back() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("ground-parts", 2);
    let full = Input {
        partition: Some(1),
        key: Some(b"key".to_vec()),
        value: Some(vec![0, 159, 146, 150]),
        headers: vec![("a".into(), Some(b"1".to_vec())), ("a".into(), None), ("b".into(), Some(vec![]))],
        timestamp: Some(1_700_000_000_123),
    };
    let tombstone = Input { partition: Some(0), key: Some(b"gone".to_vec()), ..Input::default() };
    let empty = Input { partition: Some(0), value: Some(vec![]), ..Input::default() };
    kafka.produce(&topic, &[full.clone(), tombstone.clone(), empty.clone()]);

    let read = kafka.read(&topic, Isolation::Committed);
    let as_sent = |r: &crate::support::kafka::Read| (r.partition, r.key.clone(), r.value.clone(), r.headers.clone());
    let sent = |r: &Input| (r.partition.unwrap(), r.key.clone(), r.value.clone(), r.headers.clone());
    assert_eq!(read.iter().map(as_sent).collect::<Vec<_>>(), [sent(&tombstone), sent(&empty), sent(&full)]);
    assert_eq!(read[2].timestamp, 1_700_000_000_123);
    assert!(read[2].holds(&[146, 150]) && !read[2].holds(b"gone"));
}

#[test]
fn an_aborted_record_is_counted_only_by_a_reader_of_uncommitted() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("ground-abort", 1);
    let producer = kafka.transactional_producer(&unique("ground-abort"));
    let in_transaction = |value: &str| {
        producer.begin_transaction().unwrap();
        send(&producer, &topic, &[record(value)]);
        flush(&producer);
    };

    in_transaction("kept");
    producer.commit_transaction(PATIENCE).unwrap();
    in_transaction("aborted");
    producer.abort_transaction(PATIENCE).unwrap();

    let values = |isolation| kafka.read(&topic, isolation).iter().map(|r| r.text().to_owned()).collect::<Vec<_>>();
    assert_eq!(values(Isolation::Committed), ["kept"]);
    assert_eq!(values(Isolation::Uncommitted), ["kept", "aborted"]);
    assert_eq!(kafka.count(&topic, Isolation::Committed), 1);
    assert_eq!(kafka.count(&topic, Isolation::Uncommitted), 2);

    in_transaction("open");
    assert_eq!(kafka.count(&topic, Isolation::Committed), 1);
    assert_eq!(kafka.count(&topic, Isolation::Uncommitted), 3);
}

#[test]
fn a_committed_record_survives_a_broker_that_is_killed() {
    let kafka = Kafka::start(3);
    let topic = kafka.new_topic("ground-kill", 1);
    kafka.produce(&topic, &[record("before")]);
    kafka.kill(2);
    kafka.produce(&topic, &[record("during")]);
    kafka.restart(2);
    kafka.produce(&topic, &[record("after")]);
    let values: Vec<_> = kafka.read(&topic, Isolation::Committed).iter().map(|r| r.text().to_owned()).collect();
    assert_eq!(values, ["before", "during", "after"]);
}

/// librdkafka's own configure script drops what it finds no library for, and says nothing.
#[test]
fn librdkafka_is_built_with_what_brokers_ask_for() {
    let config = ClientConfig::new().create_native_config().unwrap();
    let features = config.get("builtin.features").unwrap();
    let built: Vec<_> = features.split(',').map(str::trim).collect();
    for wanted in ["ssl", "sasl_scram", "sasl_plain", "sasl_oauthbearer", "gzip", "lz4", "zstd", "snappy"] {
        assert!(built.contains(&wanted), "librdkafka was built without {wanted}: {features}");
    }
}
