//! The plan that governs a product now.

use super::plan::Plan;
use arc_swap::ArcSwap;
use std::sync::Arc;

/// The plan of a product at work, which a reload exchanges whole; cheap to clone, every clone the same.
///
/// Whoever treats records takes the plan once for all that belong together ([`LivePlan::load`]) and keeps it to their end.
#[derive(Debug, Clone)]
pub struct LivePlan(Arc<ArcSwap<Plan>>);

impl LivePlan {
    /// Gives the plan of this moment.
    pub fn load(&self) -> Arc<Plan> {
        self.0.load_full()
    }

    /// Puts another in its place, for all that is loaded from now on.
    pub fn store(&self, plan: Arc<Plan>) {
        self.0.store(plan);
    }
}

impl From<Arc<Plan>> for LivePlan {
    fn from(plan: Arc<Plan>) -> Self {
        Self(Arc::new(ArcSwap::new(plan)))
    }
}
