//! One question to a provider over HTTP: TLS by rustls with the system's certificates or given ones, no redirects, one
//! deadline for all of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, http};
use zeroize::Zeroizing;

use super::{KeyError, Provider, ProviderFault, fault};
use crate::model::is_here;

/// How long one question may take, with the connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a provider is asked that does not answer, or has too much to do.
const ATTEMPTS: u32 = 3;
/// How long before it is asked again.
const PAUSE: Duration = Duration::from_millis(300);
/// No answer is longer.
const ANSWER_MAX: u64 = 1 << 20;

/// A client of one provider.
#[derive(Debug)]
pub(super) struct Client {
    provider: Provider,
    agent: Agent,
}

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    /// A GET where there is none.
    pub(super) body: Option<&'a [u8]>,
}

impl Client {
    /// Makes a client for a provider at an address: `https://…`, or `http://…` on this host. Certificates are the
    /// system's, or those of a file in PEM.
    ///
    /// # Errors
    /// Where it would be reached in the clear, or certificates cannot be read.
    pub(super) fn new(provider: Provider, address: &str, ca_file: Option<&Path>) -> Result<Self, KeyError> {
        let uri: http::Uri = address.parse().map_err(|_| fault(provider, ProviderFault::NoAddress))?;
        match uri.scheme_str() {
            Some("https") => Self::with(provider, certificates(ca_file)?),
            Some("http") if uri.host().is_some_and(is_here) => Self::with(provider, Vec::new()),
            Some("http") => Err(fault(provider, ProviderFault::InTheClear)),
            Some(_) | None => Err(fault(provider, ProviderFault::NoAddress)),
        }
    }

    /// Makes a client for what a cloud's own network answers in the clear: metadata, at addresses that are fixed.
    #[cfg_attr(
        not(any(feature = "aws-kms", feature = "azure-key-vault", feature = "google-kms")),
        expect(dead_code, reason = "only clouds have metadata")
    )]
    pub(super) fn of_metadata(provider: Provider) -> Result<Self, KeyError> {
        Self::with(provider, Vec::new())
    }

    fn with(provider: Provider, certificates: Vec<Certificate<'static>>) -> Result<Self, KeyError> {
        // Where there are no certificates at all, every one is refused.
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(certificates)))
            .unversioned_rustls_crypto_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent("privet")
            .tls_config(tls)
            .build();
        Ok(Self { provider, agent: config.into() })
    }

    /// Asks, and gives the answer as JSON in a shape; what has too much to do, or is not there, is asked again.
    ///
    /// # Errors
    /// Where there is none, or no such.
    pub(super) fn ask<T: for<'de> Deserialize<'de>>(&self, question: &Question<'_>) -> Result<T, KeyError> {
        let answer = self.ask_text(question)?;
        serde_json::from_slice(&answer).map_err(|_| fault(self.provider, ProviderFault::Malformed))
    }

    /// As [`Client::ask`], the answer as it is.
    pub(super) fn ask_text(&self, question: &Question<'_>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let mut attempt = 1;
        loop {
            match self.once(question) {
                Err(ProviderFault::Silent | ProviderFault::Status(429 | 500..=599)) if attempt < ATTEMPTS => {
                    std::thread::sleep(PAUSE * attempt);
                    attempt += 1;
                }
                answer => return answer.map_err(|what| fault(self.provider, what)),
            }
        }
    }

    /// Has what stands at an address deleted.
    ///
    /// # Errors
    /// Where that is refused, or nobody answers.
    pub(super) fn delete(&self, url: &str, headers: &[(&str, &str)]) -> Result<(), KeyError> {
        let request = headers.iter().fold(self.agent.delete(url), |all, (name, value)| all.header(*name, *value));
        let answer = request.call().map_err(|error| fault(self.provider, why(&error)))?;
        match answer.status().as_u16() {
            200 | 204 => Ok(()),
            status => Err(fault(self.provider, ProviderFault::Status(status))),
        }
    }

    fn once(&self, question: &Question<'_>) -> Result<Zeroizing<Vec<u8>>, ProviderFault> {
        let sent = match question.body {
            Some(body) => {
                let request = self.agent.post(question.url);
                question.headers.iter().fold(request, |all, (name, value)| all.header(*name, *value)).send(body)
            }
            None => {
                let request = self.agent.get(question.url);
                question.headers.iter().fold(request, |all, (name, value)| all.header(*name, *value)).call()
            }
        };
        let mut answer = sent.map_err(|error| why(&error))?;
        let status = answer.status().as_u16();
        // 204 is an answer without a text.
        if !matches!(status, 200 | 204) {
            return Err(ProviderFault::Status(status));
        }
        let body = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_vec();
        body.map(Zeroizing::new).map_err(|error| why(&error))
    }
}

/// Tells a fault of ours from one of the net's; what the library says stays with it.
fn why(error: &ureq::Error) -> ProviderFault {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => ProviderFault::NoAddress,
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => ProviderFault::Untrusted,
        ureq::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<tokio_rustls::rustls::Error>()) => {
            ProviderFault::Untrusted
        }
        _ => ProviderFault::Silent,
    }
}

fn certificates(ca_file: Option<&Path>) -> Result<Vec<Certificate<'static>>, KeyError> {
    let Some(path) = ca_file else {
        let found = rustls_native_certs::load_native_certs();
        return Ok(found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect());
    };
    let unreadable = |error: std::io::Error| KeyError::Unreadable { path: path.to_owned(), kind: error.kind() };
    let pem = std::fs::read(path).map_err(unreadable)?;
    let read = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
        Ok(_) => None,
        Err(_) => Some(Err(KeyError::NotCertificates { path: path.to_owned() })),
    });
    let all: Vec<_> = read.collect::<Result<_, _>>()?;
    if all.is_empty() { Err(KeyError::NotCertificates { path: path.to_owned() }) } else { Ok(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_host_is_reached_in_the_clear() {
        let said = |address: &str| match Client::new(Provider::VaultTransit, address, None) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        };
        for fine in ["http://127.0.0.1:8200", "http://[::1]:8200", "http://localhost", "https://vault.example:8200"] {
            assert_eq!(said(fine), "fine", "{fine}");
        }
        for clear in
            ["http://vault:8200", "http://10.0.0.1", "http://127.0.0.1.example.org", "http://localhost.example"]
        {
            assert!(said(clear).contains("in the clear"), "{clear}");
        }
        for none in ["", "vault:8200", "ftp://vault", "https"] {
            assert!(said(none).contains("no address"), "{none}");
        }
    }

    #[test]
    fn who_is_not_there_is_silent() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let client = Client::new(Provider::VaultTransit, &address, None).unwrap();
        let asked: Result<serde_json::Value, _> = client.ask(&Question { url: &address, headers: &[], body: None });
        assert_eq!(asked.unwrap_err().to_string(), "vault-transit does not answer");
    }

    #[test]
    fn a_file_without_certificates_is_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Client::new(Provider::VaultTransit, "https://vault", Some(file.path()));
        assert!(matches!(refused, Err(KeyError::NotCertificates { .. })));
    }
}
