//! `privet anonymize` on files: folders, packed files, and files that cannot be read.

use super::command::{privet, spawn, stderr, stdout};
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const TEXT: &str = "mail bob@corp.com\nplain\n";
const CLEAN: &str = "mail <EMAIL_ADDRESS>\nplain\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    zstd::stream::encode_all(text.as_bytes(), 1).unwrap()
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn packed_files_are_read_and_written_under_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let members = [gzip("mail bob@corp.com\n"), gzip("plain\n")].concat();
    let inputs = [
        write(folder.path(), "a.log", TEXT),
        write(folder.path(), "b.log.gz", members),
        write(folder.path(), "c.log.zst", zstd(TEXT)),
    ];
    let output = privet(&["anonymize", "--quiet", &inputs[0], &inputs[1], &inputs[2]]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), CLEAN.repeat(3).as_str()), "{}", stderr(&output));
    let out = folder.path().join("out");
    let arguments = ["anonymize", "--quiet", "--output", out.to_str().unwrap(), &inputs[0], &inputs[1], &inputs[2]];
    let output = privet(&arguments);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), ""), "{}", stderr(&output));
    assert_eq!(names(&out), ["a.log", "b.log.gz", "c.log.zst"]);
    assert_eq!(std::fs::read_to_string(out.join("a.log")).unwrap(), CLEAN);
    let mut text = String::new();
    flate2::read::GzDecoder::new(&std::fs::read(out.join("b.log.gz")).unwrap()[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, CLEAN);
    assert_eq!(zstd::stream::decode_all(&std::fs::read(out.join("c.log.zst")).unwrap()[..]).unwrap(), CLEAN.as_bytes());
    assert_eq!(std::fs::read_to_string(&inputs[0]).unwrap(), TEXT, "the input is as it was");
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others_and_leaves_no_output() {
    let folder = tempfile::tempdir().unwrap();
    let packed = gzip(&TEXT.repeat(1_000));
    let cut = write(folder.path(), "cut.log.gz", &packed[..packed.len() - 5]);
    let fake = write(folder.path(), "fake.log.gz", TEXT);
    let good = write(folder.path(), "good.log", TEXT);
    let gone = folder.path().join("gone.log").to_str().unwrap().to_owned();
    let out = folder.path().join("out");
    let output = privet(&[
        "anonymize",
        "--output",
        out.to_str().unwrap(),
        &cut,
        &gone,
        &fake,
        folder.path().to_str().unwrap(),
        &good,
    ]);
    assert_eq!(output.status.code(), Some(3));
    for path in [&cut, &gone, &fake] {
        assert!(stderr(&output).contains(&format!("privet: {path}: ")), "{path} in {}", stderr(&output));
    }
    assert!(stderr(&output).contains("files    1 done, 4 not"), "{}", stderr(&output));
    assert_eq!(names(&out), ["good.log"]);
    assert_eq!(std::fs::read_to_string(out.join("good.log")).unwrap(), CLEAN);
}

#[test]
fn nothing_is_written_over_an_input_or_twice_under_one_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let input = write(folder.path(), "a.log", TEXT);
    let other = write(&folder.path().join("sub"), "a.log", "other\n");
    let here = folder.path().to_str().unwrap();
    let output = privet(&["anonymize", "--output", here, &input]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("over its input"), "{}", stderr(&output));
    let out = folder.path().join("out");
    let output = privet(&["anonymize", "--output", out.to_str().unwrap(), &input, &other]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("would both be written"), "{}", stderr(&output));
    let output = privet(&["anonymize", "--output", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "standard input has no name");
    assert!(!out.exists());
    assert_eq!(std::fs::read_to_string(&input).unwrap(), TEXT);
}

#[test]
fn a_refused_record_does_not_hold_back_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "a.jsonl", "{\"a\":1}\n{\n{\"a\":\"bob@corp.com\"}\n");
    let out = folder.path().join("out");
    let output = privet(&["anonymize", "--output", out.to_str().unwrap(), &input]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(std::fs::read_to_string(out.join("a.jsonl")).unwrap(), "{\"a\":1}\n{\"a\":\"<EMAIL_ADDRESS>\"}\n");
}

#[test]
fn a_refused_header_holds_back_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "a.csv", b"id,na\xffme\n1,bob@corp.com\n");
    let good = write(folder.path(), "b.csv", "id\n1\n");
    let output = privet(&["anonymize", &input, &good]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(4), "id\n1\n"), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{input}:1: refused: invalid_utf8")), "{}", stderr(&output));
    assert!(stderr(&output).contains("no row of this file is passed on"), "{}", stderr(&output));
}

#[test]
fn a_record_that_is_too_large_is_refused_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let input = write(folder.path(), "a.log", format!("short\n{}bob@corp.com\nlast\n", "x".repeat(700_000)));
    let output = privet(&["anonymize", "--record-max", "4KiB", &input]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(4), "short\nlast\n"), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{input}:2: refused: record_too_large")), "{}", stderr(&output));
    assert_eq!(stderr(&output).matches("refused:").count(), 1, "{}", stderr(&output));
    for size in ["4", "0B", "4 parsecs", "2GiB"] {
        assert_eq!(privet(&["anonymize", "--record-max", size, &input]).status.code(), Some(2), "{size}");
    }
}

#[test]
fn a_signal_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("a.log"), folder.path().join("out"));
    assert!(Command::new("mkfifo").arg(&input).status().unwrap().success());
    let arguments = ["anonymize", "--output", out.to_str().unwrap(), input.to_str().unwrap()];
    let mut child = spawn(&arguments);
    let mut pipe = std::fs::OpenOptions::new().write(true).open(&input).unwrap();
    pipe.write_all(TEXT.as_bytes()).unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while !out.exists() || names(&out).is_empty() {
        assert!(Instant::now() < end, "the output is begun");
        std::thread::yield_now();
    }
    assert!(names(&out)[0].ends_with(".partial"), "{:?}", names(&out));
    assert!(Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
    assert_eq!(names(&out), Vec::<String>::new());
}
