//! A visitor for tests that writes down what it is offered.

use super::{Descend, Format, FormatError, Leaf, LeafKind, Limits, Node, NodeKind, ReadScratch, Visitor};
use crate::model::{OwnedStep, Span, SpanMap, Step};

/// One leaf as it was offered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    pub path: Vec<OwnedStep>,
    pub kind: LeafKind,
    pub text: String,
    pub raw: Span,
    pub map: SpanMap,
    /// None for a key.
    pub node: Option<Node>,
}

/// What a record offered.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub leaves: Vec<Seen>,
    /// The values reported as one.
    pub wholes: Vec<Node>,
    path: Vec<OwnedStep>,
    /// The paths to answer with `Whole`, by their length and the number of the member.
    pub whole_every: Option<usize>,
    entered: usize,
}

impl Recorder {
    /// Reads a record to its end.
    pub fn read(format: &dyn Format, record: &[u8]) -> Result<Self, FormatError> {
        Self::read_with(format, record, None, &Limits::default())
    }

    /// Reads a record; every so manieth member is taken as one.
    pub fn read_with(
        format: &dyn Format,
        record: &[u8],
        whole_every: Option<usize>,
        limits: &Limits,
    ) -> Result<Self, FormatError> {
        let mut recorder = Self { whole_every, ..Self::default() };
        format.read(record, limits, &mut ReadScratch::default(), &mut recorder)?;
        assert!(recorder.path.is_empty(), "every enter has its leave");
        Ok(recorder)
    }

    /// Gives the leaves as `path kind text`, one a line.
    pub fn listing(&self) -> String {
        let mut lines = String::new();
        for seen in &self.leaves {
            let path = crate::model::FieldPath(seen.path.clone()).to_string();
            let path = if path.is_empty() { "root" } else { &path };
            lines.push_str(&format!("{path} {:?} {}\n", seen.kind, seen.text));
        }
        lines
    }

    fn see(&mut self, leaf: Leaf<'_>, node: Option<Node>) {
        self.leaves.push(Seen {
            path: self.path.clone(),
            kind: leaf.kind,
            text: leaf.text.to_owned(),
            raw: leaf.raw,
            map: leaf.map.clone(),
            node,
        });
    }
}

impl Visitor for Recorder {
    fn enter(&mut self, step: Step<'_>, key: Option<Leaf<'_>>) -> Descend {
        self.path.push(step.into());
        if let Some(key) = key {
            assert_eq!(key.kind, LeafKind::Key);
            self.see(key, None);
        }
        self.entered += 1;
        match self.whole_every {
            Some(every) if self.entered.is_multiple_of(every) => Descend::Whole,
            _ => Descend::Into,
        }
    }

    fn leaf(&mut self, leaf: Leaf<'_>, node: Node) {
        assert!(!matches!(node.kind, NodeKind::Object | NodeKind::Array));
        self.see(leaf, Some(node));
    }

    fn whole(&mut self, node: Node) {
        self.wholes.push(node);
    }

    fn leave(&mut self) {
        self.path.pop().expect("a leave has its enter");
    }
}
