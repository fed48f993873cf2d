//! The `privet` command as a person meets it: arguments, streams, exit codes.

#[cfg(test)]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

#[cfg(test)]
mod cli {
    mod access;
    mod analyze;
    mod anonymize;
    #[cfg(target_os = "linux")]
    mod bad_input;
    mod check;
    mod command;
    mod demo;
    mod deploy;
    mod families;
    mod files;
    mod http;
    mod keys;
    mod letters;
    mod papers;
    mod pasted;
    mod providers;
    #[cfg(target_os = "linux")]
    mod secrecy;
    mod terminal;
    mod vault;
}
