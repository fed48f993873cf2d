//! The command, run.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

/// The command with these arguments, not started; what the caller's terminal says about colours is left out.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_privet"));
    command.args(arguments).env_remove("NO_COLOR");
    command
}

/// Runs the command with nothing on its standard input.
pub fn privet(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Runs the command with this on its standard input.
pub fn privet_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = spawn(arguments);
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Starts the command with all its streams piped.
pub fn spawn(arguments: &[&str]) -> Child {
    command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Gives its standard output as text.
pub fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// Gives its standard error as text.
pub fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}
