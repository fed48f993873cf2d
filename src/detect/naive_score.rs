//! A second implementation of what stands beside a match and has a say in its score, written from the documented
//! semantics alone (docs/recognizers.md, "Scores"), and held against the first: on the built-in set, on random parts of
//! it, and with a user's directory.

#![expect(clippy::string_slice, reason = "spans lie on characters")]

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{floor_boundary, is_spaceless, is_word};
use super::document::{self, Declaration};
use super::load::{self, SourceFile};
use super::naive::PIECES;
use super::names::singular;
use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind, compile};
use crate::model::{Context, Finding, Says, Score, Validation};

const FLOOR: Score = Score::from_thousandths(400);

/// What a file says of context.
pub(super) struct Declared {
    family: String,
    words: Vec<(Vec<String>, Says)>,
    not: Vec<Vec<String>>,
    boost: Score,
}

fn split(text: &str) -> Vec<(usize, usize, String)> {
    let mut words: Vec<(usize, usize, String)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_word(*c)) {
        match words.last_mut().filter(|(_, end, _)| *end == at) {
            Some((_, end, word)) => {
                *end += c.len_utf8();
                word.push(c);
            }
            None => words.push((at, at + c.len_utf8(), c.to_string())),
        }
    }
    words.into_iter().map(|(start, end, word)| (start, end, word.to_lowercase())).collect()
}

fn phrase(text: &str) -> Vec<String> {
    split(text).into_iter().map(|(.., word)| word).collect()
}

pub(super) fn declared(files: &[SourceFile]) -> BTreeMap<String, Declared> {
    let all: Vec<Declaration> =
        files.iter().map(|file| document::read(file, &mut Vec::new()).expect("a sound file")).collect();
    let mut known: BTreeMap<(String, Vec<String>), BTreeSet<String>> = BTreeMap::new();
    for one in &all {
        for word in &one.context.words {
            let key = (one.family.to_string(), phrase(&word.text));
            known.entry(key).or_default().insert(one.entity.to_string());
        }
    }
    let of = |one: &Declaration| {
        let family = one.family.to_string();
        let says = |words: Vec<String>| {
            let shared = known[&(family.clone(), words.clone())].len() > 1;
            (words, if shared { Says::Family } else { Says::Type })
        };
        Declared {
            words: one.context.words.iter().map(|word| says(phrase(&word.text))).collect(),
            not: one.context.not.iter().map(|word| phrase(&word.text)).collect(),
            boost: one.context.boost,
            family,
        }
    };
    all.iter().map(|one| (one.id.clone(), of(one))).collect()
}

/// One candidate with the score and context that it gets, so far.
struct Rated<'a> {
    finding: &'a Finding,
    by: &'a Declared,
    score: Score,
    context: Context,
}

/// The places of a phrase within 5 words before, on the line or the one before, and 3 after, on the line.
fn places(text: &str, finding: &Finding, phrase: &[String]) -> Vec<(usize, usize)> {
    let from = floor_boundary(text, finding.span.start.saturating_sub(256));
    let to = floor_boundary(text, finding.span.end + 256);
    let left = &text[from..finding.span.start];
    let lines: Vec<usize> = left.match_indices('\n').map(|(at, _)| at + 1).collect();
    let line = lines.iter().rev().nth(1).copied().unwrap_or_default();
    let shift = |by: usize| move |(start, end, word): (usize, usize, String)| (start + by, end + by, word);
    let before: Vec<_> = split(&left[line..]).into_iter().map(shift(from + line)).collect();
    let before = before[before.len().saturating_sub(5)..].to_vec();
    let right = text[finding.span.end..to].lines().next().unwrap_or_default();
    let after: Vec<_> = split(right).into_iter().map(shift(finding.span.end)).take(3).collect();
    let same = |word: &str, wanted: &str| {
        word == wanted || singular(word) == wanted || (wanted.chars().all(is_spaceless) && word.contains(wanted))
    };
    let mut found = Vec::new();
    for words in [before, after] {
        for start in 0..words.len() {
            if phrase.len() > 1 && words[start].2 == phrase.concat() {
                found.push((words[start].0, words[start].1));
            }
            let run = &words[start..(start + phrase.len()).min(words.len())];
            if run.len() == phrase.len() && run.iter().zip(phrase).all(|((.., word), wanted)| same(word, wanted)) {
                found.push((run[0].0, run[run.len() - 1].1));
            }
        }
    }
    found
}

/// Tells whether a phrase stands near, with no finding of the family between.
fn stands(text: &str, all: &[Rated<'_>], at: usize, phrase: &[String]) -> bool {
    let one = &all[at];
    places(text, one.finding, phrase).into_iter().any(|(start, end)| {
        let (low, high) =
            if end <= one.finding.span.start { (end, one.finding.span.start) } else { (one.finding.span.end, start) };
        !all.iter().any(|other| {
            let span = other.finding.span;
            low <= span.start && span.end <= high && other.score >= FLOOR && other.by.family == one.by.family
        })
    })
}

/// Tells whether it goes on a list of the same recognizer's findings that a word speaks for.
fn is_listed(text: &str, all: &[Rated<'_>], at: usize) -> bool {
    let one = &all[at];
    all[..at].iter().any(|other| {
        let (end, start) = (other.finding.span.end, one.finding.span.start);
        other.finding.recognizer == one.finding.recognizer
            && matches!(other.context, Context::Word(..) | Context::Listed)
            && end <= start
            && start - end <= 12
            && split(&text[end..start])
                .iter()
                .all(|(.., word)| ["and", "or", "und", "oder", "y", "o", "et", "ou"].contains(&word.as_str()))
    })
}

fn context(text: &str, hint: &FieldHint, all: &[Rated<'_>], at: usize) -> Context {
    let one = &all[at];
    if hint.calls(one.finding.recognizer) {
        return Context::FieldName;
    }
    if is_listed(text, all, at) {
        return Context::Listed;
    }
    for wanted in [Says::Type, Says::Family] {
        for (place, (phrase, says)) in (0..).zip(&one.by.words) {
            if *says == wanted && stands(text, all, at, phrase) {
                return Context::Word(place, wanted);
            }
        }
    }
    if hint.denies(one.finding.recognizer) {
        return Context::NotFieldName;
    }
    let against = (0..).zip(&one.by.not).find(|(_, phrase)| stands(text, all, at, phrase));
    against.map_or(Context::None, |(place, _)| Context::NotWord(place))
}

/// Gives each finding the score and context that the documentation gives it.
pub(super) fn rated(
    set: &RecognizerSet,
    declared: &BTreeMap<String, Declared>,
    text: &str,
    hint: &FieldHint,
    found: &[Finding],
) -> Vec<(Score, Context)> {
    let by = |finding: &Finding| &declared[&set.recognizers()[usize::from(finding.recognizer.0)].id];
    let start = |finding: &Finding| if finding.validation == Validation::Strong { Score::ONE } else { finding.base };
    let mut all: Vec<Rated<'_>> = found
        .iter()
        .map(|finding| Rated { finding, by: by(finding), score: start(finding), context: Context::None })
        .collect();
    for at in 0..all.len() {
        let strong = all[at].finding.validation == Validation::Strong;
        let rival = |other: &&Rated<'_>| {
            other.finding.span == all[at].finding.span && other.finding.recognizer != all[at].finding.recognizer
        };
        if strong && !all.iter().any(|other| rival(&other)) {
            continue;
        }
        let context = context(text, hint, &all, at);
        let one = &mut all[at];
        one.context = context;
        one.score = match context {
            _ if strong => Score::ONE,
            Context::None => one.finding.base,
            Context::NotFieldName | Context::NotWord(_) => one.finding.base.lowered(one.by.boost),
            Context::FieldName | Context::Listed | Context::Word(..) | Context::Region => {
                one.finding.base.raised(one.by.boost).max(FLOOR)
            }
        };
    }
    all.iter().map(|one| (one.score, one.context)).collect()
}

/// Numbers from a fixed start.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Compares both on texts made of pieces and context words; gives how many scores context changed.
fn compare(files: &[SourceFile], texts: usize, draw: &mut Draw) -> usize {
    let set = compile::compile(files).unwrap();
    let declared = declared(files);
    let words: Vec<String> = files
        .iter()
        .filter_map(|file| document::read(file, &mut Vec::new()))
        .flat_map(|one| [one.context.words, one.context.not].concat())
        .map(|word| word.text)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mask = EntityMask::all(&set).with_tagger(TaggerUse::Off);
    let mut scratch = DetectScratch::default();
    let mut changed = 0;
    for _ in 0..texts {
        let mut text = String::new();
        for _ in 0..=draw.below(16) {
            text.push_str(match draw.below(5) {
                0 | 1 if !words.is_empty() => draw.one(&words),
                2 => draw.one(&["and", "or", "one", "two", "three", ","]),
                _ => draw.one(PIECES),
            });
            text.push_str(draw.one(&[" ", " ", " ", ", ", ": ", "\n", ""]));
        }
        let field = draw.one(&["", "", "", "phone", "order_number", "customer.ssn", "product.name"]);
        let hint = set.hint(&field.split('.').collect::<Vec<_>>());
        let mut found = Vec::new();
        set.scan(&text, TextKind::Text, &hint, &mask, &mut scratch, &mut found);
        found.retain(|one| one.pattern != Finding::BY_FIELD_NAME);
        let told: Vec<(Score, Context)> = found.iter().map(|one| (one.score, one.context)).collect();
        let wanted = rated(&set, &declared, &text, &hint, &found);
        changed += wanted.iter().filter(|(_, context)| *context != Context::None).count();
        for ((one, told), wanted) in found.iter().zip(told).zip(wanted) {
            let by = &set.recognizers()[usize::from(one.recognizer.0)].id;
            assert_eq!(told, wanted, "{by} finds {:?} in {text:?}, field {field:?}", one.span.of(&text));
        }
    }
    changed
}

#[test]
fn both_give_the_same_scores() {
    let mut draw = Draw(1);
    let changed = compare(&load::builtin(), 1200, &mut draw);
    assert!(changed > 500, "{changed}");
}

#[test]
fn both_give_the_same_scores_on_parts_of_the_set_and_with_a_users_files() {
    let mut draw = Draw(2);
    let directory = tempfile::tempdir().unwrap();
    let crew = "{id: crew, entity: CREW_ID, family: NATIONAL_ID, title: x, default: change, references: [x],\n\
                patterns: [{name: form, score: 0.2, boundary: digit, regex: '\\d{9}'}],\n\
                context: {words: [crew, ssn, social security number], not: [order, two], boost: 0.25},\n\
                examples: {match: [{text: '123456789', finds: '123456789'}], no_match: [{text: x, because: x}]}}\n";
    std::fs::write(directory.path().join("crew.yaml"), crew).unwrap();
    let mut changed = 0;
    for round in 0..6 {
        let mut files: Vec<SourceFile> = load::builtin().into_iter().filter(|_| draw.below(4) == 0).collect();
        if round % 2 == 0 {
            files.extend(load::directory(directory.path()).unwrap());
        }
        changed += compare(&files, 300, &mut draw);
    }
    assert!(changed > 150, "{changed}");
}
