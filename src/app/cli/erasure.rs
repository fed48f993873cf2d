//! Arguments of the commands that forget people, and of receipts.

use crate::keys::PendingDays;
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    #[arg(long, value_name = "TIME", value_parser = time)]
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
    /// Write the rows anew that were made before a rotation, under the ring's primary key, so that the keys before it can be
    /// disabled. `privet run` does so by itself in the background. Ends with 4 where rows are left.
    Reindex(ReindexArguments),
    /// Begin a new epoch: all that survives moves into it, and the old epoch's key is destroyed, so that what backups hold
    /// of those who are forgotten opens no more. Prints a signed receipt.
    Seal(SealArguments),
}

/// Arguments of `privet vault reindex`.
#[derive(Debug, Args)]
pub struct ReindexArguments {
    /// The configuration file, which names the vault, and the products that made its rows.
    #[arg(short, long, value_name = "FILE")]
    pub config: PathBuf,
    /// Only tell how many rows there are.
    #[arg(long)]
    pub dry_run: bool,
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
    /// The provider's key that wraps the ring's root from now on, where a provider wraps it; the key of before is destroyed.
    #[arg(long, value_name = "KEY")]
    pub root_key: Option<String>,
    /// Leave the ring under the root that it has, where that is in a file: then copies of the ring from before still open with it,
    /// as the receipt says.
    #[arg(long, conflicts_with = "root_key")]
    pub keep_root: bool,
    /// For how many days AWS KMS keeps that key before it deletes it: 7 to 30, and 30 if not given.
    #[arg(long, value_name = "DAYS", requires = "root_key", value_parser = days)]
    pub pending_days: Option<PendingDays>,
}

fn days(text: &str) -> Result<PendingDays, &'static str> {
    text.parse().ok().and_then(PendingDays::new).ok_or("a number of days from 7 to 30")
}

fn wait(text: &str) -> Result<std::time::Duration, String> {
    let seconds = text.strip_suffix('s').and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds <= 3600);
    seconds.map(std::time::Duration::from_secs).ok_or_else(|| "seconds, such as `60s`, and at most an hour".to_owned())
}

/// Reads a moment. What stood there is not told: it may be anything that was pasted.
fn time(text: &str) -> Result<jiff::Timestamp, &'static str> {
    text.parse().map_err(|_| "it is no moment such as 2026-11-01T00:00:00Z")
}
