//! One batch of records through a plan: bytes in, bytes out.
//!
//! For each record: every leaf is read and scanned, and all findings of the record are collected; where persons are among
//! them, their names are looked for in all of it once more (`people`); then the plan
//! decides, overlaps are resolved and operators chosen; then the store, if any operator needs it, is asked once for the
//! whole batch; then operators write and the format splices. What no operator changes is copied byte for byte.
//!
//! Synchronous; owns no clock, socket, file or global. A record's bytes depend on the record, the plan and the binary
//! alone: not on other records, their order, the batch or the thread.

mod collect;
mod collision;
mod decide;
mod error;
mod inside;
mod known;
mod labels;
mod looked;
mod nest;
mod people;
mod process;
mod record;
mod report;
mod reverse;
mod scratch;
mod shown;
mod tombstone;
mod write;

#[cfg(test)]
mod tests;

pub use error::{EngineError, Reason, RecordError};
pub use process::{Meter, NoStore, Settings, Trace, process};
pub use record::{Change, Disposition, Header, Outcome, Outcomes, Piece, Record};
pub use report::{EntityCount, Report};
pub use reverse::{ReverseScratch, Reversed, Rights, reverse};
pub use scratch::Scratch;
pub use shown::{Fate, Found, FoundIn, FoundText};
