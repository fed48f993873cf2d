//! Metrics, readiness and logs: what the faces tell about themselves.
//!
//! The engine returns reports and the faces record them here, once for each batch. Nothing in here ever holds a value, a
//! record key or a path taken from data: labels come from configuration and from closed lists.
//!
//! [`Metrics`] is made once by `app` and shared; each face asks it once for the [`ProductMetrics`] of each of its
//! products and then records without looking anything up. [`Readiness`] is the list of what must be ready before the
//! process calls itself ready. [`log`] sets up what is written to standard error.

mod audit;
pub mod log;
mod metrics;
mod names;
mod product;
mod readiness;

pub use audit::{Audit, AuditRead, AuditRecord};
pub use metrics::{Connections, Held, MEDIA_TYPE as METRICS_MEDIA_TYPE, Metrics, Reload, VaultMetrics};
pub use names::{Form, Name, Unit};
pub use product::{Face, ProductMetrics, TransactionEnd};
pub use readiness::{Part, Readiness};
