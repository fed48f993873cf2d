//! `privet healthcheck`: one question to the admin listener of this host.

use super::cli::HealthcheckArguments;
use super::exit::{Exit, tell};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long each step may take: Docker's own limit for a check is 30 s by default.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// How much of the answer is read: the status line is all that counts.
const ANSWER_MAX: u64 = 4096;

/// Asks, and tells what is wrong if the answer is not 200.
pub fn run(arguments: &HealthcheckArguments) -> Exit {
    let path = if arguments.live { "/livez" } else { "/readyz" };
    match ask(arguments, path) {
        Ok(status) if status == "200" => Exit::Done,
        Ok(status) => {
            tell(format_args!("{path} of {} answers {status}", arguments.admin));
            Exit::Unhealthy
        }
        Err(error) => {
            tell(format_args!("{path} of {}: {error}", arguments.admin));
            Exit::Unhealthy
        }
    }
}

/// Gives the three digits of the answer's status line (RFC 9112, section 4).
fn ask(arguments: &HealthcheckArguments, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&arguments.admin, WAIT_MAX)?;
    stream.set_read_timeout(Some(WAIT_MAX))?;
    stream.set_write_timeout(Some(WAIT_MAX))?;
    let question = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", arguments.admin);
    stream.write_all(question.as_bytes())?;
    let mut text = Vec::new();
    stream.take(ANSWER_MAX).read_to_end(&mut text)?;
    let line = text.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let status =
        std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix("HTTP/1.1 ")).and_then(|rest| rest.get(..3));
    match status {
        Some(status) if status.bytes().all(|byte| byte.is_ascii_digit()) => Ok(status.to_owned()),
        Some(_) | None => Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP")),
    }
}
