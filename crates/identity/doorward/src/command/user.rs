mod data;
mod export;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Change many users
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Bulk,
    /// Write the personal data of a user to a file, as the account page does
    #[command(
        long_about = "Write the personal data of a user to a file, as the account page does, for a user who asks \
                      for it and cannot sign in. The audit log records it, and the user gets a mail about it."
    )]
    Data(data::DataArgs),
    /// Write all users to a file, for another identity provider
    Export(export::ExportArgs),
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    match verb {
        Verb::Bulk => Err(CliError::usage("name a command")),
        Verb::Data(args) => Box::pin(data::run(installation, args)).await,
        Verb::Export(args) => Box::pin(export::run(installation, args)).await,
    }
}
