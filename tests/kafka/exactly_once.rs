//! Twenty thousand numbered records through an instance that is killed again and again, while others come and go; more of
//! both in `make soak`.

use std::time::Duration;

use super::numbered::{Load, Numbered, POLICY, records};
use super::victim::Victim;
use crate::support::kafka::{Isolation, Kafka};
use crate::support::process::Signal;
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const PARTITIONS: u32 = 3;
/// Thirty seconds at this pace for twenty thousand, if nothing slows it down.
const RATE: u32 = 650;
/// Records for a kill that hits an open transaction: five in twenty thousand.
const RECORDS_FOR_A_KILL: u32 = 4_000;

/// A second instance joins, takes its share and leaves again; gives what it said.
fn visit(product: &Product<'_>, victim: &mut Victim<'_>, ordinal: Option<u32>) -> String {
    // A visitor before that has a name of its own is a member until its session is over, and would be taken for this one.
    product.wait_for_members(1, &mut [&mut victim.running]);
    let mut visitor = product.start(Instance { ordinal, ..Instance::default() });
    product.wait_for_members(2, &mut [&mut visitor, &mut victim.running]);
    // It has at least one partition, so it does a share of this. The first move may be the last of who had that partition
    // before: a broker shows a commit a moment after it has said that it is made.
    for _ in 0..2 {
        product.wait_until_all_move(PATIENCE, &mut [&mut visitor, &mut victim.running]);
    }
    visitor.signal(Signal::Terminate);
    let status = visitor.wait(PATIENCE);
    let said = visitor.stderr();
    assert_eq!(status.code(), Some(0), "{said}");
    let forwarded = said.lines().find_map(|line| line.split(", ").find_map(|part| part.strip_suffix(" forwarded")));
    assert!(forwarded.is_some_and(|count| count != "0"), "the second instance did its share:\n{said}");
    said
}

#[test]
fn each_record_shows_once_whatever_is_killed_and_whoever_joins() {
    let kafka = Kafka::shared();
    let topics = Topics { partitions: PARTITIONS.try_into().unwrap(), ..Topics::default() };
    let product = Product::new(kafka, "exactly-once", topics, POLICY);
    let total = records();
    let kills = (total / RECORDS_FOR_A_KILL).max(5);
    let numbered = Numbered::new(total, PARTITIONS);
    let load = Load::start(kafka, &product.input, numbered, RATE);

    let mut victim = Victim::start(&product, Instance::default());
    victim.kill(2, &load);
    let mut said = visit(&product, &mut victim, Some(1));
    victim.kill(2, &load);
    said.push_str(&visit(&product, &mut victim, None));
    victim.kill(kills - 4, &load);
    let took = load.finish();
    assert!(took >= Duration::from_secs(1) * (total / RATE), "the load took {took:?}");

    let broken = i64::from(total / 1000);
    product.wait_until_passed(i64::from(total) + broken, PATIENCE, &mut [&mut victim.running]);
    victim.running.signal(Signal::Terminate);
    let status = victim.running.wait(PATIENCE);
    said.push_str(&victim.said);
    said.push_str(&victim.running.stderr());
    assert_eq!(status.code(), Some(0), "{said}");

    product.wait_until_closed();
    let read = product.forwarded();
    let aborted = kafka.count(&product.output, Isolation::Uncommitted) - u64::try_from(read.len()).unwrap();
    assert!(aborted > 0, "kills that hit open transactions leave aborted records");
    numbered.assert_each_once(&read);
    let reasons = product.reasons();
    assert_eq!(reasons.len(), usize::try_from(broken).unwrap());
    assert!(reasons.values().all(|reason| reason == "unexpected_end"), "{reasons:?}");

    let leaks = numbered.leaks();
    leaks.assert_none_in(&read);
    leaks.assert_none_in(&kafka.read(&product.dead_letter, Isolation::Committed));
    leaks.assert_none_said(&said);
    eprintln!(
        "{} of {} kills hit an open transaction; {aborted} records aborted; load {took:?}",
        victim.hits, victim.tried
    );
}
