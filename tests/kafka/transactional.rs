//! An input that transactional producers write: what their transactions leave behind is no record, no lag and no
//! hindrance.

use std::time::{Duration, Instant};

use rdkafka::producer::Producer;

use super::metrics::{free_address, gauge};
use super::poison::{POLICY, good, numbers};
use crate::support::eventually;
use crate::support::kafka::{Kafka, TestProducer, flush, send, unique};
use crate::support::process::Signal;
use crate::support::product::{Instance, PATIENCE, Product, Topics};

/// Longer than two reports of the client about its partitions.
const REPORTS: Duration = Duration::from_secs(11);

/// How a transaction of the input ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Committed,
    Aborted,
}

fn write(producer: &TestProducer, product: &Product<'_>, records: std::ops::Range<usize>, ends: Ends) {
    producer.begin_transaction().unwrap();
    send(producer, &product.input, &records.map(good).collect::<Vec<_>>());
    flush(producer);
    match ends {
        Ends::Committed => producer.commit_transaction(PATIENCE).unwrap(),
        Ends::Aborted => producer.abort_transaction(PATIENCE).unwrap(),
    }
}

#[test]
fn a_run_to_the_end_ends_behind_the_last_transaction() {
    let product = Product::new(Kafka::shared(), "transactional-end", Topics::default(), POLICY);
    let producer = product.kafka.transactional_producer(&unique("writer"));
    let run = |wanted: std::ops::Range<u64>| {
        let ended = product.run_to_end(Instance::default(), &[]);
        assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
        assert_eq!(numbers(&product.forwarded()), wanted.collect::<Vec<_>>());
    };
    write(&producer, &product, 0..3, Ends::Committed);
    run(0..3);
    write(&producer, &product, 100..105, Ends::Aborted);
    run(0..3);
    write(&producer, &product, 3..5, Ends::Committed);
    write(&producer, &product, 105..110, Ends::Aborted);
    run(0..5);
    run(0..5);
}

/// Lag that never ends would end the process: nothing moves, and there seems to be work.
#[test]
fn a_quiet_topic_that_ends_with_a_transaction_has_no_lag() {
    let product = Product::new(Kafka::shared(), "transactional-lag", Topics::default(), POLICY);
    let producer = product.kafka.transactional_producer(&unique("writer"));
    let admin = free_address();
    let listen = format!("{{listen: \"{admin}\"}}");
    let mut instance = product.start(Instance { admin: &listen, ..Instance::default() });
    let lag = || gauge(&admin, "privet_consumer_lag_records{");
    // Offsets: three records, the transaction's end, and so on.
    for (passed, ends) in [(3, Ends::Committed), (3, Ends::Aborted), (11, Ends::Committed), (11, Ends::Aborted)] {
        write(&producer, &product, 0..3, ends);
        product.wait_until_passed(passed, PATIENCE, &mut [&mut instance]);
    }
    eventually("there is no lag", PATIENCE, || (lag() == Some(0)).then_some(()));
    let settled = Instant::now();
    while settled.elapsed() < REPORTS {
        assert_eq!(lag(), Some(0), "after {:?}", settled.elapsed());
        std::thread::sleep(Duration::from_millis(200));
    }
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    assert_eq!(product.forwarded().len(), 6);
}
