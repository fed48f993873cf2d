//! What was found in a record and where, for who asks for findings instead of new bytes.

use super::decide::{full_path, rivals};
use super::scratch::{Chosen, FoundLeaf, Part, Work};
use crate::detect::{DefaultUse, DetectScratch, EntityMask, FieldHint, RecognizerSet, TextKind, steps};
use crate::model::resolve::{Claim, Strength, resolve};
use crate::model::{EntityIndex, FieldPath, Finding, OwnedStep, RecognizerIndex, Span};
use crate::policy::{Decision, PathNode, Paths, Plan, THRESHOLD};
use crate::transform::ValueKind;
use std::collections::HashSet;

/// One text of a record in which something was found. It holds the raw text: for offsets, and for a person's eyes.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundText {
    /// Where it sits; its names are the record's own.
    pub path: FieldPath,
    /// What of the record it is.
    pub place: FoundIn,
    /// The decoded text that the findings' spans are of.
    pub text: String,
    /// What was found, in the order of the text.
    pub found: Vec<Found>,
}

impl std::fmt::Debug for FoundText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FoundText").field("place", &self.place).field("found", &self.found).finish_non_exhaustive()
    }
}

/// What of a record a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundIn {
    /// A value.
    Value,
    /// The name of a member or column.
    Name,
    /// The record key.
    Key,
    /// A header.
    Header,
}

/// One finding, overlaps resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The finding; its span is what is left of it where another has a part.
    pub finding: Finding,
    /// What the plan does with it.
    pub fate: Fate,
    /// What is done with it where there is no policy, from the default score on.
    pub by_default: Fate,
    /// The recognizers that it may be of, where it is of a family and nothing tells which type it is; else empty.
    pub candidates: Vec<RecognizerIndex>,
}

/// What is done with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// An operator takes its place.
    Changed,
    /// An operator takes the place of something in it.
    Partly,
    /// It stays, and reports count it.
    Left,
}

/// Notes what was found in a group of texts that stand in the same bytes; `claims` are those on what is changed.
pub(super) fn note(
    plan: &Plan,
    paths: &Paths,
    work: &mut Work,
    group: &[FoundLeaf],
    (claims, chosen): (&[Claim], &[Chosen]),
) {
    let Some(first) = group.first() else { return };
    let node = paths.node(first.seat.path);
    let spans: Vec<BySpan> = group.iter().map(|leaf| BySpan::of(work, leaf)).collect();
    let mut found: Vec<Found> = claims
        .iter()
        .filter_map(|claim| {
            let one = chosen.get(claim.id)?;
            let leaf = group.get(one.member)?;
            let candidates = candidates((plan, node), work, (leaf, spans.get(one.member)?), &one.finding);
            let finding = Finding { span: claim.span, ..one.finding };
            Some(Found { finding, fate: Fate::Changed, by_default: Fate::Left, candidates })
        })
        .collect();
    found.extend(left(plan, paths, work, group, claims));
    if found.is_empty() {
        return;
    }
    let changed = changed_by_default(plan.set(), work, group);
    for one in &mut found {
        one.by_default = fate_among(&changed, one.finding.span);
    }
    found.sort_by_key(|one| (one.finding.span, one.fate));
    let place = match (first.seat.part, first.seat.value) {
        (Part::Value, ValueKind::Key) => FoundIn::Name,
        (Part::Value, _) => FoundIn::Value,
        (Part::Key, _) => FoundIn::Key,
        (Part::Header(_), _) => FoundIn::Header,
    };
    let text = first.text.of(&work.texts).to_owned();
    work.shown.push(FoundText { path: full_path(paths, work, first.seat.step), place, text, found });
}

/// Gives what is changed of a group's text where there is no policy: apart, and in the order of the text.
fn changed_by_default(set: &RecognizerSet, work: &Work, group: &[FoundLeaf]) -> Vec<Span> {
    let changes = |one: &&Finding| {
        !one.is_by_policy() && one.score >= THRESHOLD && set.entity(one.entity).default == DefaultUse::Change
    };
    let mut spans: Vec<Span> = Vec::new();
    for leaf in group {
        let all = work.findings.get(leaf.findings.clone()).unwrap_or_default().iter();
        spans.extend(all.filter(changes).map(|one| leaf.chain.to_outer(work, one.span)));
    }
    spans.sort_unstable();
    let mut apart: Vec<Span> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

/// Tells what becomes of a span where those that stand apart and in order are changed.
fn fate_among(changed: &[Span], span: Span) -> Fate {
    let first = changed.partition_point(|one| one.end <= span.start);
    match changed.get(first) {
        Some(one) if one.contains(span) => Fate::Changed,
        Some(one) if one.overlaps(span) => Fate::Partly,
        _ => Fate::Left,
    }
}

/// Gives what is left in the data, overlaps resolved; what lies in something that is changed is told with that.
fn left(plan: &Plan, paths: &Paths, work: &Work, group: &[FoundLeaf], changed: &[Claim]) -> Vec<Found> {
    let mut findings = Vec::new();
    for leaf in group {
        let node = paths.node(leaf.seat.path);
        let all = work.findings.get(leaf.findings.clone()).unwrap_or_default().iter();
        let mut left: Vec<Finding> = all
            .filter(|one| plan.decide(node, one, leaf.text.of(&work.texts)) == Decision::Left)
            .map(|one| Finding { span: leaf.chain.to_outer(work, one.span), ..*one })
            .collect();
        left.sort_by_key(|one| rivals(plan.set(), one));
        findings.extend(left);
    }
    let set = plan.set();
    let mut settled: Vec<(Finding, Vec<RecognizerIndex>)> = Vec::new();
    let same =
        |one: &Finding, next: &Finding| one.span == next.span && set.family(one.entity) == set.family(next.entity);
    for rivals in findings.chunk_by(same) {
        let Some(first) = rivals.first() else { continue };
        let equal = rivals.iter().take_while(|one| one.evidence() == first.evidence());
        let types = distinct(equal.map(|one| (one.entity, one.recognizer)));
        let entity = if types.len() > 1 { set.family(first.entity) } else { first.entity };
        settled.push((Finding { entity, ..*first }, if types.len() > 1 { types } else { Vec::new() }));
    }
    // Claims stand apart and in order: only the last that begins before a finding can hold it.
    let holder = |one: &Finding| {
        let after = changed.partition_point(|claim| {
            steps::add(1);
            claim.span.start <= one.span.start
        });
        changed.get(after.checked_sub(1)?)
    };
    settled.retain(|(one, _)| !holder(one).is_some_and(|claim| claim.span.contains(one.span)));
    let mut claims: Vec<Claim> = settled
        .iter()
        .enumerate()
        .map(|(id, (one, _))| Claim { span: one.span, strength: Strength::of(one), id })
        .collect();
    let Some(first) = group.first() else { return Vec::new() };
    resolve(&mut claims, first.text.of(&work.texts));
    let found = claims.iter().filter_map(|claim| {
        let (finding, candidates) = settled.get(claim.id)?.clone();
        let finding = Finding { span: claim.span, ..finding };
        Some(Found { finding, fate: Fate::Left, by_default: Fate::Left, candidates })
    });
    found.collect()
}

/// Gives the recognizers that a family's finding may be of: those that claim the same span, else those that share the
/// field's name.
fn candidates(
    (plan, node): (&Plan, &PathNode),
    work: &Work,
    (leaf, spans): (&FoundLeaf, &BySpan),
    finding: &Finding,
) -> Vec<RecognizerIndex> {
    let set = plan.set();
    let by = set.recognizers().get(usize::from(finding.recognizer.0));
    if by.is_none_or(|by| by.entity == finding.entity) {
        return Vec::new();
    }
    let rivals: Vec<&Finding> = spans
        .at(work, finding.span)
        .filter(|one| {
            one.pattern != Finding::BY_FIELD_NAME
                && set.family(one.entity) == finding.entity
                && matches!(plan.decide(node, one, leaf.text.of(&work.texts)), Decision::Apply(_))
        })
        .collect();
    let most = rivals.iter().map(|one| one.evidence()).max();
    let equal = rivals.iter().filter(|one| Some(one.evidence()) == most);
    let claimed = distinct(equal.map(|one| (one.entity, one.recognizer)));
    if claimed.len() > 1 || finding.pattern != Finding::BY_FIELD_NAME {
        return claimed;
    }
    set.owners(&node.hint).to_vec()
}

/// The findings of a text by their spans: the places in [`Work::findings`].
struct BySpan(Vec<(Span, usize)>);

impl BySpan {
    fn of(work: &Work, leaf: &FoundLeaf) -> Self {
        let place = |at: usize| Some((work.findings.get(at)?.span, at));
        let mut places: Vec<(Span, usize)> = leaf.findings.clone().filter_map(place).collect();
        places.sort_unstable();
        Self(places)
    }

    /// Gives the findings of just this span.
    fn at<'a>(&'a self, work: &'a Work, span: Span) -> impl Iterator<Item = &'a Finding> {
        let first = self.0.partition_point(|(other, _)| {
            steps::add(1);
            *other < span
        });
        let same = self.0.get(first..).unwrap_or_default().iter().take_while(move |(other, _)| *other == span);
        same.filter_map(|(_, at)| work.findings.get(*at))
    }
}

/// Gives one recognizer for each type, in their order.
fn distinct(of: impl Iterator<Item = (EntityIndex, RecognizerIndex)>) -> Vec<RecognizerIndex> {
    let mut seen: Vec<(EntityIndex, RecognizerIndex)> = Vec::new();
    for one in of {
        if !seen.iter().any(|(entity, _)| *entity == one.0) {
            seen.push(one);
        }
    }
    let mut recognizers: Vec<RecognizerIndex> = seen.into_iter().map(|(_, recognizer)| recognizer).collect();
    recognizers.sort_unstable();
    recognizers
}

impl FoundText {
    /// Gives the names of members in which something was found in a record, be it only what the rest of it told of.
    pub fn names(texts: &[Self]) -> HashSet<&str> {
        texts.iter().filter(|text| text.place == FoundIn::Name).map(|text| text.text.as_str()).collect()
    }

    /// Gives the path with names in which personal data is found as `?`; [`names`](Self::names) are those of the record.
    pub fn shown_path(&self, plan: &Plan, names: &HashSet<&str>, scratch: &mut DetectScratch) -> String {
        let set = plan.set();
        let mut mask = EntityMask::new();
        for at in 0..set.entities().len() {
            mask.insert_from(EntityIndex(u16::try_from(at).unwrap_or(u16::MAX)), THRESHOLD);
        }
        let mut findings = Vec::new();
        let steps = self.path.0.iter().map(|step| {
            let OwnedStep::Key(name) = step else { return step.clone() };
            findings.clear();
            if !plan.names(name) {
                set.scan(name, TextKind::Key, &FieldHint::default(), &mask, scratch, &mut findings);
                plan.scan_name(name, scratch, &mut findings);
            }
            let plain = findings.is_empty() && !names.contains(&**name);
            OwnedStep::Key(if plain { name.clone() } else { "?".to_owned() })
        });
        FieldPath(steps.collect()).to_string()
    }
}
