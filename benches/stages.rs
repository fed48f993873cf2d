//! How many bytes a second does each part of the way take by itself, on one thread?
//!
//! Reading and splicing are measured on the events of the typical corpus, what detects on the strings in them, validators on
//! values that they accept. `default set` is the whole way.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::cast_possible_truncation, clippy::panic, clippy::type_complexity)]

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;
#[allow(dead_code, reason = "each bench uses a part of it")]
mod rows;

use std::hint::black_box;
use std::sync::Arc;

use corpus::Corpus;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use privet::detect::{DetectScratch, FieldHint, RecognizerSet, Stage, TextKind};
use privet::format::{Descend, Edit, Format, Json, Leaf, LeafKind, Limits, NewValue, Node, ReadScratch, Visitor};
use privet::model::{Finding, Span, Step};
use privet::policy::{CompileContext, Plan, RingRequest, Source, compile};

/// Bytes of the corpus.
const BYTES: usize = 2 << 20;

/// Collects what stands in the strings of events.
#[derive(Default)]
struct Strings {
    texts: Vec<String>,
    /// Where they stand in their event, with their quotes.
    leaves: Vec<Span>,
}

impl Visitor for Strings {
    fn enter(&mut self, _step: Step<'_>, _key: Option<Leaf<'_>>) -> Descend {
        Descend::Into
    }
    fn leaf(&mut self, leaf: Leaf<'_>, node: Node) {
        if leaf.kind == LeafKind::Text {
            self.texts.push(leaf.text.to_owned());
            self.leaves.push(node.value);
        }
    }
    fn whole(&mut self, _node: Node) {}
    fn leave(&mut self) {}
}

fn strings(lines: &[&[u8]]) -> Strings {
    let (mut strings, mut scratch) = (Strings::default(), ReadScratch::default());
    for line in lines {
        Json.read(line, &Limits::default(), &mut scratch, &mut strings).unwrap();
    }
    strings
}

/// A plan that does the same with every field, and looks for nothing.
fn every_field(operator: &str) -> Plan {
    let set = RecognizerSet::builtin();
    let ring = |_: &RingRequest<'_>| {
        let ring = include_bytes!("../tests/golden/customer.keyring.json");
        let root = include_bytes!("../tests/golden/customer.root.json");
        privet::keys::open(ring, root).map(|ring| Some(Arc::new(ring)))
    };
    let policy = format!(
        "privet: v1\nproduct: bench/stages\nrings:\n  customer: {{from: 'file:ring'}}\nfields:\n  \"**\": {operator}\n"
    );
    let context = CompileContext { set: &set, rings: &ring, tenant: "" };
    compile(&Source::new("bench.yaml", &policy), &context).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn stages(criterion: &mut Criterion) {
    let bytes = corpus::ndjson(Corpus::Typical, BYTES);
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(10);
    let wanted = ["read only", "read and scan, default set", "default set"];
    for mut row in rows::all().into_iter().filter(|row| wanted.contains(&row.name)) {
        group.bench_function(row.name, |bencher| bencher.iter(|| (row.run)(&lines)));
    }
    for (name, operator) in
        [("every field kept", "keep"), ("every field hashed: HMAC-SHA-256", "{hash: {ring: customer}}")]
    {
        let mut run = rows::engine(every_field(operator));
        group.bench_function(name, |bencher| bencher.iter(|| run(&lines)));
    }
    // What was seen a moment ago: texts that are known to be clean are not scanned again.
    let few: Vec<&[u8]> = lines.iter().take(40).cycle().take(lines.len()).copied().collect();
    let mut again = rows::engine(rows::default_plan(&RecognizerSet::builtin()));
    group.throughput(Throughput::Bytes(few.iter().map(|line| line.len() as u64 + 1).sum()));
    group.bench_function("memo: the same forty events again", |bencher| bencher.iter(|| again(&few)));
    splice(&mut group, &lines);
    scan(&mut group, &strings(&lines).texts);
    validators(&mut group);
    group.finish();
}

/// Splices one edit into every event: its longest string gives way.
fn splice(group: &mut BenchmarkGroup<'_, WallTime>, lines: &[&[u8]]) {
    let longest = |line: &&[u8]| strings(&[*line]).leaves.into_iter().max_by_key(|leaf| leaf.len()).unwrap();
    let leaves: Vec<Span> = lines.iter().map(longest).collect();
    let mut out = Vec::new();
    group.throughput(Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum()));
    group.bench_function("splice one value", |bencher| {
        bencher.iter(|| {
            for (line, leaf) in lines.iter().zip(&leaves) {
                out.clear();
                let edit = Edit::Value { at: *leaf, value: NewValue::Text("<PERSON>") };
                Json.splice(line, &[edit], &mut out).unwrap();
                black_box(&out);
            }
        });
    });
}

/// The scan and its stages, on texts without a field.
fn scan(group: &mut BenchmarkGroup<'_, WallTime>, texts: &[String]) {
    let set = RecognizerSet::builtin();
    let plan = rows::default_plan(&set);
    let (mut scratch, mut found) = (DetectScratch::default(), Vec::<Finding>::new());
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("scan", |bencher| {
        bencher.iter(|| {
            for text in texts {
                found.clear();
                set.scan(text, TextKind::Text, &FieldHint::default(), plan.mask(), &mut scratch, &mut found);
                black_box(&found);
            }
        });
    });
    for (name, stage) in [("words heard", Stage::Words), ("automaton", Stage::Patterns), ("engines", Stage::Engines)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for text in texts {
                    black_box(set.stage(stage, text, plan.mask(), &mut scratch));
                }
            });
        });
    }
}

/// Validators, each on values that it accepts and, one digit off, on values that it does not.
fn validators(group: &mut BenchmarkGroup<'_, WallTime>) {
    for (name, value) in [
        ("payment_card", "4111 1111 1111 1111"),
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("us_ssn", "536-90-4399"),
        ("uk_nhs", "943 476 5919"),
        ("ipv6", "2001:db8:0:0:0:0:17:4"),
        ("phone_de", "030 23125000"),
        ("bitcoin_address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ] {
        let accepts = RecognizerSet::validator(name).unwrap();
        let other = value.replace('4', "5");
        group.throughput(Throughput::Bytes(2 * value.len() as u64));
        group.bench_function(format!("validator {name}"), |bencher| {
            bencher.iter(|| (accepts(black_box(value)), accepts(black_box(&other))));
        });
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
