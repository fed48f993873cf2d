//! A fixed text or value takes the value's place.

use super::echo::repeats;
use super::redact::emptied;
use super::{
    Answer, BuildError, Distinct, ECHO_MIN, Form, Input, OldShape, Operator, OperatorError, OperatorRow, ParameterRow,
    ParameterValue, Parameters, Part, Reach, Required, ValueKind, Written,
};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "replace",
    summary: "puts a fixed text or value in the value's place",
    parameters: &[
        ParameterRow {
            name: "value",
            form: Form::Json,
            required: Required::No,
            summary: "a text, number, boolean, null, object or array; not together with `template`",
        },
        ParameterRow {
            name: "template",
            form: Form::Text,
            required: Required::No,
            summary: "a text in which `{entity}` stands for the entity type; default `<{entity}>`",
        },
    ],
    build: |parameters, _| {
        let with = with(parameters)?;
        Ok(Box::new(Replace { frame: frame(&with), with }))
    },
};

/// Puts a fixed text or value in the value's place.
#[derive(Debug)]
struct Replace {
    with: With,
    /// What stands around the entity type of a template, too short to repeat a value; none of other replacements.
    frame: Option<String>,
}

#[derive(Debug)]
enum With {
    /// These pieces with the entity type between them.
    Template(Vec<String>),
    /// A number or boolean, spelled as JSON.
    Literal { text: String, value: ValueKind },
    /// An object or array.
    Json(String),
    /// Null.
    Null,
}

fn with(parameters: &Parameters) -> Result<With, BuildError> {
    let template = parameters.text("template")?;
    match (parameters.0.get("value"), template) {
        (Some(_), Some(_)) => {
            Err(BuildError::of("template", "`value` and `template` exclude each other").with_help("keep one of them"))
        }
        (Some(ParameterValue::Text(text)), None) => Ok(With::Template(vec![text.clone()])),
        (Some(ParameterValue::Integer(number)), None) => {
            Ok(With::Literal { text: number.to_string(), value: ValueKind::Number })
        }
        (Some(ParameterValue::Bool(truth)), None) => {
            Ok(With::Literal { text: truth.to_string(), value: ValueKind::Bool })
        }
        (Some(ParameterValue::Json(text)), None) => match text.as_bytes().first() {
            Some(b'n') => Ok(With::Null),
            Some(b'{' | b'[') => Ok(With::Json(text.clone())),
            Some(_) | None => Ok(With::Literal { text: text.clone(), value: ValueKind::Number }),
        },
        (Some(ParameterValue::List(_)), None) => Err(BuildError::of("value", "`value` is one JSON value")),
        (None, template) => pieces(template.unwrap_or("<{entity}>")).map(With::Template),
    }
}

fn frame(with: &With) -> Option<String> {
    match with {
        With::Template(pieces) if pieces.len() > 1 => {
            Some(pieces.concat()).filter(|frame| !frame.is_empty() && frame.chars().nth(ECHO_MIN - 1).is_none())
        }
        With::Template(_) | With::Literal { .. } | With::Json(_) | With::Null => None,
    }
}

/// Cuts a template at its `{entity}`.
fn pieces(template: &str) -> Result<Vec<String>, BuildError> {
    let pieces: Vec<String> = template.split("{entity}").map(str::to_owned).collect();
    if pieces.iter().any(|piece| piece.contains(['{', '}'])) {
        return Err(BuildError::of("template", "a template knows no other braces than `{entity}`")
            .with_help("`value` takes a text with braces as it is"));
    }
    Ok(pieces)
}

impl Operator for Replace {
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
        let (new, len) = match &self.with {
            With::Template(pieces) => {
                let text = pieces.join(value.entity);
                let len = text.len();
                (Shape::Exactly(text), len)
            }
            With::Literal { text, .. } => (Shape::Literal(text.clone()), text.len()),
            With::Json(text) => (Shape::Json(text.clone()), text.len()),
            With::Null => (Shape::Null, 0),
        };
        // A number that stands in a longer replacement is emptied.
        let emptied = (value.value == ValueKind::Number && len > ECHO_MIN).then_some(Shape::Null);
        std::iter::once(new).chain(emptied).collect()
    }

    /// In a text, what is no text is spelled; null leaves nothing, and neither does what empties a finding.
    fn may_be_in(&self, text: &str) -> bool {
        match &self.with {
            With::Template(pieces) => self.may_empty() || pieces.iter().all(|piece| text.contains(piece)),
            With::Literal { text: literal, .. } | With::Json(literal) => self.may_empty() || text.contains(literal),
            With::Null => true,
        }
    }

    /// Where the replacement would contain the text, the value is emptied instead: `EMAIL` must not survive inside
    /// `<EMAIL_ADDRESS>`. Of a template a finding in a text keeps what stands around the entity type, `<>`, so that it is seen
    /// that something was there. A value that is the replacement already stays.
    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        let is_frame = input.part == Part::Span && self.frame.as_deref() == Some(input.text);
        if input.is_nothing() || is_frame {
            return Ok(Written::Unchanged);
        }
        let start = out.len();
        let (kind, written) = match &self.with {
            With::Template(pieces) => {
                for (place, piece) in pieces.iter().enumerate() {
                    if place > 0 {
                        out.push_str(input.entity);
                    }
                    out.push_str(piece);
                }
                (ValueKind::Text, Written::Text)
            }
            With::Null => return Ok(if input.is_text_only() { Written::Text } else { Written::Null }),
            With::Json(text) => {
                out.push_str(text);
                let whole = if text.starts_with('{') { ValueKind::Object } else { ValueKind::Array };
                if input.is_text_only() { (ValueKind::Text, Written::Text) } else { (whole, Written::Json) }
            }
            With::Literal { text, value } => {
                out.push_str(text);
                if input.is_text_only() { (ValueKind::Text, Written::Text) } else { (*value, Written::Literal) }
            }
        };
        let replacement = out.get(start..).unwrap_or_default();
        // A cell of CSV is a text, whatever was written into it.
        let same = replacement == input.text
            && (kind == input.value || input.is_text_only() || input.value == ValueKind::Text);
        let repeated = repeats(replacement, input.text);
        if same || repeated {
            out.truncate(start);
        }
        let frame = self.frame.as_deref().filter(|_| input.part == Part::Span);
        Ok(if same {
            Written::Unchanged
        } else if let (Some(frame), true) = (frame, repeated) {
            out.push_str(frame);
            Written::Text
        } else if repeated {
            emptied(input)
        } else {
            written
        })
    }
}

impl Replace {
    /// Tells whether some finding may leave nothing at all: one that has [`ECHO_MIN`] characters and is part of the
    /// replacement, but not all of it.
    fn may_empty(&self) -> bool {
        let is_longer = |text: &str| text.chars().nth(ECHO_MIN).is_some();
        match &self.with {
            With::Template(pieces) if pieces.len() > 1 => self.frame.is_none(),
            With::Template(pieces) => pieces.iter().any(|piece| is_longer(piece)),
            With::Literal { text, .. } | With::Json(text) => is_longer(text),
            With::Null => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Sample, build, refused, written};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    #[test]
    fn the_default_names_the_entity() {
        let operator = build("replace", &[]);
        assert_eq!(written(&*operator, Sample::span("a@b.de", "EMAIL_ADDRESS")), "text <EMAIL_ADDRESS>");
        assert_eq!(written(&*operator, Sample::text("Ada")), "text <VALUE>");
        assert_eq!(written(&*operator, Sample::of("4111", ValueKind::Number)), "text <VALUE>");
        assert_eq!(written(&*operator, Sample::of("", ValueKind::Object)), "text <VALUE>");
    }

    #[test]
    fn a_value_keeps_its_type() {
        let number = build("replace", &[("value", ParameterValue::Integer(-1))]);
        assert_eq!(written(&*number, Sample::of("4711", ValueKind::Number)), "literal -1");
        assert_eq!(written(&*number, Sample::text("Ada")), "literal -1");
        assert_eq!(written(&*number, Sample::span("Ada", "PERSON")), "text -1");
        assert_eq!(written(&*number, Sample::of("Ada", ValueKind::Key)), "text -1");
        let truth = build("replace", &[("value", ParameterValue::Bool(true))]);
        assert_eq!(written(&*truth, Sample::of("false", ValueKind::Bool)), "literal true");
        assert_eq!(written(&*truth, Sample::of("true", ValueKind::Bool)), "unchanged");
        let object = build("replace", &[("value", ParameterValue::Json(r#"{"a":[1.50]}"#.into()))]);
        assert_eq!(written(&*object, Sample::of("", ValueKind::Array)), r#"json {"a":[1.50]}"#);
        assert_eq!(written(&*object, Sample::text("Ada")), r#"json {"a":[1.50]}"#);
        assert_eq!(written(&*object, Sample::span("Ada", "PERSON")), r#"text {"a":[1.50]}"#);
        assert_eq!(written(&*object, Sample::text("1.50")), "text ", "nothing is repeated");
        let null = build("replace", &[("value", ParameterValue::Json("null".into()))]);
        assert_eq!(written(&*null, Sample::of("4711", ValueKind::Number)), "null");
        assert_eq!(written(&*null, Sample::span("Ada", "PERSON")), "text ");
        let fraction = build("replace", &[("value", ParameterValue::Json("-0.50".into()))]);
        assert_eq!(written(&*fraction, Sample::of("4711", ValueKind::Number)), "literal -0.50");
        let braces = build("replace", &[("value", text("{x}"))]);
        assert_eq!(written(&*braces, Sample::text("Ada")), "text {x}");
    }

    #[test]
    fn a_replacement_that_would_repeat_the_value_empties_it() {
        let operator = build("replace", &[]);
        assert_eq!(written(&*operator, Sample::span("EMAIL", "EMAIL_ADDRESS")), "text <>");
        assert_eq!(written(&*operator, Sample::span("<>", "EMAIL_ADDRESS")), "unchanged", "twice is once");
        assert_eq!(written(&*operator, Sample::text("VALUE")), "text ");
        assert_eq!(written(&*operator, Sample::text("VAL")), "text <VALUE>");
        assert_eq!(written(&*operator, Sample::text("<VALUE>")), "unchanged");
        let number = build("replace", &[("value", ParameterValue::Integer(12_345))]);
        assert_eq!(written(&*number, Sample::of("2345", ValueKind::Number)), "null");
        assert_eq!(written(&*number, Sample::of("12345", ValueKind::Number)), "unchanged");
        assert_eq!(written(&*number, Sample::text("12345")), "unchanged", "as a cell of CSV has it the second time");
        assert_eq!(written(&*number, Sample::text("2345")), "text ");
        assert_eq!(written(&*operator, Sample::of("12345", ValueKind::Number)), "text <VALUE>");
        let bare = build("replace", &[("template", text("{entity}"))]);
        assert_eq!(written(&*bare, Sample::span("EMAIL", "EMAIL_ADDRESS")), "text ", "nothing stands around it");
        let framed = build("replace", &[("template", text("{entity} of John"))]);
        assert_eq!(written(&*framed, Sample::span("John", "PERSON")), "text ", "nor what it is itself");
    }

    #[test]
    fn mistakes_are_refused() {
        assert_eq!(refused("replace", &[("template", text("<{kind}>"))]).parameter, Some("template"));
        assert_eq!(refused("replace", &[("template", text("a")), ("value", text("b"))]).parameter, Some("template"));
        assert_eq!(refused("replace", &[("template", ParameterValue::Bool(true))]).parameter, Some("template"));
    }
}
