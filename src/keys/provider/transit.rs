//! HashiCorp Vault and OpenBao, secrets engine transit: `POST /v1/MOUNT/encrypt/KEY` and `/decrypt/KEY`.
//!
//! Source: the transit engine's HTTP API, <https://developer.hashicorp.com/vault/api-docs/secret/transit>, the same in
//! OpenBao, <https://openbao.org/api-docs/secret/transit/>.

use std::path::PathBuf;

use data_encoding::BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::http::{Client, Question};
use super::options::{Options, secret};
use super::{
    KeyEnd, KeyError, KeyIdentity, PendingDays, Provider, ProviderFault, ProviderRow, WrappedRoot, Wrapper,
    check_key_name, fault, root_of,
};
use crate::model::Sensitive;

pub(super) const ROW: ProviderRow = ProviderRow {
    name: Provider::VaultTransit.name(),
    summary: "HashiCorp Vault or OpenBao, secrets engine transit",
    options: &["address", "token_file", "ca_file", "namespace"],
    make: |options| Ok(Box::new(Transit::make(options)?)),
};

/// Where the engine is unless the key's name says it: `transit/customer`.
const MOUNT: &str = "transit";

/// A transit engine.
#[derive(Debug)]
struct Transit {
    client: Client,
    address: String,
    namespace: Option<String>,
    /// Read at each call, so that a renewed token is used.
    token_file: PathBuf,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

impl Transit {
    fn make(options: &Options) -> Result<Self, KeyError> {
        let wrong = |what| fault(Provider::VaultTransit, what);
        let address = options.or_environment("address", &["VAULT_ADDR", "BAO_ADDR"]);
        let address = address.ok_or(wrong(ProviderFault::NoAddress))?;
        let ca_file = options.or_environment("ca_file", &["VAULT_CACERT", "BAO_CACERT"]).map(PathBuf::from);
        // Where `vault login` puts it.
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".vault-token"));
        let token_file = options.get("token_file").map(PathBuf::from).or_else(home);
        Ok(Self {
            client: Client::new(Provider::VaultTransit, &address, ca_file.as_deref())?,
            address: address.trim_end_matches('/').to_owned(),
            namespace: options.or_environment("namespace", &["VAULT_NAMESPACE", "BAO_NAMESPACE"]),
            token_file: token_file.ok_or(wrong(ProviderFault::NoCredentials("give `token_file=PATH`")))?,
        })
    }

    fn ask<T: for<'de> Deserialize<'de>>(&self, operation: &str, key: &str, body: &str) -> Result<T, KeyError> {
        let url = self.url(key, operation, "")?;
        let answer: Answer<T> = self
            .with_headers(|headers| self.client.ask(&Question { url: &url, headers, body: Some(body.as_bytes()) }))?;
        Ok(answer.data)
    }

    /// Gives the address of what is done with a key: an operation before its name, and what follows it.
    fn url(&self, key: &str, operation: &str, then: &str) -> Result<String, KeyError> {
        let (mount, name) = place(key)?;
        Ok(format!("{}/v1/{mount}/{operation}/{name}{then}", self.address))
    }

    fn with_headers<T>(&self, ask: impl FnOnce(&[(&str, &str)]) -> Result<T, KeyError>) -> Result<T, KeyError> {
        let token = secret(&self.token_file)?;
        let mut headers = vec![("X-Vault-Token", token.as_str()), ("X-Vault-Request", "true")];
        headers.extend(self.namespace.as_deref().map(|namespace| ("X-Vault-Namespace", namespace)));
        ask(&headers)
    }
}

/// Gives the mount and the name of a key.
fn place(key: &str) -> Result<(&str, &str), KeyError> {
    check_key_name(Provider::VaultTransit, key)?;
    Ok(key.rsplit_once('/').unwrap_or((MOUNT, key)))
}

impl Wrapper for Transit {
    fn provider(&self) -> Provider {
        Provider::VaultTransit
    }

    fn wrap_root(&self, key: &str, _ring: &str, root: &[u8; 32]) -> Result<WrappedRoot, KeyError> {
        let root = Zeroizing::new(BASE64.encode(root));
        let body = Zeroizing::new(format!("{{\"plaintext\":\"{}\"}}", root.as_str()));
        let Encrypted { ciphertext } = self.ask("encrypt", key, &body)?;
        Ok(WrappedRoot { key: key.to_owned(), ciphertext })
    }

    fn unwrap_root(&self, key: &str, _ring: &str, ciphertext: &str) -> Result<Sensitive<[u8; 32]>, KeyError> {
        let body = serde_json::json!({ "ciphertext": ciphertext }).to_string();
        let Decrypted { plaintext } = self.ask("decrypt", key, &body)?;
        root_of(Provider::VaultTransit, &Zeroizing::new(plaintext), &BASE64)
    }

    /// A namespace is the beginning of a path, wherever it is said. Where the service is does not count, which has many
    /// addresses; nor do capital letters, which some of its storages do not tell from small ones.
    fn identify(&self, key: &str) -> Result<KeyIdentity, KeyError> {
        let (mount, name) = place(key)?;
        let namespace = self.namespace.iter().flat_map(|namespace| namespace.split('/'));
        let parts = namespace.filter(|part| !part.is_empty()).chain([mount, name]);
        Ok(KeyIdentity(parts.collect::<Vec<_>>().join("/").to_ascii_lowercase()))
    }

    /// A key may be deleted once its configuration says so: `POST /v1/MOUNT/keys/KEY/config`, then `DELETE`.
    fn destroy_key(&self, key: &str, _: PendingDays) -> Result<KeyEnd, KeyError> {
        let (config, own) = (self.url(key, "keys", "/config")?, self.url(key, "keys", "")?);
        self.with_headers(|headers| {
            let body = Some(&b"{\"deletion_allowed\":true}"[..]);
            self.client.ask_text(&Question { url: &config, headers, body })?;
            self.client.delete(&own, headers)
        })?;
        Ok(KeyEnd::Destroyed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(options: &str, key: &str) -> String {
        let options = format!("address=http://127.0.0.1:1,token_file=none{options}");
        let options = Options::parse(ROW.name, &options, ROW.options).unwrap();
        Transit::make(&options).unwrap().identify(key).map_or_else(|error| error.to_string(), |KeyIdentity(key)| key)
    }

    #[test]
    fn a_key_is_one_however_it_is_spelled() {
        let own = |key: &str| identity(",namespace=a", key);
        assert_eq!(own("epochs-1"), own("transit/epochs-1"));
        assert_eq!(own("Epochs-1"), own("transit/epochs-1"));
        assert_ne!(own("epochs-2"), own("epochs-1"));
        assert_ne!(own("team/keys/epochs-1"), own("epochs-1"));
        assert_eq!(identity(",namespace=/a/b/", "x"), identity(",namespace=a", "b/transit/x"));
        assert_ne!(identity(",namespace=b", "x"), own("x"));
        assert!(own("transit//x").contains("has no key of such a name"), "{}", own("transit//x"));
    }
}
