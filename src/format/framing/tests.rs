use super::{FrameKind, Framed, Framer};
use crate::format::recorder::Recorder;
use crate::format::{Csv, CsvHeader, Delimiter, Format, KINDS, Kind};
use crate::model::Span;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::fmt::Write;

/// What a framer gives, pieces of one record joined.
#[derive(Debug, Clone, PartialEq)]
struct Given {
    what: Option<FrameKind>,
    line: u64,
    body: Vec<u8>,
    whole: Vec<u8>,
}

/// Feeds an input in pieces of these lengths, and drops what was given, as a face does.
fn frames(mut framer: Framer, input: &[u8], pieces: &[usize]) -> Vec<Given> {
    let mut pieces = pieces.iter().copied().cycle();
    let (mut buffer, mut fed, mut from) = (Vec::new(), 0, 0);
    let mut given: Vec<Given> = Vec::new();
    let mut calls = 0;
    loop {
        calls += 1;
        assert!(calls < 20 * (input.len() + 5), "it goes on");
        let whole = match framer.next(&buffer, from, fed == input.len()) {
            Framed::Frame { body, whole, line, what } => {
                assert!(whole.contains(body));
                let bytes = |span: Span| span.of_bytes(&buffer).to_vec();
                given.push(Given { what: Some(what), line, body: bytes(body), whole: bytes(whole) });
                whole
            }
            Framed::TooLarge { whole, line } => {
                given.push(Given { what: None, line, body: Vec::new(), whole: whole.of_bytes(&buffer).to_vec() });
                whole
            }
            Framed::Skipped { whole } => {
                let last = given.last_mut().expect("something is too large");
                assert_eq!(last.what, None);
                last.whole.extend_from_slice(whole.of_bytes(&buffer));
                whole
            }
            Framed::Incomplete => {
                assert!(fed < input.len(), "the end is the end");
                buffer.drain(..from);
                from = 0;
                let piece = pieces.next().unwrap_or(1).clamp(1, input.len() - fed);
                buffer.extend_from_slice(&input[fed..fed + piece]);
                fed += piece;
                continue;
            }
            Framed::End => return given,
        };
        assert_eq!(whole.start, from);
        assert!(!whole.is_empty());
        from = whole.end;
    }
}

fn check(kind: Kind, record_max: usize, input: &str, expected: Expect) {
    let mut listing = String::new();
    for given in frames(Framer::new(kind, record_max), input.as_bytes(), &[input.len()]) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match given.what {
            Some(what) => {
                writeln!(listing, "{} {what:?} {:?} in {:?}", given.line, text(&given.body), text(&given.whole))
            }
            None => writeln!(listing, "{} too large {:?}", given.line, text(&given.whole)),
        }
        .unwrap();
    }
    expected.assert_eq(&listing);
}

#[test]
fn lines_keep_their_ends_to_themselves() {
    check(
        Kind::Ndjson,
        8,
        "\u{feff}{}\r\n\n \t\r\n123456789\n12345678\r\n[]",
        expect![[r#"
            1 Record "{}" in "\u{feff}{}\r\n"
            2 Blank "" in "\n"
            3 Blank " \t" in " \t\r\n"
            4 too large "123456789\n"
            5 Record "12345678" in "12345678\r\n"
            6 Record "[]" in "[]"
        "#]],
    );
    check(Kind::Text, 8, "", expect![[""]]);
    check(
        Kind::Text,
        8,
        "\u{feff}",
        expect![[r#"
        1 Blank "" in "\u{feff}"
    "#]],
    );
}

#[test]
fn rows_follow_the_quotes() {
    check(
        Kind::Csv,
        20,
        "\nid;\"na\nme\"\r\n1;\"a\r\n\"\"b\"\"\"\n\n2;5\" x\r3;this,is;\"too large\nby far\"\n4;\"open\n",
        expect![[r#"
            1 Blank "" in "\n"
            2 Header "id;\"na\nme\"" in "id;\"na\nme\"\r\n"
            4 Record "1;\"a\r\n\"\"b\"\"\"" in "1;\"a\r\n\"\"b\"\"\"\n"
            6 Blank "" in "\n"
            7 Record "2;5\" x" in "2;5\" x\r"
            8 too large "3;this,is;\"too large\nby far\"\n"
            10 Record "4;\"open\n" in "4;\"open\n"
        "#]],
    );
}

#[test]
fn without_its_header_no_row_is_given() {
    check(
        Kind::Csv,
        4,
        "id,email\n1,2\n3,4\n",
        expect![[r#"
        1 too large "id,email\n1,2\n3,4\n"
    "#]],
    );
}

#[test]
fn the_delimiter_is_known_once_the_header_is() {
    let input = b"a;b\n1;2\n";
    let mut framer = Framer::new(Kind::Csv, 100);
    assert_eq!(framer.delimiter(), None);
    framer.next(input, 0, true);
    assert_eq!(framer.delimiter(), Some(Delimiter::Semicolon));
    assert_eq!(Framer::new(Kind::Tsv, 100).delimiter(), Some(Delimiter::Tab));
    assert_eq!(Framer::with_delimiter(Delimiter::Pipe, 100).delimiter(), Some(Delimiter::Pipe));
}

#[test]
fn json_is_all_of_the_input() {
    check(
        Kind::Json,
        10,
        "\u{feff}{\n \"a\"\n}\n",
        expect![[r#"
        1 Record "{\n \"a\"\n}\n" in "\u{feff}{\n \"a\"\n}\n"
    "#]],
    );
    check(
        Kind::Json,
        10,
        " \n",
        expect![[r#"
        1 Blank " \n" in " \n"
    "#]],
    );
    check(
        Kind::Json,
        3,
        "[1]\n",
        expect![[r#"
        1 too large "[1]\n"
    "#]],
    );
}

#[test]
fn a_document_is_cut_at_blank_lines_only_where_it_must_be() {
    check(
        Kind::Document,
        20,
        "one\n\ntwo\n\nthree\n",
        expect![[r#"
        1 Record "one\n\ntwo\n\nthree\n" in "one\n\ntwo\n\nthree\n"
    "#]],
    );
    check(
        Kind::Document,
        12,
        "one\n\ntwo\n \r\nthree\n\nfar too large\nfor one\n\nfive\n",
        expect![[r#"
            1 Record "one\n\ntwo\n \r\n" in "one\n\ntwo\n \r\n"
            5 Record "three\n\n" in "three\n\n"
            7 too large "far too large\nfor one\n\n"
            10 Record "five\n" in "five\n"
        "#]],
    );
}

#[test]
fn a_line_that_is_too_large_is_not_held_in_memory() {
    let mut framer = Framer::new(Kind::Ndjson, 10);
    let piece = [b'x'; 64];
    assert_eq!(framer.next(&piece, 0, false), Framed::TooLarge { whole: Span::new(0, 64), line: 1 });
    for _ in 0..100 {
        assert_eq!(framer.next(&piece, 0, false), Framed::Skipped { whole: Span::new(0, 64) });
    }
    assert_eq!(framer.next(b"x\n1\n", 0, true), Framed::Skipped { whole: Span::new(0, 2) });
    let body = Span::new(2, 3);
    let frame = Framed::Frame { body, whole: Span::new(2, 4), line: 2, what: FrameKind::Record };
    assert_eq!(framer.next(b"x\n1\n", 2, true), frame);
}

const TOKENS: &[&[u8]] =
    &[b"a", b"bcd", b",", b";", b"\"", b"\"\"", b"\n", b"\n\n", b"\r\n", b"\r", b" ", b"{}", b"\xef\xbb\xbf", b"\xff"];

fn input() -> impl Strategy<Value = Vec<u8>> {
    let token = prop::sample::select(TOKENS);
    (any::<bool>(), prop::collection::vec(token, 0..40))
        .prop_map(|(mark, tokens)| [if mark { &b"\xef\xbb\xbf"[..] } else { b"" }, &tokens.concat()].concat())
}

proptest! {
    #[test]
    fn the_frames_are_the_input_however_it_is_cut(
        input in input(),
        pieces in prop::collection::vec(1usize..9, 1..5),
        record_max in 1usize..30,
    ) {
        for row in KINDS {
            let framer = || Framer::new(row.kind, record_max);
            let given = frames(framer(), &input, &pieces);
            let wholes: Vec<u8> = given.iter().flat_map(|given| given.whole.iter().copied()).collect();
            prop_assert_eq!(&wholes, &input, "{}", row.name);
            let at_once = frames(framer(), &input, &[input.len().max(1)]);
            prop_assert_eq!(&given, &at_once, "{}", row.name);
            for given in &given {
                prop_assert!(given.body.len() <= record_max);
            }
        }
    }

    #[test]
    fn what_is_framed_read_and_spliced_without_edits_is_the_input(input in input()) {
        for row in KINDS {
            let mut framer = Framer::new(row.kind, 1000);
            let mut format: Option<Box<dyn Format>> = None;
            let (mut out, mut from) = (Vec::new(), 0);
            while let Framed::Frame { body, whole, what, .. } = framer.next(&input, from, true) {
                let record = body.of_bytes(&input);
                let splice = |format: &dyn Format, out: &mut Vec<u8>| {
                    // What cannot be read is refused; here it is copied, so that the rest can be compared.
                    match Recorder::read(format, record) {
                        Ok(_) => format.splice(record, &[], out).unwrap(),
                        Err(_) => out.extend_from_slice(record),
                    }
                };
                out.extend_from_slice(&input[whole.start..body.start]);
                match (what, row.kind.format(), &format) {
                    (FrameKind::Header, _, _) => {
                        let delimiter = framer.delimiter().expect("known with the header");
                        splice(&CsvHeader::new(delimiter), &mut out);
                        format = Csv::new(record, delimiter).ok().map(|csv| Box::new(csv) as Box<dyn Format>);
                    }
                    (FrameKind::Record, Some(format), _) => splice(format, &mut out),
                    (FrameKind::Record, None, Some(format)) => splice(format.as_ref(), &mut out),
                    (FrameKind::Record, None, None) | (FrameKind::Blank, _, _) => out.extend_from_slice(record),
                }
                out.extend_from_slice(&input[body.end..whole.end]);
                from = whole.end;
            }
            prop_assert_eq!(&out, &input, "{}", row.name);
        }
    }

    #[test]
    fn rows_end_where_csv_core_ends_them(rows in "[ab\",;\r\né]{0,30}") {
        let input = format!("x,y\n{rows}").into_bytes();
        let ours: Vec<_> = Framer::new(Kind::Csv, 1000)
            .frames(&input)
            .filter_map(|framed| match framed {
                Framed::Frame { body, what: FrameKind::Header | FrameKind::Record, .. } => Some(fields(body.of_bytes(&input))),
                _ => None,
            })
            .flatten()
            .collect();
        prop_assert_eq!(ours, fields(&input));
    }
}

/// Reads the fields of all rows with csv-core.
fn fields(input: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = csv_core::Reader::new();
    let (mut output, mut ends) = (vec![0; input.len() + 1], vec![0; input.len() + 2]);
    let (mut rows, mut at, mut row, mut written) = (Vec::new(), 0, Vec::new(), 0);
    loop {
        let (result, read, out, count) =
            reader.read_record(&input[at..], &mut output[written..], &mut ends[row.len()..]);
        at += read;
        written += out;
        let fresh = ends[row.len()..row.len() + count].to_vec();
        row.extend(fresh);
        match result {
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::Record => {
                let starts = std::iter::once(0).chain(row.iter().copied());
                rows.push(starts.zip(row.iter().copied()).map(|(from, to)| output[from..to].to_vec()).collect());
                row = Vec::new();
                written = 0;
            }
            csv_core::ReadRecordResult::End => return rows,
            other => panic!("{other:?}"),
        }
    }
}
