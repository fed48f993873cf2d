//! Records of many lines: a whole input, or what stands between blank lines.

use super::{Cut, Input, Rest, frame, is_blank};
use memchr::{memchr, memrchr};

/// The whole input is one record.
#[derive(Debug)]
pub(super) struct WholeInput {
    record_max: usize,
}

impl WholeInput {
    pub(super) const fn new(record_max: usize) -> Self {
        Self { record_max }
    }

    pub(super) fn cut(&self, rest: &[u8], input: Input) -> Cut {
        if rest.len() > self.record_max {
            return Cut::TooLarge { whole: rest.len(), rest: Rest::Follows };
        }
        match input {
            Input::Open => Cut::More,
            Input::Ended => frame(rest, rest.len(), rest.len()),
        }
    }
}

/// The whole input is one record up to the limit; beyond that it is cut behind the last blank line that fits.
///
/// A paragraph that does not fit is too large.
#[derive(Debug)]
pub(super) struct Document {
    record_max: usize,
    /// What stands on the line at hand of a paragraph that is too large.
    line: Line,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    Text,
}

impl Document {
    pub(super) const fn new(record_max: usize) -> Self {
        Self { record_max, line: Line::Blank }
    }

    pub(super) fn cut(&mut self, rest: &[u8], input: Input) -> Cut {
        if rest.len() <= self.record_max {
            return match input {
                Input::Open => Cut::More,
                Input::Ended => frame(rest, rest.len(), rest.len()),
            };
        }
        let fitting = rest.get(..self.record_max).unwrap_or_default();
        if let Some(len) = last_blank_line(fitting) {
            return frame(rest, len, len);
        }
        self.line = Line::Blank;
        let (whole, rest) = self.skip(rest);
        Cut::TooLarge { whole, rest }
    }

    /// Measures what is left of a paragraph that is too large, the blank line behind it included.
    pub(super) fn skip(&mut self, rest: &[u8]) -> (usize, Rest) {
        let mut at = 0;
        loop {
            let line = rest.get(at..).unwrap_or_default();
            let Some(end) = memchr(b'\n', line) else {
                if !is_blank(line) {
                    self.line = Line::Text;
                }
                return (rest.len(), Rest::Follows);
            };
            let blank = self.line == Line::Blank && is_blank(line.get(..end).unwrap_or_default());
            self.line = Line::Blank;
            at += end + 1;
            if blank {
                return (at, Rest::Nothing);
            }
        }
    }
}

/// Finds the end of the last blank line.
fn last_blank_line(bytes: &[u8]) -> Option<usize> {
    let mut end = memrchr(b'\n', bytes)?;
    loop {
        let before = bytes.get(..end).unwrap_or_default();
        let start = memrchr(b'\n', before);
        let line = before.get(start.map_or(0, |start| start + 1)..).unwrap_or_default();
        if is_blank(line) {
            return Some(end + 1);
        }
        end = start?;
    }
}
