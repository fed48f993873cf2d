//! How a product begins and ends: what it only counts, where it stops, and what makes it stop.

use std::time::{Duration, Instant};

use super::numbered::{Numbered, POLICY as NUMBERED};
use super::poison::{EMAIL, POLICY, good, numbers, run, value};
use crate::support::kafka::{Input, Isolation, Kafka};
use crate::support::product::{Instance, Product, Topics};

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
fn too_many_dead_letters_stop_the_product() {
    let mixed = |share: usize| -> Vec<Input> {
        (0..1_200).map(|n| if n % 10 < share { value("no JSON") } else { good(n) }).collect()
    };
    let product = Product::new(Kafka::shared(), "few-decoded", Topics::default(), POLICY);
    product.produce(&mixed(6));
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("fewer than half of the last 1000 records"), "{}", ended.stderr);

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
    assert_eq!((product.passed(), product.forwarded().len()), (10, 10));
    let ended = product.run_to_end(Instance { product: "on_gap: continue", ..Instance::default() }, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let wanted: Vec<u64> = (0..10).chain(20..30).collect();
    assert_eq!((product.passed(), numbers(&product.forwarded())), (30, wanted));
}
