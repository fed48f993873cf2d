//! What is looked at before the first record.

use super::clients::{self, Identity};
use super::config::{Config, Delivery, Mode, Product};
use super::topics::{Settings, TopicError, TopicFacts, facts};
use super::writer::policy_header;
use crate::policy::Routes;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// Something that keeps a product from starting, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The data product.
    pub product: String,
    /// What is wrong.
    pub what: String,
    /// What mends it.
    pub mend: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  to mend it: {}", self.product, self.what, self.mend)
    }
}

/// A product whose topics and rights were found in order.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub(super) product: Product,
    pub(super) routes: Routes,
    pub(super) identity: Identity,
    pub(super) input: TopicFacts,
    pub(super) output: TopicFacts,
    pub(super) dead_letter: TopicFacts,
    pub(super) line: String,
}

/// How long the broker may take for one answer: a host that stood still for ten seconds is no mistake of the settings.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks at every product; gives all problems at once.
pub(super) fn check(config: &Config) -> Result<Vec<Checked>, Vec<Problem>> {
    let ordinal = config.instance.or_else(|| clients::ordinal_of(&host()));
    let mut checked = Vec::with_capacity(config.products.len());
    let mut problems = Vec::new();
    let mut asked = Settings::Asked;
    for product in &config.products {
        let mut notes = Notes { product: product.plan.product().to_string(), problems: Vec::new() };
        let found = check_product(config, product, ordinal, &mut asked, &mut notes);
        problems.append(&mut notes.problems);
        checked.extend(found);
    }
    if problems.is_empty() { Ok(checked) } else { Err(problems) }
}

struct Notes {
    product: String,
    problems: Vec<Problem>,
}

impl Notes {
    fn add(&mut self, what: impl Into<String>, mend: impl Into<String>) {
        self.problems.push(Problem { product: self.product.clone(), what: what.into(), mend: mend.into() });
    }
}

fn check_product(
    config: &Config,
    product: &Product,
    ordinal: Option<u32>,
    asked: &mut Settings,
    notes: &mut Notes,
) -> Option<Checked> {
    let Some(routes) = &product.routes else {
        notes.add(
            "its policy names no topics",
            "add `input: {kafka: …}`, `output: {kafka: …}` and `dead_letter: {kafka: …}`",
        );
        return None;
    };
    let admin = clients::admin(config);
    let mut silent = false;
    let [input, output, dead_letter] =
        [("input", &routes.input), ("output", &routes.output), ("dead-letter", &routes.dead_letter)].map(
            |(role, topic)| {
                // Brokers that say nothing of one topic are not asked, and waited for, again.
                if silent {
                    return None;
                }
                let found = facts(&admin, topic, PATIENCE, asked);
                silent = matches!(found, Err(TopicError::Silent(_)));
                found.map_err(|error| topic_problem(notes, role, topic, error, config)).ok()
            },
        );
    let (input, output, dead_letter) = (input?, output?, dead_letter?);
    if output.partitions < input.partitions {
        notes.add(
            format!(
                "output topic {} has {} partitions, fewer than the {} of input topic {}: a record keeps its partition",
                routes.output, output.partitions, input.partitions, routes.input
            ),
            format!("kafka-topics.sh --alter --topic {} --partitions {}", routes.output, input.partitions),
        );
    }
    clashes(config, routes, notes);
    let random = RandomState::new().build_hasher().finish();
    let identity = Identity::new(product.plan.product().as_str(), product.group.as_deref(), ordinal, random);
    group_rights(config, &identity, routes, notes);
    let line = line(config, product, routes, &identity, input);
    Some(Checked { product: product.clone(), routes: routes.clone(), identity, input, output, dead_letter, line })
}

fn topic_problem(notes: &mut Notes, role: &str, topic: &str, error: TopicError, config: &Config) {
    match error {
        TopicError::Absent => notes.add(
            format!("{role} topic {topic} does not exist"),
            format!(
                "create it: kafka-topics.sh --bootstrap-server {} --create --topic {topic}; or correct the name in the policy",
                config.kafka.brokers
            ),
        ),
        TopicError::Denied => notes.add(
            format!("no right to see {role} topic {topic}"),
            "give the principal Describe, and Read on the input or Write on the output and the dead-letter topic",
        ),
        TopicError::Silent(code) => notes.add(
            format!("the brokers {} do not answer about {role} topic {topic} ({code})", config.kafka.brokers),
            "see that the addresses are right, that a broker listens there, and that the security settings under `kafka.common` fit",
        ),
    }
}

/// A route that feeds itself or another product of this process would not end.
fn clashes(config: &Config, routes: &Routes, notes: &mut Notes) {
    let inputs = || config.products.iter().filter_map(|p| p.routes.as_ref()).map(|r| &r.input);
    for (role, topic) in [("output", &routes.output), ("dead-letter", &routes.dead_letter)] {
        if inputs().any(|input| input == topic) {
            notes.add(format!("{role} topic {topic} is an input of this process"), "give the route another topic");
        }
    }
    if routes.output == routes.dead_letter {
        notes.add("output and dead-letter topic are the same", "give dead letters a topic of their own");
    }
}

fn group_rights(config: &Config, identity: &Identity, routes: &Routes, notes: &mut Notes) {
    let consumer: BaseConsumer = match clients::consumer(config, identity).create() {
        Ok(consumer) => consumer,
        Err(error) => return notes.add(client_problem(&error), "correct the properties under `kafka`"),
    };
    let mut list = TopicPartitionList::new();
    list.add_partition(&routes.input, 0);
    let Err(error) = consumer.committed_offsets(list, PATIENCE) else { return };
    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupAuthorizationFailed) {
        notes.add(
            format!("no right to use consumer group {}", identity.group),
            "give the principal Read on that group, or name another one by `group:`",
        );
    }
}

/// Says which property a client was not made for; never its value.
pub(super) fn client_problem(error: &rdkafka::error::KafkaError) -> String {
    match error {
        rdkafka::error::KafkaError::ClientConfig(_, _, property, _) => {
            format!("the Kafka client does not take property {property} as it is set")
        }
        _ => "the Kafka client cannot be made with these properties".to_owned(),
    }
}

fn line(config: &Config, product: &Product, routes: &Routes, identity: &Identity, input: TopicFacts) -> String {
    let how = match (config.mode, product.delivery) {
        (Mode::DryRun, _) => "dry run: nothing is written or committed",
        (Mode::Write, Delivery::ExactlyOnce) => "exactly once",
        (Mode::Write, Delivery::AtLeastOnce) => "at least once",
    };
    format!(
        "{}: {} ({} partitions) -> {}, dead letters to {}; {how}; group {}, {} lanes, policy {}",
        product.plan.product(),
        routes.input,
        input.partitions,
        routes.output,
        routes.dead_letter,
        identity.group,
        config.lanes,
        policy_header(&product.plan),
    )
}

fn host() -> String {
    std::env::var("HOSTNAME")
        .ok()
        .filter(|name| !name.is_empty())
        .or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .unwrap_or_default()
}
