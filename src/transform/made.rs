//! Finds again, inside free text, what an operator made.

use super::spelling::Spelling;
use crate::model::Span;

/// Appends the spans that are spelled so, and that `opens` knows.
pub(super) fn find(text: &str, spelling: &Spelling, opens: impl Fn(&str) -> bool, out: &mut Vec<Span>) {
    let Spelling { prefix, encoding, .. } = spelling;
    // What is tried and fails costs its length again, so a text made to look like tokens is tried only so often.
    let mut budget = text.len().saturating_mul(4);
    let mut done = 0;
    let mut run_end = 0;
    for (start, _) in text.match_indices(prefix.as_str()) {
        if start < done {
            continue;
        }
        let body = start + prefix.len();
        if body > run_end {
            let rest = text.as_bytes().get(body..).unwrap_or_default();
            run_end = body + rest.iter().take_while(|&&byte| encoding.has(byte)).count();
        }
        let span = Span::new(start, run_end);
        let Some(left) = budget.checked_sub(span.len()) else { return };
        budget = left;
        if opens(span.of(text)) {
            out.push(span);
            done = span.end;
        }
    }
}
