//! Rings whose roots do not lie in a file: wrapped by Vault's transit engine (here a small server of our own that speaks
//! its wire contract), in the environment, in a descriptor.

use super::command::{command, privet, stderr, stdout};
use crate::support::process::{Privet, Signal};
use crate::support::transit::{Mood, Transit};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const TOKEN: &str = "hvs.planted-token";
const POLICY: &str = "privet: v1\nproduct: shop\nfields: {id: {tokenize: {ring: customer}}}\n";

/// A folder with a token, and a Vault that takes it.
struct Place {
    folder: tempfile::TempDir,
    transit: Transit,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), transit: Transit::start(TOKEN, None) };
        place.write("token", &format!("{TOKEN}\n"));
        std::fs::set_permissions(place.folder.path().join("token"), std::fs::Permissions::from_mode(0o600)).unwrap();
        place
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn root(&self) -> String {
        format!("vault-transit:address={},token_file=token", self.transit.address())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = command(arguments);
        command.current_dir(self.folder.path());
        for name in ["VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"] {
            command.env_remove(name);
        }
        command.output().unwrap()
    }

    fn said(&self, exit: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {said}");
        assert!(!said.contains(TOKEN) && !said.contains("planted-answer"), "{said}");
        said
    }

    fn new_ring(&self) {
        let said =
            self.said(0, &["keys", "new", "customer", "--root-provider", &self.root(), "--root-key", "customer"]);
        assert!(said.contains("wrapped by vault-transit under customer"), "{said}");
    }
}

#[test]
fn a_ring_lives_with_a_root_that_transit_wraps() {
    let place = Place::new();
    place.new_ring();
    assert!(!place.folder.path().join("customer.root.json").exists(), "there is no root to lose");
    let asked = place.transit.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/v1/transit/encrypt/customer", "/v1/transit/decrypt/customer"]);
    assert!(asked.iter().all(|asked| asked.headers["x-vault-request"] == "true"));
    let text = std::fs::read_to_string(place.folder.path().join("customer.keyring.json")).unwrap();
    assert!(text.contains("\"provider\": \"vault-transit\"") && text.contains("vault:v1:"), "{text}");

    let root = place.root();
    let ring = ["customer.keyring.json", "--root", &root];
    let id = |said: &str, which: &str| {
        said.lines().find(|line| line.contains(which)).unwrap().split_whitespace().next().unwrap().to_owned()
    };
    let old = id(&place.said(0, &[&["keys", "list"], &ring[..]].concat()), ", primary");
    assert_eq!(place.transit.asked().len(), 1, "one call at load");
    assert_ne!(id(&place.said(0, &[&["keys", "rotate"], &ring[..]].concat()), ", primary"), old);
    for command in ["disable", "enable", "disable", "destroy"] {
        let meant: &[&str] = match command {
            "disable" => &["--eldest", "--uncounted"],
            "destroy" => &["--uncounted"],
            _ => &[],
        };
        place.said(0, &[&["keys", command], &ring[..], &[&old], meant].concat());
    }
    let said = place.said(0, &[&["keys", "check"], &ring[..], &["--min-version", "6"]].concat());
    assert!(said.contains("version 6: in order") && said.contains("1 destroyed"), "{said}");

    // A policy, and the settings, find it.
    place.write(
        "policy.yaml",
        &format!("{POLICY}rings: {{customer: {{from: 'file:customer.keyring.json', root: '{root}'}}}}\n"),
    );
    place.write("record.json", "{\"id\":\"Ada\"}\n");
    let said = place.said(0, &["anonymize", "-q", "--policy", "policy.yaml", "record.json"]);
    assert!(said.contains("tok_"), "{said}");
    let elsewhere = place.said(2, &["keys", "list", "customer.keyring.json"]);
    assert!(elsewhere.contains("wrapped by vault-transit: say how it is reached"), "{elsewhere}");
    place.said(0, &["check", "policy.yaml"]);
    let mount = place.said(0, &["keys", "new", "other", "--root-provider", &root, "--root-key", "team/keys/customer"]);
    assert!(mount.contains("team/keys/customer"), "{mount}");
}

#[test]
fn what_transit_refuses_is_said_and_what_it_says_is_not() {
    let place = Place::new();
    place.new_ring();
    let root = place.root();
    let list = ["keys", "list", "customer.keyring.json", "--root", &root];
    place.transit.be(Mood::Sealed);
    place.transit.asked();
    assert!(place.said(3, &list).contains("vault-transit answers with status 503"));
    assert_eq!(place.transit.asked().len(), 3, "what may pass is tried again");
    place.transit.be(Mood::Odd);
    assert!(place.said(3, &list).contains("vault-transit answers what was not asked"));
    place.transit.be(Mood::Well);
    let new = |key: &str| place.said(3, &["keys", "new", "x", "--root-provider", &root, "--root-key", key]);
    assert!(new("nobody").contains("status 404: there is no such key"));
    assert!(new("../sys/seal").contains("no key of such a name"));
    assert!(!place.folder.path().join("x.keyring.json").exists(), "nothing is left of what failed");
    let text = std::fs::read_to_string(place.folder.path().join("customer.keyring.json")).unwrap();
    place.write("customer.keyring.json", &text.replace("vault:v1:", "vault:v1:AAAA"));
    assert!(place.said(3, &list).contains("status 400: the key did not wrap this"));
    place.write("customer.keyring.json", &text);
    place.write("token", "hvs.other");
    assert!(place.said(3, &list).contains("status 403: these credentials may not use the key"));
    for (token, says) in [("two\nlines", "holds no token"), ("", "holds no token")] {
        place.write("token", token);
        assert!(place.said(2, &list).contains(says));
    }
    std::fs::set_permissions(place.folder.path().join("token"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(place.said(2, &list).contains("others may reach it"));
    for (root, says) in [
        ("vault-transit:address=http://vault.example:8200,token_file=token", "would be reached in the clear"),
        ("vault-transit:token_file=token", "has no address"),
        ("vault-transit:adress=x", "takes NAME=VALUE"),
        ("aws-kms:region=eu-central-1", "aws-kms"),
    ] {
        let output = place.run(&["keys", "list", "customer.keyring.json", "--root", root]);
        assert!(!output.status.success() && stderr(&output).contains(says), "{root}: {}", stderr(&output));
    }
}

/// Makes a certificate authority, and a certificate of it for this host.
fn certificates(folder: &std::path::Path) {
    let script = "set -e\n\
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2\n\
        openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=vault\n\
        openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
        -extfile <(echo subjectAltName=IP:127.0.0.1) -out leaf.pem\n";
    let made = std::process::Command::new("bash").args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", stderr(&made));
}

#[test]
fn transit_over_tls_is_believed_by_its_certificate_alone() {
    let mut place = Place::new();
    certificates(place.folder.path());
    place.transit = Transit::start(TOKEN, Some(place.folder.path()));
    let root = place.root();
    let new = ["keys", "new", "customer", "--root-key", "customer", "--root-provider"];
    let said = place.said(3, &[&new[..], &[&root]].concat());
    assert!(said.contains("vault-transit has no certificate that is trusted here"), "{said}");
    assert!(place.transit.asked().is_empty(), "no token was sent");
    let trusted = format!("{root},ca_file=ca.pem");
    place.said(0, &[&new[..], &[&trusted]].concat());
    place.said(0, &["keys", "check", "customer.keyring.json", "--root", &trusted]);
    place.said(2, &["keys", "check", "customer.keyring.json", "--root", &format!("{root},ca_file=token")]);
}

/// The provider is away when a reload asks: what runs goes on, and a metric says that a reload was refused.
#[test]
fn a_reload_without_the_provider_leaves_the_ring_that_runs() {
    let place = Place::new();
    place.new_ring();
    let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    place.write("policy.yaml", POLICY);
    place.write(
        "privet.yaml",
        &format!(
            "products: [{{policy: policy.yaml}}]\nadmin: {{listen: \"{admin}\"}}\n\
             http: {{listen: \"127.0.0.1:0\"}}\n\
             access: {{roles: [{{callers: anyone, may: anonymize, rings: [customer]}}]}}\n\
             rings: {{customer: {{from: 'file:customer.keyring.json', root: '{}'}}}}\n",
            place.root()
        ),
    );
    let mut run = Privet::command(["run", "-c", "privet.yaml"]);
    run.current_dir(place.folder.path());
    let mut running = Privet::start_command(run);
    running.wait_for_stderr("POST http://", PATIENCE);
    let address = running.stderr().split_once("POST http://").unwrap().1.split('/').next().unwrap().to_owned();
    let token = || {
        let mut client = super::http::client::Client::connect(address.parse().unwrap());
        let answer = client.post("/v1/anonymize", "application/json", br#"{"id":"Ada"}"#);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text().to_owned()
    };
    let first = token();
    let root = place.root();
    place.said(0, &["keys", "rotate", "customer.keyring.json", "--root", &root]);
    place.transit.be(Mood::Sealed);
    running.signal(Signal::HangUp);
    running.wait_for_stderr("reload refused", PATIENCE);
    assert!(running.stderr().contains("vault-transit answers with status 503"), "{}", running.stderr());
    assert_eq!(token(), first, "the ring that was opened runs on");
    let metrics = super::http::client::Client::connect(admin).get("/metrics").text().to_owned();
    assert!(metrics.contains("privet_reloads_total{result=\"refused\"} 1"), "{metrics}");
    place.transit.be(Mood::Well);
    running.signal(Signal::HangUp);
    running.wait_for_stderr("reloaded", PATIENCE);
    assert_ne!(token(), first, "the new primary key writes");
    running.signal(Signal::Terminate);
    assert_eq!(running.wait(PATIENCE).code(), Some(0), "{}", running.stderr());
    assert!(!running.stderr().contains(TOKEN));
}

#[test]
fn a_root_comes_from_the_environment_with_a_warning_and_from_a_descriptor_without() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert!(privet(&["keys", "new", "customer", "--ring", &at("customer.keyring.json")]).status.success());
    std::fs::write(at("record.json"), "{\"id\":\"Ada\"}\n").unwrap();
    let root = std::fs::read_to_string(at("customer.root.json")).unwrap();
    let policy = |root: &str| {
        let rings =
            format!("rings: {{customer: {{from: 'file:customer.keyring.json', root: '{root}', min_version: 1}}}}\n");
        std::fs::write(at("policy.yaml"), format!("{POLICY}{rings}")).unwrap();
    };
    let (policy_file, record) = (at("policy.yaml"), at("record.json"));
    let anonymize = ["anonymize", "-q", "--policy", &policy_file, &record];
    let plain = {
        policy("file:customer.root.json");
        privet(&anonymize)
    };
    assert!(stdout(&plain).contains("tok_"), "{}", stderr(&plain));

    policy("env:CUSTOMER_ROOT");
    let output = command(&anonymize).env("CUSTOMER_ROOT", &root).output().unwrap();
    assert_eq!(stdout(&output), stdout(&plain), "{}", stderr(&output));
    assert!(stderr(&output).contains("for development only"), "{}", stderr(&output));
    let unset = privet(&anonymize);
    assert!(stderr(&unset).contains("the environment variable CUSTOMER_ROOT is not set"), "{}", stderr(&unset));

    // bash gives the file, and then a pipe, as descriptor 7.
    policy("fd:7");
    for given in ["7<customer.root.json", "7< <(cat customer.root.json)"] {
        let script = format!("exec \"$0\" anonymize -q --policy policy.yaml record.json {given}");
        let mut bash = std::process::Command::new("bash");
        let output =
            bash.args(["-c", &script, env!("CARGO_BIN_EXE_privet")]).current_dir(folder.path()).output().unwrap();
        assert_eq!(stdout(&output), stdout(&plain), "{given}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{given}");
    }
}
