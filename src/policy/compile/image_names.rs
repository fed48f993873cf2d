//! How the images of a record are called, and how one name of them is spelled like another.

use crate::policy::pattern::PatternStep;
use std::sync::LazyLock;

/// Names of members that hold one and the same record, once as it was and once as it is, a blank between two words: as Debezium,
/// DynamoDB streams, MongoDB, Maxwell, Supabase, SQL Server and audit trails call them. Names are compared without case and
/// separators.
pub(super) static IMAGES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let mut rows = [
        ["before", "after"].as_slice(),
        &["old", "new", "data"],
        &["previous", "current", "prev", "curr"],
        &["prior", "latest"],
        &["pre image", "post image"],
        &["full document before change", "full document", UPDATED, UPDATE],
        &["original", "modified", "updated"],
        &["deleted", "inserted"],
    ]
    .map(of)
    .to_vec();
    for pair in [["before", "after"], ["old", "new"], ["previous", "current"], ["prev", "curr"]] {
        for what in ["image", "images", "record", "records", "row", "rows", "value", "values", "data", "state"] {
            let mut row: Vec<String> = pair.iter().map(|name| format!("{name} {what}")).collect();
            if row.first().is_some_and(|name| name == "old record") {
                row.push("record".to_owned());
            }
            rows.push(row);
        }
    }
    rows
});

/// Those that any record may have: they count where the policy speaks of a partner.
const BESIDE: [&str; 12] = [
    "data",
    "record",
    "original",
    "modified",
    "updated",
    "latest",
    "prev",
    "curr",
    "deleted",
    "inserted",
    "updatedescription",
    "updatedfields",
];

/// Where MongoDB's change streams have the fields that an update wrote, and in which member that stands.
pub(super) const UPDATED: &str = "updated fields";
pub(super) const UPDATE: &str = "update description";

/// Gives the row of a name.
pub(super) fn row(name: &str) -> Option<usize> {
    let name = plain(name);
    IMAGES.iter().position(|names| names.iter().any(|known| plain(known) == name))
}

/// Gives the names that lead to an image: what an update wrote stands in a member of its own.
pub(super) fn member(image: String) -> Vec<String> {
    let parent = (plain(&image) == plain(UPDATED)).then(|| spelled_like(&image, UPDATE).into_iter().next());
    parent.flatten().into_iter().chain([image]).collect()
}

/// Gives how many steps from a place on lead to an image.
pub(super) fn members(steps: &[PatternStep], at: usize) -> usize {
    let is =
        |at: usize, known: &str| matches!(steps.get(at), Some(PatternStep::Key(name)) if plain(name) == plain(known));
    if is(at, UPDATE) && is(at.saturating_add(1), UPDATED) { 2 } else { 1 }
}

/// Gives a path in steps where MongoDB writes it as one name, which it does below what an update wrote: `customer.ssn`, `mails.0`.
pub(super) fn undotted(steps: &[PatternStep]) -> Vec<PatternStep> {
    let is_update = |step: &PatternStep| matches!(step, PatternStep::Key(name) if plain(name) == plain(UPDATED));
    let at = steps.iter().position(is_update).unwrap_or(steps.len());
    let part = |part: &str| match part.parse() {
        Ok(place) => PatternStep::Index(place),
        Err(_) => PatternStep::Key(part.to_owned()),
    };
    let apart = |(own, step): (usize, &PatternStep)| match step {
        PatternStep::Key(name) if own > at => name.split('.').map(part).collect(),
        step => vec![step.clone()],
    };
    steps.iter().enumerate().flat_map(apart).collect()
}

pub(super) fn is_beside(name: &str) -> bool {
    BESIDE.contains(&&*plain(name))
}

/// Gives a name without case and separators.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Spells words as one who spells a name like `own` may do it.
pub(super) fn spelled_like(own: &str, words: &str) -> Vec<String> {
    let separator = own.chars().find(|c| !c.is_alphanumeric());
    let is_upper = own.chars().all(|c| !c.is_lowercase());
    let begins_upper = own.chars().next().is_some_and(char::is_uppercase);
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    };
    let joined = |by: &str| {
        let word = |(at, word): (usize, &str)| match (is_upper, begins_upper) {
            (true, _) => word.to_uppercase(),
            (false, true) => capital(word),
            (false, false) if at > 0 && by.is_empty() => capital(word),
            (false, false) => word.to_owned(),
        };
        words.split(' ').enumerate().map(word).collect::<Vec<_>>().join(by)
    };
    match separator {
        Some(separator) => vec![joined(&separator.to_string())],
        // Of one word it is not known how two would be told apart.
        None => vec![joined(""), joined("_"), joined("").to_lowercase()],
    }
}
