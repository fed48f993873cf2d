//! How the command ends, and the two lines on the way there.

use crate::batch::BatchError;
use crate::model::without_keys;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything was done.
    Done,
    /// 1: not healthy (only `privet healthcheck` says so).
    Unhealthy,
    /// 1: something was found (only `privet analyze --fail-on-findings` says so).
    Found,
    /// 2: the command line or the configuration is wrong.
    Usage,
    /// 3: something could not be read or written.
    InputOutput,
    /// 4: some records were refused; all others are done.
    Refused,
    /// 75: what went wrong may be gone next time: start me again (`EX_TEMPFAIL` of `sysexits.h`).
    StartAgain,
}

impl Exit {
    /// Gives the number that the caller sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unhealthy | Self::Found => 1,
            Self::Usage => 2,
            Self::InputOutput => 3,
            Self::Refused => 4,
            Self::StartAgain => 75,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Tells why files were not worked through, and how the command then ends.
pub fn unfinished(error: &BatchError) -> Exit {
    // Who closed the pipe has read enough.
    if error.is_closed_pipe() {
        return Exit::Done;
    }
    tell(error);
    match error {
        BatchError::Output(_) | BatchError::Thread(_) | BatchError::Reader => Exit::InputOutput,
        BatchError::Engine(error) if error.may_pass() => Exit::StartAgain,
        BatchError::Engine(_) => Exit::InputOutput,
    }
}

/// Tells a person what is wrong, on standard error; nothing in it that may be a key, whoever wrote it where.
pub fn tell(message: impl Display) {
    writeln!(io::stderr(), "privet: {}", without_keys(&message.to_string())).ok();
}

/// Writes an answer to standard output; a reader who has gone away is no mistake.
pub fn answer(text: &str) -> Exit {
    answer_bytes(text.as_bytes())
}

/// Writes an answer that need not be text.
pub fn answer_bytes(bytes: &[u8]) -> Exit {
    let mut out = io::stdout();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            tell(format_args!("standard output: {error}"));
            Exit::InputOutput
        }
    }
}

/// Shows what is wrong with a file, each with its place in front, on standard error; nothing in it that may be a key.
pub fn show(diagnostics: impl Display) {
    let text = diagnostics.to_string();
    let text = without_keys(text.trim_end());
    if !text.is_empty() {
        writeln!(io::stderr(), "{text}\n").ok();
    }
}
