//! Fields whose text operators want to know: whose value it is, in which context it stands.

use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, FieldDoc, OperatorDoc};
use crate::policy::pattern::{Pattern, Precision, RecordPart};

/// Reads the path of a field that a parameter names; none where it may be more than one, which is noted.
pub(super) fn field(
    parameter: &'static str,
    text: &str,
    doc: &OperatorDoc,
    diagnostics: &mut Diagnostics,
) -> Option<Pattern> {
    let place = doc.place_of(Some(parameter));
    let exact = |pattern: &Pattern| pattern.precision() == Precision::Exact && !pattern.steps.is_empty();
    match Pattern::read(text) {
        Ok(pattern) if exact(&pattern) || pattern.part == RecordPart::Key => Some(pattern),
        Ok(_) => {
            let one = if parameter == "subject_field" { "subject" } else { "context" };
            diagnostics
                .error(place, format!("this may be more than one field, and a value has one {one}"))
                .help("name every step, as in `customer.id`; `$key` and `$headers.NAME` work too");
            None
        }
        Err(error) => {
            diagnostics.error(place, format!("this is no field path: {error}")).help(error.help);
            None
        }
    }
}

/// Checks that none of these fields stands inside of what leaves the record as one, where nobody would read it, and
/// warns where who turns a value back would find something else than its context.
pub(super) fn check(document: &Document, watched: &[Pattern], diagnostics: &mut Diagnostics) {
    let applied = |field: &FieldDoc| match &field.action {
        Action::Scan | Action::Text => false,
        Action::Apply(operator) => operator.row.name != "keep",
    };
    for field in document.fields.iter().filter(|field| applied(field)) {
        let pattern = &field.pattern.value;
        for watched in watched {
            let inside = pattern.part == watched.part
                && pattern.steps.len() < watched.steps.len()
                && watched.steps.starts_with(&pattern.steps);
            if inside {
                diagnostics
                    .error(
                        field.pattern.place,
                        format!("the field `{watched}`, which another field needs, stands in here, and must be read"),
                    )
                    .help("name the fields beside it instead");
            }
        }
        let own = match &field.action {
            Action::Apply(operator) => operator.text("context_field").and_then(|text| Pattern::read(text).ok()),
            Action::Scan | Action::Text => None,
        };
        if own.as_ref() == Some(pattern) {
            diagnostics
                .error(field.pattern.place, format!("`{pattern}` is its own context, and would never turn back"))
                .help("a context is another field, such as the tenant's");
        } else if named(document, "context_field").any(|context| context == *pattern) {
            diagnostics
                .warning(field.pattern.place, format!("`{pattern}` is the context of another field, and is changed"))
                .help("who turns that field back must know the context from elsewhere; `keep` leaves it");
        } else if named(document, "subject_field").any(|subject| subject == *pattern) {
            diagnostics
                .warning(field.pattern.place, format!("`{pattern}` tells by how much dates move, and is changed"))
                .help(
                    "those dates turn back only where the same record's field turns back, too, for the same caller; `keep` \
                     leaves it",
                );
        }
    }
}

/// Gives the fields that a parameter names; subjects only where what is written opens by them alone.
fn named<'d>(document: &'d Document, parameter: &'static str) -> impl Iterator<Item = Pattern> + 'd {
    let of_fields = document.fields.iter().filter_map(|field| match &field.action {
        Action::Scan | Action::Text => None,
        Action::Apply(operator) => Some(operator),
    });
    let all = of_fields.chain(document.defaults.iter().map(|default| &default.operator));
    let counts = move |operator: &&OperatorDoc| parameter == "context_field" || operator.row.name == "date_shift";
    all.filter(counts).filter_map(move |operator| Pattern::read(operator.text(parameter)?).ok())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_policy, compiled, whole};
    use expect_test::expect;

    #[test]
    fn a_context_is_one_field_that_is_read_and_known_to_a_tombstone() {
        check_policy(
            "fields:
  a: {tokenize: {ring: customer, context_field: 'x.*'}}
  b: {fpe: {ring: customer, context_field: tenant}}
  tenant: {hash: {ring: customer}}
  $key: {tokenize: {ring: customer, epoch: 9f3a01c2, context_field: tenant}}
",
            expect![[r#"
                p.yaml:4:49: error: this may be more than one field, and a value has one context
                  = at: fields.a.tokenize.context_field
                  = help: name every step, as in `customer.id`; `$key` and `$headers.NAME` work too

                p.yaml:6:3: warning: `tenant` is the context of another field, and is changed
                  = at: fields.tenant
                  = help: who turns that field back must know the context from elsewhere; `keep` leaves it

                p.yaml:7:69: error: the context of `tokenize` on a record key must not stand in the value
                  = at: fields.$key.tokenize.context_field
                  = help: a tombstone has no value and must get the same key; `$key…` and `$headers.NAME` are there
            "#]],
        );
        let fields = "$key: {tokenize: {ring: customer, epoch: 9f3a01c2, context_field: $headers.tenant}}";
        assert!(compiled(&whole(&format!("fields:\n  {fields}\n"))).is_ok());
    }

    #[test]
    fn no_field_is_its_own_context() {
        for operator in ["tokenize", "fpe"] {
            let fields = format!("fields:\n  v: {{{operator}: {{ring: customer, context_field: v}}}}\n");
            let wrong = compiled(&whole(&fields)).unwrap_err().to_string();
            assert!(wrong.contains("`v` is its own context, and would never turn back"), "{wrong}");
        }
    }

    #[test]
    fn a_subject_that_is_changed_is_warned_of() {
        let warned = |fields: &str| {
            let plan = compiled(&whole(&format!("fields:\n{fields}"))).unwrap();
            let all = plan.warnings().map(|all| all.list().iter().map(|one| one.message.clone()).collect::<Vec<_>>());
            all.unwrap_or_default()
        };
        let shift = "  born: {date_shift: {ring: customer, subject_field: id}}\n";
        for change in ["{tokenize: {ring: customer}}", "{mask: {}}", "{hash: {ring: customer}}"] {
            let said = warned(&format!("{shift}  id: {change}\n"));
            assert_eq!(said, ["`id` tells by how much dates move, and is changed"], "{change}");
        }
        let own = warned("  born: {date_shift: {ring: customer, subject_field: born}}\n");
        assert_eq!(own, ["`born` tells by how much dates move, and is changed"]);
        assert!(
            warned(&format!("{shift}  id: keep\n")).is_empty() && warned(&format!("{shift}  id: scan\n")).is_empty()
        );
        let sealed = "  note: {encrypt: {ring: customer, subject_field: id}}\n  id: {mask: {}}\n";
        assert!(warned(sealed).is_empty(), "what is sealed names its key itself");
    }
}
