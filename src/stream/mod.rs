//! The Kafka face: consume, transform, produce; every record exactly once, in order, in the same partition.
//!
//! Each data product is a unit with a consumer and a producer of its own. A poll thread takes records in and hands them
//! in chunks to the lanes, a pool that all products share; what the lanes give back is put in order again for each
//! partition, and one thread produces it in transactions, while the next records are already being read and treated.
//! What to do next, whatever happens, is decided by the [`ledger`], which touches nothing; [`driver`] executes it.
//!
//! A record keeps its partition, key, headers, timestamp and order. A timestamp of 0 cannot be kept: the client takes it
//! for "now".

mod assignment;
mod check;
mod clients;
mod config;
mod drain;
mod driver;
mod faults;
mod intake;
mod judge;
mod lanes;
pub mod ledger;
mod letters;
mod memory;
mod native;
mod position;
mod read_back;
mod record;
mod repeats;
mod sink;
mod spell;
mod terms;
mod topics;
mod unit;
mod watchdog;
mod writer;

pub use check::Problem;
pub use config::{Config, Delivery, Kafka, Mode, Product, Properties, Until};
pub use drain::Drain;
pub use position::{OnGap, Start};
pub use read_back::{ReadBack, ReadBackError, read_back};
pub use unit::End;
pub use watchdog::START_AGAIN;

use crate::engine::Report;
use crate::observe::{Metrics, Readiness};
use crate::policy::PlanNames;
use crate::pool::{Layout, Pool};
use driver::Totals;
use lanes::Worker;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use unit::{Shared, Unit};
use watchdog::{Watchdog, or_start_again};

/// The products of a process, looked at and ready to run.
#[derive(Debug)]
pub struct Stream {
    config: Arc<Config>,
    checked: Vec<check::Checked>,
}

/// How one product ended, and what it did.
#[derive(Debug)]
pub struct Ended {
    /// The data product.
    pub product: String,
    /// How it ended.
    pub end: End,
    /// What was committed, by the plan under which it was; in a dry run, what would have been. A reload begins the next.
    pub reports: Vec<(PlanNames, Report)>,
    /// The time from the first transaction's beginning to the last commit.
    pub took: Duration,
}

impl Ended {
    /// Gives the counts of all plans together; but for entity types, whose places are each plan's own.
    pub fn total(&self) -> Report {
        let mut total = Report::default();
        for (_, report) in &self.reports {
            total.merge(&Report { entities: BTreeMap::new(), ..report.clone() });
        }
        total
    }
}

impl Stream {
    /// Looks at topics, partitions and rights of every product.
    ///
    /// # Errors
    /// All that keeps a product from starting, each with what mends it.
    pub fn check(config: Config) -> Result<Self, Vec<Problem>> {
        let checked = check::check(&config)?;
        Ok(Self { config: Arc::new(config), checked })
    }

    /// Says in one line for each product what runs from where to where.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.checked.iter().map(|checked| checked.line.as_str())
    }

    /// Says what the broker does not tell of rights and topics, a line each.
    pub fn unsaid(&self) -> impl Iterator<Item = &str> {
        self.checked.iter().flat_map(|checked| &checked.unsaid).map(String::as_str)
    }

    /// Says what keeps nothing from running and should be otherwise, a line each.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.checked.iter().flat_map(|checked| &checked.warnings).map(String::as_str)
    }

    /// Looks whether every product may use transactions, and gives what cannot be told; nobody at work is disturbed.
    ///
    /// For who only checks: to run finds it out before the first record.
    ///
    /// # Errors
    /// The products that may not.
    pub fn check_transactions(&self) -> Result<Vec<String>, Vec<Problem>> {
        let (problems, unsaid) = check::transactions(&self.config, &self.checked);
        if problems.is_empty() { Ok(unsaid) } else { Err(problems) }
    }

    /// Says what it costs that an instance has no stable ordinal, where it has none.
    pub fn warning(&self) -> Option<&'static str> {
        let unstable = self.checked.iter().any(|c| c.identity.group_instance_id.is_none());
        (unstable && self.config.mode == Mode::Write).then_some(
            "this instance has no stable ordinal (`instance:`, or a host name that ends in a number): after a crash, \
             readers and new owners wait until its open transaction times out",
        )
    }

    /// Runs every product until it is drained, stopped, or at the ends.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn run(self, metrics: &Metrics, readiness: &Readiness, drain: &Drain) -> io::Result<Vec<Ended>> {
        let waiting_max = self.config.lanes.get().saturating_mul(CHUNKS_WAITING);
        let lanes = Pool::new(Layout { threads: self.config.lanes, waiting_max }, Worker::default)?;
        let shared = Shared {
            config: Arc::clone(&self.config),
            lanes: Arc::new(lanes),
            metrics: metrics.clone(),
            readiness: readiness.clone(),
            watchdog: Watchdog::start(drain.clone(), self.config.drain_max)?,
            drain: drain.clone(),
        };
        let mut units = Vec::with_capacity(self.checked.len());
        for checked in self.checked {
            let product = checked.name().to_owned();
            let unit = Unit::new(&shared, checked);
            let thread =
                std::thread::Builder::new().name("transactions".into()).spawn(move || or_start_again(|| unit.run()))?;
            units.push((product, thread));
        }
        let ended = |(product, thread): (String, std::thread::JoinHandle<(End, Totals)>)| {
            let (end, totals) = thread.join().unwrap_or((End::Unfinished, Totals::default()));
            Ended { product, end, took: totals.took(), reports: totals.reports }
        };
        Ok(units.into_iter().map(ended).collect())
    }
}

/// Chunks that may wait for each lane; what lies beyond is bounded by the memory.
const CHUNKS_WAITING: usize = 8;
