//! Who asks.

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
        let certificate = self.certificate.first().map(|name| format!("certificate:{name}"));
        let token = self.token.as_ref().map(|token| format!("subject:{}", token.subject));
        let user = self.user.as_ref().map(|user| match &user.name {
            Some(name) => format!("user:{name}"),
            None => format!("user:{}", user.id),
        });
        let all: Vec<String> = [certificate, token, user].into_iter().flatten().collect();
        f.write_str(&all.join(" "))
    }
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
