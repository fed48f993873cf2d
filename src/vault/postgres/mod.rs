//! A vault in PostgreSQL, which several processes share.
//!
//! A runtime on a thread of its own speaks to the server; who asks waits for it. A batch takes one round trip: what is
//! missing is kept, and all is read, in two statements that go out together.

mod address;
mod failure;
mod schema;
mod subjects;

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Hook, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::{Backend, BackendRow, Kept, OpenError};
use crate::transform::{Request, StoreError};
use address::SPELLED;
pub(super) use address::apart;
use failure::Failure;

pub(super) const ROW: BackendRow = BackendRow {
    name: "postgres",
    spelled: SPELLED,
    summary: "a PostgreSQL database, which several processes share",
    check: |rest| address::read(rest, None).map(drop),
    open: |rest, config| {
        let address = address::read(rest, config.password.as_ref())?;
        let tls = address::tls(config, address.get_ssl_mode())?;
        Ok(Box::new(Postgres::open(Manager::from_config(address, tls, RECYCLING))?))
    },
};

/// A connection is used again as long as it is open: to ask first would be a round trip for every batch.
const RECYCLING: ManagerConfig = ManagerConfig { recycling_method: RecyclingMethod::Fast };
/// One batch uses one connection for a round trip; more than a few at once only wait for the server's disk.
const CONNECTIONS_MAX: usize = 4;
/// How long a call may take, the wait for a connection included; the server gives up a statement after the same time.
const CALL_MAX: Duration = Duration::from_secs(10);

struct Postgres {
    pool: Pool,
    runtime: Handle,
    /// Whether the last call failed: only changes are told.
    away: AtomicBool,
    /// Dropped with this, which ends the thread.
    _end: oneshot::Sender<()>,
}

/// Says nothing of the address.
impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Postgres {
    fn open(manager: Manager) -> Result<Self, OpenError> {
        let cannot = || OpenError::Reference { spelled: SPELLED, what: "the system gives no thread for it".into() };
        let ready = Hook::async_fn(|client, _| Box::pin(schema::prepare(client)));
        let pool = Pool::builder(manager).max_size(CONNECTIONS_MAX).post_create(ready).build();
        let pool = pool.map_err(|_| cannot())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| cannot())?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let serve = move || drop(runtime.block_on(ended));
        std::thread::Builder::new().name("vault".into()).spawn(serve).map_err(|_| cannot())?;
        Ok(Self { pool, runtime: handle, away: AtomicBool::new(false), _end: end })
    }

    /// Has a job done, and waits for it.
    fn call<J: Job>(&self, job: J) -> Result<J::Done, StoreError> {
        let pool = self.pool.clone();
        let (answer, answered) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            let done = tokio::time::timeout(CALL_MAX, do_it(&pool, &job)).await;
            answer.send(done.unwrap_or(Err(Failure::Late))).ok();
        });
        let done = answered.recv().unwrap_or(Err(Failure::Broken));
        match &done {
            Ok(_) => {
                if self.away.swap(false, Ordering::Relaxed) {
                    tracing::info!("the vault's server answers again");
                }
            }
            Err(failure) => {
                if !self.away.swap(true, Ordering::Relaxed) {
                    tracing::error!(%failure, "the vault's server does not do what it is asked");
                }
            }
        }
        done.map_err(|failure| failure.meaning())
    }
}

/// Does a job; where that finds its connection broken, once more with another, since no job does harm twice.
async fn do_it<J: Job>(pool: &Pool, job: &J) -> Result<J::Done, Failure> {
    match Lent::of(pool).await?.has_done(job).await {
        Err(Failure::Broken) => Lent::of(pool).await?.has_done(job).await,
        done => done,
    }
}

/// A connection that goes back to the pool with an answer, and else is closed: what a statement still says must not be
/// taken for another's answer.
struct Lent(Option<Object>);

impl Lent {
    async fn of(pool: &Pool) -> Result<Self, Failure> {
        Ok(Self(Some(pool.get().await?)))
    }

    async fn has_done<J: Job>(mut self, job: &J) -> Result<J::Done, Failure> {
        let connection = self.0.as_ref().ok_or(Failure::Broken)?;
        let done = job.run(connection).await.map_err(Failure::from);
        if !matches!(done, Err(Failure::Broken)) {
            drop(self.0.take());
        }
        done
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.take().map(Object::take);
    }
}

/// Something to be done with a connection; harmless when it is done twice.
trait Job: Send + Sync + 'static {
    type Done: Send;

    fn run(&self, client: &ClientWrapper) -> impl Future<Output = Result<Self::Done, Error>> + Send;
}

/// Keeps what is missing of a batch, and gives the token of each index.
struct Create {
    indexes: Vec<Vec<u8>>,
    keys: Vec<Vec<u8>>,
    tokens: Vec<Vec<u8>>,
    rings: Vec<String>,
    sealed: Vec<Vec<u8>>,
    /// Those that are somebody's: whose, and their indexes.
    owned: (Vec<Vec<u8>>, Vec<Vec<u8>>),
}

impl Create {
    fn all(requests: &[&Request]) -> Self {
        let owned = |request: &&Request| Some((request.subject?.to_vec(), request.index.to_vec()));
        Self {
            owned: requests.iter().filter_map(owned).unzip(),
            indexes: requests.iter().map(|request| request.index.to_vec()).collect(),
            keys: requests.iter().map(|request| request.index_key.0.to_vec()).collect(),
            tokens: requests.iter().map(|request| request.token.clone()).collect(),
            rings: requests.iter().map(|request| request.domain.to_string()).collect(),
            sealed: requests.iter().map(|request| request.sealed.clone()).collect(),
        }
    }
}

impl Job for Create {
    type Done = HashMap<Vec<u8>, Vec<u8>>;

    /// All statements go out before the first is answered.
    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let create = client.prepare_cached(schema::CREATE).await?;
        let link = client.prepare_cached(schema::LINK).await?;
        let known = client.prepare_cached(schema::KNOWN).await?;
        let columns: [&(dyn ToSql + Sync); 5] = [&self.indexes, &self.keys, &self.tokens, &self.rings, &self.sealed];
        let asked: [&(dyn ToSql + Sync); 1] = [&self.indexes];
        let links: [&(dyn ToSql + Sync); 2] = [&self.owned.0, &self.owned.1];
        let rows = if self.owned.0.is_empty() {
            let (created, rows) = tokio::join!(client.execute(&create, &columns), client.query(&known, &asked));
            created?;
            rows
        } else {
            // A row without its links would outlive whom it belongs to: both or neither.
            let (begun, created, linked, committed, rows) = tokio::join!(
                client.batch_execute("BEGIN"),
                client.execute(&create, &columns),
                client.execute(&link, &links),
                client.batch_execute("COMMIT"),
                client.query(&known, &asked)
            );
            begun?;
            created?;
            linked?;
            committed?;
            rows
        };
        rows?.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

/// Gives what is kept, by token.
struct Find(Vec<Vec<u8>>);

impl Job for Find {
    type Done = HashMap<Vec<u8>, Kept>;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let find = client.prepare_cached(schema::FIND).await?;
        let rows = client.query(&find, &[&self.0]).await?;
        let kept = |row: &Row| Ok((row.try_get(0)?, Kept { domain: row.try_get(1)?, sealed: row.try_get(2)? }));
        rows.iter().map(kept).collect()
    }
}

/// Asks for an answer, whatever it is.
struct Ask;

impl Job for Ask {
    type Done = ();

    async fn run(&self, client: &ClientWrapper) -> Result<(), Error> {
        client.check_connection().await
    }
}

impl Backend for Postgres {
    fn get_or_create(&self, requests: &[&Request]) -> Result<Vec<Vec<u8>>, StoreError> {
        let tokens = self.call(Create::all(requests))?;
        // One that is missing was deleted at this very moment, and is made when it is asked for again.
        let token = |request: &&Request| tokens.get(&request.index[..]).cloned().ok_or(StoreError::Unavailable);
        requests.iter().map(token).collect()
    }

    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        let kept = self.call(Find(tokens.iter().map(|token| token.to_vec()).collect()))?;
        Ok(tokens.iter().map(|token| kept.get(*token).cloned()).collect())
    }

    fn ready(&self) -> Result<(), StoreError> {
        self.call(Ask)
    }
}
