//! How many bytes a second go from Kafka to Kafka, exactly once, beside a bare pass-through by the same client?
//!
//! The broker is a real one, started by `scripts/kafka.sh`. The bare loop is what one writes first: one thread that
//! consumes, produces, and stops and waits while its transaction commits, with the same settings of librdkafka, the same
//! commit interval, and no waiting in steps of 100 ms. Runs alternate, so that a noisy machine is noisy for all; medians
//! count, and ratios more than figures.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
#![allow(clippy::cast_precision_loss, clippy::type_complexity, clippy::print_stderr)]

#[allow(dead_code, reason = "one generator serves several benches")]
mod corpus;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/mod.rs"]
mod support;

use corpus::Corpus;
use privet::detect::RecognizerSet;
use privet::observe::{Metrics, Readiness};
use privet::policy::{CompileContext, Plan, Source, compile};
use privet::stream::{Config, Drain, End, Kafka as Brokers, Product, Stream, Until};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::kafka::{Input, Kafka, unique};

const PARTITIONS: i32 = 6;
const RECORDS: usize = 200_000;
const ROUNDS: usize = 5;
/// As the loop has them.
const COMMIT_INTERVAL: Duration = Duration::from_millis(100);
const COMMIT_RECORDS: usize = 10_000;
const COMMIT_BYTES: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// Who takes the records over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runner {
    Bare,
    /// privet, with a policy that keeps everything unread.
    Keeps,
    /// privet, with no field named: every value is scanned with the default set.
    Scans,
}

const RUNNERS: [Runner; 3] = [Runner::Bare, Runner::Keeps, Runner::Scans];

impl Runner {
    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare pass-through, one thread",
            Self::Keeps => "privet, every field kept",
            Self::Scans => "privet, every field scanned",
        }
    }
}

/// What one run took.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    /// Processor time of this process, the broker's not among it.
    cpu: Duration,
}

fn main() {
    let kafka = Kafka::shared();
    println!("| corpus | runner | records/s | MB/s | µs of processor a record | of the bare rate |");
    println!("|---|---|---|---|---|---|");
    for corpus in [Corpus::Clean, Corpus::Typical, Corpus::Dense] {
        let (input, bytes) = fill(kafka, corpus);
        let mut took: BTreeMap<&str, Vec<Took>> = BTreeMap::new();
        for _ in 0..ROUNDS {
            for runner in RUNNERS {
                let output = kafka.new_topic("bench-out", PARTITIONS);
                took.entry(runner.name()).or_default().push(run(kafka, runner, &input, &output));
                kafka.delete_topic(&output);
            }
        }
        kafka.delete_topic(&input);
        tell(corpus, bytes, &took);
    }
}

/// Puts a corpus into a topic; gives the topic and the corpus's bytes.
fn fill(kafka: &Kafka, corpus: Corpus) -> (String, usize) {
    let input = kafka.new_topic("bench-in", PARTITIONS);
    let events = corpus::ndjson(corpus, 8 << 20);
    let lines: Vec<&[u8]> = events.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let mut bytes = 0;
    for batch in (0..RECORDS).collect::<Vec<_>>().chunks(20_000) {
        let record = |&n: &usize| Input {
            partition: Some(n as i32 % PARTITIONS),
            key: Some(format!("k-{n}").into_bytes()),
            value: Some(lines[n % lines.len()].to_vec()),
            ..Input::default()
        };
        let records: Vec<Input> = batch.iter().map(record).collect();
        bytes += records.iter().filter_map(|record| record.value.as_ref()).map(Vec::len).sum::<usize>();
        kafka.produce(&input, &records);
    }
    (input, bytes)
}

fn run(kafka: &Kafka, runner: Runner, input: &str, output: &str) -> Took {
    let cpu = cpu_time();
    let wall = match runner {
        Runner::Bare => bare(kafka, input, output),
        Runner::Keeps => privet(kafka, input, output, "fields: {\"**\": keep, $key: keep}\n"),
        Runner::Scans => privet(kafka, input, output, "fields: {$key: keep}\n"),
    };
    Took { wall, cpu: cpu_time() - cpu }
}

/// The loop; gives the time from its first transaction to its last commit.
fn privet(kafka: &Kafka, input: &str, output: &str, fields: &str) -> Duration {
    let dead_letter = kafka.new_topic("bench-dead", 1);
    let text = format!(
        "privet: v1\nproduct: bench/{}\ninput: {{kafka: {input}}}\noutput: {{kafka: {output}}}\n\
         dead_letter: {{kafka: {dead_letter}}}\n{fields}",
        unique("p"),
    );
    let set = RecognizerSet::builtin();
    let context = CompileContext { set: &set, rings: &|_| Ok(None), tenant: "" };
    let plan: Plan = compile(&Source::new("bench.yaml", &text), &context).unwrap_or_else(|wrong| panic!("{wrong}"));
    let config = Config {
        kafka: Brokers { brokers: kafka.servers().to_owned(), ..Brokers::default() },
        products: vec![Product::new(Arc::new(plan))],
        until: Until::End,
        ..Config::default()
    };
    let stream = Stream::check(config).unwrap_or_else(|problems| panic!("{problems:?}"));
    let metrics = Metrics::new();
    let ended = stream.run(&metrics, &Readiness::new(&metrics), &Drain::new()).unwrap();
    kafka.delete_topic(&dead_letter);
    assert_eq!((ended[0].end, ended[0].total().forwarded), (End::Done, RECORDS as u64));
    ended[0].took
}

/// The settings that privet gives its consumer, for its default memory.
fn consumer(kafka: &Kafka) -> BaseConsumer {
    let mut config = kafka.config();
    config
        .set("group.id", unique("bench-bare"))
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("queued.max.messages.kbytes", "65536")
        .set("fetch.max.bytes", (50 << 20).to_string())
        .set("max.partition.fetch.bytes", (1 << 20).to_string())
        .set("fetch.queue.backoff.ms", "50")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("isolation.level", "read_committed")
        .set("statistics.interval.ms", "5000");
    config.create().unwrap()
}

/// The settings that privet gives its producer.
fn producer(kafka: &Kafka) -> BaseProducer {
    let mut config: ClientConfig = kafka.config();
    config
        .set("transactional.id", unique("bench-bare"))
        .set("transaction.timeout.ms", "60000")
        .set("message.timeout.ms", "18000")
        .set("linger.ms", "5")
        .set("batch.size", "1000000")
        .set("queue.buffering.max.messages", "200000")
        .set("queue.buffering.max.kbytes", "65536");
    config.create().unwrap()
}

/// The bare pass-through; gives the time from its first transaction to its last commit.
fn bare(kafka: &Kafka, input: &str, output: &str) -> Duration {
    let producer = producer(kafka);
    producer.init_transactions(PATIENCE).unwrap();
    let consumer = consumer(kafka);
    consumer.subscribe(&[input]).unwrap();
    let (mut first, mut done) = (None, 0);
    while done < RECORDS {
        let Some(message) = consumer.poll(COMMIT_INTERVAL) else { continue };
        let opened = Instant::now();
        first.get_or_insert(opened);
        producer.begin_transaction().unwrap();
        let (mut next, mut records, mut bytes) = (BTreeMap::new(), 0, 0);
        let mut taken = Some(message);
        loop {
            if let Some(message) = taken {
                let message = message.unwrap();
                send(&producer, output, &message);
                next.insert(message.partition(), message.offset() + 1);
                (records, bytes) = (records + 1, bytes + message.payload().map_or(0, <[u8]>::len));
            }
            let left = COMMIT_INTERVAL.saturating_sub(opened.elapsed());
            if left.is_zero() || records >= COMMIT_RECORDS || bytes >= COMMIT_BYTES || done + records >= RECORDS {
                break;
            }
            taken = consumer.poll(left.min(Duration::from_millis(10)));
        }
        // `flush` itself would wait in steps of 100 ms.
        while producer.flush(Duration::ZERO).is_err() && producer.in_flight_count() > 0 {
            producer.poll(Duration::from_millis(1));
        }
        let mut offsets = TopicPartitionList::new();
        for (partition, offset) in next {
            offsets.add_partition_offset(input, partition, Offset::Offset(offset)).unwrap();
        }
        let group = consumer.group_metadata().unwrap();
        producer.send_offsets_to_transaction(&offsets, &group, PATIENCE).unwrap();
        producer.commit_transaction(PATIENCE).unwrap();
        done += records;
    }
    first.unwrap().elapsed()
}

fn send(producer: &BaseProducer, output: &str, message: &BorrowedMessage<'_>) {
    let mut record = BaseRecord::to(output).partition(message.partition());
    (record.key, record.payload) = (message.key(), message.payload());
    record.timestamp = message.timestamp().to_millis();
    while let Err((error, again)) = producer.send(record) {
        let full = matches!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull));
        assert!(full, "the producer refused a record: {error}");
        producer.poll(Duration::from_millis(5));
        record = again;
    }
    producer.poll(Duration::ZERO);
}

/// User and system time of this process, in the kernel's ticks of 10 ms (proc(5), fields 14 and 15).
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn tell(corpus: Corpus, bytes: usize, took: &BTreeMap<&str, Vec<Took>>) {
    let walls = |runner: Runner| took[runner.name()].iter().map(|t| t.wall.as_secs_f64());
    let name = format!("{}, {:.0} bytes", corpus.name(), bytes as f64 / RECORDS as f64);
    for runner in RUNNERS {
        let wall = median(walls(runner).collect());
        let cpu = median(took[runner.name()].iter().map(|t| t.cpu.as_secs_f64()).collect());
        // Each run beside the bare one of its own round.
        let ratio = median(walls(Runner::Bare).zip(walls(runner)).map(|(bare, own)| bare / own).collect());
        println!(
            "| {} | {} | {:.0} | {:.1} | {:.1} | {ratio:.2} |",
            if runner == Runner::Bare { name.as_str() } else { "" },
            runner.name(),
            RECORDS as f64 / wall,
            bytes as f64 / 1e6 / wall,
            cpu * 1e6 / RECORDS as f64,
        );
    }
}
