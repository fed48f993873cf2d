//! A hundred megabytes in one string, given to the real binary: an answer or a refusal, in memory that the record's
//! length bounds. `tests/detection/bad_input.rs` reads more kinds of text, without a process.

use crate::support::eventually;
use crate::support::process::Privet;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const MIB: usize = 1 << 20;
/// Bytes of the string.
const HUGE: usize = 100 * MIB;
const PATIENCE: Duration = Duration::from_secs(120);
/// What the program takes beside the record: recognizers, tagger, threads; measured at 30 MiB.
const OWN: usize = 64 * MIB;

/// The length of each line of a pipe, and its first bytes.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<(usize, Vec<u8>)> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let told = (line.len(), line[..line.len().min(200)].to_vec());
            if sender.send(told).is_err() {
                return;
            }
            line.clear();
        }
    });
    lines
}

/// The most memory that a process has had, in bytes.
fn peak(child: &Child) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
}

/// Gives one record with a string of so many bytes; tells how long the line is that comes, or the refusal, and the most
/// memory that it took.
fn given(piece: &[u8], options: &[&str]) -> (Result<usize, String>, usize) {
    let arguments = ["anonymize", "-q", "-t", "2", "-f", "ndjson"].into_iter().chain(options.iter().copied());
    let mut command = Privet::command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, said) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    let mut stdin = child.stdin.take().unwrap();
    let chunk = piece.repeat(MIB / piece.len());
    stdin.write_all(br#"{"a":""#).unwrap();
    let mut left = HUGE;
    while left > 0 {
        let part = chunk.get(..left.min(chunk.len())).unwrap();
        stdin.write_all(part).unwrap();
        left -= part.len();
    }
    stdin.write_all(b"\"}\n").unwrap();
    // It is asked while it lives: its input is still open.
    let answer = eventually("an answer or a refusal", PATIENCE, || {
        let refused = said.try_recv().ok().map(|(_, text)| Err(String::from_utf8_lossy(&text).into_owned()));
        refused.or_else(|| out.try_recv().ok().map(|(len, _)| Ok(len)))
    });
    let peak = peak(&child);
    drop(stdin);
    child.wait().unwrap();
    (answer, peak)
}

#[test]
fn a_string_longer_than_a_record_may_be_is_refused_and_not_kept() {
    for piece in [&b"7"[..], b"-", b"some words here ", b"kim@example.org ", b"\xff"] {
        let (answer, peak) = given(piece, &[]);
        let refusal = answer.unwrap_err();
        assert!(refusal.contains("record_too_large"), "{refusal}");
        assert!(peak < 2 * 16 * MIB + OWN, "{peak} bytes for {piece:?}");
    }
}

#[test]
fn a_string_that_a_setting_allows_is_read_in_memory_of_its_own_length() {
    for piece in [&b"7"[..], b"-", b"some words here "] {
        let (answer, peak) = given(piece, &["--record-max", "101MiB"]);
        assert_eq!(answer, Ok(HUGE + r#"{"a":""}"#.len() + 1), "{piece:?}");
        assert!(peak < 4 * HUGE + OWN, "{peak} bytes for {piece:?}");
    }
    let (answer, peak) = given(b"\xff", &["--record-max", "101MiB"]);
    assert!(answer.unwrap_err().contains("invalid_utf8"));
    assert!(peak < 4 * HUGE + OWN, "{peak} bytes");
}
