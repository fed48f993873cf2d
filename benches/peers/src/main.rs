//! How many bytes a second do other tools take on the same events with the same 40 rules, in the same run?
//!
//! `rules.json` holds the rules: common forms of personal data, with a check digit where the form has one. Each tool gets
//! them in its own way: privet as a user's recognizer files, `dd-sensitive-data-scanner` with its own validators and
//! keywords, `vrl` as the patterns of `redact`, which knows neither. JSON goes in and redacted JSON comes out.
//! `--rounds N`, `--row NAME` and `--corpus NAME` as in `benches/ratios.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::type_complexity)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, clippy::print_stdout)]

#[allow(dead_code)]
#[path = "../../corpus/mod.rs"]
mod corpus;
mod facts;
#[path = "../../measure.rs"]
mod measure;
#[allow(dead_code)]
#[path = "../../rows.rs"]
mod rows;
mod tools;

use corpus::Corpus;
use privet::detect::RecognizerSet;
use rows::Row;

/// Rounds that are measured; one more warms up.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let wanted = |filter: Option<String>, name: &str| filter.is_none_or(|filter| name.contains(&filter));
    let corpora: Vec<Corpus> =
        Corpus::ALL.into_iter().filter(|corpus| wanted(option("--corpus"), corpus.name())).collect();
    let rounds = option("--rounds").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let rules = tools::rules();
    let set = RecognizerSet::builtin();
    let row = |name, run: Box<dyn FnMut(&[&[u8]])>| Row { name, run };
    let mut rows = vec![
        row("floor: find the strings, copy the bytes", Box::new(rows::floor())),
        row("dd-sensitive-data-scanner, 40 rules", Box::new(tools::scanner(&rules))),
        row("vrl redact, 40 rules", Box::new(tools::redact(&rules))),
        row("privet, the same 40 rules", Box::new(rows::engine(tools::plan(&rules)))),
        row("privet, default set", Box::new(rows::engine(rows::default_plan(&set)))),
        row("privet, all recognizers", Box::new(rows::engine(rows::everything(&set)))),
        row("serde_json parse and serialise", Box::new(rows::serde())),
    ];
    rows.retain(|row| row.name.starts_with("floor") || wanted(option("--row"), row.name));
    println!("{}", facts::table(&corpora, &rules));
    let table = measure::table(&corpora, &mut rows, rounds);
    print!("{}", measure::shown(&corpora, &rows, &table));
}
