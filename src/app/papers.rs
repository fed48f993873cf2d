//! What the command says of itself: version, help, completions, manual page.

use super::cli::Cli;
use super::exit::{Exit, answer, tell};
use clap::CommandFactory;
use clap_complete::Shell;
use rdkafka::config::ClientConfig;

/// Prints the versions of the command and of the Kafka client inside, with what that was built with.
pub fn version() -> Exit {
    let (_, librdkafka) = rdkafka::util::get_rdkafka_version();
    let features = ClientConfig::new().create_native_config().and_then(|config| config.get("builtin.features"));
    let features = features.unwrap_or_else(|_| "unknown".to_owned());
    answer(&format!(
        "privet {}\nlibrdkafka {librdkafka}\nlibrdkafka features: {}\n",
        env!("CARGO_PKG_VERSION"),
        features.replace(',', ", ")
    ))
}

/// Prints what may be asked of the command, and says that nothing was.
pub fn help() -> Exit {
    tell(format_args!("no command given\n\n{}", Cli::command().render_help()));
    Exit::Usage
}

/// Prints the completions for one shell.
pub fn completions(shell: Shell) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "privet", &mut text);
    answer(&String::from_utf8_lossy(&text))
}

/// Prints the manual page, all commands in one.
pub fn man() -> Exit {
    let mut text = Vec::new();
    match render(&mut text) {
        Ok(()) => answer(&String::from_utf8_lossy(&text)),
        Err(error) => {
            tell(format_args!("manual page: {error}"));
            Exit::InputOutput
        }
    }
}

fn render(text: &mut Vec<u8>) -> std::io::Result<()> {
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(text)?;
    render_subcommands(&command, "privet", text)
}

/// Renders the commands of a command, and theirs in turn.
fn render_subcommands(command: &clap::Command, above: &str, text: &mut Vec<u8>) -> std::io::Result<()> {
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("{above} {}", sub.get_name());
        let page = clap_mangen::Man::new(sub.clone().display_name(&name));
        page.render_name_section(text)?;
        page.render_synopsis_section(text)?;
        page.render_description_section(text)?;
        page.render_options_section(text)?;
        render_subcommands(sub, &name, text)?;
    }
    Ok(())
}
