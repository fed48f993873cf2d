//! Behaviour on a real Apache Kafka, read back by a client that is not librdkafka.

#[cfg(test)]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

#[cfg(test)]
mod kafka {
    mod dead_letters;
    mod ends;
    mod exactly_once;
    mod faces;
    mod faults;
    mod ground;
    mod groups;
    mod kept;
    mod metrics;
    mod numbered;
    mod poison;
    mod reload;
    mod rights;
    mod start;
    mod steady;
    mod tour;
    mod transactional;
    mod vault;
    mod victim;
}
