use super::{Csv, CsvHeader, Delimiter};
use crate::format::laws::{Empties, choices, edited};
use crate::format::recorder::Recorder;
use crate::format::{Edit, Fault, Format, Limits, NewValue};
use crate::model::Span;
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn csv(header: &str) -> Csv {
    Csv::new(header.as_bytes(), Delimiter::Comma).unwrap()
}

fn check(header: &str, row: &str, expected: Expect) {
    expected.assert_eq(&Recorder::read(&csv(header), row.as_bytes()).unwrap().listing());
}

fn fault(row: &[u8]) -> Option<(Fault, usize)> {
    Recorder::read(&csv("a,b"), row).err().map(|error| (error.fault(), error.offset()))
}

#[test]
fn cells_are_leaves_by_column() {
    check(
        "id,name,\"the \"\"note\"\"\",name",
        "1,\"Smith, \"\"Jo\"\",\",5\" pipe,",
        expect![[r#"
            id Text 1
            name Text Smith, "Jo",
            ["the \"note\""] Text 5" pipe
            name Text 
        "#]],
    );
}

#[test]
fn extents_cover_the_quotes_and_map_doubled_ones() {
    let recorder = Recorder::read(&csv("a,b"), br#""x""y",z"#).unwrap();
    let seen = &recorder.leaves[0];
    assert_eq!((seen.raw, seen.text.as_str()), (Span::new(0, 6), "x\"y"));
    assert_eq!(seen.map.to_outer(Span::new(1, 2)), Span::new(2, 4));
    assert_eq!(recorder.leaves[1].node.unwrap().member, Span::new(7, 8));
}

#[test]
fn headers_are_keys() {
    let header = CsvHeader::new(Delimiter::Semicolon);
    let recorder = Recorder::read(&header, b"id;\"e;mail\"").unwrap();
    expect![[r#"
        id Key id
        e;mail Key e;mail
    "#]]
    .assert_eq(&recorder.listing());
    let whole = Recorder::read_with(&header, b"id;\"e;mail\"", Some(2), &Limits::default()).unwrap();
    assert_eq!(whole.wholes[0].member, Span::new(3, 11));
}

#[test]
fn rows_that_nobody_can_read_for_sure_are_errors() {
    let cases: &[(&[u8], Fault, usize)] = &[
        (b"1", Fault::TooFewCells, 1),
        (b"", Fault::TooFewCells, 0),
        (b"1,2,3", Fault::TooManyCells, 4),
        (b"1,2,", Fault::TooManyCells, 4),
        (b"1,\"2", Fault::UnclosedQuote, 2),
        (b"1,\"", Fault::UnclosedQuote, 2),
        (b"1,\"2\"\"", Fault::UnclosedQuote, 2),
        (b"\"1\"x,2", Fault::TextAfterQuote, 3),
        (b"\"1\" ,2", Fault::TextAfterQuote, 3),
        (b"1,2\n3,4", Fault::TrailingGarbage, 4),
        (b"1,2\r\n", Fault::TrailingGarbage, 4),
        (b"\n1,2", Fault::TrailingGarbage, 0),
        (b"1,\xff", Fault::InvalidUtf8, 2),
        (b"\xef\xbb\xbf1,2", Fault::ByteOrderMark, 0),
    ];
    for &(row, expected, offset) in cases {
        assert_eq!(fault(row), Some((expected, offset)), "{}", String::from_utf8_lossy(row));
    }
    assert_eq!(fault(b","), None);
}

fn spliced(row: &str, edits: &[Edit<'_>]) -> String {
    let mut out = Vec::new();
    csv("a,b,c").splice(row.as_bytes(), edits, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_cell_is_quoted_where_its_new_text_needs_it() {
    let leaf = Span::new(2, 6);
    let with = |text| spliced("1,ab\"c,3", &[Edit::Text { leaf, at: Span::new(2, 4), text }]);
    assert_eq!(with("x"), "1,x\"c,3");
    assert_eq!(with("x,"), "1,\"x,\"\"c\",3");
    assert_eq!(with("\n"), "1,\"\n\"\"c\",3");
    assert_eq!(with(""), "1,\"\"\"c\",3");
    let leaf = Span::new(0, 4);
    assert_eq!(spliced("\"ab\",2", &[Edit::Text { leaf, at: Span::new(1, 2), text: "\"," }]), "\"\"\",b\",2");
}

#[test]
fn values_keep_the_quotes_of_their_cell() {
    let value = |row: &str, end, value| spliced(row, &[Edit::Value { at: Span::new(0, end), value }]);
    assert_eq!(value("\"a\",2", 3, NewValue::Text("x")), "\"x\",2");
    assert_eq!(value("\"a\",2", 3, NewValue::Null), ",2");
    assert_eq!(value("a,2", 1, NewValue::Text("x\"")), "\"x\"\"\",2");
    assert_eq!(value("a,2", 1, NewValue::Literal("1.5")), "1.5,2");
}

#[test]
fn a_removal_takes_one_delimiter_and_an_empty_row_stays_a_row() {
    let (a, b, c) = (Span::new(0, 1), Span::new(2, 5), Span::new(6, 7));
    let without = |members: &[Span]| {
        spliced("1,\"2\",3", &members.iter().map(|&member| Edit::Remove { member }).collect::<Vec<_>>())
    };
    assert_eq!(without(&[a]), "\"2\",3");
    assert_eq!(without(&[b]), "1,3");
    assert_eq!(without(&[c]), "1,\"2\"");
    assert_eq!(without(&[a, c]), "\"2\"");
    assert_eq!(without(&[b, c]), "1");
    assert_eq!(without(&[a, b, c]), "");
    assert_eq!(spliced("1,", &[Edit::Remove { member: Span::new(0, 1) }]), "\"\"");
    let mark = spliced("1,\u{feff}x\",y", &[Edit::Remove { member: Span::new(0, 1) }]);
    assert_eq!(mark, "\"\u{feff}x\"\"\",y", "a mark at the front would be taken for one");
    assert_eq!(spliced("1", &[Edit::Value { at: Span::new(0, 1), value: NewValue::Null }]), "\"\"");
}

#[test]
fn edits_that_do_not_fit_are_refused() {
    for edit in [
        Edit::Remove { member: Span::new(1, 2) },
        Edit::Remove { member: Span::new(0, 9) },
        Edit::Text { leaf: Span::new(2, 5), at: Span::new(2, 4), text: "x" },
        Edit::Value { at: Span::new(3, 9), value: NewValue::Null },
    ] {
        let error = csv("a,b").splice(b"1,\"2\"", &[edit], &mut Vec::new()).unwrap_err();
        assert_eq!(error.fault(), Fault::InvalidEdit, "{edit:?}");
    }
}

#[test]
fn the_delimiter_is_what_stands_most_often_outside_quotes() {
    assert_eq!(Delimiter::sniff(b"a,b"), Delimiter::Comma);
    assert_eq!(Delimiter::sniff(b"a;b,c;d"), Delimiter::Semicolon);
    assert_eq!(Delimiter::sniff(b"\"a,b,c\"\td"), Delimiter::Tab);
    assert_eq!(Delimiter::sniff(b"a|b"), Delimiter::Pipe);
    assert_eq!(Delimiter::sniff(b"email"), Delimiter::Comma);
}

/// Makes rows that csv-core and we read alike: as many cells as asked for, bare or quoted.
fn row(delimiter: Delimiter) -> impl Strategy<Value = (usize, String)> {
    let bare = "([a-zé5 <>@'.-][a-zé5 <>@'\".-]{0,5})?".prop_map(|text| text);
    let piece = prop::sample::select(&["a", "é", "\"\"", ",", ";", "|", "\t", "\n", "\r\n", "bob@corp.com"][..]);
    let quoted = prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    let cells = prop::collection::vec(prop_oneof![bare, quoted], 1..7);
    let glue = char::from(delimiter.byte()).to_string();
    cells.prop_map(move |cells| {
        let cells = if cells.len() == 1 && cells[0].is_empty() { vec!["x".to_owned()] } else { cells };
        (cells.len(), cells.join(&glue))
    })
}

/// Reads a row with csv-core alone.
fn judge(row: &[u8], delimiter: Delimiter) -> Vec<Vec<u8>> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build();
    let (mut output, mut ends) = (vec![0; row.len() + 1], vec![0; row.len() + 2]);
    let input = [row, b"\n"].concat();
    let (result, _, _, count) = reader.read_record(&input, &mut output, &mut ends);
    assert_eq!(result, csv_core::ReadRecordResult::Record);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).take(count).map(|(from, to)| output[from..to].to_vec()).collect()
}

fn numbered(count: usize, delimiter: Delimiter) -> Csv {
    let names: Vec<_> = (0..count).map(|column| format!("c{column}")).collect();
    Csv::new(names.join(&char::from(delimiter.byte()).to_string()).as_bytes(), delimiter).unwrap()
}

fn with_delimiter() -> impl Strategy<Value = (Delimiter, (usize, String))> {
    prop::sample::select(&Delimiter::ALL[..]).prop_flat_map(|delimiter| (Just(delimiter), row(delimiter)))
}

fn texts(recorder: &Recorder) -> Vec<Vec<u8>> {
    recorder.leaves.iter().map(|seen| seen.text.clone().into_bytes()).collect()
}

proptest! {
    #[test]
    fn the_laws_hold((delimiter, (count, row)) in with_delimiter(), choices in choices()) {
        let format = numbered(count, delimiter);
        prop_assert_eq!(texts(&Recorder::read(&format, row.as_bytes()).unwrap()), judge(row.as_bytes(), delimiter));
        let edited = edited(&format, row.as_bytes(), &choices, Empties::Text);
        let left = count - edited.removed.len();
        if left == 0 {
            prop_assert!(edited.out.is_empty());
        } else {
            let format = numbered(left, delimiter);
            edited.holds(&format);
            let read = texts(&Recorder::read(&format, &edited.out).unwrap());
            prop_assert_eq!(read, judge(&edited.out, delimiter));
        }
    }

    #[test]
    fn what_is_read_is_what_csv_core_reads(row in "[ab\",;\r\né]{1,12}") {
        for count in 1..=12 {
            if let Ok(recorder) = Recorder::read(&numbered(count, Delimiter::Comma), row.as_bytes()) {
                prop_assert_eq!(texts(&recorder), judge(row.as_bytes(), Delimiter::Comma));
            }
        }
    }
}
