//! A real Apache Kafka for tests, and a reader of its topics that is not librdkafka.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::{ClientContext, Offset, TopicPartitionList};

use super::in_repository;

/// How long one call to Kafka may take on a machine that is busy with a build.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long one attempt to get an answer may take.
const ONE_ANSWER: Duration = Duration::from_secs(10);

/// How long offsets may be held back that are not pending in a transaction.
const HELD_BACK: Duration = Duration::from_secs(2);

/// A Kafka to test against: the one of the test run, or one's own.
pub struct Kafka {
    servers: String,
    /// Where its brokers live, when they are ours to stop.
    home: Option<PathBuf>,
}

/// Which records of a topic a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Records of committed transactions, up to the first open one.
    Committed,
    /// Every record, of open and aborted transactions too.
    Uncommitted,
}

/// A record to produce; what is `None` is null in Kafka (key, value) or left to the client (partition, time).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// The partition, by number.
    pub partition: Option<i32>,
    /// The key.
    pub key: Option<Vec<u8>>,
    /// The value; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
    /// The headers in order; names may repeat, a value may be null.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// Milliseconds since 1970.
    pub timestamp: Option<i64>,
}

/// A record as the independent reader saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Its partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// The key, if not null.
    pub key: Option<Vec<u8>>,
    /// The value, if not null.
    pub value: Option<Vec<u8>>,
    /// The headers in order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl Read {
    /// The value as text; panics where it is null or not UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(self.value.as_deref().expect("the value is not null")).expect("the value is UTF-8")
    }

    /// The first header of this name, as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(n, _)| n == name)?;
        std::str::from_utf8(value.as_deref()?).ok()
    }

    /// Whether these bytes occur anywhere in the key, the value or the headers.
    pub fn holds(&self, needle: &[u8]) -> bool {
        let names = self.headers.iter().map(|(name, _)| name.as_bytes());
        let values = self.headers.iter().filter_map(|(_, value)| value.as_deref());
        (self.key.as_deref().into_iter())
            .chain(self.value.as_deref())
            .chain(names)
            .chain(values)
            .any(|bytes| memchr::memmem::find(bytes, needle).is_some())
    }
}

impl Kafka {
    /// The broker of this test run (`PRIVET_TEST_KAFKA`, set by `make test`), else one that this process starts and
    /// that is stopped when it ends. One broker, shared: use topics, groups and ids of your own ([`unique`]).
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Kafka> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("PRIVET_TEST_KAFKA") {
            Ok(servers) if !servers.is_empty() => Self::at(&servers),
            _ => Self::start(1),
        })
    }

    /// A Kafka of the test's own with one broker or three (numbered from 1, replication 3, two in sync), stopped
    /// when dropped.
    pub fn start(brokers: u32) -> Self {
        let home = std::env::temp_dir().join(unique("privet-kafka"));
        let home_text = home.to_str().expect("the temporary directory is UTF-8");
        let me = std::process::id().to_string();
        let out = script("scripts/kafka.sh", &["start", home_text, &brokers.to_string(), &me]);
        Self { servers: out, home: Some(home) }
    }

    /// A Kafka that somebody else started and will stop.
    pub fn at(servers: &str) -> Self {
        Self { servers: servers.to_owned(), home: None }
    }

    /// The bootstrap servers.
    pub fn servers(&self) -> &str {
        &self.servers
    }

    /// Kills a broker (SIGKILL); only of a Kafka that was started by [`Kafka::start`].
    pub fn kill(&self, broker: u32) {
        script("scripts/kafka.sh", &["kill", self.own_home(), &broker.to_string()]);
    }

    /// Starts a killed broker again, on its old port and data.
    pub fn restart(&self, broker: u32) {
        script("scripts/kafka.sh", &["restart", self.own_home(), &broker.to_string()]);
    }

    /// A client's configuration for this Kafka.
    pub fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.servers);
        config
    }

    /// Makes a topic with as many replicas as there are brokers, and waits until clients see all its partitions.
    pub fn create_topic(&self, name: &str, partitions: i32, settings: &[(&str, &str)]) {
        let replicas = i32::try_from(self.servers.split(',').count()).expect("few brokers");
        let mut topic = NewTopic::new(name, partitions, TopicReplication::Fixed(replicas));
        for (key, value) in settings {
            topic = topic.set(key, value);
        }
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an admin client");
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE)).request_timeout(Some(PATIENCE));
        let made = block_on(admin.create_topics(&[topic], &options)).expect("the broker answers");
        for result in made {
            result.unwrap_or_else(|(topic, code)| panic!("topic {topic} was not made: {code}"));
        }
        let count = usize::try_from(partitions).expect("a count");
        super::eventually(&format!("topic {name} is there"), PATIENCE, || {
            let metadata = admin.inner().fetch_metadata(Some(name), PATIENCE).ok()?;
            let ready = metadata
                .topics()
                .iter()
                .any(|t| t.partitions().len() == count && t.partitions().iter().all(|p| p.leader() >= 0));
            ready.then_some(())
        });
    }

    /// A topic of this prefix that no other test has; gives its name.
    pub fn new_topic(&self, prefix: &str, partitions: i32) -> String {
        let name = unique(prefix);
        self.create_topic(&name, partitions, &[]);
        name
    }

    /// A plain producer, for records sent over time ([`send`], [`flush`]): what it sends again on a slow broker is there once.
    pub fn producer(&self) -> TestProducer {
        let context = Failures::default();
        self.config().set("enable.idempotence", "true").create_with_context(context).expect("a producer")
    }

    /// A transactional producer with this id, initialized.
    pub fn transactional_producer(&self, id: &str) -> TestProducer {
        let context = Failures::default();
        let mut config = self.config();
        config.set("transactional.id", id);
        let producer: TestProducer = config.create_with_context(context).expect("a producer");
        producer.init_transactions(PATIENCE).expect("transactions can be used");
        producer
    }

    /// Produces these records and waits until the broker has them all.
    pub fn produce(&self, topic: &str, records: &[Input]) {
        let producer = self.producer();
        send(&producer, topic, records);
        flush(&producer);
    }

    /// All records that a reader of this isolation sees now, by partition and offset.
    pub fn read(&self, topic: &str, isolation: Isolation) -> Vec<Read> {
        read_of(&self.read_topic(topic, isolation, &[]))
    }

    /// How many records a reader of this isolation sees now.
    pub fn count(&self, topic: &str, isolation: Isolation) -> u64 {
        count_of(&self.read_topic(topic, isolation, &["--count"]))
    }

    /// How many records only a reader of uncommitted records sees behind the last stable offset: those of open
    /// transactions, as long as nobody else writes.
    pub fn count_open(&self, topic: &str) -> u64 {
        count_of(&self.read_topic(topic, Isolation::Uncommitted, &["--open"]))
    }

    /// Tells again and again whether a transaction is open in a topic; quick enough to choose a moment by.
    pub fn watch_open(&self, topic: &str, partitions: i32) -> impl Fn() -> bool + use<> {
        use rdkafka::consumer::{BaseConsumer, Consumer};
        let [stable, all] = ["read_committed", "read_uncommitted"].map(|isolation| -> BaseConsumer {
            self.config().set("isolation.level", isolation).create().expect("a consumer")
        });
        let topic = topic.to_owned();
        move || {
            let end = |of: &BaseConsumer, partition| answer(|| of.fetch_watermarks(&topic, partition, ONE_ANSWER)).1;
            (0..partitions).any(|partition| {
                let stable = end(&stable, partition);
                end(&all, partition) > stable
            })
        }
    }

    /// All records as [`Kafka::read`] gives them, where names of headers need not be UTF-8.
    pub fn read_odd_names(&self, topic: &str) -> Vec<Read> {
        read_of(&self.read_topic(topic, Isolation::Committed, &["--odd-names"]))
    }

    /// Changes settings of a topic; those that are not named go back to their defaults.
    pub fn alter_topic(&self, topic: &str, settings: &[(&str, &str)]) {
        use rdkafka::admin::{AlterConfig, ResourceSpecifier};
        let mut wanted = AlterConfig::new(ResourceSpecifier::Topic(topic));
        for (key, value) in settings {
            wanted = wanted.set(key, value);
        }
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an admin client");
        let options = AdminOptions::new().request_timeout(Some(PATIENCE));
        let done = block_on(admin.alter_configs(&[wanted], &options)).expect("the broker answers");
        for result in done {
            result.unwrap_or_else(|(_, code)| panic!("topic {topic} was not changed: {code}"));
        }
    }

    /// Deletes a topic.
    pub fn delete_topic(&self, topic: &str) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an admin client");
        let done = block_on(admin.delete_topics(&[topic], &AdminOptions::new())).expect("the broker answers");
        for result in done {
            result.unwrap_or_else(|(topic, code)| panic!("{topic} was not deleted: {code}"));
        }
    }

    /// Makes partitions until a topic has so many.
    pub fn add_partitions(&self, topic: &str, count: usize) {
        use rdkafka::admin::NewPartitions;
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an admin client");
        let wanted = [NewPartitions::new(topic, count)];
        let done = block_on(admin.create_partitions(&wanted, &AdminOptions::new())).expect("the broker answers");
        for result in done {
            result.unwrap_or_else(|(topic, code)| panic!("{topic} has no more partitions: {code}"));
        }
        super::eventually("clients see the new partitions", PATIENCE, || {
            let metadata = admin.inner().fetch_metadata(Some(topic), PATIENCE).ok()?;
            metadata.topics().iter().any(|t| t.partitions().len() == count).then_some(())
        });
    }

    /// How many members of a group were given partitions of a topic.
    pub fn members(&self, group: &str, topic: &str) -> usize {
        use rdkafka::consumer::{BaseConsumer, Consumer};
        let consumer: BaseConsumer = self.config().create().expect("a consumer");
        let found = answer(|| consumer.fetch_group_list(Some(group), ONE_ANSWER));
        // While members join, what they had before is of no meaning.
        let groups = found.groups().iter().filter(|g| g.name() == group && g.state() == "Stable");
        let holds = |assignment: &[u8]| memchr::memmem::find(assignment, topic.as_bytes()).is_some();
        groups.flat_map(|g| g.members()).filter(|m| m.assignment().is_some_and(holds)).count()
    }

    /// The committed offsets of a group on a topic, by partition; partitions without one are absent.
    pub fn committed(&self, group: &str, topic: &str, partitions: i32) -> BTreeMap<i32, i64> {
        use rdkafka::consumer::{BaseConsumer, Consumer};
        // A transaction that is open or in doubt does not hold the answer back.
        let mut config = self.config();
        config.set("group.id", group).set("isolation.level", "read_uncommitted");
        let consumer: BaseConsumer = config.create().expect("a consumer");
        let mut wanted = TopicPartitionList::new();
        for partition in 0..partitions {
            wanted.add_partition(topic, partition);
        }
        let found = answer(|| consumer.committed_offsets(wanted.clone(), ONE_ANSWER));
        let elements = found.elements();
        elements.iter().filter_map(|e| Some((e.partition(), e.offset().to_raw().filter(|raw| *raw >= 0)?))).collect()
    }

    /// Tells whether a group's committed offsets are given to who asks for stable ones, as a new owner of partitions does:
    /// not while a transaction that is open has sent offsets of its own.
    pub fn are_stable(&self, group: &str, topic: &str, partitions: i32) -> bool {
        use rdkafka::consumer::{BaseConsumer, Consumer};
        let mut config = self.config();
        config.set("group.id", group).set("isolation.level", "read_committed");
        let consumer: BaseConsumer = config.create().expect("a consumer");
        let mut wanted = TopicPartitionList::new();
        for partition in 0..partitions {
            wanted.add_partition(topic, partition);
        }
        // The client asks again and again where offsets are held back; its time ends then.
        answer(|| match consumer.committed_offsets(wanted.clone(), HELD_BACK) {
            Ok(_) => Ok(true),
            Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::OperationTimedOut) => Ok(false),
            Err(error) => Err(error),
        })
    }

    /// Deletes a partition's records before an offset.
    pub fn delete_before(&self, topic: &str, partition: i32, offset: i64) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an admin client");
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(offset)).expect("an offset");
        let done = block_on(admin.delete_records(&list, &AdminOptions::new())).expect("the broker answers");
        assert!(done.elements().iter().all(|element| element.error().is_ok()), "records were not deleted");
    }

    fn read_topic(&self, topic: &str, isolation: Isolation, options: &[&str]) -> String {
        let isolation = match isolation {
            Isolation::Committed => "read_committed",
            Isolation::Uncommitted => "read_uncommitted",
        };
        let mut arguments = vec![self.servers(), topic, isolation];
        arguments.extend(options);
        python("tests/kafka/read_topic.py", &arguments)
    }

    fn own_home(&self) -> &str {
        let home = self.home.as_ref().expect("this Kafka is shared: a fault test starts its own");
        home.to_str().expect("the temporary directory is UTF-8")
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        if self.home.is_some() {
            script("scripts/kafka.sh", &["stop", self.own_home()]);
        }
    }
}

/// Asks until there is an answer: the coordinator of a group is away for a moment where the machine is busy.
fn answer<T>(mut ask: impl FnMut() -> Result<T, KafkaError>) -> T {
    let mut last = None;
    super::eventually("the coordinator answers", PATIENCE, || {
        let result = ask();
        if let Err(error) = &result
            && last.as_ref() != Some(error)
        {
            eprintln!("the coordinator: {error}");
            last = Some(error.clone());
        }
        result.ok()
    })
}

/// A producer that counts what the broker refused.
pub type TestProducer = BaseProducer<Failures>;

/// Counts deliveries that failed.
#[derive(Default, Clone)]
pub struct Failures(Arc<AtomicUsize>);

impl ClientContext for Failures {}

impl ProducerContext for Failures {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if result.is_err() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Hands records to a producer, waiting while its queue is full.
pub fn send(producer: &TestProducer, topic: &str, records: &[Input]) {
    for record in records {
        while let Err(error) = producer.send(to_kafka(topic, record)) {
            match error {
                (KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _) => {
                    producer.poll(Duration::from_millis(10));
                }
                (error, _) => panic!("the producer refused a record: {error}"),
            }
        }
    }
    producer.poll(Duration::ZERO);
}

/// Waits until the broker has answered for every record, and panics if it refused one.
pub fn flush(producer: &TestProducer) {
    producer.flush(PATIENCE).expect("the broker answers for every record");
    assert_eq!(producer.context().0.load(Ordering::Relaxed), 0, "records that the broker refused");
}

/// A name that no other test and no other run has.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}-{:x}-{:x}-{next}", now.as_secs(), std::process::id())
}

/// Runs a script of the repository in the tests' Python; gives its standard output, panics when it fails.
pub fn python(path: &str, arguments: &[&str]) -> String {
    static PYTHON: OnceLock<String> = OnceLock::new();
    let python = PYTHON.get_or_init(|| script("scripts/python.sh", &[]));
    let output = Command::new(python).arg(in_repository(path)).args(arguments).output();
    text(path, output.expect("Python runs"))
}

fn script(path: &str, arguments: &[&str]) -> String {
    let output = Command::new(in_repository(path)).args(arguments).output();
    text(path, output.expect("the script runs")).trim_end().to_owned()
}

fn text(path: &str, output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{path} ended with {}:\n{said}", output.status);
    String::from_utf8(output.stdout).expect("its output is UTF-8")
}

fn to_kafka<'a>(topic: &'a str, record: &'a Input) -> BaseRecord<'a, [u8], [u8]> {
    let mut out = BaseRecord::to(topic);
    if let Some(partition) = record.partition {
        out = out.partition(partition);
    }
    if let Some(key) = &record.key {
        out = out.key(key.as_slice());
    }
    if let Some(value) = &record.value {
        out = out.payload(value.as_slice());
    }
    if let Some(timestamp) = record.timestamp {
        out = out.timestamp(timestamp);
    }
    if !record.headers.is_empty() {
        let headers = OwnedHeaders::new_with_capacity(record.headers.len());
        out = out.headers(
            (record.headers.iter())
                .fold(headers, |all, (key, value)| all.insert(Header { key, value: value.as_deref() })),
        );
    }
    out
}

fn read_of(lines: &str) -> Vec<Read> {
    let mut records: Vec<_> = lines.lines().map(parse_record).collect();
    records.sort_by_key(|r| (r.partition, r.offset));
    records
}

fn count_of(lines: &str) -> u64 {
    lines.lines().map(|line| number(&parse(line), "records")).map(|n| u64::try_from(n).expect("a count")).sum()
}

fn parse_record(line: &str) -> Read {
    let json = parse(line);
    let headers = json["headers"].as_array().expect("headers are a list");
    let header = |h: &serde_json::Value| (h[0].as_str().expect("a header has a name").to_owned(), bytes(&h[1]));
    Read {
        partition: i32::try_from(number(&json, "partition")).expect("a partition"),
        offset: number(&json, "offset"),
        timestamp: number(&json, "timestamp"),
        key: bytes(&json["key"]),
        value: bytes(&json["value"]),
        headers: headers.iter().map(header).collect(),
    }
}

fn parse(line: &str) -> serde_json::Value {
    serde_json::from_str(line).expect("the reader prints JSON lines")
}

fn number(json: &serde_json::Value, name: &str) -> i64 {
    json[name].as_i64().unwrap_or_else(|| panic!("{name} is a number"))
}

fn bytes(json: &serde_json::Value) -> Option<Vec<u8>> {
    json.as_str().map(|text| BASE64.decode(text.as_bytes()).expect("the reader prints base64"))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
