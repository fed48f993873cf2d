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

/// Checks roles against the address and the products' policies.
pub(super) fn check(config: &Config, access: Option<&access::Config>, products: &[Product]) -> Result<(), AccessError> {
    let plans: Vec<Arc<Plan>> = products.iter().map(|product| product.plan.load()).collect();
    let Some(access) = access else {
        return match products.iter().zip(&plans).find(|(_, plan)| plan.uses_keys()) {
            None => Ok(()),
            Some((product, plan)) => {
                let rings: Vec<&str> = plan.rings().iter().map(|ring| &*ring.name).collect();
                Err(AccessError::Keyed { product: product.name.clone(), rings: rings.join(", ") })
            }
        };
    };
    let roles = &access.roles.0;
    let grants_keys = |role: &&Role| !role.rings.is_empty() || role.grants.contains(&Grant::Deanonymize);
    let address = config.listen.address;
    if !address.ip().is_loopback() {
        if config.tls.is_none()
            && let Some(role) = roles.iter().find(grants_keys)
        {
            return Err(AccessError::PlainText { at: role.at.clone(), address });
        }
        let known = config.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some() && tls.clients == Clients::Required);
        let to_anyone = |role: &&Role| grants_keys(role) && role.members.contains(&Member::Anyone);
        if !known && let Some(role) = roles.iter().find(to_anyone) {
            return Err(AccessError::Anyone { at: role.at.clone(), address });
        }
    }
    names(roles, plans.iter().map(AsRef::as_ref))
}

/// Checks that roles name rings and value kinds of these plans.
///
/// # Errors
/// At the first that nothing uses.
pub fn names<'p>(roles: &[Role], plans: impl Iterator<Item = &'p Plan> + Clone) -> Result<(), AccessError> {
    let rings: BTreeSet<&str> = plans.clone().flat_map(|plan| plan.rings()).map(|ring| &*ring.name).collect();
    let listed = |all: &BTreeSet<&str>| match all.len() {
        0 => "none is".to_owned(),
        _ => format!("one of {}", all.iter().copied().collect::<Vec<_>>().join(", ")),
    };
    for role in roles {
        if let Some(ring) = role.rings.iter().find(|ring| !rings.contains(ring.as_str())) {
            return Err(AccessError::UnknownRing { at: role.at.clone(), ring: ring.clone(), known: listed(&rings) });
        }
        let reversals = plans.clone().flat_map(|plan| plan.operators()).filter_map(|operator| operator.reversal());
        let own = reversals.filter(|one| role.rings.iter().any(|ring| ring == one.ring()));
        let kinds: BTreeSet<&str> = own.flat_map(|one| one.kinds()).collect();
        let unknown = |kind: &&String| !kinds.contains(kind.as_str());
        if let Some(kind) = role.kinds.iter().flatten().find(unknown) {
            return Err(AccessError::UnknownKind { at: role.at.clone(), kind: kind.clone(), known: listed(&kinds) });
        }
    }
    Ok(())
}
