//! Who asks.

use std::borrow::Cow;
use std::fmt;

/// Who asks, as far as it is proven; nothing proven makes an anonymous caller.
#[derive(Clone, PartialEq, Default)]
pub struct Caller {
    /// The names of the client's certificate: URIs (such as SPIFFE ids) and DNS names of its subject alternative names.
    pub certificate: Vec<String>,
    /// What a token says whose signature, issuer, audience and times were checked.
    pub token: Option<Claims>,
    /// The user of this host who runs the command.
    pub user: Option<User>,
}

/// What a checked token says of its bearer.
#[derive(Clone, PartialEq)]
pub struct Claims {
    /// Its `sub`.
    pub subject: String,
    /// All claims.
    pub all: serde_json::Map<String, serde_json::Value>,
}

/// A user of this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name, where the host has one for the number.
    pub name: Option<String>,
    /// The number.
    pub id: u32,
}

impl Caller {
    /// Tells whether nothing is proven.
    pub const fn is_anonymous(&self) -> bool {
        self.certificate.is_empty() && self.token.is_none() && self.user.is_none()
    }

    /// Gives a name for each thing that is proven, such as `subject:ada`: the certificate's first name, the token's subject
    /// and the user. Whoever has several is counted under each, so that more tokens give nobody more.
    pub fn proofs(&self) -> Vec<String> {
        let certificate = self.certificate.first().map(|name| format!("certificate:{}", plain(name)));
        let token = self.token.as_ref().map(|token| format!("subject:{}", plain(&token.subject)));
        let user = self.user.as_ref().map(|user| match &user.name {
            Some(name) => format!("user:{}", plain(name)),
            None => format!("user:{}", user.id),
        });
        [certificate, token, user].into_iter().flatten().collect()
    }

    /// Tells whether a claim has a value, or, where it is a list, holds it.
    pub fn claims(&self, name: &str, value: &str) -> bool {
        let Some(claim) = self.token.as_ref().and_then(|token| token.all.get(name)) else { return false };
        match claim {
            serde_json::Value::String(text) => text == value,
            serde_json::Value::Array(items) => items.iter().any(|item| item.as_str() == Some(value)),
            _ => false,
        }
    }
}

/// The caller's name in audit records and counts: everything that is proven, such as `subject:ada`.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_anonymous() {
            return f.write_str("anyone");
        }
        f.write_str(&self.proofs().join(" "))
    }
}

/// Gives a name as it is, or in quotes where it could be taken for more than one.
fn plain(name: &str) -> Cow<'_, str> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '"' || c == '\\';
    if name.is_empty() || name.contains(odd) { format!("{name:?}").into() } else { name.into() }
}

/// The name alone: other claims may be personal.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({self})")
    }
}

/// The subject alone.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").field("subject", &self.subject).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_be_taken_for_two() {
        let caller = |certificate: &[&str], subject: &str| Caller {
            certificate: certificate.iter().map(|name| (*name).to_owned()).collect(),
            token: Some(Claims { subject: subject.to_owned(), all: serde_json::Map::new() }),
            user: None,
        };
        assert_eq!(caller(&[], "ada").to_string(), "subject:ada");
        let both = caller(&["spiffe://a/b", "c"], "ada");
        assert_eq!(both.to_string(), "certificate:spiffe://a/b subject:ada");
        assert_eq!(both.proofs(), ["certificate:spiffe://a/b", "subject:ada"]);
        let forged = caller(&[], "ada user:root");
        assert_eq!(forged.to_string(), "subject:\"ada user:root\"");
        assert_eq!(forged.proofs().len(), 1);
        assert_eq!(caller(&[], "a\" user:\"root").to_string(), "subject:\"a\\\" user:\\\"root\"");
        assert_eq!(caller(&[], "").to_string(), "subject:\"\"");
        assert_eq!(Caller::default().to_string(), "anyone");
    }
}
