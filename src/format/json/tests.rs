use super::Json;
use crate::format::recorder::Recorder;
use crate::format::{Again, Descend, Edit, Fault, Format, LeafKind, Limits, NewValue, NodeKind, ReadScratch};
use crate::model::{OwnedStep, Span};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess};

fn check(record: &str, expected: Expect) {
    expected.assert_eq(&Recorder::read(&Json, record.as_bytes()).unwrap().listing());
}

fn fault(record: &[u8]) -> Option<(Fault, usize)> {
    Recorder::read(&Json, record).err().map(|error| (error.fault(), error.offset()))
}

fn spliced(record: &str, edits: &[Edit<'_>]) -> String {
    let mut out = Vec::new();
    Json.splice(record.as_bytes(), edits, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn offers_keys_and_scalars_with_their_paths() {
    check(
        " {\"a\": [1.50, {\"b\": \"x\"}, true], \"a\": null, \"é\\u00e9\": \"\\ud83d\\ude00\\n\", \"o\": {}, \"l\": [ ]}\r\n",
        expect![[r#"
            a Key a
            a[0] Number 1.50
            a[1].b Key b
            a[1].b Text x
            a[2] Bool true
            a Key a
            a Null null
            éé Key éé
            éé Text 😀

            o Key o
            l Key l
        "#]],
    );
    check("\"x\"", expect![["root Text x\n"]]);
    check("-0.0e-00", expect![["root Number -0.0e-00\n"]]);
}

#[test]
fn what_the_rfc_does_not_allow_is_an_error() {
    let cases: &[(&[u8], Fault, usize)] = &[
        (b"", Fault::UnexpectedEnd, 0),
        (b"  ", Fault::UnexpectedEnd, 2),
        (b"{\"a\":1", Fault::UnexpectedEnd, 6),
        (b"\"abc", Fault::UnexpectedEnd, 4),
        (b"tru", Fault::UnexpectedEnd, 3),
        (b"-", Fault::UnexpectedEnd, 1),
        (b"NaN", Fault::InvalidJson, 0),
        (b"[1,]", Fault::InvalidJson, 3),
        (b"{\"a\":1,}", Fault::InvalidJson, 7),
        (b"{a:1}", Fault::InvalidJson, 1),
        (b"[1}", Fault::InvalidJson, 2),
        (b"+1", Fault::InvalidJson, 0),
        (b"'a'", Fault::InvalidJson, 0),
        (b"[1 2]", Fault::InvalidJson, 3),
        (b"\"\\'\"", Fault::InvalidEscape, 1),
        (b"\"\\u12g4\"", Fault::InvalidEscape, 1),
        (b"\"a\tb\"", Fault::ControlCharacter, 2),
        (b"\"a\0\"", Fault::ControlCharacter, 2),
        (b"01", Fault::InvalidNumber, 0),
        (b"-01", Fault::InvalidNumber, 1),
        (b"1.e1", Fault::InvalidNumber, 2),
        (b"1ex", Fault::InvalidNumber, 2),
        (b"\"\\ud800\"", Fault::LoneSurrogate, 1),
        (b"\"\\udc00\"", Fault::LoneSurrogate, 1),
        (b"\"\\ud800\\ud800\"", Fault::LoneSurrogate, 1),
        (b"\"\\ud800xxdc00\"", Fault::LoneSurrogate, 1),
        (b"{} x", Fault::TrailingGarbage, 3),
        (b"1 2", Fault::TrailingGarbage, 2),
        (b"\"a\xff\"", Fault::InvalidUtf8, 2),
        (b"\"\xed\xa0\x80\"", Fault::InvalidUtf8, 1),
        (b"\xef\xbb\xbf1", Fault::ByteOrderMark, 0),
    ];
    for &(record, expected, offset) in cases {
        assert_eq!(fault(record), Some((expected, offset)), "{}", String::from_utf8_lossy(record));
    }
}

#[test]
fn limits_hold() {
    let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    assert_eq!(fault(&nested(128)), None);
    assert_eq!(fault(&nested(129)), Some((Fault::NestingTooDeep, 128)));
    let limits = Limits { record_max: 3, nesting_max: 200_000 };
    let read = |record| Recorder::read_with(&Json, record, None, &limits).err().map(|error| error.fault());
    assert_eq!(read(b"123"), None);
    assert_eq!(read(b"1234"), Some(Fault::RecordTooLarge));
    let limits = Limits { record_max: 1_000_000, ..limits };
    assert!(Recorder::read_with(&Json, &nested(200_000), None, &limits).is_ok(), "the stack does not grow");
}

#[test]
fn a_value_taken_as_one_is_validated_and_not_visited() {
    let record = br#"{"a": {"b": [1, {}]}, "c": 2}"#;
    let recorder = Recorder::read_with(&Json, record, Some(1), &Limits::default()).unwrap();
    let wholes: Vec<_> = recorder.wholes.iter().map(|node| (node.kind, node.member, node.value)).collect();
    assert_eq!(wholes, [(NodeKind::Object, Span::new(1, 20), Span::new(6, 20))]);
    let leaves: Vec<_> = recorder.leaves.iter().map(|seen| seen.text.as_str()).collect();
    assert_eq!(leaves, ["a", "c", "2"], "a scalar is a leaf all the same");
    let broken = br#"{"a": {"b": [1, {]}, "c": 2}"#;
    assert!(Recorder::read_with(&Json, broken, Some(1), &Limits::default()).is_err());
}

#[test]
fn texts_are_escaped_as_they_must() {
    let record = r#"{"k": "a\u00e9b", "n": 4111}"#;
    let key = Edit::Text { leaf: Span::new(1, 4), at: Span::new(2, 3), text: "<\"K\">" };
    let text = Edit::Text { leaf: Span::new(6, 16), at: Span::new(8, 14), text: "\\\n\u{1}\u{1f}/é" };
    let number = Edit::Text { leaf: Span::new(23, 27), at: Span::new(24, 26), text: "*" };
    assert_eq!(spliced(record, &[key, text, number]), r#"{"<\"K\">": "a\\\n\u0001\u001f/éb", "n": "4*1"}"#);
}

#[test]
fn values_are_written_as_json() {
    let at = Span::new(6, 7);
    let with = |value| spliced(r#"{"a": 1}"#, &[Edit::Value { at, value }]);
    assert_eq!(with(NewValue::Null), r#"{"a": null}"#);
    assert_eq!(with(NewValue::Text("<\">")), r#"{"a": "<\">"}"#);
    assert_eq!(with(NewValue::Literal("-1.5e3")), r#"{"a": -1.5e3}"#);
    assert_eq!(with(NewValue::EmptyObject), r#"{"a": {}}"#);
    assert_eq!(with(NewValue::EmptyArray), r#"{"a": []}"#);
    assert_eq!(with(NewValue::Json(r#"{"b":[1]}"#)), r#"{"a": {"b":[1]}}"#);
}

#[test]
fn a_removal_takes_one_comma() {
    let record = "{ \"a\": 1, \"b\": [2 , 3],\n \"c\": 4 }";
    let (a, b, c) = (Span::new(2, 8), Span::new(10, 22), Span::new(25, 31));
    let (two, three) = (Span::new(16, 17), Span::new(20, 21));
    let without =
        |members: &[Span]| spliced(record, &members.iter().map(|&member| Edit::Remove { member }).collect::<Vec<_>>());
    assert_eq!(without(&[a]), "{ \"b\": [2 , 3],\n \"c\": 4 }");
    assert_eq!(without(&[b]), "{ \"a\": 1, \"c\": 4 }");
    assert_eq!(without(&[c]), "{ \"a\": 1, \"b\": [2 , 3] }");
    assert_eq!(without(&[b, c]), "{ \"a\": 1 }");
    assert_eq!(without(&[a, b, c]), "{ }");
    assert_eq!(without(&[a, two, c]), "{ \"b\": [3] }");
    assert_eq!(without(&[two, three]), "{ \"a\": 1, \"b\": [],\n \"c\": 4 }");
    assert_eq!(spliced(" 5 ", &[Edit::Remove { member: Span::new(1, 2) }]), " null ");
}

#[test]
fn edits_that_do_not_fit_are_refused() {
    let refused = |record: &[u8], edits: &[Edit<'_>]| {
        let error = Json.splice(record, edits, &mut Vec::new()).unwrap_err();
        assert_eq!(error.fault(), Fault::InvalidEdit, "{edits:?}");
    };
    let value = |start, end| Edit::Value { at: Span::new(start, end), value: NewValue::Null };
    refused(b"[1,2]", &[value(3, 4), value(1, 2)]);
    refused(b"[1,2]", &[value(1, 4), value(3, 4)]);
    refused(b"[1,2]", &[value(3, 9)]);
    refused(b"[1,2]", &[Edit::Value { at: Span::new(1, 2), value: NewValue::Literal("1,3") }]);
    refused(b"[1,2]", &[Edit::Value { at: Span::new(1, 2), value: NewValue::Literal("null") }]);
    refused(b"[1,2]", &[Edit::Value { at: Span::new(1, 2), value: NewValue::Json("[1") }]);
    refused(b"[\"1\"]", &[Edit::Text { leaf: Span::new(1, 4), at: Span::new(1, 3), text: "x" }]);
    refused(b"{\"a\":1}", &[Edit::Remove { member: Span::new(5, 6) }]);
}

/// A JSON value as serde_json reads it, equal keys kept.
#[derive(Debug, Clone, PartialEq)]
enum Judge {
    Scalar(serde_json::Value),
    Array(Vec<Judge>),
    Object(Vec<(String, Judge)>),
}

impl<'de> Deserialize<'de> for Judge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JudgeVisitor)
    }
}

struct JudgeVisitor;

impl<'de> serde::de::Visitor<'de> for JudgeVisitor {
    type Value = Judge;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Judge, E> {
        Ok(Judge::Scalar(serde_json::Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Judge, E> {
        Ok(Judge::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Judge, E> {
        Ok(Judge::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Judge, E> {
        Ok(Judge::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Judge, E> {
        Ok(Judge::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Judge, E> {
        Ok(Judge::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Judge, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Judge::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Judge, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Judge::Object(members))
    }
}

/// Lists the leaves of a value in the order in which a walk meets them.
fn leaves(value: &Judge, path: &mut Vec<OwnedStep>, out: &mut Vec<(Vec<OwnedStep>, serde_json::Value)>) {
    match value {
        Judge::Scalar(scalar) => out.push((path.clone(), scalar.clone())),
        Judge::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                path.push(OwnedStep::Index(index));
                leaves(element, path, out);
                path.pop();
            }
        }
        Judge::Object(members) => {
            for (key, member) in members {
                path.push(OwnedStep::Key(key.clone()));
                out.push((path.clone(), serde_json::Value::String(key.clone())));
                leaves(member, path, out);
                path.pop();
            }
        }
    }
}

/// Holds our reading against serde_json's.
fn agrees(record: &[u8]) {
    // serde_json counts its 128 down to 0 and gives up there.
    let limits = Limits { nesting_max: 127, ..Limits::default() };
    let ours = Recorder::read_with(&Json, record, None, &limits);
    match serde_json::from_slice::<Judge>(record) {
        Ok(value) => {
            let mut expected = Vec::new();
            leaves(&value, &mut Vec::new(), &mut expected);
            let ours: Vec<_> = ours
                .unwrap_or_else(|error| panic!("{error}, but serde_json reads it"))
                .leaves
                .into_iter()
                .map(|seen| {
                    let text = seen.text;
                    let scalar = match seen.kind {
                        LeafKind::Text | LeafKind::Key => text.into(),
                        _ => serde_json::from_str(&text).unwrap(),
                    };
                    (seen.path, scalar)
                })
                .collect();
            assert_eq!(ours, expected);
        }
        // A number beyond f64 is JSON all the same.
        Err(error) if error.to_string().starts_with("number out of range") => {}
        Err(error) => assert!(ours.is_err(), "serde_json says {error}"),
    }
}

/// Records that are nearly JSON: tokens in any order.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let token = prop::sample::select(
        &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"\\",
            "\"",
            "\\",
            "1",
            "-0",
            "01",
            "1.5",
            "1e5",
            "-",
            ".",
            "e",
            "1e400",
            "true",
            "false",
            "null",
            "nul",
            " ",
            "\n",
            "\t",
            "\u{1}",
            "é",
            "\u{feff}",
            "\"k\":",
            "\"abcdefghijk\\nlm\"",
            "/",
            "'",
        ][..],
    );
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat().into_bytes())
}

proptest! {
    #[test]
    fn accepts_what_serde_json_accepts_of_any_bytes(record in prop::collection::vec(any::<u8>(), 0..40)) {
        agrees(&record);
    }

    #[test]
    fn accepts_what_serde_json_accepts_of_nearly_json(record in nearly()) {
        agrees(&record);
    }

    #[test]
    fn accepts_what_serde_json_accepts_of_mutated_json(
        record in crate::format::laws::json(),
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(&b"\"\\{}[],:0 1-eu\x01\x80\xffn"[..]),
        cut in any::<prop::sample::Index>(),
        how in 0..4,
    ) {
        let mut record = record.into_bytes();
        agrees(&record);
        if !record.is_empty() {
            match how {
                0 => { let at = at.index(record.len()); record[at] = byte; }
                1 => { record.remove(at.index(record.len())); }
                2 => record.insert(at.index(record.len()), byte),
                _ => record.truncate(cut.index(record.len())),
            }
        }
        agrees(&record);
    }

    #[test]
    fn nesting_agrees_with_serde_json(depth in 120usize..135, arrays in any::<bool>()) {
        let (open, close) = if arrays { ("[", "]") } else { ("{\"a\":", "}") };
        let record = [open.repeat(depth), "1".to_owned(), close.repeat(depth)].concat();
        agrees(record.as_bytes());
    }
}

#[test]
fn nothing_is_allocated_for_a_record_once_the_scratch_is_warm() {
    let record = br#"{"a": "x\u00e9\ny", "b": [[[1]]], "k\n": "z"}"#;
    let mut scratch = ReadScratch::default();
    let mut visitor = Nobody;
    let capacities = |scratch: &ReadScratch| (scratch.decoded.text.capacity(), scratch.open.capacity());
    Json.read(record, &Limits::default(), &mut scratch, &mut visitor).unwrap();
    let warm = capacities(&scratch);
    for _ in 0..100 {
        Json.read(record, &Limits::default(), &mut scratch, &mut visitor).unwrap();
    }
    assert_eq!(capacities(&scratch), warm);
}

struct Nobody;

impl crate::format::Visitor for Nobody {
    fn enter(&mut self, _: crate::model::Step<'_>, _: Option<crate::format::Leaf<'_>>) -> Descend {
        Descend::Into
    }
    fn leaf(&mut self, _: crate::format::Leaf<'_>, _: crate::format::Node) {}
    fn whole(&mut self, _: crate::format::Node) {}
    fn leave(&mut self) {}
}

proptest! {
    #[test]
    fn the_laws_hold(record in crate::format::laws::json(), choices in crate::format::laws::choices()) {
        use crate::format::laws::{Empties, edited};
        let edited = edited(&Json, record.as_bytes(), &choices, Empties::Containers);
        serde_json::from_slice::<serde::de::IgnoredAny>(&edited.out).expect("the output parses");
        if edited.out.trim_ascii() != b"null" {
            edited.holds(&Json);
        }
    }
}

/// Passes over every value that it may and whose text has an even length; writes down all texts in their order.
#[derive(Default)]
struct Passer {
    /// Whether members are met again, so that they may be passed over.
    again: bool,
    depth: usize,
    passed: usize,
    texts: Vec<String>,
}

impl Passer {
    fn read(record: &[u8], again: bool) -> Result<Self, crate::format::FormatError> {
        let mut passer = Self { again, ..Self::default() };
        Json.read(record, &Limits::default(), &mut ReadScratch::default(), &mut passer)?;
        assert_eq!(passer.depth, 0, "what is passed over is not left");
        Ok(passer)
    }
}

impl crate::format::Visitor for Passer {
    fn enter(&mut self, _: crate::model::Step<'_>, _: Option<crate::format::Leaf<'_>>) -> Descend {
        self.depth += 1;
        Descend::Into
    }
    fn enter_again(&mut self, spelled: &[u8]) -> Option<(usize, Again)> {
        let name = spelled.iter().position(|byte| *byte == b'"')?;
        let is_plain = !spelled[..name].iter().any(|byte| *byte == b'\\' || *byte < 0x20);
        (self.again && is_plain).then_some((name, Again::Ahead))
    }
    fn passes(&mut self, kind: LeafKind, text: &str) -> bool {
        assert!(matches!(kind, LeafKind::Text | LeafKind::Number));
        let passes = text.len().is_multiple_of(2);
        if passes {
            self.passed += 1;
            self.texts.push(text.to_owned());
        }
        passes
    }
    fn enter_ahead(&mut self) -> Descend {
        self.depth += 1;
        Descend::Into
    }
    fn leaf(&mut self, leaf: crate::format::Leaf<'_>, _: crate::format::Node) {
        self.texts.push(leaf.text.to_owned());
    }
    fn whole(&mut self, _: crate::format::Node) {}
    fn leave(&mut self) {
        self.depth -= 1;
    }
}

proptest! {
    #[test]
    fn what_is_passed_over_is_what_would_be_offered(record in crate::format::laws::json()) {
        let [plain, passing] = [false, true].map(|again| Passer::read(record.as_bytes(), again).unwrap());
        prop_assert_eq!(plain.texts, passing.texts);
    }

    #[test]
    fn what_is_passed_over_is_validated(record in nearly()) {
        let [plain, passing] = [false, true].map(|again| Passer::read(&record, again).map_err(|error| (error.fault(), error.offset())));
        prop_assert_eq!(plain.map(|it| it.texts), passing.map(|it| it.texts));
    }
}

#[test]
fn members_are_passed_over() {
    let record = br#"{"a": "even", "b": "odd", "c": 12, "d": {"e": "xy"}, "f": ["xy"], "g": "\u00e9x", "h": true}"#;
    let passer = Passer::read(record, true).unwrap();
    assert_eq!((passer.passed, passer.texts.len()), (3, 7));
}
