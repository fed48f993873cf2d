//! A record a row of CSV, whose quoted cells may hold line ends.

use super::{Cut, FrameKind, Input, Rest};
use crate::format::Delimiter;

/// Cuts at the ends of rows as csv-core sees them: `\n`, `\r\n` or `\r` outside quotes, where a quote opens a cell
/// only at its start. Empty lines are blank; the first row is the header.
#[derive(Debug)]
pub(super) struct Rows {
    record_max: usize,
    /// Until the header is read every delimiter counts, if none is given.
    delimiter: Option<Delimiter>,
    header: Header,
    state: State,
    /// How many bytes of the row at hand the state has taken in.
    looked: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Header {
    Awaited,
    Given,
    /// It is too large: nothing after it can be read.
    Lost,
}

/// Where in a row a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// Behind a quote inside quotes: doubled, or the last.
    QuoteInQuoted,
}

/// What the search for the end of a row finds.
enum End {
    /// The row's length, and its length with the line end.
    At { body: usize, whole: usize },
    /// Nothing yet.
    More,
}

impl Rows {
    pub(super) const fn new(delimiter: Option<Delimiter>, record_max: usize) -> Self {
        Self { record_max, delimiter, header: Header::Awaited, state: State::CellStart, looked: 0 }
    }

    pub(super) const fn delimiter(&self) -> Option<Delimiter> {
        self.delimiter
    }

    pub(super) fn cut(&mut self, rest: &[u8], input: Input) -> Cut {
        // One byte behind the largest row there may be is enough to tell that one is larger.
        let (body, whole) = match self.find(rest, input, self.record_max.saturating_add(1)) {
            End::At { body, whole } => (body, whole),
            End::More if self.looked > self.record_max => {
                self.lose_header();
                let whole = self.looked;
                self.looked = 0;
                return Cut::TooLarge { whole, rest: Rest::Follows };
            }
            End::More => return Cut::More,
        };
        if body > self.record_max {
            let rest = if self.lose_header() { Rest::Follows } else { Rest::Nothing };
            return Cut::TooLarge { whole, rest };
        }
        let what = match self.header {
            _ if body == 0 => FrameKind::Blank,
            Header::Awaited => {
                self.header = Header::Given;
                self.delimiter.get_or_insert(Delimiter::sniff(rest.get(..body).unwrap_or_default()));
                FrameKind::Header
            }
            Header::Given | Header::Lost => FrameKind::Record,
        };
        Cut::Frame { body, whole, what }
    }

    /// Measures what is left of a row that is too large.
    pub(super) fn skip(&mut self, rest: &[u8], input: Input) -> (usize, Rest) {
        if self.header == Header::Lost {
            return (rest.len(), Rest::Follows);
        }
        match self.find(rest, input, usize::MAX) {
            End::At { whole, .. } => (whole, Rest::Nothing),
            End::More => {
                let len = self.looked;
                self.looked = 0;
                (len, Rest::Follows)
            }
        }
    }

    /// Notes that the header is too large, if no header was given yet; tells whether that is so.
    fn lose_header(&mut self) -> bool {
        let lost = self.header == Header::Awaited;
        if lost {
            self.header = Header::Lost;
        }
        lost
    }

    /// Looks for the end of the row in at most `looked_max` bytes of it.
    fn find(&mut self, rest: &[u8], input: Input, looked_max: usize) -> End {
        while let Some(&byte) = rest.get(self.looked).filter(|_| self.looked < looked_max) {
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _) => State::Quoted,
                (State::CellStart | State::QuoteInQuoted, b'"') => State::Quoted,
                (State::CellStart | State::Bare | State::QuoteInQuoted, b'\r' | b'\n') => {
                    let body = self.looked;
                    let pair = byte == b'\r' && rest.get(body + 1) == Some(&b'\n');
                    if byte == b'\r' && input == Input::Open && rest.len() == body + 1 {
                        return End::More;
                    }
                    self.restart();
                    return End::At { body, whole: body + if pair { 2 } else { 1 } };
                }
                (State::CellStart | State::Bare | State::QuoteInQuoted, _) if self.is_delimiter(byte) => {
                    State::CellStart
                }
                (State::CellStart | State::Bare | State::QuoteInQuoted, _) => State::Bare,
            };
            self.looked += 1;
        }
        if input == Input::Ended && self.looked == rest.len() {
            self.restart();
            return End::At { body: rest.len(), whole: rest.len() };
        }
        End::More
    }

    const fn restart(&mut self) {
        self.state = State::CellStart;
        self.looked = 0;
    }

    fn is_delimiter(&self, byte: u8) -> bool {
        match self.delimiter {
            Some(delimiter) => delimiter.byte() == byte,
            None => Delimiter::ALL.iter().any(|delimiter| delimiter.byte() == byte),
        }
    }
}
