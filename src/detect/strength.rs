//! How much a match and its validators say: how rare the form is, and how many random strings of it pass.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::Certain;
use super::document::{Declaration, PatternDeclaration};
use super::validate::Validator;
use crate::model::{Score, Span};

/// The share of random strings up to which a pass is certain: 1 in 1,000.
const CERTAIN_SHARE: f64 = 0.001;
/// The share of random strings that a check may let through at most to make a rare form certain: 1 in 7. What lets
/// more through rules out what is never issued, and checks no digit.
const CHECK_SHARE: f64 = 0.15;

/// Random strings that a user's claim is measured with; enough to refuse what lets through several times too many.
const TRIES: u32 = 4000;
/// How many times too many they may let through, for they are few.
const SLACK: f64 = 3.0;
/// The score that a bare digit string stays below until context, the field's name or a region speaks for it.
const BARE_BELOW: Score = Score::from_thousandths(400);

/// Checks what a file claims of a pattern.
///
/// # Errors
/// What it may not claim, and what would be right.
pub(super) fn check(pattern: &PatternDeclaration, declared: &Declaration) -> Result<(), String> {
    // What is no regular expression is told elsewhere.
    let Some(hir) = parse(&pattern.regex) else { return Ok(()) };
    let certain = pattern.certain == Some(Certain::Yes);
    if form(&hir).digits == Digits::Bare && pattern.score >= BARE_BELOW && !certain {
        return Err(format!(
            "score: a match can be digits alone, which stay below {BARE_BELOW} until context, the field's name or a region \
             speaks for them"
        ));
    }
    if !certain {
        return Ok(());
    }
    if declared.validators.is_empty() {
        return Err("certain: a validator is needed to make a match certain".to_owned());
    }
    let mut measured = measure(&hir, &declared.validators, TRIES);
    measured.form.share /= SLACK;
    if measured.is_certain() {
        Ok(())
    } else {
        Err("certain: the form and the validators let through more than 1 in 1,000 random strings".to_owned())
    }
}

/// Parses a pattern as the matcher does; none where it is no regular expression.
pub(super) fn parse(regex: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).nest_limit(50).build().parse(regex).ok()
}

/// How rare a pattern's form is among what stands in records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Form {
    /// Whether a match can be digits and nothing else.
    pub(super) digits: Digits,
    /// The share of strings of digits, letters and marks, as long, that have the form; bare digits count as one.
    pub(super) share: f64,
}

/// Whether a match can be digits and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    Bare,
    Among,
}

/// How many random strings of a pattern its validators accept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub(super) accepted: u32,
    pub(super) tries: u32,
    pub(super) form: Form,
}

impl Measured {
    /// Gives the share of random strings of the form that pass.
    pub(super) fn share(&self) -> f64 {
        f64::from(self.accepted) / f64::from(self.tries.max(1))
    }

    /// Tells whether a pass is certain: form and check together let through at most 1 in 1,000.
    pub(super) fn is_certain(&self) -> bool {
        self.share() <= CHECK_SHARE && self.share() * self.form.share <= CERTAIN_SHARE
    }
}

/// Measures a pattern's validators on random strings of its form; the same ones every time.
pub(super) fn measure(hir: &Hir, validators: &[&Validator], tries: u32) -> Measured {
    let mut random = Random(0x5EED);
    let mut accepted = 0;
    for _ in 0..tries {
        let mut sample = Sample::default();
        sample.write(hir, &mut random);
        let text = String::from_utf8_lossy(&sample.text);
        let value = sample.value.map_or(&*text, |value| value.of(&text));
        accepted += u32::from(validators.iter().all(|validator| (validator.accepts)(value)));
    }
    Measured { accepted, tries, form: form(hir) }
}

/// Reads how rare a form is, in the most common way of writing it.
///
/// A change from digits to letters or back halves twice, and so does a space; any other mark is one of ten. A choice
/// among fewer digits or letters than all counts by their share.
pub(super) fn form(hir: &Hir) -> Form {
    let part = part(hir);
    let digits = if part.bare_digits && part.ends.is_some() { Digits::Bare } else { Digits::Among };
    Form { digits, share: part.share }
}

/// What a part of a pattern is.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// The kinds of its first and last characters; none where it is empty.
    ends: Option<(Kind, Kind)>,
    share: f64,
    /// Whether it can be written with digits alone, or with nothing.
    bare_digits: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Letter,
    Other,
}

/// What a change between digits and letters counts, and a space.
const CHANGE: f64 = 0.25;
/// What any other mark counts.
const MARK: f64 = 0.1;

impl Part {
    const EMPTY: Self = Self { ends: None, share: 1.0, bare_digits: true };

    fn then(self, next: Self) -> Self {
        let (ends, change) = match (self.ends, next.ends) {
            (Some((first, last)), Some((begin, end))) => {
                let changes = matches!((last, begin), (Kind::Digit, Kind::Letter) | (Kind::Letter, Kind::Digit));
                (Some((first, end)), if changes { CHANGE } else { 1.0 })
            }
            (ends, None) | (None, ends) => (ends, 1.0),
        };
        Self { ends, share: self.share * next.share * change, bare_digits: self.bare_digits && next.bare_digits }
    }
}

fn part(hir: &Hir) -> Part {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Part::EMPTY,
        HirKind::Literal(literal) => {
            literal.0.iter().map(|byte| of_class(&[(u32::from(*byte), u32::from(*byte))])).fold(Part::EMPTY, Part::then)
        }
        HirKind::Class(class) => of_class(&ranges(class)),
        HirKind::Repetition(repetition) => {
            let one = part(&repetition.sub);
            // What may be left out is left out in the most common way of writing.
            (0..repetition.min).map(|_| one).fold(Part::EMPTY, Part::then)
        }
        HirKind::Capture(capture) => part(&capture.sub),
        HirKind::Concat(subs) => subs.iter().map(part).fold(Part::EMPTY, Part::then),
        HirKind::Alternation(subs) => {
            let parts: Vec<Part> = subs.iter().map(part).collect();
            let most = parts.iter().copied().max_by(|a, b| a.share.total_cmp(&b.share)).unwrap_or(Part::EMPTY);
            let all: f64 = parts.iter().map(|part| part.share).sum();
            Part { bare_digits: parts.iter().any(|part| part.bare_digits), share: all.min(1.0), ..most }
        }
    }
}

fn ranges(class: &Class) -> Vec<(u32, u32)> {
    match class {
        Class::Bytes(class) => class.iter().map(|one| (one.start().into(), one.end().into())).collect(),
        Class::Unicode(class) => class.iter().map(|one| (one.start().into(), one.end().into())).collect(),
    }
}

/// Reads one character that may be any of these.
fn of_class(ranges: &[(u32, u32)]) -> Part {
    let count = |from: char, to: char| {
        let (from, to) = (u32::from(from), u32::from(to));
        let within = ranges.iter().map(|(start, end)| (end + 1).min(to + 1).saturating_sub((*start).max(from)));
        f64::from(within.sum::<u32>())
    };
    let (digits, upper, lower) = (count('0', '9'), count('A', 'Z'), count('a', 'z'));
    let letters = upper.max(lower);
    let all: f64 = ranges.iter().map(|(start, end)| f64::from(end - start) + 1.0).sum();
    let (kind, share) = match (digits > 0.0, letters > 0.0) {
        (true, false) => (Kind::Digit, digits / 10.0),
        (false, true) => (Kind::Letter, letters / 26.0),
        // A check digit that may be an `X`, too, is a digit.
        (true, true) if digits > letters => (Kind::Digit, 1.0),
        (true, true) => (Kind::Other, (digits + letters) / 36.0),
        (false, false) if count(' ', ' ') > 0.0 => (Kind::Other, CHANGE),
        (false, false) => (Kind::Other, (all * MARK).min(0.5)),
    };
    Part { ends: Some((kind, kind)), share, bare_digits: kind == Kind::Digit }
}

/// A random string of a pattern.
#[derive(Debug, Default)]
struct Sample {
    text: Vec<u8>,
    /// Where the group `value` stands.
    value: Option<Span>,
}

impl Sample {
    fn write(&mut self, hir: &Hir, random: &mut Random) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.extend_from_slice(&literal.0),
            HirKind::Class(class) => self.character(&ranges(class), class, random),
            HirKind::Repetition(repetition) => {
                /// How often more than it must be something is repeated that has no end.
                const MORE: u32 = 8;
                let most = repetition.max.unwrap_or(repetition.min.saturating_add(MORE));
                let times = repetition.min + random.below(most.saturating_sub(repetition.min).saturating_add(1));
                for _ in 0..times {
                    self.write(&repetition.sub, random);
                }
            }
            HirKind::Capture(capture) => {
                let start = self.text.len();
                self.write(&capture.sub, random);
                if capture.name.as_deref() == Some("value") {
                    self.value = Some(Span::new(start, self.text.len()));
                }
            }
            HirKind::Concat(subs) => subs.iter().for_each(|sub| self.write(sub, random)),
            HirKind::Alternation(subs) => {
                let at = random.below(u32::try_from(subs.len()).unwrap_or(u32::MAX));
                if let Some(sub) = subs.get(at as usize) {
                    self.write(sub, random);
                }
            }
        }
    }

    fn character(&mut self, ranges: &[(u32, u32)], class: &Class, random: &mut Random) {
        let all = ranges.iter().map(|(start, end)| end - start + 1).sum();
        let mut at = random.below(all);
        for (start, end) in ranges {
            let len = end - start + 1;
            if at < len {
                let code = start + at;
                match class {
                    Class::Bytes(_) => self.text.extend(u8::try_from(code)),
                    Class::Unicode(_) => {
                        let c = char::from_u32(code).unwrap_or('?');
                        self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
                return;
            }
            at -= len;
        }
    }
}

/// A fixed pseudo-random sequence (SplitMix64), so that a measurement is the same every time.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % u64::from(limit.max(1))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::validate::by_name;
    use super::*;

    fn hir(regex: &str) -> Hir {
        parse(regex).unwrap()
    }

    fn check(regex: &str, digits: Digits, share: f64) {
        let form = form(&hir(regex));
        assert!(form.digits == digits && (form.share - share).abs() < 1e-9, "{regex}: {form:?}");
    }

    #[test]
    fn forms_are_as_rare_as_what_is_in_them() {
        check(r"\d{9}", Digits::Bare, 1.0);
        check(r"\d{3}-?\d{6}", Digits::Bare, 1.0);
        check(r"\d{3}-\d{6}|\d{9}", Digits::Bare, 1.0);
        check(r"\d{3}-\d{3}", Digits::Among, 0.1);
        check(r"\d{3}[ -]\d{3}", Digits::Among, 0.25);
        check(r"[A-Z]\d{8}", Digits::Among, 0.25);
        check(r"\d{8}[0-9X]", Digits::Bare, 1.0);
        check(r"(?i)[A-Z]\d{8}", Digits::Among, 0.25);
        check(r"X[0-4]", Digits::Among, 0.5 / 26.0 * 0.25);
        check(r"[a-z0-9]{4}", Digits::Among, 1.0);
        check(r"\+\d", Digits::Among, 0.1);
    }

    fn certain(regex: &str, validator: &str) -> (bool, f64) {
        let measured = measure(&hir(regex), &[by_name(validator).unwrap()], 20_000);
        (measured.is_certain(), measured.share())
    }

    #[test]
    fn a_pass_is_certain_where_form_and_check_are_rare_together() {
        let (yes, share) = certain(r"\d{11}", "br_cpf");
        assert!(!yes && (0.005..0.015).contains(&share), "{share}");
        assert!(certain(r"\d{3}\.\d{3}\.\d{3}-\d{2}", "br_cpf").0);
        let (yes, share) = certain(r"\d{3}-\d{2}-\d{4}", "us_ssn");
        assert!(!yes && share > 0.5, "{share}");
        assert!(!certain(r"\d{3} \d{3} \d{4}", "uk_nhs").0);
        assert!(certain(r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]", "it_fiscal_code").0);
        assert!(certain(r"\d{4} \d{4} \d{4} \d{4}", "payment_card").0);
    }

    #[test]
    fn validators_see_the_value_alone() {
        let (_, share) = certain(r"no (?<value>\d{16})x", "luhn");
        assert!((0.09..0.11).contains(&share), "{share}");
    }
}
