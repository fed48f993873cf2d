//! A plausible stand-in takes the value's place: the same value, the same stand-in.
//!
//! The stand-in is chosen from a list by HMAC-SHA-256 of the canonical form. Lists are short, so many values share a
//! stand-in; nobody can turn it back, and it proves nothing.

mod words;

use ring::hmac;

use self::words::{Locale, Words};
use super::echo::WAYS;
use super::keyed::{AS, EPOCH, Keyed, Kinds, RING, SCOPE, refuses};
use super::{
    Answer, BuildContext, BuildError, Distinct, ECHO_MIN, Epoch, Form, Input, OldShape, Operator, OperatorError,
    OperatorRow, ParameterRow, ParameterValue, Parameters, Reach, Required, Written,
};
use crate::keys::Purpose;
use crate::model::{Shape, Spelled};
use std::collections::BTreeSet;

const LISTS: &[&str] = &["name", "first_name", "last_name", "city", "street", "company", "email", "username"];

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "fake",
    summary: "puts a plausible stand-in in the value's place, chosen under a ring's key: the same value, the same one",
    parameters: &[
        RING,
        SCOPE,
        AS,
        EPOCH,
        ParameterRow {
            name: "locale",
            form: Form::OneOf(words::LOCALES),
            required: Required::No,
            summary: "the language of names and places; default `en`",
        },
        ParameterRow {
            name: "list",
            form: Form::OneOf(LISTS),
            required: Required::No,
            summary: "what is made up; default: what fits the entity type, where one does",
        },
        ParameterRow {
            name: "values",
            form: Form::List,
            required: Required::No,
            summary: "texts of your own to choose from, instead of `list`",
        },
    ],
    build: |parameters, context| Ok(Box::new(build(parameters, context)?)),
};

/// Own values that a policy may list.
const VALUES_MAX: usize = 10_000;

/// Puts a plausible stand-in in the value's place.
struct Fake {
    kinds: Kinds<hmac::Key>,
    chosen: Chosen,
}

/// From what is chosen.
enum Chosen {
    /// From the policy's own texts; never empty.
    Values(Vec<String>),
    /// From a list of a locale.
    List(&'static str, Words),
    /// From the list that fits the entity type.
    Fitting(Words),
}

fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Fake, BuildError> {
    let keyed = Keyed::read(parameters, context)?;
    let locale = parameters.text("locale")?.unwrap_or("en");
    let words = Words::of(
        Locale::named(locale)
            .ok_or_else(|| BuildError::of("locale", format!("`locale` is one of {}", words::LOCALES.join(", "))))?,
    );
    let chosen = match (parameters.list("values")?, parameters.text("list")?) {
        (Some(_), Some(_)) => return Err(BuildError::of("values", "`values` and `list` exclude each other")),
        (Some(values), None) => Chosen::Values(own(values)?),
        (None, Some(list)) => {
            let list = LISTS.iter().find(|known| **known == list);
            let list = list.ok_or_else(|| BuildError::of("list", format!("`list` is one of {}", LISTS.join(", "))))?;
            Chosen::List(list, words)
        }
        (None, None) => {
            if let Some(kind) = keyed.kinds().find(|kind| fitting(kind).is_none()) {
                return Err(BuildError::of("list", format!("no list fits {kind}, so `list` must say which"))
                    .with_help(format!("one of {}, or `values: [...]`", LISTS.join(", "))));
            }
            Chosen::Fitting(words)
        }
    };
    Ok(Fake { kinds: Kinds::hmac(&keyed, Purpose::Fake)?, chosen })
}

fn own(values: &[ParameterValue]) -> Result<Vec<String>, BuildError> {
    let texts: Option<Vec<String>> = values
        .iter()
        .map(|value| match value {
            ParameterValue::Text(text) if !text.is_empty() => Some(text.clone()),
            ParameterValue::Integer(number) => Some(number.to_string()),
            _ => None,
        })
        .collect();
    texts.filter(|texts| (2..=VALUES_MAX).contains(&texts.len())).ok_or_else(|| {
        BuildError::of("values", format!("`values` is a list of 2 to {VALUES_MAX} texts, none of them empty"))
    })
}

/// Gives the list that fits a value kind.
fn fitting(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "PERSON" => "name",
        "LOCATION" => "city",
        "STREET_ADDRESS" => "street",
        "ORGANIZATION" => "company",
        "EMAIL_ADDRESS" => "email",
        "USERNAME" => "username",
        _ => return None,
    })
}

impl Fake {
    /// Appends the first stand-in that the value is no part of, upper and lower case alike; each further way is chosen
    /// by HMAC of the digest before it. A value shorter than [`ECHO_MIN`] may be part of all of them, as `a` is, and gets the
    /// first that it is not itself.
    fn stand_in(&self, kind: &str, key: &hmac::Key, form: &str, out: &mut String) -> Result<(), OperatorError> {
        let folded = form.to_lowercase();
        let start = out.len();
        let mut digest = hmac::sign(key, form.as_bytes());
        let mut other = None;
        for _ in 0..WAYS {
            self.append(kind, &digest, out);
            let written = out.get(start..).unwrap_or_default().to_lowercase();
            if !written.contains(&folded) {
                return Ok(());
            }
            if other.is_none() && written != folded {
                other = Some(digest);
            }
            out.truncate(start);
            digest = hmac::sign(key, digest.as_ref());
        }
        let is_short = folded.chars().nth(ECHO_MIN - 1).is_none();
        let digest = other.filter(|_| is_short).ok_or(OperatorError::Echo)?;
        self.append(kind, &digest, out);
        Ok(())
    }

    /// Appends the stand-in that a digest chooses.
    fn append(&self, kind: &str, digest: &hmac::Tag, out: &mut String) {
        let mut draws = Draws(digest.as_ref());
        match &self.chosen {
            Chosen::Values(values) => out.push_str(draws.one(values).map_or("", String::as_str)),
            Chosen::List(list, words) => words.append(list, &mut draws, out),
            Chosen::Fitting(words) => words.append(fitting(kind).unwrap_or("name"), &mut draws, out),
        }
    }
}

/// Numbers drawn from a digest, eight bytes each.
struct Draws<'a>(&'a [u8]);

impl Draws<'_> {
    fn number(&mut self, below: u64) -> u64 {
        let (first, rest) = self.0.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        self.0 = rest;
        // Lists have at most some thousand items, so one is likelier than another by one in 2^50.
        u64::from_be_bytes(*first).checked_rem(below).unwrap_or_default()
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let at = self.number(u64::try_from(all.len()).ok()?);
        all.get(usize::try_from(at).ok()?)
    }
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fake").field("kinds", &self.kinds).finish_non_exhaustive()
    }
}

/// Gives the shape of what a list gives.
fn of_list(words: &Words, list: &str) -> Shape {
    let (len_min, len_max) = words.lengths(list);
    Shape::Text { len_min, len_max: Some(len_max), spelled: Spelled::As(words.spelled(list)) }
}

impl Operator for Fake {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    fn distinct(&self) -> Distinct {
        Distinct::Lost
    }

    fn epoch(&self) -> Epoch {
        self.kinds.epoch()
    }

    fn guessable(&self) -> Option<&str> {
        Some(self.kinds.ring())
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        match &self.chosen {
            Chosen::Values(values) => values.iter().cloned().map(Shape::Exactly).collect(),
            Chosen::List(list, words) => vec![of_list(words, list)],
            // Which of them it is follows from the kind.
            Chosen::Fitting(words) => {
                let lists: BTreeSet<&str> =
                    self.kinds.names().into_iter().map(|kind| fitting(kind).unwrap_or("name")).collect();
                lists.into_iter().map(|list| of_list(words, list)).collect()
            }
        }
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        self.kinds.write(input, out, |kind, key, form, out| self.stand_in(kind, key, form, out))
    }
}

#[cfg(test)]
mod tests {
    use super::super::ValueKind;
    use super::super::tests::{RING_NAME, Sample, build, refused, written};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn fake(more: &[(&str, ParameterValue)]) -> Box<dyn Operator> {
        let mut all = vec![("ring", text(RING_NAME))];
        all.extend_from_slice(more);
        build("fake", &all)
    }

    #[test]
    fn every_list_of_every_locale_makes_something() {
        for locale in words::LOCALES {
            for list in LISTS {
                let operator = fake(&[("locale", text(locale)), ("list", text(list))]);
                let old = OldShape { value: ValueKind::Text, len_min: 0, len_max: None, entity: "VALUE" };
                let shapes = operator.shapes(&old);
                let [Shape::Text { len_min, len_max: Some(len_max), spelled: Spelled::As(spelled) }] = &shapes[..]
                else {
                    panic!("{shapes:?}")
                };
                // What is said of the form says the same of the length, where bytes are characters.
                let form = regex_syntax::parse(spelled).unwrap();
                let bytes = (form.properties().minimum_len().unwrap(), form.properties().maximum_len().unwrap());
                if spelled.is_ascii() {
                    assert_eq!((*len_min, *len_max), bytes, "{locale} {list}");
                }
                assert!(bytes.0 >= *len_min && bytes.1 >= *len_max, "{locale} {list}");
                let mut seen = BTreeSet::new();
                for value in 0..40 {
                    let out = written(&*operator, Sample::text(&format!("value {value}")));
                    assert!(out.starts_with("text ") && out.len() > 7 && !out.contains('_'), "{locale} {list}: {out}");
                    let len = out.chars().count() - "text ".len();
                    assert!((*len_min..=*len_max).contains(&len), "{locale} {list}: {out}");
                    seen.insert(out);
                }
                assert!(seen.len() > 12, "{locale} {list}: {seen:?}");
            }
        }
    }

    #[test]
    fn one_value_has_one_stand_in() {
        let operator = fake(&[("list", text("email")), ("as", text("EMAIL_ADDRESS"))]);
        let out = written(&*operator, Sample::text("Ada@Example.com"));
        assert_eq!(out, written(&*operator, Sample::text("ada@example.com")));
        assert!(out.contains("@example."), "an address that RFC 2606 keeps free: {out}");
        let product = fake(&[("list", text("email")), ("as", text("EMAIL_ADDRESS")), ("scope", text("product"))]);
        assert_ne!(out, written(&*product, Sample::text("ada@example.com")));
    }

    #[test]
    fn a_stand_in_is_never_the_value() {
        let operator = fake(&[("values", ParameterValue::List(vec![text("Ada"), text("Bob")]))]);
        for value in ["Ada", "ada", "Bob", "BOB"] {
            let out = written(&*operator, Sample::text(value)).to_lowercase();
            assert!(!out.contains(&value.to_lowercase()), "{value}: {out}");
        }
        let one = fake(&[("values", ParameterValue::List(vec![text("xa"), text("ax")]))]);
        let short = written(&*one, Sample::text("a"));
        assert!(short == "text xa" || short == "text ax", "a letter is part of most, and none of them: {short}");
        let long = fake(&[("values", ParameterValue::List(vec![text("xabcd"), text("abcdx")]))]);
        assert_eq!(written(&*long, Sample::text("abcd")), "replacement_repeats_value");
        let names = fake(&[("list", text("name"))]);
        for letter in 'a'..='z' {
            let out = written(&*names, Sample::text(&letter.to_string()));
            assert!(out.strip_prefix("text ").is_some_and(|name| name.len() > 1), "{letter}: {out}");
        }
    }

    #[test]
    fn mistakes_are_refused() {
        let ring = || ("ring", text(RING_NAME));
        let list = |all: &[ParameterValue]| ParameterValue::List(all.to_vec());
        for (parameters, at) in [
            (vec![ring()], "list"),
            (vec![ring(), ("as", text("CREDIT_CARD"))], "list"),
            (vec![ring(), ("list", text("planet"))], "list"),
            (vec![ring(), ("list", text("name")), ("locale", text("tlh"))], "locale"),
            (vec![ring(), ("values", list(&[]))], "values"),
            (vec![ring(), ("values", list(&[text("a"), text("")]))], "values"),
            (vec![ring(), ("values", list(&[text("a"), text("b")])), ("list", text("name"))], "values"),
        ] {
            assert_eq!(refused("fake", &parameters).parameter, Some(at));
        }
    }
}
