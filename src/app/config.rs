//! `privet.yaml`: what a process runs with, composed of what each face says it needs.
//!
//! ```yaml
//! kafka:
//!   brokers: [broker-1:9093, broker-2:9093]
//!   common: {security.protocol: SASL_SSL, sasl.mechanisms: PLAIN, sasl.username: privet, sasl.password: "${env:KAFKA_PASSWORD}"}
//! products:
//!   - {policy: policies/orders.yaml, group: privet-orders, start: earliest}
//! recognizers: recognizers
//! rings:
//!   customer: {from: "file:/run/secrets/customer.keyring.json"}
//! vault: {from: "redb:/var/lib/privet/vault.redb"}
//! admin: {listen: "0.0.0.0:9464"}
//! ```
//!
//! Paths are taken from the folder of the file that names them. Secrets are references, never literal.

mod kafka;
mod vault;

pub use kafka::{Brokers, KafkaSettings, Properties, PropertyError, check_property};

use crate::access;
use crate::app::exit::Exit;
use crate::app::plan::rebased;
use crate::http::{self, Admin};
use crate::keys;
use crate::model::{ToldPath, is_whole_key};
use crate::observe::log;
use crate::policy::{Content, Diagnostics, Map, Source, Standing, Value, given, read_tree};
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a process runs with.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How Kafka is reached; there must be one where there are products.
    pub kafka: Option<KafkaSettings>,
    /// The data products, in the order of the file.
    pub products: Vec<ProductSettings>,
    /// The instance's ordinal among its kin, where the host's name does not say it.
    pub instance: Option<u32>,
    /// How many threads transform records.
    pub lanes: NonZeroUsize,
    /// How many bytes may be under way in all queues together.
    pub memory_max: u64,
    /// How long the process may take to end when it is told to.
    pub drain_max: Duration,
    /// A folder of recognizer files beside the built-in ones.
    pub recognizers: Option<PathBuf>,
    /// Key rings by name.
    pub rings: BTreeMap<String, RingSettings>,
    /// The directory that keeps the highest version seen of rings that have none of their own; the command line says it.
    pub state_dir: Option<PathBuf>,
    /// What enters every derived key, so that tenants with one ring have no token in common; empty where there is none.
    pub tenant: String,
    /// Where tokens and sealed values are kept; none where no policy needs it.
    pub vault: Option<crate::vault::Config>,
    /// The listener of health and metrics.
    pub admin: Admin,
    /// The listener of the HTTP face; none where it is not wanted.
    pub http: Option<http::Config>,
    /// Who may do what over HTTP and by `privet deanonymize`; none where nothing is granted by it.
    pub access: Option<access::Config>,
    /// What is logged, and how.
    pub log: log::Config,
}

impl Settings {
    /// Every queue of a process together: enough for a second of a fast stream, little beside a JVM.
    pub const MEMORY_MAX: u64 = 256 << 20;
    /// The loop needs some records under way; below this it crawls.
    pub const MEMORY_MIN: u64 = 32 << 20;
    /// Below the 30 s that Kubernetes waits before it kills.
    pub const DRAIN_MAX: Duration = Duration::from_secs(20);
    /// More lanes than any machine has cores.
    const LANES_MAX: i64 = 1024;

    /// Keeps the highest version seen of rings that have no directory of their own there, the ring of the epochs among them.
    #[must_use]
    pub fn remembering(self, state_dir: Option<&Path>) -> Self {
        let vault = self.vault.map(|vault| {
            let epochs_state_dir = vault.epochs_state_dir.or_else(|| state_dir.map(Path::to_owned));
            crate::vault::Config { epochs_state_dir, ..vault }
        });
        Self { state_dir: state_dir.map(Path::to_owned), vault, ..self }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kafka: None,
            products: Vec::new(),
            instance: None,
            lanes: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            memory_max: Self::MEMORY_MAX,
            drain_max: Self::DRAIN_MAX,
            recognizers: None,
            rings: BTreeMap::new(),
            state_dir: None,
            tenant: String::new(),
            vault: None,
            admin: Admin::default(),
            http: None,
            access: None,
            log: log::Config::default(),
        }
    }
}

/// One data product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSettings {
    /// The file of its policy, which also names its topics.
    pub policy: PathBuf,
    /// Its consumer group, where it is not the default of its product.
    pub group: Option<String>,
    /// What is promised of each record.
    pub delivery: Delivery,
    /// Where a partition begins that has no committed offset.
    pub start: Start,
    /// What happens where committed records are gone from the log.
    pub on_gap: OnGap,
    /// Where the policy is named.
    pub at: Standing,
}

impl ProductSettings {
    /// A product with this policy, and everything else as it is by default.
    pub fn new(policy: PathBuf) -> Self {
        Self {
            policy,
            group: None,
            delivery: Delivery::default(),
            start: Start::default(),
            on_gap: OnGap::default(),
            at: Standing::default(),
        }
    }
}

/// What is promised of each record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// It shows once to who reads committed records.
    #[default]
    ExactlyOnce,
    /// It shows at least once; for brokers without transactions.
    AtLeastOnce,
}

/// Where a partition begins that has no committed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// At the log's start.
    #[default]
    Earliest,
    /// At the log's end.
    Latest,
    /// At the first record of this time or later, in milliseconds since 1970-01-01 UTC.
    At(i64),
}

/// What happens where committed records are gone from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnGap {
    /// The partition stops and says how many are lost.
    #[default]
    Stop,
    /// They are counted, and the partition goes on.
    Continue,
}

/// Where one key ring comes from, as `keys::source` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingSettings {
    /// The provider and its reference, such as `file:/run/secrets/customer.keyring.json`.
    pub from: String,
    /// The root's, where it is not in its default place.
    pub root: Option<String>,
    /// The directory that keeps the highest version seen; without it a roll-back across restarts is not noticed.
    pub state_dir: Option<PathBuf>,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {error}", ToldPath(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What stands in it is wrong.
    #[error("{diagnostics}")]
    Wrong {
        /// All that is wrong.
        diagnostics: Box<Diagnostics>,
        /// What it names all the same, so that this can be checked too.
        named: Named,
    },
}

/// What a configuration names, as far as it can be read.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// The files of the products' policies.
    pub policies: Vec<PathBuf>,
    /// The names of the key rings.
    pub rings: Vec<String>,
}

/// How many there are; of a configuration that is wrong nobody knows what stands where a name should.
impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Named({} policies, {} rings)", self.policies.len(), self.rings.len())
    }
}

impl ConfigError {
    /// Tells how the command ends.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } => Exit::InputOutput,
            Self::Wrong { .. } => Exit::Usage,
        }
    }

    /// Gives what the configuration names all the same.
    pub fn named(self) -> Named {
        match self {
            Self::Unreadable { .. } => Named::default(),
            Self::Wrong { named, .. } => named,
        }
    }
}

/// What a configuration is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To serve its products, over Kafka or HTTP.
    Serving,
    /// For a command about files, keys or a vault, which serves nothing.
    Command,
}

/// Reads the configuration file of a process that serves; gives the warnings beside it.
///
/// # Errors
/// Where it cannot be read, or anything in it is wrong: all of it at once.
pub fn load(path: &Path) -> Result<(Settings, Diagnostics), ConfigError> {
    load_for(path, Purpose::Serving)
}

/// Reads a configuration file for a command that serves nothing, so that its products need neither `kafka` nor `http`.
///
/// # Errors
/// As [`load`].
pub fn load_for_command(path: &Path) -> Result<(Settings, Diagnostics), ConfigError> {
    load_for(path, Purpose::Command)
}

fn load_for(path: &Path, purpose: Purpose) -> Result<(Settings, Diagnostics), ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
    let base = path.parent().unwrap_or(Path::new(""));
    read(&Source::new(&path.display().to_string(), &text), base, purpose)
}

const KEYS: [&str; 14] = [
    "kafka",
    "products",
    "instance",
    "lanes",
    "memory_max",
    "drain_max",
    "recognizers",
    "rings",
    "tenant",
    "vault",
    "admin",
    "http",
    "access",
    "log",
];

fn read(source: &Source, base: &Path, purpose: Purpose) -> Result<(Settings, Diagnostics), ConfigError> {
    let mut diagnostics = Diagnostics::new(source);
    let tree = read_tree(source, &mut diagnostics);
    let settings = tree.as_ref().and_then(|tree| settings(tree, base, purpose, &mut diagnostics));
    let named = || tree.as_ref().map_or_else(Named::default, |tree| named(tree, base));
    diagnostics.finish(settings).map_err(|wrong| ConfigError::Wrong { diagnostics: Box::new(wrong), named: named() })
}

/// Gathers what a configuration names, whatever else is wrong with it.
fn named(tree: &Value, base: &Path) -> Named {
    let mut named = Named::default();
    if let Some(Value { content: Content::List(products), .. }) = member(tree, "products") {
        let policies = products.iter().filter_map(|product| match &member(product, "policy")?.content {
            Content::Scalar(scalar) if !scalar.text.is_empty() => Some(base.join(&scalar.text)),
            Content::Null | Content::Scalar(_) | Content::List(_) | Content::Map(_) => None,
        });
        named.policies = policies.collect();
    }
    if let Some(Value { content: Content::Map(rings), .. }) = member(tree, "rings") {
        named.rings = rings.entries.iter().map(|entry| entry.key.clone()).collect();
    }
    named
}

/// Gives what stands at a key, if the value is a map that has it.
fn member<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match &value.content {
        Content::Map(map) => map.get(key),
        Content::Null | Content::Scalar(_) | Content::List(_) => None,
    }
}

fn settings(tree: &Value, base: &Path, purpose: Purpose, diagnostics: &mut Diagnostics) -> Option<Settings> {
    let map = tree.map_of(&KEYS, diagnostics)?;
    // Everything is read before anything is given up: all that is wrong is told at once.
    let kafka = map.get("kafka").map(|value| KafkaSettings::read(value, base, diagnostics));
    let products = map.get("products").map(|value| products(value, base, diagnostics));
    let instance = map.get("instance").map(|value| value.integer(0..=i64::from(u32::MAX), diagnostics));
    let lanes = map.get("lanes").map(|value| value.integer(1..=Settings::LANES_MAX, diagnostics));
    let memory_max = map.get("memory_max").map(|value| memory_max(value, diagnostics));
    let drain_max = map.get("drain_max").map(|value| seconds(value, diagnostics));
    let recognizers = map.get("recognizers").map(|value| Some(base.join(text(value, diagnostics)?)));
    let rings = map.get("rings").map(|value| rings(value, base, diagnostics));
    let tenant = map.get("tenant").map(|value| tenant(value, diagnostics));
    let vault = map.get("vault").map(|value| vault::read(value, base, diagnostics));
    let admin = map.get("admin").map(|value| Admin::read(value, diagnostics));
    let http = map.get("http").map(|value| http::Config::read(value, base, diagnostics));
    let access = map.get("access").map(|value| access::Config::read(value, base, diagnostics));
    let log = map.get("log").map(|value| read_log(value, diagnostics));
    if let (None, None, Some(entry), Purpose::Serving) = (&kafka, &http, map.entry("products"), purpose) {
        diagnostics.error(entry.place, "products need `kafka` or `http`, and this file has neither").help(
            "add `kafka: {brokers: \"HOST:PORT\"}` or `http: {listen: \"HOST:PORT\"}`; `privet deanonymize`, `privet forget` \
             and `privet vault seal` need neither",
        );
    }
    let default = Settings::default();
    let lanes = match lanes {
        Some(number) => NonZeroUsize::new(usize::try_from(number?).ok()?)?,
        None => default.lanes,
    };
    Some(Settings {
        state_dir: None,
        kafka: given(kafka)?,
        products: given(products)?.unwrap_or_default(),
        instance: given(instance)?.and_then(|number| u32::try_from(number).ok()),
        lanes,
        memory_max: given(memory_max)?.unwrap_or(default.memory_max),
        drain_max: given(drain_max)?.unwrap_or(default.drain_max),
        recognizers: given(recognizers)?,
        rings: given(rings)?.unwrap_or_default(),
        tenant: given(tenant)?.unwrap_or_default(),
        vault: given(vault)?,
        admin: given(admin)?.unwrap_or_default(),
        http: given(http)?,
        access: given(access)?,
        log: given(log)?.unwrap_or_default(),
    })
}

/// The longest name of a tenant, in bytes.
const TENANT_MAX: usize = 255;

fn tenant(value: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = text(value, diagnostics)?;
    tenant_name(&name).map_err(|wrong| diagnostics.error(value.place, wrong)).ok()
}

/// Reads a tenant's name.
///
/// # Errors
/// Where it is none, and what one is.
pub(super) fn tenant_name(name: &str) -> Result<String, String> {
    if name.is_empty() || name.len() > TENANT_MAX || name.trim() != name {
        return Err(format!("a tenant's name has 1 to {TENANT_MAX} bytes, and no white space at its ends"));
    }
    if is_whole_key(name) {
        return Err("this looks like a key, and a tenant's name is no secret: it stands in audit records".to_owned());
    }
    Ok(name.to_owned())
}

fn memory_max(value: &Value, diagnostics: &mut Diagnostics) -> Option<u64> {
    let size = value.size(diagnostics)?;
    if size < Settings::MEMORY_MIN {
        diagnostics.error(value.place, "this must be at least 32MiB");
        return None;
    }
    Some(size)
}

/// Reads a time that is neither nothing nor for ever.
fn seconds(value: &Value, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let time = value.duration(diagnostics)?;
    if (Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&time) {
        return Some(time);
    }
    diagnostics.error(value.place, "this must be from `1s` to `1h`");
    None
}

fn products(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<Vec<ProductSettings>> {
    let list = value.list(diagnostics)?;
    if list.is_empty() {
        diagnostics.error(value.place, "the list of products is empty");
    }
    let read: Vec<_> = list.iter().map(|item| product(item, base, diagnostics)).collect();
    let products: Vec<ProductSettings> = read.into_iter().collect::<Option<_>>()?;
    for (place, product) in products.iter().enumerate() {
        if products.iter().take(place).any(|other| other.policy == product.policy) {
            let at = list.get(place).map_or(value.place, |item| item.place);
            diagnostics.error(at, "another product has the same policy file");
        }
    }
    Some(products)
}

fn product(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<ProductSettings> {
    let map = value.map_of(&["policy", "group", "delivery", "start", "on_gap"], diagnostics)?;
    let policy = map.required("policy", value.place, diagnostics).and_then(|value| text(value, diagnostics));
    let group = map.get("group").map(|value| text(value, diagnostics));
    let words = [("exactly_once", Delivery::ExactlyOnce), ("at_least_once", Delivery::AtLeastOnce)];
    let delivery = map.get("delivery").map(|value| value.one_of(&words, diagnostics));
    let start = map.get("start").map(|value| start(value, diagnostics));
    let words = [("stop", OnGap::Stop), ("continue", OnGap::Continue)];
    let on_gap = map.get("on_gap").map(|value| value.one_of(&words, diagnostics));
    Some(ProductSettings {
        policy: base.join(policy?),
        group: given(group)?,
        delivery: given(delivery)?.unwrap_or_default(),
        start: given(start)?.unwrap_or_default(),
        on_gap: given(on_gap)?.unwrap_or_default(),
        at: Standing::new(diagnostics.source(), map.get("policy").map_or(value.place, |policy| policy.place)),
    })
}

/// Reads a text that is not empty.
fn text(value: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = value.text(diagnostics)?;
    if text.is_empty() {
        diagnostics.error(value.place, "this is empty");
        return None;
    }
    Some(text.to_owned())
}

fn start(value: &Value, diagnostics: &mut Diagnostics) -> Option<Start> {
    match value.text(diagnostics)? {
        "earliest" => Some(Start::Earliest),
        "latest" => Some(Start::Latest),
        time => {
            let time = time.parse::<jiff::Timestamp>().ok();
            if time.is_none() {
                diagnostics
                    .error(value.place, "this must be `earliest`, `latest` or a time")
                    .help("a time is written as 2026-11-01T00:00:00Z");
            }
            Some(Start::At(time?.as_millisecond()))
        }
    }
}

fn rings(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<BTreeMap<String, RingSettings>> {
    let map = value.map(diagnostics)?;
    let read: Vec<_> = map
        .entries
        .iter()
        .map(|entry| {
            if !keys::is_ring_name(&entry.key) {
                diagnostics.error(entry.place, keys::KeyError::InvalidName.to_string());
            }
            Some((entry.key.clone(), ring(&entry.value, base, diagnostics)?))
        })
        .collect();
    read.into_iter().collect()
}

fn ring(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<RingSettings> {
    let map = value.map_of(&["from", "root", "state_dir"], diagnostics)?;
    let from = map
        .required("from", value.place, diagnostics)
        .and_then(|value| reference(value, base, Known::Places, diagnostics));
    let root = map.get("root").map(|value| reference(value, base, Known::Wrappers, diagnostics));
    let state_dir = map.get("state_dir").map(|value| text(value, diagnostics).map(|path| base.join(path)));
    Some(RingSettings { from: from?, root: given(root)?, state_dir: given(state_dir)? })
}

/// Reads where a ring or its root comes from, as `known` tells; files' paths are taken from `base`.
fn reference(value: &Value, base: &Path, known: Known, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = value.text(diagnostics)?;
    let wrong = match known {
        _ if keys::Place::parse(text).is_some() => None,
        Known::Places => Some(keys::KeyError::UnknownProvider),
        Known::Wrappers => keys::Root::parse(Some(&rebased(text, base)), None).err(),
    };
    match wrong {
        None => Some(rebased(text, base)),
        Some(error) => {
            diagnostics.error(value.place, error.to_string());
            None
        }
    }
}

/// Where something may come from.
#[derive(Debug, Clone, Copy)]
enum Known {
    /// A ring: a place.
    Places,
    /// A root: a place, or who unwraps it.
    Wrappers,
}

fn read_log(value: &Value, diagnostics: &mut Diagnostics) -> Option<log::Config> {
    let map: &Map = value.map_of(&["style", "filter"], diagnostics)?;
    let words = [("text", log::Style::Text), ("json", log::Style::Json)];
    let style = map.get("style").map(|value| value.one_of(&words, diagnostics));
    let filter = map.get("filter").map(|value| text(value, diagnostics));
    Some(log::Config {
        style: given(style)?.unwrap_or_default(),
        filter: given(filter)?.unwrap_or_else(|| log::DEFAULT_FILTER.to_owned()),
    })
}

#[cfg(test)]
mod tests;
