//! A date is moved by a number of days that is the same for all dates of one subject.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use ring::hmac;

use super::canonical::canonical_in;
use super::date_length::Length;
use super::keyed::{AS, EPOCH, Keyed, RING, SCOPE, bounded, refuses, takes};
use super::time_of_day::may_follow_date;
use super::traces;
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Form, Input, OldShape, Operator, OperatorError, OperatorRow,
    ParameterRow, ParameterValue, Parameters, Permits, Reach, Recognised, Region, Reopened, Required, Reversal,
    StandIn, ValueKind, Written,
};
use crate::keys::Purpose;
use crate::model::{Alike, Sensitive, Shape};
use std::sync::OnceLock;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "date_shift",
    summary: "moves a date by a number of days, the same for all dates of one subject, so that they keep their distances",
    parameters: &[
        RING,
        SCOPE,
        ParameterRow { summary: "the kind of the subject, such as CUSTOMER_ID; default VALUE", ..AS },
        EPOCH,
        ParameterRow {
            name: "subject_field",
            form: Form::Text,
            required: Required::Yes,
            summary: "the field that tells whose date it is, such as `customer.id`; without it the record is refused",
        },
        ParameterRow {
            name: "min_days",
            form: Form::Integer,
            required: Required::No,
            summary: "the least number of days, which may be negative; default -182",
        },
        ParameterRow {
            name: "max_days",
            form: Form::Integer,
            required: Required::No,
            summary: "the greatest number of days; default 182",
        },
        ParameterRow {
            name: "formats",
            form: Form::List,
            required: Required::No,
            summary: "how dates are spelled, such as `%d/%m/%Y`; default ISO 8601, with or without a time, and `%d.%m.%Y`",
        },
    ],
    build: |parameters, context| Ok(Box::new(DateShift::build(parameters, context)?)),
};

/// A hundred years; a longer way is a slip.
const DAYS_MAX: i64 = 36_500;
/// Fewer possible distances than this can be tried out against a known date.
const CHOICES_MIN: i64 = 30;
/// Formats that a policy may list.
const FORMATS_MAX: usize = 20;

/// Moves dates.
pub struct DateShift {
    ring: String,
    epoch: Epoch,
    /// The subject's value kind.
    kind: String,
    /// Where telephone numbers are dialled.
    region: Option<Region>,
    key: hmac::Key,
    subject_field: String,
    min: i64,
    max: i64,
    /// Empty for the usual spellings.
    formats: Vec<Format>,
    /// How another day is spelled, measured once.
    alike: OnceLock<Alike>,
}

/// How dates are spelled.
struct Format {
    text: String,
    length: Length,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

impl DateShift {
    /// Builds the operator.
    ///
    /// # Errors
    /// Where a parameter is wrong, or the ring has no such key.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        // The kind is the subject's, so that all dates of one subject move alike, whatever found them.
        let keyed = Keyed::read(parameters, &BuildContext { kinds: &["VALUE"], ..*context })?;
        let kind = keyed.kind.clone().unwrap_or_else(|| "VALUE".to_owned());
        let derived = keyed.derive(keyed.writer()?, Purpose::DateShift, &kind)?;
        let min = parameters.integer("min_days", -DAYS_MAX, DAYS_MAX)?.unwrap_or(-182);
        let max = parameters.integer("max_days", -DAYS_MAX, DAYS_MAX)?.unwrap_or(182);
        let shift = Self {
            ring: keyed.ring().to_owned(),
            epoch: keyed.epoch,
            kind,
            region: keyed.region(),
            key: hmac::Key::new(hmac::HMAC_SHA256, derived.expose()),
            subject_field: parameters.required("subject_field")?.to_owned(),
            min,
            max,
            formats: formats(parameters)?,
            alike: OnceLock::new(),
        };
        if shift.choices() < CHOICES_MIN {
            return Err(BuildError::of(
                "max_days",
                format!("there must be at least {CHOICES_MIN} days to choose from"),
            )
            .with_help(format!("raise `max_days` to {} or more", min.saturating_add(CHOICES_MIN))));
        }
        Ok(shift)
    }

    /// Moves a date back that this very operator moved.
    ///
    /// The law: `unshift ∘ date_shift = identity`, for the same subject.
    pub fn unshift(&self, text: &str, subject: &str) -> Option<Sensitive<String>> {
        let mut out = String::new();
        self.apply(Way::Back, text, subject, &mut out).ok()?;
        Some(Sensitive::new(out))
    }

    /// How many distances there are; none of them is zero.
    const fn choices(&self) -> i64 {
        self.max - self.min + if self.min <= 0 && self.max >= 0 { 0 } else { 1 }
    }

    /// Gives the subject's own distance.
    fn days(&self, subject: &str) -> Result<i64, OperatorError> {
        let form = canonical_in(subject, &self.kind, self.region);
        if form.is_empty() {
            return Err(OperatorError::NoSubject);
        }
        bounded(&form)?;
        let digest = hmac::sign(&self.key, form.as_bytes());
        let (first, _) = digest.as_ref().split_first_chunk::<8>().ok_or(OperatorError::Refused)?;
        // The range is below 2^17, so one distance is likelier than another by one in 2^46.
        let choices = u64::try_from(self.choices()).map_err(|_| OperatorError::Refused)?;
        let drawn = u64::from_be_bytes(*first).checked_rem(choices).ok_or(OperatorError::Refused)?;
        let days = self.min + i64::try_from(drawn).map_err(|_| OperatorError::Refused)?;
        let steps_over_zero = self.min <= 0 && self.max >= 0 && days >= 0;
        Ok(if steps_over_zero { days + 1 } else { days })
    }

    fn apply(&self, way: Way, text: &str, subject: &str, out: &mut String) -> Result<(), OperatorError> {
        let days = match way {
            Way::There => self.days(subject)?,
            Way::Back => -self.days(subject)?,
        };
        let moved = if self.formats.is_empty() { usual(text, days) } else { self.formatted(text, days) };
        out.push_str(&moved?);
        Ok(())
    }

    /// Moves a date by the first format that spells it to the letter.
    fn formatted(&self, text: &str, days: i64) -> Result<String, OperatorError> {
        let reads = |format: &Format| {
            let moment = read(&format.text, text)?;
            (spelled(&format.text, moment)? == text).then_some(moment)
        };
        let found = self.formats.iter().find_map(|format| Some((format, reads(format)?)));
        let (format, moment) = found.ok_or(OperatorError::NoDate)?;
        let date = moved(moment.date(), days)?;
        spelled(&format.text, date.to_datetime(moment.time())).ok_or(OperatorError::NoDate)
    }
}

/// Days that differ in all that spelling and patterns may go by: lengths, centuries, ends of months, leap days.
fn samples() -> impl Iterator<Item = DateTime> {
    let days = (1..=12).flat_map(|month| [1, 9, 10, 19, 20, 28, 29, 30, 31].map(|day| (month, day)));
    let all = [1900, 1955, 1999, 2000, 2009, 2019, 2024, 2077]
        .into_iter()
        .flat_map(move |year| days.clone().filter_map(move |(month, day)| Date::new(year, month, day).ok()));
    all.map(|date| date.at(21, 43, 56, 0))
}

fn formats(parameters: &Parameters) -> Result<Vec<Format>, BuildError> {
    let Some(all) = parameters.list("formats")? else { return Ok(Vec::new()) };
    let wrong = |what: &str| BuildError::of("formats", what.to_owned()).with_help("as in `formats: [\"%d/%m/%Y\"]`");
    if all.is_empty() || all.len() > FORMATS_MAX {
        return Err(wrong("`formats` lists 1 to 20 formats"));
    }
    let sample = jiff::civil::date(1987, 11, 23).at(21, 43, 56, 0);
    all.iter()
        .map(|format| {
            let ParameterValue::Text(format) = format else { return Err(wrong("a format is a text")) };
            let text = spelled(format, sample);
            let date = text.and_then(|text| read(format, &text)).map(DateTime::date);
            if date == Some(sample.date()) {
                Ok(Format { text: format.clone(), length: Length::of(format) })
            } else {
                Err(wrong("a format spells year, month and day, in strftime's way, and no zone"))
            }
        })
        .collect()
}

fn read(format: &str, text: &str) -> Option<DateTime> {
    let broken = strtime::parse(format, text).ok()?;
    let date = broken.to_date().ok()?;
    Some(
        broken
            .to_time()
            .map_or_else(|_| date.to_datetime(jiff::civil::Time::midnight()), |time| date.to_datetime(time)),
    )
}

/// Spells a date as a format says; nothing where it cannot.
pub(super) fn spelled(format: &str, moment: DateTime) -> Option<String> {
    strtime::format(format, moment).ok()
}

/// Moves a date; years of four digits stay such.
fn moved(date: Date, days: i64) -> Result<Date, OperatorError> {
    let date = date.checked_add(days.days()).ok().filter(|date| (1..=9999).contains(&date.year()));
    date.ok_or(OperatorError::BeyondYears)
}

/// Moves a date in one of the usual spellings, and leaves the time behind it as it is.
fn usual(text: &str, days: i64) -> Result<String, OperatorError> {
    let (format, rest, moment) = read_usual(text).ok_or(OperatorError::NoDate)?;
    let moved = moved(moment.date(), days)?;
    Ok(spelled(format, moved.to_datetime(moment.time())).ok_or(OperatorError::NoDate)? + rest)
}

fn read_usual(text: &str) -> Option<(&'static str, &str, DateTime)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let separator = |at: usize| text.as_bytes().get(at).copied();
    let (len, format) = match (separator(4), separator(7), separator(2), separator(5)) {
        (Some(b'-'), Some(b'-'), _, _) => (10, "%Y-%m-%d"),
        (Some(b'/'), Some(b'/'), _, _) => (10, "%Y/%m/%d"),
        (_, _, Some(b'.'), Some(b'.')) => (10, "%d.%m.%Y"),
        _ if text.len() == 8 && digits(text) => (8, "%Y%m%d"),
        _ => return None,
    };
    let (date, rest) = text.split_at_checked(len)?;
    if !may_follow_date(rest) {
        return None;
    }
    let moment = read(format, date)?;
    (spelled(format, moment)? == date).then_some((format, rest, moment))
}

/// Characters of the shortest of the usual spellings.
const USUAL_LEAST: usize = 8;

/// The usual spellings, and what may follow them.
const USUAL: [&str; 9] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.000Z",
    "%Y-%m-%dT%H:%M:%S+00:00",
];

impl DateShift {
    /// Tells how another day is spelled: by other digits, unless it has names, or blanks and places where another has none.
    fn alike(&self) -> &Alike {
        self.alike.get_or_init(|| {
            let formats: Vec<&str> = match self.formats.as_slice() {
                [] => USUAL.to_vec(),
                own => own.iter().map(|format| format.text.as_str()).collect(),
            };
            let form = |format: &&str| samples().filter_map(|moment| spelled(format, moment)).collect();
            let forms: Vec<Vec<String>> = formats.iter().map(form).collect();
            let without_digits = |text: &String| text.replace(|c: char| c.is_ascii_digit(), "0");
            let are_digits_alone = forms.iter().all(|form: &Vec<String>| {
                let first = form.first().map(without_digits);
                form.iter().all(|sample| Some(without_digits(sample)) == first)
            });
            let swapped = if are_digits_alone { "0123456789".to_owned() } else { String::new() };
            let least = |format: &Format| format.length.least;
            // Who lists a format says that dates come in it; of the usual ones any may be meant, and more may follow the date.
            let (room, most) = match self.formats.as_slice() {
                [] => (USUAL_LEAST, None),
                own => (own.iter().map(least).max().unwrap_or(0), own.iter().map(|format| format.length.most).min()),
            };
            Alike { swapped, forms, room, most, ..Alike::default() }
        })
    }
}

impl std::fmt::Debug for DateShift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DateShift").field("kind", &self.kind).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Operator for DateShift {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    /// Dates of two subjects may meet.
    fn distinct(&self) -> Distinct {
        Distinct::Lost
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn guessable(&self) -> Option<&str> {
        Some(&self.ring)
    }

    fn reversal(&self) -> Option<&dyn Reversal> {
        Some(self)
    }

    fn subject_field(&self) -> Option<&str> {
        Some(&self.subject_field)
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        if value.value == ValueKind::Number {
            // Of the usual spellings one has digits alone, and none begins with a zero.
            return vec![if self.formats.is_empty() { Shape::Between(10_000_101, 99_991_231) } else { Shape::Number }];
        }
        let mut alike = self.alike().clone();
        // Another day is spelled in as many characters, but by names and without zeros.
        if self.formats.iter().any(|format| format.length.growth > 0) {
            let longest = |len: usize| self.formats.iter().map(|format| format.length.longest(len)).max();
            alike.most = self.formats.iter().map(|format| format.length.least).min();
            alike.room = alike.room.max(value.len_max.and_then(longest).unwrap_or(0));
        }
        vec![Shape::Alike(alike)]
    }

    /// Day, month and year have a digit each at least, but where a month is a word; then the year has two.
    fn may_be_in(&self, text: &str) -> bool {
        traces::has_digits(text, 3)
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        takes(input)?;
        let subject = input.subject.ok_or(OperatorError::NoSubject)?;
        let start = out.len();
        self.apply(Way::There, input.text, subject, out)?;
        if input.value == ValueKind::Number && out.get(start..).is_some_and(|new| new.starts_with('0')) {
            out.truncate(start);
            return Err(OperatorError::LeadingZero);
        }
        Ok(if input.value == ValueKind::Number { Written::Literal } else { Written::Text })
    }
}

/// A moved date is a date, so only the field tells that it was moved.
impl Reversal for DateShift {
    fn ring(&self) -> &str {
        &self.ring
    }

    fn kinds(&self) -> Vec<&str> {
        vec![&self.kind]
    }

    fn recognised(&self) -> Recognised {
        Recognised::InItsField
    }

    fn subject_kind(&self) -> &str {
        &self.kind
    }

    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened> {
        if !permits(&self.kind) || stand_in.text.is_empty() {
            return None;
        }
        let value = self.unshift(stand_in.text, stand_in.subject?)?;
        Some(Reopened { kind: self.kind.clone(), value })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ParameterValue::Integer;
    use super::super::tests::{RING_NAME, parameters, rings, with_context};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn list(all: &[&str]) -> ParameterValue {
        ParameterValue::List(all.iter().map(|one| text(one)).collect())
    }

    fn built(more: &[(&str, ParameterValue)]) -> Result<DateShift, BuildError> {
        let mut all = vec![("ring", text(RING_NAME)), ("subject_field", text("customer.id"))];
        all.extend_from_slice(more);
        with_context(&rings(), |context| DateShift::build(&parameters(&all), context))
    }

    fn shift(operator: &DateShift, date: &str, subject: &str) -> Result<String, OperatorError> {
        let mut out = String::new();
        operator.apply(Way::There, date, subject, &mut out).map(|()| out)
    }

    #[test]
    fn dates_of_one_subject_keep_their_distances() {
        let operator = built(&[]).unwrap();
        for subject in ["c-1", "c-2", "ada"] {
            let days = |date: &str| -> i64 {
                let moved: Date = shift(&operator, date, subject).unwrap().parse().unwrap();
                i64::from((moved - date.parse::<Date>().unwrap()).get_days())
            };
            let all: Vec<i64> = ["1987-04-12", "2024-02-29", "2026-12-31"].map(days).to_vec();
            assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
            assert!(all[0] != 0 && (-182..=182).contains(&all[0]), "{all:?}");
        }
        assert_ne!(shift(&operator, "1987-04-12", "c-1"), shift(&operator, "1987-04-12", "c-2"));
    }

    #[test]
    fn the_spelling_stays() {
        let operator = built(&[("min_days", Integer(1)), ("max_days", Integer(30))]).unwrap();
        for (date, shape) in [
            ("1987-04-12", "####-##-##"),
            ("1987-04-12T23:59:60.5+02:00", "####-##-##T23:59:60.5+02:00"),
            ("1987/04/12", "####/##/##"),
            ("12.04.1987", "##.##.####"),
            ("19870412", "########"),
        ] {
            let out = shift(&operator, date, "c-1").unwrap();
            assert_eq!(out.len(), date.len());
            assert!(out.chars().zip(shape.chars()).all(|(c, s)| if s == '#' { c.is_ascii_digit() } else { c == s }));
            assert_eq!(operator.unshift(&out, "c-1").unwrap().expose(), date);
        }
        let own = built(&[("formats", list(&["%d/%m/%Y", "%-d %B %Y", "%Y-%m-%d %H:%M"]))]).unwrap();
        for date in ["12/04/1987", "2 April 1987", "1987-04-12 21:07"] {
            let out = shift(&own, date, "c-1").unwrap();
            assert_eq!(own.unshift(&out, "c-1").unwrap().expose(), date, "{out}");
        }
    }

    #[test]
    fn digits_take_each_others_places_where_nothing_else_of_a_date_changes() {
        let swapped = |format: &str| built(&[("formats", list(&[format]))]).unwrap().alike().swapped.clone();
        for format in ["%d/%m/%Y", "%Y%m%d", "%d.%m.%y", "%Y-%m-%d %H:%M", "%F"] {
            assert_eq!(swapped(format), "0123456789", "{format}");
        }
        for format in ["%-d/%-m/%Y", "%_d.%m.%Y", "%e.%m.%Y", "%d/%-m/%Y", "%d %b %Y", "%d %^B %Y", "%a, %d.%m.%Y"] {
            assert_eq!(swapped(format), "", "{format}");
        }
        assert!(!built(&[]).unwrap().alike().swapped.is_empty());
        assert_eq!(USUAL.iter().map(|format| Length::of(format).least).min(), Some(USUAL_LEAST));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let operator = built(&[]).unwrap();
        for wrong in ["", "yesterday", "1987-02-30", "1987-4-12", "04/12/1987", "1987-04-12x", "九"] {
            assert_eq!(shift(&operator, wrong, "c-12"), Err(OperatorError::NoDate), "{wrong}");
        }
        for beyond in ["9999-12-31", "0001-01-01"] {
            assert!((1..9).any(|who| shift(&operator, beyond, &format!("c-{who}")) == Err(OperatorError::BeyondYears)));
        }
        assert_eq!(shift(&operator, "1987-04-12", ""), Err(OperatorError::NoSubject));
        assert_eq!(shift(&operator, "1987-04-12", "\u{200b}"), Err(OperatorError::NoSubject));
    }

    /// No number of JSON begins with a zero (RFC 8259, section 6), and the date would not move back.
    #[test]
    fn a_number_never_becomes_one_with_a_zero_in_front() {
        use super::super::tests::{Sample, build, written};
        let days = [("min_days", Integer(20)), ("max_days", Integer(50))];
        let common = [("ring", text(RING_NAME)), ("subject_field", text("customer.id"))];
        let own = ("formats", list(&["%d%m%Y"]));
        let number = |parameters: &[(&str, ParameterValue)], date: &str| {
            written(&*build("date_shift", parameters), Sample::of(date, ValueKind::Number))
        };
        let usual: Vec<_> = common.iter().chain(&days).cloned().collect();
        let own: Vec<_> = usual.iter().cloned().chain([own]).collect();
        let all: Vec<String> = (10..=28).map(|day| number(&own, &format!("{day}041987"))).collect();
        assert!(
            all.iter().any(|out| out == "no_date") && all.iter().all(|out| !out.starts_with("literal 0")),
            "{all:?}"
        );
        assert!(number(&usual, "19870412").starts_with("literal 1987"));
        let back = [("min_days", Integer(-50)), ("max_days", Integer(-20))];
        let back: Vec<_> = common.iter().chain(&back).cloned().collect();
        assert_eq!(number(&back, "10000105"), "no_date");
    }

    #[test]
    fn mistakes_are_refused() {
        for (name, value, at) in [
            ("max_days", Integer(-160), "max_days"),
            ("min_days", Integer(170), "max_days"),
            ("min_days", Integer(-40_000), "min_days"),
            ("formats", list(&[]), "formats"),
            ("formats", list(&["%Y-%m"]), "formats"),
            ("formats", list(&["%Y-%m-%dT%H:%M%z"]), "formats"),
            ("formats", list(&["%"]), "formats"),
        ] {
            assert_eq!(built(&[(name, value)]).unwrap_err().parameter, Some(at), "{name}");
        }
    }

    #[test]
    fn scope_kind_and_epoch_keep_subjects_apart() {
        let wide = |more: &[(&str, ParameterValue)]| {
            let mut all = vec![("min_days", Integer(-30_000)), ("max_days", Integer(30_000))];
            all.extend_from_slice(more);
            shift(&built(&all).unwrap(), "2000-01-01", "c-1").unwrap()
        };
        let all = [
            wide(&[]),
            wide(&[("scope", text("product"))]),
            wide(&[("as", text("CUSTOMER_ID"))]),
            wide(&[("epoch", text("0b0b0b0b"))]),
        ];
        for (at, first) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(first), "{all:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_moved_moves_back(
            year in 300..9700_i16, month in 1..=12_i8, day in 1..=28_i8, subject in "\\PC{1,20}",
            min in -400..400_i64, more in 31..400_i64,
        ) {
            let operator = built(&[("min_days", Integer(min)), ("max_days", Integer(min + more))]).unwrap();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if let Ok(out) = shift(&operator, &date, &subject) {
                prop_assert_ne!(&out, &date);
                let back = operator.unshift(&out, &subject).unwrap();
                prop_assert_eq!(back.expose(), &date);
            }
        }
    }
}
