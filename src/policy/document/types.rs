//! `schema:`: what fields may hold, in the words of JSON Schema.

use super::known_keys;
use crate::format::{FieldType, Listed, Presence, TypeName};
use crate::policy::diagnostic::Diagnostics;
use crate::policy::pattern::PatternStep;
use crate::policy::source::Place;
use crate::policy::tree::{Content, Map, Scalar, Style, Value};
use regex::Regex;

/// The types of a record's fields.
#[derive(Debug)]
pub(in crate::policy) struct SchemaDoc {
    pub(in crate::policy) of: SchemaOf,
    pub(in crate::policy) fields: Vec<TypedField>,
    /// Every member that is named, whatever is said of it.
    pub(in crate::policy) properties: Vec<Vec<PatternStep>>,
    /// Objects that have no other members.
    pub(in crate::policy) closed: Vec<Vec<PatternStep>>,
}

/// Whose idea of types it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum SchemaOf {
    Json,
    Csv,
}

/// One field and what it may hold.
#[derive(Debug)]
pub(in crate::policy) struct TypedField {
    pub(in crate::policy) steps: Vec<PatternStep>,
    pub(in crate::policy) place: Place,
    pub(in crate::policy) declared: FieldType,
}

/// Keywords that say what a value may be.
const KEYWORDS: [&str; 13] = [
    "type",
    "properties",
    "additionalProperties",
    "items",
    "required",
    "maxLength",
    "minLength",
    "pattern",
    "enum",
    "const",
    "minimum",
    "maximum",
    "format",
];
/// Keywords that say nothing of it, or nothing that an operator could break.
const NOTES: [&str; 9] =
    ["$schema", "$id", "$comment", "title", "description", "examples", "default", "deprecated", "readOnly"];
/// How deep a schema may nest.
const NESTING_MAX: usize = 32;

/// Reads the schema; notes all that is wrong with it.
pub(super) fn read(value: &Value, diagnostics: &mut Diagnostics) -> Option<SchemaDoc> {
    let map = known_keys(value, &["json", "csv"], &["avro", "protobuf"], diagnostics)?;
    let [entry] = map.entries.as_slice() else {
        diagnostics
            .error(value.place, "a schema is that of one format")
            .help("as in `schema: {json: {properties: {age: {type: integer}}}}`");
        return None;
    };
    let of = if entry.key == "csv" { SchemaOf::Csv } else { SchemaOf::Json };
    let mut schema = SchemaDoc { of, fields: Vec::new(), properties: Vec::new(), closed: Vec::new() };
    one(&entry.value, &mut Vec::new(), Presence::Free, &mut schema, diagnostics);
    Some(schema)
}

fn one(
    value: &Value,
    steps: &mut Vec<PatternStep>,
    presence: Presence,
    schema: &mut SchemaDoc,
    diagnostics: &mut Diagnostics,
) {
    match &value.content {
        _ if is_anything(value) => return,
        Content::Scalar(Scalar { text, style: Style::Plain }) if text == "false" => {
            diagnostics.error(value.place, "`false` lets no value be here, so no record would fit").help(
                "leave the member out; `additionalProperties: false` beside `properties` lets no others be there",
            );
            return;
        }
        Content::Null | Content::Scalar(_) | Content::List(_) | Content::Map(_) => {}
    }
    let words: Vec<&str> = KEYWORDS.iter().chain(&NOTES).copied().collect();
    let later =
        ["patternProperties", "$ref", "$defs", "definitions", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"];
    let Some(map) = known_keys(value, &words, &later, diagnostics) else { return };
    if steps.len() > NESTING_MAX {
        diagnostics.error(value.place, format!("a schema nests at most {NESTING_MAX} deep"));
        return;
    }
    if let Some(declared) = declared(map, presence, diagnostics) {
        schema.fields.push(TypedField { steps: steps.clone(), place: value.place, declared });
    }
    let required =
        schema.fields.last().filter(|field| field.steps == *steps).map(|field| field.declared.members.clone());
    let required = required.unwrap_or_default();
    let properties = map.get("properties").and_then(|value| value.map(diagnostics));
    if let Some(properties) = properties {
        for entry in &properties.entries {
            steps.push(PatternStep::Key(entry.key.clone()));
            schema.properties.push(steps.clone());
            let presence = if required.contains(&entry.key) { Presence::Required } else { Presence::Free };
            one(&entry.value, steps, presence, schema, diagnostics);
            steps.pop();
        }
    }
    let more = map.get("additionalProperties");
    let of_others = more.filter(|more| matches!(more.content, Content::Map(_)));
    // What must be there need not be described.
    for name in &required {
        let entry = properties.and_then(|properties| properties.entries.iter().find(|entry| entry.key == *name));
        steps.push(PatternStep::Key(name.clone()));
        match (entry, of_others) {
            (None, Some(others)) => one(others, steps, Presence::Required, schema, diagnostics),
            (Some(entry), _) if !is_anything(&entry.value) => {}
            (_, _) => {
                let declared = FieldType { presence: Presence::Required, ..FieldType::default() };
                schema.fields.push(TypedField { steps: steps.clone(), place: value.place, declared });
            }
        }
        steps.pop();
    }
    if let Some(more) = more {
        if of_others.is_some() {
            steps.push(PatternStep::AnyKey);
            one(more, steps, Presence::Free, schema, diagnostics);
            steps.pop();
        } else if more.boolean(diagnostics) == Some(false) {
            schema.closed.push(steps.clone());
        }
    }
    if let Some(items) = map.get("items") {
        steps.push(PatternStep::AnyIndex);
        one(items, steps, Presence::Free, schema, diagnostics);
        steps.pop();
    }
}

/// `true`, which lets everything be there.
fn is_anything(value: &Value) -> bool {
    matches!(&value.content, Content::Scalar(Scalar { text, style: Style::Plain }) if text == "true")
}

/// Reads what one value may be; none where something of it could not be read.
fn declared(map: &Map, presence: Presence, diagnostics: &mut Diagnostics) -> Option<FieldType> {
    let before = diagnostics.list().len();
    let count = |name: &str, diagnostics: &mut Diagnostics| {
        let number = map.get(name)?.integer(0..=i64::from(u32::MAX), diagnostics)?;
        usize::try_from(number).ok()
    };
    let declared = FieldType {
        types: map.get("type").map(|value| types(value, diagnostics)).unwrap_or_default(),
        len_min: count("minLength", diagnostics).unwrap_or_default(),
        len_max: count("maxLength", diagnostics),
        pattern: map.get("pattern").and_then(|value| pattern(value, diagnostics)),
        one_of: listed(map, diagnostics),
        listed: if map.get("const").is_some() { Listed::Const } else { Listed::Enum },
        least: map.get("minimum").and_then(|value| bound(value, f64::ceil, diagnostics)),
        most: map.get("maximum").and_then(|value| bound(value, f64::floor, diagnostics)),
        presence,
        members: map.get("required").map(|value| texts(value, diagnostics)).unwrap_or_default(),
    };
    (diagnostics.list().len() == before).then_some(declared)
}

/// Reads a bound; of one with a fraction, the next whole number inside.
fn bound(value: &Value, inwards: fn(f64) -> f64, diagnostics: &mut Diagnostics) -> Option<i64> {
    if let Content::Scalar(Scalar { text, style: Style::Plain }) = &value.content
        && text.contains(['.', 'e', 'E'])
        && let Ok(number) = text.parse::<f64>()
        && let Ok(whole) = format!("{:.0}", inwards(number)).parse()
    {
        return Some(whole);
    }
    value.integer(i64::MIN..=i64::MAX, diagnostics)
}

fn types(value: &Value, diagnostics: &mut Diagnostics) -> Vec<TypeName> {
    let list = match &value.content {
        Content::List(list) => list.as_slice(),
        Content::Null | Content::Scalar(_) | Content::Map(_) => std::slice::from_ref(value),
    };
    let named = |value: &Value| match &value.content {
        Content::Null => Some(TypeName::Null),
        Content::Scalar(_) | Content::List(_) | Content::Map(_) => value.one_of(&TypeName::ALL, diagnostics),
    };
    list.iter().filter_map(named).collect()
}

fn pattern(value: &Value, diagnostics: &mut Diagnostics) -> Option<Regex> {
    let text = value.text(diagnostics)?;
    match Regex::new(text) {
        Ok(regex) => Some(regex),
        Err(_) => {
            diagnostics
                .error(value.place, "this is no regular expression that can be checked")
                .help("look-around and back-references are not supported; without `pattern` the rest is checked");
            None
        }
    }
}

fn listed(map: &Map, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    match (map.get("const"), map.get("enum")) {
        (Some(one), _) => Some(one.text(diagnostics).map(str::to_owned).into_iter().collect()),
        (None, Some(all)) => Some(texts(all, diagnostics)),
        (None, None) => None,
    }
}

fn texts(value: &Value, diagnostics: &mut Diagnostics) -> Vec<String> {
    let Content::List(list) = &value.content else {
        diagnostics.error(value.place, format!("this must be a list, and is {}", value.kind()));
        return Vec::new();
    };
    let text = |value: &Value| match &value.content {
        Content::Null => Some("null".to_owned()),
        Content::Scalar(_) | Content::List(_) | Content::Map(_) => value.text(diagnostics).map(str::to_owned),
    };
    list.iter().filter_map(text).collect()
}
