//! Another root for the ring of the epochs, and the end of the one of before: then no copy of the ring from before opens with what
//! there is from now on.

use super::{after, key_error};
use crate::app::config::Settings;
use crate::app::exit::{Exit, tell};
use crate::keys::file::FileSource;
use crate::keys::{self, KeyEnd, PendingDays, Place, Reroot, Root};
use crate::vault;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is to become of the root.
#[derive(Debug)]
pub(super) enum NextRoot {
    /// Another takes its place in its file.
    InFile(PathBuf),
    /// Another is wrapped under a key, and the key of before goes.
    Under { key: String, before: String },
    /// It stays.
    Same,
}

/// What became of it.
#[derive(Debug)]
pub(super) enum Ended {
    /// Another stands in its file.
    Replaced(PathBuf),
    /// Another is wrapped under another key; what became of the key of before.
    Rewrapped { before: String, end: KeyEnd },
    /// It is the one of before.
    Same,
}

impl NextRoot {
    /// Says what is to become of the root, and refuses what could not be done, or would take other rings with it.
    pub(super) fn of(files: &FileSource, settings: &Settings, key: Option<&str>) -> Result<Self, Exit> {
        let refused = |what: String| {
            tell(what);
            Exit::Usage
        };
        match (&files.root, key) {
            (Root::Wrapped(_), Some(key)) => {
                let ledger = files.ledger().map_err(|error| key_error(&error))?;
                let before = ledger.root_key().unwrap_or_default().to_owned();
                if before == key {
                    return Err(refused(format!("{key} wraps the root already: make another key, and name that one")));
                }
                match rings_under(settings, &before) {
                    Some(ring) => Err(refused(format!(
                        "the ring {ring} is wrapped by {before} as well, and would go with that key: the ring of the epochs needs a \
                         key of its own"
                    ))),
                    None => Ok(Self::Under { key: key.to_owned(), before }),
                }
            }
            (Root::Wrapped(_), None) => Ok(Self::Same),
            (Root::At(_) | Root::Unsaid, Some(_)) => {
                Err(refused("--root-key is for a root that a provider wraps, and this one is not".to_owned()))
            }
            (Root::At(Place::File(path)), None) => Ok(Self::InFile(path.clone())),
            (Root::At(_) | Root::Unsaid, None) => Ok(Self::Same),
        }
    }

    /// Does it. What cannot be done is told, and pending.
    pub(super) fn replaced(self, files: &FileSource, days: PendingDays) -> Ended {
        let done = match self {
            Self::Same => return Ended::Same,
            Self::InFile(path) => files.reroot(Reroot::InFile).map(|_| Ended::Replaced(path)),
            Self::Under { key, before } => files.reroot(Reroot::Under(&key)).map(|ledger| {
                // Only the ring as it was written tells that the key of before is not needed any more: a provider may call one
                // key by two names.
                let Root::Wrapped(wrapper) = &files.root else { return Ended::Same };
                if ledger.root_key().is_none_or(|now| now == before) {
                    return Ended::Same;
                }
                let end = wrapper.destroy_key(&before, days);
                let end = end.unwrap_or_else(|error| {
                    tell(format_args!("{before} is not destroyed: {error}"));
                    KeyEnd::ByHand
                });
                Ended::Rewrapped { before, end }
            }),
        };
        done.unwrap_or_else(|error| {
            tell(format_args!("the root of {} stays as it was: {error}", files.ring.display()));
            Ended::Same
        })
    }
}

/// Names a ring of the configuration whose root that key wraps.
fn rings_under<'s>(settings: &'s Settings, key: &str) -> Option<&'s str> {
    #[derive(serde::Deserialize)]
    struct Ring {
        root: Reference,
    }
    #[derive(serde::Deserialize)]
    struct Reference {
        key: Option<String>,
    }
    let under = |from: &str| {
        let file = std::fs::read(from.strip_prefix("file:")?).ok()?;
        let Ring { root: Reference { key } } = serde_json::from_slice(&file).ok()?;
        key
    };
    let mut rings = settings.rings.iter();
    rings.find(|(_, ring)| under(&ring.from).as_deref() == Some(key)).map(|(name, _)| &**name)
}

/// The fewest and the most days that AWS KMS waits before it deletes a key (its API reference, `ScheduleKeyDeletion`).
const KMS_PENDING_DAYS: (u64, u64) = (7, 30);

impl Ended {
    /// Gives the provider's key that is destroyed, or will be by itself, and when.
    pub(super) fn destroyed(&self) -> Option<(&str, &KeyEnd)> {
        match self {
            Self::Rewrapped { before, end: end @ (KeyEnd::Destroyed | KeyEnd::Pending(_)) } => Some((before, end)),
            Self::Rewrapped { end: KeyEnd::ByHand, .. } | Self::Replaced(_) | Self::Same => None,
        }
    }

    /// Says what may still open what a seal closed: an old copy of the ring, for whoever has the root of it. How long backups of
    /// the store are kept says nothing of copies of these files.
    pub(super) fn pending(&self, ring: &Path, config: &vault::Config, at: &jiff::Timestamp) -> Vec<String> {
        let ring = ring.display();
        match self {
            Self::Replaced(root) => vec![format!(
                "copies of {} from before this, together with copies of {ring}: they still hold the destroyed epochs; delete \
                 those of either. The root that is there now does not open them. What the disk kept of the file is not reached",
                root.display()
            )],
            Self::Rewrapped { end: KeyEnd::Destroyed, .. } => Vec::new(),
            Self::Rewrapped { before, end: KeyEnd::Pending(until) } => vec![format!(
                "copies of {ring} from before this: {before} wraps their root, can be brought back until {until}, and is gone then; \
                 a key that was brought back opens the destroyed epochs in them"
            )],
            Self::Rewrapped { before, end: KeyEnd::ByHand } => vec![format!(
                "copies of {ring} from before this: {before} wraps their root, and is not destroyed; destroy it, which nothing here \
                 needs any more"
            )],
            Self::Same => same(&ring.to_string(), config, at),
        }
    }
}

/// Says of a root that is the one of before what old copies of the ring open with.
fn same(ring: &str, config: &vault::Config, at: &jiff::Timestamp) -> Vec<String> {
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
             is gone; `--root-key` names another one for the ring, and has that one deleted"
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
            Ended::Same.pending(Path::new("epochs.json"), &config, &"2026-11-27T00:00:00Z".parse().unwrap())
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

    #[test]
    fn a_receipt_says_what_became_of_the_root_of_before() {
        let config = vault::Config::of("memory:");
        let at = "2026-11-27T00:00:00Z".parse().unwrap();
        let of = |ended: &Ended| ended.pending(Path::new("epochs.json"), &config, &at);
        let [only] = of(&Ended::Replaced("epochs.root.json".into())).try_into().unwrap();
        assert!(only.contains("copies of epochs.root.json from before this") && only.contains("not reached"), "{only}");
        let rewrapped = |end| Ended::Rewrapped { before: "transit/epochs-1".into(), end };
        let gone = rewrapped(KeyEnd::Destroyed);
        assert_eq!((of(&gone), gone.destroyed()), (vec![], Some(("transit/epochs-1", &KeyEnd::Destroyed))));
        let later = rewrapped(KeyEnd::Pending("2026-12-27T00:00:00Z".parse().unwrap()));
        let [only] = of(&later).try_into().unwrap();
        assert!(only.contains("until 2026-12-27T00:00:00Z") && later.destroyed().is_some(), "{only}");
        let by_hand = rewrapped(KeyEnd::ByHand);
        let [only] = of(&by_hand).try_into().unwrap();
        assert!(only.contains("is not destroyed; destroy it") && by_hand.destroyed().is_none(), "{only}");
    }
}
