//! What is wrong with a file, where, and what would be right; all of it at once.

use super::source::{Place, Source};
use super::suggest::nearest;
use super::tree::place_paths;
use crate::model::{is_name, without_text};
use std::borrow::Cow;
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
    pub help: Option<Cow<'static, str>>,
}

impl Diagnostic {
    /// Says what would be right. Of what was put together, nothing is shown that stands in the file and is no plain name.
    pub fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Says which of the known names was probably meant; else leaves the help as it is.
    pub fn suggest_near<'a>(&mut self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> &mut Self {
        match nearest(typed, known.into_iter().filter(|name| is_name(name))) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    /// Says which of the known names was probably meant; else lists them, where they are few.
    pub fn suggest<'a>(&mut self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> &mut Self {
        // An encoding's name has digits inside, and so has many a key.
        let told = |name: &&str| is_name(name) || *name == "base64url";
        let known: Vec<&str> = known.into_iter().filter(told).collect();
        if let Some(name) = nearest(typed, known.iter().copied()) {
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
/// A longer word than any that is known, in characters, is not repeated.
const MISTYPED_MAX: usize = 40;

/// Everything that is wrong with one file, in the order of its lines.
///
/// Its `Display` shows file, line and column, what is wrong, of which entry, and what would be right; never the text that
/// stands there, which may be a key or a secret on the wrong line. Repeated are a word that is nearly one of those known
/// at its place ([`mistyped`]), and what is plainly a name: everything else is taken out of every message.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    source: Source,
    list: Vec<Diagnostic>,
    /// Counted apart, because the list is bounded.
    errors: usize,
    /// What is not kept, since the list is full.
    unkept: Option<Box<Diagnostic>>,
    /// How many messages the source was searched for.
    #[cfg(test)]
    searches: usize,
}

impl Diagnostics {
    /// Begins with nothing wrong.
    pub fn new(source: &Source) -> Self {
        Self {
            source: source.clone(),
            list: Vec::new(),
            errors: 0,
            unkept: None,
            #[cfg(test)]
            searches: 0,
        }
    }

    /// Notes an error.
    pub fn error(&mut self, place: Place, message: impl Into<Cow<'static, str>>) -> &mut Diagnostic {
        self.note(Severity::Error, place, message.into())
    }

    /// Notes a warning.
    pub fn warning(&mut self, place: Place, message: impl Into<Cow<'static, str>>) -> &mut Diagnostic {
        self.note(Severity::Warning, place, message.into())
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

    fn note(&mut self, severity: Severity, place: Place, message: Cow<'static, str>) -> &mut Diagnostic {
        self.errors += usize::from(severity == Severity::Error);
        if self.list.len() >= DIAGNOSTICS_MAX {
            // An error takes a warning's place; all others are counted, and not so much as put together.
            let warning = self.list.iter().rposition(|one| one.severity == Severity::Warning);
            match warning.filter(|_| severity == Severity::Error) {
                Some(at) => drop(self.list.remove(at)),
                None => {
                    let none = Diagnostic { severity, place, message: String::new(), help: None };
                    return self.unkept.insert(Box::new(none));
                }
            }
        }
        let message = match message {
            Cow::Borrowed(ours) => ours.to_owned(),
            Cow::Owned(made) => self.shown(&made),
        };
        // In the order of the file: after everything that stands before or at the same place.
        let at = self.list.partition_point(|one| one.place <= place);
        self.list.insert(at, Diagnostic { severity, place, message, help: None });
        #[expect(clippy::indexing_slicing, reason = "it was just inserted at this place")]
        &mut self.list[at]
    }

    /// Takes out of a message what stands in the source: its whole text is searched.
    fn shown(&mut self, made: &str) -> String {
        #[cfg(test)]
        {
            self.searches += 1;
        }
        without_text(made, self.source.text()).into_owned()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.list.is_empty() {
            return Ok(());
        }
        let paths = place_paths(&self.source);
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
            if let Some(path) = paths.get(&one.place).filter(|path| !path.is_empty()) {
                writeln!(f, "  = at: {path}")?;
            }
            if let Some(help) = &one.help {
                let told = match help {
                    Cow::Borrowed(ours) => Cow::Borrowed(*ours),
                    Cow::Owned(made) => without_text(made, self.source.text()),
                };
                writeln!(f, "  = help: {told}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// Names a word that stands where one of a few belongs: ` "maks"` where that is nearly one of them, else nothing.
pub fn mistyped<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let is_spelled = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_short = typed.len() <= MISTYPED_MAX && typed.chars().all(is_spelled);
    let known = known.into_iter().filter(|name| is_name(name));
    if is_short && nearest(typed, known).is_some() { format!(" \"{typed}\"") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn says_where_and_what_would_be_right_and_no_text_that_stood_there() {
        let key = "0123456789abcdef".repeat(4);
        let text = format!("a: 1\nrings:\n  {key}:\n    root: \"{key}\"\nlist:\n  - email:\tmaks\n");
        let source = Source::new("p.yaml", &text);
        let mut diagnostics = Diagnostics::new(&source);
        let place = Place { line: 4, column: 11, len: 66 };
        diagnostics
            .error(place, format!("the root `{key}` is odd"))
            .help(format!("not {key}"))
            .suggest(&key, ["root"; 20]);
        let place = Place { line: 6, column: 12, len: 4 };
        for typed in ["maks", &key, "hunter", "mask mask", "mas\u{1b}"] {
            let what = mistyped(typed, ["mask", "hash"]);
            diagnostics.error(place, format!("unknown operator{what}")).suggest(typed, ["mask", "hash"]);
        }
        diagnostics.warning(Place::START, "a is odd").suggest("zzzz", ["b", &*key]);
        expect![[r#"
            p.yaml:1:1: warning: a is odd
              = help: known are `b`

            p.yaml:4:11: error: the root `(not shown)` is odd
              = help: not (not shown)

            p.yaml:6:12: error: unknown operator "maks"
              = help: did you mean `mask`?

            p.yaml:6:12: error: unknown operator
              = help: known are `mask`, `hash`

            p.yaml:6:12: error: unknown operator
              = help: known are `mask`, `hash`

            p.yaml:6:12: error: unknown operator
              = help: known are `mask`, `hash`

            p.yaml:6:12: error: unknown operator
              = help: did you mean `mask`?
        "#]]
        .assert_eq(&diagnostics.to_string());
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

    #[test]
    fn what_is_not_kept_costs_nothing_and_hides_no_error() {
        let source = Source::new("p.yaml", "x");
        let mut diagnostics = Diagnostics::new(&source);
        for at in 0..DIAGNOSTICS_MAX {
            diagnostics.warning(Place::START, format!("warning {at}"));
        }
        assert_eq!(diagnostics.searches, DIAGNOSTICS_MAX);
        diagnostics.error(Place::START, "an error");
        assert!(diagnostics.list().iter().any(|one| one.message == "an error"));
        for at in 0..1_000 {
            diagnostics.warning(Place::START, format!("what stands at {at} is `abcdefgh{at}` and odd"));
        }
        assert_eq!((diagnostics.list().len(), diagnostics.has_errors()), (DIAGNOSTICS_MAX, true));
        assert_eq!(diagnostics.searches, DIAGNOSTICS_MAX, "the source is not searched for what is not kept");
    }
}
