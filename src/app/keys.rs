//! `privet keys`: key rings.

mod losses;

use super::cli::{
    CheckRingArguments, DestroyArguments, DisableArguments, KeyArguments, KeysCommand, NewRingArguments, RingArguments,
    RotateArguments,
};
use super::exit::{Exit, answer, show, tell};
use super::plan::{LoadError, Loader, source};
use crate::keys::file::{FileSource, create, create_wrapped, default_root};
use crate::keys::{self, Change, KeyError, KeyId, Ledger, Seen, Sighting, Status};
use crate::model::{is_key, names_key};
use crate::policy::{Follows, KeyUse, KeyUses, RecordPart, key_uses};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Does what was asked of key rings.
pub fn run(command: &KeysCommand) -> Exit {
    let done = match command {
        KeysCommand::New(arguments) => new(arguments),
        KeysCommand::List(arguments) => files(arguments).and_then(|files| files.ledger()).map(|ledger| listed(&ledger)),
        KeysCommand::Rotate(arguments) => match policies(arguments) {
            Ok(policies) => rotate(arguments, &policies),
            Err(exit) => return exit,
        },
        KeysCommand::Enable(arguments) => change(arguments, Change::Enable(arguments.id)),
        KeysCommand::Disable(arguments) => match disable(arguments) {
            Ok(()) => change(&arguments.key, Change::Disable(arguments.key.id)),
            Err(Undone::Told(exit)) => return exit,
            Err(Undone::Key(error)) => Err(error),
        },
        KeysCommand::Destroy(arguments) => match destroy(arguments) {
            Ok(()) => change(&arguments.key, Change::Destroy(arguments.key.id)),
            Err(Undone::Told(exit)) => return exit,
            Err(Undone::Key(error)) => Err(error),
        },
        KeysCommand::Check(arguments) => check(arguments),
    };
    match done {
        Ok(text) => answer(&text),
        Err(error) => {
            match (&error, ring_of(command)) {
                (
                    KeyError::BadMac | KeyError::ForeignRoot | KeyError::RolledBack { .. } | KeyError::Forked { .. },
                    Some(ring),
                ) => {
                    tell(format_args!("{}: {error}", ring.display()));
                }
                _ => tell(&error),
            }
            match error {
                KeyError::Unreadable { .. }
                | KeyError::Unwritable { .. }
                | KeyError::Exists { .. }
                | KeyError::Changed { .. }
                | KeyError::Provider { .. } => Exit::InputOutput,
                _ => Exit::Usage,
            }
        }
    }
}

/// Gives the file of the ring that a command is about.
fn ring_of(command: &KeysCommand) -> Option<&Path> {
    let ring = match command {
        KeysCommand::New(_) => return None,
        KeysCommand::List(arguments) => arguments,
        KeysCommand::Rotate(arguments) => &arguments.ring,
        KeysCommand::Enable(arguments) => &arguments.ring,
        KeysCommand::Disable(arguments) => &arguments.key.ring,
        KeysCommand::Destroy(arguments) => &arguments.key.ring,
        KeysCommand::Check(arguments) => &arguments.ring,
    };
    Some(&ring.ring)
}

/// Makes a ring and its root, and says how a policy names them; the keys themselves are never shown.
fn new(arguments: &NewRingArguments) -> Result<String, KeyError> {
    let name = &arguments.name;
    for path in [&arguments.ring, &arguments.root].into_iter().flatten() {
        if names_key(path) {
            return Err(KeyError::RootItself);
        }
    }
    let ring = arguments.ring.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.keyring.json")));
    if let (Some(provider), Some(key)) = (&arguments.root_provider, &arguments.root_key) {
        return new_wrapped(name, &ring, provider, key);
    }
    let root = arguments.root.clone().unwrap_or_else(|| default_root(&ring));
    let id = create(name, &ring, &root, jiff::Timestamp::now())?;
    let (ring, root) = (ring.display(), root.display());
    let elsewhere = match &arguments.root {
        Some(root) => format!(", root: \"file:{}\"", root.display()),
        None => String::new(),
    };
    Ok(format!(
        "ring {name}, key {id}\n  ring file: {ring}\n  root file: {root}\n\
         Who has both files has the keys: keep the root apart, and keep a copy of both.\n\
         In privet.yaml or a policy:\n  rings:\n    {name}: {{from: \"file:{ring}\"{elsewhere}}}\n"
    ))
}

/// Makes a ring whose root a provider wraps.
fn new_wrapped(name: &str, ring: &Path, provider: &str, key: &str) -> Result<String, KeyError> {
    let (scheme, options) = provider.split_once(':').unwrap_or((provider, ""));
    let wrapper = keys::wrapper(scheme, options)?;
    let id = create_wrapped(name, ring, (&*wrapper, key), jiff::Timestamp::now())?;
    let (ring, held) = (ring.display(), wrapper.provider().name());
    Ok(format!(
        "ring {name}, key {id}\n  ring file: {ring}\n  root: in the ring file, wrapped by {held} under {key}\n\
         Who has the ring file and may unwrap with that key has the keys: keep a copy of the file.\n\
         In privet.yaml or a policy:\n  rings:\n    {name}: {{from: \"file:{ring}\", root: \"{scheme}:{options}\"}}\n"
    ))
}

/// Gives the source that the arguments name; a root that is no reference is a file's path.
fn files(arguments: &RingArguments) -> Result<FileSource, KeyError> {
    let reference = arguments.root.as_deref().map(|root| match root.split_once(':') {
        Some((scheme, _)) if is_scheme(scheme) => root.to_owned(),
        Some(_) | None => format!("file:{root}"),
    });
    if let Some(root) = &arguments.root {
        let is_there = Path::new(root).exists();
        let is_place = root.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
        if !is_there && !is_place && is_key(root) {
            return Err(KeyError::RootItself);
        }
        let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !is_there && root.split_once(':').is_some_and(|(scheme, _)| word(scheme) && !is_scheme(scheme)) {
            return Err(KeyError::UnknownRoot);
        }
    }
    let source = FileSource::parse(arguments.ring.clone(), reference.as_deref())?;
    if let Some(caution) = source.root.caution() {
        tell(caution);
    }
    Ok(source)
}

fn is_scheme(text: &str) -> bool {
    keys::PLACES.iter().any(|(name, _)| *name == text) || keys::is_provider(text)
}

/// Lists the keys, the oldest first.
fn listed(ledger: &Ledger) -> String {
    let mut text = format!("ring {}, version {}\n", ledger.name(), ledger.version());
    for key in ledger.keys() {
        let primary = if key.id == ledger.primary() { ", primary" } else { "" };
        let _ = writeln!(text, "  {}  {}{primary}, made {}", key.id, key.status, key.created);
    }
    text
}

/// Why a key stays as it is.
enum Undone {
    /// The ring says so.
    Key(KeyError),
    /// It was told.
    Told(Exit),
}

impl From<KeyError> for Undone {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// Tells whether a key may be disabled; the one that names the subjects of vaults only where that was said.
///
/// Of a key for which the ring itself refuses it nothing is asked: that is said before all else, by the change.
fn disable(DisableArguments { key, eldest, loss }: &DisableArguments) -> Result<(), Undone> {
    let ledger = files(&key.ring)?.ledger()?;
    if key.id == ledger.primary() || ledger.status(key.id) != Some(Status::Enabled) {
        return Ok(());
    }
    losses::spare(loss, &ledger, key.id).map_err(Undone::Told)?;
    if !eldest && key.id == ledger.ring()?.eldest() {
        return Err(Undone::Key(KeyError::EldestKey(key.id)));
    }
    Ok(())
}

/// Tells whether a key may be destroyed, as [`disable`] does: rows may have been made under it since, by who had not read the
/// ring.
fn destroy(DestroyArguments { key, loss }: &DestroyArguments) -> Result<(), Undone> {
    let ledger = files(&key.ring)?.ledger()?;
    if ledger.status(key.id) == Some(Status::Disabled) {
        losses::spare(loss, &ledger, key.id).map_err(Undone::Told)?;
    }
    Ok(())
}

fn change(arguments: &KeyArguments, change: Change) -> Result<String, KeyError> {
    let files = files(&arguments.ring)?;
    let before = files.ledger()?;
    let ledger = files.change(change, jiff::Timestamp::now())?;
    let mut text = listed(&ledger);
    let id = arguments.id;
    match change {
        Change::Rotate => {}
        Change::Enable(_) => {
            if was_eldest(&before, id) {
                let _ = writeln!(
                    text,
                    "{id} is the eldest now: where a policy uses this ring, a vault knows people and values by it, as before \
                     it was disabled. Whom `privet forget` forgot meanwhile comes back in a replay, and what was kept meanwhile \
                     is not found: forget them again, and as long as {id} is enabled. Of a ring of epochs nobody is known by \
                     a key: people's keys that {id} wraps open again."
                );
            }
        }
        Change::Disable(_) => {
            let _ = writeln!(
                text,
                "Of a ring that policies use: what {id} made is data from now on, its tokens and ciphertexts do not open, and \
                 policies that pin it do not compile. Nor do rows of a vault open that are sealed under it: `-c` refuses while \
                 there are any."
            );
            if was_eldest(&ledger, id) {
                let _ = writeln!(
                    text,
                    "There, a vault knew people by {id} until now: whom `privet forget` forgot before comes back in a replay, and \
                     what was kept of people before is not found by `privet forget`, for as long as {id} is not enabled. Values \
                     whose rows `privet vault reindex` did not write anew before have new tokens."
                );
            }
            let _ = writeln!(
                text,
                "Of the ring of a vault's epochs, which no policy uses: people's keys that {id} wraps do not open, and who needs \
                 one waits. Nobody is known by such a key.\n`privet keys enable` takes that back."
            );
        }
        Change::Destroy(_) => {
            let _ = writeln!(
                text,
                "{id} is gone from {}, not from the world: every older copy of this file, with the ring's root, still \
                 opens it. Delete the copies and backups too. Whom a vault knew by it alone, `privet forget` finds no more.\n\
                 If this is the ring of a vault's epochs, people's keys that {id} wraps go as they come, with all that is kept \
                 under them, and no copy of the ring brings those back. `privet vault seal` moves people's keys before it \
                 destroys an epoch: leave it to that.",
                files.ring.display()
            );
        }
    }
    Ok(text)
}

/// Tells whether a key is older than every enabled one, so that another names people now.
fn was_eldest(ledger: &Ledger, id: KeyId) -> bool {
    let own = ledger.keys().position(|key| key.id == id);
    let eldest = ledger.keys().position(|key| key.status == Status::Enabled);
    own.is_some_and(|own| eldest.is_some_and(|eldest| own < eldest))
}

/// A policy that was given, and what it uses.
struct Used {
    path: PathBuf,
    uses: KeyUses,
}

/// Reads the policies before anything is changed.
fn policies(arguments: &RotateArguments) -> Result<Vec<Used>, Exit> {
    let failed = |error: LoadError| {
        show(&error);
        error.exit()
    };
    let loader = Loader::new(arguments.recognizers.as_deref(), BTreeMap::new()).map_err(failed)?;
    let read = |path: &PathBuf| {
        let source = source(path).map_err(failed)?;
        let uses = key_uses(&source, loader.set()).map_err(|wrong| {
            show(&wrong);
            Exit::Usage
        })?;
        Ok(Used { path: path.clone(), uses })
    };
    arguments.policies.iter().map(read).collect()
}

fn rotate(arguments: &RotateArguments, policies: &[Used]) -> Result<String, KeyError> {
    let files = files(&arguments.ring)?;
    let before = files.ledger()?;
    let old = before.primary();
    let (ledger, new) = if arguments.dry_run {
        (before, None)
    } else {
        let ledger = files.change(Change::Rotate, jiff::Timestamp::now())?;
        let new = ledger.primary();
        (ledger, Some(new))
    };
    let mut text = listed(&ledger);
    let name = new.map_or_else(|| "the new key".to_owned(), |id| id.to_string());
    for policy in policies {
        consequences(&mut text, policy, ledger.name(), old, &name);
    }
    if policies.is_empty() {
        text.push_str("Fields without `epoch:` follow the new key; give the policies to hear which.\n");
    }
    if arguments.dry_run {
        text.push_str("Nothing was changed.\n");
    }
    Ok(text)
}

/// Tells what a rotation does to one policy.
fn consequences(text: &mut String, policy: &Used, ring: &str, old: KeyId, new: &str) {
    let KeyUses { product, output, uses, rings: _ } = &policy.uses;
    let topic = output.as_ref().map_or_else(String::new, |topic| format!(", topic {topic}"));
    let _ = writeln!(text, "{}, product {product}{topic}:", policy.path.display());
    let mine: Vec<&KeyUse> = uses.iter().filter(|one| one.ring == ring).collect();
    if mine.is_empty() {
        let _ = writeln!(text, "  does not use this ring");
    }
    for one in mine {
        let KeyUse { of, operator, follows, part, .. } = one;
        let _ = match follows {
            Follows::Vault => writeln!(text, "  {of}: {operator} keeps the tokens of its vault, and goes on joining"),
            Follows::Primary => writeln!(text, "  {of}: {operator} follows to {new}; {}", stops(operator, old)),
            Follows::Pinned(id) if *part == RecordPart::Key => writeln!(
                text,
                "  {of}: {operator} stays on {id}; where {} is compacted, another key needs a new topic",
                output.as_deref().unwrap_or("the output")
            ),
            Follows::Pinned(id) => writeln!(text, "  {of}: {operator} stays on {id}, and goes on joining"),
        };
    }
}

/// Tells what new values of an operator have no longer in common with old ones.
fn stops(operator: &str, old: KeyId) -> String {
    match operator {
        "tokenize" => format!("new tokens stop joining those of {old}, which still open"),
        "encrypt" => format!("what {old} encrypted still opens"),
        "date_shift" => format!(
            "a subject's new dates no longer keep their distance to those moved under {old}, which only `epoch: {old}` turns back"
        ),
        "fpe" => format!("new values stop joining those of {old}, which only `epoch: {old}` turns back"),
        _ => format!("new values stop joining those of {old}"),
    }
}

fn check(arguments: &CheckRingArguments) -> Result<String, KeyError> {
    let ledger = files(&arguments.ring)?.ledger()?;
    let ring = ledger.ring()?;
    ring.at_least(arguments.min_version.unwrap_or_default())?;
    if let Some(directory) = &arguments.state_dir {
        Seen { directory: directory.clone() }.note(&Sighting::from(&ring))?;
    }
    let count = |status: Status| ledger.keys().filter(|key| key.status == status).count();
    let unknown = if arguments.state_dir.is_none() && arguments.min_version.is_none() {
        "Whether it is the newest is not known: give --state-dir or --min-version.\n"
    } else {
        ""
    };
    Ok(format!(
        "ring {}, version {}: in order, primary {}, {} enabled, {} disabled, {} destroyed\n{unknown}",
        ledger.name(),
        ledger.version(),
        ledger.primary(),
        count(Status::Enabled),
        count(Status::Disabled),
        count(Status::Destroyed)
    ))
}
