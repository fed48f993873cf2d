//! The field entries of a plan, walked in step with a record.
//!
//! Each field path that records have becomes a node once, with everything that is to be known of it; after that a step
//! costs one comparison of names. The nodes live in the caller's scratch, belong to one plan and are bounded.

mod cover;
mod held;

use super::deny::DenyId;
use super::pattern::{PatternStep, RecordPart};
use super::plan::{DeclaredId, Fields, Plan, Treatment, WatchId};
use crate::detect::{FieldHint, Sibling};
use crate::model::{Coding, Step, same};
use cover::{covering, treatment};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// A node's place in its [`Paths`]; valid until [`Paths::generation`] changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// Gives the node's place in the cache; none for what stands beyond its limit.
    pub fn place(self) -> Option<usize> {
        if self == BEYOND { None } else { usize::try_from(self.0).ok() }
    }
}

/// What a plan says of one field path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathNode {
    /// What happens to the field.
    pub treatment: Treatment,
    /// What the field's names say of its values; only where it is scanned.
    pub hint: FieldHint,
    /// Whether the policy spells out the name of the last step.
    pub named: Named,
    /// Whether an entry can still give something below another treatment.
    pub below: Below,
    /// Which part of the record it stands in.
    pub part: RecordPart,
    /// Whether operators elsewhere in the record want to know its text.
    pub watch: Option<WatchId>,
    /// The paths of deny lists that it stands at or below.
    pub denied: Vec<DenyId>,
    /// What it can be to its siblings.
    pub sibling: Sibling,
    /// What the policy's schema says that it holds; of a text inside a text, what the outer one does.
    pub declared: Option<DeclaredId>,
}

impl PathNode {
    /// Tells whether all that happens to a field is that its values are searched, each by itself: nothing elsewhere in
    /// the record has a say, or asks for them.
    pub fn is_plain(&self) -> bool {
        self.treatment.is_scanned()
            && self.part == RecordPart::Value
            && self.watch.is_none()
            && self.sibling == Sibling::None
    }
}

/// Whether the policy spells a step's name out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// It does; the name is the policy's own and may be shown.
    Yes,
    /// It does not; the name is the record's.
    No,
}

/// Whether the policy names something below a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Below {
    /// It does, and treats it differently: a container is walked into.
    Named,
    /// It does not: a container may be treated as one.
    Nothing,
}

/// How many nodes are kept from one batch to the next, some three hundred bytes of each: records have hundreds of paths.
const KEPT_MAX: usize = 8192;
/// How many nodes there may be at all: more distinct paths than fit into one batch of 16 MiB.
const NODES_MAX: usize = 4_194_304;
/// How many field names make a hint.
const HINT_NAMES: usize = 4;

const ROOT: NodeId = NodeId(0);
const KEY_ROOT: NodeId = NodeId(1);
const HEADERS_ROOT: NodeId = NodeId(2);
/// Stands for every path beyond the limit; its records are refused.
const BEYOND: NodeId = NodeId(u32::MAX);
/// No node.
const NONE: u32 = u32::MAX;

/// The paths of one plan that were met so far.
#[derive(Debug)]
pub struct Paths {
    plan: Option<Arc<()>>,
    generation: u64,
    /// What a step looks at, by node.
    slots: Vec<Slot>,
    /// What the plan says, by node.
    nodes: Vec<PathNode>,
    /// The names of all edges, one after another.
    names: String,
    /// Open addressing over slots, by parent and edge; a power of two, at most half full.
    table: Vec<u32>,
    hasher: RandomState,
    sets: Vec<StateSet>,
    set_ids: HashMap<Arc<[State]>, u32>,
    beyond: PathNode,
}

/// What a step looks at: small, so that the slots of a record's paths stay in the nearest cache.
#[derive(Debug)]
struct Slot {
    parent: u32,
    edge: Edge,
    set: u32,
    /// The entry that covers it.
    cover: Option<u16>,
    spelled: Spelled,
    /// The child that was entered last.
    cursor: u32,
    /// The sibling that was entered after it the last time: most records have their members in one order.
    next: u32,
}

/// What leads from a node to its child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Root,
    /// A name: where it stands in the names.
    Key(u32, u32),
    /// An element that some entry names by its place.
    Index(usize),
    /// Any other element.
    Element,
    /// The text inside a text.
    Inside(Coding),
}

/// Whether JSON can spell a name without an escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelled {
    /// As it reads.
    Plain,
    /// With an escape only; or it is no name.
    Escaped,
}

impl Spelled {
    fn of(name: &str) -> Self {
        let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
        if name.bytes().all(plain) { Self::Plain } else { Self::Escaped }
    }
}

/// A place in an entry's pattern: so many of its steps have been walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    entry: u16,
    walked: u16,
}

/// Every place that the entries are in at a node.
#[derive(Debug)]
struct StateSet {
    states: Arc<[State]>,
    /// The array places that an entry names next.
    indexes: Vec<usize>,
}

impl Default for Paths {
    fn default() -> Self {
        let beyond = PathNode {
            treatment: Treatment::Refuse,
            hint: FieldHint::default(),
            named: Named::No,
            below: Below::Nothing,
            part: RecordPart::Value,
            watch: None,
            denied: Vec::new(),
            sibling: Sibling::None,
            declared: None,
        };
        Self {
            plan: None,
            generation: 0,
            slots: Vec::new(),
            nodes: Vec::new(),
            names: String::new(),
            table: Vec::new(),
            hasher: RandomState::new(),
            sets: Vec::new(),
            set_ids: HashMap::new(),
            beyond,
        }
    }
}

impl Paths {
    /// Makes ready for a batch under this plan. Forgets all nodes where they belong to another plan, or are too many.
    pub fn bind(&mut self, plan: &Plan) {
        if self.are_of(plan) && self.slots.len() <= KEPT_MAX {
            return;
        }
        let hasher = std::mem::take(&mut self.hasher);
        let generation = self.generation.wrapping_add(1);
        *self = Self { plan: Some(Arc::clone(&plan.identity)), generation, hasher, ..Self::default() };
        self.grow();
        for part in [RecordPart::Value, RecordPart::Key, RecordPart::Headers] {
            let starts = plan.fields.patterns().enumerate().filter(|(_, pattern)| pattern.part == part);
            let states =
                starts.filter_map(|(at, _)| Some(State { entry: u16::try_from(at).ok()?, walked: 0 })).collect();
            let set = self.intern(&plan.fields, states);
            self.create(plan, NONE, Edge::Root, set, None, Named::Yes, part);
        }
    }

    /// Tells whether the nodes are those of this plan.
    pub fn are_of(&self, plan: &Plan) -> bool {
        self.plan.as_ref().is_some_and(|known| Arc::ptr_eq(known, &plan.identity))
    }

    /// Gives how many nodes there are.
    pub const fn count(&self) -> usize {
        self.slots.len()
    }

    /// Changes whenever node ids are handed out anew, which only [`Paths::bind`] does.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Gives the node of a record's value.
    pub const fn root(&self) -> NodeId {
        ROOT
    }

    /// Gives the node of a record's key.
    pub const fn key(&self) -> NodeId {
        KEY_ROOT
    }

    /// Gives the node of a header.
    pub fn header(&mut self, plan: &Plan, name: &str) -> NodeId {
        self.enter(plan, HEADERS_ROOT, Step::Key(name))
    }

    /// Gives what the plan says of a node; of one that is not known, that its record is refused.
    pub fn node(&self, id: NodeId) -> &PathNode {
        id.place().and_then(|place| self.nodes.get(place)).unwrap_or(&self.beyond)
    }

    /// Gives the name of the last step to a node; none where that is no name, or the node is not known.
    pub fn name_of(&self, id: NodeId) -> Option<&str> {
        match self.slot(id.0)?.edge {
            Edge::Key(start, end) => Some(self.name(start, end)),
            Edge::Root | Edge::Index(_) | Edge::Element | Edge::Inside(_) => None,
        }
    }

    /// Takes the step down that was taken at this point the last time, where `spelled` begins with its name and a
    /// closing quote: most records have the members of most others, in the same order. Gives the name's length, too.
    pub fn enter_again(&mut self, at: NodeId, spelled: &[u8]) -> Option<(NodeId, usize)> {
        let cursor = self.slot(at.0)?.cursor;
        let expected = self.slot(cursor)?.next;
        let slot = self.slot(expected).filter(|slot| slot.parent == at.0)?;
        let (Edge::Key(start, end), Spelled::Plain) = (slot.edge, slot.spelled) else { return None };
        let name = self.name(start, end).as_bytes();
        let is_it = spelled.get(name.len()) == Some(&b'"') && same(name, spelled.get(..name.len())?);
        let len = name.len();
        is_it.then(|| {
            self.entered(at.0, cursor, expected);
            (NodeId(expected), len)
        })
    }

    /// Takes a step down. Costs no allocation where the step was taken before.
    pub fn enter(&mut self, plan: &Plan, at: NodeId, step: Step<'_>) -> NodeId {
        let Some(parent) = self.slot(at.0) else { return BEYOND };
        let (cursor, set, cover) = (parent.cursor, parent.set, parent.cover);
        let expected = self.slot(cursor).map_or(NONE, |last| last.next);
        if self.is(expected, at.0, set, step) {
            return self.entered(at.0, cursor, expected);
        }
        let hash = self.hash(at.0, set, step);
        if let Some(known) = self.find(hash, at.0, set, step) {
            return self.entered(at.0, cursor, known);
        }
        if self.slots.len() >= NODES_MAX {
            return BEYOND;
        }
        let (next, named) = self.walk(&plan.fields, set, step);
        let next = self.intern(&plan.fields, next);
        let Some(edge) = self.edge(set, step) else { return BEYOND };
        let part = self.node(at).part;
        let made = self.create(plan, at.0, edge, next, cover, named, part);
        self.insert(hash, made);
        self.entered(at.0, cursor, made)
    }

    fn slot(&self, id: u32) -> Option<&Slot> {
        self.slots.get(usize::try_from(id).ok()?)
    }

    fn slot_mut(&mut self, id: u32) -> Option<&mut Slot> {
        self.slots.get_mut(usize::try_from(id).ok()?)
    }

    fn set(&self, id: u32) -> Option<&StateSet> {
        self.sets.get(usize::try_from(id).ok()?)
    }

    /// Remembers that `child` was entered after `cursor`.
    fn entered(&mut self, parent: u32, cursor: u32, child: u32) -> NodeId {
        if let Some(last) = self.slot_mut(cursor)
            && last.next != child
        {
            last.next = child;
        }
        if let Some(parent) = self.slot_mut(parent) {
            parent.cursor = child;
        }
        NodeId(child)
    }

    /// Tells whether a node is the child of `parent` by this step; `set` is the parent's.
    fn is(&self, id: u32, parent: u32, set: u32, step: Step<'_>) -> bool {
        let Some(slot) = self.slot(id) else { return false };
        slot.parent == parent
            && match (slot.edge, step) {
                (Edge::Key(start, end), Step::Key(name)) => same(self.name(start, end).as_bytes(), name.as_bytes()),
                (Edge::Index(place), Step::Index(index)) => place == index,
                (Edge::Element, Step::Index(index)) => !self.names_index(set, index),
                (Edge::Inside(one), Step::Inside(other)) => one == other,
                (Edge::Root | Edge::Key(..) | Edge::Index(_) | Edge::Element | Edge::Inside(_), _) => false,
            }
    }

    fn name(&self, start: u32, end: u32) -> &str {
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        range.and_then(|(start, end)| self.names.get(start..end)).unwrap_or_default()
    }

    fn names_index(&self, set: u32, index: usize) -> bool {
        self.set(set).is_some_and(|set| set.indexes.contains(&index))
    }

    /// Keeps a step as an edge; none where the names are more than can be counted.
    fn edge(&mut self, set: u32, step: Step<'_>) -> Option<Edge> {
        Some(match step {
            Step::Index(index) if self.names_index(set, index) => Edge::Index(index),
            Step::Index(_) => Edge::Element,
            Step::Inside(coding) => Edge::Inside(coding),
            Step::Key(name) => {
                let start = u32::try_from(self.names.len()).ok()?;
                let end = u32::try_from(self.names.len() + name.len()).ok()?;
                self.names.push_str(name);
                Edge::Key(start, end)
            }
        })
    }

    fn hash(&self, parent: u32, set: u32, step: Step<'_>) -> u64 {
        match step {
            Step::Key(name) => self.hasher.hash_one((parent, name)),
            Step::Index(index) if self.names_index(set, index) => self.hasher.hash_one((parent, index)),
            Step::Index(_) => self.hasher.hash_one((parent, usize::MAX)),
            Step::Inside(coding) => self.hasher.hash_one((parent, coding)),
        }
    }

    /// Gives the table's places for a hash, in the order in which they are tried.
    fn places(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.table.len().saturating_sub(1);
        #[expect(clippy::cast_possible_truncation, reason = "only its lower bits choose the place")]
        let start = hash as usize;
        (0..=mask).map(move |by| start.wrapping_add(by) & mask)
    }

    fn find(&self, hash: u64, parent: u32, set: u32, step: Step<'_>) -> Option<u32> {
        for place in self.places(hash) {
            let id = *self.table.get(place)?;
            if id == NONE {
                return None;
            }
            if self.is(id, parent, set, step) {
                return Some(id);
            }
        }
        None
    }

    fn insert(&mut self, hash: u64, id: u32) {
        let free = self.places(hash).find(|&place| self.table.get(place) == Some(&NONE));
        if let Some(entry) = free.and_then(|place| self.table.get_mut(place)) {
            *entry = id;
        }
        if self.slots.len() * 2 > self.table.len() {
            self.grow();
        }
    }

    /// Makes the table twice as large.
    fn grow(&mut self) {
        self.table = vec![NONE; (self.table.len() * 2).max(256)];
        for id in 0..u32::try_from(self.slots.len()).unwrap_or(NONE) {
            let Some(slot) = self.slot(id) else { continue };
            let hash = match slot.edge {
                Edge::Root => continue,
                Edge::Key(start, end) => self.hasher.hash_one((slot.parent, self.name(start, end))),
                Edge::Index(index) => self.hasher.hash_one((slot.parent, index)),
                Edge::Element => self.hasher.hash_one((slot.parent, usize::MAX)),
                Edge::Inside(coding) => self.hasher.hash_one((slot.parent, coding)),
            };
            let free = self.places(hash).find(|&place| self.table.get(place) == Some(&NONE));
            if let Some(entry) = free.and_then(|place| self.table.get_mut(place)) {
                *entry = id;
            }
        }
    }

    /// Walks every entry one step on, and tells whether one of them spells the step out.
    fn walk(&self, fields: &Fields, set: u32, step: Step<'_>) -> (Vec<State>, Named) {
        let mut next = Vec::new();
        let mut named = Named::No;
        let states = self.set(set).map_or(&[] as &[State], |set| &set.states);
        for &State { entry, walked } in states {
            let Some(wanted) = fields.steps(usize::from(entry)).get(usize::from(walked)) else { continue };
            let on = State { entry, walked: walked.saturating_add(1) };
            match (wanted, step) {
                (PatternStep::Deep, _) => next.push(State { entry, walked }),
                (PatternStep::AnyKey, Step::Key(_)) | (PatternStep::AnyIndex, Step::Index(_)) => next.push(on),
                (PatternStep::Key(name), Step::Key(key)) if name == key => {
                    named = Named::Yes;
                    next.push(on);
                }
                (PatternStep::Index(place), Step::Index(index)) if *place == index => next.push(on),
                (PatternStep::Inside(wanted), Step::Inside(coding)) if *wanted == coding => {
                    named = Named::Yes;
                    next.push(on);
                }
                (
                    PatternStep::Key(_)
                    | PatternStep::Index(_)
                    | PatternStep::AnyKey
                    | PatternStep::AnyIndex
                    | PatternStep::Inside(_),
                    _,
                ) => {}
            }
        }
        (next, named)
    }

    /// Keeps a set of states once; `**` may stand for no step, so what follows it belongs to the set too.
    fn intern(&mut self, fields: &Fields, mut states: Vec<State>) -> u32 {
        let mut at = 0;
        while let Some(&State { entry, walked }) = states.get(at) {
            if fields.steps(usize::from(entry)).get(usize::from(walked)) == Some(&PatternStep::Deep) {
                states.push(State { entry, walked: walked.saturating_add(1) });
            }
            at += 1;
        }
        states.sort_unstable();
        states.dedup();
        if let Some(&id) = self.set_ids.get(states.as_slice()) {
            return id;
        }
        let wanted = states.iter().filter_map(|state| {
            match fields.steps(usize::from(state.entry)).get(usize::from(state.walked)) {
                Some(PatternStep::Index(index)) => Some(*index),
                Some(
                    PatternStep::Key(_)
                    | PatternStep::AnyKey
                    | PatternStep::AnyIndex
                    | PatternStep::Deep
                    | PatternStep::Inside(_),
                )
                | None => None,
            }
        });
        let indexes = wanted.collect();
        let states: Arc<[State]> = states.into();
        let id = u32::try_from(self.sets.len()).unwrap_or(NONE);
        self.sets.push(StateSet { states: Arc::clone(&states), indexes });
        self.set_ids.insert(states, id);
        id
    }

    #[expect(clippy::too_many_arguments, reason = "it makes one slot of them, in one place")]
    fn create(
        &mut self,
        plan: &Plan,
        parent: u32,
        edge: Edge,
        set: u32,
        inherited: Option<u16>,
        named: Named,
        part: RecordPart,
    ) -> u32 {
        let fields = &plan.fields;
        let states = self.set(set).map(|set| Arc::clone(&set.states)).unwrap_or_default();
        let ends = |state: &&State| fields.steps(usize::from(state.entry)).len() == usize::from(state.walked);
        let watch_of = |state: &State| fields.watch(usize::from(state.entry));
        let watch = states.iter().filter(ends).find_map(watch_of);
        let above = self.node(NodeId(parent)).denied.as_slice();
        let ending = states.iter().filter(ends).filter_map(|state| fields.deny(usize::from(state.entry)));
        let mut denied: Vec<DenyId> = above.iter().copied().chain(ending).collect();
        denied.sort_unstable();
        denied.dedup();
        // The entries are ordered by rank, and so are the states; what decides nothing comes behind them.
        let here = states.iter().find(ends).map(|state| state.entry).filter(|at| fields.decides(usize::from(*at)));
        let cover = match here {
            Some(entry) => covering(fields, inherited, entry),
            None => inherited,
        };
        let treatment = treatment(fields, cover, part);
        let goes_on = states.iter().filter(|state| !ends(state));
        let differs = |state: &State| {
            watch_of(state).is_some()
                || fields.decides(usize::from(state.entry))
                    && cover::treatment(fields, covering(fields, cover, state.entry), part) != treatment
        };
        let below = if goes_on.into_iter().any(differs) { Below::Named } else { Below::Nothing };
        let sibling = match edge {
            Edge::Key(start, end) => Sibling::of(self.name(start, end)),
            // The elements of a value are values.
            Edge::Index(_) | Edge::Element => {
                Some(self.node(NodeId(parent)).sibling).filter(|above| *above == Sibling::Value).unwrap_or_default()
            }
            Edge::Root | Edge::Inside(_) => Sibling::None,
        };
        let id = u32::try_from(self.slots.len()).unwrap_or(NONE);
        let (hint, declared) = (FieldHint::default(), self.held(plan, parent, edge, part));
        let node = PathNode { treatment, hint, named, below, part, watch, denied, sibling, declared };
        let spelled = match edge {
            Edge::Key(start, end) => Spelled::of(self.name(start, end)),
            Edge::Root | Edge::Index(_) | Edge::Element | Edge::Inside(_) => Spelled::Escaped,
        };
        self.slots.push(Slot { parent, edge, set, cover, spelled, cursor: NONE, next: NONE });
        self.nodes.push(node);
        // What an operator takes whole is asked for its name, too: who stands there may be known elsewhere.
        if matches!(treatment, Treatment::Scan | Treatment::Text | Treatment::Apply(_)) {
            let hint = self.hint(plan, id);
            if let Some(node) = NodeId(id).place().and_then(|place| self.nodes.get_mut(place)) {
                node.hint = hint;
            }
        }
        id
    }

    /// Reads what the last names of a node's path say, with a label as one more name below them.
    pub fn labelled(&self, plan: &Plan, node: NodeId, label: &str) -> FieldHint {
        self.hint_below(plan, node.0, Some(label))
    }

    /// Reads what the last names of a node's path say.
    fn hint(&self, plan: &Plan, id: u32) -> FieldHint {
        self.hint_below(plan, id, None)
    }

    fn hint_below(&self, plan: &Plan, id: u32, label: Option<&str>) -> FieldHint {
        let mut names = [""; HINT_NAMES];
        let mut count = 0;
        if let (Some(label), Some(last)) = (label, names.last_mut()) {
            *last = label;
            count = 1;
        }
        let mut at = id;
        while let Some(slot) = self.slot(at) {
            if let Edge::Key(start, end) = slot.edge {
                let name = self.name(start, end);
                // The name of the list (`attributes`) says nothing of what is on it.
                if label.is_none() || Sibling::of(name) == Sibling::None {
                    let Some(free) = names.iter_mut().rev().nth(count) else { break };
                    *free = name;
                    count += 1;
                }
            }
            at = slot.parent;
        }
        plan.set().hint(names.get(HINT_NAMES - count..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
