//! A small HTTP server of the tests' own, which notes every question and answers with JSON.

use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// One question, as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The path, with what stands behind a `?`.
    pub path: String,
    /// Its headers, names in lower case.
    pub headers: HashMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Asked {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// The server; it listens until the process ends.
pub struct Web {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

type Handler = dyn Fn(&Asked) -> (u16, Value) + Send + Sync;

impl Web {
    /// Starts one that answers so; over TLS with the certificate `leaf.pem` and the key `leaf.key` of a folder.
    pub fn start(tls: Option<&Path>, handler: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (config, noted, handler) = (tls.map(config), Arc::clone(&asked), Arc::new(handler));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, noted, handler) = (config.clone(), Arc::clone(&noted), Arc::clone(&handler));
                std::thread::spawn(move || match config {
                    None => serve(stream, &noted, &*handler),
                    Some(config) => {
                        serve(StreamOwned::new(ServerConnection::new(config).ok()?, stream), &noted, &*handler)
                    }
                });
            }
        });
        Self { address, asked }
    }

    /// Where it listens: `http://HOST:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The questions since this was called last.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn config(folder: &Path) -> Arc<ServerConfig> {
    let certificates = CertificateDer::pem_file_iter(folder.join("leaf.pem")).expect("a file");
    let key = PrivateKeyDer::from_pem_file(folder.join("leaf.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(certificates.map(|one| one.expect("a certificate")).collect(), key);
    Arc::new(config.expect("they fit"))
}

/// Serves one connection; ends where the other side does, or says what is no HTTP.
fn serve(stream: impl Read + Write, noted: &Mutex<Vec<Asked>>, handler: &Handler) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let (method, rest) = line.split_once(' ')?;
        let (method, path) = (method.to_owned(), rest.split(' ').next()?.to_owned());
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let asked = Asked { method, path, headers, body };
        let (status, answer) = handler(&asked);
        noted.lock().ok()?.push(asked);
        let text = answer.to_string();
        let length = text.len();
        let (head, text) = match status {
            // Without a text, and without a length.
            204 => ("HTTP/1.1 204 x\r\n\r\n".to_owned(), String::new()),
            _ => {
                let media = "Content-Type: application/json";
                (format!("HTTP/1.1 {status} x\r\n{media}\r\nContent-Length: {length}\r\n\r\n"), text)
            }
        };
        reader.get_mut().write_all(format!("{head}{text}").as_bytes()).ok()?;
        reader.get_mut().flush().ok()?;
    }
}
