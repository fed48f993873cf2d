//! Labels beside values, `{"label": "Email", "value": …}`: the label's text is one more name of the value, whichever of
//! the two comes first. Where a label says something, the record is read once more.

use crate::detect::{FieldHint, Sibling};
use crate::model::Span;
use crate::policy::{NodeId, Paths, Plan};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

/// Bytes of a label: longer texts are no names.
const LABEL_MAX: usize = 64;
/// Hints that are kept from record to record.
const KEPT_MAX: usize = 4096;

/// An object of a record, the same each time the record is read, whatever is opened beside it: a keyed hash of the places
/// on the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Visit(u64);

/// Secrets that name objects, so that no record can be made in which two have one name.
#[derive(Debug)]
struct Keys {
    start: u64,
    factor: u64,
}

impl Default for Keys {
    fn default() -> Self {
        let random = RandomState::new();
        Self { start: random.hash_one(0), factor: random.hash_one(1) | 1 }
    }
}

/// The labels of one record, and what they say.
#[derive(Debug, Default)]
pub(super) struct Labels {
    keys: Keys,
    /// Steps taken at the record's top since it was begun.
    steps: usize,
    texts: String,
    labels: Vec<(Visit, NodeId, Span)>,
    values: Vec<Visit>,
    payloads: Vec<Visit>,
    signatures: Vec<Visit>,
    /// What is known of the values of an object.
    known: BTreeMap<Visit, FieldHint>,
    /// Objects whose payload is signed.
    signed: BTreeSet<Visit>,
    /// What labels say below a path, from earlier records; of one generation of paths.
    kept: HashMap<NodeId, HashMap<String, FieldHint>>,
    count: usize,
    generation: u64,
}

impl Labels {
    /// Begins a record.
    pub(super) fn restart(&mut self) {
        self.texts.clear();
        self.labels.clear();
        self.values.clear();
        self.payloads.clear();
        self.signatures.clear();
        self.known.clear();
        self.signed.clear();
        self.steps = 0;
    }

    /// Begins to read the record, for the first time or again.
    pub(super) fn again(&mut self) {
        self.steps = 0;
    }

    /// Gives the place of the next step at the record's top.
    pub(super) fn top(&mut self) -> usize {
        self.steps += 1;
        self.steps
    }

    /// Names an object by the places on the way to it.
    pub(super) fn visit(&self, places: impl Iterator<Item = usize>) -> Visit {
        let Keys { start, factor } = self.keys;
        Visit(places.fold(start, |sum, place| {
            let product = u128::from(sum ^ place as u64) * u128::from(factor);
            #[expect(clippy::cast_possible_truncation, reason = "its two halves are joined")]
            let (low, high) = (product as u64, (product >> 64) as u64);
            low ^ high
        }))
    }

    /// Notes a label or a value of an object.
    pub(super) fn meet(&mut self, sibling: Sibling, (object, node): (Visit, NodeId), text: &str) {
        match sibling {
            Sibling::None => {}
            Sibling::Value => self.values.push(object),
            Sibling::Payload => self.payloads.push(object),
            Sibling::Signature => self.signatures.push(object),
            Sibling::Label if text.len() > LABEL_MAX => {}
            Sibling::Label => {
                let start = self.texts.len();
                self.texts.push_str(text);
                self.labels.push((object, node, Span::new(start, self.texts.len())));
            }
        }
    }

    /// Gives what the label beside a value says of it.
    pub(super) fn of(&self, object: Visit) -> Option<&FieldHint> {
        self.known.get(&object)
    }

    /// Tells whether the payload of an object is signed, so that nothing in it may be changed.
    pub(super) fn is_signed(&self, object: Visit) -> bool {
        self.signed.contains(&object)
    }

    /// Reads what stands beside values and payloads; tells whether it says something.
    pub(super) fn settle(&mut self, plan: &Plan, paths: &Paths) -> bool {
        if !self.payloads.is_empty() {
            self.signatures.sort_unstable();
            let is_signed = |object: &&Visit| self.signatures.binary_search(object).is_ok();
            self.signed.extend(self.payloads.iter().filter(is_signed));
        }
        self.read_labels(plan, paths);
        !self.known.is_empty() || !self.signed.is_empty()
    }

    fn read_labels(&mut self, plan: &Plan, paths: &Paths) {
        if self.values.is_empty() || self.labels.is_empty() {
            return;
        }
        if self.generation != paths.generation() || self.count > KEPT_MAX {
            self.generation = paths.generation();
            self.kept.clear();
            self.count = 0;
        }
        let Self { texts, labels, values, known, kept, count, .. } = self;
        values.sort_unstable();
        for (object, node, label) in labels.iter().filter(|(object, ..)| values.binary_search(object).is_ok()) {
            let label = label.of(texts);
            let below = kept.entry(*node).or_default();
            if !below.contains_key(label) {
                below.insert(label.to_owned(), paths.labelled(plan, *node, label));
                *count += 1;
            }
            let Some(hint) = below.get(label).filter(|hint| **hint != FieldHint::default()) else { continue };
            // A label that is proof before one that is context only.
            let better = known.get(object).is_none_or(|old| old.typed().is_none() && hint.typed().is_some());
            if better {
                known.insert(*object, hint.clone());
            }
        }
    }
}
