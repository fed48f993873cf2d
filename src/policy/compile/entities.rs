//! What each entity type gets: the most specific line decides; entity type, then family, then `"*"`.

use super::{Builder, spelled};
use crate::detect::{DefaultUse, RecognizerSet};
use crate::model::EntityIndex;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{AllowItem, DenyItem, DetectDoc, Document, Selector, Switch};
use crate::policy::entities::{Allow, Decision, EntityUse, THRESHOLD, indexes};
use crate::policy::hash::Hasher;
use crate::policy::plan::OperatorId;
use std::sync::Arc;

/// Compiles the table of entity types.
pub(super) fn compile(document: &Document, builder: &mut Builder<'_>, diagnostics: &mut Diagnostics) -> Vec<EntityUse> {
    let built: Vec<Option<OperatorId>> = document
        .defaults
        .iter()
        .map(|default| {
            let chosen = |index: &EntityIndex| default.selectors.iter().any(|(one, _)| one.holds(*index, builder.set));
            let mut kinds: Vec<&str> =
                indexes(builder.set).filter(chosen).map(|index| builder.set.entity(index).family.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            builder.build(&default.operator, None, &kinds, diagnostics)
        })
        .collect();
    let replace = builder.operators.built_in("replace");
    let allows: Vec<Option<Arc<Allow>>> = document.detect.iter().map(allow).collect();
    warn_of_idle_lines(document, builder.set, diagnostics);
    indexes(builder.set)
        .map(|index| {
            let decision = decision(document, builder.set, index, &built, replace);
            EntityUse {
                threshold: threshold(document, builder.set, index),
                decision,
                key_decision: builder.operators.on_key(decision),
                allow: document
                    .detect
                    .iter()
                    .zip(&allows)
                    .filter(|(doc, _)| doc.selectors.iter().any(|one| one.holds(index, builder.set)))
                    .filter_map(|(_, allow)| allow.clone())
                    .collect(),
            }
        })
        .collect()
}

/// Gives the most specific line under `detect:` that speaks of an entity type and says what is asked for.
fn detected<T>(
    document: &Document,
    set: &RecognizerSet,
    index: EntityIndex,
    what: impl Fn(&DetectDoc) -> Option<T>,
) -> Option<(Selector, T)> {
    let mut best: Option<(Selector, T)> = None;
    for doc in &document.detect {
        for selector in doc.selectors.iter().filter(|one| one.holds(index, set)) {
            if best.as_ref().is_none_or(|(known, _)| selector > known)
                && let Some(found) = what(doc)
            {
                best = Some((selector.clone(), found));
            }
        }
    }
    best
}

fn threshold(document: &Document, set: &RecognizerSet, index: EntityIndex) -> crate::model::Score {
    detected(document, set, index, |doc| doc.threshold).map_or(THRESHOLD, |(_, score)| score)
}

/// Tells whether the most specific line that speaks of an entity type switches it off; every other line that names it,
/// or its family, switches it on.
fn is_off(document: &Document, set: &RecognizerSet, index: EntityIndex) -> bool {
    let switch = |doc: &DetectDoc| match (doc.switch, doc.selectors.as_slice()) {
        (None, [Selector::All]) => None,
        (switch, _) => Some(switch.unwrap_or(Switch::On)),
    };
    let Some((by, Switch::Off)) = detected(document, set, index, switch) else { return false };
    let defaults = document.defaults.iter().flat_map(|doc| &doc.selectors);
    !defaults.map(|(selector, _)| selector).any(|selector| *selector > by && selector.holds(index, set))
}

/// Tells whether a line names an entity type, so that it is changed although its own default is less.
///
/// A family names those of its types that are reported by default; those that are off are named one by one.
fn is_named(document: &Document, set: &RecognizerSet, index: EntityIndex) -> bool {
    let detect = document.detect.iter().filter(|doc| doc.switch != Some(Switch::Off)).flat_map(|doc| &doc.selectors);
    let defaults = document.defaults.iter().flat_map(|doc| doc.selectors.iter().map(|(selector, _)| selector));
    detect.chain(defaults).filter(|selector| selector.holds(index, set)).any(|selector| match selector {
        Selector::Entity(..) => true,
        Selector::Family(_) => set.entity(index).default != DefaultUse::Off,
        Selector::All => false,
    })
}

fn decision(
    document: &Document,
    set: &RecognizerSet,
    index: EntityIndex,
    built: &[Option<OperatorId>],
    replace: OperatorId,
) -> Decision {
    if is_off(document, set, index) {
        return Decision::Ignored;
    }
    match (is_named(document, set, index), set.entity(index).default) {
        (false, DefaultUse::Off) => return Decision::Ignored,
        (false, DefaultUse::Report) => return Decision::Left,
        (true, _) | (false, DefaultUse::Change) => {}
    }
    let lines = document.defaults.iter().zip(built);
    let speaking = lines.flat_map(|(doc, id)| doc.selectors.iter().map(move |(selector, _)| (selector, doc, id)));
    let best = speaking.filter(|(selector, ..)| selector.holds(index, set)).max_by(|one, other| one.0.cmp(other.0));
    match best {
        Some((_, doc, _)) if doc.operator.row.name == "keep" => Decision::Left,
        Some((_, _, Some(id))) => Decision::Apply(*id),
        // Where the operator could not be built there is no plan; nothing may pass on the way there.
        Some((_, _, None)) | None => Decision::Apply(replace),
    }
}

fn allow(doc: &DetectDoc) -> Option<Arc<Allow>> {
    let mut allow = Allow::default();
    for item in &doc.allow {
        match item {
            AllowItem::Exact(text) => _ = allow.exact.insert(text.clone()),
            AllowItem::Pattern(regex, _) => allow.patterns.push(regex.clone()),
        }
    }
    (!doc.allow.is_empty()).then(|| Arc::new(allow))
}

/// Warns of operators for entity types that are switched off.
fn warn_of_idle_lines(document: &Document, set: &RecognizerSet, diagnostics: &mut Diagnostics) {
    for (selector, place) in document.defaults.iter().flat_map(|doc| &doc.selectors) {
        if let Selector::Entity(index, name) = selector
            && is_off(document, set, *index)
        {
            diagnostics
                .warning(*place, format!("`{name}` is switched off under `detect:`, so it is never found"))
                .help("take out one of the two lines");
        }
    }
}

/// Adds what the policy says of entity types.
pub(super) fn hash(document: &Document, hasher: &mut Hasher) {
    let mut detect: Vec<String> = Vec::new();
    for doc in &document.detect {
        let Some(selector) = doc.selectors.first() else { continue };
        let mut allow: Vec<String> = doc
            .allow
            .iter()
            .map(|item| match item {
                AllowItem::Exact(text) => format!("text {} {text}", text.len()),
                AllowItem::Pattern(_, text) => format!("regex {} {text}", text.len()),
            })
            .collect();
        allow.sort();
        let threshold = doc.threshold.map(|score| score.to_string());
        let denied = denied(doc);
        detect.push(format!("{} {:?} {threshold:?} {}{denied}", selector.name(), doc.switch, allow.concat()));
    }
    detect.sort();
    hasher.list("detect", detect.iter().map(String::as_str));
    let mut defaults: Vec<String> = document
        .defaults
        .iter()
        .flat_map(|doc| {
            let names = doc.selectors.iter().map(|(selector, _)| selector.name());
            names.map(|name| format!("{name} {}", spelled(&doc.operator)))
        })
        .collect();
    defaults.sort();
    defaults.dedup();
    hasher.list("defaults", defaults.iter().map(String::as_str));
    if let Some(regions) = &document.regions {
        let mut regions: Vec<&str> = regions.iter().map(crate::detect::Country::as_str).collect();
        regions.sort_unstable();
        hasher.list("regions", regions);
    }
}

/// Spells a deny list in one way.
fn denied(doc: &DetectDoc) -> String {
    let spell = |DenyItem { text, fields }: &DenyItem| {
        let mut fields: Vec<String> = fields.iter().flatten().map(ToString::to_string).collect();
        fields.sort();
        format!("deny {} {text} {}", text.len(), fields.join(" "))
    };
    let mut items: Vec<String> = doc.deny.iter().map(spell).collect();
    items.sort();
    items.concat()
}

#[cfg(test)]
mod tests;
