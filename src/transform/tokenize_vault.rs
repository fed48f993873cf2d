//! A token drawn at random takes the value's place; a store keeps which value it stands for.

use std::sync::Arc;

use ring::rand::{SecureRandom, SystemRandom};

use super::echo::{WAYS, repeats_form};
use super::joins::Joins;
use super::keyed::{ContextField, Keyed, Kinds, bounded, refuses, takes};
use super::lifetime;
use super::made::{self, Lengths};
use super::spelling::{Encoding, Spelling};
use super::subject::{Subjects, forgotten, forgotten_shape};
use super::traces;
use super::vault_keys::{IndexKey, KindKeys, RANDOM, TOKEN, Whose};
use super::vault_row::{FoundBy, Row};
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Input, KEYED_VALUE_MAX, Lifetime, OldShape, Operator,
    OperatorError, Parameters, Permits, Reach, Recognised, Renewal, Reopened, Request, Reversal, StandIn,
    SubjectAnswer, SubjectNames, SubjectRequest, Written,
};
use crate::keys::KeyId;
use crate::model::{Sensitive, Shape, Span};

/// Tells how long a token of vault mode is, whatever the value.
pub const fn vault_token_len(prefix: usize, encoding: Encoding) -> usize {
    prefix + encoding.len(TOKEN)
}

/// Puts a random token in the value's place: the one that the store keeps for the value's canonical form.
///
/// Everybody who shares the store and the ring gives one value one token. Rotation moves no token: the store is indexed
/// by the ring's eldest enabled key, and what is new is marked and sealed under the primary one. What was made before a key
/// was disabled is still found by the keys that came after it, once its row was [written anew](Renewal).
#[derive(Debug)]
pub struct TokenizeVault {
    pub(super) kinds: Kinds<KindKeys>,
    context: ContextField,
    spelling: Spelling,
    domain: Arc<str>,
    eldest: KeyId,
    /// Every key that the ring ever had.
    known: Vec<KeyId>,
    random: SystemRandom,
    /// Where values are somebody's, whose keys they are sealed under.
    subjects: Option<Subjects>,
    whose: Whose,
    /// How long a value is kept, in milliseconds.
    ttl: Option<i64>,
    joins: Joins,
}

impl TokenizeVault {
    /// Builds the operator, with keys for each value kind.
    ///
    /// # Errors
    /// Where a parameter is wrong, or the ring has no such key.
    pub fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Self, BuildError> {
        if parameters.text("epoch")?.is_some() {
            let error = BuildError::of("epoch", "`epoch` is for `mode: deterministic`");
            return Err(error.with_help("tokens of a vault do not change when keys are rotated; leave `epoch` out"));
        }
        let keyed = Keyed::read(parameters, context)?;
        let spelling = Spelling::read(parameters, "tok_", &[Encoding::Base32, Encoding::Base64Url])?;
        let eldest = keyed.eldest()?;
        let (domain, eldest, known) = (eldest.ring().into(), eldest.id(), keyed.key_ring().ids().collect());
        let subjects = Subjects::read(parameters, &keyed)?;
        let whose = if subjects.is_some() { Whose::Somebodys } else { Whose::Nobodys };
        let kinds = Kinds::build(&keyed, |kind| KindKeys::new(&keyed, kind))?;
        let context = ContextField::read(parameters)?;
        let random = SystemRandom::new();
        let (ttl, joins) = (lifetime::read(parameters)?, Joins::read(parameters, &random)?);
        Ok(Self { kinds, context, spelling, domain, eldest, known, random, subjects, whose, ttl, joins })
    }

    /// Gives the bytes by which the store knows a token, where this very operator can have made it in that context under
    /// a key still enabled.
    pub fn token(&self, text: &str, context: Option<&str>) -> Option<Vec<u8>> {
        self.known(text, &self.context.of(context).ok()?, self.kinds.iter())
    }

    /// Gives the canonical form that the store keeps for a token, opened under any key still enabled.
    ///
    /// What is forged, foreign or malformed gives nothing, without telling which.
    pub fn open(&self, token: &[u8], sealed: &[u8]) -> Option<Sensitive<String>> {
        let plain = self.kinds.iter().flat_map(|keys| &keys.openers).find_map(|opener| opener.open(sealed, token))?;
        let Row { form, .. } = Row::read(plain)?;
        std::str::from_utf8(&form).ok().map(|form| Sensitive::new(form.to_owned()))
    }

    /// Tells whether the value stays what it is, which writing says again.
    fn stays(&self, input: &Input<'_>) -> Result<bool, OperatorError> {
        let (_, keys) = self.kinds.of(input.kind)?;
        let context = self.context.of(input.context)?;
        Ok(input.is_nothing() || self.known(input.text, &context, std::iter::once(keys)).is_some())
    }

    fn known<'k>(&self, text: &str, context: &str, mut kinds: impl Iterator<Item = &'k KindKeys>) -> Option<Vec<u8>> {
        if text.len() != vault_token_len(self.spelling.prefix.len(), self.spelling.encoding) {
            return None;
        }
        let token = self.spelling.bytes(text)?;
        kinds.any(|keys| keys.marked(context, &token)).then_some(token)
    }

    /// Gives the bytes of a token that a key of these kinds marked which is not enabled any more.
    fn outlived<'k>(&self, text: &str, mut kinds: impl Iterator<Item = &'k KindKeys>) -> Option<Vec<u8>> {
        let token = self.spelling.bytes(text)?;
        let was = |id| self.known.contains(&id);
        kinds.any(|keys| keys.marked_elsewhere(&token).is_some_and(was)).then_some(token)
    }

    /// Draws a token whose spellings do not repeat the form; by chance, none does but for one form in 10^16. That of a
    /// place is not drawn, but follows from the place and the form.
    fn draw(
        &self,
        (key, mark): (&IndexKey, &IndexKey),
        context: &str,
        place: Option<&[u8]>,
        form: &str,
    ) -> Result<Vec<u8>, OperatorError> {
        let mut token = Vec::new();
        for way in 0..WAYS {
            let random = match place {
                None => {
                    let mut random = [0; RANDOM];
                    self.random.fill(&mut random).map_err(|_| OperatorError::Refused)?;
                    random
                }
                Some(place) => key.place_bytes(self.whose, way, context, place, form).ok_or(OperatorError::Refused)?,
            };
            token = mark.token(context, &random).ok_or(OperatorError::Refused)?;
            // Others may spell the same token with another prefix, so only the body counts.
            let mut spelled = String::new();
            self.spelling.append(&token, &mut spelled);
            if !repeats_form(&spelled, form) {
                break;
            }
        }
        Ok(token)
    }

    /// Says what to ask the store; nothing where the value stays or is refused, which writing says again.
    fn request(&self, input: &Input<'_>) -> Result<Option<Request>, OperatorError> {
        if input.is_nothing() {
            return Ok(None);
        }
        let (kind, keys) = self.kinds.of(input.kind)?;
        let context = self.context.of(input.context)?;
        if self.known(input.text, &context, std::iter::once(keys)).is_some() {
            return Ok(None);
        }
        takes(input)?;
        let form = self.kinds.form(input.text, kind);
        bounded(&form)?;
        let place = self.joins.place(input)?;
        let token = self.draw((&keys.index, &keys.mark), &context, place.as_deref(), &form)?;
        let found_by = FoundBy::new(&context, place.as_deref());
        let plain = found_by.with(form.as_bytes()).ok_or(OperatorError::Refused)?;
        let (sealed, subject, person) = match (&self.subjects, input.person) {
            (None, _) => (keys.sealer.seal(&plain, &token), None, None),
            (Some(subjects), Some(SubjectAnswer::Key(person))) => {
                let sealed = keys.subject_sealer.seal(person, &plain, &token);
                (sealed, Some(subjects.request(input)?.index), Some(person.id))
            }
            (Some(_), Some(SubjectAnswer::Forgotten) | None) => return Ok(None),
        };
        let sealed = sealed.map_err(|_| OperatorError::Refused)?;
        let mut indexes = keys.indexes(self.whose, &found_by, &form).ok_or(OperatorError::Refused)?;
        let others = indexes.split_off(1);
        let index = indexes.first().ok_or(OperatorError::Refused)?.1;
        let life = self.ttl.map(|ttl| Lifetime { since: input.time, ttl });
        let domain = Arc::clone(&self.domain);
        Ok(Some(Request { domain, index, index_key: self.eldest, others, token, sealed, subject, person, life }))
    }
}

impl Operator for TokenizeVault {
    fn name(&self) -> &'static str {
        super::tokenize::ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    /// A record key must be the same for ever, and a store can be lost.
    fn distinct(&self) -> Distinct {
        Distinct::Stored
    }

    fn epoch(&self) -> Epoch {
        Epoch::Pinned(self.eldest)
    }

    fn guessable(&self) -> Option<&str> {
        match self.joins {
            Joins::Equal => Some(self.kinds.ring()),
            Joins::Place(_) => None,
        }
    }

    fn reversal(&self) -> Option<&dyn Reversal> {
        Some(self)
    }

    fn renewal(&self) -> Option<&dyn Renewal> {
        Some(self)
    }

    fn needs_store(&self) -> bool {
        true
    }

    fn needs_place(&self) -> bool {
        match self.joins {
            Joins::Equal => false,
            Joins::Place(_) => true,
        }
    }

    fn context_field(&self) -> Option<&str> {
        self.context.path()
    }

    fn subject_names(&self) -> Option<&SubjectNames> {
        self.subjects.as_ref().map(Subjects::names)
    }

    fn subject_field(&self) -> Option<&str> {
        self.subjects.as_ref().map(|subjects| &*subjects.field)
    }

    fn needs_subject(&self, input: &Input<'_>) -> Option<SubjectRequest> {
        let subjects = self.subjects.as_ref()?;
        if self.stays(input).ok()? {
            return None;
        }
        takes(input).ok()?;
        subjects.request(input).ok()
    }

    fn needs(&self, input: &Input<'_>) -> Option<Request> {
        self.request(input).ok().flatten()
    }

    fn made(&self, text: &str, context: Option<&str>, out: &mut Vec<Span>) {
        let Ok(context) = self.context.of(context) else { return };
        let known = |token: &str| self.known(token, &context, self.kinds.iter()).is_some();
        made::find(text, &self.spelling, Lengths::Fixed(TOKEN), |_| true, known, out);
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        let token = self.spelling.shape(TOKEN);
        let forgotten = self.subjects.as_ref().map(|_| forgotten_shape(value.value));
        [token].into_iter().chain(forgotten).collect()
    }

    /// Of somebody who is forgotten it leaves nothing.
    fn may_be_in(&self, text: &str) -> bool {
        self.subjects.is_some() || traces::is_coded(text)
    }

    fn write(&self, input: &Input<'_>, answer: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        if input.is_nothing() {
            return Ok(Written::Unchanged);
        }
        let context = self.context.of(input.context)?;
        if input.text.len() <= KEYED_VALUE_MAX
            && let Ok((_, keys)) = self.kinds.of(input.kind)
            && self.known(input.text, &context, std::iter::once(keys)).is_some()
        {
            return Ok(Written::Unchanged);
        }
        if let Some(subjects) = &self.subjects {
            // Said before the answer is looked at: of whom nothing is told, nothing is kept.
            subjects.request(input)?;
            if let Some(SubjectAnswer::Forgotten) = input.person {
                takes(input)?;
                return Ok(forgotten(input));
            }
        }
        self.kinds.write(input, out, |_, keys, _, out| match answer {
            Some(Answer::Found(token)) if keys.marked(&context, token) || keys.marked_elsewhere(token).is_some() => {
                self.spelling.append(token, out);
                Ok(())
            }
            Some(Answer::Found(_) | Answer::Missing) | None => Err(OperatorError::NoAnswer),
        })
    }
}

impl Reversal for TokenizeVault {
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
        let sought = |token: &str| self.seeks(token, context, permits).is_some();
        made::find(text, &self.spelling, Lengths::Fixed(TOKEN), |_| true, sought, out);
    }

    /// What is marked by a key that is disabled may have been written anew since: what is kept tells.
    fn seeks(&self, text: &str, context: Option<&str>, permits: &Permits<'_>) -> Option<Vec<u8>> {
        let context = self.context.of(context).ok()?;
        let permitted = || self.kinds.permitted(permits).map(|(_, keys)| keys);
        self.known(text, &context, permitted()).or_else(|| self.outlived(text, permitted()))
    }

    fn needs_key(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<[u8; 16]> {
        let mut openers = self.kinds.permitted(permits).flat_map(|(_, keys)| &keys.subject_openers);
        openers.find_map(|opener| opener.id(stand_in.kept?))
    }

    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened> {
        let sealed = stand_in.kept?;
        let token = self.seeks(stand_in.text, stand_in.context, permits)?;
        let context = self.context.of(stand_in.context).ok()?;
        self.kinds.reopened(permits, |keys| {
            let plain = match stand_in.person {
                None => keys.openers.iter().find_map(|opener| opener.open(sealed, &token)),
                Some(person) => keys.subject_openers.iter().find_map(|opener| opener.open(person, sealed, &token)),
            };
            let Row { found_by, form } = Row::read(plain?)?;
            // The mark tells the context, or else the row does, which was then written anew.
            let is_own = match found_by {
                Some(found_by) => found_by.context == context.as_bytes(),
                None => keys.marked(&context, &token),
            };
            is_own.then_some(form)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{
        RING_NAME, Sample, build, outcome, parameters, refused, request, rings, with_context, written,
    };
    use super::super::{ParameterValue, SubjectKey, ValueKind, canonical};
    use super::*;
    use crate::model::Origin;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn vault(more: &[(&str, ParameterValue)]) -> TokenizeVault {
        let mut all = vec![("ring", text(RING_NAME)), ("mode", text("vault"))];
        all.extend_from_slice(more);
        with_context(&rings(), |context| TokenizeVault::build(&parameters(&all), context)).unwrap()
    }

    fn token(operator: &dyn Operator, sample: Sample<'_>) -> String {
        written(operator, sample).strip_prefix("text ").unwrap().to_owned()
    }

    #[test]
    fn a_request_holds_the_canonical_form_sealed() {
        let operator = vault(&[("as", text("EMAIL_ADDRESS"))]);
        let asked = request(&operator, Sample::text("Ada@Example.com")).unwrap();
        assert_eq!((&*asked.domain, asked.token.len()), (RING_NAME, TOKEN));
        let back = operator.open(&asked.token, &asked.sealed).unwrap();
        assert_eq!(back.expose(), "ada@example.com");
        let other = request(&operator, Sample::text("ada@example.com")).unwrap();
        assert_eq!(other.index, asked.index, "one canonical form, one index");
        assert_ne!(other.token, asked.token, "tokens are drawn");
        assert!(operator.open(&other.token, &asked.sealed).is_none(), "a row cannot be given another's value");
        assert!(!format!("{asked:?}").contains("index:"), "{asked:?}");
    }

    #[test]
    fn kind_scope_and_ring_key_keep_indexes_apart() {
        let index = |more: &[(&str, ParameterValue)]| request(&vault(more), Sample::text("Ada")).unwrap().index;
        let all = [index(&[]), index(&[("as", text("PERSON"))]), index(&[("scope", text("product"))])];
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        assert_eq!(index(&[]), index(&[("prefix", text("cus_")), ("encoding", text("base64url"))]));
    }

    #[test]
    fn a_token_is_one_length_and_stays_what_it_is() {
        let operator = vault(&[("prefix", text("cus_"))]);
        let (short, long) = (token(&operator, Sample::text("m")), token(&operator, Sample::text(&"x".repeat(4_000))));
        assert_eq!((short.len(), long.len()), (51, 51));
        assert_eq!(vault_token_len(4, Encoding::Base32), 51);
        assert_eq!(written(&operator, Sample::text(&short)), "unchanged");
        let mut spans = Vec::new();
        operator.made(&format!("see {short}, {}", short.to_uppercase()), None, &mut spans);
        assert_eq!(spans, [Span::new(4, 55)]);
        for encoding in ["base32", "base64url"] {
            let operator = vault(&[("encoding", text(encoding))]);
            let (one, two) = (token(&operator, Sample::text("m")), token(&operator, Sample::text("n")));
            let (mut spans, text) = (Vec::new(), format!("{one}-x {one}_x {one}aaa {one}{two}"));
            operator.made(&text, None, &mut spans);
            let found: Vec<&str> = spans.iter().map(|span| span.of(&text)).collect();
            assert_eq!(found, [&one, &one, &one, &one, &two]);
        }
        let foreign = vault(&[("prefix", text("cus_")), ("scope", text("product"))]);
        assert!(written(&foreign, Sample::text(&short)).starts_with("text cus_"), "another's token is data");
    }

    #[test]
    fn a_foreign_answer_is_none() {
        let operator = vault(&[]);
        let origin = Origin::Request { request: 0, index: 0 };
        let input = Sample::text("Ada").input(&origin);
        let mut forged = request(&operator, Sample::text("Ada")).unwrap().token;
        *forged.last_mut().unwrap() ^= 1;
        let mut short = forged.clone();
        short.truncate(TOKEN - 1);
        short[1] ^= 1;
        for answer in [
            None,
            Some(Answer::Missing),
            Some(Answer::Found(vec![])),
            Some(Answer::Found(forged)),
            Some(Answer::Found(short)),
        ] {
            let mut out = String::new();
            assert_eq!(operator.write(&input, answer.as_ref(), &mut out), Err(OperatorError::NoAnswer));
            assert_eq!(out, "");
        }
    }

    /// Another process may know the ring's next version, and its new tokens stand for their values already.
    #[test]
    fn a_token_of_a_key_to_come_is_taken() {
        let operator = vault(&[]);
        let origin = Origin::Request { request: 0, index: 0 };
        let input = Sample::text("Ada").input(&origin);
        let mut token = request(&operator, Sample::text("Ada")).unwrap().token;
        token[1..5].copy_from_slice(&[0x77; 4]);
        let mut out = String::new();
        assert_eq!(operator.write(&input, Some(&Answer::Found(token.clone())), &mut out), Ok(Written::Text));
        assert!(out.starts_with("tok_"));
        // So is one of a key that is disabled: its row was written anew. Of another kind it is none.
        for (at, byte, taken) in [(1, [0x0d; 4], Ok(Written::Text)), (5, [0; 4], Err(OperatorError::NoAnswer))] {
            let mut other = token.clone();
            other[at..at + 4].copy_from_slice(&byte);
            let mut out = String::new();
            assert_eq!(operator.write(&input, Some(&Answer::Found(other)), &mut out), taken, "{at}");
        }
    }

    #[test]
    fn what_is_refused_asks_nothing() {
        let operator = vault(&[]);
        for sample in [Sample::text(""), Sample::of("null", ValueKind::Null), Sample::of("true", ValueKind::Bool)] {
            assert_eq!(request(&operator, sample), None);
        }
        let long = "x".repeat(KEYED_VALUE_MAX + 1);
        assert_eq!(request(&operator, Sample::text(&long)), None);
        assert_eq!(outcome(&operator, Sample::text(&long)).0, Err(OperatorError::ValueTooLong));
    }

    #[test]
    fn the_row_builds_both_modes_and_a_vault_has_no_epoch() {
        let deterministic = build("tokenize", &[("ring", text(RING_NAME)), ("mode", text("deterministic"))]);
        assert!(!deterministic.needs_store());
        let stored = build("tokenize", &[("ring", text(RING_NAME)), ("mode", text("vault"))]);
        assert!(stored.needs_store());
        assert_eq!(
            (stored.distinct(), stored.epoch()),
            (Distinct::Stored, Epoch::Pinned(rings().get(RING_NAME).unwrap().eldest()))
        );
        let error =
            refused("tokenize", &[("ring", text(RING_NAME)), ("mode", text("vault")), ("epoch", text("primary"))]);
        assert_eq!(error.parameter, Some("epoch"));
    }

    #[test]
    fn what_is_somebodys_opens_with_their_key_alone() {
        let operator = vault(&[("subject_field", text("id"))]);
        assert_eq!(operator.subject_field(), Some("id"));
        let origin = Origin::Request { request: 0, index: 0 };
        let plain = Sample::text("Ada").input(&origin);
        let asked = operator.needs_subject(&plain).unwrap();
        assert!(operator.needs(&plain).is_none(), "nothing is kept of whom nothing is known");
        let person = SubjectKey { id: [1; 16], key: Arc::new(Sensitive::new([1; 32])) };
        let other = SubjectKey { id: [1; 16], key: Arc::new(Sensitive::new([2; 32])) };
        let answer = SubjectAnswer::Key(person.clone());
        let known = Input { person: Some(&answer), ..plain };
        let request = operator.needs(&known).unwrap();
        assert_eq!(request.subject, Some(asked.index));
        assert!(operator.open(&request.token, &request.sealed).is_none(), "the ring alone opens nothing");
        let mut spelled = String::new();
        let found = Answer::Found(request.token.clone());
        assert_eq!(operator.write(&known, Some(&found), &mut spelled), Ok(Written::Text));
        let reversal = operator.reversal().unwrap();
        let opened = |person| {
            let (kind, value, kept) = ("VALUE", ValueKind::Text, Some(&*request.sealed));
            let stand_in = StandIn { text: &spelled, kind, value, subject: None, context: None, kept, person };
            assert_eq!(reversal.needs_key(&stand_in, &|_| true), Some([1; 16]));
            assert_eq!(reversal.needs_key(&stand_in, &|_| false), None);
            reversal.open(&stand_in, &|_| true).map(|opened| opened.value.expose().clone())
        };
        assert_eq!(opened(Some(&person)).as_deref(), Some("Ada"));
        assert_eq!((opened(Some(&other)), opened(None)), (None, None));
        assert_ne!(vault(&[]).needs(&plain).unwrap().index, request.index, "nobody's row is never somebody's");
        let placed = |more: &[(&str, ParameterValue)]| {
            let all = [&[("convergent", ParameterValue::Bool(false))], more].concat();
            let asked = vault(&all).needs(&Input { place: Some("mail"), ..known }).unwrap();
            (asked.index, asked.token)
        };
        let (nobodys, somebodys) = (placed(&[]), placed(&[("subject_field", text("id"))]));
        assert!(nobodys.0 != somebodys.0 && nobodys.1 != somebodys.1, "and so at one place");
        let mut out = String::new();
        let found = Answer::Found(request.token);
        assert_eq!(operator.write(&known, Some(&found), &mut out), Ok(Written::Text));
        let own = std::mem::take(&mut out);
        let token = Input { text: &own, ..plain };
        assert!(operator.needs_subject(&token).is_none());
        assert_eq!(operator.write(&token, None, &mut out), Ok(Written::Unchanged));
        let gone = SubjectAnswer::Forgotten;
        let gone = Input { person: Some(&gone), ..plain };
        assert!(operator.needs(&gone).is_none());
        assert_eq!(operator.write(&gone, None, &mut out), Ok(Written::Text));
        let nobody = Input { subject: None, ..plain };
        assert_eq!(operator.write(&nobody, None, &mut out), Err(OperatorError::NoSubject));
        assert_eq!(out, "");
        for (more, wrong) in [("subject_as", "subject_as"), ("mode", "subject_field")] {
            let all = match more {
                "mode" => vec![("ring", text(RING_NAME)), ("subject_field", text("id"))],
                _ => vec![("ring", text(RING_NAME)), ("mode", text("vault")), ("subject_as", text("VALUE"))],
            };
            assert_eq!(refused("tokenize", &all).parameter, Some(wrong));
        }
    }

    #[derive(serde::Deserialize)]
    struct Golden {
        scope: String,
        kind: String,
        text: String,
        form: String,
        index: String,
        token: String,
        sealed: String,
        older: String,
        #[serde(default)]
        context: String,
    }

    /// Computed by an independent implementation, `tests/golden/vectors.py`, with random bytes that are counted.
    #[test]
    fn indexes_tokens_and_sealed_values_are_the_golden_ones() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        let mut all: Vec<Golden> = serde_json::from_str(include_str!("../../tests/golden/vault.json")).unwrap();
        all.append(&mut serde_json::from_str(include_str!("../../tests/golden/vault-context.json")).unwrap());
        assert_eq!(all.len(), 28 + 5 * 28);
        for golden in all {
            let mut parameters = vec![("as", text(&golden.kind)), ("scope", text(&golden.scope))];
            if !golden.context.is_empty() {
                parameters.push(("context_field", text("tenant.id")));
            }
            let operator = vault(&parameters);
            let context = canonical(&golden.context, "VALUE");
            let keys = operator.kinds.iter().next().unwrap();
            assert_eq!(
                keys.index.index(Whose::Nobodys, &context, &golden.form).unwrap()[..],
                hex(&golden.index),
                "{:?}",
                golden.text
            );
            let random: [u8; RANDOM] = std::array::from_fn(|at| u8::try_from(at).unwrap());
            assert_eq!(keys.index.token(&context, &random).unwrap(), hex(&golden.token));
            let origin = Origin::Request { request: 0, index: 0 };
            let input = Input { context: Some(&golden.context), ..Sample::text(&golden.text).input(&origin) };
            let asked = operator.needs(&input).unwrap();
            assert_eq!(asked.index[..], hex(&golden.index));
            let mut spelled = String::new();
            operator.spelling.append(&asked.token, &mut spelled);
            assert_eq!(operator.token(&spelled, Some(&golden.context)), Some(asked.token));
            let elsewhere = if golden.context.is_empty() { None } else { operator.token(&spelled, Some("other")) };
            assert_eq!(elsewhere, None);
            for sealed in [&golden.sealed, &golden.older] {
                let back = operator.open(&hex(&golden.token), &hex(sealed)).unwrap();
                assert_eq!(back.expose(), &golden.form);
            }
            let found_by = keys.openers.iter().find_map(|key| key.open(&hex(&golden.sealed), &hex(&golden.token)));
            let found_by = Row::read(found_by.unwrap()).unwrap().found_by.unwrap();
            assert!(found_by == FoundBy::new(&context, None));
        }
    }
}
