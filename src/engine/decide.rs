//! Turns the findings of one record into targets for operators.

use super::scratch::{Chosen, Extent, FoundLeaf, StepEntry, StepId, StepName, Target, Work, renew};
use super::{Trace, shown};
use crate::detect::RecognizerSet;
use crate::model::resolve::{Claim, Strength, resolve};
use crate::model::{EntityIndex, Evidence, FieldPath, Finding, OwnedStep, RecognizerIndex, Span};
use crate::policy::{Decision, Named, OperatorId, PathNode, Paths, Plan};
use crate::transform::ValueKind;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Decides every leaf of the record that was just collected; its targets are appended in the order of the record.
pub(super) fn decide(plan: &Plan, paths: &Paths, work: &mut Work) {
    let leaves = std::mem::take(&mut work.leaves);
    for group in leaves.chunk_by(|one, next| one.group == next.group) {
        decide_group(plan, paths, work, group);
    }
    work.leaves = leaves;
    renew(&mut work.findings);
}

/// Decides a leaf, with all that undoing its escapes gave: they stand in the same bytes, those of the first.
fn decide_group(plan: &Plan, paths: &Paths, work: &mut Work, group: &[FoundLeaf]) {
    let Some(first) = group.first() else { return };
    let mut claims = std::mem::take(&mut work.claims);
    let mut chosen = std::mem::take(&mut work.chosen);
    let mut seen = BTreeSet::new();
    for (member, leaf) in group.iter().enumerate() {
        let node = paths.node(leaf.seat.path);
        let before = chosen.len();
        choose(plan, node, work, (leaf, member), (group.len() > 1).then_some(&mut seen), &mut chosen);
        spare_own_work(plan, work, leaf.text, &mut chosen, before);
        settle(plan, node, &mut chosen, before);
        let own = (before..).zip(chosen.get(before..).unwrap_or_default());
        claims.extend(own.map(|(id, one)| Claim {
            span: leaf.chain.to_outer(work, one.finding.span),
            strength: Strength::of(&one.finding),
            id,
        }));
    }
    resolve(&mut claims, first.text.of(&work.texts));
    if work.trace == Trace::Findings {
        shown::note(plan, paths, work, group, (&claims, &chosen));
    }
    for claim in &claims {
        let Some(one) = chosen.get(claim.id) else { continue };
        let Some(leaf) = group.get(one.member) else { continue };
        let text = claimed_text(work, first, leaf, claim.span, one.finding.span);
        let target = target(work, first, leaf, (claim.span, text), one);
        work.targets.push(target);
    }
    renew(&mut claims);
    renew(&mut chosen);
    (work.claims, work.chosen) = (claims, chosen);
}

/// Chooses the findings of one text that get an operator, and counts those that are left; `seen` are the latter, where
/// the text is one of several that stand in the same bytes.
fn choose(
    plan: &Plan,
    node: &PathNode,
    work: &mut Work,
    (leaf, member): (&FoundLeaf, usize),
    mut seen: Option<&mut BTreeSet<(EntityIndex, Span)>>,
    chosen: &mut Vec<Chosen>,
) {
    for at in leaf.findings.clone() {
        let Some(&finding) = work.findings.get(at) else { continue };
        match plan.decide(node, &finding, leaf.text.of(&work.texts)) {
            Decision::Apply(own) => {
                let operator = of_owners(plan, node, &finding).unwrap_or(own);
                chosen.push(Chosen { finding, operator, member });
            }
            Decision::Left => {
                let place = (finding.entity, leaf.chain.to_outer(work, finding.span));
                if seen.as_mut().is_none_or(|seen| seen.insert(place)) {
                    work.left.push(finding.entity);
                }
            }
            Decision::Ignored => {}
        }
    }
}

/// Gives what an operator reads of a claim, in the texts: of what overlaps with another, what is left.
fn claimed_text(work: &mut Work, first: &FoundLeaf, leaf: &FoundLeaf, claimed: Span, found: Span) -> Span {
    if leaf.chain.is_empty() {
        return claimed.shifted(leaf.text.start);
    }
    if leaf.chain.to_outer(work, found) == claimed {
        return found.shifted(leaf.text.start);
    }
    let rest = leaf.chain.unescape(work, claimed.of(first.text.of(&work.texts)));
    work.keep_text(&rest)
}

/// Drops findings in what the operator itself made under a key still enabled: a token is not tokenized again. Of those
/// from `first` on, which are of the text that stands at `text`.
fn spare_own_work(plan: &Plan, work: &mut Work, text: Span, chosen: &mut Vec<Chosen>, first: usize) {
    let mut asked = std::mem::take(&mut work.asked);
    asked.clear();
    let mut kept = first;
    for place in first..chosen.len() {
        let Some(&one) = chosen.get(place) else { continue };
        if is_own_work(plan, work, text, &one, &mut asked) {
            continue;
        }
        if let Some(free) = chosen.get_mut(kept) {
            *free = one;
        }
        kept += 1;
    }
    chosen.truncate(kept);
    work.asked = asked;
}

/// Tells whether a finding lies in what its operator made; what that is of a text, each operator is asked once.
fn is_own_work(plan: &Plan, work: &Work, text: Span, one: &Chosen, asked: &mut Vec<(OperatorId, Vec<Span>)>) -> bool {
    let at = asked.iter().position(|(id, _)| *id == one.operator).unwrap_or_else(|| {
        let mut made = Vec::new();
        let context = plan.context_of(one.operator).and_then(|watch| work.told(watch));
        let context = context.map(|span| span.of(&work.texts));
        plan.operator(one.operator).made(text.of(&work.texts), context, &mut made);
        made.sort_unstable();
        asked.push((one.operator, made));
        asked.len() - 1
    });
    // What is made stands apart and in order: only the last that begins before the finding can hold it.
    let last = asked.get(at).and_then(|(_, made)| {
        let after = made.partition_point(|span| span.start <= one.finding.span.start);
        made.get(after.checked_sub(1)?)
    });
    last.is_some_and(|span| span.contains(one.finding.span))
}

/// Makes findings of one span and one family one finding: of the type that the evidence speaks for, else of the family.
///
/// The family's finding gets the operator that all of its types would get, else the family's own. Of those from `start`
/// on.
fn settle(plan: &Plan, node: &PathNode, chosen: &mut Vec<Chosen>, start: usize) {
    let Some(own) = chosen.get_mut(start..).filter(|own| own.len() > 1) else { return };
    let set = plan.set();
    own.sort_by_key(|one| rivals(set, &one.finding));
    let same = |one: &Chosen, next: &Chosen| {
        one.finding.span == next.finding.span && set.family(one.finding.entity) == set.family(next.finding.entity)
    };
    let mut kept = start;
    let mut at = start;
    while let Some(&first) = chosen.get(at) {
        let rest = chosen.get(at..).unwrap_or_default();
        let rivals = rest.chunk_by(same).next().unwrap_or_default();
        let evidence = first.finding.evidence();
        let candidates = rivals.iter().take_while(|one| one.finding.evidence() == evidence);
        let settled = one_of(plan, node, candidates).unwrap_or(first);
        at += rivals.len().max(1);
        if let Some(free) = chosen.get_mut(kept) {
            *free = settled;
        }
        kept += 1;
    }
    chosen.truncate(kept);
}

/// The order in which findings of one span and one family stand together, the one with the best evidence first.
pub(super) fn rivals(set: &RecognizerSet, one: &Finding) -> (Span, EntityIndex, Reverse<Evidence>, RecognizerIndex) {
    (one.span, set.family(one.entity), Reverse(one.evidence()), one.recognizer)
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
    Some(Chosen { finding: Finding { entity: family, ..first.finding }, operator, ..*first })
}

/// Makes the target of a claim: its span in the group's first text, and the text that the operator reads.
fn target(work: &Work, first: &FoundLeaf, leaf: &FoundLeaf, (span, text): (Span, Span), one: &Chosen) -> Target {
    let numeric = leaf.seat.value == ValueKind::Number;
    let (at, extent) =
        if numeric { (leaf.seat.leaf, Extent::Whole) } else { (work.to_outer(first.map, span), Extent::Span) };
    Target {
        leaf: work.kept.len() + first.group + one.member,
        operator: one.operator,
        entity: Some(one.finding.entity),
        text: if numeric { leaf.text } else { text },
        at,
        extent,
        request: None,
        subject: None,
        context: None,
        person: None,
    }
}

/// The path of a step with the record's own names: only for a person who may see them.
pub(super) fn full_path(paths: &Paths, work: &Work, step: StepId) -> FieldPath {
    steps_to(paths, &work.steps, step)
}

/// The path of a step among these.
pub(super) fn steps_to(paths: &Paths, entries: &[StepEntry], step: StepId) -> FieldPath {
    let mut steps = Vec::new();
    let mut at = step;
    while let Some(entry) = entries.get(at.place()) {
        steps.push(match entry.name {
            StepName::Index(index) => OwnedStep::Index(index),
            StepName::Inside(coding) => OwnedStep::Inside(coding),
            StepName::Key => OwnedStep::Key(paths.name_of(entry.node).unwrap_or("?").to_owned()),
        });
        at = entry.parent;
    }
    steps.reverse();
    FieldPath(steps)
}

/// The path of a step, with names that the policy spells out neither in its entries nor in its schema as `?`.
pub(super) fn safe_place(plan: &Plan, paths: &Paths, work: &Work, step: StepId) -> String {
    let mut path = full_path(paths, work, step);
    let mut at = step;
    for own in path.0.iter_mut().rev() {
        let Some(entry) = work.steps.get(at.place()) else { break };
        if let OwnedStep::Key(name) = own
            && paths.node(entry.node).named == Named::No
            && !plan.declares(name)
        {
            "?".clone_into(name);
        }
        at = entry.parent;
    }
    path.to_string()
}
