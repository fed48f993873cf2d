//! Google Cloud KMS: `encrypt` and `decrypt` of a symmetric key, the ring's name as additional authenticated data.
//!
//! Source: <https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/decrypt>.

use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::http::{Client, Question};
use super::options::{Options, secret};
use super::{KeyError, Provider, ProviderRow, WrappedRoot, Wrapper, check_key_name, root_of};
use crate::model::Sensitive;

pub(super) const ROW: ProviderRow = ProviderRow {
    name: Provider::GoogleKms.name(),
    summary: "Google Cloud KMS, a symmetric key",
    options: &["endpoint", "token_file", "ca_file"],
    make: |options| Ok(Box::new(GoogleKms::make(options)?)),
};

const ENDPOINT: &str = "https://cloudkms.googleapis.com";
/// Where the machine's service account is asked for, on Google's own network.
const METADATA: &str = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";

/// Google Cloud KMS.
#[derive(Debug)]
struct GoogleKms {
    client: Client,
    endpoint: String,
    token_file: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

impl GoogleKms {
    fn make(options: &Options) -> Result<Self, KeyError> {
        let endpoint = options.get("endpoint").unwrap_or(ENDPOINT);
        Ok(Self {
            client: Client::new(Provider::GoogleKms, endpoint, options.get("ca_file").map(Path::new))?,
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            token_file: options.get("token_file").map(PathBuf::from),
        })
    }

    fn ask<T: for<'de> Deserialize<'de>>(&self, operation: &str, key: &str, body: &str) -> Result<T, KeyError> {
        check_key_name(Provider::GoogleKms, key)?;
        let url = format!("{}/v1/{key}:{operation}", self.endpoint);
        let bearer = Zeroizing::new(format!("Bearer {}", self.token()?.as_str()));
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        self.client.ask(&Question { url: &url, headers: &headers, body: Some(body.as_bytes()) })
    }

    /// Gives a token: of the file that is named, else of the machine's service account.
    fn token(&self) -> Result<Zeroizing<String>, KeyError> {
        if let Some(path) = &self.token_file {
            return secret(path);
        }
        let question = Question { url: METADATA, headers: &[("Metadata-Flavor", "Google")], body: None };
        let token: Token = Client::of_metadata(Provider::GoogleKms)?.ask(&question)?;
        Ok(Zeroizing::new(token.access_token))
    }
}

impl Wrapper for GoogleKms {
    fn provider(&self) -> Provider {
        Provider::GoogleKms
    }

    fn wrap_root(&self, key: &str, ring: &str, root: &[u8; 32]) -> Result<WrappedRoot, KeyError> {
        let (plain, ring) = (Zeroizing::new(BASE64.encode(root)), BASE64.encode(ring.as_bytes()));
        let body = Zeroizing::new(format!(
            "{{\"plaintext\":\"{}\",\"additionalAuthenticatedData\":\"{ring}\"}}",
            plain.as_str()
        ));
        let Encrypted { ciphertext } = self.ask("encrypt", key, &body)?;
        Ok(WrappedRoot { key: key.to_owned(), ciphertext })
    }

    fn unwrap_root(&self, key: &str, ring: &str, ciphertext: &str) -> Result<Sensitive<[u8; 32]>, KeyError> {
        let ring = BASE64.encode(ring.as_bytes());
        let body = serde_json::json!({ "ciphertext": ciphertext, "additionalAuthenticatedData": ring });
        let Decrypted { plaintext } = self.ask("decrypt", key, &body.to_string())?;
        root_of(Provider::GoogleKms, &Zeroizing::new(plaintext), &BASE64)
    }
}
