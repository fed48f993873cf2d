//! `privet forget`: what the vault keeps of people goes, and a tombstone stays.

use super::subjects::{Subject, named, subjects};
use super::{Reached, after, common, key_error, plans, settings, unanswered, vault_of};
use crate::app::cli::ForgetArguments;
use crate::app::config::{RingSettings, Settings};
use crate::app::exit::{Exit, answer, tell};
use crate::app::receipt::{self, Signer};
use crate::keys::{self, KeyError, KeyId, Seen, Sighting};
use crate::model::Told;
use crate::policy::Plan;
use crate::transform::SubjectNames;
use crate::vault;
use crate::vault::subjects::{Erased, SubjectIndex};
use data_encoding::HEXLOWER;
use std::collections::BTreeSet;

/// Forgets subjects, one a line, and prints a receipt for each.
pub(in crate::app) fn forget(arguments: &ForgetArguments) -> Exit {
    try_forget(arguments).unwrap_or_else(|exit| exit)
}

fn try_forget(arguments: &ForgetArguments) -> Result<Exit, Exit> {
    let settings = settings(&arguments.config)?;
    let config = vault_of(&settings)?;
    if arguments.until.is_some_and(|until| until > jiff::Timestamp::now()) {
        tell("--until is in the future: who is forgotten is so up to now at most; ask again when that time has come");
        return Err(Exit::Usage);
    }
    let signer = Signer::read(&arguments.receipt_key).map_err(|error| receipt::refused(&error))?;
    let Named { names, disabled, sighting, seen } = names(&settings, arguments)?;
    let plans = plans(&settings)?;
    warn_of_kind(&names, &plans);
    // Whatever is wrong with any of them is found before anybody is forgotten.
    let read = subjects(arguments)?;
    let subjects = named(&names, &plans, &read)?;
    let topics = dead_letter_topics(&plans);
    let epoch = epoch(config)?;
    let mut reached = Reached::open(config, &plans, Some(&sighting))?;
    // What the vault refuses leaves no trace.
    if let Some(seen) = seen {
        seen.note(&sighting).map_err(|error| key_error(&error))?;
    }
    let until = arguments.until.unwrap_or_else(jiff::Timestamp::now);
    for (done, (named, Subject { line, .. })) in subjects.iter().zip(&read).enumerate() {
        let mut erased = Erased::default();
        for name in named.all() {
            let one = reached.forget(name, &arguments.ring, until.as_millisecond()).map_err(|error| {
                tell(format_args!(
                    "{done} of {} subjects are forgotten, and have receipts; of the next one something may be gone already, \
                     which no receipt counts. Give all of them again: twice does no harm",
                    subjects.len()
                ));
                unanswered(error)
            })?;
            erased.keys = erased.keys.saturating_add(one.keys);
            erased.tokens = erased.tokens.saturating_add(one.tokens);
        }
        if erased == Erased::default() {
            tell(format_args!(
                "line {line}: nothing was kept of this {} of the ring {}; look at the kind (--as) and at the spelling, in which \
                 white space at the ends counts",
                Told(names.kind()),
                arguments.ring
            ));
        }
        // What was copied until now may still hold them.
        let at = jiff::Timestamp::now();
        let mut receipt = common("forget", &settings, config);
        receipt.insert("at".into(), at.to_string().into());
        let hex = |names: &[SubjectIndex]| names.iter().map(|name| HEXLOWER.encode(name)).collect::<Vec<_>>();
        receipt.insert("subject".into(), HEXLOWER.encode(&named.index).into());
        receipt.insert("subject_under_younger_keys".into(), hex(&named.younger).into());
        if !named.elsewhere.is_empty() {
            receipt.insert("subject_in_other_regions".into(), hex(&named.elsewhere).into());
        }
        receipt.insert("ring".into(), arguments.ring.clone().into());
        receipt.insert("records_until".into(), until.to_string().into());
        receipt.insert("erased_keys".into(), erased.keys.into());
        receipt.insert("erased_tokens".into(), erased.tokens.into());
        receipt.insert("epoch".into(), epoch.to_string().into());
        if let Some(time) = config.backups_kept.and_then(|kept| after(&at, kept)) {
            receipt.insert("backups_expire".into(), time.to_string().into());
        }
        let pending = pending(&at, epoch, config, (&disabled, &topics));
        receipt.insert("pending".into(), pending.into());
        match answer(&signer.sign(receipt)) {
            Exit::Done => {}
            failed => return Err(failed),
        }
    }
    Ok(Exit::Done)
}

/// What may still hold somebody who was forgotten at that time.
fn pending(
    at: &jiff::Timestamp,
    epoch: KeyId,
    config: &vault::Config,
    (disabled, topics): (&[KeyId], &[String]),
) -> Vec<String> {
    let expired = match config.backups_kept.and_then(|kept| after(at, kept)) {
        Some(time) => format!("have expired, at {time} by what the configuration says (`backups_kept`)"),
        None => "every one of them has expired".to_owned(),
    };
    let backups = format!(
        "backups and logs of the store from before {at}: what they hold opens until epoch {epoch} is destroyed \
         (`privet vault seal`) or {expired}"
    );
    let others = format!("other processes: honoured within {} s", config.forgotten_within.as_secs_f32());
    let mut pending = vec![backups, others];
    pending.extend(disabled.iter().map(|id| {
        format!(
            "the key {id} of the ring is disabled: what was kept under the name that it gave the person is not found; \
             forget them again should it be enabled"
        )
    }));
    pending.extend(
        topics
            .iter()
            .map(|topic| format!("the dead-letter topic {topic}: outside of this until its retention has passed")),
    );
    pending
}

/// Who names subjects.
struct Named {
    names: SubjectNames,
    /// The keys besides by which they may be named and are not.
    disabled: Vec<KeyId>,
    /// The ring, and where its version is kept.
    sighting: Sighting,
    seen: Option<Seen>,
}

/// Names subjects as the operators of that ring do.
fn names(settings: &Settings, arguments: &ForgetArguments) -> Result<Named, Exit> {
    let Some(RingSettings { from, root, state_dir }) = settings.rings.get(&arguments.ring) else {
        tell(format_args!("the configuration has no ring {} under `rings`", Told(&arguments.ring)));
        return Err(Exit::Usage);
    };
    let ring = keys::source(from, root.as_deref()).and_then(|source| source.open());
    let names = ring.and_then(|ring| {
        // By another name no product would know it, and the receipt would name a ring that is none.
        if ring.name() != arguments.ring {
            return Err(KeyError::ForeignRing { found: ring.name().to_owned() });
        }
        // An older copy would name them by fewer keys.
        let (seen, sighting) = (state_dir.clone().map(|directory| Seen { directory }), Sighting::from(&ring));
        if let Some(seen) = &seen {
            seen.check(&sighting)?;
        }
        let names = SubjectNames::new(&ring, &settings.tenant, arguments.kind.as_deref(), None)?;
        Ok(Named { names, disabled: ring.disabled().collect(), sighting, seen })
    });
    names.map_err(|error| key_error(&error))
}

/// Warns of a kind by which no product knows anybody now: it is mistaken, or of an earlier policy.
fn warn_of_kind(names: &SubjectNames, plans: &[Plan]) {
    let of_products = plans.iter().flat_map(Plan::contexts).filter_map(|(operator, _)| operator.subject_names());
    let kinds: BTreeSet<&str> =
        of_products.filter(|known| known.domain() == names.domain()).map(SubjectNames::kind).collect();
    if kinds.is_empty() || kinds.contains(names.kind()) {
        return;
    }
    tell(format_args!(
        "no product knows the subjects of the ring {} as {} now; if that is no kind of an earlier policy, give --as {}, the \
         policy's `subject_as`",
        names.domain(),
        Told(names.kind()),
        kinds.into_iter().collect::<Vec<_>>().join(" or ")
    ));
}

/// The topics that records may have gone to as they were refused.
fn dead_letter_topics(plans: &[Plan]) -> Vec<String> {
    let routes = plans.iter().filter_map(Plan::routes);
    let mut topics: Vec<String> = routes.map(|routes| routes.dead_letter.to_string()).collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

fn epoch(config: &vault::Config) -> Result<KeyId, Exit> {
    let (from, root) = config.epochs.as_ref().ok_or(Exit::Usage)?;
    let ring = keys::source(from, root.as_deref()).and_then(|source| source.open());
    ring.map(|ring| ring.primary()).map_err(|error| key_error(&error))
}
