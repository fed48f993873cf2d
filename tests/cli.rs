//! The `privet` command as a person meets it: arguments, streams, exit codes.

#[cfg(test)]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

#[cfg(test)]
mod cli {
    mod command;
    mod deploy;
    mod http;
    mod keys;
    mod papers;
}
