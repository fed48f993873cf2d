//! Fetches the keys that sign tokens, and fetches them anew: on a schedule, on SIGHUP, and when a token names a key
//! that is not among them.

use super::tls::{TlsError, roots};
use crate::access::{JwksFrom, JwtConfig, Keys, KeysError};
use crate::model::ToldPath;
use arc_swap::ArcSwapOption;
use axum::body::Body;
use http_body_util::{BodyExt as _, Limited};
use hyper::header::{ACCEPT, HOST};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long one fetch may take.
const FETCH_MAX: Duration = Duration::from_secs(5);
/// How large a set of keys may be, in bytes.
const BODY_MAX: usize = 1 << 20;
/// How long keys count that cannot be fetched anew: an issuer's outage is over by then, or somebody looks at it.
const STALE_MAX: Duration = Duration::from_secs(3600);
/// How long keys count that were fetched once, and are to be fetched anew after that time.
const fn count_max(refresh: Duration) -> Duration {
    refresh.saturating_add(STALE_MAX)
}

/// How long tokens with unknown keys cause no further fetch.
const REST: Duration = Duration::from_secs(2);

/// Why the keys of tokens are not to be had; never what was received.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The file cannot be read.
    #[error("{}: {error}", ToldPath(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What the file holds is of no use.
    #[error("{}: {error}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        error: KeysError,
    },
    /// The certificates that the server is checked by cannot be used.
    #[error(transparent)]
    Ca(#[from] TlsError),
    /// The address is none.
    #[error("`{0}` is no address of keys")]
    Address(String),
    /// The server did not give them.
    #[error("the keys of tokens are not to be had from {url}: {what}")]
    Fetch {
        /// The address.
        url: String,
        /// What went wrong.
        what: String,
    },
}

/// The keys as they were fetched last.
#[derive(Debug)]
pub(super) struct Jwks {
    config: JwtConfig,
    client: Option<Arc<ClientConfig>>,
    live: ArcSwapOption<Fetched>,
    wanted: Notify,
    tries: watch::Sender<u64>,
}

#[derive(Debug)]
struct Fetched {
    keys: Arc<Keys>,
    at: Instant,
}

impl Jwks {
    /// Reads a file now; a server need not answer yet.
    ///
    /// # Errors
    /// Where the file holds no keys, or a server's certificate could never be checked.
    pub fn load(config: &JwtConfig) -> Result<Self, JwksError> {
        let client = match &config.jwks {
            JwksFrom::File(_) => None,
            JwksFrom::Url(url) => {
                let uri: Uri = url.parse().map_err(|_| JwksError::Address(url.clone()))?;
                if uri.host().is_none_or(str::is_empty) {
                    return Err(JwksError::Address(url.clone()));
                }
                Some(Arc::new(client(config)?))
            }
        };
        let jwks = Self {
            config: config.clone(),
            client,
            live: ArcSwapOption::empty(),
            wanted: Notify::new(),
            tries: watch::Sender::new(0),
        };
        if let JwksFrom::File(path) = &config.jwks {
            jwks.store(read(path)?);
        }
        Ok(jwks)
    }

    /// Gives the keys; none while there are none, or none that are fresh enough.
    pub fn keys(&self) -> Option<Arc<Keys>> {
        let fetched = self.live.load_full()?;
        (fetched.at.elapsed() < count_max(self.config.refresh)).then(|| Arc::clone(&fetched.keys))
    }

    /// Asks for the keys to be fetched soon.
    pub fn want(&self) {
        self.wanted.notify_one();
    }

    /// Asks for the keys to be fetched, and waits until that was tried, or for as long as one try may take.
    pub async fn fetched(&self) {
        let mut tries = self.tries.subscribe();
        tries.mark_unchanged();
        self.want();
        tokio::time::timeout(FETCH_MAX, tries.changed()).await.ok();
    }

    /// Fetches for ever.
    pub async fn keep(self: Arc<Self>) {
        loop {
            match self.fetch().await {
                Ok(keys) => self.store(keys),
                Err(error) => tracing::warn!(%error, "the keys of tokens stay as they were"),
            }
            self.tries.send_modify(|tries| *tries = tries.wrapping_add(1));
            let rest = tokio::time::Instant::now() + REST;
            tokio::time::timeout(self.config.refresh, self.wanted.notified()).await.ok();
            tokio::time::sleep_until(rest).await;
        }
    }

    fn store(&self, keys: Keys) {
        self.live.store(Some(Arc::new(Fetched { keys: Arc::new(keys), at: Instant::now() })));
    }

    async fn fetch(&self) -> Result<Keys, JwksError> {
        match (&self.config.jwks, &self.client) {
            (JwksFrom::Url(url), Some(client)) => {
                let named = |what: String| JwksError::Fetch { url: url.clone(), what };
                let bytes = tokio::time::timeout(FETCH_MAX, get(url, Arc::clone(client))).await;
                let bytes = bytes.map_err(|_| named("no answer in time".to_owned()))?.map_err(named)?;
                Keys::parse(&bytes).map_err(|error| named(error.to_string()))
            }
            (JwksFrom::File(path), _) => read(path),
            (JwksFrom::Url(url), None) => Err(JwksError::Address(url.clone())),
        }
    }
}

fn read(path: &std::path::Path) -> Result<Keys, JwksError> {
    let bytes = std::fs::read(path).map_err(|error| JwksError::Unreadable { path: path.to_owned(), error })?;
    Keys::parse(&bytes).map_err(|error| JwksError::Content { path: path.to_owned(), error })
}

/// Makes what a server's certificate is checked by.
fn client(config: &JwtConfig) -> Result<ClientConfig, JwksError> {
    let roots = match &config.ca {
        Some(path) => roots(path)?,
        None => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            roots
        }
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|_| JwksError::Address("ring".to_owned()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Gets what stands at an address; redirections are not followed.
async fn get(url: &str, client: Arc<ClientConfig>) -> Result<Vec<u8>, String> {
    let uri: Uri = url.parse().map_err(|_| "it is no address".to_owned())?;
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let secure = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let stream = TcpStream::connect((bare, port)).await.map_err(|error| error.kind().to_string())?;
    if !secure {
        return ask(stream, &uri).await;
    }
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| "its host is no name".to_owned())?;
    let stream = TlsConnector::from(client).connect(name, stream).await.map_err(|error| untrusted(&error))?;
    ask(stream, &uri).await
}

/// Tells a certificate that does not count from a line that broke off.
fn untrusted(error: &io::Error) -> String {
    match error.get_ref().is_some_and(|inner| inner.is::<tokio_rustls::rustls::Error>()) {
        true => "TLS failed: the server shows no certificate for its name that counts here".to_owned(),
        false => error.kind().to_string(),
    }
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, uri: &Uri) -> Result<Vec<u8>, String> {
    // What the library says could quote what was received.
    let said = |_: hyper::Error| "the connection broke off, or no HTTP was spoken".to_owned();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(said)?;
    let connection = tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let request = Request::get(path).header(HOST, authority).header(ACCEPT, "application/json").body(Body::empty());
    let request = request.map_err(|_| "it is no address".to_owned())?;
    let answer = sender.send_request(request).await.map_err(said)?;
    if answer.status() != StatusCode::OK {
        return Err(format!("the answer is {}", answer.status()));
    }
    let body = Limited::new(answer.into_body(), BODY_MAX).collect().await;
    connection.abort();
    Ok(body.map_err(|_| "the answer broke off, or is too large".to_owned())?.to_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However seldom keys are fetched, one fetch that fails is not the end of them.
    #[test]
    fn keys_count_an_hour_longer_than_until_the_next_fetch() {
        for refresh in [1, 600, 3600, 86_400].map(Duration::from_secs) {
            assert_eq!(count_max(refresh), refresh + STALE_MAX);
        }
    }
}
