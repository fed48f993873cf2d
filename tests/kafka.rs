//! Behaviour on a real Apache Kafka, read back by a client that is not librdkafka.

#[cfg(test)]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

#[cfg(test)]
mod kafka {
    mod ends;
    mod exactly_once;
    mod faults;
    mod flow;
    mod ground;
    mod proxy;
    mod records;
    mod sidecar;
    mod tour;
}
