//! Which national numbers each country calling code has: the table of `scripts/numbering_plan.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A run of first digits of the national number, and the lengths of numbers that begin so: bit 9 for nine digits.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: u32,
    last: u32,
    lengths: u32,
}

/// The runs of a calling code (two digits) or of a country (three digits).
static PLANS: LazyLock<BTreeMap<&'static str, Vec<Run>>> = LazyLock::new(|| {
    let lines = include_str!("numbering_plan.txt").lines();
    lines
        .filter_map(|line| {
            let (name, runs) = line.split_once(' ')?;
            Some((name, runs.split(' ').filter_map(run).collect()))
        })
        .collect()
});

/// Reads `30-39:ffc0`.
fn run(text: &str) -> Option<Run> {
    let (digits, lengths) = text.split_once(':')?;
    let (first, last) = digits.split_once('-')?;
    Some(Run { first: first.parse().ok()?, last: last.parse().ok()?, lengths: u32::from_str_radix(lengths, 16).ok()? })
}

/// The code that is assigned to the Vatican, which has numbers of Italy.
const VATICAN: &str = "379";

fn runs(plan: &str) -> Option<&'static Vec<Run>> {
    PLANS.get(if plan == VATICAN { "39" } else { plan })
}

/// Splits the digits of an international number into its country calling code and the rest; none for a code that is
/// not assigned. No code begins another (ITU-T E.164, section 6.2).
pub fn split(digits: &str) -> Option<(&str, &str)> {
    (1..=3).find_map(|width| digits.split_at_checked(width).filter(|(code, _)| runs(code).is_some()))
}

/// Tells whether some number of the calling code has as many digits.
pub fn has_length(code: &str, national: &str) -> bool {
    runs(code).is_some_and(|runs| runs.iter().any(|run| run.lengths >> national.len().min(31) & 1 == 1))
}

/// Tells whether a number of the calling code (`49`) or country (`DE`) begins with such digits and is as long.
pub fn has(plan: &str, national: &str) -> bool {
    let width = if plan.starts_with(|c: char| c.is_ascii_digit()) { 2 } else { 3 };
    let Some(begun) = national.get(..width).and_then(|begun| begun.parse().ok()) else { return false };
    let runs = runs(plan).map_or(&[][..], Vec::as_slice);
    runs.iter().any(|run| (run.first..=run.last).contains(&begun) && run.lengths >> national.len().min(31) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("numbering_plan.txt");
        assert_eq!(PLANS.len(), lines.lines().count());
        assert!(PLANS.len() > 220);
        let runs: usize = PLANS.values().map(Vec::len).sum();
        assert_eq!(runs, lines.matches(':').count());
    }

    #[test]
    fn codes_and_numbers() {
        assert_eq!(split("493023125000"), Some(("49", "3023125000")));
        assert_eq!(split("12125550187"), Some(("1", "2125550187")));
        assert_eq!(split("35312345678"), Some(("353", "12345678")));
        assert_eq!(split("999123456789"), None);
        assert_eq!(split(""), None);
        assert!(has("44", "2079460958") && has("GB", "2079460958") && has("FR", "612345678"));
        assert!(!has("44", "207946095") && !has("GB", "0000000000") && !has("US", "1125550187") && !has("DE", "3"));
        assert!(has_length("1", "2125550187") && !has_length("33", "12345678"));
    }
}
