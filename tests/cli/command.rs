//! The command, run.

use std::process::{Command, Output};

/// Runs the command with nothing on its standard input.
pub fn privet(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_privet")).args(arguments).output().unwrap()
}

/// Gives its standard output as text.
pub fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// Gives its standard error as text.
pub fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}
