//! The images of a record: a field in `before` is the same field in `after`, whatever entry or default takes it there.
//!
//! A policy may name a field in one image alone. What it gets in the others follows from entries with `*` and `**`, from
//! entries above it, and from what is changed by default; one field shown in two ways is refused there, too.

use super::disclosure::{IMAGES, JOINING, conflict, leaves_something};
use crate::model::Step;
use crate::policy::diagnostic::{Diagnostics, Severity};
use crate::policy::document::{Action, Document, FieldDoc, OperatorDoc};
use crate::policy::entities::Decision;
use crate::policy::paths::Paths;
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use crate::policy::plan::{OperatorId, Plan, Treatment};
use crate::policy::source::Place;

/// What tells which operator a field gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// An entry that names this field.
    ItsEntry,
    /// Any entry.
    AnyEntry,
    /// An entry, or what the field's name says that it holds.
    EntryOrName,
}

/// Refuses a policy in which a field is masked in one image of the record and hashed in another; `places` tells where each
/// operator stands.
///
/// Asked are the images of which the policy speaks, and their partners: where it names nothing in `before` or `after`, no record
/// is expected to have them. What is changed by default counts in the partner of an image alone.
pub(super) fn check(plan: &Plan, document: &Document, places: &[(OperatorId, Place)], diagnostics: &mut Diagnostics) {
    let spoken = spoken(document);
    let mut reading = Reading { plan, document, places, paths: Paths::default() };
    reading.paths.bind(plan);
    for field in &document.fields {
        let here = &field.pattern.value;
        let Some(own) = reading.operator(here, Told::EntryOrName) else { continue };
        for (there, told) in images(here, &spoken) {
            let Some(other) = reading.operator(&there, told) else { continue };
            let (masked, hashed, doc) = if leaves_something(own) && JOINING.contains(&other.row.name) {
                (here, &there, other)
            } else if leaves_something(other) && JOINING.contains(&own.row.name) {
                (&there, here, own)
            } else {
                continue;
            };
            // One line is told once.
            let errors = || diagnostics.list().iter().filter(|one| one.severity == Severity::Error);
            if !errors().any(|one| one.place == own.place || one.place == other.place) {
                conflict((masked, hashed), doc, diagnostics);
            }
        }
    }
}

/// Gives the image that a step may be, by its place in the list.
fn image(step: &PatternStep) -> Option<usize> {
    match step {
        PatternStep::Key(name) => IMAGES.iter().position(|image| image == name),
        _ => None,
    }
}

/// Gives the images in which entries name something, and their partners, which stand side by side in the list.
fn spoken(document: &Document) -> Vec<usize> {
    let above = |pattern: &Pattern| pattern.steps.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default();
    let steps = document.fields.iter().flat_map(|field| above(&field.pattern.value));
    let named: Vec<usize> = steps.filter_map(|step| image(&step)).collect();
    (0..IMAGES.len()).filter(|one| named.iter().any(|named| named / 2 == one / 2)).collect()
}

/// Gives the same field in the partner of its image and in a record without images; or in the images that are spoken of; and
/// what tells there.
fn images(pattern: &Pattern, spoken: &[usize]) -> Vec<(Pattern, Told)> {
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
        None => spoken.iter().map(|image| (named(*image), Told::AnyEntry)).collect(),
    }
}

struct Reading<'a> {
    plan: &'a Plan,
    document: &'a Document,
    places: &'a [(OperatorId, Place)],
    paths: Paths,
}

impl<'a> Reading<'a> {
    /// Gives the operator that a field of the value gets: by an entry, or by what its name says that it holds.
    fn operator(&mut self, pattern: &Pattern, told: Told) -> Option<&'a OperatorDoc> {
        let names = |field: &FieldDoc| field.pattern.value == *pattern;
        if pattern.part != RecordPart::Value || told == Told::ItsEntry && !self.document.fields.iter().any(names) {
            return None;
        }
        let mut at = self.paths.root();
        for step in &pattern.steps {
            at = match step {
                PatternStep::Key(name) => self.paths.enter(self.plan, at, Step::Key(name)),
                PatternStep::Index(index) => self.paths.enter(self.plan, at, Step::Index(*index)),
                PatternStep::AnyIndex => self.paths.enter(self.plan, at, Step::Index(0)),
                PatternStep::Inside(coding) => self.paths.enter(self.plan, at, Step::Inside(*coding)),
                // It is no one field.
                PatternStep::AnyKey | PatternStep::Deep => return None,
            };
        }
        let here = self.paths.node(at);
        let id = match here.treatment {
            Treatment::Apply(id) => id,
            Treatment::Scan | Treatment::Text if told == Told::EntryOrName => {
                match self.plan.treat(here, here.hint.typed()?) {
                    Decision::Apply(id) => id,
                    Decision::Left | Decision::Ignored => return None,
                }
            }
            Treatment::Scan | Treatment::Text | Treatment::Keep | Treatment::Refuse => return None,
        };
        let mut places = self.places.iter().filter(|(known, _)| *known == id).map(|(_, place)| *place);
        places.find_map(|place| self.standing_at(place))
    }

    /// Gives the operator that stands at a place of the policy.
    fn standing_at(&self, place: Place) -> Option<&'a OperatorDoc> {
        let fields = self.document.fields.iter().filter_map(|field| match &field.action {
            Action::Scan | Action::Text => None,
            Action::Apply(operator) => Some(operator),
        });
        let defaults = self.document.defaults.iter().map(|default| &default.operator);
        fields.chain(defaults).find(|operator| operator.place == place)
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
