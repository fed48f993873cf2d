//! Reusable memory of one worker.

use super::known::Known;
use super::labels::Labels;
use super::looked::Looked;
use super::nest::{Chain, Holder, HolderId, Links};
use super::write::Done;
use super::{FoundText, RecordError, Trace};
use crate::detect::{DetectScratch, People};
use crate::format::ReadScratch;
use crate::format::nested::Inner;
use crate::model::resolve::Claim;
use crate::model::{Coding, EntityIndex, Finding, Span, SpanMap};
use crate::policy::{NodeId, OperatorId, Paths, Plan, WatchId};
use crate::transform::{Request, SubjectAnswer, ValueKind};
use std::num::NonZeroU32;
use std::ops::Range;

/// Reusable memory of one worker: caches bound to one plan at a time, and arenas of one batch.
///
/// Bounded: the caches state their own limits; the arenas hold what one batch changes.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) paths: Paths,
    pub(super) read: ReadScratch,
    pub(super) detect: DetectScratch,
    pub(super) clean_names: CleanNames,
    pub(super) people: People,
    pub(super) work: Work,
    /// What is remembered under the plans before, the one that was used last at the end.
    others: Vec<Remembered>,
}

/// What is remembered from batch to batch under one plan.
#[derive(Debug, Default)]
struct Remembered {
    paths: Paths,
    clean_names: CleanNames,
    known: Known,
    labels: Labels,
}

/// Plans whose memory is kept beside that of the one at hand: a pool may serve several products in turn.
const OTHERS_MAX: usize = 3;
/// Paths up to which the memory of a plan is kept: a megabyte or so of each.
const OTHERS_PATHS_MAX: usize = 4096;

impl Scratch {
    /// Makes fresh memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes ready for a batch under a plan: takes up what is remembered of its records, if anything is.
    pub(super) fn bind(&mut self, plan: &Plan) {
        if !self.paths.are_of(plan) {
            let own = self.others.iter().position(|other| other.paths.are_of(plan));
            let own = own.map(|place| self.others.remove(place)).unwrap_or_default();
            let last = self.remember(own);
            if (1..=OTHERS_PATHS_MAX).contains(&last.paths.count()) {
                if self.others.len() >= OTHERS_MAX {
                    self.others.remove(0);
                }
                self.others.push(last);
            }
        }
        self.paths.bind(plan);
        self.clean_names.bind(self.paths.generation());
        self.work.known.bind(self.paths.generation());
    }

    /// Takes up what is remembered under another plan, and gives what was remembered under the one before.
    fn remember(&mut self, other: Remembered) -> Remembered {
        let Remembered { paths, clean_names, known, labels } = other;
        Remembered {
            paths: std::mem::replace(&mut self.paths, paths),
            clean_names: std::mem::replace(&mut self.clean_names, clean_names),
            known: std::mem::replace(&mut self.work.known, known),
            labels: std::mem::replace(&mut self.work.labels, labels),
        }
    }
}

/// Which part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The value.
    Value,
    /// The record key.
    Key,
    /// The header at this place.
    Header(usize),
}

/// Member names that detection found clean, by the path node they lead to: a name is scanned once for each path.
#[derive(Debug, Default)]
pub(super) struct CleanNames {
    generation: u64,
    clean: Vec<Name>,
}

/// What is known of a member's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Name {
    #[default]
    Unknown,
    Clean,
    /// Clean, and of a field that is plain.
    Plain,
}

impl CleanNames {
    /// Forgets everything where the path cache has begun anew.
    pub(super) fn bind(&mut self, generation: u64) {
        if self.generation != generation {
            self.generation = generation;
            self.clean.clear();
        }
    }

    /// Tells whether the name that leads to `node` is known to be clean.
    pub(super) fn contains(&self, node: NodeId) -> bool {
        self.of(node) != Name::Unknown
    }

    /// Tells whether the name that leads to `node` is known to be clean, and the field to be plain.
    #[inline]
    pub(super) fn is_plain(&self, node: NodeId) -> bool {
        self.of(node) == Name::Plain
    }

    #[inline]
    fn of(&self, node: NodeId) -> Name {
        node.place().and_then(|place| self.clean.get(place)).copied().unwrap_or_default()
    }

    /// Notes that the name that leads to `node` is clean, and whether the field is plain.
    pub(super) fn insert(&mut self, node: NodeId, is_plain: bool) {
        let Some(place) = node.place() else { return };
        if self.clean.len() <= place {
            self.clean.resize(place + 1, Name::Unknown);
        }
        if let Some(name) = self.clean.get_mut(place) {
            *name = if is_plain { Name::Plain } else { Name::Clean };
        }
    }
}

/// The place of a step in [`Work::steps`]; [`StepId::ROOT`] is the root of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepId(u32);

impl StepId {
    pub(super) const ROOT: Self = Self(u32::MAX);

    /// Names the step at a place; none where there are more than can be told apart.
    pub(super) fn new(place: usize) -> Option<Self> {
        u32::try_from(place).ok().map(Self).filter(|step| *step != Self::ROOT)
    }

    /// Gives its place; that of the root holds no step.
    pub(super) fn place(self) -> usize {
        if self == Self::ROOT { usize::MAX } else { usize::try_from(self.0).unwrap_or(usize::MAX) }
    }
}

/// The root.
impl Default for StepId {
    fn default() -> Self {
        Self::ROOT
    }
}

/// One step down, kept for the paths of reports where something was found below it: what it came from, and its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepEntry {
    pub(super) parent: StepId,
    pub(super) node: NodeId,
    /// Its place among the steps of its parent, from 1.
    pub(super) place: usize,
    /// How many steps were taken from it.
    pub(super) children: usize,
    pub(super) name: StepName,
}

/// The name of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepName {
    /// The name that leads to the step's node.
    Key,
    /// An element.
    Index(usize),
    /// The text inside a text.
    Inside(Coding),
}

/// How a leaf's decoded text maps to bytes of what holds it: the record, or the text in which it is nested.
#[derive(Debug, Clone, Copy)]
pub(super) enum MapRef {
    /// Byte for byte from here.
    Plain(usize),
    /// By this map of [`Work::maps`].
    Mapped(usize),
}

/// Where a leaf sits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) part: Part,
    /// The text whose bytes the spans are of; none where they are the record's own.
    pub(super) holder: Option<HolderId>,
    pub(super) path: NodeId,
    pub(super) step: StepId,
    /// From its name, or its own first byte, to its end.
    pub(super) member: Span,
    /// What is edited: the value's extent, or the name's.
    pub(super) leaf: Span,
    pub(super) value: ValueKind,
}

/// A leaf in which something was found, or whose value an operator takes whole.
///
/// A leaf with escapes in it is several: the text as it stands and, behind it, each text that undoing them gives. They
/// are one group, and decided together, since they stand in the same bytes.
#[derive(Debug, Clone)]
pub(super) struct FoundLeaf {
    pub(super) seat: Seat,
    pub(super) text: Span,
    pub(super) map: MapRef,
    /// In [`Work::findings`], until they are decided.
    pub(super) findings: Range<usize>,
    /// What was undone of the group's first text to get this one.
    pub(super) chain: Chain,
    /// The place of the group's first in [`Work::leaves`].
    pub(super) group: usize,
}

/// A place in an arena, half as large as an optional `usize`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(NonZeroU32);

impl Place {
    /// Makes one; none beyond four thousand million.
    pub(super) fn new(at: usize) -> Option<Self> {
        u32::try_from(at).ok().and_then(|at| NonZeroU32::new(at.checked_add(1)?)).map(Self)
    }

    /// Gives the place.
    pub(super) fn get(self) -> usize {
        usize::try_from(self.0.get()).map_or(usize::MAX, |one_more| one_more - 1)
    }
}

/// One value, or a span of one, that an operator will treat. Small: a record can have a million of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// The leaf it stands in: its place in [`Work::kept`] and, behind that, [`Work::leaves`].
    pub(super) leaf: usize,
    pub(super) operator: OperatorId,
    pub(super) entity: Option<EntityIndex>,
    /// The decoded text to treat, in [`Work::texts`].
    pub(super) text: Span,
    /// The bytes of the part that the text stands for; the leaf's own extent for a whole value.
    pub(super) at: Span,
    pub(super) extent: Extent,
    /// What was asked for it, in [`Work::requests`].
    pub(super) request: Option<Place>,
    /// Whose value it is, in [`Work::tellings`].
    pub(super) subject: Option<Place>,
    /// In which context it stands, in [`Work::tellings`].
    pub(super) context: Option<Place>,
    /// What the store says of them, in [`Work::people`].
    pub(super) person: Option<Place>,
}

/// A finding that an operator gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub(super) finding: Finding,
    pub(super) operator: OperatorId,
    /// Which text of the group it was found in.
    pub(super) member: usize,
}

/// How much of a leaf a target takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Span,
}

/// What is known of one record between the steps.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordState {
    pub(super) targets: Range<usize>,
    pub(super) left: Range<usize>,
    pub(super) shown: Vec<FoundText>,
    pub(super) error: Option<RecordError>,
}

/// The arenas of one batch.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) texts: String,
    pub(super) labels: Labels,
    /// The steps that are open, and those that something kept holds on to.
    pub(super) steps: Vec<StepEntry>,
    /// The step that is open.
    pub(super) here: StepId,
    /// How many steps something kept may hold on to.
    pub(super) pinned: usize,
    pub(super) maps: Vec<SpanMap>,
    pub(super) maps_used: usize,
    /// What was undone of texts, by [`Chain`].
    pub(super) chains: Vec<Links>,
    /// The texts in which something is nested that changes.
    pub(super) holders: Vec<Holder>,
    /// Memory for what is nested, as many as were open at once.
    pub(super) inners: Vec<Inner>,
    pub(super) readers: Vec<ReadScratch>,
    pub(super) findings: Vec<Finding>,
    /// What was found in the texts of the record at hand, should it be read again.
    pub(super) looked: Looked,
    /// Texts that are known to be clean.
    pub(super) known: Known,
    /// The leaves of the record at hand.
    pub(super) leaves: Vec<FoundLeaf>,
    /// The leaves of the batch that targets stand in.
    pub(super) kept: Vec<FoundLeaf>,
    pub(super) chosen: Vec<Chosen>,
    pub(super) claims: Vec<Claim>,
    pub(super) asked: Vec<(OperatorId, Vec<Span>)>,
    pub(super) targets: Vec<Target>,
    /// Texts that tell whose value a target is and in which context it stands, in [`Work::texts`].
    pub(super) tellings: Vec<Span>,
    pub(super) done: Vec<Done>,
    pub(super) left: Vec<EntityIndex>,
    /// What was found, where [`super::Trace::Findings`] asked for it.
    pub(super) shown: Vec<FoundText>,
    /// Texts of the record at hand that operators want to know, in [`Work::texts`].
    pub(super) watched: Vec<(WatchId, Span)>,
    pub(super) requests: Vec<Request>,
    pub(super) people: Vec<SubjectAnswer>,
    pub(super) records: Vec<RecordState>,
    pub(super) replacements: String,
    /// What is to be told besides the outcome.
    pub(super) trace: Trace,
}

impl Work {
    /// Empties the arenas for the next batch and keeps their memory.
    pub(super) fn restart(&mut self) {
        self.texts.clear();
        self.steps.clear();
        (self.here, self.pinned) = (StepId::ROOT, 0);
        self.maps_used = 0;
        self.holders.clear();
        self.chains.clear();
        renew(&mut self.findings);
        renew(&mut self.leaves);
        renew(&mut self.kept);
        renew(&mut self.targets);
        self.tellings.clear();
        self.left.clear();
        self.shown.clear();
        self.watched.clear();
        self.requests.clear();
        self.people.clear();
        self.records.clear();
        self.replacements.clear();
    }

    /// Gives the text of a watched field of the record at hand. One that stands there twice tells nothing.
    pub(super) fn told(&self, watch: WatchId) -> Option<Span> {
        let mut found = self.watched.iter().filter(|(known, _)| *known == watch);
        match (found.next(), found.next()) {
            (Some((_, text)), None) => Some(*text),
            _ => None,
        }
    }

    /// Keeps for the rest of the batch where a text stands that tells something of a target.
    pub(super) fn tell(&mut self, text: Option<Span>) -> Option<Place> {
        let text = text?;
        let recent = self.tellings.len().saturating_sub(2);
        let known = self.tellings.iter().skip(recent).position(|known| *known == text);
        let place = known.map_or(self.tellings.len(), |known| recent + known);
        if known.is_none() {
            self.tellings.push(text);
        }
        Place::new(place)
    }

    /// Keeps the steps that are open for the rest of the batch: something kept names one of them.
    pub(super) const fn pin(&mut self) {
        self.pinned = self.steps.len();
    }

    /// Goes back to the step above; what led to the one that was open is forgotten unless something holds on to it.
    pub(super) fn leave(&mut self) {
        let step = self.here.place();
        let Some(entry) = self.steps.get(step) else { return };
        self.here = entry.parent;
        if step >= self.pinned {
            self.steps.truncate(step);
        }
    }

    /// Gives the leaf that a target stands in: of the record at hand, or of one that is decided.
    pub(super) fn leaf(&self, target: &Target) -> Option<&FoundLeaf> {
        match target.leaf.checked_sub(self.kept.len()) {
            Some(place) => self.leaves.get(place),
            None => self.kept.get(target.leaf),
        }
    }

    /// Gives the text as it stands in the record of the leaf that a target stands in: of a group, that of its first.
    pub(super) fn standing(&self, target: &Target) -> Option<&FoundLeaf> {
        let at = |place: usize| match place.checked_sub(self.kept.len()) {
            Some(place) => self.leaves.get(place),
            None => self.kept.get(place),
        };
        (0..=target.leaf).rev().map_while(at).find(|leaf| leaf.chain.is_empty())
    }

    /// Keeps a text for the rest of the batch.
    pub(super) fn keep_text(&mut self, text: &str) -> Span {
        let start = self.texts.len();
        self.texts.push_str(text);
        Span::new(start, self.texts.len())
    }

    /// Keeps what stands in the place of something for the rest of the batch.
    pub(super) fn write(&mut self, text: &str) -> Span {
        let start = self.replacements.len();
        self.replacements.push_str(text);
        Span::new(start, self.replacements.len())
    }

    /// Keeps a span map for the rest of the batch.
    pub(super) fn keep_map(&mut self, map: &SpanMap) -> MapRef {
        if map.is_plain() {
            return MapRef::Plain(map.to_outer(Span::default()).start);
        }
        let at = self.maps_used;
        match self.maps.get_mut(at) {
            Some(kept) => kept.clone_from(map),
            None => self.maps.push(map.clone()),
        }
        self.maps_used += 1;
        MapRef::Mapped(at)
    }

    /// Maps bytes of a part back to a span of the decoded text of the leaf that they stand in.
    pub(super) fn to_inner(&self, map: MapRef, span: Span) -> Span {
        match map {
            MapRef::Plain(base) => Span::new(span.start.saturating_sub(base), span.end.saturating_sub(base)),
            MapRef::Mapped(at) => self.maps.get(at).map(|map| map.to_inner(span)).unwrap_or_default(),
        }
    }

    /// Maps a span of a leaf's decoded text to bytes of its part.
    pub(super) fn to_outer(&self, map: MapRef, span: Span) -> Span {
        match map {
            MapRef::Plain(base) => span.shifted(base),
            MapRef::Mapped(at) => self.maps.get(at).map(|map| map.to_outer(span)).unwrap_or_default(),
        }
    }
}

/// Memory of one arena that is kept for what comes next, in bytes; what a larger record needed goes back.
const KEPT_MAX: usize = 1 << 20;

/// Empties an arena. Keeps its memory, unless that is more than ordinary records need.
pub(super) fn renew<T>(arena: &mut Vec<T>) {
    arena.clear();
    arena.shrink_to(KEPT_MAX / size_of::<T>().max(1));
}

#[cfg(test)]
mod tests {
    use super::super::known::Text;
    use super::*;
    use crate::detect::{RecognizerSet, TextKind};
    use crate::model::Step;

    #[test]
    fn products_that_take_turns_forget_nothing() {
        let plans: Vec<Plan> = (0..6).map(|_| Plan::without_policy(RecognizerSet::builtin())).collect();
        let mut scratch = Scratch::new();
        let mut meet = |plan: &Plan| {
            scratch.bind(plan);
            let node = scratch.paths.enter(plan, scratch.paths.root(), Step::Key("type"));
            let text = Text::new(node, TextKind::Text, "order.created").unwrap();
            let known = scratch.work.known.is_clean(text);
            scratch.work.known.insert(text);
            scratch.work.known.insert(text);
            assert!(scratch.others.len() <= OTHERS_MAX);
            known
        };
        for round in 0..3 {
            for plan in &plans[..4] {
                assert_eq!(meet(plan), round > 0);
            }
        }
        // Of more there is memory for the latest.
        plans[4..].iter().for_each(|plan| assert!(!meet(plan)));
        assert!(!meet(&plans[0]));
        assert!(meet(&plans[5]) && meet(&plans[4]) && meet(&plans[3]) && meet(&plans[0]));
    }

    /// What a record with a million findings costs depends on these.
    #[test]
    fn what_is_kept_of_a_finding_is_small() {
        assert!(size_of::<Finding>() <= 32 && size_of::<Chosen>() <= 48 && size_of::<Claim>() <= 40);
        assert!(size_of::<Target>() <= 64 && size_of::<Done>() <= 32);
        assert!(size_of::<FoundLeaf>() <= 144 && size_of::<StepEntry>() <= 40);
    }

    #[test]
    fn places_are_what_they_were_made_of() {
        for at in [0, 1, 77, u32::MAX as usize - 1] {
            assert_eq!(Place::new(at).unwrap().get(), at);
        }
        assert_eq!(Place::new(u32::MAX as usize), None);
    }
}
