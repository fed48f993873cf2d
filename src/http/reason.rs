//! Reasons as audit records hold them: words, and the ids of tickets; whatever else stands in them is replaced.
//!
//! What detection finds is replaced by its type. Of the rest it is not asked what it could be: a number of an account, of a
//! person or of a card that no check takes looks like any other number, and a token without its prefix like any other text.

use super::reference::{Digits, Reference, references};
use crate::detect::RecognizerSet;
use crate::engine::{Disposition, Fate, FoundText, Outcomes, Record, Scratch, Settings, Trace, process};
use crate::format::Text;
use crate::model::{Origin, RecordTime, Span};
use crate::policy::Plan;
use std::sync::Arc;

/// Digits of a ticket's number, or of numbers that no word stands between.
const DIGITS_MAX: usize = 6;
/// Letters of a word without a mark in it.
const LETTERS_MAX: usize = 32;
/// Characters of a word with all its marks.
const WORD_MAX: usize = 48;

/// Reads reasons, and keeps what that takes: a plan for each recognizer set, and a memory that no record's plan shares.
#[derive(Debug, Default)]
pub struct Reasons {
    plans: Vec<Plan>,
    scratch: Scratch,
}

/// How many recognizer sets are in use at once: one, and the one before a reload.
const SETS_MAX: usize = 4;

impl Reasons {
    /// Gives the plan of a set, made where there is none yet.
    fn plan(&mut self, set: &Arc<RecognizerSet>) -> Option<(&Plan, &mut Scratch)> {
        let known = self.plans.iter().position(|plan| Arc::ptr_eq(plan.set(), set));
        let at = known.unwrap_or_else(|| {
            // A set that was reloaded does not come again.
            if self.plans.len() >= SETS_MAX {
                self.plans.remove(0);
            }
            self.plans.push(Plan::without_policy(Arc::clone(set)));
            self.plans.len() - 1
        });
        Some((self.plans.get(at)?, &mut self.scratch))
    }
}

/// Gives a reason as audit records may hold it: what looks like personal data to one of the plans is replaced by its type, and
/// all that is neither a word nor the id of a ticket by what it is a kind of.
pub fn cleaned<'p>(plans: impl IntoIterator<Item = &'p Plan>, reason: &str, memory: &mut Reasons) -> String {
    let mut seen: Vec<&Arc<RecognizerSet>> = Vec::new();
    let mut text = reason.to_owned();
    for set in plans.into_iter().map(Plan::set) {
        if seen.iter().any(|other| Arc::ptr_eq(other, set)) {
            continue;
        }
        seen.push(set);
        match memory.plan(set).and_then(|(plain, scratch)| replaced(set, plain, &text, scratch)) {
            Some(replaced) => text = replaced,
            None => return "?".to_owned(),
        }
    }
    let (mut out, mut between, mut at) = (String::with_capacity(text.len()), String::new(), 0);
    for Reference { span, digits } in references(&text) {
        between.push_str(text.get(at..span.start).unwrap_or_default());
        match digits {
            Digits::Few => {
                out.push_str(&words_and_tickets(&between));
                out.push_str(span.of(&text));
                between.clear();
            }
            Digits::Many => between.push_str(NUMBERS),
        }
        at = span.end;
    }
    between.push_str(text.get(at..).unwrap_or_default());
    out.push_str(&words_and_tickets(&between));
    out
}

/// What stands for the numbers of a reference that are too many: it goes, and numbers beside it with it.
const NUMBERS: &str = "0000000";

/// Replaces what detection finds by its type, but for references to laws; none where that cannot be done.
fn replaced(set: &Arc<RecognizerSet>, plain: &Plan, reason: &str, scratch: &mut Scratch) -> Option<String> {
    let (all, _) = looked(plain, reason, Trace::Off, scratch)?;
    let few = references(reason).into_iter().filter(|reference| reference.digits == Digits::Few);
    let references: Vec<Span> = few.map(|reference| reference.span).collect();
    if references.is_empty() || all == reason {
        return Some(all);
    }
    let (_, found) = looked(plain, reason, Trace::Findings, scratch)?;
    let whole = found.iter().filter(|text| text.text == reason).flat_map(|text| &text.found);
    let changed = whole.filter(|found| found.fate == Fate::Changed);
    let spans: Vec<(Span, &str)> =
        changed.map(|found| (found.finding.span, set.entity(found.finding.entity).entity.as_str())).collect();
    // Where that is not all that was replaced, or what was found reaches beyond a reference, as an address does that begins with
    // its number, nothing is left.
    if with_types(reason, &spans)? != all {
        return Some(all);
    }
    let outside = |(span, _): &&(Span, &str)| !references.iter().any(|reference| reference.contains(*span));
    with_types(reason, &spans.iter().filter(outside).copied().collect::<Vec<_>>())
}

/// Gives a reason with what is found in it replaced, or what is found in it, as the trace asks.
fn looked(plain: &Plan, reason: &str, trace: Trace, scratch: &mut Scratch) -> Option<(String, Vec<FoundText>)> {
    let settings = Settings { trace, ..Settings::default() };
    let origin = Origin::Request { request: 0, index: 0 };
    let value = Some(reason.as_bytes());
    let record = Record { origin: &origin, time: RecordTime(None), format: &Text, value, key: None, headers: &[] };
    let mut outcomes = Outcomes::default();
    process(plain, &[record], &settings, scratch, &mut outcomes).ok()?;
    let outcome = outcomes.outcomes().first().filter(|outcome| outcome.disposition == Disposition::Forward)?;
    let text = std::str::from_utf8(outcomes.piece(outcome.value, value)?).ok()?.to_owned();
    Some((text, outcome.found.clone()))
}

/// Replaces parts of a text, in order and apart, by the names of their types.
fn with_types(text: &str, spans: &[(Span, &str)]) -> Option<String> {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (span, entity) in spans {
        out.push_str(text.get(at..span.start)?);
        out.push('<');
        out.push_str(entity);
        out.push('>');
        at = span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Replaces all that is neither a word nor the id of a ticket.
fn words_and_tickets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (len, shown) = match (numbers(rest), word(rest)) {
            (Some(numbers), _) if digits(numbers) > DIGITS_MAX => (numbers.len(), "<NUMBER>"),
            (Some(numbers), _) => (numbers.len(), numbers),
            (None, "") => {
                let between = rest.find(is_of_word).unwrap_or(rest.len());
                (between, rest.get(..between).unwrap_or_default())
            }
            (None, word) if is_kept(word) => (word.len(), word),
            (None, word) if word.chars().all(|c| !c.is_alphabetic()) => (word.len(), "<NUMBER>"),
            (None, word) => (word.len(), "<CODE>"),
        };
        out.push_str(shown);
        rest = rest.get(len.max(1)..).unwrap_or_default();
    }
    out
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Gives the word that a text begins with.
fn word(text: &str) -> &str {
    text.get(..text.find(|c| !is_of_word(c)).unwrap_or(text.len())).unwrap_or_default()
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

/// Gives the numbers that a text begins with, up to the last before a letter, whatever else stands between them; none where
/// it begins with no number, or a letter hangs on the only one.
fn numbers(text: &str) -> Option<&str> {
    if !text.starts_with(|c: char| c.is_numeric()) {
        return None;
    }
    let (mut end, mut from) = (None, 0);
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let word = word(rest);
        if word.chars().any(char::is_alphabetic) {
            break;
        }
        if digits(word) > 0 {
            end = Some(from + word.len());
        }
        from += if word.is_empty() { rest.chars().next().map_or(1, char::len_utf8) } else { word.len() };
    }
    end.and_then(|end| text.get(..end))
}

/// Tells whether a word may stand: parts of letters in one case, or with one capital in front, a few digits behind the
/// letters or alone, as in `A-17_b` and `INC0010023`.
fn is_kept(word: &str) -> bool {
    let mut count = 0;
    let parts = word.split(['_', '-']).all(|part| {
        let letters = part.trim_end_matches(char::is_numeric);
        let number = part.get(letters.len()..).unwrap_or_default();
        // Systems fill up a ticket's number: INC0010023 is the ten thousand and twenty-third.
        count += if letters.is_empty() { digits(number) } else { digits(number.trim_start_matches('0')) };
        letters.chars().all(char::is_alphabetic)
            && letters.chars().count() <= LETTERS_MAX
            && number.chars().count() <= DIGITS_MAX + 2
            && !letters
                .chars()
                .zip(letters.chars().skip(1))
                .any(|(one, next)| one.is_lowercase() && next.is_uppercase())
    });
    parts && count <= DIGITS_MAX && word.chars().count() <= WORD_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::RecognizerSet;

    #[test]
    fn a_reason_keeps_words_and_tickets_and_nothing_else() {
        let plan = Plan::without_policy(RecognizerSet::builtin());
        let cleaned = |reason: &str| cleaned([&plan], reason, &mut Reasons::default());
        for kept in [
            "ticket INC0010023 of 2026, case 4711",
            "customer asked, case A-17_b",
            "JIRA-12345: the Datenschutzgrundverordnung, art. 15",
            "fraud review (2 of 3)",
            "GDPR Art. 15, ticket 4711",
            "Auskunft nach Art. 15 Abs. 3 DSGVO",
            "court order under § 98a StPO",
            "Sec. 1798.105 CCPA",
            "Art. 17 of Regulation (EU) 2016/679, ticket 4711",
            "Verordnung (EU) 2016/679",
            "Directive 95/46/EC",
            "Regulation (EU) No 910/2014",
        ] {
            assert_eq!(cleaned(kept), kept);
        }
        for (reason, shown) in [
            ("GDPR Art. 15 for Ada Lovelace", "GDPR Art. 15 for <PERSON>"),
            ("Art Miller asked, Art. 17", "<PERSON> asked, Art. 17"),
        ] {
            assert_eq!(cleaned(reason), shown);
        }
        for number in ["4016/679", "2016/6790", "453957/8763"] {
            assert!(!cleaned(&format!("Regulation (EU) {number}")).contains(number), "{number}");
        }
        assert!(!cleaned("Regulation (EU) 2016/679 4539 5787").contains("4539"));
        // A number that belongs to an address does not stay for the word before it.
        assert!(!cleaned("Art. 15 Maple Street, Springfield, IL 62704").contains("Maple"));
        let token = "c7ah2b".repeat(12);
        for (reason, shown) in [
            ("4111111111111111", "<"),
            ("4539578763621486", "<"),
            ("for 4539 5787 6362 1486 now", "for <"),
            (&*format!("tok_{token}"), "<"),
            (&*format!("see {token}, please"), "see <"),
            ("see pQrStUvWxYzAbCdEfGh", "see <"),
            ("see Zm9vYmFyYmF6cXV4", "see <"),
            ("INC4539578763621487", "<"),
            ("for 4539,5787,6362,1487", "for <"),
            ("for 4539\u{a0}5787\u{a0}6362\u{a0}1487", "for <"),
            ("４５３９５７８７６３６２１４８７", "<"),
            ("account 45395787", "account <"),
            ("for 000-45-3957", "for <"),
            ("for 666-45-3957", "for <"),
            ("for 4539/578", "for <"),
            ("for 453-957a", "for <"),
            ("§ 4539, § 5787, § 6362, § 1487", "<"),
            ("call Art. 4539 5787", "call <"),
            ("§ 4539 578 GDPR § 5787 636 EU § 2148 719", "<"),
            ("§ 45 39 578 GDPR § 5787 636 EU § 2148 719", "<"),
            ("67 11 § 4539 5787, GDPR", "<"),
            ("ticket INC4539578", "ticket <"),
        ] {
            let cleaned = cleaned(reason);
            assert!(cleaned.starts_with(shown), "{reason}: {cleaned}");
            for part in ["4539", "4111", "c7ah", "3957", "QrSt", "9vYm", "４"] {
                assert!(!cleaned.contains(part), "{reason}: {cleaned}");
            }
        }
    }
}
