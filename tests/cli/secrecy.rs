//! Keys: not in what is said, however much is logged, not in the environment or the arguments.

use super::command::command;
use crate::support::process::{Privet, Signal};
use aes_siv::KeyInit;
use aes_siv::siv::Aes256Siv;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// Every form in which somebody may have written a key down.
struct Canary(Vec<Vec<u8>>);

impl Canary {
    /// The root and the keys of a ring, opened as docs/keys.md says, not by the code under test.
    fn of(folder: &Path) -> Self {
        let read = |name: &str| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
        };
        let root = HEXLOWER.decode(read("customer.root.json")["root"].as_str().unwrap().as_bytes()).unwrap();
        let seal = hkdf(&root, &parts(&[b"privet/1", b"ring-seal", b"customer"]), 64);
        let mut secrets =
            vec![root.clone(), seal.clone(), hkdf(&root, &parts(&[b"privet/1", b"ring-mac", b"customer"]), 32)];
        let ring = read("customer.keyring.json");
        for key in ring["keys"].as_array().unwrap() {
            let sealed = BASE64.decode(key["sealed"].as_str().unwrap().as_bytes()).unwrap();
            let header = parts(&[b"customer", &HEXLOWER.decode(key["id"].as_str().unwrap().as_bytes()).unwrap()]);
            let opened = Aes256Siv::new_from_slice(&seal).unwrap().decrypt([&header], &sealed).unwrap();
            let info = parts(&[b"privet/1", b"siv", b"", b"customer", b"", b"EMAIL_ADDRESS", &[1]]);
            secrets.push(hkdf(&opened, &info, 64));
            secrets.push(opened);
        }
        assert!(secrets.len() >= 5);
        Self(secrets.iter().flat_map(|secret| forms(secret)).collect())
    }

    fn is_absent_from(&self, what: &str, bytes: &[u8]) {
        for form in &self.0 {
            assert!(memchr::memmem::find(bytes, form).is_none(), "a key stands in {what}");
        }
    }
}

/// A key, or the half of one: as bytes, in hex, in base64, and as a list of numbers.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let half = &secret[..16];
    let numbers = half.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let texts = [
        HEXLOWER.encode(half),
        HEXUPPER.encode(half),
        BASE64.encode(&secret[..15]),
        BASE64URL_NOPAD.encode(&secret[..15]),
        numbers,
    ];
    texts.into_iter().map(String::into_bytes).chain([half.to_vec()]).collect()
}

fn parts(all: &[&[u8]]) -> Vec<u8> {
    all.iter().flat_map(|part| [&u16::try_from(part.len()).unwrap().to_be_bytes()[..], part].concat()).collect()
}

struct Length(usize);

impl ring::hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn hkdf(secret: &[u8], info: &[u8], len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    let extracted = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, b"").extract(secret);
    extracted.expand(&[info], Length(len)).unwrap().fill(&mut out).unwrap();
    out
}

#[test]
fn the_canary_sees_every_form() {
    let secret: Vec<u8> = (200..232).collect();
    let canary = Canary(forms(&secret));
    for text in [format!("{secret:?}"), HEXLOWER.encode(&secret), BASE64.encode(&secret)] {
        let seen = std::panic::catch_unwind(|| canary.is_absent_from("a text", text.as_bytes()));
        assert!(seen.is_err(), "{text}");
    }
}

#[test]
fn no_key_is_said_however_much_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let mut said = Vec::new();
    let mut run = |arguments: &[&str]| {
        let mut privet = command(arguments);
        let output = privet.current_dir(folder.path()).env("RUST_BACKTRACE", "full").output().unwrap();
        said.extend([output.stdout, output.stderr].concat());
    };
    let ring = "customer.keyring.json";
    run(&["keys", "new", "customer"]);
    run(&["keys", "rotate", ring]);
    run(&["keys", "list", ring]);
    run(&["keys", "check", ring, "--min-version", "9"]);
    run(&["keys", "list", "customer.root.json"]);
    run(&["keys", "list", ring, "--root", ring]);
    let policy = "privet: v1\nproduct: shop\nfields: {mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}}\n";
    write("policy.yaml", policy);
    write(
        "privet.yaml",
        "products: [{policy: policy.yaml}]\nhttp: {listen: \"127.0.0.1:0\"}\n\
         access: {roles: [{callers: anyone, may: anonymize, rings: [customer]}]}\n\
         admin: off\nrings: {customer: {from: 'file:customer.keyring.json'}}\nlog: {filter: trace}\n",
    );
    let canary = Canary::of(folder.path());
    canary.is_absent_from("what commands say", &said);

    let mut privet = Privet::command(["run", "-c", "privet.yaml"]);
    privet.current_dir(folder.path());
    let mut privet = Privet::start_command(privet);
    privet.wait_for_stderr("POST http://", PATIENCE);
    for file in ["environ", "cmdline"] {
        canary.is_absent_from(file, &std::fs::read(format!("/proc/{}/{file}", privet.id())).unwrap());
    }
    let address = privet.stderr().split_once("POST http://").unwrap().1.split('/').next().unwrap().to_owned();
    let client = super::http::client::Client::connect(address.parse().unwrap());
    let mut client = client;
    let answer = client.post("/v1/anonymize", "application/json", br#"{"mail":"kim@example.org"}"#);
    assert_eq!(answer.status, 200, "{answer:?}");
    canary.is_absent_from("an answer", answer.text().as_bytes());
    for (bad, says) in [(&policy.replace("tokenize", "tokenise"), "reload refused"), (&policy.to_owned(), "reloaded")] {
        write("policy.yaml", bad);
        privet.signal(Signal::HangUp);
        privet.wait_for_stderr(says, PATIENCE);
    }
    privet.signal(Signal::Terminate);
    privet.wait(PATIENCE);
    canary.is_absent_from("the log", privet.stderr().as_bytes());
    assert!(!privet.stderr().contains("kim@example.org"));
}
