//! How many bytes a second does the tagger read on one thread: prose, prose of one 10 MB value, and fields that are none?
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TextKind};

/// Prose as it is written in tickets, notes, mails, logs and books: three in four sentences name nobody.
const PROSE: &str = include_str!("prose.txt");
const TYPES: [&str; 4] = ["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION"];

fn tagger(criterion: &mut Criterion) {
    let set = RecognizerSet::builtin();
    let mut mask = EntityMask::new();
    for name in TYPES {
        mask.insert(set.entity_index(name).unwrap());
    }
    let lines: Vec<&str> = PROSE.lines().filter(|line| !line.is_empty()).collect();
    let many: Vec<&str> = lines.iter().copied().cycle().take(20_000).collect();
    let long = PROSE.replace("\n\n", "\n").repeat((10 << 20) / PROSE.len() + 1);
    let fields: Vec<String> = (0..20_000)
        .map(|at| ["ORDER_PAID", "a3f1-9c", "Blue Steel Mug 12", "2024-05-06T10:11:12Z"][at % 4].repeat(1 + at % 2))
        .collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let mut group = criterion.benchmark_group("tagger");
    for (name, values) in [("prose", &many[..]), ("one value of 10 MB", &[long.as_str()][..]), ("fields", &fields[..])]
    {
        group.throughput(Throughput::Bytes(values.iter().map(|value| value.len() as u64).sum())).sample_size(10);
        group.bench_function(name, |bencher| {
            let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
            let hint = FieldHint::default();
            bencher.iter(|| {
                found.clear();
                for value in values {
                    set.scan(value, TextKind::Text, &hint, &mask, &mut scratch, &mut found);
                }
                found.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, tagger);
criterion_main!(benches);
