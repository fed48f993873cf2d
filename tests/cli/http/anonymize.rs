//! `POST /v1/anonymize`: records in, records out.

use super::*;
use privet::engine::{self, Disposition, Outcomes, Record, Scratch};
use privet::format::Kind;
use privet::model::{Origin, RecordTime};
use proptest::prelude::*;

const PATH: &str = "/v1/anonymize";

#[test]
fn each_kind_is_answered_in_kind() {
    let running = Running::plain(config());
    let mut http = running.http();
    let answer = http.post(PATH, "text/plain", b"mail bob@corp.com\r\n\r\nbye");
    assert_eq!((answer.status, answer.text()), (200, "mail <EMAIL_ADDRESS>\r\n\r\nbye"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.header("privet-refused"), Some("0"));
    assert_eq!(answer.header("privet-policy"), Some(plain_plan().hash().to_string().as_str()));
    // What comes as text is read as text, however short it is; a value in JSON is not.
    let answer = http.post(PATH, "text/plain", b"Met Siobhan Okafor");
    assert_eq!((answer.status, answer.text()), (200, "Met <PERSON>"));
    let answer = http.post(PATH, "application/json", b"{\"v\":\"Met Siobhan Okafor\"}");
    assert_eq!((answer.status, answer.text()), (200, "{\"v\":\"Met Siobhan Okafor\"}"));
    let json = b" {\"b\" : 3399.990000000000000000,\n\"a\":\"\\u0062ob@corp.com\", \"a\":1}\n";
    let answer = http.post(PATH, "application/json; charset=utf-8", json);
    let expected = " {\"b\" : 3399.990000000000000000,\n\"a\":\"<EMAIL_ADDRESS>\", \"a\":1}\n";
    assert_eq!((answer.status, answer.text()), (200, expected));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = http.post(PATH, "application/x-ndjson", b"{\"a\":1}\r\n\n\"x bob@corp.com\"");
    assert_eq!((answer.status, answer.text()), (200, "{\"a\":1}\r\n\n\"x <EMAIL_ADDRESS>\""));
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    for kind in ["text/plain", "application/x-ndjson"] {
        let answer = http.post(PATH, kind, b"");
        assert_eq!((answer.status, answer.text()), (200, ""));
    }
}

/// Who sends a record cannot say that it was done already.
#[test]
fn a_policy_that_a_request_names_is_not_believed() {
    let running = Running::plain(config());
    let mut http = running.http();
    let hash = plain_plan().hash().to_string();
    for policy in [hash.as_str(), "done", ""] {
        let headers = [("content-type", "text/plain"), ("privet-policy", policy)];
        let answer = http.request("POST", PATH, &headers, b"mail bob@corp.com");
        assert_eq!((answer.status, answer.text()), (200, "mail <EMAIL_ADDRESS>"), "{policy}");
        assert_eq!(answer.header("privet-policy"), Some(hash.as_str()), "its own alone");
    }
}

#[test]
fn a_refused_line_is_an_error_at_its_place() {
    let running = Running::plain(config());
    let lines = b"{\"a\":\"bob@corp.com\"}\n\n{\"secret\":\"bob@corp.com\"\n[1]\n\"\xff\"\r\n";
    let answer = running.http().post(PATH, "application/x-ndjson", lines);
    assert_eq!((answer.status, answer.header("privet-refused")), (200, Some("2")));
    let lines: Vec<&str> = answer.text().split('\n').collect();
    assert_eq!((lines[0], lines[1], lines[3], lines[5]), ("{\"a\":\"<EMAIL_ADDRESS>\"}", "", "[1]", ""));
    for (place, code) in [(2, "unexpected_end"), (4, "invalid_utf8")] {
        let object: serde_json::Value = serde_json::from_str(lines[place]).unwrap();
        assert_eq!(object["privet_error"]["line"], place + 1);
        assert_eq!(object["privet_error"]["code"], code);
        let detail = object["privet_error"]["detail"].as_str().unwrap();
        assert!(!detail.is_empty() && !detail.contains(code), "the code stands once: {detail}");
    }
    assert!(lines[4].ends_with('\r'));
    assert!(!answer.text().contains("bob") && !answer.text().contains("secret"));
}

#[test]
fn a_refused_body_is_a_problem_that_does_not_repeat_it() {
    let running = Running::plain(config());
    let refusals: [(&str, &[u8], &str); 7] = [
        ("application/json", b"{secret}", "invalid_json"),
        ("application/json", b" \n", "unexpected_end"),
        ("application/json", b"{\"secret\":\"bob@corp.com\"", "unexpected_end"),
        ("application/json", b"", "unexpected_end"),
        ("application/json", b"{\"a\":\"\xff\"}", "invalid_utf8"),
        ("application/json", b"1 2", "trailing_garbage"),
        ("text/plain", b"bob@corp.com \xff", "invalid_utf8"),
    ];
    for (kind, body, code) in refusals {
        let answer = running.http().post(PATH, kind, body);
        assert_eq!((answer.status, answer.problem().as_str()), (422, code), "{kind}");
        assert_eq!(answer.header("privet-refused"), Some("1"));
        assert!(!answer.text().contains("bob") && !answer.text().contains("secret"));
    }
}

#[test]
fn what_is_not_a_request_is_a_problem() {
    let running = Running::plain(config());
    let answer = running.http().post(PATH, "application/xml", b"<a>bob@corp.com</a>");
    assert_eq!((answer.status, answer.problem().as_str()), (415, "unsupported_media_type"));
    let answer = running.http().request("PUT", PATH, &[("content-type", "text/plain")], b"bob@corp.com");
    assert_eq!((answer.status, answer.problem().as_str()), (405, "method_not_allowed"));
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = running.http().post("/v1/anonymize/bob@corp.com", "text/plain", b"");
    assert_eq!((answer.status, answer.problem().as_str()), (404, "not_found"));
    assert!(!answer.text().contains("bob"));
    let answer = running.http().post("/v1/anonymize?policy=bob@corp.com", "text/plain", b"");
    assert_eq!((answer.status, answer.problem().as_str()), (400, "unknown_parameter"));
    assert!(!answer.text().contains("bob"));
}

#[test]
fn with_several_products_one_is_named() {
    let running = Running::start(config(), vec![product("orders"), product("tickets")]);
    let mut http = running.http();
    let answer = http.post(PATH, "text/plain", b"x");
    assert_eq!((answer.status, answer.problem().as_str()), (400, "product_missing"));
    let answer = http.post("/v1/anonymize?product=bob@corp.com", "text/plain", b"x");
    assert_eq!((answer.status, answer.problem().as_str()), (404, "unknown_product"));
    assert!(!answer.text().contains("bob"));
    assert_eq!(http.post("/v1/anonymize?product=tickets", "text/plain", b"x").status, 200);
    let by_header = [("content-type", "text/plain"), ("privet-product", "orders")];
    assert_eq!(http.request("POST", PATH, &by_header, b"x").status, 200);
    let scrape = running.metrics.encode();
    for product in ["orders", "tickets"] {
        let line = format!("privet_records_total{{product=\"{product}\",face=\"http\",disposition=\"forward\"}} 1\n");
        assert!(scrape.contains(&line), "{scrape}");
    }
}

#[test]
fn without_a_product_or_with_two_of_one_name_it_does_not_start() {
    assert!(start_error(config(), vec![]).unwrap().contains("no product"));
    assert!(start_error(config(), vec![product("a"), product("a")]).unwrap().contains("\"a\""));
}

/// What the engine makes of a record by itself; none where it refuses it.
fn by_engine(plan: &Plan, kind: Kind, record: &[u8]) -> Option<Vec<u8>> {
    let format = kind.format().unwrap();
    let origin = Origin::Request { request: 0, index: 0 };
    let record =
        Record { origin: &origin, time: RecordTime(None), format, value: Some(record), key: None, headers: &[] };
    let (mut scratch, mut out) = (Scratch::default(), Outcomes::default());
    engine::process(plan, &[record], &Settings::default(), &mut scratch, &mut out).unwrap();
    match &out.outcomes()[0].disposition {
        Disposition::Forward => Some(out.piece(out.outcomes()[0].value, record.value).unwrap().to_vec()),
        Disposition::Drop | Disposition::DeadLetter(_) => None,
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("bob@corp.com".to_owned()),
        Just("4111 1111 1111 1111".to_owned()),
        Just("10.1.2.3".to_owned()),
        "[ -~]{0,12}",
        "\\PC{0,6}",
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join(" "))
}

fn record() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        text().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let object = proptest::collection::vec(("[a-z]{1,8}", value), 0..6)
        .prop_map(|members| serde_json::Value::Object(members.into_iter().collect()).to_string());
    prop_oneof![8 => object, 1 => "[ -~]{1,20}".prop_filter("not blank", |line| !line.trim().is_empty())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The same bytes as from the engine, record by record, wherever records stand and whatever stands beside them.
    #[test]
    fn a_record_gives_the_bytes_that_the_engine_gives(records in proptest::collection::vec(record(), 1..40), document in text()) {
        thread_local! {
            static RUNNING: (Running, Arc<Plan>) = (Running::plain(config()), plain_plan());
        }
        RUNNING.with(|(running, plan)| {
            let mut http = running.http();
            let answer = http.post(PATH, "application/x-ndjson", records.join("\n").as_bytes());
            prop_assert_eq!(answer.status, 200);
            let lines: Vec<&str> = answer.text().split('\n').collect();
            prop_assert_eq!(lines.len(), records.len());
            let mut refused = 0;
            for (record, line) in records.iter().zip(lines) {
                let single = http.post(PATH, "application/json", record.as_bytes());
                match by_engine(plan, Kind::Json, record.as_bytes()) {
                    Some(bytes) => {
                        prop_assert_eq!(bytes.as_slice(), line.as_bytes());
                        prop_assert_eq!(bytes, single.body);
                    }
                    None => {
                        refused += 1;
                        prop_assert!(line.starts_with("{\"privet_error\":"), "{}", line);
                        prop_assert_eq!(single.status, 422);
                    }
                }
            }
            let refused = refused.to_string();
            prop_assert_eq!(answer.header("privet-refused"), Some(refused.as_str()));
            let answer = http.post(PATH, "text/plain", document.as_bytes());
            let expected = by_engine(plan, Kind::Document, document.as_bytes());
            if !document.trim().is_empty() {
                prop_assert_eq!(Some(answer.body), expected);
            }
            Ok(())
        })?;
    }
}
