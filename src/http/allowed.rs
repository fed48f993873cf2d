//! Whether what is served fits who may have it; asked at the start, at a reload, and by `privet check`.

use super::config::Config;
use super::face::Product;
use super::tls::Clients;
use crate::access::{self, Grant, Member, Role};
use crate::model::Told;
use crate::policy::{Plan, Standing};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

/// Why what is served does not fit who may have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// A policy uses keys, and nothing says who may have records anonymized under it.
    #[error(
        "the policy of {product:?} uses keys, and whoever can connect could find the value behind a token or hash by \
         trying candidates; say in privet.yaml who may:\n  access:\n    roles:\n      - {{callers: anyone, may: \
         anonymize, rings: [{rings}]}}\nhelp: `anyone` is whoever can connect; docs/access.md tells how callers are \
         named by certificates and tokens"
    )]
    Keyed {
        /// The product.
        product: String,
        /// The rings, with commas between them.
        rings: String,
    },
    /// Roles grant something of worth, and others could listen.
    #[error(
        "{at}other hosts can reach {address}, and roles grant the use of keys there: tokens and values would pass in plain \
         text\nhelp: add `tls: {{certificate: FILE.pem, key: FILE.pem}}` under `http:`, or listen on 127.0.0.1"
    )]
    PlainText {
        /// Where the first of them stands.
        at: Standing,
        /// Where the face would listen.
        address: SocketAddr,
    },
    /// Everybody on the network would get a role that grants the use of keys.
    #[error(
        "{at}other hosts can reach {address}, and a role grants `anyone` the use of keys\nhelp: name callers by \
         `certificate`, `subject` or `claim`, ask clients for certificates (`client_ca` under `tls:`), or listen on \
         127.0.0.1"
    )]
    Anyone {
        /// Where the role stands.
        at: Standing,
        /// Where the face would listen.
        address: SocketAddr,
    },
    /// A role names callers by what no client is asked for.
    #[error(
        "{at}a role names callers by their certificates, and clients are asked for none\nhelp: add `tls: {{certificate: \
         FILE.pem, key: FILE.pem, client_ca: FILE.pem}}` under `http:`, or name callers by `subject` or `claim`"
    )]
    NoCertificates {
        /// Where the role stands.
        at: Standing,
    },
    /// A role names a key domain that no policy uses.
    #[error("{at}a role names the key ring `{}`, and no policy served here uses it: {known}", Told(ring))]
    UnknownRing {
        /// Where the role stands.
        at: Standing,
        /// As the role names it.
        ring: String,
        /// What would be right.
        known: String,
    },
    /// A role names a value kind of which nothing can be turned back.
    #[error(
        "{at}a role names the value kind `{}`, and no policy served here makes such values of its rings reversible: {known}",
        Told(kind)
    )]
    UnknownKind {
        /// Where the role stands.
        at: Standing,
        /// As the role names it.
        kind: String,
        /// What would be right.
        known: String,
    },
}

/// All that does not fit, each with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct AccessErrors(pub Vec<AccessError>);

impl AccessErrors {
    fn of(all: Vec<AccessError>) -> Result<(), Self> {
        if all.is_empty() { Ok(()) } else { Err(Self(all)) }
    }
}

/// Checks roles against the address and the products' policies.
pub(super) fn check(
    config: &Config,
    access: Option<&access::Config>,
    products: &[Product],
) -> Result<(), AccessErrors> {
    let plans: Vec<Arc<Plan>> = products.iter().map(|product| product.plan.load()).collect();
    let Some(access) = access else {
        let keyed = products.iter().zip(&plans).filter(|(_, plan)| plan.uses_keys());
        let error = |(product, plan): (&Product, &Arc<Plan>)| {
            let rings: Vec<&str> = plan.rings().iter().map(|ring| &*ring.name).collect();
            AccessError::Keyed { product: product.name.clone(), rings: rings.join(", ") }
        };
        return AccessErrors::of(keyed.map(error).collect());
    };
    let mut wrong = Vec::new();
    let roles = &access.roles.0;
    let grants_keys = |role: &&Role| !role.rings.is_empty() || role.grants.contains(&Grant::Deanonymize);
    let address = config.listen.address;
    if !address.ip().is_loopback() {
        // One way to mend it mends all.
        if config.tls.is_none()
            && let Some(role) = roles.iter().find(grants_keys)
        {
            wrong.push(AccessError::PlainText { at: role.at.clone(), address });
        }
        let known = config.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some() && tls.clients == Clients::Required);
        let to_anyone = |role: &&Role| grants_keys(role) && role.members.contains(&Member::Anyone);
        if config.tls.is_some() && !known {
            wrong.extend(
                roles.iter().filter(to_anyone).map(|role| AccessError::Anyone { at: role.at.clone(), address }),
            );
        }
    }
    let asks = config.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some());
    let by_certificate = |role: &&Role| role.members.iter().any(|member| matches!(member, Member::Certificate(_)));
    if !asks && let Some(role) = roles.iter().find(by_certificate) {
        wrong.push(AccessError::NoCertificates { at: role.at.clone() });
    }
    if let Err(AccessErrors(names)) = names(roles, plans.iter().map(AsRef::as_ref)) {
        wrong.extend(names);
    }
    AccessErrors::of(wrong)
}

/// Checks that roles name rings and value kinds of these plans.
///
/// # Errors
/// With all that nothing uses.
pub fn names<'p>(roles: &[Role], plans: impl Iterator<Item = &'p Plan> + Clone) -> Result<(), AccessErrors> {
    let rings: BTreeSet<&str> = plans.clone().flat_map(|plan| plan.rings()).map(|ring| &*ring.name).collect();
    let listed = |all: &BTreeSet<&str>| match all.len() {
        0 => "none is".to_owned(),
        _ => format!("one of {}", all.iter().copied().collect::<Vec<_>>().join(", ")),
    };
    let mut wrong = Vec::new();
    for role in roles {
        let unknown = role.rings.iter().filter(|ring| !rings.contains(ring.as_str()));
        let unknown: Vec<_> = unknown
            .map(|ring| AccessError::UnknownRing { at: role.place_of(ring), ring: ring.clone(), known: listed(&rings) })
            .collect();
        // Of rings that nobody knows there are no kinds.
        if !unknown.is_empty() {
            wrong.extend(unknown);
            continue;
        }
        let reversals = plans.clone().flat_map(|plan| plan.operators()).filter_map(|operator| operator.reversal());
        let own = reversals.filter(|one| role.rings.iter().any(|ring| ring == one.ring()));
        let kinds: BTreeSet<&str> = own.flat_map(|one| one.kinds()).collect();
        let unknown = |kind: &&String| !kinds.contains(kind.as_str());
        wrong.extend(role.kinds.iter().flatten().filter(unknown).map(|kind| AccessError::UnknownKind {
            at: role.place_of(kind),
            kind: kind.clone(),
            known: listed(&kinds),
        }));
    }
    AccessErrors::of(wrong)
}
