//! What the policy's schema says that a node holds.

use super::{Edge, NodeId, Paths};
use crate::model::Step;
use crate::policy::pattern::RecordPart;
use crate::policy::plan::{DeclaredId, Plan};

impl Paths {
    /// Gives the place of the schema for a new node. A schema is that of the value; inside of a text it says nothing.
    pub(super) fn held(&self, plan: &Plan, parent: u32, edge: Edge, part: RecordPart) -> Option<DeclaredId> {
        if edge == Edge::Root {
            return plan.declared.root().filter(|_| part == RecordPart::Value);
        }
        let above = self.node(NodeId(parent)).declared?;
        let is_inside = matches!(self.slot(parent).map(|slot| slot.edge), Some(Edge::Inside(_)));
        match edge {
            Edge::Root => None,
            Edge::Inside(coding) => plan.declared.below(above, Step::Inside(coding)),
            Edge::Key(..) | Edge::Index(_) | Edge::Element if is_inside => None,
            Edge::Key(start, end) => plan.declared.below(above, Step::Key(self.name(start, end))),
            Edge::Index(at) => plan.declared.below(above, Step::Index(at)),
            Edge::Element => plan.declared.below(above, Step::Index(0)),
        }
    }
}
