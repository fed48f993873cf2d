//! An operator and its parameters as a policy writes them: `keep`, or `{mask: {keep_last: 4}}`.

use crate::policy::diagnostic::{Diagnostics, mistyped};
use crate::policy::source::Place;
use crate::policy::tree::{Content, Entry, Scalar, Style, Value};
use crate::transform::{Form, OPERATORS, OperatorRow, ParameterRow, ParameterValue, Parameters, Required, operator};
use std::collections::BTreeMap;

/// A thing and where it stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::policy) struct Placed<T> {
    pub(in crate::policy) value: T,
    pub(in crate::policy) place: Place,
}

/// An operator with parameters of the right form.
#[derive(Debug)]
pub(in crate::policy) struct OperatorDoc {
    pub(in crate::policy) row: &'static OperatorRow,
    pub(in crate::policy) place: Place,
    pub(in crate::policy) parameters: Parameters,
    /// Where each parameter's value stands.
    pub(in crate::policy) places: BTreeMap<String, Place>,
}

/// Where an operator is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// Under `fields:`, where `scan` is possible too.
    Field,
    /// Under `defaults:`.
    Default,
}

/// What a field entry says instead of an operator: entities inside are treated by their own types.
pub(super) const SCAN: &str = "scan";
/// The word that takes a field's texts for free text.
pub(super) const TEXT: &str = "text";

impl OperatorDoc {
    /// Gives a parameter that is a text.
    pub(in crate::policy) fn text(&self, name: &str) -> Option<&str> {
        match self.parameters.0.get(name) {
            Some(ParameterValue::Text(text)) => Some(text),
            Some(
                ParameterValue::Integer(_)
                | ParameterValue::Bool(_)
                | ParameterValue::List(_)
                | ParameterValue::Json(_),
            )
            | None => None,
        }
    }

    /// Gives the place of a parameter, or of the operator where it is not there.
    pub(in crate::policy) fn place_of(&self, parameter: Option<&str>) -> Place {
        parameter.and_then(|name| self.places.get(name)).copied().unwrap_or(self.place)
    }
}

/// Reads an operator.
pub(super) fn read(value: &Value, spot: Spot, diagnostics: &mut Diagnostics) -> Option<OperatorDoc> {
    let (name, place, parameters) = match &value.content {
        Content::Scalar(scalar) => (scalar.text.as_str(), value.place, None),
        Content::Map(map) => match map.entries.as_slice() {
            [Entry { key, place, value }] => (key.as_str(), *place, Some(value)),
            _ => {
                diagnostics
                    .error(value.place, format!("one operator belongs here, and there are {}", map.entries.len()))
                    .help("as in `{mask: {keep_last: 4}}`");
                return None;
            }
        },
        Content::Null | Content::List(_) => {
            let message = format!("an operator belongs here, and this is {}", value.kind());
            diagnostics.error(value.place, message).help("as in `redact` or `{mask: {keep_last: 4}}`");
            return None;
        }
    };
    let Some(row) = operator(name) else {
        unknown(name, place, spot, diagnostics);
        return None;
    };
    let mut doc = OperatorDoc { row, place, parameters: Parameters::default(), places: BTreeMap::new() };
    let read_all = parameters.is_none_or(|value| read_parameters(&mut doc, value, diagnostics));
    let missing = row.parameters.iter().filter(|parameter| parameter.required == Required::Yes);
    let mut complete = true;
    for parameter in missing.filter(|_| read_all).filter(|row| !doc.parameters.0.contains_key(row.name)) {
        complete = false;
        diagnostics
            .error(place, format!("`{name}` needs `{}`", parameter.name))
            .help(format!("{}, as in `{{{name}: {{{}: …}}}}`", parameter.summary, parameter.name));
    }
    (read_all && complete).then_some(doc)
}

fn unknown(name: &str, place: Place, spot: Spot, diagnostics: &mut Diagnostics) {
    if name == SCAN || name == TEXT {
        let message = match spot {
            Spot::Field => format!("`{name}` takes no parameters"),
            Spot::Default => format!("`{name}` is for fields; a finding needs an operator"),
        };
        diagnostics.error(place, message);
        return;
    }
    let words = [SCAN, TEXT].into_iter().filter(|_| spot == Spot::Field);
    let known = OPERATORS.iter().map(|row| row.name).chain(words);
    let what = mistyped(name, known.clone());
    diagnostics.error(place, format!("unknown operator{what}")).suggest(name, known);
}

/// Reads the parameters; tells whether all of them could be.
fn read_parameters(doc: &mut OperatorDoc, value: &Value, diagnostics: &mut Diagnostics) -> bool {
    let (name, rows) = (doc.row.name, doc.row.parameters);
    let map = match &value.content {
        Content::Map(map) => map,
        Content::Null => return true,
        Content::Scalar(_) | Content::List(_) => {
            let example = rows.first().map_or(format!("`{name}`"), |row| format!("`{{{name}: {{{}: …}}}}`", row.name));
            diagnostics
                .error(value.place, format!("the parameters of `{name}` are a map, and this is {}", value.kind()))
                .help(format!("as in {example}"));
            return false;
        }
    };
    let mut all = true;
    for entry in &map.entries {
        let Some(row) = doc.row.parameter(&entry.key) else {
            let what = mistyped(&entry.key, rows.iter().map(|row| row.name));
            let message = match rows {
                [] => format!("`{name}` takes no parameters"),
                _ => format!("`{name}` has no such parameter{what}"),
            };
            let noted = diagnostics.error(entry.place, message).suggest(&entry.key, rows.iter().map(|row| row.name));
            let others: Vec<String> = OPERATORS
                .iter()
                .filter(|row| row.parameter(&entry.key).is_some())
                .map(|row| format!("`{}`", row.name))
                .collect();
            if !others.is_empty()
                && let Some(known) = noted.help.take()
            {
                noted.help(format!("`{}` is of {}; {known}", entry.key, others.join(" and ")));
            }
            all = false;
            continue;
        };
        match parameter(row, &entry.value, diagnostics) {
            Some(parameter) => {
                doc.parameters.0.insert(entry.key.clone(), parameter);
                doc.places.insert(entry.key.clone(), entry.value.place);
            }
            None => all = false,
        }
    }
    all
}

fn parameter(row: &ParameterRow, value: &Value, diagnostics: &mut Diagnostics) -> Option<ParameterValue> {
    match row.form {
        Form::Text => value.text(diagnostics).map(|text| ParameterValue::Text(text.to_owned())),
        Form::Integer => value.integer(i64::MIN..=i64::MAX, diagnostics).map(ParameterValue::Integer),
        Form::Bool => value.boolean(diagnostics).map(ParameterValue::Bool),
        Form::OneOf(words) => {
            // YAML reads the word as nothing at all.
            if value.content == Content::Null && words.contains(&"null") {
                return Some(ParameterValue::Text("null".to_owned()));
            }
            let choices: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
            value.one_of(&choices, diagnostics).map(|word| ParameterValue::Text(word.to_owned()))
        }
        Form::Json => json(value, diagnostics),
        Form::List => list(value, diagnostics),
    }
}

/// Reads a list of texts or whole numbers.
fn list(value: &Value, diagnostics: &mut Diagnostics) -> Option<ParameterValue> {
    let Content::List(all) = &value.content else {
        diagnostics.error(value.place, format!("this must be a list, and is {}", value.kind()));
        return None;
    };
    let read: Vec<ParameterValue> = all.iter().filter_map(|value| scalar(value, diagnostics)).collect();
    (read.len() == all.len()).then_some(ParameterValue::List(read))
}

/// Reads a value as what it is in JSON; texts, whole numbers and booleans keep their type.
fn json(value: &Value, diagnostics: &mut Diagnostics) -> Option<ParameterValue> {
    match &value.content {
        Content::Scalar(Scalar { text, style: Style::Plain }) if fraction(text) => {
            Some(ParameterValue::Json(text.clone()))
        }
        Content::Scalar(_) => scalar(value, diagnostics),
        Content::Null | Content::List(_) | Content::Map(_) => document(value, diagnostics).map(ParameterValue::Json),
    }
}

/// Tells whether a text is a number as JSON writes it, and no whole one.
fn fraction(text: &str) -> bool {
    text.contains(['.', 'e', 'E']) && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

/// Writes a value as JSON.
fn document(value: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let spelled = |text: &str| serde_json::to_string(text).ok();
    match &value.content {
        Content::Null => Some("null".to_owned()),
        Content::Scalar(_) => match json(value, diagnostics)? {
            ParameterValue::Text(text) => spelled(&text),
            ParameterValue::Integer(number) => Some(number.to_string()),
            ParameterValue::Bool(truth) => Some(truth.to_string()),
            ParameterValue::Json(text) => Some(text),
            ParameterValue::List(_) => None,
        },
        Content::List(all) => {
            let all: Option<Vec<String>> = all.iter().map(|value| document(value, diagnostics)).collect();
            Some(format!("[{}]", all?.join(",")))
        }
        Content::Map(map) => {
            let members = map
                .entries
                .iter()
                .map(|entry| Some(format!("{}:{}", spelled(&entry.key)?, document(&entry.value, diagnostics)?)));
            let members: Option<Vec<String>> = members.collect();
            Some(format!("{{{}}}", members?.join(",")))
        }
    }
}

/// Reads a text, whole number or boolean as what it is.
fn scalar(value: &Value, diagnostics: &mut Diagnostics) -> Option<ParameterValue> {
    let Content::Scalar(Scalar { text, style }) = &value.content else {
        let message = format!("this must be a text, a whole number, `true` or `false`, and is {}", value.kind());
        diagnostics.error(value.place, message);
        return None;
    };
    if *style == Style::Quoted {
        return Some(ParameterValue::Text(text.clone()));
    }
    match text.as_str() {
        "true" => Some(ParameterValue::Bool(true)),
        "false" => Some(ParameterValue::Bool(false)),
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == *text => Some(ParameterValue::Integer(number)),
            _ if text.parse::<f64>().is_ok() => {
                diagnostics
                    .error(value.place, "this is a number, but no whole number as JSON writes them")
                    .help("quote it to mean the text");
                None
            }
            _ => Some(ParameterValue::Text(text.clone())),
        },
    }
}
