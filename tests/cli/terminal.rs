//! What a person sees on a terminal: `script` of util-linux gives the command one.

use super::command::{privet_with, stderr, stdout};
use std::process::Command;

/// Runs the command on a terminal of its own and gives all that shows there.
fn on_terminal(arguments: &str, environment: &[(&str, &str)]) -> (String, Option<i32>) {
    let line = format!("{} {arguments} < /dev/null", env!("CARGO_BIN_EXE_privet"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env_remove("NO_COLOR").env("TERM", "xterm");
    let output = script.envs(environment.iter().copied()).output().unwrap();
    (String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"), output.status.code())
}

#[test]
fn changes_are_shown_in_colour_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, "{\"n\":1}\n{\"c\":{\"m\":\"bob@corp.com\"},\"n\":2}\n").unwrap();
    let arguments = format!("anonymize --quiet --diff {}", path.display());
    let (shown, code) = on_terminal(&arguments, &[]);
    assert_eq!(code, Some(0), "{shown}");
    let plain = format!("{}:2\n  c.m  bob@corp.com → <EMAIL_ADDRESS>\n", path.display());
    let coloured = "\x1b[31mbob@corp.com\x1b[0m → \x1b[32m<EMAIL_ADDRESS>\x1b[0m";
    assert!(shown.contains(coloured), "{shown:?}");
    assert!(!shown.contains("{\"n\":1}"), "the records themselves are not shown: {shown:?}");
    let (shown, code) = on_terminal(&arguments, &[("NO_COLOR", "1")]);
    assert_eq!((code, shown), (Some(0), plain));
}

#[test]
fn changes_are_never_written_elsewhere() {
    let output = privet_with(&["anonymize", "--diff"], b"mail bob@corp.com\n");
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert!(stderr(&output).contains("shows raw values"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("bob@corp.com"));
}

#[test]
fn a_progress_bar_is_drawn_only_where_it_is_not_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, "mail bob@corp.com\n".repeat(20_000)).unwrap();
    let drawn = "% ";
    let (shown, _) =
        on_terminal(&format!("anonymize --output {} {}", folder.path().join("o").display(), path.display()), &[]);
    assert!(shown.contains(drawn) && shown.contains("20,000 records in"), "{shown:?}");
    let (shown, _) = on_terminal(&format!("anonymize {}", path.display()), &[]);
    assert!(!shown.contains(drawn) && shown.contains("mail <EMAIL_ADDRESS>\n"), "the output is on the terminal");
}

#[test]
fn findings_are_shown_in_colour_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, "{\"m\":\"to bob@corp.com now\"}\n{\"n\":1}\n").unwrap();
    let (shown, code) = on_terminal(&format!("analyze --pretty {}", path.display()), &[]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("  m  to \x1b[31mbob@corp.com\x1b[0m\x1b[2m[EMAIL_ADDRESS 1]\x1b[0m now\n"), "{shown:?}");
    assert!(shown.contains("nothing found"), "{shown:?}");
}
