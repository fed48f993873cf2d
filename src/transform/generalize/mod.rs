//! A coarser value takes the value's place.
//!
//! Each way answers with a value of the same sort (a bound, a year, a network), so that what is coarse already stays,
//! and typed readers go on reading.

mod date_part;
mod ip_prefix;
mod number;
mod zip3;

use super::traces;
use super::{
    Answer, BuildContext, BuildError, Distinct, Form, Input, OldShape, Operator, OperatorError, OperatorRow,
    ParameterRow, Parameters, Part, Reach, Required, ValueKind, Written,
};
use crate::model::Shape;
use date_part::DatePart;
use ip_prefix::IpPrefix;
use number::Number;
use zip3::Zip3;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "generalize",
    summary: "puts a coarser value in the value's place, by exactly one of the ways below",
    parameters: &[
        ParameterRow {
            name: "width",
            form: Form::Integer,
            required: Required::No,
            summary: "numbers: the next lower multiple of it; 37 becomes 30 where it is 10",
        },
        ParameterRow {
            name: "buckets",
            form: Form::List,
            required: Required::No,
            summary: "numbers: the highest of these that is not above the value; what is below all becomes the lowest",
        },
        ParameterRow {
            name: "age_top",
            form: Form::Integer,
            required: Required::No,
            summary: "numbers: what is above it becomes it; lower ones stay",
        },
        ParameterRow {
            name: "date_part",
            form: Form::OneOf(&["year", "quarter", "month"]),
            required: Required::No,
            summary: "dates: 1987-04-12 becomes 1987, 1987-Q2 or 1987-04",
        },
        ParameterRow {
            name: "zip3",
            form: Form::Bool,
            required: Required::No,
            summary: "US ZIP codes: the first three digits, `000` for the regions of 20,000 people or fewer that HIPAA names",
        },
        ParameterRow {
            name: "ip_prefix",
            form: Form::Integer,
            required: Required::No,
            summary: "IP addresses: how many bits of an IPv4 address stay, 24 or fewer; twice as many of an IPv6 address",
        },
    ],
    build: |parameters, context| Ok(Box::new(Generalize(build(parameters, context)?))),
};

/// Puts a coarser value in the value's place.
#[derive(Debug)]
struct Generalize(Box<dyn Way>);

/// One way to make a value coarser.
trait Way: Send + Sync + std::fmt::Debug {
    /// Tells what a number becomes.
    fn of_number(&self) -> Shape {
        Shape::Number
    }

    /// Tells what numbers become, where that is more than one shape.
    fn of_numbers(&self) -> Vec<Shape> {
        vec![self.of_number()]
    }

    /// Tells what is written in the place of texts, for those of so many characters; nothing where all of them stay or are
    /// refused.
    fn of_texts(&self, lengths: Lengths) -> Vec<Shape>;

    /// Appends what becomes of a text; pure and idempotent. On errors `out` is as it was.
    fn coarser(&self, text: &str, value: ValueKind, around: Around, out: &mut String)
    -> Result<Coarser, OperatorError>;
}

/// How many characters texts have, as far as that is declared.
#[derive(Debug, Clone, Copy)]
struct Lengths {
    least: usize,
    most: Option<usize>,
}

impl Lengths {
    /// Tells whether texts may have so many.
    fn has(self, len: usize) -> bool {
        self.least <= len && self.most.is_none_or(|most| len <= most)
    }

    /// Tells whether texts may have so many or more.
    fn reaches(self, len: usize) -> bool {
        self.most.is_none_or(|most| len <= most)
    }
}

/// What may stand around a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Around {
    /// White space, which goes: nobody looks into the rest of a field's text, and it would stay.
    Blanks,
    /// The words of a finding inside a text, such as `93 years old`.
    Words,
}

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coarser {
    /// It is coarse enough.
    Already,
    /// A text was appended.
    Text,
    /// A whole number was appended.
    Number,
}

fn build(parameters: &Parameters, _: &BuildContext<'_>) -> Result<Box<dyn Way>, BuildError> {
    let mut ways = parameters.0.keys();
    let way = match (ways.next(), ways.next()) {
        (Some(way), None) => way.as_str(),
        (None, _) => return Err(BuildError::of("width", "`generalize` needs to be told how").with_help(HOW)),
        (Some(_), Some(second)) => {
            let row = ROW.parameter(second).map_or("width", |row| row.name);
            return Err(BuildError::of(row, "`generalize` takes one way only").with_help(HOW));
        }
    };
    Ok(match way {
        "date_part" => Box::new(DatePart::build(parameters)?),
        "zip3" => Box::new(Zip3::build(parameters)?),
        "ip_prefix" => Box::new(IpPrefix::build(parameters)?),
        _ => Box::new(Number::build(parameters)?),
    })
}

const HOW: &str = "one of `width`, `buckets`, `age_top`, `date_part`, `zip3` and `ip_prefix`";

impl Operator for Generalize {
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
        match value.value {
            ValueKind::Bool | ValueKind::Object | ValueKind::Array => vec![Shape::Refused],
            ValueKind::Number => self.0.of_numbers(),
            ValueKind::Text | ValueKind::Key | ValueKind::Null => {
                self.0.of_texts(Lengths { least: value.len_min, most: value.len_max })
            }
        }
    }

    fn may_be_in(&self, text: &str) -> bool {
        traces::has_digits(text, 1)
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        if matches!(input.value, ValueKind::Bool | ValueKind::Object | ValueKind::Array) {
            return Err(OperatorError::UnsupportedValue);
        }
        let whole = input.value == ValueKind::Number;
        // Of a leaf as a whole its name may be all that speaks for the finding.
        let around = match input.part {
            Part::Whole => Around::Blanks,
            Part::Span => Around::Words,
        };
        Ok(match self.0.coarser(input.text, input.value, around, out)? {
            Coarser::Already => Written::Unchanged,
            Coarser::Number if whole => Written::Literal,
            Coarser::Number | Coarser::Text => Written::Text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ParameterValue::{self, Bool, Integer};
    use super::super::tests::{Sample, build, refused, written};
    use super::*;

    fn list(all: &[i64]) -> ParameterValue {
        ParameterValue::List(all.iter().copied().map(Integer).collect())
    }

    fn word(text: &str) -> ParameterValue {
        ParameterValue::Text(text.into())
    }

    fn check(parameter: (&str, ParameterValue), value: ValueKind, rows: &[(&str, &str)]) {
        let operator = build("generalize", &[parameter]);
        for (text, expected) in rows {
            assert_eq!(written(&*operator, Sample::of(text, value)), *expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_become_a_lower_bound() {
        let rows = [
            ("37", "literal 30"),
            ("30", "unchanged"),
            ("-1", "literal -10"),
            ("-0.5", "literal -10"),
            ("39.99", "literal 30"),
            ("30.0", "literal 30"),
            ("1e2", "unsupported_value"),
            ("99999999999999999999999999999999999999999", "unsupported_value"),
        ];
        check(("width", Integer(10)), ValueKind::Number, &rows);
        let rows = [
            ("17", "literal 0"),
            ("18", "unchanged"),
            ("64.9", "literal 18"),
            ("-3", "literal 0"),
            ("65", "unchanged"),
            ("900", "literal 65"),
        ];
        check(("buckets", list(&[0, 18, 65])), ValueKind::Number, &rows);
        let rows = [("89", "unchanged"), ("90", "unchanged"), ("90.5", "literal 90"), ("104", "literal 90")];
        check(("age_top", Integer(90)), ValueKind::Number, &rows);
    }

    #[test]
    fn a_number_in_words_keeps_its_words() {
        let rows = [
            ("93 years old", "text 90 years old"),
            ("aged 93", "text aged 90"),
            ("93-jährig", "text 90-jährig"),
            ("34", "unchanged"),
            ("thirty", "unsupported_value"),
            ("3 of 9", "unsupported_value"),
            ("-93", "unchanged"),
        ];
        let operator = build("generalize", &[("age_top", Integer(90))]);
        for (text, expected) in rows {
            assert_eq!(written(&*operator, Sample::span(text, "AGE")), expected, "{text:?}");
        }
    }

    /// Nobody looks for findings in what a field entry takes.
    #[test]
    fn a_fields_number_stands_alone() {
        let rows = [
            ("93", "text 90"),
            (" 93\t", "text 90"),
            (" 30 ", "unchanged"),
            ("-99", "text -100"),
            ("30", "unchanged"),
            ("-7", "text -10"),
            ("Ada Lovelace ada@example.com 37", "unsupported_value"),
            ("bob37@example.com", "unsupported_value"),
            ("call +4930901820", "unsupported_value"),
            ("93 years old", "unsupported_value"),
            ("- 7", "unsupported_value"),
            ("+7", "unsupported_value"),
        ];
        check(("width", Integer(10)), ValueKind::Text, &rows);
        let rows = [("Ada Lovelace 97", "unsupported_value"), ("97", "text 90")];
        check(("age_top", Integer(90)), ValueKind::Text, &rows);
        check(("buckets", list(&[0, 18])), ValueKind::Text, &[("Ada 18", "unsupported_value"), ("17", "text 0")]);
        check(("buckets", list(&[1000])), ValueKind::Text, &[(" 5 ", "text 1000")]);
    }

    /// Texts that the ways read, of all forms and lengths.
    const TEXTS: &[&str] = &[
        "5",
        " 5 ",
        "-1",
        "-9",
        "-99",
        "-98",
        "-999",
        "-0.5",
        "-9.5",
        "-99.9",
        "999",
        "90.5",
        "91",
        "1001",
        "036",
        "021",
        "02139",
        "02139-4307",
        "021394307",
        "1987",
        "1987-Q2",
        "1987-04",
        "19870412",
        "12.04.1987",
        "1987-04-12",
        "1987/04/12",
        "1987-04-12T23:59:60.123456Z",
        "1.2.3.4",
        "0.0.0.0",
        "255.255.255.255",
        "192.0.2.177",
        "::",
        "::1",
        "::ffff:0:1",
        "::ffff:f:1",
        "::ffff:1.2.3.4",
        "::ffff:ffff:ffff",
        "fe80::1%eth0",
        "2001:0db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
        "1:2:3:4:5:6:7::",
        "1::3:4:5:6:7:8",
        "::3:4:5:6:7:8",
    ];

    /// A policy is refused where what is written would not fit: so nothing is written that was not said.
    #[test]
    fn what_is_written_was_said() {
        let ways = [2, 9, 10, 97, 1000].map(|width| ("width", Integer(width)));
        let ways = ways.into_iter().chain([
            ("buckets", list(&[-20, 0, 1000])),
            ("buckets", list(&[-1000, -500, 0])),
            ("age_top", Integer(90)),
            ("zip3", Bool(true)),
        ]);
        let parts = ["year", "quarter", "month"].map(|part| ("date_part", word(part)));
        let ways = ways.chain(parts).chain([0, 1, 8, 12, 20, 24].map(|bits| ("ip_prefix", Integer(bits))));
        let longest = "-".to_owned() + &"9".repeat(36);
        for way in ways {
            let operator = build("generalize", std::slice::from_ref(&way));
            for text in TEXTS.iter().copied().chain([longest.as_str()]) {
                let new = written(&*operator, Sample::of(text, ValueKind::Text));
                let Some(new) = new.strip_prefix("text ") else { continue };
                let len = text.chars().count();
                for (len_min, len_max) in [(0, None), (len, None), (0, Some(len)), (len, Some(len)), (0, Some(len + 1))]
                {
                    let old = OldShape { value: ValueKind::Text, len_min, len_max, entity: "VALUE" };
                    let shapes = operator.shapes(&old);
                    let was_said = shapes.iter().any(|shape| match shape {
                        Shape::Exactly(text) => text == new,
                        Shape::Text { len_min, len_max, .. } => {
                            (*len_min..=len_max.unwrap_or(usize::MAX)).contains(&new.chars().count())
                        }
                        other => panic!("{other:?}"),
                    });
                    assert!(was_said, "{way:?}: {text:?} becomes {new:?}, and {shapes:?} was said");
                }
            }
        }
    }

    #[test]
    fn dates_lose_their_end() {
        let month = [
            ("1987-04-12", "text 1987-04"),
            ("1987-04-12T23:59:60Z", "text 1987-04"),
            ("12.04.1987", "text 1987-04"),
            ("19870412", "text 1987-04"),
            ("1987/04/12", "text 1987-04"),
            ("1987-04", "unchanged"),
            ("1987", "unchanged"),
            ("1987-Q2", "unchanged"),
            ("04/12/1987", "unsupported_value"),
            ("1987-13-12", "unsupported_value"),
            ("1987-02-30", "unsupported_value"),
            ("1987-04-12x", "unsupported_value"),
            ("yesterday", "unsupported_value"),
        ];
        check(("date_part", word("month")), ValueKind::Text, &month);
        let quarter = [("1987-04-12", "text 1987-Q2"), ("1987-12", "text 1987-Q4"), ("1987-Q2", "unchanged")];
        check(("date_part", word("quarter")), ValueKind::Text, &quarter);
        let year = [("1987-04-12", "text 1987"), ("1987-Q2", "text 1987"), ("1987", "unchanged")];
        check(("date_part", word("year")), ValueKind::Text, &year);
        check(("date_part", word("year")), ValueKind::Number, &[("19870412", "literal 1987"), ("1987", "unchanged")]);
    }

    #[test]
    fn zip_codes_lose_their_end() {
        let rows = [
            ("02139", "text 021"),
            ("02139-4307", "text 021"),
            ("021394307", "text 021"),
            ("03601", "text 000"),
            ("036", "text 000"),
            ("021", "unchanged"),
            ("000", "unchanged"),
            ("2139", "unsupported_value"),
            ("K1A 0B1", "unsupported_value"),
        ];
        check(("zip3", Bool(true)), ValueKind::Text, &rows);
        // A number has lost its leading zeros, and its result could not keep them.
        check(
            ("zip3", Bool(true)),
            ValueKind::Number,
            &[("2139", "text 021"), ("90210", "text 902"), ("21394307", "text 021")],
        );
    }

    #[test]
    fn addresses_become_their_network() {
        let rows = [
            ("192.0.2.77", "text 192.0.2.0"),
            ("192.0.2.0", "unchanged"),
            ("2001:db8:aaaa:bbbb::1", "text 2001:db8:aaaa::"),
            ("2001:db8:aaaa::", "unchanged"),
            ("::ffff:192.0.2.77", "text ::ffff:192.0.2.0"),
            ("fe80::1%eth0", "text fe80::"),
            ("192.0.2", "unsupported_value"),
        ];
        check(("ip_prefix", Integer(24)), ValueKind::Text, &rows);
        check(
            ("ip_prefix", Integer(0)),
            ValueKind::Text,
            &[("192.0.2.77", "text 0.0.0.0"), ("2001:db8::1", "text ::")],
        );
    }

    #[test]
    fn mistakes_are_refused() {
        for parameters in [
            &[][..],
            &[("width", Integer(10)), ("age_top", Integer(90))],
            &[("width", Integer(1))],
            &[("width", Integer(0))],
            &[("buckets", list(&[]))],
            &[("buckets", list(&[3, 3]))],
            &[("buckets", ParameterValue::List(vec![word("a")]))],
            &[("age_top", Integer(-1))],
            &[("zip3", Bool(false))],
            &[("ip_prefix", Integer(25))],
        ] {
            let error = refused("generalize", parameters);
            assert!(error.parameter.is_some(), "{error}");
        }
    }
}
