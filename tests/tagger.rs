//! The tagger as it is shipped: what it finds in labelled texts, how fast it is, and that it is the same everywhere.
//!
//! `PRIVET_MEASURE=FILE:FILE cargo test --release --test tagger figures -- --nocapture` measures other files: one JSON
//! object a line, `{"text": …, "spans": [[start, end, "PERSON"], …]}`, offsets in Unicode code points.

#![cfg(test)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "a test that fails says so by panicking"
)]

#[path = "tagger/allocations.rs"]
mod allocations;
#[path = "tagger/behaviour.rs"]
mod behaviour;
#[path = "tagger/figures.rs"]
mod figures;
#[path = "tagger/names.rs"]
mod names;
#[path = "tagger/policies.rs"]
mod policies;
#[path = "tagger/subjects.rs"]
mod subjects;
#[path = "tagger/tables.rs"]
mod tables;
