//! Whatever is shown of what holds keys shows none: neither a ring's, nor any that is derived from one. A panic that repeats
//! what it met says no more than this.

use std::fmt::Debug;
use std::sync::Arc;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

use super::canonical::CANONICAL_VERSION;
use super::tests::{RING_NAME, build, rings};
use super::{LetterSealer, ParameterValue, SubjectAnswer, SubjectKey, SubjectNames};
use crate::keys::{Derivation, Purpose, derive};
use crate::model::Sensitive;

/// Every form in which somebody may have written a key down; the half of one is enough.
fn forms(secret: &[u8]) -> Vec<String> {
    let half = &secret[..8];
    let numbers = |separator: &str| half.iter().map(u8::to_string).collect::<Vec<_>>().join(separator);
    vec![
        HEXLOWER.encode(half),
        HEXUPPER.encode(half),
        BASE64.encode(&secret[..6]),
        BASE64URL_NOPAD.encode(&secret[..6]),
        numbers(", "),
        numbers(",\n    "),
    ]
}

/// The keys of the golden ring, and all that operators derive from them.
fn secrets() -> Vec<Vec<u8>> {
    let rings = rings();
    let ring = rings.get(RING_NAME).unwrap();
    // As `tests/golden/vectors.py` made them: the root, and the two enabled keys.
    let mut secrets: Vec<Vec<u8>> = [0xe0, 10, 50].map(|from: u8| (from..=from.saturating_add(31)).collect()).into();
    assert!(secrets.iter().all(|secret| secret.len() == 32));
    for key in ring.enabled() {
        for purpose in Purpose::ALL {
            for kind in ["VALUE", "DEAD_LETTER"] {
                let derivation = Derivation { tenant: "", scope: "", kind, canonical: CANONICAL_VERSION };
                secrets.push(derive(key, purpose, &derivation).unwrap().expose().to_vec());
            }
        }
    }
    secrets.push(vec![77; 32]);
    secrets
}

fn shown(what: &dyn Debug) -> String {
    format!("{what:?}\n{what:#?}")
}

#[test]
fn nothing_that_holds_keys_shows_one() {
    let text = |value: &str| ParameterValue::Text(value.into());
    let ring = ("ring", text(RING_NAME));
    let operators = [
        build("hash", std::slice::from_ref(&ring)),
        build("tokenize", std::slice::from_ref(&ring)),
        build("tokenize", &[ring.clone(), ("mode", text("vault"))]),
        build("tokenize", &[ring.clone(), ("mode", text("vault")), ("subject_field", text("id"))]),
        build("fpe", &[ring.clone(), ("on_small_domain", text("tokenize"))]),
        build("encrypt", std::slice::from_ref(&ring)),
        build("encrypt", &[ring.clone(), ("subject_field", text("id"))]),
        build("fake", &[ring.clone(), ("list", text("name"))]),
        build("date_shift", &[ring, ("subject_field", text("id"))]),
    ];
    let mut all: String = operators.iter().map(|operator| shown(operator)).collect();
    let rings = rings();
    let ring = rings.get(RING_NAME).unwrap();
    let key = ring.key(ring.primary()).unwrap();
    let derivation = Derivation { tenant: "", scope: "", kind: "VALUE", canonical: CANONICAL_VERSION };
    let person = SubjectKey { id: [1; 16], key: Arc::new(Sensitive::new([77; 32])) };
    for one in [
        &rings as &dyn Debug,
        ring,
        key,
        &derive(key, Purpose::Hash, &derivation).unwrap(),
        &SubjectNames::new(ring, "", None, None).unwrap(),
        &LetterSealer::new(ring, "").unwrap(),
        &SubjectAnswer::Key(person),
    ] {
        all.push_str(&shown(one));
    }
    for secret in secrets() {
        for form in forms(&secret) {
            assert!(!all.contains(&form), "a key is shown");
        }
    }
    // The check sees what it looks for.
    let planted: Vec<u8> = (10..42).collect();
    assert!(forms(&planted).iter().any(|form| shown(&planted).contains(form)));
}
