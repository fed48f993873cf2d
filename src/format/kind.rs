//! The kinds of input, and how one is told from another.

use super::{Csv, Descend, Fault, FormatError, Leaf, Node, Visitor};
use super::{CsvHeader, Delimiter, Format, Json, Limits, ReadScratch, Text};
use crate::model::Step;

/// How an input is cut into records, and in which format they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The whole input is one JSON value.
    Json,
    /// A JSON value a line.
    Ndjson,
    /// A header and rows; the delimiter is guessed from the header.
    Csv,
    /// A header and rows with tabs.
    Tsv,
    /// A text a line.
    Text,
    /// A text of many lines.
    Document,
}

/// One kind's row in the table.
#[derive(Debug, Clone, Copy)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// The name that settings and help use.
    pub name: &'static str,
    /// The ends of file names that tell it, without their point, in lower case.
    pub extensions: &'static [&'static str],
    /// What it is, for help texts.
    pub summary: &'static str,
}

/// Every kind there is; settings, help, detection and the law tests read this table.
pub const KINDS: &[KindRow] = &[
    KindRow { kind: Kind::Json, name: "json", extensions: &["json"], summary: "one JSON value" },
    KindRow { kind: Kind::Ndjson, name: "ndjson", extensions: &["ndjson", "jsonl"], summary: "a JSON value a line" },
    KindRow {
        kind: Kind::Csv,
        name: "csv",
        extensions: &["csv"],
        summary: "a header and rows, with commas, semicolons, tabs or pipes",
    },
    KindRow { kind: Kind::Tsv, name: "tsv", extensions: &["tsv", "tab"], summary: "a header and rows, with tabs" },
    KindRow { kind: Kind::Text, name: "text", extensions: &["log"], summary: "a text a line" },
    KindRow {
        kind: Kind::Document,
        name: "document",
        extensions: &["txt", "md"],
        summary: "a text of many lines, cut at blank lines where it is too large",
    },
];

impl Kind {
    /// Gives the name that settings and help use.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|row| row.kind == self).map_or("", |row| row.name)
    }

    /// Finds a kind by the name that settings and help use.
    pub fn by_name(name: &str) -> Option<Self> {
        KINDS.iter().find(|row| row.name == name).map(|row| row.kind)
    }

    /// Tells the kind of an input by its file name, the end `.gz` or `.zst` already taken off, and by its first
    /// bytes where the name does not say it; of a file named `.json` they say whether it has a value a line.
    pub fn detect(file_name: &str, prefix: &[u8]) -> Self {
        match Self::of_file_name(file_name) {
            Some(Self::Json) if Self::sniff(prefix) == Self::Ndjson => Self::Ndjson,
            Some(kind) => kind,
            None => Self::sniff(prefix),
        }
    }

    /// Tells the kind by a file name alone.
    pub fn of_file_name(file_name: &str) -> Option<Self> {
        let (_, extension) = file_name.rsplit_once('.')?;
        let is = |row: &&KindRow| row.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension));
        KINDS.iter().find(is).map(|row| row.kind)
    }

    /// Tells the kind by the first bytes of an input; a few kilobytes are enough.
    ///
    /// Where they do not say it for sure it is [`Kind::Text`], which is looked through from the first byte to the
    /// last: the header of what is wrongly taken for CSV would be copied.
    pub fn sniff(prefix: &[u8]) -> Self {
        let prefix = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix);
        let trimmed = prefix.trim_ascii_start();
        if matches!(trimmed.first(), Some(b'{' | b'[')) {
            return sniff_json(trimmed);
        }
        if is_table(prefix) { Self::Csv } else { Self::Text }
    }

    /// Gives the format of the records; none for CSV, whose rows need the header first.
    pub const fn format(self) -> Option<&'static dyn Format> {
        match self {
            Self::Json | Self::Ndjson => Some(&Json),
            Self::Text | Self::Document => Some(&Text),
            Self::Csv | Self::Tsv => None,
        }
    }

    /// Gives the delimiter that the kind fixes.
    pub const fn delimiter(self) -> Option<Delimiter> {
        match self {
            Self::Tsv => Some(Delimiter::Tab),
            Self::Json | Self::Ndjson | Self::Csv | Self::Text | Self::Document => None,
        }
    }
}

/// Tells one JSON value from a value a line, and both from text that begins with a bracket.
fn sniff_json(bytes: &[u8]) -> Kind {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let Some(second) = lines.find(|line| !line.trim_ascii().is_empty()) else {
        // One line: the same either way, unless it is no JSON. The prefix may have cut it off.
        return match read(&Json, first) {
            Ok(()) => Kind::Ndjson,
            Err(error) if error.fault() == Fault::UnexpectedEnd => Kind::Ndjson,
            Err(_) => Kind::Text,
        };
    };
    match read(&Json, first) {
        Ok(()) => Kind::Ndjson,
        Err(error) if error.fault() == Fault::UnexpectedEnd => Kind::Json,
        // A broken line among good ones.
        Err(_) if second.trim_ascii_start().starts_with(b"{") && read(&Json, second).is_ok() => Kind::Ndjson,
        Err(_) => Kind::Text,
    }
}

/// Tells whether the input is surely CSV: a header of plain names and at least one row that fits it.
fn is_table(prefix: &[u8]) -> bool {
    let mut lines: Vec<&[u8]> =
        prefix.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    // What follows the last line end may be cut off.
    lines.pop();
    let mut lines = lines.into_iter().filter(|line| !line.is_empty()).take(ROWS_TO_SNIFF);
    let Some(header) = lines.next() else { return false };
    let delimiter = Delimiter::sniff(header);
    let Ok(format) = Csv::new(header, delimiter) else { return false };
    let named = format.columns().len() >= 2
        && format.columns().iter().all(|name| is_plain_name(name))
        && read(&CsvHeader::new(delimiter), header).is_ok();
    let mut rows = 0;
    named
        && lines.all(|line| {
            rows += 1;
            read(&format, line).is_ok()
        })
        && rows > 0
}

/// Tells whether a cell can only be the name of a column.
fn is_plain_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.len() <= 64
        && digits < 5
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(plain)
}

/// Reads a record for its faults alone.
fn read(format: &dyn Format, record: &[u8]) -> Result<(), FormatError> {
    format.read(record, &Limits::default(), &mut ReadScratch::default(), &mut Blind)
}

/// A visitor that looks at nothing.
struct Blind;

impl Visitor for Blind {
    fn enter(&mut self, _: Step<'_>, _: Option<Leaf<'_>>) -> Descend {
        Descend::Into
    }

    fn leaf(&mut self, _: Leaf<'_>, _: Node) {}

    fn whole(&mut self, _: Node) {}

    fn leave(&mut self) {}
}

/// As many rows as make a chance fit unlikely.
const ROWS_TO_SNIFF: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_tells_the_kind() {
        let of = Kind::of_file_name;
        assert_eq!(of("a/b.JSON"), Some(Kind::Json));
        assert_eq!(of("events.jsonl"), Some(Kind::Ndjson));
        assert_eq!(of("x.ndjson"), Some(Kind::Ndjson));
        assert_eq!(of("x.csv"), Some(Kind::Csv));
        assert_eq!(of("x.tsv"), Some(Kind::Tsv));
        assert_eq!(of("notes.md"), Some(Kind::Document));
        assert_eq!(of("notes.txt"), Some(Kind::Document));
        assert_eq!(of("app.log"), Some(Kind::Text));
        assert_eq!(of("-"), None);
        assert_eq!(of("data.bin"), None);
    }

    #[test]
    fn the_first_bytes_tell_the_kind() {
        let cases: &[(&str, Kind)] = &[
            ("", Kind::Text),
            ("mail bob@corp.com\n", Kind::Text),
            ("{\"a\":1}\n{\"a\":2}\n", Kind::Ndjson),
            ("\u{feff}\n{\"a\":1}\n", Kind::Ndjson),
            ("{\"a\": \"cut o", Kind::Ndjson),
            ("{\"a\":1,}\n{\"a\":2}\n", Kind::Ndjson),
            ("{\n  \"a\": 1\n}\n", Kind::Json),
            ("[1,\n2]", Kind::Json),
            ("[2026-01-01] started\n[2026-01-02] stopped\n", Kind::Text),
            ("{name} wrote\nto me\n", Kind::Text),
            ("12\n13\n", Kind::Text),
            ("id,email\n1,bob@corp.com\n", Kind::Csv),
            ("id;email\r\n1;bob@corp.com\r\n2;x", Kind::Csv),
            ("id,email\n", Kind::Text),
            ("id,email\n1,2,3\n", Kind::Text),
            ("bob@corp.com,5551234567\nann@corp.com,5551234568\n", Kind::Text),
            ("Hello, Bob\nHow are you, Sir\n", Kind::Text),
        ];
        for (prefix, kind) in cases {
            assert_eq!(Kind::sniff(prefix.as_bytes()), *kind, "{prefix}");
        }
    }

    #[test]
    fn the_content_refines_json_alone() {
        assert_eq!(Kind::detect("a.json", b"{}\n{}\n"), Kind::Ndjson);
        assert_eq!(Kind::detect("a.json", b"{\n}\n"), Kind::Json);
        assert_eq!(Kind::detect("a.json", b"hello"), Kind::Json);
        assert_eq!(Kind::detect("a.txt", b"{}\n{}\n"), Kind::Document);
        assert_eq!(Kind::detect("-", b"{}\n{}\n"), Kind::Ndjson);
    }

    #[test]
    fn names_are_told_apart() {
        for row in KINDS {
            assert_eq!(Kind::by_name(row.name), Some(row.kind));
            assert_eq!(row.kind.name(), row.name);
        }
        assert_eq!(Kind::by_name("xml"), None);
    }
}
