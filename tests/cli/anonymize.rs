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
    let (note, high) = (b"the dean and hope were at the desk\n", "the <PERSON> and hope were at the desk\n");
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
