//! Another root for a ring, so that no copy of its file from before opens with what is there from now on.

use ring::rand::SystemRandom;

use super::document::RootReference;
use super::file::{FileSource, draw_secret, sync, written};
use super::place::read_private;
use super::root::root_text;
use super::{KeyError, Ledger, Place, Root};
use crate::model::Sensitive;

/// How a ring's root is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reroot<'k> {
    /// In its file.
    InFile,
    /// Wrapped by its provider under another key.
    Under(&'k str),
}

impl FileSource {
    /// Draws a new root, and seals all keys of the ring under it. Who opens the ring meanwhile may find file and root of two
    /// moments, and is refused once.
    ///
    /// A root's file holds both roots while the ring is replaced: whenever this ends, what is there opens.
    ///
    /// # Errors
    /// Where the ring cannot be opened or changed, its root is somewhere else than the way says, or cannot be replaced there.
    pub fn reroot(&self, way: Reroot<'_>) -> Result<Ledger, KeyError> {
        self.reroot_by(way, put)
    }

    /// Does it; `put` writes a root's file.
    fn reroot_by<P>(&self, way: Reroot<'_>, put: P) -> Result<Ledger, KeyError>
    where
        P: Fn(&std::path::Path, &[u8]) -> Result<(), KeyError>,
    {
        let root = draw_secret(&SystemRandom::new())?;
        match (way, &self.root) {
            (Reroot::Under(key), Root::Wrapped(wrapper)) => self.replace(|ledger| {
                let reference = RootReference::to(ledger.name(), &root, Some((&**wrapper, key)))?;
                ledger.reroot(&root, reference)
            }),
            (Reroot::InFile, Root::At(Place::File(path))) => {
                let path = path
                    .canonicalize()
                    .map_err(|error| KeyError::Unreadable { path: path.clone(), kind: error.kind() })?;
                let ledger = self.replace(|ledger| {
                    let reference = RootReference::to(ledger.name(), &root, None)?;
                    let former = self.former(&path, ledger)?;
                    put(&path, root_text(ledger.name(), &root, Some(&former)).as_bytes())?;
                    ledger.reroot(&root, reference)
                })?;
                put(&path, root_text(ledger.name(), &root, None).as_bytes()).map_err(|error| match error {
                    KeyError::Unwritable { path, kind } => KeyError::FormerRoot { path, kind },
                    other => other,
                })?;
                Ok(ledger)
            }
            (Reroot::InFile | Reroot::Under(_), Root::At(_) | Root::Wrapped(_) | Root::Unsaid) => {
                Err(KeyError::OtherRoot)
            }
        }
    }

    /// Gives the root under which the ring is: a change that was cut off may have left two.
    fn former(&self, path: &std::path::Path, ledger: &Ledger) -> Result<Sensitive<[u8; 32]>, KeyError> {
        let place = Place::File(path.to_owned());
        super::document::read_root(&read_private(path)?, ledger.name())
            .map_err(|error| error.in_root(&place))?
            .into_iter()
            .find(|root| ledger.is_under(root))
            .ok_or(KeyError::BadMac)
    }
}

/// Puts a file in the place of another, whole, with its mode.
fn put(path: &std::path::Path, content: &[u8]) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let unwritable = |kind| KeyError::Unwritable { path: path.to_owned(), kind };
    let mode = path.metadata().map_err(|error| unwritable(error.kind()))?.permissions().mode();
    let (file, directory) = written(path, content, 0o600 | (mode & 0o040))?;
    file.persist(path).map_err(|error| unwritable(error.error.kind()))?;
    sync(&directory).map_err(|error| unwritable(error.kind()))
}

#[cfg(test)]
mod tests {
    use super::super::file::create;
    use super::super::{Change, KeySource as _};
    use super::*;

    const NOW: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;

    #[test]
    fn what_was_before_opens_with_nothing_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (ring, root) = (path("c.json"), path("c.root.json"));
        let first = create("customer", &ring, &root, NOW).unwrap();
        let files = FileSource::parse(ring.clone(), None).unwrap();
        files.change(Change::Rotate, NOW).unwrap();
        let copy = std::fs::read(&ring).unwrap();
        let old_root = std::fs::read(&root).unwrap();
        let before = files.open().unwrap();
        let ledger = files.reroot(Reroot::InFile).unwrap();
        assert_eq!((ledger.version(), ledger.keys().count()), (3, 2));
        let after = files.open().unwrap();
        for id in [first, before.primary()] {
            let same = |ring: &super::super::KeyRing| ring.key(id).unwrap().material().to_owned();
            assert_eq!(same(&after), same(&before), "the keys are the same");
        }
        // The ring of before, with the root that is there; and that with the root of before, of which a copy was kept.
        let mixed = |ring: &[u8], root: &[u8]| super::super::open(ring, root).map(|ring| ring.version());
        let now = std::fs::read(&root).unwrap();
        assert!(matches!(mixed(&copy, &now), Err(KeyError::BadMac)));
        assert_eq!(mixed(&copy, &old_root).unwrap(), 2, "which is why copies of it must go");
        assert!(!String::from_utf8(now).unwrap().contains("former"));
        files.change(Change::Disable(first), NOW).unwrap();
        assert!(matches!(files.reroot(Reroot::Under("transit/x")), Err(KeyError::OtherRoot)));
    }

    /// A disk that is full by the second write: the ring moved already, and both roots stand in the file.
    #[test]
    fn a_root_of_before_that_cannot_be_taken_out_goes_with_the_next_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (ring, root) = (path("c.json"), path("c.root.json"));
        let first = create("customer", &ring, &root, NOW).unwrap();
        let files = FileSource::parse(ring.clone(), None).unwrap();
        let copy = std::fs::read(&ring).unwrap();
        let failing_at = |number: u32| {
            let written = std::cell::Cell::new(0);
            files.reroot_by(Reroot::InFile, |path, content| {
                written.set(written.get() + 1);
                if written.get() == number {
                    let kind = std::io::ErrorKind::StorageFull;
                    return Err(KeyError::Unwritable { path: path.to_owned(), kind });
                }
                put(path, content)
            })
        };
        let old_root = std::fs::read(&root).unwrap();
        assert!(matches!(failing_at(1), Err(KeyError::Unwritable { .. })));
        assert_eq!((std::fs::read(&ring).unwrap(), std::fs::read(&root).unwrap()), (copy.clone(), old_root));
        assert!(matches!(failing_at(2), Err(KeyError::FormerRoot { .. })), "it is told apart: the ring moved");
        let opened = files.open().unwrap();
        assert_eq!((opened.version(), opened.primary()), (2, first));
        let opens = |ring: &[u8]| super::super::open(ring, &std::fs::read(&root).unwrap()).map(|ring| ring.version());
        assert_eq!(opens(&copy).unwrap(), 1, "a copy of the ring opens with the file, as a receipt then says");
        assert_eq!(files.reroot(Reroot::InFile).unwrap().version(), 3);
        assert!(matches!(opens(&copy), Err(KeyError::BadMac)));
        assert!(!std::fs::read_to_string(&root).unwrap().contains("former"));
        assert_eq!(files.open().unwrap().primary(), first);
    }

    /// As after a crash: the root's file has both, and the ring is the one of before or the new one.
    #[test]
    fn a_change_that_was_cut_off_leaves_a_ring_that_opens() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (ring, root) = (path("c.json"), path("c.root.json"));
        let first = create("customer", &ring, &root, NOW).unwrap();
        let files = FileSource::parse(ring.clone(), None).unwrap();
        let (old_ring, old_root) = (std::fs::read(&ring).unwrap(), std::fs::read(&root).unwrap());
        files.reroot(Reroot::InFile).unwrap();
        let (new_ring, new_root) = (std::fs::read(&ring).unwrap(), std::fs::read(&root).unwrap());
        let one = |text: &[u8]| super::super::document::read_root(text, "customer").unwrap().remove(0);
        let both = root_text("customer", &one(&new_root), Some(&one(&old_root)));
        for text in [&old_ring, &new_ring] {
            std::fs::write(&ring, text).unwrap();
            std::fs::write(&root, both.as_bytes()).unwrap();
            assert_eq!(files.open().unwrap().primary(), first);
            files.reroot(Reroot::InFile).unwrap();
            assert!(!std::fs::read_to_string(&root).unwrap().contains("former"));
            assert_eq!(files.open().unwrap().primary(), first);
        }
    }
}
