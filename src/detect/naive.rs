//! A second implementation of what patterns find, written from the documented semantics alone, and held against the
//! first on generated texts: each pattern by itself, with the plain regex engine, at every character. E-mail addresses
//! and lists of words are read a second time here, dates, hosts and labels in modules of their own.

#![expect(clippy::string_slice, reason = "ends come from char_indices")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;
use regex::bytes::Regex;

use super::boundary::{is_spaceless, is_word};
use super::document::{self, Declaration, PatternDeclaration, Way};
use super::engine::Kind;
use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind, load};
use crate::model::{EntityIndex, Score, Span};

/// Recognizer, pattern and span of a finding.
pub(super) type Found = (String, u16, Span);

/// One pattern of one recognizer.
pub(super) struct Naive {
    pub(super) id: String,
    pub(super) place: u16,
    /// Matches what is a match as a whole.
    regex: Regex,
    /// Matches any text that has a match in it: the others need not be asked at every character.
    anywhere: Regex,
    /// Matches any text that begins with a match.
    beginning: Regex,
    /// Read in the whole text: no built-in pattern looks further than its window.
    look_around: Option<fancy_regex::Regex>,
    declared: PatternDeclaration,
    accepts: Vec<fn(&str) -> bool>,
}

/// All patterns of the built-in files.
pub(super) fn naive() -> Vec<Naive> {
    let mut all = Vec::new();
    for file in load::builtin() {
        let Declaration { id, way, validators, .. } = document::read(&file, &mut Vec::new()).unwrap();
        let Way::Patterns(patterns) = way else { continue };
        for (place, declared) in (0..).zip(patterns) {
            let compiled = |before: &str, after: &str| {
                let regex = format!("(?-u){before}(?:{}){after}", declared.regex);
                regex::bytes::RegexBuilder::new(&regex).size_limit(64 << 20).build().unwrap()
            };
            let (regex, anywhere, beginning) = (compiled("^", "$"), compiled("", ""), compiled("^", ""));
            let accepts = validators.iter().map(|validator| validator.accepts).collect();
            let look_around = declared.look_around.as_ref().map(|look| fancy_regex::Regex::new(look).unwrap());
            let id = id.clone();
            all.push(Naive { id, place, regex, anywhere, beginning, look_around, declared, accepts });
        }
    }
    all
}

impl Naive {
    pub(super) fn search(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        if !self.anywhere.is_match(text.as_bytes()) {
            return found;
        }
        let mut resume = 0;
        for (at, _) in text.char_indices() {
            if at < resume {
                continue;
            }
            if let Some((span, end)) = self.longest(text, at) {
                found.push((self.id.clone(), self.place, span));
                resume = end;
            }
        }
        found
    }

    /// What is found at the longest match that begins here, and where the search goes on.
    fn longest(&self, text: &str, at: usize) -> Option<(Span, usize)> {
        let may_begin = self.beginning.is_match(&text.as_bytes()[at..])
            && self.may_stand(text[..at].chars().rev())
            && !self.declared.not_before.iter().any(|no| text[..at].ends_with(no.as_str()));
        if !may_begin {
            return None;
        }
        let ends = (at + 1..=text.len()).filter(|end| text.is_char_boundary(*end));
        let ends: Vec<usize> = ends.take_while(|end| end - at <= self.declared.max_length).collect();
        let last = *ends.last()?;
        let cut = |end| end == last && end < text.len();
        let (end, mut found) = ends.into_iter().rev().find_map(|end| {
            let whole = &text[at..end];
            let may_end = self.may_stand(text[end..].chars())
                && !self.declared.not_after.iter().any(|no| text[end..].starts_with(no.as_str()));
            let captures = self.regex.captures(whole.as_bytes()).filter(|_| cut(end) || may_end)?;
            let value = captures.name("value").or_else(|| captures.get(0))?;
            let span = Span::new(at + value.start(), at + value.end());
            let looks = self.look_around.as_ref().is_none_or(|look| {
                look.find_from_pos(text, at).unwrap().is_some_and(|found| (found.start(), found.end()) == (at, end))
            });
            let accepts = || self.accepts.iter().all(|accepts| accepts(&text[span.start..span.end]));
            (!span.is_empty() && looks && accepts()).then_some((end, span))
        })?;
        let run_on = |c: &char| !c.is_whitespace() && !['"', '<', '>'].contains(c);
        let more: usize = text[end..].chars().take_while(run_on).map(char::len_utf8).sum();
        if cut(end) && found.end == end {
            found.end += more;
        }
        Some((found, end.max(found.end)))
    }

    /// The boundary, in terms of the characters beside.
    fn may_stand(&self, mut beside: impl Iterator<Item = char>) -> bool {
        use super::boundary::Boundary;
        let letter = |c: char| (c.is_alphanumeric() && !c.is_ascii_digit() && !is_spaceless(c)) || c == '_';
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

/// Tells whether a text is one moment and nothing else.
pub(super) fn is_moment(text: &str) -> bool {
    let moment = r"^(19|20)\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$";
    static MOMENT: OnceLock<regex::Regex> = OnceLock::new();
    MOMENT.get_or_init(|| regex::Regex::new(moment).unwrap()).is_match(text)
}

/// What a text is that is one thing as a whole, found by a pattern.
pub(super) fn sole(all: &[Naive], text: &str) -> Option<Found> {
    let whole = |one: &Naive| (one.id.clone(), one.place, Span::new(0, text.len()));
    all.iter().find(|one| one.declared.sole && one.search(text) == vec![whole(one)]).map(whole)
}

/// What all patterns find in a text: where it is one thing as a whole, nothing but that.
fn second(all: &[Naive], text: &str) -> Vec<Found> {
    if is_moment(text) {
        return Vec::new();
    }
    if let Some(sole) = sole(all, text) {
        return vec![sole];
    }
    let mut found: Vec<Found> = all.iter().flat_map(|one| one.search(text)).collect();
    found.sort();
    found
}

/// What the first implementation finds by the recognizers of these ids, whatever the score.
pub(super) fn first(set: &RecognizerSet, ids: &BTreeSet<&str>, text: &str, scratch: &mut DetectScratch) -> Vec<Found> {
    let mut found = Vec::new();
    let mask = EntityMask::all(set).with_tagger(TaggerUse::Off);
    set.scan(text, TextKind::Text, &FieldHint::default(), &mask, scratch, &mut found);
    let mut found: Vec<Found> = found
        .iter()
        .map(|one| (set.recognizers()[usize::from(one.recognizer.0)].id.clone(), one.pattern, one.span))
        .filter(|(id, _, _)| ids.contains(id.as_str()))
        .collect();
    found.sort();
    found
}

/// Pieces that findings are made of, and what stands beside them.
pub(super) const PIECES: &[&str] = &[
    "4111 1111 1111 1111",
    "4111111111111111",
    "378282246310005",
    "4111-1111-1111-1112",
    "9420 4052 2627 8162 2902 32",
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

/// So many cases, the same every time.
pub(super) fn fixed(cases: u32) -> ProptestConfig {
    ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..config(cases) }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

#[test]
fn both_find_the_same() {
    let all = naive();
    let ids: BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
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
        let second = second(&all, &text);
        compared.set(compared.get() + second.len());
        prop_assert_eq!(first(&set, &ids, &text, &mut scratch.borrow_mut()), second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(compared.get() > 300, "{}", compared.get());
}

/// Texts in which long walks meet, where the first implementation goes only once.
#[test]
fn both_find_the_same_in_texts_that_go_round() {
    let all = naive();
    let ids: BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
    let set = RecognizerSet::builtin();
    let mut scratch = DetectScratch::default();
    let mut compared = 0;
    for piece in
        ["eyJ-", "http://", "https://a@", "postgres://a:", "sk_live_", "1.1.", "AA00 ", "a1-", "ab:", "(1) ", "0x"]
    {
        for tail in ["", ".eyJ.x", "@b.de/c "] {
            let text = format!("{}{tail} {}", piece.repeat(240 / piece.len()), piece.repeat(80 / piece.len()));
            let second = second(&all, &text);
            compared += second.len();
            assert_eq!(first(&set, &ids, &text, &mut scratch), second, "{text:?}");
        }
    }
    assert!(compared > 30, "{compared}");
}

/// E-mail addresses by two regular expressions on either side of each `@`.
pub(super) struct Addresses {
    local: regex::Regex,
    domain: regex::Regex,
}

impl Addresses {
    pub(super) fn new() -> Self {
        let local = regex::Regex::new(r"[\p{L}\p{N}\p{M}_][\p{L}\p{N}\p{M}_.%+'!#$*^~-]*$").unwrap();
        let label = r"[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?";
        let top = r"xn--[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}]|[\p{L}\p{M}]{2,}";
        let after = r"-*(?:$|[^\p{L}\p{N}\p{M}-])";
        let domain = format!(r"^((?:{label}\.)+(?:{top})){after}");
        Self { local, domain: regex::Regex::new(&domain).unwrap() }
    }

    pub(super) fn search(&self, text: &str) -> Vec<Span> {
        let sides = text.match_indices('@').filter_map(|(at, _)| {
            let start = quoted(&text[..at]).or_else(|| self.start(&text[..at]))?;
            let after = &text[at + 1..at + 1 + one_script(&text[at + 1..])];
            let domain = self.domain.captures(after)?[1].to_owned();
            let is_scale = domain.starts_with(|c| matches!(c, '1'..='9')) && domain[1..].starts_with(['x', 'X']);
            let is_file = is_scale && domain[2..].starts_with('.');
            (!is_file).then(|| Span::new(start, at + 1 + domain.len()))
        });
        sides.collect()
    }

    /// Where the local part begins: behind letters of a script without spaces that others follow.
    fn start(&self, before: &str) -> Option<usize> {
        let start = self.local.find(before)?.start();
        let is_other = |c: char| is_word(c) && !is_spaceless(c);
        let cuts = before[start..].char_indices().filter(|(_, c)| is_spaceless(*c));
        let cuts = cuts.map(|(at, c)| start + at + c.len_utf8()).filter(|cut| before[*cut..].contains(is_other));
        let cut = cuts.max().unwrap_or(start);
        Some(cut + before[cut..].find(|c| is_word(c) || c == '_')?)
    }
}

/// Where a local part in quotes begins: at most 65 bytes of one line, behind no word.
fn quoted(before: &str) -> Option<usize> {
    let inner = before.strip_suffix('"')?;
    let opening = inner.rfind('"')?;
    let content = &inner[opening + 1..];
    let sound = (1..=65).contains(&content.len()) && !content.contains('\n');
    (sound && !before[..opening].ends_with(is_word)).then_some(opening)
}

/// The bytes of a text up to letters of a script without spaces that run on from others.
fn one_script(text: &str) -> usize {
    let pairs = text.char_indices().zip(text.chars().skip(1));
    let mut cuts = pairs.filter(|((_, a), b)| is_word(*a) && !is_spaceless(*a) && is_spaceless(*b));
    cuts.next().map_or(text.len(), |((at, a), _)| at + a.len_utf8())
}

#[test]
fn both_find_the_same_addresses() {
    let addresses = Addresses::new();
    let found = Cell::new(0);
    let text = "([a-c1é\u{308}漢._ @=-]|@[a-z]{1,3}[.][a-zé漢]{2,3}|@[12][xX][.]png|\"[a ]\"@|xn--p1ai){1,24}";
    let mut runner = proptest::test_runner::TestRunner::new(config(512));
    let result = runner.run(&text, |text| {
        let mut first = Vec::new();
        super::email::search(&text, |span| first.push(span));
        let second = addresses.search(&text);
        found.set(found.get() + second.len());
        prop_assert_eq!(first, second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(found.get() > 100, "{}", found.get());
}

/// The engine of words, word by word at every character: the longest spelling that stands alone.
pub(super) struct Words {
    /// By recognizer, the place of a list, and one spelling of a word in it.
    spelled: Vec<(String, u16, String)>,
}

impl Words {
    pub(super) fn new() -> Self {
        let mut spelled = Vec::new();
        for file in load::builtin() {
            let Declaration { id, way, .. } = document::read(&file, &mut Vec::new()).unwrap();
            let Way::Engine(engine) = way else { continue };
            if engine.kind != Kind::Words {
                continue;
            }
            for (place, list) in (0..).zip(engine.words) {
                for word in list {
                    let (first, rest) = word.split_at(word.chars().next().unwrap().len_utf8());
                    for spelling in [word.clone(), first.to_uppercase() + rest, word.to_uppercase()] {
                        spelled.push((id.clone(), place, spelling));
                    }
                }
            }
        }
        Self { spelled }
    }

    fn ids(&self) -> BTreeSet<&str> {
        self.spelled.iter().map(|(id, _, _)| id.as_str()).collect()
    }

    pub(super) fn search(&self, text: &str) -> Vec<Found> {
        let letter = |c: &char| (c.is_alphanumeric() || *c == '\u{308}' || *c == '_') && !is_spaceless(*c);
        let mut found: Vec<Found> = Vec::new();
        for id in self.ids() {
            let mut resume = 0;
            for (at, _) in text.char_indices() {
                if at < resume || text[..at].chars().next_back().as_ref().is_some_and(letter) {
                    continue;
                }
                let alone = self.spelled.iter().filter(|(other, _, word)| {
                    let after = text[at..].strip_prefix(word.as_str());
                    other == id && after.is_some_and(|after| !after.chars().next().as_ref().is_some_and(letter))
                });
                if let Some((_, place, word)) = alone.max_by_key(|(_, place, word)| (word.len(), u16::MAX - place)) {
                    found.push((id.to_owned(), *place, Span::new(at, at + word.len())));
                    resume = at + word.len();
                }
            }
        }
        found
    }
}

#[test]
fn both_find_the_same_words() {
    let naive = Words::new();
    let ids = naive.ids();
    let set = RecognizerSet::builtin();
    let words: Vec<String> = naive.spelled.iter().map(|(_, _, word)| word.clone()).collect();
    let piece = prop_oneof![
        4 => prop::sample::select(words).prop_map(|word| word),
        2 => Just(" ".to_owned()),
        1 => prop::sample::select(&["x", "é", "漢", "-", "_", "s", "\u{308}"][..]).prop_map(str::to_owned),
    ];
    let text = prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat());
    let scratch = RefCell::new(DetectScratch::default());
    let mut runner = proptest::test_runner::TestRunner::new(config(256));
    let result = runner.run(&text, |text| {
        let mut second = naive.search(&text);
        second.sort();
        prop_assert_eq!(first(&set, &ids, &text, &mut scratch.borrow_mut()), second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
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

/// The time that this thread has had a processor, where the system tells: a busy machine does not count.
pub(super) fn on_processor() -> Option<std::time::Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(std::time::Duration::from_nanos)
}

/// Engines count no steps: as many bytes in eight times longer texts take them about as long.
#[test]
fn hostile_texts_cost_engines_time_in_proportion() {
    let set = RecognizerSet::builtin();
    let time = |text: &str, repeats: u32| {
        let (start, before) = (std::time::Instant::now(), on_processor());
        for _ in 0..repeats {
            set.engines.iter().for_each(|engine| engine.search(text, true, |_, _, _| {}));
        }
        on_processor().zip(before).map_or_else(|| start.elapsed(), |(after, before)| after.saturating_sub(before))
    };
    for piece in [
        "1.",
        "a.",
        "a@",
        "a@b.",
        "7",
        "a",
        "1/1/",
        "9 March ",
        "mon ",
        "password=",
        "a.com/",
        "10:",
        "French ",
        "a:\"",
        "é",
    ] {
        let (short, long) = (piece.repeat(4_000 / piece.len()), piece.repeat(32_000 / piece.len()));
        let (short, long) = (time(&short, 32), time(&long, 4));
        assert!(long < short * 3 + std::time::Duration::from_millis(20), "{piece}: {short:?} {long:?}");
    }
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
    // With the default score most texts are walked with the strong patterns alone.
    let floor = prop_oneof![Just(400_u16), 0_u16..=400];
    let mut runner = proptest::test_runner::TestRunner::new(config(512));
    let result = runner.run(&(text, floor), |(text, floor)| {
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
