//! What a policy says of entity types: `detect:`, `defaults:`, `regions:`.

use super::operator::{self, OperatorDoc, Spot};
use crate::detect::{Country, Phrases, RecognizerSet, TaggerUse};
use crate::model::{EntityIndex, Score};
use crate::policy::diagnostic::{Diagnostics, mistyped};
use crate::policy::pattern::Pattern;
use crate::policy::source::Place;
use crate::policy::tree::{Content, Entry, Value};
use regex::RegexBuilder;
use std::collections::BTreeSet;

/// Which entity types a line speaks of; the greater one decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::policy) enum Selector {
    /// All of them: `"*"`.
    All,
    /// Those of one family.
    Family(String),
    /// One.
    Entity(EntityIndex, String),
}

/// What a line under `detect:` says of its entity types.
#[derive(Debug)]
pub(in crate::policy) struct DetectDoc {
    pub(in crate::policy) selectors: Vec<Selector>,
    pub(in crate::policy) switch: Option<Switch>,
    pub(in crate::policy) threshold: Option<Score>,
    pub(in crate::policy) allow: Vec<AllowItem>,
    pub(in crate::policy) deny: Vec<DenyItem>,
}

/// Whether entity types are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum Switch {
    On,
    Off,
}

/// One entry of an allow list.
#[derive(Debug, Clone)]
pub(in crate::policy) enum AllowItem {
    Exact(String),
    /// Anchored at both ends; the text is as the policy writes it.
    Pattern(regex::Regex, String),
}

/// One entry of a deny list.
#[derive(Debug, Clone)]
pub(in crate::policy) struct DenyItem {
    pub(in crate::policy) text: String,
    /// The fields at or below which it is looked for; none where everywhere.
    pub(in crate::policy) fields: Option<Vec<Pattern>>,
}

/// One entry under `defaults:`.
#[derive(Debug)]
pub(in crate::policy) struct DefaultDoc {
    pub(in crate::policy) selectors: Vec<(Selector, Place)>,
    pub(in crate::policy) operator: OperatorDoc,
}

/// How large a compiled pattern of an allow list may be, in bytes.
const PATTERN_MAX: usize = 1 << 20;
/// How many texts the deny lists of a policy may have together: more belong into a recognizer file.
const DENIED_MAX: usize = 10_000;

impl Selector {
    /// Gives the name as a policy writes it.
    pub(in crate::policy) fn name(&self) -> &str {
        match self {
            Self::All => "*",
            Self::Family(name) | Self::Entity(_, name) => name,
        }
    }

    /// Tells whether the selector speaks of an entity type.
    pub(in crate::policy) fn holds(&self, index: EntityIndex, set: &RecognizerSet) -> bool {
        match self {
            Self::All => true,
            Self::Family(family) => set.entity(index).family.as_str() == family,
            Self::Entity(entity, _) => *entity == index,
        }
    }
}

/// Finds what a name stands for; a name that is both an entity type and a family stands for both.
fn selectors(name: &str, place: Place, set: &RecognizerSet, diagnostics: &mut Diagnostics) -> Vec<Selector> {
    if name == "*" {
        return vec![Selector::All];
    }
    let entity = set.entity_index(name).map(|index| Selector::Entity(index, name.to_owned()));
    let is_family = set.entities().iter().any(|info| info.family.as_str() == name);
    let family = is_family.then(|| Selector::Family(name.to_owned()));
    let found: Vec<Selector> = entity.into_iter().chain(family).collect();
    if found.is_empty() {
        let known: BTreeSet<&str> =
            set.entities().iter().flat_map(|info| [info.entity.as_str(), info.family.as_str()]).chain(["*"]).collect();
        let what = mistyped(name, known.iter().copied());
        diagnostics.error(place, format!("unknown entity type or family{what}")).suggest(name, known);
    }
    found
}

/// Reads `detect:`.
pub(super) fn detect(value: &Value, set: &RecognizerSet, diagnostics: &mut Diagnostics) -> Vec<DetectDoc> {
    let Some(map) = value.map(diagnostics) else { return Vec::new() };
    let mut docs = Vec::new();
    for Entry { key, place, value } in &map.entries {
        let selectors = selectors(key, *place, set, diagnostics);
        let mut doc = DetectDoc { selectors, switch: None, threshold: None, allow: Vec::new(), deny: Vec::new() };
        match &value.content {
            Content::Map(_) => {
                let Some(map) = value.map_of(&["threshold", "allow", "deny"], diagnostics) else { continue };
                if let Some(value) = map.get("threshold") {
                    level(&mut doc, value, diagnostics);
                }
                if let Some(value) = map.get("allow") {
                    doc.allow = allow(value, diagnostics);
                }
                if let Some(value) = map.get("deny") {
                    doc.deny = deny(value, &doc.selectors, diagnostics);
                }
            }
            Content::Null | Content::Scalar(_) | Content::List(_) => level(&mut doc, value, diagnostics),
        }
        if doc.switch == Some(Switch::On) && doc.selectors == [Selector::All] {
            diagnostics
                .error(value.place, "not everything can be switched on at once: it would change every date and link")
                .help("name the entity types or families");
        }
        docs.push(doc);
    }
    if docs.iter().map(|doc| doc.deny.len()).sum::<usize>() > DENIED_MAX {
        diagnostics
            .error(value.place, format!("the deny lists have more than {DENIED_MAX} texts"))
            .help("a recognizer file with `engine: words` takes long lists");
    }
    docs
}

/// Reads `0.4`, `on` or `off`.
fn level(doc: &mut DetectDoc, value: &Value, diagnostics: &mut Diagnostics) {
    let Some(text) = value.text(diagnostics) else { return };
    match text {
        "on" => doc.switch = Some(Switch::On),
        "off" => doc.switch = Some(Switch::Off),
        _ => match text.parse::<Score>() {
            Ok(Score::ZERO) => {
                diagnostics.error(value.place, "a threshold of 0 would take every number for personal data");
            }
            Ok(score) => doc.threshold = Some(score),
            Err(error) => {
                diagnostics.error(value.place, error.to_string()).help("as in `0.4`; or `on` or `off`");
            }
        },
    }
}

fn allow(value: &Value, diagnostics: &mut Diagnostics) -> Vec<AllowItem> {
    let Some(items) = value.list(diagnostics) else { return Vec::new() };
    items.iter().filter_map(|item| allow_item(item, diagnostics)).collect()
}

fn allow_item(value: &Value, diagnostics: &mut Diagnostics) -> Option<AllowItem> {
    if !matches!(value.content, Content::Map(_)) {
        return value.text(diagnostics).map(|text| AllowItem::Exact(text.to_owned()));
    }
    let map = value.map_of(&["regex"], diagnostics)?;
    let pattern = map.required("regex", value.place, diagnostics)?;
    let text = pattern.text(diagnostics)?;
    let built = RegexBuilder::new(&format!(r"\A(?:{text})\z")).size_limit(PATTERN_MAX).build();
    match built {
        Ok(regex) => Some(AllowItem::Pattern(regex, text.to_owned())),
        Err(_) => {
            diagnostics
                .error(pattern.place, "this is no regular expression, or one that grows too large")
                .help("the pattern must match the whole finding; look-around and back-references are not known");
            None
        }
    }
}

fn deny(value: &Value, selectors: &[Selector], diagnostics: &mut Diagnostics) -> Vec<DenyItem> {
    if !selectors.iter().any(|one| matches!(one, Selector::Entity(..))) && !selectors.is_empty() {
        diagnostics
            .error(value.place, "a deny list needs an entity type: what it finds is of that type")
            .help("as in `PERSON: {deny: [Kim Larsen]}`");
    }
    let Some(items) = value.list(diagnostics) else { return Vec::new() };
    items.iter().filter_map(|item| deny_item(item, diagnostics)).collect()
}

fn deny_item(value: &Value, diagnostics: &mut Diagnostics) -> Option<DenyItem> {
    if !matches!(value.content, Content::Map(_)) {
        return Some(DenyItem { text: denied_text(value, diagnostics)?, fields: None });
    }
    let map = value.map_of(&["text", "fields"], diagnostics)?;
    let text = denied_text(map.required("text", value.place, diagnostics)?, diagnostics)?;
    let Some(fields) = map.get("fields") else { return Some(DenyItem { text, fields: None }) };
    let mut patterns = Vec::new();
    for item in fields.one_or_more(diagnostics)? {
        match Pattern::read(item.text(diagnostics)?) {
            Ok(pattern) => patterns.push(pattern),
            Err(error) => {
                diagnostics.error(item.place, format!("this is no field path: {error}")).help(error.help);
            }
        }
    }
    Some(DenyItem { text, fields: Some(patterns) })
}

/// Reads a text of a deny list; one that would be found in every second word is none.
fn denied_text(value: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = value.text(diagnostics)?.trim();
    let counted = text.chars().filter(|c| c.is_alphanumeric()).count();
    if text.len() > Phrases::LEN_MAX || counted == 0 || text.is_ascii() && counted < 2 {
        diagnostics
            .error(
                value.place,
                format!("a denied text has two letters or digits, and at most {} bytes", Phrases::LEN_MAX),
            )
            .help("it is looked for as whole words, in any case; for patterns write a recognizer file");
        return None;
    }
    Some(text.to_owned())
}

/// Reads `defaults:`.
pub(super) fn defaults(value: &Value, set: &RecognizerSet, diagnostics: &mut Diagnostics) -> Vec<DefaultDoc> {
    let Some(items) = value.list(diagnostics) else { return Vec::new() };
    let mut docs: Vec<DefaultDoc> = Vec::new();
    for item in items {
        let Some(map) = item.map_of(&["entity", "op"], diagnostics) else { continue };
        let entity = map.required("entity", item.place, diagnostics);
        let operator = map.required("op", item.place, diagnostics);
        let operator = operator.and_then(|value| operator::read(value, Spot::Default, diagnostics));
        let names = entity.and_then(|value| value.one_or_more(diagnostics)).unwrap_or_default();
        let mut chosen = Vec::new();
        for name in names {
            let Some(text) = name.text(diagnostics) else { continue };
            for selector in selectors(text, name.place, set, diagnostics) {
                let earlier = docs.iter().flat_map(|doc| &doc.selectors).chain(&chosen);
                if let Some((_, first)) = earlier.into_iter().find(|(known, _)| *known == selector) {
                    let line = first.line;
                    diagnostics.error(name.place, format!("`{text}` has an operator already, on line {line}"));
                    break;
                }
                chosen.push((selector, name.place));
            }
        }
        if let Some(operator) = operator {
            docs.push(DefaultDoc { selectors: chosen, operator });
        }
    }
    docs
}

/// Reads `tagger:`.
pub(super) fn tagger(value: &Value, diagnostics: &mut Diagnostics) -> Option<TaggerUse> {
    let text = value.text(diagnostics)?;
    let found = TaggerUse::named(text);
    if found.is_none() {
        let names = TaggerUse::NAMED.iter().map(|(name, _)| *name);
        diagnostics.error(value.place, "tagger: is off, balanced or high").suggest(text, names);
    }
    found
}

/// Reads `regions:`.
pub(super) fn regions(value: &Value, set: &RecognizerSet, diagnostics: &mut Diagnostics) -> Option<Vec<Country>> {
    let known: BTreeSet<Country> = set.entities().iter().filter_map(|info| info.country).collect();
    let mut regions = Vec::new();
    for item in value.one_or_more(diagnostics)? {
        let Some(text) = item.text(diagnostics) else { continue };
        let Some(country) = Country::new(text) else {
            diagnostics.error(item.place, "a region is a country's two-letter code in upper case, as in `DE`");
            continue;
        };
        if !known.contains(&country) {
            let names: Vec<String> = known.iter().map(ToString::to_string).collect();
            diagnostics
                .warning(item.place, format!("no recognizer belongs to the region {country}"))
                .suggest(text, names.iter().map(String::as_str));
        }
        regions.push(country);
    }
    Some(regions)
}
