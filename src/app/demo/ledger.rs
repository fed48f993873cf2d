//! Counts what left, with eyes of its own: reads the output and dead-letter topics back and searches every byte.

use super::events::{Shop, Topic};
use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use rdkafka::Message;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Headers;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What one topic's way through the sidecar came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Records sent to the private topic.
    pub(super) sent: usize,
    /// Records read back from the shared topic.
    pub(super) shared: usize,
    /// Records read back from the dead-letter topic.
    pub(super) dead_lettered: usize,
    /// Record keys that came out more or fewer times than they went in.
    pub(super) miscounted: usize,
    /// Planted personal values found in any byte of value, key or headers of what came out.
    pub(super) personal_data_left: usize,
    /// Broken records that were planted.
    pub(super) broken: usize,
}

impl Line {
    /// Tells whether every record is somewhere exactly once and nothing personal is left.
    pub(super) fn balances(&self) -> bool {
        self.shared + self.dead_lettered == self.sent
            && self.dead_lettered == self.broken
            && self.miscounted == 0
            && self.personal_data_left == 0
    }
}

/// A record as an independent reader sees it.
pub(super) struct Seen {
    pub(super) key: Vec<u8>,
    pub(super) value: Vec<u8>,
    pub(super) headers: Vec<(String, Vec<u8>)>,
}

/// Searches for every planted value at once.
pub(super) struct Searcher(AhoCorasick);

impl Searcher {
    /// Makes the search for all values planted in the shop.
    pub(super) fn new(shop: &Shop) -> Result<Self, BuildError> {
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&shop.planted).map(Self)
    }

    /// Counts planted values in every byte of a record.
    fn count(&self, seen: &Seen) -> usize {
        let mut count = self.0.find_iter(&seen.key).count() + self.0.find_iter(&seen.value).count();
        for (name, value) in &seen.headers {
            count += self.0.find_iter(name).count() + self.0.find_iter(value).count();
        }
        count
    }
}

/// Reads every record of a topic, from its beginning to where it ends now.
pub(super) fn read_back(brokers: &str, topic: &str) -> Result<Vec<Seen>, KafkaError> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "privet-demo-ledger")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("isolation.level", "read_committed")
        .create()?;
    let patience = Duration::from_secs(10);
    let metadata = consumer.fetch_metadata(Some(topic), patience)?;
    let partitions = metadata.topics().first().map_or(0, |topic| topic.partitions().len());
    let mut assignment = TopicPartitionList::new();
    for partition in 0..i32::try_from(partitions).unwrap_or(0) {
        assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&assignment)?;
    let (mut seen, mut ended) = (Vec::new(), 0);
    let deadline = Instant::now() + patience;
    while ended < partitions && Instant::now() < deadline {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => seen.push(Seen {
                key: message.key().unwrap_or_default().to_vec(),
                value: message.payload().unwrap_or_default().to_vec(),
                headers: message
                    .headers()
                    .map(|headers| {
                        headers
                            .iter()
                            .map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec()))
                            .collect()
                    })
                    .unwrap_or_default(),
            }),
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => return Err(error),
            None => {}
        }
    }
    Ok(seen)
}

/// Draws up one topic's line from what was sent and what was read back.
pub(super) fn line(topic: &Topic, shared: &[Seen], dead: &[Seen], searcher: &Searcher) -> Line {
    let mut balance: BTreeMap<&[u8], i64> = BTreeMap::new();
    for event in &topic.events {
        *balance.entry(event.key.as_bytes()).or_default() += 1;
    }
    for seen in shared {
        *balance.entry(&seen.key).or_default() -= 1;
    }
    // Dead letters come without their keys: they may account for as many keys as there are of them.
    let missing: i64 = balance.values().filter(|count| **count > 0).sum();
    let doubled = balance.values().filter(|count| **count < 0).count();
    let unexplained = missing.abs_diff(i64::try_from(dead.len()).unwrap_or(i64::MAX));
    Line {
        sent: topic.events.len(),
        shared: shared.len(),
        dead_lettered: dead.len(),
        miscounted: doubled + usize::try_from(unexplained).unwrap_or(usize::MAX),
        personal_data_left: shared.iter().chain(dead).map(|seen| searcher.count(seen)).sum(),
        broken: topic.broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(key: &str, value: &str) -> Seen {
        Seen { key: key.into(), value: value.into(), headers: vec![("trace".into(), b"1".to_vec())] }
    }

    #[test]
    fn a_leak_a_loss_and_a_double_are_each_counted() {
        let shop = Shop::open(60);
        let searcher = Searcher::new(&shop).unwrap();
        let topic = &Shop::open(60).topics[0];
        let clean: Vec<Seen> = topic.events.iter().map(|event| seen(&event.key, "{}")).collect();
        assert!(line(topic, &clean, &[], &searcher).balances());

        let leaked: Vec<Seen> = topic.events.iter().map(|event| seen(&event.key, &event.value)).collect();
        assert!(line(topic, &leaked, &[], &searcher).personal_data_left >= 60 * 5);

        assert!(!line(topic, &clean[1..], &[], &searcher).balances(), "one is lost");
        let mut doubled: Vec<Seen> = topic.events.iter().map(|event| seen(&event.key, "{}")).collect();
        doubled[1] = seen(&topic.events[0].key, "{}");
        assert!(!line(topic, &doubled, &[], &searcher).balances(), "one twice, one lost");
    }
}
