//! Holds what stands in fields from now on against what the policy's schema says that they hold.
//!
//! What an operator may write is held against the schema when a policy is compiled, as far as that is known: not what it
//! writes in the place of what is found in a text, nor of a value that is longer than its kind ever is. So each value that
//! was changed is held against it whole, as readers will see it; a record in which one does not fit is refused.

use super::scratch::{Part, Scratch, Work};
use super::write::{Own, Raw, RawValue, What};
use super::{Reason, RecordError, decide};
use crate::format::Format;
use crate::model::{Shape, Span};
use crate::policy::Plan;
use crate::transform::ValueKind;
use std::cmp::Reverse;

/// Checks all edits of a record's value, those in texts inside texts lifted.
///
/// # Errors
/// Where a value that is changed does not fit; with its place, and never with what it is.
pub(super) fn check(plan: &Plan, format: &dyn Format, scratch: &Scratch, raws: &[Raw]) -> Result<(), RecordError> {
    if !plan.is_typed() {
        return Ok(());
    }
    let Scratch { work, paths, .. } = scratch;
    for edits in of_fields(raws) {
        let Some(first) = edits.first() else { continue };
        let node = paths.node(first.path);
        if node.declared.is_none() {
            continue;
        }
        if let Some(misfit) = plan.misfit(node, &shape(work, &edits), format.fit()) {
            let place = decide::safe_place(plan, paths, work, first.step);
            return Err(RecordError { reason: Reason::Misfit { keyword: misfit.keyword() }, place });
        }
    }
    Ok(())
}

/// Gives the edits of each value that is changed, in order and without those that lie in another. What gives a member another
/// name changes no value.
fn of_fields(raws: &[Raw]) -> Vec<Vec<&Raw>> {
    let of_value = |raw: &&Raw| raw.part == Part::Value && raw.holder.is_none();
    let mut sorted: Vec<&Raw> = raws.iter().filter(of_value).collect();
    sorted.sort_by_key(|raw| (raw.span().start, Reverse(raw.span().end)));
    let mut fields: Vec<Vec<&Raw>> = Vec::new();
    let mut reach = 0;
    for raw in sorted {
        let is_covered = raw.span().start < reach;
        reach = reach.max(raw.span().end);
        if is_covered || (raw.value == ValueKind::Key && !matches!(raw.what, What::Remove { .. })) {
            continue;
        }
        match (fields.last_mut(), leaf(raw)) {
            (Some(field), Some(own)) if field.first().and_then(|first| leaf(first)) == Some(own) => field.push(raw),
            (_, _) => fields.push(vec![raw]),
        }
    }
    fields
}

/// Gives the leaf of which an edit changes a part.
const fn leaf(raw: &Raw) -> Option<Span> {
    match raw.what {
        What::Text { leaf, .. } => Some(leaf),
        What::Value { .. } | What::Remove { .. } => None,
    }
}

/// Gives what stands in a field after its edits.
fn shape(work: &Work, edits: &[&Raw]) -> Shape {
    let written = |text: Span| text.of(&work.replacements).to_owned();
    match edits.first().map(|first| first.what) {
        Some(What::Text { own, .. }) => Shape::Exactly(spliced(work, own, edits)),
        Some(What::Value { value, .. }) => match value {
            RawValue::Null => Shape::Null,
            RawValue::Text(text) => Shape::Exactly(written(text)),
            RawValue::Literal(text) => Shape::Literal(written(text)),
            RawValue::Json(text) => Shape::Json(written(text)),
            RawValue::EmptyObject => Shape::EmptyObject,
            RawValue::EmptyArray => Shape::EmptyArray,
        },
        Some(What::Remove { .. }) => Shape::Removed,
        None => Shape::Unknown,
    }
}

/// Gives the text of a leaf with parts of it replaced.
fn spliced(work: &Work, own: Own, edits: &[&Raw]) -> String {
    let before = own.text.of(&work.texts);
    let mut after = String::with_capacity(before.len());
    let mut copied = 0;
    for edit in edits {
        let What::Text { at, text, .. } = edit.what else { continue };
        let at = work.to_inner(own.map, at);
        after.push_str(before.get(copied..at.start).unwrap_or_default());
        after.push_str(text.of(&work.replacements));
        copied = at.end;
    }
    after.push_str(before.get(copied..).unwrap_or_default());
    after
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one, plan};

    const MAIL: &str = "ada.lovelace@mail.example.org";
    const TOKENS: &str = "defaults: [{entity: EMAIL_ADDRESS, op: {tokenize: {ring: customer}}}]\n";
    const MASKS: &str = "defaults: [{entity: EMAIL_ADDRESS, op: mask}]\n";

    /// Takes a record through a policy whose schema has these properties; gives it, or why it is refused.
    fn through(properties: &str, rest: &str, record: &str) -> Result<String, String> {
        let schema = format!("  other: keep\nschema: {{json: {{properties: {{{properties}}}}}}}\n{rest}");
        let after = one(&plan("sales/orders", &schema), None, Some(record))?;
        Ok(after.value.unwrap())
    }

    fn assert_refused(properties: &str, rest: &str, record: &str, keyword: &str, place: &str) {
        let error = through(properties, rest, record).unwrap_err();
        let expected = format!(
            "schema_misfit: what would stand there does not fit the `{keyword}` that the policy's schema says of the field at \
             {place}"
        );
        assert_eq!(error, expected, "{record}");
    }

    #[test]
    fn what_is_found_in_a_text_must_leave_it_as_long_as_it_may_be() {
        let record = format!(r#"{{"note":"write to {MAIL}, please"}}"#);
        assert_refused("note: {maxLength: 80}", TOKENS, &record, "maxLength", "note");
        assert!(through("note: {maxLength: 800}", TOKENS, &record).unwrap().contains("tok_"));
        // `text`, and an entry that is none of its own.
        for entry in ["  note: text\n", "  '**.note': scan\n"] {
            let policy = format!("{entry}schema: {{json: {{properties: {{note: {{maxLength: 80}}}}}}}}\n{TOKENS}");
            let error = one(&plan("sales/orders", &policy), None, Some(&record)).unwrap_err();
            assert!(error.starts_with("schema_misfit: ") && error.ends_with(" at note"), "{error}");
        }
    }

    /// As JSON Schema counts them, whatever they are in bytes and however the record spells them.
    #[test]
    fn characters_are_counted_as_code_points() {
        let text = format!("\u{e9}\u{1f600}\n {MAIL} \u{e9}");
        let count = text.chars().count();
        for spelled in [serde_json::to_string(&text).unwrap(), format!(r#""\u00e9\ud83d\ude00\n {MAIL} \u00e9""#)] {
            let record = format!(r#"{{"note":{spelled}}}"#);
            let masked = through(&format!("note: {{maxLength: {count}}}"), MASKS, &record).unwrap();
            assert!(masked.contains(&"*".repeat(MAIL.len())), "{masked}");
            assert_refused(&format!("note: {{maxLength: {}}}", count - 1), MASKS, &record, "maxLength", "note");
        }
    }

    #[test]
    fn texts_with_a_form_or_a_list_are_held_against_it() {
        let record = format!(r#"{{"note":"{MAIL}"}}"#);
        assert_refused("note: {pattern: '^[^ ]+@[^ ]+$'}", TOKENS, &record, "pattern", "note");
        assert_refused(&format!("note: {{enum: ['{MAIL}', x]}}"), TOKENS, &record, "enum", "note");
        let redacts = TOKENS.replace("{tokenize: {ring: customer}}", "redact");
        assert_refused("note: {minLength: 3}", &redacts, &record, "minLength", "note");
        assert_eq!(through("note: {minLength: 0}", &redacts, &record).unwrap(), r#"{"note":""}"#);
        let list = format!("note: {{enum: ['{}', x]}}", "*".repeat(MAIL.len()));
        assert!(through(&list, MASKS, &record).is_ok());
    }

    #[test]
    fn a_text_stands_where_one_may() {
        let record = format!(r#"{{"seen":"{MAIL}"}}"#);
        assert_refused("seen: {type: integer}", MASKS, &record, "type", "seen");
        assert!(through("seen: {type: [integer, string]}", MASKS, &record).unwrap().contains("***"));
    }

    #[test]
    fn what_does_not_change_may_be_as_it_is() {
        let long = "x".repeat(99);
        let record = format!(r#"{{"note":"{long}","tags":["{long}","{MAIL}"],"more":"{MAIL}"}}"#);
        let types = "note: {maxLength: 5}, tags: {items: {maxLength: 40}}, more: {type: string}";
        let after = through(types, MASKS, &record).unwrap();
        assert!(!after.contains('@') && after.matches(&long).count() == 2, "{after}");
        assert_refused(&types.replace("40", "20"), MASKS, &record, "maxLength", "tags[1]");
    }

    /// The name of a member is told where the policy's schema spells it out.
    #[test]
    fn members_of_any_name_are_those_that_the_schema_does_not_name() {
        let types = "map: {properties: {free: true}, additionalProperties: {maxLength: 20}}";
        let record = |name: &str| format!(r#"{{"map":{{"{name}":"{MAIL}"}}}}"#);
        assert!(through(types, MASKS, &record("free")).is_ok());
        assert_refused(types, MASKS, &record("foo"), "maxLength", "map.?");
    }

    #[test]
    fn a_text_with_texts_in_it_is_measured_whole() {
        let inner = format!(r#"{{"a":1,"mail":"{MAIL}"}}"#);
        let quoted = serde_json::to_string(&inner).unwrap();
        let escaped = inner.replace('"', "%22").replace('@', "%40");
        let base64 = data_encoding::BASE64.encode(format!("write to {MAIL} today").as_bytes());
        for (text, len) in [
            (quoted, inner.chars().count()),
            (format!("\"{base64}\""), base64.len()),
            (format!("\"https://h.example/?q={escaped}\""), 0),
        ] {
            let record = format!(r#"{{"note":{text}}}"#);
            let after = through("note: {maxLength: 999}", MASKS, &record).unwrap();
            let note = serde_json::from_str::<serde_json::Value>(&after).unwrap()["note"].as_str().unwrap().to_owned();
            assert_ne!(record, after);
            let now = note.chars().count();
            assert!(len == 0 || now == len, "{note}");
            assert!(through(&format!("note: {{maxLength: {now}}}"), MASKS, &record).is_ok(), "{after}");
            let error = through(&format!("note: {{maxLength: {}}}", now - 1), MASKS, &record).unwrap_err();
            assert!(error.starts_with("schema_misfit: ") && !error.contains("ada"), "{error}");
        }
        // What stands inside is no member of the schema.
        let record = format!(r#"{{"note":{}}}"#, serde_json::to_string(&inner).unwrap());
        assert!(through("note: {properties: {mail: {maxLength: 2}}}", MASKS, &record).is_ok());
    }
}
