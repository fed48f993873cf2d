//! Values that are kept for a time, and tokens that join nothing, through the command.

use super::super::command::{privet, privet_with, stderr, stdout};
use super::setup::Setup;
use crate::support::eventually;
use std::process::Command;
use std::time::Duration;

fn me() -> String {
    let output = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A vault in a file, and a policy whose `mail` has these parameters besides.
fn setup(more: &str) -> Setup {
    let setup = Setup::new("redb:vault.redb");
    let policy = format!(
        "privet: v1\nproduct: sales/orders\n\
         fields: {{mail: {{tokenize: {{ring: customer, mode: vault, as: EMAIL_ADDRESS, {more}}}}}}}\n"
    );
    std::fs::write(setup.path("orders.yaml"), policy).unwrap();
    setup.configure(&format!(
        "vault: {{from: \"redb:vault.redb\"}}\nhttp: {{listen: \"127.0.0.1:0\"}}\naccess:\n  audit: file:audit.jsonl\n  \
         roles: [{{callers: {{user: \"{}\"}}, may: deanonymize, rings: customer, kinds: \"*\"}}]\n",
        me()
    ));
    setup
}

fn back(setup: &Setup, tokens: &str) -> (Option<i32>, String, String) {
    let arguments = ["deanonymize", "-c", &setup.config, "--reason", "ticket 1", "--format", "text"];
    let output = privet_with(&arguments, tokens.as_bytes());
    (output.status.code(), stdout(&output).to_owned(), stderr(&output).to_owned())
}

#[test]
fn a_value_comes_back_until_its_time_is_over() {
    let setup = setup("ttl: 3s");
    let token = setup.tokens(&setup.line(1)).remove(0);
    assert_eq!(back(&setup, &token).1, super::value(1));
    let over = eventually("the time of the value is over", Duration::from_secs(60), || {
        let (code, out, told) = back(&setup, &token);
        (code == Some(4)).then_some((out, told))
    });
    assert_eq!(over.0, "");
    assert!(over.1.contains("their time is over") && !over.1.contains("canary"), "{}", over.1);
    let audit = std::fs::read_to_string(setup.path("audit.jsonl")).unwrap();
    assert!(audit.lines().last().unwrap().contains("\"outcome\":\"expired\""), "{audit}");
    let anew = setup.tokens(&setup.line(1)).remove(0);
    assert_ne!(anew, token, "the value was taken away, and comes anew");
    assert_eq!(back(&setup, &anew).1, super::value(1));
    assert_eq!(back(&setup, &token).0, Some(4));
}

#[test]
fn tokens_that_join_nothing_are_the_same_in_a_replay() {
    let setup = setup("convergent: false");
    let lines = [1, 1, 2, 1].map(|number| setup.line(number)).concat();
    let tokens = setup.tokens(&lines);
    let mut distinct = tokens.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "equal values have no token in common");
    assert_eq!(setup.tokens(&lines), tokens, "a replay");
    let (code, out, told) = back(&setup, &tokens.join("\n"));
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(out.lines().collect::<Vec<_>>(), [1, 1, 2, 1].map(super::value));
    // Another value in the same place is another row.
    let other = setup.tokens(&setup.line(3)).remove(0);
    assert_ne!(other, tokens[0]);
    assert_eq!(back(&setup, &other).1, super::value(3));
    assert_eq!(back(&setup, &tokens[0]).1, super::value(1));
    // In two fields, and twice in one text, a value has a token for each place.
    let policy = "privet: v1\nproduct: sales/orders\ndefaults: [{entity: EMAIL_ADDRESS, op: {tokenize: {ring: customer, \
                  mode: vault, convergent: false}}}]\nfields: {a: scan, b: scan}\n";
    std::fs::write(setup.path("orders.yaml"), policy).unwrap();
    let arguments = [&setup.arguments()[..], &[&setup.config]].concat();
    let record = b"{\"a\": \"x@corp.example and x@corp.example\", \"b\": \"x@corp.example\"}\n";
    let output = privet_with(&arguments, record);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output).to_owned();
    let mut three: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    three.retain(|word| word.starts_with("tok_"));
    three.sort_unstable();
    three.dedup();
    assert_eq!(three.len(), 3, "{text}");
    assert_eq!(stdout(&privet_with(&arguments, record)), text);
}

#[test]
fn neither_is_for_tokens_that_hold_the_value_nor_for_record_keys() {
    let setup = setup("ttl: 1d");
    let said = |fields: &str| {
        std::fs::write(setup.path("orders.yaml"), format!("privet: v1\nproduct: sales/orders\nfields: {fields}\n"))
            .unwrap();
        let output = privet(&["check", "--config", &setup.config]);
        (output.status.code(), stderr(&output).to_owned())
    };
    for (fields, wrong) in [
        ("{a: {tokenize: {ring: customer, ttl: 1d}}}", "`ttl` is for `mode: vault`"),
        ("{a: {tokenize: {ring: customer, convergent: false}}}", "`convergent` is for `mode: vault`"),
        ("{a: {tokenize: {ring: customer, mode: vault, ttl: 90}}}", "`ttl` is a time with its unit"),
        ("{a: {tokenize: {ring: customer, mode: vault, convergent: 0}}}", "`true` or `false`"),
        ("{$key: {tokenize: {ring: customer, mode: vault, ttl: 1d}}}", "on a record key must not depend on a vault"),
        ("{$key: {tokenize: {ring: customer, mode: vault, convergent: false}}}", "on a record key must not depend"),
    ] {
        let (code, told) = said(fields);
        assert!(code == Some(2) && told.contains(wrong), "{fields}: {told}");
    }
    assert_eq!(said("{a: {tokenize: {ring: customer, mode: vault, convergent: false, ttl: 45s}}}").0, Some(0));
}
