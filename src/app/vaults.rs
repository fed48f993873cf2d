//! Opens the vault where a policy needs one.

use super::exit::{Exit, show};
use crate::engine::Settings;
use crate::policy::{LivePlan, Plan};
use crate::transform::Store;
use crate::vault::{Config, Vault};
use std::sync::Arc;

/// Gives what the operators of these plans ask: the configured vault where any of them needs one. One that nobody needs
/// is not opened.
///
/// # Errors
/// Where one is needed and none is configured, or it cannot be opened; that is told.
pub(super) fn store<'p>(
    config: Option<&Config>,
    plans: impl IntoIterator<Item = &'p Plan>,
) -> Result<Arc<dyn Store>, Exit> {
    let Some(plan) = plans.into_iter().find(|plan| plan.needs_store()) else { return Ok(Settings::default().store) };
    match config {
        Some(config) => open(config),
        None => {
            show(missing(plan));
            Err(Exit::Usage)
        }
    }
}

/// Gives what the operators of a service ask: the configured vault, since a reload may bring a policy that needs it.
///
/// # Errors
/// Where one is needed and none is configured, or it cannot be opened; that is told.
pub(super) fn for_service(config: Option<&Config>, plans: &[LivePlan]) -> Result<Arc<dyn Store>, Exit> {
    let plans: Vec<Arc<Plan>> = plans.iter().map(LivePlan::load).collect();
    match config {
        Some(config) => open(config),
        None => store(None, plans.iter().map(AsRef::as_ref)),
    }
}

fn open(config: &Config) -> Result<Arc<dyn Store>, Exit> {
    match Vault::open(config) {
        Ok(vault) => Ok(Arc::new(vault)),
        Err(error) => {
            show(&error);
            Err(if error.is_usage() { Exit::Usage } else { Exit::InputOutput })
        }
    }
}

/// Says what is missing for a plan that needs a vault where none is configured.
pub(super) fn missing(plan: &Plan) -> String {
    format!(
        "{}: `tokenize` with `mode: vault` needs a vault, and the configuration has none\n\
         help: add `vault: {{from: \"redb:vault.redb\"}}` to privet.yaml, and give that with --config",
        plan.product()
    )
}
