//! Arguments of `privet dead-letter`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    /// The tenant whose records they are, where the privet that wrote them has a `tenant`; with --config it says so.
    #[arg(long, value_name = "NAME", conflicts_with = "config", value_parser = crate::app::config::tenant_name)]
    pub tenant: Option<String>,
    /// The configuration file that names the key rings.
    #[arg(short, long, value_name = "FILE", conflicts_with = "ring")]
    pub config: Option<PathBuf>,
    /// Read the dead-letter topic of this data product of the configuration, from its beginning to where it ends now.
    #[arg(long, value_name = "PRODUCT", requires = "config", conflicts_with = "files")]
    pub product: Option<String>,
    /// Write the value's bytes and nothing else; for one dead letter.
    #[arg(long)]
    pub value: bool,
    /// A directory that keeps the highest version seen of key rings without a `state_dir`: an older ring is refused.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
}
