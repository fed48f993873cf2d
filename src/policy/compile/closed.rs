//! Entries of fields that the policy's schema does not let be there.
//!
//! Where an object has `additionalProperties: false`, an entry for another member of it is spelled wrong, or the schema is. What
//! takes a field away may name it: the schema may be that of what goes out.

use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, SchemaDoc};
use crate::policy::pattern::{PatternStep, RecordPart};

use super::types::spelled;

/// Operators after which a field is not there.
const REMOVING: [&str; 3] = ["drop_field", "drop_record", "quarantine"];

/// Refuses entries that name a member which its object must not have.
pub(super) fn check(schema: &SchemaDoc, document: &Document, diagnostics: &mut Diagnostics) {
    for entry in document.fields.iter().filter(|entry| entry.pattern.value.part == RecordPart::Value) {
        if matches!(&entry.action, Action::Apply(operator) if REMOVING.contains(&operator.row.name)) {
            continue;
        }
        let steps = &entry.pattern.value.steps;
        let excluded = schema.closed.iter().find_map(|object| {
            let Some(PatternStep::Key(name)) = steps.get(object.len()) else { return None };
            let is_here = (0..object.len()).all(|at| is_at(schema, object, steps, at));
            (is_here && !members(schema, object).any(|known| known == name)).then_some((object, name))
        });
        let Some((object, name)) = excluded else { continue };
        let message = format!("the schema lets `{}` have no member `{name}`", spelled(object));
        diagnostics
            .error(entry.pattern.place, message)
            .help("`additionalProperties: false` stands there; name the field under its `properties`, or take it out here")
            .suggest_near(name, members(schema, object));
    }
}

/// Tells whether a step of an entry goes where a step of the schema does; what `additionalProperties` says is said of the names
/// alone that `properties` beside it has not.
fn is_at(schema: &SchemaDoc, object: &[PatternStep], steps: &[PatternStep], at: usize) -> bool {
    match (object.get(at), steps.get(at)) {
        (Some(PatternStep::AnyKey), Some(PatternStep::Key(name))) => {
            !members(schema, object.get(..at).unwrap_or_default()).any(|known| known == name)
        }
        (Some(PatternStep::AnyIndex), Some(PatternStep::Index(_))) => true,
        (declared, step) => declared == step,
    }
}

/// Gives the names that the schema knows in an object.
fn members<'s>(schema: &'s SchemaDoc, object: &'s [PatternStep]) -> impl Iterator<Item = &'s str> {
    schema
        .properties
        .iter()
        .filter(move |steps| steps.len() == object.len() + 1 && steps.starts_with(object))
        .filter_map(|steps| match steps.last() {
            Some(PatternStep::Key(name)) => Some(name.as_str()),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    const SCHEMA: &str = "schema:
  json:
    additionalProperties: false
    properties:
      id: {}
      email: {type: string}
      tags: {type: array, items: {type: object, additionalProperties: false, properties: {name: {type: string}}}}
      more: {type: object, additionalProperties: {type: string}}
      a:
        properties: {b: {type: object}}
        additionalProperties: {additionalProperties: false, properties: {c: {type: string}}}
";

    fn said(fields: &str) -> String {
        match compiled(&whole(&format!("{SCHEMA}fields:\n  {fields}\n"))) {
            Ok(_) => String::new(),
            Err(wrong) => wrong.to_string(),
        }
    }

    #[test]
    fn an_entry_of_a_field_that_the_schema_excludes_is_an_error() {
        for (fields, expected, help) in [
            ("emial: mask", "the schema lets `the value` have no member `emial`", "did you mean `email`?"),
            ("email.local: mask", "", ""),
            ("'tags[*].nome': mask", "the schema lets `tags[*]` have no member `nome`", "did you mean `name`?"),
            ("'tags[0].other': scan", "the schema lets `tags[*]` have no member `other`", "additionalProperties"),
            // What is said of other members is not said of one that is declared.
            ("a.b.d: mask", "", ""),
            ("a.other.c: mask", "", ""),
            ("a.other.d: mask", "the schema lets `a.*` have no member `d`", "additionalProperties"),
            ("a.*.d: mask", "the schema lets `a.*` have no member `d`", "additionalProperties"),
        ] {
            let said = said(fields);
            assert!(said.contains(expected) && said.contains(help), "{fields}: {said}");
            assert_eq!(said.is_empty(), expected.is_empty(), "{fields}: {said}");
        }
        for fields in ["id: mask", "other: drop_field", "more.any: mask", "'*': mask", "'**.name': mask", "$key: scan"]
        {
            assert_eq!(said(fields), "", "{fields}");
        }
    }
}
