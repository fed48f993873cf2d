//! Finds names of one object that have become equal.

use super::RecordError;
use crate::format::{Descend, Format, Leaf, Limits, Node, ReadScratch, Visitor};
use crate::model::Step;
use rustc_hash::FxHashSet;

/// Counts the names that stand in their object a second time.
#[derive(Default)]
struct Doubled {
    open: Vec<FxHashSet<String>>,
    count: usize,
}

impl Visitor for Doubled {
    fn enter(&mut self, step: Step<'_>, _key: Option<Leaf<'_>>) -> Descend {
        if let (Step::Key(name), Some(names)) = (step, self.open.last_mut())
            && !names.insert(name.to_owned())
        {
            self.count += 1;
        }
        self.open.push(FxHashSet::default());
        Descend::Into
    }

    fn leaf(&mut self, _leaf: Leaf<'_>, _node: Node) {}

    fn whole(&mut self, _node: Node) {}

    fn leave(&mut self) {
        self.open.pop();
    }
}

/// Tells whether `after` has more doubled names than `before`: whether an edit of names made two of them equal.
pub(super) fn collides(
    format: &dyn Format,
    before: &[u8],
    after: &[u8],
    limits: &Limits,
    scratch: &mut ReadScratch,
) -> Result<bool, RecordError> {
    let mut count = |bytes: &[u8]| -> Result<usize, RecordError> {
        let mut doubled = Doubled { open: vec![FxHashSet::default()], count: 0 };
        format.read(bytes, limits, scratch, &mut doubled)?;
        Ok(doubled.count)
    };
    Ok(count(after)? > count(before)?)
}
