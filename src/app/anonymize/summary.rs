//! What was done, told at the end on standard error.

use crate::batch::Summary;
use crate::detect::{DefaultUse, RecognizerSet};
use crate::model::EntityIndex;
use crate::policy::Plan;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::time::Duration;

/// Bytes in a megabyte, as rates are given.
const MEGABYTE: f64 = 1_000_000.0;

/// The summary for a person.
pub fn text(summary: &Summary, plan: &Plan, took: Duration) -> String {
    let report = &summary.report;
    let mut text = String::new();
    let records = if report.records == 1 { "record" } else { "records" };
    let seconds = took.as_secs_f64();
    writeln!(text, "{} {records} in {seconds:.2} s, {} MB/s", grouped(report.records), shown(rate(summary, took))).ok();
    let (changed, left) = (counts(summary, plan.set(), Count::Changed), counts(summary, plan.set(), Count::Left));
    if !changed.is_empty() {
        writeln!(text, "  changed  {}", listed(&changed)).ok();
    }
    if !left.is_empty() {
        writeln!(text, "  left     {}", listed(&left)).ok();
    }
    let by_default: Vec<&str> =
        left.iter().filter(|one| one.default == DefaultUse::Report).map(|one| one.name.as_str()).collect();
    if !by_default.is_empty() {
        writeln!(text, "           to change them, write in a policy:  {}", policy_line(&by_default)).ok();
    }
    if report.dropped > 0 {
        writeln!(text, "  dropped  {}", grouped(report.dropped)).ok();
    }
    if report.refused() > 0 {
        let reasons: Vec<String> =
            report.dead_letters.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
        writeln!(text, "  refused  {}", reasons.join(", ")).ok();
    }
    if summary.files_failed.saturating_add(summary.files_refused) > 0 {
        let files = summary.files_failed.saturating_add(summary.files_refused);
        writeln!(text, "  files    {} done, {} not", grouped(summary.files_done), grouped(files)).ok();
    }
    text
}

/// The summary for a program: one line of JSON.
pub fn json(summary: &Summary, plan: &Plan, took: Duration) -> String {
    let report = &summary.report;
    let entities: Map<String, Value> = report
        .entities
        .iter()
        .map(|(index, count)| {
            let name = plan.set().entity(*index).entity.as_str().to_owned();
            (name, json!({"changed": count.changed, "left": count.left}))
        })
        .collect();
    let line = json!({
        "records": report.records,
        "forwarded": report.forwarded,
        "changed": report.changed,
        "dropped": report.dropped,
        "refused": report.dead_letters,
        "entities": entities,
        "operators": report.operators,
        "bytes_in": report.bytes_in,
        "bytes_out": report.bytes_out,
        "seconds": took.as_secs_f64(),
        "mb_per_second": rate(summary, took),
        "files": {"done": summary.files_done, "failed": summary.files_failed, "refused": summary.files_refused},
        "policy_hash": plan.hash().to_string(),
    });
    format!("{line}\n")
}

#[derive(Clone, Copy)]
enum Count {
    Changed,
    Left,
}

/// One entity type with its count.
struct Counted {
    name: String,
    count: u64,
    default: DefaultUse,
}

/// Lists entity types by count, the greatest first.
fn counts(summary: &Summary, set: &RecognizerSet, which: Count) -> Vec<Counted> {
    let one = |(index, count): (&EntityIndex, &crate::engine::EntityCount)| {
        let info = set.entity(*index);
        let count = match which {
            Count::Changed => count.changed,
            Count::Left => count.left,
        };
        Counted { name: info.entity.to_string(), count, default: info.default }
    };
    let mut list: Vec<Counted> = summary.report.entities.iter().map(one).filter(|one| one.count > 0).collect();
    list.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    list
}

fn listed(list: &[Counted]) -> String {
    list.iter().map(|one| format!("{} {}", grouped(one.count), one.name)).collect::<Vec<_>>().join(", ")
}

/// The line of a policy that changes what is only reported by default.
fn policy_line(entities: &[&str]) -> String {
    format!("detect: {{{}}}", entities.iter().map(|name| format!("{name}: on")).collect::<Vec<_>>().join(", "))
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people: 53 bits are plenty")]
fn rate(summary: &Summary, took: Duration) -> f64 {
    summary.report.bytes_in as f64 / MEGABYTE / took.as_secs_f64().max(1e-6)
}

/// Gives a rate as few letters as tell it.
fn shown(rate: f64) -> String {
    if rate < 1.0 { format!("{rate:.3}") } else { format!("{rate:.1}") }
}

/// Groups the digits by three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len().saturating_sub(place)) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let numbers = [0, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }
}
