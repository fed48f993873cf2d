//! What was done, told at the end on standard error.

use crate::app::found::{self, grouped};
use crate::batch::Summary;
use crate::policy::{Plan, PlanNames};
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
    for line in found::lines(report, &PlanNames::from(plan)) {
        writeln!(text, "{line}").ok();
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

#[expect(clippy::cast_precision_loss, reason = "a rate for people: 53 bits are plenty")]
fn rate(summary: &Summary, took: Duration) -> f64 {
    summary.report.bytes_in as f64 / MEGABYTE / took.as_secs_f64().max(1e-6)
}

/// Gives a rate as few letters as tell it.
fn shown(rate: f64) -> String {
    if rate < 1.0 { format!("{rate:.3}") } else { format!("{rate:.1}") }
}
