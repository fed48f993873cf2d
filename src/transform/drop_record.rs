//! The record leaves the output.

use super::{Answer, Distinct, Input, OldShape, Operator, OperatorError, OperatorRow, Reach, Written};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "drop_record",
    summary: "removes the whole record from the output",
    parameters: &[],
    build: |_, _| Ok(Box::new(DropRecord)),
};

/// Drops the record that holds the value.
#[derive(Debug)]
struct DropRecord;

impl Operator for DropRecord {
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
        Ok(Written::DropRecord)
    }
}
