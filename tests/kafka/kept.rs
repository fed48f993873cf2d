//! What of a record stays as it was, and what changes beside its value.

use super::poison::{EMAIL, POLICY, good, now, run, with_headers};
use crate::support::eventually;
use crate::support::kafka::{Input, Isolation, Kafka};
use crate::support::process::Privet;
use crate::support::product::{PATIENCE, Product, Topics};
use std::time::Duration;

#[test]
fn tombstones_nulls_and_repeated_headers_are_kept() {
    let product = Product::new(Kafka::shared(), "kept", Topics::default(), POLICY);
    let headers: &[(&str, Option<&[u8]>)] =
        &[("a", Some(b"1")), ("a", None), ("", Some(b"")), ("b", Some(b"")), ("a", Some(b"1"))];
    let tombstone = Input { value: None, ..with_headers(0, headers) };
    let sent = [
        tombstone.clone(),
        with_headers(1, headers),
        Input { key: None, ..good(2) },
        Input { key: Some(vec![]), ..good(3) },
        Input { key: None, value: None, ..good(4) },
        Input { timestamp: Some(now() - 5_000), ..good(5) },
        // One of two headers of a name that the policy changes is null; every other one is as it was.
        with_headers(6, &[("a", None), ("user", None), ("user", Some(EMAIL.as_bytes())), ("a", Some(b""))]),
    ];
    run(&product, &sent);
    let read = product.forwarded();
    assert_eq!(read.len(), sent.len());
    assert_eq!(product.dead_letters(), []);
    for (record, was) in read.iter().zip(&sent) {
        assert_eq!(record.key, was.key);
        assert_eq!(record.value.is_none(), was.value.is_none());
        let (policy, others) = record.headers.split_last().unwrap();
        assert_eq!(policy.0, "privet-policy");
        let mut wanted = was.headers.clone();
        if let Some(user) = wanted.iter_mut().find(|(name, value)| name == "user" && value.is_some()) {
            user.1 = Some(vec![]);
        }
        assert_eq!(others, wanted);
    }
    assert_eq!(Some(read[5].timestamp), sent[5].timestamp);
}

/// Whoever writes to the input could say that a record went through already.
#[test]
fn a_policy_header_that_comes_in_is_trusted_by_nobody() {
    let product = Product::new(Kafka::shared(), "trusted", Topics::default(), POLICY);
    run(&product, &[good(0)]);
    let own = product.forwarded()[0].header("privet-policy").expect("it says its policy").to_owned();
    let forged: &[(&str, Option<&[u8]>)] = &[("privet-policy", Some(own.as_bytes()))];
    let note = Input { value: Some(format!(r#"{{"note":"to {EMAIL}"}}"#).into()), ..with_headers(2, forged) };
    run(
        &product,
        &[with_headers(1, forged), note, with_headers(3, &[("privet-policy", Some(b"0")), ("a", Some(b"1"))])],
    );
    let read = product.forwarded();
    assert_eq!((read.len(), product.dead_letters()), (4, vec![]));
    assert_eq!(read[2].text(), r#"{"note":"to <EMAIL_ADDRESS>"}"#);
    for record in &read {
        assert!(!record.holds(EMAIL.as_bytes()), "{record:?}");
        let (name, value) = record.headers.last().expect("it says its policy");
        assert_eq!((name.as_str(), value.as_deref()), ("privet-policy", Some(own.as_bytes())), "its own is the last");
    }
    assert!(read[1].text().contains("cus_") && read[0].text().replace(r#""n":0"#, r#""n":1"#) == read[1].text());
}

#[test]
fn a_key_becomes_a_token_and_its_tombstone_gets_the_same() {
    let policy = "fields:\n  $key: {tokenize: {ring: customer, epoch: EPOCH}}\n  name: redact\n";
    let product = Product::new(Kafka::shared(), "key", Topics::default(), policy);
    let keyed = |key: &str, value: Option<&str>| Input {
        partition: Some(0),
        key: Some(key.into()),
        value: value.map(Into::into),
        ..Input::default()
    };
    let spelled = format!(r#"{{ "id":3399.990000000000000000, "name" : "Kim","mail":"to {EMAIL}" }}"#);
    run(&product, &[keyed(EMAIL, Some(&spelled)), keyed(EMAIL, None), keyed("other", None), keyed("", None)]);
    let read = product.forwarded();
    assert_eq!(read[0].text(), r#"{ "id":3399.990000000000000000, "name" : "","mail":"to <EMAIL_ADDRESS>" }"#);
    let keys: Vec<_> = read.iter().map(|record| record.key.as_deref().unwrap()).collect();
    assert!(keys[0].starts_with(b"tok_") && keys[2].starts_with(b"tok_"), "{keys:?}");
    assert_eq!(keys[0], keys[1], "compaction finds what the tombstone deletes");
    assert_ne!(keys[0], keys[2], "compaction deletes nobody else");
    assert_eq!(keys[3], b"");
    assert!(read[1..].iter().all(|record| record.value.is_none()));
}

#[test]
fn after_a_rotation_a_tombstone_removes_the_row_that_was_written_before_it() {
    let policy = "fields:\n  $key: {tokenize: {ring: customer, epoch: EPOCH}}\n  name: redact\n";
    let compacted = [
        ("cleanup.policy", "compact"),
        ("segment.ms", "300"),
        ("min.cleanable.dirty.ratio", "0.0"),
        ("max.compaction.lag.ms", "500"),
        ("delete.retention.ms", "0"),
    ];
    let product = Product::new(Kafka::shared(), "rotated", Topics { output: &compacted, ..Topics::default() }, policy);
    let keyed = |key: &str, value: Option<&str>| Input {
        key: Some(key.into()),
        value: value.map(Into::into),
        ..Input::default()
    };
    run(&product, &[keyed(EMAIL, Some(r#"{"name":"Kim"}"#)), keyed("other", Some(r#"{"name":"Ada"}"#))]);
    let rows = product.forwarded();
    let (row, other) = (rows[0].key.clone().unwrap(), rows[1].key.clone().unwrap());

    let rotated = Privet::run(product.command(&["keys", "rotate", "customer.keyring.json"]), b"", PATIENCE);
    assert!(rotated.status.success(), "{}", rotated.stderr);
    product.change_policy(policy);
    run(&product, &[keyed(EMAIL, None), keyed("third", Some(r#"{"name":"Bo"}"#))]);
    let written = product.forwarded();
    let deleted: Vec<_> =
        written.iter().filter(|record| record.value.is_none()).map(|r| r.key.clone().unwrap()).collect();
    assert_eq!(deleted.len(), 2, "one for each enabled key, in one transaction: {deleted:?}");
    assert!(deleted.contains(&row), "the token of the old key");
    assert!(deleted.iter().any(|key| *key != row && key.starts_with(b"tok_")), "and the new one");
    assert!(written.last().unwrap().value.is_some(), "what came after stands after");
    assert_eq!((product.passed(), product.dead_letters()), (4, vec![]));

    // The broker compacts what is not the newest segment, so something newer must come.
    eventually("the row is compacted away", Duration::from_secs(90), || {
        product.kafka.produce(&product.output, &[keyed("newer", Some("{}"))]);
        let left = product.kafka.read(&product.output, Isolation::Committed);
        assert!(left.iter().any(|record| record.key.as_ref() == Some(&other)), "another's row stays");
        left.iter().all(|record| record.key.as_ref() != Some(&row)).then_some(())
    });
}

#[test]
fn a_finding_in_a_key_that_nobody_named_holds_the_record_back() {
    let product = Product::new(Kafka::shared(), "key-finding", Topics::default(), POLICY);
    let header = Input { headers: vec![(EMAIL.to_owned(), None)], ..good(3) };
    run(&product, &[good(0), Input { key: Some(EMAIL.into()), ..good(1) }, good(2), header]);
    assert_eq!(super::poison::numbers(&product.forwarded()), [0, 2]);
    let reasons: Vec<_> = product.reasons().into_values().collect();
    assert_eq!(reasons, ["key_finding", "header_finding"]);
}
