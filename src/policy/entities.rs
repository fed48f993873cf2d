//! What happens to findings, by entity type.

use super::plan::{OperatorId, Plan};
use crate::detect::RecognizerSet;
use crate::model::{EntityIndex, Finding, Score};
use crate::transform::Operator;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The score from which a finding counts where the policy names none.
pub const THRESHOLD: Score = Score::from_thousandths(400);

/// What a finding gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// An operator takes its place.
    Apply(OperatorId),
    /// It is personal data and stays: by the entity type's own default, or by `keep`. Reports count it.
    Left,
    /// It is none: its score is below the threshold, it is allowed, or its type is switched off.
    Ignored,
}

/// What a plan does with findings of one entity type.
#[derive(Debug, Clone)]
pub(super) struct EntityUse {
    /// From which score a finding counts.
    pub(super) threshold: Score,
    /// What one in a value gets.
    pub(super) decision: Decision,
    /// What one in a record key gets; differs where the operator could make two keys equal.
    pub(super) key_decision: Decision,
    /// Texts that are no findings.
    pub(super) allow: Vec<Arc<Allow>>,
}

impl Plan {
    /// Gives the operators that findings inside texts get.
    pub fn writers_in_texts(&self) -> impl Iterator<Item = &dyn Operator> {
        self.entities.iter().filter_map(|one| match one.decision {
            Decision::Apply(id) => self.operators.get(usize::from(id.0)).map(|slot| &*slot.operator),
            Decision::Ignored | Decision::Left => None,
        })
    }
}

/// An allow list: whole findings that are left alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Allow {
    pub(super) exact: BTreeSet<String>,
    /// Anchored at both ends.
    pub(super) patterns: Vec<Regex>,
}

impl Allow {
    fn holds(&self, text: &str) -> bool {
        self.exact.contains(text) || self.patterns.iter().any(|pattern| pattern.is_match(text))
    }
}

impl EntityUse {
    /// An entity type that is not looked for.
    pub(super) const OFF: Self =
        Self { threshold: THRESHOLD, decision: Decision::Ignored, key_decision: Decision::Ignored, allow: Vec::new() };

    /// Tells whether a finding counts; `text` is that of the whole leaf.
    pub(super) fn counts(&self, finding: &Finding, text: &str) -> bool {
        finding.score >= self.threshold && !self.allow.iter().any(|allow| allow.holds(finding.span.of(text)))
    }
}

/// Gives the index of each entity type of a set.
pub(super) fn indexes(set: &RecognizerSet) -> impl Iterator<Item = EntityIndex> {
    (0..set.entities().len()).filter_map(|at| u16::try_from(at).ok()).map(EntityIndex)
}
