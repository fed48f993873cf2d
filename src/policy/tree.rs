//! YAML as a tree that knows where everything stands, so that whoever walks it can say what is wrong, and where.

use super::diagnostic::Diagnostics;
use super::source::{Place, Source};
use crate::model::is_name;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use std::collections::HashMap;
use std::fmt;

/// A value of the tree and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Where it stands; a list or map at its first character.
    pub place: Place,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing: no text at all, `~` or `null`.
    Null,
    /// Text, a number, `true` or `false`: who reads it decides.
    Scalar(Scalar),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(Map),
}

/// A scalar as it is spelled; its `Debug` says nothing, since it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text, escapes resolved.
    pub text: String,
    /// Whether it stands in quotes.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may also be a number, `true` or `false`.
    Plain,
    /// In quotes or as a block: always text.
    Quoted,
}

/// A map in the order of the file; no key stands in it twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Map {
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// One entry of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// The value.
    pub value: Value,
}

/// Tells apart what is absent and what is wrong, where something may be read that need not be there: the outer none is wrong.
pub fn given<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

/// How large a file of settings may be: the largest policies have a few thousand lines.
const SOURCE_MAX: usize = 1 << 20;
/// How deep lists and maps may nest.
const NESTING_MAX: usize = 64;
/// How many unquoted `*` are read as if they were quoted, to find the other errors too.
const STARS_MAX: usize = 64;

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scalar(..)")
    }
}

/// Reads one YAML document into a tree; notes what is wrong, and gives no tree where the text is no YAML at all.
///
/// Refused are what makes YAML surprising: duplicate keys, anchors and aliases, tags, keys that are not text, more than
/// one document. A key that begins with `*`, which YAML takes for an alias, is read as if it were quoted and noted.
pub fn read_tree(source: &Source, diagnostics: &mut Diagnostics) -> Option<Value> {
    if source.text().len() > SOURCE_MAX {
        diagnostics.error(Place::START, "the file is larger than 1 MiB");
        return None;
    }
    // A character that the file does not use stands for a `*` that YAML would take for an alias.
    let star = ('\u{e000}'..='\u{e0ff}').find(|c| !source.text().contains(*c))?;
    let mut text = source.text().to_owned();
    for _ in 0..=STARS_MAX {
        let mut attempt = diagnostics.clone();
        match Builder::new(&mut attempt, star).build(&text) {
            Ok(tree) => {
                *diagnostics = attempt;
                return tree;
            }
            Err(error) => {
                if let Some(at) = alias_before(&text, byte_of(&text, error.marker().index())) {
                    text.replace_range(at..=at, star.encode_utf8(&mut [0; 4]));
                    continue;
                }
                let place = place_of(error.marker(), 1);
                diagnostics.error(place, format!("this is not valid YAML: {}", error.info()));
                return None;
            }
        }
    }
    diagnostics.error(Place::START, "too many keys begin with an unquoted `*`").help("quote them, as in `\"*.email\"`");
    None
}

/// A container whose end has not been read yet.
enum Open {
    List {
        place: Place,
        items: Vec<Value>,
    },
    /// `lines` says on which line each key stands, the key before a value that is still read included.
    Map {
        place: Place,
        map: Map,
        next: Next,
        lines: HashMap<String, usize>,
    },
}

/// What a map expects next.
enum Next {
    Key,
    ValueOf(String, Place),
    /// The value of a key that was refused.
    Skip,
}

struct Builder<'a> {
    diagnostics: &'a mut Diagnostics,
    star: char,
    open: Vec<Open>,
    root: Option<Value>,
}

impl<'a> Builder<'a> {
    fn new(diagnostics: &'a mut Diagnostics, star: char) -> Self {
        Self { diagnostics, star, open: Vec::new(), root: None }
    }

    /// Reads the text; no value where too much is wrong to go on.
    fn build(mut self, text: &str) -> Result<Option<Value>, ScanError> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = event?;
            let place = place_of(&span.start, span_len(&span));
            match event {
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        self.diagnostics.error(place, "a second document begins here").help("use one file for each");
                        return Ok(None);
                    }
                }
                Event::Alias(_) => {
                    self.diagnostics
                        .error(place, "aliases are not supported")
                        .help("write the value out; text that begins with `*` stands in quotes, as in `\"*.email\"`");
                    self.value(Value { place, content: Content::Null });
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse_extras(place, anchor, tag.is_some());
                    self.scalar(&text, style, place);
                }
                Event::SequenceStart(anchor, tag) => {
                    self.refuse_extras(place, anchor, tag.is_some());
                    self.open.push(Open::List { place: Place { len: 1, ..place }, items: Vec::new() });
                }
                Event::MappingStart(anchor, tag) => {
                    self.refuse_extras(place, anchor, tag.is_some());
                    let place = Place { len: 1, ..place };
                    self.open.push(Open::Map { place, map: Map::default(), next: Next::Key, lines: HashMap::new() });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(),
            }
            if self.open.len() > NESTING_MAX {
                self.diagnostics.error(place, format!("lists and maps nest deeper than {NESTING_MAX}"));
                return Ok(None);
            }
        }
        Ok(Some(self.root.unwrap_or(Value { place: Place::START, content: Content::Null })))
    }

    fn refuse_extras(&mut self, place: Place, anchor: usize, tagged: bool) {
        if anchor > 0 {
            self.diagnostics.error(place, "anchors are not supported").help("write the value out where it is needed");
        }
        if tagged {
            self.diagnostics.error(place, "tags are not supported").help("quote what must be text");
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, place: Place) {
        let style = if style == ScalarStyle::Plain { Style::Plain } else { Style::Quoted };
        let text = text.replace(self.star, "*");
        let place = match style {
            // What follows a plain scalar on its line is not part of it.
            Style::Plain => Place { len: place.len.min(text.chars().count()), ..place },
            Style::Quoted => place,
        };
        if style == Style::Plain && text.starts_with('*') {
            let message = match self.open.last() {
                Some(Open::Map { next: Next::Key, .. }) => "a key that begins with `*` is YAML's alias",
                Some(_) | None => "text that begins with `*` is YAML's alias",
            };
            let help = if is_name(&text) { format!("quote it: {text:?}") } else { "quote it".to_owned() };
            self.diagnostics.error(place, message).help(help);
        }
        let null = style == Style::Plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL");
        let is_key = matches!(self.open.last(), Some(Open::Map { next: Next::Key, .. }));
        let content = if null && !is_key { Content::Null } else { Content::Scalar(Scalar { text, style }) };
        self.value(Value { place, content });
    }

    fn close(&mut self) {
        let value = match self.open.pop() {
            Some(Open::List { place, items }) => Value { place, content: Content::List(items) },
            Some(Open::Map { place, map, .. }) => Value { place, content: Content::Map(map) },
            None => return,
        };
        self.value(value);
    }

    /// Takes a finished value to where it belongs.
    fn value(&mut self, mut value: Value) {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List { items, .. }) => items.push(value),
            Some(Open::Map { map, next, lines, .. }) => match std::mem::replace(next, Next::Key) {
                Next::Skip => {}
                Next::ValueOf(key, place) => {
                    if matches!(value.content, Content::Null) && value.place.len == 0 {
                        value.place = place;
                    }
                    map.entries.push(Entry { key, place, value });
                }
                Next::Key => *next = Self::key(lines, value, self.diagnostics),
            },
        }
    }

    fn key(lines: &mut HashMap<String, usize>, value: Value, diagnostics: &mut Diagnostics) -> Next {
        let Value { place, content: Content::Scalar(Scalar { text, .. }) } = value else {
            diagnostics.error(value.place, "a key must be text").help("quote it where it contains `[`, `{` or `*`");
            return Next::Skip;
        };
        if let Some(line) = lines.get(&text) {
            diagnostics.error(place, format!("this key stands here twice; the first is on line {line}"));
            return Next::Skip;
        }
        lines.insert(text.clone(), place.line);
        Next::ValueOf(text, place)
    }
}

/// Tells for each place of a file which entry stands there: `rings.customer.root`, `products[0].policy`. A name that is not
/// plainly one is `?`.
pub(super) fn place_paths(source: &Source) -> HashMap<Place, String> {
    let mut paths = HashMap::new();
    if let Some(tree) = read_tree(source, &mut Diagnostics::new(source)) {
        note_paths(&tree, String::new(), &mut paths);
    }
    paths
}

fn note_paths(value: &Value, path: String, paths: &mut HashMap<Place, String>) {
    match &value.content {
        Content::Null | Content::Scalar(_) => {}
        Content::List(items) => {
            for (number, item) in items.iter().enumerate() {
                note_paths(item, format!("{path}[{number}]"), paths);
            }
        }
        Content::Map(map) => {
            for Entry { key, place, value } in &map.entries {
                let name = if is_name(key) { key } else { "?" };
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                paths.insert(*place, path.clone());
                note_paths(value, path, paths);
            }
        }
    }
    // What begins with an entry of its own begins where that does: the place is said of the entry.
    paths.entry(value.place).or_insert(path);
}

/// Gives the place of a marker; its columns count from 0.
fn place_of(marker: &Marker, len: usize) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1, len }
}

/// Length of a span on its first line; what goes on below is cut when shown.
fn span_len(span: &Span) -> usize {
    if span.start.line() == span.end.line() {
        span.end.col().saturating_sub(span.start.col())
    } else {
        usize::from(u16::MAX)
    }
}

/// Byte offset of the last `*` at or before an offset that stands where a key or value begins: what made the parser fail
/// may be the alias it saw there, and it often notices only on the next line.
fn alias_before(text: &str, at: usize) -> Option<usize> {
    let mut stars = text.char_indices().filter(|&(place, c)| c == '*' && place <= at).map(|(place, _)| place);
    let begins = |place: &usize| {
        let before = text.get(..*place).unwrap_or_default();
        let bare = before.trim_end_matches(' ');
        let spaced = bare.len() < before.len();
        bare.is_empty() || bare.ends_with(['\n', '{', '[', ',']) || (spaced && bare.ends_with([':', '-', '?']))
    };
    stars.rfind(begins)
}

/// Byte offset of the character with this number.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    /// One line for each scalar: its place and text; then the diagnostics.
    fn check(text: &str, expected: Expect) {
        let source = Source::new("t.yaml", text);
        let mut diagnostics = Diagnostics::new(&source);
        let mut out = String::new();
        if let Some(tree) = read_tree(&source, &mut diagnostics) {
            write(&tree, 0, &mut out);
        }
        expected.assert_eq(&format!("{out}{diagnostics}"));
    }

    fn write(value: &Value, depth: usize, out: &mut String) {
        let Place { line, column, len } = value.place;
        let pad = "  ".repeat(depth);
        match &value.content {
            Content::Null => out.push_str(&format!("{pad}{line}:{column}+{len} null\n")),
            Content::Scalar(scalar) => {
                out.push_str(&format!("{pad}{line}:{column}+{len} {:?} {:?}\n", scalar.style, scalar.text));
            }
            Content::List(items) => {
                out.push_str(&format!("{pad}{line}:{column} list\n"));
                items.iter().for_each(|item| write(item, depth + 1, out));
            }
            Content::Map(map) => {
                out.push_str(&format!("{pad}{line}:{column} map\n"));
                for entry in &map.entries {
                    let Place { line, column, len } = entry.place;
                    out.push_str(&format!("{pad}{line}:{column}+{len} {:?}:\n", entry.key));
                    write(&entry.value, depth + 1, out);
                }
            }
        }
    }

    #[test]
    fn places_are_exact() {
        check(
            "# head\na: no  # Norway\nb:\n  - 'x y'\n  - {c: 1, \"d\": ~}\ne:\nü: é  \n",
            expect![[r#"
                2:1 map
                2:1+1 "a":
                  2:4+2 Plain "no"
                3:1+1 "b":
                  4:3 list
                    4:5+5 Quoted "x y"
                    5:5 map
                    5:6+1 "c":
                      5:9+1 Plain "1"
                    5:12+3 "d":
                      5:17+1 null
                6:1+1 "e":
                  6:1+1 null
                7:1+1 "ü":
                  7:4+1 Plain "é"
            "#]],
        );
    }

    #[test]
    fn an_unquoted_star_is_named_and_does_not_hide_other_errors() {
        check(
            "fields:\n  *.email: keep\n  a: 1\n  **.b: {x: *}\n  a: 2\n  [*]: 3\nlist: [*.c]\n",
            expect![[r#"
                1:1 map
                1:1+6 "fields":
                  2:3 map
                  2:3+7 "*.email":
                    2:12+4 Plain "keep"
                  3:3+1 "a":
                    3:6+1 Plain "1"
                  4:3+4 "**.b":
                    4:9 map
                    4:10+1 "x":
                      4:13+1 Plain "*"
                7:1+4 "list":
                  7:7 list
                    7:8+3 Plain "*.c"
                t.yaml:2:3: error: a key that begins with `*` is YAML's alias
                  = at: fields.*.email
                  = help: quote it: "*.email"

                t.yaml:4:3: error: a key that begins with `*` is YAML's alias
                  = at: fields.**.b
                  = help: quote it: "**.b"

                t.yaml:4:13: error: text that begins with `*` is YAML's alias
                  = at: fields.**.b.x
                  = help: quote it: "*"

                t.yaml:5:3: error: this key stands here twice; the first is on line 3

                t.yaml:6:3: error: a key must be text
                  = help: quote it where it contains `[`, `{` or `*`

                t.yaml:6:4: error: text that begins with `*` is YAML's alias
                  = help: quote it: "*"

                t.yaml:7:8: error: text that begins with `*` is YAML's alias
                  = at: list[0]
                  = help: quote it: "*.c"
            "#]],
        );
    }

    #[test]
    fn what_makes_yaml_surprising_is_refused() {
        check(
            "a: &x 1\nb: *x\nc: !!str 5\n? [k]\n: v\n",
            expect![[r#"
                1:1 map
                1:1+1 "a":
                  1:4+1 Plain "1"
                2:1+1 "b":
                  2:4+2 null
                3:1+1 "c":
                  3:4+1 Plain "5"
                t.yaml:1:4: error: anchors are not supported
                  = help: write the value out where it is needed

                t.yaml:2:4: error: aliases are not supported
                  = at: b
                  = help: write the value out; text that begins with `*` stands in quotes, as in `"*.email"`

                t.yaml:3:4: error: tags are not supported
                  = help: quote what must be text

                t.yaml:4:3: error: a key must be text
                  = help: quote it where it contains `[`, `{` or `*`
            "#]],
        );
        check(
            "a: 1\n---\nb: 2\n",
            expect![[r#"
                t.yaml:2:1: error: a second document begins here
                  = help: use one file for each
            "#]],
        );
        check(
            &format!("a: {}{}", "[".repeat(70), "]".repeat(70)),
            expect![[r#"
                t.yaml:1:67: error: lists and maps nest deeper than 64
            "#]],
        );
    }

    #[test]
    fn broken_yaml_is_one_error_that_never_shows_a_secret() {
        check(
            "a: 1\nb: \"open\n",
            expect![[r#"
                t.yaml:2:4: error: this is not valid YAML: while scanning a quoted scalar, found unexpected end of stream
            "#]],
        );
        check(
            "a: 1\npassword: 'hunter2\nb: 1\n",
            expect![[r#"
                t.yaml:2:11: error: this is not valid YAML: invalid indentation in quoted scalar
            "#]],
        );
        check(
            "a: @x\n",
            expect![[r#"
                t.yaml:1:4: error: this is not valid YAML: unexpected character: `@'
            "#]],
        );
        check(
            "",
            expect![[r#"
            1:1+1 null
        "#]],
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_place_is_inside(text in "[-a*&!%@:{}\\[\\]'\"#|> \n\té0]{0,40}") {
            let source = Source::new("t.yaml", &text);
            let mut diagnostics = Diagnostics::new(&source);
            let _ = read_tree(&source, &mut diagnostics);
            let _ = diagnostics.to_string();
            for one in diagnostics.list() {
                prop_assert!(one.place.line <= text.lines().count() + 2, "{:?}", one);
            }
        }
    }
}
