//! The batch face: files in, files out.

pub mod input;
pub mod packing;
pub mod place;
