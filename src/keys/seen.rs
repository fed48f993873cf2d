//! The newest version of each ring that this host has seen: an older one is not believed again.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::file::{sync, written};
use super::{KeyError, KeyRing};

/// A directory that keeps, for each ring, the highest version that was seen, and SHA-256 of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The directory; must exist, and should outlive the process.
    pub directory: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    version: u64,
    content: String,
}

impl Seen {
    /// Checks that a ring is none that was replaced, and notes it. A ring that was never seen is believed.
    ///
    /// # Errors
    /// Where its version is lower than one seen before, or the same with another content; or where what was seen cannot
    /// be read or written.
    pub fn check(&self, ring: &KeyRing) -> Result<(), KeyError> {
        let path = self.directory.join(format!("{}.seen.json", ring.name()));
        let unwritable = |error: std::io::Error| KeyError::Unwritable { path: path.clone(), kind: error.kind() };
        // Two processes that see two versions at once must not forget the higher.
        let lock = self.directory.join(format!(".{}.seen.lock", ring.name()));
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock);
        let lock = lock.map_err(unwritable)?;
        lock.lock().map_err(unwritable)?;
        let content = HEXLOWER.encode(ring.content());
        let noted = match std::fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(KeyError::Unreadable { path, kind: error.kind() }),
        };
        if let Some(bytes) = noted {
            let noted: Noted =
                serde_json::from_slice(&bytes).map_err(|_| KeyError::MalformedSeen { path: path.clone() })?;
            ring.at_least(noted.version)?;
            if ring.version() == noted.version {
                let same = noted.content == content;
                return if same { Ok(()) } else { Err(KeyError::Forked { version: noted.version }) };
            }
        }
        let noted = Noted { version: ring.version(), content };
        let mut text = serde_json::to_string(&noted).map_err(|_| KeyError::Refused)?;
        text.push('\n');
        let (file, directory) = written(&path, text.as_bytes(), 0o600)?;
        file.persist(&path).map_err(|error| unwritable(error.error))?;
        sync(&directory).map_err(unwritable)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Change, KeySource, file};
    use super::*;

    fn created() -> (tempfile::TempDir, file::FileSource, Seen) {
        let directory = tempfile::tempdir().unwrap();
        let files =
            file::FileSource { ring: directory.path().join("ring.json"), root: directory.path().join("root.json") };
        file::create("customer", &files, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let seen = Seen { directory: directory.path().to_owned() };
        (directory, files, seen)
    }

    #[test]
    fn an_older_ring_is_refused_once_a_newer_was_seen() {
        let (_directory, files, seen) = created();
        let old = std::fs::read(&files.ring).unwrap();
        seen.check(&files.open().unwrap()).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        for _ in 0..2 {
            seen.check(&files.open().unwrap()).unwrap();
        }
        std::fs::write(&files.ring, old).unwrap();
        let refused = seen.check(&files.open().unwrap()).unwrap_err().to_string();
        assert_eq!(refused, "the ring has version 1, and at least 2 is asked for");
    }

    #[test]
    fn another_ring_of_the_same_version_is_refused() {
        let (_directory, files, seen) = created();
        let first = std::fs::read(&files.ring).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        seen.check(&files.open().unwrap()).unwrap();
        std::fs::write(&files.ring, first).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let refused = seen.check(&files.open().unwrap());
        assert!(matches!(refused, Err(KeyError::Forked { version: 2 })));
    }

    #[test]
    fn what_was_seen_is_not_guessed() {
        let (directory, files, seen) = created();
        let note = directory.path().join("customer.seen.json");
        std::fs::write(&note, "{}").unwrap();
        assert!(matches!(seen.check(&files.open().unwrap()), Err(KeyError::MalformedSeen { .. })));
        let nowhere = Seen { directory: directory.path().join("missing") };
        assert!(matches!(nowhere.check(&files.open().unwrap()), Err(KeyError::Unwritable { .. })));
    }
}
