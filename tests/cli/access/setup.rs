//! A folder with certificates, keys of tokens, rings, a policy and a configuration, and the real `privet run` over it.

use crate::cli::command::{privet, privet_with, stderr, stdout};
use crate::cli::http::client::Client;
use crate::support::process::Privet;
use data_encoding::BASE64URL_NOPAD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

pub const PATIENCE: Duration = Duration::from_secs(60);

pub const POLICY: &str = "\
privet: v1
product: shop/orders
rings:
  customer: {from: \"file:customer.keyring.json\"}
  staff: {from: \"file:staff.keyring.json\"}
fields:
  id: keep
  note: scan
  mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS, prefix: cus_}}
  name: {tokenize: {ring: customer, as: PERSON, prefix: per_}}
  clerk: {tokenize: {ring: staff, as: PERSON, prefix: stf_}}
  born: {encrypt: {ring: customer, as: DATE_OF_BIRTH}}
  account: {fpe: {ring: customer, as: ACCOUNT}}
  moved: {date_shift: {ring: customer, as: CUSTOMER_ID, subject_field: id}}
  vaulted: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, prefix: vlt_}}
defaults:
  - {entity: EMAIL_ADDRESS, op: {tokenize: {ring: customer, prefix: cus_}}}
";

/// Signs tokens.
pub struct Signer {
    pub id: String,
    key: Ed25519KeyPair,
}

impl Signer {
    pub fn new(id: &str) -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { id: id.to_owned(), key: Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap() }
    }

    /// The set of keys of which this is the only one.
    pub fn set(&self) -> String {
        let x = BASE64URL_NOPAD.encode(self.key.public_key().as_ref());
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": self.id, "alg": "EdDSA", "x": x}]}).to_string()
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.key.sign(message.as_bytes());
        format!("{message}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }

    /// A good token.
    pub fn token(&self, subject: &str) -> String {
        self.sign(&json!({"alg": "EdDSA", "kid": self.id}), &claims(subject))
    }
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub fn claims(subject: &str) -> Value {
    json!({"iss": "https://issuer.example", "aud": "privet", "sub": subject, "exp": now() + 600, "groups": [format!("{subject}s")]})
}

/// Issues certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

/// A certificate and its key, PEM.
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Lists certificates that were taken back, by their numbers.
    pub fn revoke(&self, numbers: &[u64]) -> String {
        let one = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2024, 1, 1),
            next_update: date_time_ymd(2100, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: numbers.iter().map(one).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    /// Issues a certificate for DNS names and URIs.
    pub fn issue(&self, names: &[&str]) -> Pair {
        self.issue_as(1, names)
    }

    /// Issues a certificate of this number.
    pub fn issue_as(&self, number: u64, names: &[&str]) -> Pair {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.serial_number = Some(SerialNumber::from(number));
        for name in names {
            let name_of = |text: &str| text.try_into().unwrap();
            params.subject_alt_names.push(match name.parse() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) if name.contains("://") => SanType::URI(name_of(name)),
                Err(_) => SanType::DnsName(name_of(name)),
            });
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Pair { certificate, key: key.serialize_pem() }
    }
}

pub struct Setup {
    pub folder: TempDir,
    pub signer: Signer,
}

/// Makes one ring, whatever was made before.
fn ring(folder: &Path, name: &str) {
    let path = folder.join(format!("{name}.keyring.json"));
    let output = privet(&["keys", "new", name, "--ring", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

impl Setup {
    pub fn new() -> Self {
        let setup = Self { folder: tempfile::tempdir().unwrap(), signer: Signer::new("first") };
        ring(setup.folder.path(), "customer");
        ring(setup.folder.path(), "staff");
        setup.write("policy.yaml", POLICY);
        setup.write("jwks.json", &setup.signer.set());
        setup
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(self.path(name), text).unwrap();
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn write_pair(&self, pair: &Pair) {
        self.write("server.pem", &pair.certificate);
        self.write("server.key", &pair.key);
    }

    /// Writes the configuration: `http` and `access` as they stand here, everything else as usual.
    pub fn configure(&self, http: &str, access: &str) {
        let text = format!(
            "products: [{{policy: policy.yaml}}]\nvault: {{from: \"memory:\"}}\nadmin: off\nhttp: {http}\naccess:\n  \
             audit: file:audit.jsonl\n{access}"
        );
        self.write("privet.yaml", &text);
    }

    /// The section that takes tokens by the file of keys.
    pub fn jwt(&self) -> &'static str {
        "  jwt: {jwks: \"file:jwks.json\", issuer: \"https://issuer.example\", audience: privet}\n"
    }

    pub fn config(&self) -> String {
        self.path("privet.yaml").to_str().unwrap().to_owned()
    }

    pub fn run(&self) -> Running {
        let mut privet = Privet::start(["run", "-c", &self.config()]);
        privet.wait_for_stderr("/v1/anonymize", PATIENCE);
        let said = privet.stderr();
        let (_, rest) = said.split_once("POST http").unwrap();
        let address = rest.split_once("://").unwrap().1.split('/').next().unwrap().parse().unwrap();
        Running { privet, address }
    }

    /// Records as the file face writes them, under the same policy and rings and a vault of its own.
    pub fn anonymized(&self, records: &str) -> String {
        let policy = self.path("policy.yaml").to_str().unwrap().to_owned();
        let config = self.path("file.yaml").to_str().unwrap().to_owned();
        self.write("file.yaml", "vault: {from: \"memory:\"}\n");
        let arguments = ["anonymize", "-q", "-f", "ndjson", "-p", &policy, "-c", &config];
        let output = privet_with(&arguments, records.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).to_owned()
    }

    /// The audit records so far.
    pub fn audit(&self) -> Vec<Value> {
        let lines = self.text("audit.jsonl");
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["audit"].clone()).collect()
    }
}

pub struct Running {
    pub privet: Privet,
    pub address: SocketAddr,
}

impl Running {
    pub fn http(&self) -> Client {
        Client::connect(self.address)
    }
}

/// Connects with TLS, trusting an authority, and showing a certificate if one is given.
pub fn secure(address: SocketAddr, authority: &Authority, own: Option<&Pair>) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    let config = match own {
        None => builder.with_no_client_auth(),
        Some(pair) => {
            let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    };
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(PATIENCE)).unwrap();
    line.set_nodelay(true).unwrap();
    Client::over(StreamOwned::new(session, line))
}
