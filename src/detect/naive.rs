//! A second implementation of what patterns find, written from the documented semantics alone, and held against the
//! first on generated texts: each pattern by itself, with the plain regex engine, at every character.

#![expect(clippy::string_slice, reason = "ends come from char_indices")]

use std::cell::{Cell, RefCell};

use proptest::prelude::*;
use regex::bytes::Regex;

use super::document::{self, Declaration, PatternDeclaration, Way};
use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind, load};
use crate::model::{EntityIndex, Score, Span};

/// Recognizer, pattern and span of a finding.
type Found = (String, u16, Span);

struct Naive {
    id: String,
    place: u16,
    regex: Regex,
    declared: PatternDeclaration,
    accepts: Vec<fn(&str) -> bool>,
}

fn naive() -> Vec<Naive> {
    let mut all = Vec::new();
    for file in load::builtin() {
        let Declaration { id, way, validators, .. } = document::read(&file, &mut Vec::new()).unwrap();
        let Way::Patterns(patterns) = way else { continue };
        for (place, declared) in (0..).zip(patterns) {
            assert!(declared.look_around.is_none() && !declared.regex.contains("<value>"), "not known here");
            let regex = format!("(?-u)^(?:{})$", declared.regex);
            let regex = regex::bytes::RegexBuilder::new(&regex).size_limit(64 << 20).build().unwrap();
            let accepts = validators.iter().map(|validator| validator.accepts).collect();
            all.push(Naive { id: id.clone(), place, regex, declared, accepts });
        }
    }
    all
}

impl Naive {
    fn search(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        let mut resume = 0;
        for (at, _) in text.char_indices() {
            if at < resume {
                continue;
            }
            if let Some(end) = self.longest(text, at) {
                found.push((self.id.clone(), self.place, Span::new(at, end)));
                resume = end;
            }
        }
        found
    }

    fn longest(&self, text: &str, at: usize) -> Option<usize> {
        let may_begin = self.may_stand(text[..at].chars().rev())
            && !self.declared.not_before.iter().any(|no| text[..at].ends_with(no.as_str()));
        if !may_begin {
            return None;
        }
        let ends = (at + 1..=text.len()).filter(|end| text.is_char_boundary(*end));
        let ends: Vec<usize> = ends.take_while(|end| end - at <= self.declared.max_length).collect();
        let last = *ends.last()?;
        let cut = |end| end == last && end < text.len();
        let end = ends.into_iter().rev().find(|&end| {
            let value = &text[at..end];
            let may_end = self.may_stand(text[end..].chars())
                && !self.declared.not_after.iter().any(|no| text[end..].starts_with(no.as_str()));
            (cut(end) || may_end)
                && self.regex.is_match(value.as_bytes())
                && self.accepts.iter().all(|accepts| accepts(value))
        })?;
        let run_on = |c: &char| !c.is_whitespace() && !['"', '<', '>'].contains(c);
        let more: usize = text[end..].chars().take_while(run_on).map(char::len_utf8).sum();
        Some(if cut(end) { end + more } else { end })
    }

    /// The boundary, in terms of the characters beside.
    fn may_stand(&self, mut beside: impl Iterator<Item = char>) -> bool {
        use super::boundary::Boundary;
        let spaceless = |c: char| "漢字かな한글ไทย".contains(c);
        let letter = |c: char| (c.is_alphanumeric() && !c.is_ascii_digit() && !spaceless(c)) || c == '_';
        let (near, far) = (beside.next(), beside.next());
        let digit = near.is_some_and(|c| c.is_ascii_digit());
        let word = digit || near.is_some_and(letter);
        match self.declared.boundary {
            Boundary::Digit => !digit,
            Boundary::Word => !word,
            Boundary::Token => !(word || near == Some('.') && far.is_some_and(|c| letter(c) || c.is_ascii_digit())),
        }
    }
}

/// What the first implementation finds by patterns, whatever the score.
fn first(set: &RecognizerSet, text: &str, scratch: &mut DetectScratch) -> Vec<Found> {
    let mut found = Vec::new();
    let mask = EntityMask::all(set).with_tagger(TaggerUse::Off);
    set.scan(text, TextKind::Text, &FieldHint::default(), &mask, scratch, &mut found);
    let mut found: Vec<Found> = found
        .iter()
        .map(|one| (set.recognizers()[usize::from(one.recognizer.0)].id.clone(), one.pattern, one.span))
        .filter(|(id, _, _)| id != "email_address")
        .collect();
    found.sort();
    found
}

/// Pieces that findings are made of, and what stands beside them.
const PIECES: &[&str] = &[
    "4111 1111 1111 1111",
    "4111111111111111",
    "378282246310005",
    "4111-1111-1111-1112",
    "536-90-4399",
    "536904399",
    "+49 30 23125 000",
    "+1-212-555-0187",
    "670-555-0187",
    "(212) 555-0187",
    "1 (11) 500 555-0147",
    "0049 30 23125000",
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "192.168.0.1",
    "256.1.1.1",
    "2001:db8::1",
    "::1",
    "::ffff:192.0.2.1",
    "00:1B:44:11:3A:B7",
    "00-1b-44-11-3a-b7",
    "https://example.org/a?b=c",
    "www.example.org",
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "0xde709f2102306220921060314715629080e2fb77",
    "2024-03-09T10:11:12.123Z",
    "31/12/2024",
    "9 March 2024",
    "März 9, 2024",
    "10:15 pm",
    "943 476 5919",
    "9434765919",
    "AB 12 34 56 C",
    "12345678Z",
    "RSSMRA85T10A562S",
    "02070803628",
    "111.444.777-35",
    "86 095 742 719",
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN PRIVATE KEY-----\nMIIB",
    "phone",
    "ssn",
    "born",
    "é",
    "漢",
    "_",
    ".",
    "-",
    ":",
    "/",
    " ",
    "  ",
    "\n",
    "x",
    "7",
    "0",
    "+",
    "(",
    ")",
    "@",
];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

#[test]
fn both_find_the_same() {
    let all = naive();
    let set = RecognizerSet::builtin();
    let scratch = RefCell::new(DetectScratch::default());
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES).prop_map(str::to_owned),
        4 => Just(" ".to_owned()),
        2 => prop::sample::select(PIECES).prop_flat_map(|piece| {
            let ends: Vec<usize> = (0..=piece.len()).filter(|end| piece.is_char_boundary(*end)).collect();
            prop::sample::select(ends).prop_map(move |end| piece[end..].to_owned())
        }),
        1 => "[0-9 .-]{1,24}",
        1 => "[A-Za-z0-9]{1,12}",
    ];
    let text = prop::collection::vec(piece, 1..24).prop_map(|pieces| pieces.concat());
    let compared = Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(config(256));
    let result = runner.run(&text, |text| {
        let mut second: Vec<Found> = all.iter().flat_map(|one| one.search(&text)).collect();
        second.sort();
        compared.set(compared.get() + second.len());
        prop_assert_eq!(first(&set, &text, &mut scratch.borrow_mut()), second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(compared.get() > 300, "{}", compared.get());
}

/// E-mail addresses by two regular expressions on either side of each `@`.
#[test]
fn both_find_the_same_addresses() {
    let local = regex::Regex::new(r"[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.%+'!#$*^~-]*$").unwrap();
    let label = r"[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?";
    let top = r"xn--[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}]|[\p{L}\p{M}]{2,}";
    let after = r"-*(?:$|[^\p{L}\p{N}\p{M}-])";
    let domain = format!(r"^((?:{label}\.)+(?:{top})){after}");
    let domain = regex::Regex::new(&domain).unwrap();
    let found = Cell::new(0);
    let text = "([a-c1é\u{308}._ @=-]|@[a-z]{1,3}[.][a-zé]{2,3}|xn--p1ai){1,24}";
    let mut runner = proptest::test_runner::TestRunner::new(config(512));
    let result = runner.run(&text, |text| {
        let mut first = Vec::new();
        super::email::search(&text, |span| first.push(span));
        let sides = text.match_indices('@').filter_map(|(at, _)| {
            let start = local.find(&text[..at])?.start();
            Some(Span::new(start, at + 1 + domain.captures(&text[at + 1..])?[1].len()))
        });
        let second: Vec<Span> = sides.collect();
        found.set(found.get() + second.len());
        prop_assert_eq!(first, second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(found.get() > 100, "{}", found.get());
}

/// Whatever the text, spans lie on its characters, and a used scratch finds what a new one does.
#[test]
fn spans_lie_on_characters_and_nothing_is_remembered() {
    let set = RecognizerSet::builtin();
    let used = RefCell::new(DetectScratch::default());
    let piece = prop_oneof![
        "\\PC{1,6}",
        prop::sample::select(PIECES).prop_map(str::to_owned),
        "[０-９٠-٩\u{200b}\u{ad}\u{a0}‑.@a-z]{1,16}",
    ];
    let text = prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat());
    let kind = prop::sample::select(&[TextKind::Text, TextKind::Prose, TextKind::Number, TextKind::Key][..]);
    let field = prop::sample::select(&["x", "phone", "ssn", "dob"][..]);
    let mut runner = proptest::test_runner::TestRunner::new(config(256));
    let result = runner.run(&(text, kind, field), |(text, kind, field)| {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let (hint, mask) = (set.hint(&[field]), EntityMask::all(&set));
        set.scan(&text, kind, &hint, &mask, &mut used.borrow_mut(), &mut first);
        set.scan(&text, kind, &hint, &mask, &mut DetectScratch::default(), &mut second);
        for one in &first {
            prop_assert!(!one.span.is_empty() && text.get(one.span.start..one.span.end).is_some(), "{:?}", text);
        }
        prop_assert_eq!(first, second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
}

/// Eight times the text takes about eight times the steps, whatever the text; quadratic would be sixty-four times. The
/// memory of a search is bounded. Steps are counted, not time: what others do on the machine changes nothing.
#[test]
fn hostile_texts_cost_steps_in_proportion() {
    let set = RecognizerSet::builtin();
    let mut mask = EntityMask::new();
    for index in 0..set.entities().len() {
        mask.insert_from(EntityIndex(u16::try_from(index).unwrap()), Score::from_thousandths(400));
    }
    let steps = |text: &str| {
        let mut scratch = DetectScratch::default();
        set.scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut scratch, &mut Vec::new());
        let (steps, clears, memory) = scratch.bound.map_or((0, 0, 0), |bound| bound.matching.work());
        assert!(clears <= 1 && memory <= 16 << 20, "{clears} {memory}");
        steps
    };
    for piece in
        ["1.", "1 ", "7", "a", "AA00 ", "a:", "a@", "a@b.", "http://", "(1", "+1 ", "1-", "eyJh", "ssn 536-90-4399 "]
    {
        // Longer than the longest match but that of a private key.
        let short = steps(&piece.repeat(16_000 / piece.len()));
        let long = steps(&piece.repeat(128_000 / piece.len()));
        assert!(long <= short * 9 + 1_000, "{piece}: {short} {long}");
    }
}

/// A mask that wants only what reaches a score gives what remains of all findings at that score; up to the score that
/// makes a finding stand between another and its context word.
#[test]
fn what_a_mask_rules_out_early_is_what_is_below_it() {
    let set = RecognizerSet::builtin();
    let scratch = RefCell::new(DetectScratch::default());
    let text = prop::collection::vec(prop::sample::select(PIECES), 1..9).prop_map(|pieces| pieces.join(" "));
    let mut runner = proptest::test_runner::TestRunner::new(config(128));
    let result = runner.run(&(text, 0_u16..=400), |(text, floor)| {
        let floor = Score::from_thousandths(floor);
        // The tagger reads around what is wanted of patterns: with less of it, it may find other names.
        let mut mask = EntityMask::new().with_tagger(TaggerUse::Off);
        for index in 0..set.entities().len() {
            mask.insert_from(EntityIndex(u16::try_from(index).unwrap()), floor);
        }
        let every = EntityMask::all(&set).with_tagger(TaggerUse::Off);
        let (mut all, mut some) = (Vec::new(), Vec::new());
        let hint = FieldHint::default();
        set.scan(&text, TextKind::Text, &hint, &every, &mut scratch.borrow_mut(), &mut all);
        set.scan(&text, TextKind::Text, &hint, &mask, &mut scratch.borrow_mut(), &mut some);
        all.retain(|one| one.score >= floor);
        prop_assert_eq!(all, some, "{:?}", text);
        Ok(())
    });
    result.unwrap();
}
