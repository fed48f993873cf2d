//! privet: a streaming anonymization sidecar for data products.
//!
//! It stands between a domain's private topics and its shared ones: it consumes records, finds personal data, applies
//! the data product's policy, and republishes. The same engine answers HTTP and runs over files; a record gives the
//! same bytes through every face.
//!
//! # The floors
//!
//! A module names only modules above it in this list; `tests/house.rs` keeps that true.
//!
//! | module | what it is for |
//! |---|---|
//! | [`model`] | the words: span, finding, score, path, origin; overlap resolution |
//! | [`detect`] | recognizer files into a compiled set; scanning one text |
//! | [`format`](mod@format) | reading the leaves of a record, and splicing edits back: JSON, CSV, text |
//! | [`keys`] | key rings: opening, deriving, making |
//! | [`transform`] | operators: what happens to a value |
//! | [`vault`] | stores of tokens and sealed values, which operators ask |
//! | [`policy`] | YAML into diagnostics or a plan; the paths a plan walks |
//! | [`engine`] | a batch of records through a plan |
//! | [`pool`] | worker threads over one bounded queue |
//! | [`observe`] | metrics, readiness, logs: records reports |
//! | [`access`] | who may do what: callers, tokens, roles, limits |
//! | [`stream`] | the Kafka face: exactly once |
//! | [`http`] | the HTTP face, and health and metrics |
//! | [`batch`] | the file face |
//! | [`app`] | the command: arguments, settings, wiring |
//!
//! # How one record flows
//!
//! ```text
//! bytes ─ format.read ──→ leaves (step, text, span map)
//!           detect.scan ──→ findings of every leaf, collected in the scratch
//!           plan.decide ──→ drop what is kept or allowed, resolve overlaps, choose operators
//!           store ────────→ one round trip for the batch, if anything asks for one
//!           operator ─────→ replacements
//!           format.splice → bytes ─→ outcome: bytes, disposition, report
//! ```
//!
//! # What is deliberately absent
//!
//! No DOM: what is not changed is copied byte for byte. No path strings on the hot path: the plan walks its own
//! automaton in step with the format. No clock, socket, file or global below the faces. No way to pass on a record
//! that could not be read.

pub mod access;
pub mod app;
pub mod batch;
pub mod detect;
pub mod engine;
pub mod format;
pub mod http;
pub mod keys;
pub mod model;
pub mod observe;
pub mod policy;
pub mod pool;
pub mod stream;
pub mod transform;
pub mod vault;
