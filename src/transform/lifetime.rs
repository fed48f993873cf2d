//! How long a vault keeps a value.

use super::{BuildError, Form, ParameterRow, Parameters, Required};
use crate::model::RecordTime;

pub(super) const TTL: ParameterRow = ParameterRow {
    name: "ttl",
    form: Form::Text,
    required: Required::No,
    summary: "with `mode: vault`, how long the value is kept after its record's time, such as `90d` or `12h`; then the \
              token cannot be turned back any more; default for ever",
};

/// The longest time that is one: a hundred years, in milliseconds.
const TTL_MAX: i64 = 100 * 366 * 24 * 3_600_000;
/// Milliseconds of each unit.
const UNITS: &[(&str, i64)] = &[("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 24 * 3_600_000)];

/// For how long a value is kept, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// The time of the record that brings it; one without a time is of now.
    pub since: RecordTime,
    /// How long, in milliseconds.
    pub ttl: i64,
}

impl Lifetime {
    /// Gives when it is over, in milliseconds since 1970; `now` is for records without a time.
    pub fn end(self, now: i64) -> i64 {
        self.since.0.unwrap_or(now).saturating_add(self.ttl)
    }
}

/// Reads `ttl`, in milliseconds; none where a value is kept for ever.
pub(super) fn read(parameters: &Parameters) -> Result<Option<i64>, BuildError> {
    let Some(text) = parameters.text(TTL.name)? else { return Ok(None) };
    let milliseconds = UNITS.iter().find_map(|(unit, each)| {
        let number = text.strip_suffix(unit)?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| number.parse::<i64>().ok()?.checked_mul(*each))?
    });
    match milliseconds {
        Some(milliseconds @ 1..=TTL_MAX) => Ok(Some(milliseconds)),
        Some(_) | None => Err(BuildError::of(TTL.name, "`ttl` is a time with its unit, from `1s` to a hundred years")
            .with_help("such as `90d`, `12h`, `30m` or `45s`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ParameterValue;
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        let read = |text: &str| {
            let all = [(TTL.name.to_owned(), ParameterValue::Text(text.into()))];
            read(&Parameters(all.into_iter().collect()))
        };
        for (text, milliseconds) in
            [("45s", 45_000), ("30m", 1_800_000), ("12h", 43_200_000), ("90d", 7_776_000_000), ("36600d", TTL_MAX)]
        {
            assert_eq!(read(text), Ok(Some(milliseconds)), "{text}");
        }
        for text in ["", "s", "0s", "90", "90 d", "-1d", "+1d", "1.5h", "1w", "36601d", "99999999999999999999d"] {
            assert_eq!(read(text).unwrap_err().parameter, Some("ttl"), "{text}");
        }
        assert_eq!(super::read(&Parameters::default()), Ok(None));
    }

    #[test]
    fn it_counts_from_the_record() {
        let end = |since| Lifetime { since: RecordTime(since), ttl: 1_000 }.end(50_000);
        assert_eq!((end(Some(7_000)), end(None), end(Some(i64::MAX))), (8_000, 51_000, i64::MAX));
    }
}
