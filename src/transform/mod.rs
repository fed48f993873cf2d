//! Operators: what happens to a value.
//!
//! An operator has two steps: what it needs from a store (usually nothing), and how it writes, which is pure. It knows
//! nothing of findings, policies or formats. One row of [`OPERATORS`] and one file make an operator; policies, help
//! texts, documentation and the law tests read that table.
//!
//! Laws, held for every row: `null` stays `null` and `""` stays `""`; `mask`, `redact` and `replace` are idempotent;
//! the same key and value give the same token; what `redact`, `replace`, `hash` and `tokenize` write never contains
//! the text they replace, where that has [`ECHO_MIN`] characters or more; see [`OperatorError::Echo`].

mod canonical;
mod date_length;
mod date_shift;
mod dead_letter;
mod dialling;
mod drop_field;
mod drop_record;
mod echo;
mod encrypt;
mod encrypt_subject;
mod fake;
mod fpe;
mod generalize;
mod hash;
mod input;
mod joins;
mod keep;
mod keyed;
mod lifetime;
mod made;
mod mask;
mod padding;
mod parameters;
mod quarantine;
mod redact;
mod renewal;
mod replace;
mod reversal;
mod seal;
mod spelling;
mod store;
mod subject;
mod time_of_day;
mod tokenize;
mod tokenize_vault;
mod traces;
mod vault_keys;
mod vault_renewal;
mod vault_row;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod vault_place;

pub use canonical::{CANONICAL_VERSION, OWN_FORMS, canonical};
pub use date_shift::DateShift;
pub use dead_letter::{ClosedLetter, LetterError, LetterSealer, OpenedLetter, SealedLetter};
pub use dialling::Region;
pub use encrypt::{Encrypt, ciphertext_len};
pub use encrypt_subject::{EncryptSubject, subject_ciphertext_len};
pub use fpe::Fpe;
pub use input::{Distinct, Epoch, Input, OldShape, OperatorError, Part, Reach, ValueKind, Written};
pub use lifetime::Lifetime;
pub use parameters::{BuildContext, BuildError, Form, OperatorRow, ParameterRow, ParameterValue, Parameters, Required};
pub use renewal::{NewRow, Renewal, SealedUnder, StoredRow};
pub use reversal::{Permits, Recognised, Reopened, Reversal, StandIn};
pub use spelling::Encoding;
pub use store::{Answer, Held, Need, Request, Store, StoreError, SubjectAnswer, SubjectKey, SubjectRequest};
pub use subject::SubjectNames;
pub use tokenize::{Tokenize, token_len_max};
pub use tokenize_vault::{TokenizeVault, vault_token_len};
pub use vault_keys::sealed_under;

use crate::keys::KeyId;
use crate::model::{Shape, Span};

/// Texts of at least so many characters never stand in what replaces them; shorter ones do by chance.
pub const ECHO_MIN: usize = 4;

/// Limit of a value for operators that use a key, in bytes; applies to the text and to its canonical form.
pub const KEYED_VALUE_MAX: usize = 64 * 1024;

/// What happens to a value.
pub trait Operator: Send + Sync + std::fmt::Debug {
    /// Gives the name in policies and reports.
    fn name(&self) -> &'static str;

    /// Tells what a field entry on an object or array means.
    fn reach(&self) -> Reach;

    /// Tells whether different values stay different, as record keys need.
    fn distinct(&self) -> Distinct;

    /// Tells which key writes, and whether rotation moves it.
    fn epoch(&self) -> Epoch {
        Epoch::Keyless
    }

    /// Gives the ring's enabled keys but the one that it writes with, where it can write under them as well.
    ///
    /// A value that was written before a rotation is written again by [`Input::under`].
    fn other_keys(&self) -> &[KeyId] {
        &[]
    }

    /// Gives the path of the field that tells whose value it is, where it must know.
    fn subject_field(&self) -> Option<&str> {
        None
    }

    /// Gives how subjects are named, where they have keys of their own.
    fn subject_names(&self) -> Option<&SubjectNames> {
        None
    }

    /// Gives the path of the field in whose context it writes, where it must know.
    fn context_field(&self) -> Option<&str> {
        None
    }

    /// Gives the key domain in which equal values get equal stand-ins, so that who may have values treated can find the
    /// one behind a stand-in by trying; none where that cannot be.
    fn guessable(&self) -> Option<&str> {
        None
    }

    /// Gives how it is turned back, where it can be.
    fn reversal(&self) -> Option<&dyn Reversal> {
        None
    }

    /// Gives how rows that a store keeps for it are written anew after a rotation, where there are any.
    fn renewal(&self) -> Option<&dyn Renewal> {
        None
    }

    /// Tells what it may put in the place of such a value, so that declared types are checked before a record comes;
    /// nothing where the value stays.
    fn shapes(&self, _value: &OldShape<'_>) -> Vec<Shape> {
        vec![Shape::Unknown]
    }

    /// Tells whether it asks a store at all, so that a plan is refused where there is none.
    fn needs_store(&self) -> bool {
        false
    }

    /// Tells whether it must know where in its record a value stands before it can ask a store.
    fn needs_place(&self) -> bool {
        false
    }

    /// Tells whose key it needs before it can tell what else it needs.
    fn needs_subject(&self, _input: &Input<'_>) -> Option<SubjectRequest> {
        None
    }

    /// Tells what it needs from a store before it can write.
    fn needs(&self, _input: &Input<'_>) -> Option<Request> {
        None
    }

    /// Appends the spans of `text` that this very operator made in that context under a key still enabled, in the order
    /// of the text.
    ///
    /// What was tokenized inside free text is found again by this, and whoever looks for findings leaves it alone.
    fn made(&self, _text: &str, _context: Option<&str>, _out: &mut Vec<Span>) {}

    /// Tells whether a text may hold what it left of another one that was found inside: by default any may.
    ///
    /// What it writes for a text whose work cannot be known again is looked for by this, and who needs to know what stood
    /// there before takes no text that may hold some of it.
    fn may_be_in(&self, _text: &str) -> bool {
        true
    }

    /// Appends the replacement to `out`; pure. On [`Written::Unchanged`] and on errors `out` is as it was.
    ///
    /// # Errors
    /// Where this value cannot be replaced: the record is refused, never passed on.
    fn write(&self, input: &Input<'_>, answer: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError>;
}

/// Every operator.
pub const OPERATORS: &[OperatorRow] = &[
    keep::ROW,
    redact::ROW,
    replace::ROW,
    mask::ROW,
    generalize::ROW,
    hash::ROW,
    tokenize::ROW,
    fpe::ROW,
    encrypt::ROW,
    fake::ROW,
    date_shift::ROW,
    drop_field::ROW,
    drop_record::ROW,
    quarantine::ROW,
];

/// Gives the row of the operator of that name.
pub fn operator(name: &str) -> Option<&'static OperatorRow> {
    OPERATORS.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::keys::Rings;
    use crate::model::{Origin, RecordTime};

    pub(super) const RING_NAME: &str = "customer";
    /// Whose every sample is.
    pub(super) const SUBJECT: &str = "c-1";
    /// In which context every sample stands.
    pub(super) const CONTEXT: &str = "t-1";

    /// Gives the ring of the golden files: 0a0a0a0a is primary, 0b0b0b0b enabled, 0d0d0d0d disabled.
    pub(super) fn rings() -> Rings {
        let ring = include_bytes!("../../tests/golden/customer.keyring.json");
        let ring = crate::keys::open(ring, include_bytes!("../../tests/golden/customer.root.json")).unwrap();
        Rings::new([Arc::new(ring)]).unwrap()
    }

    pub(super) fn parameters(all: &[(&str, ParameterValue)]) -> Parameters {
        Parameters(all.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    pub(super) fn with_context<T>(rings: &Rings, f: impl FnOnce(&BuildContext<'_>) -> T) -> T {
        f(&BuildContext {
            rings,
            tenant: "",
            product: "sales/orders",
            region: None,
            field: None,
            kinds: &["VALUE", "PERSON", "EMAIL_ADDRESS"],
        })
    }

    fn built(name: &str, all: &[(&str, ParameterValue)]) -> Result<Box<dyn Operator>, BuildError> {
        let row = operator(name).unwrap();
        for (name, _) in all {
            assert!(row.parameter(name).is_some(), "{name} has no row");
        }
        with_context(&rings(), |context| (row.build)(&parameters(all), context))
    }

    pub(super) fn build(name: &str, all: &[(&str, ParameterValue)]) -> Box<dyn Operator> {
        built(name, all).unwrap()
    }

    pub(super) fn refused(name: &str, all: &[(&str, ParameterValue)]) -> BuildError {
        built(name, all).unwrap_err()
    }

    /// One value, without what no operator here looks at.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Sample<'a> {
        pub(super) text: &'a str,
        pub(super) entity: &'a str,
        pub(super) kind: &'a str,
        pub(super) value: ValueKind,
        pub(super) part: Part,
    }

    impl<'a> Sample<'a> {
        pub(super) fn of(text: &'a str, value: ValueKind) -> Self {
            Self { text, entity: "VALUE", kind: "VALUE", value, part: Part::Whole }
        }

        pub(super) fn text(text: &'a str) -> Self {
            Self::of(text, ValueKind::Text)
        }

        pub(super) fn input(self, origin: &'a Origin) -> Input<'a> {
            let Self { text, entity, kind, value, part } = self;
            let (subject, context, under, person) = (Some(SUBJECT), Some(CONTEXT), None, None);
            let time = RecordTime(None);
            Input { text, entity, kind, value, part, subject, person, context, under, place: None, origin, time }
        }

        pub(super) fn span(text: &'a str, entity: &'a str) -> Self {
            Self { entity, part: Part::Span, ..Self::text(text) }
        }
    }

    /// What the store of these tests keeps.
    static KEPT: Mutex<BTreeMap<[u8; 32], Vec<u8>>> = Mutex::new(BTreeMap::new());

    /// Gives what an operator asks a store about a sample.
    pub(super) fn request(operator: &dyn Operator, sample: Sample<'_>) -> Option<Request> {
        operator.needs(&sample.input(&Origin::Request { request: 0, index: 0 }))
    }

    /// Writes a sample, and checks that nothing is appended to `out` but what is said to be.
    pub(super) fn outcome(operator: &dyn Operator, sample: Sample<'_>) -> (Result<Written, OperatorError>, String) {
        let origin = Origin::Request { request: 0, index: 0 };
        let input = sample.input(&origin);
        let answer = operator.needs(&input).map(|request| {
            assert!(operator.needs_store());
            Answer::Found(KEPT.lock().unwrap().entry(request.index).or_insert(request.token).clone())
        });
        let mut out = "before".to_owned();
        let result = operator.write(&input, answer.as_ref(), &mut out);
        let appended = out.strip_prefix("before").unwrap().to_owned();
        if !matches!(result, Ok(Written::Text | Written::Literal | Written::Json)) {
            assert_eq!(appended, "", "{result:?}");
        }
        (result, appended)
    }

    /// Says what was written, as `text …`, `literal …`, one word, or an error's code.
    pub(super) fn written(operator: &dyn Operator, sample: Sample<'_>) -> String {
        match outcome(operator, sample) {
            (Ok(Written::Text), text) => format!("text {text}"),
            (Ok(Written::Literal), text) => format!("literal {text}"),
            (Ok(Written::Json), text) => format!("json {text}"),
            (Ok(other), _) => format!("{other:?}").to_lowercase(),
            (Err(error), _) => error.code().to_owned(),
        }
    }

    #[test]
    fn names_and_parameters_occur_once() {
        let mut names: Vec<&str> = OPERATORS.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), OPERATORS.len());
        for row in OPERATORS {
            let mut names: Vec<&str> = row.parameters.iter().map(|parameter| parameter.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), row.parameters.len(), "{}", row.name);
        }
    }

    /// With `UPDATE_EXPECT=1` the catalogue at the end of the page is written anew.
    #[test]
    fn the_documentation_has_every_row() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operators.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (text, _) = page.split_once("## Catalogue\n").unwrap();
        let rows: Vec<String> = OPERATORS.iter().map(|row| format!("\n{row}")).collect();
        expect_test::expect_file![path].assert_eq(&format!("{text}## Catalogue\n{}", rows.concat()));
    }

    #[test]
    fn redact_empties_by_type() {
        use ValueKind::{Array, Bool, Key, Null, Number, Object, Text};
        let kinds = [(Text, "Ada"), (Number, "4.20"), (Bool, "true"), (Null, "null"), (Object, ""), (Array, "")];
        for (to, expected) in [
            ("empty", ["text ", "null", "null", "unchanged", "emptyobject", "emptyarray"]),
            ("null", ["null", "null", "null", "unchanged", "null", "null"]),
            ("zero", ["text ", "literal 0", "literal false", "unchanged", "emptyobject", "emptyarray"]),
        ] {
            let operator = build("redact", &[("to", ParameterValue::Text(to.into()))]);
            for ((value, text), expected) in kinds.into_iter().zip(expected) {
                assert_eq!(written(&*operator, Sample::of(text, value)), expected, "{to} {value:?}");
            }
            assert_eq!(written(&*operator, Sample::of("Ada", Key)), "text ", "a name cannot be null");
            assert_eq!(written(&*operator, Sample::span("Ada", "PERSON")), "text ");
        }
        let zero = build("redact", &[("to", ParameterValue::Text("zero".into()))]);
        assert_eq!(written(&*zero, Sample::of("0", Number)), "unchanged");
        assert_eq!(refused("redact", &[("to", ParameterValue::Text("blank".into()))]).parameter, Some("to"));
    }

    #[test]
    fn dropping_ignores_the_value() {
        for value in [ValueKind::Text, ValueKind::Null, ValueKind::Object] {
            assert_eq!(written(&*build("drop_field", &[]), Sample::of("", value)), "dropfield");
            assert_eq!(written(&*build("drop_record", &[]), Sample::of("", value)), "droprecord");
            assert_eq!(written(&*build("keep", &[]), Sample::of("", value)), "unchanged");
        }
    }

    #[test]
    fn debug_of_an_input_shows_no_value() {
        let origin = Origin::Request { request: 0, index: 0 };
        let (value, part, time) = (ValueKind::Text, Part::Whole, RecordTime(None));
        let input = Input {
            text: "planted",
            entity: "VALUE",
            kind: "VALUE",
            value,
            part,
            subject: Some("planted"),
            context: Some("planted"),
            under: None,
            place: None,
            person: None,
            origin: &origin,
            time,
        };
        assert!(!format!("{input:?}").contains("planted"));
    }
}
