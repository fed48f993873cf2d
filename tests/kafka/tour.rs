//! The broker that the documentation's commands run against.

use crate::support::in_repository;
use crate::support::kafka::{Isolation, Kafka};
use crate::support::tour::{TOPICS, tour_broker};

#[test]
fn the_tours_customers_wait_in_the_private_topic() {
    let kafka = Kafka::at(&tour_broker());
    let [private, shared, dead] = TOPICS.map(|topic| kafka.read(topic, Isolation::Committed));
    let customers = std::fs::read_to_string(in_repository("examples/tour/customers.ndjson")).unwrap();
    let lines: Vec<_> = customers.lines().collect();
    assert!(lines.len() > 1);
    assert_eq!(private.iter().map(|record| record.text()).collect::<Vec<_>>(), lines);
    assert_eq!((shared, dead), (vec![], vec![]));
}
