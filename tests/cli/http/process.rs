//! The face as `privet run` serves it: a process with a configuration.

use super::client::{Client, head};
use crate::cli::command::{privet, stderr};
use crate::support::process::{Privet, Signal};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const PATH: &str = "/v1/anonymize";
const TEXT: &[(&str, &str)] = &[("content-type", "text/plain")];
const LOCAL: &str = "admin: {listen: \"127.0.0.1:0\"}\nlog: {style: json, filter: trace}\n";
const PLAIN: &str = "privet: v1\nproduct: shop/tickets\nfields:\n  secret: redact\n";
const KEYED: &str = "privet: v1\nproduct: shop/orders\nfields:\n  m: {tokenize: {ring: customer}}\nrings:\n  \
                     customer: {from: \"file:c.json\"}\n";

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn make_ring(folder: &Path) {
    let ring = folder.join("c.json");
    let output = privet(&["keys", "new", "customer", "--ring", ring.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// Starts it and waits until it listens.
fn start(config: &str) -> Privet {
    let mut process = Privet::start(["run", "-c", config]);
    process.wait_for_stderr("\"http listens\"", PATIENCE);
    process
}

/// The address that a listener says it has.
fn address(process: &Privet, listener: &str) -> SocketAddr {
    let told = process.stderr();
    let said = format!("{listener} listens");
    let event = told.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let event = event.into_iter().find(|event| event["message"] == said.as_str()).unwrap();
    event["address"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_configuration_with_http_alone_serves_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "p.yaml", PLAIN);
    let config = format!("products: [{{policy: p.yaml}}]\nhttp: {{listen: \"127.0.0.1:0\"}}\n{LOCAL}");
    let config = write(folder.path(), "privet.yaml", &config);
    let mut process = start(&config);
    let (http, admin) = (address(&process, "http"), address(&process, "admin"));
    let output = privet(&["healthcheck", "--admin", &admin.to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let record = b"{\"secret\":\"canary-one\",\"text\":\"call canary.two@corp.com\"}";
    let answer = Client::connect(http).post(PATH, "application/json", record);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.text().contains("call <EMAIL_ADDRESS>") && !answer.text().contains("canary"), "{}", answer.text());
    let broken = Client::connect(http).post(PATH, "application/json", b"{\"canary\":canary}");
    assert_eq!(broken.status, 422);
    // Under way when the end is told: still answered, and nothing new is taken.
    let mut under_way = Client::connect(http);
    under_way.write(&head("POST", PATH, TEXT, 9));
    under_way.write(b"x@");
    let scraped = || Client::connect(admin).get("/metrics").text().to_owned();
    crate::support::eventually("the request is under way", PATIENCE, || {
        scraped().contains("privet_http_inflight_requests{listener=\"http\"} 1\n").then_some(())
    });
    process.signal(Signal::Terminate);
    crate::support::eventually("the process drains", PATIENCE, || {
        Client::connect(admin).get("/readyz").text().contains("draining").then_some(())
    });
    under_way.write(b"a-b.com");
    assert_eq!(under_way.answer().unwrap().text(), "<EMAIL_ADDRESS>");
    assert_eq!(process.wait(PATIENCE).code(), Some(0), "{}", process.stderr());
    // Everything down to trace was logged, and nothing of a request is in it.
    let told = process.stderr() + &process.stdout() + broken.text();
    assert!(!told.contains("canary") && !told.contains("corp.com"), "{told}");
}

#[test]
fn a_policy_with_keys_is_served_only_where_a_setting_says_so() {
    let folder = tempfile::tempdir().unwrap();
    make_ring(folder.path());
    let policy = write(folder.path(), "p.yaml", KEYED);
    let products = "products: [{policy: p.yaml}]\n";
    let refused = format!("{products}http: {{listen: \"127.0.0.1:0\"}}\n{LOCAL}");
    let refused = write(folder.path(), "refused.yaml", &refused);
    for arguments in [["run", "-c", &refused], ["check", "-c", &refused]] {
        let output = privet(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", stderr(&output));
        assert!(stderr(&output).contains("keyed_policies: serve_to_anyone"), "{}", stderr(&output));
        assert!(!stderr(&output).contains("listens"));
    }
    let http = "http: {listen: \"127.0.0.1:0\", keyed_policies: serve_to_anyone}\n";
    let allowed = write(folder.path(), "allowed.yaml", &format!("{products}{http}{LOCAL}"));
    assert_eq!(privet(&["check", "-c", &allowed]).status.code(), Some(0));
    let mut process = start(&allowed);
    let answer = Client::connect(address(&process, "http")).post(PATH, "application/json", b"{\"m\":\"x-1\"}");
    // The same bytes as through the file face.
    let data = write(folder.path(), "a.jsonl", "{\"m\":\"x-1\"}");
    let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!((answer.status, &answer.body), (200, &output.stdout));
    assert!(answer.text().starts_with("{\"m\":\"tok_"), "{}", answer.text());
    process.kill();
}

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "p.yaml", PLAIN);
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap();
    let config = format!("products: [{{policy: p.yaml}}]\nhttp: {{listen: \"{}\"}}\n{LOCAL}", address);
    let config = write(folder.path(), "privet.yaml", &config);
    let output = privet(&["run", "-c", &config]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&address.to_string()) && stderr(&output).contains("`listen:`"));
}
