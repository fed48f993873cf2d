//! The field leaves the output.

use super::{Answer, Distinct, Input, OldShape, Operator, OperatorError, OperatorRow, Reach, Written};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "drop_field",
    summary: "removes the field that holds the value, name included",
    parameters: &[],
    build: |_, _| Ok(Box::new(DropField)),
};

/// Drops the field, whatever its value is.
#[derive(Debug)]
struct DropField;

impl Operator for DropField {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn distinct(&self) -> Distinct {
        Distinct::Lost
    }

    fn shapes(&self, _: &OldShape<'_>) -> Vec<Shape> {
        vec![Shape::Removed]
    }

    /// It leaves no text.
    fn may_be_in(&self, _: &str) -> bool {
        false
    }

    fn write(&self, _: &Input<'_>, _: Option<&Answer>, _: &mut String) -> Result<Written, OperatorError> {
        Ok(Written::DropField)
    }
}
