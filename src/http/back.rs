//! One body turned back: tokens and ciphertexts in it become the values again, where that is permitted.

use super::request::Media;
use super::work::{Part, What, Worked, cut};
use crate::engine::{
    Disposition, EngineError, Outcomes, Record, ReverseScratch, Rights, Scratch, Settings, process, reverse,
};
use crate::format::{Format, Json, Text};
use crate::model::{Origin, RecordTime};
use crate::policy::Plan;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What became of a body that was to be turned back.
#[derive(Debug)]
pub struct Back {
    pub(super) worked: Worked,
    /// How many records there were.
    pub records: u64,
    /// How many values were turned back, by key domain and value kind.
    pub opened: BTreeMap<(String, String), u64>,
    /// How many would have been, had their time not been over.
    pub expired: u64,
}

impl Back {
    /// Gives the body turned back; what could not be turned back stands in it as it came, whatever the cause.
    pub fn out(&self) -> &[u8] {
        &self.worked.out
    }

    /// Tells how many records could not be read.
    pub fn refused(&self) -> u64 {
        self.worked.report.refused()
    }

    /// Tells what is wrong with the first record that could not be read; nothing of it.
    pub fn refusal(&self) -> Option<String> {
        self.worked.refusal.as_ref().map(ToString::to_string)
    }

    /// Tells how many values were turned back.
    pub fn count(&self) -> u64 {
        self.opened.values().sum()
    }

    /// Gives the counts as audit records tell them.
    pub fn told(&self) -> BTreeMap<String, u64> {
        self.opened.iter().map(|((ring, kind), count)| (format!("{ring}/{kind}"), *count)).collect()
    }
}

/// Turns the records of a body back; a store is asked once for all of them.
///
/// # Errors
/// Where a store that the plan needs does not answer.
pub fn turn_back(
    plan: &Plan,
    media: Media,
    body: &[u8],
    rights: &Rights<'_>,
    settings: &Settings,
) -> Result<Back, EngineError> {
    let format: &dyn Format = match media {
        Media::Json | Media::Ndjson => &Json,
        Media::Text => &Text,
    };
    let frames = cut(media, body, settings);
    let part = Part { media, body, request: 0, first: 0, frames: &frames };
    let records: Vec<&[u8]> = part.records().map(|span| span.of_bytes(body)).collect();
    let turned = reverse(plan, format, &records, rights, settings, &mut ReverseScratch::default())?;
    let mut worked = Worked { out: Vec::with_capacity(body.len()), ..Worked::default() };
    worked.report.records = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let (mut opened, mut expired): (BTreeMap<(String, String), u64>, u64) = (BTreeMap::new(), 0);
    let mut turned = turned.into_iter();
    for frame in part.frames {
        match frame.what {
            What::Copied => worked.out.extend_from_slice(frame.whole.of_bytes(body)),
            What::TooLarge { line } => worked.too_large(&part, frame.whole, line, settings),
            What::Record { body, line } => match turned.next() {
                Some(Ok(reversed)) => {
                    worked.around(&part, frame.whole, body, &reversed.bytes);
                    expired += reversed.expired;
                    for (what, count) in reversed.opened {
                        *opened.entry(what).or_default() += count;
                    }
                }
                Some(Err(error)) => {
                    *worked.report.dead_letters.entry(error.code()).or_default() += 1;
                    worked.refuse(&part, frame.whole, body, line, error);
                }
                None => {}
            },
        }
    }
    Ok(Back { records: worked.report.records, worked, opened, expired })
}

/// Digits side by side that are too many for a ticket's number, and those that stand in groups.
const DIGITS_MAX: (usize, usize) = (8, 11);
/// Letters and digits behind a prefix that are too many for a word.
const CODE_MAX: usize = 25;

/// Replaces what nothing but its form speaks for: long numbers, and what looks like a token.
fn without_codes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let until = |rest: &str, inside: fn(char) -> bool| rest.find(|c| !inside(c)).unwrap_or(rest.len());
    while let Some(first) = rest.chars().next() {
        let groups = until(rest, |c| c.is_numeric() || matches!(c, ' ' | '\u{a0}' | '-' | '.' | '/' | '_' | ','));
        let word = until(rest, |c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let side_by_side = until(rest, char::is_numeric);
        let grouped = rest.get(..groups).unwrap_or_default().trim_end_matches(|c: char| !c.is_numeric());
        let whole = rest.get(..word).unwrap_or_default();
        let count = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
        let is_code = whole.split_once('_').is_some_and(|(_, body)| body.len() > CODE_MAX);
        let (len, shown) = if is_code {
            (word, "<TOKEN>")
        } else if first.is_numeric() && (count(grouped) > DIGITS_MAX.1 || side_by_side > DIGITS_MAX.0) {
            (grouped.len().max(side_by_side), "<NUMBER>")
        } else if whole.split(|c: char| !c.is_numeric()).any(|digits| count(digits) > DIGITS_MAX.0) {
            (word, "<NUMBER>")
        } else {
            // A word at a time: what begins inside of one is no number of its own.
            let len = match word {
                0 => first.len_utf8(),
                _ if first.is_numeric() => side_by_side,
                _ => word,
            };
            (len, rest.get(..len).unwrap_or_default())
        };
        out.push_str(shown);
        rest = rest.get(len..).unwrap_or_default();
    }
    out
}

/// Gives a reason as audit records may hold it: what looks like personal data in it is replaced by its type.
pub fn cleaned(plan: &Plan, reason: &str) -> String {
    let plain = Plan::without_policy(Arc::clone(plan.set()));
    let origin = Origin::Request { request: 0, index: 0 };
    let value = Some(reason.as_bytes());
    let record = Record { origin: &origin, time: RecordTime(None), format: &Text, value, key: None, headers: &[] };
    let mut outcomes = Outcomes::default();
    let done = process(&plain, &[record], &Settings::default(), &mut Scratch::new(), &mut outcomes);
    let forwarded = outcomes.outcomes().first().filter(|outcome| outcome.disposition == Disposition::Forward);
    let bytes = forwarded.and_then(|outcome| outcomes.piece(outcome.value, value));
    match (done, bytes.map(std::str::from_utf8)) {
        (Ok(()), Some(Ok(text))) => without_codes(text),
        _ => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::RecognizerSet;

    #[test]
    fn a_reason_keeps_no_number_and_no_token() {
        let plan = Plan::without_policy(RecognizerSet::builtin());
        let token = format!("tok_{}", "c7ah2b".repeat(12));
        for (reason, kept) in [
            ("4111111111111111", "<"),
            ("4539578763621486", "<"),
            ("for 4539 5787 6362 1486 now", "for <"),
            (&*token, "<TOKEN>"),
            (&format!("see {token}, please"), "see <TOKEN>, please"),
            ("ticket INC0010023 of 2026, case 4711", "ticket INC0010023 of 2026, case 4711"),
            ("customer asked, case A-17_b", "customer asked, case A-17_b"),
            ("INC4539578763621487", "<"),
            ("for 4539,5787,6362,1487", "for <"),
            ("for 4539\u{a0}5787\u{a0}6362\u{a0}1487", "for <"),
            ("４５３９５７８７６３６２１４８７", "<"),
        ] {
            let cleaned = cleaned(&plan, reason);
            assert!(cleaned.starts_with(kept), "{cleaned}");
            assert!(!cleaned.contains("4539") && !cleaned.contains("4111") && !cleaned.contains("c7ah"), "{cleaned}");
            assert!(!cleaned.contains('４'), "{cleaned}");
        }
    }
}
