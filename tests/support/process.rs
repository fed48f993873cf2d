//! The `privet` binary as a child process under test.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::eventually;

/// A running `privet`; killed when dropped.
pub struct Privet {
    child: Child,
    stdout: Captured,
    stderr: Captured,
}

/// What [`Privet::run`] gives back.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// All it wrote to standard output.
    pub stdout: Vec<u8>,
    /// All it wrote to standard error.
    pub stderr: String,
}

/// Signals other than the one that kills.
#[derive(Debug, Clone, Copy)]
pub enum Signal {
    /// SIGTERM: drain and end.
    Terminate,
    /// SIGINT: what Ctrl-C sends.
    Interrupt,
    /// SIGHUP: read policies and recognizers anew.
    HangUp,
    /// SIGSTOP: freeze, as a long pause of the machine does.
    Stop,
    /// SIGCONT: go on after [`Signal::Stop`].
    Continue,
}

impl Privet {
    /// The command of the binary under test, without the environment's own `PRIVET_` and `RUST_LOG` settings.
    pub fn command<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_privet"));
        command.args(args).env_remove("RUST_LOG").env("NO_COLOR", "1");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PRIVET_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Starts the binary with these arguments.
    pub fn start<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Self {
        Self::start_command(Self::command(args))
    }

    /// Starts a prepared command (see [`Privet::command`]): for a working directory or an environment.
    pub fn start_command(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = Captured::from(child.stdout.take().expect("standard output is piped"));
        let stderr = Captured::from(child.stderr.take().expect("standard error is piped"));
        Self { child, stdout, stderr }
    }

    /// Runs a prepared command to its end with this standard input, within a deadline.
    pub fn run(mut command: Command, input: &[u8], deadline: Duration) -> Ended {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let stdout = Captured::from(child.stdout.take().expect("standard output is piped"));
        let stderr = Captured::from(child.stderr.take().expect("standard error is piped"));
        let input = input.to_vec();
        // A child that does not read all of its input closes the pipe: no error of the test.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let mut privet = Self { child, stdout, stderr };
        let status = privet.wait(deadline);
        feeder.join().expect("the feeder does not panic");
        Ended { status, stdout: privet.stdout.so_far(), stderr: privet.stderr() }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let name = match signal {
            Signal::Terminate => "TERM",
            Signal::Interrupt => "INT",
            Signal::HangUp => "HUP",
            Signal::Stop => "STOP",
            Signal::Continue => "CONT",
        };
        // The shell's own `kill`: std sends nothing but SIGKILL, and a call to libc would be unsafe.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status().expect("sh runs");
        assert!(sent.success(), "no process {} to send SIG{name} to", self.id());
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) -> ExitStatus {
        self.child.kill().expect("the child can be killed");
        self.wait(Duration::from_secs(10))
    }

    /// Waits for the end; panics with its standard error when it runs on past the deadline.
    pub fn wait(&mut self, deadline: Duration) -> ExitStatus {
        let end = std::time::Instant::now() + deadline;
        loop {
            if let Some(status) = self.ended() {
                self.stdout.finish();
                self.stderr.finish();
                return status;
            }
            if std::time::Instant::now() > end {
                let stderr = self.stderr();
                drop(self.child.kill());
                panic!("privet still runs after {deadline:?}; it said:\n{stderr}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the child can be asked")
    }

    /// What it wrote to standard output so far.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout.so_far()).into_owned()
    }

    /// What it wrote to standard error so far.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.so_far()).into_owned()
    }

    /// Waits until standard error holds this text; panics when the process ends or the deadline passes before.
    pub fn wait_for_stderr(&mut self, text: &str, deadline: Duration) {
        eventually(&format!("{text:?} on standard error"), deadline, || {
            if self.stderr().contains(text) {
                return Some(());
            }
            if let Some(status) = self.ended() {
                self.stderr.finish();
                let said = self.stderr();
                assert!(said.contains(text), "ended ({status}) without {text:?}; it said:\n{said}");
            }
            None
        });
    }
}

impl Drop for Privet {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A pipe that a thread reads to its end, so that the child never blocks on it.
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Captured {
    fn from(mut pipe: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let filled = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 8192];
            while let Ok(read @ 1..) = pipe.read(&mut chunk) {
                filled.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..read]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    /// Waits until the pipe is closed.
    fn finish(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader does not panic");
        }
    }

    fn so_far(&self) -> Vec<u8> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
