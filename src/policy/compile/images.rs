//! The images of a record: a field in `before` is the same field in `after`, and in a record without images.

use crate::policy::document::Document;
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use std::collections::BTreeSet;

/// Names of members that hold one and the same record, once as it was and once as it is; partners stand side by side.
const IMAGES: [&str; 6] = ["before", "after", "old", "new", "previous", "current"];

/// What tells which operator a field gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// An entry that names this field.
    ItsEntry,
    /// Any entry.
    AnyEntry,
    /// An entry, or what the field's name says that it holds.
    EntryOrName,
}

/// The images of which a policy speaks: pairs, by their places in the list.
///
/// Members of such names are images whatever they hold, and whatever a schema says of them: what is `ssn.new` in one event is
/// `ssn.old` in the next.
#[derive(Debug, Default)]
pub(super) struct Images(BTreeSet<usize>);

impl Images {
    pub(super) fn of(document: &Document) -> Self {
        let entries = document.fields.iter().flat_map(|field| &field.pattern.value.steps);
        let declared = document.schema.iter().flat_map(|schema| schema.properties.iter().flatten());
        Self(entries.chain(declared).filter_map(|step| Some(image(step)? / 2)).collect())
    }

    /// Gives the names that make a field the same one, wherever in the record it stands; none where there are none that do, since
    /// the path is that of the whole record or of any of its fields.
    pub(super) fn identity(pattern: &Pattern) -> Option<Vec<String>> {
        let outside = |step: &PatternStep| match step {
            PatternStep::Key(name) if image(step).is_none() => Some(name.to_ascii_lowercase()),
            _ => None,
        };
        let names: Vec<String> = pattern.steps.iter().filter_map(outside).collect();
        let is_one = pattern.steps.iter().all(|step| !matches!(step, PatternStep::AnyKey | PatternStep::Deep));
        // What an image holds may be the field itself.
        let is_image = is_one && pattern.steps.iter().any(|step| image(step).is_some());
        (is_image || !names.is_empty()).then_some(names)
    }

    /// Gives the same field in the partner of its image and in a record without images; or in the images that are spoken of; and
    /// what tells there.
    ///
    /// Where a policy names nothing in `before` or `after`, no record is expected to have them. What is changed by default counts
    /// in the partner of an image alone.
    pub(super) fn elsewhere(&self, pattern: &Pattern) -> Vec<(Pattern, Told)> {
        if pattern.part != RecordPart::Value {
            return Vec::new();
        }
        let found = pattern.steps.iter().enumerate().find_map(|(at, step)| Some((at, image(step)?)));
        let above = pattern.steps.iter().take(found.map_or(0, |(at, _)| at));
        let below = pattern.steps.iter().skip(found.map_or(0, |(at, _)| at + 1));
        let with = |image: Option<&str>| {
            let image = image.map(|name| PatternStep::Key(name.to_owned()));
            let steps = above.clone().cloned().chain(image).chain(below.clone().cloned()).collect();
            Pattern { part: pattern.part, steps }
        };
        let named = |image: usize| with(IMAGES.get(image).copied());
        match found {
            Some((_, own)) => vec![(named(own ^ 1), Told::EntryOrName), (with(None), Told::ItsEntry)],
            None => self.spoken().map(|image| (named(image), Told::AnyEntry)).collect(),
        }
    }

    /// Gives the images of which the policy speaks.
    fn spoken(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|pair| [2 * pair, 2 * pair + 1])
    }
}

/// Gives which image a step is, by its place in the list.
fn image(step: &PatternStep) -> Option<usize> {
    match step {
        PatternStep::Key(name) => IMAGES.iter().position(|image| image == name),
        PatternStep::Index(_)
        | PatternStep::AnyKey
        | PatternStep::AnyIndex
        | PatternStep::Deep
        | PatternStep::Inside(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    const MASK: &str = "{mask: {keep_last: 8}}";
    const HASH: &str = "{hash: {ring: customer}}";

    fn said(fields: &str, default: Option<&str>) -> Vec<String> {
        let default = default.map(|op| format!("defaults:\n  - {{entity: EMAIL_ADDRESS, op: {op}}}\n"));
        match compiled(&whole(&format!("fields:\n{fields}{}", default.unwrap_or_default()))) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.list().iter().map(|one| one.message.clone()).collect(),
        }
    }

    fn check(fields: &str, default: Option<&str>, expected: &str) {
        let said = said(fields, default);
        assert!(said.len() == 1 && said[0].contains(expected), "{fields}: {said:?}");
    }

    #[test]
    fn a_field_that_no_entry_names_is_masked_by_default() {
        let expected = "`after.email` is masked, and `before.email`, the same field, gets `hash`";
        check(&format!("  before.email: {HASH}\n"), Some(MASK), expected);
        check(&format!("  row.new.email: {HASH}\n"), Some(MASK), "`row.old.email` is masked, and `row.new.email`");
    }

    /// What is `new` in one event is `old` in the next.
    #[test]
    fn members_of_such_names_are_images_whatever_they_hold() {
        let four = "{mask: {keep_last: 4}}";
        for (one, other) in [
            ("before", "after"),
            ("'before[*]'", "'after[*]'"),
            ("'before[0]'", "'after[1]'"),
            ("row.after", "row.before"),
            ("'*.before'", "'*.after'"),
            ("'**.old'", "'**.new'"),
            ("ssn.old", "ssn.new"),
            ("old", "new"),
            ("old", "current"),
            ("email", "email.previous"),
            ("'readings.old[*]'", "'readings.new[*]'"),
        ] {
            let tokens = |mode: &str| format!("{{tokenize: {{ring: customer, mode: {mode}}}}}");
            let (vault, deterministic) = (tokens("vault"), tokens("deterministic"));
            for (left, right, expected) in [
                (four, HASH, "is masked, and"),
                (HASH, four, "is masked, and"),
                (&*vault, &*deterministic, "of a vault, and"),
            ] {
                let wrong = said(&format!("  {one}: {left}\n  {other}: {right}\n"), None);
                assert!(wrong.iter().any(|message| message.contains(expected)), "{one}, {other}: {wrong:?}");
            }
            let same = format!("  {one}: {HASH}\n  {other}: {HASH}\n");
            assert!(said(&same, None).is_empty(), "{same}: {:?}", said(&same, None));
        }
    }

    #[test]
    fn no_schema_makes_them_anything_else() {
        let both = |one: &str, other: &str| format!("{{{one}: {{}}, {other}: {{}}}}");
        for (one, other) in [("before", "after"), ("old", "new"), ("previous", "current")] {
            for schema in [
                both(one, other),
                both(one, other).replace("{}", "{type: string}"),
                both(one, other).replace("{}", "{additionalProperties: {type: string}}"),
                format!("{{{one}: {{type: string}}}}"),
            ] {
                let fields = format!("fields:\n  {one}: {HASH}\n  {other}: {{mask: {{keep_last: 4}}}}\n");
                let policy = whole(&format!("schema: {{json: {{properties: {schema}}}}}\n{fields}"));
                let wrong = compiled(&policy).unwrap_err().to_string();
                assert!(wrong.contains("conflicting disclosure"), "{schema}: {wrong}");
            }
        }
    }

    #[test]
    fn a_field_that_is_scanned_is_hashed_by_default() {
        let fields = format!("  email: {MASK}\n  before.email: scan\n");
        check(&fields, Some(HASH), "`email` is masked, and `before.email`, the same field, gets `hash`");
    }

    #[test]
    fn an_entry_for_any_depth_takes_the_other_image() {
        let fields =
            format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"**.ssn\": {HASH}\n  after.note: redact\n");
        let expected = "`customer.ssn` is masked, and `before.customer.ssn`, the same field, gets `hash`";
        check(&fields, None, expected);
        // What warns of an operator says nothing of this.
        let store = "  id: {tokenize: {ring: customer, mode: vault, subject_field: uid}}\n";
        let wrong = said(&format!("{fields}{store}"), None);
        assert!(wrong.iter().any(|message| message.contains(expected)), "{wrong:?}");
    }

    #[test]
    fn what_is_no_image_of_a_field_may_be_hashed() {
        for (fields, default) in [
            (format!("  email: {MASK}\n"), Some(HASH)),
            (format!("  before.email: {HASH}\n  after.email: {HASH}\n"), Some(MASK)),
            (format!("  account.current: redact\n  email: {HASH}\n"), Some(MASK)),
            (format!("  before.email: {MASK}\n  after.email: {MASK}\n"), Some(HASH)),
            (format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"**.ssn\": {HASH}\n"), None),
            (format!("  before.email: redact\n  after.email: {HASH}\n  email: redact\n"), Some("redact")),
            (format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"supplier.**.ssn\": {HASH}\n"), None),
        ] {
            assert!(said(&fields, default).is_empty(), "{fields}: {:?}", said(&fields, default));
        }
    }
}
