//! A vault in PostgreSQL: a real server, several processes, and what they agree on.

use super::kill_writers;
use super::setup::{Setup, token, value};
use crate::cli::command::{command, privet, privet_with, stderr};
use crate::support::eventually;
use crate::support::postgres::{Database, Postgres};
use crate::support::process::{Privet, Signal};
use privet::keys::{KeyId, Sighting};
use privet::model::{RecordTime, Sensitive};
use privet::transform::{Answer, Lifetime, Need, Request, Store as _, StoreError, SubjectRequest};
use privet::vault::{Config, Memory, OpenError, Until, Vault};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

fn config(from: &str, ca: Option<PathBuf>) -> Config {
    Config { password: Some(Sensitive::new("test".into())), ca, ..Config::of(from) }
}

fn open(from: &str) -> Vault {
    Vault::open(&config(from, None)).unwrap()
}

fn requests(numbers: std::ops::Range<u32>) -> Vec<Request> {
    let request = |number: u32| {
        let mut index = [7; 32];
        index[..4].copy_from_slice(&number.to_be_bytes());
        let token = [&[1; 25][..], &number.to_be_bytes()].concat();
        Request {
            domain: "customer".into(),
            index,
            index_key: KeyId([1; 4]),
            others: Vec::new(),
            token,
            sealed: vec![3; 120],
            subject: None,
            person: None,
            life: None,
        }
    };
    numbers.map(request).collect()
}

#[test]
fn two_processes_at_once_end_with_identical_maps() {
    const COUNT: usize = 100_000;
    let database = Postgres::shared().database("two");
    let setup = Arc::new(Setup::with_postgres(database.address()));
    let begun = Instant::now();
    let run = |backwards: bool| {
        let setup = Arc::clone(&setup);
        std::thread::spawn(move || {
            let mut numbers: Vec<usize> = (0..COUNT).collect();
            if backwards {
                numbers.reverse();
            }
            let lines: String = numbers.iter().map(|&number| setup.line(number)).collect();
            numbers.into_iter().zip(setup.tokens(&lines)).collect::<BTreeMap<_, _>>()
        })
    };
    // One begins where the other ends, and they meet.
    let (first, second) = (run(false), run(true));
    let (first, second) = (first.join().unwrap(), second.join().unwrap());
    let took = begun.elapsed();
    assert_eq!((first.len(), second.len()), (COUNT, COUNT));
    assert!(first == second, "the maps differ");
    let mut tokens: Vec<_> = first.values().collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), COUNT, "no token stands for two values");
    assert_eq!(database.sql("SELECT count(*), count(DISTINCT token) FROM privet.tokens"), format!("{COUNT}|{COUNT}"));
    database.assert_nowhere(b"canary-");
    eprintln!("two processes with {COUNT} values each in {took:?}");
}

/// Ten times here; `make soak` sets `PRIVET_TEST_KILLS=50`.
#[test]
fn no_token_is_lost_or_doubled_by_kill_9() {
    let rounds = std::env::var("PRIVET_TEST_KILLS").map_or(10, |rounds| rounds.parse().unwrap());
    let database = Postgres::shared().database("kills");
    kill_writers(&Setup::with_postgres(database.address()), rounds);
    database.assert_nowhere(b"canary-");
}

/// Stands before the server, and counts how often a client speaks after the server did: a round trip each.
struct Counter {
    address: SocketAddr,
    turns: Arc<AtomicU64>,
}

/// A client that has been silent for so long waits for an answer. It hears none before: what it says in several pieces, because
/// the system let others run between them, is said at once.
const SILENCE: Duration = Duration::from_millis(100);

impl Counter {
    fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (address, turns) = (listener.local_addr().unwrap(), Arc::new(AtomicU64::new(0)));
        let counted = Arc::clone(&turns);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(server).unwrap();
                let spoke = Arc::new(Mutex::new((Side::Server, Instant::now())));
                for (side, from, to) in [(Side::Client, &client, &server), (Side::Server, &server, &client)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let (spoke, counted) = (Arc::clone(&spoke), Arc::clone(&counted));
                    std::thread::spawn(move || {
                        let mut bytes = [0; 1 << 16];
                        while let Ok(read @ 1..) = from.read(&mut bytes) {
                            if side == Side::Server {
                                await_silence(&spoke);
                            }
                            let (before, _) = std::mem::replace(&mut *spoke.lock().unwrap(), (side, Instant::now()));
                            if (before, side) == (Side::Server, Side::Client) {
                                counted.fetch_add(1, Ordering::SeqCst);
                            }
                            if to.write_all(&bytes[..read]).is_err() {
                                break;
                            }
                        }
                        to.shutdown(std::net::Shutdown::Both).ok();
                    });
                }
            }
        });
        Self { address, turns }
    }

    fn turns(&self) -> u64 {
        self.turns.load(Ordering::SeqCst)
    }
}

/// Waits until the client, where it was the last to speak, has been silent.
fn await_silence(spoke: &Mutex<(Side, Instant)>) {
    loop {
        let (side, since) = *spoke.lock().unwrap();
        match SILENCE.checked_sub(since.elapsed()) {
            Some(rest) if side == Side::Client => std::thread::sleep(rest),
            _ => return,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

#[test]
fn a_batch_takes_one_round_trip() {
    let database = Postgres::shared().database("trips");
    let counter = Counter::before(database.socket());
    let from = database.address().replacen(&database.socket().to_string(), &counter.address.to_string(), 1);
    let vault = open(&from);
    vault.resolve(&requests(0..1)).unwrap();
    let ready = counter.turns();
    assert!(ready > 1, "a connection is made ready first");
    // All new, some new, and with another vault's cache all known.
    for (batch, numbers) in [0..1_000, 500..3_000, 3_000..3_001, 10_000..30_000].into_iter().enumerate() {
        vault.resolve(&requests(numbers)).unwrap();
        assert_eq!(counter.turns() - ready, u64::try_from(batch).unwrap() + 1);
    }
    let before = counter.turns();
    vault.resolve(&requests(0..30)).unwrap();
    assert_eq!(counter.turns(), before, "what was answered lately is not asked again");
    let other = open(&from);
    other.resolve(&requests(0..1)).unwrap();
    let ready = counter.turns();
    let answers = other.resolve(&requests(0..3_000)).unwrap();
    assert_eq!(counter.turns() - ready, 1, "and so does one that is known");
    assert_eq!(answers[7], Answer::Found(requests(7..8)[0].token.clone()));
    let begun = counter.turns();
    let tokens: Vec<Vec<u8>> = requests(0..2_000).into_iter().map(|request| request.token).collect();
    let found = other.find(&tokens.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
    assert!(found.iter().all(Option::is_some));
    assert_eq!(counter.turns() - begun, 1, "and so does the way back");
}

/// A value is sealed under its person's key, so whose key is not known is asked for first.
#[test]
fn people_who_are_known_take_no_round_trip() {
    let (database, folder) = (Postgres::shared().database("people_trips"), tempfile::tempdir().unwrap());
    let counter = Counter::before(database.socket());
    let from = database.address().replacen(&database.socket().to_string(), &counter.address.to_string(), 1);
    let ring = folder.path().join("epochs.keyring.json").to_str().unwrap().to_owned();
    assert_eq!(privet(&["keys", "new", "epochs", "--ring", &ring]).status.code(), Some(0));
    let vault = Vault::open(&Config { epochs: Some((format!("file:{ring}"), None)), ..config(&from, None) }).unwrap();
    let ask = |number: u8| SubjectRequest { domain: "customer".into(), index: [number; 32], time: RecordTime(None) };
    vault.subjects(&[ask(0)]).unwrap();
    let ready = counter.turns();
    let people: Vec<SubjectRequest> = (1..100).map(ask).collect();
    vault.subjects(&people).unwrap();
    assert_eq!(counter.turns() - ready, 1, "all who are not known at once");
    vault.subjects(&people).unwrap();
    assert_eq!(counter.turns() - ready, 1, "and who is known is not asked for again");
}

#[test]
fn a_server_that_comes_back_is_used_again() {
    let server = Postgres::start();
    let database = server.database("away");
    let vault = open(database.address());
    let first = vault.resolve(&requests(0..10)).unwrap();
    server.halt();
    assert_eq!(vault.resolve(&requests(10..20)), Err(StoreError::Unavailable));
    assert_eq!(vault.ready(Need::Values), Err(StoreError::Unavailable));
    server.restart();
    vault.ready(Need::Values).unwrap();
    vault.resolve(&requests(10..20)).unwrap();
    assert_eq!(open(database.address()).resolve(&requests(0..10)).unwrap(), first, "what was answered is kept");
    // Connections that broke while nobody used them are none of who asks next.
    database.sql("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'privet'");
    vault.resolve(&requests(20..30)).unwrap();
}

#[test]
fn a_service_answers_503_while_the_server_is_away_and_goes_on_by_itself() {
    let server = Postgres::start();
    let database = server.database("service");
    let setup = Setup::with_postgres(database.address());
    let vault = format!("vault: {{from: \"{}\", password: \"${{file:vault.password}}\"}}\n", database.address());
    let http = "http: {listen: \"127.0.0.1:0\"}\nadmin: off\n\
                access: {audit: \"file:audit.jsonl\", roles: [{callers: anyone, may: anonymize, rings: customer}]}\n";
    setup.configure(&format!("{vault}{http}"));
    let mut service = Privet::start(["run", "--config", &setup.config]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    let said = service.stderr();
    let address = said.split_once("POST http://").unwrap().1.split('/').next().unwrap().to_owned();
    let before = post(&address, &setup.line(1));
    assert!(before.starts_with("HTTP/1.1 200") && before.contains("tok_"), "{before}");
    server.halt();
    // What is known already may still be answered; what is new is not.
    let away = eventually("a 503", PATIENCE, || {
        let answer = post(&address, &setup.line(2));
        answer.starts_with("HTTP/1.1 503").then_some(answer)
    });
    assert!(away.contains("store_unavailable") && !away.contains("canary"), "{away}");
    server.restart();
    let again = eventually("a token", PATIENCE, || {
        let answer = post(&address, &setup.line(2));
        answer.starts_with("HTTP/1.1 200").then_some(answer)
    });
    assert!(again.contains("tok_"), "{again}");
    service.signal(Signal::Terminate);
    assert_eq!(service.wait(PATIENCE).code(), Some(0), "{}", service.stderr());
    assert!(!service.stderr().contains("canary"), "{}", service.stderr());
    assert_eq!(setup.tokens(&setup.line(1))[0], token(before.lines().last().unwrap()));
}

fn post(address: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST /v1/anonymize HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-ndjson\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn tls_asks_for_a_certificate_of_the_given_authority() {
    let cluster = Postgres::shared();
    let database = cluster.database("tls");
    let from = format!("{}?sslmode=require", database.address_by_name());
    let vault = Vault::open(&config(&from, Some(cluster.ca()))).unwrap();
    vault.resolve(&requests(0..10)).unwrap();
    let secured = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'privet' \
                   AND datname = current_database()";
    assert_eq!(database.sql(secured), "t");
    // The system's authorities do not vouch for it, and neither does the right one for another name.
    let by_number = format!("{}?sslmode=require", database.address());
    for (from, ca) in [(&from, None), (&by_number, Some(cluster.ca()))] {
        match Vault::open(&config(from, ca)) {
            Ok(vault) => assert_eq!(vault.resolve(&requests(0..1)), Err(StoreError::Unavailable), "{from}"),
            // This system has no authorities at all.
            Err(error) => assert!(matches!(error, OpenError::Reference { .. }), "{error}"),
        }
    }
}

/// The rights that `docs/vault.md` names are enough, and nothing goes without them.
#[test]
fn the_documented_rights_are_enough() {
    let database = Postgres::shared().database("rights");
    database.sql(include_str!("../../../src/vault/postgres/schema.sql"));
    let page = include_str!("../../../docs/vault.md");
    let (_, rest) = page.split_once("```sql\n").unwrap();
    let grants = rest.split("```").next().unwrap();
    let role = |name: &str, grants: &str| {
        database.sql(&format!("DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN PASSWORD 'test'"));
        database.sql(grants);
        open(&database.address_of(name))
    };
    let sidecar = role("sidecar", grants);
    let answers = sidecar.resolve(&requests(0..10)).unwrap();
    let ring = |version| Sighting::of("customer".into(), version, [1; 32]);
    assert_eq!(sidecar.believe([&ring(1)]).unwrap(), Memory::Lasts);
    assert_eq!(sidecar.believe([&ring(2)]).unwrap(), Memory::Lasts);
    assert!(sidecar.believe([&ring(1)]).is_err());
    assert_eq!(
        role("reader", "GRANT USAGE ON SCHEMA privet TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA privet TO reader")
            .resolve(&requests(5..15)),
        Err(StoreError::Refused)
    );
    assert_eq!(role("stranger", "SELECT 1").resolve(&requests(0..1)), Err(StoreError::Refused));
    assert_eq!(open(database.address()).resolve(&requests(0..10)).unwrap(), answers);
    for name in ["sidecar", "reader"] {
        database.sql(&format!("DROP OWNED BY {name}; DROP ROLE {name}"));
    }
    database.sql("DROP ROLE stranger");
}

#[test]
fn tables_of_another_format_are_left_alone() {
    let database = Postgres::shared().database("format");
    open(database.address()).resolve(&requests(0..1)).unwrap();
    database.sql("UPDATE privet.about SET format = 99");
    assert_eq!(open(database.address()).resolve(&requests(1..2)), Err(StoreError::Refused));
    assert_eq!(database.sql("SELECT count(*) FROM privet.tokens"), "1");
}

/// From the very statements with which earlier versions made their tables, and rows as those wrote them.
#[test]
fn tables_of_the_formats_before_are_brought_to_this_one() {
    for (format, tables) in [(1, include_str!("format-1.sql")), (2, include_str!("format-2.sql"))] {
        let database = Postgres::shared().database("older");
        database.sql(tables);
        assert_eq!(database.sql("SELECT format FROM privet.about"), format.to_string());
        let kept = requests(0..3);
        for row in &kept {
            let hex = |bytes: &[u8]| format!("'\\x{}'", data_encoding::HEXLOWER.encode(bytes));
            let (index, token, sealed) = (hex(&row.index), hex(&row.token), hex(&row.sealed));
            database.sql(&format!(
                "INSERT INTO privet.tokens (blind_index, index_key, token, ring, sealed) \
                 VALUES ({index}, '\\x01010101', {token}, 'customer', {sealed}); \
                 INSERT INTO privet.subjects (subject, key_id, ring, epoch, wrapped) \
                 VALUES ({index}, substr({token}::bytea, 14), 'customer', '\\x01010101', '\\x00'); \
                 INSERT INTO privet.subject_tokens (subject, token) VALUES ({index}, {token}); \
                 INSERT INTO privet.tombstones (subject, ring, forgotten) VALUES ({index}, 'customer', 7)"
            ));
        }
        // Others who may not change tables wait for who may.
        let role = format!("older{format}");
        database.sql(&format!(
            "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN PASSWORD 'test'; GRANT USAGE ON SCHEMA privet TO {role}; \
             GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA privet TO {role}"
        ));
        assert_eq!(open(&database.address_of(&role)).resolve(&kept), Err(StoreError::Refused));
        assert_eq!(database.sql("SELECT format FROM privet.about"), format.to_string());
        // Others drew other tokens for the same values: what is kept stands.
        let asked: Vec<Request> = requests(0..5)
            .into_iter()
            .map(|row| Request { token: row.token.iter().map(|byte| byte ^ 0x40).collect(), ..row })
            .collect();
        let answers = open(database.address()).resolve(&asked).unwrap();
        let tokens =
            |rows: &[Request]| -> Vec<Answer> { rows.iter().map(|row| Answer::Found(row.token.clone())).collect() };
        assert_eq!(answers, [tokens(&kept), tokens(&asked[3..])].concat(), "format {format}");
        let found = open(database.address()).find(&kept.iter().map(|row| &row.token[..]).collect::<Vec<_>>()).unwrap();
        for (row, found) in kept.iter().zip(found) {
            let found = found.unwrap();
            assert_eq!(
                (found.domain.as_str(), found.sealed, found.until),
                ("customer", row.sealed.clone(), Until::EVER)
            );
        }
        // What was there is there, and has this version's form.
        let (columns, indexes) = (shape(&database, "columns"), shape(&database, "indexes"));
        let fresh = Postgres::shared().database("fresh");
        fresh.sql(include_str!("../../../src/vault/postgres/schema.sql"));
        assert_eq!((columns, indexes), (shape(&fresh, "columns"), shape(&fresh, "indexes")), "format {format}");
        let counts = "SELECT (SELECT format FROM privet.about), (SELECT count(*) FROM privet.subjects), \
                      (SELECT count(*) FROM privet.subject_tokens), (SELECT count(*) FROM privet.tombstones)";
        assert_eq!(database.sql(counts), "3|3|3|3");
        database.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
    }
}

/// What a schema consists of, in the order of the names.
fn shape(database: &Database<'_>, of: &str) -> String {
    database.sql(match of {
        "columns" => {
            "SELECT string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default), ';' \
             ORDER BY table_name, column_name) FROM information_schema.columns WHERE table_schema = 'privet'"
        }
        _ => "SELECT string_agg(indexdef, ';' ORDER BY indexdef) FROM pg_indexes WHERE schemaname = 'privet'",
    })
}

/// Each batch gives the rows more time that all of them share: who waits for another's rows looks at those alone again.
#[test]
fn batches_that_give_shared_rows_more_time_do_not_stop_each_other() {
    let database = Postgres::shared().database("times");
    let shared: Vec<Request> = requests(0..2_000)
        .into_iter()
        .map(|row| Request { life: Some(Lifetime { since: RecordTime(None), ttl: 3_600_000 }), ..row })
        .collect();
    open(database.address()).resolve(&requests(10_000..60_000)).unwrap();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let asker = |_| {
            scope.spawn(|| {
                for _ in 0..8 {
                    // With nothing remembered, as of a process of its own.
                    open(database.address()).resolve(&shared).unwrap();
                }
            })
        };
        let askers: Vec<_> = (0..4).map(asker).collect();
        askers.into_iter().for_each(|asker| asker.join().unwrap());
    });
    eprintln!("32 batches of 2,000 shared rows in {:?}", begun.elapsed());
    let counts = "SELECT count(*), count(DISTINCT token) FROM privet.tokens WHERE until < 9223372036854775807";
    assert_eq!(database.sql(counts), "2000|2000");
}

/// A call whose connection broke is made once more, while the server may still be at the first one: both bring the same rows
/// with the same tokens.
#[test]
fn the_same_rows_twice_at_once_are_kept_once() {
    const ROUNDS: u32 = 200;
    const ROWS: u32 = 50;
    let database = Postgres::shared().database("again");
    let vaults: Vec<Vault> = (0..4).map(|_| open(database.address())).collect();
    let together = Barrier::new(vaults.len());
    let ask = |vault: &Vault| -> Vec<_> {
        let round = |round: u32| {
            together.wait();
            vault.resolve(&requests(round * ROWS..(round + 1) * ROWS))
        };
        (0..ROUNDS).map(round).collect()
    };
    let answers: Vec<_> = std::thread::scope(|scope| {
        let askers: Vec<_> = vaults.iter().map(|vault| scope.spawn(|| ask(vault))).collect();
        askers.into_iter().flat_map(|asker| asker.join().unwrap()).collect()
    });
    let failed = answers.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(failed, 0, "of {} batches", answers.len());
    assert_eq!(database.sql("SELECT count(*), count(DISTINCT token) FROM privet.tokens"), "10000|10000");
}

/// A record of before and the word to forget somebody come at once: the key is made and goes, or is not made.
#[test]
fn who_is_forgotten_while_their_key_is_made_has_none() {
    const WAITING: &str =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let (database, folder) = (Postgres::shared().database("race"), tempfile::tempdir().unwrap());
    let ring = folder.path().join("epochs.keyring.json").to_str().unwrap().to_owned();
    assert_eq!(privet(&["keys", "new", "epochs", "--ring", &ring]).status.code(), Some(0));
    let config = Config { epochs: Some((format!("file:{ring}"), None)), ..config(database.address(), None) };
    let (maker, eraser) = (Vault::open(&config).unwrap(), Vault::open(&config).unwrap());
    let ask =
        |number: u8| SubjectRequest { domain: "customer".into(), index: [number; 32], time: RecordTime(Some(100)) };
    for vault in [&maker, &eraser] {
        vault.subjects(&[ask(9)]).unwrap();
    }
    std::thread::scope(|scope| {
        // Another process makes the second one's key, and takes its time: so who asks for both stays in the middle.
        let slow = scope.spawn(|| {
            database.sql(
                "BEGIN; INSERT INTO privet.subjects VALUES (decode(repeat('02', 32), 'hex'), \
                 decode(repeat('02', 16), 'hex'), 'customer', '\\x01010101', ''); SELECT pg_sleep(60)",
            )
        });
        let sleeping = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        let is = |sql: &str, count: &str| (database.sql(sql) == count).then_some(());
        eventually("a key is half made", PATIENCE, || is(&format!("SELECT count(*) {sleeping}"), "1"));
        let made = scope.spawn(|| maker.subjects(&[ask(1), ask(2)]));
        eventually("who asks for both waits", PATIENCE, || is(WAITING, "1"));
        let erased = scope.spawn(|| eraser.forget(&[1; 32], "customer", 200));
        eventually("who forgets waits, or has done so", PATIENCE, || {
            if erased.is_finished() { Some(()) } else { is(WAITING, "2") }
        });
        database.sql(&format!("SELECT pg_terminate_backend(pid) {sleeping}"));
        assert!(slow.join().is_err(), "it was ended");
        assert_eq!(made.join().unwrap().unwrap().len(), 2);
        let erased = erased.join().unwrap().unwrap();
        let left = "SELECT count(*) FROM privet.subjects WHERE subject = decode(repeat('01', 32), 'hex')";
        assert_eq!((erased.keys, database.sql(left).as_str()), (1, "0"), "a key outlives who was forgotten");
    });
}

/// As two processes leave it that insert one index at once, one of which has read the next ring.
#[test]
fn an_index_that_leads_to_two_tokens_gives_one() {
    let database = Postgres::shared().database("both");
    let answers = open(database.address()).resolve(&requests(0..2)).unwrap();
    database.sql(
        "INSERT INTO privet.indexes SELECT a.blind_index, a.index_key, b.token FROM privet.tokens AS a, privet.tokens AS b \
         WHERE a.token <> b.token",
    );
    assert_eq!(database.sql("SELECT count(*) FROM privet.indexes"), "2");
    for _ in 0..3 {
        assert_eq!(open(database.address()).resolve(&requests(0..2)).unwrap(), answers);
    }
}

/// What is wrong is said once, and not with what the server said.
#[test]
fn a_password_that_is_wrong_ends_a_batch_and_is_not_told() {
    let database = Postgres::shared().database("password");
    let setup = Setup::with_postgres(database.address());
    std::fs::write(setup.path("vault.password"), "hunter2\n").unwrap();
    let output = privet_with(&[&setup.arguments()[..], &[&setup.config]].concat(), setup.line(1).as_bytes());
    let told = stderr(&output);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(75), 0), "{told}");
    assert!(!told.contains("hunter2") && !told.contains(&value(1)), "{told}");
}

/// A whole address may come from a file, its password with it.
#[test]
fn an_address_may_be_a_secret() {
    let database: Database<'_> = Postgres::shared().database("secret");
    let setup = Setup::new("memory:");
    let with_password = database.address().replacen("postgres@", "postgres:test@", 1);
    std::fs::write(setup.path("vault.address"), format!("{with_password}\n")).unwrap();
    setup.configure("vault: {from: \"${file:vault.address}\"}\n");
    assert!(setup.tokens(&setup.line(1))[0].starts_with("tok_"));
    // Outside of a file or the environment, a password is refused, and so is one that is said twice.
    setup.configure(&format!("vault: {{from: \"{with_password}\"}}\n"));
    let said = stderr(&privet(&["check", "--config", &setup.config])).to_owned();
    assert!(said.contains("the password stands beside it") && !said.contains(":test@"), "{said}");
    std::fs::write(setup.path("vault.password"), "test\n").unwrap();
    setup.configure("vault: {from: \"${file:vault.address}\", password: \"${file:vault.password}\"}\n");
    assert!(stderr(&privet(&["check", "--config", &setup.config])).contains("two passwords"));
    let mut here = command(&[&setup.arguments()[..], &[&setup.config]].concat());
    setup.configure("vault: {from: \"${env:VAULT_ADDRESS}\"}\n");
    here.env("VAULT_ADDRESS", &with_password).stdin(std::process::Stdio::null());
    assert!(here.output().unwrap().status.success());
}
