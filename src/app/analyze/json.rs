//! One line of JSON for each record.

use super::places::Places;
use crate::app::cli::Offsets;
use crate::batch::Analyzed;
use crate::detect::{DetectScratch, Level, RecognizerInfo, RecognizerSet};
use crate::engine::{Fate, Found, FoundIn, FoundText};
use crate::model::{Context, Finding, RecognizerIndex, Score, Validation};
use crate::policy::Plan;
use serde::Serialize;

/// How a line is wanted.
pub struct Asked<'a> {
    /// What offsets count.
    pub offsets: Offsets,
    /// Whether the reasons are wanted.
    pub explain: bool,
    /// The file, where lines name it.
    pub file: Option<&'a str>,
    /// The record's number in its file.
    pub record: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    record: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none", rename = "in")]
    place: Option<&'static str>,
    entity_type: &'a str,
    start: usize,
    end: usize,
    score: f64,
    recognizer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Reasons<'a>>,
}

#[derive(Serialize)]
struct Reasons<'a> {
    family: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'a str>,
    base_score: f64,
    validators: &'a [String],
    validation: &'static str,
    context: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<&'a str>,
    candidates: Vec<&'a str>,
    without_a_policy: &'static str,
}

/// Writes the line of one record.
pub fn record(plan: &Plan, analyzed: &Analyzed, asked: &Asked<'_>, scratch: &mut DetectScratch) -> String {
    let (texts, error) = match &analyzed.found {
        Ok(texts) => (texts.as_slice(), None),
        Err(error) => (&[][..], Some(error.to_string())),
    };
    let mut findings = Vec::new();
    let names = FoundText::names(texts);
    for text in texts {
        let path = text.shown_path(plan, &names, scratch);
        let places = Places::of(text, asked.offsets);
        let told = text.found.iter().map(|one| entry(plan.set(), (text, &places), one, path.clone(), asked));
        findings.extend(told);
    }
    let line = Line { file: asked.file, record: asked.record, error, findings };
    let mut line = serde_json::to_string(&line).unwrap_or_default();
    line.push('\n');
    line
}

fn entry<'a>(
    set: &'a RecognizerSet,
    (text, places): (&FoundText, &Places),
    one: &Found,
    path: String,
    asked: &Asked<'_>,
) -> Entry<'a> {
    let finding = &one.finding;
    Entry {
        path,
        place: match text.place {
            FoundIn::Value => None,
            FoundIn::Name => Some("name"),
            FoundIn::Key => Some("key"),
            FoundIn::Header => Some("header"),
        },
        entity_type: set.entity(finding.entity).entity.as_str(),
        start: places.before(finding.span.start),
        end: places.before(finding.span.end),
        score: number(finding.score),
        recognizer: match recognizer(set, finding.recognizer) {
            Some(info) => info.id.as_str(),
            None => "policy",
        },
        explain: asked.explain.then(|| reasons(set, one)),
    }
}

fn reasons<'a>(set: &'a RecognizerSet, one: &Found) -> Reasons<'a> {
    let finding = &one.finding;
    let by = recognizer(set, finding.recognizer);
    let (context, word) = context(by, finding);
    let info = set.entity(finding.entity);
    let name = |index: &RecognizerIndex| {
        let info = recognizer(set, *index)?;
        Some(set.entity(info.entity).entity.as_str())
    };
    Reasons {
        family: info.family.as_str(),
        pattern: by.and_then(|by| by.patterns.get(usize::from(finding.pattern))).map(|pattern| pattern.name.as_str()),
        base_score: number(finding.base),
        validators: by.filter(|_| info.level == Level::Type).map_or(&[], |by| by.validators.as_slice()),
        validation: match finding.validation {
            Validation::None => "none",
            Validation::Failed => "failed",
            Validation::Weak => "passed",
            Validation::Strong => "certain",
        },
        context,
        word,
        candidates: one.candidates.iter().filter_map(name).collect(),
        without_a_policy: match one.by_default {
            Fate::Changed => "changed",
            Fate::Partly => "changed in part",
            Fate::Left => "left",
        },
    }
}

/// Names what raised or lowered the score: in the words of the recognizer's file, never in those of the record.
fn context<'a>(by: Option<&'a RecognizerInfo>, finding: &Finding) -> (&'static str, Option<&'a str>) {
    let word = |words: Option<&'a [crate::detect::Word]>, at: u16| {
        words.and_then(|words| words.get(usize::from(at))).map(|word| word.text.as_str())
    };
    match finding.context {
        _ if finding.is_by_policy() => ("the policy's deny list names it", None),
        _ if finding.pattern == Finding::BY_FIELD_NAME => ("typed by the field's name", None),
        _ if finding.pattern == Finding::BY_TAGGER => ("found by the tagger; the score is its probability", None),
        _ if finding.pattern == Finding::BY_FORM => ("found by the tagger, by its form; the score is the rule's", None),
        _ if finding.pattern == Finding::BY_KNOWN_PERSON => {
            ("a person of this name stands elsewhere in the record", None)
        }
        Context::None => ("none", None),
        Context::FieldName => ("the field's name speaks for it", None),
        Context::Listed => ("it goes on a list that a word speaks for", None),
        Context::Word(at, _) => ("a word speaks for it", word(by.map(|by| by.words.as_slice()), at)),
        Context::Region => ("the only region speaks for it", None),
        Context::NotFieldName => ("the field's name speaks against it", None),
        Context::NotWord(at) => ("a word speaks against it", word(by.map(|by| by.not.as_slice()), at)),
    }
}

fn recognizer(set: &RecognizerSet, index: RecognizerIndex) -> Option<&RecognizerInfo> {
    set.recognizers().get(usize::from(index.0))
}

fn number(score: Score) -> f64 {
    f64::from(score.thousandths()) / 1000.0
}
