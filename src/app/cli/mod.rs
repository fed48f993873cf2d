//! The command line as `clap` reads it.

mod erasure;
mod files;
mod keys;
mod letters;
mod run;

pub use erasure::{
    ForgetArguments, NewReceiptKeyArguments, ReceiptCommand, ReindexArguments, SealArguments, VaultCommand,
    VerifyReceiptArguments,
};
pub use files::{
    AnalyzeArguments, AnonymizeArguments, BodyFormat, CheckArguments, DeanonymizeArguments, Offsets,
    RecognizersCommand, SummaryStyle,
};
pub use keys::{
    CheckRingArguments, DestroyArguments, DisableArguments, KeyArguments, KeysCommand, LossArguments, NewRingArguments,
    RingArguments, RotateArguments,
};
pub use letters::{DeadLetterCommand, OpenLetterArguments};
pub use run::{RunArguments, TaggerArgument};

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::net::SocketAddr;

/// A streaming anonymization sidecar for data products.
///
/// Finds personal data in records, applies the data product's policy, and passes them on: between Kafka topics, over
/// HTTP, or from file to file. Exit codes: 0 done, 2 usage or configuration, 3 input or output, 4 some records refused,
/// 75 start me again.
#[derive(Debug, Parser)]
#[command(name = "privet", disable_version_flag = true, disable_help_subcommand = true)]
pub struct Cli {
    /// Print the version, librdkafka's version and what that was built with.
    #[arg(short = 'V', long)]
    pub version: bool,
    /// Print completions for a shell.
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<Shell>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The two ways to say what is run.
const RUN_USAGE: &str = "privet run --config <FILE> [--tagger <LEVEL>] [--dry-run] [--until-end]
       privet run --brokers <HOSTS> --policy <FILE> [--from <TOPIC> --to <TOPIC>] [-X <NAME=VALUE>]...
                  [--tagger <LEVEL>] [--dry-run] [--until-end]";

/// What the command can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find personal data in files and tell where it is, without changing anything.
    ///
    /// Prints one line of JSON for each record, also where nothing is found. Reads what `anonymize` reads.
    Analyze(AnalyzeArguments),
    /// Find personal data in files and write them without it; works without any configuration.
    ///
    /// Reads NDJSON, JSON, CSV, text (a record a line) and documents (one record), plain or packed by gzip or Zstandard.
    /// Lines of a text are read one by one; an address or signature over several lines is found whole in a document
    /// (`--format document`). What is refused is named on standard error by file and line and left out. Without a policy
    /// everything is scanned, and what identifies a person is replaced by its type in angle brackets.
    Anonymize(AnonymizeArguments),
    /// Tell everything that is wrong with policies, or with a configuration and all that it names.
    Check(CheckArguments),
    /// Turn tokens and ciphertexts back into values, where a role of the configuration grants it to you.
    ///
    /// Off unless configured. Every call is an audit record with your name and the reason. What is forged, foreign,
    /// unknown or not permitted stays as it is, without telling which.
    Deanonymize(DeanonymizeArguments),
    /// Give back the records that sealed dead letters hold.
    #[command(subcommand)]
    DeadLetter(DeadLetterCommand),
    /// Watch it work: a made-up shop's events through an embedded broker, before and after, and a ledger.
    Demo,
    /// Forget people: what the vault keeps of them goes, and a replay does not bring them back. Prints a signed receipt for
    /// each.
    ///
    /// Reads who is to be forgotten, one a line, from standard input or a file; never from the command line, which others
    /// see.
    Forget(ForgetArguments),
    /// Ask a running privet on this host whether it is well (for Docker): exit 0 if so, else 1.
    Healthcheck(HealthcheckArguments),
    /// Make key rings, which hash and tokenize need, and look after their keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make the key that signs receipts, or verify receipts.
    #[command(subcommand)]
    Receipt(ReceiptCommand),
    /// Tell what can be found: entity types and how each is spotted.
    #[command(subcommand)]
    Recognizers(RecognizersCommand),
    /// Print the manual page.
    Man,
    /// Run the sidecar: from Kafka topics to Kafka topics, every record exactly once.
    #[command(override_usage = RUN_USAGE)]
    Run(RunArguments),
    /// Look after the vault.
    #[command(subcommand)]
    Vault(VaultCommand),
}

/// Arguments of `privet healthcheck`.
#[derive(Debug, Args)]
pub struct HealthcheckArguments {
    /// The admin listener's address.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:9464")]
    pub admin: SocketAddr,
    /// Ask only whether the process makes progress, not whether it is ready for work.
    #[arg(long)]
    pub live: bool,
}
