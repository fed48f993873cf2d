//! What the metrics of an instance at work say: lag and records in flight, which no other test sees.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use super::poison::{POLICY, good};
use crate::support::eventually;
use crate::support::kafka::Kafka;
use crate::support::process::Signal;
use crate::support::product::{Instance, PATIENCE, Product, Topics};
use crate::support::proxy::{Fault, Proxy, Request};

/// One metric of the instance, by the beginning of its line.
pub fn gauge(address: &str, name: &str) -> Option<u64> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let line = answer.lines().find(|line| line.starts_with(name))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Where an instance may listen: a port that is free now.
pub fn free_address() -> String {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string()
}

#[test]
fn lag_and_flight_are_of_what_is_not_committed() {
    let kafka = Kafka::shared();
    let proxy = Proxy::before(kafka.servers());
    let brokers = proxy.address();
    let product = Product::new(kafka, "metrics", Topics::default(), POLICY);
    let admin = free_address();
    let listen = format!("{{listen: \"{admin}\"}}");
    let settings =
        Instance { brokers: Some(&brokers), admin: &listen, session: "60000", call_max: "200s", ..Instance::default() };
    let mut instance = product.start(settings);
    product.produce(&(0..50).map(good).collect::<Vec<_>>());
    product.wait_until_passed(50, PATIENCE, &mut [&mut instance]);
    let told = |name: &str, wanted: u64| {
        eventually(&format!("{name} is {wanted}"), PATIENCE, || (gauge(&admin, name) == Some(wanted)).then_some(()));
    };
    let (lag, flight) = ("privet_consumer_lag_records{", "privet_inflight_records{");
    told(lag, 0);
    told(flight, 0);
    // A commit whose answer does not come: whatever follows is read, and not committed.
    let armed = proxy.arm(Request::Commit, Fault::AnswerHeld);
    product.produce(&[good(50)]);
    armed.wait(PATIENCE);
    product.produce(&(51..80).map(good).collect::<Vec<_>>());
    told(lag, 30);
    told(flight, 30);
    proxy.release();
    product.wait_until_passed(80, PATIENCE, &mut [&mut instance]);
    told(lag, 0);
    told(flight, 0);
    instance.signal(Signal::Terminate);
    assert_eq!(instance.wait(PATIENCE).code(), Some(0), "{}", instance.stderr());
}
