//! `privet demo`: a made-up shop's events through the real stream face, before and after, and a ledger.
//!
//! The broker is librdkafka's own mock cluster, in this process. It stores no transactional offsets and knows no
//! isolation: what it shows of rates and exactly-once proves nothing, and the demo says so.

mod events;
mod ledger;
mod show;

use super::exit::{Exit, tell};
use super::plan::Loader;
use crate::keys::file::{create, default_root};
use crate::observe::{Metrics, Readiness};
use crate::policy::Plan;
use crate::stream::{Config, Drain, End, Ended, Kafka, Product, Stream, Until};
use anyhow::{Context, anyhow, bail};
use events::{Shop, Topic};
use ledger::{Line, Searcher, Seen};
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseProducer, BaseRecord, DefaultProducerContext, Producer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Enough to see a rate; small enough for the mock cluster, which drops the oldest beyond 5 MB in a partition.
const CUSTOMERS: u64 = 6000;
/// Partitions of each topic.
const PARTITIONS: i32 = 4;

/// The policies of the demo, as they stand in `examples/demo`.
const POLICIES: [(&str, &str); 3] = [
    ("customer", include_str!("../../../examples/demo/customer.yaml")),
    ("order", include_str!("../../../examples/demo/order.yaml")),
    ("ticket", include_str!("../../../examples/demo/ticket.yaml")),
];

/// Plays the demo from beginning to end.
pub fn run() -> Exit {
    match play() {
        Ok(true) => Exit::Done,
        Ok(false) => Exit::InputOutput,
        Err(error) => {
            tell(format_args!("the demo could not go on: {error:#}"));
            Exit::InputOutput
        }
    }
}

/// Plays the demo; true if the ledger balances.
fn play() -> anyhow::Result<bool> {
    let shop = Shop::open(CUSTOMERS);
    let cluster = MockCluster::new(1).context("the embedded broker")?;
    let brokers = cluster.bootstrap_servers();
    introduce(&shop);
    for topic in &shop.topics {
        for name in [private(topic.name), shared(topic.name), dead_letters(topic.name)] {
            cluster.create_topic(&name, PARTITIONS, 1).with_context(|| format!("topic {name}"))?;
        }
        send(&brokers, topic)?;
    }
    show::headline("The policy of the customer topic");
    show::code(POLICIES.first().map_or("", |(_, text)| text));

    let ended = stream(&brokers)?;
    let lines = count(&brokers, &shop)?;
    show::headline("Rates");
    show::rates(&ended);
    show::say("  The broker is a mock inside this process. `make bench` measures on a real Apache Kafka.");
    show::headline("The ledger");
    show::say(
        "  Counted by a reader of its own: every byte of every value, key and header of the shared and dead-letter",
    );
    show::say(&format!("  topics, searched for each of the {} personal values that were planted.", shop.planted.len()));
    show::ledger(&lines);
    show::say(
        "  The mock knows no isolation and no aborts, so this proves nothing of exactly once. A real Apache Kafka does,",
    );
    show::say("  with the process killed while its transactions are open: `make test`, or that test alone:");
    show::say("  make setup && cargo test --test kafka exactly_once");
    conclude();
    Ok(lines.iter().all(|(_, line)| line.balances()))
}

fn private(name: &str) -> String {
    format!("priv.shop.{name}.state.v1")
}

fn shared(name: &str) -> String {
    format!("pub.shop.{name}.state.v1")
}

fn dead_letters(name: &str) -> String {
    format!("priv.shop.{name}.dlq.v1")
}

fn introduce(shop: &Shop) {
    show::headline("A small shop shares its events, and no one's personal data");
    for topic in &shop.topics {
        show::say(&format!(
            "  {:<9} {:>6} events, {} of them broken by a faulty producer",
            topic.name,
            topic.events.len(),
            topic.broken
        ));
    }
}

/// Sends the events of a topic, as its domain's producer would.
fn send(brokers: &str, topic: &Topic) -> anyhow::Result<()> {
    let producer: BaseProducer = ClientConfig::new().set("bootstrap.servers", brokers).create()?;
    let name = private(topic.name);
    for event in &topic.events {
        let mut record = BaseRecord::to(&name).key(&event.key).payload(&event.value);
        while let Err((error, same)) = producer.send(record) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            producer.poll(Duration::from_millis(10));
            record = same;
        }
    }
    Producer::<DefaultProducerContext>::flush(&producer, Duration::from_secs(10))?;
    Ok(())
}

/// Runs the three products to the ends of their topics, through the real stream face.
fn stream(brokers: &str) -> anyhow::Result<Vec<Ended>> {
    let folder = tempfile::tempdir()?;
    let mut config = Config {
        kafka: Kafka { brokers: brokers.to_owned(), ..Kafka::default() },
        products: plans(folder.path())?.into_iter().map(|plan| Product::new(Arc::new(plan))).collect(),
        instance: Some(0),
        until: Until::End,
        ..Config::default()
    };
    config.drain_max = Duration::from_secs(5);
    let stream = Stream::check(config)
        .map_err(|problems| anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    show::headline("privet runs");
    for line in stream.lines() {
        show::say(&format!("  {line}"));
    }
    let metrics = Metrics::new();
    let readiness = Readiness::new(&metrics);
    let ended = stream.run(&metrics, &readiness, &Drain::new())?;
    for one in &ended {
        if let End::Stopped(reason) = one.end {
            bail!("{} stopped: {reason}", one.product);
        }
    }
    Ok(ended)
}

/// Makes a key ring and compiles the demo's policies in a folder.
fn plans(folder: &Path) -> anyhow::Result<Vec<Plan>> {
    let ring = folder.join("customer.keyring.json");
    let root = default_root(&ring);
    create("customer", &ring, &root, jiff::Timestamp::now()).context("the key ring")?;
    let loader = Loader::new(None, BTreeMap::new())?;
    POLICIES
        .iter()
        .map(|(name, text)| {
            let path = folder.join(format!("{name}.yaml"));
            std::fs::write(&path, text)?;
            Ok(loader.plan(&path)?)
        })
        .collect()
}

/// Reads everything back, shows one record of each topic, and draws up the ledger.
fn count<'a>(brokers: &str, shop: &'a Shop) -> anyhow::Result<Vec<(&'a str, Line)>> {
    let searcher = Searcher::new(shop)?;
    let mut lines = Vec::new();
    let mut tokens: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for topic in &shop.topics {
        let out = ledger::read_back(brokers, &shared(topic.name))?;
        let dead = ledger::read_back(brokers, &dead_letters(topic.name))?;
        show_one(topic, &out);
        tokens.insert(topic.name, out.iter().filter_map(|seen| token(&seen.value)).collect());
        lines.push((topic.name, ledger::line(topic, &out, &dead, &searcher)));
    }
    let customers = tokens.remove("customer").unwrap_or_default();
    show::headline("Joins still work");
    for (name, own) in tokens {
        let joined = own.intersection(&customers).count();
        show::say(&format!("  {joined} of {} customers seen in the {name} topic join by their token", own.len()));
    }
    show::say("  The others' own events are among the broken ones.");
    Ok(lines)
}

/// The token that stands for a customer in a shared record.
fn token(value: &[u8]) -> Option<String> {
    let record: serde_json::Value = serde_json::from_slice(value).ok()?;
    let field = record.get("email").or_else(|| record.get("customer_email"))?;
    field.as_str().filter(|text| text.starts_with("cus_")).map(str::to_owned)
}

fn show_one(topic: &Topic, out: &[Seen]) {
    let Some(event) = topic.events.get(7) else { return };
    if let Some(seen) = out.iter().find(|seen| seen.key == event.key.as_bytes()) {
        show::side_by_side(topic.name, &event.value, &String::from_utf8_lossy(&seen.value));
    }
    if topic.name == "ticket" {
        show::say(
            "  The text goes as a whole, for nobody needs it; `text: text` would replace what is found in it, names too",
        );
        show::say("  (examples/demo/ticket.yaml).");
    }
}

/// Says what to try, in commands that can be pasted where the demo was started.
fn conclude() {
    let me = std::env::args().next().unwrap_or_else(|| "privet".to_owned());
    let here = |file: &'static str, other| if Path::new(file).exists() { file } else { other };
    let policy = here("examples/tour/mistaken.yaml", "POLICY");
    let file = here("examples/tour/customers.ndjson", "FILE");
    show::headline("Try next");
    for (what, command) in [
        ("no configuration at all", format!("echo 'mail bob@corp.com' | {me} anonymize")),
        ("what would change in a file, field by field", format!("{me} anonymize --diff {file}")),
        ("everything that is wrong with a policy, at once", format!("{me} check {policy}")),
        (
            "real topics, to where they end now, and nothing written",
            format!("{me} run --brokers HOST:PORT --policy POLICY --dry-run --until-end"),
        ),
    ] {
        show::hint(what, &command);
    }
}
