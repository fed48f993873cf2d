//! What is no personal data stays: at most one in two hundred of any kind is changed without a policy.

use super::harmless::{KINDS, Kind};
use super::random::Random;
use super::through::through;
use expect_test::expect_file;
use privet::detect::RecognizerSet;
use privet::engine::Scratch;
use privet::format::Json;
use privet::policy::Plan;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Values of each kind and spelling.
const VALUES: usize = 2000;
/// Most that may be changed of them: 0.5 %.
const CHANGED_MAX: usize = VALUES / 200;
/// Changed values that a failure shows.
const EXAMPLES_MAX: usize = 12;
/// Names of fields that say nothing.
const FIELDS: [&str; 8] = ["value", "v", "data", "item", "field", "x", "content", "attribute"];

/// What was changed of one kind.
#[derive(Default)]
struct Changed {
    count: usize,
    /// How often, by the entity types that stand in the output.
    by: BTreeMap<String, usize>,
    examples: Vec<String>,
}

fn changed(plan: &Plan, kind: &Kind, make: fn(&mut Random) -> String, quote: &str) -> Changed {
    let seed = kind.name.bytes().fold(1, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut random = Random(seed);
    let record = |at: usize, random: &mut Random| {
        let value = make(random);
        let value = if quote.is_empty() { value } else { serde_json::to_string(&value).unwrap() };
        format!("{{\"{}\":{value}}}", FIELDS[at % FIELDS.len()])
    };
    let records: Vec<String> = (0..VALUES).map(|at| record(at, &mut random)).collect();
    let mut changed = Changed::default();
    for (record, out) in records.iter().zip(through(plan, &Json, &records, &mut Scratch::new())) {
        let out = String::from_utf8(out.unwrap_or_else(|reason| panic!("{reason}: {record}"))).unwrap();
        if out != *record {
            changed.count += 1;
            for (at, _) in out.match_indices('<') {
                let name = out[at + 1..].split('>').next().unwrap_or_default();
                *changed.by.entry(name.to_owned()).or_default() += 1;
            }
            if changed.examples.len() < EXAMPLES_MAX {
                changed.examples.push(format!("{record} {out}"));
            }
        }
    }
    changed
}

#[test]
fn hardly_anything_is_changed_that_is_no_personal_data() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let mut table = String::from(include_str!("left_alone.md"));
    let mut wrong = String::new();
    for kind in KINDS {
        let mut cells = Vec::new();
        let mut by: BTreeMap<String, usize> = BTreeMap::new();
        for (make, quote) in [(Some(kind.text), "\""), (kind.number, "")] {
            let Some(make) = make else {
                cells.push("–".to_owned());
                continue;
            };
            let changed = changed(&plan, kind, make, quote);
            cells.push(changed.count.to_string());
            if changed.count > CHANGED_MAX {
                let examples = changed.examples.join("\n  ");
                let _ = writeln!(wrong, "{} {quote}: {} {:?}\n  {examples}", kind.name, changed.count, changed.by);
            }
            for (name, count) in changed.by {
                *by.entry(name).or_default() += count;
            }
        }
        let names: Vec<String> = by.iter().map(|(name, count)| format!("`{name}` {count}")).collect();
        let _ = writeln!(table, "| {} | {} | {} | {} |", kind.name, kind.what, cells.join(" | "), names.join(", "));
    }
    assert!(wrong.is_empty(), "more than {CHANGED_MAX} of {VALUES} are changed:\n{wrong}");
    // UPDATE_EXPECT=1 writes the file anew.
    expect_file!["../../docs/false-findings.md"].assert_eq(&table);
}

#[test]
fn the_kinds_are_what_they_are_called() {
    assert!(KINDS.len() >= 20);
    for kind in KINDS {
        let mut random = Random(7);
        let numbers: Vec<String> =
            kind.number.map(|make| (0..VALUES).map(|_| make(&mut random)).collect()).unwrap_or_default();
        for number in &numbers {
            serde_json::from_str::<serde_json::Number>(number).unwrap_or_else(|_| panic!("{}: {number}", kind.name));
        }
        let mut texts: Vec<String> = (0..VALUES).map(|_| (kind.text)(&mut random)).collect();
        texts.sort();
        texts.dedup();
        assert!(texts.len() > 100, "{}: {}", kind.name, texts.len());
    }
}
