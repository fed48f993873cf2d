//! `POST /v1/deanonymize`: values come back to whom a role grants them, and nothing to anybody else.

use super::setup::{PATIENCE, Running, Setup, claims, now};
use crate::cli::http::client::{Answer, head};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const HTTP: &str = "{listen: \"127.0.0.1:0\"}";
const ROLES: &str = "  roles:\n\
    \x20   - {callers: {subject: shop}, may: anonymize, rings: [customer, staff]}\n\
    \x20   - {callers: {subject: desk}, may: deanonymize, rings: customer, kinds: [EMAIL_ADDRESS]}\n\
    \x20   - {callers: {claim: {name: groups, value: leads}}, may: deanonymize, rings: customer, kinds: \"*\"}\n";
const RECORD: &str = r#"{"id":"c-1","mail":"Ada@Corp.example","name":"Ada Lovelace","clerk":"Bob","born":"1815-12-10","account":"1234567890","moved":"2020-02-03","vaulted":"ada@corp.example","note":"wrote to ada@corp.example, \"twice\""}"#;

pub(super) struct Asked<'a> {
    pub subject: &'a str,
    pub reason: Option<&'a str>,
    pub media: &'a str,
    pub body: &'a str,
}

pub(super) fn ask(setup: &Setup, running: &Running, asked: &Asked<'_>) -> Answer {
    let token = format!("Bearer {}", setup.signer.token(asked.subject));
    let mut headers = vec![("content-type", asked.media), ("authorization", token.as_str())];
    headers.extend(asked.reason.map(|reason| ("privet-reason", reason)));
    running.http().request("POST", "/v1/deanonymize", &headers, asked.body.as_bytes())
}

fn start(limits: &str) -> (Setup, Running) {
    let setup = Setup::new();
    setup.configure(HTTP, &format!("{}{limits}{ROLES}", setup.jwt()));
    let running = setup.run();
    (setup, running)
}

fn anonymized(setup: &Setup, running: &Running) -> String {
    let token = format!("Bearer {}", setup.signer.token("shop"));
    let headers = [("content-type", "application/json"), ("authorization", token.as_str())];
    let answer = running.http().request("POST", "/v1/anonymize", &headers, RECORD.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_record_comes_back_as_far_as_a_role_reaches() {
    let (setup, running) = start("");
    let out = anonymized(&setup, &running);
    let (before, after) = (value(RECORD), value(&out));
    for field in ["mail", "name", "clerk", "born", "account", "moved", "vaulted", "note"] {
        assert_ne!(before[field], after[field], "{field}");
    }
    let lead = |body: &str| {
        let asked = Asked { subject: "lead", reason: Some("ticket 4711"), media: "application/json", body };
        ask(&setup, &running, &asked)
    };
    let answer = lead(&out);
    assert_eq!((answer.status, answer.header("privet-opened")), (200, Some("7")), "{}", answer.text());
    let mut expected = before.clone();
    // Tokens keep canonical forms; another key domain's stay.
    expected["mail"] = json!("ada@corp.example");
    expected["name"] = json!(privet::transform::canonical("Ada Lovelace", "PERSON"));
    expected["clerk"] = after["clerk"].clone();
    assert_eq!(value(answer.text()), expected);
    assert!(answer.header("cache-control") == Some("no-store"));

    let asked =
        Asked { subject: "desk", reason: Some("ticket for bob@corp.com"), media: "application/json", body: &out };
    let answer = ask(&setup, &running, &asked);
    let mut expected = after.clone();
    for field in ["mail", "vaulted", "note"] {
        expected[field] = before[field].clone();
    }
    expected["mail"] = json!("ada@corp.example");
    assert_eq!((answer.status, answer.header("privet-opened")), (200, Some("3")));
    assert_eq!(value(answer.text()), expected);

    let audit = setup.audit();
    assert_eq!(audit.len(), 2);
    assert_eq!((&audit[0]["requester"], &audit[0]["reason"]), (&json!("subject:lead"), &json!("ticket 4711")));
    assert_eq!(audit[1]["reason"], "ticket for <EMAIL_ADDRESS>", "a reason tells no person");
    assert_eq!(audit[1]["opened"], json!({"customer/EMAIL_ADDRESS": 3}));
    assert_eq!((&audit[1]["outcome"], &audit[1]["product"]), (&json!("opened"), &json!("shop/orders")));
    let text = setup.text("audit.jsonl");
    for value in ["ada", "Ada", "1815", "1234567890", "bob@", after["mail"].as_str().unwrap()] {
        assert!(!text.contains(value), "{value} in {text}");
    }
}

#[test]
fn tokens_come_back_as_a_text_and_a_line_each() {
    let (setup, running) = start("");
    let out = value(&anonymized(&setup, &running));
    let (mail, vaulted, name) =
        (out["mail"].as_str().unwrap(), out["vaulted"].as_str().unwrap(), out["name"].as_str().unwrap());
    let desk =
        |media, body: &str| ask(&setup, &running, &Asked { subject: "desk", reason: Some("ticket 1"), media, body });
    let answer = desk("text/plain", &format!("{mail}\n{name}\n{vaulted}\n{mail}x\n"));
    assert_eq!(answer.text(), format!("ada@corp.example\n{name}\nada@corp.example\nada@corp.examplex\n"));
    let answer = desk("application/x-ndjson", &format!("\"{mail}\"\n{{\"a\":[1.50,\"<{vaulted}>\"]}}\n{{\n"));
    let lines: Vec<&str> = answer.text().lines().collect();
    assert_eq!(lines[..2], ["\"ada@corp.example\"", "{\"a\":[1.50,\"<ada@corp.example>\"]}"]);
    assert!(lines[2].contains("privet_error") && answer.header("privet-refused") == Some("1"), "{lines:?}");
    // Inside a JSON document that is a text, and as the name of a member.
    let nested = json!({"doc": format!("{{\"who\":\"{mail}\"}}"), mail: 1}).to_string();
    let back = value(desk("application/json", &nested).text());
    assert_eq!(back, json!({"doc": "{\"who\":\"ada@corp.example\"}", "ada@corp.example": 1}));
}

#[test]
fn what_is_asked_wrongly_is_told_and_recorded() {
    let (setup, running) = start("");
    let mail = value(&anonymized(&setup, &running))["mail"].as_str().unwrap().to_owned();
    let code = |subject, reason, media, body: &str| {
        let answer = ask(&setup, &running, &Asked { subject, reason, media, body });
        (answer.status, answer.problem())
    };
    let told = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(code("desk", None, "text/plain", &mail), told(400, "reason_missing"));
    assert_eq!(code("desk", Some(" "), "text/plain", &mail), told(400, "invalid_reason"));
    assert_eq!(code("desk", Some("x"), "text/csv", &mail), told(415, "unsupported_media_type"));
    assert_eq!(code("desk", Some("x"), "application/json", "{"), told(422, "unexpected_end"));
    assert_eq!(code("desk", Some("x"), "text/plain", "nothing here"), told(404, "not_found"));
    assert_eq!(code("shop", Some("x"), "text/plain", &mail), told(404, "not_found"));
    let answer = running.http().request("POST", "/v1/deanonymize", &[("content-type", "text/plain")], mail.as_bytes());
    assert_eq!(answer.problem(), "unauthenticated");
    let audit = setup.audit();
    let outcomes: Vec<&str> = audit.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    let expected = [
        "reason_missing",
        "invalid_reason",
        "unsupported_media_type",
        "unexpected_end",
        "not_found",
        "not_found",
        "unauthenticated",
    ];
    assert_eq!(outcomes, expected, "one line a call");
    assert_eq!(audit[6]["requester"], "unknown");
    let reasons: Vec<Option<&str>> = audit.iter().map(|line| line["reason"].as_str()).collect();
    let x = Some("x");
    assert_eq!(reasons, [None, None, x, x, x, x, None], "whatever comes of it");
}

#[test]
fn a_reason_is_recorded_whatever_comes_of_the_call() {
    let (setup, running) = start("  limits: {opened_values: 1}\n");
    let mail = value(&anonymized(&setup, &running))["mail"].as_str().unwrap().to_owned();
    let reason = "GDPR Art. 15, ada@corp.example of Ada Lovelace";
    let post = |token: &str, path: &str, body: &[u8]| {
        let token = format!("Bearer {token}");
        let headers = [("content-type", "text/plain"), ("authorization", &*token), ("privet-reason", reason)];
        running.http().request("POST", path, &headers, body).status
    };
    let (header, mut old) = (json!({"alg": "EdDSA", "kid": setup.signer.id}), claims("desk"));
    old["exp"] = json!(now() - 600);
    let (good, old) = (setup.signer.token("desk"), setup.signer.sign(&header, &old));
    let route = "/v1/deanonymize";
    assert_eq!(post(&old, route, mail.as_bytes()), 401);
    assert_eq!(post("x.y.z", route, mail.as_bytes()), 401);
    assert_eq!(post(&good, &format!("{route}?product=none"), mail.as_bytes()), 404);
    assert_eq!(post(&good, route, &vec![b'x'; 300_000]), 413);
    assert_eq!(post(&good, route, mail.as_bytes()), 200);
    assert_eq!(post(&good, route, mail.as_bytes()), 429);
    let audit = setup.audit();
    let told: Vec<_> = audit.iter().map(|line| (line["outcome"].as_str().unwrap(), line["token"].as_str())).collect();
    let expected = [
        ("unauthenticated", Some("expired")),
        ("unauthenticated", Some("malformed")),
        ("not_found", None),
        ("body_too_large", None),
        ("opened", None),
        ("too_many_values", None),
    ];
    assert_eq!(told, expected);
    let (unproven, proven) = audit.split_at(2);
    for line in unproven {
        assert_eq!(line["reason"], "<UNREAD>", "nothing of who proved nothing");
    }
    for line in proven {
        assert_eq!(line["reason"], "GDPR Art. 15, <EMAIL_ADDRESS> of <PERSON>");
    }
}

/// What was turned back was, whether or not somebody was there to read it.
#[test]
fn who_hangs_up_is_in_the_audit_records() {
    let (setup, running) = start("");
    let mail = value(&anonymized(&setup, &running))["mail"].as_str().unwrap().to_owned();
    let token = format!("Bearer {}", setup.signer.token("desk"));
    let headers = [("content-type", "text/plain"), ("authorization", &*token), ("privet-reason", "ticket 4711")];
    for body in [&*mail, ""].repeat(10) {
        let call = [&head("POST", "/v1/deanonymize", &headers, body.len()), body.as_bytes()].concat();
        let mut client = running.http();
        client.write(&call);
        drop(client);
    }
    let deadline = Instant::now() + PATIENCE;
    while setup.text("audit.jsonl").lines().count() < 20 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    let audit = setup.audit();
    let opened = audit.iter().filter(|line| line["outcome"] == "opened").count();
    assert_eq!((audit.len(), opened), (20, 10), "{audit:?}");
    assert!(
        audit.iter().all(|line| line["reason"] == "ticket 4711" && line["requester"] == "subject:desk"),
        "{audit:?}"
    );
}

#[test]
fn so_many_values_an_hour_and_no_more() {
    let (setup, running) = start("  limits: {opened_values: 5}\n");
    let mail = value(&anonymized(&setup, &running))["mail"].as_str().unwrap().to_owned();
    let open = |subject, count: usize| {
        let body = format!("{mail}\n").repeat(count);
        let asked = Asked { subject, reason: Some("x"), media: "text/plain", body: &body };
        let answer = ask(&setup, &running, &asked);
        assert!(answer.status == 200 || !answer.text().contains("ada"), "{}", answer.text());
        answer.status
    };
    assert_eq!((open("desk", 3), open("desk", 3), open("desk", 1), open("desk", 1)), (200, 429, 200, 429));
    assert_eq!(open("lead", 5), 200, "each caller by itself");
    assert_eq!((open("shop", 1), setup.audit().last().unwrap()["outcome"].as_str()), (404, Some("not_found")));
}

#[test]
fn without_a_role_that_grants_it_the_route_is_not_there() {
    let setup = Setup::new();
    setup.configure(
        HTTP,
        &format!("{}  roles: [{{callers: {{subject: shop}}, may: anonymize, rings: customer}}]\n", setup.jwt()),
    );
    let running = setup.run();
    let answer = ask(&setup, &running, &Asked { subject: "shop", reason: Some("x"), media: "text/plain", body: "x" });
    assert_eq!((answer.status, answer.problem().as_str()), (404, "not_found"));
    assert_eq!(setup.text("audit.jsonl"), "");
}
