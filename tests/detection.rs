//! Detection as a whole, through the public API and on a large scale: what is left alone, what is found in hiding, what
//! names of fields say.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a slice that is wrong fails its test")]

#[path = "detection/bad_input.rs"]
mod bad_input;
#[allow(dead_code, missing_docs, clippy::indexing_slicing, clippy::unwrap_used, clippy::type_complexity)]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
#[path = "../benches/corpus/mod.rs"]
mod corpus;
#[path = "detection/deny.rs"]
mod deny;
#[path = "detection/harmless.rs"]
mod harmless;
#[path = "detection/labels.rs"]
mod labels;
#[path = "detection/left_alone.rs"]
mod left_alone;
#[path = "detection/names.rs"]
mod names;
#[path = "detection/nested.rs"]
mod nested;
#[path = "detection/oracle.rs"]
mod oracle;
#[path = "detection/output.rs"]
mod output;
#[path = "detection/random.rs"]
mod random;
#[path = "detection/through.rs"]
mod through;
