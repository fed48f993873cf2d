//! What is said of a panic: where, never what about.

use std::io::{self, Write};

/// Replaces the standard message, which repeats the panic's text: that of a failed slice, for one, holds the value.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed").to_owned();
        match info.location() {
            Some(at) => {
                writeln!(io::stderr(), "privet: internal error at {}:{} in thread {name}", at.file(), at.line())
            }
            None => writeln!(io::stderr(), "privet: internal error in thread {name}"),
        }
        .ok();
    }));
}
