//! The accept loop under both listeners.

use super::config::Listen;
use super::deanonymize::DEANONYMIZE;
use super::face::internal;
use super::stall::Stall;
use super::stream::{Peer, Stream};
use super::tls::Tls;
use crate::observe::Connections;
use axum::Router;
use axum::response::IntoResponse as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

/// How many bytes the head of a request may have; also the size of a read.
const HEAD_MAX: usize = 64 * 1024;
/// How long the loop rests when the system has no connection to give, such as for want of file descriptors.
const REST: Duration = Duration::from_millis(50);

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {error}")]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// What the system says.
    #[source]
    pub error: io::Error,
}

/// A listener that has its address and does not serve yet; connections wait.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    listen: Listen,
    tls: Option<Tls>,
}

/// What a call holds until it is over, though its connection may be gone by then: the place of that connection among those that
/// may be open, and word to who drains.
struct UnderWay {
    _slot: OwnedSemaphorePermit,
    _drain: mpsc::Sender<Infallible>,
}

/// Where a call is answered: in a task of its own, or in its connection's, with which it ends.
enum Call<A: Future> {
    Alone(JoinHandle<A::Output>),
    Here(A),
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Every request was answered.
    Whole,
    /// Some requests were cut off at the end of the drain.
    CutOff,
}

impl Bound {
    /// Takes the address; port 0 takes a free one. With TLS, nothing else is spoken there.
    ///
    /// # Errors
    /// Where the system does not give it.
    pub async fn new(listen: Listen, tls: Option<Tls>) -> Result<Self, BindError> {
        let named = |error| BindError { address: listen.address, error };
        let listener = TcpListener::bind(listen.address).await.map_err(named)?;
        let address = listener.local_addr().map_err(named)?;
        Ok(Self { listener, address, listen, tls })
    }

    /// Gives the address, with the port that was taken.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then takes no connection, finishes the requests under way and closes the rest.
    pub async fn serve(self, router: Router, metrics: Connections, stop: impl Future<Output = ()>) -> Drained {
        let Self { listener, listen, tls, .. } = self;
        let slots = Arc::new(Semaphore::new(listen.connections_max));
        let graceful = GracefulShutdown::new();
        let (drain, mut over) = mpsc::channel(1);
        let http = builder(&listen);
        tokio::pin!(stop);
        loop {
            let next = async {
                // The semaphore is never closed; were it, nothing more is taken.
                let slot = slots.clone().acquire_owned().await.ok()?;
                Some((slot, listener.accept().await))
            };
            let (slot, accepted) = tokio::select! {
                biased;
                () = &mut stop => break,
                next = next => match next {
                    Some(next) => next,
                    None => break,
                },
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "no connection could be taken");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            };
            let open = metrics.open();
            let (watcher, http, stall) = (graceful.watcher(), http.clone(), stall(stream, &listen));
            let (tls, router, metrics) = (tls.clone(), router.clone(), metrics.clone());
            let under_way = Arc::new(UnderWay { _slot: slot, _drain: drain.clone() });
            tokio::spawn(async move {
                // A client that breaks off, is too slow, or is not known by its certificate is no event.
                if let Ok((stream, peer)) = Stream::open(stall, address, tls.as_ref(), listen.header_timeout).await {
                    let answers = answers(router, metrics, peer, under_way);
                    watcher.watch(http.serve_connection(TokioIo::new(stream), answers)).await.ok();
                }
                drop(open);
            });
        }
        drop((listener, drain));
        let drained = async {
            graceful.shutdown().await;
            // Nothing is ever sent: it ends with the last call.
            over.recv().await;
        };
        match tokio::time::timeout(listen.drain_max, drained).await {
            Ok(()) => Drained::Whole,
            Err(_) => Drained::CutOff,
        }
    }
}

fn builder(listen: &Listen) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(listen.header_timeout).max_buf_size(HEAD_MAX);
    http
}

fn stall(stream: TcpStream, listen: &Listen) -> Stall {
    // Without it a small answer waits for the acknowledgement of the one before; a socket that refuses is slower.
    stream.set_nodelay(true).ok();
    Stall::new(stream, listen.write_timeout)
}

/// Answers by the router, and counts.
///
/// Of every call that turns stand-ins back there is a record, also of one whose caller has hung up: it is a task of its own, and
/// goes on without the connection, which does not even begin an answer where its end came with the request.
fn answers(
    router: Router,
    metrics: Connections,
    peer: Peer,
    under_way: Arc<UnderWay>,
) -> impl hyper::service::HttpService<Incoming, ResBody = axum::body::Body, Future: Send> + Send {
    let router = TowerToHyperService::new(router);
    service_fn(move |mut request: hyper::Request<Incoming>| {
        let (router, metrics, under_way) = (router.clone(), metrics.clone(), Arc::clone(&under_way));
        request.extensions_mut().insert(peer.clone());
        let is_recorded = request.uri().path() == DEANONYMIZE;
        let answer = async move {
            let _under_way = under_way;
            let _counted = metrics.request();
            let start = Instant::now();
            let response = router.call(request).await;
            if let Ok(response) = &response {
                metrics.answered(response.status().as_u16(), start.elapsed());
            }
            response
        };
        // It begins here, since nobody may ever ask how far it is.
        let call = if is_recorded { Call::Alone(tokio::spawn(answer)) } else { Call::Here(answer) };
        async move {
            match call {
                Call::Alone(task) => task.await.unwrap_or_else(|_| Ok(internal().into_response())),
                Call::Here(answer) => answer.await,
            }
        }
    })
}
