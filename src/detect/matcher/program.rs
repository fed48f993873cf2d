//! Patterns as one automaton without empty steps: which bytes may come at a place, and which places may come after.
//!
//! Made from the regex engine's own program of each pattern, so that a pattern means here what it means there.

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;

/// Places of all patterns together; 160 recognizers have under 40,000.
const PLACES_MAX: usize = 1 << 20;
/// Entries of all lists together.
const MEMBERS_MAX: usize = 1 << 22;

/// The places of all patterns, numbered from 0, and the steps between them.
#[derive(Debug, Default)]
pub(super) struct Program {
    places: Vec<Place>,
    steps: Vec<Step>,
    /// The end of each list of places in `members`; the first list begins at 0.
    lists: Vec<u32>,
    members: Vec<u32>,
    /// By pattern: the list that a match begins with.
    starts: Vec<u32>,
    /// By pattern: where what belongs to it ends.
    ends: Vec<Extent>,
}

/// How many places, steps, lists and members there are. Those of one pattern stand together.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    places: usize,
    steps: usize,
    lists: usize,
    members: usize,
}

/// Where a match under way may stand: before one more byte, or behind its last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    first_step: u32,
    last_step: u32,
    pub(super) pattern: u32,
    pub(super) end: End,
}

/// Whether a match ends at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Open,
    Match,
}

/// What a byte leads to.
#[derive(Debug, Clone, Copy)]
struct Step {
    low: u8,
    high: u8,
    list: u32,
}

impl Program {
    /// Adds one pattern.
    ///
    /// # Errors
    /// Where all patterns together have too many places.
    pub(super) fn add(&mut self, nfa: &NFA) -> Result<(), String> {
        let mut adding = Adding {
            nfa,
            pattern: number(self.starts.len()),
            places: vec![None; nfa.states().len()],
            lists: vec![None; nfa.states().len()],
            reached: vec![None; nfa.states().len()],
            open: Vec::new(),
            program: self,
        };
        let start = adding.list(nfa.start_anchored());
        while let Some(state) = adding.open.pop() {
            adding.fill(state);
            if adding.program.places.len() > PLACES_MAX || adding.program.members.len() > MEMBERS_MAX {
                return Err("the patterns are too large together".into());
            }
        }
        self.starts.push(start);
        self.ends.push(self.extent());
        Ok(())
    }

    /// Makes the program of some of the patterns, in this order.
    pub(super) fn of(&self, patterns: &[usize]) -> Self {
        let mut some = Self::default();
        patterns.iter().for_each(|at| some.copy(self, *at));
        some
    }

    /// Adds a pattern of another program.
    fn copy(&mut self, other: &Self, at: usize) {
        let (Some(end), Some(start)) = (other.ends.get(at), other.starts.get(at)) else { return };
        let from = at.checked_sub(1).and_then(|before| other.ends.get(before)).copied().unwrap_or_default();
        let here = self.extent();
        let pattern = number(self.starts.len());
        let moved = |at: u32, from: usize, here: usize| number(index(at) - from + here);
        let places = other.places.get(from.places..end.places).unwrap_or_default();
        self.places.extend(places.iter().map(|place| Place {
            first_step: moved(place.first_step, from.steps, here.steps),
            last_step: moved(place.last_step, from.steps, here.steps),
            pattern,
            end: place.end,
        }));
        let steps = other.steps.get(from.steps..end.steps).unwrap_or_default();
        self.steps.extend(steps.iter().map(|step| Step { list: moved(step.list, from.lists, here.lists), ..*step }));
        let lists = other.lists.get(from.lists..end.lists).unwrap_or_default();
        self.lists.extend(lists.iter().map(|list| moved(*list, from.members, here.members)));
        let members = other.members.get(from.members..end.members).unwrap_or_default();
        self.members.extend(members.iter().map(|place| moved(*place, from.places, here.places)));
        self.starts.push(moved(*start, from.lists, here.lists));
        self.ends.push(self.extent());
    }

    const fn extent(&self) -> Extent {
        let Self { places, steps, lists, members, .. } = self;
        Extent { places: places.len(), steps: steps.len(), lists: lists.len(), members: members.len() }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn place(&self, at: u32) -> Option<Place> {
        self.places.get(index(at)).copied()
    }

    /// Gives the places that a match of a pattern begins at.
    pub(super) fn start(&self, pattern: usize) -> &[u32] {
        self.starts.get(pattern).map_or(&[], |list| self.list(*list))
    }

    /// Calls `each` with every place that may come after `at` by this byte; some more than once.
    pub(super) fn follow(&self, at: u32, byte: u8, mut each: impl FnMut(u32)) {
        self.follow_where(at, |low, high| low <= byte && byte <= high, &mut each);
    }

    /// Calls `each` with every place that may come after `at` by a step whose bytes, the first and the last, are taken.
    pub(super) fn follow_where(&self, at: u32, takes: impl Fn(u8, u8) -> bool, mut each: impl FnMut(u32)) {
        for step in self.steps_of(at).iter().filter(|step| takes(step.low, step.high)) {
            self.list(step.list).iter().for_each(|place| each(*place));
        }
    }

    /// Calls `each` with the bytes of every step from a place: the first and the last.
    pub(super) fn bytes(&self, at: u32, mut each: impl FnMut(u8, u8)) {
        self.steps_of(at).iter().for_each(|step| each(step.low, step.high));
    }

    /// Calls `each` with every pattern whose matches may hold a byte; some more than once.
    pub(super) fn takes(&self, byte: u8, mut each: impl FnMut(usize)) {
        for (at, place) in self.places.iter().enumerate() {
            self.bytes(number(at), |low, high| {
                if low <= byte && byte <= high {
                    each(index(place.pattern));
                }
            });
        }
    }

    /// Numbers the bytes so that two have one number where no step tells them apart.
    pub(super) fn classes(&self) -> Box<[u8; 256]> {
        let mut ends = [false; 256];
        for step in &self.steps {
            for end in [step.low.checked_sub(1), Some(step.high)].into_iter().flatten() {
                if let Some(flag) = ends.get_mut(usize::from(end)) {
                    *flag = true;
                }
            }
        }
        let mut classes = Box::new([0; 256]);
        let mut class = 0_u8;
        for (slot, end) in classes.iter_mut().zip(ends) {
            *slot = class;
            class = class.wrapping_add(u8::from(end));
        }
        classes
    }

    fn steps_of(&self, at: u32) -> &[Step] {
        let Some(place) = self.place(at) else { return &[] };
        self.steps.get(index(place.first_step)..index(place.last_step)).unwrap_or_default()
    }

    fn list(&self, list: u32) -> &[u32] {
        let end = self.lists.get(index(list)).map_or(0, |end| index(*end));
        let start = index(list).checked_sub(1).and_then(|before| self.lists.get(before)).map_or(0, |end| index(*end));
        self.members.get(start..end).unwrap_or_default()
    }
}

/// One pattern on its way into the program.
struct Adding<'a> {
    nfa: &'a NFA,
    pattern: u32,
    /// By state: its place.
    places: Vec<Option<u32>>,
    /// By state: the list of places it reaches without a byte.
    lists: Vec<Option<u32>>,
    /// By state: the last for whose list it was reached.
    reached: Vec<Option<StateID>>,
    /// States whose place has no steps yet.
    open: Vec<StateID>,
    program: &'a mut Program,
}

impl Adding<'_> {
    /// Gives the list of places that a state reaches without a byte.
    fn list(&mut self, from: StateID) -> u32 {
        if let Some(known) = self.lists.get(from.as_usize()).copied().flatten() {
            return known;
        }
        let mut members = Vec::new();
        let mut seen = vec![from];
        if let Some(by) = self.reached.get_mut(from.as_usize()) {
            *by = Some(from);
        }
        let mut at = 0;
        while let Some(&state) = seen.get(at) {
            at += 1;
            let reached = &mut self.reached;
            let mut reach = |next: StateID| {
                if let Some(by) = reached.get_mut(next.as_usize()).filter(|by| **by != Some(from)) {
                    *by = Some(from);
                    seen.push(next);
                }
            };
            match self.nfa.state(state) {
                State::Union { alternates } => alternates.iter().for_each(|next| reach(*next)),
                State::BinaryUnion { alt1, alt2 } => [*alt1, *alt2].into_iter().for_each(reach),
                State::Capture { next, .. } | State::Look { next, .. } => reach(*next),
                State::Fail => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) | State::Match { .. } => {
                    members.push(self.place(state));
                }
            }
        }
        members.sort_unstable();
        self.program.members.extend(members);
        let list = number(self.program.lists.len());
        self.program.lists.push(number(self.program.members.len()));
        if let Some(slot) = self.lists.get_mut(from.as_usize()) {
            *slot = Some(list);
        }
        list
    }

    fn place(&mut self, state: StateID) -> u32 {
        if let Some(known) = self.places.get(state.as_usize()).copied().flatten() {
            return known;
        }
        let end = if let State::Match { .. } = self.nfa.state(state) { End::Match } else { End::Open };
        let place = number(self.program.places.len());
        self.program.places.push(Place { first_step: 0, last_step: 0, pattern: self.pattern, end });
        if let Some(slot) = self.places.get_mut(state.as_usize()) {
            *slot = Some(place);
        }
        self.open.push(state);
        place
    }

    /// Gives a state's place its steps.
    fn fill(&mut self, state: StateID) {
        let Some(place) = self.places.get(state.as_usize()).copied().flatten() else { return };
        let mut steps = Vec::new();
        match self.nfa.state(state) {
            State::ByteRange { trans } => steps.push((trans.start, trans.end, trans.next)),
            State::Sparse(sparse) => {
                steps.extend(sparse.transitions.iter().map(|trans| (trans.start, trans.end, trans.next)));
            }
            State::Dense(dense) => {
                steps.extend((0..=u8::MAX).zip(dense.transitions.iter()).map(|(byte, next)| (byte, byte, *next)));
                steps.retain(|(_, _, next)| *next != StateID::ZERO);
            }
            State::Match { .. }
            | State::Union { .. }
            | State::BinaryUnion { .. }
            | State::Capture { .. }
            | State::Look { .. }
            | State::Fail => {}
        }
        let steps: Vec<Step> =
            steps.into_iter().map(|(low, high, next)| Step { low, high, list: self.list(next) }).collect();
        let first_step = number(self.program.steps.len());
        self.program.steps.extend(steps);
        let last_step = number(self.program.steps.len());
        if let Some(slot) = self.program.places.get_mut(index(place)) {
            (slot.first_step, slot.last_step) = (first_step, last_step);
        }
    }
}

/// Numbers are far below 2^32: [`PLACES_MAX`] bounds the places, and each has few steps.
pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) const fn index(number: u32) -> usize {
    number as usize
}
