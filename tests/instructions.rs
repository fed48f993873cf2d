//! Does the engine need as many instructions for its work as it did when they were last counted?
//!
//! A noisy machine hides a slowdown of a tenth from every clock; `valgrind --tool=callgrind` counts the same instructions
//! everywhere. Fixed workloads run under it, in the profile of the tests, on the corpora of the benches. What they took is
//! kept in `benches/instructions.txt`; `make instructions` writes it anew. More than [`MORE_MAX`] fails.
//!
//! The counts hold for the toolchain of `rust-toolchain.toml` on x86-64 Linux; another compiler is told and not judged.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::type_complexity,
    reason = "a test that fails says so by panicking"
)]

#[allow(dead_code, reason = "the benches use all of it")]
#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use corpus::Corpus;
use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind};
use privet::engine::{Outcomes, Record, Scratch, Settings, process};
use privet::format::Json;
use privet::model::{Origin, RecordTime};
use privet::policy::Plan;

/// Bytes of each corpus; half of them fill the caches and are not counted.
const BYTES: usize = 512 << 10;
/// Records that go through the engine together.
const BATCH: usize = 100;
/// How many times as many instructions as were kept are too many: other processors take other paths through the C
/// library, which is a hundredth or two.
const MORE_MAX: f64 = 1.05;
/// What starting may take at most, whatever was kept: it is what a command on one line of text waits for.
const START_MAX: u64 = 600_000_000;
/// The workloads, in the order in which they run.
const WORKLOADS: [&str; 8] = ["start", "clean", "typical", "dense", "texts", "document", "prose", "book"];
/// How many times as many instructions texts may take that stand in one value of 250 kB as those that stand each in its
/// own; for prose, that the tagger reads, too, one of 256 kB.
const DOCUMENT_MAX: f64 = 1.3;
/// Bytes of prose in one value.
const BOOK: usize = 256 << 10;

/// Runs the work; what valgrind counts is what happens in here.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
}

/// Takes lines through a plan, and gives how many of them came out changed.
fn through(plan: &Plan, lines: &[&[u8]], scratch: &mut Scratch, outcomes: &mut Outcomes) -> usize {
    let mut changed = 0;
    for batch in lines.chunks(BATCH) {
        let origins: Vec<Origin> = (0..batch.len() as u64).map(|index| Origin::Request { request: 0, index }).collect();
        let records: Vec<Record<'_>> = (batch.iter().zip(&origins))
            .map(|(line, origin)| Record {
                origin,
                time: RecordTime(None),
                format: &Json,
                value: Some(line),
                key: None,
                headers: &[],
            })
            .collect();
        process(plan, &records, &Settings::default(), scratch, outcomes).unwrap();
        changed += outcomes.outcomes().iter().filter(|outcome| outcome.is_changed()).count();
    }
    changed
}

/// What valgrind runs; by itself it is a test that the workloads do what they are to.
#[test]
fn workloads() {
    let mut plan = None;
    counted(&mut || {
        let made = Plan::without_policy(RecognizerSet::builtin()).with_tagger(TaggerUse::Off);
        let line: &[u8] = br#"{"note":"mail bob@corp.com"}"#;
        assert_eq!(through(&made, &[line], &mut Scratch::new(), &mut Outcomes::default()), 1);
        plan = Some(made);
    });
    let plan = plan.unwrap();
    for corpus in [Corpus::Clean, Corpus::Typical, Corpus::Dense] {
        let bytes = corpus::ndjson(corpus, BYTES);
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let (first, second) = lines.split_at(lines.len() / 2);
        let (mut scratch, mut outcomes) = (Scratch::new(), Outcomes::default());
        through(&plan, first, &mut scratch, &mut outcomes);
        let mut changed = 0;
        counted(&mut || changed = through(&plan, second, &mut scratch, &mut outcomes));
        let share = changed as f64 / second.len() as f64;
        let expected = match corpus {
            Corpus::Clean => 0.0..0.4,
            Corpus::Typical => 0.6..1.0,
            Corpus::Dense | Corpus::Shapes => 0.95..1.01,
        };
        assert!(expected.contains(&share), "{}: {share} of the records are changed", corpus.name());
    }
    texts_and_a_document(&plan);
    prose_and_a_book();
}

/// Prose that patterns and tagger read, rules and all: each paragraph in a value of its own, then all of it in one.
fn prose_and_a_book() {
    let prose = include_str!("../benches/prose.txt");
    let paragraphs: Vec<&str> = prose.lines().filter(|line| !line.is_empty()).collect();
    let rounds = BOOK / paragraphs.iter().map(|line| line.len()).sum::<usize>() + 1;
    let many: Vec<&str> = paragraphs.iter().copied().cycle().take(rounds * paragraphs.len()).collect();
    let book = many.join("\n");
    let set = RecognizerSet::builtin();
    let mask = EntityMask::all(&set);
    let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
    let mut pass = |texts: &[&str]| {
        found.clear();
        for text in texts {
            set.scan(text, TextKind::Prose, &FieldHint::default(), &mask, &mut scratch, &mut found);
        }
        found.len()
    };
    pass(&paragraphs);
    counted(&mut || assert!(pass(&many) > rounds));
    counted(&mut || assert!(pass(&[&book]) > rounds));
}

/// The free texts of events, each in an event of its own, then all of them in one value; three times as many before them
/// fill the caches.
fn texts_and_a_document(plan: &Plan) {
    let events = corpus::ndjson(Corpus::Typical, 4 * BYTES);
    let mut texts = Vec::new();
    for line in events.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        free_texts(serde_json::from_slice(line).unwrap(), &mut texts);
    }
    let event = |text: &str| serde_json::to_vec(&serde_json::json!({ "text": text })).unwrap();
    let (first, second) = texts.split_at(texts.len() / 4 * 3);
    let second = [second, second].concat();
    let counted_through = |first: &[Vec<u8>], second: &[Vec<u8>]| {
        let (mut scratch, mut outcomes) = (Scratch::new(), Outcomes::default());
        let mut pass = |events: &[Vec<u8>]| {
            let lines: Vec<&[u8]> = events.iter().map(Vec::as_slice).collect();
            through(plan, &lines, &mut scratch, &mut outcomes)
        };
        pass(first);
        counted(&mut || assert!(pass(second) > 0));
    };
    let each = |texts: &[String]| texts.iter().map(|text| event(text)).collect::<Vec<_>>();
    counted_through(&each(first), &each(&second));
    let whole = event(&second.join("\n"));
    assert!(whole.len() > 200_000, "{}", whole.len());
    counted_through(&[event(&first.join("\n"))], &[whole]);
}

/// Collects the strings that are too long for a code or a name.
fn free_texts(value: serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.len() > 60 => texts.push(text),
        serde_json::Value::Array(items) => items.into_iter().for_each(|item| free_texts(item, texts)),
        serde_json::Value::Object(members) => members.into_iter().for_each(|(_, value)| free_texts(value, texts)),
        _ => {}
    }
}

/// Where the counts are kept.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt")
}

/// What the compiler calls itself: its version is the second word.
fn compiler() -> String {
    let said = Command::new("rustc").arg("--version").output().expect("rustc runs").stdout;
    String::from_utf8(said).unwrap().split(' ').nth(1).unwrap().to_owned()
}

/// Runs the workloads under callgrind, and gives what each took.
fn count() -> BTreeMap<String, u64> {
    let folder = std::env::temp_dir().join(format!("privet-instructions-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*::counted", "--dump-after=*::counted"])
        .arg(format!("--callgrind-out-file={}/out", folder.display()))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "workloads", "--test-threads=1", "--nocapture"])
        .output()
        .expect("valgrind is missing; scripts/setup.sh installs it");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut counts = BTreeMap::new();
    for (at, name) in (1..).zip(WORKLOADS) {
        let path = folder.join(format!("out.{at}"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let total = text.lines().find_map(|line| line.strip_prefix("totals: ")).expect("a profile has a total");
        counts.insert(name.to_owned(), total.trim().parse().unwrap());
    }
    std::fs::remove_dir_all(&folder).unwrap();
    counts
}

/// Writes the file that [`read`] reads.
fn written(compiler: &str, counts: &BTreeMap<String, u64>) -> String {
    let mut text = format!(
        "# Instructions of each workload of tests/instructions.rs; `make instructions` writes this file anew.\nrustc {compiler}\n"
    );
    for name in WORKLOADS {
        writeln!(text, "{name} {}", counts[name]).unwrap();
    }
    text
}

/// Reads the compiler and the counts that were kept.
fn read(text: &str) -> (String, BTreeMap<String, u64>) {
    let mut rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once(' ').unwrap());
    let (_, compiler) = rows.next().unwrap();
    (compiler.to_owned(), rows.map(|(name, count)| (name.to_owned(), count.parse().unwrap())).collect())
}

/// Tells of every workload how it stands to what was kept; the second is whether one takes too many.
fn judged(kept: &BTreeMap<String, u64>, now: &BTreeMap<String, u64>) -> (String, bool) {
    let (mut text, mut slower, mut faster) = (String::new(), false, false);
    for name in WORKLOADS {
        let (before, after) = (kept.get(name).copied().unwrap_or(0), now[name]);
        let ratio = after as f64 / before as f64;
        writeln!(text, "{name}: {after} instructions, {ratio:.3} of the {before} that were kept").unwrap();
        slower |= ratio > MORE_MAX;
        faster |= ratio < 1.0 / MORE_MAX;
    }
    if slower {
        text += "slower than it was; where that is meant, `make instructions` keeps the new counts\n";
    }
    if faster {
        text += "faster than it was: `make instructions` keeps it so\n";
    }
    (text, slower)
}

#[test]
fn no_workload_takes_more_instructions_than_it_did() {
    let (compiler, now) = (compiler(), count());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(kept(), written(&compiler, &now)).unwrap();
    }
    let (by, before) = read(&std::fs::read_to_string(kept()).unwrap());
    let (text, slower) = judged(&before, &now);
    eprint!("{text}");
    assert!(now["start"] <= START_MAX, "starting takes {} instructions, {START_MAX} at most", now["start"]);
    let document = now["document"] as f64 / now["texts"] as f64;
    eprintln!("a byte of one value of 250 kB takes {document:.2} of what it takes in an event");
    assert!(document <= DOCUMENT_MAX, "{document:.2}");
    let book = now["book"] as f64 / now["prose"] as f64;
    eprintln!("a byte of one text of 256 kB takes {book:.2} of what it takes in a paragraph");
    assert!(book <= DOCUMENT_MAX, "{book:.2}");
    if by == compiler {
        assert!(!slower, "{text}");
    } else {
        eprintln!("not judged: the counts are of rustc {by}, and this is {compiler}");
    }
}

#[test]
fn a_twentieth_more_is_too_many_and_a_twentieth_less_is_told() {
    let all = |count: u64| WORKLOADS.map(|name| (name.to_owned(), count)).into();
    assert!(!judged(&all(100), &all(104)).1);
    assert!(judged(&all(100), &all(106)).1);
    let (text, slower) = judged(&all(100), &all(90));
    assert!(!slower && text.contains("faster"), "{text}");
    let text = written("1.2.3", &all(100));
    assert_eq!(read(&text), ("1.2.3".to_owned(), all(100)));
}
