//! A value of the same form takes the value's place, and who has the key can turn it back.

mod alphabet;
mod domain;
mod ff1;

use aes::Aes256;

use self::alphabet::{Alphabet, Role};
use self::domain::{DOMAIN_MIN, Held};
use self::ff1::{Ff1, NUMERALS_MAX, Way};
use super::keyed::{AS, CONTEXT, ContextField, EPOCH, Enabled, Keyed, Kinds, RING, SCOPE, refuses, takes};
use super::tokenize::Tokenize;
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Form, Input, OldShape, Operator, OperatorError, OperatorRow,
    ParameterRow, Parameters, Permits, Reach, Recognised, Reopened, Required, Reversal, StandIn, ValueKind, Written,
};
use crate::keys::{KeyId, Purpose, parts};
use crate::model::{Alike, Secret, Sensitive, Shape, Short};

const FALLBACKS: &[&str] = &["error", "redact", "tokenize"];

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "fpe",
    summary: "puts a value of the same length and characters in the value's place (FF1, NIST SP 800-38G); who has the \
              key can turn it back",
    parameters: &[
        RING,
        SCOPE,
        AS,
        EPOCH,
        CONTEXT,
        ParameterRow {
            name: "alphabet",
            form: Form::Text,
            required: Required::No,
            summary: "the characters that are replaced: `digits` (default), `lower`, `upper`, `hex`, `alphanumeric`, \
                      `upper_alphanumeric`, or the characters themselves",
        },
        ParameterRow {
            name: "ignore",
            form: Form::Text,
            required: Required::No,
            summary: "separators that stay where they are; default ` -./()+`",
        },
        ParameterRow {
            name: "keep_first",
            form: Form::Integer,
            required: Required::No,
            summary: "how many characters of the alphabet stay at the beginning; default 0",
        },
        ParameterRow {
            name: "keep_last",
            form: Form::Integer,
            required: Required::No,
            summary: "how many stay at the end; default 0",
        },
        ParameterRow {
            name: "checksum",
            form: Form::OneOf(&["none", "luhn"]),
            required: Required::No,
            summary: "`luhn`: the last digit stays a check digit (ISO/IEC 7812-1); default `none`",
        },
        ParameterRow {
            name: "width",
            form: Form::Integer,
            required: Required::No,
            summary: "numbers are read as so many digits, with zeros in front: 18 for 64 bits, 9 for 32; default 15",
        },
        ParameterRow {
            name: "on_small_domain",
            form: Form::OneOf(FALLBACKS),
            required: Required::No,
            summary: "what happens to a value too short to be secret; default `error`, which refuses the record",
        },
        ParameterRow {
            name: "on_bad_checksum",
            form: Form::OneOf(FALLBACKS),
            required: Required::No,
            summary: "what happens to a value whose check digit is wrong; default `error`",
        },
    ],
    build: |parameters, context| Ok(Box::new(Fpe::build(parameters, context)?)),
};

/// Digits of an untyped JSON number that every reader keeps exact: 2^53 has sixteen.
const WIDTH: usize = 15;
/// Digits of the longest number that 64 bits hold whatever they are.
const WIDTH_MAX: usize = 18;
/// Attempts to meet a check digit; by chance all fail once in 10^45.
const WALK_MAX: usize = 1000;

/// Puts a value of the same form in the value's place: FF1 with AES-256.
pub struct Fpe {
    kinds: Kinds<Enabled<Ff1<Aes256>>>,
    context: ContextField,
    alphabet: Alphabet,
    held: Held,
    width: usize,
    on_small_domain: Fallback,
    on_bad_checksum: Fallback,
}

/// What happens to a value that cannot be encrypted.
enum Fallback {
    Error,
    Redact,
    Tokenize(Box<Tokenize>),
}

/// What a value is turned with.
struct Turn<'a> {
    way: Way,
    ff1: &'a Ff1<Aes256>,
    /// Empty where there is none.
    context: &'a str,
}

/// A value taken apart.
struct Taken {
    /// All characters of the alphabet, by their places in it.
    numerals: Vec<u16>,
}

impl Fpe {
    /// Builds the operator.
    ///
    /// # Errors
    /// Where a parameter is wrong, or so few values are left that they can be tried out.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        let keyed = Keyed::read(parameters, context)?;
        let alphabet = Alphabet::new(parameters.text("alphabet")?.unwrap_or("digits"), parameters.text("ignore")?)?;
        let checked = parameters.choice("checksum", &[("none", false), ("luhn", true)])?.unwrap_or(false);
        if checked && !alphabet.is_digits() {
            return Err(BuildError::of("checksum", "`checksum: luhn` is for digits")
                .with_help("leave `checksum` out, or say `alphabet: digits`"));
        }
        let held = Held {
            first: parameters.count("keep_first", 0, NUMERALS_MAX)?.unwrap_or(0),
            last: parameters.count("keep_last", 0, NUMERALS_MAX)?.unwrap_or(0),
            checked,
        };
        let width = parameters.count("width", 7, WIDTH_MAX)?;
        // Numbers are padded where nothing of them is kept: what is kept would be zeros.
        if width.is_some() && (held.first > 0 || held.last > 0 || held.checked) {
            return Err(BuildError::of(
                "width",
                "`width` pads whole numbers, and none is padded of which digits are kept",
            )
            .with_help("leave `width` out, or `keep_first`, `keep_last` and `checksum`"));
        }
        // `as:` makes one kind of several for the key; the values stay what they are.
        for kind in keyed.kinds().chain(context.kinds.iter().copied()) {
            domain::check(kind, context.field, alphabet.radix(), held)?;
        }
        let kinds = Kinds::build(&keyed, |kind| {
            Enabled::build(&keyed, |key| {
                Ff1::new(keyed.derive(key, Purpose::Fpe, kind)?.expose(), alphabet.radix())
                    .map_err(|_| BuildError::of(RING.name, "the cryptographic library refused"))
            })
        })?;
        Ok(Self {
            on_small_domain: Fallback::build("on_small_domain", parameters, context)?,
            on_bad_checksum: Fallback::build("on_bad_checksum", parameters, context)?,
            kinds,
            context: ContextField::read(parameters)?,
            alphabet,
            held,
            width: width.unwrap_or(WIDTH),
        })
    }

    /// Turns a value back that this very operator made in that context; `kind` is the value kind where the policy did not
    /// say `as:`.
    ///
    /// The law: `decrypt ∘ fpe = identity` on what `fpe` takes. What it never made gives some other value of the same
    /// form: it cannot be recognised.
    pub fn decrypt(
        &self,
        text: &str,
        kind: &str,
        value: ValueKind,
        context: Option<&str>,
    ) -> Option<Sensitive<String>> {
        let (_, keys) = self.kinds.of(kind).ok()?;
        let context = self.context.of(context).ok()?;
        let mut out = String::new();
        self.apply(&Turn { way: Way::Decrypt, ff1: keys.of(None), context: &context }, text, value, &mut out).ok()?;
        Some(Sensitive::new(out))
    }

    /// Appends what becomes of a value.
    fn apply(&self, turn: &Turn<'_>, text: &str, value: ValueKind, out: &mut String) -> Result<(), OperatorError> {
        if value == ValueKind::Number {
            // A sign, a fraction or an exponent is no separator, and letters make no number.
            if !self.alphabet.is_digits() {
                return Err(OperatorError::UnsupportedValue);
            }
            if !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(OperatorError::OutsideAlphabet);
            }
            if self.held.first == 0 {
                return self.number(turn, text, out);
            }
        }
        let mut taken = self.take(text)?;
        self.turn(turn, &mut taken.numerals, self.held)?;
        let mut numerals = taken.numerals.iter();
        for c in text.chars() {
            out.push(match self.alphabet.role(c) {
                Role::Numeral(_) => numerals.next().map_or(c, |place| self.alphabet.character(*place)),
                Role::Separator | Role::Stranger => c,
            });
        }
        Ok(())
    }

    /// Reads the characters of the alphabet; a character of neither alphabet nor separators is an error, never copied.
    fn take(&self, text: &str) -> Result<Taken, OperatorError> {
        let mut numerals = Vec::new();
        for c in text.chars() {
            match self.alphabet.role(c) {
                Role::Numeral(place) => numerals.push(place),
                Role::Separator => {}
                Role::Stranger => return Err(OperatorError::OutsideAlphabet),
            }
            if numerals.len() > NUMERALS_MAX {
                return Err(OperatorError::TooManyCharacters);
            }
        }
        Ok(Taken { numerals })
    }

    /// A whole number, padded to the width: one to one, and it always fits.
    fn number(&self, turn: &Turn<'_>, text: &str, out: &mut String) -> Result<(), OperatorError> {
        if self.held.last > 0 || self.held.checked {
            return Err(OperatorError::UnsupportedValue);
        }
        if text.len() > self.width {
            return Err(OperatorError::TooManyCharacters);
        }
        let mut taken = self.take(&format!("{text:0>width$}", width = self.width))?;
        self.turn(turn, &mut taken.numerals, Held::default())?;
        let digits: String = taken.numerals.iter().map(|place| self.alphabet.character(*place)).collect();
        let bare = digits.trim_start_matches('0');
        out.push_str(if bare.is_empty() { "0" } else { bare });
        Ok(())
    }

    /// Replaces the numerals that are not held.
    fn turn(&self, turn: &Turn<'_>, numerals: &mut [u16], held: Held) -> Result<(), OperatorError> {
        if held.domain(self.alphabet.radix(), numerals.len()) < u128::from(DOMAIN_MIN) {
            return Err(OperatorError::SmallDomain);
        }
        if held.checked && luhn(numerals) != Some(0) {
            return Err(OperatorError::BadChecksum);
        }
        // The check digit is the last: it follows from the others, unless it is kept, when the others follow it.
        let follows = held.checked && held.last == 0;
        let end = numerals.len() - held.last - usize::from(follows);
        let tweak = self.tweak(turn.context, numerals, held)?;
        for _ in 0..WALK_MAX {
            let middle = numerals.get_mut(held.first..end).ok_or(OperatorError::SmallDomain)?;
            turn.ff1.apply(turn.way, &tweak, middle).map_err(|_| OperatorError::Refused)?;
            if follows {
                if let Some(last) = numerals.last_mut() {
                    *last = 0;
                }
                let rest = luhn(numerals).ok_or(OperatorError::Refused)?;
                if let Some(last) = numerals.last_mut() {
                    *last = (10 - rest) % 10;
                }
            }
            if !held.checked || luhn(numerals) == Some(0) {
                return Ok(());
            }
        }
        Err(OperatorError::Refused)
    }

    /// Context, kept characters and the length; separators are not in it.
    fn tweak(&self, context: &str, numerals: &[u16], held: Held) -> Result<Vec<u8>, OperatorError> {
        let spell = |numerals: Option<&[u16]>| -> String {
            numerals.unwrap_or_default().iter().map(|place| self.alphabet.character(*place)).collect()
        };
        let first = spell(numerals.get(..held.first));
        let last = spell(numerals.get(numerals.len() - held.last..));
        let len = u32::try_from(numerals.len()).map_err(|_| OperatorError::TooManyCharacters)?;
        parts(&[context.as_bytes(), first.as_bytes(), last.as_bytes(), &len.to_be_bytes()])
            .map_err(|_| OperatorError::Refused)
    }

    /// Tells how many values must be left, for who knows how long values may be.
    fn secret(&self) -> Secret {
        let short = match self.on_small_domain {
            Fallback::Error => Short::Refused,
            Fallback::Redact | Fallback::Tokenize(_) => Short::Taken,
        };
        Secret { radix: self.alphabet.radix(), held: self.held.len(), values_min: DOMAIN_MIN, short }
    }

    fn fall_back(&self, error: OperatorError) -> &Fallback {
        match error {
            OperatorError::SmallDomain => &self.on_small_domain,
            OperatorError::BadChecksum => &self.on_bad_checksum,
            _ => &Fallback::Error,
        }
    }
}

impl Fallback {
    fn build(name: &'static str, parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        Ok(match parameters.text(name)? {
            None | Some("error") => Self::Error,
            Some("redact") => Self::Redact,
            Some("tokenize") => {
                let shared = [RING.name, SCOPE.name, AS.name, EPOCH.name, CONTEXT.name];
                let own = parameters.0.iter().filter(|(name, _)| shared.contains(&name.as_str()));
                let own: Parameters = Parameters(own.map(|(name, value)| (name.clone(), value.clone())).collect());
                Self::Tokenize(Box::new(Tokenize::build(&own, context)?))
            }
            Some(_) => {
                return Err(BuildError::of(name, format!("`{name}` is one of {}", FALLBACKS.join(", ")))
                    .with_help("leave it out for `error`, which holds the record back"));
            }
        })
    }
}

/// Gives the sum of ISO/IEC 7812-1, annex B, modulo 10: zero where the check digit is right.
fn luhn(digits: &[u16]) -> Option<u16> {
    let sum: u16 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, *digit) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    (!digits.is_empty()).then_some(sum % 10)
}

impl std::fmt::Debug for Fpe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fpe").field("kinds", &self.kinds).field("held", &self.held).finish_non_exhaustive()
    }
}

impl Operator for Fpe {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    fn distinct(&self) -> Distinct {
        let redacts = |fallback: &Fallback| matches!(fallback, Fallback::Redact);
        let lost = redacts(&self.on_small_domain) || redacts(&self.on_bad_checksum);
        if lost { Distinct::Lost } else { Distinct::Kept }
    }

    fn epoch(&self) -> Epoch {
        self.kinds.epoch()
    }

    fn guessable(&self) -> Option<&str> {
        Some(self.kinds.ring())
    }

    fn reversal(&self) -> Option<&dyn Reversal> {
        Some(self)
    }

    fn other_keys(&self) -> &[KeyId] {
        self.kinds.others()
    }

    fn context_field(&self) -> Option<&str> {
        self.context.path()
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        let padded = value.value == ValueKind::Number && self.held.first == 0;
        let letters = value.value == ValueKind::Number && !self.alphabet.is_digits();
        if letters || padded && (self.held.last > 0 || self.held.checked) {
            return vec![Shape::Refused];
        }
        let mut shapes = vec![match value.value {
            ValueKind::Number if padded => Shape::Digits(self.width),
            ValueKind::Number => Shape::SameDigits(Some(self.secret())),
            _ => Shape::Alike(Alike {
                swapped: self.alphabet.characters().collect(),
                others: Some(self.alphabet.separators().collect()),
                first: self.held.first,
                last: self.held.last,
                secret: Some(self.secret()),
                ..Alike::default()
            }),
        }];
        // A number that is padded is long enough.
        let small = (!padded).then_some(&self.on_small_domain);
        let bad = self.held.checked.then_some(&self.on_bad_checksum);
        for fallback in small.into_iter().chain(bad) {
            match fallback {
                Fallback::Error => {}
                Fallback::Redact if value.value == ValueKind::Number => shapes.push(Shape::Null),
                Fallback::Redact => shapes.push(Shape::Exactly(String::new())),
                Fallback::Tokenize(operator) => shapes.append(&mut operator.shapes(value)),
            }
        }
        shapes
    }

    fn may_be_in(&self, text: &str) -> bool {
        let fallback = |fallback: &Fallback| match fallback {
            Fallback::Error => false,
            Fallback::Redact => true,
            Fallback::Tokenize(operator) => operator.may_be_in(text),
        };
        let members = text.chars().filter(|c| self.alphabet.has(*c)).count();
        let enough = Held::default().domain(self.alphabet.radix(), members) >= u128::from(DOMAIN_MIN);
        enough || fallback(&self.on_small_domain) || fallback(&self.on_bad_checksum)
    }

    fn write(&self, input: &Input<'_>, answer: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        takes(input)?;
        let start = out.len();
        let (_, keys) = self.kinds.of(input.kind)?;
        let context = self.context.of(input.context)?;
        let turn = Turn { way: Way::Encrypt, ff1: keys.of(input.under), context: &context };
        let error = match self.apply(&turn, input.text, input.value, out) {
            Ok(()) if input.value == ValueKind::Number => return Ok(Written::Literal),
            Ok(()) => return Ok(Written::Text),
            Err(error) => error,
        };
        out.truncate(start);
        match self.fall_back(error) {
            Fallback::Error => Err(error),
            Fallback::Redact if input.value == ValueKind::Number => Ok(Written::Null),
            Fallback::Redact => Ok(Written::Text),
            Fallback::Tokenize(operator) => operator.write(input, answer, out),
        }
    }
}

/// What FF1 wrote has the form of what it took, so only the field tells that it was written at all.
impl Reversal for Fpe {
    fn ring(&self) -> &str {
        self.kinds.ring()
    }

    fn kinds(&self) -> Vec<&str> {
        self.kinds.names()
    }

    fn recognised(&self) -> Recognised {
        Recognised::InItsField
    }

    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened> {
        let fallbacks = [&self.on_small_domain, &self.on_bad_checksum];
        let token = fallbacks.into_iter().find_map(|fallback| match fallback {
            Fallback::Tokenize(operator) => operator.open(stand_in, permits),
            Fallback::Error | Fallback::Redact => None,
        });
        token.or_else(|| {
            let (kind, _) = self.kinds.of(stand_in.kind).ok()?;
            if !permits(kind) || stand_in.text.is_empty() {
                return None;
            }
            let value = self.decrypt(stand_in.text, stand_in.kind, stand_in.value, stand_in.context)?;
            Some(Reopened { kind: kind.to_owned(), value })
        })
    }
}

#[cfg(test)]
mod tests;
