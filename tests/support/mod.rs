//! What the tests share: a real Kafka, an independent reader, and the `privet` process.
//!
//! - [`kafka`]: attaches to the broker of the test run or starts one; makes topics, produces records and reads
//!   topics back with a Python client that is not librdkafka.
//! - [`postgres`]: a PostgreSQL cluster, and databases in it.
//! - [`process`]: runs the binary as a child that can be killed, stopped and waited for.
//! - [`product`]: a data product with topics, policy and settings of its own, and what came out of it.
//! - [`proxy`]: a network between client and broker that loses, delays and stops.
//! - [`tour`]: a Kafka with the topics and records of the documentation's tour.
//! - [`transit`]: a small server that speaks the wire contract of Vault's transit engine.
//! - [`web`]: a small HTTP server that notes what it is asked.

pub mod kafka;
pub mod postgres;
pub mod process;
pub mod product;
pub mod proxy;
pub mod tour;
pub mod transit;
pub mod web;

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A file of the repository by its path from the root.
pub fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Polls until `probe` gives a value, and panics with `what` when it has not by the deadline.
pub fn eventually<T>(what: &str, deadline: Duration, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(Instant::now() < end, "not within {deadline:?}: {what}");
        sleep(Duration::from_millis(20));
    }
}
