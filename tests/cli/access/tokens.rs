//! Callers known by tokens, and how much each of them may have.

use super::setup::{Authority, PATIENCE, Running, Setup, Signer, claims, now};
use crate::cli::http::client::Answer;
use crate::support::eventually;
use crate::support::process::Signal;
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

const HTTP: &str = "{listen: \"127.0.0.1:0\"}";
const ROLES: &str = "  roles:\n    - {callers: [{subject: shop}, {claim: {name: groups, value: desks}}], may: anonymize, rings: [customer, staff]}\n\
                     \x20   - {callers: {subject: guest}, may: anonymize}\n";

fn send(running: &Running, authorization: &[&str], body: &str) -> Answer {
    let mut headers = vec![("content-type", "application/x-ndjson")];
    headers.extend(authorization.iter().map(|value| ("authorization", *value)));
    running.http().request("POST", "/v1/anonymize", &headers, body.as_bytes())
}

fn bearer(running: &Running, token: &str, body: &str) -> Answer {
    send(running, &[&format!("Bearer {token}")], body)
}

#[test]
fn roles_follow_subject_and_claims() {
    let setup = Setup::new();
    setup.configure(HTTP, &format!("{}{ROLES}", setup.jwt()));
    let running = setup.run();
    let body = "{\"mail\":\"ada@corp.example\"}";
    for (subject, status) in [("shop", 200), ("desk", 200), ("guest", 403), ("eve", 403)] {
        let answer = bearer(&running, &setup.signer.token(subject), body);
        assert_eq!(answer.status, status, "{subject}: {}", answer.text());
        assert_eq!(answer.text().starts_with("{\"mail\":\"cus_"), status == 200);
        assert!(!answer.text().contains("ada@"));
    }
    let good = setup.signer.token("shop");
    let header = json!({"alg": "EdDSA", "kid": "first"});
    let mut expired = claims("shop");
    expired["exp"] = json!(now() - 60);
    let mut others = claims("shop");
    others["aud"] = json!("others");
    let unsigned = setup.signer.sign(&json!({"alg": "none"}), &claims("shop"));
    let unsigned = format!("{}.", unsigned.rsplit_once('.').unwrap().0);
    let bearers = [
        unsigned,
        setup.signer.sign(&header, &expired),
        setup.signer.sign(&header, &others),
        Signer::new("first").token("shop"),
        format!("{good}x"),
        String::new(),
    ];
    let mut sent: Vec<Vec<String>> = bearers.iter().map(|token| vec![format!("Bearer {token}")]).collect();
    sent.extend([vec![], vec!["Basic c2hvcDpzaG9w".into()], vec![format!("Bearer {good}"), format!("Bearer {good}")]]);
    for sent in sent {
        let all: Vec<&str> = sent.iter().map(String::as_str).collect();
        let answer = send(&running, &all, body);
        assert_eq!((answer.status, answer.problem().as_str()), (401, "unauthenticated"), "{sent:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let twice = format!("Bearer {good}");
    let answer = send(&running, &[&twice, &twice], body);
    assert!(answer.text().contains("several `authorization` headers"), "{}", answer.text());
    assert!(!running.privet.stderr().contains(&good), "no token in the log");
}

/// Keys of RSA and of P-256 as a company's own server has them; the first says no algorithm, so it is for RS256 alone.
#[test]
fn keys_of_every_algorithm_count_for_their_own() {
    use ring::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    };
    let random = ring::rand::SystemRandom::new();
    let made = std::process::Command::new("openssl")
        .args(["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .unwrap();
    let made = if made.status.success() {
        made
    } else {
        // OpenSSL before 3.2 has no `-quiet` here, and says what it does on standard error.
        std::process::Command::new("openssl").args(["genpkey", "-algorithm", "RSA"]).output().unwrap()
    };
    let key = tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from_pem_slice(&made.stdout).unwrap();
    let rsa = ring::rsa::KeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(rsa.public());
    let curve = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let curve = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, curve.as_ref(), &random).unwrap();
    let (encode, point) = (|bytes: &[u8]| BASE64URL_NOPAD.encode(bytes), curve.public_key().as_ref());
    let set = json!({"keys": [
        {"kty": "RSA", "kid": "r", "n": encode(&public.n), "e": encode(&public.e)},
        {"kty": "RSA", "kid": "s", "alg": "PS256", "n": encode(&public.n), "e": encode(&public.e)},
        {"kty": "EC", "kid": "c", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])},
    ]});
    let setup = Setup::new();
    setup.write("jwks.json", &set.to_string());
    setup.configure(HTTP, &format!("{}{ROLES}", setup.jwt()));
    let running = setup.run();
    let token = |algorithm: &str, id: &str| {
        let part = |value: serde_json::Value| encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(json!({"alg": algorithm, "kid": id})), part(claims("shop")));
        let mut signature = vec![0; rsa.public().modulus_len()];
        match algorithm {
            "RS256" => rsa.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap(),
            "PS256" => rsa.sign(&RSA_PSS_SHA256, &random, message.as_bytes(), &mut signature).unwrap(),
            _ => signature = curve.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
        }
        format!("{message}.{}", encode(&signature))
    };
    for (algorithm, id, status) in [
        ("RS256", "r", 200),
        ("PS256", "s", 200),
        ("ES256", "c", 200),
        ("PS256", "r", 401),
        ("RS256", "s", 401),
        ("ES256", "r", 401),
        ("RS256", "c", 401),
    ] {
        let answer = bearer(&running, &token(algorithm, id), "{}");
        assert_eq!(answer.status, status, "{algorithm} by {id}");
    }
}

#[test]
fn a_new_key_counts_as_soon_as_a_token_names_it_and_an_old_one_no_longer() {
    let setup = Setup::new();
    setup.configure(HTTP, &format!("{}{ROLES}", setup.jwt()));
    let running = setup.run();
    let status = |signer: &Signer| bearer(&running, &signer.token("shop"), "{}").status;
    let second = Signer::new("second");
    assert_eq!((status(&setup.signer), status(&second)), (200, 401));
    setup.write("jwks.json", &second.set());
    eventually("the new key counts", PATIENCE, || (status(&second) == 200).then_some(()));
    assert_eq!(status(&setup.signer), 401);
    // What cannot be read leaves what runs, at a hangup too.
    setup.write("jwks.json", "rubbish");
    running.privet.signal(Signal::HangUp);
    eventually("that is logged", PATIENCE, || {
        running.privet.stderr().contains("the keys of tokens stay as they were").then_some(())
    });
    assert_eq!(status(&second), 200);
}

#[test]
fn keys_come_from_a_server_whose_certificate_is_checked() {
    let setup = Setup::new();
    let authority = Authority::new();
    let (url, served) = serve(&authority, &setup.signer.set());
    setup.write("ca.pem", &authority.pem);
    let jwt = format!(
        "  jwt: {{jwks: \"{url}\", issuer: \"https://issuer.example\", audience: privet, ca: ca.pem, refresh: 1s}}\n"
    );
    setup.configure(HTTP, &format!("{jwt}{ROLES}"));
    let running = setup.run();
    let status = |signer: &Signer| bearer(&running, &signer.token("shop"), "{}").status;
    eventually("the keys are there", PATIENCE, || (status(&setup.signer) == 200).then_some(()));
    let second = Signer::new("second");
    *served.lock().unwrap() = second.set();
    eventually("the new key counts", PATIENCE, || (status(&second) == 200).then_some(()));
    // Another authority is not believed: nobody gets in, and nobody is let in by mistake.
    setup.write("ca.pem", &Authority::new().pem);
    let running = setup.run();
    let answer = bearer(&running, &second.token("shop"), "{}");
    assert_eq!((answer.status, answer.problem().as_str()), (503, "keys_unavailable"));
}

/// Serves a text over TLS, as what is behind the lock now.
fn serve(authority: &Authority, text: &str) -> (String, Arc<Mutex<String>>) {
    let pair = authority.issue(&["localhost", "127.0.0.1"]);
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/keys", listener.local_addr().unwrap().port());
    let served = Arc::new(Mutex::new(text.to_owned()));
    let shared = Arc::clone(&served);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut line = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream.unwrap());
            let mut head = [0; 4096];
            if line.read(&mut head).is_err() {
                continue;
            }
            let body = shared.lock().unwrap().clone();
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            line.write_all(answer.as_bytes()).and_then(|()| line.flush()).ok();
            line.conn.send_close_notify();
            line.flush().ok();
        }
    });
    (url, served)
}

#[test]
fn new_values_are_counted_and_limited_for_each_caller_and_ring() {
    let setup = Setup::new();
    setup.configure(HTTP, &format!("{}  limits: {{new_values: 10}}\n{ROLES}", setup.jwt()));
    let running = setup.run();
    let ask = |subject: &str, field: &str, from: usize, count: usize| {
        let lines: String =
            (from..from + count).map(|number| format!("{{\"{field}\":\"u{number}@corp.example\"}}\n")).collect();
        bearer(&running, &setup.signer.token(subject), &lines)
    };
    assert_eq!(ask("shop", "mail", 0, 10).status, 200);
    assert_eq!(ask("shop", "mail", 0, 10).status, 200, "the same values are no new ones");
    let answer = ask("shop", "mail", 5, 6);
    assert_eq!((answer.status, answer.problem().as_str()), (429, "too_many_new_values"));
    assert!(!answer.text().contains("cus_") && !answer.text().contains("u1"));
    assert_eq!(ask("shop", "account", 0, 0).status, 200);
    assert_eq!(ask("shop", "vaulted", 100, 1).status, 429, "a vault's tokens could be tried, too");
    assert_eq!(ask("shop", "born", 100, 50).status, 200, "ciphertexts could not");
    assert_eq!(ask("shop", "clerk", 100, 10).status, 200, "another key domain");
    assert_eq!(ask("desk", "mail", 100, 10).status, 200, "another caller");
    assert_eq!(ask("shop", "mail", 200, 1).status, 429);
    let audit = setup.audit();
    assert_eq!(audit.len(), 1, "{audit:?}");
    let expected = json!({"event": "new_values_limit", "requester": "subject:shop", "outcome": "refused", "ring": "customer", "limit": 10});
    assert_eq!(audit[0], expected);
}
