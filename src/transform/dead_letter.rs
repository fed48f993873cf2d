//! A record that cannot pass, sealed whole: who has its ring opens it, and nobody else.

use std::sync::Arc;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::keyed::{HEADER, header};
use super::seal::{SealKey, Sealer, sealed_len};
use crate::keys::{Derivation, KeyError, KeyId, KeyRing, Purpose, RingKey, derive, parts};
use crate::model::{TopicPlace, WholeRecord};

/// First byte of what is sealed: its format in the upper half.
const VERSION: u8 = 5 << 4;
/// The value kind that enters the derivation.
const KIND: &str = "DEAD_LETTER";
/// What enters the derivation where other keys have the version of the canonical form, of which a record has none: it never rises,
/// or no letter of before would open.
const WITHOUT_FORM: u8 = 1;
/// What the first member of a dead letter's value says: that it is one, and of which shape.
const SHAPE: &str = "dead-letter/1";
/// First byte of a record before it is sealed.
const RECORD_SHAPE: u8 = 1;

/// Seals records under the primary key of a ring.
pub struct LetterSealer {
    ring: Arc<str>,
    sealer: Sealer,
}

/// What a dead letter's value is: one line of JSON, so that every client of Kafka shows it as it is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Letter<'a> {
    #[serde(borrow)]
    privet: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    topic: std::borrow::Cow<'a, str>,
    partition: i32,
    offset: i64,
    #[serde(borrow)]
    ring: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    sealed: std::borrow::Cow<'a, str>,
}

/// What came of sealing a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedLetter {
    /// The value of its dead letter.
    Value(Vec<u8>),
    /// It would be longer than is allowed.
    TooLarge,
}

impl LetterSealer {
    /// Takes the primary key of a ring.
    ///
    /// # Errors
    /// Only where the library refuses.
    pub fn new(ring: &KeyRing, tenant: &str) -> Result<Self, KeyError> {
        let key = seal_key(ring.key(ring.primary())?, tenant)?;
        Ok(Self { ring: ring.name().into(), sealer: Sealer::new(key)? })
    }

    /// Gives the name of the ring.
    pub fn ring(&self) -> &str {
        &self.ring
    }

    /// Makes the value of a dead letter, of at most `max` bytes: AES-256-GCM over the whole record, which covers where the
    /// record stands, too. Another one each time.
    ///
    /// # Errors
    /// Only where the library refuses.
    pub fn seal(&self, place: TopicPlace<'_>, record: &WholeRecord<'_>, max: usize) -> Result<SealedLetter, KeyError> {
        let Some(plain) = spell(record, max) else { return Ok(SealedLetter::TooLarge) };
        if BASE64.encode_len(sealed_len(plain.len())) > max {
            return Ok(SealedLetter::TooLarge);
        }
        let sealed = self.sealer.seal(&plain, &covered(place)?)?;
        let sealed = BASE64.encode(&sealed);
        let TopicPlace { topic, partition, offset } = place;
        let (privet, topic, ring) = (SHAPE.into(), topic.into(), (&*self.ring).into());
        let letter = Letter { privet, topic, partition, offset, ring, sealed: sealed.into() };
        let value = serde_json::to_vec(&letter).map_err(|_| KeyError::Refused)?;
        Ok(if value.len() > max { SealedLetter::TooLarge } else { SealedLetter::Value(value) })
    }
}

impl std::fmt::Debug for LetterSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LetterSealer").field("ring", &self.ring).finish_non_exhaustive()
    }
}

fn seal_key(key: &RingKey, tenant: &str) -> Result<SealKey, KeyError> {
    let derivation = Derivation { tenant, scope: "", kind: KIND, canonical: WITHOUT_FORM };
    let header = header(VERSION, key.id(), KIND);
    let associated = parts(&[&header, key.ring().as_bytes()])?;
    Ok(SealKey { header, associated, key: derive(key, Purpose::DeadLetter, &derivation)? })
}

/// What the tag covers of the place: a dead letter cannot be passed off as another record's.
fn covered(place: TopicPlace<'_>) -> Result<Vec<u8>, KeyError> {
    parts(&[place.topic.as_bytes(), &place.partition.to_be_bytes(), &place.offset.to_be_bytes()])
}

/// Why a dead letter does not open; never says what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// There is nothing in it.
    #[error("this dead letter holds nothing of its record")]
    Empty,
    /// It has not the shape of one.
    #[error("this is not the value of a sealed dead letter")]
    Malformed,
    /// Nobody gave its ring.
    #[error("this dead letter needs the key ring `{0}`")]
    OtherRing(String),
    /// Its key is not to be had.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// It was altered, or sealed under another ring's key, or for another place.
    #[error("this dead letter does not open: it was altered, or sealed under another key")]
    Sealed,
}

/// A dead letter before it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedLetter {
    topic: String,
    partition: i32,
    offset: i64,
    ring: String,
    sealed: Vec<u8>,
}

impl ClosedLetter {
    /// Reads the value of a dead letter.
    ///
    /// # Errors
    /// Where it is empty, or none.
    pub fn read(value: &[u8]) -> Result<Self, LetterError> {
        if value.trim_ascii().is_empty() {
            return Err(LetterError::Empty);
        }
        let letter: Letter<'_> = serde_json::from_slice(value).map_err(|_| LetterError::Malformed)?;
        if letter.privet != SHAPE {
            return Err(LetterError::Malformed);
        }
        let sealed = BASE64.decode(letter.sealed.as_bytes()).map_err(|_| LetterError::Malformed)?;
        let Letter { topic, partition, offset, ring, .. } = letter;
        Ok(Self { topic: topic.into_owned(), partition, offset, ring: ring.into_owned(), sealed })
    }

    /// Gives where the record stands in its topic.
    pub fn place(&self) -> TopicPlace<'_> {
        TopicPlace { topic: &self.topic, partition: self.partition, offset: self.offset }
    }

    /// Gives the name of the ring that opens it.
    pub fn ring(&self) -> &str {
        &self.ring
    }

    /// Opens it with a ring, under any key still enabled; gives the record as it came in.
    ///
    /// # Errors
    /// Where the ring is another, its key is disabled or gone, or the letter was altered.
    pub fn open(&self, ring: &KeyRing, tenant: &str) -> Result<OpenedLetter, LetterError> {
        if ring.name() != self.ring {
            return Err(LetterError::OtherRing(self.ring.clone()));
        }
        let head: &[u8; HEADER] = self.sealed.first_chunk().ok_or(LetterError::Malformed)?;
        let [_, id @ ..] = *head.first_chunk::<5>().ok_or(LetterError::Malformed)?;
        let key = seal_key(ring.key(KeyId(id))?, tenant)?;
        let plain = key.open(&self.sealed, &covered(self.place())?).ok_or(LetterError::Sealed)?;
        Ok(OpenedLetter(plain))
    }
}

/// A record that was sealed; zeroed when dropped.
pub struct OpenedLetter(Zeroizing<Vec<u8>>);

impl OpenedLetter {
    /// Gives the record as it came in.
    ///
    /// # Errors
    /// Where a later version of privet sealed it.
    pub fn record(&self) -> Result<WholeRecord<'_>, LetterError> {
        Reader(&self.0).record().ok_or(LetterError::Malformed)
    }
}

impl std::fmt::Debug for OpenedLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenedLetter(..)")
    }
}

/// Spells a record out: shape, time, key, value, headers. A text of bytes stands behind its length in four bytes, big-endian;
/// in front of what may be null stands 1, or 0 alone. None where it is longer than `max`.
fn spell(record: &WholeRecord<'_>, max: usize) -> Option<Zeroizing<Vec<u8>>> {
    let optional = |bytes: Option<&[u8]>| 1 + bytes.map_or(0, |bytes| 4 + bytes.len());
    let headers: usize = record.headers.iter().map(|(name, value)| 4 + name.len() + optional(*value)).sum();
    let time = 1 + record.time.map_or(0, |_| size_of::<i64>());
    let len = 1 + time + optional(record.key) + optional(record.value) + 4 + headers;
    if len > max {
        return None;
    }
    // Large enough from the start: growing would leave a copy behind.
    let mut out = Zeroizing::new(Vec::with_capacity(len));
    out.push(RECORD_SHAPE);
    match record.time {
        None => out.push(0),
        Some(time) => {
            out.push(1);
            out.extend_from_slice(&time.to_be_bytes());
        }
    }
    spell_optional(record.key, &mut out)?;
    spell_optional(record.value, &mut out)?;
    out.extend_from_slice(&u32::try_from(record.headers.len()).ok()?.to_be_bytes());
    for (name, value) in &record.headers {
        spell_bytes(name, &mut out)?;
        spell_optional(*value, &mut out)?;
    }
    Some(out)
}

fn spell_optional(bytes: Option<&[u8]>, out: &mut Vec<u8>) -> Option<()> {
    out.push(u8::from(bytes.is_some()));
    bytes.map_or(Some(()), |bytes| spell_bytes(bytes, out))
}

fn spell_bytes(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_be_bytes());
    out.extend_from_slice(bytes);
    Some(())
}

/// Reads what [`spell`] wrote.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn record(mut self) -> Option<WholeRecord<'a>> {
        (self.byte()? == RECORD_SHAPE).then_some(())?;
        let time = match self.byte()? {
            0 => None,
            1 => Some(i64::from_be_bytes(*self.array()?)),
            _ => return None,
        };
        let (key, value) = (self.optional()?, self.optional()?);
        let count = u32::from_be_bytes(*self.array()?);
        let headers = (0..count).map(|_| Some((self.bytes()?, self.optional()?))).collect::<Option<_>>()?;
        self.0.is_empty().then_some(WholeRecord { time, key, value, headers })
    }

    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| *byte)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(array)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(u32::from_be_bytes(*self.array()?)).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    /// The outer none is an error.
    fn optional(&mut self) -> Option<Option<&'a [u8]>> {
        match self.byte()? {
            0 => Some(None),
            1 => self.bytes().map(Some),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rings;
    use super::*;
    use proptest::prelude::*;

    const PLACE: TopicPlace<'_> = TopicPlace { topic: "priv.orders", partition: 3, offset: 12 };

    fn ring() -> Arc<KeyRing> {
        Arc::clone(rings().get("customer").unwrap())
    }

    fn value(record: &WholeRecord<'_>) -> Vec<u8> {
        match LetterSealer::new(&ring(), "").unwrap().seal(PLACE, record, 1 << 20).unwrap() {
            SealedLetter::Value(value) => value,
            SealedLetter::TooLarge => panic!("it fits"),
        }
    }

    fn said(value: &[u8]) -> String {
        match ClosedLetter::read(value).and_then(|letter| letter.open(&ring(), "")) {
            Ok(_) => "opened".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    fn sample() -> WholeRecord<'static> {
        let headers = vec![(&b"user"[..], Some(&b"Ada Lovelace"[..])), (b"user", None), (b"\xff\xfe", Some(b""))];
        WholeRecord { time: Some(-1), key: Some(b""), value: Some(b"{\"name\": \"Ada Lovelace\""), headers }
    }

    type Parts<'a> = (Option<i64>, Option<&'a [u8]>, Option<&'a [u8]>, Vec<(&'a [u8], Option<&'a [u8]>)>);

    fn fields<'a>(record: &WholeRecord<'a>) -> Parts<'a> {
        (record.time, record.key, record.value, record.headers.clone())
    }

    #[test]
    fn a_record_comes_back_whole_and_shows_nothing_before() {
        let sealed = value(&sample());
        assert!(std::str::from_utf8(&sealed).is_ok_and(|text| !text.contains('\n')), "one line of text");
        for word in [&b"Lovelace"[..], b"user\"", b"name\""] {
            assert!(memchr::memmem::find(&sealed, word).is_none());
        }
        let letter = ClosedLetter::read(&sealed).unwrap();
        assert_eq!((letter.place(), letter.ring()), (PLACE, "customer"));
        let opened = letter.open(&ring(), "").unwrap();
        assert_eq!(fields(&opened.record().unwrap()), fields(&sample()));
        assert_ne!(value(&sample()), sealed, "another one each time");
        assert!(!format!("{opened:?} {letter:?}").contains("Ada"));
    }

    #[test]
    fn what_was_altered_or_moved_does_not_open() {
        let sealed = String::from_utf8(value(&sample())).unwrap();
        for (from, to) in
            [("\"partition\":3", "\"partition\":4"), ("\"offset\":12", "\"offset\":13"), ("priv.orders", "priv.others")]
        {
            assert!(said(sealed.replacen(from, to, 1).as_bytes()).contains("altered"), "{to}");
        }
        let mut altered = sealed.clone().into_bytes();
        let byte = altered.iter_mut().rev().nth(20).unwrap();
        *byte = if *byte == b'A' { b'B' } else { b'A' };
        assert!(said(&altered).contains("altered"));
        assert!(said(sealed.replacen("customer", "supplier", 1).as_bytes()).contains("needs the key ring `supplier`"));
        assert!(said(b"").contains("holds nothing of its record"));
        for other in [&b"{}"[..], b"null", b"\xff", &sealed.as_bytes()[..30], sealed.replacen("/1", "/2", 1).as_bytes()]
        {
            assert!(said(other).contains("not the value"), "{}", String::from_utf8_lossy(other));
        }
        let closed = ClosedLetter::read(sealed.as_bytes()).unwrap();
        assert!(matches!(closed.open(&ring(), "acme"), Err(LetterError::Sealed)), "another tenant");
    }

    #[test]
    fn a_key_that_may_not_be_used_opens_nothing() {
        let sealed = value(&sample());
        let mut letter = ClosedLetter::read(&sealed).unwrap();
        for (id, says) in [([0x0d; 4], "is disabled"), ([0x0e; 4], "is destroyed"), ([0x77; 4], "has no key 77777777")]
        {
            letter.sealed[1..5].copy_from_slice(&id);
            assert!(letter.open(&ring(), "").unwrap_err().to_string().contains(says));
        }
        letter.sealed[1..5].copy_from_slice(&[0x0b; 4]);
        assert!(matches!(letter.open(&ring(), ""), Err(LetterError::Sealed)), "another key of the ring");
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let sealer = LetterSealer::new(&ring(), "").unwrap();
        let exact = value(&sample()).len();
        for (max, fits) in [(exact, true), (exact - 1, false), (10, false), (0, false)] {
            let sealed = sealer.seal(PLACE, &sample(), max).unwrap();
            assert_eq!(matches!(sealed, SealedLetter::Value(value) if value.len() <= max), fits, "{max}");
        }
    }

    #[derive(Deserialize)]
    struct Golden {
        topic: String,
        partition: i32,
        offset: i64,
        time: Option<i64>,
        key: Option<String>,
        value: Option<String>,
        headers: Vec<(String, Option<String>)>,
        letter: String,
    }

    /// Sealed by an independent implementation, `tests/golden/vectors.py`.
    #[test]
    fn the_golden_letters_open() {
        let all: Vec<Golden> = serde_json::from_str(include_str!("../../tests/golden/dead_letters.json")).unwrap();
        assert!(all.len() >= 4);
        for golden in &all {
            let letter = ClosedLetter::read(golden.letter.as_bytes()).unwrap();
            let Golden { topic, partition, offset, .. } = golden;
            assert_eq!(letter.place(), TopicPlace { topic, partition: *partition, offset: *offset });
            let opened = letter.open(&ring(), "").unwrap();
            let bytes = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
            let record = opened.record().unwrap();
            let headers: Vec<_> = record.headers.iter().map(|(n, v)| (n.to_vec(), v.map(<[u8]>::to_vec))).collect();
            let wanted: Vec<_> = golden.headers.iter().map(|(n, v)| (n.as_bytes().to_vec(), bytes(v))).collect();
            assert_eq!(headers, wanted);
            assert_eq!((record.time, record.key.map(<[u8]>::to_vec)), (golden.time, bytes(&golden.key)));
            assert_eq!(record.value.map(<[u8]>::to_vec), bytes(&golden.value));
        }
    }

    fn some_bytes() -> impl Strategy<Value = Option<Vec<u8>>> {
        proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40))
    }

    proptest! {
        #[test]
        fn every_record_is_read_as_it_was_spelled(
            time in any::<Option<i64>>(),
            key in some_bytes(),
            value in some_bytes(),
            headers in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..9), some_bytes()), 0..4),
        ) {
            let headers = headers.iter().map(|(name, value)| (name.as_slice(), value.as_deref())).collect();
            let record = WholeRecord { time, key: key.as_deref(), value: value.as_deref(), headers };
            let spelled = spell(&record, usize::MAX).unwrap();
            prop_assert_eq!(spelled.len(), spelled.capacity(), "no growing, no copy left behind");
            prop_assert_eq!(fields(&Reader(&spelled).record().unwrap()), fields(&record));
            for end in 0..spelled.len() {
                prop_assert!(Reader(&spelled[..end]).record().is_none());
            }
        }

        #[test]
        fn any_bytes_are_an_error_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = Reader(&bytes).record();
            let _ = ClosedLetter::read(&bytes);
        }
    }
}
