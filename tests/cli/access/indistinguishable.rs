//! Unknown, foreign, forged and forbidden tokens cannot be told apart: not by a byte of the answer, nor by its time.
//!
//! `PRIVET_ANSWERS=1000` asks so many of each kind, three times, and compares their times; without, a few are asked, and
//! their bytes compared.

use super::back::{Asked, ask};
use super::setup::{Running, Setup};
use crate::cli::command::{privet, privet_with, stderr};
use crate::cli::http::client::Client;
use crate::support::eventually;
use std::time::{Duration, Instant};

const ROLES: &str = "  limits: {opened_values: 4000000}\n  roles:\n\
    \x20   - {callers: {subject: shop}, may: anonymize, rings: [customer, staff]}\n\
    \x20   - {callers: {subject: desk}, may: deanonymize, rings: customer, kinds: [EMAIL_ADDRESS]}\n\
    \x20   - {callers: {subject: clerk}, may: deanonymize, rings: customer, kinds: [PERSON]}\n";

/// Fields whose values are somebody's, or are kept for a second.
const FIELDS: &str = "  person: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, prefix: prs_, subject_field: id}}\n  \
    brief: {tokenize: {ring: customer, mode: vault, as: PERSON, prefix: brf_, ttl: 1s}}\n";

/// Has the service keep people's keys, in a vault that commands reach.
fn with_people(setup: &Setup) {
    let epochs = setup.path("epochs.keyring.json");
    assert_eq!(privet(&["keys", "new", "epochs", "--ring", epochs.to_str().unwrap()]).status.code(), Some(0));
    let policy = setup.text("policy.yaml");
    setup.write("policy.yaml", &policy.replace("defaults:\n", &format!("{FIELDS}defaults:\n")));
    let vault = "vault: {from: \"redb:vault.redb\", epochs: {from: \"file:epochs.keyring.json\"}}\n\
                 rings: {customer: {from: \"file:customer.keyring.json\"}}";
    setup.write("privet.yaml", &setup.text("privet.yaml").replace("vault: {from: \"memory:\"}", vault));
}

/// Tokens of the service's own vault that open no more: of somebody who is forgotten, and of a value whose time is over, for a
/// caller who may not open its kind.
fn gone(setup: &Setup, running: &Running) -> Vec<(&'static str, String)> {
    let authorization = format!("Bearer {}", setup.signer.token("shop"));
    let headers = [("content-type", "application/json"), ("authorization", authorization.as_str())];
    let record = br#"{"id":"c-9","person":"ada@corp.example","brief":"Ada"}"#;
    let answer = running.http().request("POST", "/v1/anonymize", &headers, record);
    let out: serde_json::Value = serde_json::from_str(answer.text()).unwrap();
    let text = |field: &str| out[field].as_str().unwrap().to_owned();
    let (person, brief) = (text("person"), text("brief"));
    let of =
        |subject, body: &str| ask(setup, running, &Asked { subject, reason: Some("x"), media: "text/plain", body });
    assert!(of("desk", &person).text().contains("ada@corp.example"), "it opens before");
    let (config, key) = (setup.config(), setup.path("receipts.pem"));
    let key = key.to_str().unwrap();
    assert_eq!(privet(&["receipt", "key", key]).status.code(), Some(0));
    let forgotten = privet_with(&["forget", "-c", &config, "--ring", "customer", "--receipt-key", key], b"c-9\n");
    assert_eq!(forgotten.status.code(), Some(0), "{}", stderr(&forgotten));
    let is_over = || (of("clerk", &brief).status == 410).then_some(());
    eventually("its time is over", Duration::from_secs(60), is_over);
    vec![("forgotten", person), ("over and forbidden", brief)]
}

/// A token of each kind that is refused, by its name.
fn tokens(setup: &Setup) -> Vec<(&'static str, String)> {
    let record =
        "{\"mail\":\"ada@corp.example\",\"name\":\"Ada\",\"clerk\":\"Bob\",\"vaulted\":\"ada@corp.example\"}\n";
    let out: serde_json::Value = serde_json::from_str(&setup.anonymized(record)).unwrap();
    let text = |field: &str| out[field].as_str().unwrap().to_owned();
    // Not the last letter, some of whose bits must be nought.
    let mut forged: Vec<char> = text("mail").chars().collect();
    let at = forged.len() - 8;
    forged[at] = if forged[at] == 'a' { 'b' } else { 'a' };
    let forged: String = forged.into_iter().collect();
    vec![
        // The file face had a vault of its own.
        ("unknown", text("vaulted")),
        ("foreign", text("clerk")),
        ("forged", forged),
        ("forbidden", text("name")),
    ]
}

/// One question over a connection that stays; gives the answer's bytes without its date, and how long it took.
fn timed(client: &mut Client, authorization: &str, token: &str) -> (Vec<u8>, Duration) {
    let headers =
        [("content-type", "text/plain"), ("authorization", authorization), ("privet-reason", "an experiment")];
    let start = Instant::now();
    let answer = client.request("POST", "/v1/deanonymize", &headers, token.as_bytes());
    let took = start.elapsed();
    let head: String =
        answer.headers.iter().filter(|(name, _)| name != "date").map(|(n, v)| format!("{n}: {v}\n")).collect();
    (format!("{}\n{head}\n{}", answer.status, answer.text()).into_bytes(), took)
}

/// Asks about each kind in turn, each round beginning with another; gives times by kind, and checks the bytes.
fn experiment(setup: &Setup, running: &Running, kinds: &[(&str, String)], answers: usize) -> Vec<Vec<f64>> {
    let authorization = format!("Bearer {}", setup.signer.token("desk"));
    let mut client = running.http();
    let (first, _) = timed(&mut client, &authorization, &kinds[0].1);
    assert!(first.starts_with(b"404\n"));
    let mut times = vec![Vec::with_capacity(answers); kinds.len()];
    for round in 0..answers {
        for step in 0..kinds.len() {
            let at = (round + step) % kinds.len();
            let (bytes, took) = timed(&mut client, &authorization, &kinds[at].1);
            assert_eq!(bytes, first, "{}", kinds[at].0);
            assert!(took >= Duration::from_millis(24), "{took:?}");
            times[at].push(took.as_secs_f64());
        }
    }
    times
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The two-sided p of Mann and Whitney's test, by its normal approximation with ties.
fn p_value(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one.iter().map(|t| (*t, true)).chain(other.iter().map(|t| (*t, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (n, m, whole) = (one.len() as f64, other.len() as f64, all.len() as f64);
    let (mut ranks, mut ties, mut at) = (0.0, 0.0, 0);
    while at < all.len() {
        let same = all[at..].iter().take_while(|(time, _)| *time == all[at].0).count();
        let rank = at as f64 + (same as f64 + 1.0) / 2.0;
        ranks += rank * all[at..at + same].iter().filter(|(_, first)| *first).count() as f64;
        ties += (same as f64).powi(3) - same as f64;
        at += same;
    }
    let u = ranks - n * (n + 1.0) / 2.0;
    let deviation = (n * m / 12.0 * (whole + 1.0 - ties / (whole * (whole - 1.0)))).sqrt();
    2.0 * upper_tail(((u - n * m / 2.0).abs() / deviation).max(0.0))
}

/// The normal distribution's upper tail (Abramowitz and Stegun, 26.2.17; error below 10^-7).
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let sum =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum
}

#[test]
fn every_refusal_is_the_same() {
    let setup = Setup::new();
    setup.configure("{listen: \"127.0.0.1:0\"}", &format!("{}{ROLES}", setup.jwt()));
    let mut kinds = tokens(&setup);
    let good = setup.anonymized("{\"mail\":\"ada@corp.example\"}\n");
    with_people(&setup);
    let running = setup.run();
    kinds.extend(gone(&setup, &running));
    let asked = Asked { subject: "desk", reason: Some("x"), media: "text/plain", body: &good };
    assert!(ask(&setup, &running, &asked).text().contains("ada@corp.example"), "the role does open what it may");
    let Some(answers) = std::env::var("PRIVET_ANSWERS").ok().map(|text| text.parse::<usize>().unwrap()) else {
        experiment(&setup, &running, &kinds, 10);
        return;
    };
    let mut separable = std::collections::BTreeMap::new();
    for run in 1..=3 {
        let times = experiment(&setup, &running, &kinds, answers);
        let medians: Vec<f64> = times.iter().map(|times| median(times) * 1e3).collect();
        let (low, high) = medians.iter().fold((f64::MAX, 0.0_f64), |(low, high), m| (low.min(*m), high.max(*m)));
        println!("run {run}: medians {medians:.3?} ms");
        assert!(high - low < 1.0, "medians are within 1 ms: {medians:?}");
        for (at, one) in times.iter().enumerate() {
            for (other, times) in times.iter().enumerate().skip(at + 1) {
                let p = p_value(one, times);
                println!("run {run}: {} and {}: p = {p:.4}", kinds[at].0, kinds[other].0);
                *separable.entry((at, other)).or_insert(0) += usize::from(p < 0.01);
            }
        }
    }
    assert!(separable.values().all(|runs| *runs < 2), "{separable:?}");
}

#[test]
fn the_test_of_times_can_fail() {
    let times = |shift: f64| (0..200).map(|n| shift + f64::from(n * 7919 % 200)).collect::<Vec<f64>>();
    assert!(p_value(&times(0.0), &times(0.0)) > 0.9);
    assert!(p_value(&times(0.0), &times(40.0)) < 0.01);
    assert!((upper_tail(1.959_964) - 0.025).abs() < 1e-5);
}
