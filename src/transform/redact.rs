//! The value becomes empty.

use super::{
    Answer, Distinct, Form, Input, OldShape, Operator, OperatorError, OperatorRow, ParameterRow, Reach, Required,
    ValueKind, Written,
};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "redact",
    summary: "empties the value",
    parameters: &[ParameterRow {
        name: "to",
        form: Form::OneOf(&["empty", "null", "zero"]),
        required: Required::No,
        summary: "`empty` (default): \"\", {}, [], and null for numbers and booleans; `null`; \
                  `zero`: 0, false, \"\", {}, []",
    }],
    build: |parameters, _| {
        let to = parameters.choice("to", &[("empty", To::Empty), ("null", To::Null), ("zero", To::Zero)])?;
        Ok(Box::new(Redact { to: to.unwrap_or(To::Empty) }))
    },
};

/// Empties the value.
#[derive(Debug)]
struct Redact {
    to: To,
}

#[derive(Debug, Clone, Copy)]
enum To {
    Empty,
    Null,
    Zero,
}

impl Operator for Redact {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn distinct(&self) -> Distinct {
        Distinct::Lost
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        let emptied = match value.value {
            ValueKind::Text | ValueKind::Key => Shape::Exactly(String::new()),
            ValueKind::Object => Shape::EmptyObject,
            ValueKind::Array => Shape::EmptyArray,
            ValueKind::Number | ValueKind::Bool | ValueKind::Null => Shape::Null,
        };
        vec![match (self.to, value.value) {
            (To::Empty, _) => emptied,
            (To::Null, _) => Shape::Null,
            (To::Zero, ValueKind::Number) => Shape::Literal("0".to_owned()),
            (To::Zero, ValueKind::Bool) => Shape::Literal("false".to_owned()),
            (To::Zero, _) => emptied,
        }]
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        Ok(match self.to {
            To::Empty => emptied(input),
            To::Null if input.is_text_only() => Written::Text,
            To::Null => Written::Null,
            To::Zero => zeroed(input, out),
        })
    }
}

/// Says what is left of a value that nothing may remain of: text becomes `""`, containers empty, all else null.
pub(super) fn emptied(input: &Input<'_>) -> Written {
    if input.is_text_only() {
        return Written::Text;
    }
    match input.value {
        ValueKind::Text | ValueKind::Key => Written::Text,
        ValueKind::Object => Written::EmptyObject,
        ValueKind::Array => Written::EmptyArray,
        ValueKind::Number | ValueKind::Bool | ValueKind::Null => Written::Null,
    }
}

fn zeroed(input: &Input<'_>, out: &mut String) -> Written {
    let literal = match input.value {
        ValueKind::Number if !input.is_text_only() => "0",
        ValueKind::Bool if !input.is_text_only() => "false",
        _ => return emptied(input),
    };
    if input.text == literal {
        return Written::Unchanged;
    }
    out.push_str(literal);
    Written::Literal
}
