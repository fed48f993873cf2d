//! The listeners of a process: `admin` always, unless it is off, and `http` where it is configured.
//!
//! They live on a small runtime of their own, so that nothing else of the process has to be asynchronous: whoever wires
//! the process starts them, waits for whatever ends it, and drains them.

use crate::access;
use crate::engine::Settings;
use crate::http::{self, Admin, BindError, Bound, Drained, Guard, StartError, Tls};
use crate::observe::{Connections, Metrics, Part, Readiness};
use axum::Router;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How many threads move bytes; the engine's work is done elsewhere.
const THREADS: usize = 2;
/// How long connections that were cut off may take to notice.
const CUT_OFF_MAX: Duration = Duration::from_secs(1);

/// What the HTTP face serves.
#[derive(Debug)]
pub struct Face {
    /// Its settings.
    pub config: http::Config,
    /// Its products.
    pub products: Vec<http::Product>,
    /// What the engine is told.
    pub settings: Settings,
    /// How many threads transform records.
    pub threads: NonZeroUsize,
    /// Who may do what, and who tells callers apart; none where whoever can connect is served.
    pub access: Option<(access::Config, Guard)>,
    /// What TLS is spoken with.
    pub tls: Option<Tls>,
}

/// Why the listeners cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The face cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An address is not to be had.
    #[error("{0}; another process may listen there, or `listen:` under `{1}:` names an address of another host")]
    Bind(#[source] BindError, &'static str),
    /// The system gives no runtime or no signals.
    #[error("no runtime: {0}")]
    Runtime(#[from] io::Error),
}

/// The listeners at work.
#[derive(Debug)]
pub struct Listeners {
    runtime: Runtime,
    readiness: Readiness,
    admin: Option<Listener>,
    http: Option<Listener>,
}

#[derive(Debug)]
struct Listener {
    address: SocketAddr,
    stop: watch::Sender<()>,
    served: JoinHandle<Drained>,
    /// Ready for as long as it listens.
    _part: Part,
}

impl Listeners {
    /// Takes the addresses and serves.
    ///
    /// # Errors
    /// Where the face cannot start, or an address is not to be had.
    pub fn start(
        admin: Admin,
        face: Option<Face>,
        metrics: &Metrics,
        readiness: &Readiness,
    ) -> Result<Self, ListenError> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("listen").enable_all().build()?;
        let admin = match admin {
            Admin::Off => None,
            Admin::On(listen) => {
                let router = http::admin(metrics.clone(), readiness.clone());
                Some(Listener::start(&runtime, "admin", (listen, None), router, metrics, readiness)?)
            }
        };
        let http = match face {
            None => None,
            Some(Face { config, products, settings, threads, access, tls }) => {
                let listen = config.listen;
                let _entered = runtime.enter();
                let access = access.as_ref().map(|(access, guard)| (access, guard.clone()));
                let router = http::face(config, access, products, settings, threads, metrics)?;
                Some(Listener::start(&runtime, "http", (listen, tls), router, metrics, readiness)?)
            }
        };
        Ok(Self { runtime, readiness: readiness.clone(), admin, http })
    }

    /// Gives the address of the admin listener.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(|listener| listener.address)
    }

    /// Gives the address of the HTTP face.
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.http.as_ref().map(|listener| listener.address)
    }

    /// Waits until somebody ends the process, by SIGTERM or SIGINT; for a process that has nothing else to do.
    ///
    /// # Errors
    /// Where the system does not tell of signals.
    pub fn until_signal(&self) -> io::Result<()> {
        self.runtime.block_on(async {
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            Ok(())
        })
    }

    /// Ends the HTTP face: takes nothing new and finishes the requests under way. Probes are answered until the end.
    pub fn drain(self) -> Drained {
        let Self { runtime, readiness, admin, http } = self;
        readiness.drain();
        let drained = http.map_or(Drained::Whole, |listener| listener.drain(&runtime));
        if let Some(listener) = admin {
            listener.drain(&runtime);
        }
        runtime.shutdown_timeout(CUT_OFF_MAX);
        drained
    }
}

impl Listener {
    fn start(
        runtime: &Runtime,
        name: &'static str,
        (listen, tls): (http::Listen, Option<Tls>),
        router: Router,
        metrics: &Metrics,
        readiness: &Readiness,
    ) -> Result<Self, ListenError> {
        let bound = runtime.block_on(Bound::new(listen, tls)).map_err(|error| ListenError::Bind(error, name))?;
        let address = bound.address();
        let (stop, stopped) = watch::channel(());
        let served = runtime.spawn(serve(bound, router, metrics.listener(name), stopped));
        let part = readiness.part(name);
        part.ready();
        tracing::info!(%address, "{name} listens");
        Ok(Self { address, stop, served, _part: part })
    }

    fn drain(self, runtime: &Runtime) -> Drained {
        drop(self.stop);
        // A task that panicked has cut off its requests.
        runtime.block_on(self.served).unwrap_or(Drained::CutOff)
    }
}

/// Serves until the other half of `stopped` is dropped.
async fn serve(bound: Bound, router: Router, metrics: Connections, mut stopped: watch::Receiver<()>) -> Drained {
    let stop = async move { while stopped.changed().await.is_ok() {} };
    bound.serve(router, metrics, stop).await
}
