//! Confidence in thousandths.

use std::fmt;
use std::str::FromStr;

/// Confidence of a finding, in thousandths, written as 0 to 1; integers, because 0.05 + 0.35 ≥ 0.4 is false in `f64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u16);

/// A score that is not a number from 0 to 1 with at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a score is a number from 0 to 1 with at most three decimals")]
pub struct InvalidScore;

impl Score {
    /// No confidence at all.
    pub const ZERO: Self = Self(0);
    /// Certainty.
    pub const ONE: Self = Self(1000);

    /// Makes a score of so many thousandths; more than 1,000 counts as 1,000.
    pub const fn from_thousandths(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// Gives the score in thousandths.
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// Adds `boost`, up to certainty.
    pub const fn raised(self, boost: Self) -> Self {
        Self::from_thousandths(self.0.saturating_add(boost.0))
    }

    /// Takes `drop` away, down to nothing.
    pub const fn lowered(self, drop: Self) -> Self {
        Self(self.0.saturating_sub(drop.0))
    }
}

impl FromStr for Score {
    type Err = InvalidScore;

    fn from_str(text: &str) -> Result<Self, InvalidScore> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 1 || fraction.len() > 3 || !digits(whole) || !digits(fraction) {
            return Err(InvalidScore);
        }
        let thousandths: u16 = format!("{whole}{fraction:0<3}").parse().map_err(|_| InvalidScore)?;
        if thousandths > 1000 { Err(InvalidScore) } else { Ok(Self(thousandths)) }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        let short = text.trim_end_matches('0');
        f.write_str(short.strip_suffix('.').unwrap_or(short))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_decimals_exactly() {
        for (text, thousandths) in [("0", 0), ("1", 1000), ("0.4", 400), ("0.05", 50), ("0.385", 385), ("1.0", 1000)] {
            assert_eq!(text.parse(), Ok(Score(thousandths)), "{text}");
        }
        for text in ["", "2", "1.001", ".5", "0.1234", "-1", "0,4", "1e0", "00.4"] {
            assert_eq!(text.parse::<Score>(), Err(InvalidScore), "{text}");
        }
        assert_eq!(Score(385).to_string(), "0.385");
        assert_eq!(Score(400).to_string(), "0.4");
        assert_eq!(Score(1000).to_string(), "1");
    }

    #[test]
    fn a_boost_reaches_the_threshold_exactly() {
        assert!(Score(50).raised(Score(350)) >= Score(400));
        assert_eq!(Score(900).raised(Score(350)), Score::ONE);
    }
}
