//! Azure Key Vault: `wrapkey` and `unwrapkey` of an RSA key, RSA-OAEP-256.
//!
//! Source: <https://learn.microsoft.com/en-us/rest/api/keyvault/keys/unwrap-key/unwrap-key>.

use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::bearer::{self, Service};
use super::http::{Client, Question};
use super::options::{Options, secret};
use super::{
    KeyError, KeyIdentity, Provider, ProviderFault, ProviderRow, WrappedRoot, Wrapper, check_key_name, fault, root_of,
};
use crate::model::Sensitive;

pub(super) const ROW: ProviderRow = ProviderRow {
    name: Provider::AzureKeyVault.name(),
    summary: "Azure Key Vault, an RSA key",
    options: &["vault", "token_file", "ca_file"],
    make: |options| Ok(Box::new(AzureKeyVault::make(options)?)),
};

const API: &str = "api-version=7.4";
/// Where a managed identity is asked for, on Azure's own network.
const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net";

/// A vault.
#[derive(Debug)]
struct AzureKeyVault(Service);

#[derive(Deserialize)]
struct Wrapped {
    /// The key with its version: `https://VAULT/keys/NAME/VERSION`.
    kid: String,
    value: String,
}

impl AzureKeyVault {
    fn make(options: &Options) -> Result<Self, KeyError> {
        let vault = options.get("vault").ok_or(fault(Provider::AzureKeyVault, ProviderFault::NoAddress))?;
        Service::new(Provider::AzureKeyVault, vault, options).map(Self)
    }

    fn ask(&self, operation: &str, key: &str, value: &str) -> Result<Wrapped, KeyError> {
        check_key_name(Provider::AzureKeyVault, key)?;
        let body = Zeroizing::new(format!("{{\"alg\":\"RSA-OAEP-256\",\"value\":\"{value}\"}}"));
        self.0.ask(&format!("keys/{key}/{operation}?{API}"), &body, Self::identity)
    }

    /// Gives a token of the workload's identity, else of the machine's.
    fn identity() -> Result<Zeroizing<String>, KeyError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let workload = (set("AZURE_FEDERATED_TOKEN_FILE"), set("AZURE_TENANT_ID"), set("AZURE_CLIENT_ID"));
        if let (Some(file), Some(tenant), Some(client)) = workload {
            let authority =
                set("AZURE_AUTHORITY_HOST").unwrap_or_else(|| "https://login.microsoftonline.com".to_owned());
            check_key_name(Provider::AzureKeyVault, &tenant)?;
            check_key_name(Provider::AzureKeyVault, &client)?;
            let assertion = secret(Path::new(&file))?;
            let body = Zeroizing::new(format!(
                "grant_type=client_credentials&client_id={client}&scope=https%3A%2F%2Fvault.azure.net%2F.default\
                 &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
                 &client_assertion={}",
                assertion.as_str()
            ));
            let url = format!("{}/{tenant}/oauth2/v2.0/token", authority.trim_end_matches('/'));
            let headers = [("Content-Type", "application/x-www-form-urlencoded")];
            let question = Question { url: &url, headers: &headers, body: Some(body.as_bytes()) };
            bearer::token(&Client::new(Provider::AzureKeyVault, &authority, None)?, &question)
        } else {
            let question = Question { url: METADATA, headers: &[("Metadata", "true")], body: None };
            bearer::token(&Client::of_metadata(Provider::AzureKeyVault)?, &question)
        }
    }
}

impl Wrapper for AzureKeyVault {
    fn provider(&self) -> Provider {
        Provider::AzureKeyVault
    }

    fn wrap_root(&self, key: &str, _ring: &str, root: &[u8; 32]) -> Result<WrappedRoot, KeyError> {
        let plain = Zeroizing::new(BASE64URL_NOPAD.encode(root));
        let Wrapped { kid, value } = self.ask("wrapkey", key, &plain)?;
        // A key that is rotated unwraps with the version that wrapped; where it is, the document does not say.
        let key = kid.split_once("/keys/").map(|(_, key)| key.to_owned());
        let key = key.ok_or(fault(Provider::AzureKeyVault, ProviderFault::Malformed))?;
        check_key_name(Provider::AzureKeyVault, &key)?;
        Ok(WrappedRoot { key, ciphertext: value })
    }

    fn unwrap_root(&self, key: &str, _ring: &str, ciphertext: &str) -> Result<Sensitive<[u8; 32]>, KeyError> {
        if BASE64URL_NOPAD.decode(ciphertext.as_bytes()).is_err() {
            return Err(fault(Provider::AzureKeyVault, ProviderFault::Malformed));
        }
        let Wrapped { value, .. } = self.ask("unwrapkey", key, ciphertext)?;
        root_of(Provider::AzureKeyVault, &Zeroizing::new(value), &BASE64URL_NOPAD)
    }

    /// All versions of a key go with it, and capital letters are as small ones.
    fn identify(&self, key: &str) -> Result<KeyIdentity, KeyError> {
        check_key_name(Provider::AzureKeyVault, key)?;
        let name = key.split('/').next().unwrap_or(key);
        Ok(KeyIdentity(name.to_ascii_lowercase()))
    }
}
