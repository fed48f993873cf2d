//! Arguments of the commands that read files of records, policies or recognizers.

use super::run::{TaggerArgument, tagger};
use crate::format::Kind;
use crate::model::Score;
use clap::{Args, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Arguments of `privet deanonymize`.
#[derive(Debug, Args)]
pub struct DeanonymizeArguments {
    /// The file; `-`, or none, is standard input.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The configuration file, whose `access:` says who may.
    #[arg(short, long, value_name = "FILE")]
    pub config: PathBuf,
    /// Why; goes into the audit record, personal data in it replaced.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The product under whose policy the tokens were made, where the configuration has several.
    #[arg(long, value_name = "NAME")]
    pub product: Option<String>,
    /// What the file holds: a text with tokens in it, one record, or a record a line.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: BodyFormat,
    /// A directory that keeps the highest version seen of key rings without a `state_dir`: an older ring is refused.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}

/// What is to be turned back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BodyFormat {
    /// A text, such as a token a line.
    Text,
    /// One JSON value.
    Json,
    /// A JSON value a line.
    Ndjson,
}

/// Arguments of `privet analyze`.
#[derive(Debug, Args)]
pub struct AnalyzeArguments {
    /// The files; `-`, or none, is standard input.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What to look for: entity types, families, or `*` for all, whatever their default; several with commas.
    #[arg(short, long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "policy")]
    pub entities: Vec<String>,
    /// The score from which a finding counts, 0.4 if not given; 0 shows what weak patterns find, too.
    #[arg(short = 'T', long, value_name = "SCORE", conflicts_with = "policy")]
    pub threshold: Option<Score>,
    /// How readily names, places and addresses are found in free text, where the policy does not say it: off, balanced or high.
    #[arg(long, value_name = "LEVEL", value_parser = tagger)]
    pub tagger: Option<TaggerArgument>,
    /// The policy that says what is looked for; its operators are not run.
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What offsets count, in the decoded text of the field.
    #[arg(long, value_name = "UNIT", default_value = "chars")]
    pub offsets: Offsets,
    /// Tell the reasons, too: pattern, base score, validators, what raised or lowered the score, candidates.
    #[arg(long)]
    pub explain: bool,
    /// End with 1 where something is found.
    #[arg(long)]
    pub fail_on_findings: bool,
    /// Show the texts with what is found in colour; on a terminal only, for it shows raw values.
    #[arg(long)]
    pub pretty: bool,
    /// What the files hold: ndjson, json, csv, tsv, text or document; else their names say it, else their first bytes.
    #[arg(short, long, value_name = "FORMAT", value_parser = crate::app::anonymize::kind)]
    pub format: Option<Kind>,
    /// How many threads work; as many as there are cores if not given.
    #[arg(short = 't', long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// How large a record may be, such as 512KiB; larger ones are refused.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size)]
    pub record_max: usize,
    /// More recognizers: a folder of recognizer files.
    #[arg(long, value_name = "DIR")]
    pub recognizers: Option<PathBuf>,
    /// The configuration file whose key rings the policy uses.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A directory that keeps the highest version seen of key rings without a `state_dir`: an older ring is refused.
    #[arg(long, value_name = "DIR", requires = "policy")]
    pub state_dir: Option<PathBuf>,
}

/// What offsets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Offsets {
    /// Unicode code points.
    Chars,
    /// Bytes of UTF-8.
    Bytes,
    /// Code units of UTF-16, as in JavaScript and Java.
    Utf16,
}

/// Arguments of `privet anonymize`.
#[derive(Debug, Args)]
pub struct AnonymizeArguments {
    /// The files; `-`, or none, is standard input.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The policy that decides; without one everything is scanned.
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What the files hold: ndjson, json, csv, tsv, text or document; else their names say it, else their first bytes.
    #[arg(short, long, value_name = "FORMAT", value_parser = crate::app::anonymize::kind)]
    pub format: Option<Kind>,
    /// Write each file under its own name into this folder instead of all to standard output; `.gz` and `.zst` are
    /// packed again. A file appears there only when it is complete.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Show the changed fields, before and after, instead of the records; on a terminal only, for it shows raw values.
    #[arg(long)]
    pub diff: bool,
    /// How many threads work; as many as there are cores if not given.
    #[arg(short, long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// How large a record may be, such as 512KiB; larger ones are refused, larger documents cut at blank lines.
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = size)]
    pub record_max: usize,
    /// More recognizers: a folder of recognizer files.
    #[arg(long, value_name = "DIR")]
    pub recognizers: Option<PathBuf>,
    /// How readily names, places and addresses are found in free text, where the policy does not say it: off, balanced or high.
    #[arg(long, value_name = "LEVEL", value_parser = tagger)]
    pub tagger: Option<TaggerArgument>,
    /// The configuration file whose key rings the policy uses; without --policy, that of its only product decides.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A directory that keeps the highest version seen of key rings without a `state_dir`: an older ring is refused.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// Leave out progress and summary; what is refused or fails is told all the same.
    #[arg(short, long)]
    pub quiet: bool,
    /// How the summary on standard error is written.
    #[arg(long, value_name = "STYLE", default_value = "text")]
    pub summary: SummaryStyle,
}

/// How a summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryStyle {
    /// Lines for a person.
    Text,
    /// One line of JSON.
    Json,
}

/// Arguments of `privet check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The policies; their key rings are not opened.
    #[arg(value_name = "POLICY", required_unless_present = "config")]
    pub policies: Vec<PathBuf>,
    /// The configuration file: checked with its products' policies, their key rings, topics and rights.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// More recognizers: a folder of recognizer files.
    #[arg(long, value_name = "DIR")]
    pub recognizers: Option<PathBuf>,
    /// A directory that keeps the highest version seen of key rings without a `state_dir`: an older ring is refused. Nothing
    /// is noted there.
    #[arg(long, value_name = "DIR", requires = "config")]
    pub state_dir: Option<PathBuf>,
}

/// What can be asked of recognizers.
#[derive(Debug, Subcommand)]
pub enum RecognizersCommand {
    /// List the entity types, what happens to each where no policy speaks of it, its country, family and what it is.
    List {
        /// More recognizers: a folder of recognizer files.
        #[arg(long, value_name = "DIR")]
        recognizers: Option<PathBuf>,
    },
    /// Run the examples of the recognizer files, each alone and among all; ends with 2 where one does not hold.
    Test {
        /// More recognizers: a folder of recognizer files, tested with the built-in ones.
        #[arg(value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Show how one entity type is spotted: patterns with their scores, validators, words, examples, sources.
    Show {
        /// The entity type, such as EMAIL_ADDRESS, a family, or a recognizer's id.
        entity: String,
        /// More recognizers: a folder of recognizer files.
        #[arg(long, value_name = "DIR")]
        recognizers: Option<PathBuf>,
    },
}

/// Reads a size with its unit.
fn size(text: &str) -> Result<usize, &'static str> {
    const WANTED: &str = "a size is written as 512KiB or 16MiB, at most 1GiB";
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];
    let read = |(unit, bytes): (&str, usize)| text.strip_suffix(unit)?.trim().parse::<usize>().ok()?.checked_mul(bytes);
    let size = units.into_iter().find_map(read).ok_or(WANTED)?;
    if (1..=1 << 30).contains(&size) { Ok(size) } else { Err(WANTED) }
}
