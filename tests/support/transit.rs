//! A small server of our own that speaks the wire contract of Vault's transit engine, no Vault: `POST
//! /v1/MOUNT/encrypt/KEY` and `/decrypt/KEY` with `X-Vault-Token`, answers and refusals as the API's pages say; and `POST
//! /v1/MOUNT/keys/KEY/config` and `DELETE /v1/MOUNT/keys/KEY`.

use super::web::{Asked, Web};
use data_encoding::BASE64;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::{Value, json};
use std::collections::HashMap;
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
    /// Answers, but lets nobody delete a key.
    Keeps,
    /// Answers, but wraps nothing.
    WrapsNothing,
}

/// The server; it listens until the process ends.
pub struct Transit {
    web: Web,
    mood: Arc<Mutex<Mood>>,
}

impl Transit {
    /// Starts one that knows the keys `customer`, `epochs-1`, `epochs-2` and `epochs-3` of the mounts `transit` and `team/keys`, for who has this token; over TLS
    /// with the certificate of a folder, as [`Web::start`] takes it.
    pub fn start(token: &str, tls: Option<&Path>) -> Self {
        let mood = Arc::new(Mutex::new(Mood::Well));
        let (shared, token) = (Arc::clone(&mood), token.to_owned());
        let keys = Mutex::new(KEYS.map(|name| (name.to_owned(), Kept::ForEver)).into_iter().collect());
        let web = Web::start(tls, move |asked| {
            let mood = *shared.lock().expect("no panic");
            answer(mood, &token, &mut keys.lock().expect("no panic"), asked)
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

const KEYS: [&str; 4] = ["customer", "epochs-1", "epochs-2", "epochs-3"];

/// Whether a key may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    ForEver,
    UntilDeleted,
}

fn answer(mood: Mood, token: &str, keys: &mut HashMap<String, Kept>, asked: &Asked) -> (u16, Value) {
    let refuse = |status: u16, what: &str| (status, json!({ "errors": [what] }));
    match mood {
        Mood::Sealed => return refuse(503, "Vault is sealed"),
        Mood::Odd => return (200, json!({ "data": { "text": "planted-answer" } })),
        Mood::Keeps if asked.path.contains("/keys/") => return refuse(403, "permission denied"),
        Mood::WrapsNothing if asked.path.contains("/encrypt/") => return refuse(403, "permission denied"),
        Mood::Well | Mood::Keeps | Mood::WrapsNothing => {}
    }
    if asked.headers.get("x-vault-token").map(String::as_str) != Some(token) {
        return refuse(403, "permission denied");
    }
    let body = asked.json();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let operation = ["/v1/transit/", "/v1/team/keys/"].iter().find_map(|mount| asked.path.strip_prefix(mount));
    let Some((operation, rest)) = operation.and_then(|operation| operation.split_once('/')) else {
        return refuse(404, "no handler for route");
    };
    let name = rest.split('/').next().unwrap_or_default();
    if !KEYS.contains(&name) {
        return refuse(404, "no handler for route");
    }
    let Some(kept) = keys.get_mut(name) else { return refuse(400, "encryption key not found") };
    match (asked.method.as_str(), operation, rest == name) {
        ("POST", "encrypt", true) => match text("plaintext").map(|text| BASE64.decode(text.as_bytes())) {
            Some(Ok(plain)) => (200, json!({ "data": { "ciphertext": wrapped(name, plain), "key_version": 1 } })),
            _ => refuse(400, "plaintext is not base64"),
        },
        ("POST", "decrypt", true) => match text("ciphertext").and_then(|text| unwrapped(name, &text)) {
            Some(plain) => (200, json!({ "data": { "plaintext": BASE64.encode(&plain) } })),
            None => refuse(400, "cipher: message authentication failed"),
        },
        ("POST", "keys", false) if rest == format!("{name}/config") && body["deletion_allowed"] == true => {
            *kept = Kept::UntilDeleted;
            (204, Value::Null)
        }
        ("DELETE", "keys", true) if *kept == Kept::ForEver => refuse(400, "deletion is not allowed for this key"),
        ("DELETE", "keys", true) => {
            keys.remove(name);
            (204, Value::Null)
        }
        _ => refuse(404, "no handler for route"),
    }
}

/// Each name has a key of its own.
fn key(name: &str) -> LessSafeKey {
    let mut bytes = [7; 32];
    bytes.iter_mut().zip(name.as_bytes()).for_each(|(to, from)| *to ^= from);
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).expect("32 bytes"))
}

fn wrapped(name: &str, mut plain: Vec<u8>) -> String {
    key(name)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut plain)
        .expect("sealed");
    format!("vault:v1:{}", BASE64.encode(&plain))
}

fn unwrapped(name: &str, text: &str) -> Option<Vec<u8>> {
    let mut sealed = BASE64.decode(text.strip_prefix("vault:v1:")?.as_bytes()).ok()?;
    let plain = key(name).open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut sealed).ok()?;
    Some(plain.to_vec())
}
