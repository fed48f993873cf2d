//! What keeps `privet run` from starting, and that it says what mends it.

use crate::support::kafka::{Kafka, unique};
use crate::support::process::{Ended, Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};
use std::time::Duration;

const POLICY: &str = "fields: {email: redact}\n";

fn refused(ended: &Ended, said: &[&str]) {
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    for text in said {
        assert!(ended.stderr.contains(text), "{text:?} is not in:\n{}", ended.stderr);
    }
}

fn trial(product: &Product<'_>, more: &[&str]) -> Ended {
    let servers = product.kafka.servers();
    let mut arguments =
        vec!["run", "--brokers", servers, "--from", &product.input, "--to", &product.output, "--policy", "policy.yaml"];
    arguments.extend(["--until-end", "-X", "session.timeout.ms=6000"]);
    arguments.extend(more);
    Privet::run(product.command(&arguments), b"", PATIENCE)
}

#[test]
fn properties_that_the_guarantee_rests_on_are_refused() {
    let product = Product::new(Kafka::shared(), "properties", Topics::default(), POLICY);
    for (property, why) in [
        ("group.id=mine", "group:"),
        ("enable.auto.commit=true", "offsets are committed with the records' transaction"),
        ("enable.idempotence=false", "exactly once rests on it"),
        ("transactional.id=mine", "instance"),
        ("isolation.level=read_uncommitted", "exactly once rests on it"),
        ("acks=1", "exactly once rests on it"),
        ("auto.offset.reset=latest", "start:"),
        ("plugin.library.paths=/tmp/evil.so", "no foreign code is loaded"),
        ("message.timeout.ms=1000", "it follows from `transaction.timeout.ms`"),
        ("delivery.timeout.ms=1000", "it follows from `transaction.timeout.ms`"),
        ("partition.assignment.strategy=range", "partitions move by `cooperative-sticky`"),
        ("sasl.password=hunter2", "${env:NAME}"),
        ("ssl.key.password=hunter2", "${env:NAME}"),
        ("sasl.password=${env:PRIVET_NO_SUCH_PASSWORD}", "PRIVET_NO_SUCH_PASSWORD"),
        ("no.such.property=1", "librdkafka knows no such property"),
        ("linger.ms=hunter2", "does not take this value"),
        ("hunter2", "-X number 2 is not NAME=VALUE"),
    ] {
        let ended = trial(&product, &["-X", property]);
        refused(&ended, &[why]);
        assert!(!ended.stderr.contains("hunter2"), "{property}: the value is shown: {}", ended.stderr);
    }
    // The same command with a property that may be set runs, and a secret by reference is taken.
    product.write("password", "hunter2");
    let ended = trial(&product, &["-X", "linger.ms=1", "-X", "sasl.password=${file:password}"]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
}

#[test]
fn what_the_broker_refuses_again_and_again_is_said_once() {
    let product = Product::new(Kafka::shared(), "short-session", Topics::default(), POLICY);
    // The broker's least is 6 s, and the client asks to join every second or two.
    let mut instance =
        product.start(Instance { session: "1000", consumer: "heartbeat.interval.ms: 100", ..Instance::default() });
    instance.wait_for_stderr("InvalidSessionTimeout", PATIENCE);
    std::thread::sleep(Duration::from_secs(8));
    let said = instance.stderr();
    // The client tells it in two ways, each of them once.
    for way in ["Global error: InvalidSessionTimeout", "Message consumption error: InvalidSessionTimeout"] {
        assert!(said.matches(way).count() <= 1, "{said}");
    }
    assert!(said.matches("InvalidSessionTimeout").count() <= 2, "{said}");
    instance.signal(Signal::Terminate);
    instance.wait(PATIENCE);
}

#[test]
fn a_trial_never_starts_without_a_policy() {
    let product = Product::new(Kafka::shared(), "no-policy", Topics::default(), POLICY);
    let arguments =
        ["run", "--brokers", product.kafka.servers(), "--from", &product.input, "--to", &product.output, "--until-end"];
    refused(&Privet::run(product.command(&arguments), b"", PATIENCE), &["--policy"]);
    product.write("policy.yaml", "privet: v1\nproduct: x\nfields: {email: redct}\n");
    refused(&trial(&product, &[]), &["policy.yaml:3:", "redct", "redact"]);
}

#[test]
fn a_topic_that_is_not_there_is_named_with_what_makes_it() {
    let product = Product::new(Kafka::shared(), "absent", Topics::default(), POLICY);
    let ghost = unique("ghost");
    for role in ["input", "output", "dead_letter"] {
        let topic = |name: &str, real: &str| if name == role { ghost.clone() } else { real.to_owned() };
        product.write(
            "policy.yaml",
            &format!(
                "privet: v1\nproduct: test/absent\ninput: {{kafka: {}}}\noutput: {{kafka: {}}}\ndead_letter: {{kafka: {}}}\n",
                topic("input", &product.input),
                topic("output", &product.output),
                topic("dead_letter", &product.dead_letter),
            ),
        );
        let spelled = format!("{} topic {ghost} does not exist", role.replace('_', "-"));
        let mend = format!("--create --topic {ghost}");
        refused(&product.run_to_end(Instance::default(), &[]), &[&spelled, "to mend it", &mend]);
    }
}

#[test]
fn fewer_output_partitions_than_the_input_has_are_refused() {
    let kafka = Kafka::shared();
    let product = Product::new(kafka, "fewer", Topics { partitions: 2, ..Topics::default() }, POLICY);
    let narrow = kafka.new_topic("fewer-out", 1);
    let ended = trial(&product, &["--to", &narrow]);
    // The option stands there twice: the command line says so before anything is asked of the broker.
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    let arguments = [
        "run",
        "--brokers",
        kafka.servers(),
        "--from",
        &product.input,
        "--to",
        &narrow,
        "--policy",
        "policy.yaml",
        "--until-end",
    ];
    let ended = Privet::run(product.command(&arguments), b"", PATIENCE);
    refused(&ended, &["has 1 partitions, fewer than the 2 of input topic", "to mend it", "--alter", "--partitions 2"]);
}

#[test]
fn brokers_that_do_not_answer_are_named() {
    let product = Product::new(Kafka::shared(), "silent", Topics::default(), POLICY);
    let ended = product.run_to_end(Instance { brokers: Some("127.0.0.1:1"), ..Instance::default() }, &[]);
    refused(&ended, &["127.0.0.1:1", "to mend it"]);
}

#[test]
fn one_line_says_what_runs_from_where_to_where() {
    let product = Product::new(Kafka::shared(), "line", Topics { partitions: 2, ..Topics::default() }, POLICY);
    let ended = product.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let line = ended.stderr.lines().find(|line| line.contains("->")).unwrap_or_default();
    for part in [&product.input, &product.output, &product.dead_letter, "2 partitions", "exactly once", "sha256:"] {
        assert!(line.contains(part), "{part} is not in {line:?}");
    }
}

#[test]
fn a_route_that_feeds_itself_is_refused() {
    let kafka = Kafka::shared();
    let product = Product::new(kafka, "circle", Topics::default(), POLICY);
    let second = format!(
        "privet: v1\nproduct: test/back\ninput: {{kafka: {}}}\noutput: {{kafka: {}}}\ndead_letter: {{kafka: {}}}\n",
        product.output, product.input, product.dead_letter
    );
    product.write("back.yaml", &second);
    product.write(
        "privet.yaml",
        &format!(
            "kafka: {{brokers: \"{}\"}}\nproducts: [{{policy: policy.yaml}}, {{policy: back.yaml}}]\nadmin: off\n",
            kafka.servers()
        ),
    );
    let ended = Privet::run(product.command(&["run", "-c", "privet.yaml", "--until-end"]), b"", PATIENCE);
    refused(&ended, &["is an input of this process", "to mend it"]);
}
