//! SIGHUP while records flow: no record is lost or doubled, and each is treated under the policy that its header names.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::poison::{EMAIL, good, numbers};
use crate::support::kafka::{Input, Kafka, Read};
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product, Topics};

const RECORDS: usize = 3_000;
const POLICY: &str = "fields:\n  email: {replace: {value: first}}\n";

#[test]
fn a_policy_is_exchanged_between_transactions_and_a_bad_one_is_refused() {
    let product = Product::new(Kafka::shared(), "reload", Topics { partitions: 2, ..Topics::default() }, POLICY);
    let mut instance = product.start(Instance::default());
    let mut sent = 0;
    let mut send = |count: usize| {
        product.produce(&(sent..sent + count).map(good).collect::<Vec<_>>());
        sent += count;
        i64::try_from(sent).unwrap()
    };
    let first = send(10);
    product.wait_until_passed(first, PATIENCE, &mut [&mut instance]);

    product.change_policy(&POLICY.replace("replace:", "replcae:"));
    instance.signal(Signal::HangUp);
    instance.wait_for_stderr("reload refused", PATIENCE);
    assert!(instance.stderr().contains("replcae"), "{}", instance.stderr());

    // A bulk is under way when the next is read; what comes after is treated under it for sure.
    product.change_policy(&POLICY.replace("first", "second"));
    send(RECORDS);
    instance.signal(Signal::HangUp);
    instance.wait_for_stderr("reloaded", PATIENCE);
    let all = send(10);
    product.wait_until_passed(all, PATIENCE, &mut [&mut instance]);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());

    let read = product.forwarded();
    let mut found = numbers(&read);
    found.sort_unstable();
    assert_eq!(found, (0..read.len() as u64).collect::<Vec<_>>());
    assert_eq!(read.len(), RECORDS + 20);
    let policy = |n: u64| {
        let record = read.iter().find(|record| numbers(std::slice::from_ref(record)) == [n]).unwrap();
        record.header("privet-policy").unwrap().to_owned()
    };
    let (old, new) = (policy(0), policy(read.len() as u64 - 1));
    assert_ne!(old, new);
    for partition in 0..2 {
        let here: Vec<_> = read.iter().filter(|record| record.partition == partition).collect();
        let is_new: Vec<bool> = here.iter().map(|record| record.header("privet-policy") == Some(&new)).collect();
        assert!(is_new.is_sorted(), "the old one does not come back");
        for (record, is_new) in here.iter().zip(is_new) {
            assert_eq!(record.text().contains("second"), is_new, "{}", record.text());
        }
    }
    let said = instance.stderr();
    assert!(said.contains(old.strip_prefix("sha256:").unwrap()) && said.contains(new.strip_prefix("sha256:").unwrap()));
    assert!(!said.contains(EMAIL), "{said}");
}

const ROTATED: &str = "\
fields:
  n: keep
  mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}
  pinned: {tokenize: {ring: customer, as: EMAIL_ADDRESS, epoch: EPOCH}}
  joined: {hash: {ring: customer, as: CUSTOMER, epoch: EPOCH}}
";
/// Records that are sent at once, again and again.
const PORTION: usize = 20;
/// So many pass before the rotation, and as many after it, in both partitions.
const BEFORE: i64 = 60;

/// Ends a flow of records, also where the test fails.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn address(n: usize) -> String {
    format!("kim.{}@planted.example.org", n % 50)
}

/// A record whose two addresses are one value, with a customer who is the same in all.
fn rotated(n: usize) -> Input {
    let mail = address(n);
    let value = format!("{{\"n\":{n},\"mail\":\"{mail}\",\"pinned\":\"{mail}\",\"joined\":\"customer 1\"}}");
    Input { partition: Some(i32::from(n % 2 == 1)), value: Some(value.into_bytes()), ..Input::default() }
}

fn field(record: &Read, name: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(record.text()).unwrap();
    json[name].as_str().unwrap_or_else(|| panic!("{name}: {}", record.text())).to_owned()
}

/// The id of the key that a token names, as rings spell it.
fn key_of(token: &str) -> String {
    let body = token.strip_prefix("tok_").unwrap_or_else(|| panic!("{token}")).to_uppercase();
    let body = data_encoding::BASE32_NOPAD.decode(body.as_bytes()).unwrap();
    data_encoding::HEXLOWER.encode(&body[1..5])
}

fn primary(product: &Product<'_>) -> String {
    let ring: serde_json::Value = serde_json::from_slice(&product.read("customer.keyring.json")).unwrap();
    ring["primary"].as_str().unwrap().to_owned()
}

/// Sends records for as long as the ring is rotated and the process reads it anew; gives how many.
fn rotate_in_mid_stream(product: &Product<'_>, instance: &mut Privet) -> usize {
    let (ends, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
    let count = || i64::try_from(sent.load(Ordering::Relaxed)).unwrap();
    std::thread::scope(|scope| {
        let _ending = Ending(&ends);
        scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                let first = sent.load(Ordering::Relaxed);
                product.produce(&(first..first + PORTION).map(rotated).collect::<Vec<_>>());
                sent.store(first + PORTION, Ordering::Relaxed);
            }
        });
        product.wait_until_passed(BEFORE, PATIENCE, &mut [&mut *instance]);
        let done = Privet::run(product.command(&["keys", "rotate", "customer.keyring.json"]), b"", PATIENCE);
        assert!(done.status.success(), "{}", done.stderr);
        instance.signal(Signal::HangUp);
        instance.wait_for_stderr("reloaded", PATIENCE);
        product.wait_until_passed(count() + BEFORE, PATIENCE, &mut [&mut *instance]);
    });
    product.wait_until_passed(count(), PATIENCE, &mut [&mut *instance]);
    sent.into_inner()
}

/// Fields that follow the primary key go over to the new one once and for all, pinned ones stay, and everything opens.
#[test]
fn a_ring_is_rotated_in_mid_stream() {
    let topics = Topics { partitions: 2, ..Topics::default() };
    let product = Product::new(Kafka::shared(), "reload-rotated", topics, ROTATED);
    let me = String::from_utf8(std::process::Command::new("id").arg("-u").output().unwrap().stdout).unwrap();
    let more = format!(
        "access: {{audit: \"file:audit.jsonl\", limits: {{opened_values: 1000000}}, roles: [{{callers: {{user: \"{}\"}}, \
         may: deanonymize, rings: customer, kinds: \"*\"}}]}}\n",
        me.trim()
    );
    let settings = Instance { more: &more, ..Instance::default() };
    let old = primary(&product);
    let mut instance = product.start(settings);
    let sent = rotate_in_mid_stream(&product, &mut instance);
    let new = primary(&product);
    assert_ne!(old, new);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
    assert!(!instance.stderr().contains("planted.example.org"), "{}", instance.stderr());

    product.wait_until_closed();
    let read = product.forwarded();
    let mut found = numbers(&read);
    found.sort_unstable();
    assert_eq!(found, (0..sent as u64).collect::<Vec<_>>(), "no record is lost or doubled");
    for partition in 0..2 {
        let here = read.iter().filter(|record| record.partition == partition);
        let keys: Vec<String> = here.map(|record| key_of(&field(record, "mail"))).collect();
        let changed = keys.iter().position(|key| *key == new).expect("the new key is used");
        assert!(changed > 0, "records flow before the rotation, too");
        assert!(keys[..changed].iter().all(|key| *key == old) && keys[changed..].iter().all(|key| *key == new));
    }
    let joined = field(&read[0], "joined");
    let mut pinned = std::collections::BTreeMap::new();
    for (record, n) in read.iter().zip(numbers(&read)) {
        let token = field(record, "pinned");
        assert_eq!(key_of(&token), old, "a pinned field stays");
        let address = address(usize::try_from(n).unwrap());
        assert_eq!(*pinned.entry(address).or_insert_with(|| token.clone()), token, "and goes on joining");
        assert_eq!(field(record, "joined"), joined, "so does a pinned hash");
    }

    let file = product.settings(settings);
    let lines: String = read.iter().map(|record| record.text().to_owned() + "\n").collect();
    let arguments = ["deanonymize", "-c", &file, "--reason", "a test", "-f", "ndjson"];
    let back = Privet::run(product.command(&arguments), lines.as_bytes(), PATIENCE);
    assert!(back.status.success(), "{}", back.stderr);
    let back = String::from_utf8(back.stdout).unwrap();
    assert_eq!(back.lines().count(), sent);
    for (line, n) in back.lines().zip(numbers(&read)) {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        let address = address(usize::try_from(n).unwrap());
        assert_eq!((json["mail"].as_str(), json["pinned"].as_str()), (Some(&*address), Some(&*address)));
    }
}
