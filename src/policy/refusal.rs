//! The operator that stands where no other may: it refuses the record.

use crate::transform::{Answer, Distinct, Input, Operator, OperatorError, Reach, Written};

/// Refuses the record that holds the value. Stands where a record key would need an operator that keeps different
/// keys different, and where an operator is missing.
#[derive(Debug)]
pub(super) struct Refusal;

impl Operator for Refusal {
    fn name(&self) -> &'static str {
        "refuse"
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn distinct(&self) -> Distinct {
        Distinct::Lost
    }

    fn write(&self, _: &Input<'_>, _: Option<&Answer>, _: &mut String) -> Result<Written, OperatorError> {
        Ok(Written::Quarantine)
    }
}
