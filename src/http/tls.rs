//! TLS of the face: its own certificate, and whom it takes for a client.

use crate::model::{TOO_OPEN, ToldPath, is_private};
use crate::policy::{Diagnostics, Value, given};
use arc_swap::ArcSwap;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// How large a file of certificates may be.
const FILE_MAX: u64 = 1 << 20;

/// What the face shows of itself, and asks of clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The certificate, PEM, with those between it and its root behind it.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    /// The certificates by which those of clients are checked; without, clients show none.
    pub client_ca: Option<PathBuf>,
    /// The lists of those that their issuers took back.
    pub client_crl: Option<PathBuf>,
    /// Whether a client must show one.
    pub clients: Clients,
}

/// Whether a client must show a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clients {
    /// Who shows none cannot connect.
    #[default]
    Required,
    /// Who shows none is known by a token, or by nothing.
    Optional,
}

impl Config {
    const KEYS: &[&str] = &["certificate", "key", "client_ca", "client_crl", "client_certificates"];

    /// Reads `tls:`; paths are taken from `base`.
    pub fn read(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<Self> {
        let map = value.map_of(Self::KEYS, diagnostics)?;
        let path = |value: &Value, diagnostics: &mut Diagnostics| {
            let text = value.text(diagnostics)?;
            if text.is_empty() {
                diagnostics.error(value.place, "this is empty");
                return None;
            }
            Some(base.join(text))
        };
        let certificate = map.required("certificate", value.place, diagnostics);
        let certificate = certificate.and_then(|value| path(value, diagnostics));
        let key = map.required("key", value.place, diagnostics).and_then(|value| path(value, diagnostics));
        let client_ca = map.get("client_ca").map(|value| path(value, diagnostics));
        let client_crl = map.get("client_crl").map(|value| path(value, diagnostics));
        let words = [("required", Clients::Required), ("optional", Clients::Optional)];
        let clients = map.get("client_certificates").map(|value| value.one_of(&words, diagnostics));
        let about_clients = map.entry("client_certificates").or(map.entry("client_crl"));
        if let (Some(entry), None) = (about_clients, &client_ca) {
            diagnostics
                .error(
                    entry.place,
                    "clients' certificates are checked by a certificate of their issuer, and none is named",
                )
                .help("add `client_ca: FILE.pem`");
        }
        Some(Self {
            certificate: certificate?,
            key: key?,
            client_ca: given(client_ca)?,
            client_crl: given(client_crl)?,
            clients: clients.unwrap_or(Some(Clients::Required))?,
        })
    }
}

/// Why TLS cannot be spoken; never what stands in a file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {error}", ToldPath(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// Others may read the private key.
    #[error("{} has mode {mode:04o}: {TOO_OPEN}", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Certificate and key do not fit.
    #[error("{} and {} do not fit together: the key is another certificate's", certificate.display(), key.display())]
    NoPair {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
    },
}

/// What the files of TLS held when they were read, and is not used yet.
#[derive(Debug)]
pub struct TlsRead(Arc<ServerConfig>);

/// TLS at work: what its files held when they were read last.
#[derive(Debug, Clone)]
pub struct Tls {
    config: Arc<Config>,
    live: Arc<ArcSwap<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// Where one cannot be read, or does not hold what it should.
    pub fn load(config: &Config) -> Result<Self, TlsError> {
        let live = Arc::new(ArcSwap::from_pointee(server(config)?));
        Ok(Self { config: Arc::new(config.clone()), live })
    }

    /// Reads the files anew; what they hold is used from [`Tls::exchange`] on.
    ///
    /// # Errors
    /// As [`Tls::load`].
    pub fn read(&self) -> Result<TlsRead, TlsError> {
        Ok(TlsRead(Arc::new(server(&self.config)?)))
    }

    /// Serves connections made from now on with what was read.
    pub fn exchange(&self, read: TlsRead) {
        self.live.store(read.0);
    }

    /// Gives what connections are served with now.
    pub(super) fn live(&self) -> Arc<ServerConfig> {
        self.live.load_full()
    }
}

fn server(config: &Config) -> Result<ServerConfig, TlsError> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    let own = certificates(&config.certificate)?;
    let key = key(&config.key)?;
    let versions = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = versions.map_err(|_| content(&config.certificate, "the cryptographic library refused"))?;
    let builder = match &config.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(path)?), provider);
            let verifier = match &config.client_crl {
                None => verifier,
                // A list that has ended says nothing of today, and a certificate of which no list speaks is not known.
                Some(path) => verifier.with_crls(revoked(path)?).enforce_revocation_expiration(),
            };
            let verifier = match config.clients {
                Clients::Required => verifier,
                Clients::Optional => verifier.allow_unauthenticated(),
            };
            let what = "this and the list of revoked certificates, if there is one, name no issuers that can be used";
            let verifier = verifier.build().map_err(|_| content(path, what))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let pair = || TlsError::NoPair { certificate: config.certificate.clone(), key: config.key.clone() };
    let mut server = builder.with_single_cert(own, key).map_err(|_| pair())?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(server)
}

/// Reads certificates that others are checked by.
pub(super) fn roots(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|_| content(path, "one of these is no certificate of an issuer"))?;
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let (bytes, _) = read(path)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(content(path, "no certificate stands here: `-----BEGIN CERTIFICATE-----` is looked for")),
        Err(_) => Err(content(path, "this is no PEM")),
    }
}

/// Reads lists of revoked certificates.
fn revoked(path: &Path) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
    let (bytes, _) = read(path)?;
    let all: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(&bytes).collect();
    let all = all.ok().filter(|all| !all.is_empty());
    all.ok_or_else(|| content(path, "no list stands here: `-----BEGIN X509 CRL-----` is looked for"))
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let (bytes, mode) = read(path)?;
    if !is_private(mode) {
        return Err(TlsError::TooOpen { path: path.to_owned(), mode });
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| {
        content(path, "no private key stands here, or it has a password: PKCS #8, PKCS #1 and SEC 1 are read")
    })
}

fn content(path: &Path, what: &'static str) -> TlsError {
    TlsError::Content { path: path.to_owned(), what }
}

/// Gives what stands in a file, and its permission bits.
fn read(path: &Path) -> Result<(zeroize::Zeroizing<Vec<u8>>, u32), TlsError> {
    let unreadable = |error| TlsError::Unreadable { path: path.to_owned(), error };
    let file = File::open(path).map_err(unreadable)?;
    let data = file.metadata().map_err(unreadable)?;
    if !data.is_file() || data.len() > FILE_MAX {
        return Err(content(path, "this is no file of at most 1 MiB"));
    }
    // Large enough from the start: growing would leave copies of a private key behind.
    let room = usize::try_from(data.len()).unwrap_or_default().saturating_add(1024);
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(room));
    file.take(FILE_MAX).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok((bytes, data.mode() & 0o777))
}
