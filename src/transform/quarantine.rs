//! The record is refused, and goes to the dead-letter topic.

use super::{Answer, Distinct, Input, OldShape, Operator, OperatorError, OperatorRow, Reach, Written};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "quarantine",
    summary: "sends the whole record to the dead-letter topic instead of the output",
    parameters: &[],
    build: |_, _| Ok(Box::new(Quarantine)),
};

/// Refuses the record that holds the value.
#[derive(Debug)]
struct Quarantine;

impl Operator for Quarantine {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn distinct(&self) -> Distinct {
        Distinct::Gone
    }

    fn shapes(&self, _: &OldShape<'_>) -> Vec<Shape> {
        Vec::new()
    }

    /// It leaves no text.
    fn may_be_in(&self, _: &str) -> bool {
        false
    }

    fn write(&self, _: &Input<'_>, _: Option<&Answer>, _: &mut String) -> Result<Written, OperatorError> {
        Ok(Written::Quarantine)
    }
}
