//! A ciphertext takes the value's place: another one each time, and who has the key can open it.

use zeroize::Zeroizing;

use super::encrypt_subject::EncryptSubject;
use super::keyed::{AS, EPOCH, HEADER, Keyed, Kinds, RING, SCOPE, header, refuses, takes};
use super::made::{self, Lengths};
use super::seal::{SealKey, Sealer, sealed_len};
use super::spelling::{Encoding, Spelling};
use super::subject::{SUBJECT_AS, SUBJECT_FIELD, Subjects};
use super::traces;
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Form, Input, KEYED_VALUE_MAX, OldShape, Operator, OperatorError,
    OperatorRow, ParameterRow, Parameters, Permits, Reach, Recognised, Reopened, Required, Reversal, StandIn, Written,
};
use crate::keys::{Purpose, RingKey, parts};
use crate::model::{Sensitive, Shape, Span};

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "encrypt",
    summary: "puts a ciphertext in the value's place, another one each time; who has the key can open it",
    parameters: &[
        RING,
        SCOPE,
        AS,
        EPOCH,
        ParameterRow {
            name: "prefix",
            form: Form::Text,
            required: Required::No,
            summary: "what every ciphertext begins with; default `enc_`",
        },
        ParameterRow {
            name: "encoding",
            form: Form::OneOf(&["base32", "base64url"]),
            required: Required::No,
            summary: "how the ciphertext is spelled; default `base32`, in lower case",
        },
        SUBJECT_FIELD,
        SUBJECT_AS,
    ],
    build: |parameters, context| match parameters.text(SUBJECT_FIELD.name)? {
        Some(_) => Ok(Box::new(EncryptSubject::build(parameters, context)?)),
        None => Ok(Box::new(Encrypt::build(parameters, context)?)),
    },
};

/// First byte of a ciphertext: its format in the upper half; the spelling is kept, so there is no canonical form.
const VERSION: u8 = 2 << 4;

/// Puts a ciphertext in the value's place: AES-256-GCM of the value as it is spelled.
///
/// Not pure: the nonce is drawn at random, so a value has another ciphertext each time.
#[derive(Debug)]
pub struct Encrypt {
    kinds: Kinds<KindKeys>,
    spelling: Spelling,
}

/// The keys of one value kind.
struct KindKeys {
    writer: Sealer,
    readers: Vec<SealKey>,
}

/// Tells how long the longest ciphertext is for a value of so many bytes, so that types can be checked.
pub const fn ciphertext_len(prefix: usize, encoding: Encoding, value: usize) -> usize {
    prefix + encoding.len(sealed_len(value))
}

/// How many bytes a ciphertext has.
const LENGTHS: Lengths = Lengths::Blocks { least: sealed_len(0), most: sealed_len(KEYED_VALUE_MAX) };

/// Tells whether ciphertexts of a key begin so.
fn begins<'k>(header: &[u8; HEADER], mut kinds: impl Iterator<Item = &'k KindKeys>) -> bool {
    kinds.any(|keys| keys.readers.iter().any(|key| key.header == *header))
}

impl Encrypt {
    /// Builds the operator, with a key for each value kind and each enabled key of the ring.
    ///
    /// # Errors
    /// Where a parameter is wrong, or the ring has no such key.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        let keyed = Keyed::read(parameters, context)?;
        Subjects::read(parameters, &keyed)?;
        let spelling = Spelling::read(parameters, "enc_", &[Encoding::Base32, Encoding::Base64Url])?;
        // The spelling is kept, but a version of the canonical form enters each derivation.
        let make = |version: u8, key: &RingKey, kind: &str| {
            let header = header(VERSION, key.id(), kind);
            // The last part is the subject's key, of which there is none here.
            let associated = parts(&[&header, key.ring().as_bytes(), kind.as_bytes(), b""])
                .map_err(|error| BuildError::of(RING.name, error.to_string()))?;
            Ok::<_, BuildError>(SealKey {
                header,
                associated,
                key: keyed.derive_in(version, key, Purpose::Encrypt, kind)?,
            })
        };
        let kinds = Kinds::build(&keyed, |kind| {
            let writer = Sealer::new(make(keyed.versions.own, keyed.writer()?, kind)?)
                .map_err(|error| BuildError::of(RING.name, error.to_string()))?;
            let readers =
                keyed.readers_in().map(|(version, key)| make(version, key, kind)).collect::<Result<_, _>>()?;
            Ok(KindKeys { writer, readers })
        })?;
        Ok(Self { kinds, spelling })
    }

    /// Gives the value that this very operator encrypted, under any key still enabled.
    ///
    /// The law: `decrypt ∘ encrypt = identity`. What is forged, foreign or malformed gives nothing, without telling
    /// which.
    pub fn decrypt(&self, ciphertext: &str) -> Option<Sensitive<String>> {
        let plain = self.opened(ciphertext, self.kinds.iter())?;
        std::str::from_utf8(&plain).ok().map(|plain| Sensitive::new(plain.to_owned()))
    }

    fn opened<'k>(&self, text: &str, kinds: impl Iterator<Item = &'k KindKeys>) -> Option<Zeroizing<Vec<u8>>> {
        if text.len() > ciphertext_len(self.spelling.prefix.len(), self.spelling.encoding, KEYED_VALUE_MAX) {
            return None;
        }
        let body = self.spelling.bytes(text)?;
        kinds.flat_map(|kind| &kind.readers).find_map(|key| key.open(&body, b""))
    }
}

impl Operator for Encrypt {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    /// A value has another ciphertext each time, so equal record keys would become different ones.
    fn distinct(&self) -> Distinct {
        Distinct::Anew
    }

    fn epoch(&self) -> Epoch {
        self.kinds.epoch()
    }

    fn reversal(&self) -> Option<&dyn Reversal> {
        Some(self)
    }

    fn made(&self, text: &str, _: Option<&str>, out: &mut Vec<Span>) {
        let opens = |found: &str| self.opened(found, self.kinds.iter()).is_some();
        made::find(text, &self.spelling, LENGTHS, |header| begins(header, self.kinds.iter()), opens, out);
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        let Spelling { prefix, encoding, .. } = &self.spelling;
        // The spelling is kept, so what a kind's canonical form may have says nothing.
        let len = |bytes| ciphertext_len(prefix.len(), *encoding, bytes);
        let longest = value.bytes_max(None);
        let spelled = self.spelling.spelled(len(0), len(longest));
        vec![Shape::Text { len_min: len(0), len_max: Some(len(longest)), spelled }]
    }

    fn may_be_in(&self, text: &str) -> bool {
        traces::is_coded(text)
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        let (_, keys) = self.kinds.of(input.kind)?;
        if self.opened(input.text, std::iter::once(keys)).is_some() {
            return Ok(Written::Unchanged);
        }
        takes(input)?;
        let body = keys.writer.seal(input.text.as_bytes(), b"").map_err(|_| OperatorError::Refused)?;
        self.spelling.append(&body, out);
        Ok(Written::Text)
    }
}

impl Reversal for Encrypt {
    fn ring(&self) -> &str {
        self.kinds.ring()
    }

    fn kinds(&self) -> Vec<&str> {
        self.kinds.names()
    }

    fn recognised(&self) -> Recognised {
        Recognised::Anywhere
    }

    fn find(&self, text: &str, _: Option<&str>, permits: &Permits<'_>, out: &mut Vec<Span>) {
        let permitted = || self.kinds.permitted(permits).map(|(_, keys)| keys);
        let opens = |found: &str| self.opened(found, permitted()).is_some();
        made::find(text, &self.spelling, LENGTHS, |header| begins(header, permitted()), opens, out);
    }

    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened> {
        self.kinds.reopened(permits, |keys| self.opened(stand_in.text, std::iter::once(keys)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RING_NAME, Sample, outcome, parameters, rings, with_context};
    use super::super::{ParameterValue, ValueKind};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn encrypt(more: &[(&str, ParameterValue)]) -> Encrypt {
        let mut all = vec![("ring", text(RING_NAME))];
        all.extend_from_slice(more);
        with_context(&rings(), |context| Encrypt::build(&parameters(&all), context)).unwrap()
    }

    fn sealed(operator: &Encrypt, value: &str) -> String {
        let (result, out) = outcome(operator, Sample::text(value));
        assert_eq!(result, Ok(Written::Text));
        out
    }

    fn opened(operator: &Encrypt, text: &str) -> Option<String> {
        operator.decrypt(text).map(|plain| plain.expose().clone())
    }

    #[test]
    fn a_value_opens_as_it_was_spelled() {
        for encoding in ["base32", "base64url"] {
            let operator = encrypt(&[("encoding", text(encoding))]);
            for value in ["Ada@Example.com", "ﬁ\u{200d}", "\u{80}", "x", &"long ".repeat(1000)] {
                let (first, second) = (sealed(&operator, value), sealed(&operator, value));
                assert_ne!(first, second, "another ciphertext each time");
                assert_eq!(opened(&operator, &first).as_deref(), Some(value));
                assert_eq!(first.len(), ciphertext_len(4, operator.spelling.encoding, value.len()));
            }
        }
    }

    #[test]
    fn length_does_not_tell_short_values_apart() {
        let operator = encrypt(&[]);
        assert_eq!(sealed(&operator, "m").len(), sealed(&operator, "female").len());
    }

    #[test]
    fn its_own_stay_and_all_else_is_data() {
        let operator = encrypt(&[]);
        let own = sealed(&operator, "Ada");
        assert_eq!(outcome(&operator, Sample::text(&own)).0, Ok(Written::Unchanged));
        let note = format!("see {own}.");
        let mut spans = Vec::new();
        operator.made(&note, None, &mut spans);
        assert_eq!(spans, [Span::new(4, 4 + own.len())]);
        let mut altered = own.clone();
        let last = if altered.pop() == Some('a') { 'q' } else { 'a' };
        altered.push(last);
        let other = encrypt(&[("scope", text("product"))]);
        for data in [altered, own.to_uppercase(), sealed(&other, "Ada"), "enc_".into(), "enc_abcd".into()] {
            assert_eq!(opened(&operator, &data), None, "{data}");
            assert_eq!(outcome(&operator, Sample::text(&data)).0, Ok(Written::Text));
        }
    }

    #[test]
    fn old_keys_open_what_they_sealed() {
        let old = encrypt(&[("epoch", text("0b0b0b0b"))]);
        assert_eq!(opened(&encrypt(&[]), &sealed(&old, "Ada")).as_deref(), Some("Ada"));
    }

    #[test]
    fn numbers_become_text_and_booleans_are_refused() {
        let operator = encrypt(&[]);
        assert_eq!(outcome(&operator, Sample::of("3399.990", ValueKind::Number)).0, Ok(Written::Text));
        let refused = outcome(&operator, Sample::of("true", ValueKind::Bool)).0;
        assert_eq!(refused, Err(OperatorError::UnsupportedValue));
        assert!(!format!("{operator:?}").contains("key:"));
    }
}
