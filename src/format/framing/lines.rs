//! A record a line.

use super::{Cut, Input, Rest, frame};
use memchr::memchr;

/// Cuts at line ends, `\n` or `\r\n`; lines of white space are blank.
#[derive(Debug)]
pub(super) struct Lines {
    record_max: usize,
    /// How many bytes of the line at hand are known to hold no line end.
    looked: usize,
}

impl Lines {
    pub(super) const fn new(record_max: usize) -> Self {
        Self { record_max, looked: 0 }
    }

    pub(super) fn cut(&mut self, rest: &[u8], input: Input) -> Cut {
        let end = memchr(b'\n', rest.get(self.looked..).unwrap_or_default()).map(|at| self.looked + at);
        let (line, whole) = match end {
            Some(end) => (rest.get(..end).unwrap_or_default(), end + 1),
            None if input == Input::Ended => (rest, rest.len()),
            // One byte more than allowed may be half of a line end.
            None if rest.len() > self.record_max.saturating_add(1) => {
                self.looked = 0;
                return Cut::TooLarge { whole: rest.len(), rest: Rest::Follows };
            }
            None => {
                self.looked = rest.len();
                return Cut::More;
            }
        };
        self.looked = 0;
        let body = match line.strip_suffix(b"\r") {
            Some(body) if end.is_some() => body.len(),
            _ => line.len(),
        };
        if body > self.record_max {
            return Cut::TooLarge { whole, rest: Rest::Nothing };
        }
        frame(rest, body, whole)
    }
}

/// Measures what is left of a line that is too large.
pub(super) fn skip(rest: &[u8]) -> (usize, Rest) {
    match memchr(b'\n', rest) {
        Some(end) => (end + 1, Rest::Nothing),
        None => (rest.len(), Rest::Follows),
    }
}
