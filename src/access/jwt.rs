//! Signed tokens: JSON Web Tokens (RFC 7519) as a JWS in its compact form (RFC 7515), checked as RFC 8725 says.

use super::Claims;
use super::jwk::{Algorithm, Keys};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;

/// How long a token may be, in bytes: those of large issuers with all their groups stay below.
pub const TOKEN_MAX: usize = 16 * 1024;
/// How far clocks may be apart (RFC 7519, section 4.1.4).
pub const LEEWAY: Duration = Duration::from_secs(30);
/// How long a subject may be, in characters: it stands in audit records.
const SUBJECT_MAX: usize = 256;

/// Checks tokens of one issuer that are meant for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    /// What `iss` must be.
    pub issuer: String,
    /// What `aud` must be, or hold.
    pub audience: String,
}

/// Why a token counts for nothing; a closed list, and nothing of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no signed token, or longer than [`TOKEN_MAX`].
    #[error("it is no signed JSON Web Token")]
    Malformed,
    /// Its algorithm is `none`, an HMAC, or another that is not used.
    #[error("its algorithm is not RS256, PS256, ES256 or EdDSA")]
    Algorithm,
    /// It demands extensions (`crit`) that nobody here knows.
    #[error("it demands extensions")]
    Critical,
    /// The set has no key of its id and algorithm.
    #[error("no key of the set has its id and its algorithm")]
    UnknownKey,
    /// The signature does not fit.
    #[error("its signature does not fit")]
    Signature,
    /// Another issuer.
    #[error("it is of another issuer")]
    Issuer,
    /// Another audience.
    #[error("it is meant for others")]
    Audience,
    /// It has ended.
    #[error("it has expired")]
    Expired,
    /// It says no end.
    #[error("it does not say when it expires (`exp`)")]
    NoEnd,
    /// It is not yet valid.
    #[error("it is not yet valid")]
    NotYet,
    /// It does not say whose it is.
    #[error("it does not say whose it is")]
    Subject,
}

impl TokenError {
    /// Gives a word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Critical => "critical",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Expired => "expired",
            Self::NoEnd => "no_expiry",
            Self::NotYet => "not_yet",
            Self::Subject => "subject",
        }
    }
}

/// What counts of a token's header; keys that it brings or points to (`jwk`, `jku`, `x5c`, `x5u`) are not read.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl Verifier {
    /// Gives what a token says, if a key of the set signed it, for us, and it is valid at `now`, the time since
    /// 1970-01-01 UTC.
    ///
    /// # Errors
    /// Why it counts for nothing.
    pub fn verify(&self, token: &str, keys: &Keys, now: Duration) -> Result<Claims, TokenError> {
        if token.len() > TOKEN_MAX {
            return Err(TokenError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (head, body) = message.split_once('.').ok_or(TokenError::Malformed)?;
        let header = header(head)?;
        if header.crit.is_some() {
            return Err(TokenError::Critical);
        }
        let algorithm = Algorithm::named(&header.alg).ok_or(TokenError::Algorithm)?;
        match keys.check(header.kid.as_deref(), algorithm, message.as_bytes(), &decoded(signature)?) {
            None => return Err(TokenError::UnknownKey),
            Some(false) => return Err(TokenError::Signature),
            Some(true) => {}
        }
        let all: Map<String, Value> = serde_json::from_slice(&decoded(body)?).map_err(|_| TokenError::Malformed)?;
        self.claims(all, now)
    }

    /// Gives the key id that a token asks for, before anything of it is checked.
    pub fn key_id(token: &str) -> Option<String> {
        let (head, _) = token.get(..token.len().min(TOKEN_MAX))?.split_once('.')?;
        header(head).ok()?.kid
    }

    fn claims(&self, all: Map<String, Value>, now: Duration) -> Result<Claims, TokenError> {
        let text = |name: &str| all.get(name).and_then(Value::as_str);
        if text("iss") != Some(self.issuer.as_str()) {
            return Err(TokenError::Issuer);
        }
        let ours = |value: &Value| value.as_str() == Some(self.audience.as_str());
        let meant = match all.get("aud") {
            Some(Value::Array(items)) => items.iter().any(ours),
            Some(one) => ours(one),
            None => false,
        };
        if !meant {
            return Err(TokenError::Audience);
        }
        let (now, leeway) = (now.as_secs_f64(), LEEWAY.as_secs_f64());
        let time = |name: &str| match all.get(name) {
            None => Ok(None),
            Some(value) => value.as_f64().filter(|time| time.is_finite()).map(Some).ok_or(TokenError::Malformed),
        };
        match time("exp")? {
            Some(end) if now < end + leeway => {}
            Some(_) => return Err(TokenError::Expired),
            None => return Err(TokenError::NoEnd),
        }
        for name in ["nbf", "iat"] {
            if time(name)?.is_some_and(|begin| begin > now + leeway) {
                return Err(TokenError::NotYet);
            }
        }
        let plain = |subject: &&str| {
            !subject.is_empty() && subject.chars().count() <= SUBJECT_MAX && !subject.chars().any(char::is_control)
        };
        let subject = text("sub").filter(plain).ok_or(TokenError::Subject)?.to_owned();
        Ok(Claims { subject, all })
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, TokenError> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| TokenError::Malformed)
}

fn header(head: &str) -> Result<Header, TokenError> {
    let header: Header = serde_json::from_slice(&decoded(head)?).map_err(|_| TokenError::Malformed)?;
    // RFC 9068, section 2.1: access tokens say so; RFC 8725, section 3.11: tokens for other ends say that.
    let fits = header
        .typ
        .as_deref()
        .is_none_or(|typ| ["jwt", "at+jwt", "application/at+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known)));
    if fits { Ok(header) } else { Err(TokenError::Malformed) }
}

#[cfg(test)]
mod tests;
