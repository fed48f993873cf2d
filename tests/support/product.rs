//! One data product under test: its topics, and a folder with its policy, key ring and settings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::eventually;
use super::kafka::{Input, Isolation, Kafka, Read, unique};
use super::process::{Ended, Privet};

/// How long `privet` may take for what needs a second on a machine that does nothing else.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A data product, its topics made and empty.
pub struct Product<'a> {
    /// Where its topics are.
    pub kafka: &'a Kafka,
    /// The topic that is read.
    pub input: String,
    /// The topic that is written.
    pub output: String,
    /// The topic of dead letters.
    pub dead_letter: String,
    /// The consumer group.
    pub group: String,
    partitions: i32,
    folder: TempDir,
}

/// What its topics are made with.
#[derive(Debug, Clone, Copy)]
pub struct Topics<'a> {
    /// How many partitions each has.
    pub partitions: i32,
    /// Settings of the input topic.
    pub input: &'a [(&'a str, &'a str)],
    /// Settings of the output topic.
    pub output: &'a [(&'a str, &'a str)],
    /// Settings of the dead-letter topic.
    pub dead_letter: &'a [(&'a str, &'a str)],
}

impl Default for Topics<'_> {
    fn default() -> Self {
        Self { partitions: 1, input: &[], output: &[], dead_letter: &[] }
    }
}

/// The settings of one instance; times are short, so that a fault is over soon.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'a> {
    /// Its ordinal; without one its names are random.
    pub ordinal: Option<u32>,
    /// The brokers, where they are not reached directly.
    pub brokers: Option<&'a str>,
    /// Properties of the producer, as YAML.
    pub producer: &'a str,
    /// Properties of the consumer, as YAML.
    pub consumer: &'a str,
    /// How long a member of the group may be silent.
    pub session: &'a str,
    /// `kafka.call_max`.
    pub call_max: &'a str,
    /// `drain_max`.
    pub drain_max: &'a str,
    /// What stands in the product's entry beside policy and group, as YAML.
    pub product: &'a str,
    /// The listener of health and metrics, as YAML.
    pub admin: &'a str,
    /// What is logged.
    pub log: &'a str,
    /// More settings, as YAML.
    pub more: &'a str,
}

impl Default for Instance<'_> {
    fn default() -> Self {
        Self {
            ordinal: Some(0),
            brokers: None,
            producer: "transaction.timeout.ms: 60000",
            consumer: "heartbeat.interval.ms: 500",
            session: "6000",
            call_max: "30s",
            drain_max: "20s",
            product: "start: earliest",
            admin: "off",
            log: "privet=info",
            more: "",
        }
    }
}

impl<'a> Product<'a> {
    /// Makes the topics and the folder. The policy's entries (`fields:` and so on) are given; what names the product,
    /// its topics and the key ring `customer` is put before them.
    pub fn new(kafka: &'a Kafka, name: &str, topics: Topics<'_>, policy: &str) -> Self {
        let name = unique(name);
        let [input, output, dead_letter] = ["in", "out", "dead"].map(|role| format!("{name}.{role}"));
        for (topic, settings) in [(&input, topics.input), (&output, topics.output), (&dead_letter, topics.dead_letter)]
        {
            kafka.create_topic(topic, topics.partitions, settings);
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mut keys = Privet::command(["keys", "new", "customer"]);
        keys.current_dir(folder.path());
        let made = Privet::run(keys, b"", PATIENCE);
        assert!(made.status.success(), "no key ring: {}", made.stderr);
        let product =
            Self { kafka, input, output, dead_letter, group: name.clone(), partitions: topics.partitions, folder };
        product.write("policy.yaml", &product.policy(&name, policy));
        product
    }

    /// Writes the policy out; `EPOCH` stands for the id of the ring's key, `DEAD_LETTER` for the topic.
    fn policy(&self, name: &str, entries: &str) -> String {
        let ring = std::fs::read(self.folder.path().join("customer.keyring.json")).expect("the ring is there");
        let ring: serde_json::Value = serde_json::from_slice(&ring).expect("a ring is JSON");
        let entries = entries.replace("EPOCH", ring["primary"].as_str().expect("a ring has a primary key"));
        let Self { input, output, dead_letter, .. } = self;
        let dead_letter = if entries.contains("dead_letter:") {
            String::new()
        } else {
            format!("dead_letter: {{kafka: {dead_letter}}}\n")
        };
        let entries = entries.replace("DEAD_LETTER", &self.dead_letter);
        format!(
            "privet: v1\nproduct: test/{name}\ninput: {{kafka: {input}}}\noutput: {{kafka: {output}}}\n{dead_letter}\
             rings:\n  customer: {{from: \"file:customer.keyring.json\"}}\n{entries}"
        )
    }

    /// Writes a policy with other entries in the place of the one that is there.
    pub fn change_policy(&self, entries: &str) {
        self.write("policy.yaml", &self.policy(&self.group, entries));
    }

    /// Writes a file into the folder that commands run in.
    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.folder.path().join(file), text).expect("the file is written");
    }

    /// Reads a file of the folder that commands run in.
    pub fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(file)).expect("the file is there")
    }

    /// Copies a file of that folder.
    pub fn copy(&self, from: &str, to: &str) {
        let at = |file: &str| self.folder.path().join(file);
        std::fs::copy(at(from), at(to)).expect("the file is copied");
    }

    /// A command that runs in the product's folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Privet::command(arguments);
        command.current_dir(self.folder.path());
        command
    }

    /// Writes the settings of an instance; gives the file's name.
    pub fn settings(&self, instance: Instance<'_>) -> String {
        let file = format!("{}.yaml", unique("privet"));
        let mut text = format!(
            "kafka:\n  brokers: \"{}\"\n  call_max: {}\n  consumer: {{session.timeout.ms: {}, {}}}\n  \
             producer: {{{}}}\nproducts:\n  - {{policy: policy.yaml, group: {}, {}}}\nlanes: 2\nmemory_max: 64MiB\n\
             drain_max: {}\nadmin: {}\nlog: {{filter: \"{}\"}}\n{}",
            instance.brokers.unwrap_or_else(|| self.kafka.servers()),
            instance.call_max,
            instance.session,
            instance.consumer,
            instance.producer,
            self.group,
            instance.product,
            instance.drain_max,
            instance.admin,
            instance.log,
            instance.more,
        );
        if let Some(number) = instance.ordinal {
            writeln!(text, "instance: {number}").expect("a text can be written to");
        }
        self.write(&file, &text);
        file
    }

    /// Starts an instance.
    pub fn start(&self, instance: Instance<'_>) -> Privet {
        let mut command = self.command(&["run", "-c", &self.settings(instance)]);
        // A host name that ends in a number would give an ordinal to who shall have none.
        command.env("HOSTNAME", "host");
        Privet::start_command(command)
    }

    /// Runs an instance to the topics' ends.
    pub fn run_to_end(&self, instance: Instance<'_>, options: &[&str]) -> Ended {
        let settings = self.settings(instance);
        let mut arguments = vec!["run", "-c", &settings, "--until-end"];
        arguments.extend(options);
        let ended = Privet::run(self.command(&arguments), b"", PATIENCE);
        assert!(!ended.stderr.contains(&self.root()), "the root of the key ring was said: {}", ended.stderr);
        ended
    }

    /// The root of its key ring, as its file spells it: the canary of keys.
    pub fn root(&self) -> String {
        let root = std::fs::read(self.folder.path().join("customer.root.json")).expect("the root is there");
        let root: serde_json::Value = serde_json::from_slice(&root).expect("a root is JSON");
        root["root"].as_str().expect("a root has its key").to_owned()
    }

    /// Puts records into the input topic.
    pub fn produce(&self, records: &[Input]) {
        self.kafka.produce(&self.input, records);
    }

    /// How many records are behind the committed offsets.
    pub fn passed(&self) -> i64 {
        self.offsets().values().sum()
    }

    /// Waits until so many records are behind the committed offsets; looks after the instances while it waits.
    pub fn wait_until_passed(&self, records: i64, deadline: Duration, instances: &mut [&mut Privet]) {
        let what = format!("{records} records are committed");
        while_alive(instances, &what, deadline, || self.passed() >= records);
    }

    /// Waits until a transaction is seen to be open in the output topic, and returns at once.
    pub fn wait_until_open(&self) {
        let open = self.kafka.watch_open(&self.output, self.partitions);
        eventually("a transaction is open", PATIENCE, || open().then_some(()));
    }

    /// Waits until no transaction is open in the output topic: the broker marks records as committed a moment after it
    /// has said that they are. One that is left open stays so for a minute, and this waits for half of that.
    pub fn wait_until_closed(&self) {
        eventually("no transaction is open", Duration::from_secs(30), || {
            (self.kafka.count_open(&self.output) == 0).then_some(())
        });
    }

    /// Tells whether a new owner of the partitions would be told where they stand.
    pub fn offsets_are_stable(&self) -> bool {
        self.kafka.are_stable(&self.group, &self.input, self.partitions)
    }

    /// The committed offset of each partition that has one.
    pub fn offsets(&self) -> BTreeMap<i32, i64> {
        self.kafka.committed(&self.group, &self.input, self.partitions)
    }

    /// Waits until more is committed in every partition; looks after the instances while it waits.
    pub fn wait_until_all_move(&self, deadline: Duration, instances: &mut [&mut Privet]) {
        let before = self.offsets();
        while_alive(instances, "every partition has moved", deadline, || {
            let now = self.offsets();
            (0..self.partitions).all(|partition| now.get(&partition) > before.get(&partition))
        });
    }

    /// Waits until so many members of the group have partitions; looks after the instances while it waits.
    pub fn wait_for_members(&self, count: usize, instances: &mut [&mut Privet]) {
        let what = format!("{count} instances have partitions");
        while_alive(instances, &what, PATIENCE, || self.kafka.members(&self.group, &self.input) == count);
    }

    /// What a reader of committed records sees of the output topic.
    pub fn forwarded(&self) -> Vec<Read> {
        self.kafka.read(&self.output, Isolation::Committed)
    }

    /// What a reader of committed records sees of the dead-letter topic.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let read = self.kafka.read(&self.dead_letter, Isolation::Committed);
        read.into_iter().map(|record| DeadLetter::new(record, &self.input)).collect()
    }

    /// The reasons of the dead letters, by partition and offset of the record; none may be there twice.
    pub fn reasons(&self) -> BTreeMap<(i32, i64), String> {
        let letters = self.dead_letters();
        let count = letters.len();
        let reasons: BTreeMap<_, _> = letters.into_iter().map(|l| ((l.partition, l.offset), l.reason)).collect();
        assert_eq!(reasons.len(), count, "a record has two dead letters");
        reasons
    }
}

/// Polls a question that costs the broker something; panics where an instance ends meanwhile.
fn while_alive(instances: &mut [&mut Privet], what: &str, deadline: Duration, mut so: impl FnMut() -> bool) {
    eventually(what, deadline, || {
        for instance in instances.iter_mut() {
            if let Some(status) = instance.ended() {
                panic!("an instance ended ({status}) before {what}; it said:\n{}", instance.stderr());
            }
        }
        if so() {
            return Some(());
        }
        sleep(Duration::from_millis(100));
        None
    });
}

/// A record of the dead-letter topic, its headers read and everything else known to be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Why the record is here.
    pub reason: String,
    /// The record's partition.
    pub partition: i32,
    /// The record's offset.
    pub offset: i64,
}

impl DeadLetter {
    /// Reads one; panics where it is not complete, or holds more than it may.
    fn new(record: Read, topic: &str) -> Self {
        let header = |name: &str| record.header(name).unwrap_or_else(|| panic!("{name} is missing: {record:?}"));
        let names: BTreeSet<_> = record.headers.iter().map(|(name, _)| name.as_str()).collect();
        let known =
            ["privet-detail", "privet-offset", "privet-partition", "privet-policy", "privet-reason", "privet-topic"];
        assert_eq!(names, BTreeSet::from(known), "a dead letter has its own headers and no other");
        assert_eq!(record.headers.len(), known.len());
        assert_eq!(record.value.as_deref().unwrap_or_default(), b"", "a dead letter has no payload");
        assert_eq!(header("privet-topic"), topic);
        let hash = header("privet-policy").strip_prefix("sha256:").expect("the policy's hash");
        assert_eq!(hash.bytes().take_while(u8::is_ascii_hexdigit).count(), 64, "{hash}");
        let (partition, offset) = (header("privet-partition"), header("privet-offset"));
        if let Some(key) = &record.key {
            assert_eq!(key, format!("{topic}/{partition}/{offset}").as_bytes(), "a dead letter does not have the key");
        }
        Self {
            reason: header("privet-reason").to_owned(),
            partition: partition.parse().expect("a partition"),
            offset: offset.parse().expect("an offset"),
        }
    }
}
