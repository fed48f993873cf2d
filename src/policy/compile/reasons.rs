//! `keep` says why, where something that is changed by default would stay.

use crate::detect::DefaultUse;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, OperatorDoc};
use crate::policy::entities::{Decision, indexes};
use crate::policy::paths::{PathNode, Paths};
use crate::policy::pattern::RecordPart;
use crate::policy::plan::Plan;

/// How many of a path's last names say what it holds.
const NAMES: usize = 4;

/// Refuses a `keep` without a reason on a field whose name alone makes its values a finding, or for an entity type that
/// is changed by default.
pub(super) fn check(plan: &Plan, document: &Document, diagnostics: &mut Diagnostics) {
    let silent = |operator: &OperatorDoc| {
        operator.row.name == "keep" && operator.text("reason").is_none_or(|reason| reason.trim().is_empty())
    };
    let mut paths = Paths::default();
    paths.bind(plan);
    let node: &PathNode = paths.node(paths.root());
    for field in &document.fields {
        let Action::Apply(operator) = &field.action else { continue };
        let pattern = &field.pattern.value;
        if !silent(operator) || pattern.part != RecordPart::Value || pattern.names().next().is_none() {
            continue;
        }
        let names: Vec<&str> = pattern.names().collect();
        let names = names.get(names.len().saturating_sub(NAMES)..).unwrap_or_default();
        let Some(entity) = plan.set().hint(names).typed() else { continue };
        if let Decision::Apply(_) = plan.treat(node, entity) {
            let entity = &plan.set().entity(entity).entity;
            diagnostics
                .error(
                    operator.place,
                    format!("the name of `{pattern}` makes its values {entity}, so `keep` needs a reason"),
                )
                .help("as in `{keep: {reason: our own address}}`; `scan` changes what is found");
        }
    }
    for default in document.defaults.iter().filter(|default| silent(&default.operator)) {
        let changed = indexes(plan.set()).find(|index| {
            let chosen = default.selectors.iter().any(|(selector, _)| selector.holds(*index, plan.set()));
            chosen && plan.set().entity(*index).default == DefaultUse::Change
        });
        if let Some(index) = changed {
            let entity = &plan.set().entity(index).entity;
            diagnostics
                .error(default.operator.place, format!("{entity} is changed by default, so `keep` needs a reason"))
                .help("as in `op: {keep: {reason: public already}}`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    #[test]
    fn keep_gives_a_reason_where_something_would_have_been_changed() {
        for (policy, fits) in [
            ("fields: {customer.email: keep}", false),
            ("fields: {customer.email: {keep: {reason: our own}}}", true),
            ("fields: {customer.email: {keep: {reason: ''}}}", false),
            ("defaults: [{entity: EMAIL_ADDRESS, op: {keep: {reason: '  '}}}]", false),
            ("fields: {customer: keep, order_id: keep}", true),
            ("fields: {email: keep}\ndetect: {EMAIL_ADDRESS: off}", true),
            ("defaults: [{entity: EMAIL_ADDRESS, op: keep}]", false),
            ("defaults: [{entity: EMAIL_ADDRESS, op: {keep: {reason: public}}}]", true),
            ("defaults: [{entity: URL, op: keep}]", true),
            ("defaults: [{entity: '*', op: keep}]", false),
        ] {
            let said = compiled(&whole(&format!("{policy}\n")));
            assert_eq!(said.is_ok(), fits, "{policy}: {:?}", said.err().map(|wrong| wrong.to_string()));
        }
    }
}
