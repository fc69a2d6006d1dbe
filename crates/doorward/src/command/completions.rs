//! `doorward completions SHELL`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::{cli::Cli, error::CliError, output};

/// Print shell completions.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script to source.
pub fn run(args: &CompletionsArgs) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "doorward", &mut script);
    output::document(&String::from_utf8_lossy(&script))
}
