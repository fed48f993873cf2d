//! Texts that are scanned, and of which the policy's schema says how long they are or what form they have.
//!
//! What takes the place of a finding has another length and form, and what is found is known only when it is there: a record in
//! which what comes of it does not fit is refused then. Here it is told before.

use super::types::{enter, spelled};
use crate::format::{FieldType, TypeName};
use crate::model::{Shape, Spelled};
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, FieldDoc, SchemaDoc, TypedField};
use crate::policy::paths::Paths;
use crate::policy::pattern::{PatternStep, RecordPart};
use crate::policy::plan::{Plan, Treatment};
use crate::transform::{OldShape, ValueKind};

/// How many fields one warning names.
const NAMED_MAX: usize = 5;

/// Refuses to scan texts that must have a form or be listed, and warns of those that must not be long, where an entry says that
/// they are scanned.
pub(super) fn check_named(schema: &SchemaDoc, document: &Document, diagnostics: &mut Diagnostics) {
    for field in schema.fields.iter().filter(|field| field.declared.allows(TypeName::Text)) {
        let entry = entry(document, field);
        let Some(FieldDoc { pattern: at, action: Action::Scan | Action::Text }) = entry else { continue };
        let what = |bound: &str| {
            format!("what is found in `{}` is replaced, and its {bound} may not accept what comes of it", at.value)
        };
        let line = field.place.line;
        if has_form(&field.declared) {
            let bound = if field.declared.pattern.is_some() { "`pattern`" } else { "`enum`" };
            diagnostics.error(at.place, what(bound)).help(format!(
                "the schema says so on line {line}; give the field an operator of its own, which is checked, or `keep` with a \
                 `reason`"
            ));
        } else if field.declared.len_max.is_some() {
            diagnostics.warning(at.place, what("`maxLength`")).help(format!(
                "the schema says so on line {line}; a record in which it does not is refused, and an operator of its own is \
                 checked now"
            ));
        }
    }
}

/// Warns of all others that are scanned, once; `all` are the places of the schema's fields.
pub(super) fn check_unnamed(
    plan: &Plan,
    document: &Document,
    paths: &mut Paths,
    all: &[(&TypedField, Vec<PatternStep>)],
    diagnostics: &mut Diagnostics,
) {
    let (changes, lengthens) = defaults(plan);
    let mut found: Vec<&TypedField> = Vec::new();
    // The places of one field follow each other: what is asked of its type alone is asked once.
    let mut asked: Option<(&TypedField, bool)> = None;
    for (field, steps) in all {
        if !may_be_bounded(&field.declared) || !field.declared.allows(TypeName::Text) {
            continue;
        }
        if found.last().is_some_and(|known| known.steps == field.steps) || entry(document, field).is_some() {
            continue;
        }
        let at = steps.iter().fold(paths.root(), |at, step| enter(plan, paths, at, step));
        let here = paths.node(at);
        // Where its name says what it holds, the operator is checked.
        if !matches!(here.treatment, Treatment::Scan | Treatment::Text) || here.hint.typed().is_some() {
            continue;
        }
        let known = asked.filter(|(known, _)| std::ptr::eq(*known, *field)).map(|(_, is_bounded)| is_bounded);
        let is_bounded = known
            .unwrap_or_else(|| field.declared.len_max.is_some() && lengthens || changes && has_form(&field.declared));
        asked = Some((*field, is_bounded));
        if is_bounded && !found.iter().any(|known| known.steps == field.steps) {
            found.push(field);
        }
    }
    let Some(first) = found.first() else { return };
    let mut names: Vec<String> =
        found.iter().take(NAMED_MAX).map(|field| format!("`{}`", spelled(&field.steps))).collect();
    if let Some(more) = found.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    diagnostics
        .warning(
            first.place,
            format!(
                "no entry of its own for {}: what is found there is replaced, and `maxLength`, `pattern` or `enum` may not accept what \
                 comes of it; such a record is refused",
                names.join(", ")
            ),
        )
        .help("an operator of its own under `fields:` is checked now; `keep` with a `reason` leaves what needs none");
}

/// Gives the entry of a field by its own path.
fn entry<'d>(document: &'d Document, field: &TypedField) -> Option<&'d FieldDoc> {
    let is_its =
        |entry: &&FieldDoc| entry.pattern.value.part == RecordPart::Value && entry.pattern.value.steps == field.steps;
    document.fields.iter().find(is_its)
}

/// Tells whether anything bounds texts, where the form may be one that every text has.
const fn may_be_bounded(declared: &FieldType) -> bool {
    declared.len_max.is_some() || declared.pattern.is_some() || declared.one_of.is_some()
}

/// Tells whether texts must have a form, or be listed; what it walks through to know that may be large.
fn has_form(declared: &FieldType) -> bool {
    (declared.pattern.is_some() || declared.one_of.is_some()) && !declared.takes_any_line()
}

/// Tells whether any operator that findings get changes texts, and whether any can make them longer.
fn defaults(plan: &Plan) -> (bool, bool) {
    let old = OldShape { value: ValueKind::Text, len_min: 0, len_max: None, entity: "VALUE" };
    let shapes: Vec<Shape> = plan.writers_in_texts().flat_map(|operator| operator.shapes(&old)).collect();
    let leaves = |new: &Shape| matches!(new, Shape::Removed | Shape::Refused);
    let keeps_len = |new: &Shape| match new {
        Shape::Exactly(text) => text.is_empty(),
        // As many characters as before, some of them others.
        Shape::Text { len_max: None, spelled: Spelled::Anew(_), .. } => true,
        new => leaves(new) || matches!(new, Shape::Alike(_) | Shape::SameDigits(_) | Shape::Null),
    };
    (!shapes.iter().all(leaves), !shapes.iter().all(keeps_len))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    const FIELDS: [(&str, &str); 5] = [
        ("note", "{type: string, maxLength: 64}"),
        ("digest", "{type: string, pattern: '^[0-9a-f]{32}$'}"),
        ("phase", "{enum: [open, other]}"),
        ("line", "{type: string, pattern: '^.*$'}"),
        ("tags", "{type: array, items: {type: string}}"),
    ];

    /// Compiles a policy with the types of these fields; gives the warnings, or the errors.
    fn said(names: &[&str], rest: &str) -> Result<String, String> {
        let types: Vec<String> =
            FIELDS.iter().filter(|(name, _)| names.contains(name)).map(|(name, of)| format!("{name}: {of}")).collect();
        let policy = whole(&format!("schema: {{json: {{properties: {{{}}}}}}}\n{rest}", types.join(", ")));
        match compiled(&policy) {
            Ok(plan) => Ok(plan.warnings().map(ToString::to_string).unwrap_or_default()),
            Err(wrong) => Err(wrong.to_string()),
        }
    }

    #[test]
    fn what_an_entry_scans_is_refused_or_warned_of() {
        for (name, entry, expected) in [
            ("note", "note: scan", "what is found in `note` is replaced, and its `maxLength` may not accept"),
            ("note", "note: {hash: {ring: customer}}", ""),
            ("tags", "'tags[*]': scan", ""),
            ("line", "line: scan", ""),
        ] {
            let warned = said(&[name], &format!("fields: {{{entry}}}\n")).unwrap();
            assert!(warned.contains(expected), "{entry}: {warned}");
            assert_eq!(warned.is_empty(), expected.is_empty(), "{entry}: {warned}");
        }
        for (name, entry, expected) in [
            ("digest", "digest: scan", "what is found in `digest` is replaced, and its `pattern` may not accept"),
            ("digest", "digest: text", "what is found in `digest` is replaced, and its `pattern` may not accept"),
            ("phase", "phase: scan", "what is found in `phase` is replaced, and its `enum` may not accept"),
        ] {
            let wrong = said(&[name], &format!("fields: {{{entry}}}\n")).unwrap_err();
            assert!(wrong.contains(expected), "{entry}: {wrong}");
        }
    }

    #[test]
    fn what_no_entry_names_is_warned_of_once() {
        let all = ["note", "digest", "phase", "line", "tags"];
        let warned = said(&all, "").unwrap();
        assert!(
            warned.contains("no entry of its own for `note`, `digest`, `phase`: what is found there is replaced"),
            "{warned}"
        );
        assert_eq!(warned.matches("warning: ").count(), 1, "{warned}");
        for (names, rest) in [
            (&all[..], "unknown_fields: redact\nfields: {phase: keep, digest: keep, line: keep, tags: keep}\n"),
            (&all[..], "fields: {note: mask, digest: keep, phase: keep}\n"),
            (&["line", "tags"], ""),
        ] {
            let warned = said(names, rest).unwrap();
            assert!(!warned.contains("no entry of its own"), "{rest}: {warned}");
        }
    }

    #[test]
    fn operators_that_keep_the_length_are_told_from_those_that_do_not() {
        let set = crate::detect::RecognizerSet::builtin();
        let changed = crate::policy::entities::indexes(&set).map(|index| set.entity(index));
        let changed = changed.filter(|one| one.default == crate::detect::DefaultUse::Change);
        let selectors: std::collections::BTreeSet<&str> = changed.map(|one| one.entity.as_str()).collect();
        let with = |op: &str| {
            let defaults: String =
                selectors.iter().map(|entity| format!("  - {{entity: {entity}, op: {op}}}\n")).collect();
            said(&["note"], &format!("defaults:\n{defaults}")).unwrap()
        };
        assert_eq!(with("mask"), "");
        assert_eq!(with("redact"), "");
        assert!(with("{hash: {ring: customer}}").contains("no entry of its own for `note`"));
    }

    #[test]
    fn of_many_fields_five_are_named() {
        let fields: Vec<String> = (1..=7).map(|at| format!("n{at}: {{maxLength: 9}}")).collect();
        let plan = compiled(&whole(&format!("schema: {{json: {{properties: {{{}}}}}}}\n", fields.join(", ")))).unwrap();
        let warned = plan.warnings().unwrap().to_string();
        assert!(warned.contains("`n5`, 2 more: what is found there"), "{warned}");
    }
}
