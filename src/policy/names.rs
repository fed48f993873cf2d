//! What is still said of a plan when it is gone.

use super::plan::{Plan, PolicyHash};
use crate::detect::DefaultUse;
use crate::model::EntityIndex;

/// The hash and the entity types of a plan, to read its reports by: no keys, no recognizers, so it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanNames {
    hash: PolicyHash,
    entities: Vec<(String, DefaultUse)>,
}

impl PlanNames {
    /// Gives the hash of what the policy says.
    pub const fn hash(&self) -> &PolicyHash {
        &self.hash
    }

    /// Gives the name of an entity type, and what happens to it where no policy speaks of it.
    pub fn entity(&self, index: EntityIndex) -> Option<(&str, DefaultUse)> {
        self.entities.get(usize::from(index.0)).map(|(name, default)| (name.as_str(), *default))
    }
}

impl From<&Plan> for PlanNames {
    fn from(plan: &Plan) -> Self {
        let entities = plan.set().entities().iter().map(|info| (info.entity.to_string(), info.default)).collect();
        Self { hash: *plan.hash(), entities }
    }
}
