//! Operators: what happens to a value.
//!
//! An operator has two steps: what it needs from a store (usually nothing), and how it writes, which is pure. It knows
//! nothing of findings, policies or formats. One row of [`OPERATORS`] and one file make an operator; policies, help
//! texts, documentation and the law tests read that table.
//!
//! Laws, held for every row: `null` stays `null` and `""` stays `""`; `mask`, `redact` and `replace` are idempotent;
//! the same key and value give the same token; what `redact`, `replace`, `hash` and `tokenize` write never contains
//! the text they replace, where that has [`ECHO_MIN`] characters or more; see [`OperatorError::Echo`].

mod drop_field;
mod drop_record;
mod input;
mod keep;
mod parameters;
mod redact;
mod store;

pub use input::{Distinct, Epoch, Input, OperatorError, Part, Reach, ValueKind, Written};
pub use parameters::{BuildContext, BuildError, Form, OperatorRow, ParameterRow, ParameterValue, Parameters, Required};
pub use store::{Answer, Request, Store, StoreError};

use crate::model::Span;

/// Texts of at least so many characters never stand in what replaces them; shorter ones do by chance.
pub const ECHO_MIN: usize = 4;

/// Limit of a value for operators that use a key, in bytes; applies to the text and to its canonical form.
pub const KEYED_VALUE_MAX: usize = 64 * 1024;

/// What happens to a value.
pub trait Operator: Send + Sync + std::fmt::Debug {
    /// Gives the name in policies and reports.
    fn name(&self) -> &'static str;

    /// Tells what a field entry on an object or array means.
    fn reach(&self) -> Reach;

    /// Tells whether different values stay different, as record keys need.
    fn distinct(&self) -> Distinct;

    /// Tells which key writes, and whether rotation moves it.
    fn epoch(&self) -> Epoch {
        Epoch::Keyless
    }

    /// Tells what it needs from a store before it can write.
    fn needs(&self, _input: &Input<'_>) -> Option<Request> {
        None
    }

    /// Appends the spans of `text` that this very operator made under a key still enabled, in the order of the text.
    ///
    /// What was tokenized inside free text is found again by this, and whoever looks for findings leaves it alone.
    fn made(&self, _text: &str, _out: &mut Vec<Span>) {}

    /// Appends the replacement to `out`; pure. On [`Written::Unchanged`] and on errors `out` is as it was.
    ///
    /// # Errors
    /// Where this value cannot be replaced: the record is refused, never passed on.
    fn write(&self, input: &Input<'_>, answer: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError>;
}

/// Every operator.
pub const OPERATORS: &[OperatorRow] = &[keep::ROW, redact::ROW, drop_field::ROW, drop_record::ROW];

/// Gives the row of the operator of that name.
pub fn operator(name: &str) -> Option<&'static OperatorRow> {
    OPERATORS.iter().find(|row| row.name == name)
}
