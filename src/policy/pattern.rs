//! Field paths as people write them in a policy: `a.b`, `a.*`, `a[*]`, `a[2]`, `**.email`, `a["x.y"]`, `$key`,
//! `$headers.NAME`, and `a~json.b` for what stands inside a text.

use crate::model::Coding;
use std::fmt;

/// Which part of a record a path begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordPart {
    /// The record's value.
    Value,
    /// The record's key, `$key`.
    Key,
    /// The record's headers, `$headers`.
    Headers,
}

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternStep {
    /// A member of this name.
    Key(String),
    /// An array's element at this place.
    Index(usize),
    /// A member of any name: `*`.
    AnyKey,
    /// Any element of an array: `[*]`.
    AnyIndex,
    /// Any number of steps of any kind, none included: `**`.
    Deep,
    /// The text inside a text: `~json`.
    Inside(Coding),
}

/// How exactly a pattern names a place; the greater one decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// With `**`.
    Deep,
    /// With `*` or `[*]`.
    Glob,
    /// Every step by name.
    Exact,
}

/// A field path of a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// Which part of a record it begins in.
    pub part: RecordPart,
    /// The steps from there.
    pub steps: Vec<PatternStep>,
}

/// Why a text is no field path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// Where, in characters from the path's first.
    pub at: usize,
    /// What is wrong.
    pub message: &'static str,
    /// What would be right.
    pub help: &'static str,
}

/// How many steps a path may have: as deep as records may nest.
const STEPS_MAX: usize = 128;

impl Pattern {
    /// Reads a field path.
    ///
    /// # Errors
    /// Where it is not one; with the place and what would be right.
    pub fn read(text: &str) -> Result<Self, PatternError> {
        let chars: Vec<char> = text.chars().collect();
        let mut reader = Reader { chars: &chars, at: 0 };
        let mut steps = Vec::new();
        let part = reader.part()?;
        if part == RecordPart::Value {
            steps.push(reader.first()?);
        }
        while let Some(step) = reader.next()? {
            if steps.len() >= STEPS_MAX {
                return Err(reader.error("the path has more than 128 steps", "records nest no deeper"));
            }
            // `**.**` says no more than `**`.
            if step != PatternStep::Deep || steps.last() != Some(&PatternStep::Deep) {
                steps.push(step);
            }
        }
        match (part, steps.as_slice()) {
            (RecordPart::Headers, [PatternStep::Key(_) | PatternStep::AnyKey]) => {}
            (RecordPart::Headers, [PatternStep::Key(_) | PatternStep::AnyKey, PatternStep::Inside(_), ..]) => {}
            (RecordPart::Headers, _) => {
                return Err(reader.error("a header is named with one step", "as in `$headers.x-user` or `$headers.*`"));
            }
            (RecordPart::Value | RecordPart::Key, _) => {}
        }
        Ok(Self { part, steps })
    }

    /// Tells how exactly it names a place.
    pub fn precision(&self) -> Precision {
        let of = |step: &PatternStep| match step {
            PatternStep::Key(_) | PatternStep::Index(_) | PatternStep::Inside(_) => Precision::Exact,
            PatternStep::AnyKey | PatternStep::AnyIndex => Precision::Glob,
            PatternStep::Deep => Precision::Deep,
        };
        self.steps.iter().map(of).min().unwrap_or(Precision::Exact)
    }

    /// Gives what two patterns that name the same place are compared by: the greater one decides.
    ///
    /// First the precision; then, from the root on, a name before a wild card before `**`; then the longer one.
    pub fn rank(&self) -> (Precision, Vec<Precision>) {
        let one = |step: &PatternStep| Self { part: self.part, steps: vec![step.clone()] }.precision();
        (self.precision(), self.steps.iter().map(one).collect())
    }

    /// Gives the names that it spells out.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            PatternStep::Key(name) => Some(name.as_str()),
            PatternStep::Index(_)
            | PatternStep::AnyKey
            | PatternStep::AnyIndex
            | PatternStep::Deep
            | PatternStep::Inside(_) => None,
        })
    }
}

/// Written the one way that reads back as the same pattern.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = match self.part {
            RecordPart::Value => true,
            RecordPart::Key => {
                f.write_str("$key")?;
                false
            }
            RecordPart::Headers => {
                f.write_str("$headers")?;
                false
            }
        };
        for step in &self.steps {
            let dot = if first { "" } else { "." };
            match step {
                PatternStep::Key(name) if is_plain(name) && !(first && name.starts_with('$')) => {
                    write!(f, "{dot}{name}")?;
                }
                PatternStep::Key(name) => write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))?,
                PatternStep::Index(index) => write!(f, "[{index}]")?,
                PatternStep::AnyKey => write!(f, "{dot}*")?,
                PatternStep::AnyIndex => f.write_str("[*]")?,
                PatternStep::Deep => write!(f, "{dot}**")?,
                PatternStep::Inside(coding) => write!(f, "{coding}")?,
            }
            first = false;
        }
        Ok(())
    }
}

/// Tells whether a name can stand in a path without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(SPECIAL) && name.trim() == name && !name.chars().any(char::is_control)
}

/// What ends a name without quotes, or makes it something else.
const SPECIAL: [char; 6] = ['.', '[', ']', '"', '*', '~'];

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn error(&self, message: &'static str, help: &'static str) -> PatternError {
        PatternError { at: self.at, message, help }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    /// Reads `$key` or `$headers`, if the path begins with one.
    fn part(&mut self) -> Result<RecordPart, PatternError> {
        if self.peek() != Some('$') {
            return Ok(RecordPart::Value);
        }
        let word: String = self.chars.iter().skip(1).take_while(|c| !SPECIAL.contains(c)).collect();
        let part = match word.as_str() {
            "key" => RecordPart::Key,
            "headers" => RecordPart::Headers,
            _ => {
                return Err(self.error(
                    "`$` begins only `$key` and `$headers`",
                    "a member whose own name begins with `$` is written `[\"$name\"]`",
                ));
            }
        };
        self.at += 1 + word.chars().count();
        Ok(part)
    }

    /// Reads the first step, which has no dot before it.
    fn first(&mut self) -> Result<PatternStep, PatternError> {
        match self.peek() {
            Some('[') => self.bracket(),
            Some('~') => self.inside(),
            Some(_) => self.named(),
            None => Err(self.error("the path is empty", "`**` stands for every field")),
        }
    }

    fn next(&mut self) -> Result<Option<PatternStep>, PatternError> {
        match self.peek() {
            None => Ok(None),
            Some('.') => {
                self.at += 1;
                self.named().map(Some)
            }
            Some('[') => self.bracket().map(Some),
            Some('~') => self.inside().map(Some),
            Some(_) => {
                Err(self.error("a step begins with `.`, `[` or `~`", "as in `a.b`, `a[*]`, `**.email` or `a~json.b`"))
            }
        }
    }

    /// Reads a name, `*` or `**`.
    fn named(&mut self) -> Result<PatternStep, PatternError> {
        if self.take('*') {
            let deep = self.take('*');
            if self.peek().is_some_and(|c| !['.', '[', '~'].contains(&c)) {
                return Err(self.error("`*` stands alone for a whole name", "as in `customer.*`, `a[*]` or `**.email`"));
            }
            return Ok(if deep { PatternStep::Deep } else { PatternStep::AnyKey });
        }
        let start = self.at;
        let name: String = self.chars.iter().skip(start).take_while(|c| !SPECIAL.contains(c)).collect();
        self.at += name.chars().count();
        match self.peek() {
            Some('*') => {
                Err(self.error("`*` stands alone for a whole name", "as in `customer.*`, `a[*]` or `**.email`"))
            }
            Some('"' | ']') => Err(self.error("a name with `\"` or `]` stands in quotes", "as in `a[\"x]y\"]`")),
            _ if name.is_empty() => Err(self.error("a name is missing", "an empty name is written `[\"\"]`")),
            _ if !is_plain(&name) => {
                Err(self.error("a name with blanks around it stands in quotes", "as in `a[\" x \"]`"))
            }
            _ => Ok(PatternStep::Key(name)),
        }
    }

    /// Reads `~json` and its kind.
    fn inside(&mut self) -> Result<PatternStep, PatternError> {
        let word: String = self.chars.iter().skip(self.at + 1).take_while(|c| !SPECIAL.contains(c)).collect();
        let Some(coding) = Coding::by_name(&word) else {
            return Err(self.error(
                "`~` begins only `~json`, `~url`, `~html` and `~base64`",
                "a member whose own name has a `~` is written `[\"a~b\"]`",
            ));
        };
        self.at += 1 + word.chars().count();
        Ok(PatternStep::Inside(coding))
    }

    /// Reads `[*]`, `[2]` or `["name"]`.
    fn bracket(&mut self) -> Result<PatternStep, PatternError> {
        self.at += 1;
        let step = match self.peek() {
            Some('*') => {
                self.at += 1;
                PatternStep::AnyIndex
            }
            Some('"') => PatternStep::Key(self.quoted()?),
            _ => {
                let digits: String = self.chars.iter().skip(self.at).take_while(|c| c.is_ascii_digit()).collect();
                let index = digits.parse().map_err(|_| {
                    self.error(
                        "`[` is followed by a number, `*` or a quoted name",
                        "as in `a[2]`, `a[*]` or `a[\"x.y\"]`",
                    )
                })?;
                self.at += digits.len();
                PatternStep::Index(index)
            }
        };
        if self.take(']') {
            return Ok(step);
        }
        Err(self.error("`]` is missing", "as in `a[2]`, `a[*]` or `a[\"x.y\"]`"))
    }

    fn quoted(&mut self) -> Result<String, PatternError> {
        self.at += 1;
        let mut name = String::new();
        loop {
            match self.peek() {
                None => return Err(self.error("the closing quote is missing", "as in `a[\"x.y\"]`")),
                Some('"') => {
                    self.at += 1;
                    return Ok(name);
                }
                Some('\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(c @ ('"' | '\\')) => name.push(c),
                        _ => return Err(self.error("`\\` stands only before `\"` and `\\`", "as in `a[\"x\\\"y\"]`")),
                    }
                    self.at += 1;
                }
                Some(c) => {
                    name.push(c);
                    self.at += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    fn check(text: &str, expected: Expect) {
        let out = match Pattern::read(text) {
            Ok(pattern) => format!("{pattern} {:?}", pattern.precision()),
            Err(error) => format!("{}: {error}; {}", error.at, error.help),
        };
        expected.assert_eq(&out);
    }

    #[test]
    fn paths_are_read_and_written_one_way() {
        check("a.b[2].c", expect!["a.b[2].c Exact"]);
        check("a.*.b", expect!["a.*.b Glob"]);
        check("a[*]", expect!["a[*] Glob"]);
        check("**.email", expect!["**.email Deep"]);
        check("**", expect!["** Deep"]);
        check("a.**.**.b", expect!["a.**.b Deep"]);
        check(r#"a["x.y"].z"#, expect![[r#"a["x.y"].z Exact"#]]);
        check(r#"["a"]["b"]"#, expect!["a.b Exact"]);
        check("[0].a", expect!["[0].a Exact"]);
        check("First Name", expect!["First Name Exact"]);
        check("$key", expect!["$key Exact"]);
        check("$key.id", expect!["$key.id Exact"]);
        check("$headers.x-user", expect!["$headers.x-user Exact"]);
        check(r#"$headers["a.b"]"#, expect![[r#"$headers["a.b"] Exact"#]]);
        check("$headers.*", expect!["$headers.* Glob"]);
        check(r#"["$key"]"#, expect![[r#"["$key"] Exact"#]]);
        check("payload~json.customer.email", expect!["payload~json.customer.email Exact"]);
        check("~json[0].a", expect!["~json[0].a Exact"]);
        check("**~url~json.*", expect!["**~url~json.* Deep"]);
        check("*~html", expect!["*~html Glob"]);
        check("$key~base64~json.id", expect!["$key~base64~json.id Exact"]);
        check("$headers.x~json.id", expect!["$headers.x~json.id Exact"]);
        check(r#"["a~b"]"#, expect![[r#"["a~b"] Exact"#]]);
    }

    #[test]
    fn what_is_no_path_says_why() {
        check("", expect!["0: the path is empty; `**` stands for every field"]);
        check("a..b", expect![[r#"2: a name is missing; an empty name is written `[""]`"#]]);
        check("a.", expect![[r#"2: a name is missing; an empty name is written `[""]`"#]]);
        check("cust*", expect!["4: `*` stands alone for a whole name; as in `customer.*`, `a[*]` or `**.email`"]);
        check("a.*x", expect!["3: `*` stands alone for a whole name; as in `customer.*`, `a[*]` or `**.email`"]);
        check(
            "a[x]",
            expect![[r#"2: `[` is followed by a number, `*` or a quoted name; as in `a[2]`, `a[*]` or `a["x.y"]`"#]],
        );
        check("a[2", expect![[r#"3: `]` is missing; as in `a[2]`, `a[*]` or `a["x.y"]`"#]]);
        check("a[2]b", expect!["4: a step begins with `.`, `[` or `~`; as in `a.b`, `a[*]`, `**.email` or `a~json.b`"]);
        check(r#"a["x"#, expect![[r#"4: the closing quote is missing; as in `a["x.y"]`"#]]);
        check(
            "$value",
            expect![[
                r#"0: `$` begins only `$key` and `$headers`; a member whose own name begins with `$` is written `["$name"]`"#
            ]],
        );
        check("$headers", expect!["8: a header is named with one step; as in `$headers.x-user` or `$headers.*`"]);
        check("$headers.a.b", expect!["12: a header is named with one step; as in `$headers.x-user` or `$headers.*`"]);
        check(
            "a~xml",
            expect![[
                r#"1: `~` begins only `~json`, `~url`, `~html` and `~base64`; a member whose own name has a `~` is written `["a~b"]`"#
            ]],
        );
        check("a. b", expect![[r#"4: a name with blanks around it stands in quotes; as in `a[" x "]`"#]]);
    }

    #[test]
    fn the_more_exact_path_has_the_greater_rank() {
        let ordered = ["**", "**.c", "a.**", "a.**.c", "*.*.*", "*.*.c", "a.*.*", "a.*.c", "a.b.*", "a.b.c"];
        let ranks: Vec<_> = ordered.iter().map(|text| Pattern::read(text).unwrap().rank()).collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in r#"([a.\[\]*"$\\2 k~]|~json|~url){0,12}"#, name in any::<String>()) {
            for text in [text, format!("[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))] {
                if let Ok(pattern) = Pattern::read(&text) {
                    prop_assert_eq!(Pattern::read(&pattern.to_string()), Ok(pattern));
                }
            }
        }
    }
}
