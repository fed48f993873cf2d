//! `tokenize` with `mode: vault`, through the command: one value, one token, and nothing without the vault.

mod forget;
mod lifetime;
mod peoples_keys;
mod postgres;
mod reindex;
mod rings;
mod seal;
mod setup;

use super::command::{command, privet, privet_with, spawn, stderr, stdout};
use crate::support::postgres::Postgres;
use setup::{Setup, token, value};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Duration;

#[test]
fn one_value_has_one_token_in_every_record_of_a_run() {
    let setup = Setup::new("memory:");
    let input: String = (0..3_000).map(|number| setup.line(number % 100)).collect();
    let tokens = setup.tokens(&input);
    assert_eq!(tokens.len(), 3_000);
    let mut map = BTreeMap::new();
    for (number, token) in tokens.iter().enumerate() {
        assert_eq!(map.entry(number % 100).or_insert(token), &token, "{number}");
        assert!(token.starts_with("tok_") && token.len() == 51, "{token}");
    }
    let mut distinct: Vec<_> = map.values().collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 100);
    assert!(setup.tokens(&input).iter().all(|token| !tokens.contains(token)), "memory is gone with its process");
}

#[test]
fn a_policy_that_needs_a_vault_is_refused_where_there_is_none() {
    let setup = Setup::new("memory:");
    setup.configure("");
    let arguments = [&setup.arguments()[..], &[&setup.config]].concat();
    let output = privet_with(&arguments, setup.line(1).as_bytes());
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert!(stderr(&output).contains("needs a vault, and the configuration has none"), "{}", stderr(&output));
    setup.configure(
        "http: {listen: \"127.0.0.1:0\"}\naccess: {roles: [{callers: anyone, may: anonymize, rings: [customer]}]}\n",
    );
    for command in ["run", "check"] {
        let output = privet(&[command, "--config", &setup.config]);
        assert_eq!(output.status.code(), Some(2), "{command}: {}", stderr(&output));
        assert!(stderr(&output).contains("help: add `vault:"), "{command}: {}", stderr(&output));
    }
}

#[test]
fn what_is_wrong_with_the_vault_is_said_with_its_place() {
    let setup = Setup::new("memory:");
    for (vault, wrong) in [
        ("{from: \"sqlite:x\"}", "a vault comes from"),
        ("{}", "from"),
        ("{from: \"memory:\", forgotten_within: 2h}", "from `1s` to `1h`"),
        ("{from: \"memory:\", password: hunter2}", "a password is a reference"),
        ("{from: \"memory:\", password: \"${env:PRIVET_NO_SUCH_NAME}\"}", "PRIVET_NO_SUCH_NAME"),
    ] {
        setup.configure(&format!("vault: {vault}\n"));
        let output = privet(&["check", "--config", &setup.config]);
        assert_eq!(output.status.code(), Some(2), "{vault}");
        let told = stderr(&output);
        assert!(told.contains(wrong) && told.contains("privet.yaml:") && !told.contains("hunter2"), "{vault}: {told}");
    }
}

#[test]
fn a_file_keeps_what_was_answered() {
    let setup = Setup::new("redb:vault.redb");
    let input: String = (0..500).map(|number| setup.line(number)).collect();
    let tokens = setup.tokens(&input);
    assert_eq!(setup.tokens(&input), tokens);
    setup.assert_no_value_in_any_file();
    assert!(std::fs::metadata(setup.path("vault.redb")).unwrap().len() > 0, "beside privet.yaml");
}

#[test]
fn rotation_moves_no_token() {
    let setup = Setup::new("redb:vault.redb");
    let ring = setup.path("customer.keyring.json");
    let ring = ring.to_str().unwrap();
    let before = setup.tokens(&setup.line(1));
    let told = privet(&["keys", "rotate", ring, &setup.policy]);
    assert_eq!(told.status.code(), Some(0), "{}", stderr(&told));
    assert!(
        stdout(&told).contains("mail: tokenize keeps the tokens of its vault, and goes on joining"),
        "{}",
        stdout(&told)
    );
    let both = setup.tokens(&(setup.line(1) + &setup.line(2)));
    assert_eq!(both[0], before[0]);
    assert_eq!(setup.tokens(&setup.line(2))[0], both[1]);
}

#[test]
fn what_was_made_after_a_rotation_outlives_the_key_before_it() {
    let server = Postgres::shared().database("rotation");
    for setup in [Setup::new("redb:vault.redb"), Setup::with_postgres(server.address())] {
        let ring = setup.path("customer.keyring.json");
        let ring = ring.to_str().unwrap();
        let first: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(ring).unwrap()).unwrap();
        let first = first["primary"].as_str().unwrap().to_owned();
        let old = setup.tokens(&setup.line(1));
        assert_eq!(privet(&["keys", "rotate", ring]).status.code(), Some(0));
        let new = setup.tokens(&(setup.line(1) + &setup.line(2)));
        assert_eq!(new[0], old[0], "rotation moves nothing");
        let disabled = privet(&["keys", "disable", ring, &first, "--eldest", "--uncounted"]);
        assert_eq!(disabled.status.code(), Some(0), "{}", stderr(&disabled));
        let after = setup.tokens(&(setup.line(1) + &setup.line(2)));
        assert_eq!(after[1], new[1], "it is found by the key that made it");
        assert_ne!(after[0], old[0], "what the disabled key made is nobody's any more");
    }
}

/// A process is killed at random moments while it writes; what it had told stands.
///
/// `kill -9` does not show what a power loss does.
#[test]
fn no_token_is_lost_or_doubled_by_kill_9() {
    kill_writers(&Setup::new("redb:vault.redb"), 50);
}

/// Kills a process at work so many times, and holds all of them to what they had told.
pub fn kill_writers(setup: &Setup, rounds: usize) {
    let mut told: BTreeMap<usize, String> = BTreeMap::new();
    let mut kills = 0;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..rounds {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Some values that are known, many that are new.
        let first = round * 1_500;
        let numbers: Vec<usize> = (first.saturating_sub(500)..first + 20_000).collect();
        let mut child = spawn(&[&setup.arguments()[..], &[&setup.config]].concat());
        let mut stdin = child.stdin.take().unwrap();
        let lines: String = numbers.iter().map(|&number| setup.line(number)).collect();
        let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).ok());
        let stdout = BufReader::new(child.stdout.take().unwrap());
        // After the first answers, and then at any moment: before, in or after a commit.
        let after = Duration::from_micros(state >> 50);
        let mut answered = stdout.lines().map_while(Result::ok);
        let mut seen: Vec<String> = answered.by_ref().take(1).collect();
        std::thread::sleep(after);
        child.kill().unwrap();
        seen.extend(answered);
        kills += usize::from(child.wait().unwrap().code().is_none());
        writer.join().unwrap();
        for (&number, line) in numbers.iter().zip(&seen) {
            // The last line may be cut off.
            if line.ends_with('}') {
                let token = token(line).to_owned();
                assert_eq!(told.entry(number).or_insert_with(|| token.clone()), &token, "round {round}, {number}");
            }
        }
        setup.assert_no_value_in_any_file();
    }
    assert!(kills >= rounds * 4 / 5, "only {kills} were killed at work");
    let lines: String = told.keys().map(|&number| setup.line(number)).collect();
    assert_eq!(setup.tokens(&lines), told.values().cloned().collect::<Vec<_>>());
    let mut distinct: Vec<&String> = told.values().collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), told.len(), "no token stands for two values");
}

#[test]
fn a_file_that_another_process_has_open_is_refused() {
    let setup = Setup::new("redb:vault.redb");
    let mut first = command(&[&setup.arguments()[..], &[&setup.config]].concat());
    let mut first = first.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = first.stdin.take().unwrap();
    // The first line of output tells that it is open; the framer wants more than one line to begin.
    let lines: String = (0..50_000).map(|number| setup.line(number % 10)).collect();
    let writer = std::thread::spawn(move || {
        stdin.write_all(lines.as_bytes()).unwrap();
        stdin
    });
    let mut out = BufReader::new(first.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(token(line.trim_end()).starts_with("tok_"));
    let second = privet_with(&[&setup.arguments()[..], &[&setup.config]].concat(), setup.line(1).as_bytes());
    assert_eq!((second.status.code(), stdout(&second)), (Some(3), ""), "{}", stderr(&second));
    assert!(stderr(&second).contains("another process has it open"), "{}", stderr(&second));
    assert!(!stderr(&second).contains(&value(1)));
    let rest = std::thread::spawn(move || out.lines().count());
    drop(writer.join().unwrap());
    assert_eq!(rest.join().unwrap(), 49_999);
    assert!(first.wait().unwrap().success());
}
