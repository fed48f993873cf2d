//! Whether a pattern that accepts a text accepts every text that is spelled alike.

use super::FieldType;
use super::within::{self, Verdict};
use crate::model::{Alike, Rewritten};
use regex::Regex;
use regex_syntax::hir::{Hir, HirKind, Look};
use std::collections::VecDeque;

/// Times that one part of a pattern is repeated; of more it is not told which characters stay.
const REPEATED_MAX: u32 = 64;

/// Tells what a pattern says of texts that are spelled like those it accepts.
pub(super) fn verdict(pattern: &Regex, alike: &Alike) -> Option<Verdict> {
    let rewritten = Rewritten {
        changed: Some(alike.swapped.clone()),
        others: alike.others.clone(),
        written: alike.swapped.clone(),
        first: alike.first,
        last: alike.last,
        least: 0,
    };
    let walked = (!alike.swapped.is_empty()).then(|| within::rewritten(pattern.as_str(), &rewritten)).flatten();
    match walked {
        Some(Verdict::Within | Verdict::Nothing) => walked,
        Some(Verdict::Outside) if alike.forms.is_empty() => walked,
        Some(Verdict::Outside) | None => stays_within(pattern, alike).then_some(Verdict::Within),
    }
}

/// Texts of no more characters are walked through with a count of all their characters.
const LEN_MAX: usize = 256;

/// Tells how many of the characters that take each other's places a text has at most, as a field is declared; none where as many
/// as must be left, or where it cannot be told.
pub(super) fn characters(declared: &FieldType, alike: &Alike) -> Option<usize> {
    let secret = alike.secret?;
    let enough = (secret.held..).find(|len| secret.is_enough(*len))?;
    if let Some(most) = declared.len_max.filter(|most| *most < enough) {
        return Some(most);
    }
    let len_max = declared.len_max.filter(|most| *most <= LEN_MAX);
    let sets = (alike.swapped.as_str(), alike.others.as_deref()?);
    within::count(declared.pattern.as_ref()?.as_str(), sets, enough, len_max).filter(|most| *most < enough)
}

/// Tells whether what a pattern accepts is accepted still after characters took each other's places.
///
/// It is where each class of the pattern has all of these characters or none, outside of those that stay; or where in each
/// form all samples are accepted or none, and some are. Where that cannot be told, it is not.
fn stays_within(pattern: &Regex, alike: &Alike) -> bool {
    let is_swapped =
        !alike.swapped.is_empty() && regex_syntax::parse(pattern.as_str()).is_ok_and(|hir| swaps(&hir, alike));
    is_swapped || accepts_forms(pattern, &alike.forms)
}

fn accepts_forms(pattern: &Regex, forms: &[Vec<String>]) -> bool {
    let accepted: Vec<usize> =
        forms.iter().map(|samples| samples.iter().filter(|sample| pattern.is_match(sample)).count()).collect();
    accepted.iter().any(|count| *count > 0)
        && accepted.iter().zip(forms).all(|(count, samples)| *count == 0 || *count == samples.len())
}

/// Characters that take each other's places, sorted.
struct Swapped(Vec<char>);

/// How many of these characters a part of a pattern takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    All,
    Some { others: bool },
    None,
}

fn swaps(hir: &Hir, alike: &Alike) -> bool {
    let swapped = Swapped(alike.swapped.chars().collect());
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let is_uniform = swapped.0.iter().all(is_word) || !swapped.0.iter().any(is_word);
    let mut parts = VecDeque::new();
    unfold(hir, &mut parts);
    let (first, last) = (anchored(&parts, Look::Start), anchored(parts.iter().rev(), Look::End));
    if first {
        skip(&mut parts, alike.first, VecDeque::pop_front, VecDeque::push_front, &swapped);
    }
    if last {
        skip(&mut parts, alike.last, VecDeque::pop_back, VecDeque::push_back, &swapped);
    }
    parts.iter().all(|part| swapped.is_closed(part, is_uniform))
}

/// Tells whether a pattern begins, or ends, where the text does.
fn anchored<'a>(parts: impl IntoIterator<Item = &'a Hir>, look: Look) -> bool {
    parts.into_iter().next().is_some_and(|part| matches!(part.kind(), HirKind::Look(own) if *own == look))
}

/// Takes away the parts that take the characters which stay, from one end, up to the first that is not one character long.
fn skip(
    parts: &mut VecDeque<Hir>,
    mut count: usize,
    pop: fn(&mut VecDeque<Hir>) -> Option<Hir>,
    push: fn(&mut VecDeque<Hir>, Hir),
    swapped: &Swapped,
) {
    while count > 0 {
        let Some(part) = pop(parts) else { return };
        match (part.kind(), swapped.takes(&part)) {
            (HirKind::Look(_), _) | (_, Some(Takes::None)) => {}
            (_, Some(Takes::All | Takes::Some { others: false })) => count -= 1,
            (_, Some(Takes::Some { others: true }) | None) => return push(parts, part),
        }
    }
}

/// Spells a pattern out as parts one behind the other, of which as many as can be are one character long.
fn unfold(hir: &Hir, parts: &mut VecDeque<Hir>) {
    match hir.kind() {
        HirKind::Concat(all) => all.iter().for_each(|one| unfold(one, parts)),
        HirKind::Capture(capture) => unfold(&capture.sub, parts),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => parts.extend(text.chars().map(|c| Hir::literal(c.to_string().into_bytes()))),
            Err(_) => parts.push_back(hir.clone()),
        },
        HirKind::Repetition(repetition) if repetition.max == Some(repetition.min) && repetition.min <= REPEATED_MAX => {
            (0..repetition.min).for_each(|_| unfold(&repetition.sub, parts));
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) | HirKind::Alternation(_) => {
            parts.push_back(hir.clone())
        }
    }
}

impl Swapped {
    /// Tells what a part that is one character long takes; none where it is not.
    fn takes(&self, hir: &Hir) -> Option<Takes> {
        let ranges: Vec<(char, char)> = match hir.kind() {
            HirKind::Literal(literal) => {
                let mut chars = std::str::from_utf8(&literal.0).ok()?.chars();
                let (Some(one), None) = (chars.next(), chars.next()) else { return None };
                vec![(one, one)]
            }
            HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
                class.ranges().iter().map(|range| (range.start(), range.end())).collect()
            }
            _ => return None,
        };
        let size: u64 = ranges.iter().map(|(start, end)| u64::from(u32::from(*end) - u32::from(*start)) + 1).sum();
        let taken = self.0.iter().filter(|c| ranges.iter().any(|(start, end)| (start..=end).contains(c))).count();
        Some(match taken {
            0 => Takes::None,
            taken if taken == self.0.len() => Takes::All,
            taken => Takes::Some { others: size > taken as u64 },
        })
    }

    /// Tells whether a part that accepts a text accepts it still after these characters took each other's places.
    fn is_closed(&self, hir: &Hir, is_uniform: bool) -> bool {
        let all = |parts: &[Hir]| parts.iter().all(|part| self.is_closed(part, is_uniform));
        match hir.kind() {
            HirKind::Empty => true,
            HirKind::Look(look) => is_uniform || matches!(look, Look::Start | Look::End | Look::StartLF | Look::EndLF),
            HirKind::Repetition(repetition) => self.is_closed(&repetition.sub, is_uniform),
            HirKind::Capture(capture) => self.is_closed(&capture.sub, is_uniform),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => all(parts),
            HirKind::Literal(literal) => {
                std::str::from_utf8(&literal.0).is_ok_and(|text| !text.chars().any(|c| self.0.contains(&c)))
            }
            HirKind::Class(_) => matches!(self.takes(hir), Some(Takes::All | Takes::None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stays_within_where_each_class_has_all_or_none() {
        let check = |pattern: &str, first, last, expected| {
            let alike = Alike { swapped: "0123456789".to_owned(), first, last, ..Alike::default() };
            assert_eq!(stays_within(&Regex::new(pattern).unwrap(), &alike), expected, "{pattern} {first} {last}");
        };
        for pattern in
            ["^[0-9]{3}-[0-9]{2}-[0-9]{4}$", r"^\d+$", "^(AB|CD)-[0-9]{4,9}$", r"\b[0-9A-F]+\b", ".*", "^$|^[0-9]+$"]
        {
            check(pattern, 0, 0, true);
        }
        for pattern in ["^4[0-9]{15}$", "^[1-9][0-9]*$", "^[0-9]{8}0$", "(19|20)[0-9]{2}", "^[0-4A-Z]{8}$"] {
            check(pattern, 0, 0, false);
        }
        // What stays may be told by the pattern.
        check("^4[0-9]{15}$", 1, 0, true);
        check("^4[1-5][0-9]{14}$", 1, 0, false);
        check("^4[1-5][0-9]{14}$", 2, 0, true);
        check("^[0-9]{12}47$", 0, 2, true);
        check("^[0-9]{12}47$", 0, 1, false);
        check("^[A-Z]{2}-4[0-9]{7}$", 1, 0, true);
        // It may stand elsewhere in the text, or not be the first.
        check("4[0-9]{15}", 1, 0, false);
        check("^[4A]5[0-9]{15}$", 2, 0, false);
        check("^[0-9]*4$", 4, 0, false);
    }

    #[test]
    fn forms_are_accepted_whole_or_not_at_all() {
        let forms = vec![vec!["1999-01-31".to_owned(), "2024-12-01".to_owned()], vec!["31.1.1999".to_owned()]];
        let alike = Alike { swapped: "0123456789".to_owned(), forms, ..Alike::default() };
        for (pattern, expected) in [
            ("^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]$", true),
            ("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", false),
            ("^5[0-9]+$", false),
        ] {
            assert_eq!(stays_within(&Regex::new(pattern).unwrap(), &alike), expected, "{pattern}");
        }
    }
}
