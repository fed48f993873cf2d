//! Output files: written aside, and put in their place when they are complete.

use super::packing::{Packed, Packing};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::NamedTempFile;

/// What a new file may be at most; the process's umask narrows it.
const MODE: u32 = 0o666;

/// A folder that cannot take the output.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Two inputs would be written under one name.
    #[error("{} and {} would both be written as {}", one.display(), other.display(), output.display())]
    SameName {
        /// The first input.
        one: PathBuf,
        /// The second.
        other: PathBuf,
        /// The one name.
        output: PathBuf,
    },
    /// The output would replace an input.
    #[error("{} would be written over its input; choose another folder", output.display())]
    OverInput {
        /// The name of both.
        output: PathBuf,
    },
    /// An input that has no name of its own.
    #[error("{} has no name to be written under; use standard output", .0.display())]
    NoName(PathBuf),
    /// The folder cannot be made or read.
    #[error("{}: {error}", directory.display())]
    Directory {
        /// The folder.
        directory: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// Where each input's output goes inside one folder.
#[derive(Debug, Clone)]
pub struct Places {
    directory: PathBuf,
    /// Files that are being written aside. Taken once for each file, never for a record.
    aside: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Places {
    /// Makes the folder if it is not there, and checks that every input has a name of its own there and that none is
    /// an input.
    ///
    /// # Errors
    /// All that [`PlaceError`] lists.
    pub fn new(directory: PathBuf, inputs: &[PathBuf]) -> Result<Self, PlaceError> {
        let places = Self { directory, aside: Arc::default() };
        let mut taken: BTreeMap<&OsStr, &PathBuf> = BTreeMap::new();
        let identities: Vec<(u64, u64)> = inputs.iter().filter_map(|path| identity(path)).collect();
        for input in inputs {
            let name = input.file_name().ok_or_else(|| PlaceError::NoName(input.clone()))?;
            let output = places.directory.join(name);
            if let Some(one) = taken.insert(name, input) {
                return Err(PlaceError::SameName { one: one.clone(), other: input.clone(), output });
            }
            if identity(&output).is_some_and(|identity| identities.contains(&identity)) {
                return Err(PlaceError::OverInput { output });
            }
        }
        std::fs::create_dir_all(&places.directory)
            .map_err(|error| PlaceError::Directory { directory: places.directory.clone(), error })?;
        Ok(places)
    }

    /// Begins the output of one input.
    ///
    /// # Errors
    /// Where the folder takes no new file.
    pub fn begin(&self, input: &Path) -> io::Result<Pending> {
        let name = input.file_name().unwrap_or_default();
        let mut prefix = OsStr::new(".").to_owned();
        prefix.push(name);
        prefix.push(".");
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".partial")
            .permissions(std::fs::Permissions::from_mode(MODE))
            .tempfile_in(&self.directory)?;
        let aside = Aside { path: file.path().to_owned(), all: Arc::clone(&self.aside) };
        self.aside.lock().unwrap_or_else(PoisonError::into_inner).insert(aside.path.clone());
        let writer = Packed::new(BufWriter::new(file), Packing::of_name(input))?;
        Ok(Pending { writer, target: self.directory.join(name), aside })
    }

    /// Removes what is being written aside: for who ends the process from another thread.
    pub fn abandon(&self) {
        for path in self.aside.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            std::fs::remove_file(path).ok();
        }
    }
}

/// A file that is being written aside; dropped before [`Pending::complete`], it leaves nothing.
pub struct Pending {
    writer: Packed<BufWriter<NamedTempFile>>,
    target: PathBuf,
    aside: Aside,
}

/// A file that is being written aside, listed while it is.
struct Aside {
    path: PathBuf,
    all: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.path);
    }
}

impl Pending {
    /// Makes the file durable and gives it its name, replacing what bore it.
    ///
    /// # Errors
    /// Where writing or renaming fails; nothing is left then.
    pub fn complete(self) -> io::Result<()> {
        let file = self.writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(&self.target).map_err(|error| error.error)?;
        drop(self.aside);
        Ok(())
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|data| (data.dev(), data.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_only_when_complete() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("new/out");
        let places = Places::new(output.clone(), &[PathBuf::from("a.txt")]).unwrap();
        let mut pending = places.begin(Path::new("a.txt")).unwrap();
        pending.write_all(b"half").unwrap();
        assert!(!output.join("a.txt").exists());
        drop(pending);
        assert_eq!(names(&output), Vec::<String>::new(), "what is given up leaves nothing");
        let mut pending = places.begin(Path::new("a.txt")).unwrap();
        pending.write_all(b"whole").unwrap();
        pending.complete().unwrap();
        assert_eq!(names(&output), ["a.txt"]);
        assert_eq!(std::fs::read(output.join("a.txt")).unwrap(), b"whole");
    }

    #[test]
    fn an_input_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("a.txt");
        std::fs::write(&input, "input").unwrap();
        let error = Places::new(folder.path().to_path_buf(), std::slice::from_ref(&input)).unwrap_err();
        assert!(matches!(error, PlaceError::OverInput { .. }), "{error}");
        // The same file by another road: a link in the output folder, and an input named by another input's output.
        let links = folder.path().join("links");
        std::fs::create_dir(&links).unwrap();
        std::fs::hard_link(&input, links.join("a.txt")).unwrap();
        let error = Places::new(links, &[input]).unwrap_err();
        assert!(matches!(error, PlaceError::OverInput { .. }), "{error}");
    }

    #[test]
    fn two_inputs_of_one_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = [PathBuf::from("x/a.txt"), PathBuf::from("y/a.txt")];
        let error = Places::new(folder.path().join("out"), &inputs).unwrap_err();
        assert!(matches!(error, PlaceError::SameName { .. }), "{error}");
        assert!(!folder.path().join("out").exists());
        let error = Places::new(folder.path().join("out"), &[PathBuf::from("..")]).unwrap_err();
        assert!(matches!(error, PlaceError::NoName(_)), "{error}");
    }
}
