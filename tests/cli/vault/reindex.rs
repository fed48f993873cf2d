//! Rows are written anew after a rotation: tokens outlive the key that made them, and so does the way back.

use super::setup::{Setup, token, value};
use crate::cli::command::{privet, privet_with, spawn, stderr, stdout};
use crate::support::eventually;
use crate::support::postgres::Postgres;
use crate::support::process::{Privet, Signal};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);

/// A configuration with a product, and with the right to turn back.
fn with_product(setup: Setup, vault: &str) -> Setup {
    let me = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap();
    setup.configure(&format!(
        "vault: {vault}\nhttp: {{listen: \"127.0.0.1:0\"}}\nadmin: {{listen: \"127.0.0.1:0\"}}\naccess:\n  audit: file:audit.jsonl\n  \
         roles:\n    - {{callers: {{user: \"{}\"}}, may: deanonymize, rings: customer, kinds: \"*\"}}\n    \
         - {{callers: anyone, may: anonymize, rings: customer}}\n",
        me.trim()
    ));
    setup
}

fn in_file() -> Setup {
    with_product(Setup::new("redb:vault.redb"), "{from: \"redb:vault.redb\"}")
}

fn in_database(address: &str) -> Setup {
    let vault = format!("{{from: \"{address}\", password: \"${{file:vault.password}}\"}}");
    with_product(Setup::with_postgres(address), &vault)
}

fn ring(setup: &Setup) -> String {
    setup.path("customer.keyring.json").to_str().unwrap().to_owned()
}

fn primary(setup: &Setup) -> String {
    let ring: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(ring(setup)).unwrap()).unwrap();
    ring["primary"].as_str().unwrap().to_owned()
}

/// Makes a new primary key; gives the one before.
fn rotate(setup: &Setup) -> String {
    let before = primary(setup);
    let done = privet(&["keys", "rotate", &ring(setup)]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    before
}

/// Gives what `privet vault reindex` said, which was done.
fn reindex(setup: &Setup, more: &[&str]) -> String {
    let output = privet(&[&["vault", "reindex", "--config", &setup.config], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    stdout(&output).to_owned()
}

fn disable(setup: &Setup, key: &str) {
    let done = privet(&["keys", "disable", &ring(setup), key, "--eldest", "--config", &setup.config]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
}

fn back(setup: &Setup, tokens: &str) -> (Option<i32>, String) {
    let arguments = ["deanonymize", "-c", &setup.config, "--reason", "ticket 1", "--format", "text"];
    let output = privet_with(&arguments, tokens.as_bytes());
    (output.status.code(), stdout(&output).to_owned())
}

#[test]
fn tokens_outlive_the_key_that_made_them() {
    let server = Postgres::shared().database("reindex");
    for setup in [in_file(), in_database(server.address())] {
        let lines: String = (0..1_203).map(|number| setup.line(number)).collect();
        let tokens = setup.tokens(&lines);
        assert_eq!(reindex(&setup, &[]), "0 rows are to be written anew\n", "there is one key");
        let first = rotate(&setup);
        assert_eq!(reindex(&setup, &["--dry-run"]), "1203 rows are to be written anew\n");
        let refused = privet(&["keys", "disable", &ring(&setup), &first, "--eldest", "--config", &setup.config]);
        assert_eq!(refused.status.code(), Some(2), "{}", stdout(&refused));
        assert!(stderr(&refused).contains("1203 rows of the vault are sealed under"), "{}", stderr(&refused));
        assert_eq!(reindex(&setup, &[]), "1203 rows were written anew, 0 are left\n");
        assert_eq!(reindex(&setup, &[]), "0 rows are to be written anew\n");
        disable(&setup, &first);
        assert_eq!(setup.tokens(&lines), tokens, "token before is token after");
        let (code, values) = back(&setup, &tokens[7]);
        assert_eq!((code, values.as_str()), (Some(0), value(7).as_str()));
        // And so for the next rotation, of rows that were written anew once already.
        let second = rotate(&setup);
        assert_eq!(reindex(&setup, &[]), "1203 rows were written anew, 0 are left\n");
        disable(&setup, &second);
        assert_eq!(setup.tokens(&lines), tokens);
        assert_eq!(back(&setup, &tokens[1_202]), (Some(0), value(1_202)));
        // A token that nobody made is as unknown as ever, also one that seems to be of a key that is disabled.
        let mut forged = tokens[7].clone();
        let other = if forged.as_bytes()[30] == b'a' { "b" } else { "a" };
        forged.replace_range(30..31, other);
        assert_eq!(back(&setup, &forged).0, Some(4));
        setup.assert_no_value_in_any_file();
    }
    server.assert_nowhere(b"canary-");
}

/// A value keeps the token of a row that does not open any more: what a younger key takes along is no less lost than what the
/// eldest does.
#[test]
fn a_younger_key_is_not_disabled_unless_it_is_known_what_goes_with_it() {
    let server = Postgres::shared().database("younger_key");
    for setup in [in_file(), in_database(server.address())] {
        let keys = |command: &str, key: &str, more: &[&str]| {
            let output = privet(&[&["keys", command, &ring(&setup), key], more].concat());
            (output.status.code(), format!("{}{}", stdout(&output), stderr(&output)))
        };
        let with = ["--config", &setup.config];
        setup.tokens(&setup.line(1));
        rotate(&setup);
        let tokens = setup.tokens(&setup.line(2));
        let second = rotate(&setup);
        let file = || std::fs::read(ring(&setup)).unwrap();
        let before = file();
        let (code, told) = keys("disable", &second, &[]);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("is not known") && told.contains("-c FILE") && told.contains("--uncounted"), "{told}");
        let (code, told) = keys("disable", &second, &with);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("1 rows of the vault are sealed under"), "{told}");
        let both = keys("disable", &second, &[&with[..], &["--uncounted"]].concat());
        assert_eq!(both.0, Some(2), "what was counted is not passed over: {}", both.1);
        assert_eq!(file(), before);
        assert_eq!(back(&setup, &tokens[0]), (Some(0), value(2)));

        // Meant or mistaken, it is not destroyed as long as anything is lost with it.
        assert_eq!(keys("disable", &second, &["--uncounted"]).0, Some(0));
        assert_eq!(setup.tokens(&setup.line(2)), tokens, "the value keeps its token");
        assert_ne!(back(&setup, &tokens[0]).0, Some(0), "and that does not open");
        let (code, told) = keys("destroy", &second, &with);
        assert_eq!(code, Some(2), "{told}");
        assert!(
            told.contains("1 rows") && told.contains("after `privet keys enable`, `privet vault reindex`"),
            "{told}"
        );
        assert_eq!(keys("enable", &second, &[]).0, Some(0));
        assert_eq!(reindex(&setup, &[]), "2 rows were written anew, 0 are left\n");
        for command in ["disable", "destroy"] {
            let (code, told) = keys(command, &second, &with);
            assert_eq!(code, Some(0), "{told}");
        }
        assert_eq!(setup.tokens(&setup.line(2)), tokens);
        assert_eq!(back(&setup, &tokens[0]), (Some(0), value(2)));
    }
}

/// Of a configuration that has nothing to do with the ring, no rows are no answer.
#[test]
fn what_is_lost_with_a_key_is_counted_where_its_ring_is_used() {
    let setup = in_file();
    setup.tokens(&setup.line(1));
    let first = rotate(&setup);
    let other = setup.path("other.yaml").to_str().unwrap().to_owned();
    std::fs::write(&other, "vault: {from: \"redb:vault.redb\"}\n").unwrap();
    let refused = privet(&["keys", "disable", &ring(&setup), &first, "--eldest", "-c", &other]);
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
    assert!(stderr(&refused).contains("other.yaml uses no key ring customer"), "{}", stderr(&refused));
    // A test's ring is called as that of production is.
    std::fs::create_dir(setup.path("test")).unwrap();
    let there = setup.path("test/customer.keyring.json").to_str().unwrap().to_owned();
    assert_eq!(privet(&["keys", "new", "customer", "--ring", &there]).status.code(), Some(0));
    std::fs::write(
        &other,
        "vault: {from: \"redb:vault.redb\"}\nrings: {customer: {from: \"file:test/customer.keyring.json\"}}\n",
    )
    .unwrap();
    let refused = privet(&["keys", "disable", &ring(&setup), &first, "--eldest", "-c", &other]);
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
    let told = format!("other.yaml has another key ring customer, which never had {first}");
    assert!(stderr(&refused).contains(&told), "{}", stderr(&refused));
    // Where there is no vault, there are no rows.
    std::fs::write(&other, "rings: {customer: {from: \"file:customer.keyring.json\"}}\n").unwrap();
    let done = privet(&["keys", "disable", &ring(&setup), &first, "--eldest", "-c", &other]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
}

/// Where rows have no product any more, that is said, and they stay as they are.
#[test]
fn rows_that_no_product_made_are_left() {
    let setup = in_file();
    let old = setup.tokens(&setup.line(1)).remove(0);
    rotate(&setup);
    let policy = std::fs::read_to_string(setup.path("orders.yaml")).unwrap();
    std::fs::write(setup.path("orders.yaml"), policy.replace("EMAIL_ADDRESS", "CUSTOMER")).unwrap();
    let output = privet(&["vault", "reindex", "--config", &setup.config]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert_eq!(stdout(&output), "0 rows were written anew, 1 are left\n");
    assert!(stderr(&output).contains("no product of this configuration made"), "{}", stderr(&output));
    std::fs::write(setup.path("orders.yaml"), policy).unwrap();
    assert_eq!(setup.tokens(&setup.line(1)), [old]);
}

/// Killed at work, it goes on where it was, and no token is lost.
///
/// `kill -9` does not show what a power loss does.
#[test]
fn it_goes_on_after_kill_9() {
    let server = Postgres::shared().database("reindex_kills");
    for setup in [in_file(), in_database(server.address())] {
        let lines = |rows: usize| (0..rows).map(|number| setup.line(number)).collect::<String>();
        let left = || {
            let told = reindex(&setup, &["--dry-run"]);
            told.split_whitespace().next().unwrap().parse::<usize>().unwrap()
        };
        let mut rows = 8_000_usize;
        let mut tokens = setup.tokens(&lines(rows));
        let mut old = vec![rotate(&setup)];
        // What begins and counts takes as long as what begins to write.
        let began = std::time::Instant::now();
        assert_eq!(left(), rows);
        let (mut wait, mut before, mut kills, mut in_midst) = (began.elapsed(), rows, 0, 0);
        for _ in 0..150 {
            let mut child = spawn(&["vault", "reindex", "--config", &setup.config]);
            std::thread::sleep(wait);
            child.kill().unwrap();
            kills += usize::from(child.wait().unwrap().code().is_none());
            let now = left();
            assert!(now <= before, "{now} after {before}");
            in_midst += usize::from(0 < now && now < before);
            if now == before {
                // It had not begun to write.
                wait += wait / 8 + Duration::from_millis(5);
            }
            before = now;
            if in_midst >= 3 || (now == 0 && in_midst > 0) {
                break;
            }
            if now == 0 {
                // It was through before it was killed: more rows are to be written, and it is killed earlier.
                rows += 8_000;
                tokens = setup.tokens(&lines(rows));
                old.push(rotate(&setup));
                (before, wait) = (rows, wait - wait / 4);
            }
        }
        assert!(kills > 0 && in_midst > 0, "{kills} were killed, and none with some rows written and some left");
        reindex(&setup, &[]);
        for key in &old {
            disable(&setup, key);
        }
        assert_eq!(setup.tokens(&lines(rows)), tokens);
        assert_eq!(back(&setup, &tokens[4_711]), (Some(0), value(4_711)));
    }
}

#[test]
fn two_at_once_write_each_row_once() {
    let server = Postgres::shared().database("reindex_two");
    let setup = in_database(server.address());
    let lines: String = (0..10_000).map(|number| setup.line(number)).collect();
    let tokens = setup.tokens(&lines);
    let first = rotate(&setup);
    let both = [0, 1].map(|_| spawn(&["vault", "reindex", "--config", &setup.config]));
    // Meanwhile another makes rows and asks for those that are there.
    let more: String = (5_000..12_000).map(|number| setup.line(number)).collect();
    let others = setup.tokens(&more);
    assert_eq!(others[..5_000], tokens[5_000..]);
    let mut written = 0;
    for child in both {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let told = stdout(&output);
        // The second may have come when all was done.
        if !told.contains("are to be") {
            written += told.split_whitespace().next().unwrap().parse::<usize>().unwrap();
        }
    }
    assert_eq!(written, 10_000);
    disable(&setup, &first);
    assert_eq!(setup.tokens(&lines), tokens);
    assert_eq!(setup.tokens(&more), others);
    assert_eq!(server.sql("SELECT count(*), count(DISTINCT token) FROM privet.tokens"), "12000|12000");
}

fn post(address: &str, body: &str) -> String {
    ask(
        address,
        &format!("POST /v1/anonymize HTTP/1.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}", body.len()),
        body,
    )
}

fn ask(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "{head}\r\nHost: {address}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// In the background of a service that reads the ring anew; commands reach it beside.
#[test]
fn a_service_does_so_by_itself() {
    let setup = in_file();
    let before = setup.tokens(&setup.line(1)).remove(0);
    let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = std::fs::read_to_string(&setup.config).unwrap();
    let listens = format!("admin: {{listen: \"{admin}\"}}");
    std::fs::write(&setup.config, config.replace("admin: {listen: \"127.0.0.1:0\"}", &listens)).unwrap();
    let mut service = Privet::start(["run", "--config", &setup.config]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    let said = service.stderr();
    let address = said.split_once("POST http://").unwrap().1.split('/').next().unwrap().to_owned();
    let anonymized = |number| {
        let answer = post(&address, &setup.line(number));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        token(answer.lines().last().unwrap()).to_owned()
    };
    let two = anonymized(2);
    let first = rotate(&setup);
    assert_eq!(reindex(&setup, &["--dry-run"]), "2 rows are to be written anew\n", "asked beside the service");
    service.signal(Signal::HangUp);
    service.wait_for_stderr("rows of the vault were written anew", PATIENCE);
    assert_eq!(reindex(&setup, &["--dry-run"]), "0 rows are to be written anew\n");
    let metrics = ask(&admin.to_string(), "GET /metrics HTTP/1.1", "");
    assert!(metrics.contains("privet_vault_stale_rows 0"), "{metrics}");
    disable(&setup, &first);
    service.signal(Signal::HangUp);
    // Its cache would answer by the old index alone, which is asked for no more.
    eventually("the ring of the disabled key is read", PATIENCE, || {
        (service.stderr().matches("reloaded").count() >= 2).then_some(())
    });
    assert_eq!((anonymized(1), anonymized(2)), (before, two));
    let third = rotate(&setup);
    service.signal(Signal::HangUp);
    eventually("rows are written anew again", PATIENCE, || {
        let told = privet(&["vault", "reindex", "--config", &setup.config]);
        (stdout(&told) == "0 rows are to be written anew\n").then_some(())
    });
    disable(&setup, &third);
    service.signal(Signal::Terminate);
    assert_eq!(service.wait(PATIENCE).code(), Some(0), "{}", service.stderr());
    assert!(!service.stderr().contains("canary"), "{}", service.stderr());
}
