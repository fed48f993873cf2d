//! Opens the texts inside texts while a record is read.

use super::collect::Collector;
use super::nest::{Chain, Holder, HolderId, Kind};
use super::scratch::{FoundLeaf, MapRef, Seat, StepId, Work};
use crate::detect::Sibling;
use crate::format::nested::{self, Base64, Escapes, Inner};
use crate::format::{Json, Leaf, Limits, Node, NodeKind, Visitor};
use crate::model::{Coding, Span, SpanMap, Step};
use crate::policy::{Below, Decision, Named, NodeId, Treatment};
use crate::transform::{Reach, ValueKind};

/// How many texts may stand inside each other, whatever the codings: JSON three deep, percent-encoded once, and no
/// loop through a text that holds itself.
const LAYERS_MAX: usize = 4;
/// What a document inside a record may cost: the record was admitted as a whole.
const LIMITS: Limits = Limits { nesting_max: Limits::NESTING_MAX, record_max: usize::MAX };

/// A text that undoing the escapes of another gives.
struct View {
    escapes: Escapes,
    inner: Inner,
    step: StepId,
    node: NodeId,
}

/// How much the arenas held at some point.
pub(super) struct Mark {
    texts: usize,
    steps: usize,
    maps_used: usize,
    holders: usize,
    here: StepId,
    findings: usize,
    leaves: usize,
    targets: usize,
}

impl Work {
    /// Notes how much there is.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            texts: self.texts.len(),
            steps: self.steps.len(),
            maps_used: self.maps_used,
            holders: self.holders.len(),
            here: self.here,
            findings: self.findings.len(),
            leaves: self.leaves.len(),
            targets: self.targets.len(),
        }
    }

    /// Forgets what came after the mark.
    pub(super) fn back_to(&mut self, mark: &Mark) {
        self.texts.truncate(mark.texts);
        self.steps.truncate(mark.steps);
        self.pinned = self.pinned.min(mark.steps);
        self.maps_used = mark.maps_used;
        self.holders.truncate(mark.holders);
        self.here = mark.here;
        self.findings.truncate(mark.findings);
        self.leaves.truncate(mark.leaves);
        self.targets.truncate(mark.targets);
    }

    /// Tells whether nothing was found since the mark.
    pub(super) fn is_at(&self, mark: &Mark) -> bool {
        self.leaves.len() == mark.leaves && self.targets.len() == mark.targets && self.findings.len() == mark.findings
    }
}

impl Collector<'_> {
    /// Opens what stands inside a leaf's text, if anything does and the plan lets it; tells whether nothing more is to
    /// be done for the leaf. Only for a text that promises something.
    pub(super) fn inside(&mut self, leaf: &Leaf<'_>, node: Node) -> bool {
        if self.layers >= LAYERS_MAX || !self.may_open() {
            return false;
        }
        let mark = self.work.mark();
        let (layers, here) = (self.layers, self.work.here);
        let mut views = self.views(leaf.text);
        let done = self.open_document(leaf, node, &views)
            || self.open_base64(leaf, node, &views)
            || self.scan_views(leaf, node, &views);
        self.work.here = here;
        self.layers = layers;
        self.work.inners.extend(views.drain(..).map(|view| view.inner));
        if self.work.is_at(&mark) && self.error.is_none() {
            self.work.back_to(&mark);
        }
        done
    }

    /// Tells whether the plan lets texts be opened at the field at hand: one that gets an operator for what its name types
    /// is found whole. What is only reported of it does not keep what is inside from being found.
    fn may_open(&self) -> bool {
        let (_, path) = self.open();
        let here = self.paths.node(path);
        let hint = self.label.as_ref().unwrap_or(&here.hint);
        let applies = |entity| matches!(self.plan.treat(here, entity), Decision::Apply(_));
        let whole = || hint.typed().is_some_and(applies);
        here.below == Below::Named || (here.treatment.is_scanned() && !whole())
    }

    /// Tells whether what `inside` leads to is read, in a field that gets `treatment`: what is kept, where an entry
    /// gives something in it more; what gets an operator, only where an entry spells the way out.
    fn lets_in(&self, treatment: Treatment, inside: NodeId) -> bool {
        let inside = self.paths.node(inside);
        match treatment {
            Treatment::Scan | Treatment::Text => true,
            Treatment::Keep => inside.treatment != Treatment::Keep || inside.below == Below::Named,
            Treatment::Apply(_) | Treatment::Refuse => inside.named == Named::Yes,
        }
    }

    fn treatment(&self, node: NodeId) -> Treatment {
        self.paths.node(node).treatment
    }

    /// Undoes the escapes of a text, and those of what comes out; takes a step into each.
    fn views(&mut self, text: &str) -> Vec<View> {
        let mut views: Vec<View> = Vec::new();
        while self.layers + views.len() < LAYERS_MAX {
            let mut inner = self.work.inners.pop().unwrap_or_default();
            let outer = views.last().map_or(text, |view| &view.inner.text);
            let undone = if nested::is_document(outer) { None } else { nested::unescape(outer, &mut inner) };
            let Some(escapes) = undone else {
                self.work.inners.push(inner);
                break;
            };
            let (step, node) = self.go(Step::Inside(escapes.coding()));
            views.push(View { escapes, inner, step, node });
        }
        views
    }

    /// Keeps the way from the last view to the leaf's own text.
    fn chain(&mut self, views: &[View]) -> Chain {
        let mut chain = Chain::default();
        for view in views {
            let map = self.work.keep_map(&view.inner.map);
            chain = self.work.chained(chain, view.escapes, map);
        }
        chain
    }

    /// Makes the seat of a leaf, or of a text inside it.
    fn seat(&self, leaf: &Leaf<'_>, node: Node, (step, path): (StepId, NodeId)) -> Seat {
        Seat {
            part: self.part,
            holder: self.holder,
            path,
            step,
            member: node.member,
            leaf: leaf.raw,
            value: ValueKind::Text,
        }
    }

    /// Reads the text as a JSON document; all or nothing.
    fn open_document(&mut self, leaf: &Leaf<'_>, node: Node, views: &[View]) -> bool {
        let text = views.last().map_or(leaf.text, |view| &view.inner.text);
        let outside = self.work.here;
        if self.layers + views.len() >= LAYERS_MAX || !nested::is_document(text) {
            return false;
        }
        let (_, base) = self.leaf_node(views);
        let (step, inside) = self.go(Step::Inside(Coding::Json));
        if !self.lets_in(self.treatment(base), inside) {
            self.work.here = outside;
            return false;
        }
        let mark = self.work.mark();
        let earlier = self.error.take();
        let id = self.hold(leaf, node, (step, inside), Kind::Json);
        let (holder, layers) = (self.holder.replace(id), self.layers);
        self.layers += views.len() + 1;
        let mut read = self.work.readers.pop().unwrap_or_default();
        let result = Json.walk(text.as_bytes(), &LIMITS, &mut read, self);
        self.work.readers.push(read);
        (self.holder, self.layers) = (holder, layers);
        let (refused, here) = (self.error.take(), self.paths.node(inside));
        self.error = earlier;
        if result.is_err() {
            self.work.back_to(&mark);
            self.work.here = outside;
            return false;
        }
        if self.error.is_none() {
            self.error = refused;
        }
        match here.treatment {
            Treatment::Apply(operator)
                if here.below == Below::Nothing && self.plan.operator(operator).reach() == Reach::Whole =>
            {
                self.work.back_to(&mark);
                let chain = self.chain(views);
                self.whole_value(operator, text, node, ValueKind::Text, chain);
            }
            Treatment::Apply(_) | Treatment::Scan | Treatment::Text | Treatment::Keep | Treatment::Refuse => {
                self.keep_holder(&mark, id, leaf, text, views);
            }
        }
        true
    }

    /// The step and node of the leaf in which `views` are.
    fn leaf_node(&self, views: &[View]) -> (StepId, NodeId) {
        let above = |step: StepId| self.work.steps.get(step.place()).map_or(StepId::ROOT, |entry| entry.parent);
        let step = views.iter().fold(self.work.here, |step, _| above(step));
        (step, self.work.steps.get(step.place()).map_or(self.root, |entry| entry.node))
    }

    /// Begins a text in which others stand; what it is, is filled in where something is found in it.
    fn hold(&mut self, leaf: &Leaf<'_>, node: Node, place: (StepId, NodeId), kind: Kind) -> HolderId {
        let seat = self.seat(leaf, node, place);
        let id = HolderId::new(self.work.holders.len());
        let (map, chain, none) = (MapRef::Plain(0), Chain::default(), Span::default());
        let empty = Holder { seat, text: none, map, chain, own: none, kind };
        self.work.holders.push(empty);
        self.work.pin();
        id
    }

    /// Keeps a holder's text and place where something was found in it since `mark`.
    fn keep_holder(&mut self, mark: &Mark, id: HolderId, leaf: &Leaf<'_>, text: &str, views: &[View]) {
        if self.work.is_at(mark) {
            return;
        }
        let chain = self.chain(views);
        // Escapes or Base64 may have been undone of it.
        let is_own = std::ptr::eq(text, leaf.text);
        let (text, map) = (self.work.keep_text(text), self.work.keep_map(leaf.map));
        // What the record itself holds is held against the schema.
        let own = match (self.holder.is_none() && self.plan.is_typed(), is_own) {
            (false, _) => Span::default(),
            (true, true) => text,
            (true, false) => self.work.keep_text(leaf.text),
        };
        if let Some(holder) = self.work.holders.get_mut(id.place()) {
            (holder.text, holder.map, holder.chain, holder.own) = (text, map, chain, own);
        }
    }

    /// Opens the text as Base64 of a text, which is a leaf of its own; where nothing is found in it, it is a text like
    /// any other.
    fn open_base64(&mut self, leaf: &Leaf<'_>, node: Node, views: &[View]) -> bool {
        let text = views.last().map_or(leaf.text, |view| &view.inner.text);
        if self.layers + views.len() >= LAYERS_MAX {
            return false;
        }
        let Some((base64, inner)) = Base64::open(text) else { return false };
        let outside = self.work.here;
        let (leaf_step, base) = self.leaf_node(views);
        let (step, inside) = self.go(Step::Inside(Coding::Base64));
        if !self.lets_in(self.treatment(base), inside) {
            self.work.here = outside;
            return false;
        }
        let beside =
            self.paths.node(base).sibling == Sibling::Payload && self.work.labels.is_signed(self.object(leaf_step).0);
        // Where only an entry or a name inside speaks, it is opened all the same: better a broken seal than a leak.
        let is_sealed = beside || nested::is_signed(&inner);
        if is_sealed && self.scan_sealed(leaf, node, (leaf_step, base), &inner) {
            self.work.here = outside;
            return true;
        }
        let mark = self.work.mark();
        let id = self.hold(leaf, node, (step, inside), Kind::Base64(base64, text.len()));
        let (holder, layers) = (self.holder.replace(id), self.layers);
        self.layers += views.len() + 1;
        let whole = Span::new(0, inner.len());
        let own = Node { kind: NodeKind::Text, member: whole, value: whole };
        self.leaf(Leaf { kind: leaf.kind, text: &inner, raw: whole, map: &SpanMap::offset(0) }, own);
        (self.holder, self.layers) = (holder, layers);
        self.keep_holder(&mark, id, leaf, &inner, views);
        let found = !self.work.is_at(&mark);
        if !found {
            self.work.holders.truncate(mark.holders);
            self.work.here = outside;
        }
        found
    }

    /// Scans a text that nothing may be changed in: what is found in it is found in all of the leaf.
    fn scan_sealed(&mut self, leaf: &Leaf<'_>, node: Node, place: (StepId, NodeId), inner: &str) -> bool {
        if !self.treatment(place.1).is_scanned() {
            return false;
        }
        let before = self.work.findings.len();
        self.look((inner, None), self.text_kind(leaf.kind, place.1), place.1);
        let all = Span::new(0, leaf.text.len());
        let found = self.work.findings.get_mut(before..).unwrap_or_default();
        found.iter_mut().for_each(|finding| finding.span = all);
        let any = !found.is_empty();
        if any {
            let seat = self.seat(leaf, node, place);
            self.found(seat, leaf.text, leaf.map, before);
        }
        any
    }

    /// Scans the leaf's own text and all that undoing its escapes gives, as one group.
    fn scan_views(&mut self, leaf: &Leaf<'_>, node: Node, views: &[View]) -> bool {
        let (leaf_step, base) = self.leaf_node(views);
        let treatment = self.treatment(base);
        let open: Vec<&View> = views.iter().filter(|view| self.lets_in(treatment, view.node)).collect();
        if open.is_empty() {
            return false;
        }
        for (count, view) in (1..).zip(views) {
            if let Treatment::Apply(operator) = self.treatment(view.node)
                && self.lets_in(treatment, view.node)
            {
                let chain = self.chain(views.get(..count).unwrap_or_default());
                self.work.here = view.step;
                self.whole_value(operator, &view.inner.text, node, ValueKind::Text, chain);
                return true;
            }
        }
        let start = self.work.findings.len();
        if treatment.is_scanned() {
            self.look((leaf.text, self.place(leaf)), self.text_kind(leaf.kind, base), base);
        }
        let mut ends = vec![self.work.findings.len()];
        for view in views {
            if self.treatment(view.node).is_scanned() && self.lets_in(treatment, view.node) {
                self.look((&view.inner.text, self.place(leaf)), self.text_kind(leaf.kind, view.node), view.node);
            }
            ends.push(self.work.findings.len());
        }
        if self.work.findings.len() == start {
            return true;
        }
        let map = self.work.keep_map(leaf.map);
        let text = self.work.keep_text(leaf.text);
        let group = self.work.leaves.len();
        let own = ends.first().copied().unwrap_or(start);
        let seat = self.seat(leaf, node, (leaf_step, base));
        self.work.pin();
        self.work.leaves.push(FoundLeaf { seat, text, map, findings: start..own, chain: Chain::default(), group });
        let mut chain = Chain::default();
        for (view, range) in views.iter().zip(ends.windows(2)) {
            let view_map = self.work.keep_map(&view.inner.map);
            chain = self.work.chained(chain, view.escapes, view_map);
            let &[from, to] = range else { continue };
            if from < to {
                let text = self.work.keep_text(&view.inner.text);
                let seat = self.seat(leaf, node, (view.step, view.node));
                self.work.leaves.push(FoundLeaf { seat, text, map, findings: from..to, chain, group });
            }
        }
        true
    }
}
