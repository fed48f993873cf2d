//! Who asks, and whether they may: certificates and tokens into callers, callers against roles and limits.

use super::jwks::{Jwks, JwksError};
use super::problem::Problem;
use super::stream::Peer;
use crate::access::{self, Admitted, AuditTo, Caller, Claims, NewValues, Openings, Roles, TokenError, Verifier};
use crate::engine::Meter;
use crate::model::ToldPath;
use crate::observe::{Audit, AuditRead, AuditRecord};
use axum::http::{HeaderMap, StatusCode, header};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Why nobody can be told apart.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The keys of tokens are not to be had.
    #[error(transparent)]
    Jwks(#[from] JwksError),
    /// Audit records cannot be written.
    #[error("audit records cannot be written to {}: {error}", ToldPath(path))]
    Audit {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// Why it is not known who asks: what they are told, and, for audit records, what was wrong with a token that counts for
/// nothing.
#[derive(Debug)]
pub(super) struct Unproven {
    pub problem: Problem,
    pub token: Option<TokenError>,
}

impl From<Problem> for Unproven {
    fn from(problem: Problem) -> Self {
        Self { problem, token: None }
    }
}

/// Tells callers apart; cheap to clone, every clone the same.
#[derive(Debug, Clone)]
pub struct Guard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    roles: Roles,
    tokens: Option<(Verifier, Arc<Jwks>)>,
    new_values: Arc<NewValues>,
    openings: Openings,
    audit: Arc<Audit>,
}

impl Guard {
    /// Makes ready: reads the keys of tokens that stand in a file, and opens the file of audit records, which name the tenant.
    ///
    /// # Errors
    /// Where either cannot be used.
    pub fn new(config: &access::Config, tenant: &str) -> Result<Self, GuardError> {
        let tokens = match &config.jwt {
            None => None,
            Some(jwt) => Some((jwt.verifier.clone(), Arc::new(Jwks::load(jwt)?))),
        };
        Ok(Self(Arc::new(Inner {
            roles: config.roles.clone(),
            tokens,
            new_values: Arc::new(NewValues::new(config.limits.new_values)),
            openings: Openings::new(config.limits.opened_values),
            audit: Arc::new(audit(&config.audit, tenant)?),
        })))
    }

    /// Tells whether [`Guard::new`] would do, without making a file.
    ///
    /// # Errors
    /// Where it would not.
    pub fn check(config: &access::Config) -> Result<(), GuardError> {
        if let Some(jwt) = &config.jwt {
            Jwks::load(jwt)?;
        }
        match &config.audit {
            AuditTo::File(path) if path.exists() => audit(&config.audit, "").map(drop),
            AuditTo::File(path) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                match folder.map(std::fs::metadata) {
                    Some(Err(error)) => Err(GuardError::Audit { path: path.clone(), error }),
                    Some(Ok(_)) | None => Ok(()),
                }
            }
            AuditTo::StandardError => Ok(()),
        }
    }

    /// Opens the file of audit records anew; it is used from [`Guard::exchange`] on.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn read(&self) -> io::Result<AuditRead> {
        self.0.audit.read()
    }

    /// Writes audit records to what was opened, and has the keys of tokens fetched soon.
    pub fn exchange(&self, read: AuditRead) {
        if let Some((_, jwks)) = &self.0.tokens {
            jwks.want();
        }
        self.0.audit.exchange(read);
    }

    /// Fetches the keys of tokens, now and then, on the runtime at hand.
    pub(super) fn watch(&self) {
        if let Some((_, jwks)) = &self.0.tokens {
            tokio::spawn(Arc::clone(jwks).keep());
        }
    }

    /// Gives who asks: what the certificate proved, and what the token proves, if one is sent.
    ///
    /// # Errors
    /// Where a token is sent that counts for nothing, whatever the certificate says.
    pub(super) async fn caller(&self, headers: &HeaderMap, peer: Option<&Peer>) -> Result<Caller, Unproven> {
        let certificate = peer.map(|peer| peer.names.clone()).unwrap_or_default();
        let token = match bearer(headers)? {
            None => None,
            Some(token) => Some(self.claims(token).await?),
        };
        Ok(Caller { certificate, token, user: None })
    }

    async fn claims(&self, token: &str) -> Result<Claims, Unproven> {
        let Some((verifier, jwks)) = &self.0.tokens else { return Err(unauthenticated().into()) };
        let named = Verifier::key_id(token);
        let unknown = |keys: &access::Keys| named.as_deref().is_some_and(|id| !keys.knows(id));
        if jwks.keys().is_none_or(|keys| unknown(&keys)) {
            jwks.fetched().await;
        }
        let Some(keys) = jwks.keys() else {
            let detail = "the keys by which tokens are checked are not to be had";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "keys_unavailable", detail).into());
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        verifier.verify(token, &keys, now).map_err(|reason: TokenError| {
            tracing::debug!(%reason, "a token counts for nothing");
            Unproven { problem: unauthenticated(), token: Some(reason) }
        })
    }

    /// Checks that a caller may have records anonymized with keys of these rings.
    ///
    /// # Errors
    /// Where they may not: `401` where nobody is proven, else `403`.
    pub(super) fn anonymizes<'r>(
        &self,
        caller: &Caller,
        rings: impl IntoIterator<Item = &'r str>,
    ) -> Result<(), Problem> {
        if self.0.roles.may_anonymize(caller, rings) {
            return Ok(());
        }
        if caller.is_anonymous() {
            return Err(unauthenticated());
        }
        let detail = "no role of yours lets you have records anonymized under this product's policy";
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
    }

    pub(super) fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// Takes from what a caller may have turned back in this hour; false where that is not left.
    pub(super) fn spend(&self, caller: &Caller, count: u64) -> bool {
        self.0.openings.spend(Instant::now(), &caller.proofs(), count)
    }

    /// Writes an audit record.
    ///
    /// # Errors
    /// Where it cannot be written: nothing may leave then.
    pub(super) fn audit(&self, record: &AuditRecord<'_>) -> Result<(), Problem> {
        self.0.audit.write(record).map_err(|error| {
            tracing::error!(kind = %error.kind(), "an audit record cannot be written");
            let detail = "the call cannot be recorded, and what is not recorded is not done";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "audit_unavailable", detail)
        })
    }

    /// Gives what counts the values that a caller has stand-ins made for.
    pub(super) fn meter(&self, caller: &Caller) -> Arc<dyn Meter> {
        let (values, audit) = (Arc::clone(&self.0.new_values), Arc::clone(&self.0.audit));
        // Nobody proven is counted, too, under one name for all.
        let names = if caller.is_anonymous() { vec![caller.to_string()] } else { caller.proofs() };
        Arc::new(CallerMeter { caller: caller.to_string(), names, values, audit })
    }
}

/// Opens where the audit records of a tenant go; the empty name is none.
///
/// # Errors
/// Where the file cannot be opened.
pub fn audit(to: &AuditTo, tenant: &str) -> Result<Audit, GuardError> {
    let audit = match to {
        AuditTo::StandardError => Audit::to_standard_error(),
        AuditTo::File(path) => Audit::to_file(path).map_err(|error| GuardError::Audit { path: path.clone(), error })?,
    };
    Ok(audit.of_tenant(tenant))
}

#[derive(Debug)]
struct CallerMeter {
    caller: String,
    /// What each value is counted under.
    names: Vec<String>,
    values: Arc<NewValues>,
    audit: Arc<Audit>,
}

impl Meter for CallerMeter {
    fn admit(&self, ring: &str, kind: &str, text: &str) -> bool {
        match self.values.admit(Instant::now(), (&self.names, ring), kind, text) {
            Admitted::Yes => true,
            Admitted::No => false,
            Admitted::Reached => {
                let record = AuditRecord {
                    event: "new_values_limit",
                    requester: &self.caller,
                    outcome: "refused",
                    ring: Some(ring),
                    limit: Some(self.values.max()),
                    ..AuditRecord::default()
                };
                if let Err(error) = self.audit.write(&record) {
                    tracing::error!(kind = %error.kind(), "an audit record cannot be written");
                }
                false
            }
        }
    }
}

/// Gives the token that a request bears (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        if !headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        let detail = "there are several `authorization` headers, and none of them counts: send one";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail));
    };
    let text = value.to_str().map_err(|_| unauthenticated())?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        Some(_) | None => Err(unauthenticated()),
    }
}

/// Nobody is proven, for whatever reason.
pub(super) fn unauthenticated() -> Problem {
    let detail = "send a client certificate or `authorization: Bearer …`; what was sent, if anything, proves nobody";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
}
