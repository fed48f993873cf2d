//! What a reference says of a provider: `NAME=VALUE`, several with commas.

use std::collections::BTreeMap;
use std::path::Path;

use zeroize::Zeroizing;

use super::super::KeyError;
use super::super::place::read_private;

/// Options by name; none of them is a secret, those are in files.
#[derive(Debug, Clone, Default)]
pub(super) struct Options(BTreeMap<String, String>);

impl Options {
    pub(super) fn parse(provider: &'static str, text: &str, known: &[&str]) -> Result<Self, KeyError> {
        let mut options = BTreeMap::new();
        for option in text.split(',').map(str::trim).filter(|option| !option.is_empty()) {
            let read = option.split_once('=').filter(|(name, value)| known.contains(name) && !value.is_empty());
            let Some((name, value)) = read else {
                return Err(KeyError::UnknownOption { provider, known: known.join(", ") });
            };
            options.insert(name.to_owned(), value.to_owned());
        }
        Ok(Self(options))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Gives an option, or else the first of these variables of the environment that is set: for what is no secret.
    pub(super) fn or_environment(&self, name: &str, variables: &[&str]) -> Option<String> {
        let set = |variable: &&str| std::env::var(variable).ok().filter(|value| !value.is_empty());
        self.get(name).map(str::to_owned).or_else(|| variables.iter().find_map(set))
    }
}

/// Reads a secret of one line, such as a token, from a file that others may not read.
pub(super) fn secret(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let bytes = read_private(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| KeyError::NotAToken { path: path.to_owned() })?.trim();
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { Ok(Zeroizing::new(text.to_owned())) } else { Err(KeyError::NotAToken { path: path.to_owned() }) }
}
