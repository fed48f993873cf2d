//! Typed reading of a tree: each helper gives what it was asked for, or notes why it cannot.

use super::diagnostic::{Diagnostics, mistyped};
use super::source::Place;
use super::tree::{Content, Entry, Map, Scalar, Style, Value};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Units of time, smallest first.
const DURATIONS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
/// Units of size in bytes.
const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

impl Value {
    /// Gives a scalar's text as it is spelled: `no`, `12` and `"a b"` are all text.
    pub fn text(&self, diagnostics: &mut Diagnostics) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) => Some(&scalar.text),
            Content::Null | Content::List(_) | Content::Map(_) => self.expected("text", diagnostics),
        }
    }

    /// Gives a whole number written without quotes, within a range.
    pub fn integer(&self, range: RangeInclusive<i64>, diagnostics: &mut Diagnostics) -> Option<i64> {
        let number = match &self.content {
            Content::Scalar(Scalar { text, style: Style::Plain }) => text.parse::<i64>().ok(),
            Content::Scalar(_) | Content::Null | Content::List(_) | Content::Map(_) => None,
        };
        let Some(number) = number else { return self.expected("a whole number", diagnostics) };
        if !range.contains(&number) {
            let (least, most) = range.into_inner();
            let message = match (least, most) {
                (_, i64::MAX) => format!("this must be at least {least}"),
                (i64::MIN, _) => format!("this must be at most {most}"),
                (_, _) => format!("this must be from {least} to {most}"),
            };
            diagnostics.error(self.place, message);
            return None;
        }
        Some(number)
    }

    /// Gives `true` or `false`, written without quotes.
    pub fn boolean(&self, diagnostics: &mut Diagnostics) -> Option<bool> {
        match &self.content {
            Content::Scalar(Scalar { text, style: Style::Plain }) if text == "true" => Some(true),
            Content::Scalar(Scalar { text, style: Style::Plain }) if text == "false" => Some(false),
            Content::Scalar(_) | Content::Null | Content::List(_) | Content::Map(_) => {
                self.expected("`true` or `false`", diagnostics)
            }
        }
    }

    /// Gives a time with its unit, such as `250ms`, `10s`, `5m`, `2h` or `7d`.
    pub fn duration(&self, diagnostics: &mut Diagnostics) -> Option<Duration> {
        let milliseconds = self.measured(&DURATIONS, "a time with its unit, such as `10s` or `500ms`", diagnostics)?;
        Some(Duration::from_millis(milliseconds))
    }

    /// Gives a size in bytes with its unit, such as `16MiB` or `512KiB`.
    pub fn size(&self, diagnostics: &mut Diagnostics) -> Option<u64> {
        self.measured(&SIZES, "a size with its unit, such as `16MiB` or `512KiB`", diagnostics)
    }

    /// Gives what a word stands for in a table.
    pub fn one_of<T: Copy>(&self, choices: &[(&str, T)], diagnostics: &mut Diagnostics) -> Option<T> {
        let text = self.text(diagnostics)?;
        if let Some((_, meaning)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let what = mistyped(text, choices.iter().map(|(word, _)| *word));
        diagnostics
            .error(self.place, format!("unknown word{what}"))
            .suggest(text, choices.iter().map(|(word, _)| *word));
        None
    }

    /// Gives the items of a list.
    pub fn list(&self, diagnostics: &mut Diagnostics) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) => Some(items),
            Content::Null | Content::Scalar(_) | Content::Map(_) => self.expected("a list", diagnostics),
        }
    }

    /// Gives the items of a list, or the value itself as the only one.
    pub fn one_or_more(&self, diagnostics: &mut Diagnostics) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) => Some(items),
            Content::Scalar(_) | Content::Map(_) => Some(std::slice::from_ref(self)),
            Content::Null => self.expected("a value or a list", diagnostics),
        }
    }

    /// Gives a map whose keys are the writer's own.
    pub fn map(&self, diagnostics: &mut Diagnostics) -> Option<&Map> {
        match &self.content {
            Content::Map(map) => Some(map),
            Content::Null | Content::Scalar(_) | Content::List(_) => self.expected("a map", diagnostics),
        }
    }

    /// Gives a map that may have only these keys; notes every other one, with the one that was probably meant.
    pub fn map_of(&self, known: &[&str], diagnostics: &mut Diagnostics) -> Option<&Map> {
        let map = self.map(diagnostics)?;
        for entry in &map.entries {
            if !known.contains(&entry.key.as_str()) {
                let what = mistyped(&entry.key, known.iter().copied());
                diagnostics.error(entry.place, format!("unknown key{what}")).suggest(&entry.key, known.iter().copied());
            }
        }
        Some(map)
    }

    /// Says what kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Null => "nothing",
            Content::Scalar(_) => "text",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }

    /// Tells whether nothing stands here.
    pub const fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    fn expected<T>(&self, what: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        let message = match self.content {
            // That text was found where other text was expected says nothing, and what it says is not repeated.
            Content::Scalar(_) => format!("this must be {what}"),
            Content::Null | Content::List(_) | Content::Map(_) => {
                format!("this must be {what}, and is {}", self.kind())
            }
        };
        diagnostics.error(self.place, message);
        None
    }

    /// Reads a number and its unit.
    fn measured(&self, units: &[(&str, u64)], what: &str, diagnostics: &mut Diagnostics) -> Option<u64> {
        let Content::Scalar(Scalar { text, .. }) = &self.content else { return self.expected(what, diagnostics) };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
        let factor = units.iter().find(|(name, _)| *name == unit.trim_start()).map(|(_, factor)| *factor);
        let product = number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
        match product {
            Some(product) => Some(product),
            None => self.expected(what, diagnostics),
        }
    }
}

impl Map {
    /// Finds the value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Finds the entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Finds the value of a key that must be there; `at` is the place of the map, or of the key that holds it.
    pub fn required(&self, key: &str, at: Place, diagnostics: &mut Diagnostics) -> Option<&Value> {
        let value = self.get(key);
        if value.is_none() {
            diagnostics.error(at, format!("`{key}` is missing here"));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Source, read_tree};
    use expect_test::{Expect, expect};

    fn check(text: &str, read: impl Fn(&Map, &mut Diagnostics) -> String, expected: Expect) {
        let source = Source::new("t.yaml", text);
        let mut diagnostics = Diagnostics::new(&source);
        let tree = read_tree(&source, &mut diagnostics).unwrap();
        let Content::Map(map) = &tree.content else { panic!("the tests write maps") };
        let out = read(map, &mut diagnostics);
        expected.assert_eq(&format!("{out}\n{diagnostics}"));
    }

    /// Reads every entry the same way.
    fn each<T: std::fmt::Debug>(
        read: impl Fn(&Value, &mut Diagnostics) -> Option<T>,
    ) -> impl Fn(&Map, &mut Diagnostics) -> String {
        move |map, diagnostics| {
            let values: Vec<_> = map.entries.iter().map(|entry| read(&entry.value, diagnostics)).collect();
            format!("{values:?}")
        }
    }

    #[test]
    fn text_is_as_spelled() {
        check(
            "a: no\nb: 012\nc: 'x'\nd: |\n  y\ne:\nf: []\n",
            each(|v, d| v.text(d).map(str::to_owned)),
            expect![[r#"
                [Some("no"), Some("012"), Some("x"), Some("y\n"), None, None]
                t.yaml:6:1: error: this must be text, and is nothing
                  = at: e

                t.yaml:7:4: error: this must be text, and is a list
                  = at: f
            "#]],
        );
    }

    #[test]
    fn integers_have_a_range() {
        check(
            "a: 7\nb: '7'\nc: 11\nd: 1.5\ne: -1\n",
            each(|v, d| v.integer(0..=10, d)),
            expect![[r#"
                [Some(7), None, None, None, None]
                t.yaml:2:4: error: this must be a whole number
                  = at: b

                t.yaml:3:4: error: this must be from 0 to 10
                  = at: c

                t.yaml:4:4: error: this must be a whole number
                  = at: d

                t.yaml:5:4: error: this must be from 0 to 10
                  = at: e
            "#]],
        );
        check(
            "a: 0\n",
            each(|v, d| v.integer(1..=i64::MAX, d)),
            expect![[r#"
                [None]
                t.yaml:1:4: error: this must be at least 1
                  = at: a
            "#]],
        );
    }

    #[test]
    fn booleans_are_two_words() {
        check(
            "a: true\nb: false\nc: yes\nd: 'true'\n",
            each(|v, d| v.boolean(d)),
            expect![[r#"
                [Some(true), Some(false), None, None]
                t.yaml:3:4: error: this must be `true` or `false`
                  = at: c

                t.yaml:4:4: error: this must be `true` or `false`
                  = at: d
            "#]],
        );
    }

    #[test]
    fn durations_and_sizes_have_units() {
        check(
            "a: 10s\nb: 250ms\nc: 10\nd: 2 h\ne: 99999999999999999999s\n",
            each(|v, d| v.duration(d)),
            expect![[r#"
                [Some(10s), Some(250ms), None, Some(7200s), None]
                t.yaml:3:4: error: this must be a time with its unit, such as `10s` or `500ms`
                  = at: c

                t.yaml:5:4: error: this must be a time with its unit, such as `10s` or `500ms`
                  = at: e
            "#]],
        );
        check(
            "a: 16MiB\nb: 1 kB\nc: 1M\nd: 18446744073709551615GiB\n",
            each(|v, d| v.size(d)),
            expect![[r#"
                [Some(16777216), Some(1000), None, None]
                t.yaml:3:4: error: this must be a size with its unit, such as `16MiB` or `512KiB`
                  = at: c

                t.yaml:4:4: error: this must be a size with its unit, such as `16MiB` or `512KiB`
                  = at: d
            "#]],
        );
    }

    #[test]
    fn words_and_keys_are_suggested() {
        check(
            "a: sacn\nb: 1\n",
            each(|v, d| v.one_of(&[("scan", 1), ("redact", 2)], d)),
            expect![[r#"
                [None, None]
                t.yaml:1:4: error: unknown word "sacn"
                  = at: a
                  = help: did you mean `scan`?

                t.yaml:2:4: error: unknown word
                  = at: b
                  = help: known are `scan`, `redact`
            "#]],
        );
        check(
            "o: {brokres: x, password: hunter2, secret: {hunter3: 1}}\n",
            |map, d| {
                let inner = map.get("o").unwrap().map_of(&["brokers", "group"], d).unwrap();
                format!("{:?}", inner.required("group", map.entry("o").unwrap().place, d).is_some())
            },
            expect![[r#"
                false
                t.yaml:1:1: error: `group` is missing here
                  = at: o

                t.yaml:1:5: error: unknown key "brokres"
                  = at: o.brokres
                  = help: did you mean `brokers`?

                t.yaml:1:17: error: unknown key
                  = at: o.password
                  = help: known are `brokers`, `group`

                t.yaml:1:36: error: unknown key
                  = at: o.secret
                  = help: known are `brokers`, `group`
            "#]],
        );
        check(
            "o:\n  brokres: x\n  group: y\n",
            each(|v, d| v.map_of(&["brokers", "group"], d).map(|m| m.entries.len())),
            expect![[r#"
                [Some(2)]
                t.yaml:2:3: error: unknown key "brokres"
                  = at: o.brokres
                  = help: did you mean `brokers`?
            "#]],
        );
    }

    #[test]
    fn lists_and_maps_are_told_apart() {
        check(
            "a: [1, 2]\nb: 1\nc:\n",
            each(|v, d| v.list(d).map(<[Value]>::len)),
            expect![[r#"
                [Some(2), None, None]
                t.yaml:2:4: error: this must be a list
                  = at: b

                t.yaml:3:1: error: this must be a list, and is nothing
                  = at: c
            "#]],
        );
        check(
            "a: [1, 2]\nb: 1\nc:\n",
            each(|v, d| v.one_or_more(d).map(<[Value]>::len)),
            expect![[r#"
                [Some(2), Some(1), None]
                t.yaml:3:1: error: this must be a value or a list, and is nothing
                  = at: c
            "#]],
        );
        check(
            "a: {x: 1}\nb: [1]\n",
            each(|v, d| v.map(d).map(|m| m.entries.len())),
            expect![[r#"
                [Some(1), None]
                t.yaml:2:4: error: this must be a map, and is a list
                  = at: b
            "#]],
        );
    }
}
