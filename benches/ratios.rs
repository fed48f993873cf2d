//! What share of the speed of doing nothing but copying does each part of the way reach, on one thread?
//!
//! All rows of a corpus run in turn, round after round, so that a busy machine slows all of them alike; what counts is
//! the ratio of two rows. `cargo bench --bench ratios -- --row NAME --corpus NAME --rounds 50` runs one, for a profiler.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::cast_possible_truncation, clippy::print_stdout, clippy::cast_precision_loss, clippy::cast_sign_loss)]
#![allow(clippy::type_complexity)]

mod corpus;
mod rows;

use std::time::Duration;

use corpus::Corpus;
use rows::Row;

/// Bytes of each corpus.
const BYTES: usize = 4 << 20;
/// Rounds that are measured; one more warms up.
const ROUNDS: usize = 7;

/// The processor time of this thread: what others do on the machine does not count.
fn busy() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a time of our own.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

struct Options {
    row: Option<String>,
    corpus: Option<String>,
    rounds: usize,
}

fn options() -> Options {
    let mut options = Options { row: None, corpus: None, rounds: ROUNDS };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--row" => options.row = arguments.next(),
            "--corpus" => options.corpus = arguments.next(),
            "--rounds" => options.rounds = arguments.next().unwrap().parse().unwrap(),
            _ => {}
        }
    }
    options
}

fn main() {
    let options = options();
    let wanted = |filter: &Option<String>, name: &str| filter.as_ref().is_none_or(|filter| name.contains(filter));
    let corpora: Vec<Corpus> = Corpus::ALL.into_iter().filter(|it| wanted(&options.corpus, it.name())).collect();
    let mut rows: Vec<Row> = rows::all();
    let exact = rows.iter().any(|row| options.row.as_deref() == Some(row.name));
    rows.retain(|row| if exact { options.row.as_deref() == Some(row.name) } else { wanted(&options.row, row.name) });
    let mut table: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
    for corpus in &corpora {
        let bytes = corpus::ndjson(*corpus, BYTES);
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); rows.len()];
        for round in 0..=options.rounds {
            for (row, times) in rows.iter_mut().zip(&mut times) {
                let start = busy();
                (row.run)(&lines);
                if round > 0 {
                    times.push(busy() - start);
                }
            }
        }
        for (times, cells) in times.iter_mut().zip(&mut table) {
            times.sort();
            cells.push(bytes.len() as f64 / times[times.len() / 2].as_secs_f64() / 1e6);
        }
    }
    print(&corpora, &rows, &table);
}

/// Prints megabytes a second, and of the first row the part that each other row reaches.
fn print(corpora: &[Corpus], rows: &[Row], table: &[Vec<f64>]) {
    let names: Vec<&str> = corpora.iter().map(|corpus| corpus.name()).collect();
    println!("| MB/s (share of the floor) | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for (row, cells) in rows.iter().zip(table) {
        let cells: Vec<String> =
            cells.iter().zip(&table[0]).map(|(cell, floor)| format!("{cell:.1} ({:.3})", cell / floor)).collect();
        println!("| {} | {} |", row.name, cells.join(" | "));
    }
}
