//! Who ends while others of its group are at work, and with what exit code.

use super::poison::{POLICY, good, numbers};
use crate::support::kafka::Kafka;
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const TAKEN: &str = "partitions taken";

/// More than anybody is through with in the moment after it has begun.
const MANY: usize = 50_000;

fn end(instance: &mut Privet) {
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
}

#[test]
fn a_run_to_the_end_that_is_given_no_partition_does_not_wait_for_ever() {
    let product = Product::new(Kafka::shared(), "no-partition", Topics::default(), POLICY);
    let mut holder = product.start(Instance::default());
    holder.wait_for_stderr(TAKEN, PATIENCE);
    let second = Instance { ordinal: Some(1), call_max: "8s", ..Instance::default() };
    let ended = product.run_to_end(second, &[]);
    assert_eq!(ended.status.code(), Some(75), "{}", ended.stderr);
    assert!(ended.stderr.contains("the group gave this instance no partition"), "{}", ended.stderr);
    // Who has the partition was not disturbed.
    product.produce(&[good(0)]);
    product.wait_until_passed(1, PATIENCE, &mut [&mut holder]);
    end(&mut holder);
    // Alone, it has all of them.
    product.produce(&[good(1)]);
    let ended = product.run_to_end(second, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(numbers(&product.forwarded()), [0, 1]);
}

#[test]
fn a_run_to_the_end_that_lost_its_partition_is_to_be_started_again() {
    let product = Product::new(Kafka::shared(), "bereft", Topics::default(), POLICY);
    product.produce(&(0..MANY).map(good).collect::<Vec<_>>());
    let settings = product.settings(Instance::default());
    let mut frozen = Privet::start_command(product.command(&["run", "-c", &settings, "--until-end"]));
    frozen.wait_for_stderr(TAKEN, PATIENCE);
    frozen.signal(Signal::Stop);
    assert!(product.passed() < i64::try_from(MANY).unwrap(), "it was through before it stood still");
    let mut other = product.start(Instance { ordinal: Some(1), ..Instance::default() });
    other.wait_for_stderr(TAKEN, PATIENCE);
    frozen.signal(Signal::Continue);
    assert_eq!(frozen.wait(PATIENCE).code(), Some(75), "{}", frozen.stderr());
    assert!(frozen.stderr().contains("partitions were given up or lost"), "{}", frozen.stderr());
    end(&mut other);
}

#[test]
fn who_is_told_to_end_before_it_begins_anew_ends_well() {
    let product = Product::new(Kafka::shared(), "told-at-rest", Topics::default(), POLICY);
    let mut older = product.start(Instance::default());
    older.wait_for_stderr(TAKEN, PATIENCE);
    // The same identity again: the older one is put out, and rests.
    let mut newer = product.start(Instance::default());
    older.wait_for_stderr("both clients begin anew", PATIENCE);
    end(&mut older);
    let said = older.stderr();
    let line = said.lines().find(|line| line.contains("both clients begin anew")).unwrap();
    assert!(line.contains(&format!("product=test/{}", product.group)), "whose line is it: {line}");
    newer.wait_for_stderr(TAKEN, PATIENCE);
    end(&mut newer);
}
