//! How a product begins and ends: what it only counts, where it stops, and what makes it stop.

use std::time::{Duration, Instant};

use super::numbered::{Numbered, POLICY as NUMBERED};
use super::poison::{EMAIL, POLICY, good, numbers, run, value};
use crate::support::eventually;
use crate::support::kafka::{Input, Isolation, Kafka};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

#[test]
fn a_topic_of_another_format_stops_the_product() {
    let product = Product::new(Kafka::shared(), "none-decoded", Topics::default(), POLICY);
    product.produce(&(0..150).map(|_| value(format!("no JSON, {EMAIL}"))).collect::<Vec<_>>());
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("none of the first 100 records could be decoded"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(EMAIL));
    assert_eq!((product.passed(), product.forwarded().len()), (0, 0));
}

#[test]
fn a_topic_in_a_registrys_format_is_named_as_such() {
    let product = Product::new(Kafka::shared(), "wire-format", Topics::default(), POLICY);
    let avro = [&[0, 0, 0, 4, 210, 16][..], EMAIL.as_bytes()].concat();
    product.produce(&vec![value(avro); 120]);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    for said in ["none of the first 100 records could be decoded (confluent_wire_format)", "schema id 1234"] {
        assert!(ended.stderr.contains(said), "{said:?} is not in:\n{}", ended.stderr);
    }
    assert!(!ended.stderr.contains(EMAIL));
}

#[test]
fn too_many_dead_letters_stop_the_product() {
    let mixed = |share: usize| -> Vec<Input> {
        (0..1_200).map(|n| if n % 10 < share { value("no JSON") } else { good(n) }).collect()
    };
    let product = Product::new(Kafka::shared(), "few-decoded", Topics::default(), POLICY);
    product.produce(&mixed(6));
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("of the last 1000 records 600 could not be decoded (invalid_json)"),
        "{}",
        ended.stderr
    );

    // Another share, or none, is the policy's to say.
    for stop_at in ["0.7", "off"] {
        let policy = format!("dead_letter: {{kafka: DEAD_LETTER, stop_at: {stop_at}}}\n{POLICY}");
        let product = Product::new(Kafka::shared(), "few-decoded", Topics::default(), &policy);
        run(&product, &mixed(6));
        assert_eq!((product.forwarded().len(), product.dead_letters().len()), (480, 720));
    }
}

#[test]
fn a_dry_run_writes_and_commits_nothing() {
    let product = Product::new(Kafka::shared(), "dry-run", Topics::default(), POLICY);
    product.produce(&[good(0), value("no JSON"), good(2)]);
    let ended = product.run_to_end(Instance::default(), &["--dry-run"]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("3 records in, 2 forwarded"), "{}", ended.stderr);
    assert!(ended.stderr.contains("1 dead letters: invalid_json"), "{}", ended.stderr);
    assert!(ended.stderr.contains("  values   2 tokenize\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("record would go to dead letter"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("sent to dead letter"), "nothing is sent: {}", ended.stderr);
    for topic in [&product.output, &product.dead_letter] {
        assert_eq!(product.kafka.count(topic, Isolation::Uncommitted), 0, "{topic}");
    }
    assert_eq!(product.passed(), 0);
    // The same without it does what was counted.
    run(&product, &[]);
    assert_eq!((product.forwarded().len(), product.dead_letters().len()), (2, 1));
}

#[test]
fn a_run_to_the_end_stops_where_the_topic_ended_when_it_started() {
    let topics = Topics { partitions: 3, ..Topics::default() };
    let product = Product::new(Kafka::shared(), "until-end", topics, POLICY);
    let at = |n: usize| Input { partition: Some(i32::try_from(n % 2).unwrap()), ..good(n) };
    product.produce(&(0..100).map(at).collect::<Vec<_>>());
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        // It must end although the topic does not.
        scope.spawn(|| {
            for n in 100.. {
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    return;
                }
                product.produce(&[at(n)]);
            }
        });
        let ended = product.run_to_end(Instance::default(), &[]);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    });
    let first = numbers(&product.forwarded()).len();
    let all = product.kafka.count(&product.input, Isolation::Committed);
    assert!(first >= 100 && (first as u64) < all, "{first} of {all}");
    // The next one goes on behind it.
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let mut numbers = numbers(&product.forwarded());
    numbers.sort_unstable();
    assert_eq!(numbers, (0..all).collect::<Vec<_>>());
}

#[test]
fn an_empty_topic_has_its_end_at_once() {
    let product = Product::new(Kafka::shared(), "empty", Topics::default(), POLICY);
    let begun = Instant::now();
    run(&product, &[]);
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn without_transactions_every_record_comes_through_at_least_once() {
    let topics = Topics { partitions: 3, ..Topics::default() };
    let product = Product::new(Kafka::shared(), "at-least-once", topics, NUMBERED);
    let numbered = Numbered::new(2_000, 3);
    product.produce(&(0..numbered.total).map(|n| numbered.record(n)).collect::<Vec<_>>());
    let ended = product.run_to_end(Instance { product: "delivery: at_least_once", ..Instance::default() }, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("at least once"), "{}", ended.stderr);
    assert_eq!(product.passed(), i64::from(numbered.total));
    // Nothing failed, so at least once is once here.
    numbered.assert_each_once(&product.forwarded());
}

#[test]
fn records_that_are_gone_stop_their_partition_unless_told_to_go_on() {
    let product = Product::new(Kafka::shared(), "gap", Topics::default(), POLICY);
    product.produce(&(0..10).map(good).collect::<Vec<_>>());
    run(&product, &[]);
    product.produce(&(10..30).map(good).collect::<Vec<_>>());
    product.kafka.delete_before(&product.input, 0, 20);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert!(ended.stderr.contains("records are gone") && ended.stderr.contains("lost=10"), "{}", ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "who reads only the exit code must learn of it: {}", ended.stderr);
    assert_eq!((product.passed(), product.forwarded().len()), (10, 10));
    let ended = product.run_to_end(Instance { product: "on_gap: continue", ..Instance::default() }, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let wanted: Vec<u64> = (0..10).chain(20..30).collect();
    assert_eq!((product.passed(), numbers(&product.forwarded())), (30, wanted));
}

#[test]
fn what_was_found_is_told_at_the_end_and_how_fast() {
    let product = Product::new(Kafka::shared(), "found", Topics::default(), POLICY);
    let note = |n: usize| value(format!(r#"{{"n":{n},"email":"{EMAIL}","note":"from {EMAIL}, 4111 1111 1111 1111"}}"#));
    let said = run(&product, &[note(0), note(1), good(2), value("no JSON")]);
    for line in [
        "4 records in, 3 forwarded, 3 changed, 0 dropped, 1 dead letters\n",
        "  changed  2 CREDIT_CARD, 2 EMAIL_ADDRESS\n",
        "  values   4 replace, 3 tokenize\n",
        "  1 dead letters: invalid_json\n",
    ] {
        assert!(said.contains(line), "{line:?} is not in:\n{said}");
    }
    assert!(said.contains(" records/s, "), "{said}");
}

#[test]
fn an_input_that_outgrows_its_output_stops_the_product() {
    let kafka = Kafka::shared();
    let product = Product::new(kafka, "outgrown", Topics::default(), POLICY);
    let quick = Instance { consumer: "topic.metadata.refresh.interval.ms: 500", ..Instance::default() };
    let mut instance = product.start(quick);
    product.produce(&[good(0)]);
    product.wait_until_passed(1, PATIENCE, &mut [&mut instance]);
    // Where the output has grown first, all is well.
    kafka.add_partitions(&product.output, 2);
    kafka.add_partitions(&product.input, 2);
    let second = |n: usize| Input { partition: Some(1), ..good(n) };
    product.produce(&[second(1)]);
    eventually("the new partition's record is there", PATIENCE, || (product.forwarded().len() == 2).then_some(()));
    assert!(instance.ended().is_none(), "{}", instance.stderr());
    kafka.add_partitions(&product.input, 3);
    let status = instance.wait(PATIENCE);
    assert_eq!(status.code(), Some(3), "{}", instance.stderr());
    let reason = "the input topic has more partitions than the output topic";
    assert!(instance.stderr().contains(reason), "{}", instance.stderr());
    // What mends it does.
    kafka.add_partitions(&product.output, 3);
    let third = Input { partition: Some(2), ..good(2) };
    product.produce(&[third]);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(numbers(&product.forwarded()), [0, 1, 2]);
}
