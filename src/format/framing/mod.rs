//! Cuts a stream of bytes into records, whatever pieces it comes in.
//!
//! The law: the `whole`s of everything [`Framer::next`] gives, put one after the other, are the input, and the same
//! frames come out however the input was cut into buffers.

mod blocks;
mod lines;
mod rows;

use super::{Delimiter, Kind};
use crate::model::Span;
use blocks::{Document, WholeInput};
use lines::Lines;
use rows::Rows;

/// Cuts the bytes of one input into frames.
#[derive(Debug)]
pub struct Framer {
    cutter: Cutter,
    stage: Stage,
    /// The line on which the next byte stands, from 1.
    line: u64,
}

/// What comes next in an input; spans are of the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framed {
    /// A record, or something that is copied in its place.
    Frame {
        /// The record.
        body: Span,
        /// The record with what stands around it and is copied: a byte-order mark, a line end.
        whole: Span,
        /// The line on which it begins, from 1.
        line: u64,
        /// What it is.
        what: FrameKind,
    },
    /// More bytes are needed: call again with the same bytes and more behind them.
    Incomplete,
    /// A record that is larger than allowed: reported once, here; its bytes, `whole` and what [`Framed::Skipped`]
    /// gives after it, are left out.
    TooLarge {
        /// What of it is read so far.
        whole: Span,
        /// The line on which it begins, from 1.
        line: u64,
    },
    /// More of a record that is too large.
    Skipped {
        /// What more of it is read.
        whole: Span,
    },
    /// The input has ended, and all of it was given.
    End,
}

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameKind {
    /// A record of the input's format.
    Record,
    /// The header of a CSV file, which comes once, before its rows.
    Header,
    /// White space without a record, which is copied.
    Blank,
}

/// Where in the input the framer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before the first frame: a byte-order mark may stand here.
    Start,
    /// Before a frame.
    Between,
    /// In a record that is too large.
    Skipping,
}

/// Whether more input can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    Open,
    Ended,
}

/// What a cutter finds at the front of the bytes; lengths count from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// `body` bytes of record in `whole` bytes.
    Frame { body: usize, whole: usize, what: FrameKind },
    /// Too few bytes to tell.
    More,
    /// `whole` bytes of a record that is too large.
    TooLarge { whole: usize, rest: Rest },
}

/// Whether more of a record that is too large follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Follows,
    Nothing,
}

#[derive(Debug)]
enum Cutter {
    Lines(Lines),
    Rows(Rows),
    WholeInput(WholeInput),
    Document(Document),
}

impl Framer {
    /// Makes a framer for one input; `record_max` bounds the body of a frame in bytes.
    pub fn new(kind: Kind, record_max: usize) -> Self {
        let cutter = match kind {
            Kind::Ndjson | Kind::Text => Cutter::Lines(Lines::new(record_max)),
            Kind::Csv | Kind::Tsv => Cutter::Rows(Rows::new(kind.delimiter(), record_max)),
            Kind::Json => Cutter::WholeInput(WholeInput::new(record_max)),
            Kind::Document => Cutter::Document(Document::new(record_max)),
        };
        Self { cutter, stage: Stage::Start, line: 1 }
    }

    /// Makes a framer for CSV with a delimiter that is known.
    pub fn with_delimiter(delimiter: Delimiter, record_max: usize) -> Self {
        Self { cutter: Cutter::Rows(Rows::new(Some(delimiter), record_max)), stage: Stage::Start, line: 1 }
    }

    /// Gives the delimiter of a CSV input: known once the header was given, if not from the start.
    pub const fn delimiter(&self) -> Option<Delimiter> {
        match &self.cutter {
            Cutter::Rows(rows) => rows.delimiter(),
            Cutter::Lines(_) | Cutter::WholeInput(_) | Cutter::Document(_) => None,
        }
    }

    /// Gives what stands in `buffer` at `from`, which is where the `whole` given last ended.
    ///
    /// The bytes before `from` are not looked at, so the caller may drop them. `end_of_input` says that nothing
    /// follows the buffer. Every byte is looked at a bounded number of times, however small the pieces.
    pub fn next(&mut self, buffer: &[u8], from: usize, end_of_input: bool) -> Framed {
        let input = if end_of_input { Input::Ended } else { Input::Open };
        let rest = buffer.get(from..).unwrap_or_default();
        if rest.is_empty() {
            return if end_of_input { Framed::End } else { Framed::Incomplete };
        }
        if self.stage == Stage::Skipping {
            let (len, left) = self.cutter.skip(rest, input);
            if len == 0 {
                return Framed::Incomplete;
            }
            return Framed::Skipped { whole: self.advance(rest, from, len, left) };
        }
        let Some(mark) = self.mark(rest, input) else { return Framed::Incomplete };
        let line = self.line;
        match self.cutter.cut(rest.get(mark..).unwrap_or_default(), input) {
            Cut::More => Framed::Incomplete,
            Cut::Frame { body, whole, what } => {
                let whole = self.advance(rest, from, mark + whole, Rest::Nothing);
                let start = from + mark;
                Framed::Frame { body: Span::new(start, start + body), whole, line, what }
            }
            Cut::TooLarge { whole, rest: left } => {
                Framed::TooLarge { whole: self.advance(rest, from, mark + whole, left), line }
            }
        }
    }

    /// Gives the frames of an input that is all in memory, up to its end.
    pub fn frames(mut self, input: &[u8]) -> impl Iterator<Item = Framed> {
        let mut from = 0;
        std::iter::from_fn(move || match self.next(input, from, true) {
            Framed::End | Framed::Incomplete => None,
            framed @ (Framed::Frame { whole, .. } | Framed::TooLarge { whole, .. } | Framed::Skipped { whole }) => {
                from = whole.end;
                Some(framed)
            }
        })
    }

    /// Measures the byte-order mark that may stand at the start of the input; none if more bytes are needed to tell.
    fn mark(&self, rest: &[u8], input: Input) -> Option<usize> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.stage != Stage::Start {
            return Some(0);
        }
        if rest.starts_with(MARK) {
            return Some(MARK.len());
        }
        if input == Input::Open && MARK.starts_with(rest) { None } else { Some(0) }
    }

    /// Takes `len` bytes off the front.
    fn advance(&mut self, rest: &[u8], from: usize, len: usize, left: Rest) -> Span {
        let taken = rest.get(..len).unwrap_or(rest);
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.stage = Stage::Skipping;
        if left == Rest::Nothing {
            self.stage = Stage::Between;
            // A row may end with a carriage return alone.
            self.line += u64::from(matches!(self.cutter, Cutter::Rows(_)) && taken.ends_with(b"\r"));
        }
        Span::new(from, from + taken.len())
    }
}

impl Cutter {
    fn cut(&mut self, rest: &[u8], input: Input) -> Cut {
        match self {
            Self::Lines(lines) => lines.cut(rest, input),
            Self::Rows(rows) => rows.cut(rest, input),
            Self::WholeInput(whole) => whole.cut(rest, input),
            Self::Document(document) => document.cut(rest, input),
        }
    }

    /// Measures how much of the record goes on that is too large.
    fn skip(&mut self, rest: &[u8], input: Input) -> (usize, Rest) {
        match self {
            Self::Lines(_) => lines::skip(rest),
            Self::Rows(rows) => rows.skip(rest, input),
            Self::WholeInput(_) => (rest.len(), Rest::Follows),
            Self::Document(document) => document.skip(rest),
        }
    }
}

/// Tells whether a line, or all of an input, has no record.
fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Makes the frame of `body` bytes in `whole` bytes.
fn frame(bytes: &[u8], body: usize, whole: usize) -> Cut {
    let blank = is_blank(bytes.get(..body).unwrap_or_default());
    Cut::Frame { body, whole, what: if blank { FrameKind::Blank } else { FrameKind::Record } }
}

#[cfg(test)]
mod tests;
