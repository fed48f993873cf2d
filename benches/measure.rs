//! Measures rows in turn, round after round, and shows them as a table.

use std::fmt::Write as _;
use std::time::Duration;

use super::corpus::{self, Corpus};
use super::rows::Row;

/// Bytes of each corpus.
const BYTES: usize = 6 << 20;

/// The processor time of this thread: what others do on the machine does not count.
fn busy() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a time of our own.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Gives, by row and corpus, megabytes a second: the median of so many rounds, with one more before that warms up.
pub fn table(corpora: &[Corpus], rows: &mut [Row], rounds: usize) -> Vec<Vec<f64>> {
    let mut table: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
    for corpus in corpora {
        let bytes = corpus::ndjson(*corpus, BYTES);
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); rows.len()];
        for round in 0..=rounds {
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
    table
}

/// Shows megabytes a second, and what part of the first row's each other row reaches.
pub fn shown(corpora: &[Corpus], rows: &[Row], table: &[Vec<f64>]) -> String {
    let names: Vec<&str> = corpora.iter().map(|corpus| corpus.name()).collect();
    let mut text =
        format!("| MB/s (share of the floor) | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for (row, cells) in rows.iter().zip(table) {
        let cells: Vec<String> =
            cells.iter().zip(&table[0]).map(|(cell, floor)| format!("{cell:.1} ({:.3})", cell / floor)).collect();
        writeln!(text, "| {} | {} |", row.name, cells.join(" | ")).unwrap();
    }
    text
}
