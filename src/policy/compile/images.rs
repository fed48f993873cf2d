//! The images of a record: a field in `before` is the same field in `after`, whatever entry or default takes it there.
//!
//! A policy may name a field in one image alone. What it gets in the others follows from entries with `*` and `**`, from
//! entries above it, and from what is changed by default; one field shown in two ways is refused there, too.

use super::disclosure::{IMAGES, JOINING, conflict, leaves_something};
use crate::model::Step;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, OperatorDoc};
use crate::policy::entities::Decision;
use crate::policy::paths::Paths;
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use crate::policy::plan::{OperatorId, Plan, Treatment};
use crate::policy::source::Place;

/// Whether the policy speaks of images: only then what is changed by default in one that no entry names counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    OfImages,
    OfNone,
}

/// Refuses a policy in which a field is masked in one image of the record and hashed in another; `places` tells where each
/// operator stands.
pub(super) fn check(plan: &Plan, document: &Document, places: &[(OperatorId, Place)], diagnostics: &mut Diagnostics) {
    let names_image = |pattern: &Pattern| pattern.names().any(|name| IMAGES.contains(&name));
    let of_images = document.fields.iter().any(|field| names_image(&field.pattern.value));
    let speaks = if of_images { Speaks::OfImages } else { Speaks::OfNone };
    let mut reading = Reading { plan, document, places, paths: Paths::default() };
    reading.paths.bind(plan);
    for field in &document.fields {
        let here = &field.pattern.value;
        let Some(own) = reading.operator(here, Speaks::OfImages) else { continue };
        for there in images(here) {
            let Some(other) = reading.operator(&there, speaks) else { continue };
            let (masked, hashed, doc) = if leaves_something(own) && JOINING.contains(&other.row.name) {
                (here, &there, other)
            } else if leaves_something(other) && JOINING.contains(&own.row.name) {
                (&there, here, own)
            } else {
                continue;
            };
            // One line is told once.
            let is_told = |place: Place| diagnostics.list().iter().any(|one| one.place == place);
            if !is_told(own.place) && !is_told(other.place) {
                conflict((masked, hashed), doc, diagnostics);
            }
        }
    }
}

/// Gives the same field in a record without images, and in the other images of the record.
fn images(pattern: &Pattern) -> Vec<Pattern> {
    let is_image = |step: &PatternStep| matches!(step, PatternStep::Key(name) if IMAGES.contains(&name.as_str()));
    let image = pattern.steps.iter().position(is_image);
    let (above, below) = (image.unwrap_or_default(), image.map_or(0, |at| at + 1));
    let (above, below) = (pattern.steps.iter().take(above), pattern.steps.iter().skip(below));
    let with = |image: Option<&str>| {
        let image = image.map(|name| PatternStep::Key(name.to_owned()));
        Pattern {
            part: pattern.part,
            steps: above.clone().cloned().chain(image).chain(below.clone().cloned()).collect(),
        }
    };
    let all = std::iter::once(None).chain(IMAGES.map(Some));
    all.map(with).filter(|other| other != pattern).collect()
}

struct Reading<'a> {
    plan: &'a Plan,
    document: &'a Document,
    places: &'a [(OperatorId, Place)],
    paths: Paths,
}

impl<'a> Reading<'a> {
    /// Gives the operator that a field of the value gets: by an entry, or by what its name says that it holds.
    fn operator(&mut self, pattern: &Pattern, by_name: Speaks) -> Option<&'a OperatorDoc> {
        if pattern.part != RecordPart::Value {
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
            Treatment::Scan | Treatment::Text if by_name == Speaks::OfImages => {
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
        let expected = "`email` is masked, and `before.email`, the same field, gets `hash`";
        check(&format!("  before.email: {HASH}\n"), Some(MASK), expected);
        check(&format!("  after.email: {HASH}\n"), Some(MASK), "`email` is masked, and `after.email`");
    }

    #[test]
    fn a_field_that_is_scanned_is_hashed_by_default() {
        let fields = format!("  email: {MASK}\n  before.email: scan\n");
        check(&fields, Some(HASH), "`email` is masked, and `before.email`, the same field, gets `hash`");
    }

    #[test]
    fn an_entry_for_any_depth_takes_the_other_image() {
        let fields = format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"**.ssn\": {HASH}\n");
        check(&fields, None, "`customer.ssn` is masked, and `before.customer.ssn`, the same field, gets `hash`");
    }

    #[test]
    fn what_is_no_image_of_a_field_may_be_hashed() {
        for (fields, default) in [
            (format!("  email: {MASK}\n"), Some(HASH)),
            (format!("  before.email: redact\n  after.email: {HASH}\n  email: redact\n"), Some("redact")),
            (format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"supplier.**.ssn\": {HASH}\n"), None),
        ] {
            assert!(said(&fields, default).is_empty(), "{fields}: {:?}", said(&fields, default));
        }
    }
}
