//! The command line as `clap` reads it.

use super::exit::Exit;
use crate::detect::TaggerUse;
use crate::format::Kind;
use crate::keys::KeyId;
use crate::model::Score;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

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

/// Arguments of `privet forget`.
#[derive(Debug, Args)]
pub struct ForgetArguments {
    /// The configuration file, which names the vault and the ring.
    #[arg(short, long, value_name = "FILE")]
    pub config: PathBuf,
    /// The ring of the key domain.
    #[arg(long, value_name = "NAME")]
    pub ring: String,
    /// The kind of the subjects, as policies say it with `subject_as`; VALUE if not given.
    #[arg(long = "as", value_name = "KIND")]
    pub kind: Option<String>,
    /// The file with the subjects, one a line; standard input if not given.
    #[arg(long, value_name = "FILE")]
    pub subjects: Option<PathBuf>,
    /// Records until then are of people who are not to come back, such as 2026-11-01T00:00:00Z; now if not given.
    #[arg(long, value_name = "TIME")]
    pub until: Option<jiff::Timestamp>,
    /// The private key that signs the receipts.
    #[arg(long, value_name = "FILE")]
    pub receipt_key: PathBuf,
}

/// What can be done with receipts.
#[derive(Debug, Subcommand)]
pub enum ReceiptCommand {
    /// Make a key that signs receipts, in a new file that only you can read; prints the public key.
    Key(NewReceiptKeyArguments),
    /// Tell whether receipts are as they were signed; ends with 4 where one is not.
    Verify(VerifyReceiptArguments),
}

/// Arguments of `privet receipt key`.
#[derive(Debug, Args)]
pub struct NewReceiptKeyArguments {
    /// The new file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Arguments of `privet receipt verify`.
#[derive(Debug, Args)]
pub struct VerifyReceiptArguments {
    /// The file of the receipts, one a line; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The public key: 64 hex digits.
    #[arg(long, value_name = "KEY")]
    pub key: String,
}

/// What can be done with the vault.
#[derive(Debug, Subcommand)]
pub enum VaultCommand {
    /// Begin a new epoch: all that survives moves into it, and the old epoch's key is destroyed, so that what backups hold
    /// of those who are forgotten opens no more. Prints a signed receipt.
    Seal(SealArguments),
}

/// Arguments of `privet vault seal`.
#[derive(Debug, Args)]
pub struct SealArguments {
    /// The configuration file, which names the vault and the ring of its epochs.
    #[arg(short, long, value_name = "FILE")]
    pub config: PathBuf,
    /// The private key that signs the receipt.
    #[arg(long, value_name = "FILE")]
    pub receipt_key: PathBuf,
    /// How long to wait for other processes, which look at the ring meanwhile; shorter only where there are none. Default:
    /// the vault's `forgotten_within`, 60s if it is not set.
    #[arg(long, value_name = "TIME", value_parser = wait)]
    pub wait: Option<std::time::Duration>,
}

fn wait(text: &str) -> Result<std::time::Duration, String> {
    let seconds = text.strip_suffix('s').and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds <= 3600);
    seconds.map(std::time::Duration::from_secs).ok_or_else(|| "seconds, such as `60s`, and at most an hour".to_owned())
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
    #[arg(short, long, value_name = "FORMAT", value_parser = super::anonymize::kind)]
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
    #[arg(short, long, value_name = "FORMAT", value_parser = super::anonymize::kind)]
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
    /// The configuration file whose key rings the policy uses.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
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
}

/// What can be done with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLetterCommand {
    /// Open sealed dead letters with their key ring, and write the records as they came in: raw, with all that is in them.
    ///
    /// Reads the values of dead letters, one a line, as `kafka-console-consumer.sh` and `kcat -C -f '%s\n'` write them, or
    /// what `kcat -J` writes. Writes a line of JSON for each: topic, partition, offset, timestamp, key, value, headers;
    /// bytes that are no UTF-8 as {"base64": "..."}.
    Open(OpenLetterArguments),
}

/// Arguments of `privet dead-letter open`.
#[derive(Debug, Args)]
pub struct OpenLetterArguments {
    /// The files; `-`, or none, is standard input.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The ring's file.
    #[arg(long, value_name = "RING", required_unless_present = "config")]
    pub ring: Option<PathBuf>,
    /// Where its root is, such as file:PATH; beside the ring if not given.
    #[arg(long, value_name = "ROOT", requires = "ring")]
    pub root: Option<String>,
    /// The configuration file that names the key rings.
    #[arg(short, long, value_name = "FILE", conflicts_with = "ring")]
    pub config: Option<PathBuf>,
    /// Read the dead-letter topic of this data product of the configuration, from its beginning to where it ends now.
    #[arg(long, value_name = "PRODUCT", requires = "config", conflicts_with = "files")]
    pub product: Option<String>,
    /// Write the value's bytes and nothing else; for one dead letter.
    #[arg(long)]
    pub value: bool,
}

/// What can be done with key rings.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a ring with one key, and its root: two new files that only you can read.
    New(NewRingArguments),
    /// List the keys of a ring: id, status, when made, which is primary.
    List(RingArguments),
    /// Make a new primary key; the one before still reads. Tells what will stop joining in the policies given.
    Rotate(RotateArguments),
    /// Let a disabled key read again.
    Enable(KeyArguments),
    /// Keep a key from reading and writing; its material stays, and `enable` takes it back.
    Disable(DisableArguments),
    /// Take a disabled key's material out of the ring, for good.
    Destroy(KeyArguments),
    /// Open a ring with its root, and tell whether it is whole, and not an older one.
    Check(CheckRingArguments),
}

/// A ring in a file.
#[derive(Debug, Args)]
pub struct RingArguments {
    /// The ring's file.
    #[arg(value_name = "RING")]
    pub ring: PathBuf,
    /// Its root: a file, or file:PATH, fd:N, env:NAME, or who unwraps it, as in
    /// vault-transit:address=URL,token_file=PATH; the file beside the ring if not given.
    #[arg(long, value_name = "ROOT")]
    pub root: Option<String>,
}

/// Arguments of `privet keys rotate`.
#[derive(Debug, Args)]
pub struct RotateArguments {
    /// The ring.
    #[command(flatten)]
    pub ring: RingArguments,
    /// The policies that use the ring: which of their fields follow the new key, and which stay.
    #[arg(value_name = "POLICY")]
    pub policies: Vec<PathBuf>,
    /// More recognizers that the policies name: a folder of recognizer files.
    #[arg(long, value_name = "DIR")]
    pub recognizers: Option<PathBuf>,
    /// Tell only what would happen.
    #[arg(long)]
    pub dry_run: bool,
}

/// One key of a ring.
#[derive(Debug, Args)]
pub struct KeyArguments {
    /// The ring.
    #[command(flatten)]
    pub ring: RingArguments,
    /// The key's id: 8 hex digits.
    #[arg(value_name = "KEY_ID")]
    pub id: KeyId,
}

/// Arguments of `privet keys disable`.
#[derive(Debug, Args)]
pub struct DisableArguments {
    /// The key.
    #[command(flatten)]
    pub key: KeyArguments,
    /// Disable it though it is the eldest enabled key, by which vaults name subjects: each gets another name.
    #[arg(long)]
    pub eldest: bool,
}

/// Arguments of `privet keys check`.
#[derive(Debug, Args)]
pub struct CheckRingArguments {
    /// The ring.
    #[command(flatten)]
    pub ring: RingArguments,
    /// The least version that the ring may have.
    #[arg(long, value_name = "VERSION")]
    pub min_version: Option<u64>,
    /// A directory that keeps the highest version seen: an older ring, or another of the same version, is refused.
    #[arg(long, value_name = "DIR")]
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

/// Arguments of `privet keys new`.
#[derive(Debug, Args)]
pub struct NewRingArguments {
    /// The ring's name, as policies call it: lower-case letters, digits, `-` and `_`.
    pub name: String,
    /// Where the ring goes; NAME.keyring.json if not given.
    #[arg(long, value_name = "FILE")]
    pub ring: Option<PathBuf>,
    /// Where its root goes; beside the ring if not given.
    #[arg(long, value_name = "FILE", conflicts_with = "root_provider")]
    pub root: Option<PathBuf>,
    /// Who wraps its root, which then stands in the ring's file: vault-transit:NAME=VALUE,… and others; see docs/keys.md.
    #[arg(long, value_name = "PROVIDER", requires = "root_key")]
    pub root_provider: Option<String>,
    /// The provider's key that wraps it.
    #[arg(long, value_name = "KEY", requires = "root_provider")]
    pub root_key: Option<String>,
}

/// Arguments of `privet run`: a configuration file, or what a trial needs.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// The configuration file.
    #[arg(short, long, value_name = "FILE", required_unless_present_any = ["brokers", "policy"])]
    pub config: Option<PathBuf>,
    /// For a trial without a file: the brokers, as HOST:PORT, several with commas.
    #[arg(long, value_name = "HOSTS", conflicts_with = "config", requires = "policy")]
    pub brokers: Option<String>,
    /// The topic to read, in a trial; else the policy's.
    #[arg(long, value_name = "TOPIC", requires_all = ["brokers", "to"])]
    pub from: Option<String>,
    /// The topic to write, in a trial; else the policy's.
    #[arg(long, value_name = "TOPIC", requires_all = ["brokers", "from"])]
    pub to: Option<String>,
    /// The policy; for a trial.
    #[arg(long, value_name = "FILE", conflicts_with = "config", requires = "brokers")]
    pub policy: Option<PathBuf>,
    /// A property of the Kafka client, for a trial; a secret as ${env:NAME} or ${file:PATH}.
    #[arg(short = 'X', value_name = "NAME=VALUE", requires = "brokers")]
    pub properties: Vec<String>,
    /// Read and count; write and commit nothing. Goes on until it is told to end, like any run: see --until-end.
    #[arg(long)]
    pub dry_run: bool,
    /// Stop where the topics ended at the start, and tell the rate; without it a run goes on until it is told to end.
    #[arg(long)]
    pub until_end: bool,
    /// How readily names, places and addresses are found in free text, where a policy does not say it: off, balanced or high.
    #[arg(long, value_name = "LEVEL", value_parser = tagger)]
    pub tagger: Option<TaggerArgument>,
}

impl RunArguments {
    /// Takes the properties apart.
    ///
    /// # Errors
    /// The place of the first that is not NAME=VALUE, counted from 1; nothing of it is repeated, for it may be a
    /// password.
    pub fn properties<'a>(&'a self) -> Result<Vec<(&'a str, &'a str)>, usize> {
        let take = |(at, text): (usize, &'a String)| match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim(), value)),
            Some(_) | None => Err(at.saturating_add(1)),
        };
        self.properties.iter().enumerate().map(take).collect()
    }
}

/// What `--tagger` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaggerArgument {
    /// How readily it finds, where the policy does not say it.
    Use(TaggerUse),
    /// The model of one's own that it uses.
    #[cfg(feature = "onnx")]
    Model(PathBuf),
}

impl TaggerArgument {
    /// Makes the model ready, if one was named; gives how readily the tagger finds, if that was said.
    ///
    /// # Errors
    /// Where the model cannot be used, which is told.
    pub fn settle(argument: Option<&Self>) -> Result<Option<TaggerUse>, Exit> {
        match argument {
            None => Ok(None),
            Some(Self::Use(tagger)) => Ok(Some(*tagger)),
            #[cfg(feature = "onnx")]
            Some(Self::Model(path)) => match crate::detect::use_model(path) {
                Ok(()) => Ok(None),
                Err(error) => {
                    super::exit::tell(&error);
                    Err(if matches!(error, crate::detect::ModelError::Unreadable { .. }) {
                        Exit::InputOutput
                    } else {
                        Exit::Usage
                    })
                }
            },
        }
    }
}

/// Reads how the tagger is used.
fn tagger(text: &str) -> Result<TaggerArgument, &'static str> {
    match TaggerUse::named(text) {
        Some(tagger) => Ok(TaggerArgument::Use(tagger)),
        #[cfg(feature = "onnx")]
        None if text.ends_with(".onnx") => Ok(TaggerArgument::Model(text.into())),
        #[cfg(not(feature = "onnx"))]
        None if text.ends_with(".onnx") => Err("this privet was built without the feature `onnx`"),
        None => Err("the tagger is off, balanced or high"),
    }
}

/// Reads a size with its unit.
fn size(text: &str) -> Result<usize, &'static str> {
    const WANTED: &str = "a size is written as 512KiB or 16MiB, at most 1GiB";
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];
    let read = |(unit, bytes): (&str, usize)| text.strip_suffix(unit)?.trim().parse::<usize>().ok()?.checked_mul(bytes);
    let size = units.into_iter().find_map(read).ok_or(WANTED)?;
    if (1..=1 << 30).contains(&size) { Ok(size) } else { Err(WANTED) }
}
