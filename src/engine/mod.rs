//! One batch of records through a plan: bytes in, bytes out.
//!
//! For each record: every leaf is read and scanned, and all findings of the record are collected; where persons are among
//! them, their names are looked for in all of it once more (`people`); then the plan
//! decides, overlaps are resolved and operators chosen; then the store, if any operator needs it, is asked once for the
//! whole batch; then operators write and the format splices. What no operator changes is copied byte for byte.
//!
//! # What makes it fast
//!
//! Most fields of most records hold nothing, and most records look like those before them. So a field in which nothing
//! is found costs a few comparisons and keeps nothing:
//!
//! - A member's name is compared with the one that came at this place of an earlier record, where it stands in the bytes;
//!   that leads to the path's node, with all that the plan says of it, without reading the name, hashing it or looking it
//!   up (`Visitor::enter_again`, `Paths::enter_again`). A name is looked at for personal data once for each path.
//! - A member whose name came at this place before and whose value is known to be clean is passed over: it is not
//!   entered, read and left (`Visitor::passes`; 200 instructions where it took 580). Not where a record is read again, and
//!   not where something else of the record has a say in the field or asks for its value.
//! - A short text that was found clean in this field twice is found again by one look into a table and compared whole
//!   (`known`); a text that never came is told by its tag, without waiting for the table (a thirtieth). Numbers that could be no identifier are passed over.
//! - A step of the path is forgotten when it is left, unless something that is kept names it (`Work::leave`).
//! - What was found is not searched for again where a record is read twice: the record's own leaves are known by where
//!   they stand, what is nested by its text (`looked`). Nothing is hashed.
//! - JSON is walked by code made for this visitor (`Format::as_json`), not through a table of calls.
//!
//! What is found goes through arrays that are kept from record to record, with what belongs to a leaf written down once
//! for the leaf: a finding takes 64 bytes until it is written, and the arrays of a large record are given back. The
//! edits of a record that holds no text inside a text are made straight from what operators wrote.
//!
//! The invariants: what is remembered from record to record (`Paths`, `CleanNames`, `Known`, labels) depends on the plan
//! and the texts compared alone, never on a hash, and belongs to one plan; the memory of four plans is kept, for pools that
//! serve several products in turn.
//!
//! What did not pay, and is gone: hashing each text with a secret key to know it again (a twentieth of the engine's time);
//! keeping every step and name of a batch until its end (a megabyte that the cache had to hold).
//!
//! Synchronous; owns no clock, socket, file or global. A record's bytes depend on the record, the plan and the binary
//! alone: not on other records, their order, the batch or the thread.

mod ask;
mod collect;
mod collision;
mod decide;
mod error;
mod fit;
mod inside;
mod known;
mod labels;
mod looked;
mod nest;
mod people;
mod process;
mod put_back;
mod record;
mod report;
mod reverse;
mod scratch;
mod shown;
mod told;
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
