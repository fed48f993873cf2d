//! A token takes the value's place, and who has the key can turn it back.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::canonical::Versions;
use super::echo::{WAYS, repeats_form};
use super::joins::CONVERGENT;
use super::keyed::{AS, CONTEXT, ContextField, EPOCH, Enabled, HEADER, Keyed, Kinds, RING, SCOPE, header, refuses};
use super::lifetime::TTL;
use super::made::{self, Lengths};
use super::padding::{BLOCK, pad, padded_len, text_len};
use super::spelling::{Encoding, Spelling};
use super::subject::{SUBJECT_AS, SUBJECT_FIELD};
use super::traces;
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Form, Input, KEYED_VALUE_MAX, OldShape, Operator, OperatorError,
    OperatorRow, ParameterRow, Parameters, Permits, Reach, Recognised, Reopened, Required, Reversal, StandIn,
    TokenizeVault, Written,
};
use crate::keys::{KeyId, Purpose, RingKey, Siv, parts};
use crate::model::{Sensitive, Shape, Span};

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "tokenize",
    summary: "puts a token in the value's place: the same value, the same token; who has the key can turn it back",
    parameters: &[
        RING,
        SCOPE,
        AS,
        EPOCH,
        CONTEXT,
        ParameterRow {
            name: "mode",
            form: Form::OneOf(&["deterministic", "vault"]),
            required: Required::No,
            summary: "`deterministic` (default): the token holds the value, encrypted; `vault`: the token is random, and \
                      the vault of `privet.yaml` keeps the value, encrypted",
        },
        ParameterRow {
            name: "prefix",
            form: Form::Text,
            required: Required::No,
            summary: "what every token begins with, such as `cus_`; default `tok_`",
        },
        ParameterRow {
            name: "encoding",
            form: Form::OneOf(&["base32", "base64url"]),
            required: Required::No,
            summary: "how the token is spelled; default `base32`, in lower case",
        },
        ParameterRow {
            summary: "with `mode: vault`, the field that tells whose value it is: the value is sealed under a key of that \
                      subject's own, which `privet forget` takes away; without it the record is refused",
            ..SUBJECT_FIELD
        },
        SUBJECT_AS,
        TTL,
        CONVERGENT,
    ],
    build: |parameters, context| match parameters
        .choice("mode", &[("deterministic", Mode::Own), ("vault", Mode::Vault)])?
    {
        Some(Mode::Vault) => Ok(Box::new(TokenizeVault::build(parameters, context)?)),
        Some(Mode::Own) | None => {
            for (name, why) in [
                (SUBJECT_FIELD.name, SHARED),
                (SUBJECT_AS.name, SHARED),
                (TTL.name, "a deterministic token holds the value itself, for as long as anybody has the token"),
                (CONVERGENT.name, "a deterministic token is made of the value alone"),
            ] {
                if parameters.0.contains_key(name) {
                    let error = BuildError::of(name, format!("`{name}` is for `mode: vault`"));
                    return Err(error.with_help(why));
                }
            }
            Ok(Box::new(Tokenize::build(parameters, context)?))
        }
    },
};

/// Why a deterministic token is nobody's own.
const SHARED: &str = "a deterministic token is sealed under a key that all share";

/// Where the value goes.
#[derive(Clone, Copy)]
enum Mode {
    /// Into the token.
    Own,
    /// Into a store.
    Vault,
}

/// First byte of a token: its format in the upper half, the canonical form in the lower.
const FORMAT: u8 = 1 << 4;

/// Puts a deterministic token in the value's place: AES-256-SIV of the canonical form.
#[derive(Debug)]
pub struct Tokenize {
    kinds: Kinds<Enabled<TokenKey>>,
    context: ContextField,
    spelling: Spelling,
}

/// One key of one value kind, and how its tokens begin.
struct TokenKey {
    header: [u8; HEADER],
    siv: Siv,
    /// What SIV authenticates beside the value, in no context.
    associated: Vec<u8>,
    /// The same key in the versions of the canonical form that were written before.
    former: Vec<Self>,
}

impl TokenKey {
    /// Derives the keys for a value kind from one of the ring, one for each version of the canonical form that can be read.
    fn new(keyed: &Keyed<'_>, key: &RingKey, kind: &str) -> Result<Self, BuildError> {
        let former = keyed.versions.former.iter().map(|version| Self::of(keyed, *version, key, kind));
        Ok(Self { former: former.collect::<Result<_, _>>()?, ..Self::of(keyed, keyed.versions.own, key, kind)? })
    }

    fn of(keyed: &Keyed<'_>, version: u8, key: &RingKey, kind: &str) -> Result<Self, BuildError> {
        let wrong = |error: crate::keys::KeyError| BuildError::of(RING.name, error.to_string());
        let header = header(FORMAT | version, key.id(), kind);
        let associated = parts(&[&header, b""]).map_err(wrong)?;
        let siv = Siv::new(keyed.derive_in(version, key, Purpose::Siv, kind)?).map_err(wrong)?;
        Ok(Self { header, siv, associated, former: Vec::new() })
    }

    /// Gives the key of every version that can be read.
    fn readers(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.former)
    }

    /// Gives what SIV authenticates beside the value.
    fn associated(&self, context: &str) -> Option<Cow<'_, [u8]>> {
        if context.is_empty() {
            return Some(Cow::Borrowed(&self.associated));
        }
        parts(&[&self.header, context.as_bytes()]).ok().map(Cow::Owned)
    }

    /// Gives the token's bytes for a canonical form, padded by so many blocks more than it needs.
    fn seal(&self, context: &str, form: &str, blocks: u8) -> Result<Vec<u8>, OperatorError> {
        let blocks = usize::from(blocks);
        let mut buffer = Vec::with_capacity(padded_len(form.len()) + blocks * BLOCK + Siv::OVERHEAD);
        pad(form.as_bytes(), blocks, &mut buffer);
        let associated = self.associated(context).ok_or(OperatorError::Refused)?;
        self.siv.seal(&associated, &mut buffer).map_err(|_| OperatorError::Refused)?;
        let mut body = Vec::with_capacity(HEADER + buffer.len());
        body.extend_from_slice(&self.header);
        body.append(&mut buffer);
        Ok(body)
    }

    /// Gives the canonical form that this key sealed into a token's bytes.
    fn open(&self, context: &str, body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = body.strip_prefix(&self.header)?;
        let mut plain = self.siv.open(&self.associated(context)?, sealed)?;
        let end = text_len(&plain)?;
        plain.truncate(end);
        Some(plain)
    }
}

/// Tells how long the longest token is for a canonical form of so many bytes, so that types can be checked.
pub const fn token_len_max(prefix: usize, encoding: Encoding, form: usize) -> usize {
    let padded = padded_len(form) + (WAYS as usize - 1) * BLOCK;
    prefix + encoding.len(HEADER + Siv::OVERHEAD + padded)
}

/// How many bytes a token has.
const LENGTHS: Lengths = Lengths::Blocks {
    least: HEADER + Siv::OVERHEAD + BLOCK,
    most: HEADER + Siv::OVERHEAD + padded_len(KEYED_VALUE_MAX) + (WAYS as usize - 1) * BLOCK,
};

/// Tells whether tokens of a key begin so.
fn begins<'k>(header: &[u8; HEADER], mut kinds: impl Iterator<Item = &'k Enabled<TokenKey>>) -> bool {
    kinds.any(|keys| keys.iter().flat_map(TokenKey::readers).any(|key| key.header == *header))
}

impl Tokenize {
    /// Builds the operator, with a key for each value kind and each enabled key of the ring.
    ///
    /// # Errors
    /// Where a parameter is wrong, or the ring has no such key.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        Self::build_in(parameters, context, Versions::NOW)
    }

    fn build_in(parameters: &Parameters, context: &BuildContext<'_>, versions: Versions) -> Result<Self, BuildError> {
        let keyed = Keyed::read(parameters, context)?.with_versions(versions);
        let spelling = Spelling::read(parameters, "tok_", &[Encoding::Base32, Encoding::Base64Url])?;
        let kinds = Kinds::build(&keyed, |kind| Enabled::build(&keyed, |key| TokenKey::new(&keyed, key, kind)))?;
        Ok(Self { kinds, context: ContextField::read(parameters)?, spelling })
    }

    /// Gives the canonical form that this very operator made a token of in that context, under any key still enabled.
    ///
    /// The law: `detokenize ∘ tokenize = canonical`. What is forged, foreign or malformed gives nothing, without
    /// telling which.
    pub fn detokenize(&self, token: &str, context: Option<&str>) -> Option<Sensitive<String>> {
        let context = self.context.of(context).ok()?;
        let plain = self.opened(token, &context, self.kinds.iter())?;
        std::str::from_utf8(&plain).ok().map(|plain| Sensitive::new(plain.to_owned()))
    }

    fn opened<'k>(
        &self,
        token: &str,
        context: &str,
        kinds: impl Iterator<Item = &'k Enabled<TokenKey>>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        if token.len() > token_len_max(self.spelling.prefix.len(), self.spelling.encoding, KEYED_VALUE_MAX) {
            return None;
        }
        let body = self.spelling.bytes(token)?;
        kinds.flat_map(Enabled::iter).flat_map(TokenKey::readers).find_map(|key| key.open(context, &body))
    }

    /// Appends the token of a canonical form: the first that does not repeat it, each way one block longer.
    fn append(&self, key: &TokenKey, context: &str, form: &str, out: &mut String) -> Result<(), OperatorError> {
        let start = out.len();
        // Where no way is free of repetition, the first one is the form's own.
        for way in (0..WAYS).chain([0]) {
            out.truncate(start);
            self.spelling.append(&key.seal(context, form, way)?, out);
            if !repeats_form(out.get(start..).unwrap_or_default(), form) {
                break;
            }
        }
        Ok(())
    }
}

impl Operator for Tokenize {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    fn distinct(&self) -> Distinct {
        Distinct::Kept
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

    fn made(&self, text: &str, context: Option<&str>, out: &mut Vec<Span>) {
        let Ok(context) = self.context.of(context) else { return };
        let opens = |token: &str| self.opened(token, &context, self.kinds.iter()).is_some();
        made::find(text, &self.spelling, LENGTHS, |header| begins(header, self.kinds.iter()), opens, out);
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        let Spelling { prefix, encoding, .. } = &self.spelling;
        let longest = value.bytes_max(self.kinds.kind());
        let len_min = prefix.len() + encoding.len(HEADER + Siv::OVERHEAD + BLOCK);
        let len_max = token_len_max(prefix.len(), *encoding, longest);
        vec![Shape::Text { len_min, len_max: Some(len_max), spelled: self.spelling.spelled(len_min, len_max) }]
    }

    fn may_be_in(&self, text: &str) -> bool {
        traces::is_coded(text)
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        let context = self.context.of(input.context)?;
        let own = |(_, keys): (&str, _)| self.opened(input.text, &context, std::iter::once(keys)).is_some();
        if self.kinds.of(input.kind).is_ok_and(own) {
            return Ok(Written::Unchanged);
        }
        self.kinds.write(input, out, |_, keys, form, out| self.append(keys.of(input.under), &context, form, out))
    }
}

impl Reversal for Tokenize {
    fn ring(&self) -> &str {
        self.kinds.ring()
    }

    fn kinds(&self) -> Vec<&str> {
        self.kinds.names()
    }

    fn recognised(&self) -> Recognised {
        Recognised::Anywhere
    }

    fn find(&self, text: &str, context: Option<&str>, permits: &Permits<'_>, out: &mut Vec<Span>) {
        let Ok(context) = self.context.of(context) else { return };
        let permitted = || self.kinds.permitted(permits).map(|(_, keys)| keys);
        let opens = |token: &str| self.opened(token, &context, permitted()).is_some();
        made::find(text, &self.spelling, LENGTHS, |header| begins(header, permitted()), opens, out);
    }

    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened> {
        let context = self.context.of(stand_in.context).ok()?;
        self.kinds.reopened(permits, |keys| self.opened(stand_in.text, &context, std::iter::once(keys)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RING_NAME, Sample, build, outcome, parameters, refused, rings, with_context, written};
    use super::super::{ParameterValue, ValueKind};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    /// Builds with other versions of the canonical form.
    fn tokenize_in(versions: Versions) -> Tokenize {
        with_context(&rings(), |context| {
            Tokenize::build_in(&parameters(&[("ring", text(RING_NAME))]), context, versions)
        })
        .unwrap()
    }

    #[test]
    fn tokens_of_a_former_canonical_form_can_be_read() {
        let before = tokenize_in(Versions { own: 1, former: &[] });
        let now = tokenize_in(Versions { own: 2, former: &[1] });
        let token = written(&before, Sample::text("Ada")).strip_prefix("text ").unwrap().to_owned();
        assert_eq!(now.detokenize(&token, None).unwrap().expose(), before.detokenize(&token, None).unwrap().expose());
        let mut found = Vec::new();
        now.made(&format!("see {token}."), None, &mut found);
        assert_eq!(found, [Span::new(4, 4 + token.len())], "it is known inside a text, and stays");
        let new = written(&now, Sample::text("Ada")).strip_prefix("text ").unwrap().to_owned();
        assert_ne!(new, token, "what is new is in the new form");
        assert!(before.detokenize(&new, None).is_none(), "who does not know a version does not guess");
        assert!(tokenize_in(Versions { own: 2, former: &[] }).detokenize(&token, None).is_none());
    }

    fn tokenize(more: &[(&str, ParameterValue)]) -> Tokenize {
        let mut all = vec![("ring", text(RING_NAME))];
        all.extend_from_slice(more);
        with_context(&rings(), |context| Tokenize::build(&parameters(&all), context)).unwrap()
    }

    fn token(operator: &Tokenize, value: &str) -> String {
        written(operator, Sample::text(value)).strip_prefix("text ").unwrap().to_owned()
    }

    fn back(operator: &Tokenize, token: &str) -> Option<String> {
        operator.detokenize(token, Some(super::super::tests::CONTEXT)).map(|plain| plain.expose().clone())
    }

    #[test]
    fn a_token_turns_back_into_the_canonical_form() {
        let operator = tokenize(&[("as", text("EMAIL_ADDRESS")), ("prefix", text("cus_"))]);
        let token = token(&operator, "Ada@Example.com");
        assert!(token.starts_with("cus_"), "{token}");
        assert_eq!(back(&operator, &token).as_deref(), Some("ada@example.com"));
        assert_eq!(token.len(), 4 + Encoding::Base32.len(9 + 16 + 16));
    }

    #[test]
    fn length_does_not_tell_short_values_apart() {
        let operator = tokenize(&[]);
        assert_eq!(token(&operator, "m").len(), token(&operator, "female").len());
        assert!(token(&operator, "fifteen letters").len() < token(&operator, "sixteen letters!").len());
    }

    #[test]
    fn its_own_tokens_stay_and_all_else_is_data() {
        let operator = tokenize(&[]);
        let own = token(&operator, "Ada Lovelace");
        assert_eq!(written(&operator, Sample::text(&own)), "unchanged");
        let mut altered = own.clone();
        let last = if altered.pop() == Some('a') { 'q' } else { 'a' };
        altered.push(last);
        let foreign = [
            token(&tokenize(&[("scope", text("product"))]), "Ada Lovelace"),
            token(&tokenize(&[("as", text("PHONE_NUMBER"))]), "Ada Lovelace"),
            own.to_uppercase(),
            format!("{own} "),
            altered,
            "tok_abcdefgh".into(),
        ];
        for data in &foreign {
            assert!(written(&operator, Sample::text(data)).starts_with("text tok_"), "{data}");
            assert_eq!(back(&operator, data), None, "{data}");
        }
    }

    #[test]
    fn tokens_of_every_enabled_key_are_known() {
        let old = tokenize(&[("epoch", text("0b0b0b0b"))]);
        let new = tokenize(&[]);
        let token = token(&old, "Ada");
        assert_eq!(back(&new, &token).as_deref(), Some("Ada"));
        assert_eq!(written(&new, Sample::text(&token)), "unchanged");
        assert_eq!(old.epoch(), Epoch::Pinned(KeyId([0x0b; 4])));
        assert_eq!(new.epoch(), Epoch::Primary(KeyId([0x0a; 4])));
    }

    #[test]
    fn tokens_of_disabled_and_unknown_keys_are_data() {
        let operator = tokenize(&[]);
        let unused: [String; 2] = serde_json::from_str(include_str!("../../tests/golden/unused.json")).unwrap();
        for token in unused {
            assert_eq!(back(&operator, &token), None);
            assert!(written(&operator, Sample::text(&token)).starts_with("text tok_"), "{token}");
        }
    }

    #[test]
    fn tokens_inside_a_text_are_found() {
        for encoding in ["base32", "base64url"] {
            let operator = tokenize(&[("encoding", text(encoding))]);
            let (first, second) = (token(&operator, "Ada"), token(&operator, "Charles"));
            let note = format!("tok_ tok_abc ({first}), äöü {second}. {}", first.replace("tok_", "tok_tok_"));
            let mut spans = Vec::new();
            operator.made(&note, None, &mut spans);
            let found: Vec<&str> = spans.iter().map(|span| span.of(&note)).collect();
            assert_eq!(found, [&first, &second, &first], "{encoding}");
        }
    }

    #[test]
    fn a_text_made_of_beginnings_is_given_up_on() {
        let operator = tokenize(&[("encoding", text("base64url"))]);
        let own = token(&operator, "Ada");
        let made = |text: &str| {
            let mut spans = Vec::new();
            operator.made(text, None, &mut spans);
            spans.len()
        };
        assert_eq!(made(&format!("{}. {own}", "tok_".repeat(100_000))), 1);
        let (beginning, _) = own.split_at("tok_".len() + HEADER * 4 / 3);
        let began = std::time::Instant::now();
        assert_eq!(made(&format!("{}. {own}", beginning.repeat(100_000))), 1, "the time is bounded");
        assert!(began.elapsed().as_secs() < 60);
        // One that has too many letters behind it costs none of the others.
        let long = token(&operator, &"Ada Lovelace ".repeat(1_500));
        assert_eq!(made(&format!("{long}{} and {own}, {own}", "x".repeat(30))), 2);
    }

    #[test]
    fn tokens_end_where_their_own_check_says() {
        let long = "Ada Lovelace and Charles Babbage, ".repeat(20);
        for encoding in ["base32", "base64url"] {
            let operator = tokenize(&[("encoding", text(encoding))]);
            let (first, second) = (token(&operator, "Ada"), token(&operator, &long));
            for behind in ["-x", "_x", "x", "abcdefghij", &"a2".repeat(200), ".", &first, &second] {
                for own in [&first, &second] {
                    let note = format!("see {own}{behind}");
                    let mut spans = Vec::new();
                    operator.made(&note, None, &mut spans);
                    let found: Vec<&str> = spans.iter().map(|span| span.of(&note)).collect();
                    let expected = if behind.starts_with("tok_") { vec![&**own, behind] } else { vec![&**own] };
                    assert_eq!(found, expected, "{encoding}");
                    let mut spans = Vec::new();
                    Reversal::find(&operator, &note, None, &|_| true, &mut spans);
                    assert_eq!(spans.len(), expected.len());
                }
            }
        }
    }

    #[test]
    fn a_value_that_a_token_would_repeat_has_a_longer_one() {
        let operator = tokenize(&[]);
        let plain = token(&operator, "x").len();
        let (mut longer, mut refused) = (0, 0);
        // A text of four letters stands in one of some 20,000 tokens by chance, and in all where it is their beginning.
        for number in 0..16_u32.pow(4) {
            let letter = |place: u32| char::from_u32(u32::from('a') + (number >> (4 * place) & 15)).unwrap();
            let letters: String = (0..4).map(letter).collect();
            let (result, token) = outcome(&operator, Sample::text(&letters));
            assert!(!token.contains(&letters), "{letters}");
            assert!(token.len() <= token_len_max(4, Encoding::Base32, 4));
            match result {
                Err(error) => {
                    assert_eq!(error, OperatorError::Echo);
                    refused += 1;
                }
                Ok(_) if token.len() > plain => {
                    longer += 1;
                    assert_eq!(back(&operator, &token), Some(letters));
                    assert_eq!(written(&operator, Sample::text(&token)), "unchanged");
                }
                Ok(_) => {}
            }
        }
        assert!(refused < 8, "{refused}");
        assert!(longer > 0);
    }

    #[test]
    fn what_cannot_be_tokenized_is_refused() {
        let operator = tokenize(&[]);
        assert_eq!(written(&operator, Sample::of("true", ValueKind::Bool)), "unsupported_value");
        assert_eq!(written(&operator, Sample::text("tok_")), "replacement_repeats_value");
        let fits = "ö".repeat(32 * 1024);
        let longest = token(&operator, &fits);
        assert!(longest.len() <= token_len_max(4, Encoding::Base32, fits.len()));
        assert_eq!(written(&operator, Sample::text(&longest)), "unchanged", "a token may be longer than a value");
        assert_eq!(written(&operator, Sample::text(&(fits + "x"))), "value_too_long");
    }

    #[test]
    fn mistakes_are_refused() {
        let ring = ("ring", text(RING_NAME));
        for (parameter, value) in [("prefix", ""), ("prefix", "tok"), ("mode", "random"), ("encoding", "hex")] {
            assert_eq!(refused("tokenize", &[ring.clone(), (parameter, text(value))]).parameter, Some(parameter));
        }
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(
            format!("{:?}", build("tokenize", &[("ring", text(RING_NAME))])),
            "Tokenize { kinds: Kinds { kinds: [\"EMAIL_ADDRESS\", \"PERSON\", \"VALUE\"], epoch: Primary(0a0a0a0a), .. }, \
             context: ContextField(None), spelling: Spelling { prefix: \"tok_\", encoding: Base32 } }"
        );
    }
}
