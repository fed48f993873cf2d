//! The Kafka that the tour through the program takes place on.

use super::in_repository;
use super::kafka::{Input, Kafka};

/// Topics of the tour: what is private, what is shared, and what could not be treated.
pub const TOPICS: [&str; 3] = ["priv.shop.customer.v1", "pub.shop.customer.v1", "priv.shop.customer.dlq.v1"];

/// Starts a Kafka for one tour, with its topics and, in the private one, the tour's customers; gives its address.
///
/// The topics' names are fixed and so each tour has a broker of its own, which ends with this process.
pub fn tour_broker() -> String {
    let kafka = Kafka::start(1);
    for topic in TOPICS {
        kafka.create_topic(topic, 1, &[]);
    }
    let customers = std::fs::read(in_repository("examples/tour/customers.ndjson")).expect("the tour has customers");
    let lines = customers.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let records: Vec<_> = lines.map(|line| Input { value: Some(line.to_vec()), ..Input::default() }).collect();
    kafka.produce(TOPICS[0], &records);
    let servers = kafka.servers().to_owned();
    // Its watcher stops it and removes its files once this process is gone.
    std::mem::forget(kafka);
    servers
}
