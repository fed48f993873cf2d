//! Where long walks have been, so that none goes again where an earlier one found nothing.
//!
//! A text can be made so that a long walk begins every few bytes (`eyJ-eyJ-eyJ-…`). Two walks that meet in one state go
//! the same way from there on. So each long walk leaves marks, and one that comes to a mark in its state goes on at the
//! last mark of the trail: nothing ended on the way.

use std::collections::VecDeque;

use super::automaton::StartId;

/// Bytes between two marks: walks that end before the first, as nearly all do, cost nothing more.
pub(super) const STRIDE: usize = 32;
/// Trails that are kept: starts of so many kinds may take turns.
const TRAILS_MAX: usize = 8;

/// The trails of one text. Bound to the states of one cache, too.
#[derive(Debug, Default)]
pub(super) struct Trails {
    kept: Vec<(StartId, Trail)>,
    oldest: usize,
    /// That of the walk under way.
    own: Trail,
    /// The cache's age when the trails were made: states mean nothing in a cache that was begun anew.
    age: u64,
}

/// What ended on a piece of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Nothing,
    /// What counts only for walks that begin at this place or further right.
    Spared(usize),
    Ending,
}

impl Met {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Ending, _) | (_, Self::Ending) => Self::Ending,
            (Self::Spared(one), Self::Spared(other)) => Self::Spared(one.min(other)),
            (Self::Spared(until), Self::Nothing) | (Self::Nothing, Self::Spared(until)) => Self::Spared(until),
            (Self::Nothing, Self::Nothing) => Self::Nothing,
        }
    }
}

/// Marks at multiples of [`STRIDE`], one behind the other, with nothing in between that counts.
#[derive(Debug)]
struct Trail {
    first: usize,
    states: VecDeque<u16>,
    /// Only walks that begin before this may follow: what ends on the way is spared for them.
    until: usize,
}

impl Default for Trail {
    fn default() -> Self {
        Self { first: 0, states: VecDeque::new(), until: usize::MAX }
    }
}

impl Trails {
    /// Forgets all: another text is read.
    pub(super) fn restart(&mut self) {
        self.kept.clear();
        self.oldest = 0;
        self.own.clear();
    }

    /// Notes what ended since the last mark, in a cache of this age.
    pub(super) fn met(&mut self, start: StartId, met: Met, age: u64) {
        if self.age != age {
            self.restart();
            self.age = age;
        }
        match met {
            Met::Nothing => {}
            Met::Spared(until) => self.own.until = self.own.until.min(until),
            Met::Ending => self.close(start),
        }
        if self.own.states.is_empty() {
            self.own.clear();
        }
    }

    /// Leaves a mark; gives the mark to go on at: this one, or the last of a trail, where an earlier walk came here in
    /// this state.
    ///
    /// The earlier walk began further left, so that whatever pattern reaches its longest match on the way reached it
    /// there already, and is gone from the states that both have.
    pub(super) fn mark(&mut self, walk: (StartId, usize), at: usize, state: u16) -> (usize, u16) {
        let (start, begin) = walk;
        let known = self.kept.iter_mut().find(|(kind, _)| *kind == start);
        if self.own.states.is_empty()
            && let Some((_, trail)) = known
            && begin < trail.until
            && trail.leads_from(at, state)
        {
            self.own = std::mem::take(trail);
            return (self.own.last(), self.own.states.back().copied().unwrap_or(state));
        }
        self.own.push(at, state);
        (at, state)
    }

    /// Closes the trail of the walk under way: something counts here, or goes no further.
    pub(super) fn close(&mut self, start: StartId) {
        if self.own.states.len() > 1 {
            let own = std::mem::take(&mut self.own);
            let known = self.kept.iter().position(|(kind, _)| *kind == start);
            let place = known.unwrap_or_else(|| {
                self.oldest = (self.oldest + 1) % TRAILS_MAX;
                self.oldest
            });
            match self.kept.get_mut(place) {
                Some(slot) => *slot = (start, own),
                None => self.kept.push((start, own)),
            }
        }
        self.own.clear();
    }
}

impl Trail {
    fn clear(&mut self) {
        self.states.clear();
        self.until = usize::MAX;
    }

    fn last(&self) -> usize {
        self.first + self.states.len().saturating_sub(1) * STRIDE
    }

    fn push(&mut self, at: usize, state: u16) {
        if self.states.is_empty() {
            self.first = at;
        }
        debug_assert!(self.states.is_empty() || at == self.last() + STRIDE, "marks stand one behind the other");
        self.states.push_back(state);
    }

    /// Tells whether it has this mark; what lies before is dropped then, for no walk will come there again.
    fn leads_from(&mut self, at: usize, state: u16) -> bool {
        let Some(place) = at.checked_sub(self.first).map(|bytes| bytes / STRIDE) else { return false };
        if self.states.get(place) != Some(&state) {
            return false;
        }
        self.states.drain(..place);
        self.first = at;
        true
    }
}
