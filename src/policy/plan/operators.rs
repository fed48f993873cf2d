//! The operators of a plan, and what each of them watches.

use super::{OperatorId, WatchId};
use crate::policy::entities::Decision;
use crate::policy::pattern::{Pattern, RecordPart};
use crate::policy::refusal::Refusal;
use crate::transform::{BuildContext, Operator, Parameters, operator};
use std::sync::Arc;

/// An operator as one line of the policy wants it.
#[derive(Debug)]
pub(in crate::policy) struct OperatorSlot {
    pub(in crate::policy) operator: Box<dyn Operator>,
    /// The value kind that `as:` names.
    pub(in crate::policy) kind: Option<Arc<str>>,
    /// The field that tells whose value it is.
    pub(in crate::policy) subject: Option<WatchId>,
    /// The field in whose context it writes.
    pub(in crate::policy) context: Option<WatchId>,
}

/// The operators of a plan while it is made.
#[derive(Debug, Default)]
pub(in crate::policy) struct Operators {
    pub(in crate::policy) slots: Vec<OperatorSlot>,
    /// Fields that tell whose values they take, or in which context, each once.
    pub(in crate::policy) watched: Vec<Pattern>,
}

impl Operators {
    /// Takes an operator in. More than 65,535 cannot be told apart; the policy's own limits are far below.
    pub(in crate::policy) fn add(&mut self, operator: Box<dyn Operator>, kind: Option<Arc<str>>) -> OperatorId {
        let id = OperatorId(u16::try_from(self.slots.len()).unwrap_or(u16::MAX));
        self.slots.push(OperatorSlot { operator, kind, subject: None, context: None });
        id
    }

    /// Notes the fields that tell an operator whose value it takes, and in which context.
    pub(in crate::policy) fn watch(&mut self, id: OperatorId, subject: Option<Pattern>, context: Option<Pattern>) {
        let (subject, context) = (self.watched_at(subject), self.watched_at(context));
        if let Some(slot) = self.slots.get_mut(usize::from(id.0)) {
            (slot.subject, slot.context) = (subject, context);
        }
    }

    fn watched_at(&mut self, field: Option<Pattern>) -> Option<WatchId> {
        let field = field?;
        let known = self.watched.iter().position(|known| *known == field);
        let at = known.unwrap_or_else(|| {
            self.watched.push(field);
            self.watched.len() - 1
        });
        u16::try_from(at).ok().map(WatchId)
    }

    /// Tells whether an operator may change record keys: different keys stay different, rotation does not move them, and
    /// a tombstone, which has no value, gets the same key as what it deletes.
    pub(in crate::policy) fn fits_key(&self, id: OperatorId) -> bool {
        use crate::transform::{Distinct, Epoch};
        let Some(slot) = self.slots.get(usize::from(id.0)) else { return false };
        let in_value =
            |watch: WatchId| self.watched.get(usize::from(watch.0)).is_none_or(|field| field.part == RecordPart::Value);
        slot.operator.distinct() == Distinct::Kept
            && !matches!(slot.operator.epoch(), Epoch::Primary(_))
            && !slot.context.is_some_and(in_value)
    }

    /// Builds an operator that takes neither parameters nor keys.
    pub(in crate::policy) fn built_in(&mut self, name: &str) -> OperatorId {
        let rings = crate::keys::Rings::default();
        let context = BuildContext { rings: &rings, tenant: "", product: "", region: None, field: None, kinds: &[] };
        let built = operator(name).and_then(|row| (row.build)(&Parameters::default(), &context).ok());
        // Where it cannot be built, nothing passes.
        self.add(built.unwrap_or_else(|| Box::new(Refusal)), None)
    }

    /// Gives what a finding in a record key gets where one in a value gets `decision`.
    pub(in crate::policy) fn on_key(&mut self, decision: Decision) -> Decision {
        let Decision::Apply(id) = decision else { return decision };
        if self.fits_key(id) { decision } else { Decision::Apply(self.refusal()) }
    }

    /// Gives the operator that refuses the record.
    fn refusal(&mut self) -> OperatorId {
        let at = self.slots.iter().position(|slot| slot.operator.name() == Refusal.name());
        match at.and_then(|at| u16::try_from(at).ok()) {
            Some(at) => OperatorId(at),
            None => self.add(Box::new(Refusal), None),
        }
    }
}
