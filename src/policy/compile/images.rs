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

/// Where a policy speaks of images: a member of such a name is one if an entry or the schema goes below it or its partner. A
/// text called `old` is a text.
#[derive(Debug, Default)]
pub(super) struct Images(BTreeSet<(RecordPart, Vec<PatternStep>, usize)>);

impl Images {
    pub(super) fn of(document: &Document) -> Self {
        let entries = document.fields.iter().map(|field| (field.pattern.value.part, &field.pattern.value.steps));
        let declared = document.schema.iter().flat_map(|schema| &schema.properties);
        let mut images = Self::default();
        for (part, steps) in entries.chain(declared.map(|steps| (RecordPart::Value, steps))) {
            for (at, step) in steps.iter().enumerate() {
                let below = steps.get(at + 1..).unwrap_or_default();
                if let Some(image) = named(step)
                    && below.iter().any(is_member)
                {
                    images.0.insert((part, steps.get(..at).unwrap_or_default().to_vec(), image / 2));
                }
            }
        }
        images
    }

    /// Gives which image a step of a pattern is, by its place in the list.
    fn image(&self, pattern: &Pattern, at: usize) -> Option<usize> {
        let image = named(pattern.steps.get(at)?)?;
        let above = pattern.steps.get(..at)?.to_vec();
        self.0.contains(&(pattern.part, above, image / 2)).then_some(image)
    }

    /// Gives the names that make a field the same one, wherever in the record it stands.
    pub(super) fn identity(&self, pattern: &Pattern) -> Vec<String> {
        let outside = |(at, step): (usize, &PatternStep)| match step {
            PatternStep::Key(name) if self.image(pattern, at).is_none() => Some(name.to_ascii_lowercase()),
            _ => None,
        };
        pattern.steps.iter().enumerate().filter_map(outside).collect()
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
        let found = (0..pattern.steps.len()).find_map(|at| Some((at, self.image(pattern, at)?)));
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
        let pairs: BTreeSet<usize> = self.0.iter().map(|(_, _, pair)| *pair).collect();
        pairs.into_iter().flat_map(|pair| [2 * pair, 2 * pair + 1])
    }
}

/// Gives the image that a step's name may be.
fn named(step: &PatternStep) -> Option<usize> {
    match step {
        PatternStep::Key(name) => IMAGES.iter().position(|image| image == name),
        PatternStep::Index(_)
        | PatternStep::AnyKey
        | PatternStep::AnyIndex
        | PatternStep::Deep
        | PatternStep::Inside(_) => None,
    }
}

/// Tells whether a step goes to a member of an object.
fn is_member(step: &PatternStep) -> bool {
    match step {
        PatternStep::Key(_) | PatternStep::AnyKey | PatternStep::Deep => true,
        PatternStep::Index(_) | PatternStep::AnyIndex | PatternStep::Inside(_) => false,
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
