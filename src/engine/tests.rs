//! Operators with keys on whole records: tombstones after a rotation, contexts, and stores that are asked.

use super::*;
use crate::format::Json;
use crate::model::{Origin, RecordTime};
use crate::policy::{CompileContext, Plan, RingRequest, Source, compile};
use crate::transform::{Answer, Distinct, Input, Operator, OperatorError, Reach, Request, Written};
use std::sync::Arc;

/// Compiles a policy with the ring of the golden files: 0a0a0a0a is primary, 0b0b0b0b enabled, 0d0d0d0d disabled.
pub(super) fn plan(product: &str, fields: &str) -> Plan {
    let ring = |_: &RingRequest<'_>| {
        let ring = include_bytes!("../../tests/golden/customer.keyring.json");
        crate::keys::open(ring, include_bytes!("../../tests/golden/customer.root.json"))
            .map(|ring| Some(Arc::new(ring)))
    };
    let context = CompileContext { set: &crate::detect::RecognizerSet::builtin(), rings: &ring, tenant: "" };
    let text = format!("privet: v1\nproduct: {product}\nrings:\n  customer: {{from: 'file:ring'}}\nfields:\n{fields}");
    compile(&Source::new("p.yaml", &text), &context).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// What became of one record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct After {
    pub(super) key: Option<String>,
    pub(super) others: Vec<String>,
    pub(super) value: Option<String>,
}

fn all(plan: &Plan, records: &[(Option<&str>, Option<&str>)]) -> Vec<Result<After, String>> {
    let origin = Origin::Request { request: 0, index: 0 };
    let record = |&(key, value): &(Option<&'static str>, Option<&'static str>)| Record {
        origin: &origin,
        time: RecordTime(None),
        format: &Json,
        value: value.map(str::as_bytes),
        key: key.map(str::as_bytes),
        headers: &[],
    };
    let leaked = |text: &str| -> &'static str { text.to_owned().leak() };
    let records: Vec<_> = records.iter().map(|(key, value)| (key.map(leaked), value.map(leaked))).collect();
    let batch: Vec<Record<'_>> = records.iter().map(record).collect();
    let mut out = Outcomes::default();
    process(plan, &batch, &Settings::default(), &mut Scratch::new(), &mut out).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let after = |(record, outcome): (&Record<'_>, &Outcome)| match &outcome.disposition {
        Disposition::DeadLetter(error) => Err(error.to_string()),
        Disposition::Forward | Disposition::Drop => Ok(After {
            key: out.piece(outcome.key, record.key).map(text),
            others: outcome.other_keys.iter().map(|span| text(out.bytes(*span))).collect(),
            value: out.piece(outcome.value, record.value).map(text),
        }),
    };
    batch.iter().zip(out.outcomes()).map(after).collect()
}

/// A worker lives for as long as its process: what one batch has kept is gone when the next begins.
#[test]
fn nothing_is_kept_from_batch_to_batch() {
    let plan = plan("sales/orders", "  name: redact\n");
    let origin = Origin::Request { request: 0, index: 0 };
    let value: &[u8] = br#"{"name":"Ada"}"#;
    let record =
        Record { origin: &origin, time: RecordTime(None), format: &Json, value: Some(value), key: None, headers: &[] };
    let (mut scratch, mut out) = (Scratch::new(), Outcomes::default());
    let mut kept = [0_usize; 3];
    for kept in &mut kept {
        process(&plan, std::slice::from_ref(&record), &Settings::default(), &mut scratch, &mut out).unwrap();
        *kept = scratch.work.kept.len();
    }
    assert!(kept[0] > 0 && kept == [kept[0]; 3], "{kept:?}");
}

pub(super) fn one(plan: &Plan, key: Option<&str>, value: Option<&str>) -> Result<After, String> {
    all(plan, &[(key, value)]).remove(0)
}

#[test]
fn a_tombstone_is_written_under_every_enabled_key() {
    for operator in ["hash", "tokenize", "fpe"] {
        let pinned = |epoch: &str| {
            plan("sales/orders", &format!("  $key: {{{operator}: {{ring: customer, epoch: {epoch}}}}}\n"))
        };
        let (old, new) = (pinned("0b0b0b0b"), pinned("0a0a0a0a"));
        let key = Some("078051120");
        let row = one(&old, key, Some("{}")).unwrap();
        let row_now = one(&new, key, Some("{}")).unwrap();
        assert_eq!((&row.others, &row_now.others), (&vec![], &vec![]), "{operator}: only a tombstone is written twice");
        assert_ne!(row.key, row_now.key, "{operator}");
        let tombstone = one(&new, key, None).unwrap();
        assert_eq!((&tombstone.key, &tombstone.value), (&row_now.key, &None));
        assert_eq!(tombstone.others, [row.key.unwrap()], "{operator}: what was written before the rotation goes, too");
    }
}

#[test]
fn every_choice_of_keys_is_one_record_key() {
    let fields = |ssn: &str, id: &str| {
        plan(
            "sales/orders",
            &format!(
                "  $key~json.ssn: {{hash: {{ring: customer, bits: 128, epoch: {ssn}}}}}\n  \
                 $key~json.id: {{fpe: {{ring: customer, epoch: {id}}}}}\n  $key~json.kind: keep\n"
            ),
        )
    };
    let ids = ["0a0a0a0a", "0b0b0b0b"];
    let key = Some(r#"{"ssn": "078051120", "id": "1234567", "kind": "x"}"#);
    let tombstone = one(&fields(ids[0], ids[0]), key, None).unwrap();
    assert_eq!(tombstone.others.len(), 3);
    let written: Vec<String> = tombstone.key.into_iter().chain(tombstone.others).collect();
    for (ssn, id) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let row = one(&fields(ids[ssn], ids[id]), key, Some("1")).unwrap();
        assert!(written.contains(&row.key.unwrap()), "{ssn} {id}: {written:?}");
    }
}

#[test]
fn a_tombstone_says_nothing_twice() {
    let own = plan("sales/orders", "  $key: {tokenize: {ring: customer, epoch: 0a0a0a0a}}\n");
    let row = one(&own, Some("ada@mail.example.org"), Some("{}")).unwrap();
    let token = row.key.unwrap();
    for key in ["", token.as_str()] {
        let tombstone = one(&own, Some(key), None).unwrap();
        assert_eq!((tombstone.key.as_deref(), tombstone.others.len()), (Some(key), 0), "a token stays what it is");
    }
    let without = plan("sales/orders", "  $key: keep\n  name: redact\n");
    assert_eq!(one(&without, Some("k"), None).unwrap().others, Vec::<String>::new());
    assert_eq!(one(&own, None, None).unwrap(), After { key: None, others: vec![], value: None });
}

#[test]
fn a_tombstone_of_too_many_keys_is_refused() {
    let fields: String =
        (0..7).map(|at| format!("  $key~json.f{at}: {{hash: {{ring: customer, epoch: 0a0a0a0a}}}}\n")).collect();
    let members: Vec<String> = (0..7).map(|at| format!(r#""f{at}": "value {at}""#)).collect();
    let plan = plan("sales/orders", &fields);
    let six = format!("{{{}}}", members[..6].join(","));
    assert_eq!(one(&plan, Some(&six), None).unwrap().others.len(), 63);
    let seven = format!("{{{}}}", members.join(","));
    assert!(one(&plan, Some(&seven), Some("1")).is_ok(), "a row has one key");
    let error = one(&plan, Some(&seven), None).unwrap_err();
    assert!(error.starts_with("too_many_keys: ") && error.contains("64"), "{error}");
}

#[test]
fn a_value_has_another_stand_in_in_another_context() {
    for operator in ["tokenize: {ring: customer", "fpe: {ring: customer"] {
        let plan = plan("sales/orders", &format!("  phone: {{{operator}, context_field: tenant.id}}}}\n"));
        let phone = |record: &str| {
            let out = one(&plan, None, Some(record)).unwrap().value.unwrap();
            serde_json::from_str::<serde_json::Value>(&out).unwrap()["phone"].as_str().unwrap().to_owned()
        };
        let acme = phone(r#"{"phone": "0551234567", "tenant": {"id": "acme"}}"#);
        assert_eq!(phone(r#"{"tenant": {"id": "acme"}, "phone": "0551234567"}"#), acme, "wherever it stands");
        assert_eq!(phone(r#"{"tenant": {"id": "ac\u00adme"}, "phone": "0551234567"}"#), acme, "its canonical form");
        assert_ne!(phone(r#"{"phone": "0551234567", "tenant": {"id": "other"}}"#), acme);
        assert_ne!(phone(r#"{"phone": "0551234567", "tenant": {"id": 7}}"#), acme);
        let long = format!(r#"{{"phone": "0551234567", "tenant": {{"id": "{}"}}}}"#, "x".repeat(1025));
        for record in [
            r#"{"phone": "0551234567"}"#,
            r#"{"phone": "0551234567", "tenant": {"id": null}}"#,
            r#"{"phone": "0551234567", "tenant": {"id": ""}}"#,
            r#"{"phone": "0551234567", "tenant": {"id": {"id": "acme"}}}"#,
            r#"{"tenant": {"id": "a"}, "phone": "0551234567", "tenant": {"id": "b"}}"#,
            &long,
        ] {
            let error = one(&plan, None, Some(record)).unwrap_err();
            assert!(error.starts_with("no_context: ") && error.ends_with(" at phone"), "{record}: {error}");
        }
        assert!(one(&plan, None, Some(r#"{"phone": null, "other": ""}"#)).is_ok(), "nothing needs no context");
    }
}

#[test]
fn a_token_in_free_text_stays_in_its_own_context_alone() {
    let policy = "  tenant: keep\ndefaults:\n  - {entity: EMAIL_ADDRESS, op: {tokenize: {ring: customer, context_field: tenant}}}\n";
    let plan = plan("sales/orders", policy);
    let note = |tenant: &str, note: &str| {
        one(&plan, None, Some(&format!(r#"{{"note":"{note}","tenant":"{tenant}"}}"#))).unwrap().value.unwrap()
    };
    let first = note("acme", "write to ada@mail.example.org");
    let token = first.split('"').find_map(|part| part.strip_prefix("write to ")).unwrap();
    assert!(token.starts_with("tok_"), "{first}");
    let again = format!("{token} and bob@mail.example.org");
    assert!(note("acme", &again).contains(token));
    let other = note("other", "write to ada@mail.example.org");
    assert!(other.contains("tok_") && !other.contains(token), "{other}");
}

#[test]
fn products_join_where_they_share_ring_and_scope_and_nowhere_else() {
    for operator in ["hash", "tokenize"] {
        let mail = |product: &str, more: &str, mail: &str| {
            let plan = plan(product, &format!("  mail: {{{operator}: {{ring: customer, as: EMAIL_ADDRESS{more}}}}}\n"));
            one(&plan, None, Some(&format!(r#"{{"mail": "{mail}"}}"#))).unwrap().value.unwrap()
        };
        let one = mail("sales/orders", "", "ADA@Example.com");
        assert_eq!(mail("support/tickets", "", "ada@example.com"), one, "one key domain, one canonical value");
        let own = mail("sales/orders", ", scope: product", "ada@example.com");
        let other = mail("support/tickets", ", scope: product", "ada@example.com");
        assert!(own != one && other != one && own != other, "{operator}");
        assert_eq!(mail("sales/orders", ", scope: product", "Ada@Example.com"), own);
    }
}

#[test]
fn what_no_key_can_treat_is_refused_with_its_reason() {
    let long = format!(r#"{{"a": "{}", "id": "c-1"}}"#, "7".repeat(1 << 20));
    let date = r#"{"a": "the day before", "id": "c-1"}"#;
    for (operator, record, code) in [
        ("hash: {ring: customer}", long.as_str(), "value_too_long"),
        ("tokenize: {ring: customer}", &long, "value_too_long"),
        ("fpe: {ring: customer}", &long, "value_too_long"),
        ("encrypt: {ring: customer}", &long, "value_too_long"),
        ("fake: {ring: customer, list: name}", &long, "value_too_long"),
        ("date_shift: {ring: customer, subject_field: id}", &long, "value_too_long"),
        ("date_shift: {ring: customer, subject_field: id}", date, "no_date"),
        ("generalize: {date_part: year}", date, "unsupported_value"),
        ("fpe: {ring: customer}", date, "outside_alphabet"),
    ] {
        let error = one(&plan("sales/orders", &format!("  a: {{{operator}}}\n")), None, Some(record)).unwrap_err();
        assert!(error.starts_with(&format!("{code}: ")) && error.ends_with(" at a"), "{operator}: {error}");
        assert!(!error.contains("777") && !error.contains("before"), "{error}");
    }
}

/// Fails where it is asked what it needs of one value.
#[derive(Debug)]
struct Failing;

impl Operator for Failing {
    fn name(&self) -> &'static str {
        "failing"
    }
    fn reach(&self) -> Reach {
        Reach::Leaves
    }
    fn distinct(&self) -> Distinct {
        Distinct::Kept
    }
    fn needs_store(&self) -> bool {
        true
    }
    fn needs(&self, input: &Input<'_>) -> Option<Request> {
        if input.text.starts_with("bob") {
            std::panic::resume_unwind(Box::new("no message on the test's output"));
        }
        let domain = "test".into();
        Some(Request {
            domain,
            index: [0; 32],
            index_key: crate::keys::KeyId([0; 4]),
            others: Vec::new(),
            token: vec![7],
            sealed: vec![],
            subject: None,
            person: None,
            life: None,
        })
    }
    fn write(&self, _: &Input<'_>, answer: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        assert_eq!(answer, Some(&Answer::Found(vec![7])));
        out.push('#');
        Ok(Written::Text)
    }
}

/// Answers with the token that is sent.
#[derive(Debug)]
struct Echoing;

impl crate::transform::Store for Echoing {
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, crate::transform::StoreError> {
        Ok(requests.iter().map(|request| Answer::Found(request.token.clone())).collect())
    }
}

#[test]
fn a_record_whose_operator_fails_when_asked_is_refused_and_its_neighbours_are_not() {
    let plan = Plan::with_operator(crate::detect::RecognizerSet::builtin(), Box::new(Failing));
    let origin = Origin::Request { request: 0, index: 0 };
    let values = [
        r#"{"a":"ada@mail.example.org"}"#,
        r#"{"a":"ada@mail.example.org","b":"bob@mail.example.org"}"#,
        r#"{"a":"cyd@mail.example.org"}"#,
    ];
    let record = |value: &&'static str| Record {
        origin: &origin,
        time: RecordTime(None),
        format: &Json,
        value: Some(value.as_bytes()),
        key: None,
        headers: &[],
    };
    let batch: Vec<Record<'_>> = values.iter().map(record).collect();
    let mut out = Outcomes::default();
    let settings = Settings { store: Arc::new(Echoing), ..Settings::default() };
    process(&plan, &batch, &settings, &mut Scratch::new(), &mut out).unwrap();
    let [first, second, third] = out.outcomes() else { panic!("three outcomes") };
    assert!(matches!(&second.disposition, Disposition::DeadLetter(error) if error.code() == "internal_error"));
    for outcome in [first, third] {
        assert_eq!(out.piece(outcome.value, None), Some(&br##"{"a":"#"}"##[..]));
    }
    assert_eq!((out.report().forwarded, out.report().refused()), (2, 1));
}

/// What somebody who may open these value kinds gets back, and how many values came back.
fn opened(plan: &Plan, record: &str, kinds: &[&str]) -> (serde_json::Value, u64) {
    let rights = |_: &str, kind: &str| kinds.contains(&kind);
    let mut scratch = ReverseScratch::default();
    let back = reverse(plan, &Json, &[record.as_bytes()], &rights, &Settings::default(), &mut scratch).unwrap();
    let back = back.into_iter().next().unwrap().unwrap();
    (serde_json::from_slice(&back.bytes).unwrap(), back.opened.values().sum())
}

/// A date that was moved by a subject comes back by that subject, or stays: never as some other date.
#[test]
fn what_was_written_by_another_field_opens_by_what_that_field_said_or_not_at_all() {
    let record = r#"{"id":"c1","d":"2024-02-29","f":"1234567890"}"#;
    let before: serde_json::Value = serde_json::from_str(record).unwrap();
    for (id, kinds, opens) in [
        ("keep", &["VALUE"][..], true),
        ("scan", &["VALUE"], true),
        ("{tokenize: {ring: customer}}", &["VALUE"], true),
        ("{encrypt: {ring: customer}}", &["VALUE"], true),
        ("{tokenize: {ring: customer, as: SECRETID}}", &["VALUE", "SECRETID"], true),
        ("{tokenize: {ring: customer, as: SECRETID}}", &["VALUE"], false),
        ("{encrypt: {ring: customer, as: SECRETID}}", &["VALUE"], false),
        ("{hash: {ring: customer}}", &["VALUE"], false),
        ("mask", &["VALUE"], false),
        ("{replace: {value: x}}", &["VALUE"], false),
    ] {
        let fields = format!(
            "  id: {id}\n  d: {{date_shift: {{ring: customer, subject_field: id}}}}\n  \
             f: {{fpe: {{ring: customer, context_field: id}}}}\n"
        );
        let plan = plan("sales/orders", &fields);
        let out = one(&plan, None, Some(record)).unwrap().value.unwrap();
        let (back, count) = opened(&plan, &out, kinds);
        let after: serde_json::Value = serde_json::from_str(&out).unwrap();
        for field in ["d", "f"] {
            assert_ne!(after[field], before[field], "{id}");
            assert_eq!(back[field], if opens { &before } else { &after }[field], "{id}, {kinds:?}: {field}");
        }
        assert_eq!(count, u64::from(back["id"] != after["id"]) + if opens { 2 } else { 0 }, "{id}");
    }
}

/// What was found in a scanned field and written over is not what it said.
#[test]
fn a_scanned_subject_counts_where_nothing_in_it_was_written_over() {
    let fields = |op: &str| {
        format!(
            "  id: scan\n  d: {{date_shift: {{ring: customer, subject_field: id}}}}\ndefaults:\n  \
             - {{entity: EMAIL_ADDRESS, op: {op}}}\n"
        )
    };
    for (op, kinds, opens, free) in [
        ("replace", &["VALUE"][..], false, true),
        ("{replace: {value: X}}", &["VALUE"], false, true),
        ("{replace: {template: '[{entity}]'}}", &["VALUE"], false, true),
        ("{mask: {keep_last: 3}}", &["VALUE"], false, true),
        ("{mask: {char: '#'}}", &["VALUE"], false, true),
        ("{hash: {ring: customer}}", &["VALUE"], false, true),
        ("{fpe: {ring: customer, alphabet: 'abcdefghijklmnopqrstuvwxyz@.'}}", &["VALUE"], false, true),
        ("{encrypt: {ring: customer, as: CODE}}", &["VALUE"], false, true),
        ("{encrypt: {ring: customer, as: CODE}}", &["VALUE", "CODE"], true, true),
        // Any text may be what these left.
        ("redact", &["VALUE"], false, false),
        ("{replace: {value: ''}}", &["VALUE"], false, false),
    ] {
        let plan = plan("sales/orders", &fields(op));
        for (id, opens) in [("ada@mail.example.org", opens), ("17, ada@mail.example.org", opens), ("c-17", free)] {
            let record = serde_json::json!({"id": id, "d": "2024-02-29"}).to_string();
            let out = one(&plan, None, Some(&record)).unwrap().value.unwrap();
            let (back, _) = opened(&plan, &out, kinds);
            assert_eq!(back["d"] == "2024-02-29", opens, "{op}, {id}: {out}");
        }
    }
}

/// What came before is passed over; what a label or a person says of it counts all the same, each time.
#[test]
fn a_record_gives_the_same_whatever_came_before_it() {
    let set = crate::detect::RecognizerSet::builtin();
    let plan = Plan::without_policy(set);
    let records = [
        r#"{"state":"open","nick":"Katherine","firstName":"Katherine","n":4,"note":"katherine"}"#,
        r#"{"state":"open","nick":"Katherine","firstName":"","n":4,"note":"katherine"}"#,
        r#"{"a":"x1","rows":[{"plain":"open","label":"SSN","value":"078051120"}],"state":"open"}"#,
        r#"{"a":"x1","rows":[{"plain":"open","label":"Size","value":"078051120"}],"state":"open"}"#,
        r#"{"a":"x1","b":"open","rows":[{"plain":"shut","other":"open","label":"SSN","value":"078051120"}]}"#,
        r#"{"header":"x","payload":{"mail":"bob@corp.com"},"alg":"open"}"#,
    ];
    let out = |records: &[&str], scratch: &mut Scratch| -> Vec<String> {
        let origin = Origin::Request { request: 0, index: 0 };
        let batch: Vec<Record<'_>> = records
            .iter()
            .map(|record| Record {
                origin: &origin,
                time: RecordTime(None),
                format: &Json,
                value: Some(record.as_bytes()),
                key: None,
                headers: &[],
            })
            .collect();
        let mut out = Outcomes::default();
        process(&plan, &batch, &Settings::default(), scratch, &mut out).unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let pairs = records.iter().zip(out.outcomes());
        pairs.map(|(record, outcome)| text(out.piece(outcome.value, Some(record.as_bytes())).unwrap())).collect()
    };
    let alone: Vec<String> = records.iter().flat_map(|record| out(&[record], &mut Scratch::new())).collect();
    assert_ne!(alone[0], records[0], "a person is found");
    assert!(!alone[0].contains("atherine") && alone[1].contains("Katherine"), "{alone:?}");
    assert!(!alone[2].contains("078051120"), "a label counts: {alone:?}");
    let mut scratch = Scratch::new();
    for round in 0..8 {
        let turn: Vec<&str> = records.iter().cycle().skip(round).take(3 * records.len()).copied().collect();
        let expected: Vec<&String> = alone.iter().cycle().skip(round).take(3 * records.len()).collect();
        assert_eq!(out(&turn, &mut scratch).iter().collect::<Vec<_>>(), expected, "round {round}");
    }
}

/// Who is known by one field is known in all of the record: in names of members, in its key and headers, and where a name
/// leads to another, which leads to a third.
#[test]
fn who_is_known_is_hidden_in_all_of_a_record() {
    let plan = Plan::without_policy(crate::detect::RecognizerSet::builtin());
    let value = |value: &str| all(&plan, &[(None, Some(value))]).remove(0).map(|after| after.value.unwrap());
    let hidden = |text: &str, names: &[&str]| {
        let out = value(text).unwrap();
        names.iter().for_each(|name| assert!(!out.to_lowercase().contains(&name.to_lowercase()), "{name} in {out}"));
    };
    hidden(r#"{"note":"ask Okonjo","by":"Okonjo"}"#, &["okonjo"]);
    hidden(r#"{"note":"Rückruf Müller","by":"Müller"}"#, &["müller"]);
    hidden(r#"{"firstName":"Katherine","byName":{"Katherine":"called","n":1}}"#, &["katherine"]);
    hidden(r#"{"firstName":"Katherine","by":{"Katherine ada@example.com":1}}"#, &["katherine", "ada@"]);
    hidden(r#"{"firstName":"王伟","by":{"王伟":1}}"#, &["王伟"]);
    hidden(r#"{"n":1,"byName":{"siobhan gallagher":3},"note":"I spoke with Siobhan Gallagher today"}"#, &["gallagher"]);
    let chain = r#"{"note":"I spoke with Ivy today about it","a":{"name":"Ivy Quenneville"},"b":{"name":"Quenneville Zorbak"},
        "c":{"name":"Zorbak Xylomer"},"z":"zorbak"}"#;
    hidden(chain, &["ivy", "quenneville", "zorbak", "xylomer"]);
    // What members are called stays where it is a word.
    let words = r#"{"fullName":"Mark Price","price":3,"Price":4,"mark":1,"Mark":2}"#;
    assert!(value(words).unwrap().contains(r#""price":3,"Price":4,"mark":1,"Mark":2"#));
    let known = r#"{"firstName":"Katherine"}"#;
    let keyed = |key: &'static str| all(&plan, &[(Some(key), Some(known))]).remove(0);
    assert!(keyed("order-17").is_ok() && keyed("for Katherine").unwrap_err().starts_with("key_finding"));
    let (origin, said) = (Origin::Request { request: 0, index: 0 }, b"sent by katherine".as_slice());
    let headers = [Header { name: b"who", value: Some(said) }];
    let (format, value) = (&Json, Some(known.as_bytes()));
    let record = Record { origin: &origin, time: RecordTime(None), format, value, key: None, headers: &headers };
    let mut out = Outcomes::default();
    process(&plan, &[record], &Settings::default(), &mut Scratch::new(), &mut out).unwrap();
    let [outcome] = out.outcomes() else { panic!("one record") };
    let (_, piece) = outcome.headers[0];
    assert_eq!(out.piece(piece, Some(said)), Some(b"sent by <PERSON>".as_slice()));
}

/// A chain of names that does not end is refused: what was not read for all of them does not leave.
#[test]
fn names_that_lead_on_and_on_are_refused() {
    let plan = Plan::without_policy(crate::detect::RecognizerSet::builtin());
    let name = |at: usize| {
        let letter = |by: usize| char::from(b'a' + u8::try_from(at / by % 26).unwrap());
        format!("Zu{}{}qo", letter(26), letter(1))
    };
    // The last name of one is the first of the one before it.
    let chain = |count: usize| {
        let fields: Vec<String> =
            (0..count).rev().map(|at| format!(r#""p{at}":{{"name":"{} {}"}}"#, name(at), name(at + 1))).collect();
        format!(r#"{{{},"firstName":"{}"}}"#, fields.join(","), name(0))
    };
    let out = |count: usize| all(&plan, &[(None, Some(&chain(count)))]).remove(0);
    let short = out(10).unwrap().value.unwrap();
    (0..11).for_each(|at| assert!(!short.contains(&name(at)), "{short}"));
    let refused = out(60).unwrap_err();
    assert!(refused.starts_with("persons_unsettled: ") && refused.contains("16"), "{refused}");
}
