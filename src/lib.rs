//! privet: a streaming anonymization sidecar for data products.

pub mod model;
pub mod pool;
