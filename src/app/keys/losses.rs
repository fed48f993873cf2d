//! What would be lost with a key: policies that pin it, rows of a vault and dead letters that are sealed under it, and the name by
//! which people are known.

use crate::app::cli::LossArguments;
use crate::app::config::Settings;
use crate::app::erasure::{plans, settings};
use crate::app::exit::{Exit, show, tell};
use crate::app::plan::{Loader, StateDir, source, tell_of_roll_back};
use crate::app::{reindex, vaults};
use crate::keys::{self, KeyId, Ledger, Status};
use crate::model::ToldPath;
use crate::policy::{Follows, KeyUses, Plan, key_uses};
use crate::transform::SubjectNames;
use crate::vault::Memory;
use std::collections::BTreeMap;
use std::path::Path;

/// Refuses to take a key away with which something would be lost, and where that is not known.
///
/// # Errors
/// Where it is refused; that is told.
pub(super) fn spare(loss: &LossArguments, ledger: &Ledger, key: KeyId) -> Result<(), Exit> {
    let lost = match &loss.config {
        Some(config) => counted(config, ledger, key)?,
        None if loss.uncounted => Vec::new(),
        None => vec![format!(
            "what goes with {key} is not known: a policy that pins it compiles no more, dead letters and rows of a vault that are \
             sealed under {key} open no more, and values of such rows keep the tokens that do not. Give the configuration of who \
             uses the ring (-c FILE), which refuses while there is any of it, or --uncounted where there is none, or that is meant"
        )],
    };
    lost.iter().for_each(tell);
    if lost.is_empty() { Ok(()) } else { Err(Exit::Usage) }
}

/// Says what would be lost with a key by what a configuration says; nothing where nothing would.
fn counted(config: &Path, ledger: &Ledger, key: KeyId) -> Result<Vec<String>, Exit> {
    let settings = settings(config)?;
    let name = ledger.name();
    if settings.vault.as_ref().is_some_and(|vault| vaults::shared_epochs(vault, [name].into_iter()).is_some()) {
        return Ok(vec![format!(
            "{name} is the ring of the vault's epochs: leave its keys to `privet vault seal`, which moves people's keys before it \
             destroys an epoch"
        )]);
    }
    // A policy that pins a disabled key compiles no more: asked before any does.
    let pins = pins(&settings, name, key)?;
    if !pins.is_empty() && ledger.status(key) != Some(Status::Enabled) {
        let uncounted = format!("what else would be lost with {key} is counted while it is enabled");
        return Ok(pins.into_iter().chain([uncounted]).collect());
    }
    let plans = plans(&settings)?;
    let other = match ids(&settings, &plans, name)? {
        None => Some(format!("uses no key ring {name}")),
        Some(ids) if !ids.contains(&key) => Some(format!("has another key ring {name}, which never had {key}")),
        Some(_) => None,
    };
    if let Some(other) = other {
        return Ok(vec![format!(
            "{} {other}, so that nothing can be counted: give the configuration of who uses it, or --uncounted where no vault has \
             rows under {key}, no policy pins it, and no dead letter is sealed under it",
            ToldPath(config)
        )]);
    }
    let people = knows_people(&plans, name).filter(|_| names_people(ledger, key)).map(|product| {
        format!(
            "people are known by {key}: {product} has a `subject_field` with the ring {name}. Without this key `privet forget` does \
             not find what was kept of them, and whom it forgot before the next key was made comes back with a replay; rows that \
             were written anew do not change that. Keep it; where nobody of before is to be forgotten or stay forgotten, give \
             {}--uncounted in the place of -c",
            with_eldest(ledger, key)
        )
    });
    Ok(pins
        .into_iter()
        .chain(people)
        .chain(rows(&settings, &plans, ledger, key)?)
        .chain(letters(&plans, ledger, key))
        .collect())
}

/// Says which operators write with this key whatever the ring's primary key is, by policy.
fn pins(settings: &Settings, ring: &str, key: KeyId) -> Result<Vec<String>, Exit> {
    let failed = |error: crate::app::plan::LoadError| {
        show(&error);
        error.exit()
    };
    let loader = Loader::new(settings.recognizers.as_deref(), BTreeMap::new()).map_err(failed)?;
    let mut pins = Vec::new();
    for product in &settings.products {
        let source = source(&product.policy).map_err(failed)?;
        // What else is wrong with a policy is told where it is compiled.
        let Ok(KeyUses { product: name, uses, .. }) = key_uses(&source, loader.set()) else { continue };
        let of_key = uses.iter().filter(|one| one.ring == ring && one.follows == Follows::Pinned(key));
        let fields: Vec<String> = of_key.map(|one| format!("`{}` with `{}`", one.of, one.operator)).collect();
        if !fields.is_empty() {
            pins.push(format!(
                "{key} is pinned by {}, product {name}: `epoch: {key}` of {}. Without the key the policy does not compile: neither \
                 a start nor a reload takes it. Let these follow another key first, or give --uncounted in the place of -c where \
                 that is meant",
                ToldPath(&product.policy),
                fields.join(", ")
            ));
        }
    }
    Ok(pins)
}

/// Says how many rows of the vault are sealed under a key, where there are any.
fn rows(settings: &Settings, plans: &[Plan], ledger: &Ledger, key: KeyId) -> Result<Option<String>, Exit> {
    let Some(vault) = &settings.vault else {
        tell_of_roll_back(plans, None, Memory::Ends, StateDir::Configured);
        return Ok(None);
    };
    let rows = reindex::rows_under(vault, plans, key)?;
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

/// Says where dead letters may be that are sealed under a key, by product. How many there are only the broker knows.
fn letters(plans: &[Plan], ledger: &Ledger, key: KeyId) -> Vec<String> {
    let of_ring = plans.iter().filter(|plan| plan.letter_ring() == Some(ledger.name()));
    let told = |plan: &Plan| {
        let topic = plan.routes().map_or_else(String::new, |routes| format!(" in the topic {}", routes.dead_letter));
        format!(
            "dead letters of {}{topic} are sealed under the ring {}: those of the time when {key} was primary open no more without \
             it. Open what is still wanted (`privet dead-letter open`); where none of them is, and nothing else is told here, give \
             {}--uncounted in the place of -c",
            plan.product(),
            ledger.name(),
            with_eldest(ledger, key)
        )
    };
    of_ring.map(told).collect()
}

/// The option by which an enabled key goes that is the eldest.
fn with_eldest(ledger: &Ledger, key: KeyId) -> &'static str {
    let eldest = ledger.keys().find(|entry| entry.status == Status::Enabled);
    if eldest.is_some_and(|eldest| eldest.id == key) { "--eldest " } else { "" }
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
