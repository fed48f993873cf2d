//! Rows of the vault are written anew after a rotation: in the background of a service, and by `privet vault reindex`.

use super::cli::ReindexArguments;
use super::erasure::{Reached, plans, settings, unanswered};
use super::exit::{Exit, answer, tell};
use crate::keys::KeyId;
use crate::observe::VaultMetrics;
use crate::policy::{LivePlan, Plan};
use crate::transform::{Renewal, SealedUnder, StoreError, sealed_under};
use crate::vault::{self, Reindexed, Vault};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a service looks whether its rings have another primary key.
const LOOKING: Duration = Duration::from_secs(2);
/// When one that was not answered tries again.
const AGAIN: Duration = Duration::from_secs(60);
/// After a batch a service waits as long as that took, so that records have the store for half of the time; no longer than this.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Gives what writes anew the rows that operators of these plans made.
fn renewals<'p>(plans: impl IntoIterator<Item = &'p Plan>) -> Vec<&'p dyn Renewal> {
    plans.into_iter().flat_map(Plan::contexts).filter_map(|(operator, _)| operator.renewal()).collect()
}

/// Gives how rows are sealed that are to be written anew.
fn stale(renewals: &[&dyn Renewal]) -> Vec<SealedUnder> {
    let mut all: Vec<SealedUnder> = renewals.iter().flat_map(|one| one.stale()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Writes anew all rows that operators of these plans made before a rotation.
///
/// # Errors
/// Where the store cannot be reached or refuses.
pub(super) fn whole(vault: &Vault, live: &[LivePlan], told: impl FnMut(Reindexed)) -> Result<Reindexed, StoreError> {
    let plans: Vec<Arc<Plan>> = live.iter().map(LivePlan::load).collect();
    vault.reindex(&renewals(plans.iter().map(AsRef::as_ref)), told)
}

/// Writes rows anew whenever the rings say so, for as long as the vault is in use.
pub(super) fn keep(vault: &Arc<Vault>, live: Vec<LivePlan>, metrics: VaultMetrics) -> std::io::Result<()> {
    let vault = Arc::downgrade(vault);
    let keeper = move || {
        let (mut done, mut not_before) = (Vec::new(), Instant::now());
        while let Some(vault) = vault.upgrade() {
            let plans: Vec<Arc<Plan>> = live.iter().map(LivePlan::load).collect();
            let how = stale(&renewals(plans.iter().map(AsRef::as_ref)));
            if how != done && Instant::now() >= not_before {
                match pass(&vault, &live, &how, &metrics) {
                    Ok(()) => done = how,
                    Err(error) => {
                        tracing::warn!(%error, "rows of the vault are not written anew yet");
                        not_before = Instant::now() + AGAIN;
                    }
                }
            }
            drop(vault);
            std::thread::sleep(LOOKING);
        }
    };
    std::thread::Builder::new().name("vault reindexer".into()).spawn(keeper).map(drop)
}

/// Goes through all rows once.
fn pass(vault: &Vault, live: &[LivePlan], how: &[SealedUnder], metrics: &VaultMetrics) -> Result<(), StoreError> {
    // Of one enabled key nothing is to be done.
    let rows = if how.is_empty() { 0 } else { vault.sealed_under(how)? };
    metrics.stale(rows);
    if rows == 0 {
        return Ok(());
    }
    tracing::info!(rows, "rows of the vault are written anew under the primary key");
    let (mut before, mut since) = (0, Instant::now());
    let done = whole(vault, live, |so_far| {
        metrics.stale(rows.saturating_sub(so_far.renewed));
        if so_far.renewed > before {
            before = so_far.renewed;
            std::thread::sleep(since.elapsed().min(PAUSE_MAX));
        }
        since = Instant::now();
    })?;
    let Reindexed { renewed, left } = done;
    metrics.stale(left);
    if left == 0 {
        tracing::info!(renewed, "rows of the vault were written anew");
    } else {
        tracing::warn!(
            renewed,
            left,
            "rows of the vault were written anew, but for those that no product here made, or whose subject's key is gone"
        );
    }
    Ok(())
}

fn vault_of(settings: &super::config::Settings) -> Result<&vault::Config, Exit> {
    settings.vault.as_ref().ok_or_else(|| {
        tell("the configuration has no `vault`");
        Exit::Usage
    })
}

/// Does `privet vault reindex`.
pub(super) fn run(arguments: &ReindexArguments) -> Exit {
    try_run(arguments).unwrap_or_else(|exit| exit)
}

fn try_run(arguments: &ReindexArguments) -> Result<Exit, Exit> {
    let settings = settings(&arguments.config)?;
    let config = vault_of(&settings)?;
    let plans = plans(&settings)?;
    let renewals = renewals(&plans);
    let how = stale(&renewals);
    let mut reached = Reached::open(config)?;
    let before = if how.is_empty() { 0 } else { reached.sealed_under(&how).map_err(unanswered)? };
    if arguments.dry_run || before == 0 {
        return Ok(answer(&format!("{before} rows are to be written anew\n")));
    }
    let renewed = reached.reindex(&renewals).map_err(unanswered)?;
    let left = reached.sealed_under(&how).map_err(unanswered)?;
    let done = answer(&format!("{renewed} rows were written anew, {left} are left\n"));
    if left > 0 {
        tell(
            "rows are left that no product of this configuration made, or whose subject's key is gone; or the process that has \
             the vault open goes on with the ring of before: have it read that again, and ask once more",
        );
        return Ok(Exit::Refused);
    }
    Ok(done)
}

/// Counts the rows of the configuration's vault that would be lost with a key.
///
/// # Errors
/// Where they cannot be counted; that is told.
pub(super) fn rows_under(config: &Path, key: KeyId) -> Result<u64, Exit> {
    let settings = settings(config)?;
    Reached::open(vault_of(&settings)?)?.sealed_under(&sealed_under(key)).map_err(unanswered)
}
