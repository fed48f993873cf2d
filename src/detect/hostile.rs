//! Texts made to be slow: for every pattern, what nearly matches it over and over. A byte of them costs a bounded number
//! of steps more than one of ordinary text, and a long text no more for each byte than a short one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::document::{self, Declaration, Way};
use super::load::{self, Maker, SourceFile};
use super::naive::on_processor;
use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TextKind, compile, steps};
use crate::model::{EntityIndex, Score};

/// How many steps a byte may cost for each step that one of ordinary text costs.
const FACTOR_MAX: f64 = 100.0;
/// Bytes of the text that each piece is pumped to.
const PUMPED: usize = 4096;
/// Bytes of the texts that each pattern's worst piece is pumped to, and the worst of all.
const PUMPED_WORST: usize = 1 << 20;
/// How many are the worst of all.
const WORST: usize = 8;

/// Pieces that no pattern in particular suggests.
const PIECES: &[&str] = &[
    "1.1.",
    "1",
    "1 ",
    "1-",
    "a",
    "a.",
    "a@",
    "@",
    "aaaa@b.zzz ",
    "a@b.de ",
    "a@b.de,",
    "aaaa!",
    ":",
    "::",
    "a:",
    "-",
    "--",
    ".",
    "/",
    "http://",
    "https://a ",
    "www.",
    "(1",
    "+1",
    "+1 ",
    "00",
    "0",
    "eyJ-",
    "eyJa.",
    "%20",
    "&amp;",
    "{",
    "[",
    "\"",
    "AA00 ",
    "DE89",
    "ssn 536-90-4399 ",
    "phone ",
    "4111 ",
    "-----BEGIN PRIVATE KEY-----",
    "é",
    "漢",
    "а1",
    "\u{200b}",
    "１",
    "1\n",
    "\n",
    "_",
    "x_1",
    "2024-",
    "12:",
    "0x",
    "1A1z",
    "born 1985-04-12 ",
    "Date of birth ",
    "ab ",
    "A1 ",
    "$1,",
];

const PROSE: &str = "The parcel was handed over at the gate on Tuesday morning, and the driver noted that two of the seven \
    boxes were damp. We have asked the depot in the north to look at the remaining stock; if more of it is affected, \
    customers will hear from us by the end of next week. Until then orders with a total above 250 are held back, as \
    agreed in the meeting of the 3rd. Version 2.14 of the form is out: please use only that one. ";

/// A user's file of patterns that are slow in engines that go back.
const NASTY: &str = "\
id: nasty
entity: NASTY
family: NASTY
title: Patterns that are slow elsewhere
default: change
references: [https://example.org/nasty]
patterns:
  - {name: nested, score: 0.5, boundary: digit, regex: '(?:a+)+b'}
  - {name: overlapping, score: 0.5, boundary: digit, regex: '(?:x|xx|xxx)+y'}
  - {name: anything, score: 0.5, boundary: digit, regex: 'q.*z'}
  - {name: long, score: 0.5, boundary: digit, max_length: 65536, regex: 'w[w ]*!'}
  - {name: optional, score: 0.5, regex: '(?:0?){30}[0]{30}k'}
  - {name: looking, score: 0.5, boundary: digit, regex: '[m]{1,64}', look_around: '(?:m|mm)+(?<=m)n(?=m)'}
examples:
  match: [{text: 'see aab', finds: aab}]
  no_match: [{text: aa, because: the end is missing}]
";

/// Makes a match of a pattern; `pick` chooses among ways.
fn sample(hir: &Hir, pick: &mut impl FnMut(usize) -> usize, out: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(class) => {
            let ranges: Vec<(u32, u32)> = match class {
                Class::Bytes(class) => class.iter().map(|one| (one.start().into(), one.end().into())).collect(),
                Class::Unicode(class) => class.iter().map(|one| (one.start().into(), one.end().into())).collect(),
            };
            let plain: Vec<u8> = (b' '..=b'~')
                .filter(|byte| ranges.iter().any(|(low, high)| (*low..=*high).contains(&u32::from(*byte))))
                .collect();
            if !plain.is_empty() {
                out.push(plain[pick(plain.len())]);
            }
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 4).min(repetition.min + 4);
            let count = repetition.min + u32::try_from(pick((most - repetition.min) as usize + 1)).unwrap();
            (0..count).for_each(|_| sample(&repetition.sub, pick, out));
        }
        HirKind::Capture(capture) => sample(&capture.sub, pick, out),
        HirKind::Concat(subs) => subs.iter().for_each(|sub| sample(sub, pick, out)),
        HirKind::Alternation(subs) => sample(&subs[pick(subs.len())], pick, out),
    }
}

/// Makes pieces that, repeated, nearly match a pattern again and again.
fn pieces(regex: &str, into: &mut BTreeSet<String>) {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(regex).unwrap();
    let mut state = 7_usize;
    for round in 0..2 {
        let mut bytes = Vec::new();
        let mut pick = |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if round == 0 { 0 } else { (state >> 33) % limit }
        };
        sample(&hir, &mut pick, &mut bytes);
        let whole = String::from_utf8_lossy(&bytes).into_owned();
        let chars: Vec<char> = whole.chars().collect();
        let Some((last, front)) = chars.split_last() else { continue };
        let front: String = front.iter().collect();
        let other = if *last == '7' { '3' } else { '7' };
        into.insert(format!("{whole} "));
        into.insert(format!("{whole},"));
        into.insert(format!("{front} "));
        into.insert(format!("{front}{other} "));
        into.insert(format!("{whole}-"));
        into.insert(whole.clone());
        into.insert(front);
        into.insert(chars[..chars.len().min(2)].iter().collect());
        into.insert(chars[..chars.len().div_ceil(2)].iter().collect());
        into.insert(chars.iter().last().copied().unwrap().to_string());
    }
}

/// Counts the steps of a search for what usually counts.
pub(super) struct Measure<'a> {
    set: &'a RecognizerSet,
    mask: EntityMask,
    scratch: DetectScratch,
}

impl<'a> Measure<'a> {
    pub(super) fn new(set: &'a RecognizerSet) -> Self {
        let mut mask = EntityMask::new();
        for index in 0..set.entities().len() {
            mask.insert_from(EntityIndex(u16::try_from(index).unwrap()), Score::from_thousandths(400));
        }
        Self { set, mask, scratch: DetectScratch::default() }
    }

    /// Steps for each byte of a text, once all that is made at first use is there.
    pub(super) fn cost(&mut self, text: &str) -> f64 {
        let mut found = Vec::new();
        let walked = |scratch: &DetectScratch| scratch.bound.as_ref().map_or(0, |bound| bound.matching.work().0);
        let before = walked(&self.scratch);
        steps::take();
        self.set.scan(text, TextKind::Text, &FieldHint::default(), &self.mask, &mut self.scratch, &mut found);
        let steps = steps::take() + walked(&self.scratch) - before + u64::try_from(text.len()).unwrap();
        steps as f64 / text.len() as f64
    }

    /// How often the caches were begun anew, and their bytes.
    pub(super) fn caches(&self) -> (u64, usize) {
        let (_, clears, memory) = self.scratch.bound.as_ref().map_or((0, 0, 0), |bound| bound.matching.work());
        (clears, memory)
    }
}

fn check(files: &[SourceFile]) {
    let set = compile::compile(files).unwrap();
    // By pattern: what nearly matches it; first what no pattern in particular suggests.
    let mut suggested: Vec<BTreeSet<String>> = vec![PIECES.iter().map(|piece| (*piece).to_owned()).collect()];
    for file in files {
        let Declaration { way, .. } = document::read(file, &mut Vec::new()).unwrap();
        let Way::Patterns(patterns) = way else { continue };
        for pattern in patterns {
            let mut of_pattern = BTreeSet::new();
            pieces(&pattern.regex, &mut of_pattern);
            of_pattern.remove("");
            suggested.push(of_pattern);
        }
    }
    let mut measure = Measure::new(&set);
    let ordinary = measure.cost(&PROSE.repeat(20));
    let mut short = |piece: &str| measure.cost(&piece.repeat(PUMPED.div_ceil(piece.len())));
    let mut costs: BTreeMap<&str, f64> = BTreeMap::new();
    // Of each pattern the worst is pumped further.
    let mut worst: BTreeSet<&str> = BTreeSet::new();
    for of_pattern in &suggested {
        for piece in of_pattern {
            costs.entry(piece).or_insert_with(|| short(piece));
        }
        let dearest = of_pattern.iter().max_by(|one, other| costs[one.as_str()].total_cmp(&costs[other.as_str()]));
        worst.extend(dearest.map(String::as_str));
    }
    let mut listed: Vec<(&str, f64)> = costs.iter().map(|(piece, cost)| (*piece, *cost)).collect();
    listed.sort_by(|one, other| other.1.total_cmp(&one.1));
    worst.extend(listed.iter().take(WORST).map(|(piece, _)| *piece));
    eprintln!("{} pieces, {} pumped further, ordinary {ordinary:.1}", costs.len(), worst.len());
    for (piece, cost) in listed.iter().filter(|(piece, _)| worst.contains(piece)) {
        let long = measure.cost(&piece.repeat(PUMPED_WORST.div_ceil(piece.len())));
        eprintln!("{piece:?} {cost:.1} {long:.1}");
        assert!(long < ordinary * FACTOR_MAX, "{piece:?} costs {long:.0} steps a byte, ordinary text {ordinary:.1}");
    }
}

#[test]
fn a_byte_of_hostile_text_costs_a_bounded_number_of_steps() {
    check(&load::builtin());
}

/// What repeats itself costs little, since nothing is walked from twice behind the same bytes: at most so many times what
/// ordinary text costs.
#[test]
fn a_byte_of_ten_megabytes_of_the_same_costs_little_more_than_ordinary_text() {
    const REPEATED: [(&str, f64); 12] = [
        ("1.1.", 2.0),
        ("aaaa!", 2.0),
        ("a", 2.0),
        ("1", 2.0),
        ("ab ", 2.0),
        ("a@", 2.0),
        ("2024-", 2.0),
        ("4111 ", 2.0),
        ("AA00 ", 2.0),
        ("94 an ", 2.0),
        ("VR  57 ", 2.0),
        ("UJ25-ZS ", 2.0),
    ];
    let set = RecognizerSet::builtin();
    let mut measure = Measure::new(&set);
    let ordinary = measure.cost(&prose(10 << 20));
    let mut dear = Vec::new();
    for (piece, most) in REPEATED {
        let times = measure.cost(&piece.repeat((10 << 20) / piece.len())) / ordinary;
        eprintln!("{piece:?} {times:.2}");
        if times > most {
            dear.push((piece, times));
        }
    }
    assert!(dear.is_empty(), "ordinary text takes {ordinary:.2} steps a byte, these so many times as many: {dear:?}");
}

/// The names of months are looked for in the lines of a text: none is read to the end of letters that run on and on.
#[test]
fn a_line_of_letters_is_read_once() {
    let set = RecognizerSet::builtin();
    let mut measure = Measure::new(&set);
    let mut line = |letters: usize| measure.cost(&format!("12 May 2024\n{}\n", "aé".repeat(letters)));
    let (short, long) = (line(10_000), line(100_000));
    assert!(long < short * 1.5, "{short:.1} steps a byte, and {long:.1} of a line ten times as long");
}

#[test]
fn patterns_of_a_user_are_bounded_too() {
    check(&[SourceFile { maker: Maker::User, name: "nasty.yaml".to_owned(), text: NASTY.to_owned() }]);
}

/// Ten megabytes of sentences from a few hundred words, numbers and marks among them.
fn prose(bytes: usize) -> String {
    let words: Vec<&str> = PROSE.split(' ').collect();
    let mut text = String::with_capacity(bytes + 64);
    let mut state = 9_usize;
    while text.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(words[(state >> 33) % words.len()]);
        text.push(if (state >> 20).is_multiple_of(40) { '\n' } else { ' ' });
    }
    text
}

#[test]
fn prose_reaches_no_limit_of_look_around() {
    let text = prose(10 << 20);
    let nasty = SourceFile { maker: Maker::User, name: "nasty.yaml".to_owned(), text: NASTY.to_owned() };
    let files: Vec<SourceFile> = load::builtin().into_iter().chain([nasty]).collect();
    let set = compile::compile(&files).unwrap();
    let mut measure = Measure::new(&set);
    steps::take_limits();
    measure.cost(&text);
    assert_eq!(steps::take_limits(), 0);
}

#[test]
fn a_limit_of_look_around_is_counted() {
    let nasty = SourceFile { maker: Maker::User, name: "nasty.yaml".to_owned(), text: NASTY.to_owned() };
    let set = compile::compile(&[nasty]).unwrap();
    let mut measure = Measure::new(&set);
    measure.cost(&"m".repeat(1000));
    assert_ne!(steps::take_limits(), 0, "the test above can fail");
}

/// A pattern of a few bytes can ask for a program of gigabytes.
#[test]
fn patterns_that_grow_too_large_are_refused_in_little_time() {
    let load = |regex: &str| {
        let text = NASTY.replace("(?:a+)+b", regex);
        let file = SourceFile { maker: Maker::User, name: "nasty.yaml".to_owned(), text };
        let before = on_processor();
        let errors = compile::compile(&[file]).err().unwrap_or_default();
        let took = on_processor().zip(before).map_or(Duration::ZERO, |(after, before)| after - before);
        assert!(took < Duration::from_secs(5), "{regex}: {took:?}");
        errors.first().map(ToString::to_string).unwrap_or_default()
    };
    for regex in ["(?:(?:b{50}){50}){50}", "(?:b?){4000}c", "b{1,60000}", "(?:(?:b|bc|bcd){1,90}x){1,90}"] {
        let told = load(regex);
        assert!(told.starts_with("nasty.yaml") && told.contains("too large"), "{regex}: {told}");
    }
    let long = load(&"b".repeat(5000));
    assert!(long.starts_with("nasty.yaml:8: ") && long.contains("4096"), "{long}");
    assert_eq!(load("(?:b?){40}c"), "");
}
