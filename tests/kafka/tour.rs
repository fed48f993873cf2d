//! The brokers that the documentation's commands run against: the tests' own, and that of `make tour`.

use crate::support::kafka::{Isolation, Kafka};
use crate::support::tour::{TOPICS, tour_broker};
use crate::support::{eventually, in_repository};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

fn assert_customers_wait_at(servers: &str) {
    let kafka = Kafka::at(servers);
    let [private, shared, dead] = TOPICS.map(|topic| kafka.read(topic, Isolation::Committed));
    let customers = std::fs::read_to_string(in_repository("examples/tour/customers.ndjson")).unwrap();
    let lines: Vec<_> = customers.lines().collect();
    assert!(lines.len() > 1);
    assert_eq!(private.iter().map(|record| record.text()).collect::<Vec<_>>(), lines);
    assert_eq!((shared, dead), (vec![], vec![]));
}

#[test]
fn the_tours_customers_wait_in_the_private_topic() {
    assert_customers_wait_at(&tour_broker());
}

#[test]
fn the_readers_own_tour_has_the_same_broker_until_it_is_ended() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let mut command = Command::new(in_repository("scripts/tour.sh"));
    command.env("PRIVET_KAFKA_PORT", port.to_string()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut tour = command.spawn().unwrap();
    let mut told = String::new();
    BufReader::new(tour.stdout.take().unwrap()).read_line(&mut told).unwrap();
    let servers = format!("127.0.0.1:{port}");
    assert!(told.starts_with(&format!("Kafka answers at {servers} ")), "{told}");
    assert_customers_wait_at(&servers);
    let ended = Command::new("sh").args(["-c", &format!("kill -TERM {}", tour.id())]).status().unwrap();
    assert!(ended.success());
    assert_eq!(tour.wait().unwrap().code(), Some(0));
    eventually("the broker is gone", Duration::from_secs(20), || TcpListener::bind(("127.0.0.1", port)).ok().map(drop));
}
