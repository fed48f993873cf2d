//! The settings of the Kafka face.

use super::position::{OnGap, Start};
use crate::engine::Settings;
use crate::model::Sensitive;
use crate::policy::{LivePlan, Plan, ProductId, Routes};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// The settings of the Kafka face: what is common to all its products, and each of them.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the brokers are reached.
    pub kafka: Kafka,
    /// The data products of this process.
    pub products: Vec<Product>,
    /// Which of several instances this is, from 0; none asks the host's name for the number at its end.
    pub instance: Option<u32>,
    /// How many threads transform records.
    pub lanes: NonZeroUsize,
    /// About how many bytes of records may be inside the process.
    pub memory_max: u64,
    /// How long a drain may take.
    pub drain_max: Duration,
    /// How long a transaction call may take; below `max.poll.interval.ms`.
    pub call_max: Duration,
    /// What the engine is told: limits on one record, and what operators ask.
    pub engine: Settings,
    /// Whether anything is written.
    pub mode: Mode,
    /// When it ends by itself.
    pub until: Until,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Records go to their topics.
    #[default]
    Write,
    /// Records are read and counted; nothing is written or committed, and no group is joined.
    DryRun,
}

/// When it ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Until {
    /// When it is told to.
    #[default]
    Told,
    /// Where the input topics ended when it started.
    End,
}

/// How the brokers are reached.
#[derive(Debug, Clone, Default)]
pub struct Kafka {
    /// `host:port`, separated by commas.
    pub brokers: String,
    /// Properties of librdkafka for every client.
    pub common: Properties,
    /// Properties of librdkafka for consumers.
    pub consumer: Properties,
    /// Properties of librdkafka for producers.
    pub producer: Properties,
}

/// Properties of librdkafka by name; a value may be a secret.
pub type Properties = BTreeMap<String, Sensitive<String>>;

/// One data product: its policy, and how it is read.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its name, that of its policy.
    pub name: ProductId,
    /// The policy, compiled; exchanged while the product runs, its topics and its name stay those of the start.
    pub plan: LivePlan,
    /// Its topics; none where nobody named them, which keeps the product from starting.
    pub routes: Option<Routes>,
    /// The consumer group; none makes one of the product's name.
    pub group: Option<String>,
    /// What is promised about each record.
    pub delivery: Delivery,
    /// Where a partition without a committed offset begins.
    pub start: Start,
    /// What happens where records are gone that were not yet read.
    pub on_gap: OnGap,
}

impl Product {
    /// A product with the topics of its policy, and everything else as it is by default.
    pub fn new(plan: Arc<Plan>) -> Self {
        let routes = plan.routes().cloned();
        let name = plan.product().clone();
        Self {
            name,
            plan: plan.into(),
            routes,
            group: None,
            delivery: Delivery::ExactlyOnce,
            start: Start::Earliest,
            on_gap: OnGap::Stop,
        }
    }
}

/// What is promised about each record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// It is visible once: transactions.
    #[default]
    ExactlyOnce,
    /// It is visible at least once: for brokers without transactions.
    AtLeastOnce,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            kafka: Kafka::default(),
            products: Vec::new(),
            instance: None,
            lanes: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            memory_max: MEMORY_MAX,
            drain_max: DRAIN_MAX,
            call_max: CALL_MAX,
            engine: Settings::default(),
            mode: Mode::default(),
            until: Until::default(),
        }
    }
}

/// Room for two full transactions, what is fetched ahead, and what is being sent.
const MEMORY_MAX: u64 = 256 << 20;
/// Below the 30 s that Kubernetes waits before it kills.
const DRAIN_MAX: Duration = Duration::from_secs(20);
/// Far above any commit that still succeeds, far below `max.poll.interval.ms` (300 s).
const CALL_MAX: Duration = Duration::from_secs(60);
