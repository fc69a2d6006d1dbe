use clap::{Args, Command};
use clap_complete::Shell;

use crate::{error::CliError, output};

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell to generate completions for
    shell: Shell,
}

/// Prints the completion script.
pub fn run(args: &CompletionsArgs, mut root: Command) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut root, "doorward", &mut script);
    output::document(&String::from_utf8_lossy(&script))
}
