//! A YAML document as a tree whose nodes know their lines.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

/// A node and the line it begins on, from 1.
#[derive(Debug, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a node is.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// A number, by its shortest decimal spelling.
    Number(String),
    Bool(bool),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    /// Anything else: null, a tag.
    Other,
}

/// The name of a member, and its line.
#[derive(Debug, PartialEq)]
pub(super) struct Key {
    pub(super) line: usize,
    pub(super) name: String,
}

/// Reads one document.
///
/// # Errors
/// The line and what is wrong there.
pub(super) fn parse(text: &str) -> Result<Node, (usize, String)> {
    let documents =
        MarkedYaml::load_from_str(text).map_err(|error| (error.marker().line(), error.info().to_owned()))?;
    match <[_; 1]>::try_from(documents) {
        Ok([document]) => Ok(node(&document)),
        Err(_) => Err((1, "a file holds exactly one document".to_owned())),
    }
}

fn node(yaml: &MarkedYaml<'_>) -> Node {
    let value = match &yaml.data {
        YamlData::Value(Scalar::String(text)) => Value::Text(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Value::Number(number.to_string()),
        YamlData::Value(Scalar::FloatingPoint(number)) => Value::Number(number.to_string()),
        YamlData::Value(Scalar::Boolean(truth)) => Value::Bool(*truth),
        YamlData::Sequence(nodes) => Value::List(nodes.iter().map(node).collect()),
        YamlData::Mapping(members) => {
            Value::Map(members.iter().map(|(name, value)| (key(name), node(value))).collect())
        }
        _ => Value::Other,
    };
    Node { line: yaml.span.start.line(), value }
}

fn key(yaml: &MarkedYaml<'_>) -> Key {
    let name = match &yaml.data {
        YamlData::Value(Scalar::String(text)) => text.to_string(),
        _ => String::from("(not a name)"),
    };
    Key { line: yaml.span.start.line(), name }
}
