use clap::Args;
use doorward_tasks::policy::{self, PolicyCommand};

use crate::{error::CliError, target::ConfigFile};

#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    file: ConfigFile,
    #[command(subcommand)]
    verb: PolicyCommand,
}

pub fn run(args: &PolicyArgs) -> Result<(), CliError> {
    policy::run(&args.verb, || args.file.load())
}
