//! Numbered records with personal data, sent over time, and what must have become of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aho_corasick::AhoCorasick;

use crate::support::kafka::{Input, Kafka, Read, flush, send};

/// What the numbered records need; every field that holds a planted value is named or scanned.
pub const POLICY: &str = "\
fields:
  n: keep
  email: {tokenize: {ring: customer, as: EMAIL_ADDRESS, prefix: cus_}}
  name: redact
  phone: {mask: {keep_last: 2}}
  note: scan
  $headers.user: {hash: {ring: customer, as: EMAIL_ADDRESS}}
";

/// How many records a long flow has: twenty thousand, or what `PRIVET_TEST_RECORDS` says, as it does in `make soak`.
pub fn records() -> u32 {
    std::env::var("PRIVET_TEST_RECORDS").map_or(USUAL, |records| records.parse().expect("a number of records"))
}

/// A set of records with the numbers from 0, spread over partitions by their numbers.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    /// How many there are.
    pub total: u32,
    /// Over how many partitions they are spread.
    pub partitions: u32,
    /// The timestamp of the first, in milliseconds since 1970; the others follow.
    base: i64,
}

/// A card number that stands in every record's note.
const CARD: &str = "4111 1111 1111 1111";

fn email(n: u32) -> String {
    format!("kim.{n:05}@planted.example.org")
}

fn name(n: u32) -> String {
    format!("Wilhelmina Okonkwo-{n:05}")
}

fn phone(n: u32) -> String {
    format!("+1 212 5{:02} {:04}", n / 10_000, n % 10_000)
}

impl Numbered {
    /// So many records over so many partitions.
    pub fn new(total: u32, partitions: u32) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        let now = i64::try_from(now.as_millis()).expect("a time");
        Self { total, partitions, base: now - 3_600_000 }
    }

    /// The record with this number.
    pub fn record(self, n: u32) -> Input {
        let (email, name, phone) = (email(n), name(n), phone(n));
        let value = format!(
            r#"{{"n":{n}, "email":"{email}","name":"{name}","phone":"{phone}","amount":{n}.50000000000000000000,"note":"paid by {email} with {CARD}"}}"#
        );
        let mut headers = vec![("trace".to_owned(), Some(format!("t-{n}").into_bytes()))];
        if n % 10 == 3 {
            headers.push(("user".to_owned(), Some(email.into_bytes())));
            headers.extend([("none".to_owned(), None), ("none".to_owned(), Some(vec![]))]);
        }
        Input {
            partition: Some(self.partition(n)),
            key: Some(key(n)),
            value: Some(value.into_bytes()),
            headers,
            timestamp: Some(self.base + i64::from(n)),
        }
    }

    /// A record beside the numbered ones that cannot be decoded.
    pub fn broken(self, n: u32) -> Input {
        let value = format!(r#"{{"n":{n},"email":"{}","name":"{}""#, email(n), name(n));
        let headers = vec![("user".to_owned(), Some(email(n).into_bytes()))];
        Input { key: Some(email(n).into_bytes()), value: Some(value.into_bytes()), headers, ..self.record(n) }
    }

    fn partition(self, n: u32) -> i32 {
        i32::try_from(n % self.partitions).expect("a partition")
    }

    /// Panics unless each number is there once, in order in its partition, with all that is to be kept.
    pub fn assert_each_once(self, read: &[Read]) {
        for partition in 0..self.partitions {
            let here: Vec<_> = read.iter().filter(|r| r.partition == i32::try_from(partition).unwrap()).collect();
            let found: Vec<u32> = here.iter().map(|r| number(r)).collect();
            let wanted: Vec<u32> = (partition..self.total).step_by(self.partitions as usize).collect();
            let differs = found.iter().zip(&wanted).position(|(a, b)| a != b);
            assert!(
                found == wanted,
                "partition {partition}: {} records, {} wanted; missing {:?}, twice {:?}; the first other place is {differs:?}",
                found.len(),
                wanted.len(),
                wanted.iter().filter(|n| !found.contains(n)).take(10).collect::<Vec<_>>(),
                twice(&found),
            );
        }
        assert_eq!(read.len(), self.total as usize, "records in other partitions");
        let mut tokens = BTreeSet::new();
        for record in read {
            tokens.insert(self.assert_kept(record));
        }
        assert_eq!(tokens.len(), read.len(), "each person has a token of its own");
    }

    /// Panics unless what is to be kept is kept and the rest is changed; gives the token.
    fn assert_kept(self, record: &Read) -> String {
        let n = number(record);
        let sent = self.record(n);
        let at = format!("number {n}");
        assert_eq!(record.key, sent.key, "{at}");
        assert_eq!(Some(record.timestamp), sent.timestamp, "{at}");
        let text = record.text();
        // Spelled as it was: white space behind the comma, digits of the amount.
        assert!(text.starts_with(&format!(r#"{{"n":{n}, "email":"cus_"#)), "{at}");
        assert!(text.contains(r#""name":"","phone":""#), "{at}");
        assert!(
            text.contains(&format!(
                r#"","amount":{n}.50000000000000000000,"note":"paid by <EMAIL_ADDRESS> with <CREDIT_CARD>"}}"#
            )),
            "{at}: {text}"
        );
        let names = |headers: &[(String, Option<Vec<u8>>)]| headers.iter().map(|h| h.0.clone()).collect::<Vec<_>>();
        let mut wanted = names(&sent.headers);
        wanted.push("privet-policy".to_owned());
        assert_eq!(names(&record.headers), wanted, "{at}");
        for (kept, was) in record.headers.iter().zip(&sent.headers).filter(|(_, was)| was.0 != "user") {
            assert_eq!(kept, was, "{at}");
        }
        let json: serde_json::Value = serde_json::from_str(text).expect("the output is JSON");
        json["email"].as_str().expect("a token").to_owned()
    }

    /// A search for every planted value.
    pub fn leaks(self) -> Leaks {
        let values = (0..self.total).flat_map(|n| [email(n), name(n), phone(n)]).chain([CARD.to_owned()]);
        Leaks(AhoCorasick::new(values).expect("a search"))
    }
}

fn twice(found: &[u32]) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    found.iter().copied().filter(|n| !seen.insert(*n)).take(10).collect()
}

fn key(n: u32) -> Vec<u8> {
    format!("key-{n:05}").into_bytes()
}

/// The number of a record that was forwarded.
pub fn number(record: &Read) -> u32 {
    let text = record.text();
    let digits = text.strip_prefix(r#"{"n":"#).and_then(|rest| rest.split_once(',')).expect("a numbered record").0;
    digits.parse().expect("a number")
}

/// Finds planted values wherever they are.
pub struct Leaks(AhoCorasick);

impl Leaks {
    /// Panics where a planted value stands in one of these records.
    pub fn assert_none_in(&self, read: &[Read]) {
        for record in read {
            let names = record.headers.iter().map(|(name, _)| name.as_bytes());
            let values = record.headers.iter().filter_map(|(_, value)| value.as_deref());
            let parts = (record.key.as_deref().into_iter()).chain(record.value.as_deref()).chain(names).chain(values);
            for part in parts {
                let place = (record.partition, record.offset);
                assert!(!self.0.is_match(part), "a planted value at {place:?}: {}", String::from_utf8_lossy(part));
            }
        }
    }

    /// Panics where a planted value stands in a text, such as a log.
    pub fn assert_none_said(&self, text: &str) {
        if let Some(found) = self.0.find(text) {
            panic!("a planted value was said: {}", text.get(found.range()).unwrap_or_default());
        }
    }
}

/// Slow enough to last, and quick enough for who waits for the next record.
const SLOWEST: Duration = Duration::from_secs(5);
/// In this time a part of the last records is sent, never all; longer where they are more than a test's usual ones.
const TAIL: Duration = Duration::from_secs(60);
const USUAL: u32 = 20_000;

/// A thread that sends numbered records at a pace.
pub struct Load {
    total: u32,
    sent: Arc<AtomicU32>,
    released: Arc<AtomicBool>,
    thread: JoinHandle<Duration>,
}

impl Load {
    /// Begins to send, so many records a second. The last fifth comes at a tenth of the pace and ever slower until
    /// [`Load::finish`] is called: something flows for as long as a test needs.
    pub fn start(kafka: &'static Kafka, topic: &str, numbered: Numbered, rate: u32) -> Self {
        let (sent, released) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
        let (topic, counted, hurry) = (topic.to_owned(), Arc::clone(&sent), Arc::clone(&released));
        let thread = std::thread::spawn(move || {
            let producer = kafka.producer();
            let begun = Instant::now();
            let tail = TAIL * (numbered.total / USUAL).max(1);
            for n in 0..numbered.total {
                send(&producer, &topic, &[numbered.record(n)]);
                if n % 1000 == 500 {
                    send(&producer, &topic, &[numbered.broken(n)]);
                }
                counted.store(n + 1, Ordering::Relaxed);
                if n > numbered.total / 5 * 4 && !hurry.load(Ordering::Relaxed) {
                    let left = numbered.total - n;
                    let pause = (Duration::from_secs(10) / rate).max(tail / left).min(SLOWEST);
                    let resumes = Instant::now() + pause;
                    while !hurry.load(Ordering::Relaxed) && Instant::now() < resumes {
                        std::thread::sleep(Duration::from_millis(5));
                    }
                } else if let Some(early) = (Duration::from_secs(1) * n / rate).checked_sub(begun.elapsed()) {
                    std::thread::sleep(early);
                }
            }
            flush(&producer);
            begun.elapsed()
        });
        Self { total: numbered.total, sent, released, thread }
    }

    /// Whether something is still to be sent.
    pub fn flows(&self) -> bool {
        self.sent() < self.total
    }

    /// How many were sent so far.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Sends the rest at the full pace; tells how long all of it took.
    pub fn finish(self) -> Duration {
        self.released.store(true, Ordering::Relaxed);
        self.thread.join().expect("the load is sent")
    }
}
