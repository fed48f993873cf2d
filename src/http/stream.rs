//! A connection, with TLS or without, and who is at its other end.

use super::stall::Stall;
use super::tls::Tls;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::server::TlsStream;
use webpki::EndEntityCert;

/// How many names of a certificate count: a workload has one or two.
const NAMES_MAX: usize = 32;

/// Who is at the other end of a connection; every request has it among its extensions.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// Where the connection comes from.
    pub address: SocketAddr,
    /// The names of the client's certificate, which was checked: URIs first, then DNS names.
    pub names: Vec<String>,
}

/// A connection's bytes.
#[derive(Debug)]
pub(super) enum Stream {
    Plain(Stall),
    Tls(Box<TlsStream<Stall>>),
}

impl Stream {
    /// Makes ready for requests: with TLS, the handshake, which may take as long as a head.
    pub async fn open(
        stall: Stall,
        address: SocketAddr,
        tls: Option<&Tls>,
        patience: Duration,
    ) -> io::Result<(Self, Peer)> {
        let Some(tls) = tls else { return Ok((Self::Plain(stall), Peer { address, names: Vec::new() })) };
        let accept = TlsAcceptor::from(tls.live()).accept(stall);
        let stream = tokio::time::timeout(patience, accept).await.map_err(|_| io::ErrorKind::TimedOut)??;
        let (_, session) = stream.get_ref();
        let names = session.peer_certificates().and_then(<[_]>::first).map(names).unwrap_or_default();
        Ok((Self::Tls(Box::new(stream)), Peer { address, names }))
    }
}

/// Gives the names of a certificate. Its common name is not among them (RFC 9525, section 6.3).
fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok(certificate) = EndEntityCert::try_from(certificate) else { return Vec::new() };
    let all = certificate.valid_uri_names().chain(certificate.valid_dns_names());
    all.filter(|name| !name.chars().any(char::is_control)).take(NAMES_MAX).map(str::to_owned).collect()
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
