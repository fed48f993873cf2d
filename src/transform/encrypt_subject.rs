//! A ciphertext under a key of the value's subject takes the value's place: when the key is gone, so is the value,
//! wherever the ciphertext was copied to.

use ring::hmac;

use super::canonical::Versions;
use super::keyed::{HEADER, Keyed, Kinds, RING, header, refuses, takes};
use super::made::{self, Lengths};
use super::spelling::{Encoding, Spelling};
use super::subject::{SubjectSealKey, Subjects, forgotten, forgotten_shape, subject_sealed_len};
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Input, KEYED_VALUE_MAX, OldShape, Operator, OperatorError,
    Parameters, Permits, Reach, Recognised, Reopened, Reversal, StandIn, SubjectAnswer, SubjectNames, SubjectRequest,
    Written,
};
use crate::keys::{KeyError, Purpose, RingKey, parts};
use crate::model::{Shape, Span};

/// First byte of a ciphertext: its format in the upper half.
const VERSION: u8 = 7 << 4;
/// Bytes by which a ciphertext is known without its subject's key.
const MARK: usize = 8;

/// Tells how long the longest ciphertext under a subject's key is for a value of so many bytes.
pub const fn subject_ciphertext_len(prefix: usize, encoding: Encoding, value: usize) -> usize {
    prefix + encoding.len(subject_sealed_len(value) + MARK)
}

/// Puts a ciphertext in the value's place that opens with the ring's key and the subject's own.
#[derive(Debug)]
pub struct EncryptSubject {
    kinds: Kinds<KindKeys>,
    spelling: Spelling,
    subjects: Subjects,
}

struct KindKeys {
    writer: MarkedKey,
    readers: Vec<MarkedKey>,
}

/// A key, and the one that marks what it sealed.
struct MarkedKey {
    seal: SubjectSealKey,
    mark: hmac::Key,
    /// What a mark begins with; never what an index or a token's check begins with.
    begins: Vec<u8>,
}

impl MarkedKey {
    fn new(keyed: &Keyed<'_>, (version, key): (u8, &RingKey), kind: &str) -> Result<Self, BuildError> {
        let wrong = |error: KeyError| BuildError::of(RING.name, error.to_string());
        let header: [u8; HEADER] = header(VERSION, key.id(), kind);
        let derived = keyed.derive_in(version, key, Purpose::Encrypt, kind)?;
        let seal = SubjectSealKey { header, domain: key.ring().into(), kind: kind.to_owned(), key: derived };
        let mark = hmac::Key::new(hmac::HMAC_SHA256, keyed.derive_in(version, key, Purpose::Index, kind)?.expose());
        Ok(Self { seal, mark, begins: parts(&[b"ciphertext", &header]).map_err(wrong)? })
    }

    fn mark(&self, sealed: &[u8]) -> [u8; MARK] {
        let mut context = hmac::Context::with_key(&self.mark);
        context.update(&self.begins);
        context.update(sealed);
        let mut mark = [0; MARK];
        mark.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
        mark
    }

    /// Gives what was sealed, without its mark, where this key marked it.
    fn marked<'b>(&self, body: &'b [u8]) -> Option<&'b [u8]> {
        let (sealed, mark) = body.split_last_chunk::<MARK>()?;
        let ours = sealed.starts_with(&self.seal.header);
        (ours && bool::from(subtle::ConstantTimeEq::ct_eq(&self.mark(sealed)[..], &mark[..]))).then_some(sealed)
    }
}

/// How many bytes a ciphertext has.
const LENGTHS: Lengths =
    Lengths::Blocks { least: subject_sealed_len(0) + MARK, most: subject_sealed_len(KEYED_VALUE_MAX) + MARK };

/// Tells whether ciphertexts of a key begin so.
fn begins<'k>(header: &[u8; HEADER], mut kinds: impl Iterator<Item = &'k KindKeys>) -> bool {
    kinds.any(|keys| keys.readers.iter().any(|key| key.seal.header == *header))
}

impl EncryptSubject {
    /// Builds the operator, with keys for each value kind and each enabled key of the ring.
    ///
    /// # Errors
    /// Where a parameter is wrong, or the ring has no such key.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        Self::build_in(parameters, context, Versions::NOW)
    }

    /// The same with other versions of the canonical form.
    fn build_in(parameters: &Parameters, context: &BuildContext<'_>, versions: Versions) -> Result<Self, BuildError> {
        let keyed = Keyed::read(parameters, context)?.with_versions(versions);
        let spelling = Spelling::read(parameters, "enc_", &[Encoding::Base32, Encoding::Base64Url])?;
        let subjects = Subjects::read(parameters, &keyed)?;
        let subjects = subjects.ok_or_else(|| BuildError::of("subject_field", "`subject_field` is missing"))?;
        let kinds = Kinds::build(&keyed, |kind| {
            let readers = keyed.readers_in().map(|reader| MarkedKey::new(&keyed, reader, kind));
            let writer = MarkedKey::new(&keyed, (keyed.versions.own, keyed.writer()?), kind)?;
            Ok(KindKeys { writer, readers: readers.collect::<Result<_, _>>()? })
        })?;
        Ok(Self { kinds, spelling, subjects })
    }

    fn body(&self, text: &str) -> Option<Vec<u8>> {
        let longest = subject_ciphertext_len(self.spelling.prefix.len(), self.spelling.encoding, KEYED_VALUE_MAX);
        if text.len() > longest { None } else { self.spelling.bytes(text) }
    }

    fn is_own<'k>(&self, text: &str, mut kinds: impl Iterator<Item = &'k KindKeys>) -> bool {
        let Some(body) = self.body(text) else { return false };
        kinds.any(|kind| kind.readers.iter().any(|key| key.marked(&body).is_some()))
    }

    /// Tells whether the value stays what it is, which writing says again.
    fn stays(&self, input: &Input<'_>) -> Result<bool, OperatorError> {
        let (_, keys) = self.kinds.of(input.kind)?;
        Ok(input.is_nothing() || self.is_own(input.text, std::iter::once(keys)))
    }
}

impl Operator for EncryptSubject {
    fn name(&self) -> &'static str {
        super::encrypt::ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    /// A value has another ciphertext each time.
    fn distinct(&self) -> Distinct {
        Distinct::Anew
    }

    fn epoch(&self) -> Epoch {
        self.kinds.epoch()
    }

    fn subject_names(&self) -> Option<&SubjectNames> {
        Some(self.subjects.names())
    }

    fn subject_field(&self) -> Option<&str> {
        Some(&self.subjects.field)
    }

    fn needs_store(&self) -> bool {
        true
    }

    fn needs_subject(&self, input: &Input<'_>) -> Option<SubjectRequest> {
        if self.stays(input).ok()? {
            return None;
        }
        takes(input).ok()?;
        self.subjects.request(input).ok()
    }

    fn reversal(&self) -> Option<&dyn Reversal> {
        Some(self)
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        let Spelling { prefix, encoding, .. } = &self.spelling;
        let len = |bytes| subject_ciphertext_len(prefix.len(), *encoding, bytes);
        let longest = value.bytes_max(None);
        let spelled = self.spelling.spelled(len(0), len(longest));
        let sealed = Shape::Text { len_min: len(0), len_max: Some(len(longest)), spelled };
        vec![sealed, forgotten_shape(value.value)]
    }

    fn made(&self, text: &str, _: Option<&str>, out: &mut Vec<Span>) {
        let own = |found: &str| self.is_own(found, self.kinds.iter());
        made::find(text, &self.spelling, LENGTHS, |header| begins(header, self.kinds.iter()), own, out);
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if self.stays(input)? {
            return Ok(Written::Unchanged);
        }
        takes(input)?;
        let person = match (input.subject, input.person) {
            (None, _) => return Err(OperatorError::NoSubject),
            (Some(_), Some(SubjectAnswer::Key(person))) => person,
            (Some(_), Some(SubjectAnswer::Forgotten)) => return Ok(forgotten(input)),
            // Nothing is left of the subject's canonical form, or nobody was asked.
            (Some(_), None) => return Err(self.subjects.request(input).err().unwrap_or(OperatorError::NoAnswer)),
        };
        let (_, keys) = self.kinds.of(input.kind)?;
        let mut body = keys.writer.seal.seal(person, input.text.as_bytes(), b"").map_err(|_| OperatorError::Refused)?;
        body.extend(keys.writer.mark(&body));
        self.spelling.append(&body, out);
        Ok(Written::Text)
    }
}

/// The law: `open ∘ write = identity`, until the subject is forgotten.
impl Reversal for EncryptSubject {
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
        let own = |found: &str| self.is_own(found, permitted());
        made::find(text, &self.spelling, LENGTHS, |header| begins(header, permitted()), own, out);
    }

    fn needs_key(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<[u8; 16]> {
        let body = self.body(stand_in.text)?;
        let mut readers = self.kinds.permitted(permits).flat_map(|(_, keys)| &keys.readers);
        readers.find_map(|key| key.seal.id(key.marked(&body)?))
    }

    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened> {
        let (body, person) = (self.body(stand_in.text)?, stand_in.person?);
        let opened =
            |keys: &KindKeys| keys.readers.iter().find_map(|key| key.seal.open(person, key.marked(&body)?, b""));
        self.kinds.reopened(permits, opened)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RING_NAME, SUBJECT, parameters, rings, with_context};
    use super::super::{ParameterValue, Part, SubjectKey, ValueKind};
    use super::*;
    use crate::model::{Origin, RecordTime, Sensitive};
    use std::sync::Arc;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn operator(more: &[(&str, ParameterValue)]) -> EncryptSubject {
        let mut all = vec![("ring", text(RING_NAME)), ("subject_field", text("id"))];
        all.extend_from_slice(more);
        with_context(&rings(), |context| EncryptSubject::build(&parameters(&all), context)).unwrap()
    }

    #[test]
    fn ciphertexts_of_a_former_canonical_form_can_be_read() {
        let all = parameters(&[("ring", text(RING_NAME)), ("subject_field", text("id"))]);
        let of =
            |versions| with_context(&rings(), |context| EncryptSubject::build_in(&all, context, versions)).unwrap();
        let before = of(Versions { own: 1, former: &[] });
        let now = of(Versions { own: 2, former: &[1] });
        let ada = person(7);
        let old = sealed(&before, "Ada", &ada);
        assert_eq!(opened(&now, &old, Some(key(&ada))).as_deref(), Some("Ada"));
        assert_eq!(key_of(&now, &old), Some([7; 16]));
        let new = sealed(&now, "Ada", &ada);
        assert_eq!(opened(&before, &new, Some(key(&ada))), None, "who does not know a version does not guess");
        assert_eq!(opened(&of(Versions { own: 2, former: &[] }), &old, Some(key(&ada))), None);
    }

    fn person(number: u8) -> SubjectAnswer {
        SubjectAnswer::Key(SubjectKey { id: [number; 16], key: Arc::new(Sensitive::new([number; 32])) })
    }

    fn key(answer: &SubjectAnswer) -> &SubjectKey {
        match answer {
            SubjectAnswer::Key(key) => key,
            SubjectAnswer::Forgotten => panic!("forgotten"),
        }
    }

    fn input<'a>(text: &'a str, origin: &'a Origin, person: Option<&'a SubjectAnswer>) -> Input<'a> {
        Input {
            text,
            entity: "VALUE",
            kind: "VALUE",
            value: ValueKind::Text,
            part: Part::Whole,
            subject: Some(SUBJECT),
            person,
            context: None,
            under: None,
            place: None,
            origin,
            time: RecordTime(Some(1)),
        }
    }

    fn sealed(operator: &EncryptSubject, value: &str, person: &SubjectAnswer) -> String {
        let origin = Origin::Request { request: 0, index: 0 };
        let mut out = String::new();
        assert_eq!(operator.write(&input(value, &origin, Some(person)), None, &mut out), Ok(Written::Text));
        out
    }

    fn opened(operator: &EncryptSubject, text: &str, person: Option<&SubjectKey>) -> Option<String> {
        let (kind, value) = ("VALUE", ValueKind::Text);
        let stand_in = StandIn { text, kind, value, subject: None, context: None, kept: None, person };
        operator.open(&stand_in, &|_| true).map(|opened| opened.value.expose().clone())
    }

    fn key_of(operator: &EncryptSubject, text: &str) -> Option<[u8; 16]> {
        let (kind, value) = ("VALUE", ValueKind::Text);
        let stand_in = StandIn { text, kind, value, subject: None, context: None, kept: None, person: None };
        assert_eq!(operator.needs_key(&stand_in, &|_| false), None);
        operator.needs_key(&stand_in, &|_| true)
    }

    #[test]
    fn a_value_opens_with_its_subjects_key_alone() {
        let (operator, ada, kim) = (operator(&[]), person(1), person(2));
        for value in ["Ada@Example.com", "x", &"long ".repeat(1000)] {
            let own = sealed(&operator, value, &ada);
            assert_eq!(own.len(), subject_ciphertext_len(4, operator.spelling.encoding, value.len()));
            assert_eq!(key_of(&operator, &own), Some([1; 16]));
            assert_eq!(opened(&operator, &own, Some(key(&ada))).as_deref(), Some(value));
            assert_eq!(opened(&operator, &own, Some(key(&kim))), None);
            assert_eq!(opened(&operator, &own, None), None);
            // The name of the key is not enough, and neither is the key by another name.
            let forged = SubjectKey { id: [1; 16], ..key(&kim).clone() };
            assert_eq!(opened(&operator, &own, Some(&forged)), None);
            assert_ne!(own, sealed(&operator, value, &ada), "another ciphertext each time");
        }
    }

    #[test]
    fn its_own_stay_and_ask_nothing() {
        let (operator, ada) = (operator(&[]), person(1));
        let origin = Origin::Request { request: 0, index: 0 };
        let own = sealed(&operator, "Ada", &ada);
        let told = input(&own, &origin, None);
        assert!(operator.needs_subject(&told).is_none());
        assert_eq!(operator.write(&told, None, &mut String::new()), Ok(Written::Unchanged));
        let note = format!("see {own}.");
        let mut spans = Vec::new();
        operator.made(&note, None, &mut spans);
        assert_eq!(spans, [Span::new(4, 4 + own.len())]);
        let mut altered = own;
        let last = if altered.pop() == Some('a') { 'q' } else { 'a' };
        altered.push(last);
        assert!(key_of(&operator, &altered).is_none());
        assert!(operator.needs_subject(&input(&altered, &origin, None)).is_some(), "anything else is data");
    }

    #[test]
    fn who_is_forgotten_or_not_told_has_nothing_written() {
        let operator = operator(&[]);
        let origin = Origin::Request { request: 0, index: 0 };
        let mut out = String::new();
        let gone = SubjectAnswer::Forgotten;
        assert_eq!(operator.write(&input("Ada", &origin, Some(&gone)), None, &mut out), Ok(Written::Text));
        let number = Input { value: ValueKind::Number, ..input("17", &origin, Some(&gone)) };
        assert_eq!(operator.write(&number, None, &mut out), Ok(Written::Null));
        let nobody = Input { subject: None, ..input("Ada", &origin, None) };
        assert_eq!(operator.write(&nobody, None, &mut out), Err(OperatorError::NoSubject));
        let empty = Input { subject: Some("\u{200b}"), ..input("Ada", &origin, None) };
        assert!(operator.needs_subject(&empty).is_none());
        assert_eq!(operator.write(&empty, None, &mut out), Err(OperatorError::NoSubject));
        assert_eq!(operator.write(&input("Ada", &origin, None), None, &mut out), Err(OperatorError::NoAnswer));
        assert_eq!(out, "");
    }

    #[test]
    fn one_subject_has_one_name_and_rotation_keeps_it() {
        let origin = Origin::Request { request: 0, index: 0 };
        let name = |operator: &EncryptSubject, subject| {
            let told = Input { subject: Some(subject), ..input("Ada", &origin, None) };
            let request = operator.needs_subject(&told).unwrap();
            assert_eq!((&*request.domain, request.time), (RING_NAME, RecordTime(Some(1))));
            request.index
        };
        let (plain, old) = (operator(&[]), operator(&[("epoch", text("0b0b0b0b")), ("scope", text("product"))]));
        assert_eq!(name(&plain, "c-1"), name(&old, "c-1\u{200b}"), "neither epoch nor scope is of the subject");
        assert_ne!(name(&plain, "c-1"), name(&plain, "c-2"));
        let mail = operator(&[("subject_as", text("EMAIL_ADDRESS"))]);
        assert_ne!(name(&plain, "c-1"), name(&mail, "c-1"));
        assert_eq!(name(&mail, "Ada@Example.com"), name(&mail, "ada@example.com"));
        assert!(!format!("{:?}", plain.needs_subject(&input("Ada", &origin, None))).contains("index"));
    }
}
