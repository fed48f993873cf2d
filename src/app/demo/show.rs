//! What a person sees of the demo: fields before and after, side by side, and the ledger.

use super::ledger::Line;
use crate::format::{Descend, Format, Json, Leaf, Limits, Node, NodeKind, ReadScratch, Visitor};
use crate::model::{FieldPath, Step};
use crate::stream::Ended;
use anstream::println;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const CYAN: &str = "\u{1b}[36m";
const RESET: &str = "\u{1b}[0m";

/// The width of the columns for a field's name and for its value before.
const NAME_WIDTH: usize = 18;
const BEFORE_WIDTH: usize = 44;

/// Prints a headline.
pub(super) fn headline(text: &str) {
    println!("\n{BOLD}{text}{RESET}");
}

/// Prints a sentence.
pub(super) fn say(text: &str) {
    println!("{text}");
}

/// Prints one record before and after; both are JSON.
pub(super) fn side_by_side(topic: &str, before: &str, after: &str) {
    headline(&format!("priv.shop.{topic}.state.v1  →  pub.shop.{topic}.state.v1"));
    let (before, after) = (flat(before), flat(after));
    for (path, was) in &before {
        let now = after.iter().find(|(other, _)| other == path).map(|(_, value)| value);
        let name = fitted(path, NAME_WIDTH);
        let shown = fitted(was, BEFORE_WIDTH);
        match now {
            Some(now) if now == was => {
                println!("  {DIM}{name}  {shown}  {}{RESET}", fitted(now, BEFORE_WIDTH).trim_end())
            }
            Some(now) => {
                println!("  {name}  {RED}{shown}{RESET}  {GREEN}{}{RESET}", fitted(now, BEFORE_WIDTH).trim_end());
            }
            None => println!("  {name}  {RED}{shown}{RESET}  {GREEN}(field dropped){RESET}"),
        }
    }
}

/// Prints the rate of each product, and how many records and bytes it took.
pub(super) fn rates(ended: &[Ended]) {
    for one in ended {
        let seconds = one.took.as_secs_f64().max(0.001);
        let total = one.total();
        #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
        let (records, megabytes) = (total.records as f64 / seconds, total.bytes_in as f64 / 1e6 / seconds);
        println!(
            "  {:<22} {CYAN}{records:>8.0}{RESET} records/s {CYAN}{megabytes:>6.1}{RESET} MB/s, {:.2} s from first record to last \
             commit",
            one.product, seconds
        );
    }
}

/// Prints what a command does, and the command.
pub(super) fn hint(what: &str, command: &str) {
    println!("  {DIM}{what}{RESET}\n    {command}");
}

/// Prints the ledger.
pub(super) fn ledger(lines: &[(&str, Line)]) {
    println!(
        "  {DIM}{:<10} {:>8} {:>8} {:>13} {:>11} {:>19}{RESET}",
        "topic", "in", "out", "dead-lettered", "lost/twice", "personal data left"
    );
    for (topic, line) in lines {
        let colour = if line.balances() { GREEN } else { RED };
        println!(
            "  {topic:<10} {:>8} {:>8} {:>13} {colour}{:>11} {:>19}{RESET}",
            line.sent, line.shared, line.dead_lettered, line.miscounted, line.personal_data_left
        );
    }
}

/// Prints text as code, with comments dimmed.
pub(super) fn code(text: &str) {
    for line in text.lines() {
        match line.find('#') {
            Some(at) => {
                let (code, comment) = line.split_at(at);
                println!("  {code}{DIM}{comment}{RESET}");
            }
            None => println!("  {line}"),
        }
    }
}

/// The scalars of a JSON document with their paths, in its order and as they are spelled.
fn flat(document: &str) -> Vec<(String, String)> {
    let mut scalars = Scalars::default();
    let read = Json.read(document.as_bytes(), &Limits::default(), &mut ReadScratch::default(), &mut scalars);
    if read.is_err() { Vec::new() } else { scalars.found }
}

/// Collects scalars.
#[derive(Default)]
struct Scalars {
    path: FieldPath,
    found: Vec<(String, String)>,
}

impl Visitor for Scalars {
    fn enter(&mut self, step: Step<'_>, _key: Option<Leaf<'_>>) -> Descend {
        self.path.0.push(step.into());
        Descend::Into
    }

    fn leaf(&mut self, leaf: Leaf<'_>, node: Node) {
        let text = if node.kind == NodeKind::Text { format!("{:?}", leaf.text) } else { leaf.text.to_owned() };
        self.found.push((self.path.to_string(), text));
    }

    fn whole(&mut self, _node: Node) {}

    fn leave(&mut self) {
        self.path.0.pop();
    }
}

/// Cuts or pads text to a width in characters.
fn fitted(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return format!("{text:<width$}");
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
