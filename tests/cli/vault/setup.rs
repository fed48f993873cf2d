//! A folder with a ring, a policy and a configuration that uses a vault.

use crate::cli::command::{privet, privet_with, stderr, stdout};
use std::fs::write;
use std::path::PathBuf;

pub struct Setup {
    pub folder: tempfile::TempDir,
    pub policy: String,
    pub config: String,
}

impl Setup {
    /// Sets up everything with a vault `from` there.
    pub fn new(from: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let ring = path("customer.keyring.json");
        assert_eq!(privet(&["keys", "new", "customer", "--ring", &ring]).status.code(), Some(0));
        let policy = "privet: v1\nproduct: sales/orders\n\
                      fields: {mail: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS}}}\n";
        write(path("orders.yaml"), policy).unwrap();
        let setup = Self { policy: path("orders.yaml"), config: path("privet.yaml"), folder };
        setup.configure(&format!("vault: {{from: \"{from}\"}}\n"));
        setup
    }

    /// Sets up everything with a database as the vault, whose password is `test`.
    pub fn with_postgres(address: &str) -> Self {
        let setup = Self::new("memory:");
        write(setup.path("vault.password"), "test\n").unwrap();
        setup.configure(&format!("vault: {{from: \"{address}\", password: \"${{file:vault.password}}\"}}\n"));
        setup
    }

    /// Writes the configuration anew: ring, product, and this.
    pub fn configure(&self, more: &str) {
        let rings = "rings: {customer: {from: \"file:customer.keyring.json\"}}\n";
        let served = if more.contains("http:") { "products: [{policy: orders.yaml}]\n" } else { "" };
        write(&self.config, format!("{rings}{served}{more}")).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Searches the bytes of every file of the folder for what all values begin with.
    pub fn assert_no_value_in_any_file(&self) {
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let found = memchr::memmem::find(&bytes, b"canary-");
            assert_eq!(found, None, "{}", path.display());
        }
    }

    /// A record with the value of that number, which stands nowhere else.
    pub fn line(&self, number: usize) -> String {
        format!("{{\"mail\": \"{}\"}}\n", value(number))
    }

    /// The command that takes records through the policy.
    pub fn arguments(&self) -> [&str; 7] {
        ["anonymize", "--quiet", "--format", "ndjson", "--policy", &self.policy, "--config"]
    }

    /// Gives the tokens that stand for the values of these lines.
    pub fn tokens(&self, lines: &str) -> Vec<String> {
        let arguments = [&self.arguments()[..], &[&self.config]].concat();
        let output = privet_with(&arguments, lines.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).lines().map(|line| token(line).to_owned()).collect()
    }
}

/// The value of that number, which is its own canonical form.
pub fn value(number: usize) -> String {
    format!("canary-{number:06}@corp.example")
}

/// The token of an output line.
pub fn token(line: &str) -> &str {
    line.strip_prefix("{\"mail\": \"").and_then(|rest| rest.strip_suffix("\"}")).unwrap_or_else(|| panic!("{line}"))
}
