//! Turns the findings of one record into targets for operators.

use super::scratch::{Chosen, Extent, FoundLeaf, StepId, StepName, Target, Work};
use crate::model::resolve::{Claim, Strength, resolve};
use crate::model::{EntityIndex, FieldPath, Finding, OwnedStep, Span};
use crate::policy::{Decision, Named, OperatorId, PathNode, Paths, Plan};
use crate::transform::ValueKind;
use std::cmp::Reverse;

/// Decides every leaf of the record that was just collected; its targets are appended in the order of the record.
pub(super) fn decide(plan: &Plan, paths: &Paths, work: &mut Work) {
    let leaves = std::mem::take(&mut work.leaves);
    for leaf in &leaves {
        decide_leaf(plan, paths, work, leaf);
    }
    work.leaves = leaves;
    work.leaves.clear();
    work.findings.clear();
}

fn decide_leaf(plan: &Plan, paths: &Paths, work: &mut Work, leaf: &FoundLeaf) {
    let Work { claims, chosen, findings, texts, left, .. } = &mut *work;
    claims.clear();
    chosen.clear();
    let node = paths.node(leaf.seat.path);
    let text = leaf.text.of(texts);
    for finding in findings.get(leaf.findings.clone()).unwrap_or_default() {
        match plan.decide(node, finding, text) {
            Decision::Apply(own) => {
                let operator = of_owners(plan, node, finding).unwrap_or(own);
                chosen.push(Chosen { finding: *finding, operator });
            }
            Decision::Left => left.push(finding.entity),
            Decision::Ignored => {}
        }
    }
    spare_own_work(plan, text, chosen);
    settle(plan, node, chosen);
    claims.extend(chosen.iter().enumerate().map(|(id, one)| Claim {
        span: one.finding.span,
        strength: Strength::of(&one.finding),
        id,
    }));
    resolve(claims, text);
    for claim in std::mem::take(&mut work.claims) {
        let Some(one) = work.chosen.get(claim.id).copied() else { continue };
        let target = target(work, leaf, claim.span, one.operator, one.finding.entity);
        work.targets.push(target);
    }
}

/// Drops findings in what the operator itself made under a key still enabled: a token is not tokenized again.
fn spare_own_work(plan: &Plan, text: &str, chosen: &mut Vec<Chosen>) {
    let mut asked: Vec<(OperatorId, Vec<Span>)> = Vec::new();
    chosen.retain(|one| {
        let at = asked.iter().position(|(id, _)| *id == one.operator).unwrap_or_else(|| {
            let mut made = Vec::new();
            plan.operator(one.operator).made(text, &mut made);
            asked.push((one.operator, made));
            asked.len() - 1
        });
        !asked.get(at).is_some_and(|(_, made)| made.iter().any(|span| span.contains(one.finding.span)))
    });
}

/// Makes findings of one span and one family one finding: of the type that the evidence speaks for, else of the family.
///
/// The family's finding gets the operator that all of its types would get, else the family's own.
fn settle(plan: &Plan, node: &PathNode, chosen: &mut Vec<Chosen>) {
    if chosen.len() < 2 {
        return;
    }
    let set = plan.set();
    let order = |one: &Chosen| (one.finding.span, set.family(one.finding.entity));
    chosen.sort_by(|a, b| {
        let evidence = |one: &Chosen| Reverse((one.finding.evidence(), Reverse(one.finding.recognizer)));
        order(a).cmp(&order(b)).then_with(|| evidence(a).cmp(&evidence(b)))
    });
    let mut at = 0;
    while let Some(first) = chosen.get(at).copied() {
        let rivals = chosen.get(at..).unwrap_or_default().iter().take_while(|one| order(one) == order(&first));
        let all = rivals.clone().count();
        let evidence = first.finding.evidence();
        let candidates = rivals.take_while(|one| one.finding.evidence() == evidence);
        if let Some(settled) = one_of(plan, node, candidates)
            && let Some(slot) = chosen.get_mut(at)
        {
            *slot = settled;
        }
        chosen.drain(at + 1..at + all);
        at += 1;
    }
}

/// Gives the operator of a family's finding by a field name that several types share, where all of them get the same.
fn of_owners(plan: &Plan, node: &PathNode, finding: &Finding) -> Option<OperatorId> {
    let set = plan.set();
    let by = set.recognizers().get(usize::from(finding.recognizer.0))?;
    if finding.pattern != Finding::BY_FIELD_NAME || finding.entity == by.entity {
        return None;
    }
    let owners = set.owners(&node.hint).iter().filter_map(|owner| set.recognizers().get(usize::from(owner.0)));
    let mut operators = owners.filter_map(|owner| match plan.treat(node, owner.entity) {
        Decision::Apply(operator) => Some(operator),
        Decision::Left | Decision::Ignored => None,
    });
    let first = operators.next()?;
    operators.all(|other| other == first).then_some(first)
}

/// Gives the finding of the family for equal candidates of different types; none where they are of one type.
fn one_of<'a>(plan: &Plan, node: &PathNode, candidates: impl Iterator<Item = &'a Chosen> + Clone) -> Option<Chosen> {
    let first = candidates.clone().next()?;
    candidates.clone().find(|one| one.finding.entity != first.finding.entity)?;
    let family = plan.set().family(first.finding.entity);
    let alike = candidates.clone().all(|one| one.operator == first.operator);
    let operator = match plan.treat(node, family) {
        Decision::Apply(own) if !alike => own,
        Decision::Apply(_) | Decision::Left | Decision::Ignored => first.operator,
    };
    Some(Chosen { finding: Finding { entity: family, ..first.finding }, operator })
}

fn target(work: &Work, leaf: &FoundLeaf, span: Span, operator: OperatorId, entity: EntityIndex) -> Target {
    let numeric = leaf.seat.value == ValueKind::Number;
    let (at, extent) =
        if numeric { (leaf.seat.leaf, Extent::Whole) } else { (work.to_outer(leaf.map, span), Extent::Span) };
    let text = if numeric { leaf.text } else { span.shifted(leaf.text.start) };
    Target { seat: leaf.seat, operator, entity: Some(entity), text, whole: leaf.text, at, extent, request: None }
}

/// The path of a step with the record's own names: only for a person who may see them.
pub(super) fn full_path(work: &Work, step: StepId) -> FieldPath {
    let mut steps = Vec::new();
    let mut at = step;
    while let Some(entry) = work.steps.get(at.0) {
        steps.push(match entry.name {
            StepName::Index(index) => OwnedStep::Index(index),
            StepName::Key(span) => OwnedStep::Key(span.of(&work.names).to_owned()),
        });
        at = entry.parent;
    }
    steps.reverse();
    FieldPath(steps)
}

/// The path of a step, with names that neither the policy names nor detection found clean as `?`.
pub(super) fn safe_place(plan: &Plan, paths: &Paths, work: &Work, step: StepId) -> String {
    let _ = plan;
    let mut path = full_path(work, step);
    let mut at = step;
    for own in path.0.iter_mut().rev() {
        let Some(entry) = work.steps.get(at.0) else { break };
        if let OwnedStep::Key(name) = own
            && paths.node(entry.node).named == Named::No
        {
            "?".clone_into(name);
        }
        at = entry.parent;
    }
    path.to_string()
}
