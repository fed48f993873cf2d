//! What a person decides, read from YAML and compiled into a [`Plan`] that cannot be wrong.
//!
//! A file is read into a [`tree`](read_tree) that knows where everything stands, walked by hand, and everything that is
//! wrong with it comes back at once as [`Diagnostics`].

mod diagnostic;
mod read;
mod source;
mod suggest;
mod tree;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use source::{Place, Source};
pub use suggest::nearest;
pub use tree::{Content, Entry, Map, Scalar, Style, Value, read_tree};
