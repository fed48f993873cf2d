//! The value stays.

use super::{
    Answer, Distinct, Form, Input, OldShape, Operator, OperatorError, OperatorRow, ParameterRow, Reach, Required,
    Written,
};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "keep",
    summary: "leaves the value byte for byte",
    parameters: &[ParameterRow {
        name: "reason",
        form: Form::Text,
        required: Required::No,
        summary: "why it may stay; required where the value would be changed by default",
    }],
    build: |parameters, _| {
        parameters.text("reason")?;
        Ok(Box::new(Keep))
    },
};

/// Leaves the value byte for byte.
#[derive(Debug)]
struct Keep;

impl Operator for Keep {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn distinct(&self) -> Distinct {
        Distinct::Kept
    }

    fn shapes(&self, _: &OldShape<'_>) -> Vec<Shape> {
        Vec::new()
    }

    /// It changes none.
    fn may_be_in(&self, _: &str) -> bool {
        false
    }

    fn write(&self, _: &Input<'_>, _: Option<&Answer>, _: &mut String) -> Result<Written, OperatorError> {
        Ok(Written::Unchanged)
    }
}
