//! How many bytes a second does each part of the way take on one thread, corpus by corpus?
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::cast_possible_truncation, clippy::type_complexity)]

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;
#[allow(dead_code, reason = "each bench uses a part of it")]
mod rows;

use corpus::Corpus;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Bytes of each corpus.
const BYTES: usize = 4 << 20;

fn engine(criterion: &mut Criterion) {
    for corpus in Corpus::ALL {
        let bytes = corpus::ndjson(corpus, BYTES);
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let mut group = criterion.benchmark_group(corpus.name());
        group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(10);
        for mut row in rows::all() {
            group.bench_function(row.name, |bencher| bencher.iter(|| (row.run)(&lines)));
        }
        group.finish();
    }
}

criterion_group!(benches, engine);
criterion_main!(benches);
