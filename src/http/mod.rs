//! The HTTP face, and the listener for probes and scrapers.
//!
//! Two listeners live in one process. `admin` answers health and metrics and never sees a record, so it may be reached
//! from outside. `http` answers `POST /v1/anonymize`, and `POST /v1/deanonymize` where a role grants it; it stays on
//! loopback unless it speaks TLS or a setting says otherwise.
//!
//! Both stand on the same [accept loop](Bound::serve): a cap on connections, a time-out for heads and for clients that do
//! not read, a bounded drain. The face adds a limit on bodies, a time for the whole request and a cap on requests; what
//! is too much is answered `503` at once. Records go to worker threads through a bounded queue; no thread of the
//! listeners ever waits for the engine.
//!
//! Every error is a problem document (RFC 9457) that repeats nothing of the request.

mod admin;
mod allowed;
mod back;
mod config;
mod deanonymize;
mod face;
mod guard;
mod jwks;
mod problem;
mod reason;
mod reference;
mod request;
mod serve;
mod stall;
mod stream;
mod tls;
mod work;

pub use admin::admin;
pub use allowed::{AccessError, AccessErrors, names};
pub use back::{Back, turn_back};
pub use config::{Admin, Config, Listen, Reach};
pub use deanonymize::DEANONYMIZE;
pub use face::{ANONYMIZE, Product, StartError, check, face};
pub use guard::{Guard, GuardError, audit};
pub use jwks::JwksError;
pub use reason::{Reasons, cleaned};
pub use request::Media;
pub use serve::{BindError, Bound, Drained};
pub use tls::{Clients, Config as TlsConfig, Tls, TlsError, TlsRead};
