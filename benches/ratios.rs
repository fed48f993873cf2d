//! What share of the speed of doing nothing but copying does each part of the way reach, on one thread?
//!
//! All rows of a corpus run in turn, round after round, so that a busy machine slows all of them alike; what counts is
//! the ratio of two rows. `cargo bench --bench ratios -- --row NAME --corpus NAME --rounds 50` runs one, for a profiler.
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::cast_possible_truncation, clippy::print_stdout, clippy::cast_precision_loss, clippy::cast_sign_loss)]
#![allow(clippy::type_complexity)]

#[allow(dead_code, reason = "each bench uses a part of it")]
mod corpus;
mod measure;
#[allow(dead_code, reason = "each bench uses a part of it")]
mod rows;

use corpus::Corpus;
use rows::Row;

/// Rounds that are measured; one more warms up.
const ROUNDS: usize = 7;

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
    let table = measure::table(&corpora, &mut rows, options.rounds);
    print!("{}", measure::shown(&corpora, &rows, &table));
}
