//! What a person decides, read from YAML and compiled into a [`Plan`] that cannot be wrong.
//!
//! A file is read into a tree that knows where everything stands ([`read_tree`]), walked by hand, and everything that
//! is wrong with it comes back at once as [`Diagnostics`]. A [`Plan`] is immutable and shared; [`Paths`] walks its field
//! entries in step with a record and lives in the caller's scratch.

mod compile;
mod deny;
mod diagnostic;
mod document;
mod entities;
mod hash;
mod live;
mod names;
mod paths;
mod pattern;
mod plan;
mod read;
mod refusal;
mod routes;
mod search;
mod source;
mod suggest;
mod tree;

pub use compile::{
    CompileContext, Follows, KeyUse, KeyUses, OpenRing, RingReference, RingRequest, check, compile, conflicts, key_uses,
};
pub use deny::DenyId;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use entities::{Decision, THRESHOLD};
pub use live::LivePlan;
pub use names::PlanNames;
pub use paths::{Below, Named, NodeId, PathNode, Paths};
pub use pattern::{Pattern, PatternError, PatternStep, Precision, RecordPart};
pub use plan::{DeclaredId, LetterValue, OperatorId, Plan, PolicyHash, Refused, RingUse, RollBack, Treatment, WatchId};
pub use routes::{InvalidProductId, PayloadFormat, ProductId, Routes, StopAt};
pub use search::{Search, UnknownName};
pub use source::{Place, Source, Standing};
pub use suggest::nearest;
pub use tree::{Content, Entry, Map, Scalar, Style, Value, given, read_tree};

/// Compiles a policy over the built-in set, for tests of floors that know no recognizers.
#[cfg(test)]
pub(crate) fn plan_of(text: &str) -> Plan {
    let set = crate::detect::RecognizerSet::builtin();
    let context = CompileContext { set: &set, rings: &|_| Ok(None), tenant: "" };
    compile(&Source::new("policy.yaml", text), &context).unwrap_or_else(|wrong| panic!("{wrong}"))
}
