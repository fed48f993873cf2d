//! Who a process is to AWS, found where AWS's own tools look: the environment, a shared file, a web identity (as in EKS),
//! the container's own service (ECS, EKS pod identity). Instance metadata (IMDS) is not asked.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::http::{Client, Question};
use super::options::{Options, secret};
use super::{KeyError, Provider, ProviderFault, fault};
use crate::keys::place::read_private;
use crate::model::Sensitive;

/// An access key.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: Sensitive<String>,
    pub(super) token: Option<Sensitive<String>>,
}

/// Where containers of ECS ask.
const CONTAINER: &str = "http://169.254.170.2";
/// Hosts that answer containers in the clear, on the machine's own network: ECS, EKS pod identity.
const CONTAINER_HOSTS: [&str; 2] = ["http://169.254.170.2/", "http://169.254.170.23/"];

/// Finds credentials: in the file that the options name, else where AWS's tools look.
///
/// # Errors
/// Where there are none, or what leads to them cannot be read.
pub(super) fn find(options: &Options, region: &str) -> Result<Credentials, KeyError> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(path) = options.get("credentials_file") {
        return shared(Path::new(path));
    }
    if let (Some(id), Some(secret)) = (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
        let token = set("AWS_SESSION_TOKEN").map(Sensitive::new);
        return Ok(Credentials { id, secret: Sensitive::new(secret), token });
    }
    if let (Some(token), Some(role)) = (set("AWS_WEB_IDENTITY_TOKEN_FILE"), set("AWS_ROLE_ARN")) {
        return web_identity(Path::new(&token), &role, region);
    }
    let container = set("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        .or_else(|| set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|path| format!("{CONTAINER}{path}")));
    if let Some(url) = container {
        return container_of(&url, set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(PathBuf::from));
    }
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".aws/credentials"));
    match set("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from).or_else(home).filter(|path| path.exists()) {
        Some(path) => shared(&path),
        None => Err(none("`credentials_file=PATH`, a role of the pod or container, or ~/.aws/credentials")),
    }
}

const fn none(what: &'static str) -> KeyError {
    fault(Provider::AwsKms, ProviderFault::NoCredentials(what))
}

/// Reads a shared credentials file: the profile of `AWS_PROFILE`, else `default`.
fn shared(path: &Path) -> Result<Credentials, KeyError> {
    let profile = std::env::var("AWS_PROFILE").unwrap_or_else(|_| "default".to_owned());
    let bytes = read_private(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| none("the credentials file is no text"))?;
    read_profile(text, &profile).ok_or(none("the credentials file has no such profile, or it is not complete"))
}

fn read_profile(text: &str, profile: &str) -> Option<Credentials> {
    let (mut here, mut id, mut secret, mut token) = (false, None, None, None);
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            here = name.trim() == profile;
        } else if let (true, Some((name, value))) = (here, line.split_once('=')) {
            let value = value.trim().to_owned();
            match name.trim() {
                "aws_access_key_id" => id = Some(value),
                "aws_secret_access_key" => secret = Some(Sensitive::new(value)),
                "aws_session_token" => token = Some(Sensitive::new(value)),
                _ => {}
            }
        }
    }
    Some(Credentials { id: id?, secret: secret?, token })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Given {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
}

fn container_of(url: &str, token_file: Option<PathBuf>) -> Result<Credentials, KeyError> {
    let client = if CONTAINER_HOSTS.iter().any(|host| url.starts_with(host)) {
        Client::of_metadata(Provider::AwsKms)?
    } else {
        Client::new(Provider::AwsKms, url, None)?
    };
    let token = token_file.map(|path| secret(&path)).transpose()?;
    let headers: Vec<_> = token.iter().map(|token| ("Authorization", token.as_str())).collect();
    let given: Given = client.ask(&Question { url, headers: &headers, body: None })?;
    let (secret, token) = (Sensitive::new(given.secret_access_key), given.token.map(Sensitive::new));
    Ok(Credentials { id: given.access_key_id, secret, token })
}

/// Asks AWS's security token service for the role that a token of the cluster stands for.
fn web_identity(token_file: &Path, role: &str, region: &str) -> Result<Credentials, KeyError> {
    let domain = super::aws_kms::domain(region);
    let address = std::env::var("AWS_ENDPOINT_URL_STS").unwrap_or_else(|_| format!("https://sts.{region}.{domain}"));
    let client = Client::new(Provider::AwsKms, &address, None)?;
    let token = secret(token_file)?;
    let body = zeroize::Zeroizing::new(format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=privet&RoleArn={}&WebIdentityToken={}",
        escaped(role),
        escaped(&token)
    ));
    let url = format!("{}/", address.trim_end_matches('/'));
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = client.ask_text(&Question { url: &url, headers: &headers, body: Some(body.as_bytes()) })?;
    let text = std::str::from_utf8(&answer).unwrap_or_default();
    let given = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once("</").map(|(value, _)| value.trim().to_owned())
    };
    let read = || {
        let secret = Sensitive::new(given("SecretAccessKey")?);
        Some(Credentials { id: given("AccessKeyId")?, secret, token: given("SessionToken").map(Sensitive::new) })
    };
    read().ok_or(fault(Provider::AwsKms, ProviderFault::Malformed))
}

/// Escapes a text for a form.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_and_no_other() {
        let text = "# mine\n[default]\naws_access_key_id = A\naws_secret_access_key=B=\n[other]\naws_access_key_id=C\n";
        let found = read_profile(text, "default").unwrap();
        assert_eq!((found.id.as_str(), found.secret.expose().as_str(), found.token.is_none()), ("A", "B=", true));
        assert!(read_profile(text, "other").is_none() && read_profile(text, "none").is_none());
        assert!(!format!("{found:?}").contains("B="));
    }

    #[test]
    fn a_form_says_what_was_meant() {
        assert_eq!(escaped("arn:aws:iam::1:role/a b"), "arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%20b");
    }
}
