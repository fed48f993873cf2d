//! A sidecar under test: topics, policy, configuration, and the processes that run it.

use std::fmt::Write as _;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::eventually;
use crate::support::kafka::{Kafka, python, unique};
use crate::support::process::{Ended, Privet};

/// How long a single step may take on a machine that is busy with a build.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One product's topics, group and files.
pub struct Sidecar<'k> {
    pub kafka: &'k Kafka,
    pub input: String,
    pub output: String,
    pub dead_letter: String,
    pub group: String,
    folder: TempDir,
    settings: String,
}

/// What a test changes of a sidecar.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    pub partitions: i32,
    /// The policy below its topics; `EPOCH` stands for the id of the ring's key.
    pub policy: &'a str,
    /// Settings of the output topic.
    pub output: &'a [(&'a str, &'a str)],
    /// Settings of the dead-letter topic.
    pub dead_letter: &'a [(&'a str, &'a str)],
    /// More of the product's entry, each `name: value`.
    pub product: &'a [&'a str],
    /// More of the configuration, as YAML; lines that begin with two spaces belong to `kafka`.
    pub settings: &'a str,
    /// Properties of the consumer and the producer.
    pub consumer: &'a [(&'a str, &'a str)],
    pub producer: &'a [(&'a str, &'a str)],
    /// Where the sidecar finds the brokers, where that is not where the test does.
    pub brokers: Option<&'a str>,
    pub stop_at: &'a str,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        Self {
            partitions: 1,
            policy: "",
            output: &[],
            dead_letter: &[],
            product: &[],
            settings: "",
            consumer: &[],
            producer: &[],
            brokers: None,
            stop_at: "off",
        }
    }
}

impl<'k> Sidecar<'k> {
    /// Makes the topics and writes the files.
    pub fn new(kafka: &'k Kafka, name: &str, plan: Plan<'_>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let [input, output, dead_letter, group] =
            ["in", "out", "dead", "group"].map(|part| unique(&format!("{name}-{part}")));
        kafka.create_topic(&input, plan.partitions, &[]);
        kafka.create_topic(&output, plan.partitions, plan.output);
        kafka.create_topic(&dead_letter, 1, plan.dead_letter);
        let ring = ["keys", "new", "customer"];
        let mut command = Privet::command(ring);
        command.current_dir(folder.path());
        assert!(Privet::run(command, b"", PATIENCE).status.success(), "a ring is made");
        let ring = std::fs::read_to_string(folder.path().join("customer.keyring.json")).expect("the ring is there");
        let ring: serde_json::Value = serde_json::from_str(&ring).expect("a ring is JSON");
        let epoch = ring["primary"].as_str().expect("a ring has a primary key");
        let policy = format!(
            "privet: v1\nproduct: test/{name}\ninput: {{kafka: {input}}}\noutput: {{kafka: {output}}}\n\
             dead_letter: {{kafka: {dead_letter}, stop_at: {}}}\nrings:\n  customer: {{from: \"file:customer.keyring.json\"}}\n{}",
            plan.stop_at,
            plan.policy.replace("EPOCH", epoch)
        );
        std::fs::write(folder.path().join("policy.yaml"), policy).expect("the policy is written");
        let map = |properties: &[(&str, &str)]| {
            properties.iter().map(|(k, v)| format!("{k}: \"{v}\"")).collect::<Vec<_>>().join(", ")
        };
        let mut settings = String::new();
        writeln!(settings, "kafka:\n  brokers: \"{}\"", plan.brokers.unwrap_or(kafka.servers())).expect("memory");
        writeln!(settings, "  consumer: {{{}}}", map(plan.consumer)).expect("memory");
        writeln!(settings, "  producer: {{{}}}", map(plan.producer)).expect("memory");
        writeln!(settings, "{}admin: off\nlanes: 2", plan.settings).expect("memory");
        writeln!(settings, "products:\n  - policy: policy.yaml\n    group: {group}").expect("memory");
        for entry in plan.product {
            writeln!(settings, "    {entry}").expect("memory");
        }
        Self { kafka, input, output, dead_letter, group, folder, settings }
    }

    /// The path of its policy.
    pub fn policy(&self) -> String {
        self.folder.path().join("policy.yaml").to_str().expect("the temporary directory is UTF-8").to_owned()
    }

    /// The same with one more entry of the product.
    pub fn with_product(mut self, entry: &str) -> Self {
        writeln!(self.settings, "    {entry}").expect("memory");
        self
    }

    /// Starts an instance with a stable ordinal.
    pub fn start(&self, instance: u32) -> Privet {
        Privet::start(self.arguments(instance, &[]))
    }

    /// Runs an instance to where the input ends now.
    pub fn run_to_end(&self) -> Ended {
        self.run(&["--until-end"])
    }

    /// Runs an instance to where another topic ends now, instead of its input.
    pub fn run_from(&self, topic: &str) -> Ended {
        let policy = self.folder.path().join("policy.yaml");
        let text = std::fs::read_to_string(&policy).expect("the policy is there");
        std::fs::write(&policy, text.replace(&self.input, topic)).expect("the policy is written");
        self.run_to_end()
    }

    /// Runs an instance to its end.
    pub fn run(&self, more: &[&str]) -> Ended {
        Privet::run(Privet::command(self.arguments(0, more)), b"", PATIENCE)
    }

    fn arguments(&self, instance: u32, more: &[&str]) -> Vec<String> {
        let path = self.folder.path().join(format!("privet-{instance}.yaml"));
        std::fs::write(&path, format!("instance: {instance}\n{}", self.settings)).expect("the settings are written");
        let path = path.to_str().expect("the temporary directory is UTF-8");
        ["run", "-c", path].iter().chain(more).map(|&text| text.to_owned()).collect()
    }

    /// How many records of the input its group has committed.
    pub fn committed(&self, partitions: i32) -> i64 {
        self.kafka.committed(&self.group, &self.input, partitions).values().sum()
    }

    /// Waits until so many records of the input are committed.
    pub fn wait_for(&self, partitions: i32, records: i64) {
        eventually(&format!("{records} records are committed"), 2 * PATIENCE, || {
            (self.committed(partitions) >= records).then_some(())
        });
    }

    /// How many records of an open transaction a reader of uncommitted records sees in the output: what lies between the
    /// last stable offset and the end.
    pub fn open_records(&self) -> i64 {
        let ends = |isolation: &str| -> i64 {
            let lines =
                python("tests/kafka/read_topic.py", &[self.kafka.servers(), &self.output, isolation, "--count"]);
            let end = |line: &str| {
                let json: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
                json["end"].as_i64().expect("an end")
            };
            lines.lines().map(end).sum()
        };
        ends("read_uncommitted") - ends("read_committed")
    }
}
