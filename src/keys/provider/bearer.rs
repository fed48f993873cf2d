//! A service that is spoken to in JSON, with a token that a file holds or an identity of the machine gives.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::http::{Client, Question};
use super::options::{Options, secret};
use super::{KeyError, Provider};

/// Such a service.
#[derive(Debug)]
pub(super) struct Service {
    client: Client,
    address: String,
    /// Read at each call, so that a renewed token is used.
    token_file: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

impl Service {
    /// Takes the service's address, and the options `token_file` and `ca_file`.
    pub(super) fn new(provider: Provider, address: &str, options: &Options) -> Result<Self, KeyError> {
        Ok(Self {
            client: Client::new(provider, address, options.get("ca_file").map(Path::new))?,
            address: address.trim_end_matches('/').to_owned(),
            token_file: options.get("token_file").map(PathBuf::from),
        })
    }

    /// Posts to a path, with the token of the file, else that of `identity`.
    pub(super) fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &str,
        identity: impl FnOnce() -> Result<Zeroizing<String>, KeyError>,
    ) -> Result<T, KeyError> {
        let token = match &self.token_file {
            Some(file) => secret(file)?,
            None => identity()?,
        };
        let bearer = Zeroizing::new(format!("Bearer {}", token.as_str()));
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        let url = format!("{}/{path}", self.address);
        self.client.ask(&Question { url: &url, headers: &headers, body: Some(body.as_bytes()) })
    }
}

/// Asks for a token, as OAuth 2.0 gives it (RFC 6749, section 5.1).
pub(super) fn token(client: &Client, question: &Question<'_>) -> Result<Zeroizing<String>, KeyError> {
    let Token { access_token } = client.ask(question)?;
    Ok(Zeroizing::new(access_token))
}
