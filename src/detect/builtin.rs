//! The recognizer files that were compiled into the binary.

/// File name (relative to `recognizers/`) and text of every built-in recognizer, in the order of their names.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/recognizers.rs"));
