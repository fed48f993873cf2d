//! Reads a topic from its beginning to where it ends now, for who looks at dead letters; joins no group, commits nothing.

use super::clients;
use super::config::{Config, Kafka};
use super::faults;
use rdkafka::Message as _;
use rdkafka::Offset;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use std::io;
use std::time::{Duration, Instant};

/// How long the brokers may say nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a topic was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadBackError {
    /// The client or the brokers do not let it be read.
    #[error("topic {topic}: {what}")]
    Kafka {
        /// The topic.
        topic: String,
        /// What the client says, by its code.
        what: &'static str,
    },
    /// What was read could not be passed on.
    #[error("{0}")]
    Taken(#[from] io::Error),
}

/// A record's place, and its value.
#[derive(Clone, Copy)]
pub struct ReadBack<'a> {
    /// The partition.
    pub partition: i32,
    /// The offset in it.
    pub offset: i64,
    /// The value; none where it is null.
    pub value: Option<&'a [u8]>,
}

impl std::fmt::Debug for ReadBack<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadBack({}/{})", self.partition, self.offset)
    }
}

/// Gives every committed record of a topic to `take`, each partition's in order.
///
/// # Errors
/// Where it cannot be read to its end, or what was read cannot be taken.
pub fn read_back(
    kafka: &Kafka,
    topic: &str,
    mut take: impl FnMut(ReadBack<'_>) -> io::Result<()>,
) -> Result<(), ReadBackError> {
    let wrong = |error: &KafkaError| ReadBackError::Kafka {
        topic: topic.to_owned(),
        what: error.rdkafka_error_code().map_or("the client cannot be made with these properties", faults::name),
    };
    let config = Config { kafka: kafka.clone(), ..Config::default() };
    let consumer: BaseConsumer = clients::reader(&config).create().map_err(|error| wrong(&error))?;
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).map_err(|error| wrong(&error))?;
    let found = metadata.topics().iter().find(|found| found.name() == topic && found.error().is_none());
    let partitions = found.map_or(0, |found| found.partitions().len());
    if partitions == 0 {
        return Err(ReadBackError::Kafka {
            topic: topic.to_owned(),
            what: "there is no such topic, or it may not be read",
        });
    }
    let mut assignment = TopicPartitionList::new();
    for partition in 0..i32::try_from(partitions).unwrap_or(0) {
        assignment.add_partition_offset(topic, partition, Offset::Beginning).map_err(|error| wrong(&error))?;
    }
    consumer.assign(&assignment).map_err(|error| wrong(&error))?;
    let (mut ended, mut heard) = (0, Instant::now());
    while ended < partitions {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => {
                let (partition, offset) = (message.partition(), message.offset());
                take(ReadBack { partition, offset, value: message.payload() })?;
                heard = Instant::now();
            }
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            // The client tells of a broker that is away, and comes back by itself; for how long is waited is said above.
            Some(Err(_)) | None if heard.elapsed() < PATIENCE => {}
            Some(Err(error)) => return Err(wrong(&error)),
            None => return Err(ReadBackError::Kafka { topic: topic.to_owned(), what: "the brokers do not answer" }),
        }
    }
    Ok(())
}
