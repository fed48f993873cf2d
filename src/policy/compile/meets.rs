//! Where two entries take one and the same field, though their paths are spelled in different ways: `**.email` and `customer`, both
//! `customer.email`.

use crate::detect::RecognizerSet;
use crate::policy::document::Document;
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};

/// So many places of two entries are looked at.
const MEETS_MAX: usize = 16;
/// So many ways are tried in which two paths may meet: with a few `**` in both they multiply.
const WAYS_MAX: usize = 10_000;

/// Members that hold what is told of somebody, beside those that are called after somebody.
const HOLDERS: [&str; 6] = ["account", "accounts", "party", "parties", "profile", "profiles"];

/// Gives places that two entries both take.
///
/// An entry takes what stands below its field as well. That anything does is believed where a policy speaks of it, or the field
/// is called as members are that hold somebody: else each `order_id` would meet each `**.email`.
/// None where they may meet in more places, or ways, than are looked at.
pub(super) fn meets(
    one: &Pattern,
    other: &Pattern,
    documents: [&Document; 2],
    set: &RecognizerSet,
) -> Option<Vec<Pattern>> {
    if one.part != other.part {
        return Some(Vec::new());
    }
    let mut found = Meets { part: one.part, documents, set, path: Vec::new(), places: Vec::new(), ways: 0 };
    found.walk(&one.steps, &other.steps);
    found.is_whole().then_some(found.places)
}

struct Meets<'a> {
    part: RecordPart,
    documents: [&'a Document; 2],
    set: &'a RecognizerSet,
    path: Vec<PatternStep>,
    places: Vec<Pattern>,
    ways: usize,
}

impl Meets<'_> {
    /// Tells whether all was looked at.
    fn is_whole(&self) -> bool {
        self.places.len() <= MEETS_MAX && self.ways <= WAYS_MAX
    }

    fn walk(&mut self, one: &[PatternStep], other: &[PatternStep]) {
        self.ways += 1;
        if !self.is_whole() {
            return;
        }
        match (one, other) {
            ([], []) => self.note(&[]),
            ([], below) | (below, []) => self.below(below),
            ([PatternStep::Deep, rest @ ..], deeper) | (deeper, [PatternStep::Deep, rest @ ..]) => {
                self.walk(rest, deeper);
                match deeper {
                    [PatternStep::Deep, behind @ ..] => self.walk(&[&[PatternStep::Deep], rest].concat(), behind),
                    [step, behind @ ..] => {
                        self.path.push(step.clone());
                        self.walk(&[&[PatternStep::Deep], rest].concat(), behind);
                        self.path.pop();
                    }
                    [] => {}
                }
            }
            ([own, own_rest @ ..], [their, their_rest @ ..]) => {
                let Some(step) = both(own, their) else { return };
                self.path.push(step.clone());
                self.walk(own_rest, their_rest);
                self.path.pop();
            }
        }
    }

    /// Notes what one entry names below the field of the other.
    fn below(&mut self, below: &[PatternStep]) {
        if !self.holds_more() {
            return;
        }
        let is_deep = |step: &PatternStep| *step == PatternStep::Deep;
        let near: Vec<PatternStep> = below.iter().filter(|step| !is_deep(step)).cloned().collect();
        self.note(&near);
        if below.iter().any(is_deep) {
            // What the other entry's policy names apart may be another thing further down.
            let far = below.iter().map(|step| if is_deep(step) { PatternStep::AnyKey } else { step.clone() });
            self.note(&far.collect::<Vec<_>>());
        }
    }

    fn note(&mut self, below: &[PatternStep]) {
        let place = Pattern { part: self.part, steps: [&self.path, below].concat() };
        if !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    /// Tells whether something stands below the field: a policy names it, or the field holds somebody.
    fn holds_more(&self) -> bool {
        let is_holder =
            |name: &str| self.set.is_person(name) || HOLDERS.iter().any(|holder| name.eq_ignore_ascii_case(holder));
        let is_element = |step: &&PatternStep| matches!(step, PatternStep::Index(_) | PatternStep::AnyIndex);
        let last = self.path.iter().rev().find(|step| !is_element(step));
        let named = || {
            let entries = self.documents.iter().flat_map(|document| &document.fields).map(|field| &field.pattern.value);
            let entries = entries.filter(|pattern| pattern.part == self.part).map(|pattern| &pattern.steps);
            let schemas = self.documents.iter().filter_map(|document| document.schema.as_ref());
            let declared = schemas.filter(|_| self.part == RecordPart::Value).flat_map(|schema| &schema.properties);
            let mut all = entries.chain(declared);
            all.any(|steps| steps.len() > self.path.len() && steps.starts_with(&self.path))
        };
        match last {
            Some(PatternStep::Key(name)) => is_holder(name) || named(),
            Some(_) => named(),
            None => false,
        }
    }
}

/// Gives the step that two steps both are.
fn both<'s>(one: &'s PatternStep, other: &'s PatternStep) -> Option<&'s PatternStep> {
    match (one, other) {
        (PatternStep::AnyKey, PatternStep::Key(_)) | (PatternStep::AnyIndex, PatternStep::Index(_)) => Some(other),
        (PatternStep::Key(_), PatternStep::AnyKey) | (PatternStep::Index(_), PatternStep::AnyIndex) => Some(one),
        _ => (one == other).then_some(one),
    }
}
