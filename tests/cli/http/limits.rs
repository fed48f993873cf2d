//! Clients that are too slow, too large or too many, and the end of the process.

use super::client::head;
use super::*;
use privet::http::Drained;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

const PATH: &str = "/v1/anonymize";
const TEXT: &[(&str, &str)] = &[("content-type", "text/plain")];

fn with_times(header: Duration, request: Duration) -> Config {
    let config = config();
    Config { listen: Listen { header_timeout: header, ..config.listen }, request_timeout: request, ..config }
}

/// Polls until it holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn gauge(running: &Running, name: &str) -> i64 {
    let line = format!("{name}{{listener=\"http\"}} ");
    let text = running.metrics.encode();
    text.lines().find_map(|other| other.strip_prefix(&line)).unwrap().parse().unwrap()
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let running = Running::plain(with_times(Duration::from_millis(200), Duration::from_secs(20)));
    let (mut slow, mut silent) = (running.http(), running.http());
    slow.write(b"POST /v1/anonymize HTTP/1.1\r\nhost: x\r\n");
    let start = Instant::now();
    // A byte now and then does not help.
    while start.elapsed() < Duration::from_millis(150) {
        slow.write(b"x");
        std::thread::sleep(Duration::from_millis(30));
    }
    assert!(slow.is_closed() && silent.is_closed());
    assert!(start.elapsed() < Duration::from_secs(10));
    // A connection that was used and then left is closed, too.
    let mut idle = running.http();
    assert_eq!(idle.post(PATH, "text/plain", b"x").status, 200);
    assert!(idle.is_closed());
    until("all connections are gone", || gauge(&running, "privet_http_connections") == 0);
}

#[test]
fn a_body_that_never_ends_is_answered() {
    let running = Running::plain(with_times(Duration::from_secs(20), Duration::from_millis(200)));
    let mut slow = running.http();
    slow.write(&head("POST", PATH, TEXT, 100));
    slow.write(b"bob@corp.com");
    let answer = slow.answer().unwrap();
    assert_eq!((answer.status, answer.problem().as_str()), (408, "body_too_slow"));
    assert!(!answer.text().contains("bob"));
}

#[test]
fn a_body_that_is_too_large_is_refused_and_not_kept() {
    let running = Running::plain(Config { body_max: 1000, ..config() });
    let body = |length| vec![b'a'; length];
    let mut http = running.http();
    assert_eq!(http.post(PATH, "text/plain", &body(1000)).status, 200);
    // A little too large: read to its end, and the connection lives on.
    let answer = http.post(PATH, "text/plain", &body(1001));
    assert_eq!((answer.status, answer.problem().as_str()), (413, "body_too_large"));
    assert_eq!(http.post(PATH, "text/plain", &body(1)).status, 200);
    // In chunks, without a length.
    http.write(
        b"POST /v1/anonymize HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    for _ in 0..11 {
        http.write(b"64\r\n");
        http.write(&body(100));
        http.write(b"\r\n");
    }
    http.write(b"0\r\n\r\n");
    assert_eq!(http.answer().unwrap().problem(), "body_too_large");
    // Far too large: answered before the body comes.
    let mut http = running.http();
    http.write(&head("POST", PATH, TEXT, 1 << 40));
    assert_eq!(http.answer().unwrap().problem(), "body_too_large");
}

#[test]
fn a_body_that_breaks_off_harms_nobody() {
    let running = Running::plain(config());
    let mut broken = running.http();
    broken.write(&head("POST", PATH, TEXT, 100));
    broken.write(b"half");
    until("the request is under way", || gauge(&running, "privet_http_inflight_requests") == 1);
    drop(broken);
    until("the request is over", || gauge(&running, "privet_http_inflight_requests") == 0);
    assert_eq!(running.http().post(PATH, "text/plain", b"x").status, 200);
}

#[test]
fn more_requests_than_are_allowed_are_told_to_come_again() {
    let running = Running::plain(Config { requests_max: 2, ..config() });
    let mut slow: Vec<Client> = (0..2).map(|_| running.http()).collect();
    for client in &mut slow {
        client.write(&head("POST", PATH, TEXT, 12));
        client.write(b"bob@");
    }
    until("both are under way", || gauge(&running, "privet_http_inflight_requests") == 2);
    let answer = running.http().post(PATH, "text/plain", b"x");
    assert_eq!((answer.status, answer.problem().as_str()), (503, "busy"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    // Those that were let in are answered, and then there is room again.
    for client in &mut slow {
        client.write(b"corp.com");
        assert_eq!(client.answer().unwrap().text(), "<EMAIL_ADDRESS>");
    }
    assert_eq!(running.http().post(PATH, "text/plain", b"x").status, 200);
}

#[test]
fn more_connections_than_are_allowed_wait() {
    let config = config();
    let running = Running::plain(Config { listen: Listen { connections_max: 2, ..config.listen }, ..config });
    let mut first = running.http();
    assert_eq!(first.post(PATH, "text/plain", b"x").status, 200);
    let _second = running.http();
    until("two are open", || gauge(&running, "privet_http_connections") == 2);
    let mut third = running.http();
    third.write(&head("POST", PATH, TEXT, 1));
    third.write(b"x");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(gauge(&running, "privet_http_connections"), 2);
    drop(first);
    assert_eq!(third.answer().unwrap().status, 200);
}

#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let config = config();
    let listen = Listen { write_timeout: Duration::from_millis(200), ..config.listen };
    let running = Running::plain(Config { listen, ..config });
    let body = vec![b' '; Config::BODY_MAX];
    let mut deaf = running.http();
    // The answer is larger than what the system keeps for a connection that nobody reads.
    deaf.write(&head("POST", PATH, TEXT, body.len()));
    deaf.write(&body);
    until("the connection is gone", || gauge(&running, "privet_http_connections") == 0);
    let error = deaf.answer().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{error}");
}

#[test]
fn many_connections_at_once_get_their_own_answers() {
    let running = Running::plain(config());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let running = &running;
            scope.spawn(move || {
                let mut clients: Vec<Client> = (0..32).map(|_| running.http()).collect();
                for round in 0..4 {
                    for (number, client) in clients.iter_mut().enumerate() {
                        let body = format!("{thread}/{round}/{number} bob@corp.com");
                        let answer = client.post(PATH, "text/plain", body.as_bytes());
                        assert_eq!(answer.text(), format!("{thread}/{round}/{number} <EMAIL_ADDRESS>"));
                    }
                }
            });
        }
    });
    let line = "privet_records_total{product=\"plain\",face=\"http\",disposition=\"forward\"} 1024\n";
    assert!(running.metrics.encode().contains(line));
}

#[test]
fn a_drain_finishes_what_is_under_way_and_takes_nothing_new() {
    let running = Running::plain(config());
    let address = running.listeners.http_address().unwrap();
    let (mut under_way, mut idle) = (running.http(), running.http());
    assert_eq!(idle.post(PATH, "text/plain", b"x").status, 200);
    under_way.write(&head("POST", PATH, TEXT, 12));
    under_way.write(b"bob@");
    until("it is under way", || gauge(&running, "privet_http_inflight_requests") == 1);
    let Running { listeners, readiness, .. } = running;
    let drain = std::thread::spawn(move || listeners.drain());
    assert!(idle.is_closed());
    until("nothing new is taken", || std::net::TcpStream::connect(address).is_err());
    assert!(readiness.missing().contains(&"draining".to_owned()));
    assert!(!drain.is_finished());
    under_way.write(b"corp.com");
    assert_eq!(under_way.answer().unwrap().text(), "<EMAIL_ADDRESS>");
    assert_eq!(drain.join().unwrap(), Drained::Whole);
}

#[test]
fn a_drain_ends_even_if_a_client_does_not() {
    let config = config();
    let listen = Listen { drain_max: Duration::from_millis(200), ..config.listen };
    let running = Running::plain(Config { listen, ..config });
    let mut stuck = running.http();
    stuck.write(&head("POST", PATH, TEXT, 12));
    until("it is under way", || gauge(&running, "privet_http_inflight_requests") == 1);
    let start = Instant::now();
    assert_eq!(running.listeners.drain(), Drained::CutOff);
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(stuck.is_closed());
}
