//! Persons who were found in a record, looked for in the rest of it: `firstName: Katherine`, then a note that says
//! "Katherine called". Where anybody was found, the record is read once more.

use super::scratch::Work;
use crate::detect::People;
use crate::model::{EntityIndex, Finding};
use crate::policy::{Decision, Paths, Plan};
use crate::transform::ValueKind;

/// Gives the entity type of persons where the plan has a use for it.
fn wanted(plan: &Plan) -> Option<EntityIndex> {
    plan.set().person().filter(|person| plan.mask().contains(*person))
}

/// Learns the names of all persons that were found and count, and of those whose whole field an operator takes, in the
/// targets from `targets` on.
pub(super) fn learn(plan: &Plan, paths: &Paths, work: &Work, targets: usize, people: &mut People) {
    let Some(person) = wanted(plan) else { return };
    for leaf in work.leaves.iter().filter(|leaf| leaf.seat.value != ValueKind::Key) {
        let text = leaf.text.of(&work.texts);
        let node = paths.node(leaf.seat.path);
        for finding in work.findings.get(leaf.findings.clone()).unwrap_or_default() {
            if finding.entity == person && plan.decide(node, finding, text) != Decision::Ignored {
                people.add(finding.span.of(text), plan.set());
            }
        }
    }
    for target in work.targets.get(targets..).unwrap_or_default() {
        if paths.node(target.seat.path).hint.typed() == Some(person) && target.seat.value == ValueKind::Text {
            people.add(target.text.of(&work.texts), plan.set());
        }
    }
}

/// Appends findings of known persons' words in a text, but where a person was found there from `before` on already.
pub(super) fn recall(people: &People, text: &str, before: usize, findings: &mut Vec<Finding>) {
    let found = findings.len();
    people.find(text, findings);
    let (old, new) = findings.split_at_mut(found);
    let old = old.get(before..).unwrap_or_default();
    let mut kept = found;
    for at in 0..new.len() {
        let Some(one) = new.get(at).copied() else { break };
        if !old.iter().any(|old| old.entity == one.entity && old.span.contains(one.span)) {
            if let Some(slot) = new.get_mut(kept - found) {
                *slot = one;
            }
            kept += 1;
        }
    }
    findings.truncate(kept);
}
