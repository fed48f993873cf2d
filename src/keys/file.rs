//! Rings in files: the ring in one, its root in a second.
//!
//! The root stands beside the ring unless the policy says where: `customer.keyring.json` has `customer.root.json`
//! (the endings `.json` and `.keyring` give way to `.root.json`). Both are refused where others may reach them or the
//! group may write them. Links are followed, as mounted Kubernetes secrets need.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::document::{self, Secrets};
use super::place::{open_private, read_private};
use super::{Change, KeyError, KeyId, KeyRing, KeySource, Ledger, Place, Root, Wrapper};
use crate::model::Sensitive;

/// A ring file, and who gives its root.
#[derive(Debug, Clone)]
pub struct FileSource {
    /// The ring.
    pub ring: PathBuf,
    /// Its root.
    pub root: Root,
}

impl FileSource {
    /// Makes the source of a ring file; `root` is its root's reference, where that is not in the file beside it.
    ///
    /// # Errors
    /// Where the reference names nobody, a provider lacks what it needs, or the root is the same file.
    pub fn parse(ring: PathBuf, root: Option<&str>) -> Result<Self, KeyError> {
        let root = Root::parse(root, Some(default_root(&ring)))?;
        match &root {
            Root::At(Place::File(path)) if *path == ring => Err(KeyError::SameFile),
            _ => Ok(Self { ring, root }),
        }
    }
}

impl KeySource for FileSource {
    fn open(&self) -> Result<KeyRing, KeyError> {
        let ring =
            document::opened(&read_private(&self.ring)?, &self.root).map_err(|error| error.in_ring(&self.ring))?;
        Ok(ring.of_caution(self.root.caution()))
    }
}

impl FileSource {
    /// Opens the ring for those who look after its keys.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn ledger(&self) -> Result<Ledger, KeyError> {
        Ledger::open(&read_private(&self.ring)?, &self.root).map_err(|error| error.in_ring(&self.ring))
    }

    /// Changes the ring: the file appears whole, under its own name, with mode 0600 (0640 where the group could read
    /// it), or stays as it was. `now` is what the ring says of a new key's creation.
    ///
    /// A lock keeps two such changes apart. A file that was put there by other means while this one worked is not
    /// written over, but for the moment between the last look and the renaming.
    ///
    /// # Errors
    /// Where the ring cannot be opened, does not allow the change, is being changed, or cannot be written.
    pub fn change(&self, change: Change, now: jiff::Timestamp) -> Result<Ledger, KeyError> {
        let created = second(now)?;
        self.replace(|ledger| match change {
            Change::Rotate => {
                let (id, key) = draw_key()?;
                ledger.rotate(id, &key, &created)
            }
            Change::Enable(id) => ledger.enable(id),
            Change::Disable(id) => ledger.disable(id),
            Change::Destroy(id) => ledger.destroy(id),
        })
    }

    /// Replaces the file by what `act` makes of the ring.
    pub(super) fn replace(
        &self,
        act: impl FnOnce(&mut Ledger) -> Result<String, KeyError>,
    ) -> Result<Ledger, KeyError> {
        // A link stays one: what it leads to is replaced.
        let unreadable = |error: std::io::Error| KeyError::Unreadable { path: self.ring.clone(), kind: error.kind() };
        let path = self.ring.canonicalize().map_err(unreadable)?;
        let changed = || KeyError::Changed { path: self.ring.clone() };
        let held = open_private(&path)?;
        held.try_lock().map_err(|_| changed())?;
        let before = identity(&path)?;
        // Who waited for the lock of a file that is gone would change what nobody reads.
        if Identity::of(&held.metadata().map_err(unreadable)?) != before {
            return Err(changed());
        }
        let mut ledger = Ledger::open(&read_private(&path)?, &self.root).map_err(|error| error.in_ring(&self.ring))?;
        let text = act(&mut ledger)?;
        let (file, directory) = written(&path, text.as_bytes(), 0o600 | (before.mode & 0o040))?;
        if identity(&path)? != before {
            return Err(changed());
        }
        let unwritable = |kind| KeyError::Unwritable { path: self.ring.clone(), kind };
        file.persist(&path).map_err(|error| unwritable(error.error.kind()))?;
        sync(&directory).map_err(|error| unwritable(error.kind()))?;
        Ok(ledger)
    }
}

/// What tells whether a file is still the same one, with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    len: u64,
    modified: (i64, i64),
    mode: u32,
}

impl Identity {
    fn of(about: &std::fs::Metadata) -> Self {
        Self {
            device: about.dev(),
            inode: about.ino(),
            len: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
            mode: about.permissions().mode() & 0o7777,
        }
    }
}

fn identity(path: &Path) -> Result<Identity, KeyError> {
    let about = path.metadata();
    about.map(|about| Identity::of(&about)).map_err(|_| KeyError::Changed { path: path.to_owned() })
}

/// Tells where the root of a ring file stands if nobody says: beside it.
pub fn default_root(ring: &Path) -> PathBuf {
    let name = ring.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.strip_suffix(".json").unwrap_or(&name);
    let stem = stem.strip_suffix(".keyring").unwrap_or(stem);
    ring.with_file_name(format!("{stem}.root.json"))
}

/// Makes a ring of one key and its root, each a new file of mode 0600, and gives the key's id.
///
/// Both appear whole or not at all, and no existing file is written over. `now` is what the ring says of its creation.
///
/// # Errors
/// Where a file stands there already, or cannot be written.
pub fn create(name: &str, ring: &Path, root: &Path, now: jiff::Timestamp) -> Result<KeyId, KeyError> {
    if ring == root {
        return Err(KeyError::SameFile);
    }
    free(ring)?;
    free(root)?;
    let secrets = draw()?;
    let new = document::write(name, &second(now)?, &secrets, None)?;
    let text = new.root.ok_or(KeyError::Refused)?;
    place(root, text.as_bytes())?;
    place(ring, new.ring.as_bytes()).inspect_err(|_| {
        // A root without its ring opens nothing; leaving it would only block the next attempt.
        let _ = std::fs::remove_file(root);
    })?;
    Ok(secrets.id)
}

/// Makes a ring of one key in a new file of mode 0600, its root wrapped under a provider's key; gives the key's id.
///
/// # Errors
/// Where a file stands there already, or cannot be written, or the provider does not give back what it wrapped.
pub fn create_wrapped(
    name: &str,
    ring: &Path,
    (wrapper, key): (&dyn Wrapper, &str),
    now: jiff::Timestamp,
) -> Result<KeyId, KeyError> {
    free(ring)?;
    let secrets = draw()?;
    let new = document::write(name, &second(now)?, &secrets, Some((wrapper, key)))?;
    place(ring, new.ring.as_bytes())?;
    Ok(secrets.id)
}

/// Checks that nothing stands at a path.
fn free(path: &Path) -> Result<(), KeyError> {
    if path.symlink_metadata().is_ok() { Err(KeyError::Exists { path: path.to_owned() }) } else { Ok(()) }
}

/// Spells a time to the second.
fn second(now: jiff::Timestamp) -> Result<String, KeyError> {
    jiff::Timestamp::from_second(now.as_second()).map(|now| now.to_string()).map_err(|_| KeyError::Refused)
}

/// Draws the secrets of a new ring from the system.
fn draw() -> Result<Secrets, KeyError> {
    let (id, key) = draw_key()?;
    Ok(Secrets { root: draw_secret(&SystemRandom::new())?, id, key })
}

pub(super) fn draw_secret(random: &SystemRandom) -> Result<Sensitive<[u8; 32]>, KeyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    random.fill(bytes.as_mut()).map_err(|_| KeyError::Refused)?;
    Ok(Sensitive::new(*bytes))
}

/// Draws a ring key and its id from the system.
fn draw_key() -> Result<(KeyId, Sensitive<[u8; 32]>), KeyError> {
    let random = SystemRandom::new();
    let id = loop {
        let mut id = [0; 4];
        random.fill(&mut id).map_err(|_| KeyError::Refused)?;
        let id = KeyId(id);
        // YAML would read `12345678` and `1e234567` as numbers; every id has a letter that keeps it a text.
        if id.to_string().contains(['a', 'b', 'c', 'd', 'f']) {
            break id;
        }
    };
    Ok((id, draw_secret(&random)?))
}

/// Writes a new file of mode 0600: whole, on the disk, and only where none stands.
fn place(path: &Path, content: &[u8]) -> Result<(), KeyError> {
    let unwritable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
        kind => KeyError::Unwritable { path: path.to_owned(), kind },
    };
    let (file, directory) = written(path, content, 0o600)?;
    file.persist_noclobber(path).map_err(|error| unwritable(error.error))?;
    sync(&directory).map_err(unwritable)
}

/// Writes a file without a lasting name beside `path`, whole and on the disk; gives the directory, too.
pub(super) fn written(path: &Path, content: &[u8], mode: u32) -> Result<(NamedTempFile, PathBuf), KeyError> {
    let unwritable = |error: std::io::Error| KeyError::Unwritable { path: path.to_owned(), kind: error.kind() };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = NamedTempFile::new_in(directory).map_err(unwritable)?;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).map_err(unwritable)?;
    file.write_all(content).map_err(unwritable)?;
    file.as_file().sync_all().map_err(unwritable)?;
    Ok((file, directory.to_owned()))
}

/// Waits until a new name in a directory is on the disk.
pub(super) fn sync(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring and its root, both in files.
    #[derive(Debug, Clone)]
    struct Files {
        ring: PathBuf,
        root: PathBuf,
    }

    impl Files {
        fn source(&self) -> FileSource {
            FileSource { ring: self.ring.clone(), root: Root::At(Place::File(self.root.clone())) }
        }

        fn open(&self) -> Result<KeyRing, KeyError> {
            self.source().open()
        }

        fn create(&self) -> Result<KeyId, KeyError> {
            create("customer", &self.ring, &self.root, jiff::Timestamp::UNIX_EPOCH)
        }
    }

    fn files(directory: &Path) -> Files {
        Files { ring: directory.join("customer.keyring.json"), root: directory.join("customer.root.json") }
    }

    fn created() -> (tempfile::TempDir, Files, KeyId) {
        let directory = tempfile::tempdir().unwrap();
        let files = files(directory.path());
        let id = files.create().unwrap();
        (directory, files, id)
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_is_created_opens() {
        let (_directory, files, id) = created();
        let from = format!("file:{}", files.ring.display());
        let ring = super::super::source(&from, None).unwrap().open().unwrap();
        assert_eq!((ring.name(), ring.primary()), ("customer", id));
        assert!(ring.key(id).is_ok());
        assert_eq!((mode(&files.ring), mode(&files.root)), (0o600, 0o600));
        assert!(std::fs::read_to_string(&files.ring).unwrap().contains("1970-01-01T00:00:00Z"));
    }

    /// Wraps by turning bytes round, which is enough to see who is asked what.
    #[derive(Debug)]
    struct Turning(std::sync::atomic::AtomicU32);

    impl Wrapper for Turning {
        fn provider(&self) -> super::super::Provider {
            super::super::Provider::AwsKms
        }

        fn wrap_root(&self, key: &str, ring: &str, root: &[u8; 32]) -> Result<super::super::WrappedRoot, KeyError> {
            let turned: Vec<u8> = root.iter().rev().copied().collect();
            let ciphertext = format!("{ring}:{}", data_encoding::HEXLOWER.encode(&turned));
            Ok(super::super::WrappedRoot { key: key.to_owned(), ciphertext })
        }

        fn unwrap_root(&self, _: &str, ring: &str, ciphertext: &str) -> Result<Sensitive<[u8; 32]>, KeyError> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let hex = ciphertext.strip_prefix(&format!("{ring}:")).unwrap();
            let mut root = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
            root.reverse();
            Ok(Sensitive::new(root.try_into().unwrap()))
        }
    }

    #[test]
    fn a_wrapped_root_is_in_the_ring_and_is_asked_for_once_a_load() {
        let (directory, _, _) = created();
        let ring = directory.path().join("wrapped.keyring.json");
        let wrapper = std::sync::Arc::new(Turning(0.into()));
        let now = jiff::Timestamp::UNIX_EPOCH;
        let id = create_wrapped("wrapped", &ring, (&*wrapper, "alias/privet"), now).unwrap();
        let source = FileSource { ring: ring.clone(), root: Root::Wrapped(wrapper.clone()) };
        let asked = || wrapper.0.swap(0, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(asked(), 1, "what was wrapped is seen to come back");
        assert_eq!(source.open().unwrap().primary(), id);
        assert_eq!(asked(), 1);
        source.change(Change::Rotate, now).unwrap();
        assert_eq!((source.open().unwrap().version(), asked()), (2, 2));
        let text = std::fs::read_to_string(&ring).unwrap();
        assert!(text.contains("\"aws-kms\"") && text.contains("alias/privet"), "{text}");
        let refused = |source: &FileSource| source.open().unwrap_err().to_string();
        let beside = FileSource::parse(ring.clone(), None).unwrap();
        assert!(refused(&beside).contains("is wrapped by aws-kms"));
        // Who can write the document can name another key, and no more than that.
        std::fs::write(&ring, text.replace("alias/privet", "alias/other")).unwrap();
        assert!(matches!(source.open(), Err(KeyError::BadMac)));
        std::fs::write(&ring, text.replace("aws-kms", "google-kms")).unwrap();
        assert!(refused(&source).contains("held by `google-kms`, and `root` says `aws-kms`"));
        for (from, to) in [("\"aws-kms\"", "\"file\""), ("\"key\": \"alias/privet\",", ""), ("\"aws-kms\"", "\"x\"")] {
            assert!(text.contains(from));
            std::fs::write(&ring, text.replace(from, to)).unwrap();
            let said = refused(&source);
            assert!(said.contains("contradicts itself") || said.contains("malformed"), "{to}: {said}");
        }
    }

    #[test]
    fn a_root_in_the_environment_or_a_descriptor_is_one() {
        use std::os::fd::AsRawFd;
        let (_directory, files, id) = created();
        let root = File::open(&files.root).unwrap();
        let from = format!("file:{}", files.ring.display());
        let opened = |root: &str| super::super::source(&from, Some(root)).unwrap().open();
        for _ in 0..2 {
            let ring = opened(&format!("fd:{}", root.as_raw_fd())).unwrap();
            assert_eq!((ring.primary(), ring.caution()), (id, None));
        }
        assert!(matches!(opened("env:PRIVET_NO_SUCH_ROOT"), Err(KeyError::NotSet(_))));
        let said = Root::parse(Some("env:ROOT"), None).unwrap().caution().unwrap();
        assert!(said.contains("for development only"));
    }

    #[test]
    fn two_rings_share_nothing() {
        let (first, second) = (created(), created());
        assert_ne!(first.2, second.2);
        let mixed = Files { ring: first.1.ring, root: second.1.root };
        assert!(matches!(mixed.open(), Err(KeyError::BadMac)));
    }

    #[test]
    fn nothing_is_written_over() {
        let (directory, files, _) = created();
        let before = std::fs::read(&files.ring).unwrap();
        let elsewhere = directory.path().join("other.json");
        for taken in [
            files.clone(),
            Files { root: elsewhere.clone(), ..files.clone() },
            Files { ring: elsewhere.clone(), ..files.clone() },
        ] {
            let refused = taken.create();
            assert!(matches!(refused, Err(KeyError::Exists { .. })), "{taken:?}");
            assert!(!elsewhere.exists());
        }
        assert_eq!(std::fs::read(&files.ring).unwrap(), before);
        assert!(matches!(place(&files.ring, b"x"), Err(KeyError::Exists { .. })), "not even in a race");
    }

    #[test]
    fn a_ring_that_cannot_be_written_leaves_no_root() {
        let directory = tempfile::tempdir().unwrap();
        let files =
            Files { ring: directory.path().join("missing/ring.json"), root: directory.path().join("root.json") };
        let refused = files.create();
        assert!(matches!(refused, Err(KeyError::Unwritable { .. })));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn files_that_others_reach_are_refused() {
        let (_directory, files, _) = created();
        for path in [&files.ring, &files.root] {
            for allowed in [0o400, 0o440, 0o600, 0o640] {
                set_mode(path, allowed);
                assert!(files.open().is_ok(), "{allowed:o}");
            }
            for refused in [0o644, 0o604, 0o660, 0o620, 0o602, 0o601, 0o777] {
                set_mode(path, refused);
                assert!(matches!(files.open(), Err(KeyError::TooOpen { mode, .. }) if mode == refused), "{refused:o}");
            }
            set_mode(path, 0o600);
        }
    }

    #[test]
    fn links_are_followed_to_what_is_checked() {
        let (directory, files, _) = created();
        let link = directory.path().join("mounted.keyring.json");
        std::os::unix::fs::symlink(&files.ring, &link).unwrap();
        let linked = Files { ring: link, root: files.root.clone() };
        assert!(linked.open().is_ok());
        set_mode(&files.ring, 0o644);
        assert!(matches!(linked.open(), Err(KeyError::TooOpen { .. })));
    }

    #[test]
    fn what_is_not_a_file_is_refused() {
        let (directory, files, _) = created();
        let odd = Files { ring: directory.path().to_owned(), root: files.root.clone() };
        assert!(matches!(odd.open(), Err(KeyError::NotAFile { .. })));
        let missing = Files { ring: directory.path().join("no"), ..files.clone() };
        assert_eq!(
            missing.open().unwrap_err().to_string(),
            format!("cannot read {}: there is no such file", crate::model::ToldPath(&missing.ring))
        );
        std::fs::write(&files.ring, vec![b' '; 1024 * 1024 + 1]).unwrap();
        assert!(matches!(files.open(), Err(KeyError::NotAFile { .. })));
    }

    #[test]
    fn the_root_stands_beside_its_ring_unless_told() {
        for (ring, root) in [
            ("/run/secrets/customer.keyring.json", "/run/secrets/customer.root.json"),
            ("customer.json", "customer.root.json"),
            ("keys/customer", "keys/customer.root.json"),
        ] {
            assert_eq!(default_root(Path::new(ring)), Path::new(root));
        }
        assert!(FileSource::parse("a".into(), Some("file:b")).is_ok());
        assert!(matches!(FileSource::parse("a".into(), Some("file:a")), Err(KeyError::SameFile)));
        assert!(matches!(FileSource::parse("a".into(), Some("b")), Err(KeyError::UnknownRoot)));
        assert!(matches!(super::super::source("/path", None), Err(KeyError::UnknownProvider)));
        assert!(matches!(super::super::source("vault:x", None), Err(KeyError::UnknownProvider)));
        assert!(matches!(super::super::source("env:RING", None).unwrap().open(), Err(KeyError::NotSet(_))));
        let unknown = FileSource::parse("a".into(), Some("vault-transit:adress=https://vault")).unwrap_err();
        assert!(unknown.to_string().contains("of address, token_file"), "{unknown}");
        #[cfg(not(feature = "aws-kms"))]
        assert!(matches!(FileSource::parse("a".into(), Some("aws-kms:")), Err(KeyError::NoFeature("aws-kms"))));
    }

    fn changed(files: &Files, change: Change) -> Result<Ledger, KeyError> {
        files.source().change(change, jiff::Timestamp::UNIX_EPOCH)
    }

    /// Of keys made within one second, whose times are spelled alike, the first is the eldest, whatever their ids.
    #[test]
    fn rotations_within_a_second_leave_the_eldest() {
        let (_directory, files, eldest) = created();
        for _ in 0..8 {
            files.source().change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
            assert_eq!(files.open().unwrap().eldest(), eldest);
        }
    }

    /// A host whose clock is slow makes no key older than those before it.
    #[test]
    fn a_slow_clock_leaves_the_order_of_keys() {
        let (_directory, files, eldest) = created();
        for earlier in [60, 120] {
            let now = jiff::Timestamp::UNIX_EPOCH - jiff::SignedDuration::from_secs(earlier);
            let ledger = files.source().change(Change::Rotate, now).unwrap();
            let ring = files.open().unwrap();
            assert_eq!((ring.eldest(), ring.ages().last()), (eldest, Some(&ledger.primary())));
        }
    }

    #[test]
    fn a_rotation_is_a_new_version_of_the_file() {
        let (directory, files, old) = created();
        let ledger = changed(&files, Change::Rotate).unwrap();
        let ring = files.open().unwrap();
        assert_eq!((ring.version(), ring.primary()), (2, ledger.primary()));
        assert_ne!(ring.primary(), old);
        assert!(ring.key(old).is_ok(), "the old key reads on");
        assert_eq!(mode(&files.ring), 0o600);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "nothing is left beside them");
    }

    #[test]
    fn a_group_that_reads_the_ring_reads_the_next_one() {
        let (_directory, files, _) = created();
        for (before, after) in [(0o640, 0o640), (0o440, 0o640), (0o400, 0o600)] {
            set_mode(&files.ring, before);
            changed(&files, Change::Rotate).unwrap();
            assert_eq!(mode(&files.ring), after);
        }
        set_mode(&files.ring, 0o644);
        assert!(matches!(changed(&files, Change::Rotate), Err(KeyError::TooOpen { .. })));
    }

    #[test]
    fn a_link_stays_a_link() {
        let (directory, files, _) = created();
        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink(&files.ring, &link).unwrap();
        let linked = Files { ring: link.clone(), ..files.clone() };
        changed(&linked, Change::Rotate).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(files.open().unwrap().version(), 2);
    }

    #[test]
    fn two_changes_at_once_never_lose_one() {
        let (_directory, files, _) = created();
        let done = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..25).filter(|_| changed(&files, Change::Rotate).is_ok()).count()))
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
        });
        let ledger = files.source().ledger().unwrap();
        assert!(done > 0);
        assert_eq!(
            (ledger.version(), ledger.keys().count()),
            (1 + done as u64, 1 + done),
            "each that was said is there"
        );
    }

    #[test]
    fn who_holds_the_ring_holds_others_off() {
        let (_directory, files, _) = created();
        let held = File::open(&files.ring).unwrap();
        held.lock().unwrap();
        let refused = changed(&files, Change::Rotate).unwrap_err();
        assert!(refused.to_string().contains("being changed by somebody else"), "{refused}");
        assert_eq!(files.open().unwrap().version(), 1);
    }
}
