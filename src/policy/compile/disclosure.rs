//! One field shown in two ways in one output tells more than either way.
//!
//! The last four digits of a number beside its hash leave so few numbers that whoever may use the key can try them; and
//! they undo a token for everybody, once one of them is known. So a field that is masked with something left to see
//! must not be hashed, tokenized or encrypted in its form elsewhere in the record: in the record key, in a header, in
//! `before` where `after` is masked, or in another element of a list.

use crate::model::Step;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, FieldDoc, OperatorDoc};
use crate::policy::entities::Decision;
use crate::policy::paths::Paths;
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use crate::policy::plan::{OperatorId, Plan};
use crate::policy::source::Place;
use crate::transform::ParameterValue;

/// Names of members that hold one and the same record, once as it was and once as it is.
pub(super) const IMAGES: [&str; 6] = ["before", "after", "old", "new", "previous", "current"];

/// Operators that give equal values equal stand-ins.
pub(super) const JOINING: [&str; 3] = ["hash", "tokenize", "fpe"];

/// Refuses a policy that masks a field and hashes the same field elsewhere in the record, or that gives it tokens of both
/// modes.
pub(super) fn check(document: &Document, diagnostics: &mut Diagnostics) {
    let applied = |field: &'_ FieldDoc| match &field.action {
        Action::Scan | Action::Text => false,
        Action::Apply(_) => true,
    };
    let fields: Vec<&FieldDoc> = document.fields.iter().filter(|field| applied(field)).collect();
    both_modes(&fields, diagnostics);
    for masked in fields.iter().filter(|field| operator(field).is_some_and(leaves_something)) {
        let name = identity(&masked.pattern.value);
        if name.is_empty() {
            continue;
        }
        let same = fields.iter().filter(|field| identity(&field.pattern.value) == name);
        for (other, doc) in same.filter_map(|other| Some((other, operator(other)?))) {
            if JOINING.contains(&doc.row.name) {
                refuse(&masked.pattern.value, other, doc, diagnostics);
            }
        }
        for (above, doc) in fields.iter().filter_map(|above| Some((above, operator(above)?))) {
            if JOINING.contains(&doc.row.name) && covers_an_image(&above.pattern.value, &masked.pattern.value, document)
            {
                refuse(&masked.pattern.value, above, doc, diagnostics);
            }
        }
    }
}

/// Tells whether an entry takes another image of the record as a whole, or all members of it, and with it the field that is
/// masked: unless another entry names that field there.
fn covers_an_image(above: &Pattern, masked: &Pattern, document: &Document) -> bool {
    let of_image: Vec<&str> = above.names().collect();
    let all: Vec<&str> = masked.names().collect();
    let is_there = |field: &FieldDoc| {
        let names: Vec<&str> = field.pattern.value.names().collect();
        names.starts_with(&of_image) && identity(&field.pattern.value) == identity(masked)
    };
    above.part == RecordPart::Value
        && of_image.iter().any(|name| IMAGES.contains(name))
        && !all.starts_with(&of_image)
        && identity(masked).len() > identity(above).len()
        && identity(masked).starts_with(&identity(above))
        && !document.fields.iter().any(is_there)
}

/// Refuses a policy in which a field that is scanned gets a mask by what its name says it holds, and the same field elsewhere
/// is hashed; `places` tells where each operator stands.
pub(super) fn check_scanned(
    plan: &Plan,
    document: &Document,
    places: &[(OperatorId, Place)],
    diagnostics: &mut Diagnostics,
) {
    let mut paths = Paths::default();
    paths.bind(plan);
    for field in document.fields.iter().filter(|field| operator(field).is_none()) {
        let (pattern, name) = (&field.pattern.value, identity(&field.pattern.value));
        let Some(by_name) = of_name(plan, &mut paths, pattern) else { continue };
        let place = places.iter().find(|(id, _)| *id == by_name).map(|(_, place)| *place);
        let default = document.defaults.iter().find(|default| Some(default.operator.place) == place);
        if name.is_empty() || !default.is_some_and(|default| leaves_something(&default.operator)) {
            continue;
        }
        let same = document.fields.iter().filter(|other| identity(&other.pattern.value) == name);
        for (other, doc) in same.filter_map(|other| Some((other, operator(other)?))) {
            if JOINING.contains(&doc.row.name) {
                refuse(pattern, other, doc, diagnostics);
            }
        }
    }
}

/// Gives the operator that a scanned field in the value gets by its name.
fn of_name(plan: &Plan, paths: &mut Paths, pattern: &Pattern) -> Option<OperatorId> {
    if pattern.part != RecordPart::Value {
        return None;
    }
    let mut at = paths.root();
    for step in &pattern.steps {
        at = match step {
            PatternStep::Key(name) => paths.enter(plan, at, Step::Key(name)),
            _ => paths.enter(plan, at, Step::Index(0)),
        };
    }
    let here = paths.node(at);
    match plan.treat(here, here.hint.typed()?) {
        Decision::Apply(id) => Some(id),
        Decision::Left | Decision::Ignored => None,
    }
}

fn refuse(masked: &Pattern, other: &FieldDoc, doc: &OperatorDoc, diagnostics: &mut Diagnostics) {
    conflict((masked, &other.pattern.value), doc, diagnostics);
}

/// Says that a field is masked in one place and gets an operator in another.
pub(super) fn conflict((masked, other): (&Pattern, &Pattern), doc: &OperatorDoc, diagnostics: &mut Diagnostics) {
    let name = doc.row.name;
    diagnostics
        .error(
            doc.place,
            format!("conflicting disclosure: `{masked}` is masked, and `{other}`, the same field, gets `{name}`"),
        )
        .help("what the mask shows leaves few values to try; give both the same operator, or mask all of it");
}

/// A deterministic token can be turned back by who has the key, and found by who tries values; beside it one of a vault
/// protects nothing, and cannot be forgotten.
fn both_modes(fields: &[&FieldDoc], diagnostics: &mut Diagnostics) {
    let mode = |field: &FieldDoc| {
        let doc = operator(field).filter(|doc| doc.row.name == "tokenize")?;
        Some(doc.text("mode").unwrap_or("deterministic") == "vault")
    };
    for stored in fields.iter().filter(|field| mode(field) == Some(true)) {
        let name = identity(&stored.pattern.value);
        let same = |other: &&&FieldDoc| mode(other) == Some(false) && identity(&other.pattern.value) == name;
        for other in fields.iter().filter(same).filter(|_| !name.is_empty()) {
            let Some(doc) = operator(other) else { continue };
            let (one, two) = (&stored.pattern.value, &other.pattern.value);
            diagnostics
                .error(
                    doc.place_of(Some("mode")),
                    format!("conflicting disclosure: `{one}` gets tokens of a vault, and `{two}`, the same field, deterministic ones"),
                )
                .help("who has the key opens the latter without the vault; give both one `mode`");
        }
    }
}

fn operator(field: &FieldDoc) -> Option<&OperatorDoc> {
    match &field.action {
        Action::Scan | Action::Text => None,
        Action::Apply(operator) => Some(operator),
    }
}

/// Tells whether a mask shows some of the value.
pub(super) fn leaves_something(doc: &OperatorDoc) -> bool {
    let kept = |name: &str| matches!(doc.parameters.0.get(name), Some(ParameterValue::Integer(count)) if *count > 0);
    doc.row.name == "mask" && (kept("keep_first") || kept("keep_last"))
}

/// Gives the names that make a field the same one, wherever in the record it stands.
fn identity(pattern: &Pattern) -> Vec<String> {
    pattern.names().filter(|name| !IMAGES.contains(name)).map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    fn said(fields: &str) -> Vec<String> {
        match compiled(&whole(&format!("fields:\n{fields}"))) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.list().iter().map(|one| one.message.clone()).collect(),
        }
    }

    #[test]
    fn mask_and_hash_of_one_field_are_refused() {
        for other in [
            "$key.customer.ssn: {hash: {ring: customer, epoch: 9f3a01c2}}",
            "before.customer.ssn: {tokenize: {ring: customer}}",
            "Customer.SSN: {hash: {ring: customer}}",
            "customer.ssn[*]: {fpe: {ring: customer}}",
        ] {
            let said = said(&format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  {other}\n"));
            assert!(said.len() == 1 && said[0].contains("conflicting disclosure"), "{other}: {said:?}");
        }
    }

    #[test]
    fn a_mask_that_a_fields_name_brings_counts() {
        let policy = |mask: &str| {
            format!(
                "fields:\n  email: scan\n  before.email: {{hash: {{ring: customer}}}}\ndefaults:\n  \
                 - {{entity: EMAIL_ADDRESS, op: {mask}}}\n"
            )
        };
        let wrong = compiled(&whole(&policy("{mask: {keep_last: 8}}"))).unwrap_err().to_string();
        assert!(wrong.contains("`email` is masked, and `before.email`, the same field, gets `hash`"), "{wrong}");
        assert!(compiled(&whole(&policy("mask"))).is_ok());
    }

    #[test]
    fn tokens_of_both_modes_of_one_field_are_refused() {
        let fields = |mode: &str| {
            format!(
                "  before.ssn: {{tokenize: {{ring: customer, mode: vault}}}}\n  after.ssn: {{tokenize: {{ring: customer, mode: {mode}}}}}\n"
            )
        };
        let said = said(&fields("deterministic"));
        assert!(
            said.len() == 1 && said[0].contains("`before.ssn` gets tokens of a vault, and `after.ssn`"),
            "{said:?}"
        );
        assert!(super::tests::said(&fields("vault")).is_empty());
    }

    #[test]
    fn an_image_that_is_hashed_whole_has_the_field_in_it() {
        let with = |other: &str| said(&format!("  after.email: {{mask: {{keep_last: 4}}}}\n{other}"));
        for other in ["  before: {hash: {ring: customer}}\n", "  before.*: {hash: {ring: customer}}\n"] {
            let said = with(other);
            assert!(said.len() == 1 && said[0].contains("`after.email` is masked, and `before"), "{other}: {said:?}");
        }
        for other in [
            "  before: {hash: {ring: customer}}\n  before.email: redact\n",
            "  after.*: {hash: {ring: customer}}\n",
            "  before.address: {hash: {ring: customer}}\n",
            "  before: redact\n",
        ] {
            assert!(with(other).is_empty(), "{other}: {:?}", with(other));
        }
    }

    #[test]
    fn what_tells_nothing_more_is_allowed() {
        for (mask, other) in [
            ("mask", "$key.customer.ssn: {hash: {ring: customer, epoch: 9f3a01c2}}"),
            ("{mask: {keep_last: 4}}", "supplier.ssn: {hash: {ring: customer}}"),
            ("{mask: {keep_last: 4}}", "before.customer.ssn: {mask: {keep_last: 4}}"),
            ("{mask: {keep_last: 4}}", "before.customer.ssn: {encrypt: {ring: customer}}"),
            ("{mask: {keep_last: 4}}", "before.customer.ssn: redact"),
        ] {
            let said = said(&format!("  customer.ssn: {mask}\n  {other}\n"));
            assert!(said.is_empty(), "{other}: {said:?}");
        }
    }
}
