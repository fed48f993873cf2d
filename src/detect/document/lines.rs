//! Which lines of a file its keys stand on.

use super::Members;
use crate::detect::yaml::{Node, Value};

/// The lines of the members of a map.
#[derive(Debug, Clone)]
pub(in crate::detect) struct Lines {
    whole: usize,
    keys: Vec<(String, usize)>,
}

impl Lines {
    pub(super) fn of(members: &Members<'_>) -> Self {
        let keys = members.members.iter().map(|(key, _)| (key.name.clone(), key.line)).collect();
        Self { whole: members.line, keys }
    }

    /// Gives the line of a key, else that of the map.
    pub(in crate::detect) fn key(&self, name: &str) -> usize {
        self.keys.iter().find(|(key, _)| key == name).map_or(self.whole, |(_, line)| *line)
    }

    /// Gives the line of the key that a message is about: it begins with it.
    pub(in crate::detect) fn about(&self, message: &str) -> usize {
        self.key(message.split(':').next().unwrap_or_default())
    }
}

/// Gives the lines of a list's texts.
pub(super) fn items(node: Option<&Node>) -> Vec<usize> {
    match node.map(|node| &node.value) {
        Some(Value::List(nodes)) => nodes.iter().map(|node| node.line).collect(),
        _ => Vec::new(),
    }
}
