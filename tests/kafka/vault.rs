//! Records whose tokens a vault keeps: what a replay after a kill gives.

use std::collections::BTreeMap;
use std::time::Duration;

use super::metrics::{free_address, gauge};
use super::numbered::{Load, Numbered, number};
use super::victim::Victim;
use crate::support::eventually;
use crate::support::kafka::{Input, Isolation, Kafka};
use crate::support::postgres::Postgres;
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

/// What the numbered records need, with tokens that are drawn at random.
pub const POLICY: &str = "\
fields:
  n: keep
  email: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, prefix: cus_}}
  name: redact
  phone: {mask: {keep_last: 2}}
  note: scan
  $headers.user: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, prefix: cus_}}
";

const TOTAL: u32 = 12_000;
const RATE: u32 = 400;
/// Kills that hit an open transaction: its tokens are in the vault by then, and its records are not committed.
const HITS: u32 = 6;
/// Kills at any moment: before, in or after a commit of the vault.
const ANYWHERE: u32 = 14;

#[test]
fn a_replay_after_kill_9_gives_the_same_tokens() {
    let kafka = Kafka::shared();
    let topics = Topics { partitions: 2, ..Topics::default() };
    let product = Product::new(kafka, "vault-replay", topics, POLICY);
    let numbered = Numbered::new(TOTAL, 2);
    let load = Load::start(kafka, &product.input, numbered, RATE);
    let settings = Instance { more: "vault: {from: \"redb:vault.redb\"}\n", ..Instance::default() };
    let mut victim = Victim::start(&product, settings);
    let mut state = u64::from(std::process::id());
    for round in 0..ANYWHERE {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        victim.kill_after(Duration::from_micros(state >> 45));
        if round < HITS {
            victim.kill(1, &load);
        }
    }
    load.finish();
    let broken = i64::from(TOTAL / 1000);
    product.wait_until_passed(i64::from(TOTAL) + broken, PATIENCE, &mut [&mut victim.running]);
    victim.running.signal(Signal::Terminate);
    let status = victim.running.wait(PATIENCE);
    let said = victim.said + &victim.running.stderr();
    assert_eq!(status.code(), Some(0), "{said}");

    product.wait_until_closed();
    let read = product.forwarded();
    numbered.assert_each_once(&read);
    // What was written before a kill and never committed, byte for byte, is what its replay wrote.
    let mut written: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for record in kafka.read(&product.output, Isolation::Uncommitted) {
        written.entry(number(&record)).or_default().push((record.key, record.value, record.headers));
    }
    let twice: Vec<_> = written.iter().filter(|(_, all)| all.len() > 1).collect();
    assert!(twice.len() >= HITS as usize, "only {} records were written twice", twice.len());
    for (n, all) in &twice {
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "number {n} differs: {all:?}");
    }
    // A header and a field with one value have one token.
    for record in read.iter().filter(|record| record.header("user").is_some()) {
        assert!(record.text().contains(record.header("user").unwrap()), "{record:?}");
    }

    let leaks = numbered.leaks();
    leaks.assert_none_in(&read);
    leaks.assert_none_said(&said);
    leaks.assert_none_said(&String::from_utf8_lossy(&product.read("vault.redb")));
    eprintln!(
        "{} kills, {} of them in an open transaction; {} records written twice",
        ANYWHERE + victim.tried,
        victim.hits,
        twice.len()
    );
}

const FORGETTING: &str = "\
fields:
  id: keep
  n: keep
  mail: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, subject_field: id}}
";

/// The whole topic is read again by another group after somebody was forgotten, while it runs.
#[test]
fn a_replay_does_not_bring_back_who_is_forgotten() {
    let kafka = Kafka::shared();
    let product = Product::new(kafka, "vault-forget", Topics::default(), FORGETTING);
    for arguments in [&["keys", "new", "epochs"][..], &["receipt", "key", "receipts.pem"]] {
        assert!(product.command(arguments).output().unwrap().status.success());
    }
    let more = "rings: {customer: {from: \"file:customer.keyring.json\"}}\n\
                vault: {from: \"redb:vault.redb\", epochs: {from: \"file:epochs.keyring.json\"}}\n";
    let settings = Instance { more, ..Instance::default() };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_millis()).unwrap();
    let record = |n: i64, time: i64| {
        let id = n % 2 + 1;
        let value = format!("{{\"id\":\"c-{id}\",\"n\":{n},\"mail\":\"kim.{id}@planted.example.org\"}}");
        Input { value: Some(value.into_bytes()), timestamp: Some(time), ..Input::default() }
    };
    product.produce(&(0..10).map(|n| record(n, now - 60_000 + n)).collect::<Vec<_>>());
    let mut instance = product.start(settings);
    product.wait_until_passed(10, PATIENCE, &mut [&mut instance]);
    let mails = |records: &[crate::support::kafka::Read]| -> Vec<String> {
        let mail = |record: &crate::support::kafka::Read| {
            let json: serde_json::Value = serde_json::from_str(record.text()).unwrap();
            json["mail"].as_str().unwrap().to_owned()
        };
        records.iter().map(mail).collect()
    };
    let before = mails(&product.forwarded());
    assert!(before.iter().all(|mail| mail.starts_with("tok_")), "{before:?}");

    // c-1 is forgotten through the running process, which then reads a later record of theirs.
    let file = product.settings(settings);
    let forget = ["forget", "-c", &file, "--ring", "customer", "--receipt-key", "receipts.pem"];
    let forgotten = Privet::run(product.command(&forget), b"c-1\n", PATIENCE);
    assert!(forgotten.status.success(), "{}", forgotten.stderr);
    let receipt = String::from_utf8_lossy(&forgotten.stdout).into_owned();
    assert!(receipt.contains("\"erased_tokens\":1") && receipt.contains(&product.dead_letter), "{receipt}");
    product.produce(&[record(10, now + 60_000)]);
    product.wait_until_passed(11, PATIENCE, &mut [&mut instance]);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());

    // The replay: another group reads all of it again.
    let again = product.settings(settings);
    let text = String::from_utf8(product.read(&again)).unwrap();
    product
        .write(&again, &text.replace(&format!("group: {}", product.group), &format!("group: {}-again", product.group)));
    let ended = Privet::run(product.command(&["run", "-c", &again, "--until-end"]), b"", PATIENCE);
    assert!(ended.status.success(), "{}", ended.stderr);
    let all = mails(&product.forwarded());
    assert_eq!(all.len(), 22);
    let (first, replay) = all.split_at(11);
    assert_eq!(&first[..10], &before[..]);
    for n in 0..10 {
        if n % 2 == 0 {
            assert_eq!(replay[n], "", "number {n} is of somebody who is forgotten");
        } else {
            assert_eq!(replay[n], before[n], "number {n}");
        }
    }
    assert!(first[10].starts_with("tok_") && first[10] != before[0], "who comes back has another token");
    assert_eq!(replay[10], first[10]);
    assert!(product.dead_letters().is_empty());
}

/// What stands in a topic of somebody who was forgotten opens with a restored copy of the vault, until the epoch ends.
#[test]
fn a_topic_of_somebody_who_is_forgotten_opens_with_no_copy_after_a_seal() {
    let kafka = Kafka::shared();
    let policy = format!("{FORGETTING}  note: {{encrypt: {{ring: customer, as: NOTE, subject_field: id}}}}\n");
    let product = Product::new(kafka, "vault-seal", Topics::default(), &policy);
    for arguments in [&["keys", "new", "epochs"][..], &["receipt", "key", "receipts.pem"]] {
        assert!(product.command(arguments).output().unwrap().status.success());
    }
    let me = String::from_utf8(std::process::Command::new("id").arg("-u").output().unwrap().stdout).unwrap();
    let more = format!(
        "rings: {{customer: {{from: \"file:customer.keyring.json\"}}}}\n\
         access: {{audit: \"file:audit.jsonl\", roles: [{{callers: {{user: \"{}\"}}, may: deanonymize, rings: customer, kinds: \"*\"}}]}}\n\
         vault: {{from: \"redb:vault.redb\", epochs: {{from: \"file:epochs.keyring.json\"}}}}\n",
        me.trim()
    );
    let settings = Instance { more: &more, ..Instance::default() };
    let value = |n: usize| {
        let id = n % 2 + 1;
        format!(
            "{{\"id\":\"c-{id}\",\"n\":{n},\"mail\":\"kim.{id}@planted.example.org\",\"note\":\"planted of {id}\"}}"
        )
    };
    let record = |n: usize| Input { value: Some(value(n).into_bytes()), ..Input::default() };
    product.produce(&(0..6).map(record).collect::<Vec<_>>());
    let ended = product.run_to_end(settings, &[]);
    assert!(ended.status.success(), "{}", ended.stderr);
    let mut topic: Vec<String> = product.forwarded().iter().map(|record| record.text().to_owned()).collect();
    topic.sort_unstable_by_key(|record| serde_json::from_str::<serde_json::Value>(record).unwrap()["n"].as_u64());
    assert!(topic.len() == 6 && topic.iter().all(|record| !record.contains("planted")), "{topic:?}");

    let file = product.settings(settings);
    let opened = || -> Vec<bool> {
        let arguments = ["deanonymize", "-c", &file, "--reason", "a test", "-f", "ndjson"];
        let lines = topic.join("\n") + "\n";
        let back = Privet::run(product.command(&arguments), lines.as_bytes(), PATIENCE);
        let text = String::from_utf8_lossy(&back.stdout).into_owned();
        let expected = |(n, line): (usize, &str)| {
            assert!(line == value(n) || !line.contains("planted"), "all of it or nothing: {line}");
            line == value(n)
        };
        text.lines().enumerate().map(expected).collect()
    };
    let command = |arguments: &[&str], input: &[u8]| {
        let ended = Privet::run(product.command(arguments), input, PATIENCE);
        assert!(ended.status.success(), "{}", ended.stderr);
    };
    assert_eq!(opened(), [true; 6]);
    product.copy("vault.redb", "backup.redb");
    command(&["forget", "-c", &file, "--ring", "customer", "--receipt-key", "receipts.pem"], b"c-1\n");
    assert_eq!(opened(), [false, true, false, true, false, true]);
    product.copy("vault.redb", "live.redb");
    product.copy("backup.redb", "vault.redb");
    assert_eq!(opened(), [true; 6], "a copy of the vault brings them back, as the receipt says");
    product.copy("live.redb", "vault.redb");
    command(&["vault", "seal", "-c", &file, "--receipt-key", "receipts.pem", "--wait", "0s"], b"");
    assert_eq!(opened(), [false, true, false, true, false, true]);
    product.copy("backup.redb", "vault.redb");
    assert_eq!(opened(), Vec::<bool>::new(), "the copy opens nothing, of nobody: its epoch is gone");
}

/// The server of the vault is halted under load, and comes back.
#[test]
fn what_needs_the_vault_waits_for_it_and_the_rest_goes_on() {
    const TOTAL: u32 = 3_000;
    let kafka = Kafka::shared();
    let server = Postgres::start();
    let database = server.database("kafka");
    let topics = Topics { partitions: 2, ..Topics::default() };
    let product = Product::new(kafka, "vault-away", topics, POLICY);
    let plain = Product::new(kafka, "vault-plain", Topics::default(), "fields: {n: keep, name: redact}\n");
    product.write("plain.yaml", &String::from_utf8(plain.read("policy.yaml")).unwrap());
    product.write("vault.password", "test");
    let admin = free_address();
    let (listen, both) = (
        format!("{{listen: \"{admin}\"}}"),
        format!("start: earliest}}\n  - {{policy: plain.yaml, group: {}, start: earliest", plain.group),
    );
    let vault = format!("vault: {{from: \"{}\", password: \"${{file:vault.password}}\"}}\n", database.address());
    let settings = Instance { admin: &listen, product: &both, more: &vault, ..Instance::default() };
    let mut instance = product.start(settings);
    let numbered = Numbered::new(TOTAL, 2);
    let load = Load::start(kafka, &product.input, numbered, 100);
    product.wait_until_passed(200, PATIENCE, &mut [&mut instance]);
    let ready = format!("privet_ready{{part=\"test/{}\"", product.group);
    let told = |wanted: u64| {
        eventually(&format!("{ready} is {wanted}"), PATIENCE, || (gauge(&admin, &ready) == Some(wanted)).then_some(()));
    };
    told(1);

    server.halt();
    told(0);
    product.wait_until_closed();
    let (passed, shown) = (product.passed(), product.forwarded().len());
    // Time for ten attempts, and the other product works all the while.
    for n in 1..=10_i64 {
        let record = Input { value: Some(format!("{{\"n\":{n},\"name\":\"Kim\"}}").into_bytes()), ..Input::default() };
        plain.produce(&[record]);
        plain.wait_until_passed(n, PATIENCE, &mut [&mut instance]);
    }
    assert!(load.sent() > u32::try_from(passed).unwrap(), "records wait");
    assert_eq!((product.passed(), product.forwarded().len()), (passed, shown), "nothing passes");

    server.restart();
    told(1);
    load.finish();
    let broken = i64::from(TOTAL / 1000);
    product.wait_until_passed(i64::from(TOTAL) + broken, PATIENCE, &mut [&mut instance]);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    product.wait_until_closed();
    numbered.assert_each_once(&product.forwarded());
    let leaks = numbered.leaks();
    leaks.assert_none_said(&instance.stderr());
    database.assert_nowhere(b"planted.example.org");
    assert!(plain.forwarded().iter().all(|record| !record.holds(b"Kim")));
}
