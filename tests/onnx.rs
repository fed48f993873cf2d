//! A model of the user's own, made here: a table of scores by word piece, in ONNX's own bytes.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says so by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The pieces, each with the label that it speaks for.
const PIECES: [(&str, usize); 11] = [
    ("[PAD]", 0),
    ("[UNK]", 0),
    ("[CLS]", 0),
    ("[SEP]", 0),
    ("please", 0),
    ("call", 0),
    ("ada", 1),
    ("love", 2),
    ("##lace", 2),
    ("in", 0),
    ("lisbon", 3),
];
const LABELS: usize = 4;
const CONFIG: &str = r#"{"id2label": {"0": "O", "1": "B-PER", "2": "I-PER", "3": "B-LOC"}}"#;

/// Protobuf: a number.
fn number(field: u8, value: u8) -> Vec<u8> {
    vec![field << 3, value]
}

/// Protobuf: bytes, a text or a message.
fn bytes(field: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![field << 3 | 2];
    let mut len = body.len();
    while len >= 0x80 {
        out.push(u8::try_from(len & 0x7F).unwrap() | 0x80);
        len >>= 7;
    }
    out.push(u8::try_from(len).unwrap());
    out.extend(body);
    out
}

/// A tensor's name, element type (1 is f32, 7 is i64) and shape, as an input or output has it.
fn value(name: &str, element: u8, shape: &[&str]) -> Vec<u8> {
    let dimensions: Vec<u8> = shape.iter().flat_map(|name| bytes(1, &bytes(2, name.as_bytes()))).collect();
    let tensor = [number(1, element), bytes(2, &dimensions)].concat();
    [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
}

/// A model that looks each piece's scores up in a table: ONNX's `Gather`.
fn model(input: &str, labels: usize) -> Vec<u8> {
    let score = |label: usize, at: usize| if label == at { 6.0_f32 } else { 0.0 };
    let table: Vec<u8> =
        PIECES.iter().flat_map(|(_, label)| (0..labels).flat_map(|at| score(*label, at).to_le_bytes())).collect();
    let [rows, columns] = [PIECES.len(), labels].map(|len| u8::try_from(len).unwrap());
    let table = [number(1, rows), number(1, columns), number(2, 1), bytes(8, b"table"), bytes(9, &table)].concat();
    let node = [bytes(1, b"table"), bytes(1, input.as_bytes()), bytes(2, b"logits"), bytes(4, b"Gather")].concat();
    let graph = [
        bytes(1, &node),
        bytes(2, b"tiny"),
        bytes(5, &table),
        bytes(11, &value(input, 7, &["batch", "length"])),
        bytes(12, &value("logits", 1, &["batch", "length", "labels"])),
    ];
    [number(1, 8), bytes(7, &graph.concat()), bytes(8, &number(2, 13))].concat()
}

fn write(folder: &Path, model: &[u8], config: &str) -> String {
    let pieces: String = PIECES.iter().map(|(piece, _)| format!("{piece}\n")).collect();
    std::fs::write(folder.join("vocab.txt"), pieces).unwrap();
    std::fs::write(folder.join("config.json"), config).unwrap();
    std::fs::write(folder.join("tokenizer_config.json"), r#"{"do_lower_case": true}"#).unwrap();
    let path = folder.join("model.onnx");
    std::fs::write(&path, model).unwrap();
    path.to_str().unwrap().to_owned()
}

fn privet(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_privet"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_model_of_ones_own_finds_instead_of_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), &model("input_ids", LABELS), CONFIG);
    // The built-in tagger would find Katherine.
    let input = "Please call Ada Lovelace in Lisbon, not Katherine.\n";
    let output = privet(&["anonymize", "--quiet", "--tagger", &path], input);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(text(&output.stdout), "Please call <PERSON> in <LOCATION>, not Katherine.\n");
    // Rules of form go over what it found: it knows no addresses.
    let home = "Please call Ada Lovelace at 12 High Street, Leeds LS1 4DY.\n";
    let output = privet(&["anonymize", "--quiet", "--tagger", &path], home);
    assert_eq!(text(&output.stdout), "Please call <PERSON> at <STREET_ADDRESS>.\n");
    // Texts longer than what the model reads at once.
    let output = privet(&["anonymize", "--quiet", "--tagger", &path], &input.trim().repeat(100));
    assert_eq!(text(&output.stdout), "Please call <PERSON> in <LOCATION>, not Katherine.".repeat(100));
    let output = privet(&["analyze", "--explain", "--tagger", &path], input);
    assert!(text(&output.stdout).contains("found by the tagger; the score is its probability"));
}

#[test]
fn what_is_wrong_with_a_model_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |model: &[u8], config: &str, expected: &str| {
        let path = write(folder.path(), model, config);
        let output = privet(&["anonymize", "--quiet", "--tagger", &path], "call Ada\n");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""));
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    };
    refused(b"no model", CONFIG, "model.onnx: ");
    refused(
        &model("tokens", LABELS),
        CONFIG,
        "the input \"tokens\" is not input_ids, attention_mask or token_type_ids",
    );
    refused(&model("input_ids", LABELS + 1), CONFIG, "its output has the shape [1, 128, 5]");
    refused(&model("input_ids", LABELS), r#"{"id2label": {"0": "B-PER"}}"#, "`id2label` names every label from 0 on");
    let output = privet(&["anonymize", "--quiet", "--tagger", "nowhere/model.onnx"], "call Ada\n");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
}
