//! The `privet` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    privet::app::main(std::env::args_os()).into()
}
