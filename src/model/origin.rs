//! Where a record came from, and when.

use std::fmt;
use std::sync::Arc;

/// Where a record came from; never its content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A record of a Kafka topic.
    Kafka {
        /// The topic's name.
        topic: Arc<str>,
        /// The partition.
        partition: i32,
        /// The offset in the partition.
        offset: i64,
    },
    /// A record of a file.
    File {
        /// The file's name as the caller gave it; `-` for standard input.
        file: Arc<str>,
        /// The line on which the record begins, from 1.
        line: u64,
    },
    /// A record of an HTTP request.
    Request {
        /// The request's own number in this process.
        request: u64,
        /// The record's place in the request, from 0.
        index: u64,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kafka { topic, partition, offset } => write!(f, "{topic}/{partition}/{offset}"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Request { request, index } => write!(f, "request {request}, record {index}"),
        }
    }
}

/// A record's own time, in milliseconds since 1970-01-01 UTC; none where the source has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RecordTime(pub Option<i64>);
