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

#[test]
fn a_record_gives_the_same_bytes_through_every_face() {
    let product = Product::new(Kafka::shared(), "faces", Topics::default(), POLICY);
    let records = records();
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
    assert_eq!(through_kafka.len(), records.len());
    for (at, record) in records.iter().enumerate() {
        assert_eq!(through_kafka[at], from_file[at], "Kafka and file: {record}");
        assert_eq!(through_kafka[at], over_http[at], "Kafka and HTTP: {record}");
        assert!(!through_kafka[at].contains("planted"), "{}", through_kafka[at]);
    }
    assert_eq!((from_file.len(), over_http.len()), (records.len(), records.len()));
}
