//! A real PostgreSQL for tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::in_repository;
use super::kafka::unique;

/// A cluster: the one of the test run, or one's own.
pub struct Postgres {
    home: PathBuf,
    own: bool,
}

/// An empty database.
pub struct Database<'a> {
    cluster: &'a Postgres,
    name: String,
    address: String,
}

impl Postgres {
    /// The cluster of this test run (`PRIVET_TEST_POSTGRES`, set by `make test`), else one that this process starts and
    /// that is stopped when it ends. One cluster, shared: use databases of your own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("PRIVET_TEST_POSTGRES") {
            Ok(home) if !home.is_empty() => Self { home: home.into(), own: false },
            Ok(_) | Err(_) => Self::start(),
        })
    }

    /// Starts one's own, to be halted.
    pub fn start() -> Self {
        // Not inside another folder: the server is another user, and must be able to get there.
        let home = std::env::temp_dir().join(unique("privet-postgres"));
        script(&["start", path(&home), &std::process::id().to_string()]);
        Self { home, own: true }
    }

    /// Makes an empty database.
    pub fn database(&self, name: &str) -> Database<'_> {
        let name = unique(name);
        let address = script(&["database", path(&self.home), &name]);
        Database { cluster: self, name, address }
    }

    /// Ends the server at once, as a crash would.
    pub fn halt(&self) {
        script(&["halt", path(&self.home)]);
    }

    /// Starts it again on its old port and data.
    pub fn restart(&self) {
        script(&["restart", path(&self.home)]);
    }

    /// The certificate of the authority that vouches for the server as `localhost`.
    pub fn ca(&self) -> PathBuf {
        self.home.join("ca.pem")
    }

    /// Searches every byte of every file of the cluster, its log of changes included.
    pub fn assert_nowhere(&self, needle: &[u8]) {
        let mut folders = vec![self.home.join("data")];
        let mut bytes = 0;
        while let Some(folder) = folders.pop() {
            // Files come and go while the server runs.
            for entry in std::fs::read_dir(&folder).into_iter().flatten().map_while(Result::ok) {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if let Ok(read) = std::fs::read(entry.path()) {
                    bytes += read.len();
                    assert_eq!(memchr::memmem::find(&read, needle), None, "{}", entry.path().display());
                }
            }
        }
        assert!(bytes > 1 << 20, "only {bytes} bytes were searched");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.own {
            script(&["stop", path(&self.home)]);
        }
    }
}

impl Database<'_> {
    /// The address without a password, which is `test`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address with another user.
    pub fn address_of(&self, user: &str) -> String {
        self.address.replacen("postgres@", &format!("{user}@"), 1)
    }

    /// The address by the name that the server's certificate is for.
    pub fn address_by_name(&self) -> String {
        self.address.replacen("127.0.0.1", "localhost", 1)
    }

    /// Where the server listens.
    pub fn socket(&self) -> std::net::SocketAddr {
        let (_, rest) = self.address.split_once('@').expect("an address has a user");
        rest.split('/').next().and_then(|socket| socket.parse().ok()).expect("an address has a socket")
    }

    /// Runs SQL as the superuser; gives what it prints.
    pub fn sql(&self, sql: &str) -> String {
        script(&["sql", path(&self.cluster.home), &self.name, sql])
    }

    /// Searches every file of the cluster, after what is in memory was written.
    pub fn assert_nowhere(&self, needle: &[u8]) {
        self.sql("CHECKPOINT");
        self.cluster.assert_nowhere(needle);
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the temporary directory is UTF-8")
}

fn script(arguments: &[&str]) -> String {
    let output = Command::new(in_repository("scripts/postgres.sh")).args(arguments).output().expect("the script runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "postgres.sh {arguments:?} ended with {}:\n{said}", output.status);
    String::from_utf8(output.stdout).expect("its output is UTF-8").trim_end().to_owned()
}
