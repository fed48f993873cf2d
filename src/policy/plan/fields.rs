//! The field entries of a plan, and the fields that its operators watch.

use super::{Treatment, WatchId};
use crate::policy::deny::DenyId;
use crate::policy::pattern::{Pattern, PatternStep, Precision, RecordPart};

/// The field entries and what fields get that nobody named.
#[derive(Debug)]
pub(in crate::policy) struct Fields {
    /// Ordered by rank: of two that name the same place, the earlier decides.
    pub(in crate::policy) entries: Vec<FieldEntry>,
    /// Fields whose texts operators want to know; they decide nothing.
    pub(in crate::policy) watched: Vec<Pattern>,
    /// Fields to which deny lists are bound; they decide nothing either.
    pub(in crate::policy) denied: Vec<Pattern>,
    pub(in crate::policy) unknown: Treatment,
    pub(in crate::policy) unknown_key: Treatment,
}

/// One field entry.
#[derive(Debug)]
pub(in crate::policy) struct FieldEntry {
    pub(in crate::policy) pattern: Pattern,
    pub(in crate::policy) precision: Precision,
    pub(in crate::policy) treatment: Treatment,
}

impl Fields {
    /// Orders entries by rank; of equal rank, the policy's earlier line decides.
    pub(in crate::policy) fn new(
        entries: impl IntoIterator<Item = (Pattern, Treatment)>,
        unknown: Treatment,
        unknown_key: Treatment,
    ) -> Self {
        let mut entries: Vec<FieldEntry> = entries
            .into_iter()
            .map(|(pattern, treatment)| FieldEntry { precision: pattern.precision(), pattern, treatment })
            .collect();
        entries.sort_by_cached_key(|entry| std::cmp::Reverse(entry.pattern.rank()));
        Self { entries, watched: Vec::new(), denied: Vec::new(), unknown, unknown_key }
    }

    /// Gives every pattern with its place: those of the entries, those that are watched, those of deny lists.
    pub(in crate::policy) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.entries.iter().map(|entry| &entry.pattern).chain(&self.watched).chain(&self.denied)
    }

    /// Gives the steps of the pattern at a place.
    pub(in crate::policy) fn steps(&self, place: usize) -> &[PatternStep] {
        let after = place.checked_sub(self.entries.len());
        let pattern = match after {
            None => self.entries.get(place).map(|entry| &entry.pattern),
            Some(after) => self.watched.iter().chain(&self.denied).nth(after),
        };
        pattern.map_or(&[], |pattern| pattern.steps.as_slice())
    }

    /// Tells whether the pattern at a place is an entry's own, which decides.
    pub(in crate::policy) fn decides(&self, place: usize) -> bool {
        place < self.entries.len()
    }

    /// Tells whether the pattern at a place is one that is watched.
    pub(in crate::policy) fn watch(&self, place: usize) -> Option<WatchId> {
        let watch = place.checked_sub(self.entries.len()).filter(|watch| *watch < self.watched.len())?;
        u16::try_from(watch).ok().map(WatchId)
    }

    /// Tells whether the pattern at a place is one to which deny lists are bound.
    pub(in crate::policy) fn deny(&self, place: usize) -> Option<DenyId> {
        let deny = place.checked_sub(self.entries.len() + self.watched.len())?;
        u16::try_from(deny).ok().map(DenyId)
    }

    /// What a part of the record gets where nobody named it.
    pub(in crate::policy) const fn unknown(&self, part: RecordPart) -> Treatment {
        match part {
            RecordPart::Value | RecordPart::Headers => self.unknown,
            RecordPart::Key => self.unknown_key,
        }
    }
}
