//! One chunk of one input through the engine.

use crate::engine::Report;
use crate::engine::{
    Change, Disposition, EngineError, FoundText, Outcomes, Reason, Record, RecordError, Scratch, Settings, Trace,
    process,
};
use crate::format::Format;
use crate::model::{Origin, RecordTime, Span};
use crate::policy::Plan;
use std::sync::Arc;

/// The memory of one worker.
#[derive(Default)]
pub(super) struct Memory {
    scratch: Scratch,
    outcomes: Outcomes,
}

/// Frames of one input that follow each other, with the bytes they lie in.
pub(super) struct Chunk {
    pub(super) file: Arc<str>,
    pub(super) format: Shared,
    pub(super) bytes: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
}

/// A format that outlives its chunk.
#[derive(Clone)]
pub(super) enum Shared {
    /// One of the formats that need nothing.
    Static(&'static dyn Format),
    /// The rows of one file, or its header.
    Counted(Arc<dyn Format>),
}

impl Shared {
    fn format(&self) -> &dyn Format {
        match self {
            Self::Static(format) => *format,
            Self::Counted(format) => &**format,
        }
    }
}

/// One frame of a chunk, in its order; together they are all its bytes.
pub(super) struct Piece {
    pub(super) whole: Span,
    pub(super) what: What,
}

/// What a frame is to the engine.
pub(super) enum What {
    /// Copied: blank lines.
    Copied,
    /// A record, or a header, with what stands around it copied.
    Record { row: Row, body: Span, line: u64 },
    /// Refused without a look.
    TooLarge { line: u64 },
    /// More of what was refused.
    Skipped,
}

/// A record that was refused: where it is, and why; never what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it is.
    pub origin: Origin,
    /// Why.
    pub error: RecordError,
}

/// The changed fields of one record: raw values, for a person's eyes only.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Where it is.
    pub origin: Origin,
    /// Its changed fields.
    pub changes: Vec<Change>,
}

/// What was found in one record, or why it could not be read; in the order of the input.
#[derive(Debug, Clone)]
pub struct Analyzed {
    /// Where it is.
    pub origin: Origin,
    /// Whether it is a record.
    pub row: Row,
    /// What was found.
    pub found: Result<Vec<FoundText>, RecordError>,
}

/// What a frame of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A record.
    Record,
    /// The header of a table.
    Header,
}

/// What became of a chunk.
#[derive(Default)]
pub(super) struct Worked {
    pub(super) out: Vec<u8>,
    pub(super) refused: Vec<Refused>,
    pub(super) changed: Vec<Changed>,
    pub(super) analyzed: Vec<Analyzed>,
    pub(super) report: Report,
}

impl Chunk {
    /// Takes the chunk through the plan.
    pub(super) fn work(self, plan: &Plan, settings: &Settings, memory: &mut Memory) -> Result<Worked, EngineError> {
        // Its own copy of the name: threads would fight over the count of a shared one.
        let file: Arc<str> = Arc::from(&*self.file);
        let origins: Vec<Origin> =
            self.records().map(|(_, line)| Origin::File { file: Arc::clone(&file), line }).collect();
        let batch: Vec<Record<'_>> = self
            .records()
            .zip(&origins)
            .map(|((body, _), origin)| Record {
                origin,
                time: RecordTime(None),
                format: self.format.format(),
                value: Some(body.of_bytes(&self.bytes)),
                key: None,
                headers: &[],
            })
            .collect();
        let Memory { scratch, outcomes } = memory;
        process(plan, &batch, settings, scratch, outcomes)?;
        Ok(self.put_together(&file, &batch, outcomes, settings))
    }

    fn records(&self) -> impl Iterator<Item = (Span, u64)> {
        self.pieces.iter().filter_map(|piece| match piece.what {
            What::Record { body, line, .. } => Some((body, line)),
            What::Copied | What::TooLarge { .. } | What::Skipped => None,
        })
    }

    fn put_together(&self, file: &Arc<str>, batch: &[Record<'_>], outcomes: &Outcomes, settings: &Settings) -> Worked {
        let mut worked = Worked { report: outcomes.report().clone(), ..Worked::default() };
        worked.out.reserve(self.bytes.len());
        let mut done = batch.iter().zip(outcomes.outcomes());
        for piece in &self.pieces {
            let (row, body) = match piece.what {
                What::Copied => {
                    worked.out.extend_from_slice(piece.whole.of_bytes(&self.bytes));
                    continue;
                }
                What::TooLarge { line } => {
                    if settings.trace == Trace::Findings {
                        worked.analyzed.push(Analyzed {
                            origin: Origin::File { file: Arc::clone(file), line },
                            row: Row::Record,
                            found: Err(Reason::RecordTooLarge { record_max: settings.limits.record_max }.into()),
                        });
                    }
                    worked.refuse_too_large(file, line, settings);
                    continue;
                }
                What::Skipped => continue,
                What::Record { row, body, .. } => (row, body),
            };
            let Some((record, outcome)) = done.next() else { continue };
            if settings.trace == Trace::Findings {
                let found = match &outcome.disposition {
                    Disposition::DeadLetter(error) => Err(error.clone()),
                    Disposition::Forward | Disposition::Drop => Ok(outcome.found.clone()),
                };
                worked.analyzed.push(Analyzed { origin: record.origin.clone(), row, found });
            }
            match &outcome.disposition {
                Disposition::Forward => {
                    let before = Span::new(piece.whole.start, body.start);
                    let after = Span::new(body.end, piece.whole.end);
                    worked.out.extend_from_slice(before.of_bytes(&self.bytes));
                    worked.out.extend_from_slice(outcomes.piece(outcome.value, record.value).unwrap_or_default());
                    worked.out.extend_from_slice(after.of_bytes(&self.bytes));
                    if !outcome.changes.is_empty() {
                        worked
                            .changed
                            .push(Changed { origin: record.origin.clone(), changes: outcome.changes.clone() });
                    }
                }
                Disposition::Drop => {}
                Disposition::DeadLetter(error) => {
                    worked.refused.push(Refused { origin: record.origin.clone(), error: error.clone() });
                }
            }
        }
        worked
    }
}

impl Worked {
    /// Counts a record that was never given to the engine.
    fn refuse_too_large(&mut self, file: &Arc<str>, line: u64, settings: &Settings) {
        let error = RecordError::from(Reason::RecordTooLarge { record_max: settings.limits.record_max });
        self.report.records = self.report.records.saturating_add(1);
        let count = self.report.dead_letters.entry(error.code()).or_default();
        *count = count.saturating_add(1);
        self.refused.push(Refused { origin: Origin::File { file: Arc::clone(file), line }, error });
    }
}
