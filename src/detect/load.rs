//! Where recognizer files come from, and what is wrong with them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::builtin;

/// One fault of a recognizer file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LoadError {
    /// The file.
    pub file: String,
    /// The line, from 1; none where the fault has no line of its own.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Who vouches for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// It is built in; what it claims was measured by the tests.
    Us,
    /// It is a user's; what it claims is measured when it is loaded.
    User,
}

/// A recognizer file's name and text.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) maker: Maker,
    pub(super) name: String,
    pub(super) text: String,
}

/// Files that one directory may hold; the built-in set and a country's own fit many times over.
const FILES_MAX: usize = 1000;
/// Bytes of one file.
const FILE_MAX: u64 = 64 * 1024;

/// Gives the built-in files.
pub(super) fn builtin() -> Vec<SourceFile> {
    let file =
        |file: &builtin::File| SourceFile { maker: Maker::Us, name: file.name.to_owned(), text: file.text.to_owned() };
    builtin::FILES.iter().map(file).collect()
}

/// Reads the `*.yaml` and `*.yml` files of a directory and of the directories in it, in the order of their names.
///
/// # Errors
/// What cannot be read, or is too much.
pub(super) fn directory(root: &Path) -> Result<Vec<SourceFile>, Vec<LoadError>> {
    let mut errors = Vec::new();
    let mut paths = Vec::new();
    list(root, Depth::Top, &mut paths, &mut errors);
    paths.sort();
    if paths.len() > FILES_MAX {
        errors.push(wrong(root, format!("holds more than {FILES_MAX} recognizer files")));
        paths.clear();
    }
    let files = paths.iter().filter_map(|path| match read(path) {
        Ok(text) => Some(SourceFile { maker: Maker::User, name: path.display().to_string(), text }),
        Err(message) => {
            errors.push(wrong(path, message));
            None
        }
    });
    let files = files.collect();
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}

/// How deep a directory lies under the one that was named.
#[derive(Debug, Clone, Copy)]
enum Depth {
    Top,
    Inside,
}

fn list(directory: &Path, depth: Depth, paths: &mut Vec<PathBuf>, errors: &mut Vec<LoadError>) {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return errors.push(wrong(directory, format!("cannot be read: {}", error.kind()))),
    };
    for entry in entries {
        match (entry.map(|entry| entry.path()), depth) {
            (Ok(path), Depth::Top) if path.is_dir() => list(&path, Depth::Inside, paths, errors),
            (Ok(path), _) if is_recognizer_file(&path) => paths.push(path),
            (Ok(_), _) => {}
            (Err(error), _) => errors.push(wrong(directory, format!("cannot be read: {}", error.kind()))),
        }
    }
}

/// Tells whether a file is YAML by its name, however that is written.
fn is_recognizer_file(path: &Path) -> bool {
    path.extension().is_some_and(|name| name.eq_ignore_ascii_case("yaml") || name.eq_ignore_ascii_case("yml"))
}

fn read(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {}", error.kind());
    if fs::metadata(path).map_err(cannot)?.len() > FILE_MAX {
        return Err(format!("has more than {FILE_MAX} bytes"));
    }
    fs::read_to_string(path).map_err(cannot)
}

fn wrong(path: &Path, message: String) -> LoadError {
    LoadError { file: path.display().to_string(), line: None, message }
}
