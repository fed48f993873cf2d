//! The command line as `clap` reads it.

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::net::SocketAddr;
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

/// What the command can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask a running privet on this host whether it is well (for Docker): exit 0 if so, else 1.
    Healthcheck(HealthcheckArguments),
    /// Make key rings, which hash and tokenize need.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Print the manual page.
    Man,
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

/// What can be done with key rings.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a ring with one key, and its root: two new files that only you can read.
    New(NewRingArguments),
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
    #[arg(long, value_name = "FILE")]
    pub root: Option<PathBuf>,
}

/// Arguments of `privet run`: a configuration file, or what a trial needs.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// The configuration file.
    #[arg(short, long, value_name = "FILE", required_unless_present = "brokers")]
    pub config: Option<PathBuf>,
    /// For a trial without a file: the brokers, HOST:PORT[,HOST:PORT].
    #[arg(long, value_name = "HOSTS", conflicts_with = "config", requires_all = ["from", "to", "policy"])]
    pub brokers: Option<String>,
    /// The topic to read; for a trial.
    #[arg(long, value_name = "TOPIC", requires = "brokers")]
    pub from: Option<String>,
    /// The topic to write; for a trial.
    #[arg(long, value_name = "TOPIC", requires = "brokers")]
    pub to: Option<String>,
    /// The policy; for a trial.
    #[arg(long, value_name = "FILE", requires = "brokers")]
    pub policy: Option<PathBuf>,
    /// A property of the Kafka client, for a trial; a secret as ${env:NAME} or ${file:PATH}.
    #[arg(short = 'X', value_name = "NAME=VALUE", requires = "brokers")]
    pub properties: Vec<String>,
    /// Read and count; write and commit nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Stop where the topics ended at the start.
    #[arg(long)]
    pub until_end: bool,
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
