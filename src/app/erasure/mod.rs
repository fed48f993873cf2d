//! `privet forget` and `privet vault seal`: what was kept of a person goes, and then what backups could open it with.

mod forget;
mod next_root;
mod other_rings;
mod seal;
mod subjects;

pub(super) use forget::forget;
pub(super) use seal::seal;

use super::config::{self, Settings};
use super::exit::{Exit, tell};
use super::plan::{Loader, StateDir, tell_of_roll_back};
use super::receipt::Receipt;
use super::vault_socket::{self, Live};
use super::vaults;
use crate::keys::{KeyError, Sighting};
use crate::model::ToldPath;
use crate::policy::Plan;
use crate::transform::{Renewal, SealedUnder, StoreError};
use crate::vault::subjects::{Erased, SubjectIndex};
use crate::vault::{self, Moved, OpenError, Vault};
use std::path::Path;
use std::time::Duration;

/// Gives the time so long after another.
fn after(at: &jiff::Timestamp, time: Duration) -> Option<jiff::Timestamp> {
    at.checked_add(jiff::SignedDuration::try_from(time).ok()?).ok()
}

/// The vault, or the process that has it open.
pub(super) enum Reached {
    Own(Box<Vault>),
    Live(Live),
}

impl Reached {
    /// Opens the vault; one that another process has open is reached through that process.
    ///
    /// None is made: what is not there holds nobody, and a receipt for it would say that somebody is gone.
    ///
    /// The rings of these plans, and one beside them, are judged by what it has seen; of those that nobody keeps is told.
    pub(super) fn open(config: &vault::Config, plans: &[Plan], beside: Option<&Sighting>) -> Result<Self, Exit> {
        let rings = plans.iter().flat_map(Plan::rings).map(|ring| &ring.sighting).chain(beside);
        let (reached, judged) = match Self::reach(config)? {
            Self::Own(vault) => {
                let judged = vault.judge(rings);
                (Self::Own(vault), judged)
            }
            Self::Live(live) => {
                let read = vault_socket::Read::from(live);
                let judged = vault::judged(&read, rings);
                (Self::Live(read.into()), judged)
            }
        };
        let memory = judged.map_err(|error| vaults::unbelieved(&error))?;
        tell_of_roll_back(plans, Some(config), memory, StateDir::Configured);
        Ok(reached)
    }

    fn reach(config: &vault::Config) -> Result<Self, Exit> {
        let lacks = match config.from.split_once(':') {
            Some(("redb", file)) if !Path::new(file).exists() => {
                Some(format!("there is no vault at {}", ToldPath(Path::new(file))))
            }
            Some(("memory", _)) => Some("a vault in memory is that of the process which made it".to_owned()),
            _ => None,
        };
        if let Some(lacks) = lacks {
            tell(lacks);
            return Err(Exit::Usage);
        }
        match Vault::open(config) {
            Ok(vault) => Ok(Self::Own(Box::new(vault))),
            Err(OpenError::InUse(path)) => vault_socket::reach(&path).map(Self::Live),
            Err(error) => {
                tell(&error);
                Err(if error.is_usage() { Exit::Usage } else { Exit::InputOutput })
            }
        }
    }

    /// Counts the rows that are sealed so.
    pub(super) fn sealed_under(&mut self, how: &[SealedUnder]) -> Result<u64, StoreError> {
        match self {
            Self::Own(vault) => vault.sealed_under(how),
            Self::Live(live) => live.sealed_under(how),
        }
    }

    /// Writes rows anew; a process that has the vault open does so by its own plans. Gives how many were.
    pub(super) fn reindex(&mut self, renewals: &[&dyn Renewal]) -> Result<u64, StoreError> {
        match self {
            Self::Own(vault) => vault.reindex(renewals, |_| ()).map(|done| done.renewed),
            Self::Live(live) => live.reindex(),
        }
    }

    fn forget(&mut self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        match self {
            Self::Own(vault) => vault.forget(subject, domain, until),
            Self::Live(live) => live.forget(subject, domain, until),
        }
    }

    fn rewrap(&mut self) -> Result<Moved, StoreError> {
        match self {
            Self::Own(vault) => vault.rewrap(),
            Self::Live(live) => live.rewrap(),
        }
    }
}

pub(super) fn settings(path: &Path) -> Result<Settings, Exit> {
    config::load_for_command(path).map(|(settings, _)| settings).map_err(|error| {
        tell(&error);
        error.exit()
    })
}

fn vault_of(settings: &Settings) -> Result<&vault::Config, Exit> {
    let with_epochs = settings.vault.as_ref().filter(|vault| vault.epochs.is_some());
    with_epochs.ok_or_else(|| {
        tell("the configuration has no `vault` with `epochs`: there are no subjects to forget");
        Exit::Usage
    })
}

fn key_error(error: &KeyError) -> Exit {
    tell(error);
    Exit::Usage
}

/// Tells why there is no answer to what concerns people's keys: of the ring of epochs, where it is that.
fn no_epochs(reached: &Reached, error: StoreError) -> Exit {
    match (reached, error) {
        (Reached::Own(vault), StoreError::Unavailable) => match vault.epochs_failure() {
            Some(why) => {
                tell(format_args!("the ring of epochs cannot be used: {why}"));
                Exit::InputOutput
            }
            None => unanswered(error),
        },
        (Reached::Live(_), StoreError::Unavailable) => {
            tell(
                "the process that has the vault open cannot answer now: its store, the ring of epochs or its `state_dir` cannot be \
                 used; its log says which",
            );
            Exit::StartAgain
        }
        (_, StoreError::Refused | StoreError::EpochEnded(_)) => unanswered(error),
    }
}

pub(super) fn unanswered(error: StoreError) -> Exit {
    tell(error);
    match error {
        StoreError::Unavailable => Exit::StartAgain,
        StoreError::Refused | StoreError::EpochEnded(_) => Exit::InputOutput,
    }
}

/// The plans of the products.
pub(super) fn plans(settings: &Settings) -> Result<Vec<Plan>, Exit> {
    let failed = |error: super::plan::LoadError| {
        tell(&error);
        error.exit()
    };
    let loader = Loader::of(settings).map_err(failed)?;
    let plans: Vec<Plan> =
        settings.products.iter().map(|product| loader.product(product).map_err(failed)).collect::<Result<_, _>>()?;
    Ok(plans)
}

/// What every receipt says; of which tenant it is, where the configuration is of one.
fn common(act: &str, settings: &Settings, config: &vault::Config) -> Receipt {
    let mut receipt = Receipt::new();
    receipt.insert("act".into(), act.into());
    receipt.insert("at".into(), jiff::Timestamp::now().to_string().into());
    receipt.insert("store".into(), config.from.clone().into());
    if !settings.tenant.is_empty() {
        receipt.insert("tenant".into(), settings.tenant.clone().into());
    }
    receipt
}
