//! `kafka:` of the configuration: brokers, and properties of the Kafka client.

use super::{seconds, text};
use crate::app::secret;
use crate::model::Sensitive;
use crate::policy::{Diagnostics, Map, Value};
use rdkafka::config::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaConfRes;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// How Kafka is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaSettings {
    /// The brokers to ask first.
    pub brokers: Brokers,
    /// Properties of every client.
    pub common: Properties,
    /// Properties of consumers alone.
    pub consumer: Properties,
    /// Properties of producers alone.
    pub producer: Properties,
    /// How long one call to the brokers may take before the process ends to be started again.
    pub call_max: Duration,
}

impl Default for KafkaSettings {
    fn default() -> Self {
        Self {
            brokers: Brokers::default(),
            common: Properties::default(),
            consumer: Properties::default(),
            producer: Properties::default(),
            call_max: Self::CALL_MAX,
        }
    }
}

/// The brokers to ask first, `HOST:PORT,HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brokers(pub String);

/// Properties of librdkafka by name, references to secrets followed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Properties(pub BTreeMap<String, Sensitive<String>>);

/// What privet sets itself, because the guarantee rests on it; a name that ends in `.` stands for all that begin so.
const OURS: &[(&str, &str)] = &[
    ("group.id", "it is the product's: write `group:` beside its policy"),
    ("group.instance.id", "it follows from `instance`"),
    ("transactional.id", "it follows from the product and `instance`"),
    ("enable.idempotence", "exactly once rests on it"),
    ("acks", "exactly once rests on it"),
    ("request.required.acks", "exactly once rests on it"),
    ("isolation.level", "exactly once rests on it"),
    ("enable.auto.", "offsets are committed with the records' transaction"),
    ("auto.commit.", "offsets are committed with the records' transaction"),
    ("auto.offset.reset", "write `start:` beside the product's policy"),
    ("plugin.library.paths", "no foreign code is loaded"),
    ("bootstrap.servers", "write `kafka: {brokers: …}`"),
    ("metadata.broker.list", "write `kafka: {brokers: …}`"),
    ("partitioner", "a record keeps its partition"),
    ("message.timeout.ms", "it follows from `transaction.timeout.ms`"),
    ("delivery.timeout.ms", "it follows from `transaction.timeout.ms`"),
    ("partition.assignment.strategy", "partitions move by `cooperative-sticky`, those that stay are not given up"),
];

/// Why a property cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PropertyError {
    /// privet sets it itself.
    #[error("privet sets this property itself: {0}")]
    Ours(&'static str),
    /// A secret stands there literally.
    #[error("this is a secret, and a secret is written as `${{env:NAME}}` or `${{file:PATH}}`")]
    Literal,
    /// A reference leads nowhere.
    #[error(transparent)]
    Reference(#[from] secret::SecretError),
    /// librdkafka does not know it.
    #[error("librdkafka knows no such property")]
    Unknown,
    /// librdkafka does not take the value.
    #[error("librdkafka does not take this value")]
    Value,
}

/// Follows a property's references and checks that it may be set.
///
/// # Errors
/// All that [`PropertyError`] lists; never with the value.
pub fn check_property(name: &str, spelled: &str, base: &Path) -> Result<Sensitive<String>, PropertyError> {
    let ours = |known: &str| name == known || (known.ends_with('.') && name.starts_with(known));
    if let Some((_, why)) = OURS.iter().find(|(known, _)| ours(known)) {
        return Err(PropertyError::Ours(why));
    }
    if secret::is_secret(name) && !secret::is_reference(spelled) {
        return Err(PropertyError::Literal);
    }
    let value = secret::resolve(spelled, base)?;
    match ClientConfig::new().set(name, value.expose()).create_native_config() {
        Ok(_) => Ok(value),
        // The rest of the error repeats the value.
        Err(KafkaError::ClientConfig(RDKafkaConfRes::RD_KAFKA_CONF_UNKNOWN, ..)) => Err(PropertyError::Unknown),
        Err(_) => Err(PropertyError::Value),
    }
}

impl KafkaSettings {
    /// Far above any commit that still succeeds, far below `max.poll.interval.ms` (300 s).
    pub const CALL_MAX: Duration = Duration::from_secs(60);

    /// Reads them; file references are taken from `base`.
    pub(super) fn read(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<Self> {
        let map = value.map_of(&["brokers", "common", "consumer", "producer", "call_max"], diagnostics)?;
        let brokers = map.required("brokers", value.place, diagnostics).and_then(|value| brokers(value, diagnostics));
        let [common, consumer, producer] =
            ["common", "consumer", "producer"].map(|part| properties(map, part, base, diagnostics));
        let call_max = map.get("call_max").map_or(Some(Self::CALL_MAX), |value| seconds(value, diagnostics));
        Some(Self { brokers: brokers?, common: common?, consumer: consumer?, producer: producer?, call_max: call_max? })
    }
}

fn brokers(value: &Value, diagnostics: &mut Diagnostics) -> Option<Brokers> {
    let list = value.one_or_more(diagnostics)?;
    let read: Vec<_> = list.iter().map(|item| text(item, diagnostics)).collect();
    let list: Vec<String> = read.into_iter().collect::<Option<_>>()?;
    if list.is_empty() {
        diagnostics.error(value.place, "at least one broker is needed");
        return None;
    }
    Some(Brokers(list.join(",")))
}

fn properties(map: &Map, part: &str, base: &Path, diagnostics: &mut Diagnostics) -> Option<Properties> {
    let Some(value) = map.get(part) else { return Some(Properties::default()) };
    let entries = &value.map(diagnostics)?.entries;
    let mut properties = BTreeMap::new();
    let mut wrong = false;
    for entry in entries {
        let Some(spelled) = entry.value.text(diagnostics) else {
            wrong = true;
            continue;
        };
        match check_property(&entry.key, spelled, base) {
            Ok(value) => {
                properties.insert(entry.key.clone(), value);
            }
            Err(error) => {
                wrong = true;
                let place = match error {
                    PropertyError::Ours(_) | PropertyError::Unknown => entry.place,
                    PropertyError::Literal | PropertyError::Reference(_) | PropertyError::Value => entry.value.place,
                };
                diagnostics.error(place, error.to_string());
            }
        }
    }
    if wrong { None } else { Some(Properties(properties)) }
}
