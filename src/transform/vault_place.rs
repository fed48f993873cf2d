//! Tokens of which each place has one of its own, held against the golden file.

use super::tests::{RING_NAME, Sample, build};
use super::{Input, ParameterValue, SubjectAnswer, SubjectKey};
use crate::model::{Origin, Sensitive};
use std::sync::Arc;

#[derive(serde::Deserialize)]
struct Golden {
    origin: String,
    kind: String,
    text: String,
    index: String,
    drawn: String,
}

/// Computed by an independent implementation, `tests/golden/vectors.py`.
#[test]
fn indexes_and_tokens_of_places_are_the_golden_ones() {
    let all: Vec<Golden> = serde_json::from_str(include_str!("../../tests/golden/vault-place.json")).unwrap();
    assert_eq!(all.len(), 28);
    let text = |value: &str| ParameterValue::Text(value.into());
    for golden in all {
        let operator = build(
            "tokenize",
            &[
                ("ring", text(RING_NAME)),
                ("mode", text("vault")),
                ("as", text(&golden.kind)),
                ("convergent", ParameterValue::Bool(false)),
            ],
        );
        assert!(operator.needs_place() && operator.guessable().is_none());
        let origin = match golden.origin.as_str() {
            "kafka" => Origin::Kafka { topic: "priv.orders".into(), partition: 3, offset: 41 },
            _ => Origin::File { file: "orders.ndjson".into(), line: 7 },
        };
        let place = Some("value 10 24 customer.mail");
        let input = Input { place, ..Sample::text(&golden.text).input(&origin) };
        let asked = operator.needs(&input).unwrap();
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_eq!(hex(&asked.index), golden.index, "{:?} from {}", golden.text, golden.origin);
        assert_eq!(hex(&asked.token[9..25]), golden.drawn, "{:?} from {}", golden.text, golden.origin);
        assert!(operator.needs(&Input { place: None, ..input }).is_none(), "without a place nothing is asked");
    }
}

/// Computed by an independent implementation, `tests/golden/vectors.py`.
#[test]
fn indexes_and_tokens_of_somebodys_values_are_the_golden_ones() {
    let all: Vec<Golden> = serde_json::from_str(include_str!("../../tests/golden/vault-somebody.json")).unwrap();
    assert_eq!(all.len(), 42);
    let text = |value: &str| ParameterValue::Text(value.into());
    let key = SubjectKey { id: [1; 16], key: Arc::new(Sensitive::new([2; 32])) };
    let person = SubjectAnswer::Key(key);
    for golden in all {
        let parameters = [
            ("ring", text(RING_NAME)),
            ("mode", text("vault")),
            ("as", text(&golden.kind)),
            ("subject_field", text("id")),
            ("convergent", ParameterValue::Bool(golden.origin.is_empty())),
        ];
        let operator = build("tokenize", &parameters);
        let origin = match golden.origin.as_str() {
            "file" => Origin::File { file: "orders.ndjson".into(), line: 7 },
            _ => Origin::Kafka { topic: "priv.orders".into(), partition: 3, offset: 41 },
        };
        let (place, person) = (Some("value 10 24 customer.mail"), Some(&person));
        let asked = operator.needs(&Input { place, person, ..Sample::text(&golden.text).input(&origin) }).unwrap();
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_eq!(hex(&asked.index), golden.index, "{:?} from {}", golden.text, golden.origin);
        if !golden.drawn.is_empty() {
            assert_eq!(hex(&asked.token[9..25]), golden.drawn, "{:?} from {}", golden.text, golden.origin);
        }
    }
}
