//! Which entity types are worth looking for.

use std::sync::Arc;

use super::{Country, RecognizerSet};
use crate::model::{EntityIndex, RecognizerIndex, Score};

/// A set of entity types, each with the score from which a finding is wanted, and the countries that are asked about.
///
/// What cannot reach that score is not searched for; a finding below it is not returned. Clones share their memory, so
/// that they are compared at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityMask(Arc<Wants>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wants {
    /// By entity type: the lowest score wanted; none where the type is not wanted at all.
    floors: Vec<Option<Score>>,
    /// By recognizer; none where every country is asked about.
    homes: Option<Vec<Home>>,
    tagger: TaggerUse,
}

/// Whether free text is read by the tagger, and how readily it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TaggerUse {
    /// Nothing is found by it.
    Off,
    /// It finds what is likely.
    #[default]
    Balanced,
    /// It finds more, and more that is none.
    High,
}

impl TaggerUse {
    /// Names and values, as policies and the command line write them.
    pub const NAMED: [(&str, Self); 3] = [("off", Self::Off), ("balanced", Self::Balanced), ("high", Self::High)];

    /// Gives the value of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Gives the name.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| *name)
    }
}

/// What a recognizer's country is to those that are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// It is one of them, or it has none.
    Among,
    /// It is the only one.
    Only,
    /// It is another: a finding needs a context word of its own.
    Foreign,
}

impl EntityMask {
    /// Makes a mask that wants nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a mask that wants every finding of every entity type of the set, however low its score.
    pub fn all(set: &RecognizerSet) -> Self {
        let floors = vec![Some(Score::ZERO); set.entities().len()];
        Self(Arc::new(Wants { floors, ..Wants::default() }))
    }

    /// Wants the tagger used so.
    #[must_use]
    pub fn with_tagger(mut self, tagger: TaggerUse) -> Self {
        Arc::make_mut(&mut self.0).tagger = tagger;
        self
    }

    /// Tells how the tagger is used.
    pub fn tagger(&self) -> TaggerUse {
        self.0.tagger
    }

    /// Wants every finding of the entity type, however low its score.
    pub fn insert(&mut self, entity: EntityIndex) {
        self.insert_from(entity, Score::ZERO);
    }

    /// Wants the entity type's findings from this score up, or from the lower score it was wanted from already.
    pub fn insert_from(&mut self, entity: EntityIndex, floor: Score) {
        let at = usize::from(entity.0);
        let floors = &mut Arc::make_mut(&mut self.0).floors;
        if floors.len() <= at {
            floors.resize(at + 1, None);
        }
        if let Some(slot) = floors.get_mut(at) {
            *slot = Some(slot.map_or(floor, |old| old.min(floor)));
        }
    }

    /// Asks about these countries only: recognizers of others find where context speaks for them, and where it is one
    /// country, what its validators accept needs no other context.
    pub fn ask_about(&mut self, regions: &[Country], set: &RecognizerSet) {
        let home = |country: Option<Country>| match (country, regions) {
            (None, _) => Home::Among,
            (Some(country), [only]) if country == *only => Home::Only,
            (Some(country), _) if regions.contains(&country) => Home::Among,
            (Some(_), _) => Home::Foreign,
        };
        Arc::make_mut(&mut self.0).homes = Some(set.recognizers().iter().map(|info| home(info.country)).collect());
    }

    /// Tells whether only some countries are asked about.
    pub(super) fn asks(&self) -> bool {
        self.0.homes.is_some()
    }

    /// Tells what the recognizer's country is to those that are asked about.
    pub(super) fn home(&self, recognizer: RecognizerIndex) -> Home {
        self.0.homes.as_ref().and_then(|homes| homes.get(usize::from(recognizer.0))).copied().unwrap_or(Home::Among)
    }

    /// Tells whether the entity type is wanted.
    pub fn contains(&self, entity: EntityIndex) -> bool {
        self.floor(entity).is_some()
    }

    /// Gives the score from which the entity type is wanted.
    pub fn floor(&self, entity: EntityIndex) -> Option<Score> {
        self.0.floors.get(usize::from(entity.0)).copied().flatten()
    }

    /// Tells whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        self.0.floors.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_lowest_floor() {
        let mut mask = EntityMask::new();
        assert!(mask.is_empty() && !mask.contains(EntityIndex(3)));
        mask.insert_from(EntityIndex(3), Score::from_thousandths(400));
        mask.insert_from(EntityIndex(3), Score::from_thousandths(600));
        assert_eq!(mask.floor(EntityIndex(3)), Some(Score::from_thousandths(400)));
        mask.insert(EntityIndex(3));
        assert_eq!(mask.floor(EntityIndex(3)), Some(Score::ZERO));
        assert!(!mask.contains(EntityIndex(2)) && !mask.contains(EntityIndex(4)) && !mask.is_empty());
    }
}
