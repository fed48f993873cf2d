//! SIGHUP while records flow: no record is lost or doubled, and each is treated under the policy that its header names.

use super::poison::{EMAIL, good, numbers};
use crate::support::kafka::Kafka;
use crate::support::process::Signal;
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const RECORDS: usize = 3_000;
const POLICY: &str = "fields:\n  email: {replace: {value: first}}\n";

#[test]
fn a_policy_is_exchanged_between_transactions_and_a_bad_one_is_refused() {
    let product = Product::new(Kafka::shared(), "reload", Topics { partitions: 2, ..Topics::default() }, POLICY);
    let mut instance = product.start(Instance::default());
    let mut sent = 0;
    let mut send = |count: usize| {
        product.produce(&(sent..sent + count).map(good).collect::<Vec<_>>());
        sent += count;
        i64::try_from(sent).unwrap()
    };
    let first = send(10);
    product.wait_until_passed(first, PATIENCE, &mut [&mut instance]);

    product.change_policy(&POLICY.replace("replace:", "replcae:"));
    instance.signal(Signal::HangUp);
    instance.wait_for_stderr("reload refused", PATIENCE);
    assert!(instance.stderr().contains("replcae"), "{}", instance.stderr());

    // A bulk is under way when the next is read; what comes after is treated under it for sure.
    product.change_policy(&POLICY.replace("first", "second"));
    send(RECORDS);
    instance.signal(Signal::HangUp);
    instance.wait_for_stderr("reloaded", PATIENCE);
    let all = send(10);
    product.wait_until_passed(all, PATIENCE, &mut [&mut instance]);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());

    let read = product.forwarded();
    let mut found = numbers(&read);
    found.sort_unstable();
    assert_eq!(found, (0..read.len() as u64).collect::<Vec<_>>());
    assert_eq!(read.len(), RECORDS + 20);
    let policy = |n: u64| {
        let record = read.iter().find(|record| numbers(std::slice::from_ref(record)) == [n]).unwrap();
        record.header("privet-policy").unwrap().to_owned()
    };
    let (old, new) = (policy(0), policy(read.len() as u64 - 1));
    assert_ne!(old, new);
    for partition in 0..2 {
        let here: Vec<_> = read.iter().filter(|record| record.partition == partition).collect();
        let is_new: Vec<bool> = here.iter().map(|record| record.header("privet-policy") == Some(&new)).collect();
        assert!(is_new.is_sorted(), "the old one does not come back");
        for (record, is_new) in here.iter().zip(is_new) {
            assert_eq!(record.text().contains("second"), is_new, "{}", record.text());
        }
    }
    let said = instance.stderr();
    assert!(said.contains(old.strip_prefix("sha256:").unwrap()) && said.contains(new.strip_prefix("sha256:").unwrap()));
    assert!(!said.contains(EMAIL), "{said}");
}
