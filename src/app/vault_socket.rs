//! Commands on a vault that a running process has open: a socket beside the file, which its owner alone may use.
//!
//! One line of JSON each way. What is told names subjects by their keyed index, never by themselves.

use crate::transform::StoreError;
use crate::vault::Vault;
use crate::vault::subjects::{Erased, SubjectIndex};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A request or an answer is some 200 bytes.
const LINE_MAX: u64 = 4096;
/// Wrapping all keys anew may take a while.
const ANSWER_MAX: Duration = Duration::from_secs(3600);
/// A peer that says nothing holds nobody up for longer.
const SILENCE_MAX: Duration = Duration::from_secs(60);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Forget { subject: String, domain: String, until: i64 },
    Rewrap,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Forgotten { keys: u64, tokens: u64 },
    Moved(u64),
    Unavailable,
    Refused,
}

impl From<StoreError> for Answer {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => Self::Unavailable,
            StoreError::Refused | StoreError::EpochEnded(_) => Self::Refused,
        }
    }
}

/// A process that has a vault open.
pub(super) struct Live(BufReader<UnixStream>);

impl Live {
    /// Where the socket of a vault's file is.
    pub(super) fn place(vault: &Path) -> PathBuf {
        let mut place = vault.as_os_str().to_owned();
        place.push(".sock");
        place.into()
    }

    pub(super) fn reach(vault: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(Self::place(vault))?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        Ok(Self(BufReader::new(stream)))
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, StoreError> {
        let lost = |_| StoreError::Unavailable;
        let mut line = serde_json::to_string(request).map_err(|_| StoreError::Refused)?;
        line.push('\n');
        self.0.get_mut().write_all(line.as_bytes()).map_err(lost)?;
        let mut answer = String::new();
        self.0.by_ref().take(LINE_MAX).read_line(&mut answer).map_err(lost)?;
        match serde_json::from_str(&answer) {
            Ok(Answer::Unavailable) | Err(_) => Err(StoreError::Unavailable),
            Ok(Answer::Refused) => Err(StoreError::Refused),
            Ok(answer) => Ok(answer),
        }
    }

    pub(super) fn forget(&mut self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        let subject = HEXLOWER.encode(subject);
        match self.ask(&Request::Forget { subject, domain: domain.to_owned(), until })? {
            Answer::Forgotten { keys, tokens } => Ok(Erased { keys, tokens }),
            Answer::Moved(_) | Answer::Unavailable | Answer::Refused => Err(StoreError::Refused),
        }
    }

    pub(super) fn rewrap(&mut self) -> Result<u64, StoreError> {
        match self.ask(&Request::Rewrap)? {
            Answer::Moved(moved) => Ok(moved),
            Answer::Forgotten { .. } | Answer::Unavailable | Answer::Refused => Err(StoreError::Refused),
        }
    }
}

/// Answers at the socket of a vault's file for as long as the process lives. A socket that an earlier process left is
/// replaced: who has the file open is this one.
///
/// # Errors
/// Where the socket cannot be made.
pub(super) fn serve(file: &Path, vault: Arc<Vault>) -> io::Result<()> {
    let place = Live::place(file);
    let mut new = place.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&new)?;
    // Nobody finds it before it is its owner's alone.
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(&new, &place)?;
    std::thread::Builder::new().name("vault socket".into()).spawn(move || {
        for peer in listener.incoming() {
            // One at a time: both commands are rare.
            if let Err(error) = peer.and_then(|peer| answer(peer, &vault)) {
                tracing::warn!(kind = ?error.kind(), "a command on the vault was not answered");
            }
        }
    })?;
    Ok(())
}

fn answer(peer: UnixStream, vault: &Vault) -> io::Result<()> {
    peer.set_read_timeout(Some(SILENCE_MAX))?;
    peer.set_write_timeout(Some(SILENCE_MAX))?;
    let mut peer = BufReader::new(peer);
    loop {
        let mut line = String::new();
        if peer.by_ref().take(LINE_MAX).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let done = match serde_json::from_str(&line) {
            Ok(Request::Forget { subject, domain, until }) => {
                let subject = HEXLOWER.decode(subject.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
                match subject {
                    Some(subject) => vault
                        .forget(&subject, &domain, until)
                        .map(|erased| Answer::Forgotten { keys: erased.keys, tokens: erased.tokens }),
                    None => Err(StoreError::Refused),
                }
            }
            Ok(Request::Rewrap) => vault.rewrap().map(Answer::Moved),
            Err(_) => Err(StoreError::Refused),
        };
        let mut line = serde_json::to_string(&done.unwrap_or_else(Answer::from))?;
        line.push('\n');
        peer.get_mut().write_all(line.as_bytes())?;
    }
}
