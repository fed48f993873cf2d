//! The HTTP face, and the listener for probes and scrapers.
//!
//! Two listeners live in one process. `admin` answers health and metrics and never sees a record, so it may be reached
//! from outside. `http` answers `POST /v1/anonymize` and stays on loopback unless a setting says otherwise.
//!
//! Both stand on the same [accept loop](Bound::serve): a cap on connections, a time-out for heads and for clients that do
//! not read, a bounded drain. The face adds a limit on bodies, a time for the whole request and a cap on requests; what
//! is too much is answered `503` at once. Records go to worker threads through a bounded queue; no thread of the
//! listeners ever waits for the engine.
//!
//! Every error is a problem document (RFC 9457) that repeats nothing of the request.

mod admin;
mod config;
mod face;
mod problem;
mod request;
mod serve;
mod stall;
mod work;

pub use admin::admin;
pub use config::{Admin, Config, Keyed, Listen, Reach};
pub use face::{ANONYMIZE, Product, StartError, check, face};
pub use serve::{BindError, Bound, Drained};
