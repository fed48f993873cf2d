//! The command: its arguments, its settings, and the wiring of the faces.

mod analyze;
mod anonymize;
mod check;
pub mod cli;
pub mod config;
mod dead_letter;
mod deanonymize;
mod demo;
mod erasure;
pub mod exit;
mod found;
mod healthcheck;
mod keys;
pub mod listen;
mod memory;
mod papers;
pub mod plan;
mod quiet_panic;
mod receipt;
mod recognizers;
mod reindex;
mod reload;
mod run;
pub mod secret;
mod told;
mod user;
mod vault_socket;
mod vaults;

use clap::Parser;
use cli::{Cli, Command, VaultCommand};
use exit::Exit;
use std::ffi::OsString;

/// Runs the command with these arguments, the program's own name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    quiet_panic::install();
    if let Err(error) = memory::close() {
        exit::tell(format_args!("core dumps cannot be turned off, and would hold keys: {error}"));
        return Exit::InputOutput;
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // Help that was asked for is an answer, on standard output; everything else is a mistake.
        Err(error) => {
            let error = told::without_text(error);
            error.print().ok();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    if cli.version {
        return papers::version();
    }
    if let Some(shell) = cli.completions {
        return papers::completions(shell);
    }
    match cli.command {
        Some(Command::Analyze(arguments)) => analyze::run(&arguments),
        Some(Command::Anonymize(arguments)) => anonymize::run(&arguments),
        Some(Command::Deanonymize(arguments)) => deanonymize::run(&arguments),
        Some(Command::DeadLetter(command)) => dead_letter::run(&command),
        Some(Command::Demo) => demo::run(),
        Some(Command::Check(arguments)) => check::run(&arguments),
        Some(Command::Forget(arguments)) => erasure::forget(&arguments),
        Some(Command::Healthcheck(arguments)) => healthcheck::run(&arguments),
        Some(Command::Keys(command)) => keys::run(&command),
        Some(Command::Receipt(command)) => receipt::run(&command),
        Some(Command::Recognizers(command)) => recognizers::run(&command),
        Some(Command::Man) => papers::man(),
        Some(Command::Vault(VaultCommand::Reindex(arguments))) => reindex::run(&arguments),
        Some(Command::Vault(VaultCommand::Seal(arguments))) => erasure::seal(&arguments),
        Some(Command::Run(arguments)) => run::run(&arguments),
        None => papers::help(),
    }
}
