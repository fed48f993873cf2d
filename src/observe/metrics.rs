//! The registry, and the metrics that belong to the process rather than to a product.

use super::names::{Name, Unit};
use super::product::{Face, Families, ProductMetrics};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{self, Registry};
use std::sync::Arc;
use std::time::Duration;

/// The media type of what [`Metrics::encode`] gives.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From 100 µs to 26 s, each twice the one before: a small batch and a slow commit both fall inside.
const DURATION_BUCKETS: (f64, f64, u16) = (0.000_1, 2.0, 19);

/// All metrics of the process; cheap to clone, every clone the same.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    families: Families,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<ListenerLabel, Histogram, fn() -> Histogram>,
    requests_inflight: Family<ListenerLabel, Gauge>,
    connections: Family<ListenerLabel, Gauge>,
    ready: Family<PartLabel, Gauge>,
    reloads: Family<ReloadLabel, Counter>,
    vault: VaultMetrics,
}

/// What is counted of the vault; cheap to clone.
#[derive(Debug, Clone)]
pub struct VaultMetrics {
    lookups: Family<AnswererLabel, Counter>,
    seconds: Histogram,
    errors: Family<ReloadLabel, Counter>,
    stale: Gauge,
}

impl VaultMetrics {
    fn new(registry: &mut Registry) -> Self {
        let (lookups, seconds, errors) = (Family::default(), durations(), Family::default());
        register(registry, Name::VaultLookups, lookups.clone());
        register(registry, Name::VaultBatchDuration, seconds.clone());
        register(registry, Name::VaultErrors, errors.clone());
        let stale = Gauge::default();
        register(registry, Name::VaultStaleRows, stale.clone());
        for answered_by in ["cache", "store"] {
            drop(lookups.get_or_create(&AnswererLabel { answered_by }));
        }
        for result in ["unavailable", "refused"] {
            drop(errors.get_or_create(&ReloadLabel { result }));
        }
        Self { lookups, seconds, errors, stale }
    }

    /// Notes how many questions the cache answered, and how many the store had to.
    pub fn looked_up(&self, cache: u64, store: u64) {
        self.lookups.get_or_create(&AnswererLabel { answered_by: "cache" }).inc_by(cache);
        self.lookups.get_or_create(&AnswererLabel { answered_by: "store" }).inc_by(store);
    }

    /// Notes how many rows are to be written anew.
    pub fn stale(&self, rows: u64) {
        self.stale.set(i64::try_from(rows).unwrap_or(i64::MAX));
    }

    /// Notes how long the store took for a batch.
    pub fn took(&self, took: Duration) {
        self.seconds.observe(took.as_secs_f64());
    }

    /// Notes a batch that could not be answered now.
    pub fn unavailable(&self) {
        self.errors.get_or_create(&ReloadLabel { result: "unavailable" }).inc();
    }

    /// Notes a batch that was refused.
    pub fn refused(&self) {
        self.errors.get_or_create(&ReloadLabel { result: "refused" }).inc();
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswererLabel {
    answered_by: &'static str,
}

/// What came of a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reload {
    /// What was read is live.
    Applied,
    /// What ran before still runs.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabel {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    listener: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ListenerLabel {
    listener: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PartLabel {
    part: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionLabel {
    version: &'static str,
}

pub(super) fn durations() -> Histogram {
    let (first, factor, count) = DURATION_BUCKETS;
    Histogram::new(prometheus_client::metrics::histogram::exponential_buckets(first, factor, count))
}

/// Registers a metric under its name; the registry itself adds the unit and `_total`.
pub(super) fn register(registry: &mut Registry, name: Name, metric: impl registry::Metric) {
    let stem = name.as_str().trim_end_matches("_total");
    match name.unit() {
        Unit::None => registry.register(stem, name.help(), metric),
        Unit::Seconds => {
            registry.register_with_unit(stem.trim_end_matches("_seconds"), name.help(), registry::Unit::Seconds, metric)
        }
        Unit::Bytes => {
            registry.register_with_unit(stem.trim_end_matches("_bytes"), name.help(), registry::Unit::Bytes, metric);
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Makes a registry with every metric in it, all at nought.
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let families = Families::new(&mut registry);
        let ready = Family::default();
        register(&mut registry, Name::Ready, ready.clone());
        let requests = Family::default();
        register(&mut registry, Name::HttpRequests, requests.clone());
        let request_seconds = Family::new_with_constructor(durations as fn() -> Histogram);
        register(&mut registry, Name::HttpRequestDuration, request_seconds.clone());
        let requests_inflight = Family::default();
        register(&mut registry, Name::HttpInflightRequests, requests_inflight.clone());
        let connections = Family::default();
        register(&mut registry, Name::HttpConnections, connections.clone());
        let build = Family::<VersionLabel, Gauge>::default();
        build.get_or_create(&VersionLabel { version: env!("CARGO_PKG_VERSION") }).set(1);
        register(&mut registry, Name::BuildInfo, build);
        let reloads = Family::default();
        register(&mut registry, Name::Reloads, reloads.clone());
        for result in ["applied", "refused"] {
            drop(reloads.get_or_create(&ReloadLabel { result }));
        }
        let vault = VaultMetrics::new(&mut registry);
        Self(Arc::new(Inner {
            reloads,
            vault,
            registry,
            families,
            requests,
            request_seconds,
            requests_inflight,
            connections,
            ready,
        }))
    }

    /// Gives the metrics of one product as one face serves it; `entities` are the names by entity index.
    pub fn product(&self, face: Face, product: &str, entities: impl IntoIterator<Item = String>) -> ProductMetrics {
        self.0.families.product(face, product, entities)
    }

    /// Gives the metrics of the vault.
    pub fn vault(&self) -> VaultMetrics {
        self.0.vault.clone()
    }

    /// Notes what came of a reload.
    pub fn reloaded(&self, reload: Reload) {
        let result = match reload {
            Reload::Applied => "applied",
            Reload::Refused => "refused",
        };
        self.0.reloads.get_or_create(&ReloadLabel { result }).inc();
    }

    /// Notes that a product is governed by another policy than before, by the hashes of their meaning.
    pub fn policy_changed(&self, product: &str, hash: &str, before: &str) {
        self.0.families.policy(&product.into(), hash, Some(before));
    }

    /// Gives the metrics of one listener; the name is our own, never a client's.
    pub fn listener(&self, listener: &'static str) -> Connections {
        let label = ListenerLabel { listener };
        Connections {
            listener,
            requests: self.0.requests.clone(),
            seconds: self.0.request_seconds.get_or_create_owned(&label),
            inflight: self.0.requests_inflight.get_or_create_owned(&label),
            open: self.0.connections.get_or_create_owned(&label),
        }
    }

    /// Notes whether a part of the process is ready.
    pub(super) fn ready(&self, part: &str, ready: bool) {
        self.0.ready.get_or_create(&PartLabel { part: part.to_owned() }).set(i64::from(ready));
    }

    /// Gives all metrics as OpenMetrics text.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail; were it to, half a scrape is worse than none.
        match encode(&mut text, &self.0.registry) {
            Ok(()) => text,
            Err(std::fmt::Error) => String::from("# EOF\n"),
        }
    }
}

/// The metrics of one listener.
#[derive(Debug, Clone)]
pub struct Connections {
    listener: &'static str,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    inflight: Gauge,
    open: Gauge,
}

impl Connections {
    /// Counts a connection as open until what it returns is dropped.
    pub fn open(&self) -> Held {
        Held::new(&self.open)
    }

    /// Counts a request as being answered until what it returns is dropped.
    pub fn request(&self) -> Held {
        Held::new(&self.inflight)
    }

    /// Notes that a request was answered.
    pub fn answered(&self, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { listener: self.listener, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Tells how many requests are being answered.
    pub fn inflight(&self) -> i64 {
        self.inflight.get()
    }
}

/// One that counts for as long as it lives.
#[derive(Debug)]
pub struct Held(Gauge);

impl Held {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{Form, TransactionEnd};
    use std::collections::BTreeMap;

    /// Fills every family, so that each shows a line.
    fn filled() -> Metrics {
        let metrics = Metrics::new();
        let product = metrics.product(Face::Stream, "ord\"ers\\", ["US_SSN".to_owned()]);
        let topic: Arc<str> = "priv.orders".into();
        product.refused("invalid_json", 2);
        product.batch_took(Duration::from_millis(3));
        product.commit_took(Duration::from_millis(3));
        product.transaction(TransactionEnd::Committed);
        product.lag(&topic, 3, 12);
        product.paused(&topic, 3);
        product.lost(1);
        product.opened(1);
        product.policy("00ff");
        metrics.listener("admin").answered(200, Duration::from_millis(1));
        metrics.ready("policy", true);
        metrics
    }

    /// One `name{labels} value` line, taken apart as a scraper does.
    fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let value = value.parse().unwrap();
        let Some((name, mut rest)) = series.split_once('{') else {
            return (series.to_owned(), BTreeMap::new(), value);
        };
        let mut labels = BTreeMap::new();
        while rest != "}" {
            let (label, after) = rest.trim_start_matches(',').split_once("=\"").unwrap();
            let mut text = String::new();
            let mut chars = after.char_indices();
            let end = loop {
                match chars.next().unwrap() {
                    (_, '\\') => match chars.next().unwrap().1 {
                        'n' => text.push('\n'),
                        c @ ('"' | '\\') => text.push(c),
                        c => panic!("escape of {c:?}"),
                    },
                    (at, '"') => break at + 1,
                    (_, c) => text.push(c),
                }
            };
            assert!(labels.insert(label.to_owned(), text).is_none(), "a label twice: {line}");
            rest = after.get(end..).unwrap();
        }
        (name.to_owned(), labels, value)
    }

    #[test]
    fn what_is_scraped_is_the_table() {
        let text = filled().encode();
        assert!(text.ends_with("\n# EOF\n"));
        let mut shown = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, labels, _) = sample(line);
            let known = Name::ALL.iter().find(|known| match known.form() {
                Form::Counter | Form::Gauge => known.as_str() == name,
                Form::Histogram => {
                    ["_bucket", "_sum", "_count"].iter().any(|end| format!("{}{end}", known.as_str()) == name)
                }
            });
            let known = known.unwrap_or_else(|| panic!("{name} is in no row"));
            let mut expected: Vec<_> = known.labels().iter().map(ToString::to_string).collect();
            if name.ends_with("_bucket") {
                expected.push("le".to_owned());
            }
            expected.sort();
            assert_eq!(labels.keys().cloned().collect::<Vec<_>>(), expected, "{line}");
            if let Some(product) = labels.get("product") {
                assert_eq!(product, "ord\"ers\\");
            }
            shown.insert(known.as_str(), known.form());
        }
        for name in Name::ALL {
            let stem = match name.form() {
                Form::Counter => name.as_str().trim_end_matches("_total"),
                Form::Gauge | Form::Histogram => name.as_str(),
            };
            if shown.contains_key(name.as_str()) {
                let form = format!("{:?}", name.form()).to_lowercase();
                assert!(text.contains(&format!("# TYPE {stem} {form}\n")), "{name:?}");
                assert!(text.contains(&format!("# HELP {stem} {}.\n", name.help())), "{name:?}");
            }
        }
        let unseen: Vec<_> = Name::ALL.iter().filter(|name| !shown.contains_key(name.as_str())).collect();
        assert!(unseen.iter().all(|name| matches!(name, Name::Findings | Name::Operations)), "{unseen:?}");
    }

    #[test]
    fn what_is_held_counts_until_it_is_dropped() {
        let metrics = Metrics::new();
        let listener = metrics.listener("http");
        let (request, _open) = (listener.request(), listener.open());
        assert_eq!(listener.inflight(), 1);
        drop(request);
        assert!(metrics.encode().contains("privet_http_inflight_requests{listener=\"http\"} 0\n"));
        assert!(metrics.encode().contains("privet_http_connections{listener=\"http\"} 1\n"));
    }

    #[test]
    fn a_partition_that_is_not_ours_is_forgotten() {
        let metrics = filled();
        let topic: Arc<str> = "priv.orders".into();
        metrics.product(Face::Stream, "ord\"ers\\", []).forget_partition(&topic, 3);
        assert!(!metrics.encode().contains("priv.orders"));
    }
}
