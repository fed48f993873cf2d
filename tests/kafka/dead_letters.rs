//! Dead letters that carry their records, sealed: nothing in the clear in the topic, and byte for byte the input for who
//! has the ring.

use super::poison::{EMAIL, good, now, numbers, value};
use crate::support::kafka::{Input, Isolation, Kafka, Read};
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};
use data_encoding::BASE64;
use serde_json::Value;

/// What stands in every record that is sealed here, in its key, value and headers.
const SECRETS: [&str; 4] = [EMAIL, "Kim Planted", "planted-key", "planted-header"];

const POLICY: &str = "\
dead_letter: {kafka: DEAD_LETTER, encrypt: {ring: customer}}
fields:
  email: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}
  note: keep
  secret: quarantine
  $headers.user: redact
";

/// A record with a key, a time and headers of its own, among them one that repeats, one that is null and one that the
/// policy changes.
fn record(body: impl Into<Vec<u8>>) -> Input {
    let header = |name: &str, value: Option<&str>| (name.to_owned(), value.map(|value| value.as_bytes().to_vec()));
    Input {
        key: Some(b"planted-key".to_vec()),
        headers: vec![
            header("user", Some("Kim Planted")),
            header("trace", Some("planted-header")),
            header("trace", None),
            header("", Some("")),
        ],
        timestamp: Some(now() - 1_000),
        ..value(body)
    }
}

/// A record of about so many bytes that the policy lets pass.
fn large(bytes: usize) -> Input {
    record(format!(r#"{{"n":1,"email":"{EMAIL}","note":"{}"}}"#, "x".repeat(bytes)))
}

fn letters(product: &Product<'_>) -> Vec<Read> {
    let letters = product.kafka.read(&product.dead_letter, Isolation::Committed);
    for topic in [&product.output, &product.dead_letter] {
        for read in product.kafka.read(topic, Isolation::Uncommitted) {
            for secret in SECRETS {
                let seen = read.holds(secret.as_bytes()) && !(topic == &product.output && secret != EMAIL);
                assert!(!seen, "{secret}: {read:?}");
            }
        }
    }
    letters
}

/// The bytes that stand in a line of `privet dead-letter open`.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.as_bytes().to_vec()),
        other => Some(BASE64.decode(other["base64"].as_str().unwrap().as_bytes()).unwrap()),
    }
}

fn assert_is(opened: &Value, input: &Input) {
    assert_eq!(bytes(&opened["key"]), input.key, "{opened}");
    assert_eq!(bytes(&opened["value"]), input.value, "{opened}");
    assert_eq!(opened["timestamp"].as_i64(), input.timestamp, "{opened}");
    let headers: Vec<_> = opened["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| (h[0].as_str().unwrap().to_owned(), bytes(&h[1])))
        .collect();
    assert_eq!(headers, input.headers, "{opened}");
}

#[test]
fn a_dead_letter_opens_to_its_record_and_shows_nothing_before() {
    let output = [("max.message.bytes", "20000")];
    let dead_letter = [("max.message.bytes", "60000")];
    let topics = Topics { output: &output, dead_letter: &dead_letter, ..Topics::default() };
    let product = Product::new(Kafka::shared(), "sealed-letters", topics, POLICY);
    let inputs = [
        good(0),
        record(format!(r#"{{"email":"{EMAIL}""#)),
        record(format!(r#"{{"email":"{EMAIL}","secret":"Kim Planted"}}"#)),
        record([&[0, 0, 0, 4, 210, 255][..], EMAIL.as_bytes()].concat()),
        Input { key: None, headers: Vec::new(), ..record(format!("mail {EMAIL}")) },
        large(30_000),
        large(55_000),
        good(7),
    ];
    product.produce(&inputs);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(SECRETS.iter().all(|secret| !ended.stderr.contains(secret)), "{}", ended.stderr);
    assert_eq!(numbers(&product.forwarded()), [0, 7]);

    let letters = letters(&product);
    let told: Vec<_> = letters
        .iter()
        .map(|letter| (letter.header("privet-offset").unwrap(), letter.header("privet-payload").unwrap()))
        .collect();
    let wanted = [
        ("1", "encrypted"),
        ("2", "encrypted"),
        ("3", "encrypted"),
        ("4", "encrypted"),
        ("5", "encrypted"),
        ("6", "too_large"),
    ];
    assert_eq!(told, wanted);
    assert_eq!(letters[1].header("privet-reason"), Some("quarantined"));
    assert!(letters[5].value.as_deref() == Some(b""), "what does not fit is left out");

    assert_opens(&product, &letters, &inputs[1..6]);
}

/// Opens the letters that hold something, and compares each with its record.
fn assert_opens(product: &Product<'_>, letters: &[Read], inputs: &[Input]) {
    // As a console consumer writes them: a value a line; and as `kcat -J` does.
    let lines: Vec<&str> = letters.iter().map(Read::text).filter(|text| !text.is_empty()).collect();
    product.write("letters.txt", &format!("{}\n\n", lines.join("\n")));
    let messages: Vec<String> =
        lines.iter().map(|line| serde_json::json!({"topic": "t", "payload": line}).to_string()).collect();
    let ring = ["dead-letter", "open", "--ring", "customer.keyring.json"];
    let plain = Privet::run(product.command(&[&ring[..], &["letters.txt"]].concat()), b"", PATIENCE);
    let config = ["dead-letter", "open", "--config", "rings.yaml"];
    product.write("rings.yaml", "rings: {customer: {from: 'file:customer.keyring.json'}}\n");
    let from_kcat = Privet::run(product.command(&config), messages.join("\n").as_bytes(), PATIENCE);
    for ended in [&plain, &from_kcat] {
        assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
        let opened: Vec<Value> = ended
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(opened.len(), 5);
        for (at, (opened, input)) in opened.iter().zip(inputs).enumerate() {
            assert_is(opened, input);
            assert_eq!(opened["offset"].as_u64(), Some(at as u64 + 1));
            assert_eq!(opened["topic"].as_str(), Some(&*product.input));
        }
    }
    let one = Privet::run(product.command(&[&ring[..], &["--value"]].concat()), lines[2].as_bytes(), PATIENCE);
    assert_eq!((one.status.code(), Some(one.stdout)), (Some(0), inputs[2].value.clone()), "{}", one.stderr);

    // Another ring of the same name opens nothing.
    let keys = product.command(&["keys", "new", "customer", "--ring", "other.keyring.json"]);
    assert!(Privet::run(keys, b"", PATIENCE).status.success());
    let other = Privet::run(
        product.command(&["dead-letter", "open", "--ring", "other.keyring.json"]),
        lines[0].as_bytes(),
        PATIENCE,
    );
    assert_eq!((other.status.code(), other.stdout.len()), (Some(4), 0), "{}", other.stderr);
    assert!(other.stderr.contains("standard input:1: the ring has no key"), "{}", other.stderr);
}

/// What only the broker's refusal tells is left out, so that a dead letter cannot be refused for what it holds.
#[test]
fn a_record_that_the_broker_refused_leaves_without_its_payload() {
    let kafka = Kafka::shared();
    let product = Product::new(kafka, "refused-letters", Topics::default(), POLICY);
    let mut instance = product.start(Instance::default());
    product.produce(&[good(0)]);
    product.wait_until_passed(1, PATIENCE, &mut [&mut instance]);
    kafka.alter_topic(&product.output, &[("max.message.bytes", "20000")]);
    kafka.alter_topic(&product.dead_letter, &[("max.message.bytes", "20000")]);
    product.produce(&[good(1), large(40_000), record(format!("mail {EMAIL} {}", "x".repeat(40_000))), good(4)]);
    product.wait_until_passed(5, PATIENCE, &mut [&mut instance]);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    assert_eq!(numbers(&product.forwarded()), [0, 1, 4]);
    let letters = letters(&product);
    let told: Vec<_> =
        letters.iter().map(|letter| (letter.header("privet-offset"), letter.header("privet-payload"))).collect();
    assert_eq!(told, [(Some("2"), Some("refused")), (Some("3"), Some("refused"))]);
    assert!(letters.iter().all(|letter| letter.value.as_deref() == Some(b"")));
}
