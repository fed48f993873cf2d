//! What a face notes about one product.

use super::metrics::{durations, register};
use super::names::Name;
use crate::engine::Report;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;

/// The face through which records came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    /// Kafka.
    Stream,
    /// HTTP.
    Http,
    /// Files.
    Batch,
}

impl Face {
    /// Gives its name as a label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Http => "http",
            Self::Batch => "batch",
        }
    }
}

/// How a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransactionEnd {
    /// Its records are visible.
    Committed,
    /// Nothing of it is visible.
    Aborted,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProductFace {
    product: Arc<str>,
    face: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Disposition {
    product: Arc<str>,
    face: &'static str,
    disposition: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    product: Arc<str>,
    face: &'static str,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Found {
    product: Arc<str>,
    face: &'static str,
    entity: Arc<str>,
    treatment: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operated {
    product: Arc<str>,
    face: &'static str,
    operator: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Product {
    product: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Transaction {
    product: Arc<str>,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Partition {
    product: Arc<str>,
    topic: Arc<str>,
    partition: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Policy {
    product: Arc<str>,
    hash: String,
}

/// The metrics of all products.
#[derive(Debug, Clone)]
pub(super) struct Families {
    records: Family<Disposition, Counter>,
    changed: Family<ProductFace, Counter>,
    dead_letters: Family<Reason, Counter>,
    findings: Family<Found, Counter>,
    operations: Family<Operated, Counter>,
    input: Family<ProductFace, Counter>,
    output: Family<ProductFace, Counter>,
    batch: Family<ProductFace, Histogram, fn() -> Histogram>,
    commit: Family<Product, Histogram, fn() -> Histogram>,
    transactions: Family<Transaction, Counter>,
    lag: Family<Partition, Gauge>,
    paused: Family<Partition, Gauge>,
    lost: Family<Product, Counter>,
    opened: Family<Product, Counter>,
    inflight: Family<ProductFace, Gauge>,
    policy: Family<Policy, Gauge>,
}

impl Families {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            records: Family::default(),
            changed: Family::default(),
            dead_letters: Family::default(),
            findings: Family::default(),
            operations: Family::default(),
            input: Family::default(),
            output: Family::default(),
            batch: Family::new_with_constructor(durations as fn() -> Histogram),
            commit: Family::new_with_constructor(durations as fn() -> Histogram),
            transactions: Family::default(),
            lag: Family::default(),
            paused: Family::default(),
            lost: Family::default(),
            opened: Family::default(),
            inflight: Family::default(),
            policy: Family::default(),
        };
        register(registry, Name::Records, new.records.clone());
        register(registry, Name::ChangedRecords, new.changed.clone());
        register(registry, Name::DeadLetters, new.dead_letters.clone());
        register(registry, Name::Findings, new.findings.clone());
        register(registry, Name::Operations, new.operations.clone());
        register(registry, Name::InputBytes, new.input.clone());
        register(registry, Name::OutputBytes, new.output.clone());
        register(registry, Name::BatchDuration, new.batch.clone());
        register(registry, Name::CommitDuration, new.commit.clone());
        register(registry, Name::Transactions, new.transactions.clone());
        register(registry, Name::ConsumerLag, new.lag.clone());
        register(registry, Name::PartitionPaused, new.paused.clone());
        register(registry, Name::LostRecords, new.lost.clone());
        register(registry, Name::OpenedValues, new.opened.clone());
        register(registry, Name::InflightRecords, new.inflight.clone());
        register(registry, Name::PolicyInfo, new.policy.clone());
        new
    }

    /// Notes which policy governs a product, and forgets the one before.
    pub(super) fn policy(&self, product: &Arc<str>, hash: &str, before: Option<&str>) {
        let labels = |hash: &str| Policy { product: product.clone(), hash: hash.to_owned() };
        if let Some(before) = before {
            self.policy.remove(&labels(before));
        }
        self.policy.get_or_create(&labels(hash)).set(1);
    }

    pub(super) fn product(
        &self,
        face: Face,
        product: &str,
        entities: impl IntoIterator<Item = String>,
    ) -> ProductMetrics {
        let product: Arc<str> = product.into();
        let face = face.as_str();
        let both = ProductFace { product: product.clone(), face };
        let disposition = |disposition| {
            self.records.get_or_create_owned(&Disposition { product: product.clone(), face, disposition })
        };
        ProductMetrics {
            forwarded: disposition("forward"),
            dropped: disposition("drop"),
            refused: disposition("dead_letter"),
            changed: self.changed.get_or_create_owned(&both),
            input: self.input.get_or_create_owned(&both),
            output: self.output.get_or_create_owned(&both),
            batch: self.batch.get_or_create_owned(&both),
            inflight: self.inflight.get_or_create_owned(&both),
            entities: entities.into_iter().map(Arc::from).collect(),
            families: self.clone(),
            face,
            product,
        }
    }
}

/// The metrics of one product as one face serves it; cheap to clone, every clone counts into the same.
#[derive(Debug, Clone)]
pub struct ProductMetrics {
    product: Arc<str>,
    face: &'static str,
    entities: Arc<[Arc<str>]>,
    families: Families,
    forwarded: Counter,
    dropped: Counter,
    refused: Counter,
    changed: Counter,
    input: Counter,
    output: Counter,
    batch: Histogram,
    inflight: Gauge,
}

impl ProductMetrics {
    /// Gives the same metrics for reports that name entity types by their places in this list.
    #[must_use]
    pub fn with_entities(&self, entities: impl IntoIterator<Item = String>) -> Self {
        Self { entities: entities.into_iter().map(Arc::from).collect(), ..self.clone() }
    }

    /// Notes what the engine says of a batch.
    pub fn record(&self, report: &Report) {
        self.forwarded.inc_by(report.forwarded);
        self.dropped.inc_by(report.dropped);
        self.changed.inc_by(report.changed);
        self.input.inc_by(report.bytes_in);
        self.output.inc_by(report.bytes_out);
        for (reason, records) in &report.dead_letters {
            self.refused(reason, *records);
        }
        for (entity, count) in &report.entities {
            let Some(entity) = self.entities.get(entity.0 as usize) else { continue };
            for (treatment, findings) in [("changed", count.changed), ("left", count.left)] {
                if findings > 0 {
                    let product = self.product.clone();
                    let labels = Found { product, face: self.face, entity: entity.clone(), treatment };
                    self.families.findings.get_or_create(&labels).inc_by(findings);
                }
            }
        }
        for (operator, values) in &report.operators {
            let labels = Operated { product: self.product.clone(), face: self.face, operator };
            self.families.operations.get_or_create(&labels).inc_by(*values);
        }
    }

    /// Notes records that were refused outside the engine, such as by the broker; the code is from a closed list.
    pub fn refused(&self, reason: &'static str, records: u64) {
        self.refused.inc_by(records);
        self.reason(reason, records);
    }

    fn reason(&self, reason: &'static str, records: u64) {
        let labels = Reason { product: self.product.clone(), face: self.face, reason };
        self.families.dead_letters.get_or_create(&labels).inc_by(records);
    }

    /// Notes how long the engine took for one batch.
    pub fn batch_took(&self, took: Duration) {
        self.batch.observe(took.as_secs_f64());
    }

    /// Notes records taken in; [`Self::settled`] takes them off again.
    pub fn taken(&self, records: u64) {
        self.inflight.inc_by(records.try_into().unwrap_or(i64::MAX));
    }

    /// Notes that records taken in are committed, answered or thrown away.
    pub fn settled(&self, records: u64) {
        self.inflight.dec_by(records.try_into().unwrap_or(i64::MAX));
    }

    /// Notes how long a commit took, from the transaction's last record on.
    pub fn commit_took(&self, took: Duration) {
        let label = Product { product: self.product.clone() };
        self.families.commit.get_or_create(&label).observe(took.as_secs_f64());
    }

    /// Notes that a transaction ended.
    pub fn transaction(&self, end: TransactionEnd) {
        let result = match end {
            TransactionEnd::Committed => "committed",
            TransactionEnd::Aborted => "aborted",
        };
        self.families.transactions.get_or_create(&Transaction { product: self.product.clone(), result }).inc();
    }

    fn partition(&self, topic: &Arc<str>, partition: i32) -> Partition {
        Partition { product: self.product.clone(), topic: topic.clone(), partition }
    }

    /// Notes how many records of a partition are not yet committed.
    pub fn lag(&self, topic: &Arc<str>, partition: i32, records: u64) {
        let records = records.try_into().unwrap_or(i64::MAX);
        self.families.lag.get_or_create(&self.partition(topic, partition)).set(records);
    }

    /// Notes that a partition is paused.
    pub fn paused(&self, topic: &Arc<str>, partition: i32) {
        self.families.paused.get_or_create(&self.partition(topic, partition)).set(1);
    }

    /// Notes that a partition flows again.
    pub fn resumed(&self, topic: &Arc<str>, partition: i32) {
        self.families.paused.get_or_create(&self.partition(topic, partition)).set(0);
    }

    /// Takes a partition that is no longer ours out of the metrics.
    pub fn forget_partition(&self, topic: &Arc<str>, partition: i32) {
        let labels = self.partition(topic, partition);
        self.families.lag.remove(&labels);
        self.families.paused.remove(&labels);
    }

    /// Notes records that were gone from the input before they were read.
    pub fn lost(&self, records: u64) {
        self.families.lost.get_or_create(&Product { product: self.product.clone() }).inc_by(records);
    }

    /// Notes values that were turned back.
    pub fn opened(&self, values: u64) {
        self.families.opened.get_or_create(&Product { product: self.product.clone() }).inc_by(values);
    }

    /// Notes which policy governs the product, by the hash of its meaning.
    pub fn policy(&self, hash: &str) {
        self.families.policy(&self.product, hash, None);
    }
}
