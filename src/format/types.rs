//! What fields may hold, where something declares it, and whether what an operator writes may stand there.
//!
//! Each format has its own idea: what is a string to JSON may be a number to a column of CSV.

use super::within::{self, Verdict};
use super::{Csv, Json, Text, alike};
use crate::model::{Secret, Shape, Spelled};
use regex::Regex;
use regex_syntax::hir::Look;
use std::fmt;

/// What a field is declared to hold, in the words of JSON Schema.
#[derive(Clone, Default)]
pub struct FieldType {
    /// Any of these types; every one where it is empty.
    pub types: Vec<TypeName>,
    /// `minLength`, in characters.
    pub len_min: usize,
    /// `maxLength`, in characters.
    pub len_max: Option<usize>,
    /// `pattern`: found somewhere in the text.
    pub pattern: Option<Regex>,
    /// `enum` or `const`, each as JSON writes it, texts without quotes.
    pub one_of: Option<Vec<String>>,
    /// By which word they are listed.
    pub listed: Listed,
    /// `minimum`.
    pub least: Option<i64>,
    /// `maximum`.
    pub most: Option<i64>,
    /// Whether the field must be there.
    pub presence: Presence,
    /// `required`: the members that an object must have.
    pub members: Vec<String>,
}

/// A policy's hash goes by this: what is said, and not by which of two words.
impl fmt::Debug for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { types, len_min, len_max, pattern, one_of, listed: _, least, most, presence, members } = self;
        f.debug_struct("FieldType")
            .field("types", types)
            .field("len_min", len_min)
            .field("len_max", len_max)
            .field("pattern", pattern)
            .field("one_of", one_of)
            .field("least", least)
            .field("most", most)
            .field("presence", presence)
            .field("members", members)
            .finish()
    }
}

/// By which word a schema lists what may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listed {
    /// `enum`.
    #[default]
    Enum,
    /// `const`.
    Const,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    /// It may be left out.
    #[default]
    Free,
    /// It is one of its object's `required` members.
    Required,
}

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeName {
    /// `string`.
    Text,
    /// `integer`.
    Whole,
    /// `number`.
    Number,
    /// `boolean`.
    Bool,
    /// `null`.
    Null,
    /// `object`.
    Object,
    /// `array`.
    Array,
}

impl TypeName {
    /// All, by their names.
    pub const ALL: [(&'static str, Self); 7] = [
        ("string", Self::Text),
        ("integer", Self::Whole),
        ("number", Self::Number),
        ("boolean", Self::Bool),
        ("null", Self::Null),
        ("object", Self::Object),
        ("array", Self::Array),
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Whole => "integer",
            Self::Number => "number",
            Self::Bool => "boolean",
            Self::Null => "null",
            Self::Object => "object",
            Self::Array => "array",
        }
    }
}

/// Why what an operator writes does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// It is of this type, which is none of the declared ones.
    Type(TypeName),
    /// It may have so many characters, and so many are allowed.
    TooLong {
        /// How many it may have.
        len: usize,
        /// How many are allowed.
        max: usize,
    },
    /// It may have so few characters.
    TooShort {
        /// How many it may have.
        len: usize,
        /// How many there must be.
        min: usize,
    },
    /// The pattern does not accept it, or that cannot be known.
    Pattern,
    /// It is, or may be, none of the listed values.
    NotListed(Listed),
    /// It may be beyond the bounds of a number.
    OutOfBounds,
    /// Digits that may begin with a zero: two of them may be one number, and JSON has none that does (RFC 8259, section 6).
    LeadingZero,
    /// The field must be there.
    Required,
    /// It is an object without this member, which must be there.
    Lacks(String),
    /// So few values are left that they can be tried out.
    TooFew {
        /// How many characters a value may have that are encrypted.
        len: usize,
        /// How many values that leaves.
        left: u128,
        /// How many there must be.
        min: u32,
    },
    /// The operator takes no value of that type, so every record would be refused.
    Refused,
    /// The operator takes no value that the pattern accepts, so every record would be refused.
    NoneTaken,
    /// The operator does not tell what it writes.
    Unknown,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => write!(f, "writes `{}`, which the type does not allow", name.name()),
            Self::TooLong { len, max } => write!(f, "may write {len} characters, and `maxLength` is {max}"),
            Self::TooShort { len, min } => write!(f, "may write {len} characters, and `minLength` is {min}"),
            Self::Pattern => f.write_str("may write what `pattern` does not accept"),
            Self::NotListed(Listed::Enum) => f.write_str("may write what is not listed under `enum`"),
            Self::NotListed(Listed::Const) => f.write_str("may write what is not the `const`"),
            Self::OutOfBounds => f.write_str("may write a number beyond `minimum` or `maximum`"),
            Self::LeadingZero => f.write_str("may write digits that begin with a zero, which no number does"),
            Self::Required => f.write_str("removes it, and it is `required`"),
            Self::Lacks(member) => write!(f, "writes an object without `{member}`, which is `required`"),
            Self::TooFew { len, left, min } => write!(
                f,
                "leaves {left} values, for {len} characters are encrypted at most; fewer than {min} can be tried out"
            ),
            Self::Refused => f.write_str("takes no value of this type"),
            Self::NoneTaken => f.write_str("takes no value that `pattern` accepts, so every record would be refused"),
            Self::Unknown => f.write_str("does not tell what it writes"),
        }
    }
}

impl Misfit {
    /// Says what would be right of the schema, beside another operator; nothing where no word of it would.
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::TooLong { len, .. } => Some(format!("`maxLength` of {len} or more, or what writes less, would fit")),
            Self::TooShort { len, .. } => Some(format!("`minLength` of {len} or less, or what writes more, would fit")),
            Self::LeadingZero => Some("`type: string`, or what keeps the first digit, would fit".to_owned()),
            Self::TooFew { .. } => Some("keep fewer characters, or use `tokenize`, `mask` or `generalize`".to_owned()),
            Self::Type(_)
            | Self::Pattern
            | Self::NotListed(_)
            | Self::OutOfBounds
            | Self::Required
            | Self::Lacks(_)
            | Self::Refused
            | Self::NoneTaken
            | Self::Unknown => None,
        }
    }

    /// Gives the word of the schema that is not kept.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Type(_) | Self::LeadingZero | Self::Refused | Self::Unknown => "type",
            Self::TooLong { .. } | Self::TooFew { .. } => "maxLength",
            Self::TooShort { .. } => "minLength",
            Self::Pattern | Self::NoneTaken => "pattern",
            Self::NotListed(Listed::Enum) => "enum",
            Self::NotListed(Listed::Const) => "const",
            Self::OutOfBounds => "minimum` or `maximum",
            Self::Required | Self::Lacks(_) => "required",
        }
    }
}

impl Secret {
    /// Gives what does not fit where values have so many characters at most.
    fn too_few(self, most: usize) -> Option<Misfit> {
        let len = most.saturating_sub(self.held);
        (!self.is_enough(most)).then(|| Misfit::TooFew { len, left: self.left(most), min: self.values_min })
    }
}

/// Tells what a pattern says of texts that are spelled so.
fn of_spelled(pattern: &Regex, spelled: &Spelled) -> Option<Verdict> {
    match spelled {
        Spelled::Anyhow => None,
        Spelled::As(language) => within::accepts(pattern.as_str(), language)
            .map(|is_within| if is_within { Verdict::Within } else { Verdict::Outside }),
        Spelled::ByForm(forms) => within::forms(pattern.as_str(), forms),
        Spelled::Anew(rewritten) => within::rewritten(pattern.as_str(), rewritten),
    }
}

/// Gives what does not fit; what cannot be told does not.
const fn misfit_of(verdict: Option<Verdict>) -> Option<Misfit> {
    match verdict {
        Some(Verdict::Within) => None,
        Some(Verdict::Nothing) => Some(Misfit::NoneTaken),
        Some(Verdict::Outside) | None => Some(Misfit::Pattern),
    }
}

/// Tells whether what an operator writes may stand in a field.
pub trait TypeFit: fmt::Debug {
    /// Gives why `new` cannot, or may not always, stand in a field that is declared so; none where it can.
    fn misfit(&self, declared: &FieldType, new: &Shape) -> Option<Misfit>;
}

impl TypeFit for Json {
    fn misfit(&self, declared: &FieldType, new: &Shape) -> Option<Misfit> {
        match new {
            Shape::Alike(alike) => {
                let listed = declared.one_of.is_some().then_some(Misfit::NotListed(declared.listed));
                let few = || {
                    let most = alike::characters(declared, alike)?;
                    alike.secret.and_then(|secret| secret.too_few(most))
                };
                listed
                    .or_else(|| declared.of_len(alike.most.unwrap_or(usize::MAX), Some(alike.room)))
                    .or_else(|| misfit_of(alike::verdict(declared.pattern.as_ref()?, alike)))
                    .or_else(few)
            }
            Shape::Text { len_min, len_max, spelled } => {
                let (len_min, len_max) = declared.lengths(*len_min, *len_max, spelled);
                declared
                    .is(TypeName::Text)
                    .or_else(|| declared.of_text(len_min, len_max))
                    .or_else(|| misfit_of(of_spelled(declared.pattern.as_ref()?, spelled)))
            }
            Shape::Exactly(text) => declared.is(TypeName::Text).or_else(|| declared.of_exact(text)),
            Shape::Literal(literal) => declared.of_literal(literal),
            Shape::Digits(digits) => declared.is(TypeName::Whole).or_else(|| declared.of_digits(*digits)),
            Shape::SameDigits(secret) => declared
                .is(TypeName::Whole)
                .or_else(|| declared.of_same_digits())
                .or_else(|| (*secret)?.too_few(declared.digits()?)),
            Shape::Between(least, most) => declared.is(TypeName::Whole).or_else(|| declared.of_range(*least, *most)),
            Shape::Multiple(step) => declared.is(TypeName::Whole).or_else(|| declared.of_multiples(*step)),
            Shape::Number => {
                let bounded = declared.one_of.is_some() || declared.least.is_some() || declared.most.is_some();
                declared.is(TypeName::Whole).or_else(|| bounded.then_some(Misfit::OutOfBounds))
            }
            Shape::Json(text) => match text.as_bytes().first() {
                Some(b'{') => declared
                    .is(TypeName::Object)
                    .or_else(|| declared.of_members(text))
                    .or_else(|| declared.of_listed(text)),
                Some(b'[') => declared.is(TypeName::Array).or_else(|| declared.of_listed(text)),
                Some(_) | None => Some(Misfit::Unknown),
            },
            Shape::Null => declared.is(TypeName::Null).or_else(|| declared.of_listed("null")),
            Shape::EmptyObject => {
                declared.is(TypeName::Object).or_else(|| declared.of_members("{}")).or_else(|| declared.of_listed("{}"))
            }
            Shape::EmptyArray => declared.is(TypeName::Array).or_else(|| declared.of_listed("[]")),
            Shape::Removed => (declared.presence == Presence::Required).then_some(Misfit::Required),
            Shape::Refused => Some(Misfit::Refused),
            Shape::Unknown => Some(Misfit::Unknown),
        }
    }
}

/// A cell is a text; what it may spell is what the column is declared to hold. An empty cell is a text, and null.
impl TypeFit for Csv {
    fn misfit(&self, declared: &FieldType, new: &Shape) -> Option<Misfit> {
        let is_text = declared.is(TypeName::Text).is_none();
        match new {
            // Digits that are as many may be more than before.
            Shape::Alike(_) if !is_text && (declared.least.is_some() || declared.most.is_some()) => {
                Some(Misfit::OutOfBounds)
            }
            Shape::Alike(alike) if !is_text && alike.first == 0 && alike.swapped.contains('0') => {
                Some(Misfit::LeadingZero)
            }
            Shape::Null if is_text => declared.of_exact(""),
            Shape::Exactly(text) if text.is_empty() && !is_text => declared.is(TypeName::Null),
            Shape::Exactly(text) if !is_text => declared.of_literal(text),
            Shape::Literal(text) | Shape::Json(text) if is_text => declared.of_exact(text),
            Shape::EmptyObject | Shape::EmptyArray | Shape::Json(_) if !is_text => Some(Misfit::Type(TypeName::Text)),
            Shape::EmptyObject | Shape::EmptyArray => {
                declared.of_text(2, Some(2)).or_else(|| declared.pattern.is_some().then_some(Misfit::Pattern))
            }
            new => Json.misfit(declared, new),
        }
    }
}

/// A text as a whole declares nothing.
impl TypeFit for Text {
    fn misfit(&self, _: &FieldType, _: &Shape) -> Option<Misfit> {
        None
    }
}

impl FieldType {
    /// Tells whether a type is among the declared ones.
    pub fn allows(&self, name: TypeName) -> bool {
        let holds = |known: &TypeName| *known == name || (name == TypeName::Whole && *known == TypeName::Number);
        self.types.is_empty() || self.types.iter().any(holds)
    }

    fn is(&self, name: TypeName) -> Option<Misfit> {
        (!self.allows(name)).then_some(Misfit::Type(name))
    }

    /// Gives how many characters a text may have, as `maxLength` or the pattern says it.
    pub fn longest(&self) -> Option<usize> {
        let by_pattern = self.pattern.as_ref().and_then(|pattern| {
            let hir = regex_syntax::parse(pattern.as_str()).ok()?;
            let (before, behind) = (hir.properties().look_set_prefix(), hir.properties().look_set_suffix());
            let is_whole = before.contains(Look::Start) && behind.contains(Look::End);
            // No character has fewer than one byte.
            hir.properties().maximum_len().filter(|_| is_whole)
        });
        self.len_max.into_iter().chain(by_pattern).min()
    }

    /// Tells whether every line is accepted by the pattern, that of no characters among them, as far as that can be told;
    /// where there is none, it is.
    pub fn takes_any_line(&self) -> bool {
        let is_any = |pattern: &Regex| within::accepts(pattern.as_str(), r"[^\n]*") == Some(true);
        self.one_of.is_none() && self.pattern.as_ref().is_none_or(is_any)
    }

    /// Gives how many characters a text has that is spelled so, in those forms alone of which the pattern takes a value.
    fn lengths(&self, len_min: usize, len_max: Option<usize>, spelled: &Spelled) -> (usize, Option<usize>) {
        let (Some(pattern), Spelled::ByForm(forms)) = (&self.pattern, spelled) else { return (len_min, len_max) };
        let taken = forms.iter().filter(|form| within::meets(pattern.as_str(), form) != Some(false));
        let written: Option<Vec<_>> = taken.map(|form| regex_syntax::parse(&form.becomes).ok()).collect();
        let written = written.unwrap_or_default();
        let least = written.iter().filter_map(|form| form.properties().minimum_len()).min();
        // No character has fewer than one byte.
        let most: Option<usize> = written
            .iter()
            .map(|form| form.properties().maximum_len())
            .collect::<Option<Vec<_>>>()
            .and_then(|all| all.into_iter().max());
        (len_min.max(least.unwrap_or(0)), len_max.into_iter().chain(most).min())
    }

    /// Gives how many digits a number has at most that is not negative.
    fn digits(&self) -> Option<usize> {
        self.most.map(|most| most.max(0).to_string().len())
    }

    fn of_range(&self, least: i128, most: i128) -> Option<Misfit> {
        if self.one_of.is_some() {
            return Some(Misfit::NotListed(self.listed));
        }
        let outside = self.least.is_some_and(|own| least < i128::from(own))
            || self.most.is_some_and(|own| most > i128::from(own));
        outside.then_some(Misfit::OutOfBounds)
    }

    fn of_text(&self, len_min: usize, len_max: Option<usize>) -> Option<Misfit> {
        self.of_len(len_min, len_max).or_else(|| self.one_of.is_some().then_some(Misfit::NotListed(self.listed)))
    }

    fn of_len(&self, len_min: usize, len_max: Option<usize>) -> Option<Misfit> {
        if let (Some(len), Some(max)) = (len_max, self.len_max)
            && len > max
        {
            return Some(Misfit::TooLong { len, max });
        }
        if len_min < self.len_min {
            return Some(Misfit::TooShort { len: len_min, min: self.len_min });
        }
        None
    }

    fn of_exact(&self, text: &str) -> Option<Misfit> {
        let len = text.chars().count();
        let accepts = |pattern: &Regex| pattern.is_match(text);
        let by_pattern = || self.pattern.as_ref().is_some_and(|pattern| !accepts(pattern)).then_some(Misfit::Pattern);
        self.of_listed(text).or_else(|| self.of_len(len, Some(len))).or_else(by_pattern)
    }

    /// Checks that a value is listed, where any is.
    fn of_listed(&self, value: &str) -> Option<Misfit> {
        let lists = |all: &Vec<String>| all.iter().any(|one| one == value);
        self.one_of.as_ref().is_some_and(|all| !lists(all)).then_some(Misfit::NotListed(self.listed))
    }

    fn of_literal(&self, literal: &str) -> Option<Misfit> {
        // `007`, `+7` and `nan` are none (RFC 8259, section 6).
        let is_number = serde_json::from_str::<serde_json::Number>(literal).is_ok();
        let name = match literal {
            "true" | "false" => TypeName::Bool,
            whole if is_number && whole.parse::<i128>().is_ok() => TypeName::Whole,
            number if is_number && number.parse::<f64>().is_ok() => TypeName::Number,
            _ => TypeName::Text,
        };
        if let Some(misfit) = self.is(name) {
            return Some(misfit);
        }
        if self.one_of.is_some() {
            return self.of_listed(literal);
        }
        // A fraction is compared by what it is cut to, and the next number.
        let whole = literal.split(['.', 'e', 'E']).next().and_then(|whole| whole.parse::<i128>().ok());
        let fraction = i128::from(name == TypeName::Number);
        let outside = |number: i128| {
            self.least.is_some_and(|least| number - fraction < i128::from(least))
                || self.most.is_some_and(|most| number + fraction > i128::from(most))
        };
        let is_number = name == TypeName::Whole || name == TypeName::Number;
        (is_number && whole.is_none_or(outside) && (self.least.is_some() || self.most.is_some()))
            .then_some(Misfit::OutOfBounds)
    }

    /// Checks that an object has all members that must be there.
    fn of_members(&self, json: &str) -> Option<Misfit> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
        self.members.iter().find(|name| !object.contains_key(*name)).map(|name| Misfit::Lacks(name.clone()))
    }

    /// Checks every whole number of as many digits: only nines bound those from above.
    fn of_same_digits(&self) -> Option<Misfit> {
        if self.one_of.is_some() {
            return Some(Misfit::NotListed(self.listed));
        }
        let nines = |most: i64| most > 0 && most.to_string().bytes().all(|digit| digit == b'9');
        let outside = self.least.is_some_and(|least| least > 1) || self.most.is_some_and(|most| !nines(most));
        outside.then_some(Misfit::OutOfBounds)
    }

    /// Checks the multiples that are not above what fits: none is below the least number that is itself one.
    fn of_multiples(&self, step: i128) -> Option<Misfit> {
        if self.one_of.is_some() {
            return Some(Misfit::NotListed(self.listed));
        }
        let below = |least: i64| i128::from(least).checked_rem_euclid(step) != Some(0);
        self.least.is_some_and(below).then_some(Misfit::OutOfBounds)
    }

    /// Checks every whole number of so many digits.
    fn of_digits(&self, digits: usize) -> Option<Misfit> {
        if self.one_of.is_some() {
            return Some(Misfit::NotListed(self.listed));
        }
        let greatest = u32::try_from(digits).ok().and_then(|digits| 10_i128.checked_pow(digits)).map(|next| next - 1);
        let outside = self.least.is_some_and(|least| least > 0)
            || self.most.is_some_and(|most| greatest.is_none_or(|greatest| greatest > i128::from(most)));
        outside.then_some(Misfit::OutOfBounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Alike;

    fn text(len_max: Option<usize>) -> FieldType {
        FieldType { types: vec![TypeName::Text], len_max, ..FieldType::default() }
    }

    fn written(len: usize, sample: &str) -> Shape {
        Shape::Text { len_min: len, len_max: Some(len), spelled: Spelled::As(sample.to_owned()) }
    }

    #[test]
    fn texts_fit_by_length_pattern_and_list() {
        assert_eq!(Json.misfit(&text(Some(64)), &written(64, "")), None);
        let long = Json.misfit(&text(Some(63)), &written(64, ""));
        assert_eq!(long, Some(Misfit::TooLong { len: 64, max: 63 }));
        let short = FieldType { len_min: 1, ..text(None) };
        assert_eq!(Json.misfit(&short, &Shape::Exactly(String::new())), Some(Misfit::TooShort { len: 0, min: 1 }));
        let hex = FieldType { pattern: Some(Regex::new("^[0-9a-f]+$").unwrap()), ..text(None) };
        assert_eq!(Json.misfit(&hex, &written(4, "00ff")), None);
        assert_eq!(Json.misfit(&hex, &written(4, "tok_")), Some(Misfit::Pattern));
        let listed = FieldType { one_of: Some(vec!["a".into(), "other".into()]), ..text(None) };
        assert_eq!(Json.misfit(&listed, &Shape::Exactly("other".into())), None);
        for new in [Shape::Exactly("x".into()), written(1, "a"), Shape::Alike(Alike::default())] {
            assert_eq!(Json.misfit(&listed, &new), Some(Misfit::NotListed(Listed::Enum)), "{new:?}");
        }
        // What is listed must have the length and the form as well.
        let other = Shape::Exactly("other".into());
        let bounded = FieldType { len_max: Some(4), ..listed.clone() };
        assert_eq!(Json.misfit(&bounded, &other), Some(Misfit::TooLong { len: 5, max: 4 }));
        let formed = FieldType { pattern: Some(Regex::new("^[a-d]").unwrap()), ..listed };
        assert_eq!(Json.misfit(&formed, &other), Some(Misfit::Pattern));
        assert_eq!(Json.misfit(&formed, &Shape::Exactly("a".into())), None);
    }

    #[test]
    fn numbers_fit_by_type_and_bounds() {
        let whole = FieldType { types: vec![TypeName::Whole], most: Some(i64::from(i32::MAX)), ..FieldType::default() };
        assert_eq!(Json.misfit(&whole, &Shape::Digits(9)), None);
        assert_eq!(Json.misfit(&whole, &Shape::Digits(10)), Some(Misfit::OutOfBounds));
        assert_eq!(Json.misfit(&whole, &written(3, "123")), Some(Misfit::Type(TypeName::Text)));
        assert_eq!(Json.misfit(&whole, &Shape::Literal("0".into())), None);
        assert_eq!(Json.misfit(&whole, &Shape::Literal("0.5".into())), Some(Misfit::Type(TypeName::Number)));
        assert_eq!(Json.misfit(&whole, &Shape::Literal("9999999999".into())), Some(Misfit::OutOfBounds));
        assert_eq!(Json.misfit(&whole, &Shape::Null), Some(Misfit::Type(TypeName::Null)));
        let nullable = FieldType { types: vec![TypeName::Number, TypeName::Null], ..FieldType::default() };
        assert_eq!(Json.misfit(&nullable, &Shape::Null), None);
        assert_eq!(Json.misfit(&nullable, &Shape::Digits(18)), None, "a whole number is a number");
    }

    #[test]
    fn numbers_fit_by_what_is_known_of_them() {
        let between = |least, most| FieldType { types: vec![TypeName::Whole], least, most, ..FieldType::default() };
        for most in [None, Some(9), Some(999_999_999)] {
            assert_eq!(Json.misfit(&between(Some(0), most), &Shape::SameDigits(None)), None, "{most:?}");
        }
        for (least, most) in [(None, Some(i64::from(i32::MAX))), (Some(100), None), (None, Some(i64::MAX))] {
            assert_eq!(Json.misfit(&between(least, most), &Shape::SameDigits(None)), Some(Misfit::OutOfBounds));
        }
        assert_eq!(Json.misfit(&between(Some(0), Some(7)), &Shape::Multiple(10)), None);
        assert_eq!(Json.misfit(&between(Some(-20), None), &Shape::Multiple(10)), None);
        assert_eq!(Json.misfit(&between(Some(1), None), &Shape::Multiple(10)), Some(Misfit::OutOfBounds));
        let object = FieldType { types: vec![TypeName::Object], members: vec!["b".into()], ..FieldType::default() };
        let lacks = Some(Misfit::Lacks("b".into()));
        assert_eq!(Json.misfit(&object, &Shape::EmptyObject), lacks);
        assert_eq!(Json.misfit(&object, &Shape::Json(r#"{"a": 1}"#.into())), lacks);
        assert_eq!(Json.misfit(&object, &Shape::Json(r#"{"b": 1}"#.into())), None);
    }

    #[test]
    fn a_cell_is_what_it_spells() {
        let csv = Csv::new(b"a", super::super::Delimiter::Comma).unwrap();
        let whole = FieldType { types: vec![TypeName::Whole], ..FieldType::default() };
        assert_eq!(csv.misfit(&whole, &Shape::Exactly("0".into())), None);
        for text in ["x", "007", "+7", "nan", " 7"] {
            assert_eq!(csv.misfit(&whole, &Shape::Exactly(text.into())), Some(Misfit::Type(TypeName::Text)), "{text}");
        }
        assert_eq!(csv.misfit(&whole, &Shape::Exactly(String::new())), Some(Misfit::Type(TypeName::Null)));
        assert_eq!(csv.misfit(&text(None), &Shape::Null), None, "null is an empty cell, which a text may be");
        assert_eq!(csv.misfit(&text(None), &Shape::Literal("1".into())), None);
        let digits = |first| Shape::Alike(Alike { swapped: "0123456789".into(), first, ..Alike::default() });
        assert_eq!(csv.misfit(&whole, &digits(0)), Some(Misfit::LeadingZero));
        assert_eq!(csv.misfit(&whole, &digits(1)), None);
        assert_eq!(csv.misfit(&text(None), &digits(0)), None);
        let required = FieldType { presence: Presence::Required, ..whole };
        assert_eq!(csv.misfit(&required, &Shape::Removed), Some(Misfit::Required));
    }
}
