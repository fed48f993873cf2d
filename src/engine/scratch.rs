//! Reusable memory of one worker.

use super::known::Known;
use super::labels::Labels;
use super::looked::Looked;
use super::nest::{Chain, Holder, HolderId};
use super::{FoundText, RecordError, Trace};
use crate::detect::{DetectScratch, People};
use crate::format::nested::Inner;
use crate::format::{Node, ReadScratch};
use crate::model::resolve::Claim;
use crate::model::{Coding, EntityIndex, Finding, Span, SpanMap};
use crate::policy::{NodeId, OperatorId, Paths, WatchId};
use crate::transform::{Request, SubjectAnswer, ValueKind};
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
}

impl Scratch {
    /// Makes fresh memory.
    pub fn new() -> Self {
        Self::default()
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
    clean: Vec<bool>,
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
        node.place().and_then(|place| self.clean.get(place)).copied().unwrap_or(false)
    }

    /// Notes that the name that leads to `node` is clean.
    pub(super) fn insert(&mut self, node: NodeId) {
        let Some(place) = node.place() else { return };
        if self.clean.len() <= place {
            self.clean.resize(place + 1, false);
        }
        if let Some(clean) = self.clean.get_mut(place) {
            *clean = true;
        }
    }
}

/// The place of a step in [`Work::steps`]; [`StepId::ROOT`] is the root of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepId(pub(super) usize);

impl StepId {
    pub(super) const ROOT: Self = Self(usize::MAX);
}

/// One step down, kept for the paths of reports: what it came from, and where its name stands.
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
#[derive(Debug, Clone, Copy)]
pub(super) enum StepName {
    /// In [`Work::names`].
    Key(Span),
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
    pub(super) node: Node,
    /// What is edited: the value's extent, or the name's.
    pub(super) leaf: Span,
    pub(super) value: ValueKind,
}

/// A leaf in which something was found, waiting for the decision.
///
/// A leaf with escapes in it is several: the text as it stands and, behind it, each text that undoing them gives. They
/// are one group, and decided together, since they stand in the same bytes.
#[derive(Debug, Clone)]
pub(super) struct FoundLeaf {
    pub(super) seat: Seat,
    pub(super) text: Span,
    pub(super) map: MapRef,
    pub(super) findings: Range<usize>,
    /// What was undone of the group's first text to get this one.
    pub(super) chain: Chain,
    /// The place of the group's first in [`Work::leaves`].
    pub(super) group: usize,
}

/// One value, or a span of one, that an operator will treat.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) seat: Seat,
    pub(super) operator: OperatorId,
    pub(super) entity: Option<EntityIndex>,
    /// The decoded text to treat, in [`Work::texts`].
    pub(super) text: Span,
    /// The whole leaf's decoded text, in [`Work::texts`].
    pub(super) whole: Span,
    /// The bytes of the part that the text stands for; the leaf's own extent for a whole value.
    pub(super) at: Span,
    pub(super) extent: Extent,
    /// What has to be done to what is written before it stands there.
    pub(super) chain: Chain,
    pub(super) request: Option<usize>,
    /// Whose value it is, in [`Work::texts`].
    pub(super) subject: Option<Span>,
    /// In which context it stands, in [`Work::texts`].
    pub(super) context: Option<Span>,
    /// What the store says of them, in [`Work::people`].
    pub(super) person: Option<usize>,
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
    pub(super) names: String,
    pub(super) labels: Labels,
    pub(super) steps: Vec<StepEntry>,
    pub(super) maps: Vec<SpanMap>,
    pub(super) maps_used: usize,
    /// The texts in which something is nested that changes.
    pub(super) holders: Vec<Holder>,
    /// Memory for what is nested, as many as were open at once.
    pub(super) inners: Vec<Inner>,
    pub(super) readers: Vec<ReadScratch>,
    pub(super) stack: Vec<StepId>,
    pub(super) findings: Vec<Finding>,
    /// What was found in the texts of the record at hand, should it be read again.
    pub(super) looked: Looked,
    /// Texts that are known to be clean.
    pub(super) known: Known,
    pub(super) leaves: Vec<FoundLeaf>,
    pub(super) chosen: Vec<Chosen>,
    pub(super) claims: Vec<Claim>,
    pub(super) targets: Vec<Target>,
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
        self.names.clear();
        self.steps.clear();
        self.maps_used = 0;
        self.holders.clear();
        self.stack.clear();
        self.findings.clear();
        self.leaves.clear();
        self.claims.clear();
        self.targets.clear();
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

    /// Maps a span of a leaf's decoded text to bytes of its part.
    pub(super) fn to_outer(&self, map: MapRef, span: Span) -> Span {
        match map {
            MapRef::Plain(base) => span.shifted(base),
            MapRef::Mapped(at) => self.maps.get(at).map(|map| map.to_outer(span)).unwrap_or_default(),
        }
    }
}
