//! A record gives the same bytes through Kafka, over HTTP and from a file.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::kafka::{Input, Kafka};
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const POLICY: &str = "\
fields:
  id: keep
  customer.email: {tokenize: {ring: customer, as: EMAIL_ADDRESS, prefix: cus_}}
  customer.name: redact
  customer.phones: drop_field
  'orders[*].card': {mask: {keep_last: 4}}
  orders[*].note: scan
  \"**.secret\": {hash: {ring: customer, as: SECRET}}
";

/// Records with all that can be spelled in more than one way.
fn records() -> Vec<String> {
    let strange = [
        r#"{}"#,
        r#"[]"#,
        r#""kim@planted.example.org""#,
        r#"null"#,
        r#"3399.990000000000000000"#,
        r#"{ "id" : 1e400 , "id":-0.0,"id": 1E+2 }"#,
        r#"{"customer":{"email":"kim\u0040planted.example.org","name":"K\u00efm \ud83d\ude00","phones":["+49 30 901820",null]},"x":"\/\b\f"}"#,
        r#"{"customer":{"email":null,"name":null,"phones":[]},"orders":[]}"#,
        r#"{"customer":{"email":17,"name":{"first":"Kim"}},"orders":[{"card":"4111 1111 1111 1111"},{"card":4111111111111111}]}"#,
        r#"{"a":{"b":{"secret":"one"}},"secret":"","kim@planted.example.org":{"secret":2.50}}"#,
        r#"{"orders":[{"note":"von kim@planted.example.org, IBAN DE89 3704 0044 0532 0130 00 — ☎ +1 212 555 0187"}]}"#,
        "\t{\"orders\" :\t[ {\"note\":\"\u{202e}kim@planted.example.org\u{0301}\"} ] }  ",
    ];
    let plain = (0..500).map(|n| {
        format!(
            r#"{{"id":{n}.{n}0,"customer":{{"email":"kim{}@planted.example.org","name":"Kim {n}"}},"orders":[{{"card":"4111 1111 1111 1111","note":"reach me at kim{n}@planted.example.org or 10.0.0.{}"}}]}}"#,
            n % 50,
            n % 250
        )
    });
    strange.into_iter().map(str::to_owned).chain(plain).collect()
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8(bytes.to_vec()).expect("UTF-8").lines().map(str::to_owned).collect()
}

/// Posts records to the HTTP face of a running instance.
fn post(address: &str, body: &str) -> Vec<String> {
    let mut stream = TcpStream::connect(address).expect("the face listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a setting of the socket");
    let length = body.len();
    let head = format!(
        "POST /v1/anonymize HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-ndjson\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("it takes requests");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let end = memchr::memmem::find(&answer, b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    lines(&answer[end + 4..])
}

/// Every operator with a key, and `generalize`, in one policy.
const KEYED: &str = "\
fields:
  id: keep
  person.digest: {hash: {ring: customer, as: SECRET}}
  person.account: {fpe: {ring: customer, as: ACCOUNT, alphabet: digits}}
  person.number: {fpe: {ring: customer, as: BADGE, width: 15}}
  person.born: {date_shift: {ring: customer, subject_field: id, min_days: 20, max_days: 200}}
  person.age: {generalize: {width: 10}}
  person.zip: {generalize: {zip3: true}}
  person.name: {fake: {ring: customer, as: PERSON}}
  person.mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS, prefix: cus_}}
  person.note: {encrypt: {ring: customer, prefix: enc_}}
";

fn keyed_records() -> Vec<String> {
    let strange = [
        r#"{"id":"p0","person":null}"#,
        r#"{"id":"p1","person":{"digest":"","account":"","born":null,"age":null,"zip":"","name":"","mail":"","note":""}}"#,
        r#"{ "id" : "p2", "person" : { "digest" : 3399.990000000000000000, "number" : 123456789012345, "age" : 39.5 } }"#,
        r#"{"id":"p3","person":{"name":"Zo\u00eb \ud83d\ude00 planted","note":"\u202eplanted\/\b\f","mail":"KIM\u0040planted.example.org"}}"#,
    ];
    let plain = (0..300).map(|n| {
        format!(
            r#"{{"id":"p{}","person":{{"digest":"planted-{}","account":"{:016}","number":{},"born":"19{:02}-0{}-1{}","age":{},"zip":"021{:02}","name":"Planted {}","mail":"kim{}@planted.example.org","note":"planted {n}"}}}}"#,
            n % 20,
            n % 30,
            7_003_000_000_000_000_u64 + n,
            100_000_000 + n,
            n % 100,
            1 + n % 9,
            n % 10,
            n % 110,
            n % 100,
            n % 40,
            n % 50,
        )
    });
    strange.into_iter().map(str::to_owned).chain(plain).collect()
}

/// Takes out what `encrypt` wrote, which is other bytes each time, and tells how often it stood there.
fn without_encrypted(line: &str) -> (String, usize) {
    let mut parts = line.split("enc_");
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut count = 0;
    for part in parts {
        let (token, rest) = part.split_once('"').expect("it stands in a text");
        let is_base32 = token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        assert!(token.len() > 60 && is_base32, "{part}");
        out.push_str("enc_\"");
        out.push_str(rest);
        count += 1;
    }
    (out, count)
}

#[test]
fn operators_with_keys_give_the_same_bytes_through_every_face() {
    let product = Product::new(Kafka::shared(), "keyed", Topics::default(), KEYED);
    let records = keyed_records();
    let [through_kafka, from_file, over_http] = through_every_face(&product, &records);
    let mut encrypted = 0;
    for (at, record) in records.iter().enumerate() {
        let (line, count) = without_encrypted(&through_kafka[at]);
        assert_eq!(line, without_encrypted(&from_file[at]).0, "Kafka and file: {record}");
        assert_eq!(line, without_encrypted(&over_http[at]).0, "Kafka and HTTP: {record}");
        assert!(!line.to_lowercase().contains("planted"), "{line}");
        encrypted += count;
    }
    assert_eq!(encrypted, 301, "every note but the empty one");
    // Each operator did what it is for.
    let parsed = |at: usize| serde_json::from_str::<serde_json::Value>(&through_kafka[at]).expect("JSON");
    let (line, was) = (&parsed(4)["person"], serde_json::from_str::<serde_json::Value>(&records[4]).unwrap());
    for field in ["digest", "account", "number", "born", "name", "mail", "note"] {
        assert_ne!(line[field], was["person"][field], "{field}: {line}");
    }
    assert_eq!((line["digest"].as_str().map(str::len), line["account"].as_str().map(str::len)), (Some(64), Some(16)));
    assert_eq!((&line["age"], &line["zip"]), (&serde_json::json!(0), &serde_json::json!("021")));
    assert!(line["number"].is_u64() && line["born"].as_str().is_some_and(|born| born.len() == 10), "{line}");
}

#[test]
fn a_record_gives_the_same_bytes_through_every_face() {
    let product = Product::new(Kafka::shared(), "faces", Topics::default(), POLICY);
    let records = records();
    let [through_kafka, from_file, over_http] = through_every_face(&product, &records);
    for (at, record) in records.iter().enumerate() {
        assert_eq!(through_kafka[at], from_file[at], "Kafka and file: {record}");
        assert_eq!(through_kafka[at], over_http[at], "Kafka and HTTP: {record}");
        assert!(!through_kafka[at].contains("planted"), "{}", through_kafka[at]);
    }
}

/// Gives what comes of records through Kafka, from a file and over HTTP.
fn through_every_face(product: &Product<'_>, records: &[String]) -> [Vec<String>; 3] {
    let text = records.join("\n") + "\n";

    let from_file = Privet::run(
        product.command(&["anonymize", "--quiet", "--format", "ndjson", "--policy", "policy.yaml", "-"]),
        text.as_bytes(),
        PATIENCE,
    );
    assert_eq!(from_file.status.code(), Some(0), "{}", from_file.stderr);
    let from_file = lines(&from_file.stdout);

    let face = "http: {listen: \"127.0.0.1:0\"}\n\
                access: {roles: [{callers: anyone, may: anonymize, rings: [customer]}]}\n";
    let mut instance = product.start(Instance { more: face, ..Instance::default() });
    let value = |text: &String| Input { value: Some(text.clone().into_bytes()), ..Input::default() };
    product.produce(&records.iter().map(value).collect::<Vec<_>>());
    let count = i64::try_from(records.len()).unwrap();
    product.wait_until_passed(count, PATIENCE, &mut [&mut instance]);
    instance.wait_for_stderr("/v1/anonymize", PATIENCE);
    let said = instance.stderr();
    let (_, rest) = said.split_once("POST http://").expect("it says where it listens");
    let over_http = post(rest.split_once('/').expect("an address").0, &text);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    let through_kafka: Vec<_> = product.forwarded().iter().map(|record| record.text().to_owned()).collect();

    assert_eq!(product.dead_letters(), []);
    let all = [through_kafka, from_file, over_http];
    assert!(all.iter().all(|lines| lines.len() == records.len()), "{:?}", all.each_ref().map(Vec::len));
    all
}
