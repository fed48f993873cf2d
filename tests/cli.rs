//! The `privet` command as a person meets it: arguments, streams, exit codes.

#[cfg(test)]
mod cli {
    mod command;
    mod keys;
    mod papers;
}
