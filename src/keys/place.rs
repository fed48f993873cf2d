//! Where a ring or its root is read from: a file, a descriptor that the process was given, the environment.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::KeyError;
use crate::model::{Told, ToldPath, is_private};

/// A ring has at most 4,096 keys of some 200 bytes; a larger file is not one.
const FILE_MAX: u64 = 1024 * 1024;

/// A place that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file that only its owner, and perhaps its group, may read.
    File(PathBuf),
    /// A descriptor that is open when the process starts.
    Descriptor(u32),
    /// A variable of the environment, which every process of the same user can read: for development only.
    Environment(String),
}

/// The kinds of places, as references name them, each with a line for people.
pub const PLACES: [(&str, &str); 3] = [
    ("file", "a file, of mode 0400, 0440, 0600 or 0640"),
    ("fd", "a descriptor by its number, open when the process starts"),
    ("env", "a variable of the environment; for development only"),
];

impl Place {
    /// Reads `file:PATH`, `fd:N` or `env:NAME`; none where it is neither.
    pub fn parse(reference: &str) -> Option<Self> {
        let (kind, rest) = reference.split_once(':')?;
        match kind {
            _ if rest.is_empty() => None,
            "fd" => rest.parse().ok().map(Self::Descriptor),
            // A root that somebody pasted would be repeated as the name of what is not there.
            "env" | "file" if is_root(rest.rsplit('/').next().unwrap_or_default()) => None,
            "file" => Some(Self::File(rest.into())),
            "env" => Some(Self::Environment(rest.to_owned())),
            _ => None,
        }
    }

    /// Tells whether something of that name is there: a file, a variable that is set, a descriptor that is open.
    pub fn is_there(&self) -> bool {
        match self {
            Self::File(path) => path.exists(),
            Self::Descriptor(number) => Path::new(&format!("/dev/fd/{number}")).exists(),
            Self::Environment(name) => std::env::var_os(name).is_some(),
        }
    }

    /// Reads all that is there.
    ///
    /// # Errors
    /// Where nothing is there, or others may reach it.
    pub fn read(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match self {
            Self::File(path) => read_private(path),
            Self::Descriptor(number) => descriptor(*number),
            Self::Environment(name) => match std::env::var(name) {
                Ok(text) => Ok(Zeroizing::new(text.into_bytes())),
                Err(_) => Err(KeyError::NotSet(name.clone())),
            },
        }
    }
}

/// How many digits a root has.
const HEX_DIGITS: usize = 64;

/// Gives a reference as messages tell it: its kind, and of the rest what is plainly a name; of who unwraps a root the kind alone.
pub fn told(reference: &str) -> String {
    match Place::parse(reference) {
        Some(Place::File(path)) => format!("`file:{}`", ToldPath(&path)),
        Some(Place::Descriptor(number)) => format!("`fd:{number}`"),
        Some(Place::Environment(name)) => format!("`env:{}`", Told(&name)),
        None => match reference.split_once(':').filter(|(kind, _)| super::is_provider(kind)) {
            Some((kind, _)) => format!("`{kind}:…`"),
            None => "something else".to_owned(),
        },
    }
}

/// Tells whether a text is 64 hex digits, as a root is spelled.
fn is_root(text: &str) -> bool {
    text.len() == HEX_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a descriptor that was given: a file from its start each time, a pipe once.
fn descriptor(number: u32) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let unreadable = |error: std::io::Error| KeyError::Unreadable { path: path.clone(), kind: error.kind() };
    let mut file = OpenOptions::new().read(true).custom_flags(libc::O_CLOEXEC).open(&path).map_err(unreadable)?;
    let content = take(&mut file).map_err(unreadable)?;
    if content.is_empty() { Err(KeyError::Drained(number)) } else { Ok(content) }
}

/// Reads a file that only its owner, and perhaps its group, may read.
pub(super) fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut file = open_private(path)?;
    take(&mut file).map_err(|error| KeyError::Unreadable { path: path.to_owned(), kind: error.kind() })
}

/// Reads to the end, or as much as there may be. What cannot say how long it is is read into a buffer that is large
/// enough from the start: growing would leave a copy behind.
fn take(file: &mut File) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let about = file.metadata()?;
    let len = if about.is_file() { about.len() } else { FILE_MAX };
    // Room for one byte more than there is, so that reading to its end does not grow the buffer.
    let room = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(1);
    let mut content = Zeroizing::new(Vec::with_capacity(room));
    Read::by_ref(file).take(FILE_MAX).read_to_end(&mut content)?;
    Ok(content)
}

/// Opens a file that only its owner, and perhaps its group, may read.
pub(super) fn open_private(path: &Path) -> Result<File, KeyError> {
    let unreadable = |error: std::io::Error| KeyError::Unreadable { path: path.to_owned(), kind: error.kind() };
    // What is open is what is checked; and opening a pipe does not wait for a writer.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC)
        .open(path)
        .map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() || about.len() > FILE_MAX {
        return Err(KeyError::NotAFile { path: path.to_owned() });
    }
    let mode = about.permissions().mode() & 0o7777;
    if !is_private(mode) {
        return Err(KeyError::TooOpen { path: path.to_owned(), mode });
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_say_their_kind() {
        assert_eq!(Place::parse("file:a/b:c"), Some(Place::File("a/b:c".into())));
        assert_eq!(Place::parse("fd:3"), Some(Place::Descriptor(3)));
        assert_eq!(Place::parse("env:ROOT"), Some(Place::Environment("ROOT".into())));
        for none in ["", "file", "file:", "fd:", "fd:x", "fd:-1", "env:", "s3:x", "aws-kms:"] {
            assert_eq!(Place::parse(none), None, "{none}");
        }
        for kind in ["file", "env"] {
            assert_eq!(Place::parse(&format!("{kind}:{}", "0a".repeat(32))), None, "a root itself");
            assert_eq!(Place::parse(&format!("{kind}:/etc/privet/{}", "0A".repeat(32))), None, "taken for a path");
        }
    }

    #[test]
    fn a_descriptor_of_a_file_is_read_again_and_one_of_a_pipe_once() {
        use std::io::Write;
        use std::os::fd::AsRawFd;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"content").unwrap();
        let number = |fd: i32| Place::Descriptor(u32::try_from(fd).unwrap());
        for _ in 0..2 {
            assert_eq!(&**number(file.as_raw_fd()).read().unwrap(), b"content");
        }
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(b"content").unwrap();
        drop(writer);
        assert_eq!(&**number(reader.as_raw_fd()).read().unwrap(), b"content");
        assert!(matches!(number(reader.as_raw_fd()).read(), Err(KeyError::Drained(_))));
        assert!(matches!(Place::Descriptor(9_999).read(), Err(KeyError::Unreadable { .. })));
        assert!(matches!(Place::Environment("PRIVET_NO_SUCH".into()).read(), Err(KeyError::NotSet(_))));
    }
}
