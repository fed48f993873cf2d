//! Numbers, read by their digits and never through floating point.

use super::super::{BuildError, OperatorError, ParameterValue, Parameters, ValueKind};
use super::{Around, Coarser, Lengths, Way};
use crate::model::{Form, Shape, Spelled};

/// A step or bound above this is a slip; it keeps sums within 128 bits.
const BOUND_MAX: i64 = 1_000_000_000_000_000_000;
/// Digits before the decimal point that a value may have: what 128 bits hold with room for a step.
const DIGITS_MAX: usize = 36;
/// Buckets that a policy may name.
const BUCKETS_MAX: usize = 1000;

/// Puts a bound in a number's place.
#[derive(Debug)]
pub(super) enum Number {
    /// The next lower multiple.
    Width(i128),
    /// The highest bound that is not above the value; sorted, never empty.
    Buckets(Vec<i128>),
    /// The bound, for what is above it.
    Top(i128),
}

impl Number {
    pub(super) fn build(parameters: &Parameters) -> Result<Self, BuildError> {
        if let Some(width) = parameters.integer("width", 2, BOUND_MAX)? {
            return Ok(Self::Width(width.into()));
        }
        if let Some(top) = parameters.integer("age_top", 0, BOUND_MAX)? {
            return Ok(Self::Top(top.into()));
        }
        let wrong = || {
            BuildError::of("buckets", "`buckets` is a list of rising whole numbers")
                .with_help("as in `buckets: [0, 18, 65]`")
        };
        let mut bounds: Vec<i128> = Vec::new();
        for value in parameters.list("buckets")?.unwrap_or_default() {
            let ParameterValue::Integer(bound) = value else { return Err(wrong()) };
            let bound = i128::from(*bound);
            if bounds.last().is_some_and(|last| *last >= bound) || bounds.len() >= BUCKETS_MAX {
                return Err(wrong());
            }
            bounds.push(bound);
        }
        if bounds.is_empty() { Err(wrong()) } else { Ok(Self::Buckets(bounds)) }
    }

    /// Gives the bound for a value; none where it may stay as it is.
    fn bound(&self, read: &Read) -> Option<i128> {
        let floor = read.floor();
        let exact = read.fraction.is_none();
        match self {
            Self::Width(width) => {
                let bound = floor.div_euclid(*width) * width;
                (!exact || bound != floor).then_some(bound)
            }
            Self::Buckets(bounds) => {
                let at = bounds.partition_point(|bound| *bound <= floor);
                let bound = bounds.get(at.saturating_sub(1)).copied().unwrap_or_default();
                (!exact || bound != floor).then_some(bound)
            }
            Self::Top(top) => {
                let above = floor > *top || (floor == *top && read.fraction == Some(Fraction::Some));
                above.then_some(*top)
            }
        }
    }
}

impl Way for Number {
    fn of_numbers(&self) -> Vec<Shape> {
        let bound = |bound: &i128| Shape::Literal(bound.to_string());
        match self {
            Self::Width(width) => vec![Shape::Multiple(*width)],
            Self::Buckets(bounds) => bounds.iter().map(bound).collect(),
            Self::Top(top) => vec![bound(top)],
        }
    }

    /// Blanks at the ends go, and zeros in front, so that the least length of a text tells nothing.
    fn of_texts(&self, lengths: Lengths) -> Vec<Shape> {
        let len = lengths.most.unwrap_or(usize::MAX);
        let bound = |bound: i128| Shape::Exactly(bound.to_string());
        let (lowest, highest) = (1 - powers(len.saturating_sub(1)), powers(len) - 1);
        match self {
            Self::Width(width) => {
                let (negative, positive) = (lowest.div_euclid(*width) * width, highest.div_euclid(*width) * width);
                vec![of_multiples(&negative.to_string(), &positive.to_string())]
            }
            Self::Buckets(bounds) => {
                let reached = |(at, own): (usize, &i128)| {
                    let is_below = at > 0 && *own > highest;
                    let is_above = bounds.get(at + 1).is_some_and(|next| *next <= lowest);
                    (!is_below && !is_above).then(|| bound(*own))
                };
                bounds.iter().enumerate().filter_map(reached).collect()
            }
            Self::Top(top) => [*top].into_iter().filter(|top| *top < highest).map(bound).collect(),
        }
    }

    fn coarser(
        &self,
        text: &str,
        value: ValueKind,
        around: Around,
        out: &mut String,
    ) -> Result<Coarser, OperatorError> {
        if value == ValueKind::Number || Read::of(text).is_some() {
            let read = Read::of(text).ok_or(OperatorError::UnreadableValue)?;
            return Ok(match self.bound(&read) {
                None => Coarser::Already,
                Some(bound) => {
                    out.push_str(&bound.to_string());
                    Coarser::Number
                }
            });
        }
        let (before, number, after) = match around {
            Around::Blanks => ("", text.trim(), ""),
            Around::Words => only_number(text).ok_or(OperatorError::UnreadableValue)?,
        };
        let read = Read::of(number).ok_or(OperatorError::UnreadableValue)?;
        Ok(match self.bound(&read) {
            None => Coarser::Already,
            Some(bound) => {
                out.push_str(before);
                out.push_str(&bound.to_string());
                out.push_str(after);
                Coarser::Text
            }
        })
    }
}

/// Gives a power of ten, [`DIGITS_MAX`] at most.
fn powers(of: usize) -> i128 {
    u32::try_from(of.min(DIGITS_MAX)).ok().and_then(|of| 10_i128.checked_pow(of)).unwrap_or(i128::MAX)
}

/// Tells what multiples are written, by the lowest and the highest that may be. What is below zero gets the next step away from it,
/// which may have a digit more: `-99` becomes `-100`, and `-1` a whole step.
fn of_multiples(lowest: &str, highest: &str) -> Shape {
    let own = |sign: &str| format!(r"\s*{sign}[0-9]+(?:\.[0-9]+)?\s*");
    let further = |text: &str| text.trim_start_matches('-').len() - 1;
    let spelled = Spelled::ByForm(vec![
        Form { of: own(""), becomes: format!("0|[1-9][0-9]{{0,{}}}", further(highest)) },
        Form { of: own("-"), becomes: format!("0|-[1-9][0-9]{{0,{}}}", further(lowest)) },
    ]);
    Shape::Text { len_min: 1, len_max: Some(lowest.len().max(highest.len())), spelled }
}

/// A number, read: sign, whole part, and whether anything stands behind the point.
struct Read {
    negative: bool,
    whole: i128,
    fraction: Option<Fraction>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fraction {
    Zero,
    Some,
}

impl Read {
    /// Reads `-?digits(.digits)?`; nothing else is a number here, least of all one with an exponent.
    fn of(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || whole.len() > DIGITS_MAX || !fraction.is_none_or(all_digits) {
            return None;
        }
        let fraction =
            fraction.map(|digits| if digits.bytes().all(|b| b == b'0') { Fraction::Zero } else { Fraction::Some });
        Some(Self { negative, whole: whole.parse().ok()?, fraction })
    }

    /// The greatest whole number that is not above it.
    fn floor(&self) -> i128 {
        match (self.negative, self.fraction) {
            (false, _) => self.whole,
            (true, Some(Fraction::Some)) => -self.whole - 1,
            (true, _) => -self.whole,
        }
    }
}

/// Splits a text around the only run of digits in it.
fn only_number(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = text.split_at_checked(start)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, after) = rest.split_at_checked(end)?;
    (!after.chars().any(char::is_numeric) && !before.chars().any(char::is_numeric)).then_some((before, number, after))
}
