//! `privet check`: everything that is wrong, before anything runs.

use super::cli::CheckArguments;
use super::config::{self, Settings};
use super::exit::{Exit, answer, show};
use super::plan::Loader;
use crate::policy::Plan;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Checks the policies, and with a configuration all that it names.
pub fn run(arguments: &CheckArguments) -> Exit {
    let (settings, mut worst) = match &arguments.config {
        None => (None, Exit::Done),
        Some(path) => match settings(path) {
            Ok(settings) => (Some(settings), Exit::Done),
            // What is wrong with the policies is told as well.
            Err(exit) => (None, exit),
        },
    };
    let rings = settings.as_ref().map_or_else(BTreeMap::new, |settings| settings.rings.clone());
    let loader = match Loader::new(arguments.recognizers.as_deref(), rings) {
        Ok(loader) => loader,
        Err(error) => {
            show(&error);
            return error.exit();
        }
    };
    for policy in &arguments.policies {
        worst = worse(worst, check_alone(&loader, policy));
    }
    let products = settings.as_ref().map_or(&[][..], |settings| &settings.products);
    let mut plans = Vec::with_capacity(products.len());
    for product in products {
        match check_with_keys(&loader, &product.policy) {
            Ok(plan) => plans.push(Arc::new(plan)),
            Err(exit) => worst = worse(worst, exit),
        }
    }
    match &settings {
        Some(settings) if plans.len() == settings.products.len() => worse(worst, check_topics(settings, plans)),
        _ => worst,
    }
}

/// Checks topics and rights where the configuration names brokers; says what the brokers do not tell.
fn check_topics(settings: &Settings, plans: Vec<Arc<Plan>>) -> Exit {
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
    let lines = stream.lines().map(str::to_owned).chain(unsaid.map(|what| format!("cannot say {what}")));
    lines.map(|line| answer(&format!("{line}\n"))).fold(Exit::Done, worse)
}

/// Reads the configuration and tells what is wrong with it.
fn settings(path: &Path) -> Result<Settings, Exit> {
    match config::load(path) {
        Ok((settings, warnings)) => {
            show(&warnings);
            answer(&format!("{}: in order\n", path.display()));
            Ok(settings)
        }
        Err(error) => {
            show(&error);
            Err(error.exit())
        }
    }
}

/// Checks a policy whose key rings may be elsewhere.
fn check_alone(loader: &Loader, policy: &Path) -> Exit {
    let diagnostics = match loader.check(policy) {
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
fn check_with_keys(loader: &Loader, policy: &Path) -> Result<Plan, Exit> {
    match loader.plan(policy) {
        Ok(plan) => {
            if let Some(warnings) = plan.warnings() {
                show(warnings);
            }
            answer(&format!(
                "{}: in order, product {}, policy hash {}\n",
                policy.display(),
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
