//! What is measured: each row takes a corpus, line by line.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind};
use privet::engine::{Outcomes, Piece, Record, Scratch, Settings, process};
use privet::format::{Descend, Format, Json, Leaf, LeafKind, Limits, Node, ReadScratch, Visitor};
use privet::model::{Origin, RecordTime, Step};
use privet::policy::{CompileContext, Plan, Source, compile};

/// Records that go through the engine together.
const BATCH: usize = 500;

/// One row of the table.
pub struct Row {
    pub name: &'static str,
    pub run: Box<dyn FnMut(&[&[u8]])>,
}

/// All rows; the first is the floor.
pub fn all() -> Vec<Row> {
    let set = RecognizerSet::builtin();
    let row = |name, run: Box<dyn FnMut(&[&[u8]])>| Row { name, run };
    vec![
        row("floor: find the strings, copy the bytes", Box::new(floor())),
        row("read only", Box::new(read())),
        row("read and scan, default set", Box::new(scan(Arc::clone(&set)))),
        row("default set", Box::new(engine(default_plan(&set)))),
        row("all recognizers", Box::new(engine(everything(&set)))),
        row("default set and the tagger", Box::new(engine(Plan::without_policy(Arc::clone(&set))))),
        row("serde_json parse and serialise", Box::new(serde())),
    ]
}

/// The plan of who has no policy, without the tagger: rivals have none, so it has a row of its own.
pub fn default_plan(set: &Arc<RecognizerSet>) -> Plan {
    Plan::without_policy(Arc::clone(set)).with_tagger(TaggerUse::Off)
}

/// The plan that looks for every entity type, and changes those that are changed by default.
pub fn everything(set: &Arc<RecognizerSet>) -> Plan {
    let mut policy = "privet: v1\nproduct: bench/all\ndetect:\n".to_owned();
    for entity in set.entities() {
        writeln!(policy, "  {}: on", entity.entity).unwrap();
    }
    let context = CompileContext { set, rings: &|_| Ok(None), tenant: "" };
    compile(&Source::new("bench.yaml", &policy), &context).unwrap().with_tagger(TaggerUse::Off)
}

pub fn engine(plan: Plan) -> impl FnMut(&[&[u8]]) {
    let settings = Settings::default();
    let (mut scratch, mut outcomes) = (Scratch::new(), Outcomes::default());
    let mut out = Vec::new();
    move |lines| {
        let origins: Vec<Origin> =
            (0..BATCH).map(|index| Origin::Request { request: 0, index: index as u64 }).collect();
        let mut records = Vec::with_capacity(BATCH);
        for batch in lines.chunks(BATCH) {
            records.clear();
            records.extend(batch.iter().zip(&origins).map(|(line, origin)| Record {
                origin,
                time: RecordTime(None),
                format: &Json,
                value: Some(line),
                key: None,
                headers: &[],
            }));
            process(&plan, &records, &settings, &mut scratch, &mut outcomes).unwrap();
            out.clear();
            for (outcome, line) in outcomes.outcomes().iter().zip(batch) {
                debug_assert!(outcome.value != Piece::Null);
                out.extend_from_slice(outcomes.piece(outcome.value, Some(line)).unwrap());
            }
            black_box(&out);
        }
    }
}

/// Tells how many of some lines, at most a batch of them, a plan changes.
pub fn changed(plan: &Plan, lines: &[&[u8]]) -> usize {
    let origin = Origin::Request { request: 0, index: 0 };
    let record = |line| Record {
        origin: &origin,
        time: RecordTime(None),
        format: &Json,
        value: Some(line),
        key: None,
        headers: &[],
    };
    let records: Vec<Record<'_>> = lines.iter().copied().map(record).collect();
    let mut outcomes = Outcomes::default();
    process(plan, &records, &Settings::default(), &mut Scratch::new(), &mut outcomes).unwrap();
    outcomes.outcomes().iter().filter(|outcome| outcome.value != Piece::Same).count()
}

/// Walks a record and looks at nothing.
struct Nothing;

impl Visitor for Nothing {
    fn enter(&mut self, _step: Step<'_>, _key: Option<Leaf<'_>>) -> Descend {
        Descend::Into
    }
    fn leaf(&mut self, leaf: Leaf<'_>, _node: Node) {
        black_box(leaf.text);
    }
    fn whole(&mut self, _node: Node) {}
    fn leave(&mut self) {}
}

fn read() -> impl FnMut(&[&[u8]]) {
    let mut scratch = ReadScratch::default();
    move |lines| {
        for line in lines {
            Json.read(line, &Limits::default(), &mut scratch, &mut Nothing).unwrap();
        }
    }
}

/// Walks a record and scans its strings and numbers, as fields without a name.
struct Scanning {
    set: Arc<RecognizerSet>,
    mask: EntityMask,
    hint: FieldHint,
    scratch: DetectScratch,
    findings: Vec<privet::model::Finding>,
}

impl Visitor for Scanning {
    fn enter(&mut self, _step: Step<'_>, _key: Option<Leaf<'_>>) -> Descend {
        Descend::Into
    }
    fn leaf(&mut self, leaf: Leaf<'_>, _node: Node) {
        let kind = match leaf.kind {
            LeafKind::Text => TextKind::Text,
            LeafKind::Number => TextKind::Number,
            _ => return,
        };
        self.set.scan(leaf.text, kind, &self.hint, &self.mask, &mut self.scratch, &mut self.findings);
    }
    fn whole(&mut self, _node: Node) {}
    fn leave(&mut self) {}
}

fn scan(set: Arc<RecognizerSet>) -> impl FnMut(&[&[u8]]) {
    let mask = default_plan(&set).mask().clone();
    let mut visitor =
        Scanning { set, mask, hint: FieldHint::default(), scratch: DetectScratch::default(), findings: Vec::new() };
    let mut scratch = ReadScratch::default();
    move |lines| {
        for line in lines {
            visitor.findings.clear();
            Json.read(line, &Limits::default(), &mut scratch, &mut visitor).unwrap();
            black_box(&visitor.findings);
        }
    }
}

pub fn serde() -> impl FnMut(&[&[u8]]) {
    let mut out = Vec::new();
    move |lines| {
        for line in lines {
            out.clear();
            let value: serde_json::Value = serde_json::from_slice(line).unwrap();
            serde_json::to_writer(&mut out, &value).unwrap();
            black_box(&out);
        }
    }
}

/// Finds the strings, unescapes those with a backslash and copies the bytes: as little as any tool on JSON can do.
pub fn floor() -> impl FnMut(&[&[u8]]) {
    let (mut places, mut out) = (Vec::new(), Vec::new());
    move |lines| {
        for line in lines {
            out.clear();
            let escapes = quotes(line, &mut places);
            for pair in places.chunks_exact(2) {
                let (start, end) = (pair[0] as usize + 1, pair[1] as usize);
                if line.get(end + 1) == Some(&b':') {
                    continue;
                }
                if escapes && memchr::memchr(b'\\', &line[start..end]).is_some() {
                    let text: String = serde_json::from_slice(&line[start - 1..=end]).unwrap();
                    black_box(&text);
                } else {
                    black_box(&line[start..end]);
                }
            }
            out.extend_from_slice(line);
            black_box(&out);
        }
    }
}

/// Collects the places of all quotes that no backslash escapes, 64 bytes at a time; tells whether there are escapes.
fn quotes(line: &[u8], places: &mut Vec<u32>) -> bool {
    places.clear();
    let mut escapes = false;
    let mut carried = false;
    for (block, bytes) in line.chunks(64).enumerate() {
        let (mut quotes, mut slashes) = masks(bytes);
        if slashes != 0 || carried {
            escapes = true;
            let mut escaped = u64::from(carried);
            carried = false;
            while slashes != 0 {
                let at = slashes.trailing_zeros();
                slashes &= slashes - 1;
                if escaped >> at & 1 == 1 {
                    continue;
                }
                if at == 63 {
                    carried = true;
                } else {
                    escaped |= 2 << at;
                }
            }
            quotes &= !escaped;
        }
        while quotes != 0 {
            places.push(block as u32 * 64 + quotes.trailing_zeros());
            quotes &= quotes - 1;
        }
    }
    escapes
}

#[cfg(target_arch = "x86_64")]
fn masks(bytes: &[u8]) -> (u64, u64) {
    #[target_feature(enable = "avx2")]
    fn wide(block: &[u8; 64]) -> (u64, u64) {
        use std::arch::x86_64::{_mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8};
        let mut found = (0, 0);
        for (half, bytes) in block.as_chunks::<32>().0.iter().enumerate() {
            // SAFETY: the pointer is to 32 bytes, and needs no alignment.
            let bytes = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
            let equal = |byte: u8| {
                let found = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()));
                u64::from(_mm256_movemask_epi8(found).cast_unsigned()) << (32 * half)
            };
            found = (found.0 | equal(b'"'), found.1 | equal(b'\\'));
        }
        found
    }
    let Ok(block) = <&[u8; 64]>::try_from(bytes) else { return masks_of_any(bytes) };
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has what the function needs.
        unsafe { wide(block) }
    } else {
        masks_of_any(bytes)
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn masks(bytes: &[u8]) -> (u64, u64) {
    masks_of_any(bytes)
}

fn masks_of_any(bytes: &[u8]) -> (u64, u64) {
    bytes.iter().enumerate().fold((0, 0), |(quotes, slashes), (at, byte)| {
        (quotes | u64::from(*byte == b'"') << at, slashes | u64::from(*byte == b'\\') << at)
    })
}
