//! Records that cannot be decoded, treated or produced: each goes to the dead-letter topic, all others go on.

use std::collections::BTreeMap;

use crate::support::kafka::{Input, Isolation, Kafka, Read, python};
use crate::support::process::Signal;
use crate::support::product::{Instance, PATIENCE, Product, Topics};

pub const POLICY: &str = "\
fields:
  email: {tokenize: {ring: customer, as: EMAIL_ADDRESS, prefix: cus_}}
  note: scan
  $headers.user: redact
";
pub const EMAIL: &str = "kim@planted.example.org";
/// Larger than any topic's limit on timestamps.
const ANY_TIME: (&str, &str) = ("message.timestamp.after.max.ms", "9223372036854775807");

pub fn value(bytes: impl Into<Vec<u8>>) -> Input {
    Input { partition: Some(0), key: Some(b"key".to_vec()), value: Some(bytes.into()), ..Input::default() }
}

pub fn good(n: usize) -> Input {
    value(format!(r#"{{"n":{n},"email":"{EMAIL}"}}"#))
}

pub fn with_headers(n: usize, headers: &[(&str, Option<&[u8]>)]) -> Input {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.map(<[u8]>::to_vec))).collect();
    Input { headers, ..good(n) }
}

pub fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}

/// Runs a product over these records to their end, and gives what it said; records that are refused do not change how
/// it ends.
pub fn run(product: &Product<'_>, records: &[Input]) -> String {
    product.produce(records);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains(EMAIL), "a planted value was said: {}", ended.stderr);
    let all = product.kafka.count(&product.input, Isolation::Committed);
    assert_eq!(product.passed(), i64::try_from(all).unwrap(), "every record is behind the offsets");
    assert_no_leak(product);
    ended.stderr
}

pub fn assert_no_leak(product: &Product<'_>) {
    for topic in [&product.output, &product.dead_letter] {
        for record in product.kafka.read(topic, Isolation::Uncommitted) {
            assert!(!record.holds(EMAIL.as_bytes()), "a planted value: {record:?}");
        }
    }
}

/// The `n` of each record that was forwarded.
pub fn numbers(read: &[Read]) -> Vec<u64> {
    let number = |r: &Read| serde_json::from_str::<serde_json::Value>(r.text()).unwrap()["n"].as_u64().unwrap();
    read.iter().map(number).collect()
}

fn reasons_in_order(product: &Product<'_>) -> Vec<(i64, String)> {
    product.reasons().into_iter().map(|((_, offset), reason)| (offset, reason)).collect()
}

fn expected(reasons: &[(i64, &str)]) -> Vec<(i64, String)> {
    reasons.iter().map(|(offset, reason)| (*offset, (*reason).to_owned())).collect()
}

#[test]
fn what_cannot_be_decoded_goes_to_the_dead_letters_and_the_rest_goes_on() {
    let product = Product::new(Kafka::shared(), "undecodable", Topics::default(), POLICY);
    let wire_format = [&[0, 0, 0, 4, 210][..], good(3).value.as_deref().unwrap()].concat();
    run(
        &product,
        &[
            good(0),
            value(format!(r#"{{"email":"{EMAIL}""#)),
            value(format!(r#"{{"email":"{EMAIL}","note":"\ud800"}}"#)),
            value(wire_format),
            good(4),
            value([&b"\"\xff\xfe"[..], EMAIL.as_bytes(), b"\""].concat()),
            value(format!(r#"{{"email":"{EMAIL}"}} {{"email":"{EMAIL}"}}"#)),
            value(format!("{}{}", "[".repeat(200), "]".repeat(200))),
            value(""),
            value(format!("mail {EMAIL}")),
            good(10),
        ],
    );
    assert_eq!(numbers(&product.forwarded()), [0, 4, 10]);
    let reasons = reasons_in_order(&product);
    let wanted = [
        (1, "unexpected_end"),
        (2, "lone_surrogate"),
        (3, "confluent_wire_format"),
        (5, "invalid_utf8"),
        (6, "trailing_garbage"),
        (7, "nesting_too_deep"),
        (8, "unexpected_end"),
        (9, "invalid_json"),
    ];
    assert_eq!(reasons, expected(&wanted));
    let details = product.kafka.read(&product.dead_letter, Isolation::Committed);
    let wire = details.iter().find(|r| r.header("privet-reason") == Some("confluent_wire_format")).unwrap();
    assert!(wire.header("privet-detail").unwrap().contains("schema id 1234"), "{wire:?}");
}

#[test]
fn a_header_name_that_is_no_text_is_refused_only_where_headers_change() {
    let kafka = Kafka::shared();
    let product = Product::new(kafka, "header-name", Topics::default(), POLICY);
    let odd = |n: usize, headers: &[&[u8]]| {
        let hex: Vec<_> = headers.iter().map(|bytes| data_encoding::HEXLOWER.encode(bytes)).collect();
        let value = format!(r#"{{"n":{n},"email":"{EMAIL}"}}"#);
        let mut arguments = vec![kafka.servers(), &product.input, "0", &value];
        arguments.extend(hex.iter().map(String::as_str));
        python("tests/kafka/write_record.py", &arguments);
    };
    odd(0, &[b"\xff\xfe", b"kept", b"plain", b""]);
    odd(1, &[b"\xff\xfe", b"kept", b"user", EMAIL.as_bytes()]);
    odd(2, &[b"fine", b"kept"]);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(reasons_in_order(&product), expected(&[(1, "header_name")]));
    let read = kafka.read_odd_names(&product.output);
    assert_eq!(numbers(&read), [0, 2]);
    let kept = [(r"\xff\xfe".to_owned(), Some(b"kept".to_vec())), ("plain".to_owned(), Some(vec![]))];
    assert_eq!(read[0].headers[..2], kept);
    assert!(read.iter().all(|record| !record.holds(EMAIL.as_bytes())));
}

/// What the settings of the output topic say is known before anything is sent.
#[test]
fn what_the_output_topic_would_refuse_goes_to_the_dead_letters() {
    let output =
        [("cleanup.policy", "compact"), ("max.message.bytes", "20000"), ("message.timestamp.after.max.ms", "60000")];
    let dead_letter = [("cleanup.policy", "compact")];
    let topics = Topics { input: &[ANY_TIME], output: &output, dead_letter: &dead_letter, ..Topics::default() };
    let product = Product::new(Kafka::shared(), "refused", topics, POLICY);
    let said = run(&product, &refused(0));
    // The ledger balances, although the engine had let all five pass.
    assert!(said.contains("5 records in, 2 forwarded, 2 changed, 0 dropped, 3 dead letters"), "{said}");
    let letters = product.kafka.read(&product.dead_letter, Isolation::Committed);
    assert!(letters.iter().all(|letter| letter.key.is_some()), "a compacted topic takes no record without a key");
    assert_eq!(numbers(&product.forwarded()), [0, 4]);
    let wanted = [(1, "no_key_on_compacted_topic"), (2, "invalid_timestamp"), (3, "too_large")];
    assert_eq!(reasons_in_order(&product), expected(&wanted));
}

/// Five records: three that a strict topic refuses between two that it takes.
fn refused(from: usize) -> [Input; 5] {
    let large = format!(r#"{{"n":{},"email":"{EMAIL}","note":"{}"}}"#, from + 3, "x".repeat(40_000));
    [
        good(from),
        Input { key: None, ..good(from + 1) },
        Input { timestamp: Some(now() + 6 * 3_600_000), ..good(from + 2) },
        value(large),
        good(from + 4),
    ]
}

/// A setting of the output topic, which of the five records it refuses, and the reasons that may be given.
struct Strict {
    settings: &'static [(&'static str, &'static str)],
    refused: usize,
    reasons: &'static [&'static str],
}

const STRICT: [Strict; 3] = [
    Strict {
        settings: &[("message.timestamp.after.max.ms", "60000")],
        refused: 2,
        reasons: &["invalid_timestamp", "refused_by_broker"],
    },
    Strict {
        settings: &[ANY_TIME, ("max.message.bytes", "20000")],
        refused: 3,
        reasons: &["too_large", "refused_by_broker"],
    },
    Strict {
        settings: &[ANY_TIME, ("cleanup.policy", "compact")],
        refused: 1,
        reasons: &["refused_by_broker", "no_key_on_compacted_topic"],
    },
];

/// Settings that change while it runs: only the broker's refusal tells, and one bad record fails its whole batch.
#[test]
fn a_record_that_only_the_broker_refuses_is_found_and_the_rest_goes_on() {
    let kafka = Kafka::shared();
    let topics = Topics { input: &[ANY_TIME], output: &[ANY_TIME], ..Topics::default() };
    let product = Product::new(kafka, "broker-refuses", topics, POLICY);
    let mut instance = product.start(Instance::default());
    product.produce(&(0..10).map(good).collect::<Vec<_>>());
    product.wait_until_passed(10, PATIENCE, &mut [&mut instance]);
    let mut wanted: Vec<u64> = (0..10).collect();
    let mut bad: BTreeMap<i64, &[&str]> = BTreeMap::new();
    let mut next = 10;
    for Strict { settings, refused: refused_at, reasons } in STRICT {
        kafka.alter_topic(&product.output, settings);
        // Each of five: only one is refused by this setting.
        let before = next;
        let mut records: Vec<Input> = (0..20).map(|n| good(before + n)).collect();
        let poison = refused(before + 20);
        records.push(poison[refused_at].clone());
        records.extend((1..20).map(|n| good(before + 20 + n)));
        product.produce(&records);
        let place = i64::try_from(before + 20).unwrap();
        bad.insert(place, reasons);
        next += records.len();
        wanted.extend((before..next).filter(|n| *n != before + 20).map(|n| n as u64));
        product.wait_until_passed(i64::try_from(next).unwrap(), PATIENCE, &mut [&mut instance]);
    }
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    assert_eq!(numbers(&product.forwarded()), wanted);
    let found = product.reasons();
    assert_eq!(found.keys().map(|(_, offset)| *offset).collect::<Vec<_>>(), bad.keys().copied().collect::<Vec<_>>());
    for ((_, offset), reason) in &found {
        assert!(bad[offset].contains(&reason.as_str()), "{offset}: {reason}");
    }
    assert_no_leak(&product);
}
