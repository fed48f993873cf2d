//! Texts with their findings coloured and labelled, for a terminal.

use crate::app::anonymize::shown;
use crate::batch::Analyzed;
use crate::detect::DetectScratch;
use crate::engine::{Fate, FoundText};
use crate::policy::Plan;
use std::fmt::Write;

const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const BLUE: &str = "\x1b[34m";
const RESET: &str = "\x1b[0m";

/// Renders one record: its place, then each text in which something was found.
pub fn record(plan: &Plan, analyzed: &Analyzed, scratch: &mut DetectScratch) -> String {
    let mut out = format!("{DIM}{}{RESET}\n", analyzed.origin);
    match &analyzed.found {
        Err(error) => {
            writeln!(out, "  {RED}{error}{RESET}").ok();
        }
        Ok(texts) if texts.is_empty() => {
            writeln!(out, "  {DIM}nothing found{RESET}").ok();
        }
        Ok(texts) => {
            let names = FoundText::names(texts);
            for text in texts {
                let path = text.shown_path(plan, &names, scratch);
                let gap = if path.is_empty() { "" } else { "  " };
                writeln!(out, "  {path}{gap}{}", labelled(plan, text)).ok();
            }
        }
    }
    out
}

/// Writes a text with each finding in colour, red where it would be changed, and its label behind it.
fn labelled(plan: &Plan, text: &FoundText) -> String {
    let mut out = String::new();
    let mut at = 0;
    for one in &text.found {
        let span = one.finding.span;
        // What is left may hold what is changed; one text cannot show both.
        if span.start < at {
            continue;
        }
        let colour = match one.fate {
            Fate::Changed | Fate::Partly => RED,
            Fate::Left => BLUE,
        };
        let label = &plan.set().entity(one.finding.entity).entity;
        out.push_str(&shown(text.text.get(at..span.start).unwrap_or_default()));
        write!(out, "{colour}{}{RESET}{DIM}[{label} {}]{RESET}", shown(span.of(&text.text)), one.finding.score).ok();
        at = span.end;
    }
    out.push_str(&shown(text.text.get(at..).unwrap_or_default()));
    out
}
