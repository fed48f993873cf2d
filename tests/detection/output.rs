//! A second, naive way from findings to bytes, by the written semantics: of one span and one family the best evidence,
//! else the family; a contained finding gives way; byte for byte the stronger takes what two claim; what is left without a
//! letter or digit joins its neighbour.

use super::random::Random;
use super::through::through;
use privet::detect::{DefaultUse, DetectScratch, FieldHint, Level, RecognizerSet, TextKind};
use privet::engine::Scratch;
use privet::format::{Format, Json, Text};
use privet::model::resolve::Strength;
use privet::model::{EntityIndex, Finding};
use privet::policy::{CompileContext, Plan, Source, THRESHOLD, compile};
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
fn naive(set: &RecognizerSet, (plan, changed): &(Plan, Vec<bool>), text: &str, scratch: &mut DetectScratch) -> String {
    let mut found = Vec::new();
    set.scan(text, TextKind::Text, &FieldHint::default(), plan.mask(), scratch, &mut found);
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
        let wanted = naive(set, &plan, &text, &mut detect);
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
