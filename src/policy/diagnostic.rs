//! What is wrong with a file, where, and what would be right; all of it at once.

use super::source::{Place, Source};
use super::suggest::nearest;
use std::fmt;

/// Whether what was found stops the file from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is used, and somebody should look at it.
    Warning,
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the file from being used.
    pub severity: Severity,
    /// Where it stands.
    pub place: Place,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Says what would be right.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Says which of the known names was probably meant; else lists them, where they are few.
    pub fn suggest<'a>(&mut self, typed: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> &mut Self {
        if let Some(name) = nearest(typed, known.clone()) {
            return self.help(format!("did you mean `{name}`?"));
        }
        let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
        if known.is_empty() || known.len() > LISTED_MAX {
            return self;
        }
        self.help(format!("known are {}", known.join(", ")))
    }
}

/// How many names are listed where none is near: more are noise.
const LISTED_MAX: usize = 16;
/// How many diagnostics are kept of one file: more mean that it is no such file at all.
const DIAGNOSTICS_MAX: usize = 200;
/// How many characters of a faulty line are shown.
const SHOWN_MAX: usize = 160;

/// Everything that is wrong with one file, in the order of its lines.
///
/// Its `Display` shows file, line and column, the faulty line alone (its neighbours may hold secrets) with the place
/// underlined, and what would be right. A line that holds a secret itself is not shown.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    source: Source,
    secret: Vec<bool>,
    list: Vec<Diagnostic>,
    /// Counted apart, because the list is bounded.
    errors: usize,
}

impl Diagnostics {
    /// Begins with nothing wrong.
    pub fn new(source: &Source) -> Self {
        Self { source: source.clone(), secret: source.secret_lines(), list: Vec::new(), errors: 0 }
    }

    /// Notes an error.
    pub fn error(&mut self, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.note(Severity::Error, place, message.into())
    }

    /// Notes a warning.
    pub fn warning(&mut self, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.note(Severity::Warning, place, message.into())
    }

    /// Quotes what stands at a place for a message; text on a line that holds a secret is not repeated.
    pub fn quoted(&self, place: Place, text: &str) -> String {
        if self.is_secret(place) { "(not shown)".to_owned() } else { format!("{:?}", cut(text, 60)) }
    }

    /// Tells whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Gives what was noted, in the order of the file's lines.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Gives the file they are about.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Ends the reading of a file: `value` and the warnings, or everything that is wrong.
    ///
    /// # Errors
    /// Where an error was noted, or there is no value.
    pub fn finish<T>(self, value: Option<T>) -> Result<(T, Self), Self> {
        match value {
            Some(value) if !self.has_errors() => Ok((value, self)),
            Some(_) | None => Err(self),
        }
    }

    fn note(&mut self, severity: Severity, place: Place, message: String) -> &mut Diagnostic {
        if self.list.len() >= DIAGNOSTICS_MAX {
            self.list.truncate(DIAGNOSTICS_MAX.saturating_sub(1));
        }
        self.errors += usize::from(severity == Severity::Error);
        // In the order of the file: after everything that stands before or at the same place.
        let at = self.list.partition_point(|one| one.place <= place);
        self.list.insert(at, Diagnostic { severity, place, message, help: None });
        #[expect(clippy::indexing_slicing, reason = "it was just inserted at this place")]
        &mut self.list[at]
    }

    pub(super) fn is_secret(&self, place: Place) -> bool {
        place.line.checked_sub(1).and_then(|at| self.secret.get(at)).copied().unwrap_or(false)
    }

    /// Writes the faulty line with the place underlined.
    fn show_line(&self, place: Place, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = place.line.to_string();
        let margin = " ".repeat(number.len());
        if self.is_secret(place) {
            return writeln!(f, "{number} | (not shown: this line may hold a secret)");
        }
        let line = self.source.line(place.line).trim_end();
        let before = place.column.saturating_sub(1);
        // A long line is shown from shortly before the place.
        let skipped = if before + place.len > SHOWN_MAX { before.saturating_sub(SHOWN_MAX / 4) } else { 0 };
        let shown: String = line.chars().skip(skipped).take(SHOWN_MAX).map(printable).collect();
        let dots = if skipped > 0 { "…" } else { "" };
        let left = before.saturating_sub(skipped);
        let carets = place.len.min(shown.chars().count().saturating_sub(left)).max(1);
        writeln!(f, "{margin} |")?;
        writeln!(f, "{}", format!("{number} | {dots}{shown}").trim_end())?;
        let pad = " ".repeat(left + dots.chars().count());
        writeln!(f, "{margin} | {pad}{}", "^".repeat(carets))
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, one) in self.list.iter().enumerate() {
            if count > 0 {
                writeln!(f)?;
            }
            let Place { line, column, .. } = one.place;
            let severity = match one.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            writeln!(f, "{}:{line}:{column}: {severity}: {}", self.source.name(), one.message)?;
            self.show_line(one.place, f)?;
            if let Some(help) = &one.help {
                writeln!(f, "{} = help: {help}", " ".repeat(line.to_string().len()))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// One character that cannot move the cursor: what controls a terminal becomes `?`, a tab a blank.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
        {
            '?'
        }
        c => c,
    }
}

/// Cuts a text to so many characters.
fn cut(text: &str, chars_max: usize) -> String {
    let mut short: String = text.chars().take(chars_max).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn shows_the_faulty_line_alone_with_the_place_underlined() {
        let source = Source::new("p.yaml", "a: 1\nemail:\tmaks\x1b[2J\nsasl.password: hunter2\n");
        let mut diagnostics = Diagnostics::new(&source);
        let secret = Place { line: 3, column: 16, len: 7 };
        let what = diagnostics.quoted(secret, "hunter2");
        diagnostics.error(secret, format!("unknown {what}"));
        let place = Place { line: 2, column: 8, len: 4 };
        let what = diagnostics.quoted(place, "maks");
        diagnostics.error(place, format!("unknown operator {what}")).suggest("maks", ["mask", "hash"]);
        diagnostics.warning(Place::START, "a is odd").suggest("zzzz", ["b", "c"]);
        expect![[r#"
            p.yaml:1:1: warning: a is odd
              |
            1 | a: 1
              | ^
              = help: known are `b`, `c`

            p.yaml:2:8: error: unknown operator "maks"
              |
            2 | email: maks?[2J
              |        ^^^^
              = help: did you mean `mask`?

            p.yaml:3:16: error: unknown (not shown)
            3 | (not shown: this line may hold a secret)
        "#]]
        .assert_eq(&diagnostics.to_string());
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = Source::new("p.yaml", &format!("{}wrong{}", "x".repeat(300), "y".repeat(300)));
        let mut diagnostics = Diagnostics::new(&source);
        diagnostics.error(Place { line: 1, column: 301, len: 5 }, "wrong");
        let text = diagnostics.to_string();
        assert!(text.contains("…xxxx") && text.lines().all(|line| line.chars().count() < 170), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let at = lines[3].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[2].chars().skip(at).take(5).collect::<String>(), "wrong");
    }

    #[test]
    fn they_are_bounded() {
        let source = Source::new("p.yaml", "x");
        let mut diagnostics = Diagnostics::new(&source);
        for _ in 0..10 * DIAGNOSTICS_MAX {
            diagnostics.error(Place::START, "again");
        }
        assert_eq!(diagnostics.list().len(), DIAGNOSTICS_MAX);
    }
}
