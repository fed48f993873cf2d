//! A long flow: what an instance holds does not grow with what has gone through it.

use super::numbered::{Numbered, POLICY, records};
use crate::support::kafka::Kafka;
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const PARTITIONS: u32 = 3;
/// Records that are sent before it is waited for them.
const AT_ONCE: u32 = 5_000;
/// What may come to the resident memory after the first half, in KiB: less than a quarter of what is in flight at most, and
/// than 350 bytes for each record of the second half in `make soak`.
const GROWTH_MAX: u64 = 16 << 10;

/// The resident memory of a process, in KiB (proc(5)).
fn resident(instance: &Privet) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", instance.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn memory_does_not_grow_with_what_has_flowed() {
    let total = records();
    let topics = Topics { partitions: PARTITIONS.try_into().unwrap(), ..Topics::default() };
    let product = Product::new(Kafka::shared(), "steady", topics, POLICY);
    let numbered = Numbered::new(total, PARTITIONS);
    let mut instance = product.start(Instance::default());
    let (mut sent, mut half) = (0, 0);
    while sent < total {
        let end = total.min(sent + AT_ONCE);
        product.produce(&(sent..end).map(|n| numbered.record(n)).collect::<Vec<_>>());
        sent = end;
        product.wait_until_passed(i64::from(sent), PATIENCE, &mut [&mut instance]);
        if sent <= total / 2 {
            half = resident(&instance);
        }
    }
    let whole = resident(&instance);
    eprintln!("{total} records; resident {half} KiB after half of them, {whole} KiB after all");
    assert!(half > 0 && whole < half + GROWTH_MAX, "{half} KiB resident after half of {total}, {whole} after all");
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    product.wait_until_closed();
    numbered.assert_each_once(&product.forwarded());
}
