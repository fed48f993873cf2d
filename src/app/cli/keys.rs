//! Arguments of `privet keys`.

use crate::keys::KeyId;
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    Destroy(DestroyArguments),
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

/// How it is known what is lost with a key.
#[derive(Debug, Args)]
pub struct LossArguments {
    /// The configuration of who uses the ring: refused while its policies pin the key, its vault has rows that would be lost with
    /// it or knows people by it, or dead letters are sealed under the ring.
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Without -c: no vault has rows under the key, no policy pins it, no dead letter needs it, or they may be lost.
    #[arg(long, conflicts_with = "config")]
    pub uncounted: bool,
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
    /// What is lost with it.
    #[command(flatten)]
    pub loss: LossArguments,
}

/// Arguments of `privet keys destroy`.
#[derive(Debug, Args)]
pub struct DestroyArguments {
    /// The key.
    #[command(flatten)]
    pub key: KeyArguments,
    /// What is lost with it.
    #[command(flatten)]
    pub loss: LossArguments,
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
