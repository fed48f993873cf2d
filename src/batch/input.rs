//! Inputs: files and standard input, unpacked, with a count of the bytes read.

use super::packing::{Packing, unpacked};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Standard,
    /// A file.
    File(PathBuf),
}

/// Whether bytes come as somebody else writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A regular file: all bytes are there, read in large pieces.
    Stored,
    /// A pipe, terminal or socket: what has come is passed on at once.
    Live,
}

/// An input that is open.
pub struct Opened {
    /// The unpacked bytes.
    pub reader: Box<dyn Read + Send>,
    /// Whether they come as somebody writes them.
    pub pace: Pace,
}

impl Input {
    /// Gives the name that places and messages use; `-` for standard input.
    pub fn name(&self) -> Arc<str> {
        match self {
            Self::Standard => "-".into(),
            Self::File(path) => path.display().to_string().into(),
        }
    }

    /// Tells how many bytes the file holds, packed as it is; none where it cannot be known.
    pub fn size(&self) -> Option<u64> {
        let data = match self {
            Self::Standard => File::from(io::stdin().as_fd().try_clone_to_owned().ok()?).metadata().ok()?,
            Self::File(path) => std::fs::metadata(path).ok()?,
        };
        data.is_file().then_some(data.len())
    }

    /// Opens the input; bytes that are read, packed as they are, are added to `read`.
    ///
    /// # Errors
    /// Where it cannot be opened, is a folder, or is not packed as its name says.
    pub fn open(&self, read: &Arc<AtomicU64>) -> io::Result<Opened> {
        let (file, packing) = match self {
            Self::Standard => (File::from(io::stdin().as_fd().try_clone_to_owned()?), Packing::Plain),
            Self::File(path) => (File::open(path)?, Packing::of_name(path)),
        };
        let data = file.metadata()?;
        if data.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let pace = if data.is_file() { Pace::Stored } else { Pace::Live };
        let reader = unpacked(Box::new(Counted { inner: file, read: Arc::clone(read) }), packing)?;
        Ok(Opened { reader, pace })
    }
}

struct Counted {
    inner: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.read.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(count)
    }
}
