//! Vaults: stores that keep which value a token stands for, so that operators of every face may ask them.
//!
//! A [`Vault`] is a [`Store`]: it takes the questions of a batch, leaves out what it was asked before, and asks its
//! [`Backend`] once for the rest. A backend keeps rows: an index, a token and a sealed value. It holds no key, and
//! neither it nor whoever reads its files learns a value. One row of [`BACKENDS`] and one file make a backend; the
//! backend laws then apply to it.

mod cache;
mod epochs;
mod memory;
mod people;
mod postgres;
mod redb;
mod reindex;
mod rings;
pub mod subjects;
mod until;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod laws_of_renewal;
#[cfg(test)]
mod laws_of_rings;
#[cfg(test)]
mod laws_of_subjects;
#[cfg(test)]
mod laws_of_time;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::keys::{KeySource, Seen, Sighting};
use crate::model::{Sensitive, ToldPath};
use crate::transform::{
    Answer, Held, Need, Request, SealedUnder, Store, StoreError, SubjectAnswer, SubjectKey, SubjectRequest,
};
use cache::Cache;
use epochs::Epochs;
pub use people::Moved;
use people::{Away, Remembered};
pub use reindex::{Portion, Reindexed, Renewed, Stale};
pub use rings::{Memory, Rings, SeenError, judged};
use subjects::{DataKeyId, Subjects, WrappedKey};
pub use until::Until;

/// Where rows are kept.
pub trait Backend: Subjects + Rings + fmt::Debug + Send + Sync {
    /// Gives the token that stands for each question, in their order: the one that is kept, or else the question's own,
    /// which is kept from now on. Whoever asks gets the same, and when this returns it is durable.
    ///
    /// A row is kept until the latest moment that any question for it named. One that is [over](Backend::expire) stands
    /// for whoever asks again for a time that is over with it; who asks for later gets a new one.
    ///
    /// Nothing new is kept of somebody whose key is gone: then nobody could ever turn it back, and who asks must ask for
    /// their key again.
    ///
    /// `asked` are ordered by index, no two have one index and one subject, and those of one index have one time. Whose it
    /// is, is kept with a token.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses. Rows may have been made all the same.
    fn get_or_create(&self, asked: &[Asked<'_>]) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Gives what is kept for each token, in their order.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError>;

    /// Empties rows whose time is over, so many at most: the token stays, the value goes. Gives how many were emptied.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn expire(&self, now: Until, max: usize) -> Result<usize, StoreError>;

    /// Looks at so many rows at most behind that place, in an order of the store's own, and gives those that are sealed so.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn stale(&self, how: &[SealedUnder], behind: Option<&[u8]>, max: usize) -> Result<Stale, StoreError>;

    /// Writes rows anew that are as they were read, and has them found by more indexes, but by those that lead to another
    /// already: all of a row or nothing. Gives how many they are; what was deleted or emptied meanwhile stays so.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses. Rows may have been written all the same.
    fn renew(&self, rows: &[Renewed]) -> Result<u64, StoreError>;

    /// Tells whether it would answer now.
    ///
    /// # Errors
    /// Where it would not.
    fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// One question, and until when what stands for the value is kept at least.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The question.
    pub request: &'a Request,
    /// Until when.
    pub until: Until,
}

/// What a vault keeps for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The key domain: the ring's name.
    pub domain: String,
    /// The value, sealed; empty where its time was over and it is gone.
    pub sealed: Vec<u8>,
    /// Until when.
    pub until: Until,
}

/// Where a vault is, as the configuration says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The backend and its reference, such as `redb:/var/lib/privet/vault.redb`.
    pub from: String,
    /// The password, for backends that ask for one.
    pub password: Option<Sensitive<String>>,
    /// The certificates that a server must show one of, for backends that speak TLS.
    pub ca: Option<PathBuf>,
    /// The ring whose keys wrap subjects' own, where policies name subjects: its reference, and its root's.
    pub epochs: Option<(String, Option<String>)>,
    /// Where the newest version of that ring is remembered, so that an older copy is not believed.
    pub epochs_state_dir: Option<PathBuf>,
    /// Within which time a process does as others were told: forgets whom they forgot, and leaves an epoch that they ended.
    pub forgotten_within: Duration,
    /// How long backups and logs of the store are kept before they expire, for receipts; none where nobody says it.
    pub backups_kept: Option<Duration>,
}

impl Config {
    /// A minute: short enough for people, and long enough that nobody is asked about twice in a burst of their records.
    pub const FORGOTTEN_WITHIN: Duration = Duration::from_secs(60);

    /// Tells how long after a new epoch began a key may still be put under the old one: until every process has seen it,
    /// and what each began before has ended.
    pub fn left_within(&self) -> Duration {
        let late = backend(&self.from).map_or(Duration::ZERO, |(row, _)| row.late_max);
        self.forgotten_within.saturating_add(late)
    }

    /// Names a vault, and nothing besides.
    pub fn of(from: impl Into<String>) -> Self {
        let forgotten_within = Self::FORGOTTEN_WITHIN;
        Self {
            from: from.into(),
            password: None,
            ca: None,
            epochs: None,
            epochs_state_dir: None,
            forgotten_within,
            backups_kept: None,
        }
    }
}

/// One backend: a row of [`BACKENDS`].
#[derive(Debug)]
pub struct BackendRow {
    /// What stands before the colon in `from: "redb:/var/lib/privet/vault.redb"`.
    pub name: &'static str,
    /// How a reference to it is spelled.
    pub spelled: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// Whether what is kept is there when the process starts again.
    pub memory: Memory,
    /// How long after its process began it something may still come to be there: a call, and its repetition.
    pub late_max: Duration,
    /// Checks what follows the colon.
    pub check: fn(&str) -> Result<(), OpenError>,
    /// Opens it, given what follows the colon.
    #[expect(clippy::type_complexity, reason = "said here alone")]
    pub open: fn(&str, &Config) -> Result<Box<dyn Backend>, OpenError>,
}

/// Every backend.
pub const BACKENDS: &[BackendRow] = &[redb::ROW, postgres::ROW, memory::ROW];

/// Why a vault cannot be opened; waiting does not mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The reference names no backend.
    #[error("a vault comes from {}", spelled())]
    UnknownBackend,
    /// What follows the colon is not what the backend reads.
    #[error("a vault of this kind comes from `{spelled}`: {what}")]
    Reference {
        /// How it is spelled.
        spelled: &'static str,
        /// What is wrong.
        what: String,
    },
    /// The ring of the epochs cannot be opened.
    #[error("the ring of the vault's epochs: {0}")]
    Epochs(#[from] crate::keys::KeyError),
    /// Another process has the file open.
    #[error("the vault {}: another process has it open; several share a vault in PostgreSQL", .0.display())]
    InUse(PathBuf),
    /// The file cannot be used.
    #[error("the vault {}: {what}", ToldPath(path))]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        what: String,
    },
}

impl OpenError {
    /// Tells whether the configuration is at fault, not a file or the system.
    pub const fn is_usage(&self) -> bool {
        match self {
            Self::UnknownBackend | Self::Reference { .. } | Self::Epochs(_) => true,
            Self::InUse(_) | Self::File { .. } => false,
        }
    }
}

fn spelled() -> String {
    let all: Vec<String> = BACKENDS.iter().map(|row| format!("`{}`", row.spelled)).collect();
    all.join(" or ")
}

/// Finds the backend that a reference names, and gives what follows the colon.
///
/// # Errors
/// Where it names none.
pub fn backend(from: &str) -> Result<(&'static BackendRow, &str), OpenError> {
    let (name, rest) = from.split_once(':').ok_or(OpenError::UnknownBackend)?;
    let row = BACKENDS.iter().find(|row| row.name == name).ok_or(OpenError::UnknownBackend)?;
    Ok((row, rest))
}

/// Checks a reference as far as it can be without opening anything.
///
/// # Errors
/// Where it names no backend, or is not what the backend reads.
pub fn checked(from: &str) -> Result<(), OpenError> {
    let (row, rest) = backend(from)?;
    (row.check)(rest)
}

/// Takes the password out of a reference that came from a secret.
pub fn apart(from: &Sensitive<String>) -> (String, Option<Sensitive<String>>) {
    postgres::apart(from)
}

/// Who counts what a vault does.
pub trait Counts: fmt::Debug + Send + Sync {
    /// So many different questions were answered from memory, and so many go to the store.
    fn looked_up(&self, cache: u64, store: u64);

    /// The store was asked for a batch.
    fn asked(&self, took: Duration, done: Result<(), StoreError>);
}

/// So many values are taken away at once.
const EXPIRE_MAX: usize = 1_000;

/// A backend, and what was asked of it before.
#[derive(Debug)]
pub struct Vault {
    backend: Box<dyn Backend>,
    counts: Option<Arc<dyn Counts>>,
    cache: Mutex<Cache>,
    epochs: Option<Epochs>,
    remembered: Remembered,
    within: Duration,
    /// When the ring of epochs could not be used the last time.
    epochs_away: Mutex<Option<Away>>,
    /// Whether what it keeps outlives the process.
    memory: Memory,
    /// The key rings that passed, by name.
    believed: Mutex<BTreeMap<String, Sighting>>,
}

impl Vault {
    /// Opens the vault that the configuration names. A server need not answer yet.
    ///
    /// # Errors
    /// Where the configuration is wrong, or a file cannot be opened.
    pub fn open(config: &Config) -> Result<Self, OpenError> {
        let (row, rest) = backend(&config.from)?;
        Self::over((row.open)(rest, config)?, config)
    }

    /// Uses a backend that is open, and everything else as the configuration says.
    ///
    /// # Errors
    /// Where the ring of the epochs cannot be opened.
    pub fn over(backend: Box<dyn Backend>, config: &Config) -> Result<Self, OpenError> {
        let mut vault = Self::new(backend, config.forgotten_within);
        vault.memory = self::backend(&config.from)?.0.memory;
        if let Some((from, root)) = &config.epochs {
            let seen = config.epochs_state_dir.clone().map(|directory| Seen { directory });
            vault = vault.with_epochs(crate::keys::source(from, root.as_deref())?, seen)?;
        }
        Ok(vault)
    }

    /// Puts a cache before a backend; what others do to the store is seen within that time.
    pub fn new(backend: Box<dyn Backend>, within: Duration) -> Self {
        let (cache, remembered) = (Mutex::new(Cache::within(within)), Remembered::within(within));
        let (epochs_away, believed) = (Mutex::default(), Mutex::default());
        let memory = Memory::Lasts;
        Self { backend, counts: None, cache, epochs: None, remembered, within, epochs_away, memory, believed }
    }

    /// Has what it does counted.
    pub fn counted(self, counts: Arc<dyn Counts>) -> Self {
        Self { counts: Some(counts), ..self }
    }

    /// Asks the store for a batch, and has that counted.
    fn ask<T>(&self, ask: impl FnOnce(&dyn Backend) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let begun = Instant::now();
        let done = ask(&*self.backend);
        if let Some(counts) = &self.counts {
            counts.asked(begun.elapsed(), done.as_ref().map(drop).map_err(|error| *error));
        }
        done
    }

    fn note_lookups(&self, all: usize, open: usize) {
        if let Some(counts) = &self.counts {
            let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            counts.looked_up(number(all.saturating_sub(open)), number(open));
        }
    }

    /// Has subjects' keys wrapped by this ring's, the newest version of which is remembered where that is said.
    ///
    /// # Errors
    /// Where the ring cannot be opened, or is older than one that was seen.
    pub fn with_epochs(self, source: Box<dyn KeySource>, seen: Option<Seen>) -> Result<Self, OpenError> {
        Ok(Self { epochs: Some(Epochs::open(source, self.within, seen)?), ..self })
    }

    /// Gives what is kept for each token, in their order.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    pub fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        self.backend.find(tokens)
    }

    /// Gives subjects' keys by their names, in their order, as they are kept: wrapped.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    pub fn data_keys(&self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError> {
        self.backend.find_keys(ids)
    }

    /// Takes away the values whose time is over; gives how many there were.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    pub fn expire(&self) -> Result<usize, StoreError> {
        let (now, mut all) = (Until::now(), 0);
        loop {
            let gone = self.backend.expire(now, EXPIRE_MAX)?;
            all += gone;
            if gone < EXPIRE_MAX {
                return Ok(all);
            }
        }
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Vault {
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, StoreError> {
        // By index: duplicates are asked once, and two processes lock rows in one order. A value of several subjects is
        // asked for each of them: the store notes whose it is.
        let now = Until::now();
        let mut untils: BTreeMap<[u8; 32], Until> = BTreeMap::new();
        for request in requests {
            let until = Until::of(request, now);
            untils.entry(request.index).and_modify(|known| *known = until.max(*known)).or_insert(until);
        }
        let until = |request: &Request| untils.get(&request.index).copied().unwrap_or(Until::EVER);
        let mut known: BTreeMap<Place, Option<Vec<u8>>> = BTreeMap::new();
        let mut open: BTreeMap<Place, &Request> = BTreeMap::new();
        {
            let mut cache = self.cache();
            for request in requests {
                let cached = || cache.get(&place(request), until(request));
                let token = known.entry(place(request)).or_insert_with(cached);
                if token.is_none() {
                    open.entry(place(request)).or_insert(request);
                }
            }
        }
        self.note_lookups(known.len(), open.len());
        if !open.is_empty() {
            // What is answered is as old as the question.
            let at = Instant::now();
            let ask = |request| Asked { request, until: until(request) };
            let asked: Vec<Asked<'_>> = open.into_values().map(ask).collect();
            let tokens = self.ask(|backend| backend.get_or_create(&asked)).inspect_err(|_| {
                if asked.iter().any(|asked| asked.request.person.is_some()) {
                    // Somebody may have been forgotten: who tries again asks whom there is.
                    self.remembered.drop_all();
                }
            })?;
            if tokens.len() != asked.len() {
                return Err(StoreError::Refused);
            }
            let mut cache = self.cache();
            for (Asked { request, until }, token) in asked.into_iter().zip(tokens) {
                cache.insert(place(request), token.clone(), until, at);
                known.insert(place(request), Some(token));
            }
        }
        let answer = |request: &Request| match known.get(&place(request)) {
            Some(Some(token)) => Answer::Found(token.clone()),
            Some(None) | None => Answer::Missing,
        };
        Ok(requests.iter().map(answer).collect())
    }

    fn kept(&self, tokens: &[&[u8]]) -> Result<Vec<Held>, StoreError> {
        let now = Until::now();
        let held = |kept| match kept {
            None => Held::Nothing,
            Some(Kept { until, .. }) if until.is_over(now) => Held::Expired,
            Some(Kept { sealed, .. }) => Held::Sealed(sealed),
        };
        Ok(self.backend.find(tokens)?.into_iter().map(held).collect())
    }

    fn subjects(&self, requests: &[SubjectRequest]) -> Result<Vec<SubjectAnswer>, StoreError> {
        self.people(requests)
    }

    fn subject_keys(&self, ids: &[[u8; 16]]) -> Result<Vec<Option<SubjectKey>>, StoreError> {
        self.named(ids)
    }

    fn ready(&self, need: Need) -> Result<(), StoreError> {
        self.backend.ready()?;
        match need {
            Need::Values => Ok(()),
            Need::Subjects => self.people_ready(),
        }
    }
}

/// What an answer is known by: the index, and whose the value is.
type Place = ([u8; 32], Option<[u8; 32]>);

const fn place(request: &Request) -> Place {
    (request.index, request.subject)
}
