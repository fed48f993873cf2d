//! References to secrets: `${env:NAME}` and `${file:PATH}`, the only way a secret enters a configuration.

use crate::model::{Sensitive, Told, ToldPath};
use std::path::Path;
use zeroize::Zeroizing;

/// How large a file with a secret may be: certificates with their chain are the largest.
const SECRET_MAX: u64 = 1 << 20;
/// A property whose name has one of these in it is a secret.
const SECRET_WORDS: [&str; 9] =
    ["password", "passphrase", "secret", "credential", "jaas", ".pem", "token", "api.key", "assertion.private"];
/// Properties that have such a word in their names and are none: places and switches.
const NO_SECRETS: [&str; 3] = ["ssl.ca.pem", "ssl.certificate.pem", "sasl.oauthbearer.token.endpoint.url"];

/// A reference that cannot be followed; never what it leads to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Neither `${env:NAME}` nor `${file:PATH}`.
    #[error("a reference is `${{env:NAME}}` or `${{file:PATH}}`")]
    NoReference,
    /// The environment has no such variable, or one that is not UTF-8.
    #[error("the environment variable {} is not set, or is not text", Told(.0))]
    Environment(String),
    /// The file cannot be read, is not UTF-8 or too large.
    #[error("{}: {why}", ToldPath(Path::new(path)))]
    File {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
}

/// Tells whether a property of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !NO_SECRETS.contains(&name.as_str()) && SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Tells whether the whole text is one reference.
pub fn is_reference(text: &str) -> bool {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| !inner.contains('}') && (inner.starts_with("env:") || inner.starts_with("file:")))
}

/// Gives the text with its references followed, files' from the folder `base`; text without any is given as it is. The last line end of a file is
/// not part of the secret.
///
/// # Errors
/// Where a reference cannot be followed, or something that begins with `${` is none.
pub fn resolve(text: &str, base: &Path) -> Result<Sensitive<String>, SecretError> {
    let mut out = Zeroizing::new(String::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, after) = after.split_once('}').ok_or(SecretError::NoReference)?;
        out.push_str(before);
        out.push_str(&follow(inner, base)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(Sensitive::new(std::mem::take(&mut *out)))
}

fn follow(inner: &str, base: &Path) -> Result<Zeroizing<String>, SecretError> {
    match inner.split_once(':') {
        Some(("env", name)) => {
            std::env::var(name).map(Zeroizing::new).map_err(|_| SecretError::Environment(name.to_owned()))
        }
        Some(("file", path)) => read(&base.join(path)).map_err(|why| SecretError::File { path: path.to_owned(), why }),
        Some(_) | None => Err(SecretError::NoReference),
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, String> {
    let data = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if data.len() > SECRET_MAX {
        return Err("larger than 1 MiB".to_owned());
    }
    let bytes = Zeroizing::new(std::fs::read(path).map_err(|error| error.to_string())?);
    let text = std::str::from_utf8(&bytes).map_err(|_| "not UTF-8 text".to_owned())?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_properties_names() {
        for name in [
            "sasl.password",
            "ssl.key.password",
            "ssl.key.pem",
            "sasl.oauthbearer.client.secret",
            "SSL.KEYSTORE.PASSWORD",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["sasl.username", "ssl.ca.pem", "security.protocol", "sasl.mechanisms", "client.id"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn references_are_followed_and_text_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "s3cret\r\n").unwrap();
        let reference = format!("${{file:{}}}", path.display());
        assert!(
            is_reference(&reference)
                && is_reference("${env:X}")
                && !is_reference("s3cret")
                && !is_reference("a${env:X}")
        );
        assert_eq!(resolve(&format!("<{reference}>"), Path::new("")).unwrap().expose(), "<s3cret>");
        assert_eq!(resolve("plain $HOME {}", Path::new("")).unwrap().expose(), "plain $HOME {}");
        let home = std::env::var("PATH").unwrap();
        assert_eq!(resolve("${env:PATH}", Path::new("")).unwrap().expose(), &home);
    }

    #[test]
    fn what_leads_nowhere_is_an_error_that_names_the_reference_alone() {
        assert_eq!(
            resolve("${env:PRIVET_NO_SUCH_NAME}", Path::new("")),
            Err(SecretError::Environment("PRIVET_NO_SUCH_NAME".to_owned()))
        );
        for text in ["${hunter2}", "x${env:PATH", "${vault:hunter2}"] {
            let error = resolve(text, Path::new("")).unwrap_err();
            assert_eq!(error, SecretError::NoReference);
            assert!(!error.to_string().contains("hunter2"));
        }
        assert!(matches!(resolve("${file:/no/such/file}", Path::new("")), Err(SecretError::File { .. })));
    }
}
