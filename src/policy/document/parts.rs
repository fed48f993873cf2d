//! The smaller parts of a policy: topics, what happens to fields nobody named, key rings.

use super::known_keys;
use super::operator::Placed;
use crate::keys::{KeyError, is_ring_name};
use crate::model::Score;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::routes::{FORMATS, PayloadFormat, Routes, StopAt};
use crate::policy::source::Place;
use crate::policy::tree::{Content, Entry, Map, Value};
use std::sync::Arc;

/// What happens to a field that no entry names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum UnknownFields {
    Scan,
    Redact,
    DropField,
    Quarantine,
}

/// The words for it.
const UNKNOWN_FIELDS: [(&str, UnknownFields); 4] = [
    ("scan", UnknownFields::Scan),
    ("redact", UnknownFields::Redact),
    ("drop_field", UnknownFields::DropField),
    ("quarantine", UnknownFields::Quarantine),
];

impl UnknownFields {
    /// Gives the word for it.
    pub(in crate::policy) const fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Redact => "redact",
            Self::DropField => "drop_field",
            Self::Quarantine => "quarantine",
        }
    }
}

/// A key ring as the policy declares it.
#[derive(Debug)]
pub(in crate::policy) struct RingDoc {
    pub(in crate::policy) name: String,
    pub(in crate::policy) place: Place,
    /// Where it comes from; the settings say so where the policy does not.
    pub(in crate::policy) from: Option<Placed<String>>,
    /// Where its root is, if not in the default place.
    pub(in crate::policy) root: Option<Placed<String>>,
    /// Which domains may use it; none given means all.
    pub(in crate::policy) domains: Option<Vec<String>>,
    /// The version below which it is refused.
    pub(in crate::policy) min_version: Option<u64>,
}

/// Reads `unknown_fields:`.
pub(super) fn unknown_fields(
    value: Option<&Value>,
    at: Place,
    diagnostics: &mut Diagnostics,
) -> Option<Placed<UnknownFields>> {
    let Some(value) = value else { return Some(Placed { value: UnknownFields::Scan, place: at }) };
    let text = value.text(diagnostics)?;
    if text == "keep" {
        diagnostics
            .error(value.place, "fields that nobody named are never kept unseen")
            .help("`scan` leaves what holds no personal data; a field to be kept is named under `fields:`");
        return None;
    }
    let word = value.one_of(&UNKNOWN_FIELDS, diagnostics)?;
    Some(Placed { value: word, place: value.place })
}

/// Reads the topics: all of them, or none.
pub(super) fn routes(map: &Map, diagnostics: &mut Diagnostics) -> Option<Routes> {
    let input = map.entry("input");
    let output = map.entry("output");
    let dead_letter = map.entry("dead_letter");
    let first = input.or(output).or(dead_letter)?;
    for (entry, name, why) in [
        (input, "input", "where do the records come from?"),
        (output, "output", "where do the records go?"),
        (dead_letter, "dead_letter", "where do the records go that cannot be decoded or transformed?"),
    ] {
        if entry.is_none() {
            diagnostics
                .error(first.place, format!("`{name}` is missing beside `{}`: {why}", first.key))
                .help(format!("as in `{name}: {{kafka: …}}`; a policy for files alone names no topic"));
        }
    }
    let from = input.and_then(|entry| topic(entry, &["kafka", "format"], diagnostics));
    let to = output.and_then(|entry| topic(entry, &["kafka"], diagnostics));
    let dead = dead_letter.and_then(|entry| topic(entry, &["kafka", "stop_at", "encrypt"], diagnostics));
    let format = input.and_then(|entry| entry.value.map(diagnostics)).and_then(|map| map.get("format"));
    let format = format.map_or(Some(PayloadFormat::default()), |value| value.one_of(&FORMATS, diagnostics));
    let stop_at = dead_letter.and_then(|entry| entry.value.map(diagnostics)).and_then(|map| map.get("stop_at"));
    let stop_at = stop_at.map_or(Some(StopAt::default()), |value| read_stop_at(value, diagnostics));
    let (from, to, dead) = (from?, to?, dead?);
    for (topic, before) in [(&to, &[&from][..]), (&dead, &[&from, &to])] {
        if before.iter().any(|other| other.value == topic.value) {
            diagnostics.error(topic.place, "this topic stands here twice").help("input, output and dead letter differ");
        }
    }
    Some(Routes { input: from.value, format: format?, output: to.value, dead_letter: dead.value, stop_at: stop_at? })
}

fn topic(entry: &Entry, known: &[&str], diagnostics: &mut Diagnostics) -> Option<Placed<Arc<str>>> {
    let map = known_keys(&entry.value, known, &["contract"], diagnostics)?;
    let value = map.required("kafka", entry.place, diagnostics)?;
    let text = value.text(diagnostics)?;
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if text.is_empty() || text.len() > 249 || matches!(text, "." | "..") || !text.bytes().all(known) {
        diagnostics.error(value.place, "a topic's name is letters, digits, `.`, `_` and `-`, 249 at most");
        return None;
    }
    Some(Placed { value: text.into(), place: value.place })
}

/// Reads `stop_at:`, a share of the last records, or `off`.
fn read_stop_at(value: &Value, diagnostics: &mut Diagnostics) -> Option<StopAt> {
    match value.text(diagnostics)? {
        "off" => Some(StopAt::Never),
        text => match text.parse::<Score>() {
            Ok(share) if share != Score::ZERO => Some(StopAt::Share(share)),
            Ok(_) | Err(_) => {
                diagnostics
                    .error(value.place, "`stop_at` is a share of the last 1,000 records above 0 and up to 1, or `off`")
                    .help("as in `0.5`: stop when more than half of them went to the dead-letter topic");
                None
            }
        },
    }
}

/// Reads the ring of `dead_letter: {encrypt: {ring: …}}`.
pub(super) fn dead_letter_ring(map: &Map, diagnostics: &mut Diagnostics) -> Option<Placed<String>> {
    // What is wrong with the rest of the entry is noted with the topics.
    let Content::Map(dead_letter) = &map.get("dead_letter")?.content else { return None };
    let encrypt = dead_letter.entry("encrypt")?;
    let value = encrypt.value.map_of(&["ring"], diagnostics)?.required("ring", encrypt.place, diagnostics)?;
    Some(Placed { value: value.text(diagnostics)?.to_owned(), place: value.place })
}

/// Reads `rings:`.
pub(super) fn rings(value: &Value, diagnostics: &mut Diagnostics) -> Vec<RingDoc> {
    let Some(map) = value.map(diagnostics) else { return Vec::new() };
    map.entries.iter().filter_map(|entry| ring(entry, diagnostics)).collect()
}

fn ring(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<RingDoc> {
    if !is_ring_name(&entry.key) {
        diagnostics.error(entry.place, KeyError::InvalidName.to_string());
    }
    let mut ring = RingDoc {
        name: entry.key.clone(),
        place: entry.place,
        from: None,
        root: None,
        domains: None,
        min_version: None,
    };
    if entry.value.is_null() {
        return Some(ring);
    }
    let map = entry.value.map_of(&["from", "root", "domains", "min_version"], diagnostics)?;
    if let Some(value) = map.get("from") {
        let text = value.text(diagnostics)?;
        ring.from = Some(Placed { value: text.to_owned(), place: value.place });
    }
    if let Some(value) = map.get("root") {
        ring.root = Some(Placed { value: value.text(diagnostics)?.to_owned(), place: value.place });
        if ring.from.is_none() {
            diagnostics
                .error(value.place, "`root` is for a ring of which the policy says `from`")
                .help("add `from`, or say `root` where the ring comes from: under `rings` of privet.yaml");
        }
    }
    if let Some(value) = map.get("domains") {
        let names = value.list(diagnostics)?.iter().filter_map(|item| item.text(diagnostics).map(str::to_owned));
        ring.domains = Some(names.collect());
    }
    if let Some(value) = map.get("min_version") {
        ring.min_version = value.integer(1..=i64::MAX, diagnostics).and_then(|number| u64::try_from(number).ok());
    }
    Some(ring)
}
