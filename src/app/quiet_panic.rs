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

#[cfg(test)]
mod tests {
    use super::install;
    use std::process::Command;

    /// Set in the process that panics.
    const PANICS: &str = "PRIVET_TEST_PANICS";

    #[test]
    fn a_panic_tells_where_and_never_what_about() {
        if std::env::var_os(PANICS).is_some() {
            install();
            let value = "ada\u{301}@corp.example".to_owned();
            let (_, cut) = value.split_at(4);
            panic!("{cut}");
        }
        let own = std::thread::current().name().unwrap().to_owned();
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child.args(["--exact", &own, "--nocapture"]).env(PANICS, "1").output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && said.contains("privet: internal error at "), "{said}");
        for part in ["ada", "corp.example", "boundary"] {
            assert!(!said.contains(part), "{said}");
        }
    }
}
