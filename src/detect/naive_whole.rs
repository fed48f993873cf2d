//! The second implementation as a whole: patterns, engines and scores put together, and held against a scan on the events
//! of the benches and on ten thousand generated records, as a stream is scanned: with the fields' names, under a mask,
//! with a scratch that has seen what came before.
//!
//! Nothing of the way to a finding is shared: not the matcher, not its memory of shapes and words, not what calls for
//! weak patterns. Shared are the recognizer files, validators, what a field's name says, and the characters of scripts.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use serde_json::Value;

use super::cost::corpus::{self, Corpus};
use super::document::{self, Declaration, Way};
use super::engine::Kind;
use super::load;
use super::naive::{self, Addresses, Found, Naive, PIECES, Words, fixed, is_moment};
use super::naive_date::{self, Grammar};
use super::naive_engines::{Hosts, Labels};
use super::naive_score::{self, Declared};
use super::validate::Validator;
use super::{Certain, DefaultUse, DetectScratch, EntityMask, RecognizerSet, TaggerUse, TextKind, host};
use crate::model::{Context, EntityIndex, Finding, RecognizerIndex, Score, Span, Validation};

/// What a recognizer's file says of its findings.
struct Known {
    index: RecognizerIndex,
    entity: EntityIndex,
    /// By pattern, or form of its engine: the score, and whether a pass of the validators makes it certain.
    scores: Vec<(Score, Certain)>,
    validators: Vec<&'static Validator>,
    engine: Option<Kind>,
    /// The forms that its engine tells apart.
    forms: Vec<String>,
}

impl Known {
    fn accepts(&self, value: &str) -> bool {
        self.validators.iter().all(|validator| (validator.accepts)(value))
    }

    fn form(&self, name: &str) -> Option<u16> {
        self.forms.iter().position(|form| form == name).map(|place| u16::try_from(place).unwrap())
    }
}

/// All of it.
struct Second {
    set: std::sync::Arc<RecognizerSet>,
    known: BTreeMap<String, Known>,
    patterns: Vec<Naive>,
    addresses: Addresses,
    dates: Grammar,
    hosts: Hosts,
    labels: Labels,
    words: Words,
    declared: BTreeMap<String, Declared>,
    /// What was found in a text before its scores: the same texts come again and again.
    found: RefCell<HashMap<(String, TextKind), Vec<Finding>>>,
}

impl Second {
    fn new() -> Self {
        let set = RecognizerSet::builtin();
        let files = load::builtin();
        let mut known = BTreeMap::new();
        for (index, file) in (0_u16..).map(RecognizerIndex).zip(&files) {
            let Declaration { id, entity, way, validators, .. } = document::read(file, &mut Vec::new()).unwrap();
            let entity = set.entity_index(entity.as_str()).unwrap();
            let (mut scores, mut engine, mut forms) = (Vec::new(), None, Vec::new());
            match way {
                Way::Patterns(patterns) => {
                    scores.extend(patterns.iter().map(|one| (one.score, one.certain.unwrap_or(Certain::No))));
                }
                Way::Engine(declared) => {
                    scores.extend(declared.forms.iter().map(|form| (form.score, Certain::No)));
                    forms.extend(declared.forms.into_iter().map(|form| form.name));
                    engine = Some(declared.kind);
                }
                Way::Tagger(_) => {}
            }
            known.insert(id, Known { index, entity, scores, validators, engine, forms });
        }
        Self {
            set,
            known,
            patterns: naive::naive(),
            addresses: Addresses::new(),
            dates: naive_date::grammar(),
            hosts: Hosts::new(),
            labels: Labels::new(),
            words: Words::new(),
            declared: naive_score::declared(&files),
            found: RefCell::default(),
        }
    }

    /// Whatever is found in a text, before scores.
    fn all(&self, text: &str, kind: TextKind) -> Vec<Finding> {
        let key = (text.to_owned(), kind);
        if let Some(found) = self.found.borrow().get(&key) {
            return found.clone();
        }
        let whole = |(.., span): &Found| *span == Span::new(0, text.len());
        let patterns = || self.patterns.iter().flat_map(|one| one.search(text));
        let found: Vec<Found> = if kind == TextKind::Number {
            let may_identify = (7..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            patterns().filter(|_| may_identify).filter(whole).collect()
        } else if is_moment(text) {
            self.dates(text).into_iter().filter(whole).collect()
        } else if let Some(sole) = naive::sole(&self.patterns, text) {
            vec![sole]
        } else {
            let engines = [self.dates(text), self.others(text), self.labels.search(text), self.words.search(text)];
            patterns().chain(engines.concat()).collect()
        };
        let mut found: Vec<Finding> = found.into_iter().map(|found| self.finding(found)).collect();
        found.sort_by_key(|one| (one.span, one.recognizer, one.pattern));
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    fn finding(&self, (id, pattern, span): Found) -> Finding {
        let Known { index, entity, scores, validators, .. } = &self.known[&id];
        let (base, certain) = scores[usize::from(pattern)];
        let (score, validation) = match certain {
            _ if validators.is_empty() => (base, Validation::None),
            Certain::Yes => (Score::ONE, Validation::Strong),
            Certain::No => (base, Validation::Weak),
        };
        let context = Context::None;
        Finding { span, entity: *entity, recognizer: *index, pattern, score, base, validation, context }
    }

    fn dates(&self, text: &str) -> Vec<Found> {
        let dates = self.dates.search(text);
        let mut found = Vec::new();
        for (id, known) in self.known.iter().filter(|(_, known)| known.engine == Some(Kind::Date)) {
            let of_it = dates.iter().filter(|(span, _)| known.accepts(span.of(text)));
            found.extend(of_it.filter_map(|(span, form)| Some((id.clone(), known.form(form)?, *span))));
        }
        found
    }

    /// E-mail addresses and hosts.
    fn others(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        for (id, known) in &self.known {
            let named: Vec<(Span, &str)> = match known.engine {
                Some(Kind::Email) => self.addresses.search(text).into_iter().map(|span| (span, "address")).collect(),
                Some(Kind::Host) => {
                    let hosts = self.hosts.search(text).into_iter();
                    hosts.map(|(span, own)| (span, host::FORMS[usize::from(own)])).collect()
                }
                Some(Kind::Date | Kind::Label | Kind::Words) | None => continue,
            };
            let of_it = named.into_iter().filter(|(span, _)| known.accepts(span.of(text)));
            found.extend(of_it.filter_map(|(span, form)| Some((id.clone(), known.form(form)?, span))));
        }
        found
    }

    /// Holds a scan against it; gives how much both found.
    fn check(
        &self,
        (text, kind): (&str, TextKind),
        names: &[&str],
        mask: &EntityMask,
        scratch: &mut DetectScratch,
    ) -> usize {
        let hint = self.set.hint(names);
        let mut first = Vec::new();
        self.set.scan(text, kind, &hint, mask, scratch, &mut first);
        first.retain(|one| one.pattern != Finding::BY_FIELD_NAME);
        let mut second = self.all(text, kind);
        second.retain(|one| mask.contains(one.entity));
        let rated = naive_score::rated(&self.set, &self.declared, text, &hint, &second);
        for (one, (score, context)) in second.iter_mut().zip(rated) {
            (one.score, one.context) = (score, context);
        }
        second.retain(|one| mask.floor(one.entity).is_some_and(|floor| one.score >= floor));
        for found in [&mut first, &mut second] {
            without_needless_context(found);
        }
        assert_eq!(self.told(text, &first), self.told(text, &second), "{text:?}, {kind:?}, field {names:?}");
        assert_eq!(first, second, "{text:?}, {kind:?}, field {names:?}");
        first.len()
    }

    /// What was found, for people.
    fn told<'a>(&self, text: &'a str, found: &[Finding]) -> Vec<(&str, &'a str, Score, Context)> {
        let id = |one: &Finding| self.set.recognizers()[usize::from(one.recognizer.0)].id.as_str();
        found.iter().map(|one| (id(one), one.span.of(text), one.score, one.context)).collect()
    }
}

/// Takes the context from what is certain and alone in claiming its span: it needs none, and whether any is told depends
/// on rivals that were looked for and found not to count.
fn without_needless_context(found: &mut [Finding]) {
    let claims: Vec<(Span, RecognizerIndex)> = found.iter().map(|one| (one.span, one.recognizer)).collect();
    for one in found.iter_mut().filter(|one| one.validation == Validation::Strong) {
        let is_rival = |(span, by): &(Span, RecognizerIndex)| *span == one.span && *by != one.recognizer;
        if !claims.iter().any(is_rival) {
            one.context = Context::None;
        }
    }
}

/// What is wanted where no policy speaks, or all there is, from the usual score.
fn masks(set: &RecognizerSet) -> [EntityMask; 2] {
    [DefaultUse::Change, DefaultUse::Off].map(|most| {
        let mut mask = EntityMask::new().with_tagger(TaggerUse::Off);
        for (index, info) in (0_u16..).map(EntityIndex).zip(set.entities()) {
            if info.default <= most {
                mask.insert_from(index, Score::from_thousandths(400));
            }
        }
        mask
    })
}

/// Calls `each` with every string and number of a record, and the names that lead to it.
fn leaves(value: &Value, names: &mut Vec<String>, each: &mut impl FnMut(&str, TextKind, &[&str])) {
    let last = |names: &[String]| -> Vec<String> { names[names.len().saturating_sub(4)..].to_vec() };
    let mut call = |text: &str, kind, names: &[String]| {
        let last = last(names);
        each(text, kind, &last.iter().map(String::as_str).collect::<Vec<_>>());
    };
    match value {
        Value::String(text) => call(text, TextKind::Text, names),
        Value::Number(number) => call(&number.to_string(), TextKind::Number, names),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, names, each)),
        Value::Object(members) => {
            for (name, value) in members {
                names.push(name.clone());
                leaves(value, names, each);
                names.pop();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Events of each corpus that are compared.
const EVENTS: usize = 150;

#[test]
fn both_find_the_same_in_events() {
    let second = Second::new();
    let masks = masks(&second.set);
    for corpus in Corpus::ALL {
        let events = corpus::ndjson(corpus, EVENTS * 800);
        let mut scratches = [DetectScratch::default(), DetectScratch::default()];
        let (mut compared, mut found) = (0, 0);
        for line in std::str::from_utf8(&events).unwrap().lines().take(EVENTS) {
            leaves(&serde_json::from_str(line).unwrap(), &mut Vec::new(), &mut |text, kind, names| {
                for (mask, scratch) in masks.iter().zip(&mut scratches) {
                    found += second.check((text, kind), names, mask, scratch);
                }
                compared += 1;
            });
        }
        let enough = if corpus == Corpus::Clean { 0 } else { EVENTS };
        assert!(compared > EVENTS * 12 && found > enough, "{corpus:?}: {found} findings in {compared} texts");
    }
}

/// What texts are made of: findings, and words that speak for or against them.
fn piece(set: &RecognizerSet) -> impl Strategy<Value = String> + use<> {
    let words: BTreeSet<String> = set
        .recognizers()
        .iter()
        .flat_map(|one| one.words.iter().chain(&one.not).map(|word| word.text.clone()))
        .collect();
    prop_oneof![
        4 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => prop::sample::select(words.into_iter().collect::<Vec<_>>()),
        2 => prop::sample::select(&["bob@corp.com", "password: hunter2", "www.corp.co.uk", "9 March 2024"][..])
            .prop_map(str::to_owned),
        1 => "[a-z0-9 .]{1,9}",
    ]
}

/// Long texts of lines, which are read piece by piece: what is called for near a word is what is called for everywhere.
#[test]
fn both_find_the_same_in_long_texts_of_lines() {
    let second = Second::new();
    let [_, mask] = masks(&second.set);
    let every = EntityMask::all(&second.set).with_tagger(TaggerUse::Off);
    let dull = prop::sample::select(&["the parcel was late", "see below", "seven of them", "12", "nobody", ""][..]);
    let joint = prop::sample::select(&[" ", " ", " ", ", ", ": ", " and ", "\n", "\n", "\n\n"][..]);
    let one = prop_oneof![1 => piece(&second.set), 2 => dull.prop_map(str::to_owned)];
    let text = prop::collection::vec((one, joint), 250..500)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, joint)| piece + joint).collect::<String>());
    let scratch = RefCell::new(DetectScratch::default());
    let (turn, found) = (Cell::new(0), Cell::new(0));
    let result = proptest::test_runner::TestRunner::new(fixed(120)).run(&text, |text| {
        let scratch = &mut *scratch.borrow_mut();
        if turn.replace(turn.get() + 1) % 40 == 0 {
            second.check((&text, TextKind::Text), &["note"], &mask, scratch);
        }
        let [mut all, mut called] = [Vec::new(), Vec::new()];
        for (mask, out) in [(&every, &mut all), (&mask, &mut called)] {
            second.set.scan(&text, TextKind::Text, &second.set.hint(&["note"]), mask, scratch, out);
        }
        all.retain(|one| one.score >= Score::from_thousandths(400));
        found.set(found.get() + all.len());
        prop_assert_eq!(second.told(&text, &all), second.told(&text, &called), "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(found.get() > 6_000, "{}", found.get());
}

/// Five thousand records of up to three fields, the same every time; each mask has its own.
fn both_find_the_same_in_records(at: usize) {
    let second = Second::new();
    let mask = &masks(&second.set)[at];
    let joint = prop::sample::select(&[" ", " ", " ", ": ", ", ", "\n", ""][..]);
    let text = prop::collection::vec((piece(&second.set), joint), 1..5)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, joint)| piece + joint).collect::<String>());
    let field = prop::sample::select(&["note", "phone", "customer.ssn", "order.number", "product.name", "x"][..]);
    let record = prop::collection::vec((field, text), 1..4);
    let (scratch, found) = (RefCell::new(DetectScratch::default()), Cell::new(0));
    let seed = proptest::test_runner::RngSeed::Fixed(1 + u64::try_from(at).unwrap());
    let settings = ProptestConfig { rng_seed: seed, ..fixed(5_000) };
    let result = proptest::test_runner::TestRunner::new(settings).run(&record, |record| {
        for (field, text) in &record {
            let names: Vec<&str> = field.split('.').collect();
            found.set(found.get() + second.check((text, TextKind::Text), &names, mask, &mut scratch.borrow_mut()));
        }
        Ok(())
    });
    result.unwrap();
    assert!(found.get() > 5_000, "{}", found.get());
}

#[test]
fn both_find_the_same_in_five_thousand_records_where_no_policy_speaks() {
    both_find_the_same_in_records(0);
}

#[test]
fn both_find_the_same_in_five_thousand_records_where_all_is_wanted() {
    both_find_the_same_in_records(1);
}
