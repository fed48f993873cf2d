//! A plan for who wants to know what is there, not to change it.

use super::entities::{Decision, EntityUse, indexes};
use super::plan::{Operators, Plan, mask};
use super::suggest::nearest;
use crate::detect::{DefaultUse, RecognizerSet};
use crate::model::Score;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Search {
    /// Entity types, families, or `*` for all, whatever their default; none for what is changed or reported by default.
    pub names: Vec<String>,
    /// The score from which a finding counts; at 0 weak patterns are searched for, too.
    pub threshold: Score,
}

/// A name that is neither an entity type nor a family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is neither an entity type nor a family{}", near.as_ref().map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// The known name that is most like it.
    pub near: Option<String>,
}

impl Plan {
    /// Makes the plan of a search: everything is scanned, and what is named counts as what is changed by default.
    ///
    /// # Errors
    /// The first name that is neither an entity type nor a family.
    pub fn searching(set: Arc<RecognizerSet>, search: &Search) -> Result<Self, UnknownName> {
        for name in &search.names {
            known(name, &set)?;
        }
        let mut operators = Operators::default();
        let replace = operators.built_in("replace");
        let named = |name: &str| search.names.iter().any(|one| one == name);
        let all = named("*");
        let entities: Vec<EntityUse> = indexes(&set)
            .map(|index| {
                let info = set.entity(index);
                let by_name = named(info.entity.as_str()) || named(info.family.as_str());
                let decision = match info.default {
                    _ if by_name => Decision::Apply(replace),
                    _ if !search.names.is_empty() && !all => Decision::Ignored,
                    DefaultUse::Change => Decision::Apply(replace),
                    DefaultUse::Report => Decision::Left,
                    DefaultUse::Off if all => Decision::Left,
                    DefaultUse::Off => Decision::Ignored,
                };
                EntityUse { threshold: search.threshold, decision, key_decision: decision, ..EntityUse::OFF }
            })
            .collect();
        let mask = mask(&entities, &set, None);
        let plan = Self::scanning(set, operators, replace);
        Ok(Self { entities, mask, ..plan })
    }
}

fn known(name: &str, set: &RecognizerSet) -> Result<(), UnknownName> {
    let known: BTreeSet<&str> =
        set.entities().iter().flat_map(|info| [info.entity.as_str(), info.family.as_str()]).chain(["*"]).collect();
    if known.contains(name) {
        return Ok(());
    }
    Err(UnknownName { name: name.to_owned(), near: nearest(name, known).map(ToOwned::to_owned) })
}
