//! The newest version of each ring that this host has seen: an older one is not believed again.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::file::{sync, written};
use super::{KeyError, KeyRing, LeastBy};

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
    /// Checks that a ring is none that was replaced; a ring that was never seen is believed. Nothing is noted: that is
    /// for when the ring is used.
    ///
    /// # Errors
    /// Where its version is lower than one seen before, or the same with another content; or where what was seen cannot
    /// be read.
    pub fn check(&self, sighting: &Sighting) -> Result<(), KeyError> {
        self.compare(sighting).map(|_| ())
    }

    /// Checks a ring once more, and notes it.
    ///
    /// # Errors
    /// As [`Seen::check`], and where what was seen cannot be written.
    pub fn note(&self, sighting: &Sighting) -> Result<(), KeyError> {
        let path = self.path(sighting);
        if !self.directory.is_dir() {
            return Err(KeyError::NoStateDirectory { path: self.directory.clone() });
        }
        let unwritable = |error: std::io::Error| KeyError::Unwritable { path: path.clone(), kind: error.kind() };
        // Two processes that see two versions at once must not forget the higher.
        let lock = self.directory.join(format!(".{}.seen.lock", sighting.ring));
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock);
        let lock = lock.map_err(unwritable)?;
        lock.lock().map_err(unwritable)?;
        if self.compare(sighting)? == Known::Already {
            return Ok(());
        }
        let text = noted(sighting)?;
        let (file, directory) = written(&path, text.as_bytes(), 0o600)?;
        file.persist(&path).map_err(|error| unwritable(error.error))?;
        sync(&directory).map_err(unwritable)
    }

    /// Checks that a newer version could be noted here, and leaves nothing.
    ///
    /// # Errors
    /// Where nothing can be written in the directory.
    pub fn has_room(&self, sighting: &Sighting) -> Result<(), KeyError> {
        let text = noted(&Sighting { version: u64::MAX, ..sighting.clone() })?;
        written(&self.path(sighting), text.as_bytes(), 0o600).map(drop)
    }

    fn path(&self, sighting: &Sighting) -> PathBuf {
        self.directory.join(format!("{}.seen.json", sighting.ring))
    }

    fn compare(&self, sighting: &Sighting) -> Result<Known, KeyError> {
        let path = self.path(sighting);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            // A directory that is not there keeps nothing.
            Err(_) if !self.directory.is_dir() => {
                return Err(KeyError::NoStateDirectory { path: self.directory.clone() });
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Known::Newer),
            Err(error) => return Err(KeyError::Unreadable { path, kind: error.kind() }),
        };
        let noted: Noted = serde_json::from_slice(&bytes).map_err(|_| KeyError::MalformedSeen { path })?;
        if sighting.version < noted.version {
            let by = LeastBy::Seen(self.directory.clone());
            return Err(KeyError::RolledBack { found: sighting.version, least: noted.version, by });
        }
        if sighting.version > noted.version {
            return Ok(Known::Newer);
        }
        let same = noted.content == HEXLOWER.encode(&sighting.content);
        if same { Ok(Known::Already) } else { Err(KeyError::Forked { version: noted.version }) }
    }
}

/// Spells what is kept of a ring.
fn noted(sighting: &Sighting) -> Result<String, KeyError> {
    let noted = Noted { version: sighting.version, content: HEXLOWER.encode(&sighting.content) };
    serde_json::to_string(&noted).map(|text| text + "\n").map_err(|_| KeyError::Refused)
}

/// A ring that passes: name, version and SHA-256 of its document, and no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    ring: String,
    version: u64,
    content: [u8; 32],
}

impl Sighting {
    /// Puts together what a store kept of a ring.
    pub const fn of(ring: String, version: u64, content: [u8; 32]) -> Self {
        Self { ring, version, content }
    }

    /// Gives the ring's name.
    pub fn ring(&self) -> &str {
        &self.ring
    }

    /// Gives its version.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Gives SHA-256 of its document.
    pub const fn content(&self) -> &[u8; 32] {
        &self.content
    }

    /// Checks that a ring is none older than this that was used before it.
    ///
    /// # Errors
    /// Where its version is lower, or the same with another content.
    pub fn followed_by(&self, next: &Self) -> Result<(), KeyError> {
        self.before(next, LeastBy::Running)
    }

    /// Checks that a ring is none older than this, of which `by` knows.
    ///
    /// # Errors
    /// Where its version is lower, or the same with another content.
    pub fn before(&self, next: &Self, by: LeastBy) -> Result<(), KeyError> {
        if next.version < self.version {
            return Err(KeyError::RolledBack { found: next.version, least: self.version, by });
        }
        let forked = next.version == self.version && next.content != self.content;
        if forked { Err(KeyError::Forked { version: self.version }) } else { Ok(()) }
    }
}

impl From<&KeyRing> for Sighting {
    fn from(ring: &KeyRing) -> Self {
        Self { ring: ring.name().to_owned(), version: ring.version(), content: *ring.content() }
    }
}

/// What comparing a ring with what was seen gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Already,
    Newer,
}

#[cfg(test)]
mod tests {
    use super::super::{Change, KeySource, file};
    use super::*;
    use crate::model::ToldPath;

    fn created() -> (tempfile::TempDir, file::FileSource, Seen) {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        file::create("customer", &at("ring.json"), &at("root.json"), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let reference = format!("file:{}", at("root.json").display());
        let files = file::FileSource::parse(at("ring.json"), Some(&reference)).unwrap();
        let seen = Seen { directory: directory.path().to_owned() };
        (directory, files, seen)
    }

    fn sighting(files: &file::FileSource) -> Sighting {
        Sighting::from(&files.open().unwrap())
    }

    #[test]
    fn whether_anything_could_be_noted_is_known_before_it_must_be() {
        let (directory, files, seen) = created();
        let names = || {
            let mut all: Vec<_> = std::fs::read_dir(directory.path()).unwrap().map(|one| one.unwrap().path()).collect();
            all.sort();
            all
        };
        let before = names();
        seen.has_room(&sighting(&files)).unwrap();
        assert_eq!(names(), before, "nothing is left");
        // Nobody makes files there, not even root.
        let nowhere = Seen { directory: "/proc/self".into() };
        let failed = nowhere.has_room(&sighting(&files));
        assert!(matches!(failed, Err(KeyError::Unwritable { .. })), "{failed:?}");
    }

    #[test]
    fn what_is_only_looked_at_is_not_noted() {
        let (directory, files, seen) = created();
        seen.check(&sighting(&files)).unwrap();
        assert!(!directory.path().join("customer.seen.json").exists());
        let first = sighting(&files);
        seen.note(&first).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        seen.check(&sighting(&files)).unwrap();
        seen.check(&first).unwrap();
        seen.note(&sighting(&files)).unwrap();
        assert!(matches!(seen.note(&first), Err(KeyError::RolledBack { found: 1, least: 2, by: LeastBy::Seen(_) })));
    }

    #[test]
    fn an_older_ring_is_refused_once_a_newer_was_seen() {
        let (_directory, files, seen) = created();
        let old = std::fs::read(&files.ring).unwrap();
        seen.note(&sighting(&files)).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        for _ in 0..2 {
            seen.note(&sighting(&files)).unwrap();
        }
        std::fs::write(&files.ring, old).unwrap();
        let refused = seen.check(&sighting(&files)).unwrap_err().to_string();
        let by = format!(": {} says that it was seen", ToldPath(&seen.directory));
        assert_eq!(refused, format!("the ring has version 1, and at least 2 is asked for{by}"));
    }

    #[test]
    fn another_ring_of_the_same_version_is_refused() {
        let (_directory, files, seen) = created();
        let first = std::fs::read(&files.ring).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        seen.note(&sighting(&files)).unwrap();
        std::fs::write(&files.ring, first).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let refused = seen.check(&sighting(&files));
        assert!(matches!(refused, Err(KeyError::Forked { version: 2 })));
    }

    #[test]
    fn what_was_seen_is_not_guessed() {
        let (directory, files, seen) = created();
        let note = directory.path().join("customer.seen.json");
        std::fs::write(&note, "{}").unwrap();
        assert!(matches!(seen.check(&sighting(&files)), Err(KeyError::MalformedSeen { .. })));
        let nowhere = Seen { directory: directory.path().join("missing") };
        assert!(matches!(nowhere.check(&sighting(&files)), Err(KeyError::NoStateDirectory { .. })));
    }
}
