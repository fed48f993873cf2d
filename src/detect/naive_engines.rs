//! Second implementations of hosts and of values behind labels: a regular expression at every character, or on either
//! side of each separator, from the written semantics.

#![expect(clippy::string_slice, reason = "ends come from char_indices and regular expressions")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proptest::prelude::*;
use regex::Regex;

use super::document::{self, Declaration, Way};
use super::engine::Kind;
use super::naive::{Found, first, fixed};
use super::validate::Validator;
use super::{DetectScratch, RecognizerSet, load};
use crate::model::Span;

/// Hosts: of each run of letters, digits, dots and dashes the longest beginning that is a name with a top-level domain
/// of the list, at most two labels behind it left out.
pub(super) struct Hosts {
    name: Regex,
    run: Regex,
    path: Regex,
    ambiguous: Vec<&'static str>,
}

impl Hosts {
    pub(super) fn new() -> Self {
        let top = include_str!("top_level_domains.txt").lines().collect::<Vec<_>>().join("|");
        let label = r"[^\s.-](?:[^\s.]{0,100}[^\s.-])?";
        Self {
            name: Regex::new(&format!(r"^(?:{label}\.)+(?<top>(?i:{top}))$")).unwrap(),
            run: {
                // In a script without spaces no host stands: its letters end one.
                let spaceless = concat!(
                    r"\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1100}-\x{11FF}\x{1780}-\x{17FF}\x{2E80}-\x{9FFF}",
                    r"\x{A960}-\x{A97F}\x{AC00}-\x{D7FF}\x{F900}-\x{FAFF}\x{FF66}-\x{FFDC}\x{20000}-\x{3FFFF}",
                );
                let inside = format!(r"[[\p{{L}}\p{{N}}\p{{M}}.-]--[{spaceless}]]*");
                Regex::new(&format!(r"{inside}\.{inside}")).unwrap()
            },
            path: Regex::new(r#"^[/?#][^\x00-\x20\x7f"<>\\^`{|}]{0,2047}"#).unwrap(),
            ambiguous: super::host::ambiguous().collect(),
        }
    }

    /// Spans, and the places of their forms.
    pub(super) fn search(&self, text: &str) -> Vec<(Span, u16)> {
        let mut found: Vec<(Span, u16)> = Vec::new();
        let mut at = 0;
        while let Some(run) = self.run.find_at(text, at) {
            at = run.end();
            if let Some((span, place)) = self.host(text, run.start(), run.end()) {
                at = at.max(span.end);
                found.push((span, place));
            }
        }
        found
    }

    fn host(&self, text: &str, start: usize, end: usize) -> Option<(Span, u16)> {
        let run = &text[start..end];
        let begin = start + run.find(|c| c != '.' && c != '-')?;
        if text[..start].ends_with(['@', '/', '\\', '_', '$']) {
            return None;
        }
        // Every end before a dot or a dash, or the run's own; the farthest three that differ in a label.
        let mut labels_left_out = BTreeSet::new();
        for to in (begin + 1..=end).rev().filter(|to| text.is_char_boundary(*to)) {
            let name = &text[begin..to];
            if name.ends_with(['.', '-']) || !(to == end || text[to..].starts_with(['.', '-'])) {
                continue;
            }
            // A dash inside a label cuts nothing off.
            if text[to..end].trim_start_matches(['.', '-']).len() + to != end && text[to..].starts_with('-') {
                let until_dot = text[to..end].find('.').unwrap_or(end - to);
                if !text[to..to + until_dot].trim_matches('-').is_empty() {
                    continue;
                }
            }
            labels_left_out.insert(to);
            if labels_left_out.len() > 3 {
                return None;
            }
            let Some(top) = self.name.captures(name).map(|found| found["top"].to_owned()) else { continue };
            let labels = name.split('.').count();
            let rest = &name[..name.len() - top.len() - 1];
            let is_one_case = top == top.to_lowercase() || name == name.to_uppercase();
            let lower = top.to_lowercase();
            let has_letter = rest.chars().any(char::is_alphabetic) || ["com", "org", "net"].contains(&lower.as_str());
            if is_one_case && has_letter && rest.split('.').all(|label| label.len() < 64) {
                return self.whole(text, begin, to, labels, &lower);
            }
        }
        None
    }

    fn whole(&self, text: &str, begin: usize, to: usize, labels: usize, top: &str) -> Option<(Span, u16)> {
        if text[to..].starts_with(['@', '_', '(', '\\']) {
            return None;
        }
        let port = Regex::new(r"^:[0-9]+").unwrap().find(&text[to..]).filter(|port| (3..=6).contains(&port.len()));
        let to = to + port.map_or(0, |port| port.len());
        if let Some(path) = self.path.find(&text[to..]) {
            let shown = path.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']']);
            if !shown.is_empty() {
                return Some((Span::new(begin, to + shown.len()), 1));
            }
        }
        let is_file = labels < 3 && !text[begin..].starts_with("www.") && self.ambiguous.contains(&top);
        Some((Span::new(begin, to), if is_file { 2 } else { 0 }))
    }
}

#[test]
fn both_find_the_same_hosts() {
    let hosts = Hosts::new();
    let compared = Cell::new(0);
    let piece = prop::sample::select(
        &[
            "example.org",
            "www.example.de",
            "a.b.co.uk",
            "пример.рф",
            "bücher.de",
            "main.rs",
            "customer.name",
            "163.com",
            "EXAMPLE.COM",
            "xn--p1ai",
            "Node.js",
            "e.g.",
            "1.2.3",
            "org.Next",
            "-a",
            "a-",
            ".",
            "..",
            "-",
            "--",
            "@",
            "/",
            "/a?b=c.",
            ":8080",
            ":1",
            ":123456",
            "(",
            ")",
            "_",
            "$",
            "\\",
            "x",
            "é",
            " ",
            " ",
            ", ",
            "?q",
            "#f",
            "com",
            "de",
        ][..],
    );
    let text = prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat());
    let mut runner = proptest::test_runner::TestRunner::new(fixed(2_000));
    let result = runner.run(&text, |text| {
        let mut first = Vec::new();
        super::host::search(&text, |span, place| first.push((span, place)));
        let second = hosts.search(&text);
        compared.set(compared.get() + second.len());
        prop_assert_eq!(first, second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(compared.get() > 500, "{}", compared.get());
}

/// A label of a file, with the expression that finds it right before a separator.
struct Label {
    id: String,
    place: u16,
    before: Regex,
}

/// Values behind labels: at each `=` and `:` a label is looked for before it, and a value behind it.
pub(super) struct Labels {
    labels: Vec<Label>,
    /// By recognizer: what checks its values.
    checks: Vec<(String, Vec<&'static Validator>)>,
    words: Vec<String>,
    arrow: Regex,
    value: Regex,
}

impl Labels {
    pub(super) fn new() -> Self {
        let (mut labels, mut checks, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for file in load::builtin() {
            let Declaration { id, way, validators, .. } = document::read(&file, &mut Vec::new()).unwrap();
            let Way::Engine(engine) = way else { continue };
            if engine.kind != Kind::Label {
                continue;
            }
            checks.push((id.clone(), validators));
            for (place, list) in (0..).zip(engine.words) {
                for word in list {
                    let inside = word.strip_prefix('*');
                    let alone = if inside.is_some() { "" } else { r"(?:^|[^\p{Alphabetic}\p{N}_])" };
                    let label = regex::escape(inside.unwrap_or(&word));
                    let before = format!(r#"{alone}(?i:{label})[\\"']?["'`\]]? ?$"#);
                    labels.push(Label { id: id.clone(), place, before: Regex::new(&before).unwrap() });
                    words.push(inside.unwrap_or(&word).to_owned());
                }
            }
        }
        let arrow = Regex::new(r"^(?<arrow>>|=)?(?<rest>(?s).*)$").unwrap();
        let value = r#"^[ \t]*(?:\\"(?<escaped>[^"\\\n]*)["\\\n]|"(?<double>[^"\n]*)["\n]|'(?<single>[^'\n]*)['\n]|`(?<back>[^`\n]*)[`\n]|(?<bare>[^\s"'`<>,;&][^\s"'<>,;&]*))"#;
        Self { labels, checks, words, arrow, value: Regex::new(value).unwrap() }
    }

    pub(super) fn search(&self, text: &str) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for (id, checks) in &self.checks {
            let mut resume = 0;
            for (at, separator) in text.char_indices().filter(|(_, c)| matches!(c, '=' | ':')) {
                let mut of_it = self.labels.iter().filter(|label| label.id == *id);
                // No label is this long.
                let from = text[..at].char_indices().rev().nth(80).map_or(0, |(from, _)| from);
                let label = of_it.find(|label| at >= resume && label.before.is_match(&text[from..at]));
                let Some(label) = label else { continue };
                let Some(span) = self.value(text, at, separator) else { continue };
                resume = span.end;
                if checks.iter().all(|check| (check.accepts)(span.of(text))) {
                    found.push((id.clone(), label.place, span));
                }
            }
        }
        found.sort();
        found
    }

    /// The value behind a separator.
    fn value(&self, text: &str, at: usize, separator: char) -> Option<Span> {
        let read = self.arrow.captures(&text[at + 1..]).unwrap();
        let skipped = read.name("arrow").map_or("", |arrow| arrow.as_str());
        // `=>` and `:=` are separators, `==` is none.
        let skipped = if skipped == "=" && separator == '=' { "" } else { skipped };
        let from = at + 1 + skipped.len();
        if text[from..].starts_with(['=', '/', '~']) {
            return None;
        }
        let read = self.value.captures(&text[from..])?;
        let span = ["escaped", "double", "single", "back", "bare"].iter().find_map(|group| read.name(group)).unwrap();
        let len = match read.name("bare") {
            Some(bare) => bare.as_str().trim_end_matches([')', ']', '}', '.', '\\']).len(),
            None => span.len(),
        };
        (len > 0).then(|| Span::new(from + span.start(), from + span.start() + len))
    }
}

#[test]
fn both_find_the_same_values_behind_labels() {
    let labels = Labels::new();
    let ids: BTreeSet<&str> = labels.checks.iter().map(|(id, _)| id.as_str()).collect();
    let words = labels.words.clone();
    let set = RecognizerSet::builtin();
    let (scratch, compared) = (RefCell::new(DetectScratch::default()), Cell::new(0));
    let piece = prop_oneof![
        3 => prop::sample::select(words.clone()).prop_map(|word| word + "="),
        3 => prop::sample::select(words.clone()).prop_map(|word| word + ": "),
        2 => prop::sample::select(words.clone()),
        1 => prop::sample::select(words).prop_map(|word| word.to_uppercase()),
        3 => prop::sample::select(&["=", ":", ": ", "=>", ":=", "==", "://", " = ", "\": \"", "\\\": \\\"", "'", "\"", "`", "]"][..])
            .prop_map(str::to_owned),
        4 => prop::sample::select(&["hunter2", "a b c", "s3cr3t!", "x", "\\", ")", "_", " ", ", ", "&", "\n", ";", "é", "tr0ub4dor&3"][..])
            .prop_map(str::to_owned),
    ];
    let text = prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat());
    let mut runner = proptest::test_runner::TestRunner::new(fixed(600));
    let result = runner.run(&text, |text| {
        let second = labels.search(&text);
        compared.set(compared.get() + second.len());
        prop_assert_eq!(first(&set, &ids, &text, &mut scratch.borrow_mut()), second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(compared.get() > 100, "{}", compared.get());
}
