//! What is looked at before the first record.

use super::clients::{self, Identity, ProducerLimits};
use super::config::{Config, Delivery, Kafka, Mode, Product};
use super::faults;
use super::ledger::{Answer, Blame};
use super::native::{self, Group, Rights};
use super::sink::Sink;
use super::topics::{Kept, Settings, TopicError, TopicFacts, facts};
use super::writer::policy_header;
use crate::model::Sensitive;
use crate::policy::Routes;
use rdkafka::TopicPartitionList;
use rdkafka::admin::AdminClient;
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::BaseProducer;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::{Duration, Instant};

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
    /// How many members the group has, where the broker tells.
    members: Option<usize>,
    /// What the broker does not tell.
    pub(super) unsaid: Vec<String>,
    /// What keeps nothing from running, and should be otherwise.
    pub(super) warnings: Vec<String>,
}

impl Checked {
    pub(super) fn name(&self) -> &str {
        self.product.name.as_str()
    }
}

/// How long the broker may take for one answer: a host that stood still for ten seconds is no mistake of the settings.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long it may take to tell about a group, without which it goes too.
const GROUP_PATIENCE: Duration = Duration::from_secs(5);
/// Bytes from which a property's value is hidden where the client repeats it; shorter ones are no secrets.
const SECRET_MIN: usize = 4;
/// How long to wait before a question is asked again.
const AGAIN: Duration = Duration::from_millis(100);

/// Looks at every product; gives all problems at once.
pub(super) fn check(config: &Config) -> Result<Vec<Checked>, Vec<Problem>> {
    let ordinal = config.instance.or_else(|| clients::ordinal_of(&host()));
    let mut checked = Vec::with_capacity(config.products.len());
    let mut problems = Vec::new();
    let mut asked = Settings::Asked;
    for product in &config.products {
        let mut notes = Notes::of(product);
        let found = check_product(config, product, ordinal, &mut asked, &mut notes);
        problems.append(&mut notes.problems);
        checked.extend(found);
    }
    if problems.is_empty() { Ok(checked) } else { Err(problems) }
}

struct Notes {
    product: String,
    problems: Vec<Problem>,
    unsaid: Vec<String>,
}

impl Notes {
    fn of(product: &Product) -> Self {
        Self { product: product.name.to_string(), problems: Vec::new(), unsaid: Vec::new() }
    }

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
    if let Err(error) = try_clients(config, product.delivery) {
        notes.add(client_problem(&error, &config.kafka), "correct the properties under `kafka`");
        return None;
    }
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
    topic_rights(config, routes, [input, output, dead_letter], notes);
    let random = RandomState::new().build_hasher().finish();
    let identity = Identity::new(product.name.as_str(), product.group.as_deref(), ordinal, random);
    let products = config.products.iter().map(|one| (one.name.as_str(), one.group.as_deref()));
    if groups(products).filter(|group| *group == identity.group).count() > 1 {
        notes.add(
            format!(
                "another product of this process has the consumer group {} too, so each would get half of the records",
                identity.group
            ),
            "give each product a `group:` of its own",
        );
    }
    let members = group_rights(config, &identity, routes, notes);
    let line = line(config, product, routes, &identity, input);
    let unsaid = std::mem::take(&mut notes.unsaid);
    let warnings = kept_for_ever(product, routes, dead_letter).into_iter().collect();
    let (product, routes) = (product.clone(), routes.clone());
    Some(Checked { product, routes, identity, input, output, dead_letter, line, members, unsaid, warnings })
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

/// Says that dead letters are kept for ever, where they are: what they hold is outside of all erasure.
fn kept_for_ever(product: &Product, routes: &Routes, dead_letter: TopicFacts) -> Option<String> {
    (dead_letter.kept == Some(Kept::Forever)).then(|| {
        format!(
            "{}: dead-letter topic {} keeps its records for ever, also of people who are forgotten: give it \
             `cleanup.policy=delete` and a limit by `retention.ms`",
            product.name, routes.dead_letter
        )
    })
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

/// Gives the consumer group of each product, which its name tells where nobody says it.
fn groups<'a>(products: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> impl Iterator<Item = String> {
    products.map(|(product, group)| Identity::new(product, group, None, 0).group)
}

/// Whether the broker lets us read the input and write the other two.
fn topic_rights(config: &Config, routes: &Routes, found: [TopicFacts; 3], notes: &mut Notes) {
    type Right = (&'static str, fn(Rights) -> bool);
    let (read, write): (Right, Right) = (("Read", |rights| rights.read), ("Write", |rights| rights.write));
    let [input, output, dead_letter] = found;
    let written = [("output", &routes.output, output, write), ("dead-letter", &routes.dead_letter, dead_letter, write)];
    let wanted = [("input", &routes.input, input, read)].into_iter().chain(match config.mode {
        Mode::Write => written.to_vec(),
        Mode::DryRun => Vec::new(),
    });
    for (role, topic, facts, (right, may)) in wanted {
        match facts.rights {
            Some(rights) if may(rights) => {}
            Some(_) => notes.add(
                format!("no right to {} {role} topic {topic}", right.to_lowercase()),
                format!("give the principal {right} on that topic"),
            ),
            None => notes.unsaid.push(format!(
                "whether {role} topic {topic} may be {}: the broker does not tell",
                if right == "Read" { "read" } else { "written" }
            )),
        }
    }
}

/// Looks whether the transactional ids may be used, without disturbing anybody who uses them.
///
/// Only the first call of a producer tells; it fences whoever has the id and is at work. So it is made where the group
/// has no member.
pub(super) fn transactions(config: &Config, checked: &[Checked]) -> (Vec<Problem>, Vec<String>) {
    let (mut problems, mut unsaid) = (Vec::new(), Vec::new());
    for one in checked.iter().filter(|one| one.product.delivery == Delivery::ExactlyOnce) {
        let id = &one.identity.transactional_id;
        let why = match (one.members, one.identity.group_instance_id.is_some()) {
            // An id that is new each time is nobody's.
            (_, false) | (Some(0), true) => match ask_for_transactions(config, one) {
                Answer::Done => continue,
                Answer::NeedsAbort(_, Blame::Denied) => {
                    problems.push(Problem {
                        product: one.product.name.to_string(),
                        what: format!("no right to use transactional id {id}"),
                        mend: format!(
                            "give the principal Write and Describe on transactional ids that begin with {}",
                            one.identity.group
                        ),
                    });
                    continue;
                }
                answer => format!("the broker answers {}", answer.code()),
            },
            (Some(_), true) => "an instance is at work, and asking would end its transactions".to_owned(),
            (None, true) => {
                "the broker does not tell whether an instance is at work, and asking would disturb it".to_owned()
            }
        };
        unsaid.push(format!("whether transactional id {id} may be used: {why}"));
    }
    (problems, unsaid)
}

fn ask_for_transactions(config: &Config, one: &Checked) -> Answer {
    let limits = ProducerLimits { message_bytes_max: None, batch_bytes_max: None, age_max: clients::age_max(config) };
    let client = clients::producer(config, Some(&one.identity.transactional_id), limits);
    Sink::transactions(&client).map_or(Answer::Fatal("client"), |sink| sink.init())
}

/// Looks whether we may use the consumer group; gives how many members it has, where the broker tells.
fn group_rights(config: &Config, identity: &Identity, routes: &Routes, notes: &mut Notes) -> Option<usize> {
    let consumer: BaseConsumer = match clients::consumer(config, identity).create() {
        Ok(consumer) => consumer,
        Err(error) => {
            notes.add(client_problem(&error, &config.kafka), "correct the properties under `kafka`");
            return None;
        }
    };
    let mut list = TopicPartitionList::new();
    list.add_partition(&routes.input, 0);
    let asked = consumer.committed_offsets(list, PATIENCE);
    let denied = asked.is_err_and(|e| e.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupAuthorizationFailed));
    let group = if denied { None } else { group(&consumer, &identity.group) };
    // To ask is less than to join, and a dry run does not join.
    let joins = config.mode == Mode::Write;
    match group.map(|group| group.rights) {
        _ if denied => {}
        Some(Some(rights)) if rights.read || !joins => return group.map(|group| group.members),
        Some(Some(_)) => {}
        Some(None) | None => {
            if joins {
                notes.unsaid.push(format!("whether group {} may be joined: the broker does not tell", identity.group));
            }
            return group.map(|group| group.members);
        }
    }
    notes.add(
        format!("no right to use consumer group {}", identity.group),
        "give the principal Read on that group, or name another one by `group:`",
    );
    None
}

/// Asks about the group until its coordinator is there.
fn group(consumer: &BaseConsumer, name: &str) -> Option<Group> {
    let deadline = Instant::now() + GROUP_PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match native::group(consumer.client().native_ptr(), name, left) {
            Err(code) if faults::is_transient(code) && Instant::now() < deadline => std::thread::sleep(AGAIN),
            answer => return answer.ok(),
        }
    }
}

/// Says why a client was not made; never the value of a property.
pub(super) fn client_problem(error: &KafkaError, kafka: &Kafka) -> String {
    match error {
        KafkaError::ClientConfig(_, _, property, _) => {
            format!("the Kafka client does not take property {property} as it is set")
        }
        KafkaError::ClientCreation(why) => {
            let values = [&kafka.common, &kafka.consumer, &kafka.producer].into_iter().flat_map(BTreeMap::values);
            let mut hidden: Vec<&String> = values.map(Sensitive::expose).filter(|it| it.len() >= SECRET_MIN).collect();
            // One may stand inside another.
            hidden.sort_unstable_by_key(|value| std::cmp::Reverse(value.len()));
            let why = hidden.iter().fold(why.clone(), |why, value| why.replace(value.as_str(), "…"));
            format!("the Kafka client cannot be made with these properties: {why}")
        }
        _ => "the Kafka client cannot be made with these properties".to_owned(),
    }
}

/// Tries whether the clients can be made; no broker is asked.
fn try_clients(config: &Config, delivery: Delivery) -> Result<(), KafkaError> {
    let limits = ProducerLimits { message_bytes_max: None, batch_bytes_max: None, age_max: clients::age_max(config) };
    clients::admin(config).create::<AdminClient<DefaultClientContext>>()?;
    let transactional_id = (delivery == Delivery::ExactlyOnce).then_some("privet-check");
    clients::producer(config, transactional_id, limits).create::<BaseProducer>()?;
    Ok(())
}

fn line(config: &Config, product: &Product, routes: &Routes, identity: &Identity, input: TopicFacts) -> String {
    let how = match (config.mode, product.delivery) {
        (Mode::DryRun, _) => "dry run: nothing is written or committed",
        (Mode::Write, Delivery::ExactlyOnce) => "exactly once",
        (Mode::Write, Delivery::AtLeastOnce) => "at least once",
    };
    format!(
        "{}: {} ({} partitions) -> {}, dead letters to {}; {how}; group {}, {} lanes, policy {}",
        product.name,
        routes.input,
        input.partitions,
        routes.output,
        routes.dead_letter,
        identity.group,
        config.lanes,
        policy_header(&product.plan.load()),
    )
}

fn host() -> String {
    std::env::var("HOSTNAME")
        .ok()
        .filter(|name| !name.is_empty())
        .or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_may_have_one_group_without_saying_so() {
        let products = [("sales/orders", None), ("sales-orders", None), ("support", Some("privet-sales-orders"))];
        assert_eq!(groups(products.into_iter()).filter(|group| group == "privet-sales-orders").count(), 3);
    }
}
