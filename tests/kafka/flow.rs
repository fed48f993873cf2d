//! Numbered records that flow for a while, and the oracle that counts them.

use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::kafka::sidecar::Sidecar;
use crate::support::kafka::{Input, Isolation, Kafka, flush, send};

/// The policy of numbered records: whatever is raw in them changes.
pub const POLICY: &str = "fields:\n  $key: {tokenize: {ring: customer, epoch: EPOCH}}\n  n: keep\n";
/// What occurs in every raw key, header and value, and must occur nowhere in what leaves.
const RAW: &[u8] = b"@corp.com";
/// One record in so many cannot be decoded.
const BROKEN: i64 = 1_000;
pub const PARTITIONS: i32 = 3;

/// So many numbered records over three partitions, in the time given.
#[derive(Clone, Copy)]
pub struct Flow {
    pub records: i64,
    pub time: Duration,
}

impl Flow {
    /// Produces them on a thread of its own, a few at a time.
    pub fn start(self, kafka: &Kafka, topic: &str) -> JoinHandle<Duration> {
        let (kafka, topic) = (Kafka::at(kafka.servers()), topic.to_owned());
        std::thread::spawn(move || {
            let producer = kafka.producer();
            let begun = Instant::now();
            for first in (0..self.records).step_by(10) {
                let part = f64::from(u32::try_from(first).expect("few"))
                    / f64::from(u32::try_from(self.records).expect("few"));
                let due = begun + self.time.mul_f64(part);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let batch: Vec<_> = (first..(first + 10).min(self.records)).map(record).collect();
                send(&producer, &topic, &batch);
            }
            flush(&producer);
            begun.elapsed()
        })
    }

    /// Checks that each number is there once, in order in its partition, and nothing raw anywhere.
    pub fn check(self, sidecar: &Sidecar<'_>) {
        let out = sidecar.kafka.read(&sidecar.output, Isolation::Committed);
        let dead = sidecar.kafka.read(&sidecar.dead_letter, Isolation::Committed);
        for read in out.iter().chain(&dead) {
            assert!(!read.holds(RAW), "a raw value left, offset {} of partition {}", read.offset, read.partition);
        }
        let mut found: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        for read in &out {
            let json: serde_json::Value = serde_json::from_str(read.text()).expect("the output is JSON");
            found.entry(read.partition).or_default().push(json["n"].as_i64().expect("a number"));
            assert!(read.key.as_ref().is_some_and(|key| key.starts_with(b"tok_")));
            assert_eq!(read.header("x-user"), Some("<EMAIL_ADDRESS>"));
        }
        let mut wanted: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        let mut broken = Vec::new();
        for n in 0..self.records {
            if n % BROKEN == BROKEN / 2 {
                broken.push((partition(n).to_string(), (n / i64::from(PARTITIONS)).to_string()));
            } else {
                wanted.entry(partition(n)).or_default().push(n);
            }
        }
        for (partition, wanted) in &wanted {
            let found = found.get(partition).map_or(&[][..], Vec::as_slice);
            let first = wanted.iter().zip(found).find(|(w, f)| w != f);
            assert_eq!(
                (found.len(), first),
                (wanted.len(), None),
                "partition {partition}: missing, doubled or out of order"
            );
        }
        let header = |read: &crate::support::kafka::Read, name| read.header(name).expect("it says where").to_owned();
        let mut letters: Vec<_> =
            dead.iter().map(|read| (header(read, "privet-partition"), header(read, "privet-offset"))).collect();
        letters.sort();
        broken.sort();
        assert_eq!(letters, broken, "each broken record is in the dead letters once");
    }
}

fn partition(n: i64) -> i32 {
    i32::try_from(n % i64::from(PARTITIONS)).expect("few")
}

fn record(n: i64) -> Input {
    let mail = format!("user{n}@corp.com");
    let value = if n % BROKEN == BROKEN / 2 {
        format!("{{broken {mail}")
    } else {
        format!(r#"{{"n":{n},"mail":"{mail}","note":"written by {mail} at noon"}}"#)
    };
    Input {
        partition: Some(partition(n)),
        key: Some(mail.clone().into_bytes()),
        value: Some(value.into_bytes()),
        headers: vec![("x-user".into(), Some(mail.into_bytes()))],
        timestamp: None,
    }
}
