//! One body through the engine, in a worker.

use super::reason::Reasons;
use super::request::Media;
use crate::engine::{
    Disposition, EngineError, Outcomes, Reason, Record, RecordError, Report, Scratch, Settings, process,
};
use crate::format::{Format, FrameKind, Framed, Framer, Json, Kind, Text};
use crate::model::{Origin, RecordTime, Span};
use crate::policy::Plan;
use serde::Serialize;

/// How many records go through the engine at once: enough to spread what a batch costs, and few enough that the
/// scratch stays small.
const BATCH_RECORDS: usize = 256;

/// The memory of one worker.
#[derive(Default)]
pub(super) struct Memory {
    pub scratch: Scratch,
    pub reasons: Reasons,
    outcomes: Outcomes,
}

/// What became of a body.
#[derive(Debug, Default)]
pub(super) struct Worked {
    /// The answer's body; worthless where a body that is one record was refused.
    pub out: Vec<u8>,
    /// Counts.
    pub report: Report,
    /// The first refusal.
    pub refusal: Option<RecordError>,
}

/// A frame of the body.
pub(super) struct Frame {
    pub whole: Span,
    pub what: What,
}

pub(super) enum What {
    /// Blank lines, copied.
    Copied,
    /// A record with what stands around it copied.
    Record { body: Span, line: u64 },
    /// A line that is too long for a record.
    TooLarge { line: u64 },
}

/// What stands in the answer at the place of a refused line.
#[derive(Serialize)]
struct Refusal<'a> {
    privet_error: RefusalMembers<'a>,
}

#[derive(Serialize)]
struct RefusalMembers<'a> {
    code: &'a str,
    line: u64,
    detail: &'a str,
}

/// Takes the records of a body through the plan.
///
/// # Errors
/// Where a store that the plan needs does not answer.
pub(super) fn work(
    plan: &Plan,
    media: Media,
    body: &[u8],
    request: u64,
    settings: &Settings,
    memory: &mut Memory,
) -> Result<Worked, EngineError> {
    let format: &dyn Format = match media {
        Media::Json | Media::Ndjson => &Json,
        Media::Text => &Text,
    };
    let frames = cut(media, body, settings);
    let mut worked = Worked { out: Vec::with_capacity(body.len()), ..Worked::default() };
    let mut first = 0;
    for frames in frames.chunks(BATCH_RECORDS) {
        first = batch(plan, format, Part { media, body, request, first, frames }, settings, memory, &mut worked)?;
    }
    Ok(worked)
}

/// Cuts the body into frames, as every face does.
pub(super) fn cut(media: Media, body: &[u8], settings: &Settings) -> Vec<Frame> {
    let kind = match media {
        Media::Json => Kind::Json,
        Media::Ndjson => Kind::Ndjson,
        Media::Text => Kind::Document,
    };
    let frames = framed(kind, body, settings);
    if media == Media::Json && frames.iter().all(|frame| matches!(frame.what, What::Copied)) {
        // One record was promised, and nothing is no record: let the format say so.
        let all = Span::new(0, body.len());
        return vec![Frame { whole: all, what: What::Record { body: all, line: 1 } }];
    }
    frames
}

fn framed(kind: Kind, body: &[u8], settings: &Settings) -> Vec<Frame> {
    let mut framer = Framer::new(kind, settings.limits.record_max);
    let mut frames: Vec<Frame> = Vec::new();
    let mut from = 0;
    loop {
        let frame = match framer.next(body, from, true) {
            Framed::Frame { body, whole, line, what: FrameKind::Record | FrameKind::Header } => {
                Frame { whole, what: What::Record { body, line } }
            }
            Framed::Frame { whole, what: FrameKind::Blank, .. } => Frame { whole, what: What::Copied },
            Framed::TooLarge { whole, line } => Frame { whole, what: What::TooLarge { line } },
            Framed::Skipped { whole } => {
                from = whole.end;
                if let Some(before) = frames.last_mut() {
                    before.whole.end = whole.end;
                }
                continue;
            }
            Framed::Incomplete | Framed::End => return frames,
        };
        from = frame.whole.end;
        frames.push(frame);
    }
}

/// Some frames of a body.
pub(super) struct Part<'a> {
    pub media: Media,
    pub body: &'a [u8],
    pub request: u64,
    /// How many records came before.
    pub first: u64,
    pub frames: &'a [Frame],
}

impl Part<'_> {
    pub fn records(&self) -> impl Iterator<Item = Span> {
        self.frames.iter().filter_map(|frame| match frame.what {
            What::Record { body, .. } => Some(body),
            What::Copied | What::TooLarge { .. } => None,
        })
    }
}

/// Takes one batch through the engine; gives the number of the record after it.
fn batch(
    plan: &Plan,
    format: &dyn Format,
    part: Part<'_>,
    settings: &Settings,
    memory: &mut Memory,
    worked: &mut Worked,
) -> Result<u64, EngineError> {
    let origins: Vec<Origin> =
        (part.first..).zip(part.records()).map(|(index, _)| Origin::Request { request: part.request, index }).collect();
    let records: Vec<Record<'_>> = part
        .records()
        .zip(&origins)
        .map(|(body, origin)| Record {
            origin,
            time: RecordTime(None),
            format,
            value: Some(body.of_bytes(part.body)),
            key: None,
            headers: &[],
        })
        .collect();
    process(plan, &records, settings, &mut memory.scratch, &mut memory.outcomes)?;
    worked.report.merge(memory.outcomes.report());
    let mut done = records.iter().zip(memory.outcomes.outcomes());
    for frame in part.frames {
        let whole = frame.whole;
        match frame.what {
            What::Copied => worked.out.extend_from_slice(whole.of_bytes(part.body)),
            What::TooLarge { line } => worked.too_large(&part, whole, line, settings),
            What::Record { body, line } => {
                let Some((record, outcome)) = done.next() else { continue };
                match &outcome.disposition {
                    Disposition::Forward => {
                        let value = memory.outcomes.piece(outcome.value, record.value).unwrap_or_default();
                        worked.around(&part, whole, body, value);
                    }
                    Disposition::Drop => {}
                    Disposition::DeadLetter(error) => worked.refuse(&part, whole, body, line, error.clone()),
                }
            }
        }
    }
    Ok(part.first.saturating_add(u64::try_from(origins.len()).unwrap_or(u64::MAX)))
}

impl Worked {
    /// Writes a value and copies what stood around the one that came in.
    pub fn around(&mut self, part: &Part<'_>, whole: Span, body: Span, value: &[u8]) {
        self.out.extend_from_slice(Span::new(whole.start, body.start).of_bytes(part.body));
        self.out.extend_from_slice(value);
        self.out.extend_from_slice(Span::new(body.end, whole.end).of_bytes(part.body));
    }

    /// Puts an error where a record stood; it says nothing of what the record held.
    pub fn refuse(&mut self, part: &Part<'_>, whole: Span, body: Span, line: u64, error: RecordError) {
        if part.media == Media::Ndjson {
            let members = RefusalMembers { code: error.code(), line, detail: &error.detail().to_string() };
            // Text and numbers always serialize.
            let object = serde_json::to_vec(&Refusal { privet_error: members }).unwrap_or_default();
            self.around(part, whole, body, &object);
        }
        self.refusal.get_or_insert(error);
    }

    /// Refuses a line that the engine never saw, and counts it.
    pub fn too_large(&mut self, part: &Part<'_>, whole: Span, line: u64, settings: &Settings) {
        let error = RecordError::from(Reason::RecordTooLarge { record_max: settings.limits.record_max });
        self.report.records = self.report.records.saturating_add(1);
        let count = self.report.dead_letters.entry(error.code()).or_default();
        *count = count.saturating_add(1);
        let line_end = whole.of_bytes(part.body).iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let body = Span::new(whole.start, whole.end.saturating_sub(line_end));
        self.refuse(part, whole, body, line, error);
    }
}
