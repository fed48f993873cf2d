//! What the broker does not let us do is told before the first record, with what mends it.

use crate::support::eventually;
use crate::support::kafka::{Kafka, python};
use crate::support::process::{Ended, Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const POLICY: &str = "fields: {email: redact}\n";

fn product(name: &str) -> Product<'static> {
    Product::new(Kafka::shared(), name, Topics::default(), POLICY)
}

fn check(product: &Product<'_>) -> Ended {
    let settings = product.settings(Instance::default());
    Privet::run(product.command(&["check", "-c", &settings]), b"", PATIENCE)
}

/// From now on nobody may do anything else with this resource.
fn allow(product: &Product<'_>, kind: &str, name: &str, operations: &[&str]) {
    let arguments = [&[product.kafka.servers(), kind, name], operations].concat();
    python("tests/kafka/allow.py", &arguments);
}

/// Checks until the broker knows the rights, and gives what the check said then.
fn check_until_refused(product: &Product<'_>) -> Ended {
    eventually("the check refuses", PATIENCE, || {
        let ended = check(product);
        (ended.status.code() == Some(2)).then_some(ended)
    })
}

fn says(product: &Product<'_>, what: &str, mend: &str) {
    let ended = check_until_refused(product);
    assert!(ended.stderr.contains(what) && ended.stderr.contains(&format!("to mend it: {mend}")), "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("to mend it").count(), 1, "{}", ended.stderr);
}

#[test]
fn where_everything_is_allowed_nothing_is_left_unsaid() {
    let product = product("rights");
    let ended = check(&product);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let told = String::from_utf8(ended.stdout).unwrap();
    assert!(told.contains(&product.input) && !told.contains("cannot say"), "{told}");
}

/// What a dead letter holds is outside of all erasure: it must not stay for ever.
#[test]
fn dead_letters_that_are_kept_for_ever_are_warned_of() {
    let warning = |product: &Product<'_>| {
        let ended = check(product);
        assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
        String::from_utf8(ended.stdout).unwrap().lines().find(|line| line.starts_with("warning: ")).map(str::to_owned)
    };
    assert_eq!(warning(&product("letters-limited")), None);
    let topics = Topics { dead_letter: &[("retention.ms", "-1")], ..Topics::default() };
    let one = Product::new(Kafka::shared(), "letters-kept", topics, POLICY);
    let told = warning(&one).unwrap();
    assert!(told.contains(&format!("dead-letter topic {} keeps its records for ever", one.dead_letter)), "{told}");
    let instance = one.start(Instance::default());
    eventually("it warns", PATIENCE, || instance.stderr().contains("keeps its records for ever").then_some(()));
}

#[test]
fn a_topic_that_may_not_be_read_or_written_is_told() {
    let seen = ["DESCRIBE", "DESCRIBE_CONFIGS"];
    let one = product("rights-input");
    allow(&one, "TOPIC", &one.input, &seen);
    says(&one, &format!("no right to read input topic {}", one.input), "give the principal Read");
    let one = product("rights-output");
    allow(&one, "TOPIC", &one.output, &[&seen[..], &["READ"]].concat());
    says(&one, &format!("no right to write output topic {}", one.output), "give the principal Write");
    // A dry run writes nothing.
    let ended = one.run_to_end(Instance::default(), &["--dry-run"]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let one = product("rights-dead");
    allow(&one, "TOPIC", &one.dead_letter, &seen);
    says(&one, &format!("no right to write dead-letter topic {}", one.dead_letter), "give the principal Write");
    // To run asks the same.
    let ended = one.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("no right to write dead-letter topic"), "{}", ended.stderr);
    let one = product("rights-unseen");
    allow(&one, "TOPIC", &one.output, &["ALTER_CONFIGS"]);
    says(&one, &format!("no right to see output topic {}", one.output), "give the principal Describe");
}

#[test]
fn a_group_that_may_be_seen_and_not_joined_is_told() {
    let one = product("rights-group");
    allow(&one, "GROUP", &one.group, &["DESCRIBE"]);
    says(&one, &format!("no right to use consumer group {}", one.group), "give the principal Read on that group");
}

#[test]
fn a_transactional_id_that_may_not_be_used_is_told() {
    let one = product("rights-transactions");
    let id = format!("{}-0", one.group);
    allow(&one, "TRANSACTIONAL_ID", &id, &["DESCRIBE"]);
    says(&one, &format!("no right to use transactional id {id}"), "give the principal Write and Describe");
    let ended = one.run_to_end(Instance::default(), &[]);
    assert_eq!(ended.status.code(), Some(3), "{}", ended.stderr);
    let reason = "access denied by the broker (transactional_id_authorization_failed): give the principal Write";
    assert!(ended.stderr.contains(reason), "{}", ended.stderr);
}

#[test]
fn a_check_does_not_disturb_an_instance_at_work() {
    let one = product("rights-at-work");
    let mut instance = one.start(Instance::default());
    one.produce(&[super::poison::value(r#"{"email":"a@b.example"}"#)]);
    one.wait_until_passed(1, PATIENCE, &mut [&mut instance]);
    let ended = check(&one);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let told = String::from_utf8(ended.stdout).unwrap();
    let unsaid = format!("cannot say whether transactional id {}-0 may be used: an instance is at work", one.group);
    assert!(told.contains(&unsaid), "{told}");
    one.produce(&[super::poison::value(r#"{"email":"a@b.example"}"#)]);
    one.wait_until_passed(2, PATIENCE, &mut [&mut instance]);
    assert!(!instance.stderr().contains("begin anew"), "{}", instance.stderr());
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
}
