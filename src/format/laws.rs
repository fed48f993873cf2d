//! The laws of every format, and generators of records, for tests.

use super::recorder::{Recorder, Seen};
use super::{Edit, Format, Limits, NewValue, Node, NodeKind};
use crate::model::Span;
use proptest::prelude::*;
use proptest::sample::Index;
use std::cmp::Reverse;

/// What happens to one leaf or container, chosen at random.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    act: u8,
    places: [Index; 4],
    text: String,
}

/// Makes choices for the leaves of a record, used one after the other and again from the front.
pub(super) fn choices() -> impl Strategy<Value = Vec<Choice>> {
    let text = prop_oneof!["[a-z<>é\",;|\\\\\t\n\r\u{1}']{0,6}", Just(String::new()), Just("<EMAIL>".to_owned())];
    let choice = (0u8..10, any::<[Index; 4]>(), text).prop_map(|(act, places, text)| Choice { act, places, text });
    prop::collection::vec(choice, 1..12)
}

/// What a leaf of the record with edits must be.
#[derive(Debug, PartialEq)]
struct Want {
    text: String,
    /// Its bytes, where it has no edit.
    raw: Option<Vec<u8>>,
}

/// A record with edits, and what it must hold.
#[derive(Debug)]
pub(super) struct Edited {
    pub out: Vec<u8>,
    want: Vec<Want>,
    /// The members that were removed.
    pub removed: Vec<Span>,
}

impl Edited {
    /// Asserts that `format` reads what the edits meant to write.
    pub fn holds(&self, format: &dyn Format) {
        let recorder = Recorder::read(format, &self.out)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.out)));
        let got: Vec<_> =
            recorder.leaves.iter().map(|seen| (seen.text.as_str(), seen.raw.of_bytes(&self.out))).collect();
        assert_eq!(got.len(), self.want.len(), "{:?}", String::from_utf8_lossy(&self.out));
        for ((text, raw), want) in got.iter().zip(&self.want) {
            assert_eq!(text, &want.text);
            // A row of one empty cell is not an empty line.
            if let Some(bytes) = want.raw.as_ref().filter(|bytes| !(bytes.is_empty() && self.out == b"\"\"")) {
                assert_eq!(raw, bytes);
            }
        }
    }
}

/// One or two edits of what nothing else edits.
struct Claim<'c> {
    extent: Span,
    edits: Vec<Edit<'c>>,
    want: Option<Want>,
}

/// Asserts that a record without edits stays as it is, and makes edits by choice.
pub(super) fn edited(format: &dyn Format, record: &[u8], choices: &[Choice], empties: Empties) -> Edited {
    let mut same = Vec::new();
    format.splice(record, &[], &mut same).unwrap();
    assert_eq!(same, record, "no edit, no change");
    let recorder = Recorder::read(format, record).unwrap();
    let mut choices = choices.iter().cycle();
    let mut claims: Vec<Claim<'_>> =
        recorder.leaves.iter().filter_map(|seen| claim(seen, choices.next()?, empties)).collect();
    let taken = Recorder::read_with(format, record, Some(3), &Limits::default()).unwrap();
    let containers = taken.wholes.iter().filter(|node| matches!(node.kind, NodeKind::Object | NodeKind::Array));
    claims.extend(containers.filter_map(|&node| claim_node(node, choices.next()?, empties)));
    claims.sort_by_key(|claim| (claim.extent.start, Reverse(claim.extent.end)));
    let mut end = 0;
    claims.retain(|claim| {
        let free = claim.extent.start >= end;
        if free {
            end = claim.extent.end;
        }
        free
    });
    let edits: Vec<Edit<'_>> = claims.iter().flat_map(|claim| claim.edits.iter().copied()).collect();
    let mut out = Vec::new();
    format.splice(record, &edits, &mut out).unwrap();
    let removed =
        claims.iter().filter(|claim| matches!(claim.edits[..], [Edit::Remove { .. }])).map(|claim| claim.extent);
    let removed = removed.collect();
    let mut want: Vec<(usize, Want)> = recorder
        .leaves
        .iter()
        .filter(|seen| !claims.iter().any(|claim| claim.extent.contains(seen.raw)))
        .map(|seen| (seen.raw.start, Want { text: seen.text.clone(), raw: Some(seen.raw.of_bytes(record).to_vec()) }))
        .collect();
    want.extend(claims.into_iter().filter_map(|claim| Some((claim.extent.start, claim.want?))));
    want.sort_by_key(|(start, _)| *start);
    Edited { out, want: want.into_iter().map(|(_, want)| want).collect(), removed }
}

/// Whether a format has empty containers, or writes them as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empties {
    Containers,
    Text,
}

fn claim<'c>(seen: &Seen, choice: &'c Choice, empties: Empties) -> Option<Claim<'c>> {
    match (choice.act, seen.node) {
        (0..=4, Some(node)) => claim_node(node, choice, empties),
        (5..=7, _) => {
            let ends: Vec<usize> = seen.text.char_indices().map(|(at, _)| at).chain([seen.text.len()]).collect();
            let mut places = choice.places.map(|place| ends[place.index(ends.len())]);
            places.sort_unstable();
            let [a, b, c, d] = places;
            let mut text = seen.text.clone();
            text.replace_range(c..d, &choice.text);
            text.replace_range(a..b, &choice.text);
            let edit = |from, to| Edit::Text {
                leaf: seen.raw,
                at: seen.map.to_outer(Span::new(from, to)),
                text: &choice.text,
            };
            Some(Claim { extent: seen.raw, edits: vec![edit(a, b), edit(c, d)], want: Some(Want { text, raw: None }) })
        }
        _ => None,
    }
}

fn claim_node(node: Node, choice: &Choice, empties: Empties) -> Option<Claim<'_>> {
    let (value, text) = match choice.act {
        0 => return Some(Claim { extent: node.member, edits: vec![Edit::Remove { member: node.member }], want: None }),
        1 if empties == Empties::Text => (NewValue::Null, Some("")),
        1 => (NewValue::Null, Some("null")),
        2 => (NewValue::Text(&choice.text), Some(choice.text.as_str())),
        3 => (NewValue::Literal("-12.50"), Some("-12.50")),
        4 if empties == Empties::Text => (NewValue::EmptyArray, Some("[]")),
        4 => (NewValue::EmptyObject, None),
        _ => return None,
    };
    let want = text.map(|text| Want { text: text.to_owned(), raw: None });
    Some(Claim { extent: node.value, edits: vec![Edit::Value { at: node.value, value }], want })
}

/// Makes JSON with all manners of white space, escapes, numbers and equal keys.
pub(super) fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        string(),
        prop::sample::select(
            &["0", "-0", "1.50", "3399.990000000000000000", "1E+5", "12e-3", "true", "false", "null"][..]
        )
        .prop_map(str::to_owned),
    ];
    let value = scalar.prop_recursive(5, 40, 5, |inner| {
        let element = (white(), inner.clone(), white()).prop_map(|(a, value, b)| [a, &value, b].concat());
        let member = (white(), string(), white(), white(), inner, white())
            .prop_map(|(a, key, b, c, value, d)| [a, &key, b, ":", c, &value, d].concat());
        prop_oneof![
            (prop::collection::vec(element, 0..5), white()).prop_map(|(elements, white)| match elements.len() {
                0 => format!("[{white}]"),
                _ => format!("[{}]", elements.join(",")),
            }),
            (prop::collection::vec(member, 0..5), white()).prop_map(|(members, white)| match members.len() {
                0 => format!("{{{white}}}"),
                _ => format!("{{{}}}", members.join(",")),
            }),
        ]
    });
    (white(), value, white()).prop_map(|(a, value, b)| [a, &value, b].concat())
}

fn white() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["", "", "", " ", "\n  ", "\r\n\t"][..])
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "a",
            "b",
            "bob@corp.com",
            "é",
            "😀",
            "\u{7f}",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\u0000",
            "12345678",
            ", ",
        ][..],
    );
    prop::collection::vec(piece, 0..6).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}
