//! What the policy's schema says that fields hold, walked in step with a record.

use crate::format::{FieldType, Misfit, TypeFit};
use crate::model::{Shape, Step};
use crate::policy::document::SchemaDoc;
use crate::policy::pattern::PatternStep;
use std::collections::HashMap;

/// A place of the schema in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeclaredId(u32);

/// The schema as a tree; nothing where there is none.
#[derive(Debug, Default)]
pub(in crate::policy) struct Declared {
    places: Vec<Place>,
}

/// One place of a schema.
#[derive(Debug, Default)]
struct Place {
    holds: Option<FieldType>,
    /// `properties`.
    members: HashMap<String, DeclaredId>,
    /// `additionalProperties`.
    others: Option<DeclaredId>,
    /// `items`.
    elements: Option<DeclaredId>,
}

impl Declared {
    /// The place of the record's value.
    const ROOT: DeclaredId = DeclaredId(0);

    pub(in crate::policy) fn of(schema: &SchemaDoc) -> Self {
        let mut declared = Self { places: vec![Place::default()] };
        // A member of which nothing is said is none of the others.
        for steps in &schema.properties {
            declared.place(steps);
        }
        for field in &schema.fields {
            let at = declared.place(&field.steps);
            if let Some(place) = declared.get_mut(at) {
                place.holds = Some(field.declared.clone());
            }
        }
        declared
    }

    /// Tells whether there is a schema.
    pub(in crate::policy) const fn is_there(&self) -> bool {
        !self.places.is_empty()
    }

    /// Gives the place of the record's value.
    pub(in crate::policy) fn root(&self) -> Option<DeclaredId> {
        self.is_there().then_some(Self::ROOT)
    }

    /// Gives the place one step down. A text inside a text is held as the outer one.
    pub(in crate::policy) fn below(&self, at: DeclaredId, step: Step<'_>) -> Option<DeclaredId> {
        let place = self.get(at)?;
        match step {
            Step::Key(name) => place.members.get(name).copied().or(place.others),
            Step::Index(_) => place.elements,
            Step::Inside(_) => Some(at),
        }
    }

    /// Gives why `new` may not stand at a place, in a format that has this idea of types; none where it may.
    pub(in crate::policy) fn misfit(&self, at: DeclaredId, new: &Shape, fit: &dyn TypeFit) -> Option<Misfit> {
        fit.misfit(self.get(at)?.holds.as_ref()?, new)
    }

    /// Tells whether the schema spells a member's name out somewhere.
    pub(in crate::policy) fn names(&self, name: &str) -> bool {
        self.places.iter().any(|place| place.members.contains_key(name))
    }

    fn get(&self, at: DeclaredId) -> Option<&Place> {
        self.places.get(usize::try_from(at.0).ok()?)
    }

    fn get_mut(&mut self, at: DeclaredId) -> Option<&mut Place> {
        self.places.get_mut(usize::try_from(at.0).ok()?)
    }

    /// Gives the place of a path, which is made where it is new.
    fn place(&mut self, steps: &[PatternStep]) -> DeclaredId {
        let mut at = Self::ROOT;
        for step in steps {
            let new = DeclaredId(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
            let Some(place) = self.get_mut(at) else { return at };
            at = match step {
                PatternStep::Key(name) => *place.members.entry(name.clone()).or_insert(new),
                PatternStep::AnyKey => *place.others.get_or_insert(new),
                // A schema has no other steps.
                PatternStep::AnyIndex | PatternStep::Index(_) | PatternStep::Deep | PatternStep::Inside(_) => {
                    *place.elements.get_or_insert(new)
                }
            };
            if at == new {
                self.places.push(Place::default());
            }
        }
        at
    }
}
