//! `privet keys`: key rings.

use super::cli::{KeysCommand, NewRingArguments};
use super::exit::{Exit, answer, tell};
use crate::keys::KeyError;
use crate::keys::file::{FileSource, create, default_root};
use std::path::PathBuf;

/// Does what was asked of key rings.
pub fn run(command: &KeysCommand) -> Exit {
    match command {
        KeysCommand::New(arguments) => new(arguments),
    }
}

/// Makes a ring and its root, and says how a policy names them; the keys themselves are never shown.
fn new(arguments: &NewRingArguments) -> Exit {
    let name = &arguments.name;
    let ring = arguments.ring.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.keyring.json")));
    let root = arguments.root.clone().unwrap_or_else(|| default_root(&ring));
    let files = FileSource { ring, root };
    match create(name, &files, jiff::Timestamp::now()) {
        Ok(id) => {
            let (ring, root) = (files.ring.display(), files.root.display());
            let elsewhere = match &arguments.root {
                Some(root) => format!(", root: \"file:{}\"", root.display()),
                None => String::new(),
            };
            answer(&format!(
                "ring {name}, key {id}\n  ring file: {ring}\n  root file: {root}\n\
                 Who has both files has the keys: keep the root apart, and keep a copy of both.\n\
                 In privet.yaml or a policy:\n  rings:\n    {name}: {{from: \"file:{ring}\"{elsewhere}}}\n"
            ))
        }
        Err(error) => {
            tell(&error);
            match error {
                KeyError::Unreadable { .. } | KeyError::Unwritable { .. } | KeyError::Exists { .. } => {
                    Exit::InputOutput
                }
                _ => Exit::Usage,
            }
        }
    }
}
