//! privet: a streaming anonymization sidecar for data products.

pub mod app;
pub mod batch;
pub mod detect;
pub mod format;
pub mod http;
pub mod keys;
pub mod model;
pub mod observe;
pub mod policy;
pub mod pool;
pub mod stream;
pub mod transform;
