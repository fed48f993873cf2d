//! A ciphertext takes the value's place: another one each time, and who has the key can open it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use arc_swap::ArcSwap;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::keyed::{AS, EPOCH, HEADER, Keyed, Kinds, RING, SCOPE, header, takes};
use super::made;
use super::padding::{pad, padded_len, text_len};
use super::spelling::{Encoding, Spelling};
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Form, Input, KEYED_VALUE_MAX, Operator, OperatorError,
    OperatorRow, ParameterRow, Parameters, Reach, Required, Written,
};
use crate::keys::{DerivedKey, KeyError, Purpose, derive_message, parts};
use crate::model::{Sensitive, Span};

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
    ],
    build: |parameters, context| Ok(Box::new(Encrypt::build(parameters, context)?)),
};

/// First byte of a ciphertext: its format in the upper half; the spelling is kept, so there is no canonical form.
const VERSION: u8 = 2 << 4;
/// Bits that a process draws for each run of messages, in bytes.
const RUN: usize = 16;
/// Messages under one key. Random 96-bit nonces stay apart, but for one chance in 2^37, up to here.
const MESSAGES_MAX: u32 = 1 << 30;
/// Bytes of the tag.
const TAG: usize = 16;

/// Puts a ciphertext in the value's place: AES-256-GCM of the value as it is spelled.
///
/// Not pure: the nonce is drawn at random, so a value has another ciphertext each time.
#[derive(Debug)]
pub struct Encrypt {
    kinds: Kinds<KindKeys>,
    spelling: Spelling,
    random: SystemRandom,
}

/// The keys of one value kind.
struct KindKeys {
    writer: EncryptKey,
    run: ArcSwap<Run>,
    readers: Vec<EncryptKey>,
}

/// One key of one value kind, and how its ciphertexts begin.
struct EncryptKey {
    header: [u8; HEADER],
    /// What the tag covers beside the value.
    associated: Vec<u8>,
    key: DerivedKey,
}

/// A run of messages under one key of its own: instances that know nothing of each other cannot count together.
struct Run {
    bits: [u8; RUN],
    key: LessSafeKey,
    messages: AtomicU32,
}

impl Run {
    fn begin(key: &EncryptKey, random: &SystemRandom) -> Result<Self, KeyError> {
        let mut bits = [0; RUN];
        random.fill(&mut bits).map_err(|_| KeyError::Refused)?;
        Ok(Self { bits, key: message_key(key, &bits)?, messages: AtomicU32::new(0) })
    }
}

fn message_key(key: &EncryptKey, bits: &[u8; RUN]) -> Result<LessSafeKey, KeyError> {
    let derived = derive_message(&key.key, bits)?;
    UnboundKey::new(&AES_256_GCM, derived.expose()).map(LessSafeKey::new).map_err(|_| KeyError::Refused)
}

impl EncryptKey {
    /// Gives the value that this key sealed into a ciphertext's bytes.
    fn open(&self, body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (bits, rest) = body.strip_prefix(&self.header)?.split_first_chunk::<RUN>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = message_key(self, bits).ok()?;
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = key.open_in_place(nonce, Aad::from(self.associated.as_slice()), &mut buffer).ok()?;
        let end = text_len(plain)?;
        buffer.truncate(end);
        Some(buffer)
    }
}

impl KindKeys {
    /// Gives the bytes of a ciphertext.
    fn seal(&self, text: &str, random: &SystemRandom) -> Result<Vec<u8>, KeyError> {
        let mut run = self.run.load_full();
        if run.messages.fetch_add(1, Ordering::Relaxed) >= MESSAGES_MAX {
            run = Arc::new(Run::begin(&self.writer, random)?);
            self.run.store(Arc::clone(&run));
        }
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce).map_err(|_| KeyError::Refused)?;
        let mut buffer = Vec::with_capacity(padded_len(text.len()) + TAG);
        pad(text, 0, &mut buffer);
        run.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(self.writer.associated.as_slice()),
                &mut buffer,
            )
            .map_err(|_| KeyError::Refused)?;
        Ok([&self.writer.header[..], &run.bits, &nonce, &buffer].concat())
    }
}

/// Tells how long the longest ciphertext is for a value of so many bytes, so that types can be checked.
pub const fn ciphertext_len(prefix: usize, encoding: Encoding, value: usize) -> usize {
    prefix + encoding.len(HEADER + RUN + NONCE_LEN + padded_len(value) + TAG)
}

impl Encrypt {
    /// Builds the operator, with a key for each value kind and each enabled key of the ring.
    ///
    /// # Errors
    /// Where a parameter is wrong, or the ring has no such key.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        let keyed = Keyed::read(parameters, context)?;
        let spelling = Spelling::read(parameters, "enc_", &[Encoding::Base32, Encoding::Base64Url])?;
        let random = SystemRandom::new();
        let wrong = |error: KeyError| BuildError::of(RING.name, error.to_string());
        let make = |key: &crate::keys::RingKey, kind: &str| {
            let header = header(VERSION, key.id(), kind);
            // The last part is the subject's key, of which there is none here.
            let associated = parts(&[&header, key.ring().as_bytes(), kind.as_bytes(), b""]).map_err(wrong)?;
            Ok::<_, BuildError>(EncryptKey { header, associated, key: keyed.derive(key, Purpose::Encrypt, kind)? })
        };
        let kinds = Kinds::build(&keyed, |kind| {
            let writer = make(keyed.writer()?, kind)?;
            let run = ArcSwap::from_pointee(Run::begin(&writer, &random).map_err(wrong)?);
            let readers = keyed.readers().map(|key| make(key, kind)).collect::<Result<_, _>>()?;
            Ok(KindKeys { writer, run, readers })
        })?;
        Ok(Self { kinds, spelling, random })
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
        kinds.flat_map(|kind| &kind.readers).find_map(|key| key.open(&body))
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
        Distinct::Lost
    }

    fn epoch(&self) -> Epoch {
        self.kinds.epoch()
    }

    fn made(&self, text: &str, out: &mut Vec<Span>) {
        made::find(text, &self.spelling, |found| self.opened(found, self.kinds.iter()).is_some(), out);
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
        let body = keys.seal(input.text, &self.random).map_err(|_| OperatorError::Refused)?;
        self.spelling.append(&body, out);
        Ok(Written::Text)
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
        operator.made(&note, &mut spans);
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
    fn a_run_ends_before_its_nonces_meet() {
        let operator = encrypt(&[("as", text("VALUE"))]);
        let keys = operator.kinds.iter().next().unwrap();
        let first = keys.run.load_full();
        first.messages.store(MESSAGES_MAX, Ordering::Relaxed);
        let sealed = sealed(&operator, "Ada");
        assert_ne!(keys.run.load_full().bits, first.bits, "a new run");
        assert_eq!(opened(&operator, &sealed).as_deref(), Some("Ada"));
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
