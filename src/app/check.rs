//! `privet check`: everything that is wrong, before anything runs.

use super::cli::CheckArguments;
use super::config::{self, Named, ProductSettings, Settings};
use super::exit::{Exit, answer, show, tell};
use super::plan::Loader;
use super::user;
use crate::http::{self, Guard, Tls};
use crate::model::Told;
use crate::policy::{LivePlan, Plan};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Checks the policies, and with a configuration all that it names.
pub fn run(arguments: &CheckArguments) -> Exit {
    let (settings, named, mut worst) = match &arguments.config {
        None => (None, Named::default(), Exit::Done),
        Some(path) => configuration(path),
    };
    let of_file = worst;
    let rings = settings.as_ref().map_or_else(BTreeMap::new, |settings| settings.rings.clone());
    let folder = settings.as_ref().and_then(|settings| settings.recognizers.as_deref());
    let loader = match Loader::new(arguments.recognizers.as_deref().or(folder), rings) {
        Ok(loader) => loader
            .with_tenant(settings.as_ref().map_or("", |settings| &settings.tenant))
            .with_state_dir(arguments.state_dir.as_deref()),
        Err(error) => {
            show(&error);
            return error.exit();
        }
    };
    for policy in arguments.policies.iter().chain(&named.policies) {
        worst = worse(worst, check_alone(&loader, policy, &named.rings));
    }
    let Some(settings) = settings else { return worst };
    let mut plans: Vec<LivePlan> = Vec::with_capacity(settings.products.len());
    for product in &settings.products {
        match check_with_keys(&loader, product) {
            Ok(plan) => plans.push(Arc::new(plan).into()),
            Err(exit) => worst = worse(worst, exit),
        }
    }
    if plans.len() < settings.products.len() {
        return worst;
    }
    warn_of_chains(&plans);
    let mut own = of_file;
    for conflict in super::plan::conflicting(&plans) {
        show(conflict);
        own = Exit::Usage;
    }
    let mut loaded = plans.iter().map(LivePlan::load);
    if let Some(lack) = loaded.find_map(|plan| super::vaults::lack(settings.vault.as_ref(), &plan)) {
        show(lack);
        own = Exit::Usage;
    }
    let named = settings.rings.keys().map(AsRef::as_ref);
    if let Some(shared) = settings.vault.as_ref().and_then(|vault| super::vaults::shared_epochs(vault, named)) {
        show(shared);
        own = Exit::Usage;
    }
    own = worse(own, check_http(&settings, &plans));
    // What it says of its products, their rings and roles is known to be so only now.
    if let (Exit::Done, Some(path)) = (own, &arguments.config) {
        own = answer(&format!("{}: in order\n", path.display()));
    }
    worse(worse(worst, own), check_topics(&settings, plans))
}

/// Warns where what one product writes another reads, and operators of both are such that twice is twice.
fn warn_of_chains(plans: &[LivePlan]) {
    let plans: Vec<Arc<Plan>> = plans.iter().map(LivePlan::load).collect();
    for first in &plans {
        let written = first.writes_unknown();
        let Some(output) = first.routes().map(|routes| &routes.output).filter(|_| !written.is_empty()) else {
            continue;
        };
        let reads = |plan: &&Arc<Plan>| plan.routes().is_some_and(|routes| routes.input == *output);
        for second in plans.iter().filter(reads) {
            let again = second.writes_unknown();
            if !again.is_empty() {
                show(format!(
                    "warning: {} reads {output}, which {} writes: what {} wrote cannot be recognised, and a field that {} \
                     takes again joins with neither\n",
                    second.product(),
                    first.product(),
                    written.join(", "),
                    again.join(", "),
                ));
            }
        }
    }
}

/// Reads the configuration and tells what is wrong with it; gives what can be checked without it.
fn configuration(path: &Path) -> (Option<Settings>, Named, Exit) {
    match config::load(path) {
        Ok((settings, warnings)) => {
            show(&warnings);
            // The products' policies are checked with their keys.
            let named = Named { policies: Vec::new(), rings: settings.rings.keys().cloned().collect() };
            (Some(settings), named, Exit::Done)
        }
        Err(error) => {
            show(&error);
            let exit = error.exit();
            // What lacks nothing but a face is checked as if it had one.
            match config::load_for_command(path) {
                Ok((settings, _)) => {
                    let named = Named { policies: Vec::new(), rings: settings.rings.keys().cloned().collect() };
                    (Some(settings), named, exit)
                }
                Err(_) => (None, error.named(), exit),
            }
        }
    }
}

/// Checks that roles fit the products, and that the HTTP face, where there is one, may serve them.
fn check_http(settings: &Settings, plans: &[LivePlan]) -> Exit {
    let mistaken = |error: &dyn std::fmt::Display| {
        tell(error);
        Exit::Usage
    };
    let mut worst = Exit::Done;
    if let Some(Err(error)) = settings.access.as_ref().map(Guard::check) {
        worst = mistaken(&error);
    }
    for (at, user) in settings.access.iter().flat_map(|access| user::unknown(&access.roles)) {
        show(format!(
            "{at}warning: a role names the user `{}`, whom this host does not know; `privet deanonymize` goes by the names of \
             the host where it runs, and by numbers\n",
            Told(user)
        ));
    }
    let Some(config) = &settings.http else {
        let loaded: Vec<Arc<Plan>> = plans.iter().map(LivePlan::load).collect();
        let roles = settings.access.as_ref().map_or(&[][..], |access| &access.roles.0);
        return match http::names(roles, loaded.iter().map(AsRef::as_ref)) {
            Ok(()) => worst,
            Err(error) => mistaken(&error),
        };
    };
    if let Some(Err(error)) = config.tls.as_ref().map(Tls::load) {
        worst = mistaken(&error);
    }
    let products = super::run::served(plans);
    match http::check(config, settings.access.as_ref(), &products) {
        Ok(()) if worst != Exit::Done => worst,
        Ok(()) => products
            .iter()
            .map(|product| answer(&format!("{}: may be served over HTTP\n", product.name)))
            .fold(Exit::Done, worse),
        Err(error) => mistaken(&error),
    }
}

/// Checks topics and rights where the configuration names brokers; says what the brokers do not tell.
fn check_topics(settings: &Settings, plans: Vec<LivePlan>) -> Exit {
    let Some(kafka) = &settings.kafka else { return Exit::Done };
    let config = super::run::products_config(settings, kafka, plans);
    let stream = match super::run::checked(config) {
        Ok(stream) => stream,
        Err(exit) => return exit,
    };
    let transactions = match stream.check_transactions() {
        Ok(unsaid) => unsaid,
        Err(problems) => return super::run::cannot_start(&problems),
    };
    let unsaid = stream.unsaid().chain(transactions.iter().map(String::as_str));
    let warnings = stream.warnings().map(|what| format!("warning: {what}"));
    let lines = stream.lines().map(str::to_owned).chain(warnings);
    let lines = lines.chain(unsaid.map(|what| format!("cannot say {what}")));
    lines.map(|line| answer(&format!("{line}\n"))).fold(Exit::Done, worse)
}

/// Checks a policy whose key rings may be elsewhere.
fn check_alone(loader: &Loader, policy: &Path, rings: &[String]) -> Exit {
    let diagnostics = match loader.check(policy, rings) {
        Ok(diagnostics) => diagnostics,
        Err(error) => {
            show(&error);
            return error.exit();
        }
    };
    show(&diagnostics);
    if diagnostics.has_errors() { Exit::Usage } else { answer(&format!("{}: in order\n", policy.display())) }
}

/// Checks a policy together with the key rings it uses.
fn check_with_keys(loader: &Loader, product: &ProductSettings) -> Result<Plan, Exit> {
    match loader.product(product) {
        Ok(plan) => {
            if let Some(warnings) = plan.warnings() {
                show(warnings);
            }
            answer(&format!(
                "{}: in order, product {}, policy hash {}\n",
                product.policy.display(),
                plan.product(),
                plan.hash()
            ));
            Ok(plan)
        }
        Err(error) => {
            show(&error);
            Err(error.exit())
        }
    }
}

/// Of two ends, the one to report: the first that is not well.
fn worse(one: Exit, other: Exit) -> Exit {
    if one == Exit::Done { other } else { one }
}
