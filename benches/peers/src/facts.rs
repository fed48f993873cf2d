//! What the corpora are made of.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::corpus::{self, Corpus};
use crate::tools::{self, Rule};

/// Bytes of each corpus that are looked at.
const BYTES: usize = 6 << 20;
/// Events that every tool takes, to see that they find alike.
const EVENTS: usize = 500;

/// A table of the corpora: how long their values are, how many of them are personal, and how many shapes they have.
pub fn table(corpora: &[Corpus], rules: &[Rule]) -> String {
    let mut text = String::from(
        "| corpus | bytes an event | strings an event | bytes a string: median, nine of ten, mean | personal values a \
         hundred strings | shapes of at most 32 bytes | events changed by 40 rules: dd, vrl, privet |\n|---|---|---|---|---|---|---|\n",
    );
    for corpus in corpora {
        let (bytes, personal) = corpus::ndjson_counted(*corpus, BYTES);
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let mut lengths = Vec::new();
        let mut shapes: HashSet<Vec<u8>> = HashSet::new();
        for line in &lines {
            read(&serde_json::from_slice(line).unwrap(), &mut |value| {
                lengths.push(value.len());
                if value.len() <= 32 {
                    shapes.insert(shape(value));
                }
            });
        }
        lengths.sort_unstable();
        let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
        let changed = tools::changed(rules, &lines[..EVENTS.min(lines.len())]);
        let [dd, vrl, own] = changed.map(|count| 100.0 * count as f64 / EVENTS as f64);
        writeln!(
            text,
            "| {} | {:.0} | {:.1} | {}, {}, {mean:.1} | {:.1} | {} | {dd:.0} %, {vrl:.0} %, {own:.0} % |",
            corpus.name(),
            bytes.len() as f64 / lines.len() as f64,
            lengths.len() as f64 / lines.len() as f64,
            lengths[lengths.len() / 2],
            lengths[lengths.len() * 9 / 10],
            100.0 * personal as f64 / lengths.len() as f64,
            shapes.len(),
        )
        .unwrap();
        assert!(*corpus != Corpus::Shapes || shapes.len() >= 100_000, "only {} shapes", shapes.len());
    }
    text
}

/// Calls `each` with every string.
fn read(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| read(item, each)),
        Value::Object(members) => members.values().for_each(|value| read(value, each)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Digits as `0`, capitals as `A`, small letters as `a`.
fn shape(text: &str) -> Vec<u8> {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => b'0',
        b'A'..=b'Z' => b'A',
        b'a'..=b'z' => b'a',
        _ => byte,
    };
    text.bytes().map(kind).collect()
}
