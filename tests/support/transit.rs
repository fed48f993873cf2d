//! A small server of our own that speaks the wire contract of Vault's transit engine, no Vault: `POST
//! /v1/MOUNT/encrypt/KEY` and `/decrypt/KEY` with `X-Vault-Token`, answers and refusals as the API's pages say.

use super::web::{Asked, Web};
use data_encoding::BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What it does with the next questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Answers.
    Well,
    /// Says 503, as a sealed Vault does.
    Sealed,
    /// Says something that no Vault says.
    Odd,
}

/// The server; it listens until the process ends.
pub struct Transit {
    web: Web,
    mood: Arc<Mutex<Mood>>,
}

impl Transit {
    /// Starts one that knows the key `customer` of the mounts `transit` and `team/keys`, for who has this token; over TLS
    /// with the certificate of a folder, as [`Web::start`] takes it.
    pub fn start(token: &str, tls: Option<&Path>) -> Self {
        let mood = Arc::new(Mutex::new(Mood::Well));
        let (shared, token) = (Arc::clone(&mood), token.to_owned());
        let web = Web::start(tls, move |asked| {
            let mood = *shared.lock().expect("no panic");
            answer(mood, &token, asked)
        });
        Self { web, mood }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        self.web.address()
    }

    /// Changes what it does from now on.
    pub fn be(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    /// The questions since this was called last.
    pub fn asked(&self) -> Vec<Asked> {
        self.web.asked()
    }
}

fn answer(mood: Mood, token: &str, asked: &Asked) -> (u16, Value) {
    let refuse = |status: u16, what: &str| (status, json!({ "errors": [what] }));
    match mood {
        Mood::Sealed => return refuse(503, "Vault is sealed"),
        Mood::Odd => return (200, json!({ "data": { "text": "planted-answer" } })),
        Mood::Well => {}
    }
    if asked.headers.get("x-vault-token").map(String::as_str) != Some(token) {
        return refuse(403, "permission denied");
    }
    let body = asked.json();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let operation = ["/v1/transit/", "/v1/team/keys/"].iter().find_map(|mount| asked.path.strip_prefix(mount));
    match (asked.method.as_str(), operation) {
        ("POST", Some("encrypt/customer")) => match text("plaintext").map(|text| BASE64.decode(text.as_bytes())) {
            Some(Ok(plain)) => (200, json!({ "data": { "ciphertext": wrapped(plain), "key_version": 1 } })),
            _ => refuse(400, "plaintext is not base64"),
        },
        ("POST", Some("decrypt/customer")) => match text("ciphertext").and_then(|text| unwrapped(&text)) {
            Some(plain) => (200, json!({ "data": { "plaintext": BASE64.encode(&plain) } })),
            None => refuse(400, "cipher: message authentication failed"),
        },
        _ => refuse(404, "no handler for route"),
    }
}

fn key() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("32 bytes"))
}

fn wrapped(mut plain: Vec<u8>) -> String {
    key().seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut plain).expect("sealed");
    format!("vault:v1:{}", BASE64.encode(&plain))
}

fn unwrapped(text: &str) -> Option<Vec<u8>> {
    let mut sealed = BASE64.decode(text.strip_prefix("vault:v1:")?.as_bytes()).ok()?;
    let plain = key().open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut sealed).ok()?;
    Some(plain.to_vec())
}
