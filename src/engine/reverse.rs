//! Turns records back: what operators of a plan wrote becomes the values again, where that is permitted.
//!
//! Whose work is known by itself (tokens, ciphertexts) is found wherever it stands in the record, inside texts and in
//! names of members too; what is known by its field alone (`fpe`, `date_shift`) only there. Texts inside texts, JSON
//! documents and Base64, are opened where the plan would have opened them. What is not permitted is not tried: no key of such a
//! kind is used. Everything else is copied byte for byte.

use super::put_back::{Change, Holder, HolderKind, Place, Within, put_back};
use super::told::{Opened, Seen, Source, Told, Watched};
use super::{EngineError, RecordError, Settings};
use crate::format::nested::{self, Base64};
use crate::format::{Descend, Format, Json, Leaf, LeafKind, Limits, Node, NodeKind, ReadScratch, Visitor};
use crate::model::{Coding, Span, SpanMap, Step};
use crate::policy::{Below, Named, NodeId, OperatorId, Paths, Plan, Treatment, WatchId};
use crate::transform::{Held, Need, Recognised, Reopened, Reversal, StandIn, SubjectKey, ValueKind};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Tells of a key domain and a value kind whether it may be turned back.
pub type Rights<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// A record turned back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reversed {
    /// The record; as it came where nothing in it could be turned back.
    pub bytes: Vec<u8>,
    /// How many values were turned back, by key domain and value kind.
    pub opened: BTreeMap<(String, String), u64>,
    /// How many could have been, had their time not been over: they stand as they came.
    pub expired: u64,
}

/// Memory that turning back needs again; bound to one plan at a time.
#[derive(Debug, Default)]
pub struct ReverseScratch {
    paths: Paths,
    read: ReadScratch,
}

/// Turns the records of a request back under a plan, one result for each, in order; the store is asked once for all.
///
/// A plan that needs a store asks it always, so that an answer takes its time whatever is asked for.
///
/// # Errors
/// Where a store that the plan needs does not answer; nothing may leave then.
pub fn reverse(
    plan: &Plan,
    format: &dyn Format,
    records: &[&[u8]],
    rights: &Rights<'_>,
    settings: &Settings,
    scratch: &mut ReverseScratch,
) -> Result<Vec<Result<Reversed, RecordError>>, EngineError> {
    scratch.paths.bind(plan);
    let reversals = Reversals::of(plan, rights);
    let mut read: Vec<Result<Collected, RecordError>> =
        records.iter().map(|record| collect(plan, format, record, &reversals, settings, scratch)).collect();
    let kept = ask(plan, &mut read, &reversals, settings)?;
    let keys = ask_for_keys(plan, &mut read, &reversals, &kept, settings)?;
    let answers = Answers { kept: &kept, keys: &keys };
    let mut turn = |record: &[u8], collected: Collected| {
        splice(format, record, &collected, &reversals, answers, settings, &mut scratch.read)
    };
    Ok(records.iter().zip(read).map(|(record, collected)| turn(record, collected?)).collect())
}

/// What may be turned back.
struct Reversals<'a> {
    /// Those of which at least one value kind is permitted, each with the field that tells its context.
    all: Vec<(&'a dyn Reversal, Option<WatchId>)>,
    rights: &'a Rights<'a>,
}

impl<'a> Reversals<'a> {
    fn of(plan: &'a Plan, rights: &'a Rights<'a>) -> Self {
        let all = plan.contexts().filter_map(|(operator, context)| Some((operator.reversal()?, context)));
        let permitted =
            |(one, _): &(&dyn Reversal, Option<WatchId>)| one.kinds().iter().any(|kind| rights(one.ring(), kind));
        Self { all: all.filter(permitted).collect(), rights }
    }

    /// Gives the one of a field's own operator, where only the field tells that it wrote.
    fn of_field(&self, plan: &'a Plan, operator: OperatorId) -> Option<usize> {
        let own = plan.operator(operator).reversal()?;
        let at = self.all.iter().position(|(one, _)| std::ptr::addr_eq(*one, own))?;
        (own.recognised() == Recognised::InItsField).then_some(at)
    }

    fn ring(&self, at: usize) -> &str {
        self.all.get(at).map_or("", |(one, _)| one.ring())
    }

    fn find(&self, text: &str, watched: &Watched) -> Vec<(usize, Span)> {
        let mut found = Vec::new();
        for (at, (one, context)) in self.all.iter().enumerate() {
            let mut spans = Vec::new();
            let context = context.and_then(|watch| watched.told(watch));
            one.find(text, context, &|kind| (self.rights)(one.ring(), kind), &mut spans);
            found.extend(spans.into_iter().map(|span| (at, span)));
        }
        found.sort_by_key(|(_, span)| (span.start, std::cmp::Reverse(span.end)));
        let mut reach = 0;
        found.retain(|(_, span)| {
            let stands = span.start >= reach;
            reach = reach.max(span.end);
            stands
        });
        found
    }

    fn context(&self, at: usize) -> Option<WatchId> {
        self.all.get(at).and_then(|(_, context)| *context)
    }

    /// Turns a candidate back, where what it was written by is known.
    fn turn(&self, one: &Candidate, collected: &Collected, answers: Answers<'_>, opened: &[Opened]) -> Opened {
        let Some((reversal, context)) = self.all.get(one.reversal) else { return Opened::No };
        let mut stand_in = one.stand_in(answers);
        let (mut subject_said, mut context_said) = (None, None);
        if reversal.recognised() == Recognised::InItsField {
            // Its own check tells of a token whether the context is the right one; here nothing does.
            stand_in.context = None;
            let fields = [
                (one.subject, reversal.subject_kind(), &mut subject_said),
                (*context, CONTEXT_KIND, &mut context_said),
            ];
            for (watch, kind, said) in fields {
                let Some(watch) = watch else { continue };
                match collected.watched.said(watch, kind, opened) {
                    Told::Known(text) => *said = Some(text),
                    Told::Waits => return Opened::NotYet,
                    Told::Nothing => return Opened::No,
                }
            }
            stand_in.subject = subject_said.as_deref();
            stand_in.context = context_said.as_deref();
        }
        let permits = |kind: &str| (self.rights)(reversal.ring(), kind);
        reversal.open(&stand_in, &permits).map_or(Opened::No, Opened::Yes)
    }

    /// Tells whether a context has to be known before anything can be found.
    fn need_context(&self) -> bool {
        self.all.iter().any(|(_, context)| context.is_some())
    }

    fn needs_key(&self, at: usize, stand_in: &StandIn<'_>) -> Option<[u8; 16]> {
        let (one, _) = self.all.get(at)?;
        one.needs_key(stand_in, &|kind| (self.rights)(one.ring(), kind))
    }

    fn seeks(&self, at: usize, text: &str, context: Option<&str>) -> Option<Vec<u8>> {
        let (one, _) = self.all.get(at)?;
        one.seeks(text, context, &|kind| (self.rights)(one.ring(), kind))
    }
}

/// What a record holds that may be turned back.
struct Collected {
    candidates: Vec<Candidate>,
    /// The texts inside texts that they stand in; each behind the one that it stands in itself.
    holders: Vec<Holder>,
    /// What fields say that others were written by.
    watched: Watched,
}

/// A text that may be turned back.
struct Candidate {
    reversal: usize,
    text: String,
    kind: String,
    value: ValueKind,
    place: Place,
    /// Where it stands in its leaf's text.
    span: Span,
    /// The text inside a text that it stands in, if it does.
    holder: Option<usize>,
    subject: Option<WatchId>,
    /// What its context says now.
    context_text: Option<String>,
    /// The place of the store's answer.
    asked: Option<usize>,
    /// The place of the subject's key.
    key: Option<usize>,
}

impl Candidate {
    /// Gives what the store holds for it, where it was asked: nobody may know who may not turn it back.
    fn held<'a>(&self, answers: Answers<'a>) -> Option<&'a Held> {
        self.asked.and_then(|at| answers.kept.get(at))
    }

    fn stand_in<'a>(&'a self, answers: Answers<'a>) -> StandIn<'a> {
        StandIn {
            text: &self.text,
            kind: &self.kind,
            value: self.value,
            subject: None,
            context: self.context_text.as_deref(),
            kept: match self.held(answers) {
                Some(Held::Sealed(sealed)) => Some(sealed),
                Some(Held::Nothing | Held::Expired) | None => None,
            },
            person: self.key.and_then(|at| answers.keys.get(at)).and_then(Option::as_ref),
        }
    }
}

/// What the store said.
#[derive(Clone, Copy)]
struct Answers<'a> {
    kept: &'a [Held],
    keys: &'a [Option<SubjectKey>],
}

/// How many texts may stand inside each other; as many as are opened where values are replaced.
const LAYERS_MAX: usize = 4;
/// The value kind by whose form contexts are known.
const CONTEXT_KIND: &str = "VALUE";
/// What a document inside a record may cost: the record was admitted as a whole.
const LIMITS: Limits = Limits { nesting_max: Limits::NESTING_MAX, record_max: usize::MAX };

struct Collector<'a> {
    plan: &'a Plan,
    paths: &'a mut Paths,
    reversals: &'a Reversals<'a>,
    stack: Vec<NodeId>,
    found: Vec<Candidate>,
    holders: Vec<Holder>,
    /// The text inside a text that is being read, and how many there are around it.
    holder: Option<usize>,
    layers: usize,
    watched: Watched,
    /// What was watched when the record was read before.
    before: Watched,
}

impl Collector<'_> {
    fn here(&self) -> NodeId {
        self.stack.last().copied().unwrap_or(self.paths.root())
    }

    fn parts(&mut self, leaf: &Leaf<'_>, value: ValueKind) {
        let found = self.reversals.find(leaf.text, &self.before);
        if found.is_empty() {
            return;
        }
        let document =
            nested::is_document(leaf.text) && serde_json::from_str::<serde::de::IgnoredAny>(leaf.text).is_ok();
        let within = if document { Within::Document } else { Within::Text };
        for (reversal, span) in found {
            let at = leaf.map.to_outer(span);
            let place = Place::Part { leaf: leaf.raw, at, within, is_name: value == ValueKind::Key };
            self.push((reversal, span), span.of(leaf.text), "", value, place, None);
        }
    }

    fn push(
        &mut self,
        (reversal, span): (usize, Span),
        text: &str,
        kind: &str,
        value: ValueKind,
        place: Place,
        subject: Option<WatchId>,
    ) {
        let (text, kind) = (text.to_owned(), kind.to_owned());
        let one = Candidate {
            reversal,
            text,
            kind,
            value,
            place,
            span,
            holder: self.holder,
            subject,
            context_text: None,
            asked: None,
            key: None,
        };
        self.found.push(one);
    }

    /// Tells how a leaf says what it said before it was written over; `first` is the first candidate in it.
    fn source(&self, leaf: &Leaf<'_>, treatment: Treatment, first: usize) -> Source {
        let found = self.found.get(first..).unwrap_or_default();
        let parts = || (first..).zip(found).map(|(at, one)| (at, one.span)).collect();
        let whole = Span::new(0, leaf.text.len());
        match treatment {
            Treatment::Keep => Source::Kept,
            Treatment::Apply(_) if matches!(found, [only] if only.span == whole && only.holder == self.holder) => {
                Source::Opened(parts())
            }
            Treatment::Scan | Treatment::Text if found.iter().all(|one| one.holder == self.holder) => {
                Source::of_scanned(self.plan, leaf.text, &self.before, parts())
            }
            Treatment::Apply(_) | Treatment::Scan | Treatment::Text | Treatment::Refuse => Source::Lost,
        }
    }
}

impl Collector<'_> {
    /// Opens what stands inside a text, where the plan lets what it replaces be looked for there; tells whether that is all
    /// that is to be read of it.
    fn inside(&mut self, leaf: &Leaf<'_>) -> bool {
        if self.layers >= LAYERS_MAX || !nested::promises(leaf.text) {
            return false;
        }
        self.document(leaf) || self.base64(leaf)
    }

    /// Begins a text inside the leaf's, where the plan lets it.
    fn open(&mut self, coding: Coding, leaf: &Leaf<'_>, text: &str, kind: HolderKind) -> Option<Mark> {
        let (outer, depth) = (self.here(), self.stack.len());
        let inside = self.paths.enter(self.plan, outer, Step::Inside(coding));
        let (treatment, below) = (self.paths.node(outer).treatment, self.paths.node(outer).below);
        let there = self.paths.node(inside);
        let lets_in = match treatment {
            Treatment::Scan | Treatment::Text => true,
            Treatment::Keep => {
                below == Below::Named && (there.treatment != Treatment::Keep || there.below == Below::Named)
            }
            Treatment::Apply(_) | Treatment::Refuse => there.named == Named::Yes,
        };
        if !lets_in {
            return None;
        }
        let mark = Mark {
            depth,
            holder: self.holder,
            found: self.found.len(),
            holders: self.holders.len(),
            watched: self.watched.0.len(),
        };
        self.holders.push(Holder {
            outer: self.holder,
            leaf: leaf.raw,
            map: leaf.map.clone(),
            text: text.to_owned(),
            kind,
        });
        self.holder = Some(mark.holders);
        self.stack.push(inside);
        self.layers += 1;
        Some(mark)
    }

    /// Ends a text inside another.
    fn close(&mut self, mark: &Mark) {
        self.stack.truncate(mark.depth);
        self.holder = mark.holder;
        self.layers -= 1;
    }

    /// Forgets what a text inside another held.
    fn forget(&mut self, mark: &Mark) {
        self.found.truncate(mark.found);
        self.holders.truncate(mark.holders);
        self.watched.0.truncate(mark.watched);
    }

    /// Reads a text as a JSON document; all or nothing.
    fn document(&mut self, leaf: &Leaf<'_>) -> bool {
        if !nested::is_document(leaf.text) {
            return false;
        }
        let Some(mark) = self.open(Coding::Json, leaf, leaf.text, HolderKind::Json) else { return false };
        let read = Json.read(leaf.text.as_bytes(), &LIMITS, &mut ReadScratch::default(), self);
        self.close(&mark);
        if read.is_err() {
            self.forget(&mark);
        }
        read.is_ok()
    }

    /// Reads a text as Base64 of a text.
    fn base64(&mut self, leaf: &Leaf<'_>) -> bool {
        let Some((base64, inner)) = Base64::open(leaf.text) else { return false };
        let kind = HolderKind::Base64(base64, leaf.text.len());
        let Some(mark) = self.open(Coding::Base64, leaf, &inner, kind) else { return false };
        let whole = Span::new(0, inner.len());
        let own = Node { kind: NodeKind::Text, member: whole, value: whole };
        self.leaf(Leaf { kind: leaf.kind, text: &inner, raw: whole, map: &SpanMap::offset(0) }, own);
        self.close(&mark);
        let found = self.found.len() > mark.found;
        if !found {
            self.forget(&mark);
        }
        found
    }
}

/// How much there was when a text inside another was begun.
struct Mark {
    depth: usize,
    holder: Option<usize>,
    found: usize,
    holders: usize,
    watched: usize,
}

impl Visitor for Collector<'_> {
    fn enter(&mut self, step: Step<'_>, key: Option<Leaf<'_>>) -> Descend {
        if let Some(key) = key {
            self.parts(&key, ValueKind::Key);
        }
        let node = self.paths.enter(self.plan, self.here(), step);
        self.stack.push(node);
        Descend::Into
    }

    fn leaf(&mut self, leaf: Leaf<'_>, node: Node) {
        let value = match leaf.kind {
            LeafKind::Text | LeafKind::Prose => ValueKind::Text,
            LeafKind::Number => ValueKind::Number,
            LeafKind::Bool | LeafKind::Null | LeafKind::Key => return,
        };
        let here = self.paths.node(self.here());
        let (treatment, watch, first) = (here.treatment, here.watch, self.found.len());
        if let Treatment::Apply(operator) = treatment
            && let Some(at) = self.reversals.of_field(self.plan, operator)
        {
            let kind = self.plan.kind_of(operator, None).to_owned();
            let subject = self.plan.subject_of(operator);
            let whole = Span::new(0, leaf.text.len());
            self.push((at, whole), leaf.text, &kind, value, Place::Value(node.value), subject);
        } else if value == ValueKind::Text && !self.inside(&leaf) {
            self.parts(&leaf, value);
        }
        if let Some(watch) = watch {
            let source = self.source(&leaf, treatment, first);
            self.watched.0.push(Seen { watch, text: leaf.text.to_owned(), source });
        }
    }

    fn whole(&mut self, _: Node) {}

    fn leave(&mut self) {
        self.stack.pop();
    }
}

/// Reads one record and finds what may be turned back.
fn collect(
    plan: &Plan,
    format: &dyn Format,
    record: &[u8],
    reversals: &Reversals<'_>,
    settings: &Settings,
    scratch: &mut ReverseScratch,
) -> Result<Collected, RecordError> {
    let ReverseScratch { paths, read } = scratch;
    let mut pass = |before: Watched| {
        let mut visitor = Collector {
            plan,
            paths: &mut *paths,
            reversals,
            stack: Vec::new(),
            found: Vec::new(),
            holders: Vec::new(),
            holder: None,
            layers: 0,
            watched: Watched::default(),
            before,
        };
        format.read(record, &settings.limits, read, &mut visitor)?;
        Ok::<_, RecordError>(Collected {
            candidates: visitor.found,
            holders: visitor.holders,
            watched: visitor.watched,
        })
    };
    let mut collected = pass(Watched::default())?;
    if reversals.need_context() {
        // The context may stand behind its token.
        collected = pass(collected.watched)?;
    }
    let Collected { candidates, watched, .. } = &mut collected;
    for one in candidates {
        let context = reversals.context(one.reversal);
        one.context_text = context.and_then(|watch| watched.told(watch)).map(str::to_owned);
    }
    Ok(collected)
}

/// Asks the store once for all that the candidates need.
fn ask(
    plan: &Plan,
    read: &mut [Result<Collected, RecordError>],
    reversals: &Reversals<'_>,
    settings: &Settings,
) -> Result<Vec<Held>, EngineError> {
    let mut tokens = Vec::new();
    let mut places: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
    for one in read.iter_mut().flatten().flat_map(|collected| &mut collected.candidates) {
        if let Some(token) = reversals.seeks(one.reversal, &one.text, one.context_text.as_deref()) {
            let place = *places.entry(token.clone()).or_insert(tokens.len());
            if place == tokens.len() {
                tokens.push(token);
            }
            one.asked = Some(place);
        }
    }
    if tokens.is_empty() && plan.needs_store() {
        // No token is all zeros: its first byte says its format.
        tokens.push(vec![0; 29]);
    }
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
    let kept = settings.store.kept(&asked)?;
    if kept.len() != asked.len() {
        return Err(EngineError::Answers { answers: kept.len(), requests: asked.len() });
    }
    Ok(kept)
}

/// Asks the store once for the keys of the subjects whose values are kept; always, where a plan has subjects.
fn ask_for_keys(
    plan: &Plan,
    read: &mut [Result<Collected, RecordError>],
    reversals: &Reversals<'_>,
    kept: &[Held],
    settings: &Settings,
) -> Result<Vec<Option<SubjectKey>>, EngineError> {
    if plan.need() != Some(Need::Subjects) {
        return Ok(Vec::new());
    }
    let mut ids = Vec::new();
    for one in read.iter_mut().flatten().flat_map(|collected| &mut collected.candidates) {
        let stand_in = one.stand_in(Answers { kept, keys: &[] });
        if let Some(id) = reversals.needs_key(one.reversal, &stand_in) {
            one.key = Some(ids.len());
            ids.push(id);
        }
    }
    if ids.is_empty() {
        ids.push([0; 16]);
    }
    let keys = settings.store.subject_keys(&ids)?;
    if keys.len() != ids.len() {
        return Err(EngineError::Answers { answers: keys.len(), requests: ids.len() });
    }
    Ok(keys)
}

/// Opens what can be opened, and puts the values where their stand-ins were.
fn splice(
    format: &dyn Format,
    record: &[u8],
    collected: &Collected,
    reversals: &Reversals<'_>,
    answers: Answers<'_>,
    settings: &Settings,
    read: &mut ReadScratch,
) -> Result<Reversed, RecordError> {
    let (mut opened, mut expired) = (BTreeMap::new(), 0);
    let mut changes = Vec::new();
    for (one, turned) in collected.candidates.iter().zip(turned(collected, reversals, answers)) {
        let Opened::Yes(Reopened { kind, value }) = turned else {
            expired += u64::from(one.held(answers) == Some(&Held::Expired));
            continue;
        };
        *opened.entry((reversals.ring(one.reversal).to_owned(), kind)).or_default() += 1;
        changes.push(Change::new(one.place, one.holder, one.value, value.expose()));
    }
    let bytes = put_back(format, record, changes, &collected.holders, &settings.limits, read)?;
    Ok(Reversed { bytes, opened, expired })
}

/// Turns the candidates of a record back; those that others tell the subject or the context of come after these.
fn turned(collected: &Collected, reversals: &Reversals<'_>, answers: Answers<'_>) -> Vec<Opened> {
    let mut opened: Vec<Opened> = collected.candidates.iter().map(|_| Opened::NotYet).collect();
    loop {
        let mut moved = false;
        for (at, one) in collected.candidates.iter().enumerate() {
            if !matches!(opened.get(at), Some(Opened::NotYet)) {
                continue;
            }
            let now = reversals.turn(one, collected, answers, &opened);
            if let (false, Some(place)) = (matches!(now, Opened::NotYet), opened.get_mut(at)) {
                *place = now;
                moved = true;
            }
        }
        // Those that wait for each other wait for ever, and stay.
        if !moved {
            return opened;
        }
    }
}
