//! Reads one part of a record, walks the plan's paths in step, and collects findings and whole values.

use super::labels::Visit;
use super::looked::Looking;
use super::nest::{Chain, HolderId};
use super::scratch::{CleanNames, Extent, FoundLeaf, MapRef, Part, Seat, StepEntry, StepId, StepName, Target, Work};
use super::{Reason, RecordError, known, people};
use crate::detect::{DetectScratch, FieldHint, People, Sibling, TextKind};
use crate::format::{Again, Descend, Leaf, LeafKind, Node, NodeKind, Visitor, nested};
use crate::model::{SpanMap, Step};
use crate::policy::{Below, Named, NodeId, OperatorId, Paths, Plan, Treatment};
use crate::transform::{Reach, ValueKind};

/// Visits the leaves of one part of a record.
pub(super) struct Collector<'a> {
    pub(super) plan: &'a Plan,
    pub(super) paths: &'a mut Paths,
    pub(super) detect: &'a mut DetectScratch,
    pub(super) clean_names: &'a mut CleanNames,
    pub(super) work: &'a mut Work,
    pub(super) part: Part,
    pub(super) root: NodeId,
    /// The text that is being read, where it is one inside a text.
    pub(super) holder: Option<HolderId>,
    /// How many texts are open inside each other.
    pub(super) layers: usize,
    pub(super) error: Option<Refused>,
    /// Persons whose words are findings, too.
    pub(super) people: &'a People,
    /// What a label beside the value at hand says of it.
    pub(super) label: Option<FieldHint>,
    /// The member that may be passed over.
    pub(super) ahead: NodeId,
}

/// Why the record is refused, and the step at which that was seen.
pub(super) struct Refused {
    pub(super) reason: Reason,
    pub(super) step: StepId,
}

impl Collector<'_> {
    /// The step that is open, and the path node it stands on.
    pub(super) fn open(&self) -> (StepId, NodeId) {
        let step = self.work.here;
        (step, self.work.steps.get(step.place()).map_or(self.root, |entry| entry.node))
    }

    /// Takes a step down.
    pub(super) fn go(&mut self, step: Step<'_>) -> (StepId, NodeId) {
        let (parent, from) = self.open();
        let node = self.paths.enter(self.plan, from, step);
        let name = match step {
            Step::Index(index) => StepName::Index(index),
            Step::Inside(coding) => StepName::Inside(coding),
            Step::Key(_) => StepName::Key,
        };
        (self.step(parent, node, name), node)
    }

    /// Opens a step below another.
    fn step(&mut self, parent: StepId, node: NodeId, name: StepName) -> StepId {
        let Some(id) = StepId::new(self.work.steps.len()) else {
            self.refuse(Reason::Internal);
            return parent;
        };
        let place = self.count_step(parent);
        self.work.steps.push(StepEntry { parent, node, name, place, children: 0 });
        self.work.here = id;
        id
    }

    /// Gives the place of a step among those of its parent.
    fn count_step(&mut self, parent: StepId) -> usize {
        match self.work.steps.get_mut(parent.place()) {
            Some(above) => {
                above.children += 1;
                above.children
            }
            None => self.work.labels.top(),
        }
    }

    fn refuse(&mut self, reason: Reason) {
        let (step, _) = self.open();
        self.work.pin();
        self.error.get_or_insert(Refused { reason, step });
    }

    /// Looks for personal data in a member's name, once for each path, and for the persons of the record.
    fn name(&mut self, node: NodeId, step: StepId, key: Leaf<'_>) {
        let before = self.work.findings.len();
        if !self.clean_names.contains(node) {
            self.plan.scan_name(key.text, self.detect, &mut self.work.findings);
            if self.work.findings.len() == before {
                self.clean_names.insert(node, self.paths.node(node).is_plain());
            }
        }
        if !self.people.is_empty() {
            people::recall_in_name(self.people, key.text, before, &mut self.work.findings);
        }
        if self.work.findings.len() == before {
            return;
        }
        let extent = key.raw;
        let seat = Seat {
            part: self.part,
            holder: self.holder,
            path: node,
            step,
            member: extent,
            leaf: extent,
            value: ValueKind::Key,
        };
        self.found(seat, key.text, key.map, before);
    }

    /// Keeps a leaf in which something was found from `before` on.
    pub(super) fn found(&mut self, seat: Seat, text: &str, map: &SpanMap, before: usize) {
        self.work.pin();
        let text = self.work.keep_text(text);
        let map = self.work.keep_map(map);
        let findings = before..self.work.findings.len();
        let group = self.work.leaves.len();
        self.work.leaves.push(FoundLeaf { seat, text, map, findings, chain: Chain::default(), group });
    }

    /// Notes a whole value for an operator; `chain` is what was undone to get its text.
    pub(super) fn whole_value(&mut self, operator: OperatorId, text: &str, node: Node, value: ValueKind, chain: Chain) {
        let (step, path) = self.open();
        self.work.pin();
        let text = self.work.keep_text(text);
        let seat =
            Seat { part: self.part, holder: self.holder, path, step, member: node.member, leaf: node.value, value };
        let (group, none) = (self.work.leaves.len(), self.work.findings.len());
        let (leaf, map) = (self.work.kept.len() + group, MapRef::Plain(0));
        self.work.leaves.push(FoundLeaf { seat, text, map, findings: none..none, chain, group });
        self.work.targets.push(Target {
            leaf,
            operator,
            entity: None,
            text,
            at: node.value,
            extent: Extent::Whole,
            request: None,
            subject: None,
            context: None,
            person: None,
        });
    }

    /// Tells whether a text is taken for free text, whatever it looks like: a record that is one, or where the plan says
    /// so.
    pub(super) fn text_kind(&self, kind: LeafKind, path: NodeId) -> TextKind {
        let free = kind == LeafKind::Prose || self.paths.node(path).treatment == Treatment::Text;
        if free { TextKind::Prose } else { TextKind::Text }
    }

    /// Tells where a leaf stands, if it is the record's own: there is no other text.
    pub(super) fn place(&self, leaf: &Leaf<'_>) -> Option<(Part, usize)> {
        self.holder.is_none().then_some((self.part, leaf.raw.start))
    }

    /// Appends the findings of a text in the field of a node; with the text's place, where that is all of its own.
    pub(super) fn look(&mut self, (text, at): (&str, Option<(Part, usize)>), kind: TextKind, path: NodeId) {
        let (plan, Work { findings, looked, .. }) = (self.plan, &mut *self.work);
        let before = findings.len();
        let node = self.paths.node(path);
        let what = Looking { path, kind, at, text };
        if let Some(hint) = &self.label {
            looked.pass(what);
            plan.scan((node, hint), text, kind, self.detect, findings);
        } else if let Some(found) = looked.again(what) {
            findings.extend_from_slice(found);
        } else {
            plan.scan((node, &node.hint), text, kind, self.detect, findings);
            looked.note(what, findings.get(before..).unwrap_or_default());
        }
        self.recall(text, kind, path, before);
    }

    /// Appends the persons of the record that stand in a text, beside what was found from `before` on.
    fn recall(&mut self, text: &str, kind: TextKind, path: NodeId, before: usize) {
        if kind != TextKind::Number && !self.people.is_empty() {
            let hint = self.label.as_ref().unwrap_or(&self.paths.node(path).hint);
            people::recall(self.people, text, hint, before, &mut self.work.findings);
        }
    }

    fn scan(&mut self, leaf: &Leaf<'_>, node: Node, text_kind: TextKind, value: ValueKind) {
        let (step, path) = self.open();
        let before = self.work.findings.len();
        // What is found in a payload depends on the signature beside it.
        let is_alone = self.label.is_none() && self.paths.node(path).sibling != Sibling::Payload;
        let text = if is_alone { known::Text::new(path, text_kind, leaf.text) } else { None };
        if text.is_some_and(|text| self.work.known.is_clean(text)) {
            self.work.looked.pass(Looking { path, kind: text_kind, at: self.place(leaf), text: leaf.text });
            self.recall(leaf.text, text_kind, path, before);
        } else {
            let promises = nested::promises(leaf.text);
            if value == ValueKind::Text && promises && self.inside(leaf, node) {
                return;
            }
            let at = self.place(leaf);
            self.look((leaf.text, at), text_kind, path);
            // What may be opened is read again where persons or labels became known.
            if self.work.findings.len() == before
                && !promises
                && let Some(text) = text
            {
                self.work.known.insert(text);
            }
        }
        if self.work.findings.len() > before {
            let seat =
                Seat { part: self.part, holder: self.holder, path, step, member: node.member, leaf: leaf.raw, value };
            self.found(seat, leaf.text, leaf.map, before);
        }
    }
}

impl Visitor for Collector<'_> {
    fn enter(&mut self, step: Step<'_>, key: Option<Leaf<'_>>) -> Descend {
        let (id, node) = self.go(step);
        if let Some(key) = key
            && self.asks_name(node)
        {
            self.name(node, id, key);
        }
        self.entered(id, node)
    }

    fn enter_again(&mut self, spelled: &[u8]) -> Option<(usize, Again)> {
        let (parent, from) = self.open();
        let (node, len) = self.paths.enter_again(from, spelled)?;
        // A record is read again for what its persons and labels tell of all values.
        if self.clean_names.is_plain(node) && !self.work.looked.repeats() {
            self.ahead = node;
            return Some((len, Again::Ahead));
        }
        if self.asks_name(node) {
            return None;
        }
        let id = self.step(parent, node, StepName::Key);
        Some((len, Again::Entered(self.entered(id, node))))
    }

    fn passes(&mut self, kind: LeafKind, text: &str) -> bool {
        let node = self.ahead;
        let is_known =
            |kind: TextKind| known::Text::new(node, kind, text).is_some_and(|text| self.work.known.is_clean(text));
        let passes = match kind {
            LeafKind::Number => self.spares(text, node) || is_known(TextKind::Number),
            kind => is_known(self.text_kind(kind, node)),
        };
        if passes {
            self.count_step(self.work.here);
        }
        passes
    }

    fn enter_ahead(&mut self) -> Descend {
        let id = self.step(self.work.here, self.ahead, StepName::Key);
        self.entered(id, self.ahead)
    }

    fn leaf(&mut self, leaf: Leaf<'_>, node: Node) {
        if self.label.is_none() && !self.may_be_beside_label() {
            return self.read(&leaf, node);
        }
        let outer = self.label.take();
        self.meet_label(&leaf);
        self.read(&leaf, node);
        self.label = outer;
    }

    fn whole(&mut self, node: Node) {
        let (_, path) = self.open();
        if let Treatment::Apply(operator) = self.paths.node(path).treatment {
            self.whole_value(operator, "", node, value_kind(node.kind), Chain::default());
        } else {
            debug_assert!(false, "only an operator asks for a value as one");
            self.error.get_or_insert(Refused { reason: Reason::Internal, step: StepId::ROOT });
        }
    }

    fn leave(&mut self) {
        self.work.leave();
    }
}

impl Collector<'_> {
    /// Tells whether a member's name has to be looked at: it is not the policy's own, and not known to be clean or persons of
    /// the record are.
    fn asks_name(&self, node: NodeId) -> bool {
        let here = self.paths.node(node);
        here.named == Named::No
            && here.treatment != Treatment::Keep
            && (!self.clean_names.contains(node) || !self.people.is_empty())
    }

    /// Says how a member or an element is read whose name was looked at.
    fn entered(&mut self, id: StepId, node: NodeId) -> Descend {
        let here = self.paths.node(node);
        let (treatment, below) = (here.treatment, here.below);
        if self.part == Part::Value && matches!(here.sibling, Sibling::Payload | Sibling::Signature) {
            let (sibling, object) = (here.sibling, self.object(id));
            self.work.labels.meet(sibling, object, "");
        }
        match treatment {
            Treatment::Apply(operator)
                if below == Below::Nothing && self.plan.operator(operator).reach() == Reach::Whole =>
            {
                Descend::Whole
            }
            Treatment::Scan | Treatment::Text | Treatment::Keep | Treatment::Refuse | Treatment::Apply(_) => {
                Descend::Into
            }
        }
    }

    /// Tells whether the field at hand may be a label, or have one beside it. A key and a header have none.
    fn may_be_beside_label(&self) -> bool {
        let (_, path) = self.open();
        self.part == Part::Value && self.paths.node(path).sibling != Sibling::None
    }

    /// Notes a leaf that may be a label, or what one stands beside; takes up what the label says.
    fn meet_label(&mut self, leaf: &Leaf<'_>) {
        let (step, path) = self.open();
        let here = self.paths.node(path);
        let sibling = here.sibling;
        let is_text = matches!(leaf.kind, LeafKind::Text | LeafKind::Prose);
        // A key and a header have no label beside them.
        if self.part != Part::Value || !(sibling == Sibling::Value || (sibling == Sibling::Label && is_text)) {
            return;
        }
        // What the field's own name is proof of, no label takes away.
        let is_typed = here.hint.typed().is_some_and(|entity| self.plan.mask().contains(entity));
        let object = self.object(step);
        self.work.labels.meet(sibling, object, leaf.text);
        if sibling == Sibling::Value && !is_typed {
            self.label = self.work.labels.of(object.0).cloned();
        }
    }

    /// Gives the object that holds the member at a step, or the array that is the member.
    pub(super) fn object(&self, mut step: StepId) -> (Visit, NodeId) {
        while let Some(entry) = self.work.steps.get(step.place()) {
            step = entry.parent;
            if entry.name == StepName::Key {
                break;
            }
        }
        let node = self.work.steps.get(step.place()).map_or(self.root, |entry| entry.node);
        let way =
            std::iter::successors(self.work.steps.get(step.place()), |entry| self.work.steps.get(entry.parent.place()));
        (self.work.labels.visit(way.map(|entry| entry.place)), node)
    }

    /// Tells at a glance that nothing can be found in a number.
    fn spares(&self, number: &str, path: NodeId) -> bool {
        let hint = self.label.as_ref().unwrap_or(&self.paths.node(path).hint);
        self.plan.spares_number(number, hint)
    }

    /// Reads a leaf as its field is treated.
    fn read(&mut self, leaf: &Leaf<'_>, node: Node) {
        let (_, path) = self.open();
        if let (Some(watch), LeafKind::Text | LeafKind::Prose | LeafKind::Number) =
            (self.paths.node(path).watch, leaf.kind)
        {
            let text = self.work.keep_text(leaf.text);
            self.work.watched.push((watch, text));
        }
        let treatment = self.paths.node(path).treatment;
        let is_text = matches!(leaf.kind, LeafKind::Text | LeafKind::Prose);
        if is_text && !treatment.is_scanned() && self.inside(leaf, node) {
            return;
        }
        match (treatment, leaf.kind) {
            (Treatment::Keep, _)
            | (Treatment::Scan | Treatment::Text, LeafKind::Bool | LeafKind::Null | LeafKind::Key) => {}
            (Treatment::Scan | Treatment::Text, LeafKind::Text | LeafKind::Prose) => {
                self.scan(leaf, node, self.text_kind(leaf.kind, path), ValueKind::Text);
            }
            (Treatment::Scan | Treatment::Text, LeafKind::Number) if self.spares(leaf.text, path) => {}
            (Treatment::Scan | Treatment::Text, LeafKind::Number) => {
                self.scan(leaf, node, TextKind::Number, ValueKind::Number);
            }
            (Treatment::Apply(operator), _) => {
                self.whole_value(operator, leaf.text, node, value_kind(node.kind), Chain::default());
            }
            (Treatment::Refuse, _) => self.refuse(Reason::UnknownField),
        }
    }
}

/// What an operator is told of a value.
fn value_kind(kind: NodeKind) -> ValueKind {
    match kind {
        NodeKind::Text => ValueKind::Text,
        NodeKind::Number => ValueKind::Number,
        NodeKind::Bool => ValueKind::Bool,
        NodeKind::Null => ValueKind::Null,
        NodeKind::Object => ValueKind::Object,
        NodeKind::Array => ValueKind::Array,
    }
}

impl Refused {
    /// Makes the error with its place, which shows only names that are safe.
    pub(super) fn into_error(self, plan: &Plan, paths: &Paths, work: &Work) -> RecordError {
        RecordError { reason: self.reason, place: super::decide::safe_place(plan, paths, work, self.step) }
    }
}
