//! What would be lost with a key: rows of a vault that are sealed under it, and the name by which people are known.

use crate::app::cli::LossArguments;
use crate::app::config::Settings;
use crate::app::erasure::{plans, settings};
use crate::app::exit::{Exit, tell};
use crate::app::{reindex, vaults};
use crate::keys::{self, KeyId, Ledger, Status};
use crate::model::ToldPath;
use crate::policy::Plan;
use crate::transform::SubjectNames;
use std::path::Path;

/// Refuses to take a key away with which something would be lost, and where that is not known.
///
/// # Errors
/// Where it is refused; that is told.
pub(super) fn spare(loss: &LossArguments, ledger: &Ledger, key: KeyId) -> Result<(), Exit> {
    let lost = match &loss.config {
        Some(config) => counted(config, ledger, key)?,
        None if loss.uncounted => None,
        None => Some(format!(
            "which rows of a vault are sealed under {key} is not known: they would open no more, and their values keep the tokens \
             that do not. Give the configuration of who uses the ring (-c FILE), which refuses while there are such rows, or \
             --uncounted where no vault has any, or that is meant"
        )),
    };
    match lost {
        None => Ok(()),
        Some(lost) => {
            tell(lost);
            Err(Exit::Usage)
        }
    }
}

/// Says what would be lost with a key by what a configuration says; nothing where nothing would.
fn counted(config: &Path, ledger: &Ledger, key: KeyId) -> Result<Option<String>, Exit> {
    let settings = settings(config)?;
    let name = ledger.name();
    if settings.vault.as_ref().is_some_and(|vault| vaults::shared_epochs(vault, [name].into_iter()).is_some()) {
        return Ok(Some(format!(
            "{name} is the ring of the vault's epochs: leave its keys to `privet vault seal`, which moves people's keys before it \
             destroys an epoch"
        )));
    }
    let plans = plans(&settings)?;
    let other = match ids(&settings, &plans, name)? {
        None => Some(format!("uses no key ring {name}")),
        Some(ids) if !ids.contains(&key) => Some(format!("has another key ring {name}, which never had {key}")),
        Some(_) => None,
    };
    if let Some(other) = other {
        return Ok(Some(format!(
            "{} {other}, so that nothing can be counted: give the configuration of who uses it, or --uncounted where no vault has \
             rows under {key}",
            ToldPath(config)
        )));
    }
    if let Some(product) = knows_people(&plans, name).filter(|_| names_people(ledger, key)) {
        let eldest = if ledger.status(key) == Some(Status::Enabled) { "--eldest " } else { "" };
        return Ok(Some(format!(
            "people are known by {key}: {product} has a `subject_field` with the ring {name}. Without this key `privet forget` does \
             not find what was kept of them, and whom it forgot before the next key was made comes back with a replay; rows that \
             were written anew do not change that. Keep it; where nobody of before is to be forgotten or stay forgotten, give \
             {eldest}--uncounted in the place of -c"
        )));
    }
    let Some(vault) = &settings.vault else { return Ok(None) };
    let rows = reindex::rows_under(vault, key)?;
    let anew = match ledger.status(key) {
        Some(Status::Enabled) => "",
        Some(Status::Disabled | Status::Destroyed) | None => "after `privet keys enable`, ",
    };
    Ok((rows > 0).then(|| {
        format!(
            "{rows} rows of the vault are sealed under {key}, and would be lost with it: {anew}`privet vault reindex` writes them \
             anew, as `privet run` does by itself"
        )
    }))
}

/// Gives the keys of the ring that a configuration calls by a name; none where it has no such ring. Of a vault of somebody
/// else's, nothing says what is lost, and two rings may have one name: a test's stands beside that of production.
fn ids(settings: &Settings, plans: &[Plan], name: &str) -> Result<Option<Vec<KeyId>>, Exit> {
    if let Some(ring) = plans.iter().flat_map(Plan::rings).find(|ring| &*ring.name == name) {
        return Ok(Some(ring.ids.clone()));
    }
    let Some(ring) = settings.rings.get(name) else { return Ok(None) };
    let opened = keys::source(&ring.from, ring.root.as_deref()).and_then(|source| source.open());
    match opened {
        Ok(opened) => Ok(Some(opened.ids().collect())),
        Err(error) => {
            tell(format_args!("rings.{name}: {error}"));
            Err(Exit::Usage)
        }
    }
}

/// Gives a product that knows people by this ring.
fn knows_people(plans: &[Plan], name: &str) -> Option<String> {
    let knows = |plan: &&Plan| {
        let names = plan.contexts().filter_map(|(operator, _)| operator.subject_names());
        names.map(SubjectNames::domain).any(|domain| domain == name)
    };
    plans.iter().find(knows).map(|plan| plan.product().to_string())
}

/// Tells whether people are named by this key, or were before it was disabled: it is no younger than the eldest enabled one.
fn names_people(ledger: &Ledger, key: KeyId) -> bool {
    let own = ledger.keys().position(|entry| entry.id == key);
    let eldest = ledger.keys().position(|entry| entry.status == Status::Enabled);
    own.is_some_and(|own| eldest.is_none_or(|eldest| own <= eldest))
}
