//! Another root for the ring of the epochs, and the end of the one of before: then no copy of the ring from before opens with what
//! there is from now on.

use super::other_rings::{Doomed, spare};
use super::{after, key_error};
use crate::app::cli::SealArguments;
use crate::app::config::Settings;
use crate::app::exit::{Exit, tell};
use crate::keys::file::FileSource;
use crate::keys::{self, KeyEnd, KeyError, KeyIdentity, PendingDays, Place, Reroot, Root, Wrapper};
use crate::vault;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is to become of the root.
#[derive(Debug)]
pub(super) enum NextRoot {
    /// Another takes its place in its file.
    InFile(PathBuf),
    /// Another is wrapped under a key, and the key of before goes.
    Under { key: String, before: String, identity: KeyIdentity },
    /// It stays.
    Same,
}

/// What became of it.
#[derive(Debug)]
pub(super) enum Ended {
    /// Another stands in its file.
    Replaced(PathBuf),
    /// Another stands in its file, and the one of before beside it, which could not be taken out.
    Beside(PathBuf),
    /// Another is wrapped under another key; what became of the key of before.
    Rewrapped { before: String, end: KeyEnd },
    /// It is the one of before.
    Same,
    /// Another was to take its place, and is not known to have.
    Unknown,
}

impl NextRoot {
    /// Says what is to become of the root, and refuses what could not be done, or would take other rings with it.
    pub(super) fn of(files: &FileSource, settings: &Settings, arguments: &SealArguments) -> Result<Self, Exit> {
        let refused = |what: String| {
            tell(what);
            Exit::Usage
        };
        match (&files.root, arguments.root_key.as_deref()) {
            (Root::Wrapped(wrapper), Some(key)) => {
                let ledger = files.ledger().map_err(|error| key_error(&error))?;
                let before = ledger.root_key().unwrap_or_default().to_owned();
                let which = |key: &str| wrapper.identify(key).map_err(|error| key_error(&error));
                let identity = which(&before)?;
                if which(key)? == identity {
                    return Err(refused(format!(
                        "{key} wraps the root already, as {before}, or its name does not tell it from that: make another key, and \
                         name that one"
                    )));
                }
                wraps(&**wrapper, key, ledger.name()).map_err(|error| key_error(&error))?;
                spare(settings, Doomed { wrapper: &**wrapper, key: &before, identity: &identity })?;
                Ok(Self::Under { key: key.to_owned(), before, identity })
            }
            (Root::Wrapped(_), None) => Ok(Self::Same),
            (Root::At(_) | Root::Unsaid, Some(_)) => {
                Err(refused("--root-key is for a root that a provider wraps, and this one is not".to_owned()))
            }
            (Root::At(Place::File(_)), None) if arguments.keep_root => Ok(Self::Same),
            (Root::At(Place::File(path)), None) => Ok(Self::InFile(path.clone())),
            (Root::At(_) | Root::Unsaid, None) => Ok(Self::Same),
        }
    }

    /// Does it. What cannot be done is told, and pending.
    pub(super) fn replaced(self, files: &FileSource, days: PendingDays) -> Ended {
        let done = match self {
            Self::Same => return Ended::Same,
            Self::InFile(path) => files.reroot(Reroot::InFile).map(|_| Ended::Replaced(path)),
            Self::Under { key, before, identity } => files.reroot(Reroot::Under(&key)).map(|ledger| {
                let (Root::Wrapped(wrapper), Some(now)) = (&files.root, ledger.root_key()) else { return Ended::Same };
                ended(&**wrapper, (before, &identity), now, days)
            }),
        };
        done.unwrap_or_else(|error| failed(error, &files.ring))
    }
}

/// Tells what went wrong as the root was replaced; gives what became of it.
fn failed(error: KeyError, ring: &Path) -> Ended {
    if let KeyError::FormerRoot { path, .. } = &error {
        tell(&error);
        return Ended::Beside(path.clone());
    }
    tell(format_args!("the root of {} is not known to be replaced: {error}", ring.display()));
    Ended::Unknown
}

/// Tries whether a key wraps and unwraps, before anything is changed that needs it.
fn wraps(wrapper: &dyn Wrapper, key: &str, ring: &str) -> Result<(), KeyError> {
    const TRIED: [u8; 32] = [0x5a; 32];
    let wrapped = wrapper.wrap_root(key, ring, &TRIED)?;
    wrapper.unwrap_root(&wrapped.key, ring, &wrapped.ciphertext).map(drop)
}

/// Destroys the key of before, now that another wraps the root. What its name leads to is asked again: names can be given to other
/// keys meanwhile.
fn ended(wrapper: &dyn Wrapper, (before, identity): (String, &KeyIdentity), now: &str, days: PendingDays) -> Ended {
    let names = wrapper.identify(now).and_then(|now| Ok((now, wrapper.identify(&before)?)));
    let end = match names {
        Ok((now, _)) if now == *identity => {
            tell(format_args!("{before} is not destroyed: it wraps the root still"));
            return Ended::Same;
        }
        Ok((_, named)) if named != *identity => {
            let KeyIdentity(key) = identity;
            tell(format_args!("{key} is not destroyed: {before} is another key's name by now"));
            return Ended::Rewrapped { before: key.clone(), end: KeyEnd::ByHand };
        }
        Ok(_) => wrapper.destroy_key(&before, days),
        Err(error) => Err(error),
    };
    let end = end.unwrap_or_else(|error| {
        tell(format_args!("{before} is not destroyed: {error}"));
        KeyEnd::ByHand
    });
    Ended::Rewrapped { before, end }
}

/// The fewest and the most days that AWS KMS waits before it deletes a key (its API reference, `ScheduleKeyDeletion`).
const KMS_PENDING_DAYS: (u64, u64) = (7, 30);

impl Ended {
    /// Gives the provider's key that is destroyed, or will be by itself, and when.
    pub(super) fn destroyed(&self) -> Option<(&str, &KeyEnd)> {
        match self {
            Self::Rewrapped { before, end: end @ (KeyEnd::Destroyed | KeyEnd::Pending(_)) } => Some((before, end)),
            Self::Rewrapped { end: KeyEnd::ByHand, .. }
            | Self::Replaced(_)
            | Self::Beside(_)
            | Self::Same
            | Self::Unknown => None,
        }
    }

    /// Tells whether a file holds what it should: where it does not, another seal brings that about.
    pub(super) const fn is_whole(&self) -> bool {
        match self {
            Self::Replaced(_) | Self::Rewrapped { .. } | Self::Same => true,
            Self::Beside(_) | Self::Unknown => false,
        }
    }

    /// Says what may still open what a seal closed: an old copy of the ring, for whoever has the root of it. How long backups of
    /// the store are kept says nothing of copies of these files.
    pub(super) fn pending(&self, ring: &Path, config: &vault::Config, at: &jiff::Timestamp) -> Vec<String> {
        let ring = ring.display();
        match self {
            Self::Replaced(root) => vec![format!(
                "copies of {} from before this, together with copies of {ring}: they still hold the destroyed epochs; delete \
                 those of either. The root that is there now does not open them, and whoever reads another copy of that file needs \
                 it. What the disk kept of the file is not reached",
                root.display()
            )],
            Self::Beside(root) => vec![format!(
                "{} has the root of before beside the one that is there now, and copies of it: they open copies of {ring} from \
                 before this, which still hold the destroyed epochs; see that it can be written, seal again, and delete the copies",
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
            Self::Same | Self::Unknown => same(&ring.to_string(), config, at),
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

    /// The last write of a root's file, and any before it: neither is passed over as done.
    #[test]
    fn a_root_that_is_not_replaced_is_not_taken_for_one_that_is() {
        let (path, kind) = (PathBuf::from("epochs.root.json"), std::io::ErrorKind::StorageFull);
        let ring = Path::new("epochs.json");
        let beside = failed(KeyError::FormerRoot { path: path.clone(), kind }, ring);
        assert!(matches!(&beside, Ended::Beside(at) if *at == path) && !beside.is_whole(), "{beside:?}");
        let unknown = failed(KeyError::Unwritable { path: path.clone(), kind }, ring);
        assert!(matches!(unknown, Ended::Unknown) && !unknown.is_whole(), "{unknown:?}");
        assert!(Ended::Replaced(path).is_whole() && Ended::Same.is_whole());
        let config = vault::Config::of("memory:");
        let at = "2026-11-27T00:00:00Z".parse().unwrap();
        let [only] = unknown.pending(ring, &config, &at).try_into().unwrap();
        assert!(only.contains("copies of epochs.json from before this, together with its root"), "{only}");
    }

    #[test]
    fn a_receipt_says_what_became_of_the_root_of_before() {
        let config = vault::Config::of("memory:");
        let at = "2026-11-27T00:00:00Z".parse().unwrap();
        let of = |ended: &Ended| ended.pending(Path::new("epochs.json"), &config, &at);
        let [only] = of(&Ended::Replaced("epochs.root.json".into())).try_into().unwrap();
        assert!(only.contains("copies of epochs.root.json from before this") && only.contains("not reached"), "{only}");
        let [only] = of(&Ended::Beside("epochs.root.json".into())).try_into().unwrap();
        assert!(
            only.contains("epochs.root.json has the root of before beside") && only.contains("seal again"),
            "{only}"
        );
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

    /// A provider whose names lead to keys as the table says; it wraps by turning bytes round.
    #[derive(Debug)]
    struct Named {
        names: std::sync::Mutex<std::collections::BTreeMap<&'static str, &'static str>>,
        destroyed: std::sync::Mutex<Vec<String>>,
    }

    impl Named {
        fn of(names: &[(&'static str, &'static str)]) -> std::sync::Arc<Self> {
            let names = std::sync::Mutex::new(names.iter().copied().collect());
            std::sync::Arc::new(Self { names, destroyed: std::sync::Mutex::default() })
        }

        fn is(&self, name: &'static str, key: &'static str) {
            self.names.lock().unwrap().insert(name, key);
        }
    }

    impl Wrapper for Named {
        fn provider(&self) -> keys::Provider {
            keys::Provider::AwsKms
        }

        fn wrap_root(&self, key: &str, _: &str, root: &[u8; 32]) -> Result<keys::WrappedRoot, KeyError> {
            let turned: Vec<u8> = root.iter().rev().copied().collect();
            Ok(keys::WrappedRoot { key: key.to_owned(), ciphertext: data_encoding::HEXLOWER.encode(&turned) })
        }

        fn unwrap_root(&self, _: &str, _: &str, text: &str) -> Result<crate::model::Sensitive<[u8; 32]>, KeyError> {
            let mut root = data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
            root.reverse();
            Ok(crate::model::Sensitive::new(root.try_into().unwrap()))
        }

        fn identify(&self, key: &str) -> Result<KeyIdentity, KeyError> {
            let key = self.names.lock().unwrap().get(key).map(|key| KeyIdentity((*key).to_owned()));
            key.ok_or(KeyError::Provider { provider: "aws-kms", what: keys::ProviderFault::Unidentified })
        }

        fn destroy_key(&self, key: &str, _: PendingDays) -> Result<KeyEnd, KeyError> {
            self.destroyed.lock().unwrap().push(key.to_owned());
            Ok(KeyEnd::Destroyed)
        }
    }

    fn arguments(root_key: Option<&str>) -> SealArguments {
        SealArguments {
            config: PathBuf::new(),
            receipt_key: PathBuf::new(),
            wait: None,
            root_key: root_key.map(str::to_owned),
            keep_root: false,
            pending_days: None,
        }
    }

    /// A ring of epochs that is wrapped by `alias/a` of that provider.
    fn wrapped_by(folder: &Path, wrapper: &std::sync::Arc<Named>) -> FileSource {
        let ring = folder.join("epochs.json");
        keys::file::create_wrapped("epochs", &ring, (&**wrapper, "alias/a"), jiff::Timestamp::UNIX_EPOCH).unwrap();
        FileSource { ring, root: Root::Wrapped(wrapper.clone()) }
    }

    #[test]
    fn a_key_is_not_destroyed_that_is_needed_by_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let wrapper = Named::of(&[("alias/a", "1"), ("arn:1", "1"), ("alias/b", "2"), ("1", "1")]);
        let files = wrapped_by(folder.path(), &wrapper);
        let text = || std::fs::read(&files.ring).unwrap();
        let before = text();
        let of = |key: &str| NextRoot::of(&files, &Settings::default(), &arguments(Some(key)));
        for refused in ["alias/a", "arn:1", "1", "alias/unknown"] {
            assert!(matches!(of(refused), Err(Exit::Usage)), "{refused}");
        }
        // What a name leads to can change until the key is to go.
        let next = of("alias/b").unwrap();
        wrapper.is("alias/b", "1");
        assert!(matches!(next.replaced(&files, PendingDays::DEFAULT), Ended::Same));
        assert!(wrapper.destroyed.lock().unwrap().is_empty());
        assert_ne!(text(), before, "the ring is under a new root all the same");
        wrapper.is("alias/a", "2");
        let next = of("alias/a").unwrap();
        wrapper.is("alias/b", "3");
        let ended = next.replaced(&files, PendingDays::DEFAULT);
        assert!(matches!(&ended, Ended::Rewrapped { before, end: KeyEnd::ByHand } if before == "1"), "{ended:?}");
        assert!(wrapper.destroyed.lock().unwrap().is_empty());
        let next = of("alias/b").unwrap();
        let ended = next.replaced(&files, PendingDays::DEFAULT);
        assert!(
            matches!(&ended, Ended::Rewrapped { before, end: KeyEnd::Destroyed } if before == "alias/a"),
            "{ended:?}"
        );
        assert_eq!(*wrapper.destroyed.lock().unwrap(), ["alias/a"]);
    }

    #[test]
    fn a_root_in_a_file_is_kept_where_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, root) = (folder.path().join("epochs.json"), folder.path().join("epochs.root.json"));
        keys::file::create("epochs", &ring, &root, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let files = FileSource::parse(ring, None).unwrap();
        let of = |keep_root| {
            let arguments = SealArguments { keep_root, ..arguments(None) };
            NextRoot::of(&files, &Settings::default(), &arguments).unwrap().replaced(&files, PendingDays::DEFAULT)
        };
        let before = std::fs::read(&root).unwrap();
        assert!(matches!(of(true), Ended::Same));
        assert_eq!(std::fs::read(&root).unwrap(), before);
        assert!(matches!(of(false), Ended::Replaced(path) if path == root));
        assert_ne!(std::fs::read(&root).unwrap(), before);
    }
}
