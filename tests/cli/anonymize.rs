//! `privet anonymize`: formats, streams, what is refused, and how it ends.

use super::command::{privet, privet_with, spawn, stderr, stdout};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::time::Duration;

/// A value that must never show where it was found.
const MAIL: &str = "bob@corp.com";

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn one_echo_works_without_any_configuration() {
    let output = privet_with(&["anonymize"], b"mail bob@corp.com\n");
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "mail <EMAIL_ADDRESS>\n"), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("1 record in "), "{}", stderr(&output));
    assert!(stderr(&output).contains("changed  1 EMAIL_ADDRESS"), "{}", stderr(&output));
    assert!(!stderr(&output).contains(MAIL));
}

#[test]
fn the_command_line_says_how_the_tagger_is_used_where_the_policy_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (note, changed) = ("call Katherine Johnson in Lisbon\n", "call <PERSON> in <LOCATION>\n");
    let policy = "privet: v1\nproduct: a/b\ndefaults:\n  - {entity: PERSON, op: {replace: {value: <PERSON>}}}\n  - {entity: LOCATION, op: {replace: {value: <LOCATION>}}}\n";
    let silent = write(folder.path(), "silent.yaml", policy);
    let off = write(folder.path(), "off.yaml", format!("{policy}tagger: off\n"));
    for (arguments, expected) in [
        (&["--tagger", "off"][..], note),
        (&["--policy", &silent], changed),
        (&["--policy", &silent, "--tagger", "off"], note),
        (&["--policy", &off], note),
        (&["--policy", &off, "--tagger", "high"], note),
    ] {
        let output = privet_with(&[&["anonymize", "--quiet"], arguments].concat(), note.as_bytes());
        assert_eq!((output.status.code(), stdout(&output)), (Some(0), expected), "{arguments:?} {}", stderr(&output));
    }
    // What is found at `high` alone.
    let (note, high) = (b"the keys are with robin now\n", "the keys are with <PERSON> now\n");
    for (sensitivity, expected) in [("balanced", str::from_utf8(note).unwrap()), ("high", high)] {
        let output = privet_with(&["anonymize", "--quiet", "--tagger", sensitivity], note);
        assert_eq!(stdout(&output), expected, "{sensitivity} {}", stderr(&output));
    }
    let output = privet_with(&["anonymize", "--tagger", "loud"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the tagger is off, balanced or high"), "{}", stderr(&output));
}

#[test]
fn nothing_in_nothing_out() {
    let output = privet_with(&["anonymize", "--quiet"], b"");
    assert_eq!((output.status.code(), stdout(&output), stderr(&output)), (Some(0), "", ""));
}

#[test]
fn each_format_is_told_by_name_and_keeps_every_other_byte() {
    let folder = tempfile::tempdir().unwrap();
    for (name, before, after) in [
        (
            "a.jsonl",
            "\u{feff}{\"m\" : \"bob@corp.com\",\"n\":3399.990000000000000000}\r\n\r\n[1.0, \"x\"]",
            "\u{feff}{\"m\" : \"<EMAIL_ADDRESS>\",\"n\":3399.990000000000000000}\r\n\r\n[1.0, \"x\"]",
        ),
        ("b.json", "{\n  \"m\": \"bob@corp.com\"\n}\n", "{\n  \"m\": \"<EMAIL_ADDRESS>\"\n}\n"),
        (
            "c.csv",
            "id,\"mail\"\r\n1,\"bob@corp.com\"\r\n2,ann@corp.com\r\n",
            "id,\"mail\"\r\n1,\"<EMAIL_ADDRESS>\"\r\n2,<EMAIL_ADDRESS>\r\n",
        ),
        ("d.log", "mail bob@corp.com\n\n  plain\r\nlast", "mail <EMAIL_ADDRESS>\n\n  plain\r\nlast"),
        ("e.md", "# To\n\nmail bob@corp.com\n", "# To\n\nmail <EMAIL_ADDRESS>\n"),
    ] {
        let path = write(folder.path(), name, before);
        let output = privet(&["anonymize", "--quiet", &path]);
        assert_eq!((output.status.code(), stdout(&output)), (Some(0), after), "{name}: {}", stderr(&output));
    }
}

#[test]
fn a_format_that_is_given_beats_the_name_and_an_unknown_one_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.txt", "{\"bob@corp.com\": 1}\nnot json\n");
    let output = privet(&["anonymize", "--quiet", "--format", "ndjson", &path]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    let output = privet(&["anonymize", "--format", "xml", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("ndjson"), "{}", stderr(&output));
}

#[test]
fn content_tells_what_no_name_tells() {
    let output = privet_with(&["anonymize", "--quiet"], b"{\"m\":\"bob@corp.com\"}\n{\"m\":\"b\\u006fb@corp.com\"}\n");
    assert_eq!(stdout(&output), "{\"m\":\"<EMAIL_ADDRESS>\"}\n{\"m\":\"<EMAIL_ADDRESS>\"}\n");
    // A first line with a comma is no header unless somebody says so: a header is not looked into for changes.
    let output = privet_with(&["anonymize", "--quiet"], b"Bob, bob@corp.com\nAnn, ann@corp.com\n");
    assert!(!stdout(&output).contains("@corp.com"), "{}", stdout(&output));
}

#[test]
fn refused_records_are_told_by_place_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let lines = format!("{{\"m\":\"{MAIL}\"}}\n\n{{\"secret-77\":\n{{\"m\":2}}\n\"\\ud800secret-78\"\n{{\"m\":3}}");
    let path = write(folder.path(), "events.jsonl", lines);
    let output = privet(&["anonymize", &path]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(stdout(&output), "{\"m\":\"<EMAIL_ADDRESS>\"}\n\n{\"m\":2}\n{\"m\":3}");
    let told = stderr(&output);
    for place in [format!("{path}:3: refused: unexpected_end"), format!("{path}:5: refused: lone_surrogate")] {
        assert!(told.contains(&place), "{place} in {told}");
    }
    assert!(told.contains("refused  1 lone_surrogate, 1 unexpected_end"), "{told}");
    assert!(!told.contains("secret-7") && !told.contains(MAIL), "{told}");
}

#[test]
fn a_summary_can_be_read_by_a_program_or_left_out() {
    let input = format!("{{\"a\":\"{MAIL}\",\"at\":\"2026-11-01T10:00:00Z\"}}\nno\n");
    let output = privet_with(&["anonymize", "--format", "ndjson", "--summary", "json"], input.as_bytes());
    assert_eq!(output.status.code(), Some(4));
    let line = stderr(&output).lines().last().unwrap();
    let summary: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(summary["records"], 2);
    assert_eq!(summary["forwarded"], 1);
    assert_eq!(summary["refused"]["invalid_json"], 1);
    assert_eq!(summary["entities"]["EMAIL_ADDRESS"]["changed"], 1);
    assert_eq!(summary["entities"]["DATE_TIME"]["left"], 1);
    assert_eq!(summary["files"]["done"], 1);
    assert_eq!(summary["bytes_in"], input.len() - 2);
    let output = privet_with(&["anonymize", "--quiet"], b"x\n");
    assert_eq!(stderr(&output), "");
}

#[test]
fn what_is_left_by_default_is_told_with_the_line_that_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = write(folder.path(), "a.jsonl", "{\"at\":\"2026-11-01T10:00:00Z\"}\n");
    let output = privet(&["anonymize", &data]);
    let told = stderr(&output);
    assert!(told.contains("left     1 DATE_TIME"), "{told}");
    let line = told.lines().find_map(|line| line.split_once("write in a policy:  ")).unwrap().1;
    let policy = write(folder.path(), "p.yaml", format!("privet: v1\nproduct: a/b\n{line}\n"));
    let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "{\"at\":\"<DATE_TIME>\"}\n"), "{}", stderr(&output));
}

#[test]
fn the_same_bytes_on_any_number_of_threads_however_the_input_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    for number in 0..12_000 {
        input +=
            &format!("{{\"id\":{number},\"m\":\"u{number}@corp.com\",\"t\":\"{}\"}}\n", "word ".repeat(number % 40));
    }
    let path = write(folder.path(), "a.jsonl", &input);
    let one = privet(&["anonymize", "--quiet", "--threads", "1", &path]).stdout;
    assert!(one.len() > 1_000_000 && !one.windows(9).any(|bytes| bytes == b"@corp.com"));
    assert_eq!(one.iter().filter(|byte| **byte == b'\n').count(), 12_000);
    for threads in ["2", "5"] {
        assert!(privet(&["anonymize", "--quiet", "--threads", threads, &path]).stdout == one, "{threads} threads");
    }
    let backwards: Vec<&str> = input.lines().rev().collect();
    let path = write(folder.path(), "b.jsonl", backwards.join("\n"));
    let output = privet(&["anonymize", "--quiet", &path]);
    let forwards: Vec<&str> = stdout(&output).lines().rev().collect();
    assert!(forwards == std::str::from_utf8(&one).unwrap().lines().collect::<Vec<_>>(), "in another order");
    let mut child = spawn(&["anonymize", "--quiet", "--threads", "3"]);
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        for piece in input.as_bytes().chunks(7_919) {
            stdin.write_all(piece).unwrap();
        }
    });
    let piped = child.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    assert!(piped == one, "in pieces through a pipe");
    let output = privet(&["anonymize", "--threads", "0"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_line_from_a_pipe_is_answered_at_once() {
    let mut child = spawn(&["anonymize", "--quiet"]);
    let mut stdin = child.stdin.take().unwrap();
    let (sender, lines) = std::sync::mpsc::channel();
    let stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    for number in 0..3 {
        stdin.write_all(format!("line {number} {MAIL}\n").as_bytes()).unwrap();
        let line = lines.recv_timeout(Duration::from_secs(30)).expect("the line, while the input is still open");
        assert_eq!(line, format!("line {number} <EMAIL_ADDRESS>"));
    }
    drop(stdin);
    reader.join().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_who_has_seen_enough_is_no_mistake() {
    let mut child = spawn(&["anonymize"]);
    let mut stdin = child.stdin.take().unwrap();
    // The writer ends when the command does.
    let writer = std::thread::spawn(move || while stdin.write_all(b"a line of text\n").is_ok() {});
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), line.as_str(), told.as_str()), (Some(0), "a line of text\n", ""));
    writer.join().unwrap();
}

#[test]
fn a_policy_decides_and_its_errors_stop_everything_before_the_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let data = write(folder.path(), "a.jsonl", format!("{{\"id\":7,\"m\":\"{MAIL}\"}}\n"));
    let policy =
        write(folder.path(), "good.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: redact\n  id: drop_field\n");
    let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), "{\"m\":\"\"}\n"), "{}", stderr(&output));
    // Each kind of value, in each format that has fields, and what stays as nothing.
    let rows = "{\"m\":\"\\u0062\"}\n{\"m\":17}\n{\"m\":true}\n{\"m\":{\"a\":\"b\"}}\n{\"m\":[\"b\"]}\n{\"m\":null}\n{\"m\":\"\"}\n";
    for (operator, want) in [
        ("redact", ["\"\"", "null", "null", "{}", "[]", "null", "\"\""]),
        ("{replace: {value: x}}", ["\"x\"", "\"x\"", "\"x\"", "\"x\"", "\"x\"", "null", "\"\""]),
    ] {
        let policy = write(folder.path(), "one.yaml", format!("privet: v1\nproduct: a/b\nfields:\n  m: {operator}\n"));
        let data = write(folder.path(), "m.jsonl", rows);
        let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
        let want: String = want.iter().map(|value| format!("{{\"m\":{value}}}\n")).collect();
        assert_eq!(
            (output.status.code(), stdout(&output)),
            (Some(0), want.as_str()),
            "{operator}: {}",
            stderr(&output)
        );
        let data = write(folder.path(), "m.csv", "id,m\n1,bob\n2,\"b,c\"\n");
        let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
        assert!(stdout(&output).starts_with("id,m\n1,") && !stdout(&output).contains('b'), "{}", stdout(&output));
    }
    let policy = write(folder.path(), "bad.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: maks\n  n: rdact\n");
    let output = privet(&["anonymize", "--policy", &policy, &data]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    for told in ["bad.yaml:4:6: error", "`mask`", "bad.yaml:5:6: error", "`redact`"] {
        assert!(stderr(&output).contains(told), "{told} in {}", stderr(&output));
    }
    let output = privet(&["anonymize", "--policy", "/no/such/policy.yaml", &data]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(3), ""));
}

#[test]
fn the_only_product_of_a_configuration_decides() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "one.yaml", "privet: v1\nproduct: a/one\nfields: {id: {replace: {value: one}}}\n");
    write(folder.path(), "two.yaml", "privet: v1\nproduct: a/two\nfields: {id: {replace: {value: two}}}\n");
    let config = write(folder.path(), "privet.yaml", "products: [{policy: one.yaml}]\n");
    let two = write(folder.path(), "both.yaml", "products: [{policy: one.yaml}, {policy: two.yaml}]\n");
    let run = |config: &str, more: &[&str]| {
        let arguments = [&["anonymize", "-q", "-f", "ndjson", "-c", config], more].concat();
        privet_with(&arguments, b"{\"id\":\"x\"}\n")
    };
    assert_eq!(stdout(&run(&config, &[])), "{\"id\":\"one\"}\n");
    let output = run(&two, &[]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "nobody guesses which");
    assert!(stderr(&output).contains("several products"), "{}", stderr(&output));
    assert!(stderr(&output).contains("decides: one of "), "{}", stderr(&output));
    let policy = folder.path().join("two.yaml").to_str().unwrap().to_owned();
    assert_eq!(stdout(&run(&two, &["-p", &policy])), "{\"id\":\"two\"}\n");
}

#[test]
fn an_older_ring_is_refused_where_a_directory_keeps_what_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let keys = |arguments: &[&str]| {
        let output = privet_with(&[&["keys"], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    };
    keys(&["new", "customer", "--ring", &at("c.json")]);
    let policy =
        "privet: v1\nproduct: a/b\nfields: {m: {hash: {ring: customer}}}\nrings: {customer: {from: 'file:c.json'}}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    std::fs::create_dir(at("seen")).unwrap();
    let run = || {
        privet_with(&["anonymize", "-q", "-f", "ndjson", "-p", &policy, "--state-dir", &at("seen")], b"{\"m\":\"x\"}\n")
    };
    let old = std::fs::read(at("c.json")).unwrap();
    assert_eq!(run().status.code(), Some(0), "{}", stderr(&run()));
    keys(&["rotate", &at("c.json")]);
    assert_eq!(run().status.code(), Some(0), "{}", stderr(&run()));
    std::fs::write(at("c.json"), old).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("version 1"), "{}", stderr(&output));
}

/// A value has one stand-in, whatever format it comes in; and what can be turned back comes back from a cell.
#[test]
fn operators_with_keys_write_the_same_into_cells_as_into_records() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let output = privet_with(&["keys", "new", "customer", "--ring", &at("c.json")], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let policy = "privet: v1\nproduct: a/b\nrings: {customer: {from: 'file:c.json'}}\nfields:\n  id: keep\n  \
                  hashed: {hash: {ring: customer}}\n  mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}\n  \
                  account: {fpe: {ring: customer}}\n  moved: {date_shift: {ring: customer, subject_field: id}}\n  \
                  made: {fake: {ring: customer, values: [Kim, Robin, Sascha]}}\n  note: {encrypt: {ring: customer}}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let names = ["id", "hashed", "mail", "account", "moved", "made", "note"];
    let values = ["c-1", "Ada, \"the\" Countess", "Ada@Corp.example", "1234-567890", "2020-02-03", "Ada", "born, 1815"];
    let run = |format: &str, input: &str| {
        let output = privet_with(&["anonymize", "-q", "-f", format, "-p", &policy], input.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stderr(&output));
        stdout(&output).to_owned()
    };
    let record: serde_json::Map<String, serde_json::Value> =
        names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value.into())).collect();
    let json: serde_json::Value =
        serde_json::from_str(&run("ndjson", &format!("{}\n", serde_json::json!(record)))).unwrap();
    for (format, delimiter) in [("csv", ","), ("tsv", "\t")] {
        let cell = |value: &&str| format!("\"{}\"", value.replace('"', "\"\""));
        let row = values.iter().map(cell).collect::<Vec<_>>().join(delimiter);
        let out = run(format, &format!("{}\n{row}\n", names.join(delimiter)));
        let (header, row) = out.split_once('\n').unwrap();
        assert_eq!(header, names.join(delimiter));
        let cells: Vec<&str> = row.trim_end().split(delimiter).map(|cell| cell.trim_matches('"')).collect();
        assert_eq!(cells.len(), names.len(), "{row}");
        for ((name, cell), before) in names.iter().zip(&cells).zip(values).take(6) {
            assert_eq!(json[*name], **cell, "{format} {name}");
            assert!(*name == "id" || *cell != before, "{format} {name}");
        }
        assert!(cells[6].starts_with("enc_") && !out.contains("1815"), "{out}");
        // What another run reads is known as its own.
        assert_eq!(
            run(format, &format!("mail{delimiter}note\n{}{delimiter}{}\n", cells[2], cells[6])).lines().nth(1).unwrap(),
            format!("{}{delimiter}{}", cells[2], cells[6])
        );
    }
}

/// A text that would be longer than readers are told it may be goes nowhere; nor does what stood there.
#[test]
fn what_does_not_fit_the_schema_is_refused_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |max: usize| {
        let text = format!(
            "privet: v1\nproduct: a/b\nschema: {{json: {{type: object, properties: {{note: {{type: string, maxLength: {max}}}}}}}}}\n"
        );
        write(folder.path(), "p.yaml", text)
    };
    let mail = "write to b@corp.com";
    for (format, input) in [
        ("ndjson", format!("{{\"id\":1,\"note\":\"{mail}\"}}\n{{\"id\":2,\"note\":\"call later\"}}\n")),
        ("csv", format!("id,note\n1,{mail}\n2,call later\n")),
    ] {
        for (max, fits) in [(20, false), (24, true)] {
            let output = privet_with(&["anonymize", "-f", format, "-p", &policy(max)], input.as_bytes());
            let (out, said) = (stdout(&output), stderr(&output));
            assert_eq!(output.status.code(), Some(if fits { 0 } else { 4 }), "{format}: {said}");
            assert!(out.contains("call later") && !out.contains("corp"), "{format}: {out}");
            assert_eq!(out.contains("<EMAIL_ADDRESS>"), fits, "{format}: {out}");
            assert_eq!(said.contains("schema_misfit"), !fits, "{format}: {said}");
            assert!(!said.contains("corp"), "{said}");
            assert!(said.contains("warning: no entry of its own for `note`"), "{said}");
        }
    }
    // Of lines and documents a schema says nothing.
    let output = privet_with(&["anonymize", "-q", "-f", "text", "-p", &policy(3)], mail.as_bytes());
    assert_eq!(stdout(&output), "write to <EMAIL_ADDRESS>", "{}", stderr(&output));
}

/// The header names the columns, and is no record: what takes every row leaves it.
#[test]
fn what_takes_a_column_takes_its_rows_and_not_the_header() {
    let folder = tempfile::tempdir().unwrap();
    let policy = |entries: &str| write(folder.path(), "p.yaml", format!("privet: v1\nproduct: a/b\n{entries}"));
    let run = |policy: &str, input: &str| privet_with(&["anonymize", "-f", "csv", "-p", policy], input.as_bytes());
    let out = run(&policy("fields: {m: drop_record}\n"), "id,m\n1,x\n2,\n");
    assert_eq!((out.status.code(), stdout(&out)), (Some(0), "id,m\n"), "{}", stderr(&out));
    assert!(stderr(&out).contains("dropped  2"), "{}", stderr(&out));
    let out = run(&policy("fields: {m: quarantine}\n"), "id,m\n1,x\n");
    assert_eq!((out.status.code(), stdout(&out)), (Some(4), "id,m\n"), "{}", stderr(&out));
    assert!(stderr(&out).contains("-:2: refused: quarantined"), "{}", stderr(&out));
    // What is found in a name is in every row's name.
    let found = policy("defaults: [{entity: EMAIL_ADDRESS, op: drop_record}]\n");
    let out = run(&found, "id,ada@corp.example\n1,x\n");
    assert_eq!((out.status.code(), stdout(&out)), (Some(4), ""), "{}", stderr(&out));
    assert!(stderr(&out).contains("drops the header for what is found in the name of a column"), "{}", stderr(&out));
    let typed = policy("schema: {csv: {properties: {m: {type: string}}}}\nfields: {m: drop_record}\n");
    let said = privet(&["check", &typed]);
    assert!(stderr(&said).contains("`drop_record` of the column `m` takes every row"), "{}", stderr(&said));
}
