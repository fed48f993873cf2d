//! US ZIP codes, cut to three digits as HIPAA's Safe Harbor asks.

use super::super::{BuildError, OperatorError, ParameterValue, Parameters, ValueKind};
use super::{Around, Coarser, Lengths, Way};
use crate::model::{Shape, Spelled};

/// Keeps the first three digits of a US ZIP code.
#[derive(Debug)]
pub(super) struct Zip3;

/// The three-digit regions with 20,000 people or fewer by the 2000 census, whose digits may not be kept: 45 CFR
/// 164.514(b)(2)(i)(B), and the list in HHS's guidance on de-identification of 26 November 2012.
const SMALL: [&str; 17] = [
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890",
    "893",
];

impl Zip3 {
    pub(super) fn build(parameters: &Parameters) -> Result<Self, BuildError> {
        match parameters.0.get("zip3") {
            Some(ParameterValue::Bool(true)) => Ok(Self),
            _ => Err(BuildError::of("zip3", "`zip3` is `true`")),
        }
    }
}

impl Way for Zip3 {
    fn of_number(&self) -> Shape {
        Shape::Text { len_min: 3, len_max: Some(3), spelled: Spelled::As("[0-9]{3}".to_owned()) }
    }

    fn of_texts(&self, _: Lengths) -> Vec<Shape> {
        vec![self.of_number()]
    }

    fn coarser(&self, text: &str, value: ValueKind, _: Around, out: &mut String) -> Result<Coarser, OperatorError> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let padded;
        let text = match (value, text.len()) {
            (ValueKind::Number, ..=5) if digits(text) => {
                padded = format!("{text:0>5}");
                &padded
            }
            (ValueKind::Number, ..=9) if digits(text) => {
                padded = format!("{text:0>9}");
                &padded
            }
            _ => text,
        };
        let sound = match text.split_once('-') {
            Some((zip, more)) => zip.len() == 5 && digits(zip) && more.len() == 4 && digits(more),
            None => matches!(text.len(), 3 | 5 | 9) && digits(text),
        };
        let first = text.get(..3).filter(|_| sound).ok_or(OperatorError::UnreadableValue)?;
        let coarse = if SMALL.contains(&first) { "000" } else { first };
        if coarse == text {
            return Ok(Coarser::Already);
        }
        out.push_str(coarse);
        Ok(Coarser::Text)
    }
}
