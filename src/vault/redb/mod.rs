//! A vault in one file of this process's own: nothing to install, durable at every commit.

mod more;
mod renewal;
mod rings;
mod subjects;
mod times;

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redb::backends::FileBackend;
use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};

use super::{Asked, Backend, BackendRow, Kept, Memory, OpenError, Renewed, Stale, Until};
use crate::transform::{SealedUnder, StoreError};

pub(super) const ROW: BackendRow = BackendRow {
    name: "redb",
    spelled: SPELLED,
    summary: "one file, which one process at a time has open",
    memory: Memory::Lasts,
    late_max: Duration::ZERO,
    check,
    open: |path, _| {
        check(path)?;
        Ok(Box::new(Redb::open(path.into())?))
    },
};

fn check(path: &str) -> Result<(), OpenError> {
    if path.is_empty() {
        return Err(OpenError::Reference { spelled: SPELLED, what: "the path is missing".into() });
    }
    Ok(())
}

const SPELLED: &str = "redb:PATH";

/// Token by index.
const INDEXES: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("indexes");
/// Ring, index key, index and sealed value by token.
#[expect(clippy::type_complexity, reason = "said here alone")]
const TOKENS: TableDefinition<'_, &[u8], (&str, &[u8; 4], &[u8; 32], &[u8])> = TableDefinition::new("tokens");
/// What the file is: its version by the name `format`.
const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("privet");
/// The version of the tables; what lacks of an earlier one is made.
const FORMAT: u64 = 2;

#[derive(Debug)]
struct Redb {
    path: PathBuf,
    /// None after the file could not be read or written: redb then wants it opened anew.
    database: Mutex<Option<Arc<Database>>>,
}

/// Why an access failed.
enum Failure {
    /// Of the library, whose word is not passed on.
    Redb(redb::Error),
    /// A token that is to be made stands for something else.
    Taken,
    /// What is to be made is somebody's whose key is gone.
    Gone,
}

impl<E: Into<redb::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Redb(error.into())
    }
}

impl Redb {
    fn open(path: PathBuf) -> Result<Self, OpenError> {
        if matches!(std::fs::symlink_metadata(&path), Err(error) if error.kind() == ErrorKind::NotFound) {
            make(&path)?;
        }
        let database = open(&path)?;
        Ok(Self { path, database: Mutex::new(Some(Arc::new(database))) })
    }

    /// Gives the open file; opens it anew after a fault, but makes none: an empty vault in the place of one that went away
    /// with its folder would give every value another token.
    fn database(&self) -> Result<Arc<Database>, StoreError> {
        let mut slot = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = &*slot {
            return Ok(Arc::clone(database));
        }
        let database = Arc::new(open(&self.path).map_err(|error| {
            tracing::warn!(%error, "the vault's file cannot be opened again yet");
            StoreError::Unavailable
        })?);
        *slot = Some(Arc::clone(&database));
        Ok(database)
    }

    fn access<T>(&self, act: impl FnOnce(&Database) -> Result<T, Failure>) -> Result<T, StoreError> {
        let database = self.database()?;
        let failure = match act(&database) {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        match failure {
            Failure::Redb(
                redb::Error::Io(_) | redb::Error::PreviousIo | redb::Error::Backend(_) | redb::Error::DatabaseClosed,
            ) => {
                let path = self.path.display();
                tracing::warn!(%path, "the vault's file could not be read or written: it is opened anew");
                let mut slot = self.database.lock().unwrap_or_else(PoisonError::into_inner);
                if slot.as_ref().is_some_and(|open| Arc::ptr_eq(open, &database)) {
                    *slot = None;
                }
                Err(StoreError::Unavailable)
            }
            Failure::Gone => Err(StoreError::Unavailable),
            Failure::Redb(_) | Failure::Taken => {
                tracing::error!(path = %self.path.display(), "the vault's file refuses: it may be damaged");
                Err(StoreError::Refused)
            }
        }
    }
}

impl Backend for Redb {
    fn get_or_create(&self, asked: &[Asked<'_>]) -> Result<Vec<Vec<u8>>, StoreError> {
        self.access(|database| match known(database, asked)? {
            Some(tokens) if subjects::are_linked(database, asked, &tokens)? => Ok(tokens),
            Some(_) | None => create(database, asked),
        })
    }

    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        self.access(|database| {
            let table = database.begin_read()?.open_table(TOKENS)?;
            let untils = times::of(database, tokens.iter().copied())?;
            let one = |(token, until): (&&[u8], Until)| {
                let row = table.get(*token)?;
                Ok(row.map(|row| {
                    let (domain, _, _, sealed) = row.value();
                    Kept { domain: domain.to_owned(), sealed: sealed.to_vec(), until }
                }))
            };
            tokens.iter().zip(untils).map(one).collect()
        })
    }

    fn expire(&self, now: Until, max: usize) -> Result<usize, StoreError> {
        self.access(|database| times::expire(database, now, max))
    }

    fn stale(&self, how: &[SealedUnder], behind: Option<&[u8]>, max: usize) -> Result<Stale, StoreError> {
        self.access(|database| renewal::stale(database, how, behind, max))
    }

    fn renew(&self, rows: &[Renewed]) -> Result<u64, StoreError> {
        self.access(|database| renewal::renew(database, rows))
    }

    /// The file's folder may come back, such as a mount.
    fn ready(&self) -> Result<(), StoreError> {
        self.database().map(drop)
    }
}

/// Gives the tokens if every one is there for as long as it must be; readers wait for nobody.
fn known(database: &Database, asked: &[Asked<'_>]) -> Result<Option<Vec<Vec<u8>>>, Failure> {
    let table = database.begin_read()?.open_table(INDEXES)?;
    let mut tokens = Vec::with_capacity(asked.len());
    for Asked { request, .. } in asked {
        match table.get(&request.index)? {
            Some(token) => tokens.push(token.value().to_vec()),
            None => return Ok(None),
        }
    }
    let untils = times::of(database, tokens.iter().map(Vec::as_slice))?;
    let last = asked.iter().zip(untils).all(|(asked, until)| asked.until <= until);
    Ok(last.then_some(tokens))
}

fn create(database: &Database, asked: &[Asked<'_>]) -> Result<Vec<Vec<u8>>, Failure> {
    let mut transaction = database.begin_write()?;
    // A crash costs no walk through the whole file at the next start.
    transaction.set_quick_repair(true);
    let mut answers = Vec::with_capacity(asked.len());
    {
        let mut indexes = transaction.open_table(INDEXES)?;
        let mut tokens = transaction.open_table(TOKENS)?;
        for one in asked {
            let Asked { request, until } = one;
            let kept = indexes.get(&request.index)?.map(|token| token.value().to_vec());
            if let Some(token) = kept {
                let lasts = *until <= times::known(&transaction, &token)?;
                let empty =
                    || Ok::<_, Failure>(tokens.get(token.as_slice())?.is_some_and(|row| row.value().3.is_empty()));
                // Where the value is gone, the token stands for nothing any more, and its row says so for ever; but for one
                // that is this very one.
                let gone = !lasts && empty()?;
                if !gone || token == request.token {
                    if gone {
                        let row = (&*request.domain, &request.index_key.0, &request.index, request.sealed.as_slice());
                        tokens.insert(token.as_slice(), row)?;
                    }
                    if !lasts {
                        times::set(&transaction, &token, *until)?;
                    }
                    if token == request.token {
                        more::add(&transaction, &mut indexes, &token, &request.others)?;
                    }
                    answers.push(token);
                    continue;
                }
                more::remove(&transaction, &mut indexes, &token)?;
            }
            if !subjects::is_there(&transaction, request)? {
                return Err(Failure::Gone);
            }
            indexes.insert(&request.index, request.token.as_slice())?;
            let row = (&*request.domain, &request.index_key.0, &request.index, request.sealed.as_slice());
            if tokens.insert(request.token.as_slice(), row)?.is_some() {
                return Err(Failure::Taken);
            }
            more::add(&transaction, &mut indexes, &request.token, &request.others)?;
            if *until != Until::EVER {
                times::set(&transaction, &request.token, *until)?;
            }
            answers.push(request.token.clone());
        }
        subjects::link(&transaction, asked, &answers)?;
    }
    transaction.commit()?;
    Ok(answers)
}

/// Makes a vault where there is none: whole, its owner's alone, and on the disk with its name before anything is kept in it.
/// Where another process is quicker, that one's is there.
fn make(path: &Path) -> Result<(), OpenError> {
    let cannot = |error: std::io::Error| OpenError::File { path: path.to_owned(), what: error.to_string() };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let new = tempfile::Builder::new().prefix(".privet-vault-").tempfile_in(folder).map_err(cannot)?;
    drop(database(new.reopen().map_err(cannot)?, path)?);
    new.as_file().sync_all().map_err(cannot)?;
    match new.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(cannot(error.error)),
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot)
}

/// Opens a file that is there.
fn open(path: &Path) -> Result<Database, OpenError> {
    let cannot = |what: String| OpenError::File { path: path.to_owned(), what };
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| cannot(error.to_string()))?;
    let bytes = file.metadata().map_err(|error| cannot(error.to_string()))?.len();
    if bytes == 0 {
        return Err(cannot(EMPTY.into()));
    }
    database(file, path)
}

/// A vault has its tables before it has its name, so what is empty was one, or is none.
const EMPTY: &str =
    "it is empty, which a vault never is: put a backup in its place, or remove it to begin with no tokens";

/// Reads or makes the tables of an open file; `path` is for what is told.
fn database(file: File, path: &Path) -> Result<Database, OpenError> {
    let cannot = |what: String| OpenError::File { path: path.to_owned(), what };
    let database =
        FileBackend::new(file).and_then(|file| Database::builder().create_with_backend(file)).map_err(|error| {
            match error {
                DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
                    OpenError::InUse(path.to_owned())
                }
                DatabaseError::Storage(redb::StorageError::Io(error)) if error.kind() != ErrorKind::InvalidData => {
                    cannot(error.to_string())
                }
                _ => cannot("this is no vault, or it is damaged".into()),
            }
        })?;
    match format(&database) {
        Ok(FORMAT) => Ok(database),
        Ok(other) => Err(cannot(format!("it has format {other}, and this version reads {FORMAT}"))),
        Err(Failure::Redb(_) | Failure::Taken | Failure::Gone) => Err(cannot("it cannot be read or written".into())),
    }
}

/// Reads which format the file has; an empty one gets all its tables.
fn format(database: &Database) -> Result<u64, Failure> {
    let transaction = database.begin_write()?;
    let format = {
        let mut about = transaction.open_table(ABOUT)?;
        let kept = about.get("format")?.map(|format| format.value());
        match kept {
            None | Some(1) => {
                about.insert("format", FORMAT)?;
                FORMAT
            }
            Some(kept) => kept,
        }
    };
    if format == FORMAT {
        transaction.open_table(INDEXES)?;
        transaction.open_table(TOKENS)?;
        subjects::make(&transaction)?;
        times::make(&transaction)?;
        more::make(&transaction)?;
        rings::make(&transaction)?;
        transaction.commit()?;
    }
    Ok(format)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{Config, Vault};
    use std::os::unix::fs::PermissionsExt;

    fn config(path: &Path) -> Config {
        Config::of(format!("redb:{}", path.display()))
    }

    #[test]
    fn a_file_is_its_owners_and_one_process_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.redb");
        let vault = Vault::open(&config(&path)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let error = Vault::open(&config(&path)).unwrap_err();
        assert!(error.to_string().contains("another process has it open"), "{error}");
        drop(vault);
        Vault::open(&config(&path)).unwrap();
    }

    #[test]
    fn what_is_no_vault_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "no vault at all ".repeat(1_000)).unwrap();
        let error = Vault::open(&config(&path)).unwrap_err();
        assert!(error.to_string().contains("this is no vault"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "no vault at all ".repeat(1_000));
        let missing = folder.path().join("missing/vault.redb");
        assert!(matches!(Vault::open(&config(&missing)), Err(OpenError::File { .. })));
        assert!(matches!(Vault::open(&config(Path::new(""))), Err(OpenError::Reference { .. })));
    }

    /// As after a disk that was full, or a copy that failed: another vault in its place would give each value a new token.
    #[test]
    fn an_empty_file_is_no_new_vault() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.redb");
        std::fs::write(&path, "").unwrap();
        let error = Vault::open(&config(&path)).unwrap_err();
        assert!(error.to_string().contains("it is empty, which a vault never is"), "{error}");
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
        std::fs::remove_file(&path).unwrap();
        Vault::open(&config(&path)).unwrap();
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["vault.redb"], "nothing is left beside it");
    }

    #[test]
    fn another_format_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.redb");
        let database = Database::create(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(ABOUT).unwrap().insert("format", 3).unwrap();
        transaction.commit().unwrap();
        drop(database);
        let error = Vault::open(&config(&path)).unwrap_err();
        assert!(error.to_string().contains("it has format 3, and this version reads 2"), "{error}");
    }
}
