//! A second, naive way from findings to bytes, by the written semantics: of one span and one family the best evidence,
//! else the family; a contained finding gives way; byte for byte the stronger takes what two claim; what is left without a
//! letter or digit joins its neighbour.

use super::corpus::{self, Corpus};
use super::random::Random;
use super::through::through;
use privet::detect::{DefaultUse, DetectScratch, FieldHint, Level, RecognizerSet, TextKind};
use privet::engine::Scratch;
use privet::format::{Format, Json, Text};
use privet::model::resolve::Strength;
use privet::model::{EntityIndex, Finding};
use privet::policy::{CompileContext, Plan, Source, THRESHOLD, compile};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

const PIECES: &[&str] = &[
    "4111 1111 1111 1111",
    "536-90-4399",
    "ssn 536904399",
    "+49 30 23125 000",
    "phone 670-555-0187",
    "DE89 3704 0044 0532 0130 00",
    "192.168.0.1",
    "2001:db8::1",
    "00:1B:44:11:3A:B7",
    "https://bob@corp.com:8080/a?b=c",
    "bob@corp.com",
    "bob@corp.com@eve.org",
    "born 1985-04-12",
    "passport C01X00T47",
    "943 476 5919",
    "NHS 9434765919",
    "RSSMRA85T10A562S",
    "111.444.777-35",
    "TFN 86 095 742",
    "AKIAIOSFODNN7EXAMPLE",
    "password: 4111 1111 1111 1111",
    "postgres://u:bob@corp.com/db",
    "CR-12345",
    "national id 12345678Z",
    "iban",
    "é",
    "漢",
    "\"",
    "\\",
    "\n",
    "-",
    ",",
    ".",
];

/// The tagger has tests of its own, and finds words again elsewhere in a record.
const TAGGED: [&str; 4] = ["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION"];

/// Which entity types are changed.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Default,
    All,
    /// Each with this chance in a hundred.
    Some(usize),
}

/// A policy that changes these types, and which they are.
fn plan(set: &Arc<RecognizerSet>, wanted: Wanted, random: &mut Random) -> (Plan, Vec<bool>) {
    let mut body = String::from("privet: v1\nproduct: a\ndetect:\n");
    let mut changed = Vec::new();
    for info in set.entities() {
        let name = info.entity.as_str();
        let is_on = !TAGGED.contains(&name)
            && match wanted {
                Wanted::Default => info.default == DefaultUse::Change,
                Wanted::All => true,
                Wanted::Some(_) if info.level == Level::Family => true,
                Wanted::Some(chance) => random.below(100) < chance,
            };
        changed.push(is_on);
        if TAGGED.contains(&name) || !matches!(wanted, Wanted::Default) {
            body.push_str(&format!("  {name}: {}\n", if is_on { "on" } else { "off" }));
        }
    }
    let rings = |_: &privet::policy::RingRequest<'_>| panic!("no key is needed");
    let plan = compile(&Source::new("policy", &body), &CompileContext { set, rings: &rings, tenant: "" }).unwrap();
    (plan, changed)
}

/// One finding after its rivals of the same span and family have been heard.
fn settled(set: &RecognizerSet, found: &[Finding]) -> Vec<(Finding, EntityIndex)> {
    let family = |one: &Finding| set.family(one.entity);
    let mut out: Vec<(Finding, EntityIndex)> = Vec::new();
    for one in found {
        let rivals: Vec<&Finding> =
            found.iter().filter(|other| other.span == one.span && family(other) == family(one)).collect();
        let best = rivals.iter().map(|rival| rival.evidence()).max().unwrap();
        let equal: Vec<&&Finding> = rivals.iter().filter(|rival| rival.evidence() == best).collect();
        let types: BTreeSet<EntityIndex> = equal.iter().map(|rival| rival.entity).collect();
        let entity = if types.len() == 1 { equal[0].entity } else { family(one) };
        let first = equal.iter().min_by_key(|rival| rival.recognizer).unwrap();
        if !out.iter().any(|(other, _)| other.span == one.span && family(other) == family(one)) {
            out.push((***first, entity));
        }
    }
    out
}

/// What becomes of a text where everything that is changed is replaced by its type.
fn naive(
    set: &RecognizerSet,
    (plan, changed): &(Plan, Vec<bool>),
    (text, kind, hint): (&str, TextKind, &FieldHint),
    scratch: &mut DetectScratch,
) -> String {
    let mut found = Vec::new();
    set.scan(text, kind, hint, plan.mask(), scratch, &mut found);
    found.retain(|one| one.score >= THRESHOLD && changed[usize::from(one.entity.0)]);
    let all = settled(set, &found);
    let mut claims: Vec<(Strength, Finding, EntityIndex)> = Vec::new();
    for (one, entity) in &all {
        let contains = |(other, _): &&(Finding, EntityIndex)| {
            other.span.contains(one.span) && (other.span != one.span || stronger(other, one, &all))
        };
        if !all.iter().any(|other| contains(&other)) {
            claims.push((Strength::of(one), *one, *entity));
        }
    }
    claims.sort_by_key(|claim| std::cmp::Reverse(claim.0));
    let mut owner: Vec<Option<usize>> = vec![None; text.len()];
    for (place, (_, one, _)) in claims.iter().enumerate() {
        owner[one.span.start..one.span.end]
            .iter_mut()
            .filter(|slot| slot.is_none())
            .for_each(|slot| *slot = Some(place));
    }
    join(text, &claims.iter().map(|(_, one, _)| *one).collect::<Vec<_>>(), &mut owner);
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        match owner[at] {
            None => out.push(c),
            Some(by) if at == 0 || owner[at - 1] != Some(by) => {
                out.push_str(&format!("<{}>", set.entity(claims[by].2).entity));
            }
            Some(_) => {}
        }
    }
    out
}

/// Of two findings of the same span, whether the first is the one that stays.
fn stronger(one: &Finding, other: &Finding, all: &[(Finding, EntityIndex)]) -> bool {
    let place = |wanted: &Finding| all.iter().position(|(found, _)| found == wanted);
    (Strength::of(one), std::cmp::Reverse(place(one))) > (Strength::of(other), std::cmp::Reverse(place(other)))
}

/// Gives what is left of a finding without a letter or digit to the neighbour that cut it off.
fn join(text: &str, claims: &[Finding], owner: &mut [Option<usize>]) {
    for (place, one) in claims.iter().enumerate() {
        let Some(start) = owner.iter().position(|by| *by == Some(place)) else { continue };
        let end = owner.iter().rposition(|by| *by == Some(place)).unwrap() + 1;
        let whole = start == one.span.start && end == one.span.end;
        if whole || text[start..end].chars().any(char::is_alphanumeric) {
            continue;
        }
        let before = start.checked_sub(1).and_then(|at| owner[at]);
        let after = owner.get(end).copied().flatten();
        if let Some(neighbour) = before.or(after) {
            owner[start..end].fill(Some(neighbour));
        }
    }
}

fn compare(set: &Arc<RecognizerSet>, wanted: Wanted, seed: u64, texts: usize) -> usize {
    let mut random = Random(seed);
    let plan = plan(set, wanted, &mut random);
    let (mut scratch, mut detect) = (Scratch::new(), DetectScratch::default());
    let mut changed = 0;
    for _ in 0..texts {
        let mut text = String::new();
        for _ in 0..=random.below(10) {
            text.push_str(random.one_of(PIECES));
            text.push_str(random.one_of(&[" ", " ", ", ", "", "/", "-", "@"]));
        }
        let wanted = naive(set, &plan, (&text, TextKind::Text, &FieldHint::default()), &mut detect);
        changed += usize::from(wanted != text);
        let json = |text: &str| serde_json::to_string(&serde_json::json!({ "v": text })).unwrap();
        let cases: [(&dyn Format, String, String); 3] = [
            (&Text, text.clone(), wanted.clone()),
            (&Json, json(&text), json(&wanted)),
            (&Json, json(&json(&text)), json(&json(&wanted))),
        ];
        for (format, record, wanted) in cases {
            let out = through(&plan.0, format, &[&record], &mut scratch).remove(0).unwrap();
            assert_eq!(String::from_utf8_lossy(&out), wanted, "{record}");
        }
    }
    changed
}

#[test]
fn both_write_the_same_bytes() {
    assert!(compare(&RecognizerSet::builtin(), Wanted::Default, 1, 600) > 300);
    assert!(compare(&RecognizerSet::builtin(), Wanted::All, 3, 600) > 400);
}

#[test]
fn both_write_the_same_bytes_of_random_parts_of_the_set() {
    let chance = |seed: u64| [5, 20, 50, 80][usize::try_from(seed % 4).unwrap()];
    let changed: usize =
        (10..40).map(|seed| compare(&RecognizerSet::builtin(), Wanted::Some(chance(seed)), seed, 40)).sum();
    assert!(changed > 500, "{changed}");
}

#[test]
fn both_write_the_same_bytes_with_a_users_directory() {
    let directory = tempfile::tempdir().unwrap();
    let crew = "{id: crew, entity: CREW_ID, family: NATIONAL_ID, title: x, default: change, references: [x],\n\
                patterns: [{name: form, score: 0.5, boundary: digit, regex: 'CR-\\d{5}'},\n\
                {name: two, score: 0.6, boundary: digit, regex: '\\d{3}[ -]\\d{2,4}'}],\n\
                examples: {match: [{text: 'CR-12345', finds: 'CR-12345'}], no_match: [{text: x, because: x}]}}\n";
    std::fs::write(directory.path().join("crew.yaml"), crew).unwrap();
    let set = RecognizerSet::with_directory(directory.path()).unwrap();
    assert!(compare(&set, Wanted::Default, 2, 600) > 300);
    assert!(compare(&set, Wanted::All, 4, 300) > 200);
}

/// A record's values by the naive way; `names` lead to it.
fn naive_value(
    set: &RecognizerSet,
    plan: &(Plan, Vec<bool>),
    names: &mut Vec<String>,
    value: Value,
    scratch: &mut DetectScratch,
) -> Value {
    let mut read = |text: &str, kind| {
        let last: Vec<&str> = names[names.len().saturating_sub(4)..].iter().map(String::as_str).collect();
        naive(set, plan, (text, kind, &set.hint(&last)), scratch)
    };
    match value {
        Value::String(text) => Value::String(read(&text, TextKind::Text)),
        Value::Number(number) => {
            let text = number.to_string();
            let read = read(&text, TextKind::Number);
            if read == text { Value::Number(number) } else { Value::String(read) }
        }
        Value::Array(items) => items.into_iter().map(|item| naive_value(set, plan, names, item, scratch)).collect(),
        Value::Object(members) => {
            let member = |(name, value): (String, Value)| {
                names.push(name.clone());
                let value = naive_value(set, plan, names, value, scratch);
                names.pop();
                (name, value)
            };
            members.into_iter().map(member).collect()
        }
        Value::Null | Value::Bool(_) => value,
    }
}

/// The events of the benches, and what becomes of each value.
#[test]
fn both_change_the_same_values_of_events() {
    let set = RecognizerSet::builtin();
    let plan = plan(&set, Wanted::Default, &mut Random(1));
    for corpus in Corpus::ALL {
        let (mut scratch, mut detect) = (Scratch::new(), DetectScratch::default());
        let events = corpus::ndjson(corpus, 1 << 20);
        let (mut records, mut changed) = (0, 0);
        for line in std::str::from_utf8(&events).unwrap().lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let wanted = naive_value(&set, &plan, &mut Vec::new(), record.clone(), &mut detect);
            let out = through(&plan.0, &Json, &[line], &mut scratch).remove(0).unwrap();
            let out: Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(out, wanted, "{line}");
            records += 1;
            changed += usize::from(wanted != record);
        }
        assert!(records > 1000, "{corpus:?}: {changed} of {records} records changed");
        assert!(corpus == Corpus::Clean || changed * 2 > records, "{corpus:?}: {changed} of {records} records changed");
    }
}

/// Ten thousand records of up to three values, the same every time.
#[test]
fn both_write_the_same_bytes_of_ten_thousand_records() {
    let set = RecognizerSet::builtin();
    let plan = plan(&set, Wanted::Default, &mut Random(1));
    let (scratch, detect) = (RefCell::new(Scratch::new()), RefCell::new(DetectScratch::default()));
    let piece = prop_oneof![
        3 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => prop::sample::select(&[" ", ", ", "/", "-", "@", "x"][..]).prop_map(str::to_owned),
        1 => "[a-zé0-9 .]{1,9}",
    ];
    let text = prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat());
    let values = prop::collection::vec(text, 1..4);
    let changed = Cell::new(0);
    let config =
        ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::with_cases(10_000) };
    let result = TestRunner::new(config).run(&values, |values| {
        let json = |values: &[String]| serde_json::to_string(values).unwrap();
        let (record, mut detect) = (json(&values), detect.borrow_mut());
        let mut read = |text: &String| naive(&set, &plan, (text, TextKind::Text, &FieldHint::default()), &mut detect);
        let wanted = json(&values.iter().map(&mut read).collect::<Vec<_>>());
        changed.set(changed.get() + usize::from(wanted != record));
        let out = through(&plan.0, &Json, &[&record], &mut scratch.borrow_mut()).remove(0).unwrap();
        prop_assert_eq!(String::from_utf8(out).unwrap(), wanted);
        Ok(())
    });
    result.unwrap();
    assert!(changed.get() > 5_000, "{}", changed.get());
}
