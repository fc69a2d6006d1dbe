//! `doorward policy check|schema|library`.

use clap::Args;
use doorward_tasks::policy::{self, PolicyCommand};

use crate::{error::CliError, target::ConfigFile};

/// Check the policies of the tasks API, or print ready-made ones.
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
