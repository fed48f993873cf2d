//! A vault keeps which key rings were seen: an older one is refused without any `state_dir`.

use super::setup::Setup;
use crate::cli::command::{privet, privet_with, stderr, stdout};
use crate::support::postgres::Postgres;
use crate::support::process::{Privet, Signal};
use std::fs::{read, write};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);

const WARNING: &str = "a roll-back of the key ring customer across restarts is not detected";
const OLDER: &str =
    "the key ring customer: the ring has version 1, and at least 2 is asked for: the vault says that it was seen";

/// Takes a record through the policy; gives how that ended, and what was said.
fn anonymize(setup: &Setup) -> (Option<i32>, String) {
    let output = privet_with(&[&setup.arguments()[..], &[&setup.config]].concat(), setup.line(1).as_bytes());
    if output.status.code() != Some(0) {
        assert_eq!(stdout(&output), "", "nothing leaves");
    }
    (output.status.code(), stderr(&output).to_owned())
}

fn ring(setup: &Setup) -> String {
    setup.path("customer.keyring.json").to_str().unwrap().to_owned()
}

/// Rotates the ring; gives it as it was before.
fn rotate(setup: &Setup) -> Vec<u8> {
    let before = read(ring(setup)).unwrap();
    assert_eq!(privet(&["keys", "rotate", &ring(setup)]).status.code(), Some(0));
    before
}

fn refused((code, said): (Option<i32>, String), why: &str) {
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_ring_that_was_rolled_back_or_swapped_between_two_runs_is_refused() {
    let server = Postgres::shared().database("rings");
    for setup in [Setup::new("redb:vault.redb"), Setup::with_postgres(server.address())] {
        assert_eq!(anonymize(&setup), (Some(0), String::new()), "the vault remembers, so nothing is warned of");
        let first = rotate(&setup);
        assert_eq!(anonymize(&setup), (Some(0), String::new()));
        let second = read(ring(&setup)).unwrap();
        write(ring(&setup), &first).unwrap();
        refused(anonymize(&setup), OLDER);
        // Another history of the same length has another primary key.
        rotate(&setup);
        refused(anonymize(&setup), "the ring has version 2 as before, and another content");
        write(ring(&setup), &second).unwrap();
        assert_eq!(anonymize(&setup), (Some(0), String::new()));
    }
}

#[test]
fn a_vault_that_forgets_with_its_process_is_warned_of_as_if_there_were_none() {
    let setup = Setup::new("memory:");
    let (code, said) = anonymize(&setup);
    assert_eq!((code, said.matches(WARNING).count()), (Some(0), 1), "{said}");
}

/// What the vault refuses is not noted elsewhere: the right ring passes afterwards.
#[test]
fn a_state_dir_beside_the_vault_keeps_nothing_that_the_vault_refuses() {
    let setup = Setup::new("redb:vault.redb");
    let first = rotate(&setup);
    assert_eq!(anonymize(&setup).0, Some(0));
    let second = read(ring(&setup)).unwrap();
    write(ring(&setup), &first).unwrap();
    rotate(&setup);
    std::fs::create_dir(setup.path("state")).unwrap();
    let state = setup.path("state").to_str().unwrap().to_owned();
    let with_state = || {
        let arguments = [&setup.arguments()[..], &[&setup.config, "--state-dir", &state]].concat();
        let output = privet_with(&arguments, setup.line(1).as_bytes());
        (output.status.code(), stderr(&output).to_owned())
    };
    refused(with_state(), "the ring has version 2 as before, and another content");
    assert!(!setup.path("state/customer.seen.json").exists());
    write(ring(&setup), &second).unwrap();
    assert_eq!(with_state().0, Some(0));
    assert!(setup.path("state/customer.seen.json").exists(), "both keep it");
}

fn service(setup: &Setup, vault: &str) -> Privet {
    let http = "http: {listen: \"127.0.0.1:0\"}\nadmin: off\n\
                access: {roles: [{callers: anyone, may: anonymize, rings: customer}]}\n";
    setup.configure(&format!("{vault}{http}"));
    let mut service = Privet::start(["run", "--config", &setup.config]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    service
}

#[test]
fn a_service_refuses_at_its_start_and_at_each_reload() {
    let server = Postgres::shared().database("reloaded");
    let postgres = format!("vault: {{from: \"{}\", password: \"${{file:vault.password}}\"}}\n", server.address());
    for (setup, vault) in [
        (Setup::new("redb:vault.redb"), "vault: {from: \"redb:vault.redb\"}\n"),
        (Setup::with_postgres(server.address()), &*postgres),
    ] {
        let mut running = service(&setup, vault);
        assert!(!running.stderr().contains("roll-back"), "{}", running.stderr());
        let first = rotate(&setup);
        if vault.contains("redb") {
            // Commands ask the process that has the file open.
            running.signal(Signal::HangUp);
            running.wait_for_stderr("reloaded", PATIENCE);
        } else {
            // The service has not read the second version, so that its own memory knows of none.
            assert_eq!(anonymize(&setup).0, Some(0));
        }
        let reindexed = privet(&["vault", "reindex", "-c", &setup.config]);
        assert_eq!((reindexed.status.code(), stderr(&reindexed)), (Some(0), ""));
        write(ring(&setup), &first).unwrap();
        let reindexed = privet(&["vault", "reindex", "-c", &setup.config]);
        refused((reindexed.status.code(), stderr(&reindexed).to_owned()), OLDER);
        rotate(&setup);
        running.signal(Signal::HangUp);
        running.wait_for_stderr("reload refused", PATIENCE);
        assert!(running.stderr().contains("version 2 as before, and another content"), "{}", running.stderr());
        running.signal(Signal::Terminate);
        assert_eq!(running.wait(PATIENCE).code(), Some(0), "{}", running.stderr());
        write(ring(&setup), &first).unwrap();
        let started = privet(&["run", "--config", &setup.config]);
        refused((started.status.code(), stderr(&started).to_owned()), OLDER);
    }
}

/// An older ring would name people by fewer keys, turn back fewer tokens, and count fewer rows.
#[test]
fn other_commands_that_open_the_vault_refuse_it_as_well() {
    let setup = Setup::new("redb:vault.redb");
    let more = "products: [{policy: orders.yaml}]\nvault: {from: \"redb:vault.redb\"}\naccess: {audit: 'file:a.jsonl', \
                roles: [{callers: {user: nobody}, may: deanonymize, rings: [customer], kinds: ['*']}]}\n";
    setup.configure(more);
    let first = rotate(&setup);
    assert_eq!(anonymize(&setup).0, Some(0));
    let eldest: serde_json::Value = serde_json::from_slice(&first).unwrap();
    let eldest = eldest["primary"].as_str().unwrap();
    let second = read(ring(&setup)).unwrap();
    write(ring(&setup), &first).unwrap();
    let (config, file) = (&*setup.config, ring(&setup));
    let deanonymize = privet_with(&["deanonymize", "-c", config, "--reason", "a test"], setup.line(1).as_bytes());
    refused((deanonymize.status.code(), stderr(&deanonymize).to_owned()), OLDER);
    // The copy whose key is to be disabled is another than that which the configuration names.
    let copy = setup.path("copy.keyring.json").to_str().unwrap().to_owned();
    write(&copy, &second).unwrap();
    std::fs::set_permissions(&copy, std::fs::metadata(&file).unwrap().permissions()).unwrap();
    std::fs::copy(setup.path("customer.root.json"), setup.path("copy.root.json")).unwrap();
    let disable = privet(&["keys", "disable", &copy, eldest, "--eldest", "-c", config]);
    refused((disable.status.code(), stderr(&disable).to_owned()), OLDER);
}

/// A database of an earlier version has no table for it: it is made where that is allowed, and else goes on without.
#[test]
fn a_database_without_the_table_goes_on() {
    let server = Postgres::shared().database("tableless");
    let setup = Setup::with_postgres(server.address());
    assert_eq!(anonymize(&setup).0, Some(0));
    server.sql("DROP TABLE privet.rings");
    server.sql(
        "DROP ROLE IF EXISTS tableless; CREATE ROLE tableless LOGIN PASSWORD 'test'; \
         GRANT USAGE ON SCHEMA privet TO tableless; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA privet TO tableless",
    );
    let as_role = || {
        let from = server.address_of("tableless");
        setup.configure(&format!("vault: {{from: \"{from}\", password: \"${{file:vault.password}}\"}}\n"));
        anonymize(&setup)
    };
    let (code, said) = as_role();
    assert_eq!((code, said.matches(WARNING).count()), (Some(0), 1), "{said}");
    setup.configure(&format!("vault: {{from: \"{}\", password: \"${{file:vault.password}}\"}}\n", server.address()));
    assert_eq!(anonymize(&setup), (Some(0), String::new()));
    assert_eq!(server.sql("SELECT ring, version FROM privet.rings"), "customer|1");
    // There is one now, and no right to it.
    let (code, said) = as_role();
    assert_eq!((code, said.matches(WARNING).count()), (Some(0), 1), "{said}");
    server.sql("GRANT SELECT, INSERT, UPDATE ON privet.rings TO tableless");
    assert_eq!(as_role(), (Some(0), String::new()));
    server.sql("DROP OWNED BY tableless; DROP ROLE tableless");
}

/// Whether a ring is the newest is not known then, so nothing begins.
#[test]
fn a_service_does_not_start_while_the_server_does_not_answer() {
    let server = Postgres::shared().database("silent");
    let setup = Setup::with_postgres(server.address());
    write(setup.path("vault.password"), "another\n").unwrap();
    let vault = format!("vault: {{from: \"{}\", password: \"${{file:vault.password}}\"}}\n", server.address());
    setup.configure(&format!(
        "{vault}http: {{listen: \"127.0.0.1:0\"}}\nadmin: off\n\
         access: {{roles: [{{callers: anyone, may: anonymize, rings: customer}}]}}\n"
    ));
    let started = privet(&["run", "--config", &setup.config]);
    assert_eq!(started.status.code(), Some(75), "{}", stderr(&started));
    assert!(
        stderr(&started).contains("whether key rings are older than those seen is not known"),
        "{}",
        stderr(&started)
    );
}

/// The others who share the vault are not held to a ring that nobody runs with.
#[test]
fn a_start_that_is_refused_keeps_nothing() {
    let setup = Setup::new("redb:vault.redb");
    assert_eq!(anonymize(&setup), (Some(0), String::new()));
    let first = rotate(&setup);
    let usual = std::fs::read_to_string(&setup.config).unwrap();
    setup.configure(
        "vault: {from: \"redb:vault.redb\"}\nadmin: off\n\
         http: {listen: \"127.0.0.1:0\", tls: {certificate: absent.pem, key: absent.key}}\n\
         access: {roles: [{callers: anyone, may: anonymize, rings: customer}]}\n",
    );
    let refused = privet(&["run", "--config", &setup.config]);
    assert_eq!(refused.status.code(), Some(2), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("absent.pem"), "{}", stderr(&refused));
    write(&setup.config, usual).unwrap();
    write(ring(&setup), &first).unwrap();
    assert_eq!(anonymize(&setup), (Some(0), String::new()));
}
