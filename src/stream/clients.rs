//! The settings that both clients of a product get.

use super::config::{Config, Properties};
use rdkafka::config::ClientConfig;
use std::time::Duration;

/// Who a product is to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) group: String,
    pub(super) transactional_id: String,
    /// Set where the instance has a stable ordinal: static membership.
    pub(super) group_instance_id: Option<String>,
}

impl Identity {
    /// Makes the names of a product's instance; without an ordinal they are new each time.
    pub(super) fn new(product: &str, group: Option<&str>, ordinal: Option<u32>, random: u64) -> Self {
        let group = group.map_or_else(|| format!("privet-{}", product.replace('/', "-")), str::to_owned);
        match ordinal {
            Some(number) => Self {
                transactional_id: format!("{group}-{number}"),
                group_instance_id: Some(format!("{group}-{number}")),
                group,
            },
            None => Self { transactional_id: format!("{group}-{random:016x}"), group_instance_id: None, group },
        }
    }
}

/// The number at the end of a host's name, as in `privet-3`.
pub(super) fn ordinal_of(host: &str) -> Option<u32> {
    let host = host.trim().split('.').next()?;
    let (_, number) = host.rsplit_once('-')?;
    if number.len() <= 6 && number.bytes().all(|b| b.is_ascii_digit()) { number.parse().ok() } else { None }
}

fn base(config: &Config) -> ClientConfig {
    let mut client = ClientConfig::new();
    client.set("bootstrap.servers", &config.kafka.brokers).set("client.id", "privet");
    // Back to a broker that was away within a second: a partition without a leader is a partition that waits.
    client.set("reconnect.backoff.max.ms", "1000");
    add(&mut client, &config.kafka.common);
    client
}

fn add(client: &mut ClientConfig, properties: &Properties) {
    for (name, value) in properties {
        client.set(name, value.expose());
    }
}

/// For questions about topics.
pub(super) fn admin(config: &Config) -> ClientConfig {
    let mut client = base(config);
    add(&mut client, &config.kafka.producer);
    client
}

pub(super) fn consumer(config: &Config, identity: &Identity) -> ClientConfig {
    let mut client = base(config);
    let share = share(config);
    client
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("queued.max.messages.kbytes", (share >> 10).to_string())
        .set("fetch.max.bytes", share.min(50 << 20).to_string())
        .set("max.partition.fetch.bytes", share.min(1 << 20).to_string())
        .set("fetch.queue.backoff.ms", "50");
    if config.kafka.consumer.get("group.protocol").is_some_and(|value| value.expose() == "consumer") {
        client.remove("partition.assignment.strategy");
    }
    add(&mut client, &config.kafka.consumer);
    client
        .set("group.id", &identity.group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error")
        .set("isolation.level", "read_committed")
        .set("enable.partition.eof", "true")
        .set("statistics.interval.ms", "5000");
    if let Some(id) = &identity.group_instance_id {
        client.set("group.instance.id", id);
    }
    client
}

/// For who reads a topic to its end without a group.
pub(super) fn reader(config: &Config) -> ClientConfig {
    let mut client = base(config);
    add(&mut client, &config.kafka.consumer);
    client
        .set("group.id", "privet-read-back")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("enable.partition.eof", "true");
    client
}

/// What the producer needs to know beside the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProducerLimits {
    pub(super) message_bytes_max: Option<usize>,
    /// What several records in one batch may weigh together, where a topic takes less than the client's own batches.
    pub(super) batch_bytes_max: Option<usize>,
    /// How old a transaction may become.
    pub(super) age_max: Duration,
}

/// How old a transaction may become: a third of `transaction.timeout.ms`, half a minute at most.
pub(super) fn age_max(config: &Config) -> Duration {
    let set = |p: &Properties| p.get("transaction.timeout.ms").and_then(|value| value.expose().parse::<u64>().ok());
    let timeout = set(&config.kafka.producer).or_else(|| set(&config.kafka.common)).unwrap_or(TRANSACTION_TIMEOUT);
    Duration::from_millis(timeout / 3).min(Duration::from_secs(30))
}

/// How long a group may take to give an instance a partition: a member that is gone is put out after the session, and
/// one that is at work has finished its transaction call by `kafka.call_max`.
pub(super) fn join_max(config: &Config) -> Duration {
    let set = |p: &Properties| p.get("session.timeout.ms").and_then(|value| value.expose().parse::<u64>().ok());
    let session = set(&config.kafka.consumer).or_else(|| set(&config.kafka.common)).unwrap_or(SESSION_TIMEOUT);
    Duration::from_millis(session) + config.call_max
}

/// Without transactions where there is no transactional id.
pub(super) fn producer(config: &Config, transactional_id: Option<&str>, limits: ProducerLimits) -> ClientConfig {
    let mut client = base(config);
    client
        .set("linger.ms", "5")
        .set("batch.size", limits.batch_bytes_max.map_or(BATCH_SIZE, |max| max.clamp(1_000, BATCH_SIZE)).to_string())
        .set("queue.buffering.max.messages", "200000")
        .set("queue.buffering.max.kbytes", (share(config) >> 10).to_string());
    if transactional_id.is_some() {
        client.set("transaction.timeout.ms", TRANSACTION_TIMEOUT.to_string());
    }
    if let Some(bytes) = limits.message_bytes_max {
        client.set("message.max.bytes", bytes.clamp(1_000, 1_000_000_000).to_string());
    }
    add(&mut client, &config.kafka.producer);
    // Always below the age: a transaction that waits for a report in vain is aborted, and nothing is sent after that.
    let message_timeout = limits.age_max.as_millis() * 9 / 10;
    client.set("message.timeout.ms", message_timeout.to_string()).set("enable.idempotence", "true");
    if let Some(id) = transactional_id {
        client.set("transactional.id", id);
    }
    client
}

/// A quarter of a product's memory: one for each client, two for the lanes.
pub(super) fn share(config: &Config) -> u64 {
    let products = u64::try_from(config.products.len()).unwrap_or(u64::MAX).max(1);
    (config.memory_max / products / 4).clamp(1 << 20, 1 << 30)
}

/// What one batch may weigh; the client's own default.
const BATCH_SIZE: usize = 1_000_000;
/// The client's own default of `message.max.bytes`.
pub(super) const MESSAGE_BYTES_MAX: usize = 1_000_000;
/// The client's own default, said so that the age of a transaction can follow from it.
const TRANSACTION_TIMEOUT: u64 = 60_000;
/// The client's own default of `session.timeout.ms`.
const SESSION_TIMEOUT: u64 = 45_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sensitive;
    use rdkafka::producer::BaseProducer;

    #[test]
    fn a_record_is_given_up_before_its_transaction_is() {
        for timeout in ["1000", "2000", "3000", "60000", "900000"] {
            let mut config = Config::default();
            config.kafka.brokers = "127.0.0.1:1".to_owned();
            config.kafka.producer.insert("transaction.timeout.ms".to_owned(), Sensitive::new(timeout.to_owned()));
            let age_max = age_max(&config);
            let limits = ProducerLimits { message_bytes_max: None, batch_bytes_max: None, age_max };
            let client = producer(&config, Some("id"), limits);
            let message_timeout: u128 = client.get("message.timeout.ms").unwrap().parse().unwrap();
            assert!(message_timeout < age_max.as_millis(), "{message_timeout} ms of {age_max:?}");
            assert!(client.create::<BaseProducer>().is_ok(), "librdkafka takes {message_timeout} ms");
        }
    }

    #[test]
    fn the_ordinal_is_the_number_at_the_end_of_the_host_name() {
        for (host, number) in [
            ("privet-3", Some(3)),
            ("orders-privet-12.orders.svc", Some(12)),
            ("privet", None),
            ("privet-7d9f8b6c5-x2x4z", None),
            ("privet-5a", None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(ordinal_of(host), number, "{host}");
        }
    }

    #[test]
    fn a_stable_ordinal_gives_stable_names() {
        let stable = Identity::new("sales/orders", None, Some(2), 7);
        assert_eq!(stable.group, "privet-sales-orders");
        assert_eq!(stable.transactional_id, "privet-sales-orders-2");
        assert_eq!(stable.group_instance_id.as_deref(), Some("privet-sales-orders-2"));
        let other = Identity::new("sales/orders", Some("g"), None, 7);
        assert_eq!(other.transactional_id, "g-0000000000000007");
        assert_eq!(other.group_instance_id, None);
    }
}
