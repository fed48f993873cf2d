//! A second implementation of dates and times: their forms as regular expressions over whole texts, tried at every start
//! with every end, the farthest first, and a calendar that is not ours. The names are the first one's table.

#![expect(clippy::string_slice, reason = "ends come from char_indices")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use fancy_regex::{Captures, Regex};
use proptest::prelude::*;

use super::boundary::is_spaceless;
use super::date::{ZONES, table};
use super::document;
use super::naive::{Found, first, fixed};
use super::{DetectScratch, RecognizerSet, load};
use crate::model::Span;

/// Words between a day and its month, or a month and its year.
const OF: &str = "(?:(?i:of the|of|de|di|del|do|den|van|in|im)(?![\\p{L}\\p{N}]) ?|(?i:d['’]) ?)";
/// The same, or an article, behind a month's name.
const LINK: &str = "(?:OF|(?i:the)(?![\\p{L}\\p{N}]) ?)";
/// What the ends of a range have between them.
const TO: &str = "(?: ?[-–—/&] ?| (?i:to|and|or|bis|und|au|à|et|al|a|y|e|ao|tot|en|t/m|through)(?!\\w) ?|\
                  (?i:to|and|or|bis|und|au|à|et|al|a|y|ao|tot|en|t/m|through)(?!\\w) ?)";
const SUFFIX: &str = "(?:(?i:st|nd|rd|th|er|ste|de|e|ª|º|°)(?![\\p{L}\\p{N}]))?";
/// The same before a month; there a full stop is one, too.
const ORDINAL: &str = "(?:(?i:st|nd|rd|th|er|ste|de|e|ª|º|°)(?![\\p{L}\\p{N}])|\\.)?";
/// The year behind a day and a month.
const YEAR: &str = "(?:[ ,\\-/.:]{1,2}OF?|OF)(?:(?<y>\\d{4})|['’‘]?(?<short>\\d{2}))";

/// One way to write a date or a time.
struct Form {
    name: &'static str,
    regex: Regex,
    /// Whether the name of a month or a day stands in it.
    named: bool,
}

/// The pieces of the grammar, with the names in them.
pub(super) struct Grammar {
    sure: String,
    unsure: String,
    any: String,
    weekdays: String,
    weekday_alone: String,
    clock: String,
    time: String,
    months: Vec<(&'static str, u32)>,
    names: BTreeSet<&'static str>,
    forms: Vec<Form>,
}

/// The names, as they stand or with a capital; then in any case.
fn spelled(names: &[&str], capital_only: bool) -> String {
    let one = |name: &&str| {
        let (first, rest) = name.split_at(name.chars().next().unwrap().len_utf8());
        let capital = format!("{}(?i:{rest})", first.to_uppercase());
        if capital_only { capital } else { format!("{name}|{capital}") }
    };
    names.iter().map(one).collect::<Vec<_>>().join("|")
}

pub(super) fn grammar() -> Grammar {
    let table = table();
    let names = |wanted: &dyn Fn(Option<u32>, bool) -> bool| -> Vec<&'static str> {
        table.iter().filter(|(_, month, sure)| wanted(*month, *sure)).map(|(name, ..)| *name).collect()
    };
    let [certain, doubtful] = [true, false].map(|wanted| names(&|month, sure| month.is_some() && sure == wanted));
    let word = |names: String| format!("(?<mon>{names})(?!\\p{{L}})");
    let unsure = doubtful.join("|");
    let half = " ?(?i:a\\. ?m\\.|p\\. ?m\\.|am|pm)(?![\\p{L}\\p{N}])";
    let offset = "[+\\-±](?:\\d{4}|\\d{1,2})(?::(?:[0-5]\\d|60))?";
    let zones = ZONES.join("|");
    let zone = format!(
        "(?: ?(?i:Z|{zones})(?![\\p{{L}}\\p{{N}}])(?:{offset})?| ?{offset}| ?(?i:Uhr|uur|h|hrs)(?![\\p{{L}}\\p{{N}}]))?\
         (?: ?(?:\\[[A-Za-z/_ ]{{3,40}}\\]|\\([A-Za-z/_ ]{{3,40}}\\)))?"
    );
    let minute = "(?:[0-5]\\d|60)";
    let hour = "(?:[01]?\\d|2[0-4])";
    let time = format!(
        "(?:{hour}:{minute}(?::{minute}(?:[.,]\\d{{1,9}})?)?(?:{half})?{zone}|(?:0?\\d|1[0-2])(?:\\.{minute})?{half}|\
         {hour}(?:\\.{minute})? ?(?i:Uhr|o['’]clock|hrs|uur|horas|heures)|{hour}[hH](?:[0-5]\\d)?)"
    );
    let compact = format!("(?:[01]\\d|2[0-3])[0-5]\\d{minute}?(?:[.,]\\d{{1,9}})?{zone}");
    let clock = format!(
        "(?:[Tt:_]{time}|[Tt]{compact}|[,;]? {{1,2}}(?:(?i:at|um|à|a las|a la|alle ore|alle|ore|às|om|gegen) |[-–@|] ?)?{time})"
    );
    let mut grammar = Grammar {
        sure: word(format!("{}|{}", spelled(&certain, false), spelled(&doubtful, true))),
        any: word(format!("{}|{}", spelled(&[&certain[..], &doubtful[..]].concat(), false), unsure)),
        weekdays: format!("(?:{}|{unsure})(?:-feira)?", spelled(&names(&|month, _| month.is_none()), false)),
        weekday_alone: spelled(&names(&|month, sure| month.is_none() && sure), false),
        unsure: word(unsure),
        clock,
        time,
        months: table.iter().filter_map(|(name, month, _)| Some((*name, (*month)?))).collect(),
        names: table.iter().map(|(name, ..)| *name).collect(),
        forms: Vec::new(),
    };
    let days = grammar.weekdays.clone();
    let mut forms = vec![("time", grammar.time.clone())];
    forms.extend(grammar.digits());
    forms.extend([("date without separators", "(?<ymd>\\d{8})".to_owned()), ("year", "(?<near>\\d{4})s?".to_owned())]);
    forms.extend(grammar.letters(&grammar.sure));
    forms.extend(grammar.letters(&grammar.unsure).into_iter().filter(|(name, _)| *name != "day and month"));
    let the = "(?:[.,]{1,2} ?| )(?:(?i:the|den|dem|der|le|el|il|de|dia|día|am) )?";
    for (name, form) in grammar.digits().into_iter().chain(grammar.letters(&grammar.any)) {
        forms.push((name, format!("(?:{days})(?!\\p{{L}}){the}{form}")));
    }
    let alone = format!("(?:{})(?:-feira)?|(?:{days})(?<=-feira)", grammar.weekday_alone);
    forms.push(("day of the week", alone));
    let compiled = |(name, form): (&'static str, String)| {
        let has = |names: &str| form.contains(names);
        let named = has("(?<mon>") || has(&grammar.weekdays) || has(&grammar.weekday_alone);
        let regex = format!(
            "^(?:{})$",
            form.replace("LINK", LINK)
                .replace("OF", OF)
                .replace("TO", TO)
                .replace("ORDINAL", ORDINAL)
                .replace("SUFFIX", SUFFIX)
        );
        Form { name, regex: Regex::new(&regex).unwrap(), named }
    };
    grammar.forms = forms.into_iter().map(compiled).collect();
    grammar
}

impl Grammar {
    /// What begins with a number, but bare years and eight digits.
    fn digits(&self) -> Vec<(&'static str, String)> {
        let (clock, sure, any) = (&self.clock, &self.sure, &self.any);
        let mut forms = vec![
            ("month and year in digits", "(?<m>\\d{1,2})[/.\\-](?<near>\\d{4})".to_owned()),
            ("month and year in digits", "(?<near>\\d{4})[-/](?<m>\\d{2})".to_owned()),
            ("month and year", "\\d{4}(?:年(?<m>\\d{1,2})月|년 ?(?<m2>\\d{1,2})월)".to_owned()),
        ];
        let mut dates = Vec::new();
        for by in ["/", "\\.", "-", "\\. "] {
            dates.push(("date", format!("(?<a>\\d{{1,2}}){by}(?<b>\\d{{1,2}}){by}(?<y>\\d{{4}})")));
            dates.push(("date", format!("(?<y>\\d{{4}}){by}(?<m>\\d{{1,2}}){by}(?<d>\\d{{1,2}})")));
        }
        for by in ["/", "\\.", "-"] {
            let short = format!("(?<a>\\d{{1,2}}){by}(?<b>\\d{{1,2}}){by}(?<short>\\d{{2}})");
            dates.push(("date with a short year", short));
        }
        dates.push(("date", "(?<y>\\d{4})年(?<m>\\d{1,2})月(?<d>\\d{1,2})日?".to_owned()));
        dates.push(("date", "(?<y>\\d{4})년 ?(?<m>\\d{1,2})월 ?(?<d>\\d{1,2})일?".to_owned()));
        dates.push(("date", format!("(?<y>\\d{{4}})[- /]{any}[- /]?(?<d>\\d{{1,2}})")));
        // One expression for each way to read it: an expression tells of one way alone.
        for range in ["", "TO(?<last>\\d{1,2})(?!:\\d)ORDINAL"] {
            let day = |month: &str| format!("(?<d>\\d{{1,2}})ORDINAL{range}[ \\-/.]{{0,2}}OF?{month}\\.?");
            dates.push(("day and month", day(sure)));
            dates.push(("date", format!("{}{YEAR}", day(any))));
        }
        for (_, form) in &dates {
            forms.push(("date and time", format!("{form}{clock}")));
        }
        forms.push(("date and time", format!("(?<ymd>\\d{{8}}){clock}")));
        forms.extend(dates);
        forms
    }

    /// What begins with the name of a month.
    fn letters(&self, month: &str) -> Vec<(&'static str, String)> {
        let clock = &self.clock;
        let between = "(?:[.,][ \\-/]{0,2}|[ \\-/]{1,2})LINK?";
        let mut forms = Vec::new();
        for range in ["", "TO(?<last>\\d{1,2})(?!:\\d)SUFFIX"] {
            let day = format!("{month}{between}(?<first>\\d{{1,2}})SUFFIX{range}");
            let dated = format!("{day}{YEAR}");
            forms.push(("day and month", day.clone()));
            forms.push(("date", dated.clone()));
            forms.push(("date and time", format!("{dated}{clock}")));
            forms.push(("date and time", format!("{dated}{clock} (?<near>\\d{{4}})")));
            if month != self.unsure {
                forms.push(("date and time", format!("{day}{clock}")));
                forms.push(("date and time", format!("{day}{clock} (?<near>\\d{{4}})")));
            }
        }
        forms.push(("month and year", format!("{month}{between}(?:['’]\\d{{2}}|(?<near>\\d{{4}}))")));
        forms.push(("month and year", format!("{month}[.,]?-[ \\-/]?LINK?\\d{{2}}")));
        forms
    }

    /// Tells whether the numbers of a match are of the calendar; gives the form's name.
    fn judge(&self, name: &'static str, found: &Captures<'_, str>) -> Option<&'static str> {
        let number = |group: &str| found.name(group).map(|found| found.as_str().parse::<i16>().unwrap());
        let exists = |year: i16, month: i16, day: i16| {
            let (month, day) = (i8::try_from(month).unwrap_or(0), i8::try_from(day).unwrap_or(0));
            jiff::civil::Date::new(year, month, day).is_ok()
        };
        let year = number("y");
        if year.is_some_and(|year| !(1000..3000).contains(&year))
            || number("near").is_some_and(|year| !(1900..2100).contains(&year))
        {
            return None;
        }
        let short = number("short").map(|year| 2000 + year);
        let year_or = year.or(short).unwrap_or(2000);
        if let Some(all) = found.name("ymd") {
            let [year, month, day] = [0..4, 4..6, 6..8].map(|part| all.as_str()[part].parse::<i16>().unwrap());
            return ((1900..2100).contains(&year) && exists(year, month, day)).then_some(name);
        }
        if let (Some(a), Some(b)) = (number("a"), number("b")) {
            return (exists(year_or, a, b) || exists(year_or, b, a)).then_some(name);
        }
        let named = found.name("mon").map(|word| {
            let lower = word.as_str().to_lowercase();
            i16::try_from(self.months.iter().find(|(name, _)| *name == lower).unwrap().1).unwrap()
        });
        let month = number("m").or(number("m2")).or(named);
        if month.is_some_and(|month| !(1..13).contains(&month)) {
            return None;
        }
        let first = number("d").or(number("first"));
        let last = number("last");
        if let (Some(first), Some(last)) = (first, last)
            && (first == 0 || last <= first || last > 31)
        {
            return None;
        }
        // Where a range can be read it is one, and the second number no year.
        if let (Some(day), None) = (found.name("first"), last) {
            let whole = found.get(0).unwrap().as_str();
            let range = format!("^{SUFFIX}{TO}(?<last>\\d{{1,2}})(?!\\d|:\\d)");
            let read = Regex::new(&range).unwrap().captures(&whole[day.end()..]).unwrap();
            let read = read.map(|read| read["last"].parse::<i16>().unwrap());
            if read.is_some_and(|last| first.unwrap() > 0 && last > first.unwrap() && last < 32) {
                return None;
            }
        }
        if let (Some(day), Some(month)) = (last.or(first), month) {
            let is_leap_enough = found.name("mon").is_none() || exists(2000, month, day);
            // A short year behind a month's name is of any century.
            let year = if named.is_some() && year.is_none() { 2000 } else { year_or };
            if !is_leap_enough || !exists(year, month, day) {
                return None;
            }
        }
        let is_short = name == "date" && year.is_none() && short.is_some();
        Some(if is_short { "date with a short year" } else { name })
    }

    /// What is found from left to right, and the names of the forms.
    pub(super) fn search(&self, text: &str) -> Vec<(Span, &'static str)> {
        let mut found: Vec<(Span, &'static str)> = Vec::new();
        for (start, c) in text.char_indices() {
            let previous = found.last().map_or(0, |(span, _)| span.end);
            let before = text[..start].chars().next_back();
            if start < previous || before.is_some_and(goes_on) || !may_begin(text, start, c, previous) {
                continue;
            }
            // Where no word is a name, no form that has one needs to be tried.
            let near: String = text[start..].chars().take(200).flat_map(char::to_lowercase).collect();
            let mut words = near.split(|c: char| !c.is_alphabetic());
            let named = words.any(|word| self.names.contains(word));
            if !named && c.is_alphabetic() {
                continue;
            }
            let forms: Vec<&Form> = self.forms.iter().filter(|form| named || !form.named).collect();
            let ends = (start + 1..=text.len()).filter(|end| text.is_char_boundary(*end) && may_end(text, *end));
            let ends: Vec<usize> = ends.take_while(|end| end - start < 160).collect();
            let longest = ends.into_iter().rev().find_map(|end| {
                let whole = &text[start..end];
                let judged = |form: &&Form| self.judge(form.name, &form.regex.captures(whole).unwrap()?);
                forms.iter().find_map(judged).map(|name| (Span::new(start, end), name))
            });
            found.extend(longest);
        }
        found
    }
}

/// A letter, digit or underscore, but of a script without spaces.
fn goes_on(c: char) -> bool {
    (c.is_alphanumeric() && !is_spaceless(c)) || c == '_'
}

/// A number begins no date behind the joint of another number, or a sign of money.
fn may_begin(text: &str, start: usize, c: char, previous: usize) -> bool {
    let before: Vec<char> = text[..start].chars().rev().take(2).collect();
    match before[..] {
        _ if c.is_alphabetic() => true,
        _ if !c.is_ascii_digit() => false,
        ['$' | '€' | '£' | '#' | '+', ..] => false,
        ['-' | '/' | '.' | ',' | ':', digit, ..] if digit.is_ascii_digit() => previous > 0 && previous + 1 == start,
        _ => true,
    }
}

/// No word, number or fraction goes on; a second date of a range may.
fn may_end(text: &str, end: usize) -> bool {
    let next: Vec<char> = text[end..].chars().take(6).collect();
    let digits = |from: usize| next.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    match next[..] {
        [c, ..] if goes_on(c) || c == '日' || c == '일' => false,
        ['/' | '-', digit, ..] if digit.is_ascii_digit() => digits(1) == 4,
        ['.' | ':', digit, ..] => !digit.is_ascii_digit(),
        _ => true,
    }
}

const PIECES: &[&str] = &[
    "9",
    "09",
    "3",
    "31",
    "12",
    "30",
    "2024",
    "1999",
    "24",
    "99",
    "13",
    "00",
    "20240309",
    "123",
    "10:15",
    "23:59:60",
    "10",
    "10.30",
    "am",
    "p.m.",
    "Uhr",
    "h",
    "10h30",
    "T101112Z",
    "T10:11",
    "Z",
    "UTC",
    "+02:00",
    "-0500",
    "[Europe/Berlin]",
    "(CET)",
    ".123",
    "of",
    "of the",
    "de",
    "d'",
    "the",
    "am",
    "den",
    "to",
    "and",
    "bis",
    "e",
    "at",
    "alle ore",
    "um",
    "st",
    "th",
    "er",
    "º",
    "'24",
    "’99",
    "s",
    "x",
    "é",
    "$",
    "Mon",
    "sunday",
    "quinta-feira",
];
const WHOLE: &[&str] = &[
    "2024-03-09",
    "9/3/24",
    "31.12.2024",
    "9. 3. 2024",
    "2024-03",
    "03/2024",
    "2024年3月9日",
    "2024년 3월 9일",
    "2023-02-29",
    "9 March 2024",
    "March 9, 2024",
    "mar 9-24",
    "9.-12. März 2024",
    "5 de marzo de 2024",
    "Mar-24",
    "March 9th",
    "may 2024",
    "Sat, 09 Mar 2024 10:11:12 +0100",
    "Mar  9 10:11:12 2024",
    "2024-03-09T10:11:12.123Z",
    "20240309T101112Z",
    "Mon 9.3.2024",
    "9 d’octubre",
    "1er mai 2024",
    "2024-Mar-09",
    "10:15 Uhr",
    "10 o'clock",
    "10.30 p.m.",
    "dez 24",
    "1990s",
    "9 may 2024",
];

/// How many texts are compared.
const CASES: u32 = 800;

#[test]
fn both_find_the_same_dates() {
    let grammar = grammar();
    let names: Vec<&'static str> = table().into_iter().map(|(name, ..)| name).collect();
    let mut declared = Vec::new();
    for file in load::builtin() {
        let one = document::read(&file, &mut Vec::new()).unwrap();
        if one.id == "date_time"
            && let document::Way::Engine(engine) = one.way
        {
            declared = engine.forms;
        }
    }
    let place = |name: &str| u16::try_from(declared.iter().position(|form| form.name == name).unwrap()).unwrap();
    let set = RecognizerSet::builtin();
    let (ids, scratch) = (BTreeSet::from(["date_time"]), RefCell::new(DetectScratch::default()));
    let capital = |name: &str| name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    let name = prop::sample::select(names);
    let piece = prop_oneof![
        5 => prop::sample::select(PIECES).prop_map(str::to_owned),
        3 => prop::sample::select(WHOLE).prop_map(str::to_owned),
        2 => name.clone().prop_map(str::to_owned),
        2 => name.prop_map(move |name| -> String { capital(name) }),
    ];
    let joint = prop::sample::select(&[" ", " ", " ", "-", "/", ".", ". ", ", ", ":", "", "  "][..]);
    let text = prop::collection::vec((piece, joint), 1..7)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, joint)| piece + joint).collect::<String>());
    let compared = Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(fixed(CASES));
    let result = runner.run(&text, |text| {
        let second = grammar.search(&text);
        compared.set(compared.get() + second.len());
        let mut second: Vec<Found> =
            second.into_iter().map(|(span, name)| ("date_time".to_owned(), place(name), span)).collect();
        second.sort();
        prop_assert_eq!(first(&set, &ids, &text, &mut scratch.borrow_mut()), second, "{:?}", text);
        Ok(())
    });
    result.unwrap();
    assert!(compared.get() > 500, "{}", compared.get());
}
