//! The middle of a text becomes asterisks.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use super::{
    Answer, BuildError, Distinct, Form, Input, OldShape, Operator, OperatorError, OperatorRow, ParameterRow,
    Parameters, Reach, Required, ValueKind, Written,
};
use crate::model::{Rewritten, Shape, Spelled};

/// More characters than this are not kept or written of any value; a larger number is a slip.
const COUNT_MAX: usize = 1024;

/// Fewer masked characters than this tell too much of what stood there.
const MIN_MASKED: usize = 4;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "mask",
    summary: "writes a character in place of each character but the first and last few",
    parameters: &[
        ParameterRow {
            name: "char",
            form: Form::Text,
            required: Required::No,
            summary: "the character that is written; default `*`",
        },
        ParameterRow {
            name: "keep_first",
            form: Form::Integer,
            required: Required::No,
            summary: "how many characters stay at the beginning; default 0",
        },
        ParameterRow {
            name: "keep_last",
            form: Form::Integer,
            required: Required::No,
            summary: "how many characters stay at the end; default 0",
        },
        ParameterRow {
            name: "min_masked",
            form: Form::Integer,
            required: Required::No,
            summary: "where fewer than so many would be masked, all are; default 4, at least 1",
        },
        ParameterRow {
            name: "ignore",
            form: Form::Text,
            required: Required::No,
            summary: "separators that stay and do not count, such as `- `; default none",
        },
        ParameterRow {
            name: "fixed_length",
            form: Form::Integer,
            required: Required::No,
            summary: "how many characters the result has, kept ones included, so that it does not tell the length",
        },
    ],
    build: |parameters, _| Ok(Box::new(mask(parameters)?)),
};

/// Masks the middle of a text. Characters are grapheme clusters.
#[derive(Debug)]
struct Mask {
    char: char,
    keep_first: usize,
    keep_last: usize,
    min_masked: usize,
    ignore: BTreeSet<char>,
    fixed_length: Option<usize>,
}

fn mask(parameters: &Parameters) -> Result<Mask, BuildError> {
    let keep_first = parameters.count("keep_first", 0, COUNT_MAX)?.unwrap_or(0);
    let keep_last = parameters.count("keep_last", 0, COUNT_MAX)?.unwrap_or(0);
    let min_masked = parameters.count("min_masked", 1, COUNT_MAX)?.unwrap_or(MIN_MASKED);
    let fixed_length = parameters.count("fixed_length", 1, 4 * COUNT_MAX)?;
    let char = single(parameters.text("char")?.unwrap_or("*"))?;
    let ignore = separators(parameters.text("ignore")?.unwrap_or_default(), char)?;
    let least = keep_first + keep_last + min_masked;
    if fixed_length.is_some_and(|length| length < least) {
        return Err(BuildError::of("fixed_length", "`fixed_length` leaves fewer than `min_masked` characters masked")
            .with_help(format!("at least {least}")));
    }
    Ok(Mask { char, keep_first, keep_last, min_masked, ignore, fixed_length })
}

fn single(text: &str) -> Result<char, BuildError> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) if !char.is_control() && stand_apart(char, char) => Ok(char),
        _ => Err(BuildError::of("char", "`char` is one character that stands by itself")),
    }
}

fn separators(text: &str, char: char) -> Result<BTreeSet<char>, BuildError> {
    let all: BTreeSet<char> = text.chars().collect();
    let wrong = |what: &str| Err(BuildError::of("ignore", what.to_owned()));
    if all.contains(&char) {
        return wrong("`ignore` must not hold the character that masks");
    }
    if all.iter().any(|c| c.is_alphanumeric() || c.is_control()) {
        return wrong("`ignore` holds separators, not letters, digits or control characters");
    }
    let every: Vec<char> = all.iter().copied().chain([char]).collect();
    if every.iter().any(|&first| every.iter().any(|&second| !stand_apart(first, second))) {
        return wrong("`ignore` holds a character that joins its neighbour");
    }
    Ok(all)
}

/// Tells whether two characters side by side are two grapheme clusters.
fn stand_apart(first: char, second: char) -> bool {
    [first, second].iter().collect::<String>().graphemes(true).count() == 2
}

impl Mask {
    /// Appends the masked text.
    fn apply(&self, text: &str, out: &mut String) {
        let start = out.len();
        self.masked(text, self.keep_first, self.keep_last, out);
        // Beside a mask character a kept one may join it and count differently the next time.
        if !text.is_ascii() && !self.is_settled(out.get(start..).unwrap_or_default()) {
            out.truncate(start);
            self.masked(text, 0, 0, out);
        }
    }

    fn is_settled(&self, masked: &str) -> bool {
        let mut again = String::with_capacity(masked.len());
        self.masked(masked, self.keep_first, self.keep_last, &mut again);
        again == masked
    }

    fn masked(&self, text: &str, keep_first: usize, keep_last: usize, out: &mut String) {
        // Of ASCII nothing joins but a line end of two.
        if text.is_ascii() && !text.contains('\r') {
            let bytes = (0..text.len()).filter_map(|at| text.get(at..=at));
            self.masked_clusters(bytes, (keep_first, keep_last), out);
        } else {
            self.masked_clusters(text.graphemes(true), (keep_first, keep_last), out);
        }
    }

    fn masked_clusters<'t>(
        &self,
        clusters: impl Iterator<Item = &'t str> + Clone,
        (keep_first, keep_last): (usize, usize),
        out: &mut String,
    ) {
        let count = clusters.clone().filter(|cluster| !self.is_ignored(cluster)).count();
        let enough = count >= keep_first.saturating_add(keep_last).saturating_add(self.min_masked);
        let (first, last) = if enough { (keep_first, count - keep_last) } else { (0, count) };
        let mut place = 0;
        for cluster in clusters {
            if self.is_ignored(cluster) {
                if self.fixed_length.is_none() {
                    out.push_str(cluster);
                }
                continue;
            }
            if place < first || place >= last {
                out.push_str(cluster);
            } else if let Some(length) = self.fixed_length {
                if place == first {
                    let kept = first + (count - last);
                    out.extend(std::iter::repeat_n(self.char, length.saturating_sub(kept)));
                }
            } else {
                out.push(self.char);
            }
            place += 1;
        }
        // Of separators alone nothing counts, and the length would tell that.
        if let (0, Some(length)) = (count, self.fixed_length) {
            out.extend(std::iter::repeat_n(self.char, length));
        }
    }

    fn is_ignored(&self, cluster: &str) -> bool {
        let mut chars = cluster.chars();
        matches!((chars.next(), chars.next()), (Some(char), None) if self.ignore.contains(&char))
    }
}

impl Operator for Mask {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    fn distinct(&self) -> Distinct {
        Distinct::Lost
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if matches!(value.value, ValueKind::Bool | ValueKind::Object | ValueKind::Array) {
            return vec![Shape::Refused];
        }
        let kept = self.keep_first + self.keep_last;
        let spelled = match self.fixed_length {
            None => Spelled::Anew(Rewritten {
                changed: None,
                others: Some(self.ignore.iter().collect()),
                written: self.char.to_string(),
                first: self.keep_first,
                last: self.keep_last,
                least: kept + self.min_masked,
            }),
            // What is kept may be anything.
            Some(len) if kept > 0 => Spelled::As(format!(r"(?s:.){{{len}}}")),
            Some(len) => Spelled::As(format!(r"\x{{{:x}}}{{{len}}}", u32::from(self.char))),
        };
        let len_min = self.fixed_length.unwrap_or(value.len_min.max(1));
        vec![Shape::Text { len_min, len_max: self.fixed_length.or(value.len_max), spelled }]
    }

    fn may_be_in(&self, text: &str) -> bool {
        text.contains(self.char)
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        if matches!(input.value, ValueKind::Bool | ValueKind::Object | ValueKind::Array) {
            return Err(OperatorError::UnsupportedValue);
        }
        let start = out.len();
        self.apply(input.text, out);
        if out.get(start..) == Some(input.text) && input.value != ValueKind::Number {
            out.truncate(start);
            return Ok(Written::Unchanged);
        }
        Ok(Written::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ParameterValue;
    use super::super::tests::{Sample, build, refused, written};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn masked(parameters: &[(&str, ParameterValue)], value: &str) -> String {
        written(&*build("mask", parameters), Sample::text(value))
    }

    #[test]
    fn counts_grapheme_clusters() {
        let last = [("keep_last", ParameterValue::Integer(4))];
        assert_eq!(masked(&[], "Ada"), "text ***");
        assert_eq!(masked(&last, "4111111111111111"), "text ************1111");
        assert_eq!(masked(&last, "11111"), "text *****", "too few would be masked");
        assert_eq!(masked(&last, "Zoe\u{308} 👩‍👩‍👧 Ωß12"), "text ******Ωß12");
        assert_eq!(masked(&[], "👩‍👩‍👧"), "text *");
    }

    #[test]
    fn keeps_separators_where_told() {
        let parameters = [("keep_last", ParameterValue::Integer(4)), ("ignore", text("- "))];
        assert_eq!(masked(&parameters, "4111-1111 1111-1111"), "text ****-**** ****-1111");
        assert_eq!(masked(&parameters, "- -"), "unchanged");
        let both = [("keep_first", ParameterValue::Integer(2)), ("char", text("#")), ("ignore", text("-"))];
        assert_eq!(masked(&both, "AB-CDEF-"), "text AB-####-");
    }

    #[test]
    fn a_fixed_length_tells_no_length() {
        let all = [("ignore", text("- ")), ("fixed_length", ParameterValue::Integer(8))];
        assert_eq!(masked(&all, "- -"), "text ********", "separators alone");
        let parameters = [("keep_last", ParameterValue::Integer(2)), ("fixed_length", ParameterValue::Integer(8))];
        assert_eq!(masked(&parameters, "Ada Lovelace"), "text ******ce");
        assert_eq!(masked(&parameters, "Lovelace"), "text ******ce");
        assert_eq!(masked(&parameters, "Ada"), "text ********");
    }

    #[test]
    fn numbers_become_text_and_booleans_are_refused() {
        let operator = build("mask", &[]);
        assert_eq!(written(&*operator, Sample::of("3399.990", ValueKind::Number)), "text ********");
        assert_eq!(written(&*operator, Sample::of("true", ValueKind::Bool)), "unsupported_value");
    }

    #[test]
    fn mistakes_are_refused() {
        for (parameter, value) in [
            ("char", text("")),
            ("char", text("**")),
            ("char", text("\u{301}")),
            ("char", text("🇩")),
            ("char", text("\n")),
            ("min_masked", ParameterValue::Integer(0)),
            ("keep_last", ParameterValue::Integer(-1)),
            ("keep_first", text("2")),
            ("ignore", text("*")),
            ("ignore", text("x")),
            ("ignore", text("\u{200d}")),
            ("fixed_length", ParameterValue::Integer(3)),
        ] {
            let error = refused("mask", &[(parameter, value)]);
            assert_eq!(error.parameter, Some(parameter), "{error}");
        }
    }

    #[test]
    fn a_cluster_that_would_join_the_mask_is_masked_too() {
        // U+0600 takes what follows into its cluster, but not a line end; joined, one too few would be masked.
        let parameters = [("keep_first", ParameterValue::Integer(1))];
        assert_eq!(masked(&parameters, "\u{600}\nabc"), "text *****");
    }
}
