//! The Kafka face: consume, transform, produce; every record exactly once, in order, in the same partition.

pub mod ledger;
