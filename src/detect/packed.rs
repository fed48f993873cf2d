//! The tree of a YAML document as bytes that are read in one go.
//!
//! The build script writes the built-in files so: reading them as YAML took a sixth of the time to start. It holds this
//! file, too, so both ends are one.

use super::yaml::{Key, Node, Value};

/// What a node is, in the first byte behind its line.
const TEXT: u8 = 0;
const NUMBER: u8 = 1;
const NO: u8 = 2;
const YES: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const OTHER: u8 = 6;

/// Appends a tree.
pub(super) fn write(node: &Node, out: &mut Vec<u8>) {
    number(node.line, out);
    match &node.value {
        Value::Text(text) => tagged(TEXT, text, out),
        Value::Number(digits) => tagged(NUMBER, digits, out),
        Value::Bool(yes) => out.push(if *yes { YES } else { NO }),
        Value::List(nodes) => {
            out.push(LIST);
            number(nodes.len(), out);
            nodes.iter().for_each(|node| write(node, out));
        }
        Value::Map(members) => {
            out.push(MAP);
            number(members.len(), out);
            for (key, node) in members {
                number(key.line, out);
                text(&key.name, out);
                write(node, out);
            }
        }
        Value::Other => out.push(OTHER),
    }
}

fn tagged(tag: u8, what: &str, out: &mut Vec<u8>) {
    out.push(tag);
    text(what, out);
}

fn text(text: &str, out: &mut Vec<u8>) {
    number(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a number, seven bits a byte, the lowest first.
fn number(mut number: usize, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(0x80 | low(number));
        number >>= 7;
    }
    out.push(low(number));
}

/// The lowest seven bits.
fn low(number: usize) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or_default()
}

/// Reads what [`write`] wrote; none where the bytes are something else.
pub(super) fn read(mut bytes: &[u8]) -> Option<Node> {
    let node = node(&mut bytes)?;
    bytes.is_empty().then_some(node)
}

fn node(bytes: &mut &[u8]) -> Option<Node> {
    let line = take_number(bytes)?;
    let value = match take_byte(bytes)? {
        TEXT => Value::Text(take_text(bytes)?),
        NUMBER => Value::Number(take_text(bytes)?),
        NO => Value::Bool(false),
        YES => Value::Bool(true),
        LIST => {
            let count = take_number(bytes)?;
            Value::List((0..count).map(|_| node(bytes)).collect::<Option<_>>()?)
        }
        MAP => {
            let count = take_number(bytes)?;
            let mut member = || {
                let key = Key { line: take_number(bytes)?, name: take_text(bytes)? };
                Some((key, node(bytes)?))
            };
            Value::Map((0..count).map(|_| member()).collect::<Option<_>>()?)
        }
        OTHER => Value::Other,
        _ => return None,
    };
    Some(Node { line, value })
}

fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let byte = take_byte(bytes)?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte <= 0x7f {
            return Some(number);
        }
    }
    None
}

fn take_text(bytes: &mut &[u8]) -> Option<String> {
    let length = take_number(bytes)?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::{builtin, yaml};
    use super::*;

    #[test]
    fn the_tree_of_every_built_in_file_is_that_of_its_text() {
        for file in builtin::FILES {
            assert_eq!(read(file.tree), yaml::parse(file.text).ok(), "{}", file.name);
        }
    }

    #[test]
    fn every_kind_of_node_comes_back() {
        let text = "a: [1, 2.50, true, false, ~, {b: 'x y', \"\": é}]\n? [q]\n: long\n";
        let node = yaml::parse(&text.replace("long", &"l".repeat(40_000))).unwrap();
        let mut bytes = Vec::new();
        write(&node, &mut bytes);
        assert_eq!(read(&bytes), Some(node));
        for end in 0..bytes.len().min(60) {
            assert_eq!(read(&bytes[..end]), None, "cut at {end}");
        }
        bytes.push(0);
        assert_eq!(read(&bytes), None);
    }
}
