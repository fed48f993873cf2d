//! Commands on a vault that a running process has open: a socket beside the file, which its owner alone may use.
//!
//! One line of JSON each way. What is told names subjects by their keyed index, never by themselves; values and keys go as
//! they are kept, sealed and wrapped, so that who asks needs the rings' keys as if the file were there to be read.

use super::exit::{Exit, tell};
use super::reindex;
use crate::keys::{KeyId, Sighting};
use crate::policy::LivePlan;
use crate::transform::{SealedUnder, StoreError};
use crate::vault::subjects::{
    Beside, DataKeyId, Erased, KeyRequest, Known, Rewrapped, SubjectIndex, Subjects, WrappedKey,
};
use crate::vault::{Asked, Backend, Kept, Moved, Portion, Renewed, Rings, Stale, Until, Vault};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A request is some 200 bytes, or names so many tokens.
const LINE_MAX: u64 = 8192;
/// So many tokens or keys are asked for at once.
const NAMES_MAX: usize = 16;
/// That many sealed values of 64 KiB, as hex digits.
const ANSWER_BYTES_MAX: u64 = 8 << 20;
/// Wrapping all keys anew may take a while.
const ANSWER_MAX: Duration = Duration::from_secs(3600);
/// A peer that says nothing holds nobody up for longer.
const SILENCE_MAX: Duration = Duration::from_secs(60);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Request {
    Forget { subject: String, domain: String, until: i64 },
    Rewrap,
    Find { tokens: Vec<String> },
    Keys { ids: Vec<String> },
    SealedUnder { how: Vec<String> },
    Reindex { behind: Option<String> },
    Rings { names: Vec<String> },
}

/// What is kept of a key ring.
#[derive(Debug, Serialize, Deserialize)]
struct Ring {
    name: String,
    version: u64,
    content: String,
}

impl From<&Sighting> for Ring {
    fn from(ring: &Sighting) -> Self {
        let (name, content) = (ring.ring().to_owned(), HEXLOWER.encode(ring.content()));
        Self { name, version: ring.version(), content }
    }
}

impl Ring {
    fn read(self) -> Result<Sighting, StoreError> {
        let content = bytes(&self.content).ok_or(StoreError::Refused)?;
        Ok(Sighting::of(self.name, self.version, content))
    }
}

/// What is kept for a token.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    domain: String,
    sealed: String,
    until: i64,
}

/// A subject's key, wrapped.
#[derive(Debug, Serialize, Deserialize)]
struct Key {
    id: String,
    subject: String,
    domain: String,
    epoch: String,
    wrapped: String,
}

impl From<WrappedKey> for Key {
    fn from(key: WrappedKey) -> Self {
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        let (id, subject, wrapped) = (hex(&key.id), hex(&key.subject), hex(&key.wrapped));
        Self { id, subject, domain: key.domain, epoch: key.epoch.to_string(), wrapped }
    }
}

impl Key {
    fn read(self) -> Option<WrappedKey> {
        Some(WrappedKey {
            id: bytes(&self.id)?,
            subject: bytes(&self.subject)?,
            domain: self.domain,
            epoch: self.epoch.parse().ok()?,
            wrapped: HEXLOWER.decode(self.wrapped.as_bytes()).ok()?,
        })
    }
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Forgotten { keys: u64, tokens: u64 },
    Moved { epoch: String, moved: u64, dropped: u64 },
    Found(Vec<Option<Row>>),
    Keys(Vec<Option<Key>>),
    Rows(u64),
    Portion { renewed: u64, last: Option<String> },
    Rings(Option<Vec<Ring>>),
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
#[derive(Debug)]
pub(super) struct Live {
    vault: PathBuf,
    peer: BufReader<UnixStream>,
}

impl Live {
    /// Where the socket of a vault's file is.
    pub(super) fn place(vault: &Path) -> PathBuf {
        let mut place = vault.as_os_str().to_owned();
        place.push(".sock");
        place.into()
    }

    fn reach(vault: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(Self::place(vault))?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        Ok(Self { vault: vault.to_owned(), peer: BufReader::new(stream) })
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, StoreError> {
        let lost = |_| StoreError::Unavailable;
        let mut line = serde_json::to_string(request).map_err(|_| StoreError::Refused)?;
        line.push('\n');
        self.peer.get_mut().write_all(line.as_bytes()).map_err(lost)?;
        let mut answer = String::new();
        self.peer.by_ref().take(ANSWER_BYTES_MAX).read_line(&mut answer).map_err(lost)?;
        match serde_json::from_str(&answer) {
            Ok(Answer::Unavailable) | Err(_) => Err(StoreError::Unavailable),
            Ok(Answer::Refused) => Err(StoreError::Refused),
            Ok(answer) => Ok(answer),
        }
    }

    pub(super) fn forget(&mut self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        let (subject, domain) = (HEXLOWER.encode(subject), domain.to_owned());
        let answer = self.ask(&Request::Forget { subject, domain, until })?;
        let Answer::Forgotten { keys, tokens } = answer else { return Err(StoreError::Refused) };
        Ok(Erased { keys, tokens })
    }

    pub(super) fn rewrap(&mut self) -> Result<Moved, StoreError> {
        let Answer::Moved { epoch, moved, dropped } = self.ask(&Request::Rewrap)? else {
            return Err(StoreError::Refused);
        };
        let epoch = bytes(&epoch).map(KeyId).ok_or(StoreError::Refused)?;
        Ok(Moved { epoch, moved, dropped })
    }

    pub(super) fn sealed_under(&mut self, how: &[SealedUnder]) -> Result<u64, StoreError> {
        let how = how.iter().map(|how| HEXLOWER.encode(&how.0)).collect();
        self.rows(&Request::SealedUnder { how })
    }

    /// Has all rows written anew, batch by batch. Between two of them it leaves: records have the store, and other commands the
    /// process, which answers one at a time.
    pub(super) fn reindex(&mut self) -> Result<u64, StoreError> {
        let (mut all, mut behind) = (0, None);
        loop {
            let since = Instant::now();
            let answer = self.ask(&Request::Reindex { behind })?;
            let Answer::Portion { renewed, last } = answer else { return Err(StoreError::Refused) };
            all += renewed;
            if last.is_none() {
                return Ok(all);
            }
            behind = last;
            self.peer.get_ref().shutdown(Shutdown::Both).map_err(|_| StoreError::Unavailable)?;
            if renewed > 0 {
                std::thread::sleep(since.elapsed().min(reindex::PAUSE_MAX));
            }
            *self = Self::reach(&self.vault).map_err(|_| StoreError::Unavailable)?;
        }
    }

    fn rows(&mut self, request: &Request) -> Result<u64, StoreError> {
        let Answer::Rows(rows) = self.ask(request)? else { return Err(StoreError::Refused) };
        Ok(rows)
    }

    fn find(&mut self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        let read = |row: Row| {
            let sealed = HEXLOWER.decode(row.sealed.as_bytes()).ok()?;
            Some(Kept { domain: row.domain, sealed, until: Until(row.until) })
        };
        let mut all = Vec::with_capacity(tokens.len());
        for some in tokens.chunks(NAMES_MAX) {
            let tokens = some.iter().map(|token| HEXLOWER.encode(token)).collect();
            let Answer::Found(rows) = self.ask(&Request::Find { tokens })? else { return Err(StoreError::Refused) };
            all.extend(rows.into_iter().map(|row| row.and_then(read)));
        }
        if all.len() == tokens.len() { Ok(all) } else { Err(StoreError::Refused) }
    }

    fn keys(&mut self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError> {
        let mut all = Vec::with_capacity(ids.len());
        for some in ids.chunks(NAMES_MAX) {
            let ids = some.iter().map(|id| HEXLOWER.encode(id)).collect();
            let Answer::Keys(keys) = self.ask(&Request::Keys { ids })? else { return Err(StoreError::Refused) };
            all.extend(keys.into_iter().map(|key| key.and_then(Key::read)));
        }
        if all.len() == ids.len() { Ok(all) } else { Err(StoreError::Refused) }
    }
}

impl Live {
    /// Gives what is kept of rings of these names; none where nothing is.
    fn rings(&mut self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError> {
        let mut all = Vec::with_capacity(names.len());
        for some in names.chunks(NAMES_MAX) {
            let names = some.iter().map(|name| (*name).to_owned()).collect();
            let Answer::Rings(rings) = self.ask(&Request::Rings { names })? else { return Err(StoreError::Refused) };
            let Some(rings) = rings else { return Ok(None) };
            for ring in rings {
                all.push(ring.read()?);
            }
        }
        Ok(Some(all))
    }
}

/// A vault that another process has open, for turning back: what is kept is read through that process, and nothing is made.
#[derive(Debug)]
pub(super) struct Read(Mutex<Live>);

impl From<Live> for Read {
    fn from(live: Live) -> Self {
        Self(Mutex::new(live))
    }
}

impl From<Read> for Live {
    fn from(Read(live): Read) -> Self {
        live.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read {
    fn live(&self) -> std::sync::MutexGuard<'_, Live> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend for Read {
    fn get_or_create(&self, _: &[Asked<'_>]) -> Result<Vec<Vec<u8>>, StoreError> {
        Err(StoreError::Refused)
    }

    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        self.live().find(tokens)
    }

    /// The process that has it open does so.
    fn expire(&self, _: Until, _: usize) -> Result<usize, StoreError> {
        Ok(0)
    }

    fn stale(&self, _: &[SealedUnder], _: Option<&[u8]>, _: usize) -> Result<Stale, StoreError> {
        Err(StoreError::Refused)
    }

    fn renew(&self, _: &[Renewed]) -> Result<u64, StoreError> {
        Err(StoreError::Refused)
    }
}

impl Rings for Read {
    fn rings(&self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError> {
        self.live().rings(names)
    }

    fn see(&self, _: &[Sighting]) -> Result<Option<Vec<Sighting>>, StoreError> {
        Err(StoreError::Refused)
    }
}

impl Subjects for Read {
    fn keys_of(&self, _: &[KeyRequest]) -> Result<Vec<Known>, StoreError> {
        Err(StoreError::Refused)
    }

    fn find_keys(&self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError> {
        self.live().keys(ids)
    }

    fn forget(&self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        self.live().forget(subject, domain, until)
    }

    fn drop_keys(&self, _: &[(SubjectIndex, DataKeyId)]) -> Result<u64, StoreError> {
        Err(StoreError::Refused)
    }

    fn keys_beside(&self, _: KeyId, _: Option<&SubjectIndex>, _: usize) -> Result<Beside, StoreError> {
        Err(StoreError::Refused)
    }

    fn rewrap(&self, _: &[Rewrapped]) -> Result<u64, StoreError> {
        Err(StoreError::Refused)
    }
}

/// Reaches the process that has a vault's file open.
///
/// # Errors
/// Where it cannot be reached; that is told.
pub(super) fn reach(file: &Path) -> Result<Live, Exit> {
    Live::reach(file).map_err(|error| {
        tell(format_args!(
            "the vault {} is open in another process, which cannot be reached at {}: {error}",
            file.display(),
            Live::place(file).display()
        ));
        Exit::StartAgain
    })
}

/// Answers at the socket of a vault's file for as long as the process lives. A socket that an earlier process left is
/// replaced: who has the file open is this one.
///
/// # Errors
/// Where the socket cannot be made.
pub(super) fn serve(file: &Path, vault: Arc<Vault>, live: Vec<LivePlan>) -> io::Result<()> {
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
            // One at a time: commands are rare.
            if let Err(error) = peer.and_then(|peer| answer(peer, &vault, &live)) {
                tracing::warn!(kind = ?error.kind(), "a command on the vault was not answered");
            }
        }
    })?;
    Ok(())
}

fn answer(peer: UnixStream, vault: &Vault, live: &[LivePlan]) -> io::Result<()> {
    peer.set_read_timeout(Some(SILENCE_MAX))?;
    peer.set_write_timeout(Some(SILENCE_MAX))?;
    let mut peer = BufReader::new(peer);
    loop {
        let mut line = String::new();
        if peer.by_ref().take(LINE_MAX).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let done = serde_json::from_str(&line).map_err(|_| StoreError::Refused);
        let done = done.and_then(|request| obeyed(request, vault, live)).unwrap_or_else(Answer::from);
        let mut line = serde_json::to_string(&done)?;
        line.push('\n');
        peer.get_mut().write_all(line.as_bytes())?;
    }
}

fn obeyed(request: Request, vault: &Vault, live: &[LivePlan]) -> Result<Answer, StoreError> {
    match request {
        Request::Forget { subject, domain, until } => {
            let subject = bytes(&subject).ok_or(StoreError::Refused)?;
            let Erased { keys, tokens } = vault.forget(&subject, &domain, until)?;
            Ok(Answer::Forgotten { keys, tokens })
        }
        Request::Rewrap => {
            let Moved { epoch, moved, dropped } = vault.rewrap()?;
            Ok(Answer::Moved { epoch: epoch.to_string(), moved, dropped })
        }
        Request::Find { tokens } => {
            let read = |token: &String| HEXLOWER.decode(token.as_bytes()).map_err(|_| StoreError::Refused);
            let tokens = tokens.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let rows = vault.find(&tokens.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
            let row =
                |kept: Kept| Row { domain: kept.domain, sealed: HEXLOWER.encode(&kept.sealed), until: kept.until.0 };
            Ok(Answer::Found(rows.into_iter().map(|kept| kept.map(row)).collect()))
        }
        Request::SealedUnder { how } => {
            let read = |how: &String| bytes(how).map(SealedUnder).ok_or(StoreError::Refused);
            let how = how.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            vault.sealed_under(&how).map(Answer::Rows)
        }
        Request::Reindex { behind } => {
            let read = |behind: String| HEXLOWER.decode(behind.as_bytes()).map_err(|_| StoreError::Refused);
            let behind = behind.map(read).transpose()?;
            let Portion { done, last } = reindex::portion(vault, live, behind.as_deref())?;
            Ok(Answer::Portion { renewed: done.renewed, last: last.map(|last| HEXLOWER.encode(&last)) })
        }
        Request::Rings { names } => {
            let rings = vault.rings(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
            Ok(Answer::Rings(rings.map(|rings| rings.iter().map(Ring::from).collect())))
        }
        Request::Keys { ids } => {
            let ids = ids.iter().map(|id| bytes(id).ok_or(StoreError::Refused)).collect::<Result<Vec<_>, _>>()?;
            let keys = vault.data_keys(&ids)?;
            Ok(Answer::Keys(keys.into_iter().map(|key| key.map(Key::from)).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_rows_written_anew_leaves_between_two_batches() {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().join("vault.redb");
        let listener = UnixListener::bind(Live::place(&vault)).unwrap();
        let server = std::thread::spawn(move || {
            for (behind, renewed, last) in [("null", 500, "\"0a0b\""), ("\"0a0b\"", 0, "\"ff\""), ("\"ff\"", 3, "null")]
            {
                let (peer, _) = listener.accept().unwrap();
                let mut peer = BufReader::new(peer);
                let mut line = String::new();
                peer.read_line(&mut line).unwrap();
                assert_eq!(line, format!("{{\"reindex\":{{\"behind\":{behind}}}}}\n"));
                let answer = format!("{{\"portion\":{{\"renewed\":{renewed},\"last\":{last}}}}}\n");
                peer.get_mut().write_all(answer.as_bytes()).unwrap();
                line.clear();
                assert_eq!(peer.read_line(&mut line).unwrap(), 0, "another could be answered: {line}");
            }
        });
        let mut live = Live::reach(&vault).unwrap();
        assert_eq!(live.reindex().unwrap(), 503);
        drop(live);
        server.join().unwrap();
    }
}
