//! `privet vault seal`: the next epoch begins, and the key of the one before is destroyed.

use super::next_root::{Ended, NextRoot};
use super::{Reached, common, key_error, no_epochs, plans, settings, vault_of};
use crate::app::cli::SealArguments;
use crate::app::exit::{Exit, answer, tell};
use crate::app::receipt::{self, Signer};
use crate::app::vaults;
use crate::keys::file::FileSource;
use crate::keys::{Change, KeyEnd, KeyError, KeyId, PendingDays, Seen, Sighting, Status};
use crate::policy::Plan;
use crate::vault::{self, Moved};
use std::path::PathBuf;

/// Begins a new epoch, moves what survives into it, and destroys the old one's key.
pub(in crate::app) fn seal(arguments: &SealArguments) -> Exit {
    try_seal(arguments).unwrap_or_else(|exit| exit)
}

fn try_seal(arguments: &SealArguments) -> Result<Exit, Exit> {
    let settings = settings(&arguments.config)?;
    let config = vault_of(&settings)?;
    let signer = Signer::read(&arguments.receipt_key).map_err(|error| receipt::refused(&error))?;
    let files = epoch_files(config)?;
    // Whatever can fail comes before anything is changed.
    let plans = plans(&settings)?;
    let of_plans = plans.iter().flat_map(Plan::rings).map(|ring| &*ring.name);
    let rings = settings.rings.keys().map(AsRef::as_ref).chain(of_plans);
    if let Some(shared) = vaults::shared_epochs(config, rings) {
        tell(shared);
        return Err(Exit::Usage);
    }
    let wrong = |error: KeyError| key_error(&error);
    let root = NextRoot::of(&files, &settings, arguments)?;
    let mut reached = Reached::open(config, &plans, None)?;
    if let Some(directory) = config.epochs_state_dir.clone() {
        let ring = files.ledger().and_then(|ledger| ledger.ring()).map_err(wrong)?;
        let (seen, sighting) = (Seen { directory }, Sighting::from(&ring));
        seen.check(&sighting).map_err(wrong)?;
        // A full disk is told of here, and not when the next epoch has begun.
        seen.has_room(&sighting).map_err(|error| unwritten(&error))?;
    }
    let ledger = files.change(Change::Rotate, jiff::Timestamp::now()).map_err(wrong)?;
    let epoch = ledger.primary();
    let first = reached.rewrap().map_err(|error| no_epochs(&reached, error))?;
    // Other processes go on under the old epoch until they look at the ring again.
    std::thread::sleep(arguments.wait.unwrap_or(config.left_within()));
    let then = reached.rewrap().map_err(|error| no_epochs(&reached, error))?;
    let then = under(epoch, then)?;
    let old = ledger.keys().filter(|key| key.id != epoch && key.status != Status::Destroyed);
    let old: Vec<(KeyId, Status)> = old.map(|key| (key.id, key.status)).collect();
    let (destroyed, mut failed) = destroy(&files, &old);
    let days = arguments.pending_days.unwrap_or(PendingDays::DEFAULT);
    let ended = if failed.is_none() { root.replaced(&files, days) } else { Ended::Same };
    // So that no copy from between is believed, in which the old epoch was there.
    if let Some(directory) = config.epochs_state_dir.clone() {
        let ring = files.ledger().and_then(|ledger| ledger.ring());
        let noted = ring.and_then(|ring| Seen { directory }.note(&Sighting::from(&ring)));
        failed = failed.or(noted.err());
    }
    let mut receipt = common("seal", &settings, config);
    receipt.insert("epoch".into(), epoch.to_string().into());
    receipt.insert("destroyed_epochs".into(), destroyed.iter().map(KeyId::to_string).collect::<Vec<_>>().into());
    receipt.insert("moved_keys".into(), (first.moved + then.moved).into());
    receipt.insert("dropped_keys".into(), (first.dropped + then.dropped).into());
    let at = jiff::Timestamp::now();
    if let Some((key, end)) = ended.destroyed() {
        receipt.insert("destroyed_root_key".into(), key.into());
        if let KeyEnd::Pending(at) = end {
            receipt.insert("root_key_deleted_at".into(), at.to_string().into());
        }
    }
    let mut pending = ended.pending(&files.ring, config, &at);
    let left = old.iter().filter(|(id, _)| !destroyed.contains(id));
    pending
        .extend(left.map(|(id, _)| format!("the epoch {id} of {} is not destroyed: seal again", files.ring.display())));
    receipt.insert("pending".into(), pending.into());
    let done = answer(&signer.sign(receipt));
    // What was destroyed is told in any case: no other receipt will say it.
    let is_whole = failed.is_none() && ended.is_whole();
    if let Some(error) = failed {
        tell(&error);
    }
    Ok(if is_whole { done } else { Exit::InputOutput })
}

/// Tells of a directory in which nothing can be written; nothing was changed.
fn unwritten(error: &KeyError) -> Exit {
    key_error(error);
    Exit::InputOutput
}

/// Passes on what became of the keys, where they are under this epoch: a process that reads another copy of the ring wraps them
/// under that one's, and what it destroys here would take everybody along.
fn under(epoch: KeyId, moved: Moved) -> Result<Moved, Exit> {
    if moved.epoch == epoch {
        return Ok(moved);
    }
    tell(format_args!(
        "nothing is destroyed: the process that has the vault open reads another copy of the ring of epochs, in which {} is the \
         newest, and not {epoch}; have it read this one, or seal again with a `--wait` in which its copy gets there",
        moved.epoch
    ));
    Err(Exit::InputOutput)
}

/// Destroys epochs, the first that fails being the last; gives those that are, and why no more.
fn destroy(files: &FileSource, old: &[(KeyId, Status)]) -> (Vec<KeyId>, Option<KeyError>) {
    let change = |change: Change| files.change(change, jiff::Timestamp::now()).map(drop);
    let mut destroyed = Vec::new();
    for (id, status) in old {
        let disabled = if *status == Status::Enabled { change(Change::Disable(*id)) } else { Ok(()) };
        match disabled.and_then(|()| change(Change::Destroy(*id))) {
            Ok(()) => destroyed.push(*id),
            Err(error) => return (destroyed, Some(error)),
        }
    }
    (destroyed, None)
}

/// The ring of the epochs as files, which alone can be changed from here.
fn epoch_files(config: &vault::Config) -> Result<FileSource, Exit> {
    let file = config.epochs.as_ref().and_then(|(from, root)| Some((from.strip_prefix("file:")?, root.as_deref())));
    let Some((file, root)) = file else {
        tell("the ring of the epochs must be a file: `epochs: {from: \"file:PATH\"}`");
        return Err(Exit::Usage);
    };
    FileSource::parse(PathBuf::from(file), root).map_err(|error| key_error(&error))
}
