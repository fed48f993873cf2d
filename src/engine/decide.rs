//! Turns the findings of one record into targets for operators.

use super::scratch::{Extent, FoundLeaf, StepId, StepName, Target, Work};
use crate::model::resolve::{Claim, Strength, resolve};
use crate::model::{EntityIndex, FieldPath, Finding, OwnedStep, Span, Validation};
use crate::policy::{Decision, Named, OperatorId, Paths, Plan};
use crate::transform::ValueKind;

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
    work.claims.clear();
    let node = paths.node(leaf.seat.path);
    let findings = work.findings.get(leaf.findings.clone()).unwrap_or_default();
    for (id, finding) in findings.iter().enumerate() {
        match plan.decide(node, finding, leaf.text.of(&work.texts)) {
            Decision::Apply(_) => work.claims.push(Claim { span: finding.span, strength: strength(finding), id }),
            Decision::Left => work.left.push(finding.entity),
            Decision::Ignored => {}
        }
    }
    spare_own_work(plan, paths, work, leaf);
    resolve(&mut work.claims, leaf.text.of(&work.texts));
    for claim in std::mem::take(&mut work.claims) {
        let Some(finding) = work.findings.get(leaf.findings.clone()).and_then(|all| all.get(claim.id)) else {
            continue;
        };
        let Decision::Apply(operator) = plan.decide(node, finding, leaf.text.of(&work.texts)) else { continue };
        let entity = finding.entity;
        let target = target(work, leaf, claim.span, operator, entity);
        work.targets.push(target);
    }
}

/// Drops claims on what the operator itself made under a key still enabled: a token is not tokenized again.
fn spare_own_work(plan: &Plan, paths: &Paths, work: &mut Work, leaf: &FoundLeaf) {
    let node = paths.node(leaf.seat.path);
    let text = leaf.text.of(&work.texts);
    let findings = work.findings.get(leaf.findings.clone()).unwrap_or_default();
    let mut asked: Vec<(OperatorId, Vec<Span>)> = Vec::new();
    work.claims.retain(|claim| {
        let Some(finding) = findings.get(claim.id) else { return true };
        let Decision::Apply(operator) = plan.decide(node, finding, leaf.text.of(&work.texts)) else { return true };
        let at = asked.iter().position(|(id, _)| *id == operator).unwrap_or_else(|| {
            let mut made = Vec::new();
            plan.operator(operator).made(text, &mut made);
            asked.push((operator, made));
            asked.len() - 1
        });
        !asked.get(at).is_some_and(|(_, made)| made.iter().any(|span| span.contains(claim.span)))
    });
}

fn target(work: &Work, leaf: &FoundLeaf, span: Span, operator: OperatorId, entity: EntityIndex) -> Target {
    let numeric = leaf.seat.value == ValueKind::Number;
    let (at, extent) =
        if numeric { (leaf.seat.leaf, Extent::Whole) } else { (work.to_outer(leaf.map, span), Extent::Span) };
    let text = if numeric { leaf.text } else { span.shifted(leaf.text.start) };
    Target { seat: leaf.seat, operator, entity: Some(entity), text, whole: leaf.text, at, extent, request: None }
}

fn strength(finding: &Finding) -> Strength {
    let validated = match finding.validation {
        Validation::None => 0,
        Validation::Weak => 1,
        Validation::Strong => 2,
    };
    Strength {
        validated,
        len: finding.span.len(),
        score: finding.score.thousandths(),
        specificity: u16::MAX - finding.recognizer.0,
    }
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
