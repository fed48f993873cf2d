//! A vault in PostgreSQL, which several processes share.
//!
//! A runtime on a thread of its own speaks to the server; who asks waits for it. A batch takes one round trip: what is
//! missing is kept, and all is read, in two statements that go out together.

mod address;
mod failure;
mod jobs;
mod renewal;
mod rings;
mod schema;
mod subjects;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Hook, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_postgres::Error;

use super::{Asked, Backend, BackendRow, Kept, Memory, OpenError, Renewed, Stale, Until};
use crate::transform::{SealedUnder, StoreError};
use address::SPELLED;
pub(super) use address::apart;
use failure::Failure;
use jobs::{Create, Expire, Find, Times};
use renewal::{Next, Renew};

pub(super) const ROW: BackendRow = BackendRow {
    name: "postgres",
    spelled: SPELLED,
    summary: "a PostgreSQL database, which several processes share",
    memory: Memory::Lasts,
    late_max: CALL_MAX.saturating_mul(2),
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

/// Asks for an answer, whatever it is.
struct Ask;

impl Job for Ask {
    type Done = ();

    async fn run(&self, client: &ClientWrapper) -> Result<(), Error> {
        client.check_connection().await
    }
}

impl Backend for Postgres {
    fn get_or_create(&self, asked: &[Asked<'_>]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut create = Create::all(asked);
        let mut rows = self.call(create.clone())?;
        let late =
            |Asked { request, until }: &Asked<'_>| rows.get(&request.index[..]).is_some_and(|row| row.1 < *until);
        if create.times == Times::Stay && asked.iter().any(late) {
            // Somebody else asked for less time; that is rare, and costs another round trip.
            create.times = Times::Grow;
            rows = self.call(create)?;
        }
        let token = |asked: &Asked<'_>| rows.get(&asked.request.index[..]).map(|(token, _)| token.clone());
        asked.iter().map(|asked| token(asked).ok_or(asked)).collect::<Result<_, _>>().or_else(|missing| {
            // It was deleted at this very moment, and is made when it is asked for again; or its token is another's.
            let taken = self.call(Find(vec![missing.request.token.clone()]))?;
            Err(if taken.is_empty() { StoreError::Unavailable } else { StoreError::Refused })
        })
    }

    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        let kept = self.call(Find(tokens.iter().map(|token| token.to_vec()).collect()))?;
        Ok(tokens.iter().map(|token| kept.get(*token).cloned()).collect())
    }

    fn expire(&self, now: Until, max: usize) -> Result<usize, StoreError> {
        self.call(Expire(now, i64::try_from(max).unwrap_or(i64::MAX)))
    }

    fn stale(&self, how: &[SealedUnder], behind: Option<&[u8]>, max: usize) -> Result<Stale, StoreError> {
        self.call(Next::new(how, behind, max))
    }

    fn renew(&self, rows: &[Renewed]) -> Result<u64, StoreError> {
        self.call(Renew(rows.to_vec()))
    }

    fn ready(&self) -> Result<(), StoreError> {
        self.call(Ask)
    }
}
