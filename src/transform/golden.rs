//! What operators must never write otherwise, computed by an independent implementation, `tests/golden/vectors.py`.
//!
//! A byte that moves here breaks every hash, token, ciphertext and stand-in that anybody has written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::tests::{parameters, rings, with_context};
use super::*;
use crate::model::{Origin, RecordTime};

#[derive(Deserialize)]
struct Golden {
    operator: String,
    parameters: BTreeMap<String, serde_json::Value>,
    text: String,
    written: String,
    /// What a token turns back into.
    canonical: Option<String>,
    #[serde(default)]
    value: Value,
    subject: Option<String>,
    context: Option<String>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Value {
    #[default]
    Text,
    Number,
}

impl Golden {
    fn parameters(&self) -> Parameters {
        let all: Vec<_> = self.parameters.iter().map(|(name, value)| (name.as_str(), parameter(value))).collect();
        parameters(&all)
    }

    fn operator(&self) -> Box<dyn Operator> {
        let build = operator(&self.operator).unwrap().build;
        with_context(&rings(), |context| build(&self.parameters(), context)).unwrap()
    }

    fn built<T>(&self, build: fn(&Parameters, &BuildContext<'_>) -> Result<T, BuildError>) -> T {
        with_context(&rings(), |context| build(&self.parameters(), context)).unwrap()
    }

    fn kind(&self) -> ValueKind {
        match self.value {
            Value::Text => ValueKind::Text,
            Value::Number => ValueKind::Number,
        }
    }

    fn write(&self) -> (Result<Written, OperatorError>, String) {
        let origin = Origin::Request { request: 0, index: 0 };
        let input = Input {
            text: &self.text,
            entity: "VALUE",
            kind: "VALUE",
            value: self.kind(),
            part: Part::Whole,
            subject: self.subject.as_deref(),
            person: None,
            context: self.context.as_deref(),
            under: None,
            place: None,
            origin: &origin,
            time: RecordTime(None),
        };
        let mut out = String::new();
        let written = self.operator().write(&input, None, &mut out);
        (written, out)
    }

    fn holds(&self) {
        let written = match self.value {
            Value::Text => Written::Text,
            Value::Number => Written::Literal,
        };
        assert_eq!(self.write(), (Ok(written), self.written.clone()), "{} {:?}", self.text, self.parameters);
    }
}

fn parameter(value: &serde_json::Value) -> ParameterValue {
    match value {
        serde_json::Value::String(text) => ParameterValue::Text(text.clone()),
        serde_json::Value::Array(all) => ParameterValue::List(all.iter().map(parameter).collect()),
        number => ParameterValue::Integer(number.as_i64().unwrap()),
    }
}

fn all<T: DeserializeOwned>(file: &str, count: usize) -> Vec<T> {
    let all: Vec<T> = serde_json::from_str(file).unwrap();
    assert_eq!(all.len(), count);
    all
}

#[test]
fn hashes_and_tokens_are_the_golden_ones() {
    for golden in all::<Golden>(include_str!("../../tests/golden/written.json"), 275) {
        golden.holds();
        if let Some(form) = &golden.canonical {
            let back = golden.built(Tokenize::build).detokenize(&golden.written, golden.context.as_deref());
            assert_eq!(back.unwrap().expose(), form, "{:?}", golden.text);
        }
    }
}

#[test]
fn what_keeps_its_shape_is_golden_and_turns_back() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for golden in all::<Golden>(include_str!("../../tests/golden/shaped.json"), 286) {
        golden.holds();
        *counts.entry(golden.operator.clone()).or_default() += 1;
        let back = match golden.operator.as_str() {
            "fpe" => {
                golden.built(Fpe::build).decrypt(&golden.written, "VALUE", golden.kind(), golden.context.as_deref())
            }
            "date_shift" => golden.built(DateShift::build).unshift(&golden.written, golden.subject.as_deref().unwrap()),
            _ => continue,
        };
        assert_eq!(back.unwrap().expose(), &golden.text, "{:?}", golden.parameters);
    }
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("date_shift".into(), 63), ("fake".into(), 160), ("fpe".into(), 63)]
    );
}

/// Golden files that knew no context hold without one; these are of fields that have one, and none opens in another.
#[test]
fn what_stands_in_a_context_is_golden_and_opens_in_it_alone() {
    for golden in all::<Golden>(include_str!("../../tests/golden/context.json"), 75) {
        golden.holds();
        let back = |context: Option<&str>| {
            if golden.operator == "tokenize" {
                return golden.built(Tokenize::build).detokenize(&golden.written, context);
            }
            golden.built(Fpe::build).decrypt(&golden.written, "VALUE", golden.kind(), context)
        };
        let back = |context: Option<&str>| back(context).map(|plain| plain.expose().clone());
        let context = golden.context.as_deref();
        assert_eq!(back(context).as_ref(), Some(golden.canonical.as_ref().unwrap_or(&golden.text)));
        assert_ne!(back(Some("other")).as_ref(), Some(golden.canonical.as_ref().unwrap_or(&golden.text)));
        assert_eq!(back(None), None);
        let without = Golden { context: None, ..golden };
        assert_eq!(without.write().0, Err(OperatorError::NoContext));
    }
}

/// No two ciphertexts of a value are alike, so what is fixed is that the golden ones open, as long as they are.
#[test]
fn golden_ciphertexts_open_and_are_its_own() {
    for golden in all::<Golden>(include_str!("../../tests/golden/encrypted.json"), 84) {
        let operator = golden.built(Encrypt::build);
        assert_eq!(operator.decrypt(&golden.written).unwrap().expose(), &golden.text);
        let mut spans = Vec::new();
        operator.made(&golden.written, None, &mut spans);
        assert_eq!(spans, [Span::new(0, golden.written.len())]);
        let (result, out) = golden.write();
        assert_eq!((result, out.len()), (Ok(Written::Text), golden.written.len()));
        // What begins it is fixed; after it come bits that are drawn.
        let fixed = golden.written.len().min(4 + Encoding::Base64Url.len(9) - 1);
        assert_eq!(out.get(..fixed), golden.written.get(..fixed), "version, key id and kind tag");
    }
}
