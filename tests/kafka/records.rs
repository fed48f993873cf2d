//! What becomes of single records: kept as they are, changed, or held back in the dead-letter topic.

use crate::kafka::sidecar::{Plan, Sidecar};
use crate::support::kafka::{Input, Isolation, Kafka, Read, python, unique};

fn json(value: &str) -> Input {
    Input { partition: Some(0), value: Some(value.into()), ..Input::default() }
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("a time")
}

/// The reason and the offset of each dead letter, which must hold nothing of its record.
fn reasons(dead: &[Read]) -> Vec<(String, String)> {
    let mut all: Vec<_> = dead
        .iter()
        .map(|letter| {
            assert_eq!(letter.value.as_deref(), Some(&b""[..]), "the payload is left out");
            assert!(letter.header("privet-policy").is_some_and(|policy| policy.starts_with("sha256:")));
            let header = |name| letter.header(name).expect("a dead letter says why and where").to_owned();
            (header("privet-reason"), format!("{}/{}", header("privet-partition"), header("privet-offset")))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_record_keeps_everything_that_the_policy_does_not_change() {
    let kafka = Kafka::shared();
    let policy = "fields:\n  $key: {tokenize: {ring: customer, epoch: EPOCH}}\n  id: keep\n  name: redact\n";
    let sidecar = Sidecar::new(kafka, "keeps", Plan { partitions: 2, policy, ..Plan::default() });
    let time = now() - 5_000;
    let full = Input {
        partition: Some(1),
        key: Some(b"ada@corp.com".to_vec()),
        value: Some(br#"{ "id":3399.990000000000000000, "name" : "Ada","mail":"to ada@corp.com" }"#.to_vec()),
        headers: vec![
            ("a".into(), Some(b"1".to_vec())),
            ("a".into(), None),
            ("b".into(), Some(vec![])),
            ("x-user".into(), Some(b"ada@corp.com".to_vec())),
        ],
        timestamp: Some(time),
    };
    let tombstone = Input { value: None, headers: vec![], ..full.clone() };
    let empty = Input { key: Some(vec![]), value: None, headers: vec![], ..full.clone() };
    kafka.produce(&sidecar.input, &[full, tombstone, empty]);
    let ended = sidecar.run_to_end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);

    let out = kafka.read(&sidecar.output, Isolation::Committed);
    assert_eq!(out.len(), 3, "{}", ended.stderr);
    assert!(out.iter().all(|r| r.partition == 1 && r.timestamp == time && !r.holds(b"ada") && !r.holds(b"Ada")));
    assert_eq!(out[0].text(), r#"{ "id":3399.990000000000000000, "name" : "","mail":"to <EMAIL_ADDRESS>" }"#);
    assert_eq!((out[1].value.as_ref(), &out[1].key), (None, &out[0].key), "a tombstone gets the same token");
    assert_eq!(out[2].key.as_deref(), Some(&b""[..]));
    let names: Vec<_> = out[0].headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    assert_eq!(names[..3], [("a", Some(&b"1"[..])), ("a", None), ("b", Some(&b""[..]))]);
    assert_eq!(names[3], ("x-user", Some(&b"<EMAIL_ADDRESS>"[..])));
    assert_eq!(names[4].0, "privet-policy");
    assert_eq!(kafka.count(&sidecar.dead_letter, Isolation::Uncommitted), 0);
    assert_eq!(kafka.committed(&sidecar.group, &sidecar.input, 2)[&1], 3);
}

#[test]
fn poison_goes_to_the_dead_letters_and_the_partition_goes_on() {
    let kafka = Kafka::shared();
    let plan = Plan {
        policy: "fields:\n  n: keep\n",
        output: &[("cleanup.policy", "compact"), ("max.message.bytes", "20000")],
        dead_letter: &[("cleanup.policy", "compact")],
        ..Plan::default()
    };
    let sidecar = Sidecar::new(kafka, "poison", plan);
    let good = |n: u32| Input { key: Some(vec![b'k']), ..json(&format!(r#"{{"n":{n}}}"#)) };
    let noise: String = (0..30_000_u32).map(|n| char::from(b'a' + u8::try_from(n * n % 23).expect("small"))).collect();
    let poison = [
        Input { key: Some(vec![b'k']), ..json("{not json, bob@corp.com") },
        json(r#"{"n":"no key, bob@corp.com"}"#),
        Input { key: Some(vec![b'k']), ..json(&format!(r#"{{"n":"{noise}"}}"#)) },
        Input { key: Some(vec![b'k']), value: Some(b"\0\0\0\0\x2abob@corp.com".to_vec()), ..json("") },
    ];
    let mut records = vec![good(0)];
    for (n, bad) in (1..).zip(&poison) {
        records.extend([bad.clone(), good(n)]);
    }
    kafka.produce(&sidecar.input, &records);
    let ended = sidecar.run_to_end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);

    let out: Vec<_> = kafka.read(&sidecar.output, Isolation::Committed).iter().map(|r| r.text().to_owned()).collect();
    assert_eq!(out, (0..5).map(|n| format!(r#"{{"n":{n}}}"#)).collect::<Vec<_>>(), "{}", ended.stderr);
    let dead = kafka.read(&sidecar.dead_letter, Isolation::Committed);
    let expected = [
        ("confluent_wire_format", "0/7"),
        ("invalid_json", "0/1"),
        ("no_key_on_compacted_topic", "0/3"),
        ("too_large", "0/5"),
    ];
    assert_eq!(reasons(&dead), expected.map(|(reason, place)| (reason.to_owned(), place.to_owned())));
    assert!(dead.iter().all(|letter| !letter.holds(b"corp.com") && letter.key.is_some()));
    let wire = dead.iter().find(|l| l.header("privet-reason") == Some("confluent_wire_format")).expect("it is there");
    assert!(wire.header("privet-detail").expect("a detail").contains("schema id 42"));
    assert!(!ended.stderr.contains("corp.com"), "{}", ended.stderr);
}

/// What the broker alone refuses, and of what nobody told us before: it is found and held back.
#[test]
fn a_timestamp_in_the_future_is_held_back_and_its_neighbours_are_not() {
    let kafka = Kafka::shared();
    let plan = Plan { policy: "fields:\n  n: keep\n", ..Plan::default() };
    let sidecar = Sidecar::new(kafka, "future", plan);
    // The input takes any time, the output what Kafka takes by default: an hour ahead.
    let times = [("message.timestamp.after.max.ms", "9223372036854775807")];
    let lenient = unique("future-lenient");
    kafka.create_topic(&lenient, 1, &times);
    let records: Vec<_> = (0..20)
        .map(|n| {
            let timestamp = Some(if n == 7 { now() + 7_200_000 } else { now() });
            Input { timestamp, ..json(&format!(r#"{{"n":{n}}}"#)) }
        })
        .collect();
    kafka.produce(&lenient, &records);
    let ended = sidecar.run_from(&lenient);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let out = kafka.read(&sidecar.output, Isolation::Committed);
    let numbers: Vec<_> = out.iter().map(|r| r.text().to_owned()).collect();
    let expected: Vec<_> = (0..20).filter(|n| *n != 7).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    assert_eq!(numbers, expected, "{}", ended.stderr);
    let dead = kafka.read(&sidecar.dead_letter, Isolation::Committed);
    assert_eq!(reasons(&dead), [("invalid_timestamp".to_owned(), "0/7".to_owned())]);
}

#[test]
fn a_header_name_that_is_not_utf8_passes_unless_headers_change() {
    let kafka = Kafka::shared();
    let plan = Plan { policy: "fields:\n  n: keep\n", ..Plan::default() };
    let sidecar = Sidecar::new(kafka, "header", plan);
    for (n, header) in ["plain", "bob@corp.com"].into_iter().enumerate() {
        let value = format!(r#"{{"n":{n}}}"#);
        python("tests/kafka/produce_header.py", &[kafka.servers(), &sidecar.input, &value, header]);
    }
    let ended = sidecar.run_to_end();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    // The independent reader cannot spell the name: a second run of the sidecar reads what the first has written.
    assert_eq!(kafka.committed(&sidecar.group, &sidecar.input, 1)[&0], 2);
    let again = Sidecar::new(kafka, "header-again", plan);
    assert_eq!(again.run_from(&sidecar.output).status.code(), Some(0));
    assert_eq!(kafka.committed(&again.group, &sidecar.output, 1)[&0], 1, "one record came through");
    let dead = kafka.read(&sidecar.dead_letter, Isolation::Committed);
    assert_eq!(reasons(&dead), [("header_name".to_owned(), "0/1".to_owned())]);
}
