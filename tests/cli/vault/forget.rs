//! People are forgotten: what was kept of them does not open any more, also from a backup once an epoch has ended.

use crate::cli::command::{privet, privet_with, stderr, stdout};
use crate::cli::http::client::Client;
use crate::support::eventually;
use crate::support::postgres::Postgres;
use crate::support::process::{Privet, Signal};
use privet::model::RecordTime;
use privet::transform::{Store as _, SubjectAnswer, SubjectNames, SubjectRequest};
use privet::vault::{Config, Vault};
use std::collections::BTreeMap;
use std::fs::{copy, read, read_to_string, write};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

const POLICY: &str = "\
privet: v1
product: shop/orders
rings: {customer: {from: \"file:customer.keyring.json\"}}
fields:
  id: keep
  mail: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, subject_field: id}}
  note: {encrypt: {ring: customer, as: NOTE, subject_field: id}}
";

pub struct Setup {
    folder: tempfile::TempDir,
    /// The key that receipts are verified with.
    public_key: String,
}

impl Setup {
    pub fn new(vault: &str) -> Self {
        let setup = Self { folder: tempfile::tempdir().unwrap(), public_key: String::new() };
        for ring in ["customer", "epochs"] {
            let path = setup.path(&format!("{ring}.keyring.json"));
            assert_eq!(privet(&["keys", "new", ring, "--ring", path.to_str().unwrap()]).status.code(), Some(0));
        }
        let made = privet(&["receipt", "key", &setup.name("receipts.pem")]);
        assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
        let public_key = stdout(&made).split_whitespace().nth(2).unwrap().to_owned();
        write(setup.path("policy.yaml"), POLICY).unwrap();
        write(setup.path("vault.password"), "test\n").unwrap();
        let me = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap();
        let config = format!(
            "products: [{{policy: policy.yaml}}]\n\
             rings: {{customer: {{from: \"file:customer.keyring.json\"}}}}\n\
             http: {{listen: \"127.0.0.1:0\"}}\nadmin: off\n\
             access:\n  audit: file:audit.jsonl\n  roles:\n    - {{callers: {{user: \"{}\"}}, may: deanonymize, rings: customer, kinds: \"*\"}}\n\
             vault: {{{vault}, epochs: {{from: \"file:epochs.keyring.json\"}}}}\n",
            me.trim()
        );
        write(setup.path("privet.yaml"), config).unwrap();
        Self { public_key, ..setup }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn config(&self) -> String {
        self.name("privet.yaml")
    }

    pub fn anonymized(&self, lines: &str) -> String {
        let (policy, config) = (self.name("policy.yaml"), self.config());
        let arguments = ["anonymize", "--quiet", "--format", "ndjson", "--policy", &policy, "--config", &config];
        let output = privet_with(&arguments, lines.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).to_owned()
    }

    /// Gives what may be turned back of these lines, or how it ended where that is nothing.
    pub fn back(&self, lines: &str) -> Result<String, Option<i32>> {
        let config = self.config();
        let arguments = ["deanonymize", "-c", &config, "--reason", "a test", "--format", "ndjson"];
        let output = privet_with(&arguments, lines.as_bytes());
        match output.status.code() {
            Some(0) => Ok(stdout(&output).to_owned()),
            code => Err(code),
        }
    }

    pub fn forget(&self, subjects: &str) -> Output {
        let (config, key) = (self.config(), self.name("receipts.pem"));
        privet_with(&["forget", "-c", &config, "--ring", "customer", "--receipt-key", &key], subjects.as_bytes())
    }

    pub fn seal(&self) -> Output {
        privet(&["vault", "seal", "-c", &self.config(), "--receipt-key", &self.name("receipts.pem"), "--wait", "0s"])
    }

    /// Holds receipts to their signature; gives them.
    pub fn receipts(&self, output: &Output) -> Vec<BTreeMap<String, serde_json::Value>> {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
        write(self.path("receipts.jsonl"), stdout(output)).unwrap();
        let verify = |file: &str| privet(&["receipt", "verify", "--key", &self.public_key, &self.name(file)]);
        let verified = verify("receipts.jsonl");
        assert_eq!(verified.status.code(), Some(0), "{}{}", stdout(&verified), stderr(&verified));
        let piped = privet_with(&["receipt", "verify", "--key", &self.public_key, "-"], &output.stdout);
        assert_eq!((piped.status.code(), &piped.stdout), (Some(0), &verified.stdout), "{}", stderr(&piped));
        write(self.path("altered.jsonl"), stdout(output).replace("privet_receipt\":1", "privet_receipt\": 1, \"x\":1"))
            .unwrap();
        assert_eq!(verify("altered.jsonl").status.code(), Some(4));
        for (was, is) in [("\n", "\r\n"), (",", ",\r"), ("\n", "\n\r\n")] {
            write(self.path("altered.jsonl"), stdout(output).replacen(was, is, 1)).unwrap();
            let altered = verify("altered.jsonl");
            assert_eq!(altered.status.code(), Some(4), "{is:?}: {}", stdout(&altered));
        }
        stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn line(id: &str) -> String {
    format!("{{\"id\":\"{id}\",\"mail\":\"canary-{id}@corp.example\",\"note\":\"canary of {id}\"}}\n")
}

#[test]
fn who_is_forgotten_opens_no_more_and_after_a_seal_from_no_backup() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let (one, two) = (line("c-1"), line("c-2"));
    let shared = "{\"id\":\"c-2\",\"mail\":\"canary-c-1@corp.example\"}\n";
    let out = setup.anonymized(&(one.clone() + &two + shared));
    assert!(!out.contains("canary"), "{out}");
    let lines: Vec<&str> = out.split_inclusive('\n').collect();
    assert_eq!(setup.back(&out).unwrap(), one.clone() + &two + shared, "before, everything opens");
    copy(setup.path("vault.redb"), setup.path("backup.redb")).unwrap();

    let forgotten = setup.forget("c-1\n");
    // The vault keeps versions of key rings, but not that of its own.
    for (ring, times) in [("key ring customer", 0), ("ring of epochs", 1)] {
        let warned = format!("a roll-back of the {ring} across restarts is not detected");
        assert_eq!(stderr(&forgotten).matches(&warned).count(), times, "{}", stderr(&forgotten));
    }
    let receipt = &setup.receipts(&forgotten)[0];
    assert!(!stdout(&forgotten).contains("c-1"), "never the subject: {}", stdout(&forgotten));
    assert_eq!(
        (&receipt["act"], &receipt["erased_keys"], &receipt["erased_tokens"]),
        (&"forget".into(), &1.into(), &1.into())
    );
    let pending = receipt["pending"].to_string();
    assert!(pending.contains("backups") && pending.contains(receipt["epoch"].as_str().unwrap()), "{pending}");
    assert_eq!(setup.back(lines[0]), Err(Some(4)), "neither the token nor the ciphertext opens");
    assert_eq!(setup.back(lines[1]).unwrap(), two);
    assert_eq!(setup.back(lines[2]), Err(Some(4)), "a shared row went with the first who asked");
    // Twice is no harm.
    let again = &setup.receipts(&setup.forget("c-1\n"))[0];
    assert_eq!((&again["erased_keys"], &again["subject"]), (&0.into(), &receipt["subject"]));

    // A backup brings all of it back, as the receipt says, until the epoch ends.
    copy(setup.path("vault.redb"), setup.path("live.redb")).unwrap();
    copy(setup.path("backup.redb"), setup.path("vault.redb")).unwrap();
    assert_eq!(setup.back(lines[0]).unwrap(), one);
    copy(setup.path("live.redb"), setup.path("vault.redb")).unwrap();
    let sealed = setup.receipts(&setup.seal());
    assert_eq!((&sealed[0]["act"], &sealed[0]["moved_keys"]), (&"seal".into(), &1.into()));
    assert_eq!(sealed[0]["dropped_keys"], 0);
    assert_eq!(sealed[0]["destroyed_epochs"][0], receipt["epoch"]);
    assert_eq!(setup.back(lines[1]).unwrap(), two, "who survives goes on");
    assert_eq!(setup.anonymized(&two).split(',').nth(1), lines[1].split(',').nth(1), "with the same tokens");
    copy(setup.path("vault.redb"), setup.path("live.redb")).unwrap();
    copy(setup.path("backup.redb"), setup.path("vault.redb")).unwrap();
    assert_eq!(setup.back(lines[0]), Err(Some(4)), "a backup is of no use any more");
    copy(setup.path("live.redb"), setup.path("vault.redb")).unwrap();
    // Somebody who comes back has a key and tokens of their own.
    let anew = setup.anonymized(&one);
    assert_ne!(anew.split(',').nth(1), lines[0].split(',').nth(1));
    assert_eq!(setup.back(&anew).unwrap(), one);
    assert_eq!(setup.back(lines[0]), Err(Some(4)), "and what was written before stays closed");
    for name in ["vault.redb", "backup.redb", "audit.jsonl", "receipts.jsonl"] {
        let bytes = read(setup.path(name)).unwrap();
        assert_eq!(memchr::memmem::find(&bytes, b"canary"), None, "{name}");
    }
}

#[test]
fn receipts_and_audit_records_name_the_tenant() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let audit = || -> serde_json::Value {
        serde_json::from_str(read_to_string(setup.path("audit.jsonl")).unwrap().lines().last().unwrap()).unwrap()
    };
    let none = setup.anonymized(&line("c-1"));
    assert_eq!(setup.back(&none).unwrap(), line("c-1"));
    let receipts = [setup.receipts(&setup.forget("c-9\n")), setup.receipts(&setup.seal())].concat();
    assert!(receipts.iter().all(|receipt| !receipt.contains_key("tenant")), "{receipts:?}");
    assert!(audit()["audit"].get("tenant").is_none(), "{}", audit());

    let config = read_to_string(setup.path("privet.yaml")).unwrap();
    write(setup.path("privet.yaml"), config + "tenant: t-1\n").unwrap();
    let out = setup.anonymized(&line("c-1"));
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));
    assert_eq!(audit()["audit"]["tenant"], "t-1");
    let receipts = [setup.receipts(&setup.forget("c-1\n")), setup.receipts(&setup.seal())].concat();
    assert_eq!(receipts.iter().map(|receipt| &receipt["tenant"]).collect::<Vec<_>>(), ["t-1", "t-1"]);
    assert_eq!(receipts[0]["erased_keys"], 1);
}

#[test]
fn a_vault_that_a_service_has_open_is_reached_through_it() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let out = setup.anonymized(&(line("c-1") + &line("c-2")));
    let lines: Vec<&str> = out.split_inclusive('\n').collect();
    let mut service = Privet::start(["run", "--config", &setup.config()]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(setup.path("vault.redb.sock")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    let receipts = setup.receipts(&setup.forget("c-1\nc-3\n"));
    assert_eq!(receipts.iter().map(|one| &one["erased_keys"]).collect::<Vec<_>>(), [&serde_json::json!(1), &0.into()]);
    // What is kept is read through it as well, before and after the seal.
    assert_eq!(setup.back(lines[0]), Err(Some(4)));
    assert_eq!(setup.back(lines[1]).unwrap(), line("c-2"));
    assert_eq!(setup.receipts(&setup.seal())[0]["moved_keys"], 1);
    assert_eq!(setup.back(&out).unwrap(), out.replace(lines[1], &line("c-2")));
    service.signal(Signal::Terminate);
    assert_eq!(service.wait(PATIENCE).code(), Some(0), "{}", service.stderr());
    assert_eq!(setup.back(lines[0]), Err(Some(4)));
    assert_eq!(setup.back(lines[1]).unwrap(), line("c-2"));
}

#[test]
fn a_vault_in_postgres_forgets_as_well() {
    let database = Postgres::shared().database("forget");
    let setup = Setup::new(&format!("from: \"{}\", password: \"${{file:vault.password}}\"", database.address()));
    let out = setup.anonymized(&(line("c-1") + &line("c-2")));
    let lines: Vec<&str> = out.split_inclusive('\n').collect();
    assert_eq!(setup.back(&out).unwrap(), line("c-1") + &line("c-2"));
    // A copy of all tables, and all of them as they were in a copy.
    let every = |statements: &str| {
        database.sql(&format!(
            "SET session_replication_role = replica; DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables \
             WHERE schemaname = 'privet' LOOP {statements} END LOOP; END $$"
        ))
    };
    let keep = |copy: &str| {
        database.sql(&format!("CREATE SCHEMA {copy}"));
        every(&format!("EXECUTE format('CREATE TABLE {copy}.%I AS TABLE privet.%I', t, t);"));
    };
    let restore = |copy: &str| {
        every("EXECUTE format('DELETE FROM privet.%I', t);");
        every(&format!("EXECUTE format('INSERT INTO privet.%I SELECT * FROM {copy}.%I', t, t);"));
    };
    keep("backup");
    let receipt = &setup.receipts(&setup.forget("c-1\n"))[0];
    assert_eq!((&receipt["erased_keys"], &receipt["erased_tokens"]), (&1.into(), &1.into()));
    assert!(!receipt["store"].as_str().unwrap().contains("test@"), "no password: {receipt:?}");
    keep("live");
    restore("backup");
    assert_eq!(setup.back(lines[0]).unwrap(), line("c-1"), "a copy brings them back until the epoch ends");
    restore("live");
    assert_eq!(setup.back(lines[0]), Err(Some(4)));
    setup.receipts(&setup.seal());
    assert_eq!(setup.back(lines[0]), Err(Some(4)));
    assert_eq!(setup.back(lines[1]).unwrap(), line("c-2"));
    assert_eq!(database.sql("SELECT count(*) FROM privet.subjects"), "1");
    keep("sealed");
    restore("backup");
    assert_eq!(setup.back(lines[0]), Err(Some(4)), "and then of no use any more");
    restore("sealed");
    assert_eq!(setup.back(lines[1]).unwrap(), line("c-2"));
    database.assert_nowhere(b"canary");
}

/// A service that shares the vault with the one that forgets: it has the person's key and token in memory.
#[test]
fn another_process_honours_a_tombstone_within_its_time_and_waits_where_it_cannot_ask() {
    const WITHIN: Duration = Duration::from_secs(4);
    let server = Postgres::start();
    let database = server.database("honour");
    let vault =
        format!("from: \"{}\", password: \"${{file:vault.password}}\", forgotten_within: 4s", database.address());
    let setup = Setup::new(&vault);
    let config = read_to_string(setup.path("privet.yaml")).unwrap();
    let roles = "roles:\n    - {callers: anyone, may: anonymize, rings: [customer]}\n";
    write(setup.path("privet.yaml"), config.replace("roles:\n", roles)).unwrap();
    let mut service = Privet::start(["run", "--config", &setup.config()]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    let said = service.stderr();
    let address = said.split_once("POST http").unwrap().1.split_once("://").unwrap().1;
    let address = address.split('/').next().unwrap().parse().unwrap();
    let mail = |id: &str| {
        // The server that is started again takes longer than a connection may be idle.
        let answer = Client::connect(address).post("/v1/anonymize", "application/json", line(id).as_bytes());
        let text = answer.text().to_owned();
        assert!(!text.contains("canary"), "{text}");
        match answer.status {
            200 => Some(serde_json::from_str::<serde_json::Value>(&text).unwrap()["mail"].as_str().unwrap().to_owned()),
            503 => None,
            other => panic!("{other}: {text}"),
        }
    };
    let before = mail("c-1").unwrap();
    assert_eq!(mail("c-1").unwrap(), before);
    let receipt = setup.receipts(&setup.forget("c-1\n")).remove(0);
    let forgotten = Instant::now();
    assert!(receipt["pending"].to_string().contains("within 4 s"), "{receipt:?}");
    // It is of later records, which have another key: the old token is not written any more.
    eventually("the other process knows", PATIENCE, || mail("c-1").filter(|mail| *mail != before));
    assert!(forgotten.elapsed() < WITHIN + Duration::from_secs(2), "{:?}", forgotten.elapsed());
    let after = mail("c-1").unwrap();
    assert_eq!(mail("c-1").unwrap(), after);

    // Who cannot ask goes on with what is young enough, and then waits.
    server.halt();
    let away = Instant::now();
    eventually("it waits", PATIENCE, || mail("c-1").is_none().then_some(()));
    assert!(away.elapsed() < WITHIN + Duration::from_secs(2), "{:?}", away.elapsed());
    assert_eq!(mail("c-1"), None);
    server.restart();
    let back = eventually("it goes on", PATIENCE, || mail("c-1"));
    assert_eq!(back, after);
    service.signal(Signal::Terminate);
    assert_eq!(service.wait(PATIENCE).code(), Some(0), "{}", service.stderr());
}

#[test]
fn what_is_missing_for_forgetting_is_said() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    assert!(stderr(&setup.forget("")).contains("there is no subject"));
    let (config, key) = (setup.config(), setup.name("receipts.pem"));
    let output = privet_with(&["forget", "-c", &config, "--ring", "staff", "--receipt-key", &key], b"c-1\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no ring staff"), "{}", stderr(&output));
    // Nobody else may read the key, and it is never written over.
    let mode =
        |mode| std::fs::set_permissions(setup.path("receipts.pem"), std::os::unix::fs::PermissionsExt::from_mode(mode));
    mode(0o644).unwrap();
    assert!(stderr(&setup.forget("c-1\n")).contains("others may reach it"));
    mode(0o600).unwrap();
    assert_eq!(privet(&["receipt", "key", &key]).status.code(), Some(3));
    // A ring file of another name is known to no product.
    let mine = read_to_string(setup.config()).unwrap();
    write(setup.config(), mine.replace("file:customer.keyring.json", "file:epochs.keyring.json")).unwrap();
    let foreign = setup.forget("c-1\n");
    assert_eq!(foreign.status.code(), Some(2), "{}", stderr(&foreign));
    assert!(stderr(&foreign).contains("it is the ring `epochs`"), "{}", stderr(&foreign));
    write(setup.config(), mine).unwrap();
    // A policy with subjects needs keys that wrap theirs.
    let without = read_to_string(setup.path("privet.yaml"))
        .unwrap()
        .replace(", epochs: {from: \"file:epochs.keyring.json\"}", "");
    write(setup.path("privet.yaml"), without).unwrap();
    let output = privet(&["check", "--config", &config]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("privet keys new epochs"), "{}", stderr(&output));
    assert!(stderr(&setup.forget("c-1\n")).contains("no subjects to forget"));
}

/// While a key is disabled nobody is found by the name that it gave them, and the receipt does not pass that over.
#[test]
fn a_receipt_names_the_keys_by_which_it_could_not_look() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let ring = setup.name("customer.keyring.json");
    let first = first_key(&ring);
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    let refused = disable(&ring, &first, &["--uncounted"]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("add --eldest"), "{}", stderr(&refused));
    assert_eq!(disable(&ring, &first, &["--eldest", "--uncounted"]).status.code(), Some(0));
    let receipt = &setup.receipts(&setup.forget("c-1\n"))[0];
    assert_eq!(receipt["erased_keys"], 0);
    assert!(
        receipt["pending"].to_string().contains(&format!("the key {first} of the ring is disabled")),
        "{receipt:?}"
    );
    assert_eq!(privet(&["keys", "enable", &ring, &first]).status.code(), Some(0));
    let receipt = &setup.receipts(&setup.forget("c-1\n"))[0];
    assert_eq!(receipt["erased_keys"], 1);
    assert!(!receipt["pending"].to_string().contains("is disabled"), "{receipt:?}");
}

/// A tombstone is found by whatever key names people by then.
#[test]
fn who_is_forgotten_after_a_rotation_stays_so_without_the_eldest_key() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let ring = setup.name("customer.keyring.json");
    let first = first_key(&ring);
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    let receipt = setup.receipts(&setup.forget("c-1\n")).remove(0);
    assert_eq!(receipt["erased_keys"], 1);
    assert_eq!(disable(&ring, &first, &["--eldest", "--uncounted"]).status.code(), Some(0));
    let opened = privet::keys::source(&format!("file:{ring}"), None).unwrap().open().unwrap();
    let index = SubjectNames::new(&opened, "", None, None).unwrap().index("c-1").unwrap();
    let names = receipt["subject_under_younger_keys"].as_array().unwrap();
    assert_eq!(names, &[serde_json::json!(data_encoding::HEXLOWER.encode(&index))]);
    let epochs = Some((format!("file:{}", setup.name("epochs.keyring.json")), None));
    let vault = Config { epochs, ..Config::of(format!("redb:{}", setup.name("vault.redb"))) };
    let vault = Vault::open(&vault).unwrap();
    let ask = |time| {
        let asked = SubjectRequest { domain: "customer".into(), index, time: RecordTime(Some(time)) };
        vault.subjects(&[asked]).unwrap().remove(0)
    };
    let until: jiff::Timestamp = receipt["records_until"].as_str().unwrap().parse().unwrap();
    assert!(matches!(ask(until.as_millisecond()), SubjectAnswer::Forgotten), "a replay brings nobody back");
    assert!(matches!(ask(until.as_millisecond() + 1), SubjectAnswer::Key(_)));
}

/// What a seal leaves behind is remembered, so that no copy from the midst of it is believed.
#[test]
fn a_ring_of_epochs_from_before_a_seals_end_is_refused() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    std::fs::create_dir(setup.path("state")).unwrap();
    let config = read_to_string(setup.path("privet.yaml")).unwrap();
    let with_state = "epochs: {from: \"file:epochs.keyring.json\", state_dir: state}";
    write(setup.path("privet.yaml"), config.replace("epochs: {from: \"file:epochs.keyring.json\"}", with_state))
        .unwrap();
    setup.anonymized(&line("c-1"));
    let (ring, aside) = (setup.name("epochs.keyring.json"), setup.path("aside.json"));
    let first = first_key(&ring);
    copy(&ring, &aside).unwrap();
    let (root, root_aside) = (setup.path("epochs.root.json"), setup.path("aside.root.json"));
    copy(&root, &root_aside).unwrap();
    setup.receipts(&setup.seal());
    let (sealed, sealed_root) = (read(&ring).unwrap(), read(&root).unwrap());
    // A ring of the version in which the old epoch was disabled, and not destroyed yet, with its root.
    copy(&aside, &ring).unwrap();
    copy(&root_aside, &root).unwrap();
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    assert_eq!(disable(&ring, &first, &["--eldest", "--uncounted"]).status.code(), Some(0));
    let (policy, config) = (setup.name("policy.yaml"), setup.config());
    let arguments = ["anonymize", "--quiet", "--format", "ndjson", "--policy", &policy, "--config", &config];
    let output = privet_with(&arguments, line("c-1").as_bytes());
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{}", stderr(&output));
    assert!(stderr(&output).contains("version 3"), "{}", stderr(&output));
    write(&ring, sealed).unwrap();
    write(&root, sealed_root).unwrap();
    setup.anonymized(&line("c-1"));
}

/// A person's values are kept under the ring's primary key after a rotation, too, and under their own.
#[test]
fn what_is_somebodys_is_written_anew_after_a_rotation() {
    let server = Postgres::shared().database("reindex_people");
    let database = format!("from: \"{}\", password: \"${{file:vault.password}}\"", server.address());
    for setup in [Setup::new("from: \"redb:vault.redb\""), Setup::new(&database)] {
        let mail = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["mail"].clone();
        let (one, two) = (setup.anonymized(&line("c-1")), setup.anonymized(&line("c-2")));
        let ring = setup.name("customer.keyring.json");
        let first = first_key(&ring);
        assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
        // Of somebody who is forgotten nothing is left to be written.
        setup.receipts(&setup.forget("c-2\n"));
        let config = setup.config();
        let done = privet(&["vault", "reindex", "--config", &config]);
        assert_eq!(stdout(&done), "1 rows were written anew, 0 are left\n", "{}", stderr(&done));
        // No row is left under it, and people are known by it all the same.
        for more in [&["-c", &config][..], &["-c", &config, "--eldest"]] {
            let refused = disable(&ring, &first, more);
            assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
            let says = format!("people are known by {first}: shop/orders has a `subject_field` with the ring customer");
            assert!(stderr(&refused).contains(&says), "{}", stderr(&refused));
        }
        let disabled = disable(&ring, &first, &["--eldest", "--uncounted"]);
        assert_eq!(disabled.status.code(), Some(0), "{}", stderr(&disabled));
        let refused = privet(&["keys", "destroy", &ring, &first, "-c", &config]);
        assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
        assert!(stderr(&refused).contains("people are known by"), "{}", stderr(&refused));
        assert_eq!(mail(&setup.back(&one).unwrap()), "canary-c-1@corp.example");
        assert!(setup.back(&two).is_err());
        assert_eq!(mail(&setup.anonymized(&line("c-1"))), mail(&one), "token before is token after");
    }
}

/// To end an epoch is to destroy a key: never one that tokens are made with.
#[test]
fn a_key_ring_of_policies_is_no_ring_of_epochs() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let config = read_to_string(setup.path("privet.yaml")).unwrap();
    let shared = config.replace("epochs.keyring.json", "customer.keyring.json");
    assert_ne!(shared, config);
    write(setup.path("privet.yaml"), shared).unwrap();
    let ring = read(setup.path("customer.keyring.json")).unwrap();
    for output in [setup.seal(), privet(&["check", "-c", &setup.config()])] {
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("`privet vault seal` would destroy its keys"), "{}", stderr(&output));
    }
    assert_eq!(read(setup.path("customer.keyring.json")).unwrap(), ring);
}

/// What is not there holds nobody: no receipt says that somebody is gone from it.
#[test]
fn a_vault_that_is_not_there_is_not_made() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let config = read_to_string(setup.path("privet.yaml")).unwrap();
    let epochs = read(setup.path("epochs.keyring.json")).unwrap();
    for (from, says) in [("redb:mistyped.redb", "there is no vault at"), ("memory:", "a vault in memory is that of")] {
        write(setup.path("privet.yaml"), config.replace("redb:vault.redb", from)).unwrap();
        for output in [setup.seal(), setup.forget("c-1\n")] {
            assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{from}: {}", stderr(&output));
            assert!(stderr(&output).contains(says), "{}", stderr(&output));
        }
        assert!(!setup.path("mistyped.redb").exists());
    }
    assert_eq!(read(setup.path("epochs.keyring.json")).unwrap(), epochs, "no epoch has ended");
}

/// The person has one name in a region, however the number is dialled, and who forgets need not know the region.
#[test]
fn a_person_is_forgotten_by_any_spelling_of_their_number() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let policy = POLICY.replace("subject_field: id", "subject_field: id, subject_as: PHONE_NUMBER");
    write(setup.path("policy.yaml"), format!("{policy}regions: [DE]\n")).unwrap();
    let lines: String = ["030 901820", "+49 30 901820", "+4930901820", "0049 30 901820"].map(line).concat();
    let out = setup.anonymized(&lines);
    assert_eq!(setup.back(&out).unwrap(), lines);
    let (config, key) = (setup.config(), setup.name("receipts.pem"));
    let arguments = ["forget", "-c", &config, "--ring", "customer", "--as", "PHONE_NUMBER", "--receipt-key", &key];
    let receipt = setup.receipts(&privet_with(&arguments, b"0049 30 901820\n")).remove(0);
    assert_eq!((&receipt["erased_keys"], &receipt["erased_tokens"]), (&1.into(), &4.into()), "{receipt:?}");
    assert_eq!(receipt["subject_in_other_regions"].as_array().map(Vec::len), Some(1), "{receipt:?}");
    assert_eq!(setup.back(&out), Err(Some(4)));
}

pub fn disable(ring: &str, key: &str, more: &[&str]) -> Output {
    privet(&[&["keys", "disable", ring, key], more].concat())
}

/// The id of a ring's first key.
pub fn first_key(ring: &str) -> String {
    let listed = privet(&["keys", "list", ring]);
    stdout(&listed).lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
}

/// What stands under the ring's key alone opens from a backup: a row that nobody asked to forget must not be somebody's.
#[test]
fn a_row_that_was_nobodys_is_not_taken_for_somebodys() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let nobodys = POLICY.replace(", subject_field: id", "").replace("shop/orders", "shop/carts");
    write(setup.path("policy.yaml"), nobodys).unwrap();
    let first = setup.anonymized(&line("c-1"));
    write(setup.path("policy.yaml"), POLICY).unwrap();
    let out = setup.anonymized(&line("c-1"));
    assert_ne!(first.split(',').nth(1), out.split(',').nth(1), "two rows");
    copy(setup.path("vault.redb"), setup.path("backup.redb")).unwrap();
    setup.receipts(&setup.forget("c-1\n"));
    setup.receipts(&setup.seal());
    copy(setup.path("backup.redb"), setup.path("vault.redb")).unwrap();
    assert_eq!(setup.back(&out), Err(Some(4)), "a backup is of no use");
}

#[test]
fn people_are_forgotten_up_to_now_and_receipts_say_which_backups_open() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let forget = |until: &str, subjects: &[u8]| {
        let (config, key) = (setup.config(), setup.name("receipts.pem"));
        let arguments = ["forget", "-c", &config, "--ring", "customer", "--receipt-key", &key, "--until", until];
        privet_with(&arguments, subjects)
    };
    let ahead = forget("2999-01-01T00:00:00Z", b"c-1\n");
    assert_eq!(ahead.status.code(), Some(2), "{}", stderr(&ahead));
    assert!(stderr(&ahead).contains("in the future") && ahead.stdout.is_empty(), "{}", stderr(&ahead));
    let receipt = &setup.receipts(&forget("2020-01-01T00:00:00Z", b"c-1\n"))[0];
    let pending = receipt["pending"].to_string();
    assert!(!receipt.contains_key("backups_expire"), "nobody said when: {receipt:?}");
    assert!(pending.contains(receipt["at"].as_str().unwrap()) && !pending.contains("2020-01-01"), "{pending}");
    let config = read_to_string(setup.path("privet.yaml")).unwrap().replace("epochs:", "backups_kept: 35d, epochs:");
    write(setup.path("privet.yaml"), config).unwrap();
    let receipt = &setup.receipts(&forget("2020-01-01T00:00:00Z", b"c-1\n"))[0];
    let time = |name: &str| receipt[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(time("backups_expire").duration_since(time("at")), jiff::SignedDuration::from_hours(35 * 24));
    assert!(receipt["pending"].to_string().contains(receipt["backups_expire"].as_str().unwrap()), "{receipt:?}");
    let sealed = &setup.receipts(&setup.seal())[0];
    assert!(
        !sealed["pending"].to_string().contains("expired"),
        "nobody said how long copies of the ring are: {sealed:?}"
    );
    let broken = forget("2020-01-01T00:00:00Z", b"c-1\n\n\n\xff\n");
    assert!(stderr(&broken).contains("line 4") && stderr(&broken).contains("UTF-8"), "{}", stderr(&broken));
}
