//! Rows of the vault are written anew after a rotation: in the background of a service, and by `privet vault reindex`.

use super::cli::ReindexArguments;
use super::erasure::{Reached, plans, settings, unanswered};
use super::exit::{Exit, answer, tell};
use crate::keys::KeyId;
use crate::observe::VaultMetrics;
use crate::policy::{LivePlan, Plan};
use crate::transform::{Renewal, SealedUnder, StoreError, sealed_under};
use crate::vault::{self, Portion, Reindexed, Vault};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a service looks whether its rings have another primary key.
const LOOKING: Duration = Duration::from_secs(2);
/// When one that was not answered tries again; then after twice that time, and so on.
const AGAIN: Duration = Duration::from_secs(60);
/// The longest of these times.
const AGAIN_MAX: Duration = Duration::from_secs(3600);
/// When rows are counted again though the rings are the same: a batch under way at SIGHUP, another process, or a product that is
/// there again may have made some since, or may be able to write those that were left.
const COUNTING: Duration = Duration::from_secs(300);
/// Of a large store, counting takes no more than one part in so many of the time.
const COUNTING_SHARE: u32 = 20;
/// After a batch a service waits as long as that took, so that records have the store for half of the time; no longer than this.
pub(super) const PAUSE_MAX: Duration = Duration::from_secs(1);

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
fn whole(vault: &Vault, live: &[LivePlan], told: impl FnMut(Reindexed)) -> Result<Reindexed, StoreError> {
    let plans: Vec<Arc<Plan>> = live.iter().map(LivePlan::load).collect();
    vault.reindex(&renewals(plans.iter().map(AsRef::as_ref)), told)
}

/// Writes one batch of them anew.
///
/// # Errors
/// Where the store cannot be reached or refuses.
pub(super) fn portion(vault: &Vault, live: &[LivePlan], behind: Option<&[u8]>) -> Result<Portion, StoreError> {
    let plans: Vec<Arc<Plan>> = live.iter().map(LivePlan::load).collect();
    vault.reindex_portion(&renewals(plans.iter().map(AsRef::as_ref)), behind)
}

/// When the next pass is due.
#[derive(Debug, Default)]
struct Schedule {
    /// How rows are sealed that the last one was for.
    how: Vec<SealedUnder>,
    /// When there is to be another for the same; none where only other rings can change anything.
    again: Option<Instant>,
    /// How often in succession it was not answered.
    unanswered: u32,
}

impl Schedule {
    fn is_due(&self, how: &[SealedUnder], now: Instant) -> bool {
        how != self.how || self.again.is_some_and(|again| now >= again)
    }

    /// Notes a pass that began and ended then.
    fn passed<T>(&mut self, how: Vec<SealedUnder>, result: &Result<T, StoreError>, (began, ended): (Instant, Instant)) {
        let before = if how == self.how { self.unanswered } else { 0 };
        let has_keys = !how.is_empty();
        self.how = how;
        self.unanswered = 0;
        self.again = match result {
            Ok(_) if !has_keys => None,
            Ok(_) => Some(ended + COUNTING.max(ended.duration_since(began).saturating_mul(COUNTING_SHARE))),
            Err(StoreError::Unavailable) => {
                self.unanswered = before.saturating_add(1);
                Some(ended + AGAIN.saturating_mul(2_u32.saturating_pow(before)).min(AGAIN_MAX))
            }
            Err(StoreError::Refused | StoreError::EpochEnded(_)) => None,
        };
    }
}

/// Writes rows anew whenever the rings say so, for as long as the vault is in use.
pub(super) fn keep(vault: &Arc<Vault>, live: Vec<LivePlan>, metrics: VaultMetrics) -> std::io::Result<()> {
    let vault = Arc::downgrade(vault);
    let keeper = move || {
        let (mut schedule, mut left) = (Schedule::default(), 0);
        while let Some(vault) = vault.upgrade() {
            let plans: Vec<Arc<Plan>> = live.iter().map(LivePlan::load).collect();
            let how = stale(&renewals(plans.iter().map(AsRef::as_ref)));
            let began = Instant::now();
            if schedule.is_due(&how, began) {
                let done = pass(&vault, &live, &how, &metrics, left);
                match &done {
                    Ok(now) => left = *now,
                    Err(StoreError::Unavailable) => {
                        tracing::warn!("rows of the vault are not written anew yet: it does not answer")
                    }
                    Err(error @ (StoreError::Refused | StoreError::EpochEnded(_))) => tracing::error!(
                        %error,
                        "rows of the vault are not written anew, until a ring has other keys or this is started again"
                    ),
                }
                schedule.passed(how, &done, (began, Instant::now()));
            }
            drop(vault);
            std::thread::sleep(LOOKING);
        }
    };
    std::thread::Builder::new().name("vault reindexer".into()).spawn(keeper).map(drop)
}

/// Goes through all rows once; gives how many are left, of which nothing is said if they were as many before.
fn pass(
    vault: &Vault,
    live: &[LivePlan],
    how: &[SealedUnder],
    metrics: &VaultMetrics,
    left_before: u64,
) -> Result<u64, StoreError> {
    // Of one enabled key nothing is to be done.
    let rows = if how.is_empty() { 0 } else { vault.sealed_under(how)? };
    metrics.stale(rows);
    if rows == 0 {
        return Ok(0);
    }
    if rows != left_before {
        tracing::info!(rows, "rows of the vault are written anew under the primary key");
    }
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
    if left == left_before && renewed == 0 {
        tracing::debug!(left, "rows of the vault are left as before");
    } else if left == 0 {
        tracing::info!(renewed, "rows of the vault were written anew");
    } else {
        tracing::warn!(
            renewed,
            left,
            "rows of the vault were written anew, but for those that no product here made, or whose subject's key is gone"
        );
    }
    Ok(left)
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
    let mut reached = Reached::open(config, &plans, None)?;
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

/// Counts the rows of a vault that would be lost with a key.
///
/// # Errors
/// Where they cannot be counted; that is told.
pub(super) fn rows_under(config: &vault::Config, plans: &[Plan], key: KeyId) -> Result<u64, Exit> {
    Reached::open(config, plans, None)?.sealed_under(&sealed_under(key)).map_err(unanswered)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn how(byte: u8) -> Vec<SealedUnder> {
        vec![SealedUnder([4, byte, byte, byte, byte])]
    }

    #[test]
    fn rows_are_counted_again_while_there_are_keys_of_before() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        assert!(!schedule.is_due(&[], start), "of one key there is nothing to do");
        assert!(schedule.is_due(&how(1), start));
        schedule.passed(how(1), &Ok(0), (start, start + SECOND));
        assert!(!schedule.is_due(&how(1), start + COUNTING));
        assert!(schedule.is_due(&how(1), start + SECOND + COUNTING));
        assert!(schedule.is_due(&how(2), start + SECOND), "another state of the rings waits for nothing");
        // A count that takes long is rarer.
        let ended = start + COUNTING;
        schedule.passed(how(1), &Ok(0), (start, ended));
        assert!(!schedule.is_due(&how(1), ended + COUNTING * 19) && schedule.is_due(&how(1), ended + COUNTING * 20));
        schedule.passed(Vec::new(), &Ok(0), (start, start));
        assert!(!schedule.is_due(&[], start + AGAIN_MAX * 100));
    }

    #[test]
    fn what_is_refused_waits_for_other_rings_and_silence_is_asked_more_slowly() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        for refused in [StoreError::Refused, StoreError::EpochEnded(KeyId([1; 4]))] {
            schedule.passed(how(1), &Err::<u64, _>(refused), (start, start));
            assert!(!schedule.is_due(&how(1), start + AGAIN_MAX * 100) && schedule.is_due(&how(2), start));
        }
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            schedule.passed(how(1), &Err::<u64, _>(StoreError::Unavailable), (start, start));
            assert!(!schedule.is_due(&how(1), start + AGAIN * wait - SECOND), "{wait}");
            assert!(schedule.is_due(&how(1), start + AGAIN * wait), "{wait}");
        }
        schedule.passed(how(2), &Err::<u64, _>(StoreError::Unavailable), (start, start));
        assert!(schedule.is_due(&how(2), start + AGAIN), "other rings begin anew");
    }
}
