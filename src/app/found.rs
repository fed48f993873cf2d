//! What was found, by entity type, and done to it, in the lines that a person reads at the end.

use crate::detect::DefaultUse;
use crate::engine::{EntityCount, Report};
use crate::policy::PlanNames;
use std::fmt::Write;

/// Tells what was changed, what was seen and left, the line of a policy that changes what is left by default, and how
/// many values each operator wrote.
pub fn lines(report: &Report, names: &PlanNames) -> Vec<String> {
    let (changed, left) = (counts(report, names, |count| count.changed), counts(report, names, |count| count.left));
    let mut lines = Vec::new();
    if !changed.is_empty() {
        lines.push(format!("  changed  {}", listed(&changed)));
    }
    if !left.is_empty() {
        lines.push(format!("  left     {}", listed(&left)));
    }
    let by_default: Vec<&str> =
        left.iter().filter(|one| one.default == DefaultUse::Report).map(|one| one.name.as_str()).collect();
    if !by_default.is_empty() {
        lines.push(format!("           to change them, write in a policy:  {}", policy_line(&by_default)));
    }
    if !report.operators.is_empty() {
        let values: Vec<_> =
            report.operators.iter().map(|(name, &count)| format!("{} {name}", grouped(count))).collect();
        lines.push(format!("  values   {}", values.join(", ")));
    }
    lines
}

/// One entity type with its count.
struct Counted {
    name: String,
    count: u64,
    default: DefaultUse,
}

/// Lists entity types by count, the greatest first.
fn counts(report: &Report, names: &PlanNames, which: fn(&EntityCount) -> u64) -> Vec<Counted> {
    let mut list = Vec::new();
    for (index, count) in &report.entities {
        let count = which(count);
        if let (Some((name, default)), true) = (names.entity(*index), count > 0) {
            list.push(Counted { name: name.to_owned(), count, default });
        }
    }
    list.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    list
}

fn listed(list: &[Counted]) -> String {
    list.iter().map(|one| format!("{} {}", grouped(one.count), one.name)).collect::<Vec<_>>().join(", ")
}

/// The line of a policy that changes what is only reported by default.
fn policy_line(entities: &[&str]) -> String {
    let mut line = String::from("detect: {");
    for (place, name) in entities.iter().enumerate() {
        write!(line, "{}{name}: on", if place > 0 { ", " } else { "" }).ok();
    }
    line + "}"
}

/// Groups the digits by three.
pub fn grouped(number: u64) -> String {
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
