//! Opens the vault where a policy needs one.

use super::exit::{Exit, show, tell};
use super::{reindex, vault_socket};
use crate::engine::Settings;
use crate::observe::{Metrics, Part, Readiness, VaultMetrics};
use crate::policy::{LivePlan, Plan};
use crate::transform::{Need, Store, StoreError};
use crate::vault::{Config, Counts, Memory, OpenError, SeenError, Vault};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What is told of a vault's ring of epochs of which nobody would notice that it was rolled back.
pub(super) const EPOCHS_UNREMEMBERED: &str = "a roll-back of the ring of epochs across restarts is not detected: an old copy \
                                              would open what is forgotten; give `epochs` a `state_dir`";

/// Tells whether a vault has such a ring.
pub(super) const fn has_unremembered_epochs(config: &Config) -> bool {
    config.epochs.is_some() && config.epochs_state_dir.is_none()
}

/// The vault counts into the process's metrics.
#[derive(Debug)]
struct Counted {
    metrics: VaultMetrics,
    part: Arc<Part>,
    live: Vec<LivePlan>,
}

impl Counts for Counted {
    fn looked_up(&self, cache: u64, store: u64) {
        self.metrics.looked_up(cache, store);
    }

    fn asked(&self, took: Duration, done: Result<(), StoreError>) {
        self.metrics.took(took);
        match done {
            Ok(()) => {}
            Err(StoreError::Unavailable) => {
                self.metrics.unavailable();
                if needed(&self.live).is_some() {
                    self.part.not_ready();
                }
            }
            Err(StoreError::Refused | StoreError::EpochEnded(_)) => self.metrics.refused(),
        }
    }
}

/// What operators ask, and whether it keeps which key rings were seen.
pub(super) type Asked = (Arc<dyn Store>, Memory);

/// Gives what the operators of a plan ask: the configured vault where any of them needs one. One that nobody needs
/// is not opened.
///
/// # Errors
/// Where one is needed and none is configured, it cannot be opened, or it has seen newer key rings than the plan's; that is
/// told.
pub(super) fn store(config: Option<&Config>, plan: &Plan) -> Result<Asked, Exit> {
    sufficient(config, [plan])?;
    let Some(config) = config.filter(|_| plan.needs_store()) else { return Ok(nothing()) };
    let vault = open(config)?;
    let memory = believe(&vault, [plan])?;
    expire(&vault);
    Ok((Arc::new(vault), memory))
}

/// Of who needs no vault.
fn nothing() -> Asked {
    (Settings::default().store, Memory::Ends)
}

/// Has a vault judge the key rings of plans, before anything is done with them.
///
/// # Errors
/// Where one is older than what was seen, or that is not known; that is told.
pub(super) fn believe<'p>(vault: &Vault, plans: impl IntoIterator<Item = &'p Plan>) -> Result<Memory, Exit> {
    let rings = plans.into_iter().flat_map(Plan::rings).map(|ring| &ring.sighting);
    vault.believe(rings).map_err(|error| unbelieved(&error))
}

/// Tells why rings are not used, and how the command ends.
pub(super) fn unbelieved(error: &SeenError) -> Exit {
    tell(error);
    match error {
        SeenError::Ring { .. } => Exit::Usage,
        SeenError::Store(error) if error.may_pass() => Exit::StartAgain,
        SeenError::Store(_) => Exit::InputOutput,
    }
}

/// Gives what turns values back that a plan made: as [`store`] does, but a vault in a file that another process has
/// open is read through that process. It judges the rings of all `plans`.
///
/// # Errors
/// As [`store`].
pub(super) fn for_reading(config: Option<&Config>, plan: &Plan, plans: &[Plan]) -> Result<Asked, Exit> {
    sufficient(config, [plan])?;
    let Some(config) = config.filter(|_| plan.needs_store()) else { return Ok(nothing()) };
    let vault = match Vault::open(config) {
        Ok(vault) => Ok(vault),
        Err(OpenError::InUse(path)) => {
            let live = vault_socket::reach(&path)?;
            Vault::over(Box::new(vault_socket::Read::from(live)), config)
        }
        Err(error) => Err(error),
    };
    let vault = vault.map_err(|error| unopened(&error))?;
    // It makes nothing with them: what it has is not kept, with a copy of a ring say that has an old key enabled.
    let rings = plans.iter().flat_map(Plan::rings).map(|ring| &ring.sighting);
    let memory = vault.judge(rings).map_err(|error| unbelieved(&error))?;
    expire(&vault);
    Ok((Arc::new(vault), memory))
}

/// Gives what the operators of a service ask: the configured vault, since a reload may bring a policy that needs it. One
/// in a file answers commands beside it.
///
/// # Errors
/// Where one is needed and none is configured, it cannot be opened, or it has seen newer key rings than those of the plans;
/// that is told.
pub(super) fn for_service(
    config: Option<&Config>,
    live: &[LivePlan],
    metrics: &Metrics,
    readiness: &Readiness,
) -> Result<Option<(Arc<Vault>, Memory)>, Exit> {
    let plans: Vec<Arc<Plan>> = live.iter().map(LivePlan::load).collect();
    sufficient(config, plans.iter().map(AsRef::as_ref))?;
    let Some(config) = config else { return Ok(None) };
    if has_unremembered_epochs(config) {
        tracing::warn!("{EPOCHS_UNREMEMBERED}, or the command `--state-dir`");
    }
    let part = Arc::new(readiness.part(VAULT));
    let counted = Counted { metrics: metrics.vault(), part: Arc::clone(&part), live: live.to_vec() };
    let vault = Arc::new(open(config)?.counted(Arc::new(counted)));
    // They are kept once all else of the start holds.
    let rings = plans.iter().flat_map(|plan| plan.rings()).map(|ring| &ring.sighting);
    let memory = vault.judge(rings).map_err(|error| unbelieved(&error))?;
    if let Some(file) = config.from.strip_prefix("redb:")
        && let Err(error) = vault_socket::serve(Path::new(file), Arc::clone(&vault), live.to_vec())
    {
        let place = vault_socket::Live::place(Path::new(file));
        tell(format_args!("no socket for commands on the vault at {}: {error}", place.display()));
        // Nobody could be forgotten while it runs; without subjects, only turning back waits for its end.
        if config.epochs.is_some() {
            return Err(Exit::InputOutput);
        }
    }
    let spawned = keep(&vault)
        .and_then(|()| reindex::keep(&vault, live.to_vec(), metrics.vault()))
        .and_then(|()| watch(&vault, part, live.to_vec()));
    spawned.map_err(|error| {
        tell(format_args!("the system gives no thread for the vault: {error}"));
        Exit::InputOutput
    })?;
    Ok(Some((vault, memory)))
}

/// How often values whose time is over are taken away.
const KEEPING: Duration = Duration::from_secs(60);

/// How readiness calls the vault.
const VAULT: &str = "vault";
/// How often the vault is asked whether it would answer: who balances load asks about as often.
const WATCHING: Duration = Duration::from_secs(2);

/// Tells what policies need of the vault now.
fn needed(live: &[LivePlan]) -> Option<Need> {
    live.iter().filter_map(|plan| plan.load().need()).max()
}

/// Tells readiness whether the vault would answer, for as long as it is in use.
fn watch(vault: &Arc<Vault>, part: Arc<Part>, live: Vec<LivePlan>) -> std::io::Result<()> {
    let vault = Arc::downgrade(vault);
    let watcher = move || {
        while let Some(vault) = vault.upgrade() {
            match needed(&live).map(|need| vault.ready(need)) {
                Some(Err(_)) => part.not_ready(),
                Some(Ok(())) | None => part.ready(),
            }
            drop(vault);
            std::thread::sleep(WATCHING);
        }
    };
    std::thread::Builder::new().name("vault watcher".into()).spawn(watcher).map(drop)
}

/// Takes away values whose time is over, for as long as the vault is in use.
fn keep(vault: &Arc<Vault>) -> std::io::Result<()> {
    let vault = Arc::downgrade(vault);
    let keeper = move || {
        while let Some(vault) = vault.upgrade() {
            expire(&vault);
            drop(vault);
            std::thread::sleep(KEEPING);
        }
    };
    std::thread::Builder::new().name("vault keeper".into()).spawn(keeper).map(drop)
}

/// What cannot be done now is done later: no value is given whose time is over.
fn expire(vault: &Vault) {
    match vault.expire() {
        Ok(0) => {}
        Ok(values) => tracing::info!(values, "values whose time was over were taken from the vault"),
        Err(error) => tracing::warn!(%error, "values whose time is over are not taken from the vault yet"),
    }
}

fn sufficient<'p>(config: Option<&Config>, plans: impl IntoIterator<Item = &'p Plan>) -> Result<(), Exit> {
    match plans.into_iter().find_map(|plan| lack(config, plan)) {
        Some(lack) => {
            show(lack);
            Err(Exit::Usage)
        }
        None => Ok(()),
    }
}

fn open(config: &Config) -> Result<Vault, Exit> {
    Vault::open(config).map_err(|error| unopened(&error))
}

fn unopened(error: &OpenError) -> Exit {
    show(error);
    if error.is_usage() { Exit::Usage } else { Exit::InputOutput }
}

/// Says what a plan lacks with this vault, or without one; nothing where all is there.
pub(super) fn lack(config: Option<&Config>, plan: &Plan) -> Option<String> {
    let product = plan.product();
    match config {
        None if plan.needs_store() => Some(format!(
            "{product}: `tokenize` with `mode: vault`, or a `subject_field`, needs a vault, and the configuration has none\n\
             help: add `vault: {{from: \"redb:vault.redb\"}}` to privet.yaml, and give that with --config"
        )),
        Some(Config { epochs: None, .. }) if plan.need() == Some(Need::Subjects) => Some(format!(
            "{product}: `subject_field` needs keys that wrap those of the subjects, and the vault has none\n\
             help: make a ring with `privet keys new epochs`, and add `epochs: {{from: \"file:epochs.keyring.json\"}}` to \
             `vault` in privet.yaml"
        )),
        Some(config) => shared_epochs(config, plan.rings().iter().map(|ring| &*ring.name)),
        None => None,
    }
}

/// Says what is wrong where the ring of the epochs is one of these key rings: to end an epoch is to destroy its key.
pub(super) fn shared_epochs<'r>(config: &Config, mut rings: impl Iterator<Item = &'r str>) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        ring: String,
    }
    // Its name needs no root, so nobody is asked for it; a ring that is no file is not sealed, and one that cannot be read
    // is told of where it is used.
    let (from, _) = config.epochs.as_ref()?;
    let file = std::fs::read(from.strip_prefix("file:")?).ok()?;
    let Named { ring: epochs } = serde_json::from_slice(&file).ok()?;
    rings.any(|ring| ring == epochs).then(|| {
        format!(
            "the key ring {epochs} is under `epochs` of the vault as well: `privet vault seal` would destroy its keys, and with them \
             all that was made with it\n\
             help: make a ring for the epochs alone with `privet keys new epochs`"
        )
    })
}
