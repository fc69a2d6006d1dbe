mod export;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Change many users
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Bulk,
    /// Write all users to a file, for another identity provider
    Export(export::ExportArgs),
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    match verb {
        Verb::Bulk => Err(CliError::usage("name a command")),
        Verb::Export(args) => Box::pin(export::run(installation, args)).await,
    }
}
