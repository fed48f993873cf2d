//! Arguments of `privet run`, and of the tagger.

use crate::app::exit::Exit;
use crate::detect::TaggerUse;
use clap::Args;
use std::path::PathBuf;

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
    /// A directory that keeps the highest version seen of key rings without a `state_dir`: an older ring is refused.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
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
                    crate::app::exit::tell(&error);
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
pub(super) fn tagger(text: &str) -> Result<TaggerArgument, &'static str> {
    match TaggerUse::named(text) {
        Some(tagger) => Ok(TaggerArgument::Use(tagger)),
        #[cfg(feature = "onnx")]
        None if text.ends_with(".onnx") => Ok(TaggerArgument::Model(text.into())),
        #[cfg(not(feature = "onnx"))]
        None if text.ends_with(".onnx") => Err("this privet was built without the feature `onnx`"),
        None => Err("the tagger is off, balanced or high"),
    }
}
