//! Changed fields before and after, for a terminal.

use crate::batch::Changed;
use std::fmt::Write;

/// How much of a value is shown on each side.
const SHOWN_MAX: usize = 200;

const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const RESET: &str = "\x1b[0m";

/// Renders the changes of one record: its place, then a line for each field.
pub fn render(changed: &Changed) -> String {
    let mut text = format!("{DIM}{}{RESET}\n", changed.origin);
    let paths: Vec<String> = changed.changes.iter().map(|change| shown(&change.path.to_string())).collect();
    let width = paths.iter().map(|path| path.chars().count()).max().unwrap_or(0);
    for (change, path) in changed.changes.iter().zip(&paths) {
        let before = shown(&change.before);
        let after = match &change.after {
            Some(after) => shown(after),
            None => "(removed)".to_owned(),
        };
        let gap = if width == 0 { "" } else { "  " };
        writeln!(text, "  {path:width$}{gap}{RED}{before}{RESET} → {GREEN}{after}{RESET}").ok();
    }
    text
}

/// Cuts a value to what is shown and spells out what would move the cursor or turn the text around.
pub fn shown(value: &str) -> String {
    let mut text = String::new();
    for (count, letter) in value.chars().enumerate() {
        if count == SHOWN_MAX {
            text.push('…');
            break;
        }
        if letter.is_control() || is_invisible(letter) {
            text.extend(letter.escape_unicode());
        } else {
            text.push(letter);
        }
    }
    text
}

/// Zero-width and bidirectional controls, by the blocks they lie in.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Change;
    use crate::model::{FieldPath, Origin, OwnedStep};

    #[test]
    fn fields_stand_under_their_record_and_cannot_move_the_cursor() {
        let change = |name: &str, before: &str, after: Option<&str>| Change {
            path: FieldPath(vec![OwnedStep::Key(name.to_owned())]),
            before: before.to_owned(),
            after: after.map(str::to_owned),
            entities: Vec::new(),
        };
        let changed = Changed {
            origin: Origin::File { file: "a.jsonl".into(), line: 3 },
            changes: vec![
                change("email", "bob@corp.com\x1b[2J", Some("<EMAIL_ADDRESS>")),
                change("id", &"x".repeat(300), None),
            ],
        };
        let text = render(&changed);
        assert!(
            text.starts_with("\x1b[2ma.jsonl:3\x1b[0m\n  email  \x1b[31mbob@corp.com\\u{1b}[2J\x1b[0m → "),
            "{text:?}"
        );
        assert!(
            text.contains(&format!("  id     \x1b[31m{}…\x1b[0m → \x1b[32m(removed)", "x".repeat(200))),
            "{text:?}"
        );
    }
}
