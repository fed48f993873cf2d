//! Every command that the documentation shows is run, and says what is shown.
//!
//! A block ` ```console ` is run in a folder that holds `examples/`: lines that begin with `$ ` are given to bash, a line
//! `? N` below says the exit code (0 where there is none), and the other lines are what it prints on standard output.
//! A line `...` stands for any lines, `[..]` for any characters of a line. ` ```console tty ` runs on a terminal of its
//! own; ` ```console kafka ` has a real broker where the text says `localhost:9092`. The blocks of a file share a folder.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::too_many_lines,
    reason = "a test that fails says so by panicking"
)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// No command of a page takes longer; one that does would hang the reader too.
const COMMAND_SECONDS_MAX: &str = "60";

/// One command of a block, and what the text says of it.
#[derive(Debug)]
struct Shown {
    line: usize,
    command: String,
    exit: i32,
    output: Vec<String>,
    tty: bool,
    kafka: bool,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn commands(text: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut block: Option<(bool, bool)> = None;
    for (at, line) in text.lines().enumerate() {
        match block {
            None => {
                if let Some(words) = line.strip_prefix("```console") {
                    block = Some((words.contains("tty"), words.contains("kafka")));
                }
            }
            Some(_) if line == "```" => block = None,
            Some((tty, kafka)) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    let command = command.to_owned();
                    shown.push(Shown { line: at + 1, command, exit: 0, output: Vec::new(), tty, kafka });
                } else if let Some(last) = shown.last_mut() {
                    match line.strip_prefix("? ") {
                        Some(code) => last.exit = code.parse().unwrap(),
                        None => last.output.push(line.to_owned()),
                    }
                }
            }
        }
    }
    shown
}

/// Whether `lines` are what the text shows; `...` stands for any lines.
fn fits(shown: &[String], lines: &[&str]) -> bool {
    match (shown.split_first(), lines.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some((first, rest)), _) if first == "..." => (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..])),
        (Some((first, rest)), Some((line, lines))) => line_fits(first, line) && fits(rest, lines),
        (Some(_), None) => false,
    }
}

fn line_fits(shown: &str, line: &str) -> bool {
    let Some((first, rest)) = shown.split_once("[..]") else { return shown == line };
    let Some(line) = line.strip_prefix(first) else { return false };
    (0..=line.len()).filter(|at| line.is_char_boundary(*at)).any(|at| line_fits(rest, &line[at..]))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What a command did.
struct Ran {
    exit: i32,
    output: String,
    error: String,
}

/// The search path with the built `privet` first.
fn path() -> String {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_privet"));
    format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap())
}

/// A server that a page starts by a line that ends in `&`; ends with the page.
struct Server(std::process::Child);

impl Server {
    fn start(command: &str, folder: &Path) -> Self {
        let log = std::fs::File::create(folder.join("server.log")).unwrap();
        let mut child = Command::new("bash");
        child.args(["-c", &format!("exec {command}")]).current_dir(folder).env("PATH", path());
        let child = child.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let said = || std::fs::read_to_string(folder.join("server.log")).unwrap();
        support::eventually("the server says where it listens", std::time::Duration::from_secs(20), || {
            said().contains("POST http").then_some(())
        });
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Writes the blocks that name their file in a first line `# NAME.yaml: …`.
fn write_files(text: &str, folder: &Path, broker: Option<&str>) {
    let text = broker.map_or_else(|| text.to_owned(), |broker| text.replace("localhost:9092", broker));
    for block in text.split("```yaml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let name = block.strip_prefix("# ").and_then(|rest| rest.split_once(": ")).map(|(name, _)| name);
        if let Some(name) = name.filter(|name| name.ends_with(".yaml")) {
            std::fs::write(folder.join(name), block).unwrap();
        }
    }
}

fn run(shown: &Shown, folder: &Path, broker: Option<&str>) -> Ran {
    let path = path();
    let mut command = shown.command.clone();
    if let Some(broker) = broker {
        command = command.replace("localhost:9092", broker);
    }
    let mut child = if shown.tty {
        let mut child = Command::new("script");
        child.args(["-qec", &command, "/dev/null"]);
        child
    } else {
        let mut child = Command::new("timeout");
        child.args([COMMAND_SECONDS_MAX, "bash", "-o", "pipefail", "-c", &command]);
        child
    };
    let output =
        child.current_dir(folder).env("PATH", path).env("NO_COLOR", "1").stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { exit: output.status.code().unwrap_or(-1), output: text(&output.stdout), error: text(&output.stderr) }
}

fn check(file: &str) {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("examples"), &folder.path().join("examples"));
    let shown = commands(&text);
    let broker = shown.iter().any(|shown| shown.kafka).then(support::tour::tour_broker);
    write_files(&text, folder.path(), broker.as_deref());
    let mut servers = Vec::new();
    for shown in &shown {
        if let Some(command) = shown.command.strip_suffix(" &") {
            servers.push(Server::start(command, folder.path()));
            continue;
        }
        let Ran { exit, output, error } = run(shown, folder.path(), broker.as_deref());
        let place = format!("{file}:{}: $ {}", shown.line, shown.command);
        assert_eq!(exit, shown.exit, "{place}\n{output}{error}");
        let lines: Vec<&str> = output.lines().map(|line| line.trim_end_matches('\r')).collect();
        let any = shown.tty && shown.output.is_empty();
        assert!(
            any || fits(&shown.output, &lines),
            "{place}\nshown:\n{}\ngot:\n{output}\n{error}",
            shown.output.join("\n")
        );
    }
}

#[test]
fn the_readme_is_true() {
    assert!(commands(&std::fs::read_to_string(root().join("README.md")).unwrap()).len() >= 6);
    check("README.md");
}

#[test]
fn the_pages_are_true() {
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            check(&format!("docs/{name}"));
        }
    }
}

#[test]
fn every_link_of_the_pages_leads_somewhere() {
    let mut pages = vec![root().join("README.md")];
    pages.extend(std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") {
                assert!(page.parent().unwrap().join(link).exists(), "{}: {link}", page.display());
            }
        }
    }
}

#[test]
fn shown_policies_are_the_files_they_name() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let file = std::fs::read_to_string(root().join("examples/tour/customer.yaml")).unwrap();
    assert!(
        text.contains(&format!("```yaml\n{file}```")),
        "README shows another policy than examples/tour/customer.yaml"
    );
}

#[test]
fn the_matcher_can_fail() {
    let shown = |text: &[&str]| text.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(fits(&shown(&["a", "...", "z"]), &["a", "b", "c", "z"]));
    assert!(!fits(&shown(&["a", "z"]), &["a", "b", "z"]));
    assert!(line_fits("took [..] s", "took 12 s") && !line_fits("took [..] s", "took 12 m"));
    assert!(!line_fits("abc", "abcd") && line_fits("ab[..]", "abcd"));
}
