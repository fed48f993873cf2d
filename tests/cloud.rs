//! Roots of rings wrapped by the services of clouds, built with their features; part of `make soak`.
//!
//! AWS KMS is `moto_server` (PyPI, `moto[server]`), which checks signatures and rights here, and is known not to refuse a
//! disabled key. Azure Key Vault and Google Cloud KMS are small servers of our own that speak the documented calls.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::too_many_lines,
    reason = "a test that fails says so by panicking"
)]

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::{Value, json};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::eventually;
use support::web::{Asked, Web};

/// Runs the command in a folder; gives its exit code and all that it says.
fn privet(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_privet"));
    command.args(arguments).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if ["AWS_", "AZURE_", "GOOGLE_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code().unwrap(), said)
}

fn private(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
    std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Makes a ring, rotates it, checks it, and tokenizes with it.
fn lives(folder: &Path, root: &str, key: &str) {
    let done = |arguments: &[&str]| {
        let (exit, said) = privet(folder, arguments);
        assert_eq!(exit, 0, "{arguments:?}: {said}");
        said
    };
    done(&["keys", "new", "customer", "--root-provider", root, "--root-key", key]);
    assert!(!folder.join("customer.root.json").exists());
    done(&["keys", "rotate", "customer.keyring.json", "--root", root]);
    let said = done(&["keys", "check", "customer.keyring.json", "--root", root, "--min-version", "2"]);
    assert!(said.contains("version 2: in order"), "{said}");
    let policy = format!(
        "privet: v1\nproduct: shop\nfields: {{id: {{tokenize: {{ring: customer}}}}}}\n\
         rings: {{customer: {{from: 'file:customer.keyring.json', root: '{root}'}}}}\n"
    );
    std::fs::write(folder.join("policy.yaml"), policy).unwrap();
    std::fs::write(folder.join("record.json"), "{\"id\":\"Ada\"}\n").unwrap();
    assert!(done(&["anonymize", "-q", "--policy", "policy.yaml", "record.json"]).contains("tok_"));
}

fn wrapped(folder: &Path) -> Value {
    let ring: Value = serde_json::from_slice(&std::fs::read(folder.join("customer.keyring.json")).unwrap()).unwrap();
    ring["root"].clone()
}

/// A `moto_server` that lets the first calls pass, which prepare it, and checks signatures and rights from then on.
struct Moto {
    child: Child,
    endpoint: String,
    python: String,
}

impl Moto {
    fn start() -> Self {
        let server =
            std::env::var("PRIVET_TEST_MOTO").expect("PRIVET_TEST_MOTO names moto_server; `make soak` sets it");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(&server);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).env("INITIAL_NO_AUTH_ACTION_COUNT", "8");
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let python = Path::new(&server).with_file_name("python").to_str().unwrap().to_owned();
        let moto = Self { child, endpoint: format!("http://127.0.0.1:{port}"), python };
        eventually("moto listens", Duration::from_secs(60), || TcpStream::connect(("127.0.0.1", port)).ok());
        moto
    }

    fn ask(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.python);
        let output = command.args(["tests/cloud/moto.py", &self.endpoint]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn aws_kms_wraps_a_root() {
    let moto = Moto::start();
    let access: Value = serde_json::from_str(&moto.ask(&["prepare"])).unwrap();
    let (id, secret) = (access["id"].as_str().unwrap(), access["secret"].as_str().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let file = |secret: &str| format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    private(at, "credentials", &file(secret));
    let root = format!("aws-kms:region=eu-central-1,endpoint={},credentials_file=credentials", moto.endpoint);
    lives(at, &root, "alias/privet");
    assert_eq!(wrapped(at)["key"], "alias/privet");
    let ciphertext = wrapped(at)["ciphertext"].as_str().unwrap().to_owned();
    assert_eq!(moto.ask(&["decrypt", id, secret, "customer", &ciphertext]), "32", "AWS's own client opens it too");

    let list = ["keys", "list", "customer.keyring.json", "--root", &root];
    private(at, "credentials", &file("another"));
    let (exit, said) = privet(at, &list);
    assert!(exit == 3 && said.contains("aws-kms answers with status 403"), "a signature is looked at: {said}");
    private(at, "credentials", "[other]\n");
    let (exit, said) = privet(at, &list);
    assert!(exit == 3 && said.contains("has no such profile"), "{said}");
    private(at, "credentials", &file(secret));
    let (exit, said) = privet(at, &["keys", "new", "x", "--root-provider", &root, "--root-key", "alias/none"]);
    assert!(exit == 3 && said.contains("aws-kms answers with status 400"), "{said}");
    assert!(!said.contains(secret) && !at.join("x.keyring.json").exists());
}

/// A seal has AWS KMS delete the key of before, which it does some days later; the receipt tells when.
#[test]
fn aws_kms_deletes_the_key_of_before_a_seal() {
    let moto = Moto::start();
    let access: Value = serde_json::from_str(&moto.ask(&["prepare"])).unwrap();
    let (id, secret) = (access["id"].as_str().unwrap(), access["secret"].as_str().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let file = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    private(at, "credentials", &file);
    let root = format!(
        "aws-kms:region=eu-central-1,endpoint={},credentials_file={}",
        moto.endpoint,
        at.join("credentials").display()
    );
    let done = |arguments: &[&str]| {
        let (exit, said) = privet(at, arguments);
        assert_eq!(exit, 0, "{arguments:?}: {said}");
        said
    };
    done(&["keys", "new", "customer"]);
    done(&["keys", "new", "epochs", "--root-provider", &root, "--root-key", "alias/privet"]);
    done(&["receipt", "key", "receipts.pem"]);
    let ring = "rings: {customer: {from: 'file:customer.keyring.json'}}\n";
    let policy = "privet: v1\nproduct: shop\nfields: {id: keep, mail: {tokenize: {ring: customer, mode: vault, subject_field: id}}}\n";
    std::fs::write(at.join("policy.yaml"), format!("{policy}{ring}")).unwrap();
    let vault =
        format!("vault: {{from: 'redb:vault.redb', epochs: {{from: 'file:epochs.keyring.json', root: '{root}'}}}}\n");
    std::fs::write(at.join("privet.yaml"), format!("products: [{{policy: policy.yaml}}]\n{ring}{vault}")).unwrap();
    std::fs::write(at.join("record.json"), "{\"id\":\"c-1\",\"mail\":\"ada@example.com\"}\n").unwrap();
    let anonymize = ["anonymize", "-q", "-c", "privet.yaml", "record.json"];
    let token = done(&anonymize);
    let seal = ["vault", "seal", "-c", "privet.yaml", "--receipt-key", "receipts.pem", "--wait", "0s"];
    let said = done(&[&seal[..], &["--root-key", "alias/next", "--pending-days", "7"]].concat());
    let receipt: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(receipt["destroyed_root_key"], "alias/privet");
    let when: jiff::Timestamp = receipt["root_key_deleted_at"].as_str().unwrap().parse().unwrap();
    let days = when.duration_since(jiff::Timestamp::now()).as_secs_f64() / 86_400.0;
    assert!((6.9..7.1).contains(&days), "{days}");
    assert!(receipt["pending"][0].as_str().unwrap().contains("can be brought back until"), "{receipt}");
    assert_eq!(moto.ask(&["state", id, secret, "alias/privet"]), "PendingDeletion");
    assert_eq!(moto.ask(&["state", id, secret, "alias/next"]), "Enabled");
    assert_eq!(done(&anonymize), token, "with the next key everything goes on");
}

/// Turns bytes round: the server's own way to wrap, which it can undo.
fn turned(encoding: &data_encoding::Encoding, text: &str) -> Option<String> {
    let mut bytes = encoding.decode(text.as_bytes()).ok()?;
    bytes.reverse();
    Some(encoding.encode(&bytes))
}

fn azure(asked: &Asked) -> (u16, Value) {
    if asked.headers.get("authorization").map(String::as_str) != Some("Bearer planted-token") {
        return (401, json!({"error": {"code": "Unauthorized"}}));
    }
    let body = asked.json();
    let value = body["value"].as_str().and_then(|value| turned(&BASE64URL_NOPAD, value));
    match (asked.path.as_str(), body["alg"].as_str(), value) {
        (
            "/keys/privet/wrapkey?api-version=7.4" | "/keys/privet/v1/unwrapkey?api-version=7.4",
            Some("RSA-OAEP-256"),
            Some(value),
        ) => (200, json!({"kid": "https://shop.vault.azure.net/keys/privet/v1", "value": value})),
        (_, Some("RSA-OAEP-256"), Some(_)) => (404, json!({"error": {"code": "KeyNotFound"}})),
        _ => (400, json!({"error": {"code": "BadParameter"}})),
    }
}

#[test]
fn azure_key_vault_wraps_a_root_under_a_version_of_its_key() {
    let server = Web::start(None, azure);
    let folder = tempfile::tempdir().unwrap();
    private(folder.path(), "token", "planted-token\n");
    let root = format!("azure-key-vault:vault={},token_file=token", server.address());
    lives(folder.path(), &root, "privet");
    assert_eq!(wrapped(folder.path())["key"], "privet/v1");
    private(folder.path(), "token", "other-token\n");
    let (exit, said) = privet(folder.path(), &["keys", "list", "customer.keyring.json", "--root", &root]);
    assert!(exit == 3 && said.contains("azure-key-vault answers with status 401"), "{said}");
}

const GOOGLE_KEY: &str = "projects/shop/locations/europe-west1/keyRings/privet/cryptoKeys/root";

fn google(asked: &Asked) -> (u16, Value) {
    if asked.headers.get("authorization").map(String::as_str) != Some("Bearer planted-token") {
        return (403, json!({"error": {"status": "PERMISSION_DENIED"}}));
    }
    let body = asked.json();
    if body["additionalAuthenticatedData"] != BASE64.encode(b"customer") {
        return (400, json!({"error": {"status": "INVALID_ARGUMENT"}}));
    }
    let text = |name: &str| body[name].as_str().and_then(|text| turned(&BASE64, text));
    match asked.path.strip_prefix(&format!("/v1/{GOOGLE_KEY}:")) {
        Some("encrypt") => (200, json!({"name": GOOGLE_KEY, "ciphertext": text("plaintext")})),
        Some("decrypt") => (200, json!({"plaintext": text("ciphertext")})),
        _ => (404, json!({"error": {"status": "NOT_FOUND"}})),
    }
}

#[test]
fn google_kms_wraps_a_root_for_one_ring() {
    let server = Web::start(None, google);
    let folder = tempfile::tempdir().unwrap();
    private(folder.path(), "token", "planted-token\n");
    let root = format!("google-kms:endpoint={},token_file=token", server.address());
    lives(folder.path(), &root, GOOGLE_KEY);
    let new = ["keys", "new", "other", "--root-provider", &root, "--root-key", GOOGLE_KEY];
    let (exit, said) = privet(folder.path(), &new);
    assert!(exit == 3 && said.contains("google-kms answers with status 400"), "{said}");
}
