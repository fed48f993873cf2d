//! `privet deanonymize`: stand-ins in, values out, for users of this host whose role says so.

use super::cli::{BodyFormat, DeanonymizeArguments};
use super::config::{self, Settings};
use super::exit::{Exit, answer_bytes, show, tell};
use super::plan::{LoadError, Loader, StateDir, tell_of_roll_back};
use super::{user, vaults};
use crate::access::{self, Caller};
use crate::engine::{self, EngineError};
use crate::http::{self, Back, Media};
use crate::observe::{Audit, AuditRecord};
use crate::policy::Plan;
use std::fs::File;
use std::io::{self, Read as _};

/// How much is read: what is longer is no list of tokens that somebody looks up.
const INPUT_MAX: u64 = 64 << 20;

/// Turns back what a file or standard input holds.
pub fn run(arguments: &DeanonymizeArguments) -> Exit {
    turn_back(arguments).unwrap_or_else(|exit| exit)
}

fn turn_back(arguments: &DeanonymizeArguments) -> Result<Exit, Exit> {
    let (settings, warnings) = config::load_for_command(&arguments.config).map_err(|error| {
        show(&error);
        error.exit()
    })?;
    show(&warnings);
    let settings = settings.remembering(arguments.state_dir.as_deref());
    let access = settings.access.as_ref().filter(|access| access.roles.open_anything()).ok_or_else(|| {
        tell("deanonymize is off: no role of this configuration grants it; docs/access.md tells how one does");
        Exit::Usage
    })?;
    if arguments.reason.trim().is_empty() {
        tell("--reason is empty; say why, for the audit record");
        return Err(Exit::Usage);
    }
    let (plans, loader) = plans(&settings)?;
    http::names(&access.roles.0, plans.iter()).map_err(|error| {
        tell(&error);
        Exit::Usage
    })?;
    let plan = chosen(&plans, arguments.product.as_deref())?;
    let body = input(arguments)?;
    let caller = Caller { user: Some(user::current()), ..Caller::default() };
    let (store, memory) = vaults::for_reading(settings.vault.as_ref(), plan, &plans)?;
    // What is refused leaves no trace.
    loader.note().map_err(failed)?;
    tell_of_roll_back(&plans, settings.vault.as_ref(), memory, StateDir::Taken);
    let engine = engine::Settings { store, ..engine::Settings::default() };
    let rights = |ring: &str, kind: &str| access.roles.may_open(&caller, ring, kind);
    let media = match arguments.format {
        BodyFormat::Text => Media::Text,
        BodyFormat::Json => Media::Json,
        BodyFormat::Ndjson => Media::Ndjson,
    };
    let records = Records::open(access, &settings.tenant, &caller, plan, arguments)?;
    let back = match records.left {
        0 => None,
        _ => Some(http::turn_back(plan, media, &body, &rights, &engine)),
    };
    // As over HTTP, whoever asks pays for asking, whatever comes of it.
    let back = back.filter(|back| back.as_ref().is_ok_and(|back| back.count() <= records.left) || back.is_err());
    records.write(back.as_ref())?;
    let Some(back) = back else {
        // This call was one as well.
        tell(format_args!(
            "{} values are turned back for you in an hour (`opened_values`), {} of them are left now, and here are more; nothing is \
             written",
            access.limits.opened_values,
            records.left.saturating_sub(1)
        ));
        return Err(Exit::Refused);
    };
    let back = back.map_err(|error| {
        tell(&error);
        if error.may_pass() { Exit::StartAgain } else { Exit::InputOutput }
    })?;
    finish(&back, media)
}

/// Writes what came of it, if anything did.
fn finish(back: &Back, media: Media) -> Result<Exit, Exit> {
    if let Some(refusal) = back.refusal() {
        tell(format_args!("{} records cannot be read, the first: {refusal}", back.refused()));
        if media != Media::Ndjson {
            return Err(Exit::Refused);
        }
    }
    if back.expired > 0 {
        tell(format_args!("{} stand-ins cannot be turned back any more: their time is over", back.expired));
    }
    if back.count() == 0 && back.expired > 0 {
        return Err(Exit::Refused);
    }
    if back.count() == 0 {
        tell("nothing here can be turned back for you");
        return Err(Exit::Refused);
    }
    let done = answer_bytes(back.out());
    Ok(if done == Exit::Done && back.refused() > 0 { Exit::Refused } else { done })
}

fn failed(error: LoadError) -> Exit {
    show(&error);
    error.exit()
}

/// Gives the products' plans, and who loaded them: the versions of their rings are not noted yet.
fn plans(settings: &Settings) -> Result<(Vec<Plan>, Loader), Exit> {
    let loader = Loader::of(settings).map_err(failed)?;
    let plans: Vec<Plan> =
        settings.products.iter().map(|product| loader.product(product).map_err(failed)).collect::<Result<_, _>>()?;
    Ok((plans, loader))
}

/// Finds the product that was asked for, or the only one.
fn chosen<'p>(plans: &'p [Plan], name: Option<&str>) -> Result<&'p Plan, Exit> {
    let found = match (name, plans) {
        (Some(name), _) => plans.iter().find(|plan| plan.product().as_str() == name),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = plans.iter().map(|plan| plan.product().as_str()).collect();
        tell(format_args!("say which product by --product: one of {}", names.join(", ")));
        Exit::Usage
    })
}

fn input(arguments: &DeanonymizeArguments) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    let read = match &arguments.file {
        Some(path) if path.as_os_str() != "-" => {
            File::open(path).and_then(|file| file.take(INPUT_MAX + 1).read_to_end(&mut bytes))
        }
        Some(_) | None => io::stdin().lock().take(INPUT_MAX + 1).read_to_end(&mut bytes),
    };
    match read {
        Ok(_) if bytes.len() as u64 > INPUT_MAX => {
            tell("the input is longer than 64 MiB");
            Err(Exit::Usage)
        }
        Ok(_) => Ok(bytes),
        Err(error) => {
            let name = arguments.file.as_ref().map_or("-".into(), |path| path.display().to_string());
            tell(format_args!("{name}: {error}"));
            Err(Exit::InputOutput)
        }
    }
}

/// Where the audit record goes; what is not recorded is not done.
struct Records<'a> {
    audit: Audit,
    requester: String,
    plan: &'a Plan,
    reason: String,
    /// How many values may be turned back still in this hour, by the records of it; all of them, where those are in no file.
    left: u64,
}

impl<'a> Records<'a> {
    fn open(
        access: &access::Config,
        tenant: &str,
        caller: &Caller,
        plan: &'a Plan,
        arguments: &DeanonymizeArguments,
    ) -> Result<Self, Exit> {
        let audit = http::audit(&access.audit, tenant).map_err(|error| unrecorded(&error))?;
        let requester = caller.to_string();
        let since = jiff::Timestamp::now().checked_sub(HOUR).unwrap_or(jiff::Timestamp::MIN);
        let opened = audit.opened_since(&requester, since);
        let opened = opened.map_err(|error| unrecorded(&format_args!("the audit records cannot be read: {error}")))?;
        if opened.is_none() {
            tell(
                "audit records go to standard error, so nobody knows what was turned back in this hour: `opened_values` bounds this \
                 call alone; say `audit: file:PATH` under `access:`",
            );
        }
        let left = access.limits.opened_values.saturating_sub(opened.unwrap_or_default());
        let reason = http::cleaned([plan], arguments.reason.trim(), &mut http::Reasons::default());
        Ok(Self { audit, requester, plan, reason, left })
    }

    /// Writes what came of it; none where the limit is reached.
    fn write(&self, back: Option<&Result<Back, EngineError>>) -> Result<(), Exit> {
        let outcome = match back {
            None => "too_many_values",
            Some(Err(error)) if error.may_pass() => "store_unavailable",
            Some(Err(_)) => "failed",
            Some(Ok(back)) if back.count() == 0 && back.expired > 0 => "expired",
            Some(Ok(back)) if back.count() == 0 => "not_found",
            Some(Ok(_)) => "opened",
        };
        let done = back.and_then(|back| back.as_ref().ok());
        let record = AuditRecord {
            event: "deanonymize",
            requester: &self.requester,
            reason: Some(&self.reason),
            product: Some(self.plan.product().as_str()),
            outcome,
            records: done.map(|back| back.records),
            opened: done.map(Back::told).unwrap_or_default(),
            ..AuditRecord::default()
        };
        let written = self.audit.write(&record);
        written.map_err(|error| unrecorded(&format_args!("the audit record cannot be written: {error}")))
    }
}

/// How long is counted.
const HOUR: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

fn unrecorded(error: &dyn std::fmt::Display) -> Exit {
    tell(error);
    Exit::InputOutput
}
