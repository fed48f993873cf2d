//! What of a record stays as it was, and what changes beside its value.

use super::poison::{EMAIL, POLICY, good, now, run, with_headers};
use crate::support::kafka::{Input, Kafka};
use crate::support::product::{Product, Topics};

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
fn a_finding_in_a_key_that_nobody_named_holds_the_record_back() {
    let product = Product::new(Kafka::shared(), "key-finding", Topics::default(), POLICY);
    let header = Input { headers: vec![(EMAIL.to_owned(), None)], ..good(3) };
    run(&product, &[good(0), Input { key: Some(EMAIL.into()), ..good(1) }, good(2), header]);
    assert_eq!(super::poison::numbers(&product.forwarded()), [0, 2]);
    let reasons: Vec<_> = product.reasons().into_values().collect();
    assert_eq!(reasons, ["key_finding", "header_finding"]);
}
