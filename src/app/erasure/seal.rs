//! `privet vault seal`: the next epoch begins, and the key of the one before is destroyed.

use super::{Reached, after, common, key_error, plans, settings, unanswered, vault_of};
use crate::app::cli::SealArguments;
use crate::app::exit::{Exit, answer, tell};
use crate::app::receipt::{self, Signer};
use crate::app::vaults;
use crate::keys::file::FileSource;
use crate::keys::{self, Change, KeyError, KeyId, Seen, Sighting, Status};
use crate::policy::Plan;
use crate::vault;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    let mut reached = Reached::open(config)?;
    let wrong = |error: KeyError| key_error(&error);
    if let Some(directory) = config.epochs_state_dir.clone() {
        let ring = files.ledger().and_then(|ledger| ledger.ring()).map_err(wrong)?;
        Seen { directory }.check(&Sighting::from(&ring)).map_err(wrong)?;
    }
    let ledger = files.change(Change::Rotate, jiff::Timestamp::now()).map_err(wrong)?;
    let epoch = ledger.primary();
    let first = reached.rewrap().map_err(unanswered)?;
    // Other processes go on under the old epoch until they look at the ring again.
    std::thread::sleep(arguments.wait.unwrap_or(config.left_within()));
    let then = reached.rewrap().map_err(unanswered)?;
    let old = ledger.keys().filter(|key| key.id != epoch && key.status != Status::Destroyed);
    let old: Vec<(KeyId, Status)> = old.map(|key| (key.id, key.status)).collect();
    for (id, status) in &old {
        if *status == Status::Enabled {
            files.change(Change::Disable(*id), jiff::Timestamp::now()).map_err(wrong)?;
        }
        files.change(Change::Destroy(*id), jiff::Timestamp::now()).map_err(wrong)?;
    }
    // So that no copy from between is believed, in which the old epoch was there.
    if let Some(directory) = config.epochs_state_dir.clone() {
        let ring = files.ledger().and_then(|ledger| ledger.ring()).map_err(wrong)?;
        Seen { directory }.note(&Sighting::from(&ring)).map_err(wrong)?;
    }
    let mut receipt = common("seal", &settings, config);
    receipt.insert("epoch".into(), epoch.to_string().into());
    receipt.insert("destroyed_epochs".into(), old.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().into());
    receipt.insert("moved_keys".into(), (first.moved + then.moved).into());
    receipt.insert("dropped_keys".into(), (first.dropped + then.dropped).into());
    let at = jiff::Timestamp::now();
    receipt.insert("pending".into(), still_open(&files.ring, config, &at).into());
    Ok(answer(&signer.sign(receipt)))
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

/// The fewest and the most days that AWS KMS waits before it deletes a key (its API reference, `ScheduleKeyDeletion`).
const KMS_PENDING_DAYS: (u64, u64) = (7, 30);

/// What may still open what a seal closed: an old copy of the ring, for whoever has the root of it. How long backups of the
/// store are kept says nothing of copies of this file.
fn still_open(ring: &Path, config: &vault::Config, at: &jiff::Timestamp) -> Vec<String> {
    let ring = ring.display();
    let root = config.epochs.as_ref().and_then(|(_, root)| root.as_deref()).unwrap_or_default();
    let wrapper = root.split(':').next().filter(|name| keys::is_provider(name));
    let Some(wrapper) = wrapper else {
        return vec![format!(
            "copies of {ring} from before this, together with its root: they still hold the destroyed epochs; delete them"
        )];
    };
    let mut pending = vec![format!(
        "copies of {ring} from before this: whoever may use the key of {wrapper} that wraps its root opens the destroyed \
         epochs in them; delete them"
    )];
    if wrapper == "aws-kms" {
        let day = |days: u64| after(at, Duration::from_secs(days * 86_400)).unwrap_or(*at).to_string();
        let (first, last) = (day(KMS_PENDING_DAYS.0), day(KMS_PENDING_DAYS.1));
        pending.push(format!(
            "where copies cannot be deleted: a key of AWS KMS for which deletion is scheduled is pending for 7 to 30 days, until \
             {first} to {last} if it is scheduled now, can be brought back until then, and makes copies worthless only when it \
             is gone; the ring in use needs another one before"
        ));
    }
    pending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_says_what_old_copies_of_a_ring_can_still_open() {
        let of = |root: Option<&str>| {
            let epochs = Some(("file:epochs.json".to_owned(), root.map(str::to_owned)));
            let backups_kept = Some(Duration::from_secs(35 * 86_400));
            let config = vault::Config { epochs, backups_kept, ..vault::Config::of("memory:") };
            still_open(Path::new("epochs.json"), &config, &"2026-11-27T00:00:00Z".parse().unwrap())
        };
        for files in [None, Some("file:epochs.root.json")] {
            let [only] = of(files).try_into().unwrap();
            assert!(only.contains("epochs.json") && only.contains("together with its root"), "{only}");
            assert!(!only.contains("expired") && !only.contains("2027-01-01"), "of the store's backups: {only}");
        }
        let [transit] = of(Some("vault-transit:address=https://vault:8200")).try_into().unwrap();
        assert!(transit.contains("the key of vault-transit") && !transit.contains("8200"), "{transit}");
        let [copies, pending] = of(Some("aws-kms:region=eu-central-1")).try_into().unwrap();
        assert!(copies.contains("the key of aws-kms"), "{copies}");
        assert!(pending.contains("pending for 7 to 30 days") && pending.contains("brought back"), "{pending}");
        assert!(pending.contains("until 2026-12-04T00:00:00Z to 2026-12-27T00:00:00Z"), "{pending}");
    }
}
