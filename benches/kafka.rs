//! How many bytes a second go from Kafka to Kafka, exactly once, beside a bare pass-through by the same client?
//!
//! The broker is a real one, started by `scripts/kafka.sh`. The bare loop is what one writes first: one thread that
//! consumes, produces, and stops and waits while its transaction commits, with the same settings of librdkafka, the same
//! commit interval, and no waiting in steps of 100 ms. Runs alternate, so that a noisy machine is noisy for all; medians
//! count, and ratios more than figures. `cargo bench --bench kafka -- --commits RATE` tells how long commits take at a rate
//! of records a second, and nothing else.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::indexing_slicing, clippy::string_slice, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
#![allow(clippy::cast_precision_loss, clippy::type_complexity, clippy::print_stderr)]

#[allow(dead_code, reason = "one generator serves several benches")]
mod corpus;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/mod.rs"]
mod support;

use corpus::Corpus;
use privet::detect::{RecognizerSet, TaggerUse};
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
use support::kafka::{Input, Kafka, flush, send as produce, unique};

const PARTITIONS: i32 = 12;
/// Bytes of all records of a run, about.
const BYTES: usize = 120 << 20;
const ROUNDS: usize = 5;
/// As the loop has them.
const COMMIT_INTERVAL: Duration = Duration::from_millis(100);
const COMMIT_RECORDS: usize = 10_000;
const COMMIT_BYTES: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(60);
/// How long records come at a rate.
const PACED: Duration = Duration::from_secs(10);
/// What a group takes at most until its one member has the partitions.
const JOIN: Duration = Duration::from_secs(5);
/// Between two of the portions in which they come.
const PORTION: Duration = Duration::from_millis(20);

/// Who takes the records over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runner {
    Bare,
    /// privet, with a policy that keeps everything unread.
    Keeps,
    /// privet, with no field named: every value is scanned with the default set, but for the tagger.
    Scans,
    /// The same with the tagger.
    Tags,
}

const RUNNERS: [Runner; 4] = [Runner::Bare, Runner::Keeps, Runner::Scans, Runner::Tags];

impl Runner {
    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare pass-through, one thread",
            Self::Keeps => "privet, every field kept",
            Self::Scans => "privet, every field scanned",
            Self::Tags => "the same, and the tagger",
        }
    }

    fn plan(self, topics: [&str; 3]) -> Plan {
        let [input, output, dead_letter] = topics;
        let fields = if self == Self::Keeps { "{\"**\": keep, $key: keep}" } else { "{$key: keep}" };
        let text = format!(
            "privet: v1\nproduct: bench/{}\ninput: {{kafka: {input}}}\noutput: {{kafka: {output}}}\n\
             dead_letter: {{kafka: {dead_letter}}}\nfields: {fields}\n",
            unique("p"),
        );
        let set = RecognizerSet::builtin();
        let context = CompileContext { set: &set, rings: &|_| Ok(None), tenant: "" };
        let plan = compile(&Source::new("bench.yaml", &text), &context).unwrap_or_else(|wrong| panic!("{wrong}"));
        if self == Self::Tags { plan } else { plan.with_tagger(TaggerUse::Off) }
    }
}

/// What one run took.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    /// Processor time of this process.
    cpu: Duration,
    /// Processor time of the broker, which writes the records that were read, too.
    broker: Duration,
    /// The share of the time in which lanes were busy; none of the bare loop.
    busy: Option<f64>,
    /// From a transaction's last record to the answer to its commit, the mean.
    commit: Duration,
}

/// The records of a corpus: so many of its events in each.
#[derive(Debug, Clone, Copy)]
struct Load {
    corpus: Corpus,
    events: usize,
}

const LOADS: [Load; 3] = [
    Load { corpus: Corpus::Typical, events: 1 },
    Load { corpus: Corpus::Typical, events: 4 },
    Load { corpus: Corpus::Dense, events: 1 },
];

impl Load {
    fn values(self) -> Vec<Vec<u8>> {
        let events = corpus::ndjson(self.corpus, 8 << 20);
        let lines: Vec<&[u8]> = events.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        let array = |lines: &[&[u8]]| [b"[".as_slice(), &lines.join(&b","[..]), b"]"].concat();
        let value = |lines: &[&[u8]]| if self.events == 1 { lines[0].to_vec() } else { array(lines) };
        lines.chunks_exact(self.events).map(value).collect()
    }

    fn name(self, bytes: usize) -> String {
        format!("{}, {bytes} bytes", self.corpus.name())
    }
}

/// The records of a topic.
struct Filled {
    topic: String,
    records: usize,
    bytes: usize,
}

fn main() {
    let kafka = Kafka::shared();
    let mut arguments = std::env::args().skip_while(|argument| argument != "--commits").skip(1);
    if let Some(rate) = arguments.next() {
        return tell_commits(kafka, &LOADS[0].values(), rate.parse().unwrap());
    }
    println!(
        "| corpus | runner | records/s | MB/s | µs of processor a record | of the broker's | lanes busy | of the bare rate |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut rate = 0;
    for load in LOADS {
        let values = load.values();
        let input = fill(kafka, &values);
        let mut took: BTreeMap<&str, Vec<Took>> = BTreeMap::new();
        for _ in 0..ROUNDS {
            for runner in RUNNERS {
                took.entry(runner.name()).or_default().push(run(kafka, runner, &input));
            }
        }
        kafka.delete_topic(&input.topic);
        tell(load, &input, &took);
        if rate == 0 {
            // Who produces them needs the machine, too.
            let walls = took[Runner::Scans.name()].iter().map(|took| took.wall.as_secs_f64()).collect();
            rate = (input.records as f64 / median(walls) / 4.0) as usize;
        }
    }
    tell_commits(kafka, &LOADS[0].values(), rate);
}

/// Puts records into a topic.
fn fill(kafka: &Kafka, values: &[Vec<u8>]) -> Filled {
    let mut filled = Filled { topic: kafka.new_topic("bench-in", PARTITIONS), records: 0, bytes: 0 };
    while filled.bytes < BYTES {
        let records = portion(values, filled.records, 20_000);
        filled.bytes += records.iter().filter_map(|record| record.value.as_ref()).map(Vec::len).sum::<usize>();
        filled.records += records.len();
        kafka.produce(&filled.topic, &records);
    }
    filled
}

/// Makes so many records, from this number on.
fn portion(values: &[Vec<u8>], from: usize, count: usize) -> Vec<Input> {
    let record = |n: usize| Input {
        partition: Some(n as i32 % PARTITIONS),
        key: Some(format!("k-{n}").into_bytes()),
        value: Some(values[n % values.len()].clone()),
        ..Input::default()
    };
    (from..from + count).map(record).collect()
}

fn run(kafka: &Kafka, runner: Runner, input: &Filled) -> Took {
    let output = kafka.new_topic("bench-out", PARTITIONS);
    let took = match runner {
        Runner::Bare => bare(kafka, (&input.topic, &output), input.records),
        Runner::Keeps | Runner::Scans | Runner::Tags => {
            privet(kafka, runner, (&input.topic, &output), input.records, &Drain::new(), Until::End)
        }
    };
    kafka.delete_topic(&output);
    took
}

/// The loop; its time is that from its first transaction to its last commit.
fn privet(
    kafka: &Kafka,
    runner: Runner,
    (input, output): (&str, &str),
    records: usize,
    drain: &Drain,
    until: Until,
) -> Took {
    let dead_letter = kafka.new_topic("bench-dead", 1);
    let config = Config {
        kafka: Brokers { brokers: kafka.servers().to_owned(), ..Brokers::default() },
        products: vec![Product::new(Arc::new(runner.plan([input, output, &dead_letter])))],
        until,
        ..Config::default()
    };
    let lanes = config.lanes.get() as f64;
    let stream = Stream::check(config).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (metrics, cpu, broker) = (Metrics::new(), cpu_time(), broker_time());
    let ended = stream.run(&metrics, &Readiness::new(&metrics), drain).unwrap();
    let (cpu, broker) = (cpu_time() - cpu, broker_time() - broker);
    kafka.delete_topic(&dead_letter);
    assert_eq!((ended[0].end, ended[0].total().forwarded), (End::Done, records as u64));
    let told = metrics.encode();
    let wall = ended[0].took;
    Took {
        wall,
        cpu,
        broker,
        busy: Some(sum(&told, "privet_batch_duration_seconds_sum") / wall.as_secs_f64() / lanes),
        commit: Duration::from_secs_f64(
            sum(&told, "privet_commit_duration_seconds_sum") / sum(&told, "privet_commit_duration_seconds_count"),
        ),
    }
}

/// The sum of a metric's values.
fn sum(metrics: &str, name: &str) -> f64 {
    let values = metrics.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.rsplit(' ').next());
    values.map(|value| value.parse::<f64>().unwrap()).sum()
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

/// The bare pass-through; its time is that from its first transaction to its last commit.
fn bare(kafka: &Kafka, (input, output): (&str, &str), all: usize) -> Took {
    let (cpu, broker) = (cpu_time(), broker_time());
    let producer = producer(kafka);
    producer.init_transactions(PATIENCE).unwrap();
    let consumer = consumer(kafka);
    consumer.subscribe(&[input]).unwrap();
    let (mut first, mut done, mut commits) = (None, 0, Vec::new());
    while done < all {
        let Some(message) = consumer.poll(COMMIT_INTERVAL) else { continue };
        let opened = Instant::now();
        first.get_or_insert(opened);
        producer.begin_transaction().unwrap();
        let (mut next, mut records, mut bytes) = (BTreeMap::new(), 0, 0);
        let (mut taken, mut last) = (Some(message), opened);
        loop {
            if let Some(message) = taken {
                let message = message.unwrap();
                send(&producer, output, &message);
                last = Instant::now();
                next.insert(message.partition(), message.offset() + 1);
                (records, bytes) = (records + 1, bytes + message.payload().map_or(0, <[u8]>::len));
            }
            let left = COMMIT_INTERVAL.saturating_sub(opened.elapsed());
            if left.is_zero() || records >= COMMIT_RECORDS || bytes >= COMMIT_BYTES || done + records >= all {
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
        commits.push(last.elapsed());
        done += records;
    }
    let commit = commits.iter().sum::<Duration>() / commits.len() as u32;
    let wall = first.unwrap().elapsed();
    Took { wall, cpu: cpu_time() - cpu, broker: broker_time() - broker, busy: None, commit }
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

/// User and system time of this process.
fn cpu_time() -> Duration {
    time_of("self")
}

/// User and system time of the broker, or the brokers, of this machine.
fn broker_time() -> Duration {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_broker = |process: &String| {
        let command = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        command.split(|byte| *byte == 0).any(|argument| argument == b"kafka.Kafka")
    };
    processes.filter(|name| name.parse::<u32>().is_ok()).filter(is_broker).map(|process| time_of(&process)).sum()
}

/// User and system time of a process, in the kernel's ticks of 10 ms (proc(5), fields 14 and 15).
fn time_of(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn tell(load: Load, input: &Filled, took: &BTreeMap<&str, Vec<Took>>) {
    let all = |runner: Runner, of: &dyn Fn(&Took) -> f64| took[runner.name()].iter().map(of).collect::<Vec<f64>>();
    let walls = |runner: Runner| all(runner, &|took| took.wall.as_secs_f64());
    let (records, bytes) = (input.records as f64, input.bytes as f64);
    let name = load.name(input.bytes / input.records);
    for runner in RUNNERS {
        let wall = median(walls(runner));
        let [cpu, broker] =
            [all(runner, &|took| took.cpu.as_secs_f64()), all(runner, &|took| took.broker.as_secs_f64())].map(median);
        let busy = match runner {
            Runner::Bare => String::new(),
            Runner::Keeps | Runner::Scans | Runner::Tags => {
                format!("{:.2}", median(all(runner, &|took| took.busy.unwrap_or_default())))
            }
        };
        // Each run beside the bare one of its own round.
        let ratio = median(walls(Runner::Bare).iter().zip(walls(runner)).map(|(bare, own)| bare / own).collect());
        println!(
            "| {} | {} | {:.0} | {:.1} | {:.1} | {:.1} | {busy} | {ratio:.2} |",
            if runner == Runner::Bare { name.as_str() } else { "" },
            runner.name(),
            records / wall,
            bytes / 1e6 / wall,
            cpu * 1e6 / records,
            broker * 1e6 / records,
        );
    }
}

/// Tells how long commits take while records come at a rate, in turn.
fn tell_commits(kafka: &Kafka, values: &[Vec<u8>], rate: usize) {
    println!("\n| records/s | bare pass-through: ms a commit, mean | privet, every field scanned: ms a commit, mean |");
    println!("|---|---|---|");
    let mut commits: [Vec<f64>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (runner, commits) in [Runner::Bare, Runner::Scans].into_iter().zip(&mut commits) {
            commits.push(paced(kafka, runner, values, rate).commit.as_secs_f64() * 1e3);
        }
    }
    let [bare, own] = commits.map(median);
    println!("| {rate} | {bare:.1} | {own:.1} |");
}

/// One run over records that come while it goes on.
fn paced(kafka: &Kafka, runner: Runner, values: &[Vec<u8>], rate: usize) -> Took {
    let [input, output] = ["bench-in", "bench-out"].map(|name| kafka.new_topic(name, PARTITIONS));
    let count = (rate as f64 * PORTION.as_secs_f64()) as usize;
    let portions = (PACED.as_secs_f64() / PORTION.as_secs_f64()) as usize;
    let (all, drain) = (count * portions, Drain::new());
    let took = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(JOIN);
            let (producer, begun) = (kafka.producer(), Instant::now());
            for place in 0..portions {
                produce(&producer, &input, &portion(values, place * count, count));
                let due = PORTION * (place as u32 + 1);
                std::thread::sleep(due.saturating_sub(begun.elapsed()));
            }
            flush(&producer);
            // What came last is committed by then, or the count at the end says so.
            std::thread::sleep(10 * COMMIT_INTERVAL);
            if runner != Runner::Bare {
                drain.begin();
            }
        });
        if runner == Runner::Bare {
            bare(kafka, (&input, &output), all)
        } else {
            privet(kafka, runner, (&input, &output), all, &drain, Until::Told)
        }
    });
    [input, output].iter().for_each(|topic| kafka.delete_topic(topic));
    took
}
