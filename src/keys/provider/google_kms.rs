//! Google Cloud KMS: `encrypt` and `decrypt` of a symmetric key, the ring's name as additional authenticated data.
//!
//! Source: <https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/decrypt>.

use data_encoding::BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::bearer::{self, Service};
use super::http::{Client, Question};
use super::options::Options;
use super::{KeyError, KeyIdentity, Provider, ProviderRow, WrappedRoot, Wrapper, check_key_name, root_of};
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
struct GoogleKms(Service);

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

impl GoogleKms {
    fn make(options: &Options) -> Result<Self, KeyError> {
        let endpoint = options.get("endpoint").unwrap_or(ENDPOINT);
        Service::new(Provider::GoogleKms, endpoint, options).map(Self)
    }

    fn ask<T: for<'de> Deserialize<'de>>(&self, operation: &str, key: &str, body: &str) -> Result<T, KeyError> {
        check_key_name(Provider::GoogleKms, key)?;
        // The token of the machine's service account.
        let identity = || {
            let question = Question { url: METADATA, headers: &[("Metadata-Flavor", "Google")], body: None };
            bearer::token(&Client::of_metadata(Provider::GoogleKms)?, &question)
        };
        self.0.ask(&format!("v1/{key}:{operation}"), body, identity)
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

    /// A project has a name and a number, so it does not count; nor does the version of a key.
    fn identify(&self, key: &str) -> Result<KeyIdentity, KeyError> {
        check_key_name(Provider::GoogleKms, key)?;
        let key = key.find("/locations/").and_then(|at| key.get(at..)).unwrap_or(key);
        let key = key.find("/cryptoKeyVersions/").and_then(|at| key.get(..at)).unwrap_or(key);
        Ok(KeyIdentity(key.to_owned()))
    }
}
