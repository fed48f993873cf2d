//! Laws of the engine, for generated records: through the public API, with the built-in recognizers.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a slice that is wrong fails its test")]

use privet::detect::{RecognizerSet, TaggerUse};
use privet::engine::{
    Disposition, EngineError, Header, Outcomes, Record, ReverseScratch, Scratch, Settings, process, reverse,
};
use privet::format::{Edit, Format, FormatError, Json, Limits, ReadScratch, Text, TypeFit, Visitor};
use privet::keys::KeyId;
use privet::model::{Origin, RecordTime};
use privet::policy::{CompileContext, Plan, RingRequest, Source, compile};
use privet::transform::{Answer, Distinct, Input, Operator, OperatorError, Reach, Request, Store, StoreError, Written};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock, Mutex};

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::without_policy(RecognizerSet::builtin()));

/// Without the tagger, to which any letters may be a name.
static PATTERNS: LazyLock<Plan> =
    LazyLock::new(|| Plan::without_policy(RecognizerSet::builtin()).with_tagger(TaggerUse::Off));

/// What the engine makes of each record: new bytes, or the reason why it is refused.
fn through(
    plan: &Plan,
    format: &dyn Format,
    records: &[Vec<u8>],
    scratch: &mut Scratch,
) -> Vec<Result<Vec<u8>, String>> {
    let origins: Vec<Origin> =
        (0..records.len()).map(|index| Origin::Request { request: 1, index: index as u64 }).collect();
    let batch: Vec<Record<'_>> = records
        .iter()
        .zip(&origins)
        .map(|(value, origin)| Record {
            origin,
            time: RecordTime(None),
            format,
            value: Some(value),
            key: None,
            headers: &[],
        })
        .collect();
    let mut out = Outcomes::default();
    process(plan, &batch, &Settings::default(), scratch, &mut out).unwrap();
    batch
        .iter()
        .zip(out.outcomes())
        .map(|(record, outcome)| match &outcome.disposition {
            Disposition::Forward => Ok(out.piece(outcome.value, record.value).unwrap().to_vec()),
            Disposition::Drop => Err("dropped".to_owned()),
            Disposition::DeadLetter(error) => Err(error.to_string()),
        })
        .collect()
}

fn one(plan: &Plan, format: &dyn Format, record: &str) -> Result<String, String> {
    let out = through(plan, format, &[record.as_bytes().to_vec()], &mut Scratch::new()).remove(0);
    out.map(|bytes| String::from_utf8(bytes).unwrap())
}

/// Text without anything personal, with what JSON likes to stumble over.
fn neutral() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            Just("late"),
            Just("parcel"),
            Just("größer"),
            Just("完了"),
            Just(r"\n"),
            Just(r#"\""#),
            Just(r"\u00e9"),
            Just(r"\ud83d\ude00"),
            Just("x1"),
            Just("-"),
        ],
        0..6,
    )
    .prop_map(|words| words.join(" "))
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just(" "), Just("\t"), Just("\r\n")]
}

/// A neutral scalar in an unusual spelling.
fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        neutral().prop_map(|text| format!("\"{text}\"")),
        Just("3399.990000000000000000".to_owned()),
        Just("-0".to_owned()),
        Just("1E+2".to_owned()),
        Just("null".to_owned()),
        Just("true".to_owned()),
        (0u32..9999).prop_map(|number| number.to_string()),
    ]
}

/// A neutral document, white space and doubled keys included.
fn document() -> impl Strategy<Value = String> {
    let leaf = scalar();
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (prop::collection::vec((space(), inner.clone(), space()), 0..4)).prop_map(|items| {
                let items: Vec<String> = items.iter().map(|(a, item, b)| format!("{a}{item}{b}")).collect();
                format!("[{}]", items.join(","))
            }),
            (prop::collection::vec((space(), "[a-c]{1,2}", space(), inner), 0..4)).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(a, name, b, value)| format!("{a}\"{name}\"{b}:{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A personal value, and the entity types it may be found as.
fn personal() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("ada@mail.example.org"),
        Just("4111 1111 1111 1111"),
        Just("DE89 3704 0044 0532 0130 00"),
        Just("192.0.2.17"),
        Just("536-90-4399"),
        Just("+44 20 7946 0958"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_finding_no_change_byte_for_byte(document in document(), before in space(), after in space()) {
        let record = format!("{before}{document}{after}");
        prop_assert_eq!(one(&PATTERNS, &Json, &record), Ok(record));
    }

    #[test]
    fn what_is_found_goes_and_all_around_it_stays(
        before in neutral(), value in personal(), after in neutral(), space in space(),
    ) {
        let record = format!("{{{space}\"note\":{space}\"{before} {value} | {after}\", \"n\": 3399.990000000000000000}}");
        let out = one(&PATTERNS, &Json, &record).unwrap();
        prop_assert!(!out.contains(value), "{out}");
        serde_json::from_str::<serde_json::Value>(&out).unwrap();
        let (head, tail) = record.split_once(value).unwrap();
        prop_assert!(out.starts_with(head) && out.ends_with(tail), "{record}\n{out}");
        let replacement = &out[head.len()..out.len() - tail.len()];
        prop_assert!(replacement.starts_with('<') && replacement.ends_with('>'), "{replacement}");
    }

    #[test]
    fn a_value_written_with_escapes_is_found_and_goes_whole(value in personal(), at in 0usize..10, after in neutral()) {
        let at = at % value.len();
        let escaped = format!("{}\\u{:04x}{}", &value[..at], value.as_bytes()[at], &value[at + 1..]);
        let record = format!("{{\"note\":\"see {escaped} | {after}\"}}");
        let out = one(&PATTERNS, &Json, &record).unwrap();
        let text = serde_json::from_str::<serde_json::Value>(&out).unwrap()["note"].as_str().unwrap().to_owned();
        prop_assert!(!text.contains(value), "{out}");
        prop_assert!(out.starts_with("{\"note\":\"see <") && out.ends_with(&format!("> | {after}\"}}")), "{out}");
    }

    #[test]
    fn the_same_bytes_in_any_order_batch_and_thread(
        records in prop::collection::vec((document(), personal()), 1..12), size in 1usize..5, seed in any::<u64>(),
    ) {
        let records: Vec<Vec<u8>> = records
            .into_iter()
            .map(|(document, value)| format!("{{\"d\":{document},\"v\":\"for {value}!\"}}").into_bytes())
            .collect();
        let alone: Vec<_> =
            records.iter().flat_map(|record| through(&PLAN, &Json, std::slice::from_ref(record), &mut Scratch::new())).collect();
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(seed | 1));
        let shuffled: Vec<Vec<u8>> = order.iter().map(|at| records[*at].clone()).collect();
        let mut scratch = Scratch::new();
        let batches: Vec<_> =
            shuffled.chunks(size).flat_map(|chunk| through(&PLAN, &Json, chunk, &mut scratch)).collect();
        for (place, at) in order.iter().enumerate() {
            prop_assert_eq!(&batches[place], &alone[*at]);
        }
        let shared = Arc::new(shuffled);
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let records = Arc::clone(&shared);
                std::thread::spawn(move || through(&PLAN, &Json, &records, &mut Scratch::new()))
            })
            .collect();
        for thread in threads {
            prop_assert_eq!(&thread.join().unwrap(), &batches);
        }
    }

    #[test]
    fn text_keeps_every_byte_outside_what_is_found(before in "[a-zé .]{0,20}", value in personal(), after in "[ ,!][a-zé ]{0,20}") {
        let record = format!("{before} {value}{after}");
        let out = one(&PATTERNS, &Text, &record).unwrap();
        let (head, tail) = record.split_once(value).unwrap();
        prop_assert!(!out.contains(value) && out.starts_with(head) && out.ends_with(tail), "{record}\n{out}");
    }

    #[test]
    fn no_bytes_make_it_fail_otherwise_than_by_refusing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for format in [&Json as &dyn Format, &Text] {
            let out = through(&PLAN, format, std::slice::from_ref(&bytes), &mut Scratch::new()).remove(0);
            if let Err(reason) = out {
                prop_assert!(!reason.starts_with("internal_error"), "{reason}");
            }
        }
    }
}

#[test]
fn numbers_and_names_are_offered_too() {
    let out = one(&PLAN, &Json, r#"{"cardNumber": 4111111111111111, "t": 1764000000000, "ada@mail.example.org": 1}"#)
        .unwrap();
    assert_eq!(out, r#"{"cardNumber": "<CREDIT_CARD>", "t": 1764000000000, "<EMAIL_ADDRESS>": 1}"#);
}

#[test]
fn names_that_become_equal_refuse_the_record() {
    let out = one(&PLAN, &Json, r#"{"ada@mail.example.org": 1, "bob@mail.example.org": 2}"#).unwrap_err();
    assert!(out.starts_with("key_collision"), "{out}");
    let kept = r#"{"a": 1, "a": 2}"#;
    assert_eq!(one(&PLAN, &Json, kept).as_deref(), Ok(kept));
}

#[test]
fn a_refused_record_names_its_reason_and_none_of_its_text() {
    for (record, code) in [
        (r#"{"a": "secret\'s"}"#, "invalid_escape"),
        (r#"{"a": "\ud800secret"}"#, "lone_surrogate"),
        (r#"{"a": 1} secret"#, "trailing_garbage"),
        (&format!("{}\"secret\"{}", "[".repeat(129), "]".repeat(129)), "nesting_too_deep"),
    ] {
        let reason = one(&PLAN, &Json, record).unwrap_err();
        assert!(reason.starts_with(code), "{reason}");
        assert!(!reason.contains("secret"), "{reason}");
    }
}

/// Replaces a value by the number that a store gives it.
#[derive(Debug)]
struct Numbered;

impl Operator for Numbered {
    fn name(&self) -> &'static str {
        "numbered"
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
        let mut index = [0; 32];
        index.iter_mut().zip(input.text.bytes()).for_each(|(to, from)| *to = from);
        let domain = "numbers".into();
        Some(Request {
            domain,
            index,
            index_key: KeyId([0; 4]),
            others: vec![],
            token: vec![],
            sealed: vec![],
            subject: None,
            person: None,
            life: None,
        })
    }
    fn write(&self, _: &Input<'_>, answer: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        let Some(Answer::Found(number)) = answer else { return Err(OperatorError::NoAnswer) };
        out.push_str(std::str::from_utf8(number).map_err(|_| OperatorError::NoAnswer)?);
        Ok(Written::Text)
    }
}

/// Numbers what it is asked about, and counts how often it was asked.
#[derive(Debug, Default)]
struct Numbers {
    known: Mutex<Vec<[u8; 32]>>,
    trips: Mutex<usize>,
}

impl Store for Numbers {
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, StoreError> {
        *self.trips.lock().unwrap() += 1;
        let mut known = self.known.lock().unwrap();
        let number = |request: &Request| {
            let at = known.iter().position(|index| *index == request.index).unwrap_or_else(|| {
                known.push(request.index);
                known.len() - 1
            });
            Answer::Found(format!("#{at}").into_bytes())
        };
        Ok(requests.iter().map(number).collect())
    }
}

/// Forwards the values of a batch through a plan that needs a store.
fn with_store(plan: &Plan, store: Arc<dyn Store>, values: &[&str]) -> Result<Vec<String>, EngineError> {
    let origin = Origin::Request { request: 1, index: 0 };
    let record = |value: &&'static str| Record {
        origin: &origin,
        time: RecordTime(None),
        format: &Json,
        value: Some(value.as_bytes()),
        key: None,
        headers: &[],
    };
    let values: Vec<&'static str> = values.iter().map(|value| &*(*value).to_owned().leak()).collect();
    let batch: Vec<Record<'_>> = values.iter().map(record).collect();
    let mut out = Outcomes::default();
    let settings = Settings { store, ..Settings::default() };
    process(plan, &batch, &settings, &mut Scratch::new(), &mut out)?;
    let piece = |(record, outcome): (&Record<'_>, &privet::engine::Outcome)| {
        String::from_utf8(out.piece(outcome.value, record.value).unwrap().to_vec()).unwrap()
    };
    Ok(batch.iter().zip(out.outcomes()).map(piece).collect())
}

#[test]
fn an_operator_asks_a_store_once_for_a_batch() {
    let plan = Plan::with_operator(RecognizerSet::builtin(), Box::new(Numbered));
    let store = Arc::new(Numbers::default());
    let values = [
        r#"{"a": "ada@mail.example.org", "b": "bob@mail.example.org and ada@mail.example.org"}"#,
        r#"{"c": "nothing"}"#,
        r#"{"d": "bob@mail.example.org"}"#,
    ];
    let out = with_store(&plan, store.clone(), &values).unwrap();
    assert_eq!(out, [r##"{"a": "#0", "b": "#1 and #0"}"##, r#"{"c": "nothing"}"#, r##"{"d": "#1"}"##]);
    assert_eq!(*store.trips.lock().unwrap(), 1);
}

#[test]
fn nothing_leaves_while_the_store_is_down() {
    let plan = Plan::with_operator(RecognizerSet::builtin(), Box::new(Numbered));
    let down = with_store(&plan, Settings::default().store, &[r#"{"a": "ada@mail.example.org"}"#]);
    assert!(matches!(down, Err(EngineError::Store(StoreError::Unavailable))));
}

/// Compiles a policy with the ring of the golden files.
fn policy(text: &str) -> Plan {
    let ring = |_: &RingRequest<'_>| {
        let (ring, root) =
            (include_bytes!("golden/customer.keyring.json"), include_bytes!("golden/customer.root.json"));
        privet::keys::open(ring, root).map(|ring| Some(Arc::new(ring)))
    };
    let context = CompileContext { set: &RecognizerSet::builtin(), rings: &ring, tenant: "" };
    let text = format!("privet: v1\nproduct: sales/orders\nrings:\n  customer: {{from: 'file:ring'}}\nfields:\n{text}");
    compile(&Source::new("p.yaml", &text), &context).unwrap()
}

#[test]
fn dates_move_by_their_subject_wherever_it_stands() {
    let shift = "{date_shift: {ring: customer, subject_field: customer.id}}";
    let plan = policy(&format!("  orders[*].at: {shift}\n  customer.id: {{mask: {{}}}}\n  since: {shift}\n"));
    let dates = |record: &str| -> Vec<String> {
        let out = one(&plan, &Json, record).unwrap();
        out.split('"').filter(|part| part.starts_with("19") || part.starts_with("20")).map(str::to_owned).collect()
    };
    let before = dates(
        r#"{"orders":[{"at":"2001-05-06"},{"at":"2001-05-08T10:00:00Z"}],"customer":{"id":"c-1"},"since":"2001-05-07"}"#,
    );
    let after = dates(r#"{"customer":{"id":"c-1"},"since":"2001-05-07","orders":[{"at":"2001-05-06"}]}"#);
    assert_eq!((&before[0], &before[2]), (&after[1], &after[0]), "the subject may stand behind the date");
    assert_ne!(before[0], "2001-05-06");
    assert_eq!(before[1].get(10..), Some("T10:00:00Z"));
    let other = dates(r#"{"customer":{"id":"c-2"},"since":"2001-05-07"}"#);
    assert_ne!(other[0], after[0]);
}

static REVERSIBLE: LazyLock<Plan> = LazyLock::new(|| {
    policy(
        "  mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}\n  born: {encrypt: {ring: customer}}\n  \
         account: {fpe: {ring: customer, as: ACCOUNT}}\n  note: keep\n  n: keep\n",
    )
});

/// What a caller with these rights gets back of a record.
fn back(record: &str, rights: &dyn Fn(&str, &str) -> bool) -> String {
    let mut scratch = ReverseScratch::default();
    let records = [record.as_bytes()];
    let back = reverse(&REVERSIBLE, &Json, &records, rights, &Settings::default(), &mut scratch).unwrap();
    String::from_utf8(back.into_iter().next().unwrap().unwrap().bytes).unwrap()
}

proptest! {
    /// What was made is turned back as far as rights reach, and everything else stays byte for byte.
    #[test]
    fn what_is_turned_back_is_the_canonical_record(
        mail in "[a-z]{1,12}@example\\.org", born in "\\PC{0,20}", account in "[0-9]{7,18}", note in ".{0,40}", number in any::<f64>(),
    ) {
        let record = serde_json::json!({"mail": mail, "born": born, "account": account, "note": note, "n": [number, null]});
        let text = record.to_string();
        let out = one(&REVERSIBLE, &Json, &text).unwrap();
        prop_assert_eq!(&back(&out, &|_, _| false), &out);
        prop_assert_eq!(&back(&out, &|ring, _| ring == "staff"), &out);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(read(&back(&out, &|ring, _| ring == "customer")), read(&text));
        let mut some = read(&out);
        some["mail"] = record["mail"].clone();
        prop_assert_eq!(read(&back(&out, &|_, kind| kind == "EMAIL_ADDRESS")), some);
    }

    /// Where nothing was made, nothing changes; `fpe` alone cannot tell.
    #[test]
    fn what_was_not_made_is_left(note in ".{0,80}", mail in "tok_[a-z2-7]{0,80}", born in "enc_[a-z2-7]{0,120}") {
        let text = serde_json::json!({"note": note, "mail": mail, "born": born, mail.clone(): born}).to_string();
        prop_assert_eq!(back(&text, &|_, _| true), text);
    }
}

/// What a caller with all rights gets back of a record under a plan, read as JSON.
fn read_back(plan: &Plan, record: &str) -> serde_json::Value {
    let mut scratch = ReverseScratch::default();
    let back = reverse(plan, &Json, &[record.as_bytes()], &|_, _| true, &Settings::default(), &mut scratch).unwrap();
    serde_json::from_slice(&back.into_iter().next().unwrap().unwrap().bytes).unwrap()
}

#[test]
fn what_was_made_in_texts_inside_texts_is_turned_back_there() {
    let plan = policy(
        "  '**.account': {fpe: {ring: customer, as: ACCOUNT}}\n  '**.mail': {tokenize: {ring: customer, as: EMAIL_ADDRESS}}\n  \
         '**.name': {encrypt: {ring: customer}}\n",
    );
    let deep = serde_json::json!({"account": "9876543210", "name": "say \"ada\" \u{1F600}\n", "n": 1.50}).to_string();
    let inner = serde_json::json!({"account": "1234567890", "mail": "ada@example.org", "deep": deep, "n": [1, null]});
    let packed = data_encoding::BASE64.encode(inner.to_string().as_bytes());
    let record = serde_json::json!({"doc": inner.to_string(), "packed": packed, "account": "5555512345", "code": 77});
    let out = one(&plan, &Json, &record.to_string()).unwrap();
    let after: serde_json::Value = serde_json::from_str(&out).unwrap();
    let opened = data_encoding::BASE64.decode(after["packed"].as_str().unwrap().as_bytes()).unwrap();
    for text in [&out, &String::from_utf8(opened).unwrap()] {
        for value in ["1234567890", "9876543210", "5555512345", "ada@example.org", "ada\\"] {
            assert!(!text.contains(value), "{value} in {text}");
        }
    }
    assert_eq!(read_back(&plan, &out), record);
    // Who has no rights gets it as it came, byte for byte.
    let mut scratch = ReverseScratch::default();
    let back = reverse(&plan, &Json, &[out.as_bytes()], &|_, _| false, &Settings::default(), &mut scratch).unwrap();
    assert_eq!(back[0].as_ref().unwrap().bytes, out.as_bytes());
    // What looks like a document and is none is a text, and tokens in it are found all the same.
    let mail = after["doc"].as_str().unwrap().split("tok_").nth(1).unwrap().split('"').next().unwrap();
    let broken = serde_json::json!({"doc": format!("{{\"a\": tok_{mail}}}")});
    assert_eq!(read_back(&plan, &broken.to_string()), serde_json::json!({"doc": "{\"a\": ada@example.org}"}));
}

#[test]
fn tokens_that_join_nothing_follow_from_the_place_of_a_record() {
    let plan = || {
        let operator = "{tokenize: {ring: customer, mode: vault, convergent: false}}";
        policy(&format!("  mail: {operator}\n  other: {operator}\n"))
    };
    let (one, two) = (plan(), plan());
    let store = || Arc::new(privet::vault::Vault::open(&privet::vault::Config::of("memory:")).unwrap());
    let run = |plan: &Plan, store: &Arc<privet::vault::Vault>, origin: &Origin, value: &str| {
        let (time, value) = (RecordTime(Some(1)), Some(value.as_bytes()));
        let record = Record { origin, time, format: &Json, value, key: None, headers: &[] };
        let (mut out, settings) = (Outcomes::default(), Settings { store: store.clone(), ..Settings::default() });
        process(plan, &[record], &settings, &mut Scratch::new(), &mut out).unwrap();
        let bytes = out.piece(out.outcomes()[0].value, value).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let kafka = |partition, offset| Origin::Kafka { topic: "priv.a".into(), partition, offset };
    let value = r#"{"mail":"ada@example.org","n":1}"#;
    let first = run(&one, &store(), &kafka(0, 7), value);
    assert!(first.starts_with(r#"{"mail":"tok_"#), "{first}");
    assert_eq!(run(&two, &store(), &kafka(0, 7), value), first, "a replay, though the vault was lost");
    let shared = store();
    let mut all = vec![first];
    for (origin, value) in [
        (kafka(0, 8), value),
        (kafka(1, 7), value),
        (Origin::Kafka { topic: "priv.b".into(), partition: 0, offset: 7 }, value),
        (Origin::File { file: "priv.a".into(), line: 7 }, value),
        (Origin::Request { request: 0, index: 7 }, value),
        (kafka(0, 7), r#"{"mail":"bob@example.org","n":1}"#),
        (kafka(0, 7), r#"{"n":1,"mail":"ada@example.org"}"#),
        (kafka(0, 7), r#"{"other":"ada@example.org"}"#),
    ] {
        all.push(run(&one, &shared, &origin, value));
    }
    // A request's number is a process's own: another process has other tokens for it.
    all.push(run(&two, &shared, &Origin::Request { request: 0, index: 7 }, value));
    let mut tokens: Vec<&str> =
        all.iter().map(|out| out.split('"').find(|part| part.starts_with("tok_")).unwrap()).collect();
    let count = tokens.len();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), count, "{all:?}");
}

/// A data product that uses a ring of the golden files, or a ring of that name with the same keys in it.
fn product_of(product: &str, ring: &str, operator: &str) -> Plan {
    let open = |request: &RingRequest<'_>| {
        let bytes: &[u8] = include_bytes!("golden/customer.keyring.json");
        let root: &[u8] = include_bytes!("golden/customer.root.json");
        match request.name {
            "customer" => privet::keys::open(bytes, root).map(|ring| Some(Arc::new(ring))),
            name => {
                privet::keys::KeyRing::stand_in(name, &["0a0a0a0a".parse().unwrap()]).map(|ring| Some(Arc::new(ring)))
            }
        }
    };
    let context = CompileContext { set: &RecognizerSet::builtin(), rings: &open, tenant: "" };
    let operator = operator.replace("RING", ring);
    let text = format!(
        "privet: v1\nproduct: {product}\nrings: {{{ring}: {{from: 'file:x'}}}}\nfields: {{mail: {operator}}}\n"
    );
    compile(&Source::new("p.yaml", &text), &context).unwrap()
}

#[test]
fn key_domains_join_within_and_never_between() {
    let spellings = ["ADA@Example.com", "ada@example.com"];
    for operator in ["hash", "tokenize"] {
        let stand_ins = |product: &str, ring: &str, more: &str| {
            let plan = product_of(product, ring, &format!("{{{operator}: {{ring: RING, as: EMAIL_ADDRESS{more}}}}}"));
            spellings.map(|mail| one(&plan, &Json, &serde_json::json!({"mail": mail}).to_string()).unwrap())
        };
        let [a, b] = stand_ins("sales/orders", "customer", "");
        assert_eq!(a, b, "{operator}: one canonical value, one stand-in");
        assert_eq!(
            stand_ins("support/tickets", "customer", ""),
            [a.clone(), b],
            "{operator}: two products, one domain"
        );
        let own = ", scope: product";
        let mut apart = vec![a];
        for (product, ring, more) in [
            ("sales/orders", "customer", own),
            ("support/tickets", "customer", own),
            ("sales/orders", "supplier", ""),
            ("sales/orders", "employee", ""),
            ("sales/orders", "supplier", own),
        ] {
            let [one, two] = stand_ins(product, ring, more);
            assert_eq!(one, two, "{operator} of {product} with {ring}");
            apart.push(one);
        }
        let all = apart.len();
        apart.sort();
        apart.dedup();
        assert_eq!(apart.len(), all, "{operator}: what is apart never joins");
    }
}

/// JSON, with a flaw in it that shows at the end of some records.
#[derive(Debug)]
struct Flawed;

impl Format for Flawed {
    fn name(&self) -> &'static str {
        "flawed"
    }

    fn read(
        &self,
        record: &[u8],
        limits: &Limits,
        scratch: &mut ReadScratch,
        visitor: &mut dyn Visitor,
    ) -> Result<(), FormatError> {
        Json.read(record, limits, scratch, visitor)?;
        if record.ends_with(b" ") {
            std::panic::resume_unwind(Box::new("no message on the test's output"));
        }
        Ok(())
    }

    fn fit(&self) -> &dyn TypeFit {
        &Json
    }

    fn splice(&self, record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError> {
        Json.splice(record, edits, out)
    }
}

#[test]
fn a_record_that_fails_lends_its_subject_to_no_other() {
    let plan = policy("  at: {date_shift: {ring: customer, subject_field: id}}\n  id: keep\n");
    let records = [r#"{"id":"c-1"} "#, r#"{"at":"2001-05-06"}"#, r#"{"id":"c-2","at":"2001-05-06"}"#];
    let out = through(&plan, &Flawed, &records.map(|record| record.as_bytes().to_vec()), &mut Scratch::new());
    assert!(out[0].as_ref().is_err_and(|error| error.starts_with("internal_error")), "{:?}", out[0]);
    assert!(out[1].as_ref().is_err_and(|error| error.starts_with("no_subject")), "{:?}", out[1]);
    assert!(out[2].is_ok(), "{:?}", out[2]);
}

#[test]
fn a_date_without_a_subject_refuses_the_record() {
    let plan = policy("  at: {date_shift: {ring: customer, subject_field: id}}\n  id: keep\n");
    for record in [
        r#"{"at":"2001-05-06"}"#,
        r#"{"at":"2001-05-06","id":null}"#,
        r#"{"at":"2001-05-06","id":""}"#,
        r#"{"at":"2001-05-06","id":{"id":"c-1"}}"#,
        r#"{"id":"c-1","at":"2001-05-06","id":"c-2"}"#,
    ] {
        let error = one(&plan, &Json, record).unwrap_err();
        assert!(error.starts_with("no_subject"), "{record}: {error}");
    }
    // A subject of the record before is not one of this.
    let records = [r#"{"id":"c-1"}"#, r#"{"at":"2001-05-06"}"#].map(|record| record.as_bytes().to_vec());
    let out = through(&plan, &Json, &records, &mut Scratch::new());
    assert!(out[0].is_ok() && out[1].is_err());
    assert_eq!(one(&plan, &Json, r#"{"at":null}"#).unwrap(), r#"{"at":null}"#);
    assert!(one(&plan, &Json, r#"{"at":"2001-05-06","id":7}"#).unwrap().contains(r#""id":7"#));
}

/// Names of headers cannot be changed: personal data in one holds the record back, unless the policy names the header.
#[test]
fn a_name_of_a_header_is_read_too() {
    let policy = "privet: v1\nproduct: a/b\nfields:\n  '$headers[\"bob@corp.com\"]': keep\n";
    let context = CompileContext { set: &RecognizerSet::builtin(), rings: &|_| Ok(None), tenant: "" };
    let named = compile(&Source::new("p.yaml", policy), &context).unwrap();
    let code = |plan: &Plan, name: &[u8]| {
        let origin = Origin::Request { request: 1, index: 0 };
        let headers = [Header { name, value: None }];
        let record = Record {
            origin: &origin,
            time: RecordTime(None),
            format: &Json,
            value: Some(b"{}"),
            key: None,
            headers: &headers,
        };
        let mut out = Outcomes::default();
        process(plan, &[record], &Settings::default(), &mut Scratch::new(), &mut out).unwrap();
        match &out.outcomes()[0].disposition {
            Disposition::DeadLetter(error) => error.code(),
            Disposition::Forward | Disposition::Drop => "",
        }
    };
    for (name, expected) in [
        (&b"traceparent"[..], ""),
        (b"bob@corp.com", "header_finding"),
        (b"\xff bob@corp.com", "header_finding"),
        (b"\xff", ""),
    ] {
        assert_eq!(code(&PLAN, name), expected, "{}", String::from_utf8_lossy(name));
    }
    assert_eq!(code(&named, b"bob@corp.com"), "", "the policy says that it may leave");
}

/// Where every word is a person who is known already, each is found once, in few steps.
#[test]
fn a_text_of_nothing_but_names_is_done() {
    let names = "Ada Lovelace lives ".repeat(20_000);
    let out = one(&PLAN, &Json, &format!(r#"{{"first_name":"Ada","note":"{names}"}}"#)).unwrap();
    assert!(!out.contains("Ada") && !out.contains("Lovelace"));
}

fn compiled(policy: &str) -> Plan {
    let context = CompileContext { set: &RecognizerSet::builtin(), rings: &|_| Ok(None), tenant: "" };
    compile(&Source::new("p.yaml", &format!("privet: v1\nproduct: a/b\n{policy}")), &context).unwrap()
}

/// A label says what its value is, and never that it is less than the field's own name says.
#[test]
fn a_label_takes_nothing_away() {
    for (record, gone) in [
        (r#"{"phoneNumbers":[{"type":"office","value":"ext 4711"}]}"#, "4711"),
        (r#"{"password":{"type":"temporary","value":"hunter2"}}"#, "hunter2"),
    ] {
        let out = one(&PLAN, &Json, record).unwrap();
        assert!(!out.contains(gone), "{out}");
    }
}

/// Each label stays with its value, whatever is opened in the values before it and not opened again.
#[test]
fn a_label_stays_with_its_value() {
    let object = |label: &str, value: &str| format!(r#"{{"label":"{label}","value":"{value}"}}"#);
    for before in ["O&#39;Brien", "[\\\"a\\\",\\\"b\\\"]", "{\\\"a\\\":{\\\"b\\\":1}}", "Lovelace"] {
        let objects = [
            object("Last name", before),
            object("Colour", "blue-ish"),
            object("Phone", "ext 4711"),
            object("Last name", before),
            object("Password", "hunter2"),
        ];
        let out = one(&PLAN, &Json, &format!("[{}]", objects.join(","))).unwrap();
        assert!(!out.contains("4711") && !out.contains("hunter2"), "{out}");
        assert!(out.contains("blue-ish"), "{out}");
    }
    // A header has no label in the value.
    let origin = Origin::Request { request: 1, index: 0 };
    let headers = [Header { name: b"value", value: Some(b"12.5 EUR") }];
    let value = Some(&br#"{"name":"phone","price":5}"#[..]);
    let record = Record { origin: &origin, time: RecordTime(None), format: &Json, value, key: None, headers: &headers };
    let mut out = Outcomes::default();
    process(&PLAN, &[record], &Settings::default(), &mut Scratch::new(), &mut out).unwrap();
    assert!(out.outcomes()[0].headers.is_empty());
}

/// A signature beside a payload spares it from being edited inside, but not from what the policy says.
#[test]
fn a_signature_hides_nothing() {
    let plan = compiled("fields:\n  payload~base64~json.nick: redact\n");
    let kept = compiled("fields:\n  payload: keep\n  payload~base64~json.nick: redact\n");
    // {"nick":"Zorro","more":"of this and of that"}
    let nick = "eyJuaWNrIjoiWm9ycm8iLCJtb3JlIjoib2YgdGhpcyBhbmQgb2YgdGhhdCJ9";
    for plan in [&plan, &kept] {
        let out = one(plan, &Json, &format!(r#"{{"payload":"{nick}","signature":"x"}}"#)).unwrap();
        assert!(!out.contains(nick), "{out}");
    }
    // {"lastName":"Szczepanska","more":"of this and of that"}
    let name = "eyJsYXN0TmFtZSI6IlN6Y3plcGFuc2thIiwibW9yZSI6Im9mIHRoaXMgYW5kIG9mIHRoYXQifQ==";
    let out = one(&PLAN, &Json, &format!(r#"{{"payload":"{name}","signature":"x"}}"#)).unwrap();
    assert!(!out.contains(name), "{out}");
}
