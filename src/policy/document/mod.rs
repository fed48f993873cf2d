//! The policy file as it stands: every name resolved, every line with its place, nothing decided yet.

mod detect;
mod operator;
mod parts;
mod types;

pub(super) use detect::{AllowItem, DefaultDoc, DenyItem, DetectDoc, Selector, Switch};
pub(super) use operator::{OperatorDoc, Placed};
pub(super) use parts::{RingDoc, UnknownFields};
pub(super) use types::{SchemaDoc, SchemaOf, TypedField};

use super::diagnostic::{Diagnostics, mistyped};
use super::pattern::{Pattern, RecordPart};
use super::routes::{ProductId, Routes};
use super::source::Place;
use super::tree::{Entry, Map, Value};
use crate::detect::{Country, RecognizerSet, TaggerUse};
use std::collections::HashMap;
use std::sync::Arc;

/// One policy, of one layer.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) product: ProductId,
    pub(super) version: Option<Arc<str>>,
    pub(super) routes: Option<Routes>,
    /// The ring under which dead letters carry their records; without one they carry none.
    pub(super) dead_letter_ring: Option<Placed<String>>,
    pub(super) unknown: Placed<UnknownFields>,
    pub(super) fields: Vec<FieldDoc>,
    pub(super) detect: Vec<DetectDoc>,
    pub(super) defaults: Vec<DefaultDoc>,
    pub(super) regions: Option<Vec<Country>>,
    pub(super) rings: Vec<RingDoc>,
    pub(super) tagger: Option<TaggerUse>,
    pub(super) schema: Option<SchemaDoc>,
}

/// One entry under `fields:`.
#[derive(Debug)]
pub(super) struct FieldDoc {
    pub(super) pattern: Placed<Pattern>,
    pub(super) action: Action,
}

/// What a field entry asks for.
#[derive(Debug)]
pub(super) enum Action {
    Scan,
    Text,
    Apply(OperatorDoc),
}

/// The keys of a policy.
const KEYS: [&str; 14] = [
    "privet",
    "product",
    "version",
    "input",
    "output",
    "dead_letter",
    "fields",
    "detect",
    "defaults",
    "unknown_fields",
    "regions",
    "rings",
    "tagger",
    "schema",
];
/// Keys that the shape of policies has, and this version cannot honour yet.
const LATER: [&str; 7] = ["layer", "extends", "classes", "limits", "exemptions", "tests", "contract"];
/// How many field entries a policy may have: the widest topics have some thousand fields.
const FIELDS_MAX: usize = 10_000;
/// How long a version's name may be: it travels with every record.
const VERSION_MAX: usize = 64;

/// Reads a policy; notes everything that is wrong with it, and gives none where something it needs is missing.
pub(super) fn read(tree: &Value, set: &RecognizerSet, diagnostics: &mut Diagnostics) -> Option<Document> {
    let map = known_keys(tree, &KEYS, &LATER, diagnostics)?;
    privet(map, tree.place, diagnostics);
    let product = map.required("product", tree.place, diagnostics).and_then(|value| {
        let name = value.text(diagnostics)?;
        ProductId::new(name).map_err(|error| diagnostics.error(value.place, error.to_string()).place).ok()
    });
    let unknown = parts::unknown_fields(map.get("unknown_fields"), tree.place, diagnostics);
    let document = Document {
        version: map.get("version").and_then(|value| version(value, diagnostics)),
        routes: parts::routes(map, diagnostics),
        dead_letter_ring: parts::dead_letter_ring(map, diagnostics),
        fields: map.get("fields").map(|value| fields(value, diagnostics)).unwrap_or_default(),
        detect: map.get("detect").map(|value| detect::detect(value, set, diagnostics)).unwrap_or_default(),
        defaults: map.get("defaults").map(|value| detect::defaults(value, set, diagnostics)).unwrap_or_default(),
        regions: map.get("regions").and_then(|value| detect::regions(value, set, diagnostics)),
        tagger: map.get("tagger").and_then(|value| detect::tagger(value, diagnostics)),
        schema: map.get("schema").and_then(|value| types::read(value, diagnostics)),
        rings: map.get("rings").map(|value| parts::rings(value, diagnostics)).unwrap_or_default(),
        // What could not be read was noted and stops the policy; the rest is checked all the same.
        product: product.unwrap_or(ProductId::new("unknown").ok()?),
        unknown: unknown.unwrap_or(Placed { value: UnknownFields::Scan, place: tree.place }),
    };
    Some(document)
}

/// Gives a map with the keys that are known; `later` are known and not supported yet.
fn known_keys<'a>(value: &'a Value, known: &[&str], later: &[&str], diagnostics: &mut Diagnostics) -> Option<&'a Map> {
    let map = value.map(diagnostics)?;
    for Entry { key, place, .. } in &map.entries {
        if later.contains(&key.as_str()) {
            diagnostics
                .error(*place, format!("`{key}` is not supported yet in this version"))
                .help("take it out: a policy is never read as if it said less");
        } else if !known.contains(&key.as_str()) {
            let what = mistyped(key, known.iter().copied());
            diagnostics.error(*place, format!("unknown key{what}")).suggest(key, known.iter().copied());
        }
    }
    Some(map)
}

/// Checks the line that says that this is a policy, and of which shape.
fn privet(map: &Map, at: Place, diagnostics: &mut Diagnostics) {
    match map.get("privet") {
        None => {
            diagnostics.error(at, "`privet: v1` is missing here").help("it says that this is a policy of this shape");
        }
        Some(value) => {
            if value.text(diagnostics).is_some_and(|text| text != "v1") {
                diagnostics.error(value.place, "this shape of policies is not known").help("write `privet: v1`");
            }
        }
    }
}

fn version(value: &Value, diagnostics: &mut Diagnostics) -> Option<Arc<str>> {
    let text = value.text(diagnostics)?;
    let fits = !text.is_empty() && text.len() <= VERSION_MAX && text.bytes().all(|b| b.is_ascii_graphic());
    if !fits {
        diagnostics.error(value.place, "a version is 1 to 64 visible ASCII characters");
        return None;
    }
    Some(text.into())
}

fn fields(value: &Value, diagnostics: &mut Diagnostics) -> Vec<FieldDoc> {
    let Some(map) = value.map(diagnostics) else { return Vec::new() };
    if map.entries.len() > FIELDS_MAX {
        diagnostics.error(value.place, format!("there are more than {FIELDS_MAX} field entries"));
        return Vec::new();
    }
    let mut fields = Vec::new();
    let mut lines: HashMap<Pattern, usize> = HashMap::new();
    for entry in &map.entries {
        let Some(pattern) = pattern(entry, diagnostics) else { continue };
        if let Some(line) = lines.get(&pattern.value) {
            diagnostics.error(entry.place, format!("this field has an entry already, on line {line}"));
            continue;
        }
        lines.insert(pattern.value.clone(), entry.place.line);
        let Some(action) = action(&entry.value, diagnostics) else { continue };
        warn_of_open_doors(&pattern, &action, diagnostics);
        fields.push(FieldDoc { pattern, action });
    }
    fields
}

fn pattern(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Placed<Pattern>> {
    match Pattern::read(&entry.key) {
        Ok(value) => Some(Placed { value, place: entry.place }),
        Err(error) => {
            // The key may stand in quotes, whose first character is not the path's.
            let quote = usize::from(entry.place.len == entry.key.chars().count() + 2);
            let column = entry.place.column + quote + error.at;
            let place = Place { column, len: 1, ..entry.place };
            diagnostics.error(place, format!("this is no field path: {error}")).help(error.help);
            None
        }
    }
}

fn action(value: &Value, diagnostics: &mut Diagnostics) -> Option<Action> {
    if let super::tree::Content::Scalar(scalar) = &value.content {
        match scalar.text.as_str() {
            operator::SCAN => return Some(Action::Scan),
            operator::TEXT => return Some(Action::Text),
            _ => {}
        }
    }
    operator::read(value, operator::Spot::Field, diagnostics).map(Action::Apply)
}

/// Warns of an entry that lets everything pass.
fn warn_of_open_doors(pattern: &Placed<Pattern>, action: &Action, diagnostics: &mut Diagnostics) {
    let everything = pattern.value.part == RecordPart::Value
        && pattern
            .value
            .steps
            .iter()
            .all(|step| matches!(step, super::pattern::PatternStep::Deep | super::pattern::PatternStep::AnyKey));
    if let (true, Action::Apply(operator)) = (everything, action)
        && operator.row.name == "keep"
    {
        diagnostics
            .warning(pattern.place, "every field that no other line names leaves as it is, unscanned")
            .help("`unknown_fields: scan` looks into them");
    }
}
