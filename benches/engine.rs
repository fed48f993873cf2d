//! How many bytes a second does the engine take on one thread, corpus by corpus, beside doing nothing but reading?
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::cast_possible_truncation, clippy::type_complexity)]

mod corpus;

use corpus::Density;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use privet::detect::RecognizerSet;
use privet::engine::{NoStore, Outcomes, Record, Scratch, Settings, process};
use privet::format::{Descend, Format, Json, Leaf, Limits, Node, ReadScratch, Visitor};
use privet::model::{Origin, RecordTime, Step};
use privet::policy::Plan;

const BYTES: usize = 4 << 20;
const BATCH: usize = 500;

/// Walks a record and looks at nothing.
struct Nothing;

impl Visitor for Nothing {
    fn enter(&mut self, _step: Step<'_>, _key: Option<Leaf<'_>>) -> Descend {
        Descend::Into
    }
    fn leaf(&mut self, _leaf: Leaf<'_>, _node: Node) {}
    fn whole(&mut self, _node: Node) {}
    fn leave(&mut self) {}
}

fn engine(criterion: &mut Criterion) {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let settings = Settings::default();
    for density in Density::ALL {
        let corpus = corpus::ndjson(density, BYTES);
        let lines: Vec<&[u8]> = corpus.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let origins: Vec<Origin> =
            (0..lines.len()).map(|index| Origin::Request { request: 0, index: index as u64 }).collect();
        let records: Vec<Record<'_>> = lines
            .iter()
            .zip(&origins)
            .map(|(line, origin)| Record {
                origin,
                time: RecordTime(None),
                format: &Json,
                value: Some(line),
                key: None,
                headers: &[],
            })
            .collect();
        let mut group = criterion.benchmark_group(density.name());
        group.throughput(Throughput::Bytes(corpus.len() as u64)).sample_size(10);
        group.bench_function("anonymize, default set", |bencher| {
            let (mut scratch, mut out) = (Scratch::new(), Outcomes::default());
            bencher.iter(|| {
                for batch in records.chunks(BATCH) {
                    process(&plan, batch, &NoStore, &settings, &mut scratch, &mut out).unwrap();
                }
            });
        });
        group.bench_function("read only", |bencher| {
            let mut scratch = ReadScratch::default();
            bencher.iter(|| {
                for line in &lines {
                    Json.read(line, &Limits::default(), &mut scratch, &mut Nothing).unwrap();
                }
            });
        });
        group.bench_function("serde_json parse and serialise", |bencher| {
            bencher.iter_batched(
                || Vec::with_capacity(corpus.len()),
                |mut out| {
                    for line in &lines {
                        let value: serde_json::Value = serde_json::from_slice(line).unwrap();
                        serde_json::to_writer(&mut out, &value).unwrap();
                    }
                    out
                },
                BatchSize::LargeInput,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, engine);
criterion_main!(benches);
