//! Turning back what an operator put in a value's place.
//!
//! Who asks says first which value kinds may be turned back: under the keys of others nothing is tried.

use super::{SubjectKey, ValueKind};
use crate::model::{Sensitive, Span};

/// Tells of a value kind whether it may be turned back.
pub type Permits<'a> = dyn Fn(&str) -> bool + 'a;

/// A text that may stand for a value.
#[derive(Clone, Copy)]
pub struct StandIn<'a> {
    /// The text.
    pub text: &'a str,
    /// The value kind where neither the text nor the policy's `as:` tells it: that of the field entry.
    pub kind: &'a str,
    /// What the leaf is.
    pub value: ValueKind,
    /// Whose value it is, for operators with a subject field.
    pub subject: Option<&'a str>,
    /// The text of the operator's context field, for operators that have one.
    pub context: Option<&'a str>,
    /// What a store keeps under [`Reversal::seeks`]'s token.
    pub kept: Option<&'a [u8]>,
    /// The key that [`Reversal::needs_key`] names, where the store has it.
    pub person: Option<&'a SubjectKey>,
}

/// Says nothing of the text.
impl std::fmt::Debug for StandIn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandIn").field("kind", &self.kind).field("value", &self.value).finish_non_exhaustive()
    }
}

/// A value turned back.
#[derive(Debug)]
pub struct Reopened {
    /// Its value kind.
    pub kind: String,
    /// The value, or its canonical form.
    pub value: Sensitive<String>,
}

/// How what an operator writes is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// By itself, wherever it stands: it carries a check that only the key makes.
    Anywhere,
    /// By its field alone: every text of that form turns into some value.
    InItsField,
}

/// What who has the key can turn back; see [`Operator::reversal`](super::Operator::reversal).
///
/// The laws: what was made under a kind that is not permitted gives nothing, and so does what is forged, foreign or
/// malformed, without telling which.
pub trait Reversal {
    /// Gives the key domain.
    fn ring(&self) -> &str;

    /// Gives the value kinds that it has keys for.
    fn kinds(&self) -> Vec<&str>;

    /// Tells how what it wrote is known again.
    fn recognised(&self) -> Recognised;

    /// Gives the value kind by whose form it knows a subject, where it takes one from the record.
    fn subject_kind(&self) -> &str {
        "VALUE"
    }

    /// Appends the spans of a text that it made in that context under permitted kinds, in the order of the text; none
    /// where what it writes is known by its field alone.
    fn find(&self, _text: &str, _context: Option<&str>, _permits: &Permits<'_>, _out: &mut Vec<Span>) {}

    /// Gives the token to ask a store about, where what stands for the value holds nothing itself.
    fn seeks(&self, _text: &str, _context: Option<&str>, _permits: &Permits<'_>) -> Option<Vec<u8>> {
        None
    }

    /// Gives the name of the subject's key that it takes besides; none where it takes none.
    fn needs_key(&self, _stand_in: &StandIn<'_>, _permits: &Permits<'_>) -> Option<[u8; 16]> {
        None
    }

    /// Turns a text back, whole.
    fn open(&self, stand_in: &StandIn<'_>, permits: &Permits<'_>) -> Option<Reopened>;
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RING_NAME, Sample, build, request, written};
    use super::super::{Operator, ParameterValue, canonical};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn operator(name: &str, more: &[(&str, &str)]) -> Box<dyn Operator> {
        let all: Vec<_> = [("ring", RING_NAME)].iter().chain(more).map(|(name, value)| (*name, text(value))).collect();
        build(name, &all)
    }

    /// What stands for a value.
    fn made(operator: &dyn Operator, value: &str) -> String {
        written(operator, Sample::text(value)).strip_prefix("text ").unwrap().to_owned()
    }

    #[test]
    fn only_what_is_permitted_is_turned_back() {
        for (name, more, value) in [
            ("tokenize", &[("as", "PERSON")][..], "Ada Lovelace"),
            ("encrypt", &[("as", "PERSON")], "Ada Lovelace"),
            ("fpe", &[("as", "PERSON")], "1234567890"),
            ("date_shift", &[("as", "PERSON"), ("subject_field", "id")], "1985-04-12"),
        ] {
            let operator = operator(name, more);
            let reversal = operator.reversal().unwrap();
            assert_eq!((reversal.ring(), reversal.kinds()), (RING_NAME, vec!["PERSON"]));
            let out = made(&*operator, value);
            let stand_in = StandIn {
                text: &out,
                kind: "PERSON",
                value: ValueKind::Text,
                subject: Some(super::super::tests::SUBJECT),
                context: None,
                kept: None,
                person: None,
            };
            assert!(reversal.open(&stand_in, &|kind| kind == "VALUE").is_none(), "{name}");
            let opened = reversal.open(&stand_in, &|kind| kind == "PERSON").unwrap();
            let expected = if name == "tokenize" { canonical(value, "PERSON") } else { value.into() };
            assert_eq!((opened.kind.as_str(), opened.value.expose().as_str()), ("PERSON", &*expected), "{name}");
            assert!(!format!("{stand_in:?}{opened:?}").contains(&out) && !format!("{opened:?}").contains(value));
            let spans = |permits: &Permits<'_>| {
                let mut spans = Vec::new();
                reversal.find(&format!("<{out}>"), None, permits, &mut spans);
                spans
            };
            let anywhere = reversal.recognised() == Recognised::Anywhere;
            let found = if anywhere { vec![Span::new(1, 1 + out.len())] } else { vec![] };
            assert_eq!((spans(&|_| true), spans(&|_| false)), (found, vec![]), "{name}");
        }
    }

    #[test]
    fn a_vaults_token_is_sought_only_where_it_is_permitted() {
        let operator = operator("tokenize", &[("as", "PERSON"), ("mode", "vault")]);
        let reversal = operator.reversal().unwrap();
        let asked = request(&*operator, Sample::text("Ada")).unwrap();
        let out = made(&*operator, "Eve");
        assert!(reversal.seeks(&out, None, &|_| true).is_some() && reversal.seeks(&out, None, &|_| false).is_none());
        let stand_in = StandIn {
            text: &out,
            kind: "",
            value: ValueKind::Text,
            subject: None,
            context: None,
            kept: Some(&asked.sealed),
            person: None,
        };
        assert!(reversal.open(&stand_in, &|_| true).is_none(), "another token's row");
    }

    #[test]
    fn what_loses_the_value_has_no_way_back() {
        assert!(operator("hash", &[("as", "PERSON")]).reversal().is_none());
        assert_eq!(operator("encrypt", &[]).guessable(), None);
        assert_eq!(operator("hash", &[]).guessable(), Some(RING_NAME));
    }
}
