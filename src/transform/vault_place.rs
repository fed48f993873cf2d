//! Tokens of which each place has one of its own, held against the golden file.

use super::tests::{RING_NAME, Sample, build};
use super::{Input, ParameterValue};
use crate::model::Origin;

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
