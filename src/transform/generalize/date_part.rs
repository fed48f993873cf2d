//! Dates, cut to a part that says less.

use jiff::civil::Date;

use super::super::time_of_day::may_follow_date;
use super::super::{BuildError, OperatorError, Parameters, ValueKind};
use super::{Around, Coarser, Lengths, Way};
use crate::model::{Shape, Spelled};

/// Keeps the year, and perhaps the quarter or month, of a date.
#[derive(Debug, Clone, Copy)]
pub(super) enum DatePart {
    Year,
    Quarter,
    Month,
}

impl DatePart {
    pub(super) fn build(parameters: &Parameters) -> Result<Self, BuildError> {
        let parts = [("year", Self::Year), ("quarter", Self::Quarter), ("month", Self::Month)];
        parameters
            .choice("date_part", &parts)?
            .ok_or_else(|| BuildError::of("date_part", "`date_part` is year, quarter or month"))
    }
}

/// Characters of `1987`, of `1987-04` and `1987-Q2`, and of `19870412`.
const YEAR: usize = 4;
const YEAR_AND_MONTH: usize = 7;
const SHORTEST_DAY: usize = 8;

impl DatePart {
    fn written(self) -> Shape {
        let (len, as_is) = match self {
            Self::Year => (YEAR, "[0-9]{4}"),
            Self::Quarter => (YEAR_AND_MONTH, "[0-9]{4}-Q[1-4]"),
            Self::Month => (YEAR_AND_MONTH, "[0-9]{4}-(?:0[1-9]|1[0-2])"),
        };
        Shape::Text { len_min: len, len_max: Some(len), spelled: Spelled::As(as_is.to_owned()) }
    }
}

impl Way for DatePart {
    fn of_number(&self) -> Shape {
        match self {
            // No number begins with a zero.
            Self::Year => Shape::Between(1000, 9999),
            Self::Quarter | Self::Month => self.written(),
        }
    }

    /// A year stays, and so does what says no more than is asked for.
    fn of_texts(&self, lengths: Lengths) -> Vec<Shape> {
        let is_cut = match self {
            Self::Year | Self::Quarter => lengths.reaches(YEAR_AND_MONTH),
            Self::Month => lengths.reaches(SHORTEST_DAY),
        };
        let may_stay = lengths.has(YEAR) || lengths.has(YEAR_AND_MONTH);
        if is_cut || !may_stay { vec![self.written()] } else { Vec::new() }
    }

    fn coarser(&self, text: &str, value: ValueKind, _: Around, out: &mut String) -> Result<Coarser, OperatorError> {
        let read = Read::of(text).ok_or(OperatorError::UnreadableValue)?;
        let coarse = match (self, read) {
            (Self::Year, Read::Month(year, _) | Read::Quarter(year)) => format!("{year:04}"),
            (Self::Quarter, Read::Month(year, month)) => format!("{year:04}-Q{}", (month + 2) / 3),
            (Self::Month, Read::Month(year, month)) => format!("{year:04}-{month:02}"),
            (_, Read::Year | Read::Quarter(_)) => return Ok(Coarser::Already),
        };
        if coarse == text {
            return Ok(Coarser::Already);
        }
        out.push_str(&coarse);
        Ok(if value == ValueKind::Number && matches!(self, Self::Year) { Coarser::Number } else { Coarser::Text })
    }
}

/// How much a text says of a date.
enum Read {
    Year,
    Quarter(i16),
    Month(i16, i8),
}

impl Read {
    /// Reads ISO 8601 dates, basic and extended, with or without a time, and `DD.MM.YYYY`. Orders that two readers
    /// would read differently (`04/12/1987`) are no dates here.
    fn of(text: &str) -> Option<Self> {
        let digits = |from: usize, to: usize| -> Option<i16> {
            let part = text.get(from..to)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let small = |from, to| digits(from, to).and_then(|number| i8::try_from(number).ok());
        let byte = |at: usize| text.as_bytes().get(at).copied();
        match text.len() {
            4 => digits(0, 4).map(|_| Self::Year),
            7 if text.get(4..6) == Some("-Q") => {
                matches!(byte(6), Some(b'1'..=b'4')).then_some(Self::Quarter(digits(0, 4)?))
            }
            7 if byte(4) == Some(b'-') => {
                let month = small(5, 7).filter(|month| (1..=12).contains(month))?;
                Some(Self::Month(digits(0, 4)?, month))
            }
            8 => day(digits(0, 4)?, small(4, 6)?, small(6, 8)?),
            10 if byte(2) == Some(b'.') && byte(5) == Some(b'.') => day(digits(6, 10)?, small(3, 5)?, small(0, 2)?),
            10.. if matches!(byte(4), Some(b'-' | b'/')) && byte(7) == byte(4) => {
                let rest = text.get(10..)?;
                may_follow_date(rest).then(|| day(digits(0, 4)?, small(5, 7)?, small(8, 10)?))?
            }
            _ => None,
        }
    }
}

fn day(year: i16, month: i8, day: i8) -> Option<Read> {
    Date::new(year, month, day).ok().map(|date| Read::Month(date.year(), date.month()))
}
