//! Under which plan records are treated: the one that is live when their chunk is handed to the lanes.

use super::writer::policy_header;
use crate::observe::ProductMetrics;
use crate::policy::{LivePlan, Plan};
use std::sync::{Arc, Mutex, PoisonError};

/// A plan, and what goes with it for as long as it is live.
pub(super) struct Terms {
    /// Counted from 0 with each plan; records of two never share a transaction.
    pub(super) generation: u64,
    pub(super) plan: Arc<Plan>,
    /// The value of the `privet-policy` header.
    pub(super) policy: String,
    /// They name the entity types of this plan's recognizers.
    pub(super) metrics: ProductMetrics,
}

impl Terms {
    pub(super) fn new(generation: u64, plan: Arc<Plan>, metrics: &ProductMetrics) -> Self {
        let metrics = metrics.with_entities(plan.set().entities().iter().map(|info| info.entity.to_string()));
        Self { generation, policy: policy_header(&plan), plan, metrics }
    }
}

/// The terms of a product at work.
pub(super) struct Current {
    live: LivePlan,
    terms: Mutex<Arc<Terms>>,
}

impl Current {
    pub(super) fn new(live: &LivePlan, metrics: &ProductMetrics) -> Self {
        let plan = live.load();
        metrics.policy(&plan.hash().to_string());
        Self { live: live.clone(), terms: Mutex::new(Arc::new(Terms::new(0, plan, metrics))) }
    }

    /// Gives the terms of the plan that is live now.
    pub(super) fn get(&self) -> Arc<Terms> {
        let mut terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = self.live.load();
        if !Arc::ptr_eq(&plan, &terms.plan) {
            *terms = Arc::new(Terms::new(terms.generation + 1, plan, &terms.metrics));
        }
        Arc::clone(&terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{Face, Metrics};

    #[test]
    fn another_plan_is_another_generation() {
        let plan = |operator: &str| {
            let policy = format!("privet: v1\nproduct: test\nfields: {{email: {operator}}}\n");
            Arc::new(crate::policy::plan_of(&policy))
        };
        let (first, second) = (plan("redact"), plan("scan"));
        let live = LivePlan::from(Arc::clone(&first));
        let current = Current::new(&live, &Metrics::new().product(Face::Stream, "test", []));
        let before = current.get();
        assert!(Arc::ptr_eq(&before, &current.get()));
        live.store(Arc::clone(&second));
        let after = current.get();
        assert_eq!((before.generation, after.generation), (0, 1));
        assert_eq!(after.policy, format!("sha256:{}", second.hash()));
    }
}
