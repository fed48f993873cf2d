//! Takes a batch through its four steps.

use super::collect::Collector;
use super::people;
use super::record::{Disposition, Outcomes, Piece};
use super::scratch::{Part, RecordState, Scratch, StepId, Work, renew};
use super::write::{Done, Holds, Raw, Told, Verdict, changes, edits, is_plain, operate, plain_edits, plain_piece};
use super::{
    EngineError, FoundText, Header, Outcome, Reason, Record, RecordError, ask, collision, decide, fit, nest, tombstone,
};
use crate::detect::People;
use crate::format::{Edit, Format, Leaf, LeafKind, Limits, Node, NodeKind, ReadScratch, Visitor};
use crate::model::{EntityIndex, Finding, Origin, Span, SpanMap};
use crate::policy::{Decision, Named, NodeId, Plan, Treatment};
use crate::transform::{Answer, Held, Request, Store, StoreError, SubjectAnswer, SubjectKey, SubjectRequest};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What the engine is told besides plan and records.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Limits on records.
    pub limits: Limits,
    /// Whether changed fields are listed.
    pub trace: Trace,
    /// What operators ask, once for each batch and before anything of it is written.
    pub store: Arc<dyn Store>,
    /// Who is asked whether values may get stand-ins under a key; none where whoever sends records may have them all.
    pub meter: Option<Arc<dyn Meter>>,
}

/// Counts the values that somebody has stand-ins made for under a key: with enough of them they could find the value
/// behind a stand-in by trying.
pub trait Meter: std::fmt::Debug + Send + Sync {
    /// Tells whether one more may get a stand-in; one that was counted before costs nothing.
    fn admit(&self, ring: &str, kind: &str, text: &str) -> bool;
}

/// The default limits, no trace, no store.
impl Default for Settings {
    fn default() -> Self {
        Self { limits: Limits::default(), trace: Trace::default(), store: Arc::new(NoStore), meter: None }
    }
}

/// Whether the engine lists changed fields, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trace {
    /// Nothing is listed.
    #[default]
    Off,
    /// Every changed field is listed: raw values, for a person's eyes only.
    Changes,
    /// What is found is listed with the texts it stands in, and nothing is changed: no operator is run.
    Findings,
}

/// The store of plans that need none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStore;

impl Store for NoStore {
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, StoreError> {
        if requests.is_empty() { Ok(Vec::new()) } else { Err(StoreError::Unavailable) }
    }

    fn subjects(&self, requests: &[SubjectRequest]) -> Result<Vec<SubjectAnswer>, StoreError> {
        if requests.is_empty() { Ok(Vec::new()) } else { Err(StoreError::Unavailable) }
    }

    fn subject_keys(&self, ids: &[[u8; 16]]) -> Result<Vec<Option<SubjectKey>>, StoreError> {
        if ids.is_empty() { Ok(Vec::new()) } else { Err(StoreError::Unavailable) }
    }

    fn kept(&self, tokens: &[&[u8]]) -> Result<Vec<Held>, StoreError> {
        if tokens.is_empty() { Ok(Vec::new()) } else { Err(StoreError::Unavailable) }
    }
}

/// Takes a batch of records through a plan, under one ring version.
///
/// `out` holds one outcome for each record, in order. The law: a record without a finding and without a field entry
/// that changes it leaves as it came, byte for byte. Bytes of `out` do not depend on the other records of the batch.
///
/// # Errors
/// Where a store that the plan needs does not answer; nothing of the batch may leave then.
pub fn process(
    plan: &Plan,
    batch: &[Record<'_>],
    settings: &Settings,
    scratch: &mut Scratch,
    out: &mut Outcomes,
) -> Result<(), EngineError> {
    out.restart(batch.len());
    scratch.work.restart();
    scratch.work.trace = settings.trace;
    scratch.bind(plan);
    for record in batch {
        let state = guarded(scratch, |scratch| collect(plan, record, settings, scratch));
        scratch.work.records.push(state);
    }
    if let Some(meter) = &settings.meter {
        ask::metered(plan, &**meter, &scratch.work)?;
    }
    let answers = ask::ask(plan, batch, &*settings.store, scratch)?;
    for (index, record) in batch.iter().enumerate() {
        let state = scratch.work.records.get_mut(index).map(std::mem::take).unwrap_or_default();
        finish(plan, record, settings, scratch, &answers, state, index, out);
    }
    Ok(())
}

/// Collects and decides one record; a panic is the record's error, and the worker goes on with new caches.
fn guarded(scratch: &mut Scratch, act: impl FnOnce(&mut Scratch) -> RecordState) -> RecordState {
    let (targets, left) = (scratch.work.targets.len(), scratch.work.left.len());
    catch_unwind(AssertUnwindSafe(|| act(scratch))).unwrap_or_else(|_| {
        forget_caches(scratch);
        scratch.work.targets.truncate(targets);
        scratch.work.left.truncate(left);
        RecordState {
            targets: targets..targets,
            left: left..left,
            shown: Vec::new(),
            error: Some(Reason::Internal.into()),
        }
    })
}

/// Throws away what a panic may have left half-done.
fn forget_caches(scratch: &mut Scratch) {
    scratch.read = ReadScratch::default();
    scratch.detect = crate::detect::DetectScratch::default();
    scratch.work.leaves.clear();
    scratch.work.findings.clear();
    scratch.work.claims.clear();
    scratch.work.chosen.clear();
    (scratch.work.here, scratch.work.pinned) = (StepId::ROOT, scratch.work.steps.len());
    scratch.work.inners.clear();
    scratch.work.readers.clear();
    // What a record told of itself is not lent to the next.
    scratch.work.watched.clear();
}

/// Reads, scans and decides one record.
fn collect(plan: &Plan, record: &Record<'_>, settings: &Settings, scratch: &mut Scratch) -> RecordState {
    let (targets, left, steps) = (scratch.work.targets.len(), scratch.work.left.len(), scratch.work.steps.len());
    scratch.work.here = StepId::ROOT;
    scratch.work.shown.clear();
    let error = read_parts(plan, record, settings, scratch).err();
    tell_watched(plan, &mut scratch.work, targets);
    if settings.trace == Trace::Findings {
        scratch.work.targets.truncate(targets);
    }
    let shown = std::mem::take(&mut scratch.work.shown);
    let work = &mut scratch.work;
    renew(&mut work.findings);
    if error.is_some() {
        work.targets.truncate(targets);
        work.left.truncate(left);
    }
    if work.targets.len() == targets {
        work.leaves.clear();
        work.steps.truncate(steps);
        work.pinned = steps;
    }
    if work.kept.is_empty() {
        std::mem::swap(&mut work.kept, &mut work.leaves);
    } else {
        work.kept.append(&mut work.leaves);
    }
    RecordState { targets: targets..work.targets.len(), left: left..work.left.len(), shown, error }
}

/// Tells the targets from `first` on whose value they are, and in which context they stand.
fn tell_watched(plan: &Plan, work: &mut Work, first: usize) {
    if !work.watched.is_empty() {
        for at in first..work.targets.len() {
            let Some(operator) = work.targets.get(at).map(|target| target.operator) else { break };
            let subject = plan.subject_of(operator).and_then(|watch| work.told(watch));
            let context = plan.context_of(operator).and_then(|watch| work.told(watch));
            let (subject, context) = (work.tell(subject), work.tell(context));
            if let Some(target) = work.targets.get_mut(at) {
                (target.subject, target.context) = (subject, context);
            }
        }
    }
    work.watched.clear();
}

/// How often a record is read for persons: once more where a value that is a name had more words than were known. One that is not
/// settled then is refused.
const READS_MAX: usize = 16;

fn read_parts(plan: &Plan, record: &Record<'_>, settings: &Settings, scratch: &mut Scratch) -> Result<(), RecordError> {
    let mut people = std::mem::take(&mut scratch.people);
    people.clear();
    let (mark, watched) = (scratch.work.mark(), scratch.work.watched.len());
    let targets = scratch.work.targets.len();
    scratch.work.looked.restart();
    scratch.work.labels.restart();
    let mut done = read_every(plan, record, settings, scratch, &people);
    if done.is_ok() && scratch.work.labels.settle(plan, &scratch.paths) {
        // A label may stand behind its value.
        scratch.work.back_to(&mark);
        scratch.work.watched.truncate(watched);
        scratch.work.looked.repeat();
        done = read_every(plan, record, settings, scratch, &people);
    }
    if done.is_ok() {
        people::learn(plan, &scratch.paths, &scratch.work, targets, &mut people);
        // A name in the last leaf counts in the first, too.
        let mut more = !people.is_empty();
        let mut reads = 0;
        while more && done.is_ok() {
            if reads == READS_MAX {
                done = Err(Reason::PersonsUnsettled { reads_max: READS_MAX }.into());
                break;
            }
            reads += 1;
            scratch.work.back_to(&mark);
            scratch.work.watched.truncate(watched);
            scratch.work.looked.repeat();
            done = read_every(plan, record, settings, scratch, &people);
            more = people::learn_more(plan, &scratch.paths, &scratch.work, reads, &mut people);
        }
    }
    scratch.people = people;
    done?;
    decide::decide(plan, &scratch.paths, &mut scratch.work);
    Ok(())
}

fn read_every(
    plan: &Plan,
    record: &Record<'_>,
    settings: &Settings,
    scratch: &mut Scratch,
    people: &People,
) -> Result<(), RecordError> {
    scratch.work.labels.again();
    if let Some(value) = record.value {
        if value.len() > settings.limits.record_max {
            return Err(Reason::RecordTooLarge { record_max: settings.limits.record_max }.into());
        }
        read_value(plan, record, value, settings, scratch, people)?;
    }
    if let Some(key) = record.key {
        let root = scratch.paths.key();
        read_plain(plan, key, (Part::Key, root), Reason::KeyNotText, scratch, people)?;
    }
    for (place, header) in record.headers.iter().enumerate() {
        let name = String::from_utf8_lossy(header.name);
        let root = scratch.paths.header(plan, &name);
        check_header_name(plan, &name, root, scratch)?;
        let Some(value) = header.value else { continue };
        read_plain(plan, value, (Part::Header(place), root), Reason::HeaderNotText, scratch, people)?;
    }
    Ok(())
}

/// Checks that a header's name, which nothing can be done to, holds no personal data; one that the policy names does not.
fn check_header_name(plan: &Plan, name: &str, root: NodeId, scratch: &mut Scratch) -> Result<(), RecordError> {
    let Scratch { paths, detect, clean_names, work, .. } = scratch;
    if clean_names.contains(root) || paths.node(root).named != Named::No {
        return Ok(());
    }
    let before = work.findings.len();
    plan.scan_name(name, detect, &mut work.findings);
    let findings = work.findings.get(before..).unwrap_or_default();
    if findings.is_empty() {
        clean_names.insert(root, false);
    }
    let applies = |one: &Finding| matches!(plan.decide(paths.node(root), one, name), Decision::Apply(_));
    let refused = findings.iter().any(applies);
    work.findings.truncate(before);
    if refused { Err(Reason::HeaderFinding.into()) } else { Ok(()) }
}

fn collector<'a>(
    plan: &'a Plan,
    (part, root): (Part, NodeId),
    scratch: &'a mut Scratch,
    people: &'a People,
) -> Collector<'a> {
    Collector {
        plan,
        paths: &mut scratch.paths,
        detect: &mut scratch.detect,
        clean_names: &mut scratch.clean_names,
        work: &mut scratch.work,
        part,
        root,
        holder: None,
        layers: 0,
        error: None,
        people,
        label: None,
        ahead: root,
    }
}

fn read_value(
    plan: &Plan,
    record: &Record<'_>,
    value: &[u8],
    settings: &Settings,
    scratch: &mut Scratch,
    people: &People,
) -> Result<(), RecordError> {
    let root = scratch.paths.root();
    let mut read = std::mem::take(&mut scratch.read);
    let mut visitor = collector(plan, (Part::Value, root), scratch, people);
    let result = match record.format.as_json() {
        Some(json) => json.walk(value, &settings.limits, &mut read, &mut visitor),
        None => record.format.read(value, &settings.limits, &mut read, &mut visitor),
    };
    let refused = visitor.error.take();
    scratch.read = read;
    if let Err(error) = result {
        return Err(wire_format(record, value).unwrap_or_else(|| error.into()));
    }
    match refused {
        Some(refused) => Err(refused.into_error(plan, &scratch.paths, &scratch.work)),
        None => Ok(()),
    }
}

/// Names a payload in Confluent's wire format as such: a zero byte, then the schema id in four bytes, big-endian.
fn wire_format(record: &Record<'_>, value: &[u8]) -> Option<RecordError> {
    if let (Origin::Kafka { .. }, [0, a, b, c, d, ..]) = (record.origin, value) {
        return Some(Reason::WireFormat { schema_id: u32::from_be_bytes([*a, *b, *c, *d]) }.into());
    }
    None
}

/// Reads a record key or header value: one text.
fn read_plain(
    plan: &Plan,
    bytes: &[u8],
    (part, root): (Part, NodeId),
    not_text: Reason,
    scratch: &mut Scratch,
    people: &People,
) -> Result<(), RecordError> {
    let here = scratch.paths.node(root);
    if here.treatment == Treatment::Keep && here.watch.is_none() {
        return Ok(());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| RecordError::new(not_text))?;
    let map = SpanMap::offset(0);
    let extent = Span::new(0, bytes.len());
    let mut visitor = collector(plan, (part, root), scratch, people);
    visitor.leaf(
        Leaf { kind: LeafKind::Text, text, map: &map, raw: extent },
        Node { kind: NodeKind::Text, member: extent, value: extent },
    );
    match visitor.error.take() {
        Some(refused) => Err(refused.into_error(plan, &scratch.paths, &scratch.work)),
        None => Ok(()),
    }
}

/// Writes one record and counts it.
#[expect(clippy::too_many_arguments, reason = "the one place where everything of a record meets")]
fn finish(
    plan: &Plan,
    record: &Record<'_>,
    settings: &Settings,
    scratch: &mut Scratch,
    answers: &[Answer],
    state: RecordState,
    index: usize,
    out: &mut Outcomes,
) {
    let RecordState { targets, left, shown, error } = state;
    if targets.is_empty() && error.is_none() {
        return keep(record, scratch.work.left.get(left).unwrap_or_default(), shown, index, out);
    }
    let start = out.bytes.len();
    let result = match error {
        Some(error) => Err(error),
        None => catch_unwind(AssertUnwindSafe(|| write(plan, record, settings, scratch, answers, targets, out)))
            .unwrap_or_else(|_| {
                forget_caches(scratch);
                Err(Reason::Internal.into())
            }),
    };
    let report = &mut out.report;
    report.records += 1;
    report.bytes_in += record.value.map_or(0, <[u8]>::len) as u64;
    let outcome = match result {
        Ok((outcome, done)) if outcome.disposition == Disposition::Forward => {
            report.forwarded += 1;
            report.bytes_out += match outcome.value {
                Piece::Same => record.value.map_or(0, <[u8]>::len),
                Piece::New(span) => span.len(),
                Piece::Null | Piece::Removed => 0,
            } as u64;
            report.changed += u64::from(outcome.is_changed());
            let targets = &scratch.work.targets;
            for target in done.iter().filter_map(|done| targets.get(done.target)) {
                *report.operators.entry(plan.operator(target.operator).name()).or_default() += 1;
                if let Some(entity) = target.entity {
                    report.entities.entry(entity).or_default().changed += 1;
                }
            }
            scratch.work.done = done;
            for entity in scratch.work.left.get(left).unwrap_or_default() {
                report.entities.entry(*entity).or_default().left += 1;
            }
            outcome
        }
        Ok((outcome, _)) => {
            out.bytes.truncate(start);
            report.dropped += 1;
            outcome
        }
        Err(error) => {
            out.bytes.truncate(start);
            *report.dead_letters.entry(error.code()).or_default() += 1;
            Outcome { disposition: Disposition::DeadLetter(error), ..Outcome::default() }
        }
    };
    if let Some(place) = out.outcomes.get_mut(index) {
        *place = Outcome { found: shown, ..outcome };
    }
}

/// Counts one record that leaves as it came.
fn keep(record: &Record<'_>, left: &[EntityIndex], shown: Vec<FoundText>, index: usize, out: &mut Outcomes) {
    let report = &mut out.report;
    let bytes = record.value.map_or(0, <[u8]>::len) as u64;
    report.records += 1;
    report.bytes_in += bytes;
    report.forwarded += 1;
    report.bytes_out += bytes;
    for entity in left {
        report.entities.entry(*entity).or_default().left += 1;
    }
    if let Some(outcome) = out.outcomes.get_mut(index) {
        outcome.found = shown;
    }
}

/// Runs the operators of one record and splices their edits.
fn write(
    plan: &Plan,
    record: &Record<'_>,
    settings: &Settings,
    scratch: &mut Scratch,
    answers: &[Answer],
    targets: Range<usize>,
    out: &mut Outcomes,
) -> Result<(Outcome, Vec<Done>), RecordError> {
    let told = Told { origin: record.origin, time: record.time, under: &[], holds: Holds::of(record.format) };
    let mut done = std::mem::take(&mut scratch.work.done);
    renew(&mut done);
    let verdict = operate(plan, &scratch.paths, &mut scratch.work, targets.clone(), answers, told, &mut done)?;
    if verdict == Verdict::Drop {
        return Ok((Outcome { disposition: Disposition::Drop, ..Outcome::default() }, done));
    }
    let mut outcome = Outcome { disposition: Disposition::Forward, ..Outcome::default() };
    if is_plain(&scratch.work, &done) {
        if plan.is_typed() {
            let raws: Result<Vec<Raw>, RecordError> = done.iter().map(|done| Raw::of(done, &scratch.work)).collect();
            fit::check(plan, record.format, scratch, &raws?)?;
        }
        if let (Some(bytes), false) = (record.value, done.is_empty()) {
            let Scratch { work, read, .. } = scratch;
            outcome.value =
                write_value((record.format, bytes), plain_edits(work, &done)?, settings, read, &mut out.bytes)?;
        }
    } else {
        write_parts((plan, record), settings, scratch, &done, &mut outcome, out)?;
    }
    if record.value.is_none() {
        outcome.other_keys = tombstone::other_keys(plan, record, outcome.key, scratch, targets, &mut out.bytes)?;
    }
    if settings.trace == Trace::Changes {
        outcome.changes = changes(&scratch.paths, &scratch.work, &done);
    }
    Ok((outcome, done))
}

/// Writes what is done in texts inside texts, in the record's key and in headers, too.
fn write_parts(
    (plan, record): (&Plan, &Record<'_>),
    settings: &Settings,
    scratch: &mut Scratch,
    done: &[Done],
    outcome: &mut Outcome,
    out: &mut Outcomes,
) -> Result<(), RecordError> {
    let Scratch { work, read, .. } = scratch;
    let raws: Result<Vec<Raw>, RecordError> = done.iter().map(|done| Raw::escaped(done, work)).collect();
    let mut raws = raws?;
    nest::lift(&mut raws, work, read)?;
    fit::check(plan, record.format, scratch, &raws)?;
    let Scratch { work, read, .. } = scratch;
    let of_value = of_part(&raws, Part::Value);
    if let (Some(bytes), false) = (record.value, of_value.is_empty()) {
        let edits = (edits(&of_value, &work.replacements), of_value.iter().any(Raw::renames));
        outcome.value = write_value((record.format, bytes), edits, settings, read, &mut out.bytes)?;
    }
    let came_in = record.key.unwrap_or_default();
    outcome.key = plain_piece(&of_part(&raws, Part::Key), came_in, &work.replacements, &mut out.bytes)?;
    outcome.headers = write_headers(record.headers, &raws, &work.replacements, &mut out.bytes)?;
    Ok(())
}

fn of_part(raws: &[Raw], part: Part) -> Vec<Raw> {
    raws.iter().filter(|raw| raw.part == part).copied().collect()
}

fn write_value(
    (format, bytes): (&dyn Format, &[u8]),
    (edits, renames): (Vec<Edit<'_>>, bool),
    settings: &Settings,
    read: &mut ReadScratch,
    out: &mut Vec<u8>,
) -> Result<Piece, RecordError> {
    let start = out.len();
    format.splice(bytes, &edits, out)?;
    let piece = Span::new(start, out.len());
    if renames && collision::collides(format, bytes, piece.of_bytes(out), &settings.limits, read)? {
        return Err(Reason::KeyCollision.into());
    }
    Ok(Piece::New(piece))
}

fn write_headers(
    headers: &[Header<'_>],
    raws: &[Raw],
    replacements: &str,
    out: &mut Vec<u8>,
) -> Result<Vec<(usize, Piece)>, RecordError> {
    let mut pieces = Vec::new();
    for (place, header) in headers.iter().enumerate() {
        let own = of_part(raws, Part::Header(place));
        if !own.is_empty() {
            pieces.push((place, plain_piece(&own, header.value.unwrap_or_default(), replacements, out)?));
        }
    }
    if !pieces.is_empty() && headers.iter().any(|header| std::str::from_utf8(header.name).is_err()) {
        return Err(Reason::HeaderName.into());
    }
    Ok(pieces)
}
