//! Dates, cut to a part that says less.

use jiff::civil::Date;

use super::super::time_of_day::may_follow_date;
use super::super::{BuildError, OperatorError, Parameters, ValueKind};
use super::{Around, Coarser, Way};
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

impl Way for DatePart {
    fn of_number(&self) -> Shape {
        match self {
            Self::Year => Shape::Number,
            Self::Quarter | Self::Month => Shape::Text { len_min: 7, len_max: Some(7), spelled: self.spelled(None) },
        }
    }

    fn spelled(&self, _: Option<usize>) -> Spelled {
        let as_is = match self {
            Self::Year => "[0-9]{4}",
            Self::Quarter => "[0-9]{4}-Q[1-4]",
            Self::Month => "[0-9]{4}-(?:0[1-9]|1[0-2])",
        };
        Spelled::As(as_is.to_owned())
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
