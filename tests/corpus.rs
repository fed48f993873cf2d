//! Replays on stable what the fuzz targets began with and everything they ever crashed on.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a panic is how a test fails"
)]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

/// Calls `target` with every seed and every past crash of this name.
fn replay(name: &str, target: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut count = 0;
    for folder in ["corpus", "crashes"] {
        let Ok(files) = std::fs::read_dir(fuzz.join(folder).join(name)) else { continue };
        for file in files {
            let path = file.unwrap().path();
            eprintln!("{}", path.display());
            target(&std::fs::read(path).unwrap());
            count += 1;
        }
    }
    assert!(count >= 10, "{name} has its seeds");
}

#[test]
fn json_is_read_and_written() {
    replay("json_read", targets::json_read);
}

#[test]
fn csv_is_read_and_written() {
    replay("csv_read", targets::csv_read);
}

#[test]
fn texts_are_searched() {
    replay("detect", targets::detect);
}

#[test]
fn texts_are_tagged() {
    replay("tagger", targets::tagger);
}

/// What texts are changed to: signs that mean something to a recognizer or to a text inside a text.
const SIGNS: &[u8] = b"0179aZ @.-+:/%&;\"{}[]\\\n";

/// Every seed, changed in one place or cut, over and over from a fixed start: a small run of the fuzzer on stable.
#[test]
fn changed_texts_are_searched_and_tagged() {
    // PRIVET_FUZZ_RUNS=1000000 makes it a long one.
    let runs = std::env::var("PRIVET_FUZZ_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(2_000_u64);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let seeds = |name: &str| std::fs::read_dir(corpus.join(name)).unwrap().map(|file| file.unwrap().path());
    let mut paths: Vec<_> = seeds("detect").chain(seeds("tagger")).collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let mut state = 42_u64;
    let mut next = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    for _ in 0..runs {
        let mut data = seeds[next(seeds.len())].clone();
        for _ in 0..=next(4) {
            let at = next(data.len());
            match next(6) {
                0 if !data.is_empty() => data[at] = u8::try_from(next(256)).unwrap(),
                1 if !data.is_empty() => data[at] = SIGNS[next(SIGNS.len())],
                2 if !data.is_empty() => drop(data.remove(at)),
                3 => data.insert(at, SIGNS[next(SIGNS.len())]),
                4 => data.truncate(at),
                _ => {
                    let other = &seeds[next(seeds.len())];
                    let from = next(other.len());
                    data.splice(at..at, other[from..].iter().copied());
                }
            }
        }
        targets::detect(&data);
        targets::tagger(&data);
    }
}
