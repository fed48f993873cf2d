//! What texts of a stream cost: the caches hold them, and a long one costs no more for each byte than a shorter one.

#[path = "../../benches/corpus/mod.rs"]
#[allow(dead_code, missing_docs, clippy::indexing_slicing, clippy::string_slice, clippy::unwrap_used)]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::type_complexity)]
pub(super) mod corpus;

use self::corpus::Corpus;
use super::RecognizerSet;
use super::hostile::Measure;

/// Bytes of what is read.
const BYTES: usize = 10 << 20;
/// Bytes of caches for each worker.
const CACHES_MAX: usize = 16 << 20;
/// How much more a byte of a text may cost than one of a text a fortieth as long.
const FACTOR_MAX: f64 = 1.1;

/// All strings of events of so many bytes.
fn strings(corpus: Corpus, bytes: usize) -> Vec<String> {
    fn read(value: serde_json::Value, strings: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => strings.push(text),
            serde_json::Value::Array(items) => items.into_iter().for_each(|item| read(item, strings)),
            serde_json::Value::Object(members) => members.into_iter().for_each(|(_, value)| read(value, strings)),
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
        }
    }
    let mut strings = Vec::new();
    for line in corpus::ndjson(corpus, bytes).split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        read(serde_json::from_slice(line).unwrap(), &mut strings);
    }
    strings
}

#[test]
fn ten_megabytes_of_dense_data_fit_the_caches() {
    let set = RecognizerSet::builtin();
    let mut measure = Measure::new(&set);
    let texts = strings(Corpus::Dense, BYTES);
    assert!(texts.len() > 100_000, "{}", texts.len());
    for text in &texts {
        measure.cost(text);
    }
    let (clears, memory) = measure.caches();
    assert!(clears <= 1, "begun anew {clears} times");
    assert!(memory <= CACHES_MAX, "{memory} bytes");
}

/// A context word anywhere calls for weak patterns in all of a text, so that a long one costs more than the events it is
/// made of; but no more the longer it is, where both have the same words.
#[test]
fn a_byte_of_a_long_text_costs_the_same_in_a_longer_one() {
    /// Bytes of the shorter one.
    const LONG: usize = 250_000;
    let set = RecognizerSet::builtin();
    let mut measure = Measure::new(&set);
    for corpus in [Corpus::Clean, Corpus::Dense] {
        let whole = strings(corpus, LONG).join("\n");
        let [long, longer] = [LONG, BYTES].map(|length| {
            let mut text = whole.repeat(length.div_ceil(whole.len()));
            text.truncate((0..=length).rev().find(|at| text.is_char_boundary(*at)).unwrap());
            measure.cost(&text)
        });
        assert!(longer < long * FACTOR_MAX, "{corpus:?}: {long:.2} steps a byte, {longer:.2} in a longer text");
    }
}
