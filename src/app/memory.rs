//! Keeps the memory of the process to itself: it holds keys and personal data.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Turns core dumps off, and keeps other processes of the same user from reading memory and `/proc/PID/environ`, or
/// attaching a debugger.
///
/// The limit alone would not do: where the system pipes core dumps to a program, it is not asked.
pub(super) fn close() -> std::io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}
