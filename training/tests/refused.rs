//! What the trainer refuses, and what it says then.

use std::process::Command;

/// Runs the trainer and gives what it says; asserts that it fails.
fn refused(arguments: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_privet-training")).args(arguments).output().expect("it runs");
    assert!(!out.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn an_option_that_is_none_is_refused() {
    for (arguments, says) in [
        (&["corpora", "--set", "dorp=120"][..], "knows no `dorp`"),
        (&["corpora", "--set", "drop"], "NAME=VALUE"),
        (&["corpora", "--set", "drop=much"], "a number"),
        (&["corpora", "--without", "gun"], "gum"),
        (&["corpora", "--measured"], "unknown option --measured"),
        (&["corpora", "--measure"], "--measure MODEL"),
        (&["corpora", "--speed"], "--speed FILE"),
        (&["corpora", "--epochs", "many"], "takes a number"),
        (&["corpora", "--made", "many"], "takes a number"),
        (&["corpora", "others"], "one folder"),
        (&["corpora", "--epochs", "0"], "at least 1"),
        (&[], "CORPORA"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

#[test]
fn an_error_says_where_and_no_text() {
    let folder = std::env::temp_dir().join(format!("privet-training-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it is made");
    std::fs::write(folder.join("gaz.tsv"), "ada\t1\n").expect("it is written");
    let good = r#"{"text": "ask Ada", "spans": [[4, 7, "PER"]]}"#;
    for bad in [
        r#"{"text": "ask Katherine", "spans": [[4, 90, "PER"]]}"#,
        r#"{"text": "ask Katherine", "spans": [[4, 9, "Katherine"]]}"#,
        r#"{"text": "ask Katherine"}"#,
        r#"{"text": "ask Katherine", Katherine}"#,
        r#""Katherine""#,
    ] {
        std::fs::write(folder.join("wikigold.jsonl"), format!("{good}\n{bad}\n")).expect("it is written");
        let said = refused(&[&folder.to_string_lossy()]);
        assert!(said.contains("wikigold.jsonl:2") && !said.contains("Kath"), "{said}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}
