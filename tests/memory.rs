//! What one worker remembers from record to record: bounded, and no more for more records.
#![allow(
    missing_docs,
    clippy::unwrap_used,
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

use corpus::Corpus;
use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind};
use privet::engine::{Outcomes, Record, Scratch, Settings, process};
use privet::format::Json;
use privet::model::{Origin, RecordTime};
use privet::policy::Plan;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Bytes that a worker's caches may take, as docs/architecture.md says.
const CACHES_MAX: i64 = 16 << 20;
/// Records that go through the engine together.
const BATCH: usize = 50;
/// Bytes of each corpus.
const BYTES: usize = 4 << 20;

/// Counts the bytes that the thread holds; tests run beside each other.
struct Counting;

thread_local! {
    static HELD: Cell<i64> = const { Cell::new(0) };
}

fn add(bytes: i64) {
    // A thread that ends has no counter any more.
    let _ = HELD.try_with(|held| held.set(held.get() + bytes));
}

#[allow(unsafe_code, reason = "the trait is unsafe")]
// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size() as i64);
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        add(size as i64 - layout.size() as i64);
        // SAFETY: as the caller promised.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        add(-(layout.size() as i64));
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A worker, and what it held before it had anything to remember.
struct Worker {
    plan: Plan,
    scratch: Scratch,
    outcomes: Outcomes,
    before: i64,
}

impl Worker {
    fn new(tagger: TaggerUse) -> Self {
        let set = RecognizerSet::builtin();
        // What all workers share is made before.
        set.warm();
        let plan = Plan::without_policy(set).with_tagger(tagger);
        let before = HELD.get();
        Self { plan, scratch: Scratch::new(), outcomes: Outcomes::default(), before }
    }

    fn pass(&mut self, lines: &[&[u8]]) {
        for batch in lines.chunks(BATCH) {
            let origins: Vec<Origin> =
                (0..batch.len() as u64).map(|index| Origin::Request { request: 0, index }).collect();
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
            process(&self.plan, &records, &Settings::default(), &mut self.scratch, &mut self.outcomes).unwrap();
        }
    }

    /// Bytes that are held for it.
    fn held(&self) -> i64 {
        HELD.get() - self.before
    }
}

fn lines(events: &[u8]) -> Vec<&[u8]> {
    events.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect()
}

#[test]
fn caches_are_bounded_and_the_same_records_add_nothing() {
    for corpus in Corpus::ALL {
        let events = corpus::ndjson(corpus, BYTES);
        let lines = lines(&events);
        let mut worker = Worker::new(TaggerUse::Balanced);
        worker.pass(&lines);
        let once = worker.held();
        worker.pass(&lines);
        let twice = worker.held();
        eprintln!("{}: {once} bytes, {twice} after the same again", corpus.name());
        assert!(once.max(twice) <= CACHES_MAX, "{}: {once} bytes, then {twice}", corpus.name());
        assert!(twice <= once + once / 8, "{}: {once} bytes, then {twice}", corpus.name());
    }
}

/// What a text of 10 MB needed while it was read, with patterns and tagger, goes back.
#[test]
fn a_long_text_leaves_nothing_behind() {
    /// Bytes that a scan may hold after it: what is kept for ordinary texts.
    const HELD_MAX: i64 = 6 << 20;
    let paragraph = "Katherine Johnson (katherine@example.org, +44 20 7946 0958) moved from Lisbon to 12 High Street, Leeds \
        LS1 4DY, on 5 March 2024, and told Mr. O\u{2019}Brien of it; account DE89370400440532013000, SSN 536-90-4399. \
        Best regards,\nAda\n\n";
    let set = RecognizerSet::builtin();
    set.warm();
    let mask = EntityMask::all(&set);
    let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
    let before = HELD.get();
    set.scan(paragraph, TextKind::Prose, &FieldHint::default(), &mask, &mut scratch, &mut found);
    let (short, few) = (HELD.get() - before, found.len());
    let text = paragraph.repeat((10 << 20) / paragraph.len() + 1);
    found.clear();
    set.scan(&text, TextKind::Prose, &FieldHint::default(), &mask, &mut scratch, &mut found);
    assert!(few >= 8 && found.len() > (few - 3) * (10 << 20) / paragraph.len(), "{few}, then {} findings", found.len());
    drop((text, std::mem::take(&mut found)));
    let long = HELD.get() - before;
    eprintln!("{short} bytes are held after a paragraph, {long} after 10 MB");
    assert!(long <= short + HELD_MAX, "{short} bytes, then {long}");
}

/// Numbers from a fixed start.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// A value of a form that hardly comes again: letters, digits and marks in any order, or what is found.
    fn value(&mut self) -> String {
        match self.below(8) {
            0 => format!("user{}@mail{}.example", self.below(1 << 20), self.below(1 << 10)),
            1 => format!("+49 30 {}", 1_000_000 + self.below(9_000_000)),
            2 => format!("SSN 536-{:02}-{:04}", self.below(90) + 10, self.below(9000) + 1000),
            _ => {
                let marks: Vec<char> = "aZ09 .-_:/,+#aZ09aZ09".chars().collect();
                let one = |draw: &mut Self| marks[draw.below(marks.len() as u64) as usize];
                (0..4 + self.below(28)).map(|_| one(self)).collect()
            }
        }
    }
}

/// Values of any shape under five thousand names: what is held after a hundred and twenty thousand records is what was held
/// after sixty thousand.
#[test]
fn what_is_held_does_not_grow_with_the_records() {
    const HALF: usize = 60_000;
    let mut worker = Worker::new(TaggerUse::Off);
    let mut draw = Draw(1);
    let mut most = [0, 0];
    for half in &mut most {
        for _ in 0..HALF / BATCH {
            let events: Vec<String> = (0..BATCH)
                .map(|_| {
                    let [inner, one, other] = [(); 3].map(|()| draw.below(5000));
                    format!("{{\"p{inner}\":{{\"q{one}\":\"{}\"}},\"r{other}\":\"{}\"}}", draw.value(), draw.value())
                })
                .collect();
            worker.pass(&events.iter().map(String::as_bytes).collect::<Vec<_>>());
            drop(events);
            *half = worker.held().max(*half);
        }
    }
    let [first, second] = most;
    eprintln!("{first} bytes at most in the first half, {second} in the second");
    assert!(first.max(second) <= CACHES_MAX, "{first} bytes, then {second}");
    assert!(second <= first + first / 8, "{first} bytes, then {second}");
}

/// Every record has names of its own, which no stream has that a schema describes.
#[test]
fn names_that_never_come_again_are_forgotten() {
    let mut worker = Worker::new(TaggerUse::Off);
    let mut most = 0;
    let mut at = 0;
    for _ in 0..60 {
        let events: Vec<String> = (0..BATCH)
            .map(|_| {
                at += 1;
                let members: Vec<String> = (0..64).map(|one| format!("\"field{one}of{at}\":\"x\"")).collect();
                format!("{{{}}}", members.join(","))
            })
            .collect();
        worker.pass(&events.iter().map(String::as_bytes).collect::<Vec<_>>());
        drop(events);
        most = most.max(worker.held());
    }
    eprintln!("{most} bytes at most");
    assert!(most <= CACHES_MAX, "{most} bytes");
}
