//! One body turned back: tokens and ciphertexts in it become the values again, where that is permitted.

use super::request::Media;
use super::work::{Part, What, Worked, cut};
use crate::engine::{EngineError, ReverseScratch, Rights, Settings, reverse};
use crate::format::{Format, Json, Text};
use crate::policy::Plan;
use std::collections::BTreeMap;

/// What became of a body that was to be turned back.
#[derive(Debug)]
pub struct Back {
    pub(super) worked: Worked,
    /// How many records there were.
    pub records: u64,
    /// How many values were turned back, by key domain and value kind.
    pub opened: BTreeMap<(String, String), u64>,
    /// How many would have been, had their time not been over.
    pub expired: u64,
}

impl Back {
    /// Gives the body turned back; what could not be turned back stands in it as it came, whatever the cause.
    pub fn out(&self) -> &[u8] {
        &self.worked.out
    }

    /// Tells how many records could not be read.
    pub fn refused(&self) -> u64 {
        self.worked.report.refused()
    }

    /// Tells what is wrong with the first record that could not be read; nothing of it.
    pub fn refusal(&self) -> Option<String> {
        self.worked.refusal.as_ref().map(ToString::to_string)
    }

    /// Tells how many values were turned back.
    pub fn count(&self) -> u64 {
        self.opened.values().sum()
    }

    /// Gives the counts as audit records tell them.
    pub fn told(&self) -> BTreeMap<String, u64> {
        self.opened.iter().map(|((ring, kind), count)| (format!("{ring}/{kind}"), *count)).collect()
    }
}

/// Turns the records of a body back; a store is asked once for all of them.
///
/// # Errors
/// Where a store that the plan needs does not answer.
pub fn turn_back(
    plan: &Plan,
    media: Media,
    body: &[u8],
    rights: &Rights<'_>,
    settings: &Settings,
) -> Result<Back, EngineError> {
    let format: &dyn Format = match media {
        Media::Json | Media::Ndjson => &Json,
        Media::Text => &Text,
    };
    let frames = cut(media, body, settings);
    let part = Part { media, body, request: 0, first: 0, frames: &frames };
    let records: Vec<&[u8]> = part.records().map(|span| span.of_bytes(body)).collect();
    let turned = reverse(plan, format, &records, rights, settings, &mut ReverseScratch::default())?;
    let mut worked = Worked { out: Vec::with_capacity(body.len()), ..Worked::default() };
    worked.report.records = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let (mut opened, mut expired): (BTreeMap<(String, String), u64>, u64) = (BTreeMap::new(), 0);
    let mut turned = turned.into_iter();
    for frame in part.frames {
        match frame.what {
            What::Copied => worked.out.extend_from_slice(frame.whole.of_bytes(body)),
            What::TooLarge { line } => worked.too_large(&part, frame.whole, line, settings),
            What::Record { body, line } => match turned.next() {
                Some(Ok(reversed)) => {
                    worked.around(&part, frame.whole, body, &reversed.bytes);
                    expired += reversed.expired;
                    for (what, count) in reversed.opened {
                        *opened.entry(what).or_default() += count;
                    }
                }
                Some(Err(error)) => {
                    *worked.report.dead_letters.entry(error.code()).or_default() += 1;
                    worked.refuse(&part, frame.whole, body, line, error);
                }
                None => {}
            },
        }
    }
    Ok(Back { records: worked.report.records, worked, opened, expired })
}
